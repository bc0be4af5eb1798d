"""A value found once is found wherever else it stands."""

from __future__ import annotations

import re

import pytest

from docpriv.model import CharId, Finding, Kind
from docpriv.pii.propagate import REASON, judged, names_alone, propagate
from tests.unit.pii.conftest import page_of, texts


def again(findings, pages, modelled):
    """What the finder makes of its findings: judged, then sought."""
    return propagate(judged(findings, pages, names_alone(findings, pages, modelled)), pages)


def search(source, kind, others, *, score=0.9, modelled=True):
    """Texts found on page 1, where page 0 holds the source as a finding."""
    pages = [page_of([source], 0), page_of(others, 1)]
    chars = tuple(CharId(0, i) for i in range(len(source)))
    known = Finding(page=0, kind=kind, score=score, detector="d", reason="r", chars=chars)
    seen = frozenset((0, c) for c in chars) if modelled else frozenset()
    found = again([known], pages, seen)
    assert all(f.reason == REASON and f.page == 1 for f in found)
    return set(texts(pages, found))


FOUND = [
    ("Maria Oliphant", "paid to Maria Oliphant today", "Maria Oliphant"),
    ("Maria Oliphant", "MARIA OLIPHANT", "MARIA OLIPHANT"),
    ("Maria Oliphant", "OLIPHANT, MARIA", "OLIPHANT, MARIA"),
    ("Maria Oliphant", "Mr. Oliphant called", "Oliphant"),
    ("Maria Oliphant", "M. Oliphant called", "M. Oliphant"),
    ("Maria Oliphant", "0liphant, Maria", "0liphant, Maria"),  # 0 for O
    ("William Miller", "Wi11iam Mi1ler", "Wi11iam Mi1ler"),  # 1 for l
    ("Karl Warner", "Karl Wamer", "Karl Wamer"),  # rn for m
    ("Maria Oliphant", "Maria Oliphamt", "Maria Oliphamt"),  # one letter misread
    ("J. P. Tremaskew", "Tremaskew", "Tremaskew"),
    ("Oliphant, Maria", "Ms. Oliphant", "Oliphant"),
    ("Maria Quillfeather", "MsQuillfeathercan", "Quillfeather"),  # run together
    ("Maria Quillfeather", "in Quillfeather_contract.pdf", "Quillfeather"),
    ("Maria Quillfeather", "in quillfeather_contract.pdf", "quillfeather"),
    ("Maria Oliphant", "Oliphant_contract.pdf", "Oliphant"),
    ("Maria Oliphant", "the Meier-Oliphant papers", "Oliphant"),
    ("Maria Oliphant", "MariaOliphant", "MariaOliphant"),
    ("Maria Oliphant", "FORMARIAOLIPHANTONLY", "MARIAOLIPHANT"),
    ("Jürgen Müller", "Jurgen Mueller", "Jurgen Mueller"),
]


@pytest.mark.parametrize(("source", "line", "value"), FOUND)
def test_a_name_is_found_again(source, line, value):
    assert value in search(source, Kind.PERSON, [line])


NOT_FOUND = [
    ("Maria Oliphant", ["Mariana went home"]),
    ("John Park", ["The Park is open", "we park here"]),
    ("John Price", ["Price per unit"]),
    ("Anna Lee", ["fleet Leeds lee"]),
    ("Tom Garden", ["A Garden is a garden"]),  # written small in the same document
    ("Jo Bell", ["J Be"]),
    ("Carl Marshall", ["marshalling yards"]),  # a word that is written small is no name
    ("Anna Roberts", ["Robertson and Robertsson"]),  # seven letters inside a longer word
    ("Lisa Anderson", ["Anders on Monday"]),
    ("Diana Ross", ["Indiana Rossini"]),
    ("Kowalski", ["by Kowalski today"]),  # one word may be a company's name too: only the check looks for it
]


@pytest.mark.parametrize(("source", "lines"), NOT_FOUND)
def test_everyday_words_are_not(source, lines):
    assert search(source, Kind.PERSON, lines) == set()


def test_a_name_that_only_a_form_announced_is_searched_whole():
    assert search("Riga Melton", Kind.PERSON, ["Melton is a town"], modelled=False) == set()
    assert search("Riga Melton", Kind.PERSON, ["by Riga Melton"], modelled=False) == {"Riga Melton"}


def test_a_doubtful_name_is_not_searched():
    assert search("Maria Oliphant", Kind.PERSON, ["Maria Oliphant"], score=0.5) == set()


@pytest.mark.parametrize("written", ["XZ 3305812794", "XZ3305812794", "xz-3305 812794", "XZ 3305Bl2794"])
def test_a_number_is_found_again_however_it_is_spaced(written):
    assert search("XZ 3305812794", Kind.MEMBER_ID, [f"ref {written} end"]) == {written}


@pytest.mark.parametrize("written", ["SSN3305812794", "33058-\n12794", "3305_812794", "scan3305812794copy"])
def test_a_number_is_found_over_a_line_end_and_beside_letters(written):
    lines = written.split("\n")
    assert search("3305812794", Kind.MEMBER_ID, lines) == {"33058-/12794" if len(lines) > 1 else re.search(r"3.*4", written)[0]}


def test_a_number_inside_a_longer_one_is_another_number():
    assert search("058127", Kind.MEMBER_ID, ["3305812794"]) == set()
    assert search("58127942", Kind.MEMBER_ID, ["l58127942", "358127942"]) == set()
    assert search("123", Kind.MEMBER_ID, ["a 123 b"]) == set()


def test_what_is_owned_already_is_not_found_again():
    page = page_of(["Maria Oliphant"])
    known = Finding(
        page=0,
        kind=Kind.PERSON,
        score=0.9,
        detector="d",
        reason="r",
        chars=tuple(CharId(0, i) for i in range(14)),
    )
    assert again([known], [page], frozenset((0, c) for c in known.chars)) == []


def test_a_word_of_more_companies_than_people_is_searched_with_its_first_name_only():
    pages = [
        page_of(["Karl Trumbull", "Trumbull Works", "Trumbull Group"], 0),
        page_of(["Trumbull", "sold by K. Trumbull"], 1),
    ]

    def known(kind, line, length):
        chars = tuple(CharId(line, i) for i in range(length))
        return Finding(page=0, kind=kind, score=0.9, detector="d", reason="r", chars=chars)

    person = known(Kind.PERSON, 0, 13)
    companies = [known(Kind.ORGANIZATION, 1, 14), known(Kind.ORGANIZATION, 2, 14)]
    seen = frozenset((0, c) for c in person.chars)
    alone = texts(pages, [f for f in again([person], pages, seen) if f.page == 1])
    assert "Trumbull" in alone
    beside = texts(pages, [f for f in again([person, *companies], pages, seen) if f.page == 1])
    assert set(beside) == {"K. Trumbull"}
