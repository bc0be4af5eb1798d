"""Runs the vendored face network on an image."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from docpriv.errors import EngineError, ModelError
from docpriv.geometry import Quad
from docpriv.model import EngineId, Pixels
from docpriv.model_card import checked_bytes, read_card

MODEL_DIR: Final = Path(__file__).parent / "models" / "centerface"
MODEL_FILE: Final = "centerface.onnx"
OVERLAP: Final = 0.3  # boxes that share more than this are one face
OUTPUTS: Final = ("heatmap", "size", "offset", "points")
GRID: Final = 32  # the network's sides are multiples of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """An inner face: `quad` brow to chin, its a and b along the brow; score 0..1."""

    quad: Quad
    score: float


class FaceNetwork:
    """CenterFace on OpenCV's own runtime, loaded once; raises ModelError where the file is absent or not the card's."""

    def __init__(self, *, threads: int = 1, model_dir: Path = MODEL_DIR) -> None:
        card = read_card(model_dir, "the face model", _is_complete)
        content = checked_bytes(model_dir, MODEL_FILE, card, "the face model")
        self._identity = EngineId(
            name="faces", version=str(card["version"]), models=((MODEL_FILE, str(card["files"][MODEL_FILE]["sha256"])),)
        )
        self._threads = max(1, threads)
        names = card["outputs"]
        # All four: OpenCV 5 gives all outputs of a network or none.
        self._outputs = [str(names[name]) for name in OUTPUTS]
        try:
            self._net = cv2.dnn.readNetFromONNX(np.frombuffer(content, np.uint8))
        except cv2.error:
            raise ModelError("the face model cannot be loaded") from None
        if int(cv2.__version__.split(".")[0]) < 5:
            # The runtime of OpenCV 4 joins layers for the first image's size and gives nonsense for every other size.
            self._net.enableFusion(False)

    def identity(self) -> EngineId:
        return self._identity

    def find(self, image: Pixels, min_score: float) -> tuple[Face, ...]:
        """Upright faces of a u8 (H, W, 3) RGB image with at least `min_score`, best first."""
        height, width = image.shape[:2]
        if min(height, width) < 8:
            return ()
        size = (math.ceil(width / GRID) * GRID, math.ceil(height / GRID) * GRID)
        # Padded with its own edge, not stretched: a face keeps its form and its place.
        padded = cv2.copyMakeBorder(image, 0, size[1] - height, 0, size[0] - width, cv2.BORDER_REPLICATE)
        try:
            with _threads(self._threads):
                self._net.setInput(cv2.dnn.blobFromImage(padded, 1.0, size, (0, 0, 0), swapRB=False))
                heat, sizes, offsets, _ = self._net.forward(self._outputs)
        except cv2.error:
            raise EngineError("the face network failed on a page") from None
        if not (np.isfinite(heat).all() and np.isfinite(offsets).all()):
            raise EngineError("the face network gave no numbers on a page")
        heat = heat[0, 0]
        ys, xs = np.nonzero(heat > min_score)
        if not len(ys):
            return ()
        # The decoding of the model's authors: a cell is 4 pixels, sizes are logarithms of cells.
        logs = np.where(np.isfinite(sizes[0][:, ys, xs]), sizes[0][:, ys, xs], -1.0)
        high, wide = np.exp(np.clip(logs, -1.0, 6.5)) * 4
        left = (xs + offsets[0, 1, ys, xs] + 0.5) * 4 - wide / 2
        top = (ys + offsets[0, 0, ys, xs] + 0.5) * 4 - high / 2
        boxes = np.stack([left, top, wide, high], axis=1).astype(np.float64)
        kept = np.asarray(cv2.dnn.NMSBoxes(boxes.tolist(), heat[ys, xs].tolist(), min_score, OVERLAP)).ravel()
        faces = []
        for i in kept:
            x, y, w, h = boxes[i].tolist()
            faces.append(Face(quad=Quad((x, y), (x + w, y), (x + w, y + h), (x, y + h)), score=float(heat[ys[i], xs[i]])))
        return tuple(faces)


@contextmanager
def _threads(count: int) -> Iterator[None]:
    """OpenCV knows one number of threads for the whole process: it is put back afterwards."""
    before = cv2.getNumThreads()
    cv2.setNumThreads(count)
    try:
        yield
    finally:
        cv2.setNumThreads(before)


def _is_complete(card: dict[str, Any]) -> bool:
    return (
        bool(card["version"])
        and all(card["outputs"][n] for n in OUTPUTS)
        and isinstance(card["files"][MODEL_FILE]["sha256"], str)
    )
