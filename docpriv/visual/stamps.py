"""Finds stamps by their frame, their slant and their colour; refuses level boxes in the colour of the print, which are forms'."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from docpriv.geometry import Quad
from docpriv.model import TextLine
from docpriv.visual.stamp_frames import TURNED, turned_frames
from docpriv.visual.strokes import Ink, Plane, typical

COLOURED = 22  # LAB units by which coloured ink differs from grey
SMALLEST, LARGEST = 2.4, 22.0  # text heights of a frame's shorter and longer side
ROUND = 0.75  # of an ellipse's directions in which a round frame is drawn
RING = 0.14  # of its size by which it may miss the ellipse
SIDES = 0.7  # of a turned rectangle's sides that are drawn
ALIKE = 1.5  # degrees between the lines of one stamp: by hand they differ more
READ = 0.8  # score of a stamp's lines: writing by hand leans too
INSIDE = 0.02  # share of a frame's area that writing in it fills at least
COLOURED_PAGE = 0.35  # share of the page's ink: more, and it is printed in colour
TALLER, MOST_READ = 1.3, 0.3  # times a frame is taller than wide; share of its ink in level lines
GAP = 0.7  # text heights between the letters and lines of a stamp
CLUSTER = 6  # letters of a stamp without a frame


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A stamp's box (x0, y0, x1, y1) in working pixels and what gave it away: stamp-frame or stamp-colour.

    `corners`: (4, 2) of its frame, where that is known to be turned.
    """

    box: tuple[int, int, int, int]
    rule: str
    corners: npt.NDArray[np.float64] | None = None


def find_stamps(ink: Ink, lines: Sequence[TextLine], unit: float) -> list[Stamp]:
    """Stamps on a page; `unit` is the text height in working pixels."""
    colour = ((ink.chroma > COLOURED) & (ink.mask > 0)).astype(np.uint8)
    total = max(1, int(ink.mask.sum()))
    in_colour = 0 < int(colour.sum()) <= COLOURED_PAGE * total
    found = [_turned_stamp(corners, ink) for corners in turned_frames(ink, _direction(lines), unit)]
    found += _framed(ink.mask, unit, "stamp-frame", level=False)
    found += [s for s in _framed(ink.mask, unit, "stamp-frame", level=True) if _upright(s, lines, ink, unit)]
    if in_colour:
        found += _framed(colour, unit, "stamp-colour", level=True)
        found += _clusters(colour, ink, lines, unit, "stamp-colour", least=1)
    found += _clusters(ink.mask & (1 - ink.rules), ink, lines, unit, "stamp-frame", least=2)
    return _apart(found)


def _turned_stamp(corners: npt.NDArray[np.float64], ink: Ink) -> Stamp:
    rows, cols = ink.mask.shape
    (x0, y0), (x1, y1) = np.floor(corners.min(axis=0)).astype(int), np.ceil(corners.max(axis=0)).astype(int)
    box = (max(0, int(x0)), max(0, int(y0)), min(cols, int(x1) + 1), min(rows, int(y1) + 1))
    return Stamp(box=box, rule="stamp-frame", corners=corners)


