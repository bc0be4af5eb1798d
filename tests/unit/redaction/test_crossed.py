"""What a stamp hides of a covered line is covered to the stamp's far side; lines of the stamp itself stay."""

from __future__ import annotations

import numpy as np

from docpriv.geometry import Box
from docpriv.model import Char, Kind, Mark, PagePlan, PageRef, PageText, Reason, Region, TextLine
from docpriv.options import Policy
from docpriv.redaction.cover_map import CoverMap
from docpriv.redaction.ink_left import lost_ends
from docpriv.redaction.verify import masked
from docpriv.tape import MASK

STAMP = Mark(page=0, kind=Kind.STAMP, quad=Box(120, 40, 300, 120).quad(), score=0.8, detector="writing")


def page_of(text: str, box: Box) -> PageText:
    quad = box.quad()
    chars = tuple(Char(text=c, quad=quad.part(i / len(text), (i + 1) / len(text)), score=1.0) for i, c in enumerate(text))
    return PageText(
        ref=PageRef(document="doc-x", index=0), width=400, height=200, lines=(TextLine(chars=chars, quad=quad, score=1.0),)
    )


def plan_of(box: Box) -> PagePlan:
    reason = Reason(kind=Kind.PERSON, score=1.0, detector="d", reason="r")
    return PagePlan(page=0, width=400, height=200, regions=(Region(boxes=(box,), reasons=(reason,)),))


def test_a_value_that_ends_under_a_stamp_is_covered_to_its_far_side() -> None:
    page = page_of("Brian Ab", Box(50, 70, 150, 90))
    (region,) = lost_ends(page, [STAMP], plan_of(Box(48, 68, 152, 92)), Policy())
    assert any(box.contains(Box(152, 70, 300, 90)) for box in region.boxes)
    assert not any(box.overlaps(Box(120, 94, 300, 120)) for box in region.boxes)


def test_lines_that_stand_in_the_stamp_or_run_through_it_and_lines_that_stay_are_left() -> None:
    for text, box, covered in (
        ("RECEIVED", Box(130, 70, 250, 90), Box(130, 68, 252, 92)),
        ("Brian Abernathy, clerk", Box(50, 70, 380, 90), Box(48, 68, 382, 92)),
        ("Brian Ab", Box(50, 70, 150, 90), Box(48, 68, 90, 92)),
    ):
        assert lost_ends(page_of(text, box), [STAMP], plan_of(covered), Policy()) == ()


def test_a_character_is_hidden_only_where_its_ink_is() -> None:
    page = page_of("gg", Box(50, 50, 100, 90))
    covers = plan_of(Box(50, 50, 100, 76))
    source = np.full((200, 400, 3), 255, np.uint8)
    source[55:70, 55:60] = 0  # of the first letter all ink lies under the cover, of the second a third below it
    source[60:86, 80:86] = 0
    assert masked(page, CoverMap(covers), {}).lines[0].text == MASK * 2
    assert masked(page, CoverMap(covers, source), {}).lines[0].text == MASK + "g"
