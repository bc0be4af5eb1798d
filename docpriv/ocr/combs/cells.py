"""Look into the cells of a row that may be a comb: what stands in each, its printed lines taken away; some are no comb.

A comb asks for one letter a cell. Cells of a table hold words, a ruler's ticks nothing, a grid has many rows.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

import cv2
import numpy as np

from docpriv.geometry import Box, Quad
from docpriv.model import Pixels
from docpriv.ocr.combs.rows import Row
from docpriv.ocr.combs.strip import BOX, LEAST_LETTERS, Strip
from docpriv.raster import Floats, Plane, Stats, bounds_of, ones, pieces_of

WIDEST_BOX = 1.3  # width over height of a box for one letter that touches its sides
MOST_PIECES = 3  # pieces of ink of one letter, broken or with its accents
MOST_ROWS = 4  # of cells that touch; more are a grid
INKED = 30.0  # levels by which what is filled in is
INK = 0.4  # share of the way from paper to ink
MOST_ODD = 0.25  # share of the letters that may stand in a cell by two, or across its sides
TALLEST_LETTER = 1.05  # pitches: a letter over ticks or on an underline
MOST_STANDING = 0.7  # of the letters, that touch their underlines: all feet of letters do
SPECK = 0.1  # of the pitch
SOLID = 0.85  # fill of a black square


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A place for one letter: its area on the page, and, where it holds one, the letter alone, dark on white, u8 (h, w).

    `area` holds the letter with what of it leaves the cell.
    """

    area: Quad
    letter: Plane | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comb:
    """Cells of one row, left to right. `parted`: its letters can be told from each other and from the printed lines."""

    cells: tuple[Cell, ...]
    pitch: float
    bounds: Box
    parted: bool = True

    @property
    def letters(self) -> int:
        return sum(cell.letter is not None for cell in self.cells)


def look_into(pixels: Pixels, row: Row) -> tuple[Comb, ...]:
    """The combs of a row on the u8 (H, W, 3) page: none where it is something else, several where rows of cells touch.

    A comb without letters is given too, so that nobody looks there again.
    """
    strip = Strip(pixels, row)
    if strip.grey.shape[0] < 8 or strip.grey.shape[1] < 8:
        return ()
    if not row.ruled or row.bottom - row.top <= 1.9 * row.pitch:
        comb = _comb(strip)
        return (comb,) if comb is not None else ()
    edges = strip.floors()
    if not 3 <= len(edges) <= MOST_ROWS + 1:
        return ()
    parts = [replace(row, top=row.top + (a - edges[0]), bottom=row.top + (b - edges[0])) for a, b in itertools.pairwise(edges)]
    combs = [_comb(Strip(pixels, part)) for part in parts if part.bottom - part.top >= BOX * row.pitch]
    return tuple(comb for comb in combs if comb is not None)


