"""PDF. Pages are images on what is written: scans stay JPEG or Group 4, the rest is without loss."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import BinaryIO

from PIL import PngImagePlugin, TiffImagePlugin

from docpriv.formats.form import FORMATS, CodedPage, DocumentWriter, Keep, PageSpec, Problem, Reader, WritableFormat
from docpriv.formats.held import Held
from docpriv.formats.jpeg import decode_jpeg, encode_jpeg
from docpriv.formats.pdf.writer import PdfWriter
from docpriv.formats.png import png_file
from docpriv.formats.sniffing import HEAD_BYTES
from docpriv.formats.source import Source
from docpriv.formats.streams import decoded, deflate_rows, g4_strip, plane
from docpriv.formats.tiff.writer import one_page
from docpriv.model import Colour, PageFormat, Pixels
from docpriv.options import Limits

_LINEARIZED = re.compile(rb"/Linearized\b[^>]{0,200}/L\s+(\d{1,15})")
_TAIL = 4096


class Pdf(WritableFormat):
    name = "PDF"
    media_type = "application/pdf"
    suffixes = (".pdf",)
    loose = True

    def sniff(self, head: bytes) -> bool:
        return b"%PDF-" in head[:HEAD_BYTES]

    def whole(self, held: Held) -> bool:
        """An end marker at the end; a file for viewing over a net has one near its start too, and says how long it is."""
        said = _LINEARIZED.search(held.at(0, _TAIL))
        if said is not None and held.size < int(said[1]):
            return False
        return b"%%EOF" in held.at(max(0, held.size - _TAIL), _TAIL)

    def open(self, source: Source, limits: Limits, render_dpi: int, password: str | None) -> Reader:
        from docpriv.formats.pdf.reader import PdfReader

        return PdfReader(source, limits, render_dpi, password)

    def encode(self, pixels: Pixels, page: PageFormat, keep: Keep | None) -> tuple[str, Colour, bytes]:
        colour = page.colour
        if colour == "bilevel":
            return "g4", colour, g4_strip(plane(pixels, colour))
        if page.jpeg is not None:
            colour, data, kept = encode_jpeg(pixels, page, keep)
            if kept:
                return "jpeg", colour, data
        return "flate", colour, deflate_rows(plane(pixels, colour), "png")

    def decode(self, coded: CodedPage) -> Pixels:
        if coded.codec == "jpeg":
            return decode_jpeg(coded.data)
        if coded.codec == "g4":
            return decoded(TiffImagePlugin.TiffImageFile, one_page(replace(coded, target="image/tiff")))
        file = png_file(coded.data, coded.width, coded.height, coded.colour, None)
        return decoded(PngImagePlugin.PngImageFile, file)

    def writer(self, stream: BinaryIO, pages: int) -> DocumentWriter:
        return PdfWriter(stream, pages)

    def check(self, view: memoryview, expected: Sequence[PageSpec]) -> Iterator[Problem]:
        from docpriv.formats.pdf.check import check

        return check(view, expected)


FORMATS.register("pdf", Pdf(), order=7)
