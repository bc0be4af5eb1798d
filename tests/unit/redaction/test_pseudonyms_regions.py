"""Which text a region of the style pseudonym gets: parts of a value by line, combs, overlapping findings, two readings."""

from __future__ import annotations

from pathlib import Path

import pytest

from docpriv.errors import RecipeError
from docpriv.geometry import Box
from docpriv.model import Char, CharId, Finding, Kind, PageText, TextLine
from docpriv.options import Policy, Recipe
from docpriv.pipeline import Request, redact_document
from docpriv.pipeline.engines import Engines
from docpriv.pipeline.pseudonyms import RegionPseudonyms, in_reading_order, pieces_of
from docpriv.pseudonyms import Pseudonyms
from docpriv.redaction.plan import Reading, plan_page
from docpriv.run_options import RunOptions
from tests.unit.redaction.pages import REF, finding, text_page

KEY = bytes(range(32))
POLICY = Policy(
    styles={
        Kind.PERSON: "pseudonym",
        Kind.ADDRESS: "pseudonym",
        Kind.NATIONAL_ID: "pseudonym",
        Kind.DATE_OF_BIRTH: "pseudonym",
        Kind.AGE: "pseudonym",
        Kind.PHONE: "pseudonym",
    }
)


def captions(page: PageText, *findings: Finding, readings: int = 1, policy: Policy = POLICY) -> list[str]:
    """The captions of the regions of a page, as planned."""
    pseudonyms = RegionPseudonyms(KEY, policy)
    drawn = plan_page(
        page=0,
        width=page.width,
        height=page.height,
        colour="rgb",
        marks=(),
        policy=policy,
        readings=[Reading(text=page, findings=findings)] * readings,
        min_score=0.0,
        pseudonym_of=pseudonyms,
    )
    return [region.caption for region in drawn.regions]


def over(*parts: Finding) -> Finding:
    """One finding that owns the characters of several."""
    return Finding(
        page=0,
        kind=parts[0].kind,
        score=0.9,
        detector="test",
        reason="test",
        chars=tuple(c for part in parts for c in part.chars),
    )


def expected(kind: Kind, *lines: str) -> tuple[str, ...]:
    fresh = Pseudonyms(KEY).rewrite(kind, lines)
    assert fresh is not None
    return fresh


def test_each_line_of_an_address_has_its_part() -> None:
    page = text_page(["Home: 12 Elm Road", "Dover, DE 19901"])
    address = over(finding(page, "12 Elm Road", Kind.ADDRESS), finding(page, "Dover, DE 19901", Kind.ADDRESS))
    assert captions(page, address) == list(expected(Kind.ADDRESS, "12 Elm Road", "Dover, DE 19901"))


def test_a_second_reading_of_a_page_is_not_written_over_the_first() -> None:
    page = text_page(["Name: Howard Finch"])
    assert captions(page, finding(page, "Howard Finch"), readings=2) == [expected(Kind.PERSON, "Howard Finch")[0], " "]


def test_two_findings_over_one_text_are_written_once() -> None:
    page = text_page(["c/o Howard Finch, 12 Elm Road"])
    outer, inner = finding(page, "Howard Finch, 12 Elm Road", Kind.ADDRESS), finding(page, "Howard Finch")
    assert len(captions(page, outer, inner)) == 1
    assert captions(page, outer, inner)[0].count(expected(Kind.PERSON, "Howard Finch")[0]) == 1


def test_neighbours_in_one_region_are_written_in_their_order() -> None:
    page = text_page(["Howard Finch 312-421-1234"])
    said = captions(page, finding(page, "312-421-1234", Kind.PHONE), finding(page, "Howard Finch"))
    assert said == [f"{expected(Kind.PERSON, 'Howard Finch')[0]} {expected(Kind.PHONE, '312-421-1234')[0]}"]


