"""What a format of documents is. A file of this package makes one and registers it; nothing else is touched to add one."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, BinaryIO, Literal

from docpriv.errors import UsageError
from docpriv.geometry import Box, Quad
from docpriv.model import Colour, MediaType, PageFormat, Pixels, TextLayer
from docpriv.options import Limits
from docpriv.registry import Registry

if TYPE_CHECKING:
    from docpriv.formats.held import Held
    from docpriv.formats.source import Source

Decoded = tuple[Pixels, PageFormat, tuple[str, ...]]
"""A page u8 (H, W, 3) upright, how it was stored, and notes."""

Keep = tuple[Pixels, Sequence[Box]]
"""The source's pixels u8 (H, W, 3), and the boxes that were covered: all outside of them is to stay."""

Aspect = Literal["pages", "structure", "contents", "bytes"]


class Reader:
    """The pages of one file. Decodes nothing until `decode`; keeps no pixels. `notes`: of the document."""

    pages = 1

    def __init__(self) -> None:
        self.notes: list[str] = []

    def decode(self, index: int) -> Decoded:
        """Page `index` from 0. Raises InputError for what is in the file."""
        raise NotImplementedError

    def text_layer(self, index: int) -> TextLayer | None:
        """The text that the page decoded last says it holds; None where it has none."""
        return None

    def close(self) -> None:
        """Let go of what is held open between pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedWord:
    """A word that survived and the quad of its ink, in pixels of the page."""

    text: str = field(repr=False)
    quad: Quad


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """A page as it is written.

    `width`, `height`: pixels. `colour`: of the samples stored. `codec`: by which they are coded, such as "jpeg", "g4" or "flate".
    `dpi`: horizontal and vertical, None where unknown. `size_pt`: width and height of a PDF page in points, None to derive it
    from `dpi`."""

    codec: str
    width: int
    height: int
    colour: Colour
    dpi: tuple[float, float] | None = None
    size_pt: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedPage(_Page):
    """One page as it will stand in a file of kind `target`. `data`: the exact stream (PDF, TIFF) or the whole file (images)."""

    data: bytes = field(repr=False)
    target: MediaType

    @property
    def lossless(self) -> bool:
        return self.codec != "jpeg"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSpec(_Page):
    """A page as it was verified, which the file is held against. `data_sha256`: of `CodedPage.data`, in hex. `words`: how many
    words its text layer was given, 0 for none."""

    data_sha256: str
    words: int = 0

    @staticmethod
    def of(coded: CodedPage, words: int = 0) -> PageSpec:
        """The specification of a coded page; keep it and let the page go."""
        same = {one.name: getattr(coded, one.name) for one in fields(_Page)}
        return PageSpec(**same, data_sha256=hashlib.sha256(coded.data).hexdigest(), words=words)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a written file: which check it fails and what it is, without content."""

    aspect: Aspect
    what: str


class DocumentWriter:
    """Writes one document, here a file that is its page's data. Pages come in order; nothing is kept of a page after `add`."""

    def __init__(self, stream: BinaryIO, target: MediaType, pages: int) -> None:
        self._out, self._target, self._pages, self._written = stream, target, pages, 0

    def add(self, page: CodedPage, text: Sequence[PlacedWord] | None = None) -> None:
        """Write the next page. `text` is used by PDF and ignored by images."""
        if self._written >= self._pages:
            raise UsageError(f"the document was to have {self._pages} pages")
        if page.target != self._target:
            raise UsageError(f"a page coded for {page.target} cannot stand in a file of {self._target}")
        self._add(page, text or ())
        self._written += 1

    def finish(self) -> None:
        """Complete and flush the file; does not close the stream. UsageError where pages are missing."""
        if self._written != self._pages:
            raise UsageError(f"{self._written} of {self._pages} pages were written")
        self._finish()
        self._out.flush()

    def _add(self, page: CodedPage, text: Sequence[PlacedWord]) -> None:
        self._out.write(page.data)

    def _finish(self) -> None:
        """Write what stands behind the last page."""


class Format(ABC):
    """A kind of file that is read. `name`: as people write it; `suffixes`: in lower case, that of what is written first."""

    name: str
    media_type: MediaType
    suffixes: tuple[str, ...]
    loose = False  # its signature may stand behind something else: all others are asked first
    optional = False  # takes an extra of the installation

    @property
    def written_as(self) -> MediaType:
        """What a document of this kind becomes where it is to stay the same."""
        return self.media_type

    def missing(self) -> str | None:
        """What to do where this installation does not read the format; None where it does."""
        return None

    @abstractmethod
    def sniff(self, head: bytes) -> bool:
        """Whether a file that starts so is of this format."""

    @abstractmethod
    def whole(self, held: Held) -> bool:
        """Whether a file that somebody else writes has its own end; few bytes are looked at. What is whole may be broken all the
        same. ValueError, IndexError, struct.error count as no."""

    @abstractmethod
    def open(self, source: Source, limits: Limits, render_dpi: int, password: str | None) -> Reader:
        """A reader of the file's pages. Raises InputError for what is in the file."""


class WritableFormat(Format):
    """A kind of file that is written as well. `check` shares no code with what writes and reads, so that its mistakes show."""

    @abstractmethod
    def encode(self, pixels: Pixels, page: PageFormat, keep: Keep | None) -> tuple[str, Colour, bytes]:
        """Codec, colour of the samples, and data of a page u8 (H, W, 3). LimitExceeded where the format cannot hold its size.

        With `keep` a page that loses something is coded finer until it is close enough to the source."""

    @abstractmethod
    def decode(self, coded: CodedPage) -> Pixels:
        """u8 (H, W, 3) RGB of the very data that is written, by decoders that share no code with `encode`."""

    @abstractmethod
    def writer(self, stream: BinaryIO, pages: int) -> DocumentWriter:
        """Writes so many pages into an empty stream. UsageError where a file does not hold that many."""

    @abstractmethod
    def check(self, view: memoryview, expected: Sequence[PageSpec]) -> Iterator[Problem]:
        """All that is wrong with a written file. May raise anything for what is in it, which is a problem of its structure."""


FORMATS: Registry[Format] = Registry("docpriv.formats")


def format_of(media_type: MediaType) -> Format:
    """The format of that media type."""
    return next(form for form in FORMATS.values() if form.media_type == media_type)


def writable(media_type: MediaType) -> WritableFormat:
    """The format of that media type, which is one that is written."""
    form = format_of(media_type)
    if not isinstance(form, WritableFormat):
        raise ValueError(f"{form.name} is not written")
    return form


def written_as(media_type: MediaType, chosen: str) -> MediaType:
    """What an input of that kind becomes; `chosen`: "same", or the name of a format in lower case."""
    return format_of(media_type).written_as if chosen == "same" else FORMATS[chosen].media_type
