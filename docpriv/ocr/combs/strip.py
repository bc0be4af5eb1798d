"""A row of cells cut out of its page and made level: its printed lines, and where cells stand."""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np

from docpriv.geometry import Quad
from docpriv.model import Pixels
from docpriv.ocr.combs.rows import LEAST_DASH, Row
from docpriv.raster import SQUARE, Flags, Floats, Plane, darkest, ones, runs

BEYOND = 12  # cells sought beyond the strokes that were found on either side
BOX = 0.45  # of the pitch: lower strokes are ticks, and so are those
TALL = 0.75  # lower than this without a line on top
ROOM = 0.4  # of the pitch: seen above and below a row
OVER = 1.5  # of the pitch: seen above a base line with ticks, or underlines
GAP = 1.6  # pitches between two groups of a comb
LINE = 12.0  # levels of 0..255 by which a printed line is darker than its paper
LEAST_LETTERS = 3  # in a comb that holds anything
THICKEST = 0.16  # of the pitch: a printed line
WHOLE = 0.93  # of a box's height: a stroke that is a side of it
PALE = 0.55  # of the letters' contrast: printed lines below it are parted from letters by their level alone
MOST_DRAWN = 0.7  # share of the strokes between cells that have to be plain
BESIDE = 0.35  # dark share of what stands close beside one
DOT = 0.16  # of the pitch: of a dotted line
LEAST_LINE = 0.6  # dark share along the floor of boxes and ticks
MOST_BESIDE = 0.55  # of a level line's dark share: what the rows above and below it have,
MOST_FEET = 0.4  # and of underlines', which feet of letters resemble
STRAY = 0.03  # of the pitch, and a pixel and a half: how far drawn strokes stand beside their place


