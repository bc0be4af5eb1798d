"""The two networks of PP-OCR as onnxruntime graphs, fed as they were trained: those of the rapidocr wheel, or others alike.

The wheel's code is not imported and nothing is fetched. A device that was asked for is used, or it is an error.
"""

from __future__ import annotations

import hashlib
import math
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from docpriv.errors import EngineError, ModelError
from docpriv.model import Pixels
from docpriv.options import Reading

Levels = npt.NDArray[np.float32]
"""What a network is fed for each level of blue, green and red: (3, 256)."""

# Digests as published in the `default_models.yaml` of rapidocr 3.10 (PP-OCRv6 small, multi-language).
DETECTION = ("PP-OCRv6_det_small.onnx", "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f")
RECOGNITION = ("PP-OCRv6_rec_small.onnx", "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884")
HEIGHT = 48  # rows of the recognizer's input
MIN_WIDTH = 64  # narrower inputs read worse
MAX_WIDTH = 8000  # columns; a longer line is squeezed to this
PLAIN: Levels = np.tile((np.arange(256, dtype=np.float32) - np.float32(127.5)) * np.float32(1 / 127.5), (3, 1))  # -1..1


@lru_cache(maxsize=8)
def checked(path: Path, sha256: str) -> Path:
    """The file if its SHA-256 is the expected one; ModelError otherwise."""
    try:
        data = path.read_bytes()
    except OSError:
        raise ModelError(f"model file {path.name} is missing") from None
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ModelError(f"model file {path.name} is not the one this version was built with")
    return path


def wheel_models() -> tuple[Path, Path, str]:
    """Detection model, recognition model and version of the wheel that holds them."""
    spec = find_spec("rapidocr")
    if spec is None or not spec.submodule_search_locations:
        raise ModelError("the package rapidocr, which holds the reading models, is not installed")
    folder = Path(next(iter(spec.submodule_search_locations))) / "models"
    try:
        release = version("rapidocr")
    except PackageNotFoundError:
        release = "unknown"
    return checked(folder / DETECTION[0], DETECTION[1]), checked(folder / RECOGNITION[0], RECOGNITION[1]), release


def providers(device: str) -> list[str]:
    """onnxruntime's execution providers for a device; EngineError where this onnxruntime lacks the one asked for."""
    try:
        import onnxruntime as ort
    except ImportError:
        raise EngineError("onnxruntime is not installed") from None
    if device != "cuda":
        return ["CPUExecutionProvider"]
    if "CUDAExecutionProvider" not in ort.get_available_providers():
        raise EngineError(
            "device cuda was asked for, but this onnxruntime has no CUDA support",
            remedy="Install onnxruntime-gpu, or use reading.device=cpu.",
        )
    return ["CUDAExecutionProvider", "CPUExecutionProvider"]


class Session:
    """One onnxruntime graph with one input and one output, float32 in and out; deterministic, bounded memory."""

    def __init__(self, model: Path, options: Reading) -> None:
        wanted = providers(options.device)
        import onnxruntime as ort

        ort.disable_telemetry_events()  # for a program that had loaded it before docpriv
        settings = ort.SessionOptions()
        settings.intra_op_num_threads = options.threads
        settings.inter_op_num_threads = 1
        settings.enable_cpu_mem_arena = False  # keeps memory level on pages of many sizes; costs nothing measurable
        settings.log_severity_level = 4
        settings.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session: Any = ort.InferenceSession(str(model), settings, providers=wanted)
        except Exception as exc:
            raise ModelError(f"a reading model could not be loaded ({type(exc).__name__})") from None
        if wanted[0] not in self._session.get_providers():  # onnxruntime falls back and says so in a log only
            raise EngineError(
                "device cuda was asked for, but CUDA cannot be used here",
                remedy="Check the driver and the CUDA libraries that onnxruntime-gpu asks for, or use reading.device=cpu.",
            )
        self._input = self._session.get_inputs()[0].name
        self._output = self._session.get_outputs()[0].name

    def alphabet(self, characters: list[str] | None = None) -> list[str]:
        """Text by class of a recognizer, the CTC blank first. `characters`: those that its file holds where None are given.

        ModelError where they are not those of its classes."""
        if characters is None:
            characters = str(self._session.get_modelmeta().custom_metadata_map.get("character", "")).splitlines()
        classes = self._session.get_outputs()[0].shape[-1]
        if any(len(c) != 1 for c in characters) or (isinstance(classes, int) and classes != len(characters) + 2):
            raise ModelError("a reading model and its list of characters do not belong together")
        return ["", *characters, " "]

    def __call__(self, blob: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        try:
            out: npt.NDArray[np.float32] = self._session.run([self._output], {self._input: blob})[0]
        except Exception as exc:
            raise EngineError(f"a reading model failed ({type(exc).__name__})") from None
        return out


class DetectionGraph:
    """A detection network, fed with `levels`."""

    def __init__(self, session: Session, levels: Levels = PLAIN) -> None:
        self._session, self._levels = session, levels

    def __call__(self, image: Pixels) -> npt.NDArray[np.float32]:
        out = self._session(_blob(image, self._levels))
        if out.shape != (1, 1, *image.shape[:2]):
            raise ModelError("the detection model is no text detector")
        probability: npt.NDArray[np.float32] = out[0, 0]
        return probability


class RecognitionGraph:
    """A recognition network, fed with `levels` in 48 rows, and as many columns as the line needs, `least` at least."""

    def __init__(self, session: Session, levels: Levels = PLAIN, least: int = MIN_WIDTH) -> None:
        self._session, self._levels, self._least = session, levels, least

    def __call__(self, crop: Pixels) -> tuple[npt.NDArray[np.float32], float]:
        h, w = crop.shape[:2]
        net_w = min(MAX_WIDTH, max(1, math.ceil(HEIGHT * w / h)))
        resized: Pixels = np.asarray(cv2.resize(crop, (net_w, HEIGHT), interpolation=cv2.INTER_LINEAR))
        blob = np.zeros((1, 3, HEIGHT, max(self._least, net_w)), np.float32)
        blob[..., :net_w] = _blob(resized, self._levels)
        out = self._session(blob)[0]  # (steps, classes), probabilities
        return out, blob.shape[3] / len(out) * w / net_w


def _blob(image: Pixels, levels: Levels) -> npt.NDArray[np.float32]:
    """Levels of blue, green and red, (1, 3, h, w), of a u8 (h, w, 3) RGB image: cv2.dnn.blobFromImage takes twice the time."""
    out = np.empty((1, 3, *image.shape[:2]), np.float32)
    for i in range(3):
        out[0, i] = cv2.LUT(cv2.extractChannel(image, 2 - i), levels[i], dst=out[0, i])
    return out
