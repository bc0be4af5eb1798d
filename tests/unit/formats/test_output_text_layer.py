"""The invisible text of a PDF: found by search and copy, at the place of its ink, and never seen."""

from __future__ import annotations

import struct

import numpy as np
import pypdfium2
import pytest
from output_pages import code, page, write

from docpriv.formats.form import PlacedWord
from docpriv.formats.pdf.font import BLANK, BlankFont
from docpriv.geometry import Quad

_DPI = (72, 72)


def _quad(x: float, y: float, width: float, height: float) -> Quad:
    return Quad((x, y), (x + width, y), (x + width, y + height), (x, y + height))


def _document(*words: tuple[str, Quad]) -> pypdfium2.PdfDocument:
    placed = [PlacedWord(text=text, quad=quad) for text, quad in words]
    data, _ = write("application/pdf", [code("rgb", "application/pdf", dpi=_DPI)], [placed])
    return pypdfium2.PdfDocument(data)


def _text(*words: tuple[str, Quad]) -> str:
    return str(_document(*words)[0].get_textpage().get_text_range())


@pytest.mark.parametrize(
    "word",
    [
        "Invoice",
        "Größe",
        "Łódź",
        "№42",
        "Ελλάδα",
        "Привет",
        "日本語",
        "عربي",
        "שלום",
        "한국어",
        "a\U0001f600b",
        "\U0002000b\U0002000b",
        "(x)\\<y>",
        "‘q’",
        "ﬁ",
    ],
)
def test_words_of_any_script_can_be_copied(word: str) -> None:
    assert _text((word, _quad(10, 20, 80, 12))).strip() in {word, word.replace("ﬁ", "fi")}


def test_words_keep_their_order_and_are_apart() -> None:
    text = _text(("Dear", _quad(10, 20, 30, 10)), ("Sir", _quad(41, 20, 20, 10)), ("below", _quad(10, 60, 40, 10)))
    assert text.split() == ["Dear", "Sir", "below"]


@pytest.mark.parametrize(
    ("quad", "box"),
    [
        (_quad(20, 30, 80, 12), (20, 30, 100, 42)),
        (Quad((60, 20), (60, 100), (48, 100), (48, 20)), (48, 20, 60, 100)),  # reads downward
        (Quad((48, 100), (48, 20), (60, 20), (60, 100)), (48, 20, 60, 100)),  # reads upward
        (Quad((100, 42), (20, 42), (20, 30), (100, 30)), (20, 30, 100, 42)),
    ],
)  # upside down
def test_words_stand_on_their_ink(quad: Quad, box: tuple[int, int, int, int]) -> None:
    textpage = _document(("words", quad))[0].get_textpage()
    assert textpage.get_text_range().strip() == "words"
    boxes = np.array([textpage.get_charbox(i) for i in range(5)])  # left, bottom, right, top; origin bottom left
    found = boxes[:, 0].min(), 151 - boxes[:, 3].max(), boxes[:, 2].max(), 151 - boxes[:, 1].min()
    assert found == pytest.approx(box, abs=0.5)


def test_a_word_can_be_searched() -> None:
    document = _document(("find", _quad(10, 20, 30, 10)), ("me", _quad(44, 20, 20, 10)))
    assert document[0].get_textpage().search("find me").get_next() == (0, 7)


def test_text_is_never_seen() -> None:
    words = [("visible?", _quad(5, 5, 190, 140)), ("\U0001f600", _quad(5, 5, 100, 100))]
    rendered = _document(*words)[0].render(scale=1, rev_byteorder=True).to_numpy()[:, :, :3]
    assert np.array_equal(rendered, page("rgb"))


def test_words_without_extent_or_text_are_left_out() -> None:
    assert _text(
        ("", _quad(5, 5, 9, 9)),
        ("flat", _quad(5, 5, 0, 9)),
        ("ok", _quad(5, 50, 30, 9)),
        ("far", Quad((0, 0), (float("inf"), 0), (float("inf"), 9), (0, 9))),
    ).split() == ["ok"]


def test_codes_are_bounded() -> None:
    font = BlankFont()
    codes = font.encode("".join(chr(0x10000 + i) for i in range(3000)))
    assert len(codes) == 6000
    assert codes[-2:] == struct.pack(">H", 0xFFFD)  # 2,048 characters beyond the basic plane, then replacements
    assert font.encode("\ud800\x07") == struct.pack(">HH", 0xFFFD, 0xFFFD)


def test_the_font_program_is_an_empty_glyph_and_a_line_half_an_em_wide() -> None:
    program = BLANK.read_bytes()
    assert len(program) % 4 == 0
    assert sum(struct.unpack(f">{len(program) // 4}I", program)) & 0xFFFFFFFF == 0xB1B0AFBA  # OpenType, head table
    tables = {program[at : at + 4]: struct.unpack_from(">II", program, at + 8) for at in range(12, 12 + 16 * 6, 16)}
    assert set(tables) == {b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp"}  # no table of names, no date
    parts = {tag: program[at : at + length] for tag, (at, length) in tables.items()}
    assert parts[b"hmtx"] == struct.pack(">HhHh", 500, 0, 500, 0)
    assert parts[b"loca"][:8] == bytes(8)
    assert struct.unpack_from(">hhhhh", parts[b"glyf"]) == (1, 0, 0, 500, 1000)
    assert parts[b"head"][20:36] == bytes(16)


def test_a_word_does_not_show_in_a_repr() -> None:
    assert "secret" not in repr(PlacedWord(text="secret", quad=_quad(0, 0, 1, 1)))
