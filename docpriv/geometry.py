"""Boxes, quads and affine maps of the page frame; the only file that rounds, and it rounds outward.

Frame: pixels of the stored page as intake decoded it, origin top left, x right, y down; pixel (i, j) fills
[j, j+1) x [i, i+1). A Box is integers and half open, so it is the numpy slice. A Quad is four float points.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
import numpy.typing as npt

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, order=True)
class Box:
    """Integer pixels, half open: columns x0..x1-1 and rows y0..y1-1. Empty where x1 <= x0 or y1 <= y0."""

    x0: int
    y0: int
    x1: int
    y1: int

    @property
    def width(self) -> int:
        return max(0, self.x1 - self.x0)

    @property
    def height(self) -> int:
        return max(0, self.y1 - self.y0)

    @property
    def area(self) -> int:
        return self.width * self.height

    @property
    def empty(self) -> bool:
        return self.x1 <= self.x0 or self.y1 <= self.y0

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns, to index an array of shape (H, W, ...)."""
        return slice(self.y0, self.y1), slice(self.x0, self.x1)

    def clip(self, width: int, height: int) -> Box:
        """The part inside a page of that size."""
        x0, y0 = min(max(self.x0, 0), width), min(max(self.y0, 0), height)
        return Box(x0, y0, max(x0, min(self.x1, width)), max(y0, min(self.y1, height)))

    def grow(self, dx: int, dy: int | None = None) -> Box:
        dy = dx if dy is None else dy
        return Box(self.x0 - dx, self.y0 - dy, self.x1 + dx, self.y1 + dy)

    def snap(self, step_x: int, step_y: int) -> Box:
        """The smallest box of whole grid cells (from the origin) that holds this one; for JPEG block grids."""
        return Box(
            self.x0 // step_x * step_x, self.y0 // step_y * step_y, -(-self.x1 // step_x) * step_x, -(-self.y1 // step_y) * step_y
        )

    def shift(self, dx: int, dy: int) -> Box:
        return Box(self.x0 + dx, self.y0 + dy, self.x1 + dx, self.y1 + dy)

    def union(self, other: Box) -> Box:
        return Box(min(self.x0, other.x0), min(self.y0, other.y0), max(self.x1, other.x1), max(self.y1, other.y1))

    def intersect(self, other: Box) -> Box:
        return Box(max(self.x0, other.x0), max(self.y0, other.y0), min(self.x1, other.x1), min(self.y1, other.y1))

    def overlaps(self, other: Box) -> bool:
        return self.x0 < other.x1 and other.x0 < self.x1 and self.y0 < other.y1 and other.y0 < self.y1

    def contains(self, other: Box) -> bool:
        return self.x0 <= other.x0 and self.y0 <= other.y0 and self.x1 >= other.x1 and self.y1 >= other.y1

    def quad(self) -> Quad:
        return Quad(
            (float(self.x0), float(self.y0)),
            (float(self.x1), float(self.y0)),
            (float(self.x1), float(self.y1)),
            (float(self.x0), float(self.y1)),
        )


@dataclass(frozen=True, slots=True)
class Quad:
    """Four points in page pixels, clockwise from the text's own top left: a, b along the top, c, d along the bottom."""

    a: Point
    b: Point
    c: Point
    d: Point

    @property
    def points(self) -> tuple[Point, Point, Point, Point]:
        return self.a, self.b, self.c, self.d

    @property
    def centre(self) -> Point:
        return (sum(p[0] for p in self.points) / 4, sum(p[1] for p in self.points) / 4)

    @property
    def height(self) -> float:
        """Mean length of the two sides, in pixels: the text height for a line."""
        return (math.dist(self.a, self.d) + math.dist(self.b, self.c)) / 2

    @property
    def width(self) -> float:
        """Mean length of top and bottom, in pixels."""
        return (math.dist(self.a, self.b) + math.dist(self.d, self.c)) / 2

    @property
    def angle(self) -> float:
        """Direction of the text in degrees, 0 = left to right, 90 = downward."""
        return math.degrees(math.atan2(self.b[1] - self.a[1], self.b[0] - self.a[0]))

    def bounds(self) -> tuple[float, float, float, float]:
        xs, ys = [p[0] for p in self.points], [p[1] for p in self.points]
        return min(xs), min(ys), max(xs), max(ys)

    def part(self, t0: float, t1: float) -> Quad:
        """The strip between the fractions t0 and t1 of its width (may lie outside 0..1)."""
        return Quad(_mix(self.a, self.b, t0), _mix(self.a, self.b, t1), _mix(self.d, self.c, t1), _mix(self.d, self.c, t0))

    def to(self, last: Quad) -> Quad:
        """From the start of this one to the end of another on the same line."""
        return Quad(self.a, last.b, last.c, self.d)

    def pad(self, dx: float, dy: float) -> Quad:
        """Grown by dx pixels at both ends along the text and by dy across it."""
        w, h = max(self.width, 1e-6), max(self.height, 1e-6)
        wide = self.part(-dx / w, 1 + dx / w)
        t0, t1 = -dy / h, 1 + dy / h
        return Quad(_mix(wide.a, wide.d, t0), _mix(wide.b, wide.c, t0), _mix(wide.b, wide.c, t1), _mix(wide.a, wide.d, t1))

    def flipped(self) -> Quad:
        """The same area, top and bottom exchanged: its points run against the clock, and what is cut from it is mirrored."""
        return Quad(self.d, self.c, self.b, self.a)

    def shift(self, dx: float, dy: float) -> Quad:
        return Quad(*((p[0] + dx, p[1] + dy) for p in self.points))

    def scale(self, sx: float, sy: float) -> Quad:
        return Quad(*((p[0] * sx, p[1] * sy) for p in self.points))

    def array(self) -> npt.NDArray[np.float64]:
        """Points as float64 of shape (4, 2)."""
        return np.asarray(self.points, dtype=np.float64)

    @staticmethod
    def of(points: npt.ArrayLike) -> Quad:
        """From anything of shape (4, 2)."""
        p = np.asarray(points, dtype=np.float64)
        if p.shape != (4, 2):
            raise ValueError(f"a quad has 4 points of 2 numbers, not shape {p.shape}")
        return Quad(*((float(x), float(y)) for x, y in p))


