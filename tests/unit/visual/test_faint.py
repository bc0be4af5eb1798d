"""Print that hardly stands out from its ground is found, and the grounds that papers have are not taken for it."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from docpriv.evaluation import fonts
from docpriv.geometry import Box
from docpriv.model import Char, Pixels, TextLine
from docpriv.visual.faint import look_for_faint

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
    look = look_for_faint(digitised(paper(200) + 3 * mask()), (), stretch=True)
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


def test_what_is_explained_is_not_looked_at() -> None:
    pixels = digitised(paper() - 4 * mask())
    assert look_for_faint(pixels, (), [PLACE.grow(60, 20)]).areas == ()


def test_faint_print_of_which_pieces_were_read_is_looked_at_whole() -> None:
    pixels = digitised(paper() - 10 * mask())
    pieces = [line(Box(PLACE.x0, PLACE.y0, PLACE.x0 + 95, PLACE.y1), "Patient")]
    assert any(area.contains(PLACE.grow(-20, -8)) for area in look_for_faint(pixels, pieces).areas)
