"""A page that holds writing which was not read is told from a page that holds none."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from docpriv.geometry import Box
from docpriv.model import Char, TextLine
from docpriv.visual.ink import look_at_ink
from docpriv_lab.pages import fonts


def page(lines, *, ink=20, paper=255, size=30, grain=0.0):
    image = Image.new("L", (1200, 900), paper)
    pen = ImageDraw.Draw(image)
    for i, text in enumerate(lines):
        pen.text((80, 80 + i * 60), text, font=fonts.load(fonts.GEOMETRY[0], size), fill=ink)
    grey = np.asarray(image).astype(float)
    if grain:
        grey += np.random.default_rng(3).normal(0, grain, grey.shape)
    return np.repeat(np.clip(grey, 0, 255).astype(np.uint8)[:, :, None], 3, axis=2)


def line(row, score=0.99):
    box = Box(70, 75 + row * 60, 1000, 125 + row * 60)
    return TextLine(chars=(Char(text="x", quad=box.quad(), score=score),), quad=box.quad(), score=score)


def test_everything_read_leaves_nothing_open():
    assert look_at_ink(page(["Dear Ms Okafor", "your account"]), [line(0), line(1)], 0.5).share == 0


def test_an_unread_line_counts_with_its_share_of_the_ink():
    measured = look_at_ink(page(["Dear Ms Okafor and family"] * 2), [line(0)], 0.5).share
    assert 0.4 < measured < 0.6


def test_a_line_read_badly_explains_nothing():
    measured = look_at_ink(page(["Dear Ms Okafor and family"] * 2), [line(0), line(1, score=0.3)], 0.5).share
    assert 0.4 < measured < 0.6


@pytest.mark.parametrize("lines", [["John Smith 555-01"], ["a faint line of pencil on the page"] * 8])
@pytest.mark.parametrize("ink", [20, 216])
def test_a_page_of_which_nothing_was_read_is_not_blank(lines, ink):
    assert look_at_ink(page(lines, ink=ink), [], 0.5).share == 1.0


@pytest.mark.parametrize("grain", [0.0, 4.0, 9.0])
@pytest.mark.parametrize("paper", [255, 236, 0])
def test_blank_paper_is_blank(grain, paper):
    assert look_at_ink(page([], paper=paper, grain=grain), [], 0.5).share == 0.0


def test_rules_punch_holes_and_a_solid_bar_are_no_writing():
    image = Image.fromarray(page([]))
    pen = ImageDraw.Draw(image)
    for y in (200, 400, 600):
        pen.line((50, y, 1150, y), fill=(0, 0, 0), width=3)
    for y in (150, 750):
        pen.ellipse((30, y, 70, y + 40), fill=(40, 40, 40))
    pen.rectangle((300, 650, 900, 700), fill=(0, 0, 0))
    assert look_at_ink(np.asarray(image), [], 0.5).share == 0.0


def test_empty_rectangles_of_a_drawing_are_no_writing_and_what_stands_in_them_is():
    texts = ["Dear Ms Okafor and family"] * 3
    read, plain = [line(row) for row in range(3)], page(texts)
    image = Image.fromarray(plain)
    pen = ImageDraw.Draw(image)
    for row in range(6):
        for column in range(6):
            x, y = 80 + 180 * column, 320 + 95 * row
            pen.rectangle((x, y, x + 140, y + 80), outline=0, width=2)
    drawn = look_at_ink(np.asarray(image), read, 0.5)
    assert (drawn.share, drawn.unread) == (0.0, ())
    pen.text((86, 340), "Quillfe", font=fonts.load(fonts.GEOMETRY[0], 30), fill=20)
    written = look_at_ink(np.asarray(image), read, 0.5)
    assert written.share > 0
    assert written.unread