def _mix(p: Point, q: Point, t: float) -> Point:
    return (p[0] + (q[0] - p[0]) * t, p[1] + (q[1] - p[1]) * t)


@dataclass(frozen=True, slots=True)
class Affine:
    """x' = a x + b y + c, y' = d x + e y + f; maps points of one frame to another."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 0.0
    e: float = 1.0
    f: float = 0.0

    def point(self, p: Point) -> Point:
        return (self.a * p[0] + self.b * p[1] + self.c, self.d * p[0] + self.e * p[1] + self.f)

    def quad(self, q: Quad) -> Quad:
        return Quad(*(self.point(p) for p in q.points))

    def then(self, second: Affine) -> Affine:
        """This map, and another after it."""
        return Affine(
            second.a * self.a + second.b * self.d,
            second.a * self.b + second.b * self.e,
            second.a * self.c + second.b * self.f + second.c,
            second.d * self.a + second.e * self.d,
            second.d * self.b + second.e * self.e,
            second.d * self.c + second.e * self.f + second.f,
        )

    def inverse(self) -> Affine:
        """The map back; ZeroDivisionError where there is none."""
        det = self.a * self.e - self.b * self.d
        a, b, d, e = self.e / det, -self.b / det, -self.d / det, self.a / det
        return Affine(a, b, -(a * self.c + b * self.f), d, e, -(d * self.c + e * self.f))

    @staticmethod
    def unturn(quarters: int, width: int, height: int) -> Affine:
        """Map points of np.rot90(page, quarters) back to the page, whose size is width x height pixels."""
        match quarters % 4:
            case 0:
                return Affine()
            case 1:  # counter-clockwise: turned (x, y) came from (width - y, x)
                return Affine(0.0, -1.0, float(width), 1.0, 0.0, 0.0)
            case 2:
                return Affine(-1.0, 0.0, float(width), 0.0, -1.0, float(height))
            case _:
                return Affine(0.0, 1.0, 0.0, -1.0, 0.0, float(height))


def cover(quad: Quad, width: int, height: int, pad: float = 0.0) -> Box:
    """The smallest box that holds the quad grown by `pad` pixels on every side, inside a page of that size."""
    x0, y0, x1, y1 = quad.bounds()
    return Box(math.floor(x0 - pad), math.floor(y0 - pad), math.ceil(x1 + pad), math.ceil(y1 + pad)).clip(width, height)


def hull(quads: Iterable[Quad]) -> Box:
    """The smallest unclipped box that holds all quads; empty for none."""
    bounds = [q.bounds() for q in quads]
    if not bounds:
        return Box(0, 0, 0, 0)
    return Box(
        math.floor(min(b[0] for b in bounds)),
        math.floor(min(b[1] for b in bounds)),
        math.ceil(max(b[2] for b in bounds)),
        math.ceil(max(b[3] for b in bounds)),
    )


def union_of(boxes: Sequence[Box]) -> Box:
    """The smallest box that holds all; empty for none."""
    return reduce(Box.union, boxes) if boxes else Box(0, 0, 0, 0)


def united(boxes: Iterable[Box]) -> list[Box]:
    """The boxes, those that overlap as one that holds them."""
    out = list(boxes)
    while True:
        pair = next(((a, b) for i, a in enumerate(out) for b in out[i + 1 :] if a.overlaps(b)), None)
        if pair is None:
            return out
        out = [b for b in out if b not in pair] + [pair[0].union(pair[1])]
