"""Values of one sign to a box are found whole: dates of birth in groups, and the rest of what a rule found in part."""

from __future__ import annotations

import pytest

from docpriv.model import CharId, Finding, Kind, TextLine
from docpriv.pii.combs import whole_combs
from tests.unit.pii.conftest import line, page_of, texts


def boxes(label: str, value: str) -> list[TextLine]:
    """A label and a box for each sign; a blank of the value is a wider gap."""
    placed = [(80 + 30 * i, sign) for i, sign in enumerate(value) if sign != " "]
    return [line(label, 50, 300), *(line(sign, 50 + 10 * len(label) + x, 300) for x, sign in placed)]


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("Doğum Günü", "1933 05 30"),
        ("Született ekkor", "1991 JANUAR 02"),
        ("Nascita giorno mese anno", "16 08 12"),
        ("Date of birth", "12 03 1984"),
    ],
)
def test_a_date_of_birth_in_boxes_is_covered_whole(found, label, value):
    assert ["".join(sorted(t.replace("/", ""))) for t in found(boxes(label, value), Kind.DATE_OF_BIRTH)] == [
        "".join(sorted(value.replace(" ", "")))
    ]


def test_a_sentence_about_a_birth_takes_no_number_beside_it(found):
    assert not found([line("Born in that year of great change to all", 50, 300), line("12", 700, 300)], Kind.DATE_OF_BIRTH)


def test_a_row_of_boxes_found_in_part_is_one_value():
    page = page_of([*boxes("Anything", "AB12 77"), line("7", 50, 500), line("8", 90, 500)])
    part = Finding(page=0, kind=Kind.PERSONAL_ID, score=0.8, detector="d", reason="r", chars=(CharId(line=3, char=0),))
    tick = Finding(page=0, kind=Kind.PERSONAL_ID, score=0.8, detector="d", reason="r", chars=(CharId(line=7, char=0),))
    doubted = Finding(page=0, kind=Kind.DATE, score=0.8, detector="d", reason="r", chars=(CharId(line=2, char=0),))
    more = [f for f in whole_combs([part, tick], page) if f.reason == "boxes"]
    assert [t.replace("/", "") for t in texts([page], more)] == ["AB1277"]
    assert not [f for f in whole_combs([doubted], page) if f.reason == "boxes"]
