"""Boxes that stand apart, each with its own outline: their round corners are drawn square, and their rows are known.

A comb's strokes have to stand on its floor, which those of a box with round corners do not. Round letters are no boxes, since
nothing stands in them, nor are rows of boxes to tick, of which few are ticked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from docpriv.geometry import Box, hull
from docpriv.model import Pixels
from docpriv.ocr.combs.rows import FAINTEST, LEAST_PITCH, MOST_PITCH, WORK_SIDE
from docpriv.raster import Pieces, Plane, Stats, contrast_of, darkest, pieces_of

LARGEST = 2.0  # of a box's width, its height, or the other way round
HOLLOW = 0.4  # of its bounds that the lines of a box take at most
MIDDLE, STRAIGHT = 0.25, 0.9  # share of a side from each corner where it may be round; inked share of the rest
THICK = 4  # pixels of a line
ALIKE = 3  # pixels by which boxes of one row differ in size and place
APART = 1.0  # widths between two boxes of a row: DD MM YYYY
LEAST, HELD, THIRD = 4, 0.6, 3  # boxes in a row, the share of them in which something stands, and how high that is in a box


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxRow:
    """Boxes side by side that hold something, each with the width of its lines and their colour, R, G, B."""

    boxes: tuple[Box, ...]
    pens: tuple[int, ...]
    inks: tuple[tuple[int, int, int], ...]

    @property
    def bounds(self) -> Box:
        return hull(box.quad() for box in self.boxes)


def box_rows(pixels: Pixels) -> tuple[BoxRow, ...]:
    """Rows of at least four boxes of one size on a u8 (H, W, 3) page, most of which hold something."""
    pieces = pieces_of((contrast_of(darkest(pixels)) > FAINTEST).astype(np.uint8))
    _, _, w, h, area = pieces.columns
    scale = max(1.0, max(pixels.shape[:2]) / WORK_SIDE)
    fits = (np.minimum(w, h) >= LEAST_PITCH) & (np.maximum(w, h) <= scale * MOST_PITCH) & (area <= HOLLOW * w * h)
    fits &= (w <= LARGEST * h) & (h <= LARGEST * w)
    fits[0] = False
    boxes = [i for i in np.flatnonzero(fits).tolist() if _is_box(pieces.own(i))]
    return tuple(_row(pixels, pieces, row) for row in _rows(pieces.stats, boxes) if _is_filled(pieces.stats, row))


def squared(pixels: Pixels, rows: Sequence[BoxRow]) -> Pixels:
    """A copy of the page on which those boxes are rectangles; the page itself without any."""
    if not rows:
        return pixels
    out: Pixels = pixels.copy()
    for row in rows:
        for box, pen, ink in zip(row.boxes, row.pens, row.inks, strict=True):
            square = out[box.slices]
            for side in (square[:pen], square[-pen:], square[:, :pen], square[:, -pen:]):
                side[...] = ink
    return out


def _is_box(own: Plane) -> bool:
    """Whether the four sides of a component run straight along its bounds, whatever its corners do."""
    h, w = own.shape
    level, upright = own[:, round(MIDDLE * w) : w - round(MIDDLE * w)], own[round(MIDDLE * h) : h - round(MIDDLE * h)]
    sides = (level[:THICK].any(0), level[-THICK:].any(0), upright[:, :THICK].any(1), upright[:, -THICK:].any(1))
    return all(float(side.mean()) >= STRAIGHT for side in sides)


def _rows(stats: Stats, boxes: list[int]) -> list[list[int]]:
    """Boxes of one size side by side."""
    rows: list[list[int]] = []
    for i in sorted(boxes, key=lambda k: int(stats[k, 0])):
        for row in rows:
            last = stats[row[-1]]
            near = 0 <= stats[i, 0] - last[0] - last[2] <= APART * last[2]
            if near and all(abs(int(stats[i, k]) - int(last[k])) <= ALIKE for k in (1, 2, 3)):
                row.append(i)
                break
        else:
            rows.append([i])
    return rows


def _is_filled(stats: Stats, row: list[int]) -> bool:
    """Whether something stands in most boxes of a row, of which there are enough."""
    x, y, w, h = (stats[:, i] for i in range(4))
    held = sum(
        bool(((x > x[i]) & (y > y[i]) & (x + w < x[i] + w[i]) & (y + h < y[i] + h[i]) & (THIRD * h >= h[i])).any()) for i in row
    )
    return len(row) >= LEAST and held >= HELD * len(row)


def _row(pixels: Pixels, pieces: Pieces, row: list[int]) -> BoxRow:
    boxes = tuple(pieces.box(i) for i in row)
    pens = tuple(max(1, round(pieces.stats[i, 4] / (2 * (box.width + box.height)))) for i, box in zip(row, boxes, strict=True))
    inks = []
    for i, box in zip(row, boxes, strict=True):
        r, g, b = np.median(pixels[box.slices][pieces.own(i) > 0], axis=0).astype(int).tolist()
        inks.append((r, g, b))
    return BoxRow(boxes=boxes, pens=pens, inks=tuple(inks))
