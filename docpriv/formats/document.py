"""Open one file, by its content, as a document of pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from docpriv.errors import CorruptInput
from docpriv.formats.form import Reader, format_of
from docpriv.formats.pixels import freeze
from docpriv.formats.sniffing import HEAD_BYTES, sniff
from docpriv.formats.source import Source
from docpriv.model import DocumentInfo, MediaType, PageImage, PageRef
from docpriv.options import Limits


class OpenDocument:
    """A document whose pages can be decoded any number of times, in any order. Not for several threads."""

    def __init__(self, source: Source, media_type: MediaType, reader: Reader, document: str) -> None:
        self._source, self._media_type, self._reader, self._document = source, media_type, reader, document
        self._notes: list[str] = list(dict.fromkeys(map(str, reader.notes)))
        self._closed = False

    @property
    def info(self) -> DocumentInfo:
        """What is known by now. Notes about pages ("had-hidden-text", "reduced-16-bit") join as pages are decoded, so they are
        complete once every page was decoded once. `sha256` is that of the bytes decoded."""
        return DocumentInfo(
            media_type=self._media_type,
            pages=self._reader.pages,
            sha256=self._source.sha256,
            size_bytes=self._source.size,
            notes=tuple(self._notes),
        )

    def page(self, index: int, *, layer: bool = False) -> PageImage:
        """Decode page `index` (from 0): u8 (H, W, 3) RGB, read-only, upright as displayed; with its own text if `layer`.

        Raises IndexError outside 0..pages-1, InputError subclasses for what the page is, IntegrityError where the file changed
        since it was opened."""
        if self._closed:
            raise ValueError("the document is closed")
        if not 0 <= index < self._reader.pages:
            raise IndexError(f"page index {index} of {self._reader.pages}")
        self._source.check()
        pixels, form, notes = self._reader.decode(index)
        words = self._reader.text_layer(index) if layer else None
        self._source.check()
        if pixels.ndim != 3 or pixels.shape[2] != 3:
            raise CorruptInput(f"page {index + 1}: decoding gave no picture")
        self._notes += [code for code in dict.fromkeys(map(str, notes)) if code not in self._notes]
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

    Checks size, kind, declared dimensions and page count; decodes no pixel. Raises UnsupportedInput, EncryptedInput,
    CorruptInput, LimitExceeded, InputError (cannot be read) or IntegrityError (changed while it was read)."""
    source = Source(path, limits)
    try:
        media_type = sniff(source.at(0, HEAD_BYTES), path.name)
        reader = format_of(media_type).open(source, limits, render_dpi, password)
        return OpenDocument(source, media_type, reader, document)
    except BaseException:
        source.close()
        raise
