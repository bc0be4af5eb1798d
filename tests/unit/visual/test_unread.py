"""Writing that no line holds is marked where it stands; what was read, rules and specks are not."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from docpriv.geometry import Box
from docpriv.model import Char, TextLine
from docpriv.visual.ink import look_at_ink


def sheet():
    """Six lines of print, the third of which nobody read, a rule and a speck."""
    page = np.full((420, 900, 3), 255, np.uint8)
    lines = []
    for i in range(6):
        y = 60 + 50 * i
        cv2.putText(page, "Plain words of a printed form", (60, y), cv2.FONT_HERSHEY_DUPLEX, 0.9, (0, 0, 0), 1, cv2.LINE_AA)
        if i != 2:
            quad = Box(56, y - 26, 520, y + 10).quad()
            lines.append(TextLine(chars=(Char(text="x", quad=quad, score=1.0),), quad=quad, score=0.95))
    cv2.line(page, (40, 380), (860, 380), (0, 0, 0), 2)
    cv2.circle(page, (800, 60), 2, (0, 0, 0), -1)
    return page, lines


def test_the_line_that_nobody_read_is_marked_and_nothing_else():
    page, lines = sheet()
    found = look_at_ink(page, lines, 0.5).unread
    assert len(found) == 1
    assert found[0].y0 >= 130
    assert found[0].y1 <= 175
    assert found[0].x0 <= 70
    assert found[0].x1 >= 400


def test_a_page_that_was_read_has_none():
    page, lines = sheet()
    quad = Box(56, 134, 520, 170).quad()
    lines.append(TextLine(chars=(Char(text="x", quad=quad, score=1.0),), quad=quad, score=0.95))
    assert look_at_ink(page, lines, 0.5).unread == ()


def test_a_large_page_gives_places_of_its_own_size():
    page, lines = sheet()
    large = cv2.resize(page, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)
    grown = [
        TextLine(chars=tuple(replace(c, quad=c.quad.scale(4, 4)) for c in ln.chars), quad=ln.quad.scale(4, 4), score=ln.score)
        for ln in lines
    ]
    found = look_at_ink(large, grown, 0.5).unread
    assert len(found) == 1
    assert abs(found[0].y0 - 4 * 140) < 60
