"""Gathers strokes into writings and measures them; refuses what is too little to be writing."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from docpriv.geometry import Box
from docpriv.visual.free_ink import LETTER, pen_width
from docpriv.visual.stamps import COLOURED
from docpriv.visual.strokes import Ink, Plane

GAP_ALONG, GAP_ACROSS = 0.75, 0.2  # text heights by which strokes are grown until they meet as one writing
LETTERS = 3  # strokes as large as a letter that make a writing, unless
JOINED = 1.2  # text heights: one is as long as this
FLOWING = 2.0  # text heights of the joined strokes of a signature


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """Strokes that belong together, in working pixels; sizes of the page's text height.

    `mask`: their pixels inside `box`. `longest`, `tallest`: of its joined strokes. `pen`: mean width of the strokes.
    """

    box: tuple[int, int, int, int]
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


def writings(free: Plane, ink: Ink, unit: float) -> list[Writing]:
    """Strokes gathered into words, lines or signatures; what is too little to be writing is left out."""
    along, across = max(1, round(GAP_ALONG * unit)), max(1, round(GAP_ACROSS * unit))
    joined = cv2.dilate(free, np.ones((2 * across + 1, 2 * along + 1), np.uint8))
    _, homes = cv2.connectedComponents(joined, connectivity=8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(free, connectivity=8)
    pens = pen_width(free, labels, stats)
    home = np.zeros(count, np.int64)
    home[labels.ravel()] = homes.ravel()
    home[0] = 0
    by_home: dict[int, list[int]] = {}
    for i in range(1, count):
        by_home.setdefault(int(home[i]), []).append(i)
    found = []
    for number, members in by_home.items():
        part = stats[members]
        x0, y0 = int(part[:, 0].min()), int(part[:, 1].min())
        x1, y1 = int((part[:, 0] + part[:, 2]).max()), int((part[:, 1] + part[:, 3]).max())
        mask = ((homes[y0:y1, x0:x1] == number) & (free[y0:y1, x0:x1] > 0)).astype(np.uint8)
        writing = _measured(mask, x0, y0, part, pens[members], ink, unit)
        if writing.strokes >= LETTERS or max(writing.longest, writing.tallest) >= JOINED:
            found.append(writing)
    return found


def _measured(
    mask: Plane, x0: int, y0: int, stats: npt.NDArray[np.int32], pens: npt.NDArray[np.float64], ink: Ink, unit: float
) -> Writing:
    """Sizes of a writing whose strokes have these statistics; `mask` lies at x0, y0."""
    height, width = mask.shape
    area = stats[:, 4].astype(np.float64)
    large = stats[:, 3] >= LETTER * unit
    flowing = np.maximum(stats[:, 2], stats[:, 3]) >= FLOWING * unit
    return Writing(
        box=(x0, y0, x0 + width, y0 + height),
        mask=mask,
        strokes=int(large.sum()),
        longest=float(np.where(large, stats[:, 2], 0).max()) / unit,
        tallest=float(stats[:, 3].max()) / unit,
        pen=float((pens * area).sum() / area.sum()) / unit,
        fill=float(area.sum()) / (width * height),
        flowing=float(area[flowing].sum() / area.sum()),
        coloured=float((ink.chroma[y0 : y0 + height, x0 : x0 + width][mask > 0] > COLOURED).mean()),
    )


def part_within(writing: Writing, zone: Box, ink: Ink, unit: float) -> Writing | None:
    """Those strokes of a writing that stand in a zone of the page; None where there are none."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(writing.mask, connectivity=8)
    x0, y0, _, _ = writing.box
    a, b, c, d = zone_in(writing, zone, ink.scale)
    inside = np.bincount(labels[b:d, a:c].ravel(), minlength=count) >= 0.5 * stats[:, 4]
    inside[0] = False
    chosen = np.flatnonzero(inside)
    if not len(chosen):
        return None
    part = stats[chosen]
    u, v = int(part[:, 0].min()), int(part[:, 1].min())
    w, h = int((part[:, 0] + part[:, 2]).max()), int((part[:, 1] + part[:, 3]).max())
    pens = pen_width(writing.mask, labels, stats)[chosen]
    mask = inside[labels[v:h, u:w]].astype(np.uint8)
    return _measured(mask, x0 + u, y0 + v, part, pens, ink, unit)


def zone_in(writing: Writing, zone: Box, scale: float) -> tuple[int, int, int, int]:
    """A zone of the page in the pixels of a writing's mask."""
    x0, y0, _, _ = writing.box
    height, width = writing.mask.shape
    box = Box(
        round(zone.x0 * scale) - x0, round(zone.y0 * scale) - y0, round(zone.x1 * scale) - x0, round(zone.y1 * scale) - y0
    ).clip(width, height)
    return box.x0, box.y0, box.x1, box.y1


def together(one: Writing, other: Writing) -> Writing:
    (a, b, c, d), (x, y, w, h) = one.box, other.box
    x0, y0, x1, y1 = min(a, x), min(b, y), max(c, w), max(d, h)
    mask = np.zeros((y1 - y0, x1 - x0), np.uint8)
    mask[b - y0 : d - y0, a - x0 : c - x0] |= one.mask
    mask[y - y0 : h - y0, x - x0 : w - x0] |= other.mask
    return replace(
        one,
        box=(x0, y0, x1, y1),
        mask=mask,
        longest=max(one.longest, other.longest),
        tallest=max(one.tallest, other.tallest),
        strokes=one.strokes + other.strokes,
    )
