"""Make the width of a covered stretch of text tell less, without cutting a word or covering text of another cell.

The left end goes to a lattice of steps, as far as no other text stands in the way, and the width becomes a multiple of the
step. To the right, words that would be cut are covered whole where they run on; where another cell begins, the area ends
before it. So the width tells the number of steps where nothing follows or a cell begins, and in running text no more than
the place of the next word tells anyway.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from statistics import median

from docpriv.geometry import Quad
from docpriv.model import CharId, PageText

CELL_GAP = 1.0  # h: text further away than this is of another cell
_CLEAR = 0.25  # h: left free beside text that stays
_WORD_GAP = 0.3  # h: a gap within a line that nobody read as a blank
_BAND = 0.6  # of both heights together: text whose middle is closer than that half is on the same line
_TALLEST = 1.5  # of a line's height: as tall an area may be and still stand for the size of its text
_HAIR = 1e-6  # pixels: a step that ends on a pixel must not be rounded up to the next
_TURNED = 10.0  # degrees: text that runs another way is no neighbour


@dataclass(frozen=True, slots=True)
class _Glyph:
    """A character beside the stretch, as distances along it; `opens`: a word begins with it."""

    start: float
    end: float
    opens: bool


def widened(quad: Quad, text: PageText, covered: AbstractSet[CharId], step: float, along: float | None = None) -> Quad:
    """The quad with its ends moved outward. `step`: in text heights; `covered`: characters that are hidden anyway.

    `along`: degrees in which the text runs, where that is better known than from the quad, as for a single character. The
    text height is that of the quad, but no more than half again as much as a line of the page has: ink may be much taller.
    """
    usual = median([line.quad.height for line in text.lines]) if text.lines else 0.0
    h = min(quad.height, _TALLEST * usual) if usual > 0 else quad.height  # a layer's words may have no height at all
    if h <= 0 or quad.width <= 0:
        return quad
    angle = math.radians(quad.angle if along is None else along)
    ux, uy = math.cos(angle), math.sin(angle)
    width, stride = quad.width, step * h
    glyphs = _beside(quad, text, covered, ux, uy, h)
    origin = quad.a[0] * ux + quad.a[1] * uy
    before = max((g.end for g in glyphs if g.end <= _CLEAR * h), default=-math.inf)
    left = max(-(origin - math.floor(origin / stride + 1e-9) * stride), min(0.0, before + _CLEAR * h))
    right = left + math.ceil((width - left) / stride - 1e-9) * stride
    cursor = width
    for glyph in sorted((g for g in glyphs if g.start >= width - _CLEAR * h), key=lambda g: g.start):
        if glyph.start - cursor >= CELL_GAP * h:
            right = min(right, max(cursor, glyph.start - _CLEAR * h))
            break
        if glyph.opens and glyph.start >= right:
            break
        cursor = max(cursor, glyph.end)
    back, on = left + _HAIR, max(right, cursor) - _HAIR - width
    moves = zip(quad.points, (back, on, on, back), strict=True)
    return Quad(*((x + by * ux, y + by * uy) for (x, y), by in moves))


def _beside(quad: Quad, text: PageText, covered: AbstractSet[CharId], ux: float, uy: float, h: float) -> Sequence[_Glyph]:
    """Visible characters on the stretch's own line, before and behind it."""
    middle = ((quad.a[0] + quad.d[0]) / 2, (quad.a[1] + quad.d[1]) / 2)
    found: list[_Glyph] = []
    for number, line in enumerate(text.lines):
        reach = [-(p[0] - middle[0]) * uy + (p[1] - middle[1]) * ux for p in line.quad.points]
        turn = abs((line.quad.angle - math.degrees(math.atan2(uy, ux)) + 180) % 360 - 180)
        if turn > _TURNED or min(reach) > quad.height / 2 or max(reach) < -quad.height / 2:
            continue
        last, blank = -math.inf, True
        for index, char in enumerate(line.chars):
            if not char.text.strip():
                blank = True
                continue
            along = [(p[0] - quad.a[0]) * ux + (p[1] - quad.a[1]) * uy for p in char.quad.points]
            opens = blank or min(along) - last > _WORD_GAP * h
            last, blank = max(along), False
            x, y = char.quad.centre
            across = abs(-(x - middle[0]) * uy + (y - middle[1]) * ux)
            if CharId(number, index) not in covered and across < _BAND * (quad.height + char.quad.height) / 2:
                found.append(_Glyph(min(along), max(along), opens))
    return found
