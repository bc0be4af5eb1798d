"""Tells drawn things from writing: hatching and emblems; refuses to judge a single stroke."""

from __future__ import annotations

import cv2
import numpy as np

from docpriv.visual.gathering import Writing
from docpriv.visual.strokes import Plane

HATCHES, ONE_WAY = 8, 0.85  # strokes, and how far they all run one way (0..1): a pen that writes turns back
EMBLEM_PEN, EMBLEM_ASPECT = 0.3, 1.6  # text heights of an emblem's parts; it is hardly wider than tall,
SYMMETRIC = 0.6  # and agrees so far with its own mirror image


def is_hatching(writing: Writing) -> bool:
    """Whether many strokes all run one way."""
    return writing.strokes >= HATCHES and direction(writing.mask) >= ONE_WAY


def is_emblem(writing: Writing) -> bool:
    """Whether bold strokes about as wide as tall are the same from both sides; a monogram may be, too."""
    x0, y0, x1, y1 = writing.box
    wide, tall = x1 - x0, y1 - y0
    if writing.pen < EMBLEM_PEN or max(wide, tall) > EMBLEM_ASPECT * min(wide, tall):
        return False
    return symmetry(writing.mask) >= SYMMETRIC


def direction(mask: Plane) -> float:
    """How far the strokes of a mask run one way: 1 where all are parallel, 0 where they run every way."""
    soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 1.0)
    edge = cv2.Sobel(soft, cv2.CV_32F, 1, 0) + 1j * cv2.Sobel(soft, cv2.CV_32F, 0, 1)
    twice = edge**2
    total = float(np.abs(twice).sum())
    return float(np.abs(twice.sum())) / total if total else 0.0


def symmetry(mask: Plane) -> float:
    """Share of a mask's ink that its mirror image, level or upright, has too: the better of both."""
    x, y, w, h = cv2.boundingRect(mask)
    own = mask[y : y + h, x : x + w] > 0
    best = 0.0
    for other in (own[:, ::-1], own[::-1]):
        best = max(best, float((own & other).sum()) / max(1, int((own | other).sum())))
    return best
