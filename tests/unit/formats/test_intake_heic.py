"""HEIC: the picture that a phone shows, turned once; what else the file holds is noted; damage is an error, not a page."""

from __future__ import annotations

import io
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from intake_files import HEIGHT, WIDTH, notes_of, only_page, opened, picture, rgb
from PIL import Image, ImageOps

from docpriv.errors import CorruptInput, InputError, LimitExceeded, UnsupportedInput
from docpriv.formats.form import written_as
from docpriv.options import Limits, Recipe

pillow_heif = pytest.importorskip("pillow_heif")


def heic(*images: Image.Image, **options: Any) -> bytes:
    """The images as a file of this format."""
    made = pillow_heif.HeifFile()
    for image in images:
        made.add_from_pillow(image)
    out = io.BytesIO()
    made.save(out, quality=-1, **options)
    return out.getvalue()


def turned(orientation: int) -> bytes:
    """As a phone writes it: pixels as the sensor has them, and twice how they are turned, in a box of the format and in EXIF."""
    tags, out = Image.Exif(), io.BytesIO()
    tags[0x0112] = orientation
    pillow_heif.register_heif_opener()
    picture().save(out, "HEIF", exif=tags.tobytes(), quality=-1)
    return out.getvalue()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_phone_s_turn_is_applied_once(tmp_path: Path, orientation: int) -> None:
    data = turned(orientation)
    assert orientation == 1 or b"irot" in data or b"imir" in data, "the test file is not turned"
    image, tags = picture(), Image.Exif()
    tags[0x0112] = orientation
    image.info["exif"] = tags.tobytes()
    upright = rgb(ImageOps.exif_transpose(image))
    page = only_page(tmp_path, data)
    assert page.pixels.shape == upright.shape
    assert np.abs(page.pixels.astype(int) - upright).mean() < 1


def test_the_primary_picture_is_the_page_and_others_are_noted(tmp_path: Path) -> None:
    plain = heic(picture())
    assert notes_of(tmp_path, plain) == ()
    several = heic(Image.new("RGB", (64, 64), "white"), picture(), primary_index=1)
    assert only_page(tmp_path, several).pixels.shape == (HEIGHT, WIDTH, 3)
    assert notes_of(tmp_path, several) == ("had-further-pictures",)
    assert notes_of(tmp_path, heic(picture(), thumbnails=[48])) == ("had-thumbnail",)
    assert notes_of(tmp_path, turned(6)) == ("had-metadata",)
    assert notes_of(tmp_path, plain + b"SEFT of a maker") == ("trailing-bytes",)
    film = (24).to_bytes(4, "big") + b"mpvd" + bytes(16)
    assert notes_of(tmp_path, plain + film) == ("had-further-pictures",)


def test_what_lets_paper_through_is_laid_on_white(tmp_path: Path) -> None:
    page = only_page(tmp_path, heic(Image.new("RGBA", (64, 64), (0, 0, 0, 0))))
    assert page.pixels.min() > 250


def test_without_the_extra_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = heic(picture())
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(UnsupportedInput, match="HEIC") as raised:
        opened(tmp_path, data)
    assert "pip install 'docpriv[heic]'" in raised.value.advice


def test_damage_is_an_error(tmp_path: Path) -> None:
    data = heic(picture())
    for share in (5, 40, 90, 99):
        with pytest.raises(CorruptInput):
            only_page(tmp_path, data[: len(data) * share // 100])
    for at in range(30, len(data), len(data) // 40):
        spoilt = data[:at] + b"\xa5" * 12 + data[at + 12 :]
        with suppress(InputError):  # nothing else may come, and a page where the damage does not matter
            only_page(tmp_path, spoilt)


def test_limits_hold_before_a_pixel_is_decoded(tmp_path: Path) -> None:
    data = heic(picture())
    for limits in (Limits(megapixels=0.01), Limits(min_side=130), Limits(aspect=1.3)):
        with pytest.raises(LimitExceeded):
            opened(tmp_path, data, limits=limits)


def test_its_output_is_a_jpeg_by_name_and_kind(tmp_path: Path) -> None:
    from docpriv.batch.identity import target_of
    from docpriv.batch.walk import InputFile

    source = tmp_path / "IMG_0001.HEIC"
    source.write_bytes(heic(picture()))
    found = InputFile(source=source, relative=Path("phone/IMG_0001.HEIC"), shown="")
    assert target_of(found, Path("out"), Recipe(), "doc-1") == Path("out/phone/IMG_0001.jpg")
    assert written_as("image/heic", "same") == "image/jpeg"
    assert written_as("image/heic", "pdf") == "application/pdf"
