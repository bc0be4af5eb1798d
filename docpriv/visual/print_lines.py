"""Tells lines that were printed and read from those written by hand or not read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from docpriv.geometry import Quad
from docpriv.model import Char, TextLine
from docpriv.raster import Plane, ridge_width, rows_of, strip_ink, strip_of, typical
from docpriv.visual.hand_lines import is_figure

READ = 0.6  # score: below, a line explains no ink
SURE = 0.95  # score: print is read with more; so is some handwriting, but no signature that was looked at
LARGE = 1.25  # text heights: people sign larger than print
THIN = 3.6  # 32nds of the line's height: the stroke of a pen that writes so large; print's is thicker
UNSURE = 0.85  # score: a line of the print's own size is by hand below this,
THINNER = 3.2  # where its strokes are as thin as this
DOUBTED = 0.8  # score: a word with less, in a line that is taller than the print, is by hand between print
SURELY_READ = 0.9  # score of the lines that tell the size of the page's print
ROW_LETTERS = 5  # letters of a line whose width tells how tall they are
NO_PRINT = 24.0  # pixels: text height where nothing was read

_ROWS = 32  # rows to which a line is brought before its strokes are measured
_MOST_COLUMNS = 1600
_CONTRAST = 30.0  # levels of 0..255 by which ink is darker than its paper


def text_height(lines: Sequence[TextLine]) -> float:
    """Height of the page's print in pixels: of most of its characters."""
    good = [line for line in lines if line.score >= SURELY_READ and line.chars]
    return typical([line.quad.height for line in good], [len(line.chars) for line in good], NO_PRINT)


def printed_stretches(lines: Sequence[TextLine], grey: Plane, height: float) -> list[Quad]:
    """The places whose ink is print that was read; `grey` is the page, `height` its text height in pixels."""
    found: list[Quad] = []
    advance = _advance(lines, height)
    for line in lines:
        if line.chars and line.score >= READ and not _by_hand(line, grey, height):
            tall = line.quad.height >= LARGE * height
            found.extend(_sure_words(_own_row(line, grey, height, advance)) if tall else [line.quad])
    return found


def _advance(lines: Sequence[TextLine], height: float) -> float:
    """Width of most characters of the print in pixels."""
    level = [line for line in lines if line.chars and line.score >= SURELY_READ and line.quad.height < LARGE * height]
    return typical([line.quad.width / len(line.chars) for line in level], [len(line.chars) for line in level], 0.0)


def _own_row(line: TextLine, grey: Plane, height: float, advance: float) -> TextLine:
    """A line whose box is taller than its letters are wide for: a stroke across it grew the box.

    Of such a box the row with most ink is the print.
    """
    quad = line.quad
    if len(line.chars) < ROW_LETTERS or line.score < SURELY_READ or not advance:
        return line
    own = height * max(1.0, quad.width / len(line.chars) / advance)
    if quad.height < LARGE * own:
        return line
    rows = max(4, round(quad.height))
    columns = int(min(_MOST_COLUMNS, max(16, quad.width)))
    strip = strip_of(grey, quad, columns, rows)
    dark = np.clip(np.percentile(strip, 90) - strip.astype(np.float64), 0, 255).sum(axis=1)
    window = min(rows, max(2, round(own)))
    top = int(np.convolve(dark, np.ones(window), "valid").argmax())
    t0, t1 = top / rows, (top + window) / rows
    return replace(line, quad=rows_of(quad, t0, t1), chars=tuple(replace(c, quad=rows_of(c.quad, t0, t1)) for c in line.chars))


def _sure_words(line: TextLine) -> list[Quad]:
    """Stretches of words that were read without doubt: on a form's line print and writing follow each other."""
    words: list[list[Char]] = [[]]
    for char in line.chars:
        if char.text.isspace():
            words.append([])
        else:
            words[-1].append(char)
    found: list[Quad] = []
    joined = False
    for word in words:
        sure = bool(word) and sum(c.score for c in word) >= DOUBTED * len(word)
        if sure and joined:
            found[-1] = Quad(found[-1].a, word[-1].quad.b, word[-1].quad.c, found[-1].d)
        elif sure:
            found.append(Quad(word[0].quad.a, word[-1].quad.b, word[-1].quad.c, word[0].quad.d))
        joined = sure or (joined and not word)
    return found


def _by_hand(line: TextLine, grey: Plane, height: float) -> bool:
    """Whether a line that was read looks written: read with doubt, larger than the print, its strokes a pen's."""
    large = line.quad.height >= LARGE * height
    if line.score >= (SURE if large else UNSURE) or is_figure(line):
        return False
    width = _stroke_width(grey, line.quad)
    return width is not None and width <= (THIN if large else THINNER)


def _stroke_width(grey: Plane, quad: Quad) -> float | None:
    """Mean width of the strokes inside a quad, in 32nds of its height; None where there is no ink."""
    if quad.height < 4 or quad.width < 4:
        return None
    columns = int(min(_MOST_COLUMNS, max(16, quad.width * _ROWS / quad.height)))
    ink = strip_ink(strip_of(grey, quad, columns, _ROWS, cv2.INTER_AREA), _CONTRAST)
    return None if ink is None else ridge_width(ink)
