"""Ink of covered text that its covers leave: strokes that run out of their area, and lines that are lost under a stamp.

A character's area comes from the reading; strokes may leave it: tails, accents, writing by hand that runs out of its box. What is
left of such a stroke beside a cover belongs to it, unless it is a printed rule, runs on, or is a character that stays.
Where a stamp or signature lies over typed print the reader ends the line, or begins it, somewhere beneath. A covered value that
reaches such an end goes on under the stamp, unread.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from docpriv.geometry import Box, cover, hull
from docpriv.model import Kind, Mark, PagePlan, PageText, Pixels, Reason, Region, TextLine
from docpriv.options import Policy
from docpriv.redaction.cover_map import COVERED, CoverMap, ink_of, runs
from docpriv.redaction.plan import LEAST_PAD
from docpriv.styles.fill import FILL

CHECK = "covers-its-ink"
REACH = 0.6  # h: how far strokes are followed out of the area of a run of characters
RULE = 1.5  # h: straight level and upright lines longer than this are printed rules
BESIDE = 2  # pixels between a cover and a stroke that belongs under it: the ink's own blur
LEAST_INK = 5  # pixels of a stroke; fewer are grain
LEAST_SHARE = 0.004  # of the height squared, for the same reason
LEAST_CUT = 3  # pixels left of a stroke that a cover cuts: those are no grain, and a row of letters' feet is read
OWN = 0.5  # share of a stroke in characters that stay from which it is theirs
ROUNDS = 4  # strokes that touch strokes that touch a cover
OVER = frozenset({Kind.STAMP, Kind.SIGNATURE})
LEAST_LEFT = 0.4  # of the text height: less to the mark's edge holds no letter


def cut_strokes(pixels: Pixels, text: PageText, plan: PagePlan) -> tuple[Region, ...]:
    """Regions over what the plan leaves of strokes of characters that it covers. `pixels`: the u8 (H, W, 3) source page."""
    covered = CoverMap(plan)
    found = []
    for index, line in enumerate(text.lines):
        if not covered.touches(line.quad, 0.3 * line.quad.height):
            continue
        for start, end in _hidden_runs(line, covered):
            boxes = _left_of(pixels, text, index, (start, end), covered)
            if boxes:
                found.append(Region(boxes=boxes, reasons=(_reason(plan, boxes),), style=FILL.name))
    return tuple(found)


def _hidden_runs(line: TextLine, covered: CoverMap) -> list[tuple[int, int]]:
    """First and end of neighbouring characters that count as covered and of which one is a letter or digit."""
    hidden = runs(covered.share(c.quad) >= COVERED for c in line.chars)
    return [(start, end) for start, end in hidden if any(c.text.strip() for c in line.chars[start:end])]


def _left_of(pixels: Pixels, text: PageText, index: int, run: tuple[int, int], covered: CoverMap) -> tuple[Box, ...]:
    line = text.lines[index]
    height = line.quad.height
    area = cover(line.chars[run[0]].quad.to(line.chars[run[1] - 1].quad), covered.width, covered.height, REACH * height)
    if area.width < 4 or area.height < 4:
        return ()
    ink = ink_of(pixels, area)
    if ink is None:
        return ()
    hidden = covered.mask[area.slices].copy()
    if not (ink & ~hidden).any():
        return ()
    long = max(8, round(RULE * height))
    strokes = ink.astype(np.uint8)
    for kernel in (np.ones((1, long), np.uint8), np.ones((long, 1), np.uint8)):
        rules = cv2.morphologyEx(ink.astype(np.uint8), cv2.MORPH_OPEN, kernel)
        strokes[cv2.dilate(rules, np.ones((3, 3), np.uint8)) > 0] = 0
    count, labels, stats, _ = cv2.connectedComponentsWithStats(strokes, connectivity=8)
    letters, others, blanks = _staying(text, index, area, covered)
    bare = ~hidden
    least = max(LEAST_INK, LEAST_SHARE * height * height)
    left = np.bincount(labels[bare], minlength=count)
    # What no cover cuts is taken for a piece of a letter only where nothing else was read.
    under = np.bincount(labels[covered.mask[area.slices]], minlength=count)
    whole = under == 0
    kept = np.bincount(labels[bare & letters], minlength=count) + whole * np.bincount(labels[bare & blanks], minlength=count)
    # Where two prints lie over each other a stroke is that line's in which most of it lies.
    kept = kept + (under < left) * np.bincount(labels[bare & others & ~letters], minlength=count)
    enough = np.where(under >= least, LEAST_CUT, least)
    boxes: dict[int, Box] = {}
    for _ in range(ROUNDS):
        near = cv2.dilate(hidden.astype(np.uint8), np.ones((2 * BESIDE + 1, 2 * BESIDE + 1), np.uint8)) > 0
        fresh = False
        for i in np.unique(labels[near & (strokes > 0) & bare]).tolist():
            x, y, w, h, _ = stats[i].tolist()
            runs_on = x == 0 or y == 0 or x + w == area.width or y + h == area.height
            if i == 0 or i in boxes or left[i] < enough[i] or runs_on or kept[i] > OWN * left[i]:
                continue
            own = (labels[y : y + h, x : x + w] == i) & bare[y : y + h, x : x + w]
            x0, y0, wide, high = cv2.boundingRect(own.astype(np.uint8))
            box = Box(x + x0, y + y0, x + x0 + wide, y + y0 + high).grow(1).clip(area.width, area.height)
            hidden[box.slices] = True
            boxes[i] = box.shift(area.x0, area.y0)
            fresh = True
        if not fresh:
            break
    return tuple(boxes.values())


def _staying(text: PageText, index: int, area: Box, covered: CoverMap) -> tuple[npt.NDArray[np.bool_], ...]:
    """Where characters of a line stand that stay readable, where those of other lines do, and where blanks between words do,
    each bool (h, w) of the area."""
    letters, others, blanks = (np.zeros((area.height, area.width), dtype=np.bool_) for _ in range(3))
    for number, line in enumerate(text.lines):
        if not cover(line.quad, covered.width, covered.height, 0.1 * line.quad.height).overlaps(area):
            continue
        for char in line.chars:
            own = cover(char.quad, covered.width, covered.height)
            if own.overlaps(area) and covered.share(char.quad) < COVERED:
                plane = (letters if number == index else others) if char.text.strip() else blanks
                plane[own.intersect(area).shift(-area.x0, -area.y0).slices] = True
    return letters, others, blanks & ~letters & ~others


def _reason(plan: PagePlan, boxes: Sequence[Box]) -> Reason:
    """Of the kind of the region whose cover cuts the strokes."""
    near = [box.grow(BESIDE + 1) for box in boxes]
    kinds = (r.reasons[0].kind for r in plan.regions if any(box.overlaps(own) for box in near for own in r.boxes))
    return Reason(kind=next(kinds, Kind.UNREAD_INK), score=1.0, detector="ink", reason=f"repair:{CHECK}")


def lost_ends(text: PageText, marks: Sequence[Mark], plan: PagePlan, policy: Policy) -> tuple[Region, ...]:
    """Regions from the covered ends of lines to the far side of the stamps and signatures in which they end.

    A line that stands whole within a mark is the mark's own and is left.
    """
    covered = CoverMap(plan)
    over = [(mark, hull([mark.quad])) for mark in marks if mark.kind in OVER]
    return tuple(
        Region(boxes=(box,), reasons=(Reason(kind=Kind.UNREAD_INK, score=1.0, detector=mark.detector, reason="under-mark"),))
        for line in (text.lines if over else ())
        for mark, bounds in over
        if hull([line.quad]).overlaps(bounds)
        for box in _ends(line, bounds, covered, policy)
    )


def _ends(line: TextLine, bounds: Box, covered: CoverMap, policy: Policy) -> list[Box]:
    """What of the row of a line lies within `bounds` beyond its covered ends."""
    upright = 45 < line.quad.angle % 180 < 135
    chars = sorted((c for c in line.chars if c.text.strip()), key=lambda c: c.quad.centre[int(upright)])
    if len(chars) < 2:
        return []
    row, limits = _level(hull([line.quad]), upright), _level(bounds, upright)
    pad = round(max(LEAST_PAD, policy.pad * row.height))
    boxes = []
    for end, other in ((chars[0], chars[-1]), (chars[-1], chars[0])):
        if not _in(end.quad.centre, bounds) or _in(other.quad.centre, bounds) or not covered.hides(end):
            continue
        own = _level(hull([end.quad]), upright)
        x0, x1 = (limits.x0, own.x1) if end is chars[0] else (own.x0, limits.x1)
        box = _level(Box(x0, row.y0 - pad, x1, row.y1 + pad), upright)
        if max(0, x1 - x0) - own.width >= LEAST_LEFT * row.height and covered.share(box) < 1.0:
            boxes.append(box)
    return boxes


def _level(box: Box, upright: bool) -> Box:
    """The box with its axes exchanged where the text is upright, and back."""
    return Box(box.y0, box.x0, box.y1, box.x1) if upright else box


def _in(point: tuple[float, float], box: Box) -> bool:
    return box.x0 <= point[0] <= box.x1 and box.y0 <= point[1] <= box.y1
