"""What survives covering is found again: exactly, with confusions, and not where it would be a coincidence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from docpriv.model import Char, CharId, Kind, Layout, TextLine
from docpriv.options import Policy, Recipe
from docpriv.pii.lists import compile_terms
from docpriv.protocols import ReadPage
from docpriv.redaction.cover_map import CoverMap
from docpriv.redaction.plan import Reading, plan_page
from docpriv.redaction.verify import Rereader, masked, new_findings, open_pieces, standing_values, touched_lines, visible
from docpriv.tape import MASK
from docpriv.text.fold import packed
from docpriv.text.search import Allowed, ValueSearch
from docpriv.text.values import common_words, values_of
from tests.unit.redaction.pages import finding, text_page


def plan(page, findings):
    return plan_page(
        page=0,
        width=page.width,
        height=page.height,
        colour="rgb",
        marks=(),
        min_score=0.4,
        readings=[Reading(text=page, findings=tuple(findings))],
        policy=Policy(),
    )


def read(page):
    return ReadPage(text=page, layout=Layout())


def hits(page, values):
    found = ValueSearch(values).standing(page, Layout())
    return ["".join(page.lines[c.line].chars[c.char].text for c in place.chars) for place in found]


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


STANDING = [
    ("María García Núñez", ["Maria Garcia Nunez"]),
    ("Maria Garcia Nunez", ["María García Núñez"]),
    ("Jürgen Müller", ["Juergen Mueller"]),
    ("Jürgen Müller", ["JURGEN MULLER"]),
    ("Juergen Mueller", ["Jurgen Muller"]),
    ("Bjørn Åse", ["Bjoern Aase"]),
    ("Bjoern Aase", ["Bjorn Ase"]),
    ("Łukasz Wałęsa", ["Lukasz Walesa"]),
    ("Karl Weiß", ["KARL WEISS"]),
    ("Sean O’Brien", ["Sean O'Brien", "Sean OBrien"]),
    ("Maria Oliphant", ["paid to Maria", "Oliphant today"]),
    ("Maria Oliphant", ["paid to Maria Oli-", "phant today"]),
    ("Maria Oliphant", ["paid to Maria Oli", "phant today"]),
    ("Karl Warner", ["paid to Karl War-", "ner"]),
    ("Maria Oliphant", ["MariaOliphant_contract.pdf"]),
    ("Maria Oliphant", ["Oliphant, Maria"]),
    ("Maria Oliphant", ["Maria Oliphamt"]),
]


@pytest.mark.parametrize(("value", "lines"), STANDING)
def test_the_check_fails_where_a_name_stands_written_otherwise(value, lines):
    page = text_page([f"Name: {value}", *lines])
    made = CoverMap(plan(page, [finding(page, value)]))
    search = ValueSearch(values_of(page, [finding(page, value)]))
    assert not standing_values([read(masked(page, made, {}))], made, search, Recipe()).ok


@pytest.mark.parametrize("value", ["Maria Oliphant", "Michal Berg", "Jo Haas"])
@pytest.mark.parametrize("lines", [["Mariana Oli", "phantom"], ["Maria, a", "n elephant"], ["Michel Bergen"], ["Jo has it"]])
def test_the_check_passes_where_other_words_stand(value, lines):
    page = text_page([f"Name: {value}", *lines])
    made = CoverMap(plan(page, [finding(page, value)]))
    search = ValueSearch(values_of(page, [finding(page, value)]))
    assert standing_values([read(masked(page, made, {}))], made, search, Recipe()).ok


@pytest.mark.parametrize(
    ("kind", "value", "lines"),
    [
        (Kind.LICENCE_PLATE, "KA 4711 XY", ["seen: KA-4711XY"]),
        (Kind.PASSWORD, "rose44lamp", ["login rose44lamp"]),
        (Kind.DATE_OF_BIRTH, "03/04/1981", ["born 03-04-1981"]),
        (Kind.ACCOUNT_NUMBER, "4411-2203-91", ["acct 4411 2203 91"]),
        (Kind.ACCOUNT_NUMBER, "4411-2203-91", ["acct 4411-", "2203-91"]),
        (Kind.ACCOUNT_NUMBER, "4411-2203-91", ["ACCT4411220391"]),
        (Kind.ADDRESS, "12 Warner Lane", ["12 Wamer Lane"]),
    ],
)
def test_the_check_fails_where_another_value_stands_written_otherwise(kind, value, lines):
    page = text_page([f"x: {value}", *lines])
    found = finding(page, value, kind)
    made = CoverMap(plan(page, [found]))
    assert not standing_values([read(masked(page, made, {}))], made, ValueSearch(values_of(page, [found])), Recipe()).ok


def test_a_value_does_not_stand_across_what_is_covered():
    page = text_page(["4411-2203-91", f"4411-{MASK * 3}2203-91", f"Maria {MASK} Oliphant", "and", "Maria Oliphant"])
    values = values_of(page, [finding(page, "4411-2203-91", Kind.ACCOUNT_NUMBER), finding(page, "Maria Oliphant")])
    assert hits(page, values) == ["4411-2203-91", "Maria Oliphant"]


def test_a_surname_that_may_be_sought_alone_is_in_the_check_too():
    page = text_page(["Maria Oliphant", "Ms Oliphant", "an Olive", "Park", "they park there", "Joan Park"])
    known = [replace(finding(page, "Maria Oliphant"), by_surname=True), replace(finding(page, "Joan Park"), by_surname=True)]
    search = ValueSearch(values_of(page, known), common_words([page]))
    assert [(c.line, c.char) for p in search.standing(page, Layout()) for c in p.chars[:1]] == [(0, 0), (1, 3), (5, 0)]


def test_an_allowed_term_that_holds_a_surname_is_left():
    page = text_page(["Maria Oliphant", "Oliphant Ltd"])
    values = values_of(page, [replace(finding(page, "Maria Oliphant"), by_surname=True)])
    allowed = Allowed(patterns=compile_terms(["Oliphant Ltd"]))
    lines = [{p.chars[0].line for p in ValueSearch(values, allowed=a).standing(page, Layout())} for a in (None, allowed)]
    assert lines == [{0, 1}, {0}]


def test_short_and_ordinary_values_are_not_sought():
    page = text_page(["Jo, aged 43, from May"])
    assert values_of(page, [finding(page, "Jo"), finding(page, "43", Kind.AGE), finding(page, "May")]) == set()


def test_allowed_terms_are_left():
    page = text_page(["Kowalski and Kowalski"])
    values = values_of(page, [finding(page, "Kowalski")])
    assert len(ValueSearch(values).standing(page, Layout())) == 2
    assert ValueSearch(values, allowed=Allowed(terms=frozenset({packed("Kowalski")}))).standing(page, Layout()) == []


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


def test_a_new_finding_fails_the_check_and_offers_a_region():
    page = text_page(["Name: Kowalski", "Dear Mr Okafor"])
    made = plan(page, [finding(page, "Kowalski")])
    covered = CoverMap(made)
    left = new_findings(masked(page, covered, {}), [finding(page, "Okafor")], covered, Recipe())
    assert not left.ok
    assert left.detail == "PERSON:1"
    assert len(left.regions) == 1


def test_what_is_covered_is_no_new_finding():
    page = text_page(["Name: Kowalski"])
    made = plan(page, [finding(page, "Kowalski")])
    again = finding(page, "Kowalski")
    assert new_findings(masked(page, CoverMap(made), {}), [again], CoverMap(made), Recipe()).ok
    assert visible(page, again.chars, CoverMap(made)) == ()
    assert visible(page, again.chars, CoverMap(plan(page, []))) == tuple(CharId(0, i) for i in range(6, 14))


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


def test_what_is_left_of_a_mirrored_line_is_read_in_a_mirror():
    page = text_page(["Name: Kowalski, born in Krakow"])
    page = replace(page, lines=(replace(page.lines[0], mirrored=True),))
    made = CoverMap(plan(page, [finding(page, "Kowalski")]))

    class Behind:
        """Reads whatever runs against the clock as the same letters."""

        def read_lines(self, pixels, quads):
            assert all((q.d[1] - q.a[1]) * (q.b[0] - q.a[0]) < 0 for q in quads)
            letters = [tuple(Char(text="x", quad=q.part(i / 9, (i + 1) / 9), score=0.9) for i in range(9)) for q in quads]
            return tuple(TextLine(chars=chars, quad=q, score=0.9) for chars, q in zip(letters, quads, strict=True))

    (line,) = Rereader(Behind()).surviving_text(page, made, np.zeros((page.height, page.width, 3), np.uint8)).lines
    assert line.mirrored
    assert set(line.text) == {"x", MASK}
    assert [c.quad.a[0] for c in line.chars] == sorted(c.quad.a[0] for c in line.chars)
    assert all(c.quad.d[1] > c.quad.a[1] for c in line.chars)


def test_a_line_whose_characters_are_unknown_is_read_whole():
    page = text_page(["Name: Kowalski", ""])
    assert open_pieces(page.lines[1], CoverMap(plan(page, []))) == [page.lines[1].quad]
