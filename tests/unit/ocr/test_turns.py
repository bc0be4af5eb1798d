"""Lines upside down and mirrored are read at their own way, in their own places; what reads well as it lies stays as it is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from docpriv.geometry import Box, Quad
from docpriv.model import Char, EngineId, Kind, NotUnderstood, PageRef, PageText, Pixels, TextLine
from docpriv.ocr.turns import PROBES, WAYS, read_turned, turned_blocks

PAPER: Pixels = np.full((800, 800, 3), 255, np.uint8)
HEIGHT = 20


def line(quad: Quad, text: str, score: float) -> TextLine:
    chars = tuple(Char(text=c, score=score, quad=quad.part(i / len(text), (i + 1) / len(text))) for i, c in enumerate(text))
    return TextLine(chars=chars, quad=quad, score=score, detection_score=0.7)


def box(row: int, signs: int = 30) -> Quad:
    return Box(50, 30 + 40 * row, 50 + 10 * signs, 30 + HEIGHT + 40 * row).quad()


def page(*lines: TextLine, turn: int = 0) -> PageText:
    return PageText(ref=PageRef(document="doc-x", index=3), width=800, height=800, lines=lines, turn=turn)


def way_of(quad: Quad) -> str:
    """How text whose top left is point a and whose top runs to point b lies on the page."""
    runs = "right" if quad.b[0] > quad.a[0] else "left"
    return runs + (" down" if quad.d[1] > quad.a[1] else " up")


class Reader:
    """Reads lines that run one way, as `way_of` calls it, and junk in the others; parts of lines are read in part."""

    def __init__(self, way: str, texts: Sequence[str], score: float = 0.99, junk: tuple[str, float] = ("qz", 0.6)) -> None:
        self.way, self.texts, self.score, self.junk = way, list(texts), score, junk
        self.asked: list[Quad] = []

    def identity(self) -> EngineId:
        return EngineId(name="told", version="1")

    def read(self, pixels: Pixels, ref: PageRef) -> PageText:
        raise AssertionError("a whole page is not read again")

    def read_lines(self, pixels: Pixels, quads: Sequence[Quad]) -> tuple[TextLine, ...]:
        self.asked += quads
        return tuple(self._read(quad) for quad in quads)

    def _read(self, quad: Quad) -> TextLine:
        text = self.texts[round((quad.centre[1] - 40) / 40)]
        if way_of(quad) != self.way or not text:
            return line(quad, *self.junk)
        return line(quad, text[: max(1, round(len(text) * quad.width / (10 * len(text))))], self.score)


NAMES = ("Name: Helena Okonkwo-Brandt", "12 Larkspur Lane, Ashford KY", "Phone: (415) 555-2100 ext. 7")


def poor(row: int, text: str = "eNm Hlna k", score: float = 0.7) -> TextLine:
    return line(box(row, len(NAMES[row])), text, score)


@pytest.mark.parametrize("way", ["left up", "left down", "right up"])
def test_lines_that_stand_another_way_are_read_that_way_and_in_their_places(way: str) -> None:
    text = page(*(poor(row) for row in range(3)))
    found = read_turned(PAPER, text, Reader(way, NAMES))
    assert tuple(n.text for n in found.text.lines) == NAMES
    assert found.marks == ()
    for row, one in enumerate(found.text.lines):
        assert one.quad.bounds() == box(row, len(NAMES[row])).bounds()
        assert one.detection_score == 0.7
        assert one.mirrored == (way != "left up")
        assert way_of(one.facing) == way
        first, last = one.chars[0].quad.centre[0], one.chars[-1].quad.centre[0]
        assert (first < last) == way.startswith("right")
        for char in one.chars:  # clockwise, as every quad of a page is
            (ax, ay), (bx, by), _, (dx, dy) = char.quad.points
            assert (bx - ax) * (dy - ay) - (by - ay) * (dx - ax) > 0


def test_a_mirrored_line_that_the_engine_turned_over_is_read_like_the_lines_beside_it() -> None:
    upright = box(5)
    over = line(Quad(upright.c, upright.d, upright.a, upright.b), "e9 q: b Hlna kO e b 12 L q W", 0.85)
    texts = ["All items were accepted as they are"] * 5 + [NAMES[0]]
    found = read_turned(PAPER, page(*(line(box(row), "eNm Hlna k", 0.7) for row in range(5)), over), Reader("left down", texts))
    assert found.text.lines[5].text == NAMES[0]
    assert found.text.lines[5].quad.bounds() == upright.bounds()
    assert found.text.lines[5].mirrored


def test_a_page_that_reads_well_is_asked_nothing() -> None:
    text = page(line(box(0), "All items were accepted without", 0.99), line(box(1), "nearly well read print of a fax", 0.85))
    reader = Reader("left up", ["x" * 30] * 2)
    assert read_turned(PAPER, text, reader).text is text
    assert reader.asked == []


def test_writing_that_reads_badly_every_way_stays_and_costs_little() -> None:
    text = page(*(line(box(row), "M. S. Fcte uy", 0.5) for row in range(15)))
    reader = Reader("left up", [""] * 15)
    found = read_turned(PAPER, text, reader)
    assert found.text is text
    assert found.marks == ()
    assert len(reader.asked) == PROBES * len(WAYS)
    assert max(quad.width for quad in reader.asked) < box(0).width


def test_a_few_good_signs_are_no_better_reading_than_many_middling_ones() -> None:
    text = page(line(box(0), "Auq 1984 receiued of Mr Potts", 0.75))
    found = read_turned(PAPER, text, Reader("none", ["x"], junk=("84 pS", 0.95)))
    assert found.text is text


def test_numbers_among_turned_lines_are_turned_although_they_read_nearly_as_well_as_they_lie() -> None:
    number = line(box(1, 28), "12 667-996 18 8016 609 81 60", 0.97)
    text = page(poor(0), number, poor(2))
    found = read_turned(PAPER, text, Reader("left up", [NAMES[0], "09 18 609 9108 81 966-799 21", NAMES[2]]))
    assert found.text.lines[1].text == "09 18 609 9108 81 966-799 21"


@pytest.mark.parametrize(
    ("way", "rule"),
    [("left up", NotUnderstood.TURNED), ("left down", NotUnderstood.MIRRORED), ("right up", NotUnderstood.MIRRORED)],
)
def test_a_line_that_reads_badly_its_own_way_too_is_marked(way: str, rule: NotUnderstood) -> None:
    text = page(poor(0, score=0.6))
    found = read_turned(PAPER, text, Reader(way, NAMES, score=0.85))
    assert found.text is text
    (mark,) = found.marks
    assert (mark.kind, mark.rule, mark.page, mark.quad) == (Kind.UNREAD_INK, rule, 3, text.lines[0].quad)


def test_lines_that_stand_together_another_way_are_laid_out_as_a_page_that_way_up() -> None:
    upright = line(box(0), "The committee met in the hall", 0.99)
    over = [line(Quad(q.c, q.d, q.a, q.b), "Agnes Pemberton", 0.99) for q in (box(5), box(6))]
    alone = line(Quad((700, 100), (700, 400), (680, 400), (680, 100)), "Form 48213 (2019)", 0.99)
    text = page(upright, *over, alone)
    (block,) = turned_blocks(text)
    assert block.turn == 2
    assert block.lines == tuple(over)
    assert turned_blocks(page(upright)) == ()
    assert turned_blocks(page(*over, turn=2)) == ()
