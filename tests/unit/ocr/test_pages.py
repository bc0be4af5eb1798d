"""Which way up a page lies is decided by several lines that are read well so; poor print is left as it lies."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pytest

from docpriv.geometry import Quad
from docpriv.model import Char, EngineId, PageRef, Pixels, TextLine
from docpriv.ocr.pages import PageEngine
from docpriv.options import Reading

WHO = EngineId(name="told", version="1")

Answer = Callable[[int, bool], tuple[str, float]]  # of the line of that number, upside down or not


class Bars:
    """Takes every dark bar for a line."""

    def __call__(self, image: Pixels) -> npt.NDArray[np.float32]:
        return (image.mean(axis=2) < 128).astype(np.float32)


class Told:
    """Reads in each bar what it was told to; a space reads surely, as it does on bare paper."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def read_all(self, pixels: Pixels, quads: Sequence[Quad]) -> list[TextLine]:
        return [self._read(quad) for quad in quads]

    def scores(self, pixels: Pixels, quads: Sequence[Quad]) -> list[float]:
        read = [self._read(quad) for quad in quads]
        return [sum(c.score for c in line.chars) / len(line.chars) if line.chars else 0.0 for line in read]

    def _read(self, quad: Quad) -> TextLine:
        text, score = self._answer(round(quad.centre[1] / 60), quad.a[1] > quad.d[1])
        chars = tuple(
            Char(text=c, score=1.0 if c == " " else score, quad=quad.part(i / len(text), (i + 1) / len(text)))
            for i, c in enumerate(text)
        )
        return TextLine(chars=chars, quad=quad, score=score if text.strip() else 0.0)


def turn_of(answer: Answer) -> int:
    pixels = np.full((800, 800, 3), 255, np.uint8)
    for row in range(1, 9):
        pixels[row * 60 - 8 : row * 60 + 8, 60 : 700 - 40 * row] = 0
    page = PageEngine(WHO, Bars(), Told(answer), Reading()).read(pixels, PageRef(document="doc-x", index=0))
    assert len(page.lines) == 8
    return page.turn


@pytest.mark.parametrize(
    ("upright", "over"),
    [
        (("8HICKEN BRST 8.75", 0.80), ("S  2 K  T", 0.84)),  # few signs, a little better than many
        (("SUBTOTAL 20.71", 0.30), ("12.03 JA LOLBS", 0.42)),  # neither is a reading
        (("5TORE O231 TERM", 0.62), ("WR3L I E Z O 3 S", 0.60)),  # spaces are no signs that were read
        (("", 0.0), (" ", 0.0)),
    ],
)
def test_poorly_printed_receipts_are_not_turned(upright: tuple[str, float], over: tuple[str, float]) -> None:
    assert turn_of(lambda row, flipped: over if flipped else upright) == 0


def test_one_line_upside_down_does_not_turn_a_page() -> None:
    assert turn_of(lambda row, flipped: ("Serial 4821-77", 0.99) if flipped and row == 1 else ("ST0RE 0Z31", 0.7)) == 0


@pytest.mark.parametrize("score", [0.78, 0.99])
def test_a_page_upside_down_is_turned(score: float) -> None:
    assert turn_of(lambda row, flipped: ("STORE 0231 TERM 06", score) if flipped else ("ST  T TRM", 0.66)) == 2


def test_a_page_of_few_lines_is_turned_by_those_that_it_has() -> None:
    def answer(row: int, flipped: bool) -> tuple[str, float]:
        return ("Received with thanks", 0.97) if flipped else ("sh   q", 0.6)

    pixels = np.full((800, 800, 3), 255, np.uint8)
    pixels[52:68, 60:600] = 0
    assert PageEngine(WHO, Bars(), Told(answer), Reading()).read(pixels, PageRef(document="doc-x", index=0)).turn == 2
