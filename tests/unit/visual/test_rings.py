"""Letters on a circle are marked along it; clocks, stars, dots, gears, print and writing are not."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from docpriv.geometry import Box
from docpriv.model import Char, Kind, Mark, NotUnderstood, PageFormat, PageImage, PageRef, Pixels, TextLine
from docpriv.protocols import Scene
from docpriv.visual.detectors.rings import RingDetector
from docpriv_lab.pages import fonts

MIDDLE = (400, 380)
Pen = ImageDraw.ImageDraw


def paper(draw: Callable[[Pen], None]) -> Pixels:
    image = Image.new("RGB", (900, 760), "white")
    draw(ImageDraw.Draw(image))
    return np.asarray(image).copy()


def face(size: int, number: int = 0) -> ImageFont.FreeTypeFont:
    return fonts.load(fonts.GEOMETRY[number % len(fonts.GEOMETRY)], size)


def around(text: str, radius: float, start: float, *, size: int = 26, step: float = 0.0, inward: bool = False) -> Pixels:
    """Text on a circle about MIDDLE, from `start` degrees clockwise from the right; `inward`: its feet point outward."""
    image = Image.new("RGB", (900, 760), "white")
    pen, angle = face(size, len(text)), math.radians(start)
    for sign in text:
        side = 2 * size
        tile = Image.new("L", (side, side), 0)
        ImageDraw.Draw(tile).text((size, size), sign, font=pen, fill=255, anchor="mm")
        turn = 90 - math.degrees(angle) if inward else -90 - math.degrees(angle)
        tile = tile.rotate(turn, resample=Image.Resampling.BICUBIC)
        x, y = MIDDLE[0] + radius * math.cos(angle) - size, MIDDLE[1] + radius * math.sin(angle) - size
        image.paste(Image.new("RGB", tile.size, (30, 30, 120)), (round(x), round(y)), tile)
        angle += (-1 if inward else 1) * (step or pen.getlength(sign) * 1.15 + 2) / radius
    return np.asarray(image).copy()


def ring_marks(pixels: Pixels, lines: tuple[TextLine, ...], page: int) -> tuple[Mark, ...]:
    image = PageImage(ref=PageRef(document="d", index=page), pixels=pixels, format=PageFormat(colour="rgb"))
    return RingDetector().see(Scene(page=image, lines=lines))


def left(pixels: Pixels, lines: tuple[TextLine, ...] = ()) -> float:
    """Share of the ink that the marks of a page leave."""
    out = pixels.copy()
    for mark in ring_marks(pixels, lines, 0):
        assert (mark.kind, mark.rule) == (Kind.UNREAD_INK, NotUnderstood.TURNED)
        for part in mark.parts:
            out[part.slices] = 255
    return float((out < 128).any(axis=2).sum() / (pixels < 128).any(axis=2).sum())


@pytest.mark.parametrize(
    "ring",
    [
        around("JONATHAN WHITFIELD 219-09-9123", 220, -75, step=44),
        around("Agnes Pemberton * Commission 48213 * ", 150, 170, size=22),
        around("RUPERT ABERNATHY NOTARY PUBLIC", 110, 180, size=18),
        around("NAOMI LINDQVIST", 170, 215),
        around("COMM NO 48213-77", 170, 150, inward=True),
        np.minimum(around("CELESTE BROCKWAY", 130, 200), around("COMM NO 48213", 130, 140, inward=True)),
    ],
)
def test_letters_on_a_circle_are_marked_and_nothing_else(ring: Pixels) -> None:
    assert left(ring) < 0.01
    with_middle = ring.copy()
    seal = paper(lambda pen: pen.text(MIDDLE, "SEAL", font=face(24), fill=0, anchor="mm"))
    box = Box(MIDDLE[0] - 60, MIDDLE[1] - 30, MIDDLE[0] + 60, MIDDLE[1] + 30)
    with_middle[box.slices] = seal[box.slices]
    marks = ring_marks(with_middle, (), 0)
    assert marks
    assert not any(part.overlaps(box) for mark in marks for part in mark.parts)


def tight(text: str, radius: float, start: float, size: int) -> Pixels:
    """Letters on a circle that touch each other."""
    return around(text, radius, start, size=size, step=face(size, len(text)).getlength("n") * 0.86)


@pytest.mark.parametrize(
    "ring",
    [
        np.minimum(around("ALISTAIR PEMBERTON", 150, 200), around("7", 150, 90, size=26)),
        np.minimum(around("ALISTAIR PEMBERTON", 150, 200), around("48", 150, 95, size=26, inward=True)),
        np.minimum(around("ALISTAIR PEMBERTON", 150, 200), tight("No. 3638065", 150, 50, 26)),
        np.minimum(around("CELESTE BROCKWAY NOTARY PUBLIC", 190, 160), around("COMMISSION 4821377 KENT", 152, 165)),
        np.minimum(around("OFFICE OF THE COUNTY CLERK", 190, 170), around("NAOMI LINDQVIST", 152, 200)),
    ],
    ids=["one", "two", "touching", "rows", "short-row"],
)
def test_all_letters_about_one_middle_are_marked(ring: Pixels) -> None:
    assert left(ring) < 0.01


def level(text: str, box: Box, score: float = 0.99) -> TextLine:
    quad = box.quad()
    chars = tuple(Char(text=c, score=score, quad=quad.part(i / len(text), (i + 1) / len(text))) for i, c in enumerate(text))
    return TextLine(chars=chars, quad=quad, score=score)


def test_a_number_that_reads_well_at_the_foot_of_a_ring_belongs_to_it_and_print_that_crosses_it_does_not() -> None:
    ring = np.minimum(around("ALISTAIR PEMBERTON", 150, 200), around("3638065", 150, 104, size=22, inward=True))
    foot = Box(MIDDLE[0] - 60, MIDDLE[1] + 120, MIDDLE[0] + 60, MIDDLE[1] + 170)
    number = level("3638065", foot)
    assert left(ring, (number,)) < 0.01
    crossing = Box(MIDDLE[0] + 60, MIDDLE[1] + 20, MIDDLE[0] + 300, MIDDLE[1] + 50)
    print_ = paper(lambda pen: pen.text((crossing.x0, crossing.y0), "The room is heated", font=face(24), fill=0))
    page = np.minimum(ring, print_)
    marks = ring_marks(page, (number, level("The room is heated", crossing)), 0)
    assert marks
    assert not any(part.overlaps(crossing) for mark in marks for part in mark.parts)


def test_words_of_a_ring_that_read_well_one_by_one_do_not_hide_it() -> None:
    ring = around("QUIROGA THORNBURY FITZROY", 150, 180)
    lines = []
    for at, word in ((200, "QUIR"), (300, "THORN"), (15, "TZROY")):
        x, y = (MIDDLE[k] + 150 * f(math.radians(at)) for k, f in enumerate((math.cos, math.sin)))
        turn = math.radians(at + 90)
        quad = Box(-45, -15, 45, 15).quad()
        quad = type(quad).of(
            quad.array() @ np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]]) + np.array([x, y])
        )
        chars = tuple(Char(text=c, score=0.99, quad=quad.part(i / len(word), (i + 1) / len(word))) for i, c in enumerate(word))
        lines.append(TextLine(chars=chars, quad=quad, score=0.99))
    assert left(ring, tuple(lines)) < 0.01


def on_circle(count: int, radius: float, draw: Callable[[Pen, float, float, float, int], None]) -> Pixels:
    def all_of(pen: Pen) -> None:
        for k in range(count):
            angle = 2 * math.pi * k / count - math.pi / 2
            draw(pen, MIDDLE[0] + radius * math.cos(angle), MIDDLE[1] + radius * math.sin(angle), angle, k)

    return paper(all_of)


def star(pen: Pen, x: float, y: float, angle: float, _: int) -> None:
    pen.polygon(
        [
            (x + r * math.cos(angle + k * math.pi / 5), y + r * math.sin(angle + k * math.pi / 5))
            for k, r in enumerate([16, 6.5] * 5)
        ],
        fill=(0, 0, 120),
    )


def print_lines(pen: Pen) -> None:
    for row in range(14):
        pen.text((60, 40 + 46 * row), "The committee met in the north hall to review it", font=face(26, row), fill=0)


def heading(pen: Pen) -> None:
    pen.text((400, 300), "RESULTS", font=face(26), fill=0, anchor="mm")
    pen.text((400, 330), "(NO DEAD/NO TESTED)", font=face(26), fill=0, anchor="mm")


def hour(pen: Pen, x: float, y: float, _: float, k: int) -> None:
    pen.text((x, y), str(k or 12), font=face(30), fill=0, anchor="mm")


def hours(radius: float) -> tuple[TextLine, ...]:
    lines = []
    for k in range(12):
        angle, text = 2 * math.pi * k / 12 - math.pi / 2, str(k or 12)
        x, y = round(MIDDLE[0] + radius * math.cos(angle)), round(MIDDLE[1] + radius * math.sin(angle))
        quad = Box(x - 20, y - 18, x + 20, y + 18).quad()
        chars = tuple(Char(text=c, score=0.99, quad=quad.part(i / len(text), (i + 1) / len(text))) for i, c in enumerate(text))
        lines.append(TextLine(chars=chars, quad=quad, score=0.99))
    return tuple(lines)


@pytest.mark.parametrize(
    "page",
    [
        on_circle(12, 120, star),
        on_circle(24, 150, lambda pen, x, y, a, k: pen.ellipse((x - 8, y - 8, x + 8, y + 8), fill=0)),
        on_circle(
            30,
            150,
            lambda pen, x, y, a, k: pen.line(
                (x, y, x + (30 if k % 5 else 45) * math.cos(a), y + (30 if k % 5 else 45) * math.sin(a)), fill=0, width=4
            ),
        ),
        paper(print_lines),
        paper(heading),
        on_circle(9, 20, lambda pen, x, y, a, k: pen.line((x, y, x + 3 + k % 3, y + 4), fill=0)),
        paper(lambda pen: [pen.ellipse((x, y, x + 14, y + 14), fill=0) for x in range(60, 800, 34) for y in range(60, 700, 34)]),
        paper(lambda pen: pen.text((60, 300), "The committee met in the north hall", font=face(30), fill=0)),
        paper(lambda pen: pen.ellipse((200, 200, 500, 500), outline=0, width=6)),
        np.full((20, 20, 3), 255, np.uint8),
    ],
    ids=["stars", "dots", "ticks", "print", "heading", "grain", "polka", "line", "frame", "blank"],
)
def test_what_is_no_ring_of_letters_is_not_marked(page: Pixels) -> None:
    assert ring_marks(page, (), 0) == ()


@pytest.mark.parametrize("radius", [90, 120, 160])
def test_a_clock_that_is_read_is_no_ring(radius: int) -> None:
    assert ring_marks(on_circle(12, radius, hour), hours(radius), 0) == ()


def test_the_same_page_gives_the_same_marks() -> None:
    ring = around("Agnes Pemberton * Commission 48213 * ", 150, 170, size=22)
    assert ring_marks(ring, (), 2) == ring_marks(ring, (), 2)
