"""Turned frames are found among print, and a page of noise costs no more than one of print."""

from __future__ import annotations

import time

import cv2
import numpy as np
import pytest

from docpriv.raster import Plane
from docpriv.visual.stamps import turned_frames
from docpriv.visual.strokes import Ink

SHAPE = (1800, 1270)


def ink_of(mask: Plane) -> Ink:
    none = np.zeros_like(mask)
    return Ink(mask=mask, faint=mask, strokes=mask, rules=none, chroma=none, scale=1.0, width=mask.shape[1], height=mask.shape[0])


def noise(density: float, blur: float, seed: int = 4) -> Plane:
    grain = np.random.default_rng(seed).random(SHAPE).astype(np.float32)
    if blur:
        grain = cv2.GaussianBlur(grain, (0, 0), blur)
    return (grain < np.quantile(grain, density)).astype(np.uint8)


@pytest.mark.parametrize(("density", "blur"), [(0.05, 0), (0.2, 0), (0.7, 0), (0.3, 1.5)])
def test_noise_has_no_frames_and_costs_little(density: float, blur: float) -> None:
    ink = ink_of(noise(density, blur))
    start = time.process_time()
    assert turned_frames(ink, 0.0, 8.0) == []
    assert time.process_time() - start < 1.5


@pytest.mark.parametrize("grain", [0.0, 0.004])
def test_a_turned_frame_is_found_also_in_some_grain(grain: float) -> None:
    mask = np.zeros(SHAPE, np.uint8)
    corners = cv2.boxPoints(((600.0, 800.0), (330.0, 150.0), 14.0))
    cv2.polylines(mask, [np.round(corners).astype(np.int32)], True, 1, 3)
    turn = np.radians(14)
    for row in (-30, 20):
        x, y = 600 - 110 * np.cos(turn) - row * np.sin(turn), 800 - 110 * np.sin(turn) + row * np.cos(turn)
        for letter in range(9):
            at = (int(x + 24 * letter * np.cos(turn)), int(y + 24 * letter * np.sin(turn)))
            cv2.rectangle(mask, at, (at[0] + 10, at[1] + 16), 1, 3)
    mask |= (np.random.default_rng(3).random(SHAPE) < grain).astype(np.uint8)
    found = turned_frames(ink_of(mask), 0.0, 22.0)
    assert found
    assert max(float(np.linalg.norm(frame[:, None] - corners[None], axis=2).min(axis=0).max()) for frame in found) < 12
