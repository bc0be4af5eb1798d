"""Lines set tight keep to themselves: no area of one reaches the ink of the next, and none loses its own."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest

from docpriv.geometry import Box, Quad, cover
from docpriv.model import Char, TextLine
from docpriv.ocr.trimming import trim_overlaps

TEXTS = ("Department of Justice, Washington", "HUGHES Typing bridge quality", "burden estimate of any aspect")


def page(pitch=21, angle=0.0, touch=False):
    """Three lines of print with boxes that overlap by a third; the ink rows of each line."""
    sheet = np.full((200, 700), 255, np.uint8)
    inks, lines = [], []
    for i, text in enumerate(TEXTS):
        own = np.full_like(sheet, 255)
        base = 60 + pitch * i
        cv2.putText(own, text, (20, base), cv2.FONT_HERSHEY_DUPLEX, 0.55, 0, 1, cv2.LINE_AA)
        (width, height), below = cv2.getTextSize(text, cv2.FONT_HERSHEY_DUPLEX, 0.55, 1)
        x0, x1, y0, y1 = 20, 20 + width, base - height - 10, base + below + 8
        step = width / len(text)
        chars = tuple(
            Char(text=c, quad=Box(round(x0 + k * step), y0, round(x0 + (k + 1) * step), y1).quad(), score=1.0)
            for k, c in enumerate(text)
        )
        lines.append(TextLine(chars=chars, quad=Box(x0, y0, x1, y1).quad(), score=1.0))
        inks.append(own < 128)
        sheet = np.minimum(sheet, own)
    if touch:
        sheet[40:130, ::9] = 0
    if angle:
        turn = cv2.getRotationMatrix2D((0.0, 0.0), -angle, 1.0)
        sheet = cv2.warpAffine(sheet, turn, (700, 260), borderValue=255)
        inks = [cv2.warpAffine(ink.astype(np.uint8), turn, (700, 260)) > 0 for ink in inks]

        def moved(q):
            return Quad(*(tuple(turn @ np.array([*p, 1.0])) for p in (q.a, q.b, q.c, q.d)))

        lines = [
            TextLine(
                chars=tuple(Char(text=c.text, quad=moved(c.quad), score=1.0) for c in ln.chars), quad=moved(ln.quad), score=1.0
            )
            for ln in lines
        ]
    return np.repeat(sheet[:, :, None], 3, axis=2), lines, inks


def hidden(line, ink):
    """Share of an ink mask that lies within the characters' areas."""
    mask = np.zeros_like(ink)
    for char in line.chars:
        mask[cover(char.quad, ink.shape[1], ink.shape[0], 0).slices] = True
    return float((ink & mask).sum() / ink.sum())


@pytest.mark.parametrize("angle", [0.0, 1.0])
def test_neighbours_keep_their_ink_and_each_line_its_own_cover(angle):
    pixels, lines, inks = page(angle=angle)
    tight = trim_overlaps(lines, pixels)
    before = hidden(lines[1], inks[0]) + hidden(lines[1], inks[2])
    after = hidden(tight[1], inks[0]) + hidden(tight[1], inks[2])
    assert before > 0.1
    assert after < 0.35 * before
    for line, ink in zip(tight, inks, strict=True):
        assert hidden(line, ink) > 0.97


def test_the_quads_of_lines_stay():
    pixels, lines, _ = page()
    assert [t.quad for t in trim_overlaps(lines, pixels)] == [ln.quad for ln in lines]


def test_lines_that_touch_are_left_alone():
    pixels, lines, _ = page(touch=True)
    assert trim_overlaps(lines, pixels) == tuple(lines)


def test_lines_with_room_are_left_alone():
    pixels, lines, _ = page(pitch=48)
    assert trim_overlaps(lines, pixels) == tuple(lines)


def test_upright_and_empty_lines_are_left_alone():
    upright = Quad((10, 100), (10, 20), (30, 20), (30, 100))
    lines = [
        TextLine(chars=(Char(text="a", quad=upright, score=1.0),), quad=upright, score=1.0),
        TextLine(chars=(), quad=Box(0, 0, 50, 20).quad(), score=0.0),
    ]
    assert math.isclose(upright.height, 20, abs_tol=1)
    assert trim_overlaps(lines, np.full((120, 60, 3), 255, np.uint8)) == tuple(lines)


def test_a_line_is_not_cut_where_a_stamp_lies_over_it():
    sheet = np.full((120, 400), 255, np.uint8)
    cv2.putText(sheet, "Brian Abernathy", (40, 70), cv2.FONT_HERSHEY_DUPLEX, 0.6, 0, 1, cv2.LINE_AA)
    below = line_over(Box(36, 52, 240, 76), "Brian Abernathy")
    stamp = line_over(Box(80, 38, 220, 69), "RECEIVED")
    sheet[61] = 255  # a row without ink through the middle of both
    got = trim_overlaps((stamp, below), np.repeat(sheet[:, :, None], 3, axis=2))
    assert [c.quad for c in got[1].chars] == [c.quad for c in below.chars]


def line_over(box, text):
    chars = tuple(Char(text=c, quad=box.quad().part(i / len(text), (i + 1) / len(text)), score=1.0) for i, c in enumerate(text))
    return TextLine(chars=chars, quad=box.quad(), score=1.0)
