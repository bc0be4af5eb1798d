"""Finds strokes that no printed line explains, also where they run through print; refuses specks, frames and tick boxes."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from docpriv.geometry import Box, Quad
from docpriv.visual.stamps import COLOURED
from docpriv.visual.strokes import Ink, Labels, Plane, grown_within, typical

FOLLOW = 0.65  # of the print's height: how far a stroke is followed into it, from either side
FOLLOW_APART, APART = 3.0, 0.9  # the same, and widths of most letters in text heights, where letters do not touch
LARGE_PRINT, LARGEST_PRINT = 1.4, 2.5  # text heights of the margined line: print of most lines, and the largest that is crossed
PEN_OVER_PRINT, LEAST_COLOURED = 0.45, 8  # share of a line's ink, and pixels, of coloured strokes that cross black print
STICKS_OUT = 0.45  # text heights by which ink leaves a printed line before it is more than a tail or an accent
SPECK = 0.14  # text heights: what is smaller both ways is dirt
TALLEST, TALLEST_SHARE = 8.0, 0.12  # text heights, or of the page's height: taller ink is a drawing or a frame
WIDEST = 40.0  # text heights
SOLID = 0.7  # share of its box that ink fills which nobody wrote
THICK = 0.5  # text heights: no pen is as thick
STRAIGHT = 8.0  # times longer than wide: a piece of a drawn line
LETTER = 0.35  # text heights of the lowest letters


def coloured_over_print(strokes: Plane, ink: Ink, printed: Sequence[Quad]) -> Plane:
    """Coloured strokes on lines whose own print is not coloured; 1 where they are."""
    colour = ((ink.chroma > COLOURED) & (strokes > 0)).astype(np.uint8)
    if not colour.any():
        return colour
    over = np.zeros_like(colour)
    rows, cols = colour.shape
    for quad in printed:
        x0, y0, x1, y1 = (round(v * ink.scale) for v in quad.bounds())
        box = Box(x0, y0, x1, y1).clip(cols, rows).slices
        total = int(strokes[box].sum())
        own = int(colour[box].sum())
        if 0 < own <= PEN_OVER_PRINT * total:
            over[box] = colour[box]
    _, labels, stats, _ = cv2.connectedComponentsWithStats(over, connectivity=8)
    real = stats[:, cv2.CC_STAT_AREA] >= LEAST_COLOURED
    real[0] = False
    return np.asarray(real[labels], dtype=np.uint8)


def free_strokes(strokes: Plane, print_area: Plane, large: Plane, pen: Plane, unit: float) -> Plane:
    """Strokes that no printed line explains, followed a little way into the print that they cross; 1 where they are.

    `large`: the print that is larger than most; `pen`: ink over print that is surely not print's; `unit`: text height of
    most, in working pixels.
    """
    count, labels, stats, _ = cv2.connectedComponentsWithStats(strokes, connectivity=8)
    kept = _pen_sized(strokes, labels, stats, unit)
    strokes = strokes & kept[labels]
    area = np.maximum(stats[:, cv2.CC_STAT_AREA], 1)
    inside = np.bincount(labels[print_area > 0], minlength=count) / area
    outside = strokes & (1 - print_area)
    pieces, piece_labels, piece_stats, _ = cv2.connectedComponentsWithStats(outside, connectivity=8)
    parent = np.zeros(pieces, np.int64)
    there = piece_labels > 0
    parent[piece_labels[there]] = labels[there]  # every piece is part of one component
    w, h = piece_stats[:, cv2.CC_STAT_WIDTH], piece_stats[:, cv2.CC_STAT_HEIGHT]
    out = (inside[parent] < 0.35) | (h >= STICKS_OUT * unit) | (w >= 2 * STICKS_OUT * unit)
    out[0] = False
    seed = out[piece_labels].astype(np.uint8)
    seed |= pen & strokes
    crossed = np.zeros(count, np.uint8)
    crossed[parent[out]] = 1
    crossed[0] = 0
    allowed = strokes & crossed[labels]
    letters = (inside >= 0.5) & (stats[:, cv2.CC_STAT_HEIGHT] >= LETTER * unit) & (crossed == 0)
    letters[0] = False
    width = typical(stats[letters, cv2.CC_STAT_WIDTH].tolist(), area[letters].tolist(), unit)
    # Where letters stand apart, few hang on a stroke that runs through them; where they run together, whole words would.
    follow = FOLLOW_APART if width <= APART * unit else FOLLOW
    free = grown_within(seed, allowed | seed, round(follow * LARGE_PRINT * unit))
    in_large = allowed & (large | (1 - print_area)) | seed
    found = free | pen & strokes | grown_within(seed, in_large, round(FOLLOW * LARGEST_PRINT * unit))
    return np.asarray(found, dtype=np.uint8)


def words_in_print(print_ink: Plane, unit: float) -> Plane:
    """Where printed words stand, with the white that keeps them legible; 1 there."""
    gap = max(1, round(0.25 * unit))
    joined = cv2.morphologyEx(print_ink, cv2.MORPH_CLOSE, np.ones((gap, 2 * gap + 1), np.uint8))
    return np.asarray(cv2.dilate(joined, np.ones((5, 5), np.uint8)), dtype=np.uint8)


def _pen_sized(strokes: Plane, labels: Labels, stats: npt.NDArray[np.int32], unit: float) -> Plane:
    """By component, 1 where it may be a stroke of a pen: no speck, frame, bar, picture or edge of the scan."""
    x, y, w, h, area = (stats[:, i] for i in range(5))
    rows, cols = strokes.shape
    tallest = max(TALLEST * unit, TALLEST_SHARE * rows)
    pen = pen_width(strokes, labels, stats)
    speck = (np.maximum(w, h) < SPECK * unit) | (area < 4)
    vast = (h > tallest) | (w > max(WIDEST * unit, 0.5 * cols))
    solid = (area > SOLID * w * h) & (np.minimum(w, h) > 0.5 * unit)
    edge = ((x == 0) | (y == 0) | (x + w == cols) | (y + h == rows)) & (np.maximum(w, h) > 2 * unit)
    line = (np.maximum(w, h) > 1.5 * unit) & (np.maximum(w, h) > STRAIGHT * np.minimum(w, h))
    kept = ~(speck | vast | solid | edge | line | (pen > THICK * unit) | _boxes(labels, stats, unit))
    kept[0] = False
    return np.asarray(kept, dtype=np.uint8)


def _boxes(labels: Labels, stats: npt.NDArray[np.int32], unit: float) -> npt.NDArray[np.bool_]:
    """By component, whether it is a small drawn box, empty or ticked: its four sides are straight and closed."""
    out = np.zeros(len(stats), bool)
    sizes = np.minimum(stats[:, 2], stats[:, 3]), np.maximum(stats[:, 2], stats[:, 3])
    for i in np.flatnonzero((sizes[0] > 0.4 * unit) & (sizes[1] < 3 * unit)).tolist():
        x, y, w, h, area = (int(v) for v in stats[i])
        if area < 1.2 * (w + h) or (area > 0.75 * w * h and w > unit):
            continue
        own = labels[y : y + h, x : x + w] == i
        t = max(2, min(w, h) // 7)
        sides = ((own[:t], 0), (own[-t:], 0), (own[:, :t], 1), (own[:, -t:], 1))  # most letters lack the first of them
        out[i] = all(side.any(axis=across).mean() > 0.85 for side, across in sides)
    return out


def pen_width(strokes: Plane, labels: Labels, stats: npt.NDArray[np.int32]) -> npt.NDArray[np.float64]:
    """Mean width of each component's strokes in working pixels: twice its area for its outline."""
    inner = cv2.erode(strokes, np.ones((3, 3), np.uint8))
    outline = np.bincount(labels[(strokes > 0) & (inner == 0)], minlength=len(stats))
    return np.asarray(2.0 * stats[:, cv2.CC_STAT_AREA] / np.maximum(outline, 1), dtype=np.float64)
