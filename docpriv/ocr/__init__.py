"""Reading engines behind one protocol, found by name and imported on use; refuses names it does not know."""

from __future__ import annotations

from importlib import import_module

from docpriv.errors import EngineError
from docpriv.options import Reading
from docpriv.protocols import OcrEngine

ENGINES: dict[str, str] = {
    "rapid": "docpriv.ocr.rapid:RapidEngine",
    "fake": "docpriv.ocr.fake:FakeEngine",
}


def open_engine(name: str, options: Reading | None = None) -> OcrEngine:
    """Make an engine; EngineError names the known ones, or what is missing."""
    if name not in ENGINES:
        raise EngineError(f"no reading engine of that name; known: {', '.join(sorted(ENGINES))}",
                          remedy="Set reading.engine to one of the names.")
    module, _, attribute = ENGINES[name].partition(":")
    engine: OcrEngine = getattr(import_module(module), attribute)(options or Reading(engine=name))
    return engine
