"""Codes on pages: decoded or not, covered whole with the number at their bars; text, tables and patterns are none."""

from __future__ import annotations

import io
import random

import cv2
import numpy as np
import pytest
import zxingcpp
from PIL import Image, ImageDraw

from docpriv.geometry import Box, Quad
from docpriv.model import Char, Kind, Mark, PageFormat, PageImage, PageRef, TextLine
from docpriv.pii.payloads import spelled_out
from docpriv.protocols import Scene, VisualDetector
from docpriv.redaction.plan import strips
from docpriv.visual.detectors.codes import UNDECODED, CodeDetector, format_name
from docpriv_lab.pages import fonts
from docpriv_lab.pages.code_pages import KINDS, LINEAR, code_modules, code_page
from tests.benchmarks import codes as benchmark

DETECTOR = CodeDetector()


def see(pixels: np.ndarray, lines: tuple[TextLine, ...] = ()) -> tuple[Mark, ...]:
    colour = np.repeat(pixels[..., None], 3, axis=2) if pixels.ndim == 2 else pixels
    page = PageImage(ref=PageRef(document="d", index=3), pixels=np.ascontiguousarray(colour), format=PageFormat(colour="grey"))
    return DETECTOR.see(Scene(page=page, lines=lines))


def covered(marks: tuple[Mark, ...], shape: tuple[int, ...]) -> np.ndarray:
    mask = np.zeros(shape[:2], bool)
    for mark in marks:
        for box in mark.parts or strips(mark.quad):
            mask[box.clip(shape[1], shape[0]).slices] = True
    return mask


def drawn(kind: str, module: int = 3, tall: int = 70, seed: int = 0) -> tuple[np.ndarray, Box, str]:
    """A code on a white page, where it stands and what is printed below such bars."""
    modules, shown = code_modules(random.Random(f"{seed}/{kind}"), kind)
    rows = tall if kind in LINEAR else module
    ink = np.repeat(np.repeat(modules, rows, axis=0), module, axis=1)
    page = np.full((ink.shape[0] + 240, ink.shape[1] + 240), 255, np.uint8)
    page[100 : 100 + ink.shape[0], 120 : 120 + ink.shape[1]] = 255 - ink
    return page, Box(120, 100, 120 + ink.shape[1], 100 + ink.shape[0]), shown


def text_line(text: str, box: Box, score: float = 0.95) -> TextLine:
    step = box.width / max(1, len(text))
    chars = tuple(
        Char(
            text=c,
            quad=Quad(
                (box.x0 + i * step, box.y0),
                (box.x0 + (i + 1) * step, box.y0),
                (box.x0 + (i + 1) * step, box.y1),
                (box.x0 + i * step, box.y1),
            ),
            score=score,
        )
        for i, c in enumerate(text)
    )
    return TextLine(chars=chars, quad=box.quad(), score=score)


def test_it_is_a_detector_that_says_what_it_is():
    assert isinstance(DETECTOR, VisualDetector)
    assert DETECTOR.identity().name == "zxing-cpp"
    assert DETECTOR.identity().version[0].isdigit()


@pytest.mark.parametrize("kind", KINDS)
def test_a_code_is_decoded_and_covered_whole(kind):
    page, box, shown = drawn(kind)
    (mark,) = see(page)
    assert mark.kind is Kind.CODE
    assert mark.page == 3
    assert mark.rule == f"code:{kind}"
    assert mark.payload
    assert not shown or mark.payload.endswith(shown[-6:])
    mask = covered((mark,), page.shape)
    assert mask[box.slices].all()
    assert mask.mean() < 1.4 * box.area / page.size + 0.02
    assert mark.payload not in repr(mark)


