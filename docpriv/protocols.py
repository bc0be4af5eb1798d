"""What engines look like to the rest of the house: reading, finding, seeing; no engine is imported here."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from docpriv.geometry import Box, Quad
from docpriv.model import EngineId, Finding, Layout, Mark, PageImage, PageRef, PageText, Pixels, TextLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """Languages by code (ISO 639): `page`, those of a page; `lines`, those in which each of its lines is searched, where that
    was told. None of either: not known, so that all are looked for."""

    page: tuple[str, ...] = ()
    lines: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPage:
    """A page after reading: its text, its layout and the marks seen on it; its pixels are gone.

    `spoken`: its languages, where they are known; without `lines` those of another reading of it, for lines that do not tell.
    """

    text: PageText
    layout: Layout
    marks: tuple[Mark, ...] = ()
    spoken: Spoken | None = None


@runtime_checkable
class OcrEngine(Protocol):
    """Reads text. Re-entrant, no network; raises EngineError, never drops a line, whatever its score.

    `recycle_after`: pages after which its process is better replaced, because its memory grows; None where it does not.
    """

    recycle_after: int | None

    def identity(self) -> EngineId: ...

    def read(self, pixels: Pixels, ref: PageRef) -> PageText:
        """All lines of a u8 (H, W, 3) RGB page in its own frame, at any of the four page orientations."""
        ...

    def read_lines(self, pixels: Pixels, quads: Sequence[Quad]) -> tuple[TextLine, ...]:
        """Recognize single lines whose place is known (no detection), one result a quad, in the page's frame."""
        ...


@runtime_checkable
class PiiDetector(Protocol):
    """Finds personal data in what was read. Gets all pages of a document, so that a name found once is found everywhere."""

    def identity(self, languages: Collection[str] | None = None) -> tuple[EngineId, ...]:
        """What finds; of models for languages those that read these, all for None."""
        ...

    def find(self, pages: Sequence[ReadPage]) -> tuple[Finding, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A page to look at: its image, every line that any reading gave, its photographs and halftones, what was seen before.

    `changed`: where pixels differ from those of an earlier look with the same lines; None where there was none. `earlier`: the
    marks of that look. What it said of unchanged pixels need not be asked again.
    """

    page: PageImage
    lines: tuple[TextLine, ...]
    pictures: tuple[Box, ...] = ()
    marks: tuple[Mark, ...] = ()
    changed: tuple[Box, ...] | None = None
    earlier: tuple[Mark, ...] = ()


@runtime_checkable
class VisualDetector(Protocol):
    """Sees what is not text: faces, codes, signatures, unread ink. No network; raises EngineError, never drops what it saw.

    `detector`: as its marks name it. Before a release it looks again, at what was written.
    """

    detector: str

    def identity(self) -> EngineId: ...

    def see(self, scene: Scene) -> tuple[Mark, ...]:
        """Marks in the page's frame, in a fixed order; the same scene gives the same marks."""
        ...
