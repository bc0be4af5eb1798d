"""The texts of a page on which detectors work: by block and by row."""

from __future__ import annotations

from dataclasses import dataclass, field

from docpriv.pii.digits import digits_restored
from docpriv.pii.respaced import Respaced, respaced
from docpriv.protocols import ReadPage
from docpriv.tape import TextTape, tapes_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """Texts of one page. `blocks`: every segment on a line of its own, in block order. `rows`: segments of a row parted by a
    tab, rows by newlines; both are equal in text where the page has one column. `respaced`: lines again with the word ends that
    they were read without.
    """

    page: ReadPage = field(repr=False)
    number: int
    blocks: TextTape
    rows: TextTape
    respaced: tuple[Respaced, ...] = ()


def readings_of(page: ReadPage) -> Readings:
    """All texts of a page."""
    blocks, rows = tapes_of(page.text, page.layout)
    restored = _restored(blocks)
    return Readings(
        page=page,
        number=page.text.ref.index,
        blocks=restored,
        rows=restored if rows is blocks else _restored(rows),
        respaced=respaced(page.text, restored, rows),
    )


def _restored(tape: TextTape) -> TextTape:
    return TextTape(text=digits_restored(tape.text), owners=tape.owners)
