"""A cover that cuts strokes of what it covers grows over them; what belongs to letters that stay, and rules, stay."""

from __future__ import annotations

import numpy as np

from docpriv.geometry import Box
from docpriv.model import Char, Kind, PagePlan, PageRef, PageText, Pixels, Reason, Region, TextLine
from docpriv.redaction.ink_left import cut_strokes
from docpriv.redaction.plan import with_regions

LINE = Box(50, 50, 150, 80)


def plan(*boxes: Box) -> PagePlan:
    reason = Reason(kind=Kind.PERSON, score=1.0, detector="d", reason="r")
    return PagePlan(page=0, width=300, height=160, regions=(Region(boxes=boxes, reasons=(reason,)),))


def text() -> PageText:
    """Four letters of which the plan of the tests covers the first two."""
    chars = tuple(Char(text="g", quad=Box(50 + 25 * i, 50, 75 + 25 * i, 80).quad(), score=1.0) for i in range(4))
    line = TextLine(chars=chars, quad=LINE.quad(), score=1.0)
    return PageText(ref=PageRef(document="doc-x", index=0), width=300, height=160, lines=(line,))


def paper(*ink: Box) -> Pixels:
    pixels = np.full((160, 300, 3), 255, np.uint8)
    for box in ink:
        pixels[box.slices] = 0
    return pixels


def test_a_tail_that_leaves_its_cover_is_covered_with_it_and_then_nothing_is_left() -> None:
    page = paper(Box(60, 55, 64, 92))
    cut = plan(Box(50, 50, 100, 80))
    (region,) = cut_strokes(page, text(), cut)
    assert region.reasons[0].kind is Kind.PERSON
    assert any(box.contains(Box(60, 80, 64, 92)) for box in region.boxes)
    assert cut_strokes(page, text(), with_regions(cut, [region])) == ()


def test_a_cover_that_spares_a_stroke_beside_it_grows_over_it() -> None:
    page = paper(Box(60, 55, 64, 78), Box(58, 81, 70, 86))
    (region,) = cut_strokes(page, text(), plan(Box(50, 50, 100, 80)))
    assert any(box.contains(Box(58, 81, 70, 86)) for box in region.boxes)


def test_letters_that_stay_and_printed_rules_stay() -> None:
    covered = plan(Box(50, 50, 100, 80))
    assert cut_strokes(paper(Box(60, 55, 64, 78), Box(101, 55, 118, 78)), text(), covered) == ()
    assert cut_strokes(paper(Box(60, 55, 64, 78), Box(40, 80, 160, 82)), text(), covered) == ()
    assert cut_strokes(paper(Box(60, 55, 64, 78)), text(), covered) == ()


def test_a_thin_row_of_feet_below_a_tall_cover_is_covered_with_its_letters() -> None:
    tall = Box(50, 34, 150, 80)  # lines of 46 pixels, below whose cover two rows of the letters' feet are left
    chars = tuple(Char(text="g", quad=Box(50 + 25 * i, 34, 75 + 25 * i, 80).quad(), score=1.0) for i in range(4))
    line = TextLine(chars=chars, quad=tall.quad(), score=1.0)
    page = PageText(ref=PageRef(document="doc-x", index=0), width=300, height=160, lines=(line,))
    (region,) = cut_strokes(paper(Box(60, 60, 63, 82)), page, plan(tall))
    assert any(box.contains(Box(60, 80, 63, 82)) for box in region.boxes)


def test_a_letter_that_a_stamp_lies_over_is_covered_where_the_stamp_was_read() -> None:
    first = text()
    stamp = Box(50, 30, 150, 62).quad()
    over = TextLine(chars=(Char(text="R", quad=stamp, score=1.0),), quad=stamp, score=1.0)
    page = PageText(ref=first.ref, width=300, height=160, lines=(*first.lines, over))
    letter, of_the_stamp = Box(60, 42, 64, 78), Box(70, 34, 80, 52)
    (region,) = cut_strokes(paper(letter, of_the_stamp), page, plan(Box(50, 48, 100, 80)))
    assert any(box.contains(Box(60, 42, 64, 48)) for box in region.boxes)
    assert not any(box.overlaps(Box(70, 34, 80, 44)) for box in region.boxes)
