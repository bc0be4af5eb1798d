"""Finds drawn straight lines on a page, cheaply: no dashed, short or thick ones."""

from __future__ import annotations

import cv2
import numpy as np

from docpriv.geometry import Box
from docpriv.model import Pixels

_REDUCED = 1000  # pixels of the longer side in which lines are sought
_MIN_LENGTH = 32  # reduced pixels: about 3 % of the longer side, longer than any letter's stroke
_MAX_THICK = 5  # reduced pixels
_CONTRAST = 30  # grey levels below the neighbourhood


def find_rules(pixels: Pixels) -> tuple[Box, ...]:
    """Horizontal and vertical lines of a u8 (H, W, 3) page as boxes of the page frame, at most a few px thick."""
    height, width = pixels.shape[:2]
    step = max(1, -(-max(height, width) // _REDUCED))
    grey = cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2GRAY)
    if step > 1:
        # The darkest pixel of each cell, not the mean: a line one pixel wide would fade away.
        grey = cv2.erode(grey, np.ones((step, step), np.uint8))[step // 2 :: step, step // 2 :: step]
    grey = np.ascontiguousarray(grey)
    paper = cv2.blur(grey, (25, 25))
    dark = (grey.astype(np.int16) < paper.astype(np.int16) - _CONTRAST).astype(np.uint8)
    found: list[Box] = []
    for kernel, flat in ((np.ones((1, _MIN_LENGTH), np.uint8), True), (np.ones((_MIN_LENGTH, 1), np.uint8), False)):
        opened = cv2.morphologyEx(dark, cv2.MORPH_OPEN, kernel)
        count, _, stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=8)
        for x, y, w, h, _area in stats[1:count].tolist():
            length, thick = (w, h) if flat else (h, w)
            if length >= _MIN_LENGTH and thick <= max(_MAX_THICK, 0.03 * length):
                found.append(Box(x * step, y * step, (x + w) * step, (y + h) * step).clip(width, height))
    return tuple(sorted(found, key=lambda b: (b.y0, b.x0, b.y1, b.x1)))
