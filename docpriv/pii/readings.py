"""The texts of a page on which detectors work: by block and by row; refuses to let one order decide what
is found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from docpriv.model import PageText, Segment
from docpriv.pii.digits import digits_restored
from docpriv.protocols import ReadPage
from docpriv.tape import TextTape, line_segment, tape_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """Texts of one page. `blocks`: every segment on a line of its own, in block order. `rows`: segments of
    a row
    parted by a tab, rows by newlines. `blocks` equals `rows` in text where the page has one column."""

    page: ReadPage = field(repr=False)
    number: int
    blocks: TextTape
    rows: TextTape


def readings_of(page: ReadPage) -> Readings:
    """Both texts of a page; without a layout the lines as they came stand for both."""
    text, layout = page.text, page.layout
    blocks: Sequence[Sequence[Segment]] = layout.blocks
    rows: Sequence[Sequence[Segment]] = layout.rows
    if not layout.segments:
        blocks = rows = [[line_segment(text, i)] for i in range(len(text.lines))]
    return Readings(page=page, number=text.ref.index, blocks=_tape(text, blocks, "\n"), rows=_tape(text, rows, "\t"))


def _tape(text: PageText, groups: Sequence[Sequence[Segment]], inner: str) -> TextTape:
    pieces: list[Segment | str] = []
    for group in groups:
        for k, segment in enumerate(group):
            if pieces:
                pieces.append(inner if k else "\n")
            pieces.append(segment)
    tape = tape_of(text, pieces)
    return TextTape(text=digits_restored(tape.text), owners=tape.owners)


def text_of(page: PageText, segment: Segment) -> TextTape:
    """One segment as a text."""
    return tape_of(page, [segment])
