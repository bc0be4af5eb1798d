"""What labels wrote is not taken for something readable, and nothing else is hidden with it."""

from __future__ import annotations

import pytest

from docpriv.model import CharId, Finding, Kind
from docpriv.options import Policy
from docpriv.redaction.captions import caption_chars, without_captions
from docpriv.redaction.style_choice import caption_of
from docpriv.styles.label import short_of
from tests.unit.redaction.pages import text_page

CODES = Policy(captions={Kind.PERSON: "(b)(6)", Kind.PHONE: "Sec. 4 exempt"})


def left(text, policy=None):
    page = text_page([text])
    chars = caption_chars(page, policy or Policy())
    return "".join("-" if CharId(0, i) in chars and c.text.strip() else c.text for i, c in enumerate(page.lines[0].chars))


@pytest.mark.parametrize("kind", Kind)
def test_every_caption_of_every_kind_is_known(kind):
    caption = caption_of(kind, Policy())
    for written in (caption, short_of(caption), caption.replace(" ", ""), caption[:-1], caption[1:]):
        assert left(f"by {written} now").replace("-", "").split() == ["by", "now"]
        assert left(written).replace("-", "").strip() == ""


@pytest.mark.parametrize(
    ("read", "stays"),
    [
        ("Dr.[PERSON]is a[AGE]man", "Dr.--------is a-----man"),
        ("(PERSON]", "--------"),
        ("[DATE 0F BlRTH)", "----- -- -----" + "-"),
        ("[PERSON1", "--------"),
        ("[PERSONS", "[PERSONS"),
        ("ADDRESS: 12 High St", "ADDRESS: 12 High St"),
        ("(ADDRESS)", "(ADDRESS)"),
        ("Person in charge", "Person in charge"),
        ("[12]", "[12]"),
        ("[person]", "[person]"),
        ("[PERSON] John", "-------- John"),
    ],
)
def test_names_count_with_a_square_bracket_only(read, stays):
    assert left(read) == stays


@pytest.mark.parametrize(
    ("read", "stays"),
    [
        ("Name: (b)(6)", "Name: ------"),
        ("[b](6)", "------"),
        ("(b) (6)", "--- ---"),
        ("(c)(6)", "(c)(6)"),
        ("x(b)(6)", "x(b)(6)"),
        ("Sec. 4 exempt", "---- - ------"),
        ("Sec. 4 exempted", "Sec. 4 exempted"),
    ],
)
def test_codes_of_the_policy_count_as_they_are(read, stays):
    assert left(read, CODES) == stays
    assert left(read) == read


def found(text, start, end, kind=Kind.PERSON):
    return Finding(page=0, kind=kind, score=0.9, detector="d", reason="r", chars=tuple(CharId(0, i) for i in range(start, end)))


def test_a_finding_in_a_caption_alone_is_dropped_and_one_beside_it_stays():
    page = text_page(["[DOB] 05/18/1981 [PERSON]"])
    date, name = found("", 6, 16, Kind.DATE_OF_BIRTH), found("", 18, 24)
    assert without_captions([date, name], page, Policy()) == (date,)
    both = found("", 0, 25)
    assert without_captions([both], page, Policy()) == (both,)


@pytest.mark.parametrize(("code", "real"), [("B6", "86"), ("OS", "05"), ("John", "John"), ("SIB", "518")])
def test_a_bare_code_hides_nothing_real(code, real):
    policy = Policy(captions={Kind.PERSON: code})
    page = text_page([f"it is {real} here"])
    one = found("", 6, 6 + len(real))
    assert without_captions([one], page, policy) == (one,)