def _framed(plane: Plane, unit: float, rule: str, *, level: bool) -> list[Stamp]:
    """Round frames and turned rectangles that hold ink; `level`: also rectangles that stand as the print does."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(plane, connectivity=8)
    w, h, area = stats[:, 2], stats[:, 3], stats[:, 4]
    short, long = np.minimum(w, h), np.maximum(w, h)
    like = (short >= SMALLEST * unit) & (long <= LARGEST * unit) & (area <= 0.45 * w * h)
    like[0] = False
    found = []
    for i in np.flatnonzero(like).tolist():
        x, y, width, height, _ = (int(v) for v in stats[i])
        own = (labels[y : y + height, x : x + width] == i).astype(np.uint8)
        shape = _is_round(own) or _is_rectangle(own, level=level)
        if not shape:
            continue
        inner = plane[y : y + height, x : x + width] & (1 - own)
        if float(inner.sum()) + float(_middle(own)) >= INSIDE * width * height:
            found.append(Stamp(box=(x, y, x + width, y + height), rule=rule))
    return found


def _upright(stamp: Stamp, lines: Sequence[TextLine], ink: Ink, unit: float) -> bool:
    """Whether a frame that is taller than wide holds letters that no level line explains: a stamp turned by a quarter."""
    x0, y0, x1, y1 = stamp.box
    if y1 - y0 < TALLER * (x1 - x0):
        return False
    edge = max(2, round(0.3 * unit))
    level = ink.outline(line.quad for line in lines if line.chars and line.score >= READ and abs(line.quad.angle) < 45)
    inner = ink.mask[y0 + edge : y1 - edge, x0 + edge : x1 - edge]
    read = int((inner & level[y0 + edge : y1 - edge, x0 + edge : x1 - edge]).sum())
    count, _, sizes, _ = cv2.connectedComponentsWithStats(inner, connectivity=8)
    letters = int((np.maximum(sizes[1:count, 2], sizes[1:count, 3]) >= 0.3 * unit).sum())
    return letters >= CLUSTER and read <= MOST_READ * int(inner.sum())


def _middle(own: Plane) -> int:
    """Ink of the frame's own component in its middle: letters that touch it."""
    height, width = own.shape
    return int(own[height // 4 : height - height // 4, width // 4 : width - width // 4].sum())


def _is_round(own: Plane) -> bool:
    height, width = own.shape
    if max(height, width) > 2.2 * min(height, width):
        return False
    ys, xs = np.nonzero(own)
    dx, dy = (xs - (width - 1) / 2) / (width / 2), (ys - (height - 1) / 2) / (height / 2)
    on_ring = np.abs(np.hypot(dx, dy) - (1 - RING / 2)) <= RING / 2 + 0.02
    directions = (np.degrees(np.arctan2(dy[on_ring], dx[on_ring])) // 10).astype(int)
    # The corners of a rectangle lie outside the ellipse, so a rectangle is no ring.
    beyond = float((np.hypot(dx, dy) > 1.06).mean())
    return len(np.unique(directions)) >= ROUND * 36 and beyond < 0.12


def _is_rectangle(own: Plane, *, level: bool) -> bool:
    points = cv2.findNonZero(own)
    (cx, cy), (width, height), angle = cv2.minAreaRect(points)
    if min(width, height) < 4:
        return False
    slant = abs((angle + 45) % 90 - 45)
    if not level and (slant < TURNED or slant > 45 - TURNED):
        return False
    corners = cv2.boxPoints(((cx, cy), (width, height), angle))
    near = cv2.dilate(own, np.ones((5, 5), np.uint8))
    shares = []
    for p, q in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        steps = max(2, round(float(math.dist(p, q))))
        line = np.linspace(p, q, steps)
        rows = np.clip(np.round(line[:, 1]).astype(int), 0, own.shape[0] - 1)
        cols = np.clip(np.round(line[:, 0]).astype(int), 0, own.shape[1] - 1)
        shares.append(float(near[rows, cols].mean()))
    return min(shares) >= SIDES


def _clusters(plane: Plane, ink: Ink, lines: Sequence[TextLine], unit: float, rule: str, *, least: int) -> list[Stamp]:
    """At least so many turned lines that stand together in this ink, with nothing but them: a stamp without a frame."""
    quads = _turned(lines)
    if len(quads) < least:
        return []
    turned = ink.outline(q.pad(GAP * q.height, GAP * q.height) for q in quads)
    core = ink.outline(quads)
    count, homes, stats, _ = cv2.connectedComponentsWithStats(turned, connectivity=8)
    found = []
    for i in range(1, count):
        x, y, w, h, _ = (int(v) for v in stats[i])
        own = homes[y : y + h, x : x + w] == i
        angles = [q.angle for q in quads for c, r in [_at(q, ink)] if 0 <= r - y < h and 0 <= c - x < w and own[r - y, c - x]]
        members = sum(abs(a - float(np.median(angles))) <= ALIKE for a in angles)
        within = plane[y : y + h, x : x + w] & own
        total = int((ink.mask[y : y + h, x : x + w] & own).sum())
        if members < least or max(w, h) > 2 * LARGEST * unit or int(within.sum()) < 0.5 * total:
            continue
        letters, _, sizes, _ = cv2.connectedComponentsWithStats(within & core[y : y + h, x : x + w], connectivity=8)
        if int((sizes[1:letters, cv2.CC_STAT_HEIGHT] >= 0.3 * unit).sum()) >= CLUSTER:
            found.append(Stamp(box=(x, y, x + w, y + h), rule=rule))
    return found


def _at(quad: Quad, ink: Ink) -> tuple[int, int]:
    x, y = quad.centre
    return round(x * ink.scale), round(y * ink.scale)


def _turned(lines: Sequence[TextLine]) -> list[Quad]:
    """Lines that leave the direction of most of the page's print by a little: not what stands upright on purpose."""
    good = [line for line in lines if len(line.chars) >= 4 and line.quad.width > 2 * line.quad.height and line.score >= READ]
    if not good:
        return []
    angles: npt.NDArray[np.float64] = np.array([line.quad.angle for line in good])
    away = np.abs((angles - _direction(good) + 45) % 90 - 45)
    return [line.quad for line, a in zip(good, away.tolist(), strict=True) if a >= TURNED]


def _direction(lines: Sequence[TextLine]) -> float:
    """Direction of most of a page's lines in degrees."""
    long = [line for line in lines if line.chars and line.quad.width > 2 * line.quad.height]
    return typical([line.quad.angle for line in long], [line.quad.width for line in long], 0.0)


def _apart(stamps: Sequence[Stamp]) -> list[Stamp]:
    """Each stamp once: of two where one holds the other, the larger."""
    kept: list[Stamp] = []
    for stamp in sorted(stamps, key=lambda s: (-(s.box[2] - s.box[0]) * (s.box[3] - s.box[1]), s.box)):
        x, y = (stamp.box[0] + stamp.box[2]) / 2, (stamp.box[1] + stamp.box[3]) / 2
        if not any(k.box[0] <= x < k.box[2] and k.box[1] <= y < k.box[3] for k in kept):
            kept.append(stamp)
    return sorted(kept, key=lambda s: (s.box[1], s.box[0]))
