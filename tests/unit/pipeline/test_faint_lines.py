"""Faint print becomes lines of the page; what looks like writing and does not read is marked; clean pages cost nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw

from docpriv.geometry import Box, Quad
from docpriv.model import Char, EngineId, Kind, NotUnderstood, PageFormat, PageImage, PageRef, PageText, Pixels, TextLine
from docpriv.pipeline.hard_print import read_faint
from docpriv_lab.pages import fonts

REF = PageRef(document="doc", index=3)
WORDS = "Patient Theodora Marchbank"
PLACE = Box(120, 180, 480, 215)


def said(box: Box, text: str, score: float) -> TextLine:
    chars = tuple(Char(text=c, quad=box.quad().part(i / len(text), (i + 1) / len(text)), score=score) for i, c in enumerate(text))
    return TextLine(chars=chars, quad=box.quad(), score=score, detection_score=0.8)


class Reader:
    """Reads all black of a page as one line, and whatever it is given in a mirror with another score."""

    recycle_after: int | None = None

    def __init__(self, text: str, score: float, mirrored: float = 0.0) -> None:
        self.text, self.score, self.mirrored, self.asked = text, score, mirrored, 0

    def identity(self) -> EngineId:
        return EngineId(name="reader", version="1")

    def read(self, pixels: Pixels, ref: PageRef) -> PageText:
        self.asked += 1
        y, x = np.nonzero(pixels[..., 0] < 128)
        ink = Box(int(x.min()), int(y.min()), int(x.max()) + 1, int(y.max()) + 1)
        height, width = pixels.shape[:2]
        return PageText(ref=ref, width=width, height=height, lines=(said(ink, self.text, self.score),))

    def read_lines(self, pixels: Pixels, quads: Sequence[Quad]) -> tuple[TextLine, ...]:
        return tuple(TextLine(chars=(), quad=quad, score=self.mirrored) for quad in quads)


def page(contrast: int) -> PageImage:
    plane = Image.new("L", (900, 420), 255)
    ImageDraw.Draw(plane).text((PLACE.x0, PLACE.y0), WORDS, font=fonts.load("sans-a", 26), fill=255 - contrast)
    return PageImage(ref=REF, pixels=np.array(plane.convert("RGB")), format=PageFormat(colour="grey"))


def text(*lines: TextLine) -> PageText:
    return PageText(ref=REF, width=900, height=420, lines=lines)


def test_faint_words_become_a_line_at_their_place() -> None:
    first = text()
    read, marks = read_faint(page(3), first, Reader(WORDS, 0.97))
    assert [line.text for line in read.lines] == [WORDS]
    x0, y0, x1, y1 = read.lines[0].quad.bounds()
    assert abs(x0 - PLACE.x0) < 8
    assert abs(x1 - PLACE.x1) < 40
    assert PLACE.y0 - 4 <= y0 < y1 <= PLACE.y1 + 4
    assert PLACE.y0 - 4 <= read.lines[0].chars[0].quad.bounds()[1]
    assert marks == ()


def test_faint_writing_that_does_not_read_is_marked_by_the_reason() -> None:
    first = text()
    read, marks = read_faint(page(3), first, Reader("Pxhw", 0.4))
    assert read is first
    assert [(m.page, m.kind, m.rule) for m in marks] == [(3, Kind.UNREAD_INK, NotUnderstood.FAINT)]
    assert Box(*(round(v) for v in marks[0].quad.bounds())).overlaps(PLACE)


def test_what_reads_in_a_mirror_shines_through_from_the_other_side() -> None:
    assert read_faint(page(3), text(), Reader("Pxhw", 0.4, mirrored=0.9))[1] == ()


def test_a_pattern_that_reads_as_one_sign_is_neither() -> None:
    first = text()
    assert read_faint(page(3), first, Reader("0 0 0 0 0 0 0 0", 0.95)) == (first, ())


@pytest.mark.parametrize("contrast", [0, 220])
def test_the_reading_of_a_page_without_faint_print_is_the_very_same(contrast: int) -> None:
    reader = Reader("nonsense", 0.99)
    first = text(said(PLACE, WORDS, 0.99)) if contrast else text()
    read, marks = read_faint(page(contrast), first, reader)
    assert read is first
    assert (marks, reader.asked) == ((), 0)


def test_pieces_that_were_read_of_a_faint_line_give_way_to_the_whole() -> None:
    pieces = (said(Box(125, 185, 200, 212), "Pati", 0.97), said(Box(300, 185, 340, 212), "dor", 0.99))
    read, _ = read_faint(page(10), text(*pieces), Reader(WORDS, 0.97))
    assert [line.text for line in read.lines] == [WORDS]


def test_a_faint_line_that_was_read_as_well_before_stays() -> None:
    whole = replace(said(PLACE, WORDS + " Esq", 0.99))
    first = text(whole)
    read, marks = read_faint(page(10), first, Reader(WORDS, 0.85))
    assert (read, marks) == (first, ())


def boxed_page() -> PageImage:
    plane = Image.new("L", (900, 420), 255)
    draw = ImageDraw.Draw(plane)
    draw.rectangle((PLACE.x0 - 6, PLACE.y0 - 4, PLACE.x1 + 10, PLACE.y1 + 4), fill=205)
    draw.text((PLACE.x0, PLACE.y0), WORDS, font=fonts.load("sans-a", 26), fill=211)
    return PageImage(ref=REF, pixels=np.array(plane.convert("RGB")), format=PageFormat(colour="grey"))


class Sparse(Reader):
    """Reads of the black nothing but its first part, or not even that."""

    def __init__(self, share: float, **given: float) -> None:
        super().__init__("Patient Theodora", 0.97, **given)
        self.share = share

    def read(self, pixels: Pixels, ref: PageRef) -> PageText:
        (whole,) = super().read(pixels, ref).lines
        quad = whole.quad.part(0, self.share)
        chars = tuple(replace(c, quad=quad.part(i / 16, (i + 1) / 16)) for i, c in enumerate(whole.chars))
        lines = (replace(whole, quad=quad, chars=chars),) if self.share else ()
        return PageText(ref=ref, width=pixels.shape[1], height=pixels.shape[0], lines=lines)


@pytest.mark.parametrize("share", [0.0, 0.6])
def test_a_row_in_a_box_that_does_not_read_whole_is_marked_whole(share: float) -> None:
    _, marks = read_faint(boxed_page(), text(), Sparse(share))
    assert [(m.kind, m.rule) for m in marks] == [(Kind.UNREAD_INK, NotUnderstood.FAINT)]
    x0, y0, x1, y1 = marks[0].quad.bounds()
    assert x0 <= PLACE.x0 + 4
    assert x1 >= PLACE.x0 + 330
    assert y0 <= PLACE.y0 + 8 < PLACE.y0 + 20 <= y1


def test_a_row_in_a_box_that_reads_whole_is_not_marked() -> None:
    read, marks = read_faint(boxed_page(), text(), Sparse(1.0))
    assert len(read.lines) == 1
    assert marks == ()


def test_a_row_in_a_box_that_reads_in_a_mirror_is_not_marked() -> None:
    assert read_faint(boxed_page(), text(), Sparse(0.0, mirrored=0.9))[1] == ()
