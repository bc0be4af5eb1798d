"""Square codes whose modules are dots that do not touch: no halftones, full grids of dots, Braille or dot-matrix print.

Where modules stand apart an area is neither dark nor dense enough to look like a code, and readers of codes want modules that
touch. The dots give it away: they are alike, stand in one square raster, and take about half of its places everywhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import cv2
import numpy as np
import numpy.typing as npt

from docpriv.geometry import Quad
from docpriv.model import TextLine
from docpriv.raster import Floats, ones, pieces_of
from docpriv.raster import Plane as Grey
from docpriv.visual.code_areas import LARGEST, CodeArea, holds, is_text, text_areas

CLOSED = 15  # pixels: dots are smaller, and paper is the lightest within it
CONTRAST = 25  # levels of 0..255 by which dots are darker than their paper,
LEVELS = (0.5, 0.85)  # and shares of what the darkest ink about them is: fine dots are grey, large ones nearly touch
LEAST_DOT, MOST_DOT = 2, 13  # pixels
ROUND, SOLID = 0.34, 0.5  # how far the sides of a dot differ, and the least share of its box that it fills
ALIKE = 1.7  # times a dot may be larger or smaller than most
FEWEST = 45  # dots of the smallest code, half of 10 by 10 places
APART = 3.2  # dots' sizes from one to the next at most
MODULES = 9.5  # places along the shorter side
LONGEST = 3.4  # times longer than high
ON_RASTER = 0.72  # how far the dots stand in one raster: 1 exactly, 0 anywhere
TAKEN = (0.26, 0.74)  # share of the places that are taken: of code about half, of grids and halftones nearly all
SPARSE, SPARSE_ROWS = 0.12, 0.12  # share of the places of a row that is as good as white, and of such rows: print has more
CHANGES = 0.6  # how often neighbours differ, to places taken by chance: dots of one size of a halftone stand side by side
LOW = 7.5  # places along the shorter side of a code with solid sides, which may be longer: Data Matrix has 8 by 144
LOW_LONGEST = 21.0  # times longer than high, between the middles of its dots
SOLID_SIDE, HALF_SIDE = 0.9, 0.7  # least share of the places of a solid side that is taken, and most of the one across
MOST_DOTS = 4000  # of one code: QR version 40 has some 16,000, at a size at which they touch


def find_dot_codes(tone: Grey, lines: Sequence[TextLine] = ()) -> tuple[CodeArea, ...]:
    """Areas of a page that are codes of separate dots, top to bottom; `lines` that were read well are text.

    `tone`: u8 (H, W), the darkest channel of each pixel, in which pale colours stand out from their paper.
    """
    scale = min(1.0, LARGEST / max(tone.shape))
    small = cv2.resize(tone, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else tone
    found: list[CodeArea] = []
    text = text_areas(lines)
    square = ones(CLOSED, CLOSED)
    deep = cv2.subtract(cv2.morphologyEx(small, cv2.MORPH_CLOSE, square), small)
    about = cv2.dilate(deep, square)
    for share in LEVELS:
        every, sizes = _dots((deep >= np.maximum(CONTRAST, share * about)).astype(np.uint8))
        for dots in _clusters(every, sizes):
            corners = _raster(dots, every)
            if corners is not None:
                quad = Quad.of(corners / scale)
                if not is_text(quad, text) and not any(holds(one.quad, quad) for one in found):
                    found.append(CodeArea(quad=quad, form="modules"))
    return tuple(sorted(found, key=lambda a: (a.quad.centre[1], a.quad.centre[0])))


def _dots(dark: Grey) -> tuple[Floats, Floats]:
    """Middles (N, 2) and sizes (N,) of the dots of a plane of 0 and 1, in pixels."""
    pieces = pieces_of(dark, 4)
    _, _, w, h, area = pieces.columns
    longer = np.maximum(w, h)
    like = (np.minimum(w, h) >= LEAST_DOT) & (longer <= MOST_DOT) & (area >= SOLID * w * h)
    like &= np.abs(w - h) <= np.maximum(1, ROUND * longer)
    like[0] = False
    return pieces.middles[like], longer[like].astype(np.float64)


def _clusters(at: Floats, size: Floats) -> Iterator[Floats]:
    """Dots that stand together, alike in size: their middles."""
    if len(at) < FEWEST:
        return
    # In rings of size, so that dots of print do not join those of a code.
    for least in (2.0, 3.5, 6.0, 10.0):
        chosen = np.flatnonzero((size >= least / ALIKE**0.5) & (size < least * ALIKE))
        if len(chosen) < FEWEST:
            continue
        reach = round(APART * float(np.median(size[chosen])) / 2)
        corner = at[chosen].min(axis=0) - reach - 1
        spots = np.round(at[chosen] - corner).astype(int)
        plane = np.zeros(tuple((spots.max(axis=0) + reach + 2)[::-1]), np.uint8)
        plane[spots[:, 1], spots[:, 0]] = 1
        _, labels = cv2.connectedComponents(cv2.dilate(plane, ones(2 * reach + 1, 2 * reach + 1)))
        homes = labels[spots[:, 1], spots[:, 0]]
        counts = np.bincount(homes)
        for home in np.flatnonzero((counts >= FEWEST) & (counts <= MOST_DOTS)).tolist():
            yield at[chosen[homes == home]]


def _raster(at: Floats, every: Floats) -> Floats | None:
    """Corners (4, 2) of the square raster of which the dots take about half of the places; None where there is none, or
    where dots of other sizes take the rest, as in a halftone."""
    sample = at[:: max(1, len(at) // 300)]
    away = sample[:, None] - at[None]
    apart = np.hypot(away[..., 0], away[..., 1])
    apart[apart < 0.5] = np.inf
    nearest = apart.argmin(axis=1)
    pitch = float(np.median(apart.min(axis=1)))
    step = away[np.arange(len(sample)), nearest]
    near = np.abs(apart.min(axis=1) - pitch) < 0.15 * pitch
    if pitch < 2.5 or float(near.mean()) < 0.5 or not _may_be(at, every, pitch):
        return None
    angle = float(np.angle(np.mean(np.exp(4j * np.arctan2(step[near, 1], step[near, 0]))))) / 4
    best, turn, pitches = 0.0, angle, (pitch, pitch)
    for more in np.radians(np.arange(-2.0, 2.01, 0.25)):
        (sure_x, x), (sure_y, y) = (_comb(axis, pitch) for axis in _turned(sample, angle + more).T)
        if min(sure_x, sure_y) > best:
            best, turn, pitches = min(sure_x, sure_y), angle + float(more), (x, y)
    if best < ON_RASTER or abs(pitches[0] - pitches[1]) > 0.04 * pitch:
        return None
    upright = _turned(at, turn)
    (x0, y0), (x1, y1) = upright.min(axis=0), upright.max(axis=0)
    wide, high = (x1 - x0) / pitches[0] + 1, (y1 - y0) / pitches[1] + 1
    places = np.unique(np.round((upright - (x0, y0)) / pitches).astype(int), axis=0)
    low = min(wide, high) < MODULES or max(wide, high) > LONGEST * min(wide, high)
    if not _half_taken(places) or (low and not _has_solid_sides(places)):
        return None
    half = 0.6 * pitch
    left, right, top, low = x0 - half, x1 + half, y0 - half, y1 + half
    return _turned(np.asarray([(left, top), (right, top), (right, low), (left, low)]), -turn)


def _may_be(at: Floats, every: Floats, pitch: float) -> bool:
    """Whether the outline of these dots has the shape of a code, and holds about half as many dots as places."""
    (x, y), (wide, high), angle = cv2.minAreaRect(at.astype(np.float32))
    places = (wide / pitch + 1) * (high / pitch + 1)
    if min(wide, high) < (LOW - 1.5) * pitch or max(wide, high) > LOW_LONGEST * min(wide, high):
        return False
    c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    away = np.abs((every - (x, y)) @ np.asarray([[c, -s], [s, c]]))
    inside = int(((away[:, 0] <= wide / 2 + 1) & (away[:, 1] <= high / 2 + 1)).sum())
    return bool(TAKEN[0] * 0.7 <= inside / places <= TAKEN[1])


def _turned(at: Floats, angle: float) -> Floats:
    """Points turned against `angle` radians, about the page's corner."""
    c, s = math.cos(angle), math.sin(angle)
    return np.asarray(at @ np.asarray([[c, -s], [s, c]]), np.float64)


