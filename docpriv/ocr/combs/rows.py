"""Find rows of boxes, ticks or underlines that each ask for one letter; grids, tables and rulers among them.

A comb's upright strokes have one height, one base line and one pitch; its underlines one length, one line and one pitch. That is
asked on a small copy of the page, in which the darkest pixel of a cell stands for it, so that hairlines stay. What the cells
hold is looked at by `cells`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from docpriv.model import Pixels
from docpriv.raster import Floats, Plane, contrast_of, darkest, ones, pieces_of, reduced

WORK_SIDE = 1400  # pixels: the page is looked at at this size or smaller: a box of 5 mm of A4 is 24 of them wide
FAINTEST = 14.0  # levels of 0..255 by which a printed line is darker than its paper: pale drop-out colours have 25,
PLAIN = 50.0  # levels: grey and black lines
GRAIN = 4.0  # and so many times the paper's grain
LEAST_STROKE = 6  # pixels of the small copy: ticks of 1.5 mm
LEAST_FLOOR = 8  # pixels of the small copy: the level line under one letter; strokes of letters are shorter
LEAST_DOTTED = 20  # the same of dots, under two
FLOORED = 0.6  # of the way from one stroke to the next that is above a level line: boxes may stand apart
FOOT = 2  # pixels of the small copy between a stroke and the line on which it stands
DOTS = 5  # pixels of the small copy: dots of a dotted line stand closer
THICK = 6  # pixels of the small copy: no printed line of a comb is thicker
LEAST_PITCH, MOST_PITCH = 11.0, 100.0  # pixels of the small copy between two letters
TALLEST = 6.0  # pitches: strokes of four rows of cells that touch; what is higher are columns of a table
SHORTEST = 0.18  # of the pitch: ticks
EVEN = 0.05  # of the pitch, and a pixel: how far a stroke may stand beside its place
ALIKE = 0.22  # of the height, and two pixels: by how much strokes of a comb differ in height and level
STEEPEST = 0.06  # rise over run of a row: 3.4 degrees
LEAST_RUN = 3  # strokes in a row that begin a run
LEAST_TEETH = 5  # strokes of a comb together
LEAST_DASH = 0.4  # of the pitch: shorter underlines are the dots of a leader
BAND = 24.0  # pixels of the small copy: strokes are compared within bands of their base line and the next
GAP = 2.6  # pitches between the strokes of two groups of one comb: DD MM YYYY


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Strokes of one comb, in pixels: `xs` of the edges of its cells, ascending, and the pitch.

    The top edge runs through (x, top + slope * (x - xs[0])), the base line likewise. `ruled`: boxes or ticks; else
    underlines, of which `xs` are the middles of the gaps.
    """

    xs: tuple[float, ...]
    pitch: float
    top: float
    bottom: float
    slope: float
    ruled: bool

    def scaled(self, by: float) -> Row:
        xs = tuple(x * by for x in self.xs)
        return replace(self, xs=xs, pitch=self.pitch * by, top=self.top * by, bottom=self.bottom * by)


def find_rows(pixels: Pixels) -> tuple[Row, ...]:
    """Rows that may be combs on a u8 (H, W, 3) page that stands upright, those with the most strokes first.

    Rows may lie in one place: left and right sides of boxes, every second tick. Whoever looks into them takes the first that
    holds.
    """
    small, step = reduced(pixels, WORK_SIDE)
    contrast = contrast_of(darkest(small))
    level = max(FAINTEST, GRAIN * float(np.median(contrast[::4, ::4])))
    found: list[Row] = []
    for least in (level, max(PLAIN, 2 * level)):  # sides of boxes that stand close run together at the lower one
        dark: Plane = (contrast > least).astype(np.uint8)
        lines = cv2.dilate(_level_lines(dark), ones(2 * FOOT + 1, 2 * FOOT + 1))
        uprights, dashes = _upright_strokes(dark, lines), _dashes_of(dark)
        rows = [_ruled(comb) for comb in _combs(_runs(uprights, lines))] + [_underlined(comb) for comb in _combs(_runs(dashes))]
        found += [row for row in rows if row is not None]
    order = sorted(found, key=lambda r: (-len(r.xs) - 2 * r.ruled, r.pitch, r.bottom, r.xs[0]))
    return tuple({_place(row): row.scaled(step) for row in reversed(order)}.values())[::-1]


