"""The two PP-OCR networks as onnxruntime graphs, fed as they were trained; refuses a device that is not there."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from docpriv.errors import EngineError
from docpriv.model import Pixels

HEIGHT = 48  # rows of the recognizer's input
MIN_WIDTH = 64  # narrower inputs read worse
MAX_WIDTH = 8000  # columns; a longer line is squeezed to this
_LEVELS = (np.arange(256, dtype=np.float32) - np.float32(127.5)) * np.float32(1 / 127.5)


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

    def __init__(self, model: bytes | str, *, threads: int, device: str) -> None:
        wanted = providers(device)
        import onnxruntime as ort

        ort.disable_telemetry_events()  # for a program that had loaded it before docpriv
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # keeps memory level on pages of many sizes; costs nothing measurable
        options.log_severity_level = 4
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session: Any = ort.InferenceSession(model, options, providers=wanted)
        except Exception as exc:
            raise EngineError(f"a reading model could not be loaded ({type(exc).__name__})") from None
        on_device(self._session, device)
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


def on_device(session: Any, device: str) -> None:
    """EngineError where a session that was to run on CUDA runs on the CPU: onnxruntime falls back and says so in a log only."""
    if device == "cuda" and "CUDAExecutionProvider" not in session.get_providers():
        raise EngineError(
            "device cuda was asked for, but CUDA cannot be used here",
            remedy="Check the driver and the CUDA libraries that onnxruntime-gpu asks for, or use reading.device=cpu.",
        )


class DetectionGraph:
    """A detection network that takes BGR in -1..1."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def __call__(self, image: Pixels) -> npt.NDArray[np.float32]:
        probability: npt.NDArray[np.float32] = self._session(_blob(image))[0, 0]
        return probability


class RecognitionGraph:
    """A recognition network that takes BGR in -1..1, 48 rows, and as many columns as the line needs."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def __call__(self, crop: Pixels) -> tuple[npt.NDArray[np.float32], float]:
        h, w = crop.shape[:2]
        net_w = min(MAX_WIDTH, max(1, math.ceil(HEIGHT * w / h)))
        resized: Pixels = np.asarray(cv2.resize(crop, (net_w, HEIGHT), interpolation=cv2.INTER_LINEAR))
        blob = np.zeros((1, 3, HEIGHT, max(MIN_WIDTH, net_w)), np.float32)
        blob[..., :net_w] = _blob(resized)
        out = self._session(blob)[0]  # (steps, classes), probabilities
        return out, blob.shape[3] / len(out) * w / net_w


def _blob(image: Pixels) -> npt.NDArray[np.float32]:
    """BGR in -1..1, (1, 3, h, w), of a u8 (h, w, 3) RGB image: what cv2.dnn.blobFromImage gives, in half its time."""
    out = np.empty((1, 3, *image.shape[:2]), np.float32)
    for i in range(3):
        out[0, i] = cv2.LUT(cv2.extractChannel(image, 2 - i), _LEVELS, dst=out[0, i])
    return out