def _comb(axis: Floats, pitch: float) -> tuple[float, float]:
    """How far values stand at multiples of one step near `pitch`, 0..1, and that step."""
    steps = pitch * np.linspace(0.94, 1.06, 61)
    sure = np.abs(np.exp(2j * math.pi * axis[None] / steps[:, None]).mean(axis=1))
    at = int(np.argmax(sure))
    return float(sure[at]), float(steps[at])


def _half_taken(places: npt.NDArray[np.int_]) -> bool:
    """Whether dots take about half of the raster within their outline, and hardly a row or column is white."""
    outline = np.zeros(tuple((places.max(axis=0) + 1)[::-1].tolist()), np.uint8)
    cv2.fillConvexPoly(outline, cv2.convexHull(places.astype(np.int32)), 1)
    grid = np.zeros_like(outline)
    grid[places[:, 1], places[:, 0]] = 1
    share = float(grid.sum() / outline.sum())
    if not TAKEN[0] <= share <= TAKEN[1] or _changes(grid, outline) < CHANGES * 2 * share * (1 - share):
        return False
    for axis in (0, 1):
        room = outline.sum(axis=axis)
        rows = room >= 4
        if float((grid.sum(axis=axis)[rows] < SPARSE * room[rows]).mean()) > SPARSE_ROWS:
            return False
    return True


def _has_solid_sides(places: npt.NDArray[np.int_]) -> bool:
    """Whether dots take two sides that meet, and every other place of the two across, as of a Data Matrix; print has no such."""
    columns, rows = places.max(axis=0)
    sides = []
    for axis, last in ((0, columns), (1, rows)):
        length = int(places[:, 1 - axis].max()) + 1
        sides.append([float((places[:, axis] == at).sum()) / length for at in (0, int(last))])
    return all(max(pair) >= SOLID_SIDE and min(pair) <= HALF_SIDE for pair in sides)


def _changes(grid: Grey, outline: Grey) -> float:
    """Share of neighbouring places of which one is taken and one is not."""
    changed = places = 0
    for one, two, both in (
        (grid[1:], grid[:-1], outline[1:] & outline[:-1]),
        (grid[:, 1:], grid[:, :-1], outline[:, 1:] & outline[:, :-1]),
    ):
        changed += int(((one != two) & (both > 0)).sum())
        places += int(both.sum())
    return changed / max(1, places)
