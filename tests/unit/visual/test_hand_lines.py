"""Writing by hand that was read with doubt is seen and covered whole; print, dates and short numbers are left."""

from __future__ import annotations

import random
from dataclasses import replace

import cv2
import numpy as np
import pytest

from docpriv.decide import decide
from docpriv.geometry import Box
from docpriv.model import BY_HAND, Char, Kind, Mark, PageFormat, PageImage, PageRef, TextLine
from docpriv.options import Policy
from docpriv.protocols import Scene
from docpriv.visual.detectors.writing import WritingDetector
from docpriv.visual.hand_lines import find_hand_lines, hand_share, is_figure, is_page_of_writing
from docpriv_lab.pages.handwriting import Hand, Pen, ink, strokes_of

HEIGHT = 28.0


def line_of(text: str, box: Box, score: float) -> TextLine:
    step = box.width / len(text)
    places = [Box(round(box.x0 + i * step), box.y0, round(box.x0 + (i + 1) * step), box.y1) for i in range(len(text))]
    chars = tuple(Char(text=c, score=score, quad=place.quad()) for c, place in zip(text, places, strict=True))
    return TextLine(chars=chars, quad=box.quad(), score=score)


class Paper:
    """A page on which a type and a pen write, and what a reader made of it."""

    def __init__(self, seed: int = 5) -> None:
        self.pixels = np.full((1100, 850, 3), 255, np.uint8)
        self.lines: list[TextLine] = []
        self._rng = random.Random(seed)
        self.hand = Hand(pen=Pen(colour=(30, 30, 40), width=1.1), slant=0.3, joined=True, stretch=1.0, gap=0.2, unrest=1.2)

    def print(self, text: str, x: int, y: int, score: float) -> TextLine:
        (width, _), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_DUPLEX, 0.7, 1)
        cv2.putText(self.pixels, text, (x, y), cv2.FONT_HERSHEY_DUPLEX, 0.7, (20, 20, 20), 1, cv2.LINE_AA)
        self.lines.append(line_of(text, Box(x - 2, y - 20, x + width + 2, y + 8), score))
        return self.lines[-1]

    def write(self, text: str, x: int, y: int, score: float, read: str = "") -> TextLine:
        """By hand, with its foot at y; letters are 12 pixels high, capitals 23."""
        strokes, _ = strokes_of(self._rng, text, self.hand)
        cover, left, top = ink(self._rng, strokes, self.hand.pen, 1.5, 8.0)
        dark = np.asarray(cover, np.float32)[:, :, None] / 255
        x0, y0 = round(x + left), round(y + top)
        place = self.pixels[y0 : y0 + cover.height, x0 : x0 + cover.width]
        place[:] = (place * (1 - dark) + np.array(self.hand.pen.colour) * dark).astype(np.uint8)
        self.lines.append(line_of(read or text, Box(x0, y - 24, x0 + cover.width, y + 8), score))
        return self.lines[-1]

    @property
    def grey(self) -> np.ndarray:
        return cv2.cvtColor(self.pixels, cv2.COLOR_RGB2GRAY)

    def marks(self) -> tuple[Mark, ...]:
        pixels = self.pixels.copy()
        pixels.flags.writeable = False
        page = PageImage(ref=PageRef(document="d", index=0), pixels=pixels, format=PageFormat(colour="rgb"))
        return WritingDetector().see(Scene(page=page, lines=tuple(self.lines)))


def letter(rows: int, score: float) -> Paper:
    paper = Paper()
    for i in range(rows):
        paper.print("Plain words of a printed letter about the delivery of goods", 60, 80 + 34 * i, score)
    return paper


def test_print_that_was_read_with_doubt_is_no_handwriting() -> None:
    paper = letter(12, 0.99)
    for i in range(6):
        paper.print("Other words of it on a worn copy", 60, 500 + 34 * i, 0.8)
    assert find_hand_lines(paper.lines, paper.grey, HEIGHT) == []


def test_a_line_by_hand_is_found_where_it_was_read_with_doubt_only() -> None:
    paper = letter(12, 0.99)
    wrong = paper.write("Please give it to Margaret Hollis", 80, 560, 0.84, "Plcare qive it lo Mangarct Hollin")
    right = paper.write("Thank you very much", 80, 640, 0.995)
    found = find_hand_lines(paper.lines, paper.grey, HEIGHT)
    assert [h.quad for h in found] == [wrong.quad]
    assert right.quad not in {h.quad for h in found}


def test_of_two_readings_of_a_line_the_better_counts() -> None:
    paper = letter(12, 0.99)
    first = paper.write("Please give it to Margaret Hollis", 80, 560, 0.84)
    paper.lines.append(replace(first, score=0.99))
    assert find_hand_lines(paper.lines, paper.grey, HEIGHT) == []


