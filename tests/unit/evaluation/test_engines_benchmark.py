"""The comparison of reading engines counts words at their place, and its pages have their words."""

from __future__ import annotations

from docpriv.geometry import Box
from docpriv.model import Char, PageRef, PageText, TextLine
from tests.benchmarks.engines import figures, pages, recall


def line(text: str, box: Box) -> TextLine:
    return TextLine(chars=tuple(Char(text=c, quad=box.quad(), score=1.0) for c in text), quad=box.quad(), score=1.0)


def test_a_word_counts_where_it_was_read_at_its_place() -> None:
    text = PageText(
        ref=PageRef(document="d", index=0),
        width=300,
        height=100,
        lines=(line("one two", Box(0, 0, 100, 20)), line("three", Box(0, 40, 100, 60))),
    )
    there, below = Box(10, 5, 40, 15), Box(10, 45, 40, 55)
    assert recall(text, [("one", there), ("two", there), ("three", below)]) == 1.0
    assert recall(text, [("one", below), ("three", there), ("three", below), ("four", there)]) == 0.25


def test_every_page_of_the_comparison_has_words_on_it() -> None:
    for _, pixels, words in pages():
        assert len(words) > 20
        for text, box in words:
            assert text
            assert 0 <= box.x0 < box.x1 <= pixels.shape[1]
            assert 0 <= box.y0 < box.y1 <= pixels.shape[0]


def test_an_engine_is_measured(monkeypatch) -> None:
    monkeypatch.setattr("tests.benchmarks.engines.FILES", ())
    monkeypatch.setattr("tests.benchmarks.engines.DRAWN", (21,))
    found = figures("rapid", 10, 0)
    assert found.recall["drawn 21"] > 0.8
    assert found.spans >= 10
    assert found.first_mb > 50
    assert found.seconds > 0
