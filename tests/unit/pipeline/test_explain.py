"""Why something is covered or left, as a person who scans a page is told: rules, boxes and no text."""

from __future__ import annotations

import pytest

from docpriv.errors import UsageError
from docpriv.geometry import Box
from docpriv.model import Char, CharId, Finding, Kind, PagePlan, PageRef, PageText, Reason, Region, TextLine
from docpriv.options import Recipe
from docpriv.pii.fake import FakeFinder
from docpriv.pipeline import try_text
from docpriv.pipeline.explain import explain_page
from docpriv.pipeline.typed_text import MOST_CHARACTERS, MOST_LINES, page_of
from docpriv.recipes import override
from docpriv.redaction.plan import Reading, plan_page


def page(*lines: str, score: float = 1.0) -> PageText:
    made = []
    for row, text in enumerate(lines):
        chars = tuple(
            Char(text=c, score=score, quad=Box(10 * i, 30 * row, 10 * i + 10, 30 * row + 20).quad()) for i, c in enumerate(text)
        )
        made.append(TextLine(chars=chars, score=score, quad=Box(0, 30 * row, 10 * len(text), 30 * row + 20).quad()))
    return PageText(ref=PageRef(document="d", index=4), width=400, height=200, lines=tuple(made))


def finding(line: int, start: int, end: int, kind: Kind, score: float = 0.9, rule: str = "person-short-right") -> Finding:
    return Finding(
        page=4, kind=kind, score=score, detector="fields", reason=rule, chars=tuple(CharId(line, i) for i in range(start, end))
    )


def explained(
    text: PageText, *findings: Finding, recipe: Recipe | None = None, extra: tuple[Region, ...] = (), reveal: bool = False
):
    recipe = recipe or Recipe()
    plan = plan_page(
        page=4,
        width=text.width,
        height=text.height,
        colour="rgb",
        marks=[],
        policy=recipe.policy,
        readings=[Reading(text=text, findings=findings)],
        min_score=recipe.finding.min_score,
        extra=extra,
    )
    return explain_page([text], [findings], plan, recipe, reveal=reveal)


def test_each_finding_says_where_by_which_rule_and_why() -> None:
    who, when, weak = explained(
        page("Name Jane", "on 1/2/2003", "maybe Bo"),
        finding(0, 5, 9, Kind.PERSON),
        finding(1, 3, 11, Kind.DATE, 0.6, "date"),
        finding(2, 6, 8, Kind.PERSON, 0.2),
    )
    assert (who.page, who.boxes, who.kind, who.score, who.detector, who.rule) == (
        4,
        (Box(50, 0, 90, 20),),
        Kind.PERSON,
        0.9,
        "fields",
        "person-short-right",
    )
    assert [(e.covered, e.why) for e in (who, when, weak)] == [
        (True, "the policy covers the kind"),
        (False, "the policy leaves the kind"),
        (False, "the score is below min_score (0.4)"),
    ]
    assert [e.text for e in (who, when, weak)] == [None] * 3


def test_text_comes_when_it_is_asked_for_and_in_no_repr() -> None:
    twice = Finding(
        page=4,
        kind=Kind.ADDRESS,
        score=1.0,
        detector="addresses",
        reason="street",
        chars=(*(CharId(0, i) for i in range(3)), CharId(0, 5), *(CharId(1, i) for i in range(2))),
    )
    (one,) = explained(page("abcdefgh", "xyz"), twice, reveal=True)
    assert one.text == "abc f / xy"
    assert len(one.boxes) == 2
    assert "abc" not in repr(one)


def test_what_is_left_but_lies_under_another_area_is_called_covered() -> None:
    date, birth = explained(page("born 1/2/2003"), finding(0, 5, 13, Kind.DATE), finding(0, 5, 13, Kind.DATE_OF_BIRTH))
    assert (date.covered, birth.covered) == (True, True)
    assert date.why.endswith("it lies under another area")
    left, _ = explained(page("born 1/2/2003"), finding(0, 0, 13, Kind.DATE), finding(0, 5, 13, Kind.DATE_OF_BIRTH))
    assert not left.covered


def test_a_line_that_was_read_badly_is_said_to_be_covered_whole() -> None:
    (one,) = explained(page("Name Jane", score=0.6), finding(0, 5, 9, Kind.PERSON))
    assert "whole" in one.why


def test_areas_without_a_finding_are_listed_too() -> None:
    zone = Region(
        boxes=(Box(200, 100, 300, 150),),
        reasons=(Reason(kind=Kind.SIGNATURE, score=1.0, detector="zones", reason="form-7/signature"),),
    )
    found = explained(page("Name Jane", "zzz"), finding(0, 5, 9, Kind.PERSON), extra=(zone,))
    assert [(e.kind, e.rule, e.covered) for e in found] == [
        (Kind.PERSON, "person-short-right", True),
        (Kind.SIGNATURE, "form-7/signature", True),
    ]
    assert found[1].boxes == (Box(200, 100, 300, 150),)


def test_a_second_reading_adds_what_is_new_only() -> None:
    text = page("Name Jane")
    first, more = finding(0, 5, 9, Kind.PERSON), finding(0, 0, 4, Kind.PERSON)
    plan = PagePlan(page=4, width=400, height=200, regions=())
    assert len(explain_page([text, text], [[first], [first, more]], plan, Recipe())) == 2


# --- a text that was typed -------------------------------------------------------------------------------------------


def test_a_text_becomes_a_page_whose_characters_know_their_offsets() -> None:
    text = "one\n\n  two\tthree\r\nfour"
    made, places = page_of(text)
    assert [line.text for line in made.lines] == ["one", "  two three ", "four"]
    for line, (number, offset) in zip(made.lines, places, strict=True):
        assert text.split("\n")[number - 1].startswith(text[offset : offset + 3])
        assert len(line.chars) == len(text.split("\n")[number - 1])
    gap = made.lines[1].chars[5].quad
    assert gap.width == 4 * made.lines[1].chars[0].quad.width, "a tab stands for the gap between two cells"


def test_findings_of_a_text_are_offsets_into_it() -> None:
    text = "Dear @Jane,\n\n\tyour account #4711\nis closed @Bob"
    found = try_text(text, override(Recipe(), {"policy.cover": ("PERSON",)}), FakeFinder())
    assert [(text[slice(*one.spans[0])], one.line, one.covered) for one in found] == [
        ("@Jane", 1, True),
        ("#4711", 3, False),
        ("@Bob", 4, True),
    ]
    assert found[1].why == "the policy leaves the kind"
    assert "Jane" not in repr(found)


@pytest.mark.parametrize("text", ["x" * (MOST_CHARACTERS + 1), "x\n" * (MOST_LINES + 1)])
def test_a_text_of_many_pages_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        try_text(text, Recipe(), FakeFinder())


def test_an_empty_text_holds_nothing() -> None:
    assert try_text(" \n\t\n", Recipe(), FakeFinder()) == ()
