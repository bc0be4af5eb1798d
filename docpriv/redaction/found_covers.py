"""Covered areas of a redacted page: found by their pixels alone, whatever tool made them, and filled with paper for detectors.

A cover is of one colour to the last pixel, thick, and without a hole; frames, bars with print and letters are none. Whatever else
is so (a solid bar, a disc) holds nothing to be read either, so that nothing is lost where it is taken for one.
A black bar on white paper has the edges of a pen, a code, a stamp, a photograph. Filled with the paper around it, a cover has
none, so that whatever a detector then sees is on the page.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from docpriv.geometry import Box
from docpriv.model import Pixels

ONE_COLOUR = 2  # levels of 0..255 by which neighbours in a cover differ: what coding leaves of one colour
APART = 40  # levels by which some channel of a cover differs from the page's paper, its most common light colour
DARK = 64  # levels of the lightest channel: no paper is darker
THICK, LEAST_THICK = 0.008, 7  # of the page's longer side, and pixels: thinner are rules, and the strokes of large letters
CORE = 0.6  # share of a cover that is as thick; the rest are its steps
HOLES = 0.02  # of its area: what is written or drawn in it
STEPS = 0.5  # outlines of covers run straight: their boxes are fewer than this share of their rows
LETTER = 0.12  # of the page's longer side: the tallest letter
STROKE = 0.45  # of its shorter side: the strokes of letters are thinner
UPRIGHT, WIDE = 0.4, 1.3  # of its height that a cover of a letter's size is wide: an I is narrower; no letter is wider
RING = 8  # pixels around a cover from which its paper is taken
LEAST_KNOWN = 0.25  # share of the ring that must be the page's own
MOST_SAMPLES = 2000  # pixels of a ring of which the median is taken
PAGE_STEP = 16  # pixels: every so many-th pixel tells the paper of a page

Plane = npt.NDArray[np.uint8]


def find_covers(pixels: Pixels) -> tuple[Box, ...]:
    """Boxes that together are the covers of a u8 (H, W, 3) page, top to bottom."""
    flat = _flat(pixels)
    thick = max(LEAST_THICK, round(THICK * max(flat.shape)))
    core = cv2.morphologyEx(flat, cv2.MORPH_OPEN, np.ones((thick, thick), np.uint8))
    if not core.any():
        return ()
    _, labels, stats, _ = cv2.connectedComponentsWithStats(flat, connectivity=4)
    found: list[Box] = []
    for i in np.unique(labels[core > 0]).tolist():
        x, y, w, h, area = (int(v) for v in stats[i])
        own = (labels[y : y + h, x : x + w] == i).astype(np.uint8)
        if not i or int((core[y : y + h, x : x + w] & own).sum()) < CORE * area or _holes(own) > HOLES * area:
            continue
        boxes = _boxes(own)
        straight = len(boxes) <= max(2.0, STEPS * h)
        if straight and not (h <= LETTER * max(flat.shape) and _like_a_letter(own, area)):
            found += [Box(x + b.x0, y + b.y0, x + b.x1, y + b.y1) for b in boxes]
    return tuple(sorted(found, key=lambda b: (b.y0, b.x0)))


def _flat(pixels: Pixels) -> Plane:
    """1 where a pixel has the colour of its neighbours and not that of the page's paper; the rim of such an area included."""
    near = np.ones((3, 3), np.uint8)
    lively = (cv2.dilate(pixels, near).astype(np.int16) - cv2.erode(pixels, near)).max(axis=2) > ONE_COLOUR
    coarse = pixels[::4, ::4].reshape(-1, 3) >> 3
    codes, counts = np.unique(coarse.astype(np.int32) @ np.array([1024, 32, 1]), return_counts=True)
    colours = np.stack([codes >> 10, codes >> 5 & 31, codes & 31], axis=1).astype(np.int16) * 8 + 4
    counts[colours.max(axis=1) < DARK] = 0  # covers may be most of a card; a dark page is no cover, since its print are holes
    paper = colours[counts.argmax()]
    apart = np.abs(pixels.astype(np.int16) - paper).max(axis=2) > APART
    inner = (~lively & apart).astype(np.uint8)
    # Colour at half the resolution bleeds a pixel into a cover, so its rim is two pixels wide.
    return np.asarray(cv2.dilate(inner, np.ones((5, 5), np.uint8)) & apart, np.uint8)


def _like_a_letter(own: Plane, area: int) -> bool:
    """Whether an area no wider than letters are is thin for its size, or an upright bar: letters with straight sides are."""
    height, width = own.shape
    if width > WIDE * height:
        return False
    side = max(3, round(STROKE * min(height, width)))
    thick = cv2.morphologyEx(np.pad(own, side), cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    return width < UPRIGHT * height or int(thick.sum()) < CORE * area


def _holes(own: Plane) -> int:
    """Pixels that an area encloses."""
    padded = np.pad(1 - own, 1, constant_values=1)
    _, labels = cv2.connectedComponents(padded, connectivity=8)
    return int(((padded > 0) & (labels != labels[0, 0])).sum())


def _boxes(own: Plane) -> list[Box]:
    """The area as boxes: runs that are the same in rows below each other are one."""
    done: list[Box] = []
    running: dict[tuple[int, int], int] = {}
    for row in range(own.shape[0] + 1):
        line = own[row] if row < own.shape[0] else np.zeros(own.shape[1], np.uint8)
        change = np.flatnonzero(np.diff(np.concatenate([[0], line, [0]])))
        runs = set(zip(change[0::2].tolist(), change[1::2].tolist(), strict=True))
        for run in running.keys() - runs:
            done.append(Box(run[0], running.pop(run), run[1], row))
        for run in runs:
            running.setdefault(run, row)
    return done


def filled_with_paper(pixels: Pixels, covers: Sequence[Box]) -> Pixels:
    """A copy of a u8 (H, W, 3) page whose covers have the median colour of the page around each; the input where there are none.

    A cover among covers takes the colour that those got; one with nothing around it, the page's.
    """
    height, width = pixels.shape[:2]
    waiting = [box for box in (cover.clip(width, height) for cover in covers) if not box.empty]
    if not waiting:
        return pixels
    out: Pixels = pixels.copy()
    unknown = np.zeros((height, width), bool)
    for box in waiting:
        unknown[box.slices] = True
    open_page = pixels[::PAGE_STEP, ::PAGE_STEP][~unknown[::PAGE_STEP, ::PAGE_STEP]]
    while waiting:
        filled: list[tuple[Box, npt.NDArray[np.uint8]]] = []
        for box in waiting:
            around = box.grow(RING).clip(width, height)
            known = ~unknown[around.slices]
            if np.count_nonzero(known) >= max(1.0, LEAST_KNOWN * (around.area - box.area)):
                filled.append((box, _median(out[around.slices][known])))
        if not filled:  # every one that is left is among covers, or fills the page
            rest = _median(open_page) if len(open_page) else np.full(3, 255, np.uint8)
            filled = [(box, rest) for box in waiting]
        for box, colour in filled:
            # What another cover has filled already keeps that colour: no seam runs through their common part.
            part = out[box.slices]
            part[unknown[box.slices]] = colour
        for box, _ in filled:
            unknown[box.slices] = False
        done = {box for box, _ in filled}
        waiting = [box for box in waiting if box not in done]
    return out


def _median(samples: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """By channel, of (N, 3) pixels."""
    some = samples[:: max(1, len(samples) // MOST_SAMPLES)]
    middle = len(some) // 2
    return np.asarray(np.partition(some, middle, axis=0)[middle], np.uint8)
