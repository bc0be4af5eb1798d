"""Open one file as a document of pages; refuses to trust its name, and keeps no page after handing it out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from docpriv.errors import CorruptInput
from docpriv.intake.heic import HeicReader
from docpriv.intake.images import ImageReader
from docpriv.intake.pdf import PdfReader
from docpriv.intake.pixels import freeze
from docpriv.intake.sniffing import HEAD_BYTES, sniff
from docpriv.intake.source import Source
from docpriv.intake.tiff import TiffReader
from docpriv.model import DocumentInfo, MediaType, PageFormat, PageImage, PageRef, Pixels
from docpriv.options import Limits


class _Reader(Protocol):
    """What decodes one kind of file."""

    pages: int
    notes: list[str]

    def decode(self, index: int) -> tuple[Pixels, PageFormat, tuple[str, ...]]: ...

    def close(self) -> None: ...


class OpenDocument:
    """A document whose pages can be decoded any number of times, in any order. Not for several threads."""

    def __init__(self, source: Source, media_type: MediaType, reader: _Reader, document: str) -> None:
        self._source, self._media_type, self._reader, self._document = source, media_type, reader, document
        self._notes: list[str] = list(dict.fromkeys(reader.notes))
        self._closed = False

    @property
    def info(self) -> DocumentInfo:
        """What is known by now. Notes about pages ("had-hidden-text", "reduced-16-bit") join as pages are
        decoded, so they are complete once every page was decoded once. `sha256` is that of the bytes
        decoded."""
        return DocumentInfo(
            media_type=self._media_type,
            pages=self._reader.pages,
            sha256=self._source.sha256,
            size_bytes=self._source.size,
            notes=tuple(self._notes),
        )

    def page(self, index: int, *, layer: bool = False) -> PageImage:
        """Decode page `index` (from 0): u8 (H, W, 3) RGB, read-only, upright as displayed; with its own text if `layer`.

        Raises IndexError outside 0..pages-1, InputError subclasses for what the page is, IntegrityError where
        the file changed since it was opened.
        """
        if self._closed:
            raise ValueError("the document is closed")
        if not 0 <= index < self._reader.pages:
            raise IndexError(f"page index {index} of {self._reader.pages}")
        self._source.check()
        pixels, form, notes = self._reader.decode(index)
        words = self._reader.text_layer(index) if layer and isinstance(self._reader, PdfReader) else None
        self._source.check()
        if pixels.ndim != 3 or pixels.shape[2] != 3:
            raise CorruptInput(f"page {index + 1}: decoding gave no picture")
        self._notes += [code for code in dict.fromkeys(notes) if code not in self._notes]
        ref = PageRef(document=self._document, index=index)
        return PageImage(ref=ref, pixels=freeze(pixels), format=form, layer=words)

    def pages(self) -> Iterator[PageImage]:
        """Every page in order, one at a time; nothing is kept."""
        for index in range(self._reader.pages):
            yield self.page(index)

    def close(self) -> None:
        """Let go of the file; closing twice is fine."""
        if not self._closed:
            self._closed = True
            self._reader.close()
            self._source.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def open_document(
    path: Path, *, document: str, limits: Limits, render_dpi: int = 200, password: str | None = None
) -> OpenDocument:
    """Open a file by content. `document`: its id in page references; `render_dpi`: of PDF pages drawn.

    Checks size, kind, declared dimensions and page count; decodes no pixel. Raises UnsupportedInput,
    EncryptedInput, CorruptInput, LimitExceeded, InputError (cannot be read) or IntegrityError (changed while
    it was read).
    """
    source = Source(path, limits)
    try:
        media_type = sniff(source.at(0, HEAD_BYTES), path.name)
        reader: _Reader
        if media_type == "application/pdf":
            reader = PdfReader(source, limits, render_dpi, password)
        elif media_type == "image/tiff":
            reader = TiffReader(source, limits)
        elif media_type == "image/heic":
            reader = HeicReader(source, limits)
        else:
            reader = ImageReader(source, media_type, limits)
        return OpenDocument(source, media_type, reader, document)
    except BaseException:
        source.close()
        raise
