"""Finds strokes that no printed line explains, also where they run through print: no specks, frames or tick boxes."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from docpriv.geometry import Box, Quad
from docpriv.visual.planes import SQUARE, Flags, Floats, Pieces, Plane, ones, pieces_of, typical
from docpriv.visual.stamps import COLOURED
from docpriv.visual.strokes import Ink, grown_within

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
    for quad in printed:
        box = ink.clip(Box(*(round(v * ink.scale) for v in quad.bounds()))).slices
        if 0 < int(colour[box].sum()) <= PEN_OVER_PRINT * int(strokes[box].sum()):
            over[box] = colour[box]
    pieces = pieces_of(over)
    return pieces.chosen(pieces.stats[:, 4] >= LEAST_COLOURED)


def free_strokes(strokes: Plane, print_area: Plane, large: Plane, pen: Plane, unit: float) -> Plane:
    """Strokes that no printed line explains, followed a little way into the print that they cross; 1 where they are.

    `large`: the print that is larger than most; `pen`: ink over print that is surely not print's; `unit`: text height of
    most, in working pixels.
    """
    whole = pieces_of(strokes)
    strokes = whole.chosen(_pen_sized(strokes, whole, unit))
    _, _, wide, high, area = whole.columns
    inside = whole.held(print_area) / np.maximum(area, 1)
    outside = pieces_of(strokes & (1 - print_area))
    parent = np.zeros(len(outside), np.int64)
    there = outside.labels > 0
    parent[outside.labels[there]] = whole.labels[there]  # every piece is part of one component
    _, _, w, h, _ = outside.columns
    out = (inside[parent] < 0.35) | (h >= STICKS_OUT * unit) | (w >= 2 * STICKS_OUT * unit)
    seed: Plane = outside.chosen(out) | pen & strokes
    crossed = np.zeros(len(whole), bool)
    crossed[parent[1:][out[1:]]] = True
    allowed: Plane = strokes & whole.chosen(crossed)
    letters = (inside >= 0.5) & (high >= LETTER * unit) & ~crossed
    letters[0] = False
    width = typical(wide[letters].tolist(), np.maximum(area, 1)[letters].tolist(), unit)
    # Where letters stand apart, few hang on a stroke that runs through them; where they run together, whole words would.
    follow = FOLLOW_APART if width <= APART * unit else FOLLOW
    free = grown_within(seed, allowed | seed, round(follow * LARGE_PRINT * unit))
    in_large: Plane = allowed & (large | (1 - print_area)) | seed
    return free | pen & strokes | grown_within(seed, in_large, round(FOLLOW * LARGEST_PRINT * unit))


def words_in_print(print_ink: Plane, unit: float) -> Plane:
    """Where printed words stand, with the white that keeps them legible; 1 there."""
    gap = max(1, round(0.25 * unit))
    joined = cv2.morphologyEx(print_ink, cv2.MORPH_CLOSE, ones(2 * gap + 1, gap))
    return np.asarray(cv2.dilate(joined, ones(5, 5)), dtype=np.uint8)


def _pen_sized(strokes: Plane, pieces: Pieces, unit: float) -> Flags:
    """Of each piece, whether it may be a stroke of a pen: no speck, frame, bar, picture or edge of the scan."""
    x, y, w, h, area = pieces.columns
    rows, cols = strokes.shape
    long, short = np.maximum(w, h), np.minimum(w, h)
    speck = (long < SPECK * unit) | (area < 4)
    vast = (h > max(TALLEST * unit, TALLEST_SHARE * rows)) | (w > max(WIDEST * unit, 0.5 * cols))
    solid = (area > SOLID * w * h) & (short > 0.5 * unit)
    edge = ((x == 0) | (y == 0) | (x + w == cols) | (y + h == rows)) & (long > 2 * unit)
    line = (long > 1.5 * unit) & (long > STRAIGHT * short)
    thick = pen_width(strokes, pieces) > THICK * unit
    return np.asarray(~(speck | vast | solid | edge | line | thick | _boxes(pieces, unit)), bool)


def _boxes(pieces: Pieces, unit: float) -> Flags:
    """Of each piece, whether it is a small drawn box, empty or ticked: its four sides are straight and closed."""
    out = np.zeros(len(pieces), bool)
    _, _, wide, high, _ = pieces.columns
    for i in np.flatnonzero((np.minimum(wide, high) > 0.4 * unit) & (np.maximum(wide, high) < 3 * unit)).tolist():
        w, h, area = pieces.stats[i, 2:].tolist()
        if area < 1.2 * (w + h) or (area > 0.75 * w * h and w > unit):
            continue
        own = pieces.own(i)
        t = max(2, min(w, h) // 7)
        sides = ((own[:t], 0), (own[-t:], 0), (own[:, :t], 1), (own[:, -t:], 1))  # most letters lack the first of them
        out[i] = all(side.any(axis=across).mean() > 0.85 for side, across in sides)
    return out


def pen_width(strokes: Plane, pieces: Pieces) -> Floats:
    """Mean width of each piece's strokes in working pixels: twice its area for its outline."""
    outline = pieces.held((strokes > 0) & (cv2.erode(strokes, SQUARE) == 0))
    return np.asarray(2.0 * pieces.stats[:, 4] / np.maximum(outline, 1), dtype=np.float64)
