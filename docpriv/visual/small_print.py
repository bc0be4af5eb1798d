"""Finds rows of letters of a few pixels.

Among the strokes that no ordinary line explains, rows of small pieces, alike in height and spaced as words are, with quiet
paper above and below, are small print. Leaders, hatching and textures are more even, or have the like above and below.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from docpriv.geometry import Box, united
from docpriv.model import TextLine
from docpriv.raster import Plane, Stats, bands_of, bounds_of, filled, row_beside

WELL, SURE = 0.8, 0.96  # score of a line that was read, and of one that is small and was, or broken
ORDINARY = 14  # pixels: height of a line whose letters are not small, its room included
ABOUT = 0.25  # line heights about an ordinary line in which its accents and points lie
LEAST, MOST = 3, 9  # pixels: height of the pieces of small print, its tallest letters included
SMALL = 6.0  # pixels: of which half the pieces of a row are not higher
FEW = 6  # letters of a row; pieces count for as many as they are wide. So many strokes are crossed on the way along it
LETTER = 0.75  # width of a letter in heights of the row's pieces
LONGEST = 40.0  # heights: words whose letters run together; longer pieces are rules
NEAR = 1.6  # heights on either side of a piece in which the next word stands
LENGTH = 4.0  # heights of a row's pieces: its least length
ALIKE, OF_ROW = (0.6, 1.9), 0.75  # heights in those of the row's middle piece; share of the pieces, by length, that have them
LOWEST, TALLEST = 0.8, 2.4  # heights of a row
DENSE, SOLID = (0.45, 1.3), 0.85  # share of a row's length that its pieces hold; ink of a piece, at the middle
EVEN = 0.25  # deviation of the pieces' distances and widths from their means: leaders, ticks and hatching are more even
FEET, ON_FOOT = 0.2, 0.7  # heights from the line on which a row stands, at least a pixel; share of the pieces that stand so near
MOSTLY = 0.9  # of a row's pieces, by their length, in lines that were read
QUIET, STRIP = 0.35, 0.4  # share of the row's ink that the strips beside it have at most; their height in the row's
BESIDE, BELOW = 6.0, 2.5  # heights to another word of the row's block, along and across
ROOM = 1.2  # heights of a row's pieces about it that are shown with it
CLEAR = 14.0  # pixels to which the row's middle piece is enlarged
LEAST_SCALE, MOST_SCALE = 2, 4


def small_areas(
    ink: Plane,
    pieces: Stats,
    middles: Stats,
    lines: Sequence[TextLine],
    taken: Sequence[Box],
) -> list[tuple[Box, int]]:
    """Areas of small print outside those that are taken, each with how many times it is to be enlarged.

    `ink`: u8 (H, W), 1 where strokes are; `pieces`: its connected pieces, int32 (n, 5): x, y, width, height and area;
    `middles`: int32 (n, 2).
    """
    height, width = ink.shape
    like = (pieces[:, 3] >= LEAST) & (pieces[:, 3] <= MOST) & (pieces[:, 2] <= LONGEST * pieces[:, 3])
    if not like.any():
        return []
    ordinary = [line for line in lines if line.quad.height >= ORDINARY and line.score >= WELL]
    sure = [line for line in lines if line.quad.height < ORDINARY and line.score >= SURE]
    explained = filled(ink.shape, (q.pad(ABOUT * q.height, ABOUT * q.height) for q in (line.quad for line in ordinary)))
    known = filled(ink.shape, (line.quad for line in sure))
    like &= explained[middles[:, 1], middles[:, 0]] == 0
    if int(like.sum()) < FEW // 2:  # of two letters each
        return []
    rows = _rows(ink, pieces[like], known)
    rows = [row for row in rows if not any(row[0].overlaps(box) for box in taken)]
    areas = united([box.grow(math.ceil(ROOM * tall)).clip(width, height) for box, tall in rows])
    out: list[tuple[Box, int]] = []
    for area in areas:
        tall = float(np.median([t for box, t in rows if area.overlaps(box)]))
        out.append((area, int(np.clip(round(CLEAR / tall), LEAST_SCALE, MOST_SCALE))))
    return out


def _rows(ink: Plane, pieces: Stats, known: Plane) -> list[tuple[Box, float]]:
    """Rows of small letters that are not all in known places: the box of each, and the height of its middle piece."""
    of = bands_of(pieces, ink.shape, SMALL, NEAR, 3)
    order = np.argsort(of, kind="stable")
    starts = np.flatnonzero(np.diff(of[order], prepend=-1))
    parts = [part for part in np.split(pieces[order], starts[1:]) if not _held(part, known)]
    rows = [_row(ink, part) for part in parts]
    found = [row for row in rows if row is not None]
    others = [bounds_of(part) for part, row in zip(parts, rows, strict=True) if row is None and found]
    for box, tall in found:  # grows: what stands by a row that was found is of its block, also if it is but a word
        room = box.grow(round(BESIDE * tall), round(BELOW * tall))
        near = [o for o in others if o.overlaps(room) and LOWEST * tall <= o.height <= TALLEST * tall]
        found += [(o, tall) for o in near]
        others = [o for o in others if o not in near]
    return found


def _held(pieces: Stats, known: Plane) -> bool:
    """Whether nearly all of a row is in known places."""
    x, y, w, h, _ = pieces.T
    return bool(w[known[y + h // 2, x + w // 2] > 0].sum() >= MOSTLY * w.sum())


def _row(ink: Plane, pieces: Stats) -> tuple[Box, float] | None:
    """The box of a row of pieces, and the height of its middle one; None where it is no row of small letters."""
    x, _, w, h, area = pieces.T
    box = bounds_of(pieces)
    if box.width < LENGTH * LEAST:
        return None
    tall = float(np.median(np.repeat(h, np.maximum(1, w // h))))
    letters = np.maximum(1, np.round(w / (LETTER * tall))).sum()
    if tall > SMALL or letters < FEW or box.width < LENGTH * tall or box.height > TALLEST * tall + 0.05 * box.width:
        return None
    if w[(h >= ALIKE[0] * tall) & (h <= ALIKE[1] * tall)].sum() < OF_ROW * w.sum():
        return None
    if not DENSE[0] <= w.sum() / box.width <= DENSE[1] or np.median(area / (w * h)) > SOLID:
        return None
    apart = np.diff(np.sort(x + w / 2))
    if len(apart) >= FEW and np.std(apart) < EVEN * np.mean(apart) and np.std(w) < EVEN * np.mean(w):
        return None
    if not _level(pieces, tall):
        return None
    if int(np.max(np.sum(np.diff(ink[box.slices].astype(np.int8), axis=1, prepend=0) > 0, axis=1))) < FEW:
        return None
    beside = row_beside(box, max(2, round(STRIP * box.height)), ink)
    inside = ink[box.slices].sum() / box.area
    outside = sum(int(ink[b.slices].sum()) for b in beside) / max(1, sum(b.area for b in beside))
    return (box, tall) if outside <= QUIET * inside else None


def _level(pieces: Stats, tall: float) -> bool:
    """Whether most pieces stand on one line, which may rise or fall."""
    x, y, w, h, _ = pieces.T
    across, foot = x + w / 2, (y + h).astype(np.float64)
    across, foot = across - np.average(across, weights=w), foot - np.average(foot, weights=w)
    spread = float(np.sum(w * across * across))
    off = foot - (float(np.sum(w * across * foot)) / spread if spread else 0.0) * across
    return bool(w[np.abs(off) <= max(1.0, FEET * tall)].sum() >= ON_FOOT * w.sum())
