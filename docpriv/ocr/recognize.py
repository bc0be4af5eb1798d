"""Read single lines with a CTC recognizer and say where each character stands."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

import cv2
import numpy as np
import numpy.typing as npt

from docpriv.geometry import Quad
from docpriv.model import Char, Pixels, TextLine
from docpriv.ocr.placing import Step, place

UPRIGHT = 1.5  # a quad this much higher than wide holds text that runs down or up
VERTICAL_PAD = 0.06  # share of the height added above and below each character


class RecognitionNetwork(Protocol):
    def __call__(self, crop: Pixels) -> tuple[npt.NDArray[np.float32], float]:
        """Probabilities (steps, classes) for an upright u8 (h, w, 3) RGB line, and the columns of the line for one step."""
        ...


class LineSource(Protocol):
    """What reads lines whose place is known, for the engines that find places alike."""

    def read_all(self, pixels: Pixels, quads: Sequence[Quad]) -> list[TextLine]:
        """Read the text along each quad, whose top edge runs from point a to point b; one result a quad."""
        ...

    def scores(self, pixels: Pixels, quads: Sequence[Quad]) -> list[float]:
        """How well each quad reads, 0..1, for comparing orientations."""
        ...


class CtcLines:
    """Reads quads of a page one by one. `alphabet` maps classes to text; class 0 is the CTC blank."""

    def __init__(self, network: RecognitionNetwork, alphabet: Sequence[str]) -> None:
        self._network = network
        self._alphabet = tuple(alphabet)

    def read_all(self, pixels: Pixels, quads: Sequence[Quad]) -> list[TextLine]:
        return [self._read(pixels, quad) for quad in quads]

    def scores(self, pixels: Pixels, quads: Sequence[Quad]) -> list[float]:
        """Mean character scores, spaces included."""
        return [self._score(pixels, quad) for quad in quads]

    def _read(self, pixels: Pixels, quad: Quad) -> TextLine:
        crop = rectify(pixels, quad)
        steps, stride = self._steps(crop)
        grey = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY)
        width = grey.shape[1]
        chars = []
        if steps:
            tall = quad.pad(0.0, VERTICAL_PAD * quad.height)
            for step, (left, right) in zip(steps, place(steps, stride=stride, grey=grey), strict=True):
                chars.append(Char(text=step.text, score=step.score, quad=tall.part(left / width, right / width)))
        inked = [s.score for s in steps if s.text != " "]
        score = sum(inked) / len(inked) if inked else 0.0
        return TextLine(chars=tuple(chars), quad=quad, score=score)

    def _score(self, pixels: Pixels, quad: Quad) -> float:
        steps, _ = self._steps(rectify(pixels, quad))
        return sum(s.score for s in steps) / len(steps) if steps else 0.0

    def _steps(self, crop: Pixels) -> tuple[list[Step], float]:
        out, stride = self._network(crop)
        return self._collapse(out.argmax(axis=1), out), stride

    def _collapse(self, best: npt.NDArray[np.int64], out: npt.NDArray[np.float32]) -> list[Step]:
        """Runs of equal classes become characters; the score of a run is its mean probability."""
        change = np.flatnonzero(np.diff(best)) + 1
        starts = np.concatenate([[0], change])
        ends = np.concatenate([change, [len(best)]])
        probability = out[np.arange(len(best)), best]
        scores = (np.add.reduceat(probability, starts) / (ends - starts).astype(np.float32)).tolist()
        return [
            Step(text=self._alphabet[label], first=a, last=b - 1, score=score)
            for label, a, b, score in zip(best[starts].tolist(), starts.tolist(), ends.tolist(), scores, strict=True)
            if label != 0
        ]


def rectify(pixels: Pixels, quad: Quad) -> Pixels:
    """The line as an upright u8 (h, w, 3) image: h and w are the quad's longer opposite sides."""
    width = max(1, round(max(math.dist(quad.a, quad.b), math.dist(quad.d, quad.c))))
    height = max(1, round(max(math.dist(quad.a, quad.d), math.dist(quad.b, quad.c))))
    x0, y0, x1, y1 = quad.bounds()
    if quad.a[1] == quad.b[1] == y0 and quad.a[0] == quad.d[0] == x0 and quad.c == (x1, y1):
        left, top = round(x0), round(y0)
        straight = pixels[max(0, top) : top + height, max(0, left) : left + width]
        if straight.shape[:2] == (height, width):
            return np.ascontiguousarray(straight)
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    # Warp from a cut-out: warping from the whole page costs time in proportion to nothing useful.
    cx0, cy0 = max(0, math.floor(x0) - 2), max(0, math.floor(y0) - 2)
    cut = pixels[cy0 : math.ceil(y1) + 3, cx0 : math.ceil(x1) + 3]
    source = (quad.array() - [cx0, cy0]).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(source, target)
    warped: Pixels = cv2.warpPerspective(
        np.ascontiguousarray(cut), matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return warped


def turned(quad: Quad, quarters: int) -> Quad:
    """The same area with the text's top left moved on: 1 = text runs down the page, 2 = upside down, 3 = up."""
    p = quad.points
    k = quarters % 4
    return Quad(*(p[(i + k) % 4] for i in range(4)))


def is_upright(quad: Quad) -> bool:
    """Higher than wide as it lies on the page: text that runs down or up."""
    return quad.height >= UPRIGHT * max(quad.width, 1e-6)
