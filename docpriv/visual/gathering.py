"""Finds strokes that no printed line explains, also where they run through print, and gathers them into writings.

Specks, frames and tick boxes are left out, and so is what is too little to be writing; hatching and emblems are told from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from docpriv.geometry import Box, Quad
from docpriv.raster import SQUARE, Flags, Floats, Pieces, Plane, Stats, bounds_of, ones, pieces_of, typical
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


GAP_ALONG, GAP_ACROSS = 0.75, 0.2  # text heights by which strokes are grown until they meet as one writing
LETTERS = 3  # strokes as large as a letter that make a writing, unless
JOINED = 1.2  # text heights: one is as long as this
FLOWING = 2.0  # text heights of the joined strokes of a signature
HATCHES, ONE_WAY = 8, 0.85  # strokes, and how far they all run one way (0..1): a pen that writes turns back
EMBLEM_PEN, EMBLEM_ASPECT = 0.3, 1.6  # text heights of an emblem's parts; it is hardly wider than tall,
SYMMETRIC = 0.6  # and agrees so far with its own mirror image


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """Strokes that belong together, in working pixels; sizes of the page's text height.

    `mask`: their pixels inside `box`. `longest`, `tallest`: of its joined strokes. `pen`: mean width of the strokes.
    """

    box: Box
    mask: Plane
    strokes: int
    longest: float
    tallest: float
    pen: float
    fill: float
    flowing: float  # share of the ink in strokes that are both joined and large
    coloured: float

    @property
    def ink(self) -> int:
        return int(self.mask.sum())

    def ink_in(self, plane: Plane) -> int:
        """Its ink where a plane of the page is set."""
        return int((self.mask & plane[self.box.slices]).sum())

    def laid(self, box: Box) -> Plane:
        """Its mask inside a box that holds its own."""
        mask = np.zeros((box.height, box.width), np.uint8)
        mask[self.box.shift(-box.x0, -box.y0).slices] = self.mask
        return mask


def writings(free: Plane, ink: Ink, unit: float) -> list[Writing]:
    """Strokes gathered into words, lines or signatures; what is too little to be writing is left out."""
    along, across = max(1, round(GAP_ALONG * unit)), max(1, round(GAP_ACROSS * unit))
    _, homes = cv2.connectedComponents(cv2.dilate(free, ones(2 * along + 1, 2 * across + 1)), connectivity=8)
    strokes = pieces_of(free)
    pens = pen_width(free, strokes)
    home = np.zeros(len(strokes), np.int64)
    home[strokes.labels.ravel()] = homes.ravel()
    by_home: dict[int, list[int]] = {}
    for i in range(1, len(strokes)):
        by_home.setdefault(int(home[i]), []).append(i)
    found = []
    for number, members in by_home.items():
        stats = strokes.stats[members]
        box = bounds_of(stats)
        mask = ((homes[box.slices] == number) & (free[box.slices] > 0)).astype(np.uint8)
        writing = _measured(mask, box, stats, pens[members], ink, unit)
        if writing.strokes >= LETTERS or max(writing.longest, writing.tallest) >= JOINED:
            found.append(writing)
    return found


def _measured(mask: Plane, box: Box, stats: Stats, pens: Floats, ink: Ink, unit: float) -> Writing:
    """Sizes of a writing whose strokes have these statistics; `mask` lies at `box`."""
    _, _, w, h, area = stats.T.astype(np.float64)
    large = h >= LETTER * unit
    return Writing(
        box=box,
        mask=mask,
        strokes=int(large.sum()),
        longest=float(np.where(large, w, 0).max()) / unit,
        tallest=float(h.max()) / unit,
        pen=float((pens * area).sum() / area.sum()) / unit,
        fill=float(area.sum()) / box.area,
        flowing=float(area[np.maximum(w, h) >= FLOWING * unit].sum() / area.sum()),
        coloured=float((ink.chroma[box.slices][mask > 0] > COLOURED).mean()),
    )


def part_within(writing: Writing, zone: Box, ink: Ink, unit: float) -> Writing | None:
    """Those strokes of a writing that stand in a zone of the page; None where there are none."""
    strokes: Pieces = pieces_of(writing.mask)
    inside = np.bincount(strokes.labels[zone_in(writing, zone, ink.scale).slices].ravel(), minlength=len(strokes))
    kept = inside >= 0.5 * strokes.stats[:, 4]
    kept[0] = False
    if not kept.any():
        return None
    own = bounds_of(strokes.stats[kept])
    pens = pen_width(writing.mask, strokes)[kept]
    return _measured(
        strokes.chosen(kept)[own.slices], own.shift(writing.box.x0, writing.box.y0), strokes.stats[kept], pens, ink, unit
    )


def zone_in(writing: Writing, zone: Box, scale: float) -> Box:
    """A zone of the page in the pixels of a writing's mask."""
    box = Box(round(zone.x0 * scale), round(zone.y0 * scale), round(zone.x1 * scale), round(zone.y1 * scale))
    return box.shift(-writing.box.x0, -writing.box.y0).clip(writing.box.width, writing.box.height)


def is_hatching(writing: Writing) -> bool:
    """Whether many strokes all run one way: a pen that writes turns back."""
    if writing.strokes < HATCHES:
        return False
    soft = cv2.GaussianBlur(writing.mask.astype(np.float32), (0, 0), 1.0)
    twice = (cv2.Sobel(soft, cv2.CV_32F, 1, 0) + 1j * cv2.Sobel(soft, cv2.CV_32F, 0, 1)) ** 2
    return float(np.abs(twice.sum())) >= ONE_WAY * float(np.abs(twice).sum()) > 0


def is_emblem(writing: Writing) -> bool:
    """Whether bold strokes about as wide as tall are the same from both sides; a monogram may be, too."""
    wide, tall = writing.box.width, writing.box.height
    if writing.pen < EMBLEM_PEN or max(wide, tall) > EMBLEM_ASPECT * min(wide, tall):
        return False
    x, y, w, h = cv2.boundingRect(writing.mask)
    own = writing.mask[y : y + h, x : x + w] > 0
    return any((own & other).sum() >= SYMMETRIC * (own | other).sum() for other in (own[:, ::-1], own[::-1]))