class Strip:
    """A row cut out of its page and made level; x and y of the strip are pixels of the page.

    `grey` u8 (h, w) is empty where nothing could be cut. `base`, `top`: y of the base line and of the cells' upper ends;
    `floor`: first row and end of the printed line along the base, (0, 0) where there is none; `xs`: strokes that were found.
    """

    def __init__(self, pixels: Pixels, row: Row) -> None:
        _height, width = pixels.shape[:2]
        self.row, self.pitch = row, row.pitch
        high = row.bottom - row.top
        self.boxed = row.ruled and high >= BOX * self.pitch
        above = max(high + ROOM * self.pitch, 0.0 if high >= TALL * self.pitch else OVER * self.pitch)
        self.base = above  # y of the base line in the strip
        self.top = above - (row.bottom - row.top)
        lead = min(BEYOND * self.pitch, row.xs[0])
        tail = min(BEYOND * self.pitch, width - row.xs[-1])
        norm = math.hypot(1.0, row.slope)
        self._ex = (1 / norm, row.slope / norm)
        self._origin = (
            row.xs[0] - lead * self._ex[0] + above * self._ex[1],
            row.bottom - lead * self._ex[1] - above * self._ex[0],
        )
        size = (round((row.xs[-1] - row.xs[0]) * norm + lead + tail), round(above + ROOM * self.pitch))
        self.xs = [lead + (x - row.xs[0]) * norm for x in row.xs]
        x0, y0, x1, y1 = self.quad(0, 0, *size).bounds()
        left, up = max(0, math.floor(x0) - 2), max(0, math.floor(y0) - 2)
        part = np.ascontiguousarray(pixels[up : max(up, math.ceil(y1) + 3), left : max(left, math.ceil(x1) + 3)])
        if part.size == 0 or min(size) < 1:
            self.grey: Plane = np.zeros((0, 0), np.uint8)
            return
        ex, (ox, oy) = self._ex, self._origin
        matrix = np.array([[ex[0], -ex[1], ox - left], [ex[1], ex[0], oy - up]])
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        self.grey = np.asarray(
            cv2.warpAffine(darkest(part), matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE), dtype=np.uint8
        )
        y0_, y1_ = self._band()
        inner = self.grey[y0_:y1_, _columns(self.xs[0], self.xs[-1])]
        self.paper = float(np.percentile(inner, 75)) if inner.size else 255.0
        spread = float(np.median(np.abs(inner.astype(np.float32) - np.median(inner)))) if inner.size else 0.0
        self.level = max(LINE, 4.0 * spread)
        self.dark: Plane = (self.grey < self.paper - self.level).astype(np.uint8)
        self.floor = self._line_at(self.base)
        self._ceiling = self._line_at(self.top) if self.boxed else (0, 0)
        if self.boxed and high < TALL * self.pitch and not self._ceiling[1]:
            self.boxed = False
        if not row.ruled and (ceiling := self._ceiling_above()) is not None:  # letters run into the sides of these boxes
            self.boxed, self._ceiling = True, ceiling
        if self.floor[1]:
            self.base = (self.floor[0] + self.floor[1] - 1) / 2
        if self._ceiling[1]:
            self.top = (self._ceiling[0] + self._ceiling[1] - 1) / 2

    def _ceiling_above(self) -> tuple[int, int] | None:
        """The level printed line over underlines that makes boxes of them."""
        inner = self.dark[: round(self.base - BOX * self.pitch), _columns(self.xs[0], self.xs[-1])]
        if not inner.size:
            return None
        share = self._level_share(inner)
        best = int(np.argmax(share))
        line = self._line_at(float(best)) if share[best] >= 0.6 else (0, 0)
        return line if line[1] else None

    def _level_share(self, part: Plane) -> Floats:
        """Dark share of each row of a part of the strip, dots closed up to lines."""
        return np.asarray(_closed(part, max(3, round(0.12 * self.pitch)), 1).mean(axis=1))

    def _upright_share(self, part: Plane) -> Floats:
        """Dark share of each column of a part of the strip, dots closed up to lines."""
        return np.asarray(_closed(part, 1, max(3, round(0.12 * self.pitch)) | 1).mean(axis=0))

    def _line_at(self, y: float) -> tuple[int, int]:
        """First row and end of the level printed line about y; (0, 0) where there is none."""
        reach = max(3, round(0.2 * self.pitch))
        first = max(0, round(y) - reach)
        part = self.dark[first : round(y) + reach + 1, _columns(self.xs[0], self.xs[-1])]
        if not part.size:
            return 0, 0
        share = self._level_share(part)
        best = int(np.argmax(share))
        if share[best] < (LEAST_LINE if self.row.ruled else LEAST_DASH):
            return 0, 0
        a, b = _extent(share, best)
        if not _is_drawn(part[a : b + 1].max(axis=0), LEAST_LINE if self.row.ruled else 0.0, max(4.0, DOT * self.pitch)):
            return 0, 0
        beside = [share[max(0, a - 2 - max(2, reach // 2)) : max(0, a - 2)], share[b + 3 : b + 3 + max(2, reach // 2)]]
        most = MOST_BESIDE if self.row.ruled else MOST_FEET
        if any(part.size and float(part.mean()) > most * share[best] for part in beside):
            return 0, 0
        return (first + a, first + b + 1) if b - a < THICKEST * self.pitch else (0, 0)

    def _side_at(self, x: float, reach: int = 0) -> tuple[int, int]:
        """First column and end of the upright printed line about x; (0, 0) where there is none."""
        reach = reach or max(2, round(0.1 * self.pitch))
        first = max(0, round(x) - reach)
        rows = self.dark[max(0, round(self.top)) : round(self.base) + 1, first : round(x) + reach + 1]
        if not rows.size:
            return 0, 0
        share = self._upright_share(rows)
        best = int(np.argmax(share - 0.01 * np.abs(np.arange(len(share)) + first - x)))
        if share[best] < 0.6:
            return 0, 0
        a, b = _extent(share, best)
        return (first + a, first + b + 1) if b - a < THICKEST * self.pitch else (0, 0)

    def quad(self, x0: float, y0: float, x1: float, y1: float) -> Quad:
        """A rectangle of the strip on the page."""
        (ax, ay), (ox, oy) = self._ex, self._origin
        return Quad(*((ox + x * ax - y * ay, oy + x * ay + y * ax) for x, y in ((x0, y0), (x1, y0), (x1, y1), (x0, y1))))

    def _band(self) -> tuple[int, int]:
        """Rows in which letters stand."""
        if self.boxed:
            return max(0, round(self.top)), round(self.base) + 1
        return 0, round(self.base) + 1

    def floors(self) -> list[float]:
        """Level printed lines through most cells between top and base line, with both of these, as y of the strip."""
        inner = self.dark[:, _columns(self.xs[0], self.xs[-1])]
        share = _closed(inner, 5, 1).mean(axis=1)
        rows = np.flatnonzero(share > 0.6)
        groups = np.split(rows, np.flatnonzero(np.diff(rows) > 2) + 1) if len(rows) else []
        ys = [float(g.mean()) for g in groups]
        out = [self.top]
        for y in ys:
            if y > out[-1] + BOX * self.pitch and y < self.base - BOX * self.pitch:
                out.append(y)
        return [*out, self.base]

    # -- where cells are ----------------------------------------------------------------------------

    def edges(self, *, jump: bool = True) -> list[tuple[float, float]]:
        """Left and right edge of each cell in the strip, left to right; `jump`: also of further groups beyond a gap."""
        cells: list[tuple[float, float]] = []
        for a, b in zip(self.xs, self.xs[1:], strict=False):
            if abs(b - a - self.pitch) <= 0.15 * self.pitch:
                cells += [(a, b)] if self._floored(a, b) else []
            else:
                cells += self._walk(a, 1, b, jump) + self._walk(b, -1, a, jump)
        cells += self._walk(self.xs[0], -1, 0.0, jump) + self._walk(self.xs[-1], 1, float(self.grey.shape[1]), jump)
        out: list[tuple[float, float]] = []
        for cell in sorted(cells):
            if not out or cell[0] >= out[-1][1] - 0.3 * self.pitch:
                out.append(cell)
        return out

    def _walk(self, start: float, way: int, until: float, jump: bool) -> list[tuple[float, float]]:
        """Further cells from an edge on, as long as there are printed lines of one."""
        found: list[tuple[float, float]] = []
        at = start
        while len(found) < 3 * BEYOND:
            far = at + way * self.pitch
            if (
                (far - until) * way > 0.15 * self.pitch
                or not min(at, far) + 0.3 * self.pitch >= 0
                or max(at, far) > self.grey.shape[1] + 2
            ):
                break
            side = self._side(at, far) if self.row.ruled else far
            if side is None or not self._floored(min(at, far), max(at, far)):
                step = self._next_group(at, way) if jump else None
                if step is None or (step + way * self.pitch - until) * way > 0.15 * self.pitch:
                    break
                at = step
                continue
            found.append((min(at, far), max(at, far)))
            at = side if abs(side - far) <= 0.12 * self.pitch else far
        return found

    def _next_group(self, at: float, way: int) -> float | None:
        """The first side of the next group of a comb: a stroke after a gap, with a floor and a stroke one pitch on."""
        if not self.row.ruled:
            return None
        for gap in np.arange(0.2, GAP, 0.05).tolist():
            x = at + way * gap * self.pitch
            a, b = self._side_at(x, 1)
            if not b or not 0 <= x + way * self.pitch < self.grey.shape[1]:
                continue
            middle = (a + b - 1) / 2
            far = middle + way * self.pitch
            if self._side(middle, far) is not None and self._floored(min(middle, far), max(middle, far)):
                return middle
        return None

    def _side(self, near: float, far: float) -> float | None:
        """x of the stroke that closes a cell that begins at `near` and ends about `far`."""
        a, b = sorted((near + 0.6 * (far - near), near + 1.12 * (far - near)))
        x0, x1 = max(0, round(a)), round(b)
        rows = self.dark[max(0, round(self.top) + 1) : round(self.base), x0:x1]
        if not rows.size:
            return None
        share = self._upright_share(rows)
        best = int(np.argmax(share - 0.2 * np.abs(np.arange(len(share)) + x0 - far) / self.pitch))
        return float(x0 + best) if share[best] >= 0.7 else None

    def _floored(self, x0: float, x1: float) -> bool:
        """Whether a printed line runs along the base of a cell; under a letter alone, a line that ends beside it."""
        deep = max(3, round(0.1 * self.pitch))
        y = round(self.base)
        part = self.dark[max(0, y - deep) : y + deep + 1, _columns(x0, x1)]
        if not part.size:
            return False
        share = float(self._level_share(part).max())
        if self.row.ruled:
            return share >= (0.6 if self.boxed else 0.85)
        gap = max(1, round(0.03 * self.pitch))
        ends = [self.dark[y - 1 : y + 2, max(0, round(x) - gap) : round(x) + gap + 1] for x in (x0, x1)]
        return share >= 0.35 and any(not e.size or float(e.min(axis=1).min()) == 0 for e in ends)

    # -- printed lines of them -----------------------------------------------------------------------------

    def without_lines(self, edges: Sequence[tuple[float, float]]) -> Plane:
        """The strip with its printed lines painted in its paper's level."""
        lines = np.zeros_like(self.dark)
        dots = max(5, round(0.15 * self.pitch)) | 1
        if self.row.ruled:
            upright = _closed(self.dark, 1, dots)
            part = cv2.morphologyEx(upright, cv2.MORPH_OPEN, ones(1, max(3, round(0.3 * (self.base - self.top)))))
            rows = slice(max(0, round(self.top) - 2), round(self.base) + 3)
            if self.boxed:
                for x in np.flatnonzero(self._sides()).tolist():
                    lines[rows, max(0, x - 1) : x + 2] |= upright[rows, max(0, x - 1) : x + 2]
            for x in sorted({round(x) for edge in edges for x in edge}):
                a, b = self._side_at(x)
                if b:
                    columns = slice(max(0, a - 1), b + 1)
                    lines[rows, columns] |= part[rows, columns]
        level = cv2.morphologyEx(_closed(self.dark, dots, 1), cv2.MORPH_OPEN, ones(max(3, round(0.25 * self.pitch)), 1))
        for y0, y1 in (self.floor, self._ceiling):
            if y1:
                rows = slice(max(0, y0 - 1), y1 + 1)
                lines[rows] |= level[rows]
        clean = self.grey.copy()
        darkness = self.darkest(clean, edges)
        wide = cv2.dilate(lines, SQUARE) > 0
        drawn = self.paper - self.grey[(lines & self.dark) > 0].astype(np.float32)
        printed = float(np.percentile(drawn, 75)) if drawn.size else 0.0
        if printed < PALE * darkness:
            clean[clean > self.paper - 1.25 * printed - 4] = round(self.paper)
            wide &= clean > self.paper - 0.7 * darkness
        clean[wide] = round(self.paper)
        return clean

    def has_drawn_sides(self, edges: Sequence[tuple[float, float]]) -> bool:
        """Whether the strokes between the cells are lines on their floor at one pitch: stems of letters end above it, have the
        rest of their letter beside them and stand as they fall."""
        if not edges:
            return False
        xs, good = [], 0
        places = sorted({*(a for a, _ in edges), edges[-1][1]})
        top, foot = max(0, round(self.top)), self.floor[0]
        upright = _closed(self.dark, 1, max(5, round(0.15 * self.pitch)) | 1)
        for x in places:
            a, b = self._side_at(x)
            if not b:
                continue
            xs.append((a + b - 1) / 2)
            stroke = upright[max(top, foot - max(4, round(0.2 * self.pitch))) : foot, a:b].max(axis=1)
            reach = max(2, round(0.08 * self.pitch))
            rows = slice(top + 2, max(top + 3, foot - 2))
            beside = [self.dark[rows, max(0, a - 1 - reach) : max(0, a - 1)], self.dark[rows, b + 1 : b + 1 + reach]]
            white = sum(part.size == 0 or float(part.mean()) < BESIDE for part in beside)
            good += bool(stroke.size and stroke.mean() >= 0.9 and white >= 1)
        if len(xs) < LEAST_LETTERS or good < MOST_DRAWN * len(places):
            return False
        steps = (np.array(xs) - xs[0]) / self.pitch
        off = np.abs(np.diff(steps) - np.round(np.diff(steps))) * self.pitch
        within = off[off <= 0.15 * self.pitch]  # the others are gaps between groups
        if len(within) < 0.7 * len(off):
            return False
        return float(np.mean(within <= 1.5 + STRAY * self.pitch)) >= 0.7

    def stands_on_line(self, edge: tuple[float, float]) -> bool:
        """Whether ink reaches without white from the floor of a cell up: the foot of a letter, or one written over its line."""
        gap = round(0.05 * self.pitch)
        high = max(4, round(0.2 * self.pitch))
        part = self.dark[max(0, self.floor[0] - high) : self.floor[0], max(0, round(edge[0]) + gap) : round(edge[1]) - gap]
        return bool(part.size and part.max(axis=1).min() > 0)

    def has_even_lines(self, edges: Sequence[tuple[float, float]]) -> bool:
        """Whether the underlines of the cells are of one length: the feet of letters of a word are not."""
        rows = self.dark[self.floor[0] : self.floor[1]].max(axis=0)
        lengths = [max((end - start for start, end in runs(rows[_columns(a, b)])), default=0) for a, b in edges]
        usual = float(np.median(lengths))
        alike = np.abs(np.array(lengths) - usual) <= max(2.0, 0.12 * usual)
        return usual >= LEAST_DASH * self.pitch and float(alike.mean()) >= 0.75

    def _sides(self) -> Flags:
        """Columns of strokes that run from ceiling to floor and are no thicker than these: sides of boxes, where they stand apart
        too. Stems of letters end before, or lean."""
        thick = max(self.floor[1] - self.floor[0], self._ceiling[1] - self._ceiling[0], 1)
        rows = self.dark[max(0, round(self.top)) : round(self.base) + 1]
        full = rows.mean(axis=0) >= WHOLE if rows.size else np.zeros(0, dtype=np.bool_)
        for start, end in runs(full):
            if end - start > 2 * thick + 2:
                full[start:end] = False
        return np.asarray(full, dtype=np.bool_)

    def darkest(self, picture: Plane, edges: Sequence[tuple[float, float]]) -> float:
        """Levels by which the darkest of what stands in the cells is darker than the paper."""
        y0, y1 = self._band()
        within = picture[y0:y1, _columns(edges[0][0], edges[-1][1])]
        return self.paper - float(np.percentile(within, 0.5)) if within.size else 0.0


def _columns(x0: float, x1: float) -> slice:
    """Columns of the strip from one place to another."""
    return slice(max(0, round(x0)), round(x1))


def _closed(plane: Plane, width: int, height: int) -> Plane:
    """The plane with its gaps closed that are narrower than this."""
    return np.asarray(cv2.morphologyEx(plane, cv2.MORPH_CLOSE, ones(width, height)), np.uint8)


def _extent(share: Floats, best: int) -> tuple[int, int]:
    """First and last row or column about the darkest one that are nearly as dark: the thickness of a printed line."""
    a = b = best
    while a > 0 and share[a - 1] > 0.6 * share[best]:
        a -= 1
    while b + 1 < len(share) and share[b + 1] > 0.6 * share[best]:
        b += 1
    return a, b


def _is_drawn(row: Plane, least: float, dot: float) -> bool:
    """Whether what is dark along a row, u8 (n,) of 0 and 1, is a line, or dots of one size; not the feet of letters."""
    if float(row.mean()) >= least:
        return True
    return float(np.percentile([end - start for start, end in runs(row)], 85)) <= dot
