"""People in lists and columns whose neighbours are people: all of each name, and neither heads nor what is no name."""

from __future__ import annotations

import re

from docpriv.model import Kind
from docpriv.pii.name_lists import in_company
from docpriv.pii.names import DETECTOR
from docpriv.pii.textspan import Hit


def found(text: str, *known: str) -> set[str]:
    """What is found beside the persons that a model knows already."""
    hits = [Hit(*m.span(), Kind.PERSON, 0.9, DETECTOR, "model") for name in known for m in re.finditer(re.escape(name), text)]
    return {text[h.start : h.end] for h in in_company(text, hits)[len(hits) :]}


def test_an_item_among_persons_is_a_person_and_wholly() -> None:
    assert found("Cc: Ann Roe; Law Kam-wing; Jo An; Kim Poe", "Ann Roe", "Kim Poe", "Jo") == {"Law Kam-wing", "Jo An"}


def test_a_cell_in_a_column_of_persons_is_one_but_its_head_is_not() -> None:
    rows = ["Guest\tSum", "Roe\t12.00", "Law\t3.10", "Poe\t7.00", "Doe\t9.99"]
    assert found("\n".join(rows), "Roe", "Poe", "Doe") == {"Law"}
    again = [*rows, "Guest\tSum", "An\t1.00", "Coe\t2.00", "Foe\t3.00"]
    assert found("\n".join(again), "Roe", "Poe", "Doe", "Coe", "Foe") == {"Law", "An"}


def test_what_is_no_name_stays() -> None:
    rows = ["Guest\tSum", "Roe\t12.00", "not known\t3.10", "Poe\t7.00", "Doe\t9.99", "Roe & Co 1\t2"]
    assert found("\n".join(rows), "Roe", "Poe", "Doe") == set()
    assert found("Blue; Green; Ann Roe; Red", "Ann Roe") == set()
    assert found("Sum\tDue\nMay\tJune\nMay\tJuly", "June") == set()
