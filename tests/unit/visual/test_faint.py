"""Print that hardly stands out from its ground is found, and the grounds that papers have are not taken for it."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from docpriv.geometry import Box
from docpriv.model import Char, Pixels, TextLine
from docpriv.visual.faint import look_for_faint
from docpriv_lab.pages import fonts

SIZE = (900, 420)
TEXT = "Patient Theodora Marchbank"
PLACE = Box(120, 180, 480, 215)


def mask(text: str = TEXT, at: tuple[int, int] = (PLACE.x0, PLACE.y0), face: str = "sans-a", size: int = 26) -> np.ndarray:
    """Coverage of each pixel by ink, float 0..1 (H, W, 1)."""
    plane = Image.new("L", SIZE, 0)
    ImageDraw.Draw(plane).text(at, text, font=fonts.load(face, size), fill=255)
    return np.asarray(plane, np.float64)[..., None] / 255


def digitised(levels: np.ndarray, *, noise: float = 0.0, quality: int = 0) -> Pixels:
    rng = np.random.default_rng(7)
    grain = rng.normal(0, noise, levels.shape[:2])[..., None] if noise else 0.0
    pixels = np.clip(np.rint(levels + grain), 0, 255).astype(np.uint8)
    if quality:
        store = io.BytesIO()
        Image.fromarray(pixels).save(store, "JPEG", quality=quality)
        pixels = np.array(Image.open(store))
    return pixels


def paper(level: float = 255.0) -> np.ndarray:
    return np.full((SIZE[1], SIZE[0], 3), level)


def found(pixels: Pixels) -> bool:
    """Whether one area holds the middle of the words."""
    return any(
        area.contains(Box(PLACE.x0 + 20, PLACE.y0 + 10, PLACE.x1 - 45, PLACE.y1 - 12))
        for area in look_for_faint(pixels, ()).areas
    )


@pytest.mark.parametrize("face", ["sans-a", "serif-a", "mono-b"])
@pytest.mark.parametrize("contrast", [1, 2, 4, 8, 12])
def test_pale_print_is_found(contrast: int, face: str) -> None:
    assert found(digitised(paper() - contrast * mask(face=face)))


@pytest.mark.parametrize(("ground", "sign"), [(0, 1), (10, -1), (60, 1), (90, -1)])
def test_print_under_a_bar_is_found(ground: int, sign: int) -> None:
    levels = paper()
    levels[PLACE.y0 - 6 : PLACE.y1 + 6, PLACE.x0 - 12 : PLACE.x1 + 30] = ground
    assert found(digitised(levels + 5 * sign * mask()))


def test_yellow_print_is_found() -> None:
    assert found(digitised(paper() - 8 * mask() * np.array([0, 0, 1])))


@pytest.mark.parametrize(("contrast", "noise", "quality"), [(10, 2, 0), (12, 3, 0), (8, 1, 90), (6, 0, 60)])
def test_faint_print_is_found_on_paper_with_grain(contrast: int, noise: float, quality: int) -> None:
    assert found(digitised(paper(240) - contrast * mask(), noise=noise, quality=quality))


def test_what_is_shown_of_it_is_black_on_white() -> None:
    look = look_for_faint(digitised(paper(200) + 3 * mask()), ())
    assert look.stretched is not None
    ink = mask()[..., 0]
    assert look.stretched[ink == 1].mean() < 40
    assert look.stretched[cv2.dilate(ink, np.ones((9, 9))) == 0].mean() > 250


def grounds() -> dict[str, Pixels]:
    rng = np.random.default_rng(3)
    y, x = np.mgrid[: SIZE[1], : SIZE[0]].astype(np.float64)
    clouds = cv2.GaussianBlur(rng.normal(0, 40, (SIZE[1], SIZE[0])), (0, 0), 8)[..., None]
    waves = (np.abs(np.sin(x / 9 + 8 * np.sin(y / 37))) < 0.3)[..., None]
    fold = (20 * np.exp(-(((y - 200 - 0.05 * x) / 6) ** 2)))[..., None]
    shade = (60 / (1 + np.exp(-(x - 700) / 12)))[..., None]
    verso = cv2.GaussianBlur(mask(size=26)[..., 0], (0, 0), 2.4)[:, ::-1, None]
    bands = paper()
    bands[::30] -= 8
    return {
        "blank": digitised(paper()),
        "grain": digitised(paper(240), noise=4),
        "grain-jpeg": digitised(paper(240), noise=3, quality=75),
        "clouds": digitised(paper(238) + clouds, noise=1, quality=80),
        "gradient": digitised(paper(250) - (0.06 * x + 0.03 * y)[..., None] * np.array([1, 0.6, 0.3])),
        "security": digitised(paper(245) - 10 * waves * np.array([0.3, 1, 0.6])),
        "fold": digitised(paper(235) - fold, noise=1),
        "shadow": digitised(paper(235) - shade, noise=2),
        "verso": digitised(paper(250) - 12 * verso, noise=0.6),
        "rules": digitised(bands),
    }


@pytest.mark.parametrize("name", sorted(grounds()))
def test_a_ground_is_no_print(name: str) -> None:
    areas = look_for_faint(grounds()[name], ()).areas
    assert sum(area.area for area in areas) <= 0.005 * SIZE[0] * SIZE[1]


def line(box: Box, text: str, score: float = 1.0) -> TextLine:
    width = box.width / len(text)
    chars = tuple(
        Char(text=c, quad=Box(round(box.x0 + i * width), box.y0, round(box.x0 + (i + 1) * width), box.y1).quad(), score=score)
        for i, c in enumerate(text)
    )
    return TextLine(chars=chars, quad=box.quad(), score=score)


@pytest.mark.parametrize("quality", [30, 60, 90])
def test_ripples_of_jpeg_about_read_print_are_no_print(quality: int) -> None:
    rows = [60 + 40 * i for i in range(8)]
    pixels = digitised(paper() - 230 * sum(mask(at=(PLACE.x0, y)) for y in rows), quality=quality)
    lines = [line(Box(PLACE.x0 - 3, y - 2, PLACE.x1 + 8, y + 34), TEXT) for y in rows]
    assert look_for_faint(pixels, lines).areas == ()


def test_faint_print_of_which_pieces_were_read_is_looked_at_whole() -> None:
    pixels = digitised(paper() - 10 * mask())
    pieces = [line(Box(PLACE.x0, PLACE.y0, PLACE.x0 + 95, PLACE.y1), "Patient")]
    assert any(area.contains(PLACE.grow(-20, -8)) for area in look_for_faint(pixels, pieces).areas)


VALUES = ("Gordon Hargreaves", "18/10/1972", "CVD475421972", "020 7946 0953")
STEP = 34  # pixels from one value to the next; the boxes leave three of them white


def value_place(row: int) -> Box:
    return Box(250, 60 + STEP * row, 500, 86 + STEP * row)


def stack(ground: tuple[int, int, int], levels: float) -> np.ndarray:
    """Black labels, and beside each a value in a box of its own that differs from the box by some levels."""
    page = paper()
    for row, value in enumerate(VALUES):
        place = value_place(row)
        page[place.y0 - 3 : place.y1 + 2, place.x0 - 6 : place.x1] = ground
        page += levels * mask(value, (place.x0, place.y0), size=22) - 240 * mask("Customer:", (130, place.y0), size=22)
    return page


def labels_read(reach: int = 0) -> list[TextLine]:
    """The labels as an engine reads them, so many pixels wider than they are."""
    return [line(Box(128, place.y0, 240 + reach, place.y1), "Customer:") for place in map(value_place, range(len(VALUES)))]


def whole_rows(pixels: Pixels, lines: list[TextLine]) -> list[bool]:
    """Whether each value is shown from its first letter to its last, as black on white."""
    look = look_for_faint(pixels, lines)
    out = []
    for row, value in enumerate(VALUES):
        ink = mask(value, (value_place(row).x0, value_place(row).y0), size=22)[..., 0] > 0.9
        out.append(look.stretched is not None and float((look.stretched[ink][:, 0] < 128).mean()) > 0.85)
    return out


@pytest.mark.parametrize("levels", [-12, -4, 4, 6, 12])
@pytest.mark.parametrize("ground", [(210, 210, 210), (232, 232, 232), (150, 190, 230), (30, 30, 34)])
def test_values_in_a_stack_of_boxes_are_found_whole(ground: tuple[int, int, int], levels: int) -> None:
    assert all(whole_rows(digitised(stack(ground, levels)), labels_read()))


@pytest.mark.parametrize("reach", [10, 18])
def test_a_label_whose_quad_reaches_into_the_box_explains_nothing_there(reach: int) -> None:
    assert all(whole_rows(digitised(stack((210, 210, 210), 5)), labels_read(reach)))


@pytest.mark.parametrize(("ground", "quality"), [((205, 205, 205), 60), ((240, 150, 150), 75), ((120, 180, 240), 90)])
def test_values_in_boxes_of_a_jpeg_are_found(ground: tuple[int, int, int], quality: int) -> None:
    areas = look_for_faint(digitised(stack(ground, -12), quality=quality), labels_read()).areas
    for row in range(len(VALUES)):
        place = value_place(row)
        assert any(area.contains(Box(place.x0 + 4, place.y0 + 8, place.x0 + 80, place.y0 + 18)) for area in areas)


def test_rows_between_the_edges_of_boxes_are_told_from_others() -> None:
    assert len(look_for_faint(digitised(stack((210, 210, 210), 5)), labels_read()).boxed) == len(VALUES)
    assert look_for_faint(digitised(paper() - 4 * mask()), ()).boxed == ()


@pytest.mark.parametrize("quality", [0, 40, 75, 90])
@pytest.mark.parametrize("ground", [(205, 205, 205), (255, 240, 90), (30, 30, 34)])
def test_empty_boxes_are_no_print(ground: tuple[int, int, int], quality: int) -> None:
    look = look_for_faint(digitised(stack(ground, 0), quality=quality), labels_read())
    assert look.boxed == ()
    assert look.areas == () or (
        ground[0] < 40 and quality == 75
    )  # its ripples stand in a row; what the engine reads there counts
