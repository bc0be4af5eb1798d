"""The engines of a recipe, loaded once and used for many documents."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from docpriv import options
from docpriv.formats.form import FORMATS
from docpriv.model import EngineId
from docpriv.ocr import open_engine
from docpriv.options import Recipe
from docpriv.pii import Coverage, coverage, open_finder
from docpriv.protocols import OcrEngine, PiiDetector, ReadPage, VisualDetector
from docpriv.records import EngineRecord
from docpriv.visual.line_script import LineScripts
from docpriv.visual.seeing import open_detectors

if TYPE_CHECKING:
    from docpriv.pii.detectors import RecognizerInfo


class Named(Protocol):
    """Whatever a record names as an engine."""

    def identity(self) -> EngineId: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Engines:
    """What a recipe reads and finds with; `covers` says what of a page is in a script and language that they cover,
    `scripts` in which script a line is by its picture."""

    ocr: OcrEngine
    finder: PiiDetector
    detectors: tuple[VisualDetector, ...] = ()
    covers: Callable[[ReadPage, options.Finding], Coverage] = coverage
    scripts: LineScripts | None = None

    def identities(self, languages: Collection[str] | None = None) -> tuple[EngineId, ...]:
        """All of them; of the names models those that read these languages, where any are named."""
        named: list[Named] = [*self.detectors, *([self.scripts] if self.scripts is not None else [])]
        return (self.ocr.identity(), *self.finder.identity(languages), *(one.identity() for one in named))


def open_engines(recipe: Recipe) -> Engines:
    """Load the engines of a recipe; EngineError or ModelError where one is missing or not the one it claims to be."""
    ocr = open_engine(recipe.reading.engine, recipe.reading)
    if recipe.reading.engine == "fake":
        from docpriv.pii.fake import FakeFinder

        return Engines(ocr=ocr, finder=FakeFinder(), covers=lambda page, form: Coverage(scripts={}, language=None, covered=True))
    return Engines(
        ocr=ocr,
        finder=open_finder(recipe.finding, threads=recipe.reading.threads),
        detectors=open_detectors(recipe.seeing, threads=recipe.reading.threads),
        scripts=LineScripts(threads=recipe.reading.threads),
    )


def missing_formats() -> dict[str, str | None]:
    """Formats of input that take an extra: what to do where they are not read here; None where they are."""
    return {form.name: form.missing() for form in FORMATS.values() if form.optional}


def recognizers_of(recipe: Recipe) -> tuple[RecognizerInfo, ...]:
    """Every rule that a recipe looks with. No model is loaded."""
    from docpriv.pii.catalogue import catalogue

    return catalogue(recipe.finding)


def engine_records(
    engines: Engines, writer: Named | None = None, languages: Collection[str] | None = None
) -> tuple[EngineRecord, ...]:
    """Engines as a record names them; `writer`: what wrote pseudonyms; `languages`: those that were read."""
    named = (*engines.identities(languages), *(() if writer is None else (writer.identity(),)))
    return tuple(EngineRecord(name=e.name, version=e.version, models=dict(e.models)) for e in named)
