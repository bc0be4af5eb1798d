"""Pictures as arrays: connected pieces of planes of 0 and 1, areas drawn into them, runs, and strips cut from a page."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from docpriv.geometry import Box, Quad
from docpriv.model import Pixels, TextLine

Plane = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Stats = npt.NDArray[np.int32]

SQUARE: Final = np.ones((3, 3), np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """Connected pieces of a plane, by number; 0 is the ground. `stats`: int32 (n, 5), x, y, width, height and area."""

    labels: npt.NDArray[np.int32]
    stats: Stats
    middles: Floats

    def __len__(self) -> int:
        return len(self.stats)

    @property
    def columns(self) -> tuple[Stats, Stats, Stats, Stats, Stats]:
        """x, y, width, height and area of each."""
        x, y, w, h, area = self.stats.T
        return x, y, w, h, area

    def held(self, plane: npt.NDArray[np.generic]) -> npt.NDArray[np.int64]:
        """How many pixels of each piece are set in a plane."""
        return np.bincount(self.labels[plane > 0], minlength=len(self))  # type: ignore[operator]

    def chosen(self, which: Flags) -> Plane:
        """1 on the pieces that are chosen; never on the ground."""
        flags = which.astype(np.uint8)
        flags[0] = 0
        return np.asarray(flags[self.labels], np.uint8)

    def box(self, number: int) -> Box:
        x, y, w, h, _ = self.stats[number].tolist()
        return Box(x, y, x + w, y + h)

    def own(self, number: int) -> Plane:
        """The pixels of one piece inside its box: 1 there."""
        return np.asarray(self.labels[self.box(number).slices] == number, np.uint8)


def pieces_of(plane: Plane, connectivity: int = 8) -> Pieces:
    _, labels, stats, middles = cv2.connectedComponentsWithStats(plane, connectivity=connectivity)
    return Pieces(labels, stats, middles)


def bounds_of(stats: Stats) -> Box:
    """The box that holds pieces with these statistics."""
    x, y, w, h, _ = stats.T
    return Box(int(x.min()), int(y.min()), int((x + w).max()), int((y + h).max()))


def row_beside(row: Box, strip: int, plane: Plane, gap: int = 0) -> list[Box]:
    """The strips above and below a row, so many pixels high, inside a plane."""
    height, width = plane.shape
    return [
        Box(row.x0, row.y0 - gap - strip, row.x1, row.y0 - gap).clip(width, height),
        Box(row.x0, row.y1 + gap, row.x1, row.y1 + gap + strip).clip(width, height),
    ]


def bands_of(stats: Stats, shape: tuple[int, ...], least: float, near: float, cut: int) -> npt.NDArray[np.int32]:
    """Labels of the rows in which pieces stand side by side: each reaches `near` of its height (or of `least`) to either side,
    and its upper and lower 1/`cut` count for nothing. For each piece the label of its row."""
    bands = np.zeros(shape, np.uint8)
    for x, y, w, h, _ in stats.tolist():
        reach = math.ceil(near * max(h, least))
        bands[y + h // cut : y + h - h // cut, max(0, x - reach) : x + w + reach] = 1
    _, labels = cv2.connectedComponents(bands, connectivity=4)
    return np.asarray(labels[stats[:, 1] + stats[:, 3] // 2, stats[:, 0] + stats[:, 2] // 2], np.int32)


def filled(shape: tuple[int, ...], quads: Iterable[Quad], scale: float = 1.0) -> Plane:
    """A plane, 1 inside any of the quads of the page, of which it is a copy at `scale`."""
    plane = np.zeros(shape, np.uint8)
    for quad in quads:
        fill(plane, quad, scale)
    return plane


def fill(plane: npt.NDArray[np.generic], quad: Quad, scale: float = 1.0, value: int = 1) -> None:
    cv2.fillConvexPoly(plane, np.round(quad.array() * scale).astype(np.int32), value)


def shrunk(pixels: Pixels, side: int) -> tuple[Pixels, float]:
    """A page whose longer side is at most so many pixels, and how many of its pixels one of the page is."""
    height, width = pixels.shape[:2]
    scale = min(1.0, side / max(height, width))
    if scale == 1:
        return pixels, scale
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8), scale


def reduced(pixels: npt.NDArray[np.uint8], side: int) -> tuple[npt.NDArray[np.uint8], int]:
    """A picture made smaller by a whole number, so that its longer side is at most about so many pixels, and that number.

    Of each cell the darkest level of each channel stays: by their mean, lines one pixel wide would fade away.
    """
    step = max(1, -(-max(pixels.shape[:2]) // side))
    if step == 1:
        return pixels, step
    return np.asarray(cv2.erode(pixels, ones(step, step))[step // 2 :: step, step // 2 :: step], np.uint8), step


def contrast_of(grey: Plane) -> Plane:
    """Levels by which pixels are darker than the paper about them."""
    return np.asarray(cv2.subtract(cv2.morphologyEx(grey, cv2.MORPH_CLOSE, ones(15, 15)), grey), np.uint8)


def grey_of(pixels: Pixels) -> Plane:
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)


def darkest(pixels: Pixels) -> Plane:
    """The darkest channel of each pixel: pale blue and red stand out from paper there far more than in grey."""
    return np.asarray(cv2.min(cv2.min(pixels[..., 0], pixels[..., 1]), pixels[..., 2]), np.uint8)


def ones(width: int, height: int) -> Plane:
    """A kernel of this size."""
    return np.ones((height, width), np.uint8)


def rows_of(quad: Quad, t0: float, t1: float) -> Quad:
    """The part of a quad between two shares of its height, which may lie outside 0..1."""
    turned = Quad(quad.a, quad.d, quad.c, quad.b).part(t0, t1)
    return Quad(turned.a, turned.d, turned.c, turned.b)


def strip_of(grey: Plane, quad: Quad, columns: int, rows: int, how: int = cv2.INTER_LINEAR) -> Plane:
    """The area of a quad brought to so many columns and rows."""
    corners = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], np.float32)
    turn = cv2.getPerspectiveTransform(quad.array().astype(np.float32), corners)
    return np.asarray(cv2.warpPerspective(grey, turn, (columns, rows), flags=how, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def strip_ink(strip: Plane, contrast: float) -> Plane | None:
    """1 on the ink of a strip; None where nothing is darker than its paper by `contrast` levels."""
    paper = float(np.percentile(strip, 90))
    if paper - float(strip.min()) < contrast:
        return None
    dark = np.clip(paper - strip.astype(np.float32), 0, 255).astype(np.uint8)
    return np.asarray(cv2.threshold(dark, 0, 1, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[1], np.uint8)


def ridge_of(ink: Plane, slack: float = 0.0) -> tuple[npt.NDArray[np.float32], Flags]:
    """Distance to the paper in pixels, and where it is as large as anywhere beside or less by `slack`: the middles of strokes."""
    away = np.asarray(cv2.distanceTransform(ink, cv2.DIST_L2, 3), np.float32)
    return away, (away > 0) & (away >= cv2.dilate(away, SQUARE) - slack)


def ridge_width(ink: Plane) -> float | None:
    """Mean width of strokes in pixels, measured along their middles; None where there is no ink."""
    away, ridge = ridge_of(ink)
    return 2 * float(away[ridge].mean()) if ridge.any() else None


def runs(flags: npt.NDArray[np.generic]) -> list[tuple[int, int]]:
    """Start and end of each stretch of a row that is set."""
    change = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return list(zip(change[0::2].tolist(), change[1::2].tolist(), strict=True))


def tiles(cover: Plane, x: int, y: int, step: int) -> list[Box]:
    """Boxes of whole `step` cells that hold the set pixels, joined along rows and then down.

    `x`, `y`: where the plane's corner lies.
    """
    height, width = cover.shape
    rows, cols = -(-height // step), -(-width // step)
    padded = np.zeros((rows * step, cols * step), np.uint8)
    padded[:height, :width] = cover
    cells = padded.reshape(rows, step, cols, step).max(axis=(1, 3))
    done: list[Box] = []
    running: dict[tuple[int, int], int] = {}
    for row in range(rows + 1):
        now = set(runs(cells[row])) if row < rows else set()
        for run in [r for r in running if r not in now]:
            done.append(Box(x + run[0] * step, y + running.pop(run) * step, x + run[1] * step, y + row * step))
        for run in now:
            running.setdefault(run, row)
    return sorted(done, key=lambda b: (b.y0, b.x0))


def typical(values: Sequence[float], weights: Sequence[float], otherwise: float) -> float:
    """The weighted median; `otherwise` where there are none."""
    if not values:
        return otherwise
    order = np.argsort(np.asarray(values))
    heap = np.cumsum(np.asarray(weights, dtype=np.float64)[order])
    return float(values[int(order[int(np.searchsorted(heap, heap[-1] / 2))])])


def print_direction(lines: Sequence[TextLine]) -> float:
    """Degrees, -45..45, by which most of a page's lines leave its sides."""
    long = [line.quad for line in lines if line.chars and line.quad.width > 2 * line.quad.height]
    return typical([(q.angle + 45) % 90 - 45 for q in long], [q.width for q in long], 0.0)


def words_of(line: TextLine, gap: float) -> list[Quad]:
    """The stretches of a line in which characters follow each other at less than `gap` line heights."""
    runs_: list[list[Quad]] = []
    for char in line.chars:
        if not char.text.strip():
            continue
        if runs_ and math.dist(runs_[-1][-1].b, char.quad.a) <= gap * line.quad.height:
            runs_[-1].append(char.quad)
        else:
            runs_.append([char.quad])
    return [spanned(run) for run in runs_]


def spanned(run: Sequence[Quad]) -> Quad:
    """One quad for neighbouring characters of a line, in whichever direction they were read."""
    first, last = run[0], run[-1]
    along = (first.b[0] - first.a[0], first.b[1] - first.a[1])
    if along[0] * (last.a[0] - first.a[0]) + along[1] * (last.a[1] - first.a[1]) < 0:
        first, last = last, first
    return Quad(first.a, last.b, last.c, first.d)
