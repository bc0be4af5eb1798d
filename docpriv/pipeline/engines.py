"""The engines of a recipe, loaded once and used for many documents; refuses a recipe that needs what is not here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docpriv import options
from docpriv.model import EngineId, PageText
from docpriv.ocr import open_engine
from docpriv.options import Recipe
from docpriv.pii import Coverage, coverage, open_finder
from docpriv.protocols import OcrEngine, PiiDetector
from docpriv.records import EngineRecord

if TYPE_CHECKING:
    from docpriv.pii.catalogue import RecognizerInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Engines:
    """What a recipe reads and finds with; `covers` says whether a page is in a script and language that they cover."""

    ocr: OcrEngine
    finder: PiiDetector
    covers: Callable[[PageText, options.Finding], Coverage] = coverage

    def identities(self) -> tuple[EngineId, ...]:
        return (self.ocr.identity(), *self.finder.identity())


def open_engines(recipe: Recipe) -> Engines:
    """Load the engines of a recipe; EngineError or ModelError where one is missing or not the one it claims to be."""
    ocr = open_engine(recipe.reading.engine, recipe.reading)
    if recipe.reading.engine == "fake":
        from docpriv.pii.fake import FakeFinder
        return Engines(ocr=ocr, finder=FakeFinder(), covers=lambda page, form: Coverage(scripts={}, language=None, covered=True))
    return Engines(ocr=ocr, finder=open_finder(recipe.finding, threads=recipe.reading.threads))


def recognizers_of(recipe: Recipe) -> tuple[RecognizerInfo, ...]:
    """Every rule that a recipe looks with. No model is loaded."""
    from docpriv.pii.catalogue import catalogue
    return catalogue(recipe.finding)


def engine_records(engines: Engines) -> tuple[EngineRecord, ...]:
    """Engines as a record names them."""
    return tuple(EngineRecord(name=e.name, version=e.version, models=dict(e.models)) for e in engines.identities())

