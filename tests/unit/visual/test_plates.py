"""Plates in photographs: text with the form of a plate in a scene, never in a photographed document or on the page itself."""

from __future__ import annotations

import numpy as np
import pytest

from docpriv.geometry import Box, Quad
from docpriv.model import Char, Kind, Mark, PageFormat, PageImage, PageRef, TextLine
from docpriv.protocols import Scene, VisualDetector
from docpriv.visual.detectors.plates import PlateDetector, container_digit

DETECTOR = PlateDetector()
PICTURE = Box(100, 100, 700, 500)


def line(text: str, x: float = 300, y: float = 300, tall: float = 30, score: float = 0.9, aspect: float = 4.2) -> TextLine:
    step = tall * aspect / max(1, len(text))
    chars = tuple(
        Char(
            text=c,
            score=score,
            quad=Quad((x + i * step, y), (x + (i + 1) * step, y), (x + (i + 1) * step, y + tall), (x + i * step, y + tall)),
        )
        for i, c in enumerate(text)
    )
    return TextLine(chars=chars, quad=Quad(chars[0].quad.a, chars[-1].quad.b, chars[-1].quad.c, chars[0].quad.d), score=score)


def see(*lines: TextLine, pictures: tuple[Box, ...] = (PICTURE,)) -> tuple[Mark, ...]:
    white = np.full((800, 800, 3), 255, np.uint8)
    page = PageImage(ref=PageRef(document="d", index=2), pixels=white, format=PageFormat(colour="rgb"))
    return DETECTOR.see(Scene(page=page, lines=lines, pictures=pictures))


# Examples of the authorities' own leaflets and of Wikimedia's tables of forms; all are specimens or invented.
PLATES = [
    "AB51 ABC",
    "A123 BCD",
    "M-AB 1234",
    "HH XY 12",
    "W 12345 A",
    "12-ABC-3",
    "AB-12-CD",
    "GB-123-X",
    "AB-123-CD",
    "AB 123 CD",
    "1234 BCD",
    "WX 12345",
    "1-ABC-123",
    "ZH 123456",
    "ABC 123",
    "EK 12345",
    "AB 12 345",
    "12-D-12345",
    "7ABC123",
    "ABC-1234",
    "123 ABC",
    "ABCD 123",
    "MH 12 AB 1234",
    "ABC1D23",
]


@pytest.mark.parametrize("text", PLATES)
def test_a_plate_in_a_photograph_is_covered(text):
    (mark,) = see(line(text))
    assert mark.kind is Kind.LICENCE_PLATE
    assert (mark.page, mark.rule) == (2, "plate-form")
    x0, y0, x1, y1 = mark.quad.bounds()
    assert x0 <= 300
    assert y0 <= 300
    assert x1 >= 300 + 30 * 4.2
    assert y1 >= 330
    assert mark.payload is None


@pytest.mark.parametrize(("printed", "read"), [("AB51 ABC", "A851 ABC"), ("7ABC123", "7A8C1Z3"), ("AB-123-CD", "AB·I23·CD")])
def test_letters_and_digits_that_readers_confuse(printed, read):
    assert len(see(line(printed))) == len(see(line(read))) == 1


@pytest.mark.parametrize("text", PLATES)
def test_the_same_text_on_the_page_itself_is_left(text):
    assert not see(line(text), pictures=())
    assert not see(line(text, x=710, y=600))


@pytest.mark.parametrize(
    "text",
    [
        "SALE",
        "ISO 9001",
        "12345678",
        "USB 200",
        "Net 500",
        "COCA-COLA",
        "MP3",
        "2019",
        "MADE IN ITALY",
        "EST 1984",
        "+44 20 7946",
        "Café 12",
        "9:41 AM on Monday",
        "12.50",
    ],
)
def test_other_text_in_a_photograph_is_left(text):
    assert not see(line(text))


def test_a_photographed_receipt_is_no_scene():
    many = [line(f"Item {i} AB{i:02d}", x=120, y=105 + 18 * i, tall=12) for i in range(20)]
    assert not see(line("AB51 ABC", x=450), *many)
    assert not see(line("AB51 ABC", x=120, y=120, tall=120))


def test_a_plate_of_two_rows():
    (mark,) = see(line("AB51", y=300, aspect=2.6), line("ABC", x=308, y=334, aspect=2.0))
    assert mark.kind is Kind.LICENCE_PLATE
    assert mark.quad.bounds()[3] >= 364


def test_a_plate_that_two_readings_gave_is_one():
    assert len(see(line("AB51 ABC"), line("A851 ABC", x=302, y=301))) == 1


def test_a_doubtful_line_and_one_of_another_shape_are_left():
    assert not see(line("AB51 ABC", score=0.3))
    assert not see(line("AB51 ABC", aspect=14))


def test_container_numbers_by_their_check_digit():
    assert container_digit("CSQU305438") == 3  # the example of ISO 6346
    (mark,) = see(line("CSQU 305438 3", aspect=6))
    assert (mark.kind, mark.rule) == (Kind.VEHICLE_ID, "container-number")
    assert not see(line("CSQU 305438 4", aspect=6))


def test_it_is_a_detector():
    assert isinstance(DETECTOR, VisualDetector)
    assert DETECTOR.identity().name == "plates"
