"""Gathers strokes into writings, measures them, and tells hatching and emblems; what is too little to be writing is left out."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from docpriv.geometry import Box
from docpriv.visual.free_ink import LETTER, pen_width
from docpriv.visual.planes import Floats, Pieces, Plane, Stats, bounds_of, ones, pieces_of
from docpriv.visual.stamps import COLOURED
from docpriv.visual.strokes import Ink

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
        own = Box(self.box.x0 - box.x0, self.box.y0 - box.y0, self.box.x1 - box.x0, self.box.y1 - box.y0)
        mask = np.zeros((box.height, box.width), np.uint8)
        mask[own.slices] = self.mask
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
    box = Box(own.x0 + writing.box.x0, own.y0 + writing.box.y0, own.x1 + writing.box.x0, own.y1 + writing.box.y0)
    pens = pen_width(writing.mask, strokes)[kept]
    return _measured(strokes.chosen(kept)[own.slices], box, strokes.stats[kept], pens, ink, unit)


def zone_in(writing: Writing, zone: Box, scale: float) -> Box:
    """A zone of the page in the pixels of a writing's mask."""
    x0, y0 = writing.box.x0, writing.box.y0
    box = Box(round(zone.x0 * scale) - x0, round(zone.y0 * scale) - y0, round(zone.x1 * scale) - x0, round(zone.y1 * scale) - y0)
    return box.clip(writing.box.width, writing.box.height)


def together(one: Writing, other: Writing) -> Writing:
    box = one.box.union(other.box)
    return replace(
        one,
        box=box,
        mask=one.laid(box) | other.laid(box),
        longest=max(one.longest, other.longest),
        tallest=max(one.tallest, other.tallest),
        strokes=one.strokes + other.strokes,
    )


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
