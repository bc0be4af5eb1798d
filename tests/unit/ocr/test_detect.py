"""Detection's own arithmetic: tiles leave no gap, one line seen twice is one line, neighbours stay two."""

from __future__ import annotations

import numpy as np
import pytest

from docpriv.geometry import Box, Quad
from docpriv.model import EngineId, PageRef, TextLine
from docpriv.ocr.detect import OVERLAP, DetectedLine, _join, _merge_tiles, _spans, detect
from docpriv.ocr.pages import PageEngine
from docpriv.ocr.placing import Step, ink_columns, place
from docpriv.ocr.recognize import is_upright, rectify, turned
from docpriv.options import Reading

WHO = EngineId(name="told", version="1")


@pytest.mark.parametrize("length", [100, 4000, 4001, 7216, 9000, 20_000])
def test_tiles_hold_the_page_and_share_an_overlap(length):
    spans = _spans(length, 4000)
    assert spans[0][0] == 0
    assert spans[-1][1] == length
    assert all(b - a <= 4000 for a, b in spans)
    assert all(spans[i][1] - spans[i + 1][0] >= OVERLAP - 1 for i in range(len(spans) - 1))


def test_two_parts_of_a_line_become_one_and_two_lines_stay_two():
    left, right = Box(100, 50, 500, 80).quad(), Box(420, 52, 900, 81).quad()
    joined = _join(left, right)
    assert joined is not None
    assert joined.bounds() == pytest.approx((100, 50, 900, 81), abs=3)
    assert _join(left, Box(100, 78, 500, 108).quad()) is None
    merged = _merge_tiles([DetectedLine(quad=q, score=0.9) for q in (left, right, left, Box(100, 200, 500, 230).quad())])
    assert len(merged) == 2


def test_a_blob_of_text_becomes_a_line_that_is_larger_than_it():
    def network(image):
        out = np.zeros(image.shape[:2], np.float32)
        out[100:116, 64:320] = 0.9
        return out

    page = np.full((736, 736, 3), 255, np.uint8)
    page[::8] = page[:, ::8] = 0  # ink all over
    (line,) = detect(page, network, 4000)
    assert line.score == pytest.approx(0.9, abs=0.01)
    x0, y0, x1, y1 = line.quad.bounds()
    assert (x0, y0) < (60, 96)
    assert (x1, y1) > (324, 118)


@pytest.mark.parametrize("probability", [0.31, 0.5])
def test_a_faint_line_is_kept_whatever_its_score(probability):
    """What the network hardly believes in is a line with a low score, for the policy to judge."""

    def network(image):
        out = np.zeros(image.shape[:2], np.float32)
        out[100:116, 64:320] = probability
        return out

    page = np.full((736, 736, 3), 255, np.uint8)
    page[::8] = page[:, ::8] = 0
    (line,) = detect(page, network, 4000)
    assert line.score == pytest.approx(probability, abs=0.01)


@pytest.mark.parametrize("score", [0.0, 0.3, 0.99])
def test_no_line_goes_for_how_it_was_read(score):
    """Three lines on the page are three lines of the reading, also where one says nothing."""

    def network(image):
        out = np.zeros(image.shape[:2], np.float32)
        for top in (100, 300, 500):
            out[top : top + 16, 64:320] = 0.9
        return out

    class Reader:
        def read_all(self, pixels, quads):
            return [TextLine(chars=(), quad=quad, score=score) for quad in quads]

        def scores(self, pixels, quads):
            return [score for _ in quads]

    page = np.full((736, 736, 3), 255, np.uint8)
    page[::8] = page[:, ::8] = 0
    text = PageEngine(WHO, network, Reader(), Reading()).read(page, PageRef(document="d", index=0))
    assert [line.score for line in text.lines] == [score] * 3
    assert [line.detection_score for line in text.lines] == pytest.approx([0.9] * 3, abs=0.05)


def test_a_turned_quad_is_cut_out_upright():
    page = np.zeros((60, 80, 3), np.uint8)
    page[10:40, 20:30] = 255  # a stroke that runs down the page
    page[10:15, 20:30] = (255, 0, 0)  # its start
    quad = Box(20, 10, 30, 40).quad()
    assert is_upright(quad)
    crop = rectify(page, turned(quad, 1))  # text that runs down
    assert crop.shape == (10, 30, 3)
    assert tuple(crop[5, 1]) == (255, 0, 0)
    assert tuple(crop[5, 28]) == (255, 255, 255)


def test_word_edges_lie_in_the_white_between_words():
    grey = np.full((40, 300), 255, np.uint8)
    for x in (20, 40, 60, 160, 180, 200):
        grey[10:30, x : x + 14] = 0
    steps = [Step(text=c, first=i, last=i, score=1.0) for i, c in zip([2, 4, 6, 11, 16, 18, 20], "abc def", strict=True)]
    placed = place(steps, stride=10.0, grey=grey)
    assert 74 <= placed[2][1] <= 160  # right edge of the first word
    assert 74 <= placed[4][0] <= 160  # left edge of the second
    assert placed[0][0] < 20
    assert placed[-1][1] > 214
    assert int(np.argmax(ink_columns(grey))) == 20
    assert np.array_equal(ink_columns(grey), ink_columns(255 - grey))


def test_a_quad_of_no_area_does_not_stop_reading():
    assert rectify(np.zeros((20, 20, 3), np.uint8), Quad((5, 5), (5, 5), (5, 5), (5, 5))).size > 0
