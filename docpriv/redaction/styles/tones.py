"""Bring what a style drew to the tones that its page has; refuses to leave a grey on a page of two tones."""

from __future__ import annotations

import numpy as np

from docpriv.geometry import Box
from docpriv.model import Colour, Pixels

_ORDER = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], dtype=np.int16)  # Bayer 1973


def toned(pixels: Pixels, box: Box, tones: Colour) -> Pixels:
    """u8 (H, W, 3) as a page of these tones can hold it: greys are luma, two tones a 4 x 4 ordered dither.

    The dither is tied to the page, so that neighbouring patches go on in one pattern; black and white stay as they are.
    """
    if tones == "rgb":
        return pixels
    weights = np.array([0.299, 0.587, 0.114], dtype=np.float32)
    luma = np.rint(pixels.astype(np.float32) @ weights).astype(np.uint8)
    if tones == "bilevel":
        rows = np.arange(box.y0, box.y0 + luma.shape[0])[:, None] % 4
        columns = np.arange(box.x0, box.x0 + luma.shape[1])[None, :] % 4
        luma = np.where(luma.astype(np.int16) * 16 > (_ORDER[rows, columns] * 2 + 1) * 255 // 2, 255, 0).astype(np.uint8)
    return np.repeat(luma[:, :, None], 3, axis=2)
