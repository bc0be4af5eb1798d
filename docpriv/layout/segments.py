"""Cuts lines where a gap or a drawn line separates two things; keeps every character but blanks at the
ends."""

from __future__ import annotations

import statistics
from itertools import pairwise

from docpriv.geometry import Quad
from docpriv.layout.frame import Floats, Frame
from docpriv.model import PageText, Segment, TextLine

GAP = 1.5
"""Line heights of white between two cells: words of one sentence stay below 1, even in justified text."""


def split_line(line: TextLine, index: int, frame: Frame, walls: Floats) -> list[Segment]:
    """Segments of one line. `walls`: upright boxes (n, 4) of vertical drawn lines."""
    if not line.chars:
        return [Segment(line=index, start=0, end=0, quad=line.quad)]
    boxes = [frame.bounds(c.quad) for c in line.chars]
    x0, y0, x1, y1 = frame.bounds(line.quad)
    inked = [i for i, c in enumerate(line.chars) if not c.text.isspace()]
    if not inked:
        return [Segment(line=index, start=0, end=len(line.chars), quad=line.quad)]
    if y1 - y0 > x1 - x0 and len(inked) > 2:  # text that runs another way than the page: left whole
        return [_segment(line, index, inked[0], inked[-1] + 1)]
    height = y1 - y0
    pitch = statistics.median(boxes[i][2] - boxes[i][0] for i in inked)
    crossing = [float(w[0] + w[2]) / 2 for w in walls if min(y1, w[3]) - max(y0, w[1]) > 0.7 * height]
    cuts: list[Segment] = []
    start = inked[0]
    for before, after in pairwise(inked):
        # Engines stretch boxes into the white beside a word, so the gap is measured from the far edges.
        gap = boxes[after][2] - boxes[before][0] - 2 * pitch
        inner = (boxes[before][0] + boxes[before][2]) / 2, (boxes[after][0] + boxes[after][2]) / 2
        walled = gap > 0.3 * height and any(inner[0] < x < inner[1] for x in crossing)
        if gap >= GAP * height or walled:
            cuts.append(_segment(line, index, start, before + 1))
            start = after
    cuts.append(_segment(line, index, start, inked[-1] + 1))
    return cuts


def split_lines(text: PageText, frame: Frame, walls: Floats) -> tuple[Segment, ...]:
    """Segments of all lines, in the order of the lines."""
    return tuple(s for i, line in enumerate(text.lines) for s in split_line(line, i, frame, walls))


def _segment(line: TextLine, index: int, start: int, end: int) -> Segment:
    if start == 0 and end == len(line.chars):
        return Segment(line=index, start=start, end=end, quad=line.quad)
    first, last = line.chars[start].quad, line.chars[end - 1].quad
    return Segment(line=index, start=start, end=end, quad=Quad(first.a, last.b, last.c, first.d))
