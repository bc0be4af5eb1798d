"""Find rows of boxes, ticks or underlines that each ask for one letter; refuses grids, tables and rulers by what stands in them.

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

Grey = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]


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
    small, step = _darkest(pixels)
    contrast = cv2.subtract(cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8)), small)
    level = max(FAINTEST, GRAIN * float(np.median(contrast[::4, ::4])))
    found: list[Row] = []
    for least in (level, max(PLAIN, 2 * level)):  # sides of boxes that stand close run together at the lower one
        dark: Grey = (contrast > least).astype(np.uint8)
        lines = cv2.dilate(_level_lines(dark), np.ones((2 * FOOT + 1, 2 * FOOT + 1), np.uint8))
        uprights = _upright_strokes(dark, lines)
        found += [row for comb in _combs(_runs(uprights, lines)) if (row := _teeth(comb, uprights)) is not None]
        dashes = _dashes_of(dark)
        found += [_dashed(comb, dashes) for comb in _combs(_runs(dashes))]
    order = sorted(found, key=lambda r: (-len(r.xs) - 2 * r.ruled, r.pitch, r.bottom, r.xs[0]))
    return tuple({_place(row): row.scaled(step) for row in reversed(order)}.values())[::-1]


def _darkest(pixels: Pixels) -> tuple[Grey, int]:
    """The page made smaller by a whole number, and that number; of each cell the darkest level of any colour."""
    step = max(1, -(-max(pixels.shape[:2]) // WORK_SIDE))
    small = pixels
    if step > 1:
        small = cv2.erode(pixels, np.ones((step, step), np.uint8))[step // 2 :: step, step // 2 :: step]
    r, g, b = cv2.split(np.ascontiguousarray(small))
    return np.asarray(cv2.min(cv2.min(r, g), b), dtype=np.uint8), step


def _upright_strokes(dark: Grey, lines: Grey) -> Floats:
    """Straight thin upright strokes that stand on a level line, float64 (n, 3): x of the middle, top, bottom."""
    closed = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((DOTS, 1), np.uint8))
    opened = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((LEAST_STROKE, 1), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=8)
    x, y, w, h = stats[1:count, 0], stats[1:count, 1], stats[1:count, 2], stats[1:count, 3]
    keep = (w <= THICK) & (2 * h >= 3 * w) & (h <= TALLEST * MOST_PITCH)
    x, y, w, h = x[keep], y[keep], w[keep], h[keep]
    stands = lines[np.minimum(y + h - 1, dark.shape[0] - 1), np.minimum(x + w // 2, dark.shape[1] - 1)] > 0
    found: Floats = np.stack([x + w / 2, y, y + h], axis=1).astype(np.float64)[stands]
    return found


def _level_lines(dark: Grey) -> Grey:
    """Level strokes longer than those of letters; dotted ones are longer still, since letters close up to lines of dots."""
    solid = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((1, LEAST_FLOOR), np.uint8))
    closed = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((1, DOTS - 1), np.uint8))
    dotted = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((1, LEAST_DOTTED), np.uint8))
    return np.asarray(cv2.max(solid, dotted), dtype=np.uint8)


def _dashes_of(dark: Grey) -> Floats:
    """Straight thin level strokes, float64 (n, 3): left end, right end, y of the middle."""
    opened = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((1, LEAST_FLOOR), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=8)
    x, y, w, h = (stats[1:count, i].astype(np.float64) for i in range(4))
    keep = (h <= THICK) & (w >= 1.5 * h) & (w <= MOST_PITCH)
    found: Floats = np.stack([x, x + w, y + h / 2], axis=1)[keep]
    return found


@dataclass(slots=True, kw_only=True)
class _Run:
    """Strokes at one pitch: their indices, left to right."""

    strokes: list[int]
    pitch: float
    x0: float
    x1: float
    size: float
    base0: float
    base1: float


def _runs(strokes: Floats, lines: Grey | None = None) -> list[_Run]:
    """Maximal runs of at least LEAST_RUN strokes of one size on one line at one pitch. `lines`: 1 where level lines are, on
    which upright strokes have to stand; None for underlines."""
    dashes = lines is None
    if len(strokes) < LEAST_RUN:
        return []
    xs = (strokes[:, 0] + strokes[:, 1]) / 2 if dashes else strokes[:, 0]
    sizes = strokes[:, 1] - strokes[:, 0] if dashes else strokes[:, 2] - strokes[:, 1]
    base = strokes[:, 2]
    order = np.argsort(xs, kind="stable")
    after = _next(xs, sizes, base, order, None if lines is None else np.cumsum(lines, axis=1, dtype=np.int32))
    runs: list[_Run] = []
    used: set[tuple[int, int]] = set()
    at = xs.tolist()
    for i in order.tolist():
        for j in after[i]:
            if (i, j) in used:
                continue
            chain = [i, j]
            pitch = at[j] - at[i]
            if dashes and not LEAST_DASH * pitch <= sizes[i] <= 0.95 * pitch:
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
                runs.append(_run(chain, xs, sizes, base, pitch))
    return runs


def _next(
    xs: Floats, sizes: Floats, base: Floats, order: npt.NDArray[np.intp], lines: npt.NDArray[np.int32] | None
) -> dict[int, list[int]]:
    """For each stroke the next few like it to its right, on its line, at a distance that can be a pitch. `lines`: running sums
    along the rows of where level lines are."""
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


def _run(chain: list[int], xs: Floats, sizes: Floats, base: Floats, pitch: float) -> _Run:
    first, last = chain[0], chain[-1]
    usual = sorted(sizes[chain].tolist())[len(chain) // 2]
    return _Run(
        strokes=chain,
        pitch=pitch,
        x0=float(xs[first]),
        x1=float(xs[last]),
        size=usual,
        base0=float(base[first]),
        base1=float(base[last]),
    )


def _combs(runs: Sequence[_Run]) -> list[list[_Run]]:
    """Runs of one line, pitch and size, near enough to be groups of one comb."""
    combs: list[list[_Run]] = []
    bands: dict[int, list[list[_Run]]] = {}
    for run in sorted(runs, key=lambda r: (r.x0, -len(r.strokes))):
        band = int(run.base0 // BAND)
        homes = [comb for near in (band - 1, band, band + 1) for comb in bands.get(near, ()) if _goes_on(comb[-1], run)]
        if homes:
            max(homes, key=lambda comb: comb[-1].x1).append(run)
        else:
            combs.append([run])
            bands.setdefault(band, []).append(combs[-1])
    return [comb for comb in combs if sum(len(r.strokes) for r in comb) >= LEAST_TEETH]


def _goes_on(last: _Run, run: _Run) -> bool:
    return (
        abs(last.pitch - run.pitch) <= 1.0 + EVEN * run.pitch
        and abs(last.size - run.size) <= 2 + ALIKE * run.size
        and 0 < run.x0 - last.x1 <= GAP * run.pitch
        and abs(run.base0 - last.base1) <= 2 + STEEPEST * (run.x0 - last.x1)
    )


def _teeth(comb: Sequence[_Run], strokes: Floats) -> Row | None:
    pitch = float(np.median([r.pitch for r in comb]))
    chosen = strokes[[i for r in comb for i in r.strokes]]
    if not SHORTEST * pitch <= float(np.median(chosen[:, 2] - chosen[:, 1])) <= TALLEST * pitch:
        return None
    slope = float(np.polyfit(chosen[:, 0], chosen[:, 2], 1)[0])
    first = float(chosen[0, 0])
    bottom = float(np.median(chosen[:, 2] - slope * (chosen[:, 0] - first)))
    top = float(np.median(chosen[:, 1] - slope * (chosen[:, 0] - first)))
    return Row(xs=tuple(chosen[:, 0].tolist()), pitch=pitch, top=top, bottom=bottom, slope=slope, ruled=True)


def _dashed(comb: Sequence[_Run], strokes: Floats) -> Row:
    pitch = float(np.median([r.pitch for r in comb]))
    chosen = strokes[[i for r in comb for i in r.strokes]]
    slope = float(np.polyfit(chosen[:, 0], chosen[:, 2], 1)[0])
    first, spare = float(chosen[0, 0]), (pitch - float(np.median(chosen[:, 1] - chosen[:, 0]))) / 2
    base = float(np.median(chosen[:, 2] - slope * (chosen[:, 0] - first)))
    xs = (chosen[:, 0] - spare).tolist()
    return Row(xs=(*xs, xs[-1] + pitch), pitch=pitch, top=base, bottom=base, slope=slope, ruled=False)


def _place(row: Row) -> tuple[int, ...]:
    """The same for rows that both levels of darkness gave."""
    return tuple(round(v / 2) for v in (row.xs[0], row.xs[-1], row.top, row.bottom, 2 * row.pitch))