@pytest.mark.parametrize("turn", [90, 180, 270])
@pytest.mark.parametrize("kind", ["code-128", "pdf417"])
def test_a_code_lies_whichever_way(kind, turn):
    page, box, _ = drawn(kind)
    turned = np.ascontiguousarray(np.rot90(page, turn // 90))
    ink = np.zeros(page.shape, bool)
    ink[box.slices] = page[box.slices] < 128
    mask = covered(see(turned), turned.shape)
    assert mask[np.rot90(ink, turn // 90)].all()


def test_bars_are_covered_from_a_reading_of_one_line_to_their_ends():
    page, box, _ = drawn("code-128", tall=160)
    page[box.y0 + 20 : box.y1, box.x0 : box.x1] = np.where(
        np.random.default_rng(0).random((140, box.width)) < 0.004, 0, page[box.y0 + 20 : box.y1, box.x0 : box.x1]
    )
    ink = page[box.slices] < 128
    assert covered(see(page), page.shape)[box.slices][ink].mean() > 0.995


@pytest.mark.parametrize("kind", KINDS)
def test_a_code_that_nobody_can_read_is_covered(kind):
    page, box, _ = drawn(kind, module=4)
    rng = np.random.default_rng(1)
    cells = rng.permutation(box.width // 4)  # the modules of the code in another order: it looks the same, says nothing
    body = page[box.slices]
    page[box.slices] = np.concatenate([body[:, 4 * c : 4 * c + 4] for c in cells] + [body[:, 4 * len(cells) :]], axis=1)
    if kind == "pdf417":  # its rows stand between bars that begin and end it
        page[box.slices][:, :68], page[box.slices][:, -72:] = body[:, :68], body[:, -72:]
    assert not zxingcpp.read_barcodes(page)
    marks = see(page)
    assert {m.rule for m in marks} == {UNDECODED}
    assert all(m.payload is None for m in marks)
    assert covered(marks, page.shape)[box.slices][page[box.slices] < 128].mean() > 0.98


@pytest.mark.parametrize("where", ["below", "above"])
def test_the_number_at_the_bars_is_covered_and_the_sentence_near_them_is_not(where):
    page, box, shown = drawn("ean-13")
    number = (
        Box(box.x0 + 10, box.y1 + 4, box.x1 - 10, box.y1 + 26)
        if where == "below"
        else (Box(box.x0 + 10, box.y0 - 26, box.x1 - 10, box.y0 - 4))
    )
    far = Box(box.x0, box.y1 + 60, box.x1, box.y1 + 82)
    words = Box(box.x0, box.y0 - 60, box.x1, box.y0 - 38)
    lines = (text_line(shown, number), text_line("4006381333931", far), text_line("Please keep this part", words))
    mask = covered(see(page, lines), page.shape)
    assert mask[number.slices].all()
    assert not mask[far.slices].any()
    assert not mask[words.slices].any()


def test_content_that_is_no_text_becomes_text():
    (mark,) = see(alone(zxingcpp.create_barcode(bytes([0, 1, 255, 254]) + b"NAME=DOE", zxingcpp.BarcodeFormat.QRCode)))
    assert "NAME=DOE" in (mark.payload or "")
    assert all(c.isprintable() or c in "\n\r\t" for c in mark.payload or "")


LICENCE = "@\n\x1e\rANSI 636026080102DL00410288ZA03290015DLDAQD12345678\nDCSQUILLFEATHER\nDACMARTIN\nDADJAY\nDBB03151980\r"


@pytest.mark.parametrize(
    ("content", "kind", "wanted"),
    [
        (LICENCE, zxingcpp.BarcodeFormat.PDF417, ["Name: MARTIN JAY QUILLFEATHER", "Driver license number: D12345678"]),
        ("[)>\x1e06\x1dSQUILLFEATHER\x1d1T4711\x1e\x04", zxingcpp.BarcodeFormat.DataMatrix, ["SQUILLFEATHER", "1T4711"]),
    ],
)
def test_fields_of_a_content_stay_apart(content, kind, wanted):
    (mark,) = see(alone(zxingcpp.create_barcode(content, kind)))
    assert set(wanted) <= set(spelled_out(mark.payload).split("\n"))


def test_fields_of_a_label_of_goods_stay_apart():
    code = zxingcpp.create_barcode("(01)04012345123456(10)ABC123(21)4711", zxingcpp.BarcodeFormat.DataMatrix, gs1=True)
    (mark,) = see(alone(code))
    assert mark.payload == "(01)04012345123456(10)ABC123(21)4711"


def alone(code):
    """A page with nothing but a code."""
    ink = np.array(code.to_image(scale=4, add_quiet_zones=True))
    page = np.full((ink.shape[0] + 100, ink.shape[1] + 100), 255, np.uint8)
    page[50 : 50 + ink.shape[0], 50 : 50 + ink.shape[1]] = ink
    return page


def test_names_of_formats():
    formats = zxingcpp.BarcodeFormat
    names = {
        format_name(f)
        for f in (
            formats.QRCode,
            formats.DataMatrix,
            formats.PDF417,
            formats.Aztec,
            formats.Code128,
            formats.Code39,
            formats.EAN13,
            formats.ITF,
        )
    }
    assert names == set(KINDS)


def _sheet(width: int = 1000, height: int = 1300) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    page = Image.new("L", (width, height), 255)
    return page, ImageDraw.Draw(page)


def _prose(size: float, font: str = "sans-a-bold") -> np.ndarray:
    page, draw = _sheet()
    face = fonts.load(font, size)
    rng = random.Random(5)
    for y in range(40, 1240, round(size * 1.15)):
        words = (rng.choice(("ILLIUM", "HILL", "payment", "10,441.11", "minimum", "M&M", "1234")) for _ in range(18))
        draw.text((40, y), " ".join(words), font=face, fill=0)
    return np.asarray(page)


def _pattern(name: str) -> np.ndarray:
    page, draw = _sheet()
    y, x = np.mgrid[0:500, 0:700]
    area: np.ndarray | None = None
    if name == "table":
        for i in range(40):
            draw.line((60, 60 + 28 * i, 940, 60 + 28 * i), fill=0, width=2)
            draw.line((60 + 22 * i, 60, 60 + 22 * i, 1150), fill=0, width=2)
    elif name == "staff lines":
        for system in range(8):
            for i in range(5):
                draw.line((60, 80 + 140 * system + 12 * i, 940, 80 + 140 * system + 12 * i), fill=0, width=2)
    elif name == "punch holes":
        for hole in range(4):
            draw.ellipse((20, 100 + 300 * hole, 70, 150 + 300 * hole), fill=0)
    elif name == "boxes to tick":
        for i in range(30):
            for j in range(12):
                draw.rectangle((80 + 40 * j, 60 + 40 * i, 100 + 40 * j, 80 + 40 * i), outline=0, width=2)
    elif name == "hatching":
        area = np.where((x + y) % 12 < 5, 0, 255)
    elif name == "stripes":
        area = np.where(x % 14 < 7, 0, 255)
    elif name == "halftone":
        tone = 0.5 + 0.4 * np.sin(x / 90) * np.cos(y / 70)
        area = np.where((np.sin((x + y) * 0.6) * np.sin((x - y) * 0.6) + 1) / 2 < tone, 0, 255)
    elif name == "fingerprint":
        r = np.hypot(x - 350, (y - 250) * 0.8) + 12 * np.sin(x / 40) + 9 * np.cos(y / 33)
        area = np.where((np.sin(r * 0.7) > 0) & (np.hypot((x - 350) / 1.0, y - 250) < 210), 40, 255)
    elif name == "guilloche":
        area = np.full((500, 700), 255)
        for k in range(24):
            at = (250 + 90 * np.sin(np.arange(700) / 60 + k * 0.26) + 50 * np.sin(np.arange(700) / 17 + k)).astype(int)
            area[np.clip(at, 0, 499), np.arange(700)] = 90
    out = np.array(page)
    if area is not None:
        out[300:800, 150:850] = area
    return out.astype(np.uint8)


@pytest.mark.parametrize(
    "name",
    ["table", "staff lines", "punch holes", "boxes to tick", "hatching", "stripes", "halftone", "fingerprint", "guilloche"],
)
@pytest.mark.parametrize("worn", [False, True])
def test_patterns_that_are_no_codes_are_left(name, worn):
    page = _pattern(name)
    if worn:
        store = io.BytesIO()
        Image.fromarray(cv2.GaussianBlur(page, (0, 0), 0.8)).save(store, "JPEG", quality=55)
        page = np.array(Image.open(store))
    assert not see(page)


@pytest.mark.parametrize("size", [11, 16, 30, 60])
@pytest.mark.parametrize("font", ["sans-a-bold", "mono-a-bold", "serif-a"])
def test_text_is_left(size, font):
    assert not see(_prose(size, font))


@pytest.mark.parametrize("size", [11, 16, 30])
def test_covered_text_is_no_code(size):
    page = _prose(size).copy()
    rng = np.random.default_rng(size)
    step = round(size * 1.15)
    for y in range(40, 1240, step):
        for x in range(40, 960, 60):
            if rng.random() < 0.6:
                page[y : y + size, x : x + int(rng.integers(30, 60))] = 0
    assert not see(page)


def test_two_codes_and_the_white_between_them():
    one, box, _ = drawn("qr-code", seed=1)
    two, other, _ = drawn("qr-code", seed=2)
    page = np.full((one.shape[0] + two.shape[0], max(one.shape[1], two.shape[1])), 255, np.uint8)
    page[: one.shape[0], : one.shape[1]], page[one.shape[0] :, : two.shape[1]] = one, two
    marks = see(page)
    assert len(marks) == 2
    assert marks[0].payload != marks[1].payload
    mask = covered(marks, page.shape)
    assert mask[box.slices].all()
    assert not mask[box.y1 + 30 : one.shape[0] + other.y0 - 30].any()


def test_the_same_page_gives_the_same_marks():
    page = code_page(3, dpi=150, kinds=KINDS[4:]).pixels
    assert see(page) == see(page)


def test_code_pages_know_their_ink():
    page = code_page(1, dpi=100, kinds=("qr-code", "ean-13"), rotation=0.0, clean=True)
    assert page.pixels.shape[2] == 3
    for code in page.codes:
        dark = page.pixels[..., 0] < 60
        assert dark[code.ink > 200].mean() > 0.99
        assert code.size >= 0.26


def test_the_benchmark_runs_and_covers_clean_codes():
    tally = benchmark.measure(2, seed=7, resolutions=(150,), clean=True)
    assert sum(tally.codes.values()) == 8
    assert sum(tally.covered.values()) == 8
    assert tally.stray == 0


def _broken(page: np.ndarray, box: Box, share: float, seed: int) -> np.ndarray:
    """The page with so many modules of 3 pixels inverted that no correction helps; the outer four of each side stay."""
    rng, out = np.random.default_rng(seed), page.copy()
    for y in range(box.y0 + 12, box.y1 - 12, 3):
        for x in range(box.x0 + 12, box.x1 - 12, 3):
            if rng.random() < share:
                out[y : y + 3, x : x + 3] = 255 - out[y : y + 3, x : x + 3]
    return out


def test_the_frame_of_a_code_is_enough_where_its_content_is_damaged():
    page, box, _ = drawn("data-matrix", seed=4)
    page = _broken(page, box, 0.4, 1)
    assert not zxingcpp.read_barcodes(page)
    marks = see(page)
    assert {m.rule for m in marks} == {UNDECODED}
    assert all(not m.payload for m in marks)
    assert covered(marks, page.shape)[box.slices][page[box.slices] < 128].mean() > 0.98


@pytest.mark.parametrize("at", [0.25, 0.5, 0.75])
def test_a_stack_of_bars_is_covered_on_both_sides_of_a_scratch(at):
    page, box, _ = drawn("pdf417", seed=2)
    middle, half = box.y0 + round(at * box.height), round(0.09 * box.height)
    page[middle - half : middle + half] = 255
    marks = see(page)
    assert covered(marks, page.shape)[box.slices][page[box.slices] < 128].mean() > 0.98


@pytest.mark.parametrize("kind", ["code-128", "qr-code"])
def test_codes_of_one_width_close_together_are_two_marks(kind):
    one, box, _ = drawn(kind, seed=1)
    two, _, _ = drawn(kind, seed=1 if kind == "qr-code" else 2)
    gap = 40
    body, other = one[box.slices], two[box.slices]
    page = np.full((2 * box.height + gap + 200, one.shape[1]), 255, np.uint8)
    page[100 : 100 + box.height, box.x0 : box.x1] = body
    page[100 + box.height + gap : 100 + 2 * box.height + gap, box.x0 : box.x1] = other
    marks = see(page)
    assert len(marks) == 2
    assert not covered(marks, page.shape)[100 + box.height + 12 : 100 + box.height + gap - 12].any()


def test_text_at_the_ends_of_bars_is_left():
    page, box, _ = drawn("code-128", tall=60)
    image = Image.fromarray(page)
    draw, face = ImageDraw.Draw(image), fonts.load("sans-a-bold", 16)
    for y in (box.y0 - 34, box.y1 + 16):
        draw.text((box.x0, y), "please settle the amount within thirty days of receipt", font=face, fill=0)
    page = np.array(image)
    mask = covered(see(page), page.shape)
    assert mask[box.slices][page[box.slices] < 128].mean() > 0.98
    assert not mask[: box.y0 - 18].any()
    assert not mask[box.y1 + 18 :].any()


def test_a_number_is_printed_once():
    page, box, shown = drawn("ean-13")
    below = Box(box.x0 + 10, box.y1 + 4, box.x1 - 10, box.y1 + 26)
    above = Box(box.x0 + 10, box.y0 - 26, box.x1 - 10, box.y0 - 4)
    mask = covered(see(page, (text_line(shown, below), text_line("02/13/2022 12:28", above))), page.shape)
    assert mask[below.slices].all()
    assert not mask[box.y0 - 26 : box.y0 - 8].any()


def test_the_interval_of_a_share():
    assert benchmark.interval(0, 0) == (0.0, 1.0)
    least, most = benchmark.interval(95, 100)
    assert 0.88 < least < 0.9
    assert 0.97 < most < 0.99


@pytest.mark.parametrize(("seed", "dpi", "kind"), [(700025, 100, "data-matrix"), (700043, 200, "pdf417")])
def test_damage_and_a_scan_together_leave_a_frame_to_find(seed, dpi, kind):
    page = code_page(seed, dpi=dpi, kinds=KINDS[:4])
    (code,) = (c for c in page.codes if c.kind == kind)
    assert code.damage != "none"
    mask = covered(see(page.pixels), page.pixels.shape)
    assert code.ink[mask].sum() > 0.98 * code.ink.sum()
