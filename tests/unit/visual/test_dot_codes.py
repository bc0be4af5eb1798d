"""Codes whose modules are separate dots are covered whole; grids, halftones, Braille and dot-matrix print are no codes."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import zxingcpp

from docpriv.geometry import cover
from docpriv.model import Kind, PageFormat, PageImage, PageRef, Pixels
from docpriv.protocols import Scene
from docpriv.visual.detectors.codes import CodeDetector
from docpriv.visual.dot_codes import find_dot_codes

FINE = 4  # dots are drawn so many times larger and made smaller


def modules(text: str, kind: str) -> np.ndarray:
    code = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, kind))
    return np.array(zxingcpp.write_barcode_to_image(code, scale=1, add_quiet_zones=False)) < 128


def dotted(places: np.ndarray, pitch: tuple[float, float] | float, radius: float, *, turn: float = 0.0, ink: int = 0) -> Pixels:
    """A page of 900 x 700 pixels with a dot at every place that is set; `radius` in pixels, `turn` in degrees."""
    across, down = pitch if isinstance(pitch, tuple) else (pitch, pitch)
    large = np.full((700 * FINE, 900 * FINE), 255, np.uint8)
    c, s = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    for y, x in zip(*np.nonzero(places), strict=True):
        dx, dy = (x - places.shape[1] / 2) * across, (y - places.shape[0] / 2) * down
        at = (round((450 + c * dx - s * dy) * FINE), round((350 + s * dx + c * dy) * FINE))
        cv2.circle(large, at, round(radius * FINE), ink, -1)
    return np.stack([cv2.resize(large, (900, 700), interpolation=cv2.INTER_AREA)] * 3, axis=-1)


def scene(pixels: Pixels) -> Scene:
    return Scene(page=PageImage(ref=PageRef(document="d", index=0), pixels=pixels, format=PageFormat(colour="rgb")), lines=())


@pytest.mark.parametrize(
    ("kind", "pitch", "radius", "turn", "ink"),
    [
        ("QRCode", 8, 2.6, 0, 0),
        ("QRCode", 6, 2.2, 11, 0),
        ("QRCode", 10, 3.4, 0, 90),
        ("QRCode", 14, 4.0, 45, 0),
        ("DataMatrix", 9, 3.0, 0, 0),
        ("DataMatrix", 12, 3.0, -20, 40),
    ],
)
def test_a_code_of_separate_dots_is_covered_whole(kind: str, pitch: int, radius: float, turn: int, ink: int) -> None:
    pixels = dotted(modules("NAME:Helena Okonkwo;ID 48213", kind), pitch, radius, turn=turn, ink=ink)
    left = pixels.copy()
    marks = CodeDetector().see(scene(pixels))
    assert {mark.kind for mark in marks} == {Kind.CODE}
    for mark in marks:
        left[cover(mark.quad, 900, 700).slices] = 255
    assert int(left.min()) > 200


INKS = ((150, 170, 215), (215, 150, 160), (255, 255, 190), (205, 205, 205), (0, 0, 0))
CONTENT = "NAME:Helena Okonkwo;ID 48213"


@pytest.mark.parametrize("ink", INKS)
@pytest.mark.parametrize("share", [0.45, 0.7, 0.9])
def test_a_code_of_pale_small_or_close_dots_is_covered_beside_black_print(ink: tuple[int, int, int], share: float) -> None:
    pale = 255 - dotted(modules(CONTENT, "QRCode"), 4, share * 2)[..., :1].astype(float)
    pixels = np.rint(255 - pale / 255 * (255 - np.array(ink))).astype(np.uint8)
    for row in (40, 90, 620, 660):
        cv2.putText(
            pixels, "The committee met in the north hall to review it", (40, row), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (0, 0, 0), 2
        )
    marks = CodeDetector().see(scene(pixels))
    assert marks
    code = (pixels[110:590] < 240).any(axis=2)
    assert code.any()
    for mark in marks:
        box = cover(mark.quad, 900, 700)
        assert 100 < box.y0 < box.y1 < 600
        code[box.y0 - 110 : box.y1 - 110, box.x0 : box.x1] = False
    assert not code.any()


def low_matrix(columns: int) -> np.ndarray:
    """A Data Matrix of 8 rows: two solid sides, two of every other place, and content."""
    places = np.random.default_rng(columns).random((8, columns)) < 0.5
    places[0], places[:, -1] = np.arange(columns) % 2 == 0, np.arange(8) % 2 == 1
    places[-1], places[:, 0] = True, True
    return places


@pytest.mark.parametrize("columns", [32, 96, 144])
def test_a_low_data_matrix_of_dots_is_found(columns: int) -> None:
    page = dotted(low_matrix(columns), 6, 2.2)
    (area,) = find_dot_codes(page[..., 0].copy())
    ink = np.argwhere(page[..., 0] < 128)
    (y0, x0), (y1, x1) = ink.min(axis=0), ink.max(axis=0)
    left, top, right, bottom = area.quad.bounds()
    assert (left <= x0, top <= y0, right >= x1, bottom >= y1) == (True,) * 4


def rows_of_print() -> np.ndarray:
    image = np.zeros((90, 110), np.uint8)
    for row in range(6):
        cv2.putText(image, "THE COMMITTEE", (1, 12 + 15 * row), cv2.FONT_HERSHEY_SIMPLEX, 0.4, 1, 1)
    return image > 0


def braille(seed: int) -> np.ndarray:
    rng, out = np.random.default_rng(seed), np.zeros((60, 84), bool)
    for top in range(0, 60, 10):
        for x in range(0, 84, 5):
            for dot in range(6):
                out[top + dot // 2 * 2, x + dot % 2 * 2] = rng.random() < 0.5
    return out


def noise(seed: int) -> Pixels:
    rng, page = np.random.default_rng(seed), np.full((700, 900, 3), 255, np.uint8)
    for x, y in rng.integers((200, 150), (700, 550), (1500, 2)).tolist():
        page[y : y + 4, x : x + 4] = 0
    return page


def halftone() -> Pixels:
    page = np.full((700, 900), 255, np.uint8)
    for y in range(100, 600, 9):
        for x in range(150, 750, 9):
            cv2.circle(page, (x, y), round(1 + 2.6 * abs(np.sin(x / 90) * np.cos(y / 80))), 0, -1)
    return np.stack([page] * 3, axis=-1)


RANDOM = np.random.default_rng(4).random((30, 60)) < 0.5


@pytest.mark.parametrize(
    "page",
    [
        dotted(np.ones((30, 40), bool), 11, 4),
        halftone(),
        dotted(np.eye(1, 80, dtype=bool) | np.ones((1, 80), bool), 9, 2),
        dotted(rows_of_print(), 6, 2),
        dotted(braille(1), 7, 2.4),
        dotted(RANDOM[:20, :12], (26, 16), 5),  # an answer sheet
        dotted(RANDOM[:6], 10, 3.4),
        dotted(np.random.default_rng(7).random((8, 96)) < 0.5, 7, 2.4),
        dotted(rows_of_print()[3:13], 6, 2),
        noise(2),
        np.full((700, 900, 3), 255, np.uint8),
    ],
    ids=["grid", "halftone", "leader", "print", "braille", "answers", "band", "low", "line", "noise", "blank"],
)
def test_dots_that_are_no_code_are_none(page: Pixels) -> None:
    assert find_dot_codes(page.min(axis=2)) == ()
