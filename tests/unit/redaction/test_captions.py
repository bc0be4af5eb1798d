"""What labels wrote is not taken for something readable, and nothing else is hidden with it."""

from __future__ import annotations

import pytest

from docpriv.model import Kind
from docpriv.options import Policy
from docpriv.redaction.captions import without_captions
from docpriv.redaction.styles.label import caption_of, short_of
from docpriv.tape import MASK
from tests.unit.redaction.pages import text_page

CODES = Policy(captions={Kind.PERSON: "(b)(6)", Kind.PHONE: "Sec. 4 exempt"})


def left(text, policy=None):
    page = without_captions(text_page([text]), policy or Policy())
    return page.lines[0].text.replace(MASK, "-")


@pytest.mark.parametrize("kind", Kind)
def test_every_caption_of_every_kind_is_known(kind):
    caption = caption_of(kind, Policy())
    for written in (caption, short_of(caption), caption.replace(" ", ""), caption[:-1], caption[1:]):
        assert left(f"by {written} now").replace("-", "").split() == ["by", "now"]
        assert left(written).replace("-", "").strip() == ""


@pytest.mark.parametrize(("read", "stays"), [
    ("Dr.[PERSON]is a[AGE]man", "Dr.--------is a-----man"), ("(PERSON]", "--------"), ("[DATE 0F BlRTH)", "----- -- -----" + "-"),
    ("[PERSON1", "--------"), ("[PERSONS", "[PERSONS"), ("ADDRESS: 12 High St", "ADDRESS: 12 High St"),
    ("(ADDRESS)", "(ADDRESS)"), ("Person in charge", "Person in charge"), ("[12]", "[12]"), ("[person]", "[person]"),
    ("[PERSON] John", "-------- John")])
def test_names_count_with_a_square_bracket_only(read, stays):
    assert left(read) == stays


@pytest.mark.parametrize(("read", "stays"), [
    ("Name: (b)(6)", "Name: ------"), ("[b](6)", "------"), ("(b) (6)", "--- ---"), ("(c)(6)", "(c)(6)"), ("x(b)(6)", "x(b)(6)"),
    ("Sec. 4 exempt", "---- - ------"), ("Sec. 4 exempted", "Sec. 4 exempted")])
def test_codes_of_the_policy_count_as_they_are(read, stays):
    assert left(read, CODES) == stays
    assert left(read) == read


def test_places_and_lines_stay():
    page = text_page(["[PERSON] of Leeds", "plain"])
    masked = without_captions(page, Policy())
    assert [c.quad for c in masked.lines[0].chars] == [c.quad for c in page.lines[0].chars]
    assert masked.lines[1] is page.lines[1]
