"""Doubtful lines, and only these, are read again, with more room, in the places that they had."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from docpriv.geometry import Box, Quad
from docpriv.model import Char, EngineId, PageRef, PageText, Pixels, TextLine
from docpriv.ocr.rereading import LEAST, ROOM, doubtful_lines, read_doubtful

PAPER: Pixels = np.full((200, 400, 3), 255, np.uint8)
BELOW = 0.9


def line(row: int, text: str, score: float, quad: Quad | None = None) -> TextLine:
    where = quad or Box(10, 20 + 40 * row, 10 + 10 * max(1, len(text)), 40 + 40 * row).quad()
    chars = tuple(Char(text=c, score=score, quad=where.part(i / len(text), (i + 1) / len(text))) for i, c in enumerate(text))
    return TextLine(chars=chars, quad=where, score=score, detection_score=0.7)


def page(*lines: TextLine) -> PageText:
    return PageText(ref=PageRef(document="doc-x", index=0), width=400, height=200, lines=lines, turn=2)


class Reader:
    """Reads in every quad what it was told to, as tall as the quad it was given; remembers what it was asked."""

    def __init__(self, *texts: str) -> None:
        self.texts = list(texts)
        self.asked: list[tuple[Quad, ...]] = []

    def identity(self) -> EngineId:
        return EngineId(name="told", version="1")

    def read(self, pixels: Pixels, ref: PageRef) -> PageText:
        raise AssertionError("a whole page is not read again")

    def read_lines(self, pixels: Pixels, quads: Sequence[Quad]) -> tuple[TextLine, ...]:
        self.asked.append(tuple(quads))
        return tuple(line(0, text, 0.8, quad) for text, quad in zip(self.texts, quads, strict=True))


def test_a_page_without_doubtful_lines_is_not_read_again() -> None:
    reader = Reader()
    assert read_doubtful(PAPER, page(line(0, "sure", 0.95), line(1, "", 0.0), line(2, "- i! -", 0.1)), reader, BELOW) is None
    assert read_doubtful(PAPER, page(line(0, "poor", 0.2)), reader, 0.0) is None
    assert reader.asked == []


def test_specks_are_no_lines_to_read_again() -> None:
    assert doubtful_lines(page(*(line(0, "." + "x" * count, 0.2) for count in range(LEAST + 2))), BELOW) == (LEAST, LEAST + 1)


def test_only_doubtful_lines_are_asked_for_and_with_room_above_and_below() -> None:
    text = page(line(0, "sure", 0.95), line(1, "poor", 0.5), line(2, "edge", BELOW))
    reader = Reader("door")
    read_doubtful(PAPER, text, reader, BELOW)
    assert doubtful_lines(text, BELOW) == (1,)
    ((quad,),) = reader.asked
    x0, y0, x1, y1 = quad.bounds()
    assert (x0, x1) == (10, 50)
    assert (y0, y1) == (60 - ROOM * 20, 80 + ROOM * 20)


def test_what_reads_differently_stands_in_the_place_of_the_first_reading() -> None:
    text = page(line(0, "sure", 0.95), line(1, "poor", 0.5))
    again = read_doubtful(PAPER, text, Reader("door"), BELOW)
    assert again is not None
    assert [each.text for each in again.lines] == ["sure", "door"]
    assert again.lines[0] is text.lines[0]
    assert (again.turn, again.width, again.height, again.ref) == (2, 400, 200, text.ref)
    new, old = again.lines[1], text.lines[1]
    assert (new.quad, new.detection_score, new.score) == (old.quad, 0.7, 0.8)
    for a, b in zip(new.chars, old.chars, strict=True):
        assert np.allclose(a.quad.array(), b.quad.array()), "the room is not covered with the text"


def test_an_engine_that_knows_the_height_of_its_characters_keeps_it() -> None:
    class Tight(Reader):
        def read_lines(self, pixels: Pixels, quads: Sequence[Quad]) -> tuple[TextLine, ...]:
            (read,) = super().read_lines(pixels, quads)
            return (replace(read, chars=tuple(replace(c, quad=c.quad.pad(0, -3)) for c in read.chars)),)

    again = read_doubtful(PAPER, page(line(1, "poor", 0.5)), Tight("door"), BELOW)
    assert again is not None
    assert np.isclose(again.lines[0].chars[0].quad.height, 20 + 2 * ROOM * 20 - 6)


def test_nothing_is_kept_that_reads_the_same_or_not_at_all() -> None:
    text = page(line(0, "P. oor", 0.5), line(1, "faint", 0.6))
    assert read_doubtful(PAPER, text, Reader("P oor.", ""), BELOW) is None
