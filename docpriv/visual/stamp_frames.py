"""Finds turned frames of stamps, also broken ones and over print; refuses level ones, which are forms' own."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import cv2
import numpy as np

from docpriv.visual.planes import SQUARE, Flags, Floats, Plane, pieces_of, ridge_of, runs
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
INNER = 0.03  # of a frame's area that is ink between its sides
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
        return _in_runs(_any(plane, along, normal, np.arange(-reach, reach + 0.5).tolist()), RUN * unit)
    near = _any(plane, along, normal, (-1, 0, 1))
    flank = max(3.0, FLANK * unit)
    return float((near & ~_any(plane, along, normal, (flank,)) & ~_any(plane, along, normal, (-flank,))).mean())


def _in_runs(inked: Flags, least: float) -> float:
    """Share that lies in runs of at least so many."""
    return float(sum(b - a for a, b in runs(inked) if b - a >= least)) / max(1, len(inked))


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
    found = [
        corners
        for s0, s1 in combinations(sorted(sides), 2)
        for t0, t1 in combinations(sorted(tops), 2)
        if _likely(s1 - s0, t1 - t0, unit)
        for corners in [np.array([x * u + y * v for x, y in ((s0, t0), (s1, t0), (s1, t1), (s0, t1))])]
        if _is_drawn(plane, corners, drawn, unit)
    ]
    if not found:
        return None
    corners = _extended(plane, max(found, key=lambda c: float(np.linalg.norm(c[1] - c[0]) * np.linalg.norm(c[3] - c[0]))), unit)
    centre = corners.mean(axis=0)
    area = np.zeros_like(plane)
    cv2.fillConvexPoly(area, np.round(centre + 0.8 * (corners - centre)).astype(np.int32), 1)
    return corners if float((plane & area).sum()) >= INNER * float(area.sum()) else None


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


def _likely(wide: float, tall: float, unit: float) -> bool:
    short, long = min(wide, tall), max(wide, tall)
    return SHORTEST * unit <= short and long <= LONGEST * unit and long <= MOST_ASPECT * short


def _is_drawn(plane: Plane, corners: Floats, drawn: Sequence[float], unit: float) -> bool:
    sides = [_drawn(plane, np.concatenate([corners[i], corners[(i + 1) % 4]]), unit, thin=False) for i in range(4)]
    return all(side >= least for side, least in zip(sorted(sides, reverse=True), drawn, strict=False))
