"""Pictures on a page: photographs in tone, dots and black; not text, bars, punch holes or the ground of a card."""

from __future__ import annotations

import random

import cv2
import numpy as np
import pytest

from docpriv.geometry import Box
from docpriv.model import Pixels
from docpriv.visual.pictures import find_pictures
from docpriv_lab.pages import drawings
from docpriv_lab.pages.face_pages import drawn_portrait, face_page, text_page
from tests.benchmarks.faces import lines_of


def sheet(*, level: int = 250) -> Pixels:
    return np.full((1400, 1000, 3), level, np.uint8)


def put(page: Pixels, image: Pixels, x: int, y: int) -> Box:
    page[y : y + image.shape[0], x : x + image.shape[1]] = image
    return Box(x, y, x + image.shape[1], y + image.shape[0])


def holds(found: tuple[Box, ...], box: Box) -> bool:
    """One of them holds nearly all of the box and little else."""
    return any(f.intersect(box).area > 0.7 * box.area and f.area < 2 * box.area for f in found)


@pytest.mark.parametrize("level", [250, 205])
def test_a_photograph_is_found_on_white_and_on_tinted_paper(level: int) -> None:
    page = sheet(level=level)
    box = put(page, np.asarray(drawings.photograph(random.Random(3), 240, 180)), 300, 400)
    assert holds(find_pictures(page, ()), box)


@pytest.mark.parametrize("medium", ["grey", "bilevel", "dither", "halftone"])
def test_a_portrait_is_found_however_it_was_copied(medium: str) -> None:
    page = face_page(11, [drawn_portrait(random.Random(1))], base="letter", medium=medium, face=90, turn=0.0)
    centre = page.placements[0].head.mean(axis=0)
    found = find_pictures(page.pixels, lines_of(page.words))
    assert any(b.x0 <= centre[0] <= b.x1 and b.y0 <= centre[1] <= b.y1 for b in found)


def test_text_that_was_read_bars_and_punch_holes_are_no_pictures() -> None:
    page = sheet()
    for row in range(12):
        at = (80, 300 + 40 * row)
        cv2.putText(page, "carefully committee garden account", at, cv2.FONT_HERSHEY_SIMPLEX, 0.9, (20, 20, 20), 2)
    page[150:190, 60:940] = 30
    cv2.circle(page, (500, 60), 22, (25, 25, 25), -1)
    lines = lines_of(
        [
            (
                "carefully committee garden account",
                np.array([[75, y - 28], [640, y - 28], [640, y + 10], [75, y + 10]], np.float64),
            )
            for y in range(300, 780, 40)
        ]
    )
    assert find_pictures(page, lines) == ()


def test_a_card_is_ground_and_its_photograph_the_picture() -> None:
    page = face_page(4, [drawn_portrait(random.Random(2))], base="id", medium="colour", face=120, turn=0.0)
    found = find_pictures(page.pixels, lines_of(page.words))
    head = page.placements[0].head
    around = Box(*(int(v) for v in (*head.min(axis=0), *head.max(axis=0))))
    own = [b for b in found if b.contains(around)]
    assert own
    assert min(b.area for b in own) < 5 * around.area


def test_boxes_lie_on_the_page_largest_first_and_are_the_same_again() -> None:
    pixels, words = text_page(8)
    pixels = pixels.copy()
    put(pixels, np.asarray(drawings.photograph(random.Random(5), 200, 160)), 0, 0)
    found = find_pictures(pixels, lines_of(words))
    assert found == find_pictures(pixels, lines_of(words))
    assert [b.area for b in found] == sorted((b.area for b in found), reverse=True)
    assert all(b == b.clip(pixels.shape[1], pixels.shape[0]) and not b.empty for b in found)


def test_an_empty_page_and_a_tiny_one_have_none() -> None:
    assert find_pictures(sheet(), ()) == ()
    assert find_pictures(np.zeros((1, 1, 3), np.uint8), ()) == ()