def _comb(strip: Strip) -> Comb | None:
    """The comb that the row is; None where what stands in it is not one letter a cell."""
    edges = strip.edges(jump=False)
    if len(edges) < LEAST_LETTERS or not strip.floor[1]:
        return None
    if not (strip.has_drawn_sides(edges) if strip.row.ruled else strip.has_even_lines(edges)):
        return None
    edges = strip.edges()
    if strip.row.ruled and not strip.has_drawn_sides(edges):
        return None
    pitch = strip.row.pitch
    clean = strip.without_lines(edges)
    darkness = strip.darkest(clean, edges)
    reach = strip.quad(edges[0][0], strip.base - (strip.base - strip.top if strip.boxed else pitch), edges[-1][1], strip.base)
    bounds = Box(*(round(v) for v in reach.bounds()))
    nothing = Comb(cells=(), pitch=pitch, bounds=bounds)
    if darkness < max(INKED, 2 * strip.level):
        return nothing
    ink = (clean < strip.paper - max(strip.level, INK * darkness)).astype(np.uint8)
    pieces = pieces_of(ink)
    labels, stats, centres = pieces.labels, pieces.stats, pieces.middles
    parts = _parts(strip, stats[1:], centres[1:])
    held: dict[int, list[int]] = {}
    across = 0
    for i in parts:
        left, _, w, h, area = stats[i].tolist()
        if strip.boxed and h >= 0.9 * (strip.base - strip.top) and w <= 2 + 2 * (strip.floor[1] - strip.floor[0]):
            continue  # a side of a box
        cell = next((k for k, (a, b) in enumerate(edges) if a - 0.02 * pitch <= centres[i][0] < b + 0.02 * pitch), None)
        if cell is None:
            continue
        if w >= 0.7 * pitch and h >= 0.7 * pitch and area > SOLID * w * h:
            return None  # the black square of a crossword
        across += left < edges[cell][0] - 0.2 * pitch or left + w > edges[cell][1] + 0.2 * pitch
        held.setdefault(cell, []).append(i)
    held = {k: v for k, v in held.items() if stats[v, 2:4].max() >= 0.2 * pitch}
    if not held:
        return nothing
    tall = float(np.median([(stats[v, 1] + stats[v, 3]).max() - stats[v, 1].min() for v in held.values()]))
    if not strip.boxed and tall > TALLEST_LETTER * pitch:
        return None  # letters of a word stand closer than they are high
    if not strip.row.ruled and sum(strip.stands_on_line(edges[k]) for k in held) > MOST_STANDING * len(held):
        return None
    double = sum(_is_double(stats[v], pitch) for v in held.values())
    crowded = sum(len(v) > MOST_PIECES for v in held.values())
    most = max(1.0, MOST_ODD * len(held))
    if len(held) < LEAST_LETTERS or max(double, crowded) > most:
        return None
    if across > most:  # letters of boxes that touch each other and the boxes; cells of a table are wider than high
        if pitch > WIDEST_BOX * (strip.base - strip.top):
            return None
        areas = [Cell(area=strip.quad(a, strip.top, b, strip.base), letter=None) for a, b in edges] if strip.boxed else []
        return Comb(cells=tuple(areas), pitch=pitch, bounds=bounds, parted=False) if areas else None
    every = bounds_of(stats[[i for v in held.values() for i in v]])
    up, down = max(0, every.y0 - 2), every.y1 + 2
    tip = min(strip.top if strip.boxed else strip.base - pitch, float(every.y0 - 1))
    foot = max(strip.base, float(every.y1 + 1))
    cells = []
    for k, (a, b) in enumerate(edges):
        if k not in held:
            cells.append(Cell(area=strip.quad(a, tip, b, foot), letter=None))
            continue
        own = bounds_of(stats[held[k]])
        columns = slice(max(0, own.x0 - 3), own.x1 + 3)
        mine = cv2.dilate(np.isin(labels[:, columns], held[k]).astype(np.uint8), ones(5, 5))
        picture = np.where(mine > 0, clean[:, columns], round(strip.paper)).astype(np.uint8)
        area = strip.quad(min(a, own.x0 - 1), tip, max(b, own.x1 + 1), foot)
        cells.append(Cell(area=area, letter=_on_white(picture[up:down], strip.paper)))
    return Comb(cells=tuple(cells), pitch=pitch, bounds=bounds)


def _parts(strip: Strip, stats: Stats, centres: Floats) -> list[int]:
    """Components (from 1) that stand in the row: within the boxes, or on the base line with what hangs over them."""
    pitch = strip.row.pitch
    tops, bottoms = stats[:, 1], stats[:, 1] + stats[:, 3]
    size = np.maximum(stats[:, 2], stats[:, 3])
    good = (size >= max(3.0, SPECK * pitch)) & (stats[:, 4] >= 4)
    if strip.boxed:
        stands = (centres[:, 1] > strip.top - 0.1 * pitch) & (centres[:, 1] < strip.base + 0.1 * pitch)
        return [int(i) + 1 for i in np.flatnonzero(good & stands)]
    stands = good & (bottoms > strip.base - 0.45 * pitch) & (centres[:, 1] < strip.base + 0.05 * pitch) & (tops > 0)
    if not stands.any():
        return []
    highest = float(tops[stands].min())
    hangs = good & ~stands & (bottoms < strip.base) & (tops >= highest - 0.15 * pitch)
    return [int(i) + 1 for i in np.flatnonzero(stands | hangs)]


def _is_double(parts: Stats, pitch: float) -> bool:
    """Whether two letters stand side by side: two groups of strokes of one height with white between them."""
    spans = sorted((int(x), int(x + w), int(h)) for x, _, w, h, _ in parts.tolist())
    groups: list[list[int]] = []
    for a, b, h in spans:
        if groups and a <= groups[-1][1] + 0.06 * pitch:
            groups[-1] = [groups[-1][0], max(groups[-1][1], b), max(groups[-1][2], h)]
        else:
            groups.append([a, b, h])
    tall = max(g[2] for g in groups)
    return sum(g[2] >= 0.6 * tall for g in groups) > 1


def _on_white(picture: Plane, paper: float) -> Plane:
    """The picture with its paper made white."""
    return np.asarray(np.clip(picture.astype(np.float32) * (255.0 / max(paper, 1.0)), 0, 255), dtype=np.uint8)
