"""Brings every page to one tone and one size before it is read, so that scanners look alike."""

from __future__ import annotations

from math import sqrt
from typing import Final

import cv2
import numpy as np

from docpriv.model import Pixels

WORKING_AREA: Final = 1_200_000
"""Pixels of a page as it is read: A4 and letter at about 112 dpi. An area, not a side, so that a narrow receipt is not shrunk."""


def alike(pixels: Pixels) -> Pixels:
    """A u8 (H, W, 3) page as grey u8 (h, w, 3) of about WORKING_AREA pixels, whatever its resolution, depth and colours."""
    height, width = pixels.shape[:2]
    scale = sqrt(WORKING_AREA / (height * width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    if size != (width, height):
        grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    return np.ascontiguousarray(np.repeat(grey[:, :, None], 3, axis=2))
