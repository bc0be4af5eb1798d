"""Print of a few pixels and print of dots are found whole; patterns, leaders and ordinary print are not taken for either."""

from __future__ import annotations

import random

import numpy as np
import pytest
from PIL import Image, ImageDraw

from docpriv.geometry import Box
from docpriv.model import Char, Pixels, TextLine
from docpriv.visual.close_print import find_close_print
from docpriv_lab.pages import fonts
from docpriv_lab.pages.adversary.inks import dots_of

WIDTH, HEIGHT = 900, 500
ROWS = ("Patient: Theodora Marchbank", "Telephone: 0113 496 0245", "Address: 14 Harrow Lane, Ludlow", "e-mail: theo@example.org")


def said(box: Box, text: str, score: float = 0.99) -> TextLine:
    chars = tuple(Char(text=c, quad=box.quad().part(i / len(text), (i + 1) / len(text)), score=score) for i, c in enumerate(text))
    return TextLine(chars=chars, quad=box.quad(), score=score, detection_score=0.8)


class Paper:
    """A grey page that is drawn on, and the lines that a first reading gives of it."""

    def __init__(self, level: int = 250) -> None:
        self.image = Image.new("L", (WIDTH, HEIGHT), level)
        self.pen = ImageDraw.Draw(self.image)
        self.lines: list[TextLine] = []

    def write(self, x: int, y: int, text: str, size: int, face: str = "sans-a") -> Box:
        font = fonts.load(face, size)
        self.pen.text((x, y), text, font=font, fill=20)
        return Box(*(round(v) for v in self.pen.textbbox((x, y), text, font=font)))

    def dots(self, x: int, y: int, text: str, size: float, fade: float) -> Box:
        rng = random.Random(text)
        mask = dots_of(rng, text, size, fade)
        self.image.paste(50, (x, y), mask)
        left, top, right, bottom = mask.getbbox() or (0, 0, 0, 0)
        return Box(x + left, y + top, x + right, y + bottom)

    @property
    def pixels(self) -> Pixels:
        return np.array(self.image.convert("RGB"))


def letter() -> Paper:
    paper = Paper()
    for y, text in (
        (30, "The visit took place as planned and no further"),
        (70, "treatment is needed; please call at 9:15, if so."),
    ):
        paper.lines.append(said(paper.write(60, y, text, 22).grow(3), text))
    return paper


@pytest.mark.parametrize("size", [6, 7])
@pytest.mark.parametrize("face", ["sans-a", "sans-b", "serif-a"])
def test_rows_of_tiny_letters_are_found_whole_and_enlarged(size: int, face: str) -> None:
    paper = letter()
    rows = [paper.write(80, 200 + 2 * size * i, row, size, face) for i, row in enumerate(ROWS)]
    found = find_close_print(paper.pixels, paper.lines)
    for row in rows:
        assert any(one.area.contains(row) and one.scale >= 2 for one in found)
    assert sum(one.area.area for one in found) < 0.1 * WIDTH * HEIGHT
    assert all(one.picture(paper.pixels).shape == (one.area.height * one.scale, one.area.width * one.scale, 3) for one in found)


