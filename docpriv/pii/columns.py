"""Tables without rules: the segments that stand under a header, row after row.

A header row is a row of several short texts without digits whose columns at least two following rows fill.
"""

from __future__ import annotations

from collections.abc import Sequence

from docpriv.geometry import Quad
from docpriv.model import Segment
from docpriv.pii.cells import Cells, key
from docpriv.text.words import tokens_of

_LEAST_HEADERS = 3
_LEAST_ROWS = 2
_MOST_ROWS = 60
_WIDEST_GAP = 4.0  # line heights between two rows of one table
_REACH = 3.0  # line heights that a cell may be shifted against its header
_HEADER_WORDS = 5
_ALIGNED = 0.5  # line heights that the beginnings of one column's names may differ


class Columns:
    """The tables of one page, looked at only where a label heads one."""

    def __init__(self, cells: Cells, rows: Sequence[Sequence[Segment]]) -> None:
        self._cells, self._rows = cells, rows
        self._row_of = {key(s): i for i, row in enumerate(rows) for s in row}

    def under(self, header: Segment) -> list[Segment]:
        """Cells in the header's column from top to bottom; none where the header heads no table."""
        at = self._row_of.get(key(header))
        if at is None:
            return []
        heads = list(self._rows[at])
        if len(heads) < _LEAST_HEADERS or 2 * sum(self._heading(s) for s in heads) < len(heads) + 1:
            return []
        axes = _RowAxes(heads)
        column = [key(s) for s in heads].index(key(header))
        found: list[Segment] = []
        filled = 0
        last = axes.down(header.quad)
        for row in self._rows[at + 1 : at + 1 + _MOST_ROWS]:
            placed = [(axes.column(s.quad), s) for s in row]
            placed = [(c, s) for c, s in placed if c is not None]
            if not placed:
                continue
            down = max(axes.down(s.quad) for _, s in placed)
            labels = [c for c, s in placed if self._cells.is_label(s) and self._heading(s)]
            if down - last > _WIDEST_GAP * axes.height or column in labels or 2 * len(labels) > len(placed):
                break
            last = max(last, down)
            filled += len({c for c, _ in placed}) >= 2
            found += [s for c, s in placed if c == column]
        return found if filled >= _LEAST_ROWS else []

    def _heading(self, segment: Segment) -> bool:
        text = self._cells.tapes[key(segment)].text
        return bool(text.strip()) and not any(c.isdigit() for c in text) and len(tokens_of(text)) <= _HEADER_WORDS


def aligned(cells: Sequence[Segment]) -> list[Segment]:
    """The cells up to the first that does not begin where the first one does, in the page's own columns."""
    kept: list[Segment] = []
    for cell in cells:
        if kept and abs(cell.quad.a[0] - kept[0].quad.a[0]) > _ALIGNED * cell.quad.height:
            break
        kept.append(cell)
    return kept if len(kept) >= _LEAST_ROWS else []


class _RowAxes:
    """Along and across a row that may be skewed, in pixels."""

    def __init__(self, heads: Sequence[Segment]) -> None:
        (x0, y0), (x1, y1) = heads[0].quad.centre, heads[-1].quad.centre
        length = max(1e-6, ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5)
        self._along = (x1 - x0) / length, (y1 - y0) / length
        self.height: float = sorted(s.quad.height for s in heads)[len(heads) // 2]
        self._spans = [self._span(s.quad) for s in heads]

    def down(self, quad: Quad) -> float:
        x, y = quad.centre
        return float(-self._along[1] * x + self._along[0] * y)

    def column(self, quad: Quad) -> int | None:
        """The header that a cell is aligned with at its left, right or middle, or that it overlaps."""
        a, b = self._span(quad)
        far = [
            min(abs(a - x), abs(b - y), abs(a + b - x - y) / 2) - (self.height if min(b, y) > max(a, x) else 0.0)
            for x, y in self._spans
        ]
        best = min(range(len(far)), key=far.__getitem__)
        return best if far[best] <= _REACH * self.height else None

    def _span(self, quad: Quad) -> tuple[float, float]:
        along = [self._along[0] * x + self._along[1] * y for x, y in (quad.a, quad.b, quad.c, quad.d)]
        return min(along), max(along)
