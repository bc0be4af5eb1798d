"""TIFF (TIFF 6.0, and BigTIFF to read): files of one page or many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import BinaryIO

from PIL import TiffImagePlugin

from docpriv.errors import CorruptInput
from docpriv.formats.form import FORMATS, CodedPage, DocumentWriter, Keep, PageSpec, Problem, Reader, WritableFormat
from docpriv.formats.held import Held
from docpriv.formats.source import Source
from docpriv.formats.streams import decoded, deflate_rows, g4_strip, plane
from docpriv.formats.tiff.check import check
from docpriv.formats.tiff.directory import SIZES, STRIP_BYTES, STRIPS, TILE_BYTES, TILES, Directory, walk
from docpriv.formats.tiff.reader import TiffReader
from docpriv.formats.tiff.writer import TiffWriter, one_page
from docpriv.model import Colour, PageFormat, Pixels
from docpriv.options import Limits

_MOST_DIRECTORIES = 20_000


class Tiff(WritableFormat):
    name = "TIFF"
    media_type = "image/tiff"
    suffixes = (".tif", ".tiff")

    def sniff(self, head: bytes) -> bool:
        return head[:4] in (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")

    def whole(self, held: Held) -> bool:
        """Every directory of the chain, its values, and the last strip or tile of each, within the file."""
        seen: set[int] = set()
        try:
            for directory in islice(walk(held), _MOST_DIRECTORIES):
                if not _is_within(held, directory):
                    return False
                seen.add(directory.start)
                if directory.following in seen:
                    break
        except CorruptInput:
            return False
        return True

    def open(self, source: Source, limits: Limits, render_dpi: int, password: str | None) -> Reader:
        return TiffReader(source, limits)

    def encode(self, pixels: Pixels, page: PageFormat, keep: Keep | None) -> tuple[str, Colour, bytes]:
        samples = plane(pixels, page.colour)
        if page.colour == "bilevel":
            return "g4", page.colour, g4_strip(samples)
        return "flate", page.colour, deflate_rows(samples, "tiff")

    def decode(self, coded: CodedPage) -> Pixels:
        return decoded(TiffImagePlugin.TiffImageFile, one_page(coded))

    def writer(self, stream: BinaryIO, pages: int) -> DocumentWriter:
        return TiffWriter(stream, pages)

    def check(self, view: memoryview, expected: Sequence[PageSpec]) -> Iterator[Problem]:
        return check(view, expected)


def _is_within(held: Held, directory: Directory) -> bool:
    return all(entry.at + entry.length <= held.size for entry in directory.entries if entry.kind in SIZES) and all(
        directory.last(held, starts) + directory.last(held, lengths) <= held.size
        for starts, lengths in ((STRIPS, STRIP_BYTES), (TILES, TILE_BYTES))
    )


FORMATS.register("tiff", Tiff(), order=3)
