"""Find the chroma samples that a decoder spread over the pixels of a subsampled JPEG.

A decoder interpolates subsampled chroma (libjpeg's "fancy" triangle filter: 3/4 of the nearest sample, 1/4 of
the next). An encoder averages the pixels again, so each generation blurs: (1 6 1)/8 over a sample and its
neighbours, along each subsampled axis. The inverse of that filter is 2 ** 0.5 * r ** abs(n) with r = 8 ** 0.5
- 3. With it a re-encoded 4:2:0 page with colours differs from its source by a mean of 0.2 to 0.3 instead of
0.5 to 2, at the source's own size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import cv2
import numpy as np
import numpy.typing as npt

from docpriv.geometry import Box
from docpriv.model import Pixels

_BAND = 256
_REACH = 6  # r ** 7 is 4e-6
_INVERSE = np.array([2**0.5 * (8**0.5 - 3) ** abs(n) for n in range(-_REACH, _REACH + 1)], np.float32)
_SAME = np.array([1], np.float32)
# JFIF 1.02: Cb and Cr from R, G, B.
_TO_CHROMA = np.array([[-0.168736, -0.331264, 0.5, 128.0], [0.5, -0.418688, -0.081312, 128.0]], np.float32)


def subsampled(source: Pixels, painted: Pixels, boxes: Sequence[Box], sampling: int) -> Pixels:
    """YCbCr samples, u8 (H, W, 3), that a JPEG encoder with that subsampling (1 = 4:2:2, 2 = 4:2:0) reduces to the chroma samples
    that `source` was decoded from; in the boxes those of `painted`. All arrays u8 (H, W, 3)."""
    height, width = source.shape[:2]
    down = 2 if sampling == 2 else 1
    halves = [_reduced(source[y : y + _BAND], down) for y in range(0, height, _BAND)]
    reduced = np.concatenate(halves)
    del halves
    spread = cv2.sepFilter2D(reduced, cv2.CV_32F, _INVERSE, _INVERSE if down == 2 else _SAME, borderType=cv2.BORDER_REFLECT)
    del reduced
    out = np.empty((height, width, 3), np.uint8)
    for y in range(0, height, _BAND):
        band = out[y : y + _BAND]
        samples = np.clip(np.rint(spread[y // down : (y + _BAND) // down]), 0, 255).astype(np.uint8)
        band[:, :, 0] = cv2.cvtColor(np.ascontiguousarray(source[y : y + _BAND]), cv2.COLOR_RGB2GRAY)
        band[:, :, 1:] = samples.repeat(down, axis=0)[: len(band)].repeat(2, axis=1)[:, :width]
    for box in boxes:
        part = cv2.cvtColor(np.ascontiguousarray(painted[box.slices]), cv2.COLOR_RGB2YCrCb)
        out[box.slices] = part[:, :, (0, 2, 1)]
    return out


def _reduced(band: Pixels, down: int) -> npt.NDArray[np.float32]:
    """Mean Cb and Cr, float32 (H / down, W / 2, 2), of the pixels that share a sample; the rim repeats at odd sizes."""
    height, width = band.shape[:2]
    even = cv2.copyMakeBorder(np.ascontiguousarray(band), 0, height % down, 0, width % 2, cv2.BORDER_REPLICATE)
    size = (even.shape[1] // 2, even.shape[0] // down)
    mean = cv2.resize(even.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    return cast("npt.NDArray[np.float32]", cv2.transform(mean, _TO_CHROMA))
