"""Beside a cover on a page that was a JPEG nothing tells what is covered, and what stands further off stays."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from PIL import Image

from docpriv.formats.image import read_opened
from docpriv.formats.writing import decode_page, encode_page
from docpriv.geometry import Box
from docpriv.model import JpegTraits, MediaType, PageFormat, Pixels
from docpriv.redaction.coding_blocks import clear_blocks, touched

COVER = Box(61, 43, 203, 66)  # its edges lie within blocks


def page(value: str, colour: tuple[int, int, int] = (20, 20, 20)) -> Pixels:
    """A label, a value below it in COVER, a rule, and text further off."""
    out = np.full((131, 277, 3), 250, np.uint8)
    for text, at in (("Name of patient", (60, 30)), ("ordinary words", (60, 110))):
        cv2.putText(out, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.6, (30, 30, 30), 1, cv2.LINE_AA)
    under = out.copy()
    cv2.putText(under, value, (63, 63), cv2.FONT_HERSHEY_SIMPLEX, 0.65, colour, 2, cv2.LINE_AA)
    out[COVER.slices] = under[COVER.slices]
    return out


def released(drawn: Pixels, quality: int, sampling: int, target: MediaType) -> tuple[bytes, Pixels, Pixels]:
    """Bytes and pixels of the page as it is written once it was coded at a quality and covered, and the page as it was read."""
    held = io.BytesIO()
    Image.fromarray(drawn).save(held, "JPEG", quality=quality, subsampling=sampling)
    with Image.open(held) as image:
        source, form, _ = read_opened(image, 8, apply_orientation=False)
    covered = source.copy()
    covered[COVER.slices] = 0
    painted = clear_blocks(source, covered, [COVER], form)
    around = touched([COVER], form, 277, 131, lossless=False)
    coded = encode_page(painted, form, target, keep_outside=(source, around))
    return coded.data, decode_page(coded), source


@pytest.mark.parametrize("target", ["image/jpeg", "image/png", "application/pdf"])
@pytest.mark.parametrize("sampling", [0, 1, 2])
@pytest.mark.parametrize("quality", [30, 60, 95])
def test_pages_that_differ_under_the_cover_alone_are_written_alike(quality: int, sampling: int, target: MediaType) -> None:
    values = ("Roe, J. 1961", "Barrow 471")
    files = {released(page(value), quality, sampling, target)[0] for value in values}
    assert len(files) == 1
    sources = [released(page(value), quality, sampling, target)[2] for value in values]
    beside = np.ones((131, 277), bool)
    beside[COVER.slices] = False
    assert (sources[0][beside] != sources[1][beside]).any(), "the source's coding does not spread here, so nothing was shown"


@pytest.mark.parametrize("sampling", [0, 2])
def test_what_stands_further_off_stays(sampling: int) -> None:
    _, final, source = released(page("Roe, Jane 1961"), 75, sampling, "image/png")
    far = np.ones((131, 277), bool)
    far[32:80, 48:216] = False
    assert np.array_equal(final[far], source[far])
    grey = cv2.cvtColor(final, cv2.COLOR_RGB2GRAY).astype(int) - cv2.cvtColor(source, cv2.COLOR_RGB2GRAY)
    near = np.ones((131, 277), bool)
    near[40:72, 56:208] = False
    assert np.abs(grey[near]).max() <= 2, "the brightness of further blocks stays where colour is coded in larger units"
    assert (final[COVER.slices] == 0).all()
    assert final[40:43, 56:208].min() > 240, "paper beside the cover"


def test_colour_under_the_cover_leaves_no_trace() -> None:
    red, grey = (released(page("Roe, Jane 1961", colour), 60, 2, "image/png")[1] for colour in ((220, 0, 0), (20, 20, 20)))
    assert np.abs(red.astype(int) - grey).max() <= 2  # what rounding colours to whole levels leaves


def test_a_page_that_was_no_jpeg_is_covered_exactly() -> None:
    source, form = page("Roe"), PageFormat(colour="rgb")
    covered = source.copy()
    covered[COVER.slices] = 0
    assert clear_blocks(source, covered, [COVER], form) is covered
    assert touched([COVER], form, 277, 131, lossless=True) == (COVER,)
    assert touched([COVER], form, 277, 131, lossless=False) == (Box(56, 40, 208, 72),)


def test_blocks_of_a_turned_page_may_begin_at_any_edge() -> None:
    form = PageFormat(colour="grey", jpeg=JpegTraits(tables=((9,) * 64,), sampling=-1, turned=True))
    (around,) = touched([COVER], form, 277, 131, lossless=True)
    for offset_x in range(8):
        for offset_y in range(8):
            moved = COVER.shift(offset_x, offset_y).snap(8, 8).shift(-offset_x, -offset_y)
            assert around.contains(moved)
