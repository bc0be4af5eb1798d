"""Default reading engine: PP-OCRv6 small detection and recognition on onnxruntime; refuses to drop lines or to shrink pages.

The two model files come from the rapidocr wheel; its own call is not used, because it drops lines below a score,
shrinks large pages and returns character boxes that leave ink of half of all words visible.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Any

import numpy as np
import numpy.typing as npt

from docpriv.errors import EngineError
from docpriv.geometry import Quad
from docpriv.model import EngineId, PageRef, PageText, Pixels, TextLine
from docpriv.ocr.detect import DetectedLine, detect
from docpriv.ocr.leading import tighten
from docpriv.ocr.modelfiles import wheel_models
from docpriv.ocr.recognize import LineReader, is_upright, turned
from docpriv.options import Reading

DOUBTFUL = 0.90        # score of long lines below which a page may be upside down
POOR_LINE = 0.60       # a line below this may be upside down or on its side
PROBES = 6             # lines that decide an orientation


class Session:
    """One onnxruntime graph with one input and one output, float32 in and out; deterministic, bounded memory."""

    def __init__(self, model: bytes | str, *, threads: int, device: str) -> None:
        try:
            import onnxruntime as ort
        except ImportError:
            raise EngineError("onnxruntime is not installed") from None
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False      # keeps memory level on pages of many sizes; costs nothing measurable
        options.log_severity_level = 4
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        providers = ["CPUExecutionProvider"]
        if device == "cuda":
            if "CUDAExecutionProvider" not in ort.get_available_providers():
                raise EngineError("device cuda was asked for, but this onnxruntime has no CUDA support",
                                  remedy="Install onnxruntime-gpu, or use reading.device=cpu.")
            providers.insert(0, "CUDAExecutionProvider")
        try:
            self._session: Any = ort.InferenceSession(model, options, providers=providers)
        except Exception as exc:
            raise EngineError(f"a reading model could not be loaded ({type(exc).__name__})") from None
        self._input = self._session.get_inputs()[0].name
        self._output = self._session.get_outputs()[0].name

    def metadata(self, key: str) -> str:
        """A string stored in the model file; EngineError where it is missing."""
        found = self._session.get_modelmeta().custom_metadata_map.get(key)
        if found is None:
            raise EngineError(f"the reading model does not name its {key}")
        return str(found)

    def __call__(self, blob: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        try:
            out: npt.NDArray[np.float32] = self._session.run([self._output], {self._input: blob})[0]
        except Exception as exc:
            raise EngineError(f"a reading model failed ({type(exc).__name__})") from None
        return out


class RapidEngine:
    """PP-OCRv6 small, multi-language. Re-entrant within one process; one page at a time."""

    def __init__(self, options: Reading | None = None) -> None:
        self._options = options or Reading()
        detection, recognition, release = wheel_models()
        self._id = EngineId(name="rapid", version=f"rapidocr-models-{release}",
                            models=((detection.path.name, detection.sha256), (recognition.path.name, recognition.sha256)))
        threads, device = self._options.threads, self._options.device
        self._detector = Session(str(detection.path), threads=threads, device=device)
        recognizer = Session(str(recognition.path), threads=threads, device=device)
        alphabet = ["", *recognizer.metadata("character").splitlines(), " "]
        self._reader = LineReader(recognizer, alphabet)

    def identity(self) -> EngineId:
        return self._id

    def read(self, pixels: Pixels, ref: PageRef) -> PageText:
        """All lines of a u8 (H, W, 3) RGB page; `turn` is the quarter turns counter-clockwise that make it upright."""
        _check(pixels)
        found = detect(pixels, self._detector, self._options.max_tile)
        turn = self._sideways(pixels, found) if self._options.check_orientation else 0
        known: dict[Quad, TextLine] = {}
        if self._options.check_orientation and turn == 0 and self._upside_down(pixels, found, known):
            turn, known = 2, {}
        lines = tighten([self._read_line(pixels, line, turn, known) for line in found], pixels)
        return PageText(ref=ref, width=int(pixels.shape[1]), height=int(pixels.shape[0]), lines=lines, turn=turn)

    def read_lines(self, pixels: Pixels, quads: Sequence[Quad]) -> tuple[TextLine, ...]:
        """Recognize the text along each quad (top edge a-b); one line a quad, empty where nothing is read."""
        _check(pixels)
        return tuple(self._reader.read(pixels, quad) for quad in quads)

    def _read_line(self, pixels: Pixels, line: DetectedLine, turn: int, known: dict[Quad, TextLine]) -> TextLine:
        """Read along the page's direction; a line that reads badly is tried the other ways and the best one kept."""
        first = turn % 4
        across = is_upright(line.quad) != (turn % 2 == 1)
        tries = [first]
        if across:
            elongated = max(line.quad.height, line.quad.width) / max(min(line.quad.height, line.quad.width), 1e-6)
            tries = [(first + 1) % 4, (first + 3) % 4] if elongated > 3 else [first, (first + 1) % 4, (first + 3) % 4]
        best: TextLine | None = None
        for quarters in tries:
            quad = turned(line.quad, quarters)
            reading = known.get(quad) or self._reader.read(pixels, quad, line.score)
            if best is None or reading.score > best.score:
                best = reading
            if best.score > 0.9:
                break
        assert best is not None
        if not across and best.score < POOR_LINE and len(best.chars) > 4 and self._options.check_orientation:
            flipped = self._reader.read(pixels, turned(line.quad, first + 2), line.score)
            if flipped.score > best.score + 0.15:
                return flipped
        return best

    def _sideways(self, pixels: Pixels, found: list[DetectedLine]) -> int:
        """1 or 3 where most long lines stand upright on the page, else 0."""
        longest = _longest(found)
        if len(longest) < 2 or sum(is_upright(line.quad) for line in longest) * 2 <= len(longest):
            return 0
        probes = [line.quad for line in longest if is_upright(line.quad)]
        down = median(self._reader.score(pixels, turned(q, 1)) for q in probes)
        up = median(self._reader.score(pixels, turned(q, 3)) for q in probes)
        return 1 if down >= up else 3

    def _upside_down(self, pixels: Pixels, found: list[DetectedLine], known: dict[Quad, TextLine]) -> bool:
        """Whether the longest lines read better upside down; asked only where they read badly as they lie.

        What it read as the page lies is left in `known`, so that nothing is read twice.
        """
        probes = [line for line in _longest(found) if not is_upright(line.quad)]
        now: list[float] = []
        for line in probes:
            known[line.quad] = reading = self._reader.read(pixels, line.quad, line.score)
            now.append(reading.score)
            if len(now) == 2 and min(now) > DOUBTFUL:
                return False
        if not probes or median(now) > DOUBTFUL:
            return False
        flipped = median(self._reader.score(pixels, turned(line.quad, 2)) for line in probes)
        return flipped > median(now) + 0.05


def _longest(found: list[DetectedLine]) -> list[DetectedLine]:
    return sorted(found, key=lambda line: -max(line.quad.width, line.quad.height))[:PROBES]


def _check(pixels: Pixels) -> None:
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3:
        raise EngineError("an engine reads u8 pages of shape (H, W, 3)")
