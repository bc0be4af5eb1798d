"""Characters of words with boxes: any part of a word covers its word, whatever the box; drawn ink, no engine."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docpriv.geometry import Box, cover
from docpriv.ocr.placing import Word, line_of_words

HEIGHT = 40


def inked(spans: list[tuple[int, int]], width: int) -> np.ndarray:
    grey = np.full((HEIGHT, width), 255, np.uint8)
    for a, b in spans:
        grey[8:32, a:b] = 0
    return grey


def covered(line, index: int, width: int) -> np.ndarray:
    mask = np.zeros(width, bool)
    box = cover(line.chars[index].quad, width, HEIGHT)
    mask[box.x0 : box.x1] = True
    return mask


def line_of(words: list[Word], grey: np.ndarray):
    return line_of_words(words, Box(0, 0, grey.shape[1], HEIGHT).quad(), grey)


def test_a_line_says_what_was_read_and_how_well():
    grey = inked([(10, 90), (120, 200)], 220)
    line = line_of([Word(text="John", left=10, right=90, score=0.9), Word(text="Vale", left=120, right=200, score=0.5)], grey)
    assert line.text == "John Vale"
    assert line.score == pytest.approx(0.7)
    assert len({c.quad for c in line.chars[:4]}) == 1
    assert line.chars[0].quad != line.chars[5].quad


def test_areas_end_in_the_white_between_words():
    grey = inked([(10, 90), (120, 200)], 220)
    line = line_of([Word(text="ab", left=10, right=90, score=1), Word(text="cd", left=120, right=200, score=1)], grey)
    first, second = covered(line, 0, 220), covered(line, 3, 220)
    assert first[10:90].all()
    assert second[120:200].all()
    assert not first[120:].any()
    assert not second[:90].any()


@settings(max_examples=200)
@given(st.data())
def test_boxes_that_are_off_still_cover_their_ink(data):
    """Every letter of a word stays inside each of its characters' areas, where a box is wrong by up to a fifth of the height."""
    at, spans = 8, []
    for _ in range(data.draw(st.integers(1, 5))):
        start = at
        for _ in range(data.draw(st.integers(1, 6))):
            at += data.draw(st.integers(6, 14)) + 2  # a letter and the gap behind it
        spans.append((start, at - 2))
        at += data.draw(st.integers(9, 40))
    grey = inked(spans, at + 10)
    off = st.integers(-HEIGHT // 5, HEIGHT // 5)
    words = [Word(text="x" * 3, left=a + data.draw(off), right=b + data.draw(off), score=1) for a, b in spans]
    line = line_of([w for w in words if w.right > w.left], grey)
    if len(words) == len(line.text.split()):
        for i, (a, b) in enumerate(spans):
            assert covered(line, 4 * i + 1, grey.shape[1])[a:b].all()


def test_words_out_of_order_own_the_whole_line():
    grey = inked([(10, 90), (120, 200)], 220)
    line = line_of([Word(text="ab", left=120, right=200, score=1), Word(text="cd", left=10, right=90, score=1)], grey)
    for i in (0, 1, 3, 4):
        assert covered(line, i, 220).all()


def test_ink_that_no_word_names_belongs_to_a_neighbour():
    """A word that was not read between two that were is covered with one of them."""
    grey = inked([(10, 60), (100, 140), (180, 240)], 260)
    line = line_of([Word(text="ab", left=10, right=60, score=1), Word(text="cd", left=180, right=240, score=1)], grey)
    everything = np.any([covered(line, i, 260) for i in range(len(line.chars))], axis=0)
    assert everything[10:240].all()


def test_nothing_read_is_an_empty_line():
    line = line_of([], inked([], 50))
    assert (line.text, line.score) == ("", 0.0)
    assert line_of([Word(text="", left=0, right=9, score=1)], inked([], 50)).chars == ()
