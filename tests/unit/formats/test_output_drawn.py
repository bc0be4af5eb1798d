"""Inside covered areas the written page is compared with what a style drew, pixel by pixel or within a JPEG's limits."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from output_pages import jpeg_source, page

from docpriv.formats.fidelity import compare_outside
from docpriv.formats.writing import decode_page, encode_page
from docpriv.geometry import Box
from docpriv.model import Pixels

PLAIN, DRAWN = Box(32, 32, 128, 64), Box(160, 48, 368, 96)
WORD = Box(200, 56, 330, 88)


def painted_of(source: Pixels, tone: int = 255) -> Pixels:
    """Two black areas, one of them with a word."""
    out = source.copy()
    for box in (PLAIN, DRAWN):
        out[box.slices] = 0
    cv2.putText(out, "[PERSON]", (WORD.x0, WORD.y1 - 8), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (tone,) * 3, 2, cv2.LINE_AA)
    return out


def passed(source: Pixels, final: Pixels, painted: Pixels, *, lossless: bool) -> dict[str, bool]:
    boxes = (PLAIN, DRAWN)  # of whole blocks
    checks = compare_outside(source, final, boxes, boxes, colour=(0, 0, 0), lossless=lossless, painted=painted, drawn=(DRAWN,))
    return {check.name: check.ok for check in checks}


def test_a_lossless_page_is_exactly_what_was_drawn() -> None:
    source = page("rgb", 400, 300)
    painted = painted_of(source)
    assert passed(source, painted, painted, lossless=True) == {
        "same-size": True,
        "inside-filled": True,
        "inside-drawn": True,
        "outside-kept": True,
    }


@pytest.mark.parametrize(
    ("x", "y", "name"),
    [
        (40, 40, "inside-filled"),
        (161, 49, "inside-drawn"),
        (210, 70, "inside-drawn"),
        (367, 95, "inside-drawn"),
        (380, 95, "outside-kept"),
    ],
)
def test_one_level_of_one_pixel_is_noticed(x: int, y: int, name: str) -> None:
    source = page("rgb", 400, 300)
    painted = painted_of(source)
    final = painted.copy()
    final[y, x, 2] ^= 1
    assert [key for key, ok in passed(source, final, painted, lossless=True).items() if not ok] == [name]


def test_a_plain_area_is_held_to_the_colour_whatever_was_painted() -> None:
    source = page("rgb", 400, 300)
    painted = painted_of(source)
    painted[PLAIN.slices] = source[PLAIN.slices]  # a painter that did not paint
    assert not passed(source, painted, painted, lossless=True)["inside-filled"]
    assert not passed(source, painted, painted, lossless=False)["inside-filled"]


@pytest.mark.parametrize("quality", [20, 50, 75, 95])
@pytest.mark.parametrize("sampling", [0, 2])
@pytest.mark.parametrize("colour", ["grey", "rgb"])
def test_a_jpeg_stays_close_to_what_was_drawn(colour: str, quality: int, sampling: int) -> None:
    source, fmt = jpeg_source(colour, quality, sampling)  # type: ignore[arg-type]
    painted = painted_of(source)
    coded = encode_page(painted, fmt, "image/jpeg", keep_outside=(source, (PLAIN, DRAWN)))
    assert all(passed(source, decode_page(coded), painted, lossless=False).values())


@pytest.fixture(scope="module")
def written() -> tuple[Pixels, Pixels, Pixels]:
    """Source, painted and decoded JPEG page."""
    source, fmt = jpeg_source("rgb", 75, 2)
    painted = painted_of(source)
    return source, painted, decode_page(encode_page(painted, fmt, "image/jpeg", keep_outside=(source, (PLAIN, DRAWN))))


def test_writing_that_shines_through_is_noticed(written: tuple[Pixels, Pixels, Pixels]) -> None:
    source, painted, final = written
    ghost = final.copy()
    part = (slice(50, 94), slice(338, 366))  # a flat part of the drawn area
    ghost[part] = np.maximum(ghost[part], 20 * (source[part] > 128).astype(np.uint8))
    assert not passed(source, ghost, painted, lossless=False)["inside-drawn"]


def test_another_drawing_is_noticed(written: tuple[Pixels, Pixels, Pixels]) -> None:
    source, painted, final = written
    assert passed(source, final, painted, lossless=False)["inside-drawn"]
    assert not passed(source, final, painted_of(source, tone=128), lossless=False)["inside-drawn"]
    missing = final.copy()
    missing[DRAWN.slices] = 0  # a plain fill where a word was drawn
    assert not passed(source, missing, painted, lossless=False)["inside-drawn"]
    assert not passed(source, source, painted, lossless=False)["inside-drawn"]


def test_noise_and_shades_survive_a_jpeg() -> None:
    source, fmt = jpeg_source("rgb", 75, 2)
    painted = painted_of(source)
    cells = np.random.default_rng(2).integers(0, 256, (3, 13, 3), dtype=np.uint8)
    painted[DRAWN.slices] = cells.repeat(16, axis=0).repeat(16, axis=1)
    coded = encode_page(painted, fmt, "image/jpeg", keep_outside=(source, (PLAIN, DRAWN)))
    assert all(passed(source, decode_page(coded), painted, lossless=False).values())