def test_kinds_without_pseudonyms_are_labelled() -> None:
    page = text_page(["Age: 34"])
    assert captions(page, finding(page, "34", Kind.AGE)) == ["[AGE]"]


def test_other_styles_get_no_pseudonym() -> None:
    page = text_page(["Name: Howard Finch"])
    assert captions(page, finding(page, "Howard Finch"), policy=Policy()) == [""]


def comb(text: str) -> PageText:
    """Signs in the boxes of a comb: each a line of its own, in the order in which a detector may give them."""
    lines = []
    for i in (4, 0, 2, 1, 3, 7, 5, 6, 8)[: len(text)]:
        box = Box(20 + 40 * i, 10 + i % 2, 34 + 40 * i, 30 + i % 2).quad()
        lines.append(TextLine(chars=(Char(text=text[i], quad=box, score=0.9),), quad=box, score=0.9))
    return PageText(ref=REF, width=500, height=60, lines=tuple(lines))


def test_the_boxes_of_a_comb_hold_one_number() -> None:
    page = comb("123456789")
    number = Finding(
        page=0, kind=Kind.NATIONAL_ID, score=0.9, detector="test", reason="test", chars=tuple(CharId(i, 0) for i in range(9))
    )
    pseudonyms = RegionPseudonyms(KEY, POLICY)
    signs = {page.lines[i].quad.a[0]: pseudonyms(page, (number,), (CharId(i, 0),)) for i in range(9)}
    whole = "".join(signs[x] for x in sorted(signs))
    assert whole == expected(Kind.NATIONAL_ID, "123456789")[0]


def test_pieces_of_two_columns_are_two() -> None:
    page = text_page(["Howard Finch          Edith Marlow"])
    both = over(finding(page, "Howard Finch"), finding(page, "Edith Marlow"))
    assert [piece.text for piece in pieces_of(page, both)] == ["Howard Finch", "Edith Marlow"]
    turned = over(finding(page, "Edith Marlow"), finding(page, "Howard Finch"))
    assert [piece.text for piece in in_reading_order(pieces_of(page, turned))] == ["Howard Finch", "Edith Marlow"]


def test_a_signature_that_was_taken_for_text_is_not_written() -> None:
    page = text_page(["one line", "another line", "Hf"], scores=[0.99, 0.99, 0.3])
    tall = Box(10, 90, 60, 170).quad()
    signature = TextLine(
        chars=tuple(Char(text=c, quad=tall.part(i / 2, (i + 1) / 2), score=0.3) for i, c in enumerate("Hf")), quad=tall, score=0.3
    )
    page = PageText(ref=REF, width=600, height=200, lines=(*page.lines[:2], signature))
    whole = Finding(page=0, kind=Kind.PERSON, score=0.9, detector="test", reason="test", chars=(CharId(2, 0), CharId(2, 1)))
    assert captions(page, whole) == ["[PERSON]"]


def test_a_long_line_has_a_caption_that_a_plan_may_hold() -> None:
    page = text_page(["Howard Finch, " * 12], width=2000)
    whole = finding(page, page.lines[0].text.strip())
    (caption,) = captions(page, whole)
    assert 50 < len(caption) <= 100


def test_what_nobody_read_is_labelled_and_not_left_as_blank_paper() -> None:
    page = text_page(["Name:"])
    ink = Finding(
        page=0, kind=Kind.PERSON, score=0.9, detector="test", reason="name-right", quads=(Box(100, 10, 300, 40).quad(),)
    )
    assert captions(page, ink) == ["[PERSON]"]


def test_without_a_key_nothing_is_redacted_in_silence(tmp_path: Path) -> None:
    engines = Engines(ocr=None, finder=None)  # type: ignore[arg-type]
    request = Request(document="doc-1", source=tmp_path / "missing.png", options=RunOptions(recipe=Recipe(policy=POLICY)))
    with pytest.raises(RecipeError, match="no key"):
        redact_document(request, engines, lambda stage, page, pages: None)
