"""Continue covers of lines that are lost under a stamp or signature up to its other side; refuses to guess what stands there.

Where a stamp lies over typed print the reader ends the line, or begins it, somewhere beneath. A covered value that reaches such
an end goes on under the stamp, unread.
"""

from __future__ import annotations

from collections.abc import Sequence

from docpriv.geometry import Box, hull
from docpriv.model import Kind, Mark, PagePlan, PageText, Reason, Region, TextLine
from docpriv.options import Policy
from docpriv.redaction.cover_map import CoverMap
from docpriv.redaction.plan import LEAST_PAD

RULE = "under-mark"
OVER = frozenset({Kind.STAMP, Kind.SIGNATURE})
LEAST_LEFT = 0.4  # of the text height: less to the mark's edge holds no letter


def lost_ends(text: PageText, marks: Sequence[Mark], plan: PagePlan, policy: Policy) -> tuple[Region, ...]:
    """Regions from the covered ends of lines to the far side of the stamps and signatures in which they end.

    A line that stands whole within a mark is the mark's own and is left.
    """
    covered = CoverMap(plan)
    over = [(mark, hull([mark.quad])) for mark in marks if mark.kind in OVER]
    found = []
    for line in text.lines if over else ():
        for mark, bounds in over:
            if hull([line.quad]).overlaps(bounds):
                found += [_region(mark, box) for box in _ends(line, bounds, covered, policy)]
    return tuple(found)


def _ends(line: TextLine, bounds: Box, covered: CoverMap, policy: Policy) -> list[Box]:
    """What of the row of a line lies within `bounds` beyond its covered ends."""
    upright = line.quad.angle % 180 > 45 and line.quad.angle % 180 < 135
    axis = 1 if upright else 0
    chars = sorted((c for c in line.chars if c.text.strip()), key=lambda c: c.quad.centre[axis])
    if len(chars) < 2:
        return []
    first, last = chars[0], chars[-1]
    row = hull([line.quad])
    height = row.width if upright else row.height
    pad = round(max(LEAST_PAD, policy.pad * height))
    boxes = []
    for end, other, after in ((first, last, False), (last, first, True)):
        if not _in(end.quad.centre, bounds) or _in(other.quad.centre, bounds) or not covered.hides(end):
            continue
        own = hull([end.quad])
        if upright:
            box = (
                Box(row.x0 - pad, own.y0, row.x1 + pad, bounds.y1)
                if after
                else Box(row.x0 - pad, bounds.y0, row.x1 + pad, own.y1)
            )
        else:
            box = (
                Box(own.x0, row.y0 - pad, bounds.x1, row.y1 + pad)
                if after
                else Box(bounds.x0, row.y0 - pad, own.x1, row.y1 + pad)
            )
        beyond = (box.height - own.height) if upright else (box.width - own.width)
        if beyond >= LEAST_LEFT * height and covered.share(box) < 1.0:
            boxes.append(box)
    return boxes


def _in(point: tuple[float, float], box: Box) -> bool:
    return box.x0 <= point[0] <= box.x1 and box.y0 <= point[1] <= box.y1


def _region(mark: Mark, box: Box) -> Region:
    return Region(boxes=(box,), reasons=(Reason(kind=Kind.UNREAD_INK, score=1.0, detector=mark.detector, reason=RULE),))
