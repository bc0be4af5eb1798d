"""The default reading engine: PP-OCRv6 small detection and recognition on onnxruntime.

The two model files come from the rapidocr wheel; its own call is not used, because it drops lines below a score,
shrinks large pages and returns character boxes that leave ink of half of all words visible.
"""

from __future__ import annotations

from pathlib import Path

from docpriv.errors import EngineError
from docpriv.model import EngineId
from docpriv.ocr import ENGINES, Registration
from docpriv.ocr.networks import DETECTION, RECOGNITION, DetectionGraph, RecognitionGraph, Session, providers, wheel_models
from docpriv.ocr.pages import PageEngine
from docpriv.ocr.recognize import CtcLines
from docpriv.options import Reading


class RapidEngine(PageEngine):
    """PP-OCRv6 small, multi-language. Re-entrant within one process; one page at a time."""

    def __init__(self, options: Reading) -> None:
        detection, recognition, release = _require(options)
        recognizer = Session(recognition, options)
        super().__init__(
            EngineId(name="rapid", version=f"rapidocr-models-{release}", models=(DETECTION, RECOGNITION)),
            DetectionGraph(Session(detection, options)),
            CtcLines(RecognitionGraph(recognizer), recognizer.alphabet()),
            options,
        )


def _require(options: Reading) -> tuple[Path, Path, str]:
    if options.model_dir is not None:
        raise EngineError(
            "the engine rapid reads with its own models and takes no folder of others",
            remedy="Leave reading.model_dir (--model-dir) out, or choose the engine paddle or tesseract.",
        )
    providers(options.device)
    return wheel_models()


ENGINES.register("rapid", Registration(load=RapidEngine, require=_require))
