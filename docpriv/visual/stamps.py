"""Finds stamps by their frame, their slant and their colour: level boxes in the colour of the print are forms'.

Turned frames are found also where they are broken and stand over print.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, product

import cv2
import numpy as np
import numpy.typing as npt

from docpriv.geometry import Box, Quad, hull
from docpriv.model import TextLine
from docpriv.raster import SQUARE, Flags, Floats, Plane, ones, pieces_of, print_direction, ridge_of, runs
from docpriv.visual.strokes import Ink

TURNED = 2.5  # degrees by which a frame leaves the print's direction
LEAST_PIECE, VOTES = 3.0, 3.0  # text heights of a piece of a side, and pixels of them that agree on its direction,
BREAK = 0.35  # with breaks of so much
THIN = 0.35  # of a piece's length that has white on both its sides: a row of letters has not
LONG_RULE, RISE = 4.0, 0.012  # text heights of a line of a form; by how much of its length it rises
FLANK = 0.4  # text heights from a side's middle to the white beside it
SIDE, RUN = 0.12, 1.2  # text heights by which ink misses a side's line; of its ink without a break: letters have breaks
PARALLEL = 2.0  # degrees between two sides
SHORTEST, LONGEST, MOST_ASPECT = 1.5, 26.0, 9.0  # text heights of a frame's sides; longer for wider
FARTHEST = 10.0  # text heights between opposite sides
CORNER = 1.2  # text heights by which two sides miss their corner
DRAWN = (0.85, 0.75, 0.55)  # shares of the three best sides that are drawn: a row of letters has no ends
FEW_VOTES, WELL_DRAWN = 1.5, (0.95, 0.9, 0.7)  # broken lines are searched with less agreement, and then have to be better
MOST_PLACES = 4  # of a side in one direction
MOST_PIECES = 160  # pieces: more are a drawing
MOST_INK = 0.5  # of the page: more is noise


def turned_frames(ink: Ink, direction: float, unit: float) -> list[Floats]:
    """Corners (4, 2) of frames in working pixels, those of the upper left first; `direction`: of the print, in degrees."""
    plane = (ink.mask & (1 - _level_rules(ink.rules, unit))) * 255
    half = (
        cv2.resize(plane, (max(1, plane.shape[1] // 2), max(1, plane.shape[0] // 2)), interpolation=cv2.INTER_AREA) > 60
    ).astype(np.uint8)
    small = unit / 2
    # A level line fits into a thick one that is turned a little; into its middle it does not.
    middle = half & ridge_of(half, 0.1)[1].astype(np.uint8)
    found = []
    for drawing, votes, drawn in ((middle, VOTES, DRAWN), (half, FEW_VOTES, WELL_DRAWN)):
        for group in _groups(_pieces(drawing, half, direction, votes, small), small):
            corners = _frame(half, group, direction, drawn, small)
            if corners is not None:
                found.append(2 * corners)
    return found


def _pieces(drawing: Plane, plane: Plane, direction: float, votes: float, unit: float) -> Floats:
    """Turned thin straight pieces as rows x0, y0, x1, y1; none where there are too many, as in noise, or too much ink."""
    if float(drawing.mean()) > MOST_INK:
        return np.zeros((0, 4))
    lines = cv2.HoughLinesP(
        drawing, 1, np.pi / 360, max(12, round(votes * unit)), minLineLength=LEAST_PIECE * unit, maxLineGap=max(3.0, BREAK * unit)
    )
    if lines is None:
        return np.zeros((0, 4))
    pieces = np.asarray(lines, dtype=np.float64).reshape(-1, 4)
    slant = np.degrees(np.arctan2(pieces[:, 3] - pieces[:, 1], pieces[:, 2] - pieces[:, 0])) - direction
    pieces = pieces[np.abs((slant + 45) % 90 - 45) >= TURNED]
    if len(pieces) > MOST_PIECES:
        return pieces[:0]
    thin = np.array([_drawn(plane, piece, unit, thin=True) >= THIN for piece in pieces], dtype=bool)
    return np.asarray(pieces[thin], dtype=np.float64)


def _level_rules(rules: Plane, unit: float) -> Plane:
    """The lines of tables and forms: 1 on them. The sides of a slightly turned frame are taken for rules, but they rise."""
    lines = pieces_of(cv2.dilate(rules, SQUARE))
    _, _, w, h, _ = lines.columns
    long, across = np.maximum(w, h), np.minimum(w, h)
    return lines.chosen((long >= LONG_RULE * unit) & (across <= 6 + RISE * long))


def _drawn(plane: Plane, piece: Floats, unit: float, *, thin: bool) -> float:
    """Share of a line that is inked without a break for a while; `thin`: inked, with white on both sides."""
    start, end = piece[:2], piece[2:]
    length = float(np.hypot(*(end - start)))
    steps = max(2, round(length))
    along = np.linspace(start, end, steps)
    normal = np.array([-(end - start)[1], (end - start)[0]]) / max(length, 1e-6)
    if not thin:
        reach = max(1.0, SIDE * unit)
        inked = runs(_any(plane, along, normal, np.arange(-reach, reach + 0.5).tolist()))
        return sum(b - a for a, b in inked if b - a >= RUN * unit) / steps
    near = _any(plane, along, normal, (-1, 0, 1))
    flank = max(3.0, FLANK * unit)
    return float((near & ~_any(plane, along, normal, (flank,)) & ~_any(plane, along, normal, (-flank,))).mean())


def _any(plane: Plane, along: Floats, normal: Floats, offsets: Sequence[float]) -> Flags:
    rows, cols = plane.shape
    out = np.zeros(len(along), bool)
    for offset in offsets:
        at = np.round(along + offset * normal).astype(int)
        out |= plane[np.clip(at[:, 1], 0, rows - 1), np.clip(at[:, 0], 0, cols - 1)] > 0
    return out


def _groups(pieces: Floats, unit: float) -> list[Floats]:
    """Pieces that may be sides of one frame: they are opposite each other, in one line, or meet in a corner."""
    count = len(pieces)
    angle = np.degrees(np.arctan2(pieces[:, 3] - pieces[:, 1], pieces[:, 2] - pieces[:, 0]))
    home = list(range(count))
    for i in range(count):
        for j in range(i):
            if _belong(pieces[i], pieces[j], float(angle[i]), float(angle[j]), unit):
                old, new = home[i], home[j]
                home = [new if h == old else h for h in home]
    return [pieces[[k for k in range(count) if home[k] == h]] for h in sorted(set(home)) if home.count(h) >= 2]


def _belong(one: Floats, other: Floats, a: float, b: float, unit: float) -> bool:
    turn = abs((a - b + 45) % 90 - 45)
    if turn > PARALLEL:
        return False
    u = np.array([np.cos(np.radians(a)), np.sin(np.radians(a))])
    v = np.array([-u[1], u[0]])
    first, second = one.reshape(2, 2), other.reshape(2, 2)
    if abs((a - b + 90) % 180 - 90) <= PARALLEL:
        s, t = np.sort(first @ u), np.sort(second @ u)
        overlap = min(s[1], t[1]) - max(s[0], t[0])
        apart = abs(float((first @ v).mean() - (second @ v).mean()))
        return bool(
            (overlap >= 0.4 * min(s[1] - s[0], t[1] - t[0]) and apart <= FARTHEST * unit)
            or (apart <= 0.3 * unit and -overlap <= 3 * CORNER * unit)
        )
    ends = np.linalg.norm(first[:, None] - second[None], axis=2)
    return float(ends.min()) <= CORNER * unit


def _frame(plane: Plane, group: Floats, direction: float, drawn: Sequence[float], unit: float) -> Floats | None:
    """The corners of the frame whose sides these pieces are; None where they are none."""
    delta = group[:, 2:] - group[:, :2]
    length = np.hypot(delta[:, 0], delta[:, 1])
    turn = np.degrees(np.arctan2(delta[:, 1], delta[:, 0]))
    best = float(turn[int(length.argmax())])
    angle = best + float(np.average((turn - best + 45) % 90 - 45, weights=length))
    angle = (angle + 45) % 90 - 45
    if abs((angle - direction + 45) % 90 - 45) < TURNED:
        return None
    u = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
    v = np.array([-u[1], u[0]])
    level = np.abs((turn - angle + 90) % 180 - 90) < 45
    tops, sides = _places(group[level], v, length[level], unit), _places(group[~level], u, length[~level], unit)
    ends = group.reshape(-1, 2) @ u, group.reshape(-1, 2) @ v
    sides = sides if len(sides) >= 2 else [*sides, float(ends[0].min()), float(ends[0].max())]
    tops = tops if len(tops) >= 2 else [*tops, float(ends[1].min()), float(ends[1].max())]
    found = []
    for (s0, s1), (t0, t1) in product(combinations(sorted(sides), 2), combinations(sorted(tops), 2)):
        short, long = sorted((s1 - s0, t1 - t0))
        if SHORTEST * unit <= short and long <= min(LONGEST * unit, MOST_ASPECT * short):
            corners = np.array([x * u + y * v for x, y in ((s0, t0), (s1, t0), (s1, t1), (s0, t1))])
            shares = [_drawn(plane, np.concatenate([corners[i], corners[(i + 1) % 4]]), unit, thin=False) for i in range(4)]
            if all(share >= least for share, least in zip(sorted(shares, reverse=True), drawn, strict=False)):
                found.append(corners)
    if not found:
        return None
    return _extended(plane, max(found, key=lambda c: float(np.linalg.norm(c[1] - c[0]) * np.linalg.norm(c[3] - c[0]))), unit)


def _extended(plane: Plane, corners: Floats, unit: float) -> Floats:
    """The frame with a side that is not drawn moved out to where its two neighbours end."""
    out = corners.copy()
    reach = max(1.0, SIDE * unit)
    around = np.arange(-reach, reach + 0.5).tolist()
    for i in range(4):
        j = (i + 1) % 4
        if _drawn(plane, np.concatenate([out[i], out[j]]), unit, thin=False) >= DRAWN[-1]:
            continue
        side, outward = out[j] - out[i], out[i] - out[(i - 1) % 4]
        side, outward = side / np.linalg.norm(side), outward / np.linalg.norm(outward)
        steps = np.arange(0, max(1, round(LONGEST * unit - float(np.linalg.norm(out[i] - out[(i - 1) % 4])))))[:, None]
        both = [_any(plane, end + steps * outward, side, around) for end in (out[i], out[j])]
        inked = np.flatnonzero(both[0] & both[1])
        gaps = np.flatnonzero(np.diff(np.concatenate([[-1], inked])) > CORNER * unit)
        last = inked[(gaps[0] if len(gaps) else len(inked)) - 1] if len(inked) and not (len(gaps) and gaps[0] == 0) else 0
        out[i], out[j] = out[i] + last * outward, out[j] + last * outward
    return out


def _places(pieces: Floats, across: Floats, length: Floats, unit: float) -> list[float]:
    """Where sides may run: the outermost pieces and the longest, each place once."""
    at = (pieces.reshape(-1, 2, 2) @ across).mean(axis=1)
    order = np.argsort(-length).tolist()
    outer = [int(at.argmin()), int(at.argmax())] if len(at) else []
    out: list[float] = []
    for i in [*outer, *order]:
        if len(out) < MOST_PLACES and all(abs(float(at[i]) - other) > 0.4 * unit for other in out):
            out.append(float(at[i]))
    return out


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
    found = _framed(ink.mask, unit, "stamp-frame", level=False)
    for corners in turned_frames(ink, print_direction(lines), unit):
        found.append(Stamp(box=ink.clip(hull([Quad.of(corners)])), rule="stamp-frame", corners=corners))
    found += [s for s in _framed(ink.mask, unit, "stamp-frame", level=True) if _upright(s, lines, ink, unit)]
    if in_colour:
        found += _framed(colour, unit, "stamp-colour", level=True)
        found += _clusters(colour, ink, lines, unit, "stamp-colour", least=1)
    found += _clusters(ink.mask & (1 - ink.rules), ink, lines, unit, "stamp-frame", least=2)
    return _apart(found)


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
        along = np.linspace(p, q, max(2, round(float(math.dist(p, q)))))
        shares.append(float(_any(near, along, np.zeros(2), (0,)).mean()))
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
    away = np.abs((angles - print_direction(good) + 45) % 90 - 45)
    return [line.quad for line, a in zip(good, away.tolist(), strict=True) if a >= TURNED]


def _apart(stamps: Sequence[Stamp]) -> list[Stamp]:
    """Each stamp once: of two where one holds the other, the larger."""
    kept: list[Stamp] = []
    for stamp in sorted(stamps, key=lambda s: (-s.box.area, s.box)):
        x, y = (stamp.box.x0 + stamp.box.x1) / 2, (stamp.box.y0 + stamp.box.y1) / 2
        if not any(k.box.x0 <= x < k.box.x1 and k.box.y0 <= y < k.box.y1 for k in kept):
            kept.append(stamp)
    return sorted(kept, key=lambda s: (s.box.y0, s.box.x0))
