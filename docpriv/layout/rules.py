"""Finds drawn straight lines on a page, cheaply: no dashed, short or thick ones."""

from __future__ import annotations

import cv2
import numpy as np

from docpriv.geometry import Box
from docpriv.model import Pixels
from docpriv.raster import grey_of, ones, pieces_of, reduced

_REDUCED = 1000  # pixels of the longer side in which lines are sought
_MIN_LENGTH = 32  # reduced pixels: about 3 % of the longer side, longer than any letter's stroke
_MAX_THICK = 5  # reduced pixels
_CONTRAST = 30  # grey levels below the neighbourhood


def find_rules(pixels: Pixels) -> tuple[Box, ...]:
    """Horizontal and vertical lines of a u8 (H, W, 3) page as boxes of the page frame, at most a few px thick."""
    height, width = pixels.shape[:2]
    small, step = reduced(grey_of(np.ascontiguousarray(pixels)), _REDUCED)
    grey = np.ascontiguousarray(small)
    dark = (grey.astype(np.int16) < cv2.blur(grey, (25, 25)).astype(np.int16) - _CONTRAST).astype(np.uint8)
    found: list[Box] = []
    for kernel, flat in ((ones(_MIN_LENGTH, 1), True), (ones(1, _MIN_LENGTH), False)):
        for x, y, w, h, _ in pieces_of(np.asarray(cv2.morphologyEx(dark, cv2.MORPH_OPEN, kernel), np.uint8)).stats[1:].tolist():
            length, thick = (w, h) if flat else (h, w)
            if length >= _MIN_LENGTH and thick <= max(_MAX_THICK, 0.03 * length):
                found.append(Box(x * step, y * step, (x + w) * step, (y + h) * step).clip(width, height))
    return tuple(sorted(found, key=lambda b: (b.y0, b.x0, b.y1, b.x1)))