def _upright_strokes(dark: Plane, lines: Plane) -> Floats:
    """Straight thin upright strokes that stand on a level line, float64 (n, 3): x of the middle, height, y of the foot."""
    closed = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, ones(1, DOTS))
    x, y, w, h, _ = pieces_of(cv2.morphologyEx(closed, cv2.MORPH_OPEN, ones(1, LEAST_STROKE))).stats[1:].T
    stands = lines[np.minimum(y + h - 1, dark.shape[0] - 1), np.minimum(x + w // 2, dark.shape[1] - 1)] > 0
    keep = (w <= THICK) & (2 * h >= 3 * w) & (h <= TALLEST * MOST_PITCH) & stands
    found: Floats = np.stack([x + w / 2, h, y + h], axis=1)[keep]
    return found


def _level_lines(dark: Plane) -> Plane:
    """Level strokes longer than those of letters; dotted ones are longer still, since letters close up to lines of dots."""
    solid = cv2.morphologyEx(dark, cv2.MORPH_OPEN, ones(LEAST_FLOOR, 1))
    closed = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, ones(DOTS - 1, 1))
    return np.asarray(cv2.max(solid, cv2.morphologyEx(closed, cv2.MORPH_OPEN, ones(LEAST_DOTTED, 1))), dtype=np.uint8)


def _dashes_of(dark: Plane) -> Floats:
    """Straight thin level strokes, float64 (n, 3): x of the middle, length, y of the middle."""
    x, y, w, h, _ = pieces_of(cv2.morphologyEx(dark, cv2.MORPH_OPEN, ones(LEAST_FLOOR, 1))).stats[1:].T
    keep = (h <= THICK) & (w >= 1.5 * h) & (w <= MOST_PITCH)
    found: Floats = np.stack([x + w / 2, w, y + h / 2], axis=1)[keep]
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """Strokes at one pitch, left to right, and their usual size."""

    strokes: Floats
    pitch: float
    size: float

    def goes_on(self, after: _Run) -> bool:
        """Whether another run may be the next group of the comb."""
        (x0, _, y0), (x1, _, y1) = self.strokes[-1].tolist(), after.strokes[0].tolist()
        return (
            abs(self.pitch - after.pitch) <= 1.0 + EVEN * after.pitch
            and abs(self.size - after.size) <= 2 + ALIKE * after.size
            and 0 < x1 - x0 <= GAP * after.pitch
            and abs(y1 - y0) <= 2 + STEEPEST * (x1 - x0)
        )


def _runs(strokes: Floats, lines: Plane | None = None) -> list[_Run]:
    """Maximal runs of at least LEAST_RUN strokes of one size on one line at one pitch. `lines`: 1 where level lines are, on
    which upright strokes have to stand; None for underlines."""
    if len(strokes) < LEAST_RUN:
        return []
    order = np.argsort(strokes[:, 0], kind="stable")
    after = _next(strokes, order, None if lines is None else np.cumsum(lines, axis=1, dtype=np.int32))
    runs: list[_Run] = []
    used: set[tuple[int, int]] = set()
    at = strokes[:, 0].tolist()
    for i in order.tolist():
        for j in after[i]:
            if (i, j) in used:
                continue
            chain = [i, j]
            pitch = at[j] - at[i]
            if lines is None and not LEAST_DASH * pitch <= strokes[i, 1] <= 0.95 * pitch:
                continue
            while True:
                last = chain[-1]
                wanted = at[last] + pitch
                fits = [k for k in after[last] if abs(at[k] - wanted) <= 1.0 + EVEN * pitch]
                if not fits:
                    break
                best = min(fits, key=lambda k: abs(at[k] - wanted))
                used.add((last, best))
                chain.append(best)
                pitch = (at[best] - at[i]) / (len(chain) - 1)
            if len(chain) >= LEAST_RUN:
                own = strokes[chain]
                runs.append(_Run(strokes=own, pitch=pitch, size=sorted(own[:, 1].tolist())[len(own) // 2]))
    return runs


def _next(strokes: Floats, order: npt.NDArray[np.intp], lines: npt.NDArray[np.int32] | None) -> dict[int, list[int]]:
    """For each stroke the next few like it to its right, on its line, at a distance that can be a pitch. `lines`: running sums
    along the rows of where level lines are."""
    xs, sizes, base = strokes.T
    after: dict[int, list[int]] = {i: [] for i in range(len(xs))}
    rows: dict[int, list[int]] = {}
    for i in order.tolist():
        rows.setdefault(int(base[i] // BAND), []).append(i)
    for key, here in rows.items():
        near = np.array(sorted(here + rows.get(key - 1, []) + rows.get(key + 1, []), key=lambda i: float(xs[i])), dtype=np.intp)
        px, ps, pb = xs[near], sizes[near], base[near]
        firsts = np.searchsorted(px, xs[here] + LEAST_PITCH)
        lasts = np.searchsorted(px, xs[here] + MOST_PITCH, side="right")
        for i, a, b in zip(here, firsts.tolist(), lasts.tolist(), strict=True):
            if a >= b:
                continue
            far = px[a:b] - xs[i]
            like = (np.abs(ps[a:b] - sizes[i]) <= 2 + ALIKE * sizes[i]) & (np.abs(pb[a:b] - base[i]) <= 1.5 + STEEPEST * far)
            like &= far >= 0.16 * sizes[i]
            if lines is not None and like.any():
                y = np.clip(np.round((pb[a:b] + base[i]) / 2).astype(np.intp) - 1, 0, lines.shape[0] - 1)
                ends = np.minimum(px[a:b].astype(np.intp), lines.shape[1] - 1)
                like &= lines[y, ends] - lines[y, int(xs[i])] >= FLOORED * far
            after[i] = near[a:b][like][:4].tolist()
    return after


def _combs(runs: Sequence[_Run]) -> list[list[_Run]]:
    """Runs of one line, pitch and size, near enough to be groups of one comb."""
    combs: list[list[_Run]] = []
    bands: dict[int, list[list[_Run]]] = {}
    for run in sorted(runs, key=lambda r: (r.strokes[0, 0], -len(r.strokes))):
        band = int(run.strokes[0, 2] // BAND)
        homes = [comb for near in (band - 1, band, band + 1) for comb in bands.get(near, ()) if comb[-1].goes_on(run)]
        if homes:
            max(homes, key=lambda comb: float(comb[-1].strokes[-1, 0])).append(run)
        else:
            combs.append([run])
            bands.setdefault(band, []).append(combs[-1])
    return [comb for comb in combs if sum(len(r.strokes) for r in comb) >= LEAST_TEETH]


def _ruled(comb: Sequence[_Run]) -> Row | None:
    """Boxes or ticks; None where the strokes are too low or too high for it."""
    pitch = float(np.median([r.pitch for r in comb]))
    x, height, foot = np.concatenate([r.strokes for r in comb]).T
    if not SHORTEST * pitch <= float(np.median(height)) <= TALLEST * pitch:
        return None
    slope, bottom = _base(x, foot)
    _, top = _base(x, foot - height, slope)
    return Row(xs=tuple(x.tolist()), pitch=pitch, top=top, bottom=bottom, slope=slope, ruled=True)


def _underlined(comb: Sequence[_Run]) -> Row:
    pitch = float(np.median([r.pitch for r in comb]))
    x, length, y = np.concatenate([r.strokes for r in comb]).T
    left = x - length / 2
    slope, base = _base(left, y)
    xs = (left - (pitch - float(np.median(length))) / 2).tolist()
    return Row(xs=(*xs, xs[-1] + pitch), pitch=pitch, top=base, bottom=base, slope=slope, ruled=False)


def _base(x: Floats, y: Floats, slope: float | None = None) -> tuple[float, float]:
    """The slope of points, unless it is known, and their usual level at the first of them."""
    slope = float(np.polyfit(x, y, 1)[0]) if slope is None else slope
    return slope, float(np.median(y - slope * (x - x[0])))


def _place(row: Row) -> tuple[int, ...]:
    """The same for rows that both levels of darkness gave."""
    return tuple(round(v / 2) for v in (row.xs[0], row.xs[-1], row.top, row.bottom, 2 * row.pitch))
