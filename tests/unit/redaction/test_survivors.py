"""What survives covering is found again: exactly, with confusions, and not where it would be a coincidence."""

from __future__ import annotations

import pytest

from docpriv.model import CharId, Kind
from docpriv.options import Policy, Recipe
from docpriv.redaction.apply import CoverMap
from docpriv.redaction.plan import Reading, plan_page
from docpriv.redaction.survivors import ValueSearch, masked, normalise, values_of, visible
from docpriv.redaction.verify import open_pieces, residue, touched_lines
from docpriv.tape import MASK
from tests.unit.redaction.pages import finding, text_page


def plan(page, findings):
    return plan_page(
        page=0,
        width=page.width,
        height=page.height,
        colour="rgb",
        grid=(1, 1),
        marks=(),
        min_score=0.4,
        readings=[Reading(text=page, findings=tuple(findings))],
        policy=Policy(),
    )


def hits(page, values):
    return [
        "".join(page.lines[c.line].chars[c.char].text for c in chars) for _, chars in ValueSearch(values).find(page, frozenset())
    ]


@pytest.mark.parametrize(
    ("standing", "found"),
    [
        ("seen by Kowalski today", ["Kowalski"]),
        ("seen by KOWALSKI today", ["KOWALSKI"]),
        ("seen by Kowa1ski today", ["Kowa1ski"]),  # l read as 1
        ("seen by Kowaiski today", ["Kowaiski"]),  # l read as i
        ("(Kowalski),", ["Kowalski"]),
        ("Kowalskis shop", []),
        ("the kowalski effect", []),  # a person's name has a capital
    ],
)
def test_a_redacted_name_is_found_elsewhere(standing, found):
    page = text_page(["Name: Kowalski", standing])
    survivors = masked(page, CoverMap(plan(page, [finding(page, "Kowalski")])), {})
    assert hits(survivors, values_of(page, [finding(page, "Kowalski")])) == found


def test_numbers_are_found_with_other_punctuation_inside_words():
    page = text_page(["Acct 4411-2203-91", "ref 4411-2203-91 / 4411-2203-92"])
    values = values_of(page, [finding(page, "4411-2203-91", Kind.ACCOUNT_NUMBER)])
    survivors = masked(page, CoverMap(plan(page, [finding(page, "4411-2203-91", Kind.ACCOUNT_NUMBER)])), {})
    assert hits(survivors, values) == ["4411-2203-91"]


def test_short_and_ordinary_values_are_not_sought():
    page = text_page(["Jo, aged 43, from May"])
    assert values_of(page, [finding(page, "Jo"), finding(page, "43", Kind.AGE), finding(page, "May")]) == set()


def test_allowed_terms_are_left():
    page = text_page(["Kowalski and Kowalski"])
    search = ValueSearch(values_of(page, [finding(page, "Kowalski")]))
    assert search.find(page, frozenset({normalise("Kowalski")})) == []


def test_covered_characters_are_blocks():
    page = text_page(["Name: Kowalski, Esq"])
    survivors = masked(page, CoverMap(plan(page, [finding(page, "Kowalski")])), {})
    assert survivors.lines[0].text == "Name: " + MASK * 9 + " Esq"


def test_lines_that_touch_a_region_are_read_again_and_hidden_ones_are_not():
    page = text_page(["Kowalski", "Name: Kowalski", "nothing here"])
    whole = plan(page, [finding(page, "Kowalski")])
    assert list(touched_lines(page, CoverMap(whole))) == []
    part = plan(page, [finding(text_page(["", "Name: Kowalski"]), "Kowalski")])
    assert list(touched_lines(page, CoverMap(part))) == [1]


def test_residue_fails_the_check_and_offers_a_region():
    page = text_page(["Name: Kowalski", "Dear Mr Okafor"])
    made = plan(page, [finding(page, "Kowalski")])
    covered = CoverMap(made)
    left = residue(masked(page, covered, {}), [finding(page, "Okafor")], covered, ValueSearch(()), frozenset(), Recipe())
    assert [(c.name, c.ok) for c in left.checks] == [("nothing-new-found", False), ("no-value-elsewhere", True)]
    assert left.checks[0].detail == "PERSON:1"
    assert len(left.regions) == 1


def test_what_is_covered_is_no_residue():
    page = text_page(["Name: Kowalski"])
    made = plan(page, [finding(page, "Kowalski")])
    again = finding(page, "Kowalski")
    left = residue(masked(page, CoverMap(made), {}), [again], CoverMap(made), ValueSearch(()), frozenset(), Recipe())
    assert all(c.ok for c in left.checks)
    assert visible(page, again, CoverMap(made)) == ()
    assert visible(page, again, CoverMap(plan(page, []))) == tuple(CharId(0, i) for i in range(6, 14))


def test_only_what_is_left_of_a_line_is_read_again():
    page = text_page(["Name: Kowalski, born in Krakow"])
    made = CoverMap(plan(page, [finding(page, "Kowalski")]))
    pieces = open_pieces(page.lines[0], made)
    assert len(pieces) == 2
    (x0, _, x1, _), (x2, _, x3, _) = (p.bounds() for p in pieces)
    left, right = page.lines[0].chars[6].quad.a[0], page.lines[0].chars[14].quad.b[0]
    assert x0 == pytest.approx(page.lines[0].quad.a[0])
    assert left - 1 <= x1 <= left + 10  # up to the box and a little into it, not over it
    assert right - 10 <= x2 <= right + 1
    assert x3 == pytest.approx(page.lines[0].quad.b[0])


def test_a_line_whose_characters_are_unknown_is_read_whole():
    page = text_page(["Name: Kowalski", ""])
    assert open_pieces(page.lines[1], CoverMap(plan(page, []))) == [page.lines[1].quad]
