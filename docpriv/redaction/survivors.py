"""What is still readable after covering: text with the covered characters masked; refuses to count a character as covered of
which half, or more than a little of its ink, can be seen."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from docpriv.geometry import Box, Point, Quad
from docpriv.model import Char, CharId, Kind, PageText, Reason, Region, TextLine
from docpriv.redaction.cover_map import COVERED, CoverMap
from docpriv.redaction.plan import strips
from docpriv.tape import MASK


def masked(text: PageText, covered: CoverMap, reread: dict[int, TextLine]) -> PageText:
    """The page's text as a reader of the final page has it: covered characters are blocks, touched lines as read again."""
    lines = []
    for index, line in enumerate(text.lines):
        if index not in reread and not covered.touches(line.quad, 0.3 * line.quad.height):
            lines.append(line)
            continue
        hidden = [covered.hides(c) for c in line.chars]
        if index not in reread and not any(hidden):
            lines.append(line)
            continue
        blocks = [Char(text=MASK, quad=c.quad, score=c.score) if h else c for c, h in zip(line.chars, hidden, strict=True)]
        if index in reread:
            again = [c for c in reread[index].chars if covered.share(c.quad) < COVERED]
            first = sum(not h and c.text.isalnum() for c, h in zip(line.chars, hidden, strict=True))
            if 2 * sum(c.text.isalnum() for c in again) >= first:
                # A reading that lost half of what was there before is the worse witness.
                blocks = [c for c, h in zip(blocks, hidden, strict=True) if h] + again
                blocks.sort(key=lambda c: along(line.quad, c.quad.centre))
        lines.append(replace(line, chars=tuple(blocks)))
    return replace(text, lines=tuple(lines))


def along(line: Quad, point: Point) -> float:
    """How far a point lies along a line's top edge from its start, in pixels."""
    angle = math.radians(line.angle)
    return (point[0] - line.a[0]) * math.cos(angle) + (point[1] - line.a[1]) * math.sin(angle)


def visible(text: PageText, chars: Iterable[CharId], covered: CoverMap) -> tuple[CharId, ...]:
    """Of these characters those that are readable still; none where no letter or digit is."""
    out = []
    for char in chars:
        item = text.lines[char.line].chars[char.char]
        if item.text != MASK and item.text.strip() and not covered.hides(item):
            out.append(char)
    return tuple(out) if any(text.lines[c.line].chars[c.char].text.isalnum() for c in out) else ()


def region_over(text: PageText, chars: Sequence[CharId], kind: Kind, detector: str, reason: str, pad: float) -> Region:
    """A region over these characters, grown by `pad` of the text height."""
    by_line: dict[int, list[int]] = {}
    for char in chars:
        by_line.setdefault(char.line, []).append(char.char)
    boxes: list[Box] = []
    for line, indices in sorted(by_line.items()):
        first, last = text.lines[line].chars[min(indices)].quad, text.lines[line].chars[max(indices)].quad
        quad = Quad(first.a, last.b, last.c, first.d)
        boxes.extend(strips(quad.pad(pad * quad.height, pad * quad.height)))
    return Region(boxes=tuple(boxes), reasons=(Reason(kind=kind, score=1.0, detector=detector, reason=reason),))
