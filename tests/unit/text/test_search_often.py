"""A form's own word is not covered all over the page because it was once misread into a name."""

from __future__ import annotations

import pytest

from docpriv.layout import analyse
from docpriv.model import CharId, Finding, Kind, PageText
from docpriv.pipeline.typed_text import page_of
from docpriv.text.search import ValueSearch
from docpriv.text.values import value_text, values_of


def name_in(page: PageText) -> Finding:
    chars = tuple(CharId(0, i) for i in range(len(page.lines[0].chars)))
    return Finding(page=0, kind=Kind.PERSON, score=0.9, detector="test", reason="test", chars=chars, by_surname=True)


@pytest.mark.parametrize(("times", "sought"), [(2, 2), (8, 0)])
def test_a_word_that_stands_often_is_no_misreading_of_a_name_that_stands_once(times: int, sought: int) -> None:
    page, _ = page_of("\n".join(["Ortrud Hohenlah", *(f"{9 - i} times see Hohenlahe" for i in range(times))]))
    found = ValueSearch(values_of(page, [name_in(page)])).standing(page, analyse(page))
    assert sum("Hohenlahe" in value_text(page, place.chars) for place in found) == sought
