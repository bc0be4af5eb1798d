"""The engines of a recipe, loaded once and used for many documents; refuses a recipe that needs what is not here."""

from __future__ import annotations

from dataclasses import dataclass

from docpriv.model import EngineId
from docpriv.ocr import open_engine
from docpriv.options import Recipe
from docpriv.pii import open_finder
from docpriv.protocols import OcrEngine, PiiDetector
from docpriv.records import EngineRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Engines:
    """What a recipe reads and finds with."""

    ocr: OcrEngine
    finder: PiiDetector

    def identities(self) -> tuple[EngineId, ...]:
        return (self.ocr.identity(), *self.finder.identity())


def open_engines(recipe: Recipe) -> Engines:
    """Load the engines of a recipe; EngineError or ModelError where one is missing or not the one it claims to be."""
    return Engines(ocr=open_engine(recipe.reading.engine, recipe.reading),
                   finder=open_finder(recipe.finding, threads=recipe.reading.threads))


def engine_records(engines: Engines) -> tuple[EngineRecord, ...]:
    """Engines as a record names them."""
    return tuple(EngineRecord(name=e.name, version=e.version, models=dict(e.models)) for e in engines.identities())

