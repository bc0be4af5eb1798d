"""Bare paper is not searched, ink of any colour is, however faint; what is found in an area lies where it stands on the page."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from docpriv.geometry import Box
from docpriv.model import Pixels
from docpriv.ocr.detect import MARGIN, STEP, detect
from docpriv.ocr.ink_areas import ink_areas

SIZES = {100: (1100, 850), 200: (2200, 1700), 300: (3300, 2550)}


def paper(dpi: int, *, level: int = 250, grain: float = 0.0, shading: int = 0, seed: int = 3) -> Pixels:
    """An empty page as a scanner gives it: u8 (H, W, 3)."""
    height, width = SIZES[dpi]
    plane = np.full((height, width), float(level)) - np.linspace(0, shading, width)
    if grain:
        plane += cv2.GaussianBlur(np.random.default_rng(seed).normal(0, 2 * grain, (height, width)), (3, 3), 0)
    return np.repeat(np.clip(plane, 0, 255).astype(np.uint8)[:, :, None], 3, axis=2)


def stroke(pixels: Pixels, dpi: int, ink: tuple[int, int, int]) -> Box:
    """One slanting pen stroke half a millimetre thick; the box about it."""
    place = Box(dpi * 3, dpi * 4, dpi * 3 + dpi // 2, dpi * 4 + dpi // 4)
    cv2.line(pixels, (place.x0, place.y0), (place.x1, place.y1), ink, max(1, round(dpi / 50)), cv2.LINE_AA)
    return place


@pytest.mark.parametrize("dpi", sorted(SIZES))
@pytest.mark.parametrize("look", [{"level": 255}, {"level": 0}, {"grain": 1.5, "shading": 20}, {"level": 225, "grain": 2.0}])
def test_bare_paper_has_no_areas(dpi, look):
    assert ink_areas(paper(dpi, **look), MARGIN) == ()


@pytest.mark.parametrize("dpi", sorted(SIZES))
@pytest.mark.parametrize("grain", [0.0, 1.0, 2.0])
@pytest.mark.parametrize(
    "ink",
    [
        (238, 238, 238),  # faint pencil, light grey print
        (255, 255, 170),  # yellow
        (215, 235, 255),  # light blue
        (255, 215, 225),  # pale pink
        (30, 30, 30),
    ],
)
def test_faint_and_coloured_ink_is_no_paper(dpi, grain, ink):
    pixels = paper(dpi, grain=grain)
    place = stroke(pixels, dpi, ink)
    areas = ink_areas(pixels, MARGIN)
    assert any(area.contains(place) for area in areas)


def test_light_ink_on_dark_paper_is_no_paper():
    pixels = paper(200, level=40, grain=1.0)
    place = stroke(pixels, 200, (62, 62, 62))
    assert any(area.contains(place) for area in ink_areas(pixels, MARGIN))


def test_what_is_left_out_is_paper_and_every_margin_is_kept():
    pixels = paper(200)
    for y in range(500, 1500, 60):
        for x in range(400, 1200, 30):
            cv2.line(pixels, (x, y), (x + 12, y + 25), (0, 0, 0), 3)
    (area,) = ink_areas(pixels, MARGIN)
    assert area.contains(Box(400, 500, 1182, 1485).grow(MARGIN - 4))
    assert area.area < 0.5 * pixels.shape[0] * pixels.shape[1]


def test_a_full_page_is_one_area():
    pixels = paper(100)
    pixels[::40] = 0
    assert ink_areas(pixels, MARGIN) == (Box(0, 0, 850, 1100),)


def test_marks_far_apart_are_areas_of_their_own_and_many_are_one():
    pixels = paper(200)
    places = [Box(200 + 300 * i, 200 + 400 * i, 260 + 300 * i, 230 + 400 * i) for i in range(4)]
    for place in places:
        pixels[place.slices] = 0
    areas = ink_areas(pixels, MARGIN)
    assert len(areas) == 4
    assert all(sum(area.contains(place) for area in areas) == 1 for place in places)
    for y in range(100, 2200, 300):
        for x in range(100, 1700, 300):
            pixels[y : y + 20, x : x + 20] = 0
    assert len(ink_areas(pixels, MARGIN)) == 1


def test_bare_paper_is_not_shown_to_the_network():
    def network(image):
        raise AssertionError("asked about bare paper")

    assert detect(paper(200, grain=1.5, shading=10), network, 4000) == []


@pytest.mark.parametrize(
    ("size", "place"),
    [
        ((2200, 1700), Box(1300, 1900, 1500, 1930)),
        ((2200, 1700), Box(4, 2150, 400, 2180)),
        ((500, 400), Box(150, 30, 300, 50)),
        ((3900, 3000), Box(2000, 3000, 2600, 3050)),
    ],
)
def test_lines_lie_where_their_ink_is_at_every_scale(size, place):
    shapes = []

    def network(image):
        shapes.append(image.shape)
        return (image.min(axis=2) < 128).astype(np.float32)

    pixels = np.full((*size, 3), 255, np.uint8)
    pixels[place.slices] = 0
    (line,) = detect(pixels, network, 4000)
    x0, y0, x1, y1 = line.quad.bounds()
    grown = (place.height * place.width * 1.5) / (2 * (place.height + place.width)) + 4
    for got, wanted, limit in ((x0, place.x0, 0), (y0, place.y0, 0), (x1, place.x1, size[1]), (y1, place.y1, size[0])):
        assert abs(got - wanted) <= grown or got == limit
    assert (x0 + x1) / 2 == pytest.approx((place.x0 + place.x1) / 2, abs=grown / 2)
    assert all(side % STEP == 0 for side in shapes[0][:2])
    assert shapes[0][0] * shapes[0][1] < 0.5 * max(size[0] * size[1], 736 * 736)
