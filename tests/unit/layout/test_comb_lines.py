"""A value of which each letter stands in a box of its own is one segment, also over an empty box."""

from __future__ import annotations

import numpy as np

from docpriv.geometry import Box
from docpriv.layout import analyse
from docpriv.model import Char, PageRef, PageText, Pixels, TextLine


def test_sides_of_boxes_do_not_part_the_letters_of_one_value() -> None:
    wide = [60, 60, 90, 0, 90, 60]  # the letters beside an empty box own half of it each
    pixels: Pixels = np.full((400, 600, 3), 255, np.uint8)
    for side in range(8):
        pixels[100:170, 100 + 60 * side : 102 + 60 * side] = 0
    chars, at = [], 100
    for text, width in zip("ANN DE", wide, strict=True):
        chars.append(Char(text=text, quad=Box(at, 100, at + width, 170).quad(), score=1.0))
        at += width
    line = TextLine(chars=tuple(chars), quad=Box(100, 100, at, 170).quad(), score=1.0)
    text = PageText(ref=PageRef(document="doc-x", index=0), width=600, height=400, lines=(line,))
    assert [(s.start, s.end) for s in analyse(text, pixels).segments] == [(0, 6)]
