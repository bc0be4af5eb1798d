"""Terms of a recipe that are always or never covered."""

from __future__ import annotations

import pytest

from docpriv.errors import RecipeError
from docpriv.model import CharId, Finding, Kind
from docpriv.pii.lists import allowed_chars, compile_terms, find_denied, without_allowed
from docpriv.pii.readings import readings_of
from tests.unit.pii.conftest import page_of


def denied(text, *terms):
    return [text[h.start : h.end] for h in find_denied(text, compile_terms(terms))]


def test_a_denied_term_ignores_case_white_space_and_line_ends():
    assert denied("project BLUE\n  heron starts", "Blue Heron") == ["BLUE\n  heron"]


def test_a_denied_term_is_whole_words():
    assert denied("art, Arthur and ART", "art") == ["art", "ART"]
    assert denied("(C++)", "C++") == ["C++"]


def test_a_regular_expression():
    assert denied("case KX-12 and kx-345", r"re:KX-\d+") == ["KX-12", "kx-345"]
    assert denied("alpha\nbeta", "re:alpha beta") == ["alpha\nbeta"]


@pytest.mark.parametrize("term", ["re:(", "re:x*", "re:", "   "])
def test_a_bad_term_is_an_error_that_does_not_repeat_it(term):
    with pytest.raises(RecipeError) as caught:
        compile_terms(["fine", term])
    assert "2" in str(caught.value)
    assert term.strip("re: ") == "" or term[3:] not in str(caught.value)


def finding(kind, *chars):
    return Finding(page=0, kind=kind, score=1, detector="d", reason="r", chars=tuple(CharId(0, c) for c in chars))


def test_a_finding_inside_an_allowed_term_goes_and_one_that_reaches_out_stays():
    reading = readings_of(page_of(["Acme Jane Shop and Jane Doe"]))
    allowed = {0: allowed_chars([reading.blocks], compile_terms(["acme  jane shop"]))}
    inside, beyond, denied_term = (
        finding(Kind.PERSON, 5, 6, 7, 8),
        finding(Kind.PERSON, 13, 14, 15),
        finding(Kind.DENIED_TERM, 5, 6),
    )
    assert without_allowed([inside, beyond, denied_term], allowed) == [beyond, denied_term]


def test_an_allowed_term_allows_nothing_elsewhere():
    reading = readings_of(page_of(["Acme Jane Shop and Jane Doe"]))
    allowed = {0: allowed_chars([reading.blocks], compile_terms(["acme jane shop"]))}
    elsewhere = finding(Kind.PERSON, 19, 20, 21, 22)
    assert without_allowed([elsewhere], allowed) == [elsewhere]