def test_what_was_filled_in_beside_a_printed_label_is_found_alone() -> None:
    paper = letter(12, 0.99)
    label = paper.print("Name of the supervisor:", 60, 600, 0.99)
    value = paper.write("Jerome Whitfield", 420, 600, 0.6)
    del paper.lines[-2:]
    whole = Box(round(label.quad.a[0]), 575, round(value.quad.b[0]), 610)
    paper.lines.append(TextLine(chars=(*label.chars, *value.chars), quad=whole.quad(), score=0.9))
    found = find_hand_lines(paper.lines, paper.grey, HEIGHT)
    assert len(found) == 1
    assert found[0].quad.a[0] == value.quad.a[0]


def test_a_page_of_running_handwriting_is_known_and_a_printed_one_is_not() -> None:
    paper = Paper()
    for i in range(8):
        paper.write("We spoke with the doctor on Tuesday morning", 60, 100 + 60 * i, 0.82)
    marks = paper.marks()
    assert is_page_of_writing(paper.lines, marks)
    count, share = hand_share(paper.lines, marks)
    assert count == 8
    assert share == pytest.approx(1.0)
    assert not is_page_of_writing(letter(20, 0.99).lines, letter(20, 0.99).marks())


def test_on_a_page_where_hardly_a_word_was_surely_read_a_thick_pen_counts_too() -> None:
    paper = Paper()
    paper.hand = replace(paper.hand, pen=Pen(colour=(20, 20, 20), width=2.6), slant=0.05)
    for i in range(6):
        paper.write("We spoke with the doctor on Tuesday", 60, 100 + 60 * i, 0.7)
    assert is_page_of_writing(paper.lines, paper.marks())


def test_marks_cover_the_line_and_the_strokes_that_leave_it() -> None:
    paper = letter(12, 0.99)
    before = paper.pixels.copy()
    line = paper.write("Jeffrey Quigley", 80, 600, 0.8)
    x, y = round(line.quad.b[0]) - 30, 594
    tail = np.array([[x, y], [x + 14, y + 14], [x + 2, y + 40], [x - 60, y + 52]], np.int32)  # below the reader's box
    cv2.polylines(paper.pixels, [tail], False, paper.hand.pen.colour, 2)
    drawn = (paper.pixels != before).any(axis=2)
    held = np.zeros(drawn.shape, bool)
    for mark in paper.marks():
        if mark.rule in BY_HAND or mark.kind is Kind.SIGNATURE:
            for box in mark.parts or (Box(*(round(v) for v in mark.quad.bounds())),):
                held[box.slices] = True
    assert (drawn & held).sum() >= 0.97 * drawn.sum()


@pytest.mark.parametrize(
    ("text", "score", "figure"),
    [
        ("10/22/95", 0.82, True),
        ("4-22-90", 0.9, True),
        ("8122183", 0.95, True),
        ("250", 0.99, True),
        ("$1,200", 0.9, True),
        ("10/22/95", 0.6, False),
        ("314 739 8090", 0.95, False),
        ("078-05-1120", 0.95, False),
        ("Mary 3", 0.95, False),
    ],
)
def test_dates_and_short_numbers_are_taken_as_read(text: str, score: float, figure: bool) -> None:
    assert is_figure(line_of(text, Box(0, 0, 100, 20), score)) is figure


def test_strokes_over_a_figure_are_no_signature() -> None:
    paper = letter(8, 0.99)
    figure = paper.print("400", 600, 560, 0.88)
    x, y = (round(v) for v in figure.quad.centre)
    t = np.linspace(0, 4 * np.pi, 200)
    points = np.stack([x + 75 * np.cos(t) * (1 - t / 60), y + 38 * np.sin(t) * (1 - t / 60)], axis=1)
    cv2.polylines(paper.pixels, [np.round(points).astype(np.int32)], False, (20, 20, 20), 2)
    crossed = paper.marks()
    assert Kind.SIGNATURE not in {m.kind for m in crossed}
    paper.lines.remove(figure)  # the same strokes over nothing that was read
    assert Kind.SIGNATURE in {m.kind for m in paper.marks()}


@pytest.mark.parametrize(("how", "covered"), [("cover", True), ("withhold", True), ("count", False)])
def test_the_policy_says_what_happens_to_lines_by_hand(how: str, covered: bool) -> None:
    mark = Mark(page=0, kind=Kind.UNREAD_INK, quad=Box(0, 0, 9, 9).quad(), score=0.7, detector="writing", rule="hand-line")
    policy = Policy.model_validate({"handwriting": how})
    assert decide(mark, policy, 0.4).covered is covered
    assert not decide(replace(mark, rule="ink"), policy, 0.4).covered
