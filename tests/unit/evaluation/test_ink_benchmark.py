"""The ink benchmark counts what it says: on made-up pages whose marks are known, so are its figures."""

from __future__ import annotations

import numpy as np

from docpriv.geometry import Box
from docpriv.model import Char, Kind, Mark, TextLine
from docpriv_lab.pages.ink_canvas import InkItem
from docpriv_lab.pages.ink_pages import InkPage, ink_page
from tests.benchmarks.ink import Seen, Tally, add, picture, report, see


def page(*, clean: bool = False) -> InkPage:
    """A word of print at the left, a signature of 100 x 20 pixels in the middle, a logo at the right."""
    owner = np.zeros((100, 400), np.int32)
    owner[40:60, 10:60] = 1
    owner[40:60, 150:250] = 0 if clean else 3
    owner[40:60, 300:340] = 4
    pixels = np.where(owner[..., None] > 0, 20, 255).astype(np.uint8).repeat(3, axis=2)
    signature = InkItem(what="signature", style="looped", place="bare")
    items = (InkItem(what="paper"), InkItem(what="text"), InkItem(what="rule"), signature, InkItem(what="logo"))
    truth = {"words": [{"text": "word", "box": [10, 40, 60, 60], "label": None}]}
    return InkPage(pixels=pixels, owner=owner, items=items, truth=truth, ground="letter", clean=clean, dpi=100, mode="grey")


def seen(*marks: tuple[Kind, Box], share: float = 0.0, lines: tuple[TextLine, ...] = ()) -> Seen:
    made = tuple(Mark(page=0, kind=kind, quad=box.quad(), score=1.0, detector="test") for kind, box in marks)
    return Seen(lines=lines, marks=made, share=share, seconds=(2.0, 0.5, 0.25))


def counted(look: Seen, *, clean: bool = False) -> Tally:
    tally = Tally()
    add(tally, page(clean=clean), look, 7)
    return tally


def test_ink_inside_and_outside_marks_is_told_apart() -> None:
    half = counted(seen((Kind.UNREAD_INK, Box(150, 40, 200, 60)))).things[0]
    assert (half.marked, half.signed, half.held) == (0.5, 0.0, 0.5)
    whole = counted(seen((Kind.SIGNATURE, Box(140, 30, 260, 70)))).things[0]
    assert (whole.marked, whole.signed) == (1.0, 1.0)
    assert counted(seen()).things[0].held == 0.0


def test_a_line_that_was_read_holds_ink_but_marks_none() -> None:
    quad = Box(140, 30, 260, 70).quad()
    line = TextLine(chars=(Char(text="a", quad=quad, score=0.9),), quad=quad, score=0.9)
    thing = counted(seen(lines=(line,))).things[0]
    assert (thing.marked, thing.held) == (0.0, 1.0)


def test_words_and_other_ink_inside_marks_are_lost() -> None:
    tally = counted(seen((Kind.SIGNATURE, Box(0, 30, 110, 70)), (Kind.STAMP, Box(300, 40, 320, 60))))
    assert (tally.words, tally.lost, tally.lost_far) == (1, 1, 1)
    assert tally.wrong["logo"]["STAMP"] * 2 == tally.wrong["logo"]["ink"] == 800
    spared = counted(seen((Kind.UNREAD_INK, Box(0, 30, 110, 70))))
    assert spared.lost == 0


def test_clean_pages_that_a_run_would_withhold_or_mark_are_counted() -> None:
    tally = counted(seen((Kind.SIGNATURE, Box(300, 40, 340, 60)), share=0.9), clean=True)
    assert (tally.clean, tally.clean_withheld, tally.clean_marked["SIGNATURE"]) == (1, 1, 1)
    assert not tally.things
    assert "page" in tally.notes[0]


def test_the_report_names_what_was_counted_and_pages_are_looked_at_without_an_engine() -> None:
    small = ink_page(14, dpi=60, clean=False)
    look = see(small, None, ())
    tally = Tally()
    add(tally, small, look, 14)
    text = report(tally)
    assert "signature" in text
    assert "pages 1" in text
    assert picture(small, look).shape == small.pixels.shape
