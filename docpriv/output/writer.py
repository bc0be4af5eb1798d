"""Containers: pages in, one file out; refuses to grow with the pages, and a second page in an image file."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import BinaryIO, Protocol

from docpriv.errors import LimitExceeded, UsageError
from docpriv.model import MediaType
from docpriv.output.coded import Codec, CodedPage
from docpriv.output.pdf import PdfWriter
from docpriv.output.streams import tiff_directory
from docpriv.output.text import PlacedWord

_SINGLE: dict[MediaType, Codec] = {"image/png": "png", "image/jpeg": "jpeg", "image/bmp": "bmp", "image/webp": "webp"}
_CLASSIC_MOST = 2**32 - 1


class DocumentWriter(Protocol):
    """Writes one document. Pages come in order; nothing is kept of a page after `add`."""

    def add(self, page: CodedPage, text: Sequence[PlacedWord] | None = None) -> None:
        """Write the next page. `text` is used by PDF and ignored by images."""
        ...

    def finish(self) -> None:
        """Complete and flush the file; does not close the stream. UsageError where pages are missing."""
        ...


def open_writer(stream: BinaryIO, target: MediaType, *, pages: int) -> DocumentWriter:
    """A writer of `pages` pages into an empty stream (seekable for TIFF).

    Raises UsageError where the container does not hold that many pages: image files other than TIFF hold one.
    """
    if pages < 1:
        raise UsageError("a document has at least one page")
    if target == "application/pdf":
        return PdfWriter(stream, pages=pages)
    if target == "image/tiff":
        return _TiffWriter(stream, pages=pages)
    if pages != 1:
        raise UsageError(
            f"{target} holds one page, the document has {pages}", remedy="Write a PDF instead: --set writing.format=pdf."
        )
    return _SingleWriter(stream, _SINGLE[target])


class _SingleWriter:
    """A coded page is the whole file already."""

    def __init__(self, stream: BinaryIO, codec: Codec) -> None:
        self._out, self._codec, self._added = stream, codec, False

    def add(self, page: CodedPage, text: Sequence[PlacedWord] | None = None) -> None:
        if page.codec != self._codec:
            raise UsageError(f"a page coded as {page.codec} cannot stand in a file of {self._codec}")
        if self._added:
            raise UsageError("an image file holds one page")
        self._out.write(page.data)
        self._added = True

    def finish(self) -> None:
        if not self._added:
            raise UsageError("0 of 1 pages were written")
        self._out.flush()


class _TiffWriter:
    """Classic little-endian TIFF: stream, directory, stream, directory. Each directory's link to the next is
    filled in when that one is written, so only one offset is kept.
    """

    def __init__(self, stream: BinaryIO, *, pages: int) -> None:
        self._out, self._promised, self._written = stream, pages, 0
        self._link = 4  # where the offset of the next directory belongs
        self._at = 8
        stream.write(struct.pack("<2sHI", b"II", 42, 0))

    def add(self, page: CodedPage, text: Sequence[PlacedWord] | None = None) -> None:
        if self._written >= self._promised:
            raise UsageError(f"the document was announced with {self._promised} pages")
        if (page.codec, page.predictor) not in {("g4", "none"), ("flate", "tiff")}:
            raise UsageError(f"a page coded as {page.codec} for another container cannot stand in a TIFF")
        data_at, padding = self._at, len(page.data) % 2
        directory_at = data_at + len(page.data) + padding
        if directory_at > _CLASSIC_MOST - 4096:
            raise LimitExceeded(
                "a TIFF file cannot pass 4 GB", remedy="Split it, or write a PDF instead: --set writing.format=pdf."
            )
        directory = tiff_directory(
            width=page.width,
            height=page.height,
            colour=page.colour,
            g4=page.codec == "g4",
            dpi=page.dpi,
            data_at=data_at,
            data_length=len(page.data),
            directory_at=directory_at,
        )
        self._out.write(page.data)
        self._out.write(b"\0" * padding + directory)
        self._out.seek(self._link)
        self._out.write(struct.pack("<I", directory_at))
        self._at = directory_at + len(directory)
        self._out.seek(self._at)
        self._link = directory_at + 2 + 12 * struct.unpack_from("<H", directory)[0]
        self._written += 1

    def finish(self) -> None:
        if self._written != self._promised:
            raise UsageError(f"{self._written} of {self._promised} pages were written")
        self._out.flush()
