"""Small print is read enlarged and takes its place on the page; what does not read is marked; clean pages are left."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import pytest
from PIL import Image, ImageDraw

from docpriv.geometry import Box, Quad
from docpriv.model import Char, EngineId, Kind, NotUnderstood, PageFormat, PageImage, PageRef, PageText, Pixels, TextLine
from docpriv.pipeline.hard_print import read_close
from docpriv_lab.pages import fonts
from docpriv_lab.pages.adversary.inks import dots_of

REF = PageRef(document="doc", index=3)
WORDS = "Patient Theodora Marchbank, 14 Harrow Lane"
AT, SIZE = (120, 180), 7


def said(box: Box, text: str, score: float) -> TextLine:
    chars = tuple(Char(text=c, quad=box.quad().part(i / len(text), (i + 1) / len(text)), score=score) for i, c in enumerate(text))
    return TextLine(chars=chars, quad=box.quad(), score=score, detection_score=0.8)


class Reader:
    """Reads all black of a page as one line."""

    recycle_after: int | None = None

    def __init__(self, text: str, score: float) -> None:
        self.text, self.score, self.heights = text, score, list[int]()

    def identity(self) -> EngineId:
        return EngineId(name="reader", version="1")

    def read(self, pixels: Pixels, ref: PageRef) -> PageText:
        y, x = np.nonzero(pixels[..., 0] < 150)
        ink = Box(int(x.min()), int(y.min()), int(x.max()) + 1, int(y.max()) + 1)
        self.heights.append(ink.height)
        height, width = pixels.shape[:2]
        return PageText(ref=ref, width=width, height=height, lines=(said(ink, self.text, self.score),))

    def read_lines(self, pixels: Pixels, quads: Sequence[Quad]) -> tuple[TextLine, ...]:
        return ()


def page(size: int = SIZE) -> tuple[PageImage, Box]:
    plane = Image.new("L", (900, 420), 255)
    pen, font = ImageDraw.Draw(plane), fonts.load("sans-a", size)
    pen.text(AT, WORDS, font=font, fill=0)
    place = Box(*(round(v) for v in pen.textbbox(AT, WORDS, font=font)))
    return PageImage(ref=REF, pixels=np.array(plane.convert("RGB")), format=PageFormat(colour="grey")), place


def text(*lines: TextLine) -> PageText:
    return PageText(ref=REF, width=900, height=420, lines=lines)


def test_tiny_words_are_read_enlarged_and_stand_where_they_are() -> None:
    image, place = page()
    reader = Reader(WORDS, 0.97)
    read, marks = read_close(image, text(), reader)
    assert [line.text for line in read.lines] == [WORDS]
    assert np.allclose(read.lines[0].quad.bounds(), (place.x0, place.y0, place.x1, place.y1), atol=2)
    assert np.allclose(read.lines[0].chars[-1].quad.bounds()[2], place.x1, atol=2)
    assert marks == ()
    assert reader.heights[0] >= 2 * place.height


def test_tiny_writing_that_does_not_read_is_marked_from_end_to_end() -> None:
    image, place = page()
    first = text()
    read, marks = read_close(image, first, Reader("Pxhw", 0.4))
    assert read is first
    assert [(m.page, m.kind, m.rule) for m in marks] == [(3, Kind.UNREAD_INK, NotUnderstood.UNREAD)]
    assert np.allclose(marks[0].quad.bounds(), (place.x0, place.y0, place.x1, place.y1), atol=2)


def test_pieces_of_a_row_give_way_to_the_whole() -> None:
    image, place = page()
    middle = (place.x0 + place.x1) // 2
    pieces = (
        said(Box(place.x0 + 8, place.y0, middle, place.y1), "tient Theodora Mar", 0.9),
        said(Box(middle + 2, place.y0, place.x1, place.y1), "bank 14 Harrow Lane", 0.93),
    )
    read, _ = read_close(image, text(*pieces), Reader(WORDS, 0.88))
    assert [line.text for line in read.lines] == [WORDS]


@pytest.mark.parametrize(("again", "score", "stays"), [("Pationt", 0.93, True), ("Patient", 0.97, False)])
def test_of_two_readings_of_one_length_the_better_one_stays(again: str, score: float, stays: bool) -> None:
    image, place = page()
    first = text(said(place, WORDS, 0.94))
    read, _ = read_close(image, first, Reader(WORDS.replace("Patient", again), score))
    assert (read is first) is stays


def test_a_page_of_ordinary_print_is_not_read_again() -> None:
    image, place = page(24)
    reader = Reader("nonsense", 0.99)
    first = text(said(place, WORDS, 0.99))
    read, marks = read_close(image, first, reader)
    assert read is first
    assert (marks, reader.heights) == ((), [])


class Rows(Reader):
    """Reads a label badly and its value well, from the picture of dots."""

    def __init__(self, label: Box, value: Box) -> None:
        super().__init__("", 0.0)
        self.label, self.value = label, value

    def read(self, pixels: Pixels, ref: PageRef) -> PageText:
        y, x = np.nonzero(pixels[..., 0] < 200)
        dx, dy = int(x.min()) - self.label.x0, int(y.min()) - self.label.y0
        label, value = (Box(b.x0 + dx, b.y0 + dy, b.x1 + dx, b.y1 + dy) for b in (self.label, self.value))
        height, width = pixels.shape[:2]
        lines = (said(label, "NCMGER", 0.5), said(value, "QH04990361", 0.99))
        return PageText(ref=ref, width=width, height=height, lines=lines)


def test_in_print_of_dots_a_row_of_which_a_part_does_not_read_is_marked_from_end_to_end_and_its_pieces_are_gone() -> None:
    plane = Image.new("L", (900, 420), 255)
    boxes = []
    for x, word in ((100, "MEMBER"), (330, "QH04990361")):
        mask = dots_of(random.Random(word), word, 20, 0.5)
        plane.paste(40, (x, 200), mask)
        left, top, right, bottom = mask.getbbox() or (0, 0, 0, 0)
        boxes.append(Box(x + left, 200 + top, x + right, 200 + bottom))
    image = PageImage(ref=REF, pixels=np.array(plane.convert("RGB")), format=PageFormat(colour="grey"))
    label, value = boxes
    piece = said(Box(label.x0 + 20, label.y0, label.x0 + 40, label.y1), "i:", 0.3)
    first = text(said(label, "MLMDED", 0.7), piece, said(value, "QH04990361", 0.98))
    read, marks = read_close(image, first, Rows(label, value))
    assert [line.text for line in read.lines] == ["QH04990361"]
    [mark] = marks
    x0, _, x1, _ = mark.quad.bounds()
    assert x0 <= label.x0 + 2
    assert x1 >= value.x1 - 2
