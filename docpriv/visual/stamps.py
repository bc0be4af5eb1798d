"""Finds stamps by their frame, their slant and their colour; refuses level boxes in the colour of the print, which are forms'."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from docpriv.geometry import Box, Quad
from docpriv.model import TextLine
from docpriv.visual.planes import Plane, ones, pieces_of, typical
from docpriv.visual.stamp_frames import TURNED, turned_frames
from docpriv.visual.strokes import Ink

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
    """A stamp's box in working pixels and what gave it away: stamp-frame or stamp-colour.

    `corners`: (4, 2) of its frame, where that is known to be turned.
    """

    box: Box
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
    (x0, y0), (x1, y1) = np.floor(corners.min(axis=0)).astype(int).tolist(), np.ceil(corners.max(axis=0)).astype(int).tolist()
    return Stamp(box=ink.clip(Box(x0, y0, x1 + 1, y1 + 1)), rule="stamp-frame", corners=corners)


def _framed(plane: Plane, unit: float, rule: str, *, level: bool) -> list[Stamp]:
    """Round frames and turned rectangles that hold ink; `level`: also rectangles that stand as the print does."""
    pieces = pieces_of(plane)
    _, _, w, h, area = pieces.columns
    like = (np.minimum(w, h) >= SMALLEST * unit) & (np.maximum(w, h) <= LARGEST * unit) & (area <= 0.45 * w * h)
    like[0] = False
    found = []
    for i in np.flatnonzero(like).tolist():
        box, own = pieces.box(i), pieces.own(i)
        if _is_round(own) or _is_rectangle(own, level=level):
            # Letters inside the frame, and in its middle those that touch it.
            middle = own[box.height // 4 : box.height - box.height // 4, box.width // 4 : box.width - box.width // 4]
            if int((plane[box.slices] & (1 - own)).sum()) + int(middle.sum()) >= INSIDE * box.area:
                found.append(Stamp(box=box, rule=rule))
    return found


def _upright(stamp: Stamp, lines: Sequence[TextLine], ink: Ink, unit: float) -> bool:
    """Whether a frame that is taller than wide holds letters that no level line explains: a stamp turned by a quarter."""
    if stamp.box.height < TALLER * stamp.box.width:
        return False
    within = stamp.box.grow(-max(2, round(0.3 * unit))).slices
    level = ink.outline(line.quad for line in lines if line.chars and line.score >= READ and abs(line.quad.angle) < 45)
    inner = ink.mask[within]
    read = int((inner & level[within]).sum())
    letters = int((pieces_of(inner).stats[1:, 2:4].max(axis=1) >= 0.3 * unit).sum())
    return letters >= CLUSTER and read <= MOST_READ * int(inner.sum())


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
    near = cv2.dilate(own, ones(5, 5))
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
    turned = pieces_of(ink.outline(q.pad(GAP * q.height, GAP * q.height) for q in quads))
    core = ink.outline(quads)
    places = [tuple(round(v * ink.scale) for v in q.centre) for q in quads]
    homes = [turned.labels[y, x] if ink.clip(Box(x, y, x + 1, y + 1)).area else 0 for x, y in places]
    found = []
    for i in range(1, len(turned)):
        box, own = turned.box(i), turned.own(i)
        angles = [q.angle for q, home in zip(quads, homes, strict=True) if home == i]
        members = sum(abs(a - float(np.median(angles))) <= ALIKE for a in angles)
        within = plane[box.slices] & own
        total = int((ink.mask[box.slices] & own).sum())
        if members < least or max(box.width, box.height) > 2 * LARGEST * unit or int(within.sum()) < 0.5 * total:
            continue
        letters = pieces_of(within & core[box.slices]).stats[1:, 3]
        if int((letters >= 0.3 * unit).sum()) >= CLUSTER:
            found.append(Stamp(box=box, rule=rule))
    return found


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
    for stamp in sorted(stamps, key=lambda s: (-s.box.area, s.box)):
        x, y = (stamp.box.x0 + stamp.box.x1) / 2, (stamp.box.y0 + stamp.box.y1) / 2
        if not any(k.box.x0 <= x < k.box.x1 and k.box.y0 <= y < k.box.y1 for k in kept):
            kept.append(stamp)
    return sorted(kept, key=lambda s: (s.box.y0, s.box.x0))
