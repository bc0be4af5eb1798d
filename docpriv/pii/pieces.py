"""Values that were read in pieces: digits in boxes, a date whose year stands apart, words and lines of one print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from docpriv.locales.forms import Form
from docpriv.model import Segment
from docpriv.pii.cells import Cells, key
from docpriv.pii.values import date_value
from docpriv.tape import tape_of

_DATE_PIECES = 4
_WORD_GAP = 1.5  # heights of a line: white between words of one print
_LINE_GAP = 2.4  # heights: white between the lines of one value
_LINE_REACH = 20.0  # heights: how far right of the first line's beginning another may begin
_DATE_GAP = 3.0  # heights of a line between two pieces of one date


def first_value(cells: Cells, form: Form, values: Sequence[Segment]) -> list[Segment]:
    """The segments of the first of some values: digits stand in boxes, and a date comes in pieces (`12 JAN /JAN | 1980`)."""
    joined = joined_digits(cells, values)
    if form != "date":
        return joined
    values = [*values, *cells.onward(values[-1])]
    for n in range(min(_DATE_PIECES, len(values)), len(joined), -1):
        if max(b.quad.a[0] - a.quad.b[0] for a, b in pairwise(values[:n])) > _DATE_GAP * values[0].quad.height:
            continue
        text = tape_of(cells.text, with_blanks(values[:n])).text
        span = date_value(text)
        if span and not text[: span[0]].strip() and not text[span[1] :].strip(" ."):
            return list(values[:n])
    return joined


def joined_digits(cells: Cells, values: Sequence[Segment]) -> list[Segment]:
    """The first value with the boxes that go on with it: `03 | 23 | 1988`."""
    joined = [values[0]]
    for value in values[1:]:
        last, text = cells.tapes[key(joined[-1])].text, cells.tapes[key(value)].text
        digits = last.isdigit() and text.isdigit() and len(last) <= 4 and len(text) <= 4
        teeth = len(last.strip()) == 1 and len(text.strip()) == 1 and last.strip().isalnum() and text.strip().isalnum()
        if not digits and not teeth:
            break
        joined.append(value)
    return joined


def with_blanks(segments: Sequence[Segment]) -> list[Segment | str]:
    """Segments with a blank between them, for a tape."""
    return [piece for segment in segments for piece in (" ", segment)][1:]


def words_beside(cells: Cells, segment: Segment) -> list[Segment]:
    """The segments that follow in a row as the words of one print do, up to a label or what is covered."""
    beside: list[Segment] = []
    last = segment
    for other in cells.onward(segment):
        if other.quad.bounds()[0] - last.quad.bounds()[2] > _WORD_GAP * segment.quad.height or cells.masked(other):
            break
        beside.append(other)
        last = other
    return beside


def lines_under(
    cells: Cells, rows: Sequence[Sequence[Segment]], segment: Segment, left: float, most: int
) -> Iterator[list[Segment]]:
    """The lines, at most `most`, that stand under a value with nothing under its label. `left`: where the value begins, in
    pixels."""
    height, bottom = segment.quad.height, segment.quad.bounds()[3]
    at = next((i for i, row in enumerate(rows) if key(segment) in {key(s) for s in row}), len(rows))
    for row in rows[at + 1 : at + 1 + most]:
        values = [s for s in row if s.quad.bounds()[0] < left + _LINE_REACH * height]
        if (
            not values
            or min(s.quad.bounds()[0] for s in values) < left - height
            or min(s.quad.bounds()[1] for s in values) - bottom > _LINE_GAP * height
            or len(cells.until_label(values)) < len(values)
            or any(cells.masked(s) for s in values)
        ):
            return
        yield values
        bottom = max(s.quad.bounds()[3] for s in values)