def test_a_tiny_row_of_which_a_part_was_read_is_found_from_end_to_end() -> None:
    paper = letter()
    row = paper.write(80, 220, ROWS[2], 6)
    part = Box((row.x0 + row.x1) // 2, row.y0, row.x1, row.y1)
    found = find_close_print(paper.pixels, [*paper.lines, said(part, "Harrow Lane, Ludlow")])
    assert [one.area.contains(row) for one in found] == [True]


def test_tiny_rows_that_were_read_surely_are_not_looked_at_again() -> None:
    paper = letter()
    rows = [(paper.write(80, 200 + 14 * i, row, 7), row) for i, row in enumerate(ROWS)]
    assert find_close_print(paper.pixels, [*paper.lines, *(said(box.grow(2), row, 0.99) for box, row in rows)]) == ()
    assert find_close_print(paper.pixels, [*paper.lines, *(said(box.grow(2), row, 0.85) for box, row in rows)]) != ()


def test_ordinary_print_is_neither_small_nor_broken() -> None:
    paper = letter()
    assert find_close_print(paper.pixels, paper.lines) == ()


def halftone(paper: Paper) -> None:
    for y in range(200, 320, 6):
        for x in range(100 + y % 12 // 2, 400, 6):
            paper.pen.ellipse((x, y, x + 3, y + 3), fill=60)


def hatching(paper: Paper) -> None:
    for x in range(100, 400, 7):
        paper.pen.line((x, 320, x + 60, 200), fill=60)


def ticks(paper: Paper) -> None:
    for x in range(100, 500, 8):
        paper.pen.line((x, 250, x, 255), fill=30)


def leaders(paper: Paper) -> None:
    for y in (200, 230, 260):
        for x in range(100, 600, 9):
            paper.pen.ellipse((x, y, x + 3, y + 3), fill=30)


def dashes(paper: Paper) -> None:
    for x in range(100, 600, 18):
        paper.pen.rectangle((x, 250, x + 10, 252), fill=30)


def specks(paper: Paper) -> None:
    rng = random.Random(4)
    for _ in range(250):
        x, y = rng.randrange(60, 840), rng.randrange(150, 480)
        paper.pen.ellipse((x, y, x + rng.randrange(1, 5), y + rng.randrange(1, 5)), fill=60)


def guilloche(paper: Paper) -> None:
    for phase in range(12):
        points = [(x, 300 + 40 * np.sin(x / 31 + phase / 2) * np.cos(x / 97)) for x in range(100, 700, 3)]
        paper.pen.line(points, fill=120)


def texture(paper: Paper) -> None:
    grain = np.random.default_rng(3).normal(180, 40, (200, 600)).clip(0, 255).astype(np.uint8)
    paper.image.paste(Image.fromarray(grain), (100, 200))


def frames(paper: Paper) -> None:
    for x in range(100, 700, 40):
        paper.pen.rectangle((x, 250, x + 12, 262), outline=30)


def signature(paper: Paper) -> None:
    points = [(100 + 2 * t, 300 + 25 * np.sin(t / 7) * np.cos(t / 23)) for t in range(160)]
    paper.pen.line(points, fill=30, width=3)


@pytest.mark.parametrize(
    "draw", [halftone, hatching, ticks, leaders, dashes, specks, guilloche, texture, frames, signature], ids=lambda d: d.__name__
)
def test_what_is_no_print_is_not_taken_for_it(draw) -> None:
    paper = letter()
    draw(paper)
    assert find_close_print(paper.pixels, paper.lines) == ()


def test_a_block_of_worn_dots_is_found_with_its_columns() -> None:
    paper = letter()
    boxes = []
    for i, (name, number) in enumerate(
        (("THEODORA", "0113 496 0245"), ("MARCHBANK", "020 7946 0301"), ("OSWALD", "0161 496 0663"))
    ):
        boxes += [paper.dots(80, 200 + 30 * i, name, 20, 0.5), paper.dots(330, 200 + 30 * i, number, 20, 0.5)]
        paper.lines += [said(boxes[-2].grow(2), name, 0.7), said(boxes[-1].grow(2), number, 0.9)]
    [found] = find_close_print(paper.pixels, paper.lines)
    assert found.scale == 1
    assert all(found.area.contains(box) for box in boxes)
    assert 0.7 <= found.blur <= 1.6


def test_dots_that_touch_are_known_by_their_distance() -> None:
    paper = Paper()
    size = 48.0
    name = paper.dots(80, 200, "MARCHBANK", size, 0.2)
    [found] = find_close_print(paper.pixels, [said(name.grow(3), "MARCHBANK", 0.9)])
    pitch = size * 0.6 / 7
    assert found.area.contains(name)
    assert found.blur == pytest.approx(pitch / 2, rel=0.25)


def test_dots_that_were_read_surely_are_left() -> None:
    paper = Paper()
    name = paper.dots(80, 200, "MARCHBANK", 20, 0.5)
    assert find_close_print(paper.pixels, [said(name.grow(2), "MARCHBANK", 0.99)]) == ()


@pytest.mark.parametrize("side", [1, 8, 40])
def test_a_small_picture_is_no_error(side: int) -> None:
    assert find_close_print(np.zeros((side, side, 3), np.uint8), ()) == ()
