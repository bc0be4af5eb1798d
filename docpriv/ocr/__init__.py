"""Reading engines behind one protocol, found by name and imported on use; refuses names it does not know."""

from __future__ import annotations

from importlib import import_module

from docpriv.errors import EngineError
from docpriv.options import Reading
from docpriv.protocols import OcrEngine

ENGINES: dict[str, str] = {
    "rapid": "docpriv.ocr.rapid:RapidEngine",
    "paddle": "docpriv.ocr.paddle:PaddleEngine",
    "tesseract": "docpriv.ocr.tesseract:TesseractEngine",
    "fake": "docpriv.ocr.fake:FakeEngine",
}


def open_engine(name: str, options: Reading | None = None) -> OcrEngine:
    """Make an engine; EngineError names the known ones, or what is missing."""
    if name not in ENGINES:
        raise EngineError(
            f"no reading engine of that name; known: {', '.join(sorted(ENGINES))}",
            remedy="Set reading.engine to one of the names.",
        )
    module, _, attribute = ENGINES[name].partition(":")
    engine: OcrEngine = getattr(import_module(module), attribute)(options or Reading(engine=name))
    return engine


def missing_engines(options: Reading) -> dict[str, str | None]:
    """What each engine for real paper lacks here, in words, with these options; None where it can be opened."""
    found: dict[str, str | None] = {}
    for name, place in ENGINES.items():
        if name != "fake":
            # the folder of models in the options is that of their engine
            own = options if name == options.engine else options.model_copy(update={"model_dir": None})
            found[name] = import_module(place.partition(":")[0]).missing(own)
    return found
