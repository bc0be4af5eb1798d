"""Values that were read in pieces: digits in boxes, a date whose year stands apart; refuses to join what is no value together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from docpriv.model import Segment
from docpriv.pii.cells import Cells, key
from docpriv.pii.labels import Form
from docpriv.pii.values import FORMS
from docpriv.tape import tape_of

_DATE_PIECES = 4
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
        span = FORMS["date"](text)
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
    pieces: list[Segment | str] = []
    for segment in segments:
        if pieces:
            pieces.append(" ")
        pieces.append(segment)
    return pieces
