"""Trims characters to their own line where lines stand close: their boxes reach into the lines above and below.

Covering one line would then take the lower half of its neighbour. Between two such lines the rows without ink say where one
ends and the other begins; where no white parts them, nothing is cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from docpriv.geometry import Quad
from docpriv.model import Char, Pixels, TextLine
from docpriv.ocr.placing import ink_of
from docpriv.raster import Plane, grey_of, rows_of, runs

WINDOW = 3.0  # h: pieces of a line that are looked at one by one, so that skew does not blur the white between lines
SPARE = 0.20  # h: white that stays with a tightened line, where there is as much,
LEAST_SPARE = 4.0  # pixels: and at least this: a black outline beside white paper is read through a black area's edge
MOST = 0.35  # h: no more is taken off a side
LEAST_PITCH = 0.4  # of two lines' mean height: middles closer than this are one print over another, which no row parts
SMALL = 26.0  # pixels: lower lines are parted at a thin row too, where no row is white
THIN = 0.3  # of the fullest row's ink: what a row may hold that parts two lines of small print
OUTLIERS = 6  # one piece in so many is not asked
STEEPEST = 0.18  # rise over run of lines that are looked at
LEAST_SHARE = 0.5  # of the pieces beside a neighbour that have to be parted from it by white


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """A stretch of a line: its level box and the middle of its height, in pixels."""

    line: int
    x0: float
    x1: float
    top: float
    bottom: float

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


def trim_overlaps(lines: Sequence[TextLine], pixels: Pixels) -> tuple[TextLine, ...]:
    """The lines with their characters cut at the white between them and lines that they overlap; line quads stay.

    `pixels`: u8 (H, W, 3) of the page that the lines were read on.
    """
    pieces = [piece for i, line in enumerate(lines) for piece in _pieces(i, line)]
    overlaps = _overlapping(pieces)
    if not overlaps:
        return tuple(lines)
    grey = grey_of(pixels)
    tops: dict[int, list[float | None]] = {}
    bottoms: dict[int, list[float | None]] = {}
    for upper, lower in overlaps:
        white = _white_between(grey, upper, lower)
        bottom = top = None
        if white is not None:
            bottom = upper.bottom - min(white[1], white[0] + _spare(upper))
            top = max(white[0], white[1] - _spare(lower)) - lower.top
        bottoms.setdefault(upper.line, []).append(bottom)
        tops.setdefault(lower.line, []).append(top)
    out = list(lines)
    for index in tops.keys() | bottoms.keys():
        line = lines[index]
        height = line.quad.height
        shares = _agreed(tops.get(index, []), height), _agreed(bottoms.get(index, []), height)
        if any(shares):
            chars = tuple(Char(text=c.text, quad=cut(c.quad, *shares), score=c.score) for c in line.chars)
            out[index] = replace(line, chars=chars)
    return tuple(out)


def _pieces(index: int, line: TextLine) -> list[_Piece]:
    """A level line cut into windows at its characters; none for lines that stand, lean or were not read."""
    q = line.quad
    run, rise = q.b[0] - q.a[0], q.b[1] - q.a[1]
    if not line.chars or run <= 0 or abs(rise) > STEEPEST * run or q.height <= 0:
        return []
    found: list[_Piece] = []
    start = 0
    for i, char in enumerate(line.chars):
        first = line.chars[start].quad
        if i + 1 == len(line.chars) or char.quad.b[0] - first.a[0] >= WINDOW * q.height:
            last = char.quad
            found.append(
                _Piece(
                    line=index, x0=first.a[0], x1=last.b[0], top=(first.a[1] + last.b[1]) / 2, bottom=(first.d[1] + last.c[1]) / 2
                )
            )
            start = i + 1
    return [p for p in found if p.x1 > p.x0]


def _overlapping(pieces: Sequence[_Piece]) -> list[tuple[_Piece, _Piece]]:
    """Pairs (upper, lower) of pieces of two lines whose boxes overlap while their middles stand apart."""
    order = sorted(pieces, key=lambda p: p.top)
    found = []
    open_: list[_Piece] = []
    for lower in order:
        open_ = [p for p in open_ if p.bottom > lower.top]
        for upper in open_:
            wide = min(upper.x1, lower.x1) - max(upper.x0, lower.x0)
            if (
                upper.line != lower.line
                and lower.middle - upper.middle > LEAST_PITCH * (upper.bottom - upper.top + lower.bottom - lower.top) / 2
                and wide > 0.3 * min(upper.x1 - upper.x0, lower.x1 - lower.x0)
                and upper.middle < lower.top + MOST * (lower.bottom - lower.top)
                and lower.middle > upper.bottom - MOST * (upper.bottom - upper.top)
            ):
                found.append((upper, lower))
        open_.append(lower)
    return found


def _white_between(grey: Plane, upper: _Piece, lower: _Piece) -> tuple[float, float] | None:
    """First and last edge of the rows without ink between two pieces; None where they touch."""
    x0, x1 = max(0, int(max(upper.x0, lower.x0))), min(grey.shape[1], round(min(upper.x1, lower.x1)))
    y0, y1 = max(0, round(upper.middle)), min(grey.shape[0], round(lower.middle))
    if x1 - x0 < 3 or y1 - y0 < 3:
        return None
    part = grey[y0:y1, x0:x1]
    paper, low, high = (float(v) for v in np.percentile(part, (50, 2, 98)))
    dark = ink_of(part, paper, low if paper - low >= high - paper else high)
    if dark is None:
        return None
    ink_rows = dark.sum(axis=1)
    most = int(ink_rows.min())
    # Small print whose tails and tops run into each other: the row with least ink parts it.
    if most and (lower.bottom - lower.top > SMALL or most > THIN * int(ink_rows.max())):
        return None
    start, end = max(runs(ink_rows <= most), key=lambda run: run[1] - run[0])
    return float(y0 + start), float(y0 + end)


def _agreed(found: Sequence[float | None], height: float) -> float:
    """What all pieces of a line can spare on one side, as a share of its height."""
    seen = [f for f in found if f is not None]
    if not seen or len(seen) < LEAST_SHARE * len(found):
        return 0.0
    least = sorted(seen)[len(seen) // OUTLIERS]  # of a long line one piece or two may be parted in the wrong place
    return min(MOST, max(0.0, least / height))


def taken_off(line: TextLine) -> tuple[float, float]:
    """Shares of the line's height that `trim_overlaps` took off its characters above and below."""
    q, height = line.quad, line.quad.height
    if not line.chars or height <= 0:
        return 0.0, 0.0
    down = (q.d[0] - q.a[0]) / height, (q.d[1] - q.a[1]) / height
    char = line.chars[0].quad
    top = (char.a[0] - q.a[0]) * down[0] + (char.a[1] - q.a[1]) * down[1]
    bottom = (q.d[0] - char.d[0]) * down[0] + (q.d[1] - char.d[1]) * down[1]
    return max(0.0, top / height), max(0.0, bottom / height)


def _spare(piece: _Piece) -> float:
    return max(LEAST_SPARE, SPARE * (piece.bottom - piece.top))


def cut(quad: Quad, top: float, bottom: float) -> Quad:
    """The quad less shares of its height at its upper and lower edge."""
    return rows_of(quad, top, 1 - bottom)
