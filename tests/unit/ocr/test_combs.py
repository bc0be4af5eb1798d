"""Values written one letter a box, tick or underline become one line of one value; nothing else on a page changes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from docpriv.geometry import Box, Quad
from docpriv.model import Char, EngineId, Kind, NotUnderstood, PageRef, PageText, Pixels, TextLine
from docpriv.ocr.combs import with_combs
from docpriv.ocr.combs.cells import Comb
from docpriv.ocr.combs.corners import box_rows, squared
from docpriv.ocr.combs.reading import find_combs
from docpriv_lab.pages.fonts import load

PITCH, HIGH, LEFT, TOP = 40, 46, 300, 120
Place = tuple[float, float]


class Told:
    """Reads what it was told, one text after the other, a letter in each equal part of its quad."""

    recycle_after = None

    def __init__(self, *texts: str, score: float = 0.97) -> None:
        self.texts, self.score, self.seen = list(texts), score, 0

    def identity(self) -> EngineId:
        return EngineId(name="told", version="1")

    def read(self, pixels: Pixels, ref: PageRef) -> PageText:
        raise AssertionError("a page is not read again")

    def read_lines(self, pixels: Pixels, quads: Sequence[Quad]) -> tuple[TextLine, ...]:
        self.seen += len(quads)
        return tuple(line(self.texts.pop(0), quad, self.score) for quad in quads)


def line(text: str, quad: Quad, score: float = 0.9) -> TextLine:
    chars = tuple(Char(text=c, quad=quad.part(i / len(text), (i + 1) / len(text)), score=score) for i, c in enumerate(text))
    return TextLine(chars=chars, quad=quad, score=score)


def text_of(pixels: Pixels, *lines: TextLine) -> PageText:
    return PageText(ref=PageRef(document="doc-x", index=0), width=pixels.shape[1], height=pixels.shape[0], lines=lines)


def box(draw: ImageDraw.ImageDraw, x: float, y: float, colour: tuple[int, int, int]) -> None:
    draw.rectangle((x, y, x + PITCH, y + HIGH), outline=colour, width=2)


def apart(draw: ImageDraw.ImageDraw, x: float, y: float, colour: tuple[int, int, int]) -> None:
    draw.rectangle((x, y, x + PITCH - 9, y + HIGH), outline=colour, width=2)


def tick(draw: ImageDraw.ImageDraw, x: float, y: float, colour: tuple[int, int, int]) -> None:
    draw.line((x, y + HIGH, x + PITCH, y + HIGH), fill=colour, width=2)
    for side in (x, x + PITCH):
        draw.line((side, y + HIGH - 14, side, y + HIGH), fill=colour, width=2)


def underline(draw: ImageDraw.ImageDraw, x: float, y: float, colour: tuple[int, int, int]) -> None:
    draw.line((x + 5, y + HIGH, x + PITCH - 6, y + HIGH), fill=colour, width=2)


def dotted(draw: ImageDraw.ImageDraw, x: float, y: float, colour: tuple[int, int, int]) -> None:
    for at in range(0, PITCH, 5):
        for row in (y, y + HIGH):
            draw.rectangle((x + at, row, x + at + 1, row + 1), fill=colour)
    for at in range(0, HIGH, 5):
        for side in (x, x + PITCH):
            draw.rectangle((side, y + at, side + 1, y + at + 1), fill=colour)


Cell = Callable[[ImageDraw.ImageDraw, float, float, tuple[int, int, int]], None]


def comb(
    cell: Cell, value: str, *, colour: tuple[int, int, int] = (0, 0, 0), skew: float = 0.0, groups: int = 0, empty: int = 0
) -> tuple[Pixels, list[Box]]:
    """A page with a label and one comb, and the boxes of its letters."""
    image = Image.new("RGB", (1300, 400), (255, 255, 255))
    draw = ImageDraw.Draw(image)
    draw.text((60, TOP + 8), "Surname", font=load("sans-a", 26), fill=(0, 0, 0))
    draw.text((60, 300), "The visit took place as planned and nothing is needed.", font=load("serif-a", 26), fill=(0, 0, 0))
    letters = []
    for i, char in enumerate(value + " " * empty):
        x = LEFT + i * PITCH + (i // groups * PITCH // 2 if groups else 0)
        cell(draw, x, TOP, colour)
        if char.strip():
            left, _, right, _ = draw.textbbox((0, 0), char, font=load("sans-b", 30))
            at = (x + (PITCH - 4 - (right - left)) / 2 - left, TOP + HIGH - 6)
            letters.append(Box(*(round(v) for v in draw.textbbox(at, char, font=load("sans-b", 30), anchor="ls"))))
            draw.text(at, char, font=load("sans-b", 30), fill=(0, 0, 0), anchor="ls")
    pixels = np.asarray(image)
    turn = cv2.getRotationMatrix2D((650, 200), skew, 1)
    if skew:
        pixels = cv2.warpAffine(pixels, turn, (1300, 400), flags=cv2.INTER_CUBIC, borderValue=(255, 255, 255))
    return np.ascontiguousarray(pixels, dtype=np.uint8), letters


def letters_of(combs: Sequence[Comb]) -> list[int]:
    return [c.letters for c in combs]


@pytest.mark.parametrize("cell", [box, apart, tick, underline, dotted])
@pytest.mark.parametrize(("colour", "skew"), [((0, 0, 0), 0.0), ((150, 190, 235), 0.0), ((0, 0, 0), -1.6)])
def test_each_letter_has_a_cell(cell: Cell, colour: tuple[int, int, int], skew: float) -> None:
    pixels, _ = comb(cell, "WHITFIELD", colour=colour, skew=skew)
    assert letters_of(find_combs(pixels)) == [9]


@pytest.mark.parametrize("cell", [box, apart, tick])
def test_groups_are_one_value(cell: Cell) -> None:
    pixels, letters = comb(cell, "14031961", groups=4)
    got = with_combs(pixels, text_of(pixels), Told("14031961")).text.lines
    assert [g.text.replace(" ", "") for g in got] == ["14031961"]
    for char, own in zip([c for c in got[0].chars if c.text.strip()], letters, strict=True):
        x0, y0, x1, y1 = char.quad.bounds()
        assert Box(math.floor(x0), math.floor(y0), math.ceil(x1), math.ceil(y1)).contains(own)


def test_the_value_takes_the_place_of_its_fragments_and_the_label_stays() -> None:
    pixels, _ = comb(box, "WHITFIELD")
    label = line("Surname", Box(58, 124, 190, 156).quad())
    run_on = line("Surname W", Quad((58.0, 124.0), (338.0, 124.0), (338.0, 156.0), (58.0, 156.0)))
    pieces = [line("HIT", Box(340, 124, 460, 160).quad()), line("|", Box(480, 124, 500, 160).quad())]
    for first in (label, run_on):
        got = with_combs(pixels, text_of(pixels, first, *pieces), Told("WHITFIELD"))
        texts = [g.text.strip() for g in got.text.lines]
        assert len(texts) == 2
        assert texts[0].startswith("Surname")
        assert texts[1] == "WHITFIELD"
        assert got.marks == ()


def test_what_is_not_read_with_confidence_is_marked_whole() -> None:
    pixels, letters = comb(box, "WHITFIELD")
    for engine in (Told("WHITFIELD", score=0.4), Told("WHI")):
        (mark,) = with_combs(pixels, text_of(pixels), engine).marks
        assert (mark.kind, mark.rule) == (Kind.UNREAD_INK, NotUnderstood.COMB)
        x0, y0, x1, y1 = mark.quad.bounds()
        assert all(x0 <= b.x0 and y0 <= b.y0 and x1 >= b.x1 and y1 >= b.y1 for b in letters)


def test_print_that_the_page_reads_better_is_left() -> None:
    pixels, _ = comb(tick, "WHITFIELD")
    text = text_of(pixels, line("WHITEFIELDS", Box(300, 120, 660, 166).quad(), 0.99))
    assert with_combs(pixels, text, Told("VVHIIFIEL", score=0.8)).text is text
    assert with_combs(pixels, text, Told("WHITFIELD", score=0.99)).text is not text


def test_two_lines_of_print_are_not_read_as_one_comb() -> None:
    pixels, _ = comb(tick, "WHITFIELD")
    upper = line("SandraCast", Box(LEFT, TOP, LEFT + 9 * PITCH, TOP + 22).quad(), 0.99)
    lower = line("Jankowski", Box(LEFT, TOP + 24, LEFT + 9 * PITCH, TOP + HIGH).quad(), 0.99)
    text = text_of(pixels, upper, lower)
    assert with_combs(pixels, text, Told("WHITFIELD")).text.lines == (upper, lower)


def test_words_read_in_cells_of_one_letter_each_are_no_comb() -> None:
    pixels, _ = comb(tick, "WHIT")
    first = line("Castellano", Box(LEFT, TOP + 10, LEFT + 4 * PITCH, TOP + HIGH).quad(), 0.94)
    assert with_combs(pixels, text_of(pixels, first), Told("SandraCastella")).text.lines == (first,)


def test_an_empty_comb_and_a_row_of_ticked_boxes_give_nothing() -> None:
    for value, told in (("", ()), ("XXXX", ("XXXX",))):
        pixels, _ = comb(box, value, empty=8)
        text = text_of(pixels, line("Surname", Box(58, 124, 190, 156).quad()))
        got = with_combs(pixels, text, Told(*told))
        assert got.text is text
        assert got.marks == ()


def grid(draw: ImageDraw.ImageDraw) -> None:
    for row in range(6):
        for column in range(7):
            box(draw, LEFT + column * PITCH, 20 + row * HIGH, (0, 0, 0))
            draw.text((LEFT + column * PITCH + 8, 26 + row * HIGH), str(1 + column), font=load("sans-a", 26), fill=(0, 0, 0))


def table(draw: ImageDraw.ImageDraw) -> None:
    for column in range(8):
        draw.rectangle((60 + column * 90, TOP, 150 + column * 90, TOP + HIGH), outline=(0, 0, 0), width=2)
        draw.text((70 + column * 90, TOP + 8), "12.50", font=load("sans-a", 26), fill=(0, 0, 0))


def ruler(draw: ImageDraw.ImageDraw) -> None:
    for i in range(20):
        tick(draw, 60 + i * PITCH, TOP, (0, 0, 0))
        draw.text((54 + i * PITCH, TOP + HIGH + 12), str(i), font=load("sans-a", 20), fill=(0, 0, 0))


def bars(draw: ImageDraw.ImageDraw) -> None:
    for i in range(60):
        draw.rectangle((300 + i * 7, TOP, 300 + i * 7 + 1 + i * i % 4, TOP + 90), fill=(0, 0, 0))


def underlined(draw: ImageDraw.ImageDraw) -> None:
    for row, face in enumerate(("mono-a", "sans-a-bold")):
        draw.text((60, 40 + row * 90), "STATES AND CITIES SELECTED TO RECEIVE", font=load(face, 28), fill=(0, 0, 0))
        draw.line((60, 76 + row * 90, 900, 76 + row * 90), fill=(0, 0, 0), width=2)


def staff(draw: ImageDraw.ImageDraw) -> None:
    for row in range(5):
        draw.line((60, 100 + row * 14, 1200, 100 + row * 14), fill=(0, 0, 0), width=2)
    for i in range(12):
        draw.ellipse((100 + i * 90, 110 + i % 3 * 14, 118 + i * 90, 124 + i % 3 * 14), fill=(0, 0, 0))
        draw.line((118 + i * 90, 60 + i % 3 * 14, 118 + i * 90, 117 + i % 3 * 14), fill=(0, 0, 0), width=2)


@pytest.mark.parametrize("drawn", [grid, table, ruler, bars, underlined, staff])
def test_what_is_no_comb_is_left_as_it_was_read(drawn: Callable[[ImageDraw.ImageDraw], None]) -> None:
    image = Image.new("RGB", (1300, 400), (255, 255, 255))
    drawn(ImageDraw.Draw(image))
    pixels = np.ascontiguousarray(np.asarray(image), dtype=np.uint8)
    text = text_of(pixels, line("as read", Box(60, 20, 200, 50).quad()))
    got = with_combs(pixels, text, Told())
    assert got.text is text
    assert got.marks == ()


@pytest.mark.parametrize("pieces", [["W H I T F I E L D"], ["W HI", "T F I", "E L D"]])
def test_letters_with_wide_equal_gaps_are_one_word(pieces: list[str]) -> None:
    image = Image.new("RGB", (900, 200), (255, 255, 255))
    draw = ImageDraw.Draw(image)
    at = [60.0]
    for char in "WHITFIELD":
        draw.text((at[-1], 60), char, font=load("sans-a", 40), fill=(0, 0, 0))
        at.append(at[-1] + draw.textlength(char, load("sans-a", 40)) + 28)
    pixels = np.ascontiguousarray(np.asarray(image), dtype=np.uint8)
    lines, start = [], 0
    for piece in pieces:
        end = start + len(piece.replace(" ", ""))
        lines.append(line(piece, Box(round(at[start]) - 4, 62, round(at[end]) - 24, 104).quad()))
        start = end
    assert [g.text for g in with_combs(pixels, text_of(pixels, *lines), Told("WHITFIELD")).text.lines] == ["WHITFIELD"]


def rounded(value: str, *, hold: bool = True) -> Pixels:
    """A page with one letter of `value` in each of a row of boxes with round corners that stand apart; a blank parts groups."""
    image = Image.new("RGB", (1100, 300), "white")
    pen = ImageDraw.Draw(image)
    x = 300
    for letter in value:
        if letter != " ":
            pen.rounded_rectangle((x, 100, x + 28, 138), 6, outline=(150, 170, 200), width=2)
            if hold:
                pen.text((x + 6, 104), letter, font=load("mono-a-bold", 26), fill=(20, 20, 60))
        x += 30 if letter != " " else 12
    return np.asarray(image)


def test_boxes_with_round_corners_are_squared_and_become_combs() -> None:
    page = rounded("OSTERHAGEN")
    assert not find_combs(page)
    (comb,) = find_combs(squared(page, box_rows(page)))
    assert sum(cell.letter is not None for cell in comb.cells) == 10


def test_boxes_that_are_no_comb_are_marked_whole() -> None:
    page = rounded("17 04 19 68")
    (mark,) = with_combs(page, PageText(ref=PageRef(document="d", index=0), width=1100, height=300, lines=()), Told("")).marks
    assert mark.rule is NotUnderstood.COMB
    x0, _, x1, _ = mark.quad.bounds()
    assert (x0, x1) == (300, 575)


def test_empty_boxes_and_round_letters_are_left_as_they_are() -> None:
    image = Image.new("RGB", (900, 300), "white")
    ImageDraw.Draw(image).text((80, 100), "OOOOOO DDDD 000000", font=load("mono-a-bold", 40), fill=0)
    assert not box_rows(rounded("OSTERHAGEN", hold=False))
    assert not box_rows(np.asarray(image))
