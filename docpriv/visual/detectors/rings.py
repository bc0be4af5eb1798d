"""Letters on a circle or an arc, as on seals and ring stamps: no dials, rings of dots or stars, or lines that are read.

Readers of lines make little of them: a letter here, a word there, nothing that could be searched. Their places give them away:
the middles of letters that stand together lie on one circle, and hardly any stand beside it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from docpriv.geometry import Box, hull
from docpriv.model import EngineId, Kind, Mark, NotUnderstood, Pixels, TextLine
from docpriv.protocols import Scene
from docpriv.raster import Flags, Floats, darkest, fill, ones, pieces_of, print_direction, shrunk, tiles
from docpriv.visual.detectors import DETECTORS, Registration

DETECTOR = "rings"
VERSION = "1"
WORK_SIDE = 1400  # pixels: the page is looked at at this size or smaller
NEAR = 25  # pixels: letters are narrower than this, and paper is the lightest within it
CONTRAST = 28  # levels of 0..255 by which letters are darker than their paper
READ, READ_SIGNS, READ_LONG = 0.85, 4, 2.0  # score, signs, and times longer than high of lines whose letters are explained
LEANING = 6.0  # degrees off the page's directions: words of a ring lean, and are read one by one
SENTENCE = 14  # signs of a line that is no piece of a ring, however it leans
LEAST, MOST = 5, 64  # pixels: the longer side of a letter,
READABLE = 7.0  # and of most letters of a ring
MOST_LETTERS = 1500  # a page with more that no line explains is no page with a seal
ALIKE = 2.2  # letters that stand together differ by no more than so many times
TOGETHER = 2.7  # sizes between the middles of two letters of one ring
FEW = 7  # letters make no ring if they are fewer
TRIALS = 240  # circles through three letters that are tried for those that stand together
TALL = 70  # percentile of the letters' sizes: of small letters the taller ones
TIGHTEST, WIDEST = 1.5, 22.0  # radius of a ring in sizes of its letters
OFF = 0.5  # sizes by which the middle of a letter may miss its circle
BESIDE, BESIDE_FROM, BESIDE_TO = 0.25, 0.55, 1.9  # share of its ink that may stand beside it, and how far in sizes
GAP = 4.5  # sizes between letters of one arc
BOW = 1.25  # sizes by which an arc leaves its chord: letters of a level line may leave it by twice OFF
STROKES, STROKED = 0.72, 0.5  # share of its own rectangle that a letter fills, and of letters that fill no more
UNLIKE = 0.10  # deviation of the letters' ink, as a share: stars and petals are alike
OWN, SPECK = 0.8, 0.12  # share of a read line's ink on a ring that makes it a part of it; sizes of ink across that are a letter
ROW = 0.3  # sizes by which letters of a row beside a ring may miss its own circle
NUMBERS = 0.7  # share of what stands on a dial that reads as numbers

Lines = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """Letters on a circle, in page pixels: its middle, the radius of the letters' middles, how far they reach to either side of
    it, and the arcs in radians, clockwise from the right, in which they stand."""

    x: float
    y: float
    radius: float
    reach: float
    size: float
    arcs: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Letters:
    """Middles (N, 2), sizes, ink and share of their own rectangle of what may be letters, in working pixels."""

    at: Floats
    size: Floats
    ink: Floats
    fill: Floats

    def __getitem__(self, which: npt.NDArray[np.intp]) -> _Letters:
        return _Letters(at=self.at[which], size=self.size[which], ink=self.ink[which], fill=self.fill[which])

    def __len__(self) -> int:
        return len(self.size)

    def about(self, x: float, y: float) -> tuple[Floats, Floats]:
        """How far their middles are from a point, and in which direction, in radians clockwise from the right."""
        dx, dy = (self.at - (x, y)).T
        return np.hypot(dx, dy), np.arctan2(dy, dx)


class RingDetector:
    """Letters on circles, as unread ink whose parts follow the letters, so that what stands within a ring stays.

    A second look finds none: what is left of a ring that was covered is no ring.
    """

    detector = DETECTOR

    def identity(self) -> EngineId:
        return EngineId(name=DETECTOR, version=VERSION)

    def see(self, scene: Scene) -> tuple[Mark, ...]:
        """Marks of kind UNREAD_INK, top to bottom."""
        page = scene.page
        rings = find_rings(page.pixels, scene.lines) if scene.changed is None else ()
        return tuple(
            Mark(
                page=page.ref.index,
                kind=Kind.UNREAD_INK,
                quad=hull(box.quad() for box in parts).quad(),
                score=0.5,
                detector=DETECTOR,
                rule=NotUnderstood.TURNED,
                parts=parts,
            )
            for ring in rings
            if (parts := _parts(ring, page.width, page.height))
        )


def find_rings(pixels: Pixels, lines: Sequence[TextLine]) -> tuple[Ring, ...]:
    """Rings and arcs of letters that no line explains, top to bottom."""
    small, scale = shrunk(pixels, WORK_SIDE)
    letters, loose, every, ink = _letters(small, lines, scale)
    if not FEW <= len(letters) <= MOST_LETTERS:
        return ()
    found: list[Ring] = []
    for group in _groups(letters):
        rest = group
        while len(rest) >= FEW:
            circle = _circle(rest)
            if circle is None:
                break
            x, y, radius, inside = circle
            ring = _ring(rest[np.flatnonzero(inside)], loose, every, (x, y, radius))
            ring = ring and replace(ring, arcs=_all_arcs(ring, ink))
            rest = rest[np.flatnonzero(~inside)]
            if ring is not None and not _is_dial(ring, lines, scale) and not any(_same(ring, other) for other in found):
                found.append(ring)
    back = 1 / scale
    rings = [
        replace(r, x=r.x * back, y=r.y * back, radius=r.radius * back, reach=r.reach * back, size=r.size * back) for r in found
    ]
    return tuple(sorted(rings, key=lambda r: (r.y, r.x, r.radius)))


def _letters(small: Pixels, lines: Sequence[TextLine], scale: float) -> tuple[_Letters, _Letters, _Letters, Lines]:
    """What may be letters and no level line explains; the same with those of short lines; all that may be letters; and all
    ink by the line that was read there, 0 where none was, -1 where there is no ink."""
    tone = darkest(small)
    contrast = cv2.subtract(cv2.morphologyEx(tone, cv2.MORPH_CLOSE, ones(NEAR, NEAR)), tone)
    level, _ = cv2.threshold(contrast, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    ink = (contrast > max(CONTRAST, 0.7 * level)).astype(np.uint8)
    explained = np.zeros(ink.shape, np.uint8)  # 1 where level lines were read, 2 where long ones were, which no ring holds
    of_line = np.zeros(ink.shape, np.int32)
    direction = print_direction(lines)
    for number, line in enumerate(lines):
        if _is_read(line):
            kind = 2 if len(line.chars) >= SENTENCE else 1
            if kind == 2 or abs((line.quad.angle - direction + 45) % 90 - 45) < LEANING:
                fill(explained, line.quad, scale, kind)
                fill(of_line, line.quad, scale, number + 1)
    of_line[ink == 0] = -1
    pieces = pieces_of(ink)
    x, y, w, h, area = pieces.columns
    longer = np.maximum(w, h)
    like = (longer >= LEAST) & (longer <= MOST) & (area >= 6) & (area <= 0.9 * w * h + 4)
    like[0] = False
    at = np.stack([x + w / 2, y + h / 2], axis=1)
    rows, columns = (np.clip(pieces.middles[:, axis].round(), 0, ink.shape[1 - axis] - 1).astype(int) for axis in (1, 0))
    of = explained[rows, columns]
    every, chosen, loose = np.flatnonzero(like), np.flatnonzero(like & (of == 0)), np.flatnonzero(like & (of < 2))
    share = np.ones(len(pieces))
    if FEW <= len(chosen) <= MOST_LETTERS:
        for i in chosen.tolist():
            (_, (a, b), _) = cv2.minAreaRect(cv2.findNonZero(pieces.own(i)))
            share[i] = area[i] / ((a + 1) * (b + 1))
    whole = _Letters(at=at, size=longer.astype(np.float64), ink=area.astype(np.float64), fill=share)
    return whole[chosen], whole[loose], whole[every], of_line


def _is_read(line: TextLine) -> bool:
    signs = sum(not c.text.isspace() for c in line.chars)
    return line.score >= READ and signs >= READ_SIGNS and line.quad.width >= READ_LONG * line.quad.height


def _groups(letters: _Letters) -> Iterator[_Letters]:
    """Letters that stand together, alike in size."""
    apart = np.hypot(*(letters.at[:, None] - letters.at[None]).transpose(2, 0, 1))
    larger = np.maximum(letters.size[:, None], letters.size[None])
    smaller = np.minimum(letters.size[:, None], letters.size[None])
    near = (apart <= TOGETHER * larger) & (larger <= ALIKE * smaller)
    left = np.ones(len(letters), bool)
    while left.any():
        group = np.zeros(len(letters), bool)
        front = np.zeros(len(letters), bool)
        front[int(np.argmax(left))] = True
        while front.any():
            group |= front
            front = near[front].any(axis=0) & ~group
        left &= ~group
        if int(group.sum()) >= FEW:
            yield letters[np.flatnonzero(group)]


def _circle(letters: _Letters) -> tuple[float, float, float, Flags] | None:
    """The circle on which most of the letters stand: its middle and radius, and which do."""
    size = float(np.percentile(letters.size, TALL))
    count = len(letters)
    rng = np.random.default_rng(count)  # the same letters give the same circle
    # Three letters of one ring stand wide apart, but a group may hold more than a ring.
    picks = np.stack([rng.choice(count, 3, replace=False) for _ in range(TRIALS)])
    p, q, r = (letters.at[picks[:, k]] for k in range(3))
    a, b = q - p, r - p
    cross = 2 * (a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])
    good = np.abs(cross) > 1e-6
    if not good.any():
        return None
    a, b, p, cross = a[good], b[good], p[good], cross[good]
    aa, bb = (a * a).sum(axis=1), (b * b).sum(axis=1)
    ux, uy = (b[:, 1] * aa - a[:, 1] * bb) / cross, (a[:, 0] * bb - b[:, 0] * aa) / cross
    radius = np.hypot(ux, uy)
    centre = p + np.stack([ux, uy], axis=1)
    fits = (radius >= TIGHTEST * size) & (radius <= WIDEST * size)
    if not fits.any():
        return None
    centre, radius = centre[fits], radius[fits]
    miss = np.abs(np.hypot(*(letters.at[None] - centre[:, None]).transpose(2, 0, 1)) - radius[:, None])
    on = miss <= OFF * size
    best = int(np.argmax(on.sum(axis=1) - miss.clip(max=OFF * size).sum(axis=1) / (OFF * size * count)))
    inside = on[best]
    for _ in range(3):
        if int(inside.sum()) < FEW:
            return None
        x, y, rad = _fit(letters.at[inside])
        if not TIGHTEST * size <= rad <= WIDEST * size:
            return None
        inside = np.abs(letters.about(x, y)[0] - rad) <= OFF * size
    return (x, y, rad, inside) if int(inside.sum()) >= FEW else None


def _fit(at: Floats) -> tuple[float, float, float]:
    """The circle with the least algebraic error (Kasa, "A circle fitting procedure and its error analysis", 1976)."""
    middle = at.mean(axis=0)
    p = at - middle
    left = np.column_stack([2 * p, np.ones(len(p))])
    (x, y, c), *_ = np.linalg.lstsq(left, (p * p).sum(axis=1), rcond=None)
    return float(x + middle[0]), float(y + middle[1]), math.sqrt(max(0.0, c + x * x + y * y))


def _ring(on: _Letters, letters: _Letters, every: _Letters, circle: tuple[float, float, float]) -> Ring | None:
    """The ring of these letters and of others alike on their circle; None where it is none of letters."""
    x, y, radius = circle
    size = float(np.percentile(on.size, TALL))
    bows = [radius * (1 - math.cos(min(math.pi, (b - a) / 2))) for a, b in _arcs(on.about(x, y)[1], GAP * size / radius)]
    if size < READABLE or max(bows, default=0.0) < BOW * size:
        return None
    alike = (letters.size <= ALIKE * size) & (letters.size >= size / ALIKE / 1.5)
    for again in (True, True, False):  # the circle of one arc is a little off where other arcs stand
        away = letters.about(x, y)[0] - radius
        same = (np.abs(away) <= OFF * size) & alike
        if again and int(same.sum()) >= FEW:
            x, y, radius = _fit(letters.at[same])
    own = letters[np.flatnonzero(same)]
    arcs = _arcs(own.about(x, y)[1], GAP * size / radius)
    pad = 0.6 * size / radius
    if len(own) < FEW or not arcs:
        return None
    distances, angles = every.about(x, y)
    around = distances - radius
    band = (np.abs(around) >= BESIDE_FROM * size) & (np.abs(around) <= BESIDE_TO * size) & (every.size >= size / ALIKE)
    band &= np.any([(angles - first) % (2 * math.pi) <= last - first for first, last in arcs], axis=0)
    for side in (band & (around < 0), band & (around > 0)):
        if int(side.sum()) >= FEW and float(np.percentile(np.abs(around[side] - np.median(around[side])), 85)) <= ROW * size:
            band &= ~side  # a second row about the same middle
    if float(every.ink[band].sum()) > BESIDE * float(own.ink.sum()):  # of ink: letters beside it may touch each other
        return None
    if float((on.fill <= STROKES).mean()) < STROKED or float(on.ink.std() / on.ink.mean()) < UNLIKE:
        return None
    reach = float(np.percentile(np.abs(away[same]) + own.size / 2, 90))
    return Ring(x=x, y=y, radius=radius, reach=reach + 0.15 * size, size=size, arcs=tuple((a - pad, b + pad) for a, b in arcs))


def _all_arcs(ring: Ring, ink: Lines) -> tuple[tuple[float, float], ...]:
    """The arcs of a ring and wherever else ink stands on its circle, at any gap: single letters, and letters that touch each
    other or the frame. Lines that were read and only cross the ring are none of it."""
    out = math.ceil(ring.radius + ring.reach) + 1
    left, top = max(0, round(ring.x) - out), max(0, round(ring.y) - out)
    of = ink[top : round(ring.y) + out + 1, left : round(ring.x) + out + 1]
    ys, xs = np.nonzero(of >= 0)
    line = of[ys, xs]
    away = np.abs(np.hypot(xs + left + 0.5 - ring.x, ys + top + 0.5 - ring.y) - ring.radius)
    total = np.bincount(ink[ink > 0], minlength=int(line.max(initial=0)) + 1)
    on = np.bincount(line[away <= ring.reach], minlength=len(total))
    own = on >= OWN * total
    own[0] = True
    core = (away <= OFF * ring.size) & own[line]
    places = max(8, round(2 * math.pi * ring.radius))
    angles = np.arctan2(ys[core] + top + 0.5 - ring.y, xs[core] + left + 0.5 - ring.x)
    across = np.bincount(((angles % (2 * math.pi)) / (2 * math.pi) * places).astype(int) % places, minlength=places)
    inked: Floats = (np.arange(places, dtype=np.float64)[across >= SPECK * ring.size] + 0.5) * (2 * math.pi / places)
    pad, gap = 0.6 * ring.size / ring.radius, GAP * ring.size / ring.radius
    arcs = _arcs(inked, gap, least=1)
    if any(b - a + gap >= 2 * math.pi for a, b in arcs):
        return ((0.0, 2 * math.pi),)
    return (*ring.arcs, *((a - pad, b + pad) for a, b in arcs))


def _arcs(angles: Floats, gap: float, least: int = 2) -> list[tuple[float, float]]:
    """Stretches of a circle, start to end in radians, in which so many letters or more follow each other."""
    order = np.sort(angles)
    if not len(order):
        return []
    steps = np.diff(order, append=order[0] + 2 * math.pi)
    breaks = np.flatnonzero(steps > gap)
    if not len(breaks):
        breaks = np.asarray([int(np.argmax(steps))])
    found = []
    for k, at in enumerate(breaks.tolist()):
        start, stop = (at + 1) % len(order), int(breaks[(k + 1) % len(breaks)])
        count = (stop - start) % len(order) + 1
        first, last = float(order[start]), float(order[stop])
        if count >= least:
            found.append((first, last + 2 * math.pi if stop < start else last))
    return found


def _is_dial(ring: Ring, lines: Sequence[TextLine], scale: float) -> bool:
    """Whether what stands on the circle reads as upright numbers that grow or fall along it, as on a clock or a gauge."""
    found = []
    for line in lines:
        x, y = (v * scale for v in line.quad.centre)
        if line.chars and abs(math.hypot(x - ring.x, y - ring.y) - ring.radius) <= ring.reach:
            found.append((math.atan2(y - ring.y, x - ring.x), line.text.strip()))
    numbers = [int(text) for _, text in sorted(found) if text.isascii() and text.isdigit() and len(text) <= 4]
    if len(found) < FEW or len(numbers) < NUMBERS * len(found):
        return False
    steps = np.sign(np.diff([*numbers, numbers[0]]))
    return max(int((steps > 0).sum()), int((steps < 0).sum())) >= 0.8 * len(steps)


def _same(ring: Ring, other: Ring) -> bool:
    """Whether the same circle was found by other letters of it."""
    apart = math.hypot(ring.x - other.x, ring.y - other.y)
    return apart <= ring.size and abs(ring.radius - other.radius) <= 0.6 * ring.size


def _parts(ring: Ring, width: int, height: int) -> tuple[Box, ...]:
    """Boxes along the letters of a ring, in a page of that size."""
    reach = math.ceil(ring.radius + ring.reach) + 2
    left, top = math.floor(ring.x) - reach, math.floor(ring.y) - reach
    plane = np.zeros((2 * reach + 1, 2 * reach + 1), np.uint8)
    thick = max(1, math.ceil(2 * ring.reach))
    middle = np.asarray([ring.x - left, ring.y - top])
    for first, last in ring.arcs:
        angles = np.linspace(first, last, max(8, math.ceil((last - first) * ring.radius / 3)))
        points = middle + ring.radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
        cv2.polylines(plane, [np.round(points).astype(np.int32)], False, 1, thick)
    boxes = tiles(plane, left, top, max(3, round(ring.size / 4)))
    return tuple(b for b in (box.clip(width, height) for box in boxes) if not b.empty)


DETECTORS.register(
    DETECTOR, Registration(kinds=frozenset({Kind.UNREAD_INK}), load=lambda _: RingDetector(), switch="writing"), order=50
)
