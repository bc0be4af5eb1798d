"""What layout makes of placed text: cells, rows, columns, rules and where the value of a label stands."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docpriv.geometry import Box, Quad
from docpriv.layout import analyse
from docpriv.model import Char, PageRef, PageText, TextLine
from docpriv.ocr.turns import turned_blocks

FORM = [
    ("Name:", 50, 100),
    ("John Smith", 200, 100),
    ("Date of birth", 600, 100),
    ("1/2/1990", 800, 100),
    ("12 Oak Street", 50, 300),
    ("Springfield", 50, 326),
    ("Account", 600, 300),
    ("00421", 600, 330),
]


def _pairs(page, words):
    layout = analyse(page)
    return {(words(page, p.label), p.where): tuple(words(page, s) for s in p.values) for p in layout.pairs}


def _groups(page, groups, words):
    return {tuple(words(page, s) for s in g) for g in groups}


def test_a_wide_gap_inside_a_line_parts_cells_and_word_gaps_do_not(place, words):
    page = place([("Total amount due" + " " * 6 + "12.00", 50, 100)])
    assert [words(page, s) for s in analyse(page).segments] == ["Total amount due", "12.00"]


def test_a_gap_that_the_reader_gave_one_blank_is_still_seen(place, words):
    page = place([("AB CD", 50, 100)])
    far = [c.quad if i < 3 else c.quad.shift(200, 0) for i, c in enumerate(page.lines[0].chars)]
    chars = tuple(Char(text=c.text, quad=q, score=c.score) for c, q in zip(page.lines[0].chars, far, strict=True))
    line = TextLine(chars=chars, quad=Quad(chars[0].quad.a, chars[-1].quad.b, chars[-1].quad.c, chars[0].quad.d), score=1)
    page = PageText(ref=page.ref, width=1000, height=1400, lines=(line,))
    assert [words(page, s) for s in analyse(page).segments] == ["AB", "CD"]


def test_every_character_but_outer_blanks_is_in_one_segment(place):
    page = place([("  Name:      John  ", 50, 100), ("", 50, 200), ("x", 50, 300)])
    owned = [(s.line, i) for s in analyse(page).segments for i in range(s.start, s.end)]
    assert len(owned) == len(set(owned))
    assert {(i, j) for i, line in enumerate(page.lines) for j, c in enumerate(line.chars) if c.text != " "} <= set(owned)


def test_a_line_without_characters_keeps_its_place(place):
    segments = analyse(place([("", 50, 200)])).segments
    assert [(s.start, s.end) for s in segments] == [(0, 0)]


@pytest.mark.parametrize("turn", [0, 1, 2, 3])
def test_pairs_are_the_same_on_a_turned_page(place, words, turn):
    found = _pairs(place(FORM, turn=turn), words)
    assert found["Name:", "right"][0] == "John Smith"
    assert found["Date of birth", "right"][0] == "1/2/1990"
    assert found["Account", "below"][0] == "00421"


def _in_mirror(page):
    """The page as seen from behind, its lines as they are read: in a mirror, their quads clockwise."""

    def seen(quad):
        return Quad(*((page.width - x, y) for x, y in quad.points)).flipped()

    lines = [
        replace(n, quad=seen(n.quad), chars=tuple(replace(c, quad=seen(c.quad)) for c in n.chars), mirrored=True)
        for n in page.lines
    ]
    return replace(page, lines=tuple(lines), turn=0)


@pytest.mark.parametrize("turn", [0, 1, 2, 3])
@pytest.mark.parametrize("slope", [0.0, 0.02])
def test_pairs_are_the_same_on_a_page_seen_from_behind(place, words, turn, slope):
    page = place(FORM, turn=turn, slope=slope)
    (block,) = turned_blocks(_in_mirror(page))
    assert _pairs(block, words) == _pairs(page, words)
    assert [[words(block, s) for s in b] for b in analyse(block).blocks] == [
        [words(page, s) for s in b] for b in analyse(page).blocks
    ]


@pytest.mark.parametrize("slope", [-0.03, 0.02, 0.05])
def test_rows_hold_on_a_skewed_page(place, words, slope):
    page = place(FORM, slope=slope)
    assert ("Name:", "John Smith", "Date of birth", "1/2/1990") in _groups(page, analyse(page).rows, words)


def test_the_order_of_the_lines_decides_nothing(place, words):
    assert _pairs(place(FORM), words) == _pairs(place(FORM[::-1]), words)


def test_a_block_is_one_column_of_close_lines(place, words):
    page = place(
        [
            ("12 Oak Street", 50, 100),
            ("Springfield", 50, 126),
            ("Due now", 600, 100),
            ("Later", 600, 126),
            ("Far", 50, 300),
        ]
    )
    blocks = _groups(page, analyse(page).blocks, words)
    assert blocks == {("12 Oak Street", "Springfield"), ("Due now", "Later"), ("Far",)}


def test_same_pair_is_cut_after_the_colon_and_times_are_not_cut(place, words):
    found = _pairs(place([("Name:John Smith", 50, 100), ("at 10:30", 50, 300)]), words)
    assert found["Name:", "same"] == ("John Smith",)
    assert not any(where == "same" and label.startswith("at") for label, where in found)


def test_a_table_header_owns_the_cells_below_it_up_to_a_blank(place, words):
    page = place(
        [
            ("Name", 50, 100),
            ("Phone", 400, 100),
            ("Ann Lee", 50, 126),
            ("Bo Ray", 50, 152),
            ("555-0100", 400, 126),
            ("End", 50, 400),
        ]
    )
    found = _pairs(page, words)
    assert found["Name", "below"] == ("Ann Lee", "Bo Ray")
    assert found["Phone", "below"] == ("555-0100",)


def test_an_empty_place_is_an_area_right_of_the_label(place):
    page = place([("Name:", 50, 100), ("Date:", 600, 100)])
    (pair,) = [p for p in analyse(page).pairs if p.label.line == 1 and p.where == "right"]
    assert pair.values == ()
    assert pair.area is not None
    assert pair.area.x0 >= 640
    assert pair.area.y0 <= 105 < 115 <= pair.area.y1


def _drawn(*boxes: Box) -> np.ndarray:
    pixels = np.full((1400, 1000, 3), 245, np.uint8)
    for box in boxes:
        pixels[box.slices] = 20
    return pixels


def test_drawn_lines_are_found_and_letters_are_not():
    pixels = _drawn(Box(100, 200, 700, 202), Box(400, 300, 402, 600), Box(50, 50, 60, 70))
    page = PageText(ref=PageRef(document="d", index=0), width=1000, height=1400, lines=())
    rules = analyse(page, pixels).rules
    assert len(rules) == 2
    assert any(r.width > 500 and r.y0 <= 200 < 202 <= r.y1 for r in rules)
    assert any(r.height > 250 and r.x0 <= 400 < 402 <= r.x1 for r in rules)


def test_a_drawn_floor_ends_the_value_below_a_header(place, words):
    page = place([("Name", 50, 100), ("Ann Lee", 50, 126), ("Total", 50, 156)])
    layout = analyse(page, _drawn(Box(30, 150, 300, 152)))
    (below,) = [p for p in layout.pairs if p.where == "below" and words(page, p.label) == "Name"]
    assert [words(page, s) for s in below.values] == ["Ann Lee"]


def test_a_drawn_wall_parts_a_line_where_it_stands(place, words):
    page = place([("SSN  123", 50, 100)])
    assert len(analyse(page).segments) == 1
    layout = analyse(page, _drawn(Box(90, 60, 92, 300)))
    assert [words(page, s) for s in layout.segments] == ["SSN", "123"]


def test_a_page_without_text_has_a_layout():
    layout = analyse(PageText(ref=PageRef(document="d", index=0), width=10, height=10, lines=()))
    assert layout.segments == layout.rows == layout.blocks == layout.pairs == ()


@settings(max_examples=30)
@given(st.lists(st.tuples(st.text("ab :", max_size=12), st.integers(0, 800), st.integers(0, 1300)), max_size=12))
def test_each_segment_is_in_one_row_and_one_block(lines):
    texts = tuple(
        TextLine(
            chars=tuple(Char(text=c, quad=Box(x + 9 * i, y, x + 9 * i + 9, y + 18).quad(), score=1) for i, c in enumerate(t)),
            quad=Box(x, y, x + 9 * max(1, len(t)), y + 18).quad(),
            score=1,
        )
        for t, x, y in lines
    )
    layout = analyse(PageText(ref=PageRef(document="d", index=0), width=1000, height=1400, lines=texts))
    keys = sorted((s.line, s.start, s.end) for s in layout.segments)
    for groups in (layout.rows, layout.blocks):
        assert sorted((s.line, s.start, s.end) for g in groups for s in g) == keys
