"""Default reading engine: PP-OCRv6 small detection and recognition on onnxruntime; refuses to drop lines or to shrink pages.

The two model files come from the rapidocr wheel; its own call is not used, because it drops lines below a score,
shrinks large pages and returns character boxes that leave ink of half of all words visible.
"""

from __future__ import annotations

from collections.abc import Sequence

from docpriv.errors import EngineError
from docpriv.geometry import Quad
from docpriv.model import EngineId, PageRef, PageText, Pixels, TextLine
from docpriv.ocr.graphs import DetectionGraph, RecognitionGraph, Session, providers
from docpriv.ocr.modelfiles import wheel_models
from docpriv.ocr.pages import PageReader
from docpriv.ocr.recognize import CtcLines
from docpriv.options import Reading


class RapidEngine:
    """PP-OCRv6 small, multi-language. Re-entrant within one process; one page at a time."""

    recycle_after: int | None = None

    def __init__(self, options: Reading | None = None) -> None:
        chosen = options or Reading()
        _takes_no_folder(chosen)
        detection, recognition, release = wheel_models()
        self._id = EngineId(
            name="rapid",
            version=f"rapidocr-models-{release}",
            models=((detection.path.name, detection.sha256), (recognition.path.name, recognition.sha256)),
        )
        detector = Session(str(detection.path), threads=chosen.threads, device=chosen.device)
        recognizer = Session(str(recognition.path), threads=chosen.threads, device=chosen.device)
        alphabet = ["", *recognizer.metadata("character").splitlines(), " "]
        self._pages = PageReader(DetectionGraph(detector), CtcLines(RecognitionGraph(recognizer), alphabet), chosen)

    def identity(self) -> EngineId:
        return self._id

    def read(self, pixels: Pixels, ref: PageRef) -> PageText:
        return self._pages.read(pixels, ref)

    def read_lines(self, pixels: Pixels, quads: Sequence[Quad]) -> tuple[TextLine, ...]:
        return self._pages.read_lines(pixels, quads)


def _takes_no_folder(options: Reading) -> None:
    if options.model_dir is not None:
        raise EngineError(
            "the engine rapid reads with its own models and takes no folder of others",
            remedy="Leave reading.model_dir (--model-dir) out, or choose the engine paddle or tesseract.",
        )


def missing(options: Reading) -> str | None:
    """What the engine lacks here, in words; None where it can be opened."""
    try:
        _takes_no_folder(options)
        wheel_models()
        providers(options.device)
    except EngineError as exc:
        return exc.message
    return None
