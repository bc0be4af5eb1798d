"""Cuts lines where a gap or a drawn line separates two things; keeps every character but blanks at the ends."""

from __future__ import annotations

import numpy as np

from docpriv.layout.frame import Frame, upright_boxes
from docpriv.model import PageText, Segment, TextLine
from docpriv.raster import Floats

GAP = 1.5
"""Line heights of white between two cells: words of one sentence stay below 1, even in justified text."""
_CROSSED = 0.7  # share of a line's height that a drawn wall has to cross
_COMB = 0.2  # drawn walls a letter, of which not all are found: cells of a table hold more letters,
_EVEN, _MOST_EVEN = 0.05, 0.6  # and letters that stand in boxes own areas of one width, these shares of it and of them
_WALLED_GAP = 0.3  # line heights of white around a wall: less, and it is the stroke of a letter


def split_line(line: TextLine, index: int, boxes: Floats, frame_box: Floats, walls: Floats) -> list[Segment]:
    """Segments of one line. Upright boxes: `boxes` (n, 4) of its characters, `frame_box` (4,) of the line and
    `walls` (m, 4) of vertical drawn lines."""
    inked = [i for i, c in enumerate(line.chars) if not c.text.isspace()]
    if not inked:
        return [Segment(line=index, start=0, end=len(line.chars), quad=line.quad)]
    x0, y0, x1, y1 = frame_box.tolist()
    if y1 - y0 > x1 - x0 and len(inked) > 2:  # text that runs another way than the page: left whole
        return [_segment(line, index, inked[0], inked[-1] + 1)]
    height = y1 - y0
    left, right = boxes[inked, 0], boxes[inked, 2]
    pitch = float(np.median(right - left))
    # Engines stretch boxes into the white beside a word, so the gap is measured from the far edges.
    gaps = right[1:] - left[:-1] - 2 * pitch
    middles = (left + right) / 2
    crossing = [
        float(w[0] + w[2]) / 2 for w in walls if min(y1, w[3]) - max(y0, w[1]) > _CROSSED * height and x0 < (w[0] + w[2]) / 2 < x1
    ]
    even = float(np.mean(np.abs(right - left - pitch) < _EVEN * pitch)) >= _MOST_EVEN
    if even and len(crossing) >= max(3, _COMB * len(inked)):
        crossing = []  # sides of the boxes in which its letters stand, one each
    cuts: list[Segment] = []
    start = inked[0]
    for k in np.flatnonzero(gaps > _WALLED_GAP * height).tolist():
        if gaps[k] >= GAP * height or any(middles[k] < x < middles[k + 1] for x in crossing):
            cuts.append(_segment(line, index, start, inked[k] + 1))
            start = inked[k + 1]
    cuts.append(_segment(line, index, start, inked[-1] + 1))
    return cuts


def split_lines(text: PageText, frame: Frame, walls: Floats) -> tuple[Segment, ...]:
    """Segments of all lines, in the order of the lines."""
    chars = upright_boxes(frame, [c.quad for line in text.lines for c in line.chars])
    lines = upright_boxes(frame, [line.quad for line in text.lines])
    cuts: list[Segment] = []
    at = 0
    for i, line in enumerate(text.lines):
        cuts += split_line(line, i, chars[at : at + len(line.chars)], lines[i], walls)
        at += len(line.chars)
    return tuple(cuts)


def _segment(line: TextLine, index: int, start: int, end: int) -> Segment:
    whole = start == 0 and end == len(line.chars)
    return Segment(
        line=index, start=start, end=end, quad=line.quad if whole else line.chars[start].quad.to(line.chars[end - 1].quad)
    )
