"""Finds fingerprints by their ridges: fine lines, evenly apart, that bend: not straight ones (codes, hatching, screens)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from docpriv.geometry import Box
from docpriv.model import Pixels
from docpriv.raster import grey_of

SIDES: Final = (56, 900)  # pixels of a print's sides
ASPECT: Final = 2.6  # longer side over shorter, at most
BLOCK: Final = 32  # pixels: the direction and distance of ridges are measured in squares of this
STEP: Final = 12  # pixels from one square to the next
FULL: Final = 260  # pixels: a larger print is measured at this size
PERIODS: Final = (2.4, 10.0)  # pixels from ridge to ridge at that size
# A share of a square's energy, its light and slow shading aside, that lies at one distance and direction.
PEAKED: Final = 0.30
ALONE: Final = 0.55  # the same over all ridges, in the middle: a screen of dots has two directions, each half
RIDGED: Final = 0.45  # of the squares with ink that are ridges
LEAST_SQUARES: Final = 14
ONE_WAY: Final = 0.62  # agreement of all directions, 0..1, from which lines are straight hatching
SMOOTH: Final = 32.0  # degrees by which neighbouring squares differ, in the middle
EVEN: Final = 0.45  # spread of the distances, its quartiles over its middle


def find_fingerprints(pixels: Pixels, pictures: Sequence[Box]) -> list[Box]:
    """Pictures that are fingerprints, a little grown; u8 (H, W, 3) page."""
    out = []
    for box in pictures:
        short, long = sorted((box.width, box.height))
        if short < SIDES[0] or long > SIDES[1] or long > ASPECT * short:
            continue
        margin = max(4, short // 12)
        place = box.grow(margin).clip(pixels.shape[1], pixels.shape[0])
        if _is_print(grey_of(np.ascontiguousarray(pixels[place.slices]))):
            out.append(place)
    return out


def _is_print(grey: npt.NDArray[np.uint8]) -> bool:
    scale = min(1.0, FULL / max(grey.shape))
    if scale < 1:
        grey = np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    levels = grey.astype(np.float32)
    rows, columns = range(0, grey.shape[0] - BLOCK + 1, STEP), range(0, grey.shape[1] - BLOCK + 1, STEP)
    if not rows or not columns:
        return False
    blocks = np.stack([levels[r : r + BLOCK, c : c + BLOCK] for r in rows for c in columns])
    inked = blocks.std(axis=(1, 2)) > 14
    if int(inked.sum()) < LEAST_SQUARES:
        return False
    angle, period, share = _waves(blocks)
    ridged = inked & (share > PEAKED) & (period > PERIODS[0]) & (period < PERIODS[1])
    if int(ridged.sum()) < LEAST_SQUARES or float(ridged.sum()) < RIDGED * float(inked.sum()):
        return False
    if float(np.median(share[ridged])) < ALONE:
        return False
    doubled = np.exp(2j * angle)
    if abs(doubled[ridged].mean()) > ONE_WAY:
        return False
    low, middle, high = np.percentile(period[ridged], (25, 50, 75))
    if (high - low) > EVEN * middle:
        return False
    grid, known = doubled.reshape(len(rows), len(columns)), ridged.reshape(len(rows), len(columns))
    bends = [
        np.abs(np.angle(a * np.conj(b)))[ka & kb] / 2
        for a, b, ka, kb in (
            (grid[:, 1:], grid[:, :-1], known[:, 1:], known[:, :-1]),
            (grid[1:], grid[:-1], known[1:], known[:-1]),
        )
    ]
    all_bends = np.concatenate(bends)
    return bool(all_bends.size) and float(np.degrees(np.median(all_bends))) < SMOOTH


def _waves(blocks: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Of each square: direction of its strongest wave in radians, its length in pixels, its share of the energy."""
    window = np.outer(np.hanning(BLOCK), np.hanning(BLOCK)).astype(np.float32)
    centred = (blocks - blocks.mean(axis=(1, 2), keepdims=True)) * window
    energy = np.abs(np.fft.fftshift(np.fft.fft2(centred), axes=(1, 2))) ** 2
    v, u = np.mgrid[-BLOCK // 2 : BLOCK // 2, -BLOCK // 2 : BLOCK // 2]
    radius = np.hypot(u, v)
    energy = np.where(radius[None] > BLOCK / (PERIODS[1] * 1.6), energy, 0)
    half = np.where(((v > 0) | ((v == 0) & (u > 0)))[None], energy, 0)
    best = half.reshape(len(blocks), -1).argmax(axis=1)
    pv, pu = v.ravel()[best], u.ravel()[best]
    near = (np.abs(u[None] - pu[:, None, None]) <= 2) & (np.abs(v[None] - pv[:, None, None]) <= 2)
    share = 2 * np.where(near, energy, 0).sum(axis=(1, 2)) / np.maximum(energy.sum(axis=(1, 2)), 1e-6)
    return np.arctan2(pv, pu), BLOCK / np.maximum(np.hypot(pu, pv), 1e-6), share
