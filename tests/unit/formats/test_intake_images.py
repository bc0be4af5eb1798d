"""Pixels of image files come out as a viewer shows them, once upright, and described as they were stored."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from intake_files import HEIGHT, WIDTH, coded, notes_of, only_page, opened, picture, rgb
from PIL import Image, ImageOps

from docpriv.errors import CorruptInput, LimitExceeded, UnsupportedInput
from docpriv.options import Limits

_STORED_FOR = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def stored(image: Image.Image, orientation: int) -> Image.Image:
    """The image as a camera that writes this tag would have stored it."""
    method = _STORED_FOR[orientation]
    return image if method is None else image.transpose(method)


def tagged(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_gives_the_same_upright_pixels(tmp_path: Path, kind: str, orientation: int) -> None:
    image = stored(picture(), orientation)
    options = {
        "PNG": {"exif": tagged(orientation)},
        "WEBP": {"exif": tagged(orientation), "lossless": True},
        "TIFF": {"tiffinfo": {274: orientation}, "compression": "tiff_lzw"},
    }[kind]
    page = only_page(tmp_path, coded(image, kind, **options))
    assert np.array_equal(page.pixels, rgb(picture()))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_jpeg_orientation_is_applied_once_and_reported(tmp_path: Path, orientation: int) -> None:
    data = coded(stored(picture(), orientation), "JPEG", exif=tagged(orientation), dpi=(300, 150))
    page = only_page(tmp_path, data)
    with Image.open(tmp_path / "scan") as reference:
        assert np.array_equal(page.pixels, rgb(ImageOps.exif_transpose(reference)))
    assert page.pixels.shape == (HEIGHT, WIDTH, 3)
    assert page.format.jpeg is not None
    assert page.format.jpeg.turned == (orientation != 1)
    assert page.format.dpi == ((150, 300) if orientation >= 5 else (300, 150))


def test_tiff_dpi_is_swapped_with_a_quarter_turn(tmp_path: Path) -> None:
    data = coded(picture(), "TIFF", tiffinfo={274: 6}, dpi=(200, 100))
    assert only_page(tmp_path, data).format.dpi == (100, 200)


@pytest.mark.parametrize(("dpi", "kept"), [((300, 150), (300, 150)), ((3, 3), None), ((20000, 300), None)])
def test_implausible_resolution_is_dropped(tmp_path: Path, dpi: tuple[int, int], kept: tuple[int, int] | None) -> None:
    assert only_page(tmp_path, coded(picture(), "JPEG", dpi=dpi)).format.dpi == kept


@pytest.mark.parametrize("sampling", [0, 1, 2])
@pytest.mark.parametrize("progressive", [False, True])
def test_jpeg_traits_are_those_of_the_file(tmp_path: Path, sampling: int, progressive: bool) -> None:
    data = coded(picture(), "JPEG", quality=71, subsampling=sampling, progressive=progressive)
    traits = only_page(tmp_path, data).format.jpeg
    with Image.open(tmp_path / "scan") as reference:
        tables = tuple(tuple(reference.quantization[k]) for k in sorted(reference.quantization))
    assert traits is not None
    assert (traits.tables, traits.sampling, traits.progressive) == (tables, sampling, progressive)
    assert len(set(tables)) == 2


def test_a_jpeg_written_with_the_traits_has_the_same_tables(tmp_path: Path) -> None:
    traits = only_page(tmp_path, coded(picture(), "JPEG", quality=63, subsampling=1)).format.jpeg
    assert traits is not None
    again = coded(picture(), "JPEG", qtables=[list(t) for t in traits.tables], subsampling=traits.sampling)
    assert only_page(tmp_path, again).format.jpeg == traits


def test_grey_jpeg_is_grey(tmp_path: Path) -> None:
    form = only_page(tmp_path, coded(picture("L"), "JPEG")).format
    assert form.colour == "grey"
    assert form.jpeg is not None
    assert form.jpeg.sampling == -1


def ramp(count: int) -> np.ndarray:
    return np.linspace(0, 65535, 64 * 64 * count).astype(np.uint16).reshape(64, 64 * count)


def png16(channels: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in ramp(channels))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 64, 64, 16, 0 if channels == 1 else 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def test_sixteen_bit_grey_is_scaled_not_clipped(tmp_path: Path) -> None:
    wanted = np.rint(ramp(1) / 257).astype(np.uint8)
    for content in (png16(1), coded(Image.fromarray(ramp(1)), "TIFF")):
        page = only_page(tmp_path, content)
        assert np.array_equal(page.pixels[..., 0], wanted)
        assert (page.format.bits, page.format.colour) == (16, "grey")
        assert "reduced-16-bit" in notes_of(tmp_path, content)


def test_sixteen_bits_that_count_from_white_are_turned_round(tmp_path: Path) -> None:
    data = coded(Image.fromarray(ramp(1)), "TIFF", tiffinfo={262: 0})
    wanted = 255 - np.rint(ramp(1) / 257).astype(np.uint8)
    assert np.array_equal(only_page(tmp_path, data).pixels[..., 0], wanted)


def test_a_strip_that_ends_beyond_the_file_is_missing_data(tmp_path: Path) -> None:
    data = bytearray(coded(picture("1"), "TIFF", compression="group4", tiffinfo={278: HEIGHT}))
    with Image.open(io.BytesIO(data)) as image:
        length = image.tag_v2[279][0]
    at = data.index(struct.pack("<HHI", 279, 4, 1)) + 8
    assert data[at : at + 4] == struct.pack("<I", length)
    data[at : at + 4] = struct.pack("<I", length + 5000)
    with pytest.raises(CorruptInput, match="cut off"):
        only_page(tmp_path, bytes(data))


def test_sixteen_bit_rgb_is_reduced_and_said_so(tmp_path: Path) -> None:
    page = only_page(tmp_path, png16(3))
    exact = ramp(3).reshape(64, 64, 3) / 257
    assert np.abs(page.pixels - exact).max() <= 1.0
    assert page.format.bits == 16
    assert notes_of(tmp_path, png16(3)) == ("reduced-16-bit",)


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_cmyk_is_not_inverted(tmp_path: Path, kind: str) -> None:
    page = only_page(tmp_path, coded(picture().convert("CMYK"), kind))
    assert np.abs(page.pixels.astype(int) - rgb(picture())).mean() < 4
    assert page.format.colour == "rgb"


def test_ycck_is_read_as_ycck(tmp_path: Path) -> None:
    data = bytearray(coded(Image.new("CMYK", (64, 64), (0, 0, 0, 0)), "JPEG"))
    data[data.index(b"Adobe") + 11] = 2  # transform 2: the three first channels are YCC
    plain = only_page(tmp_path, coded(Image.new("CMYK", (64, 64), (0, 0, 0, 0)), "JPEG"))
    assert plain.pixels.min() > 250
    other = only_page(tmp_path, bytes(data)).pixels
    assert np.abs(other.astype(int) - plain.pixels).max() > 40


@pytest.mark.parametrize("mode", ["LA", "RGBA", "P", "RGB"])
def test_what_is_transparent_is_white(tmp_path: Path, mode: str) -> None:
    image = Image.new("RGB", (40, 40), (10, 10, 10))
    image.paste((90, 90, 90), (20, 0, 40, 40))
    options = {}
    if mode in ("LA", "RGBA"):
        alpha = Image.new("L", (40, 40), 255)
        alpha.paste(0, (0, 0, 20, 40))
        image = image.convert(mode)
        image.putalpha(alpha)
    else:
        image = image.quantize(2) if mode == "P" else image
        options["transparency"] = image.getpixel((0, 0))
    page = only_page(tmp_path, coded(image, "PNG", **options))
    assert (page.pixels[:, :20] == 255).all()
    assert (page.pixels[:, 20:] == 90).all()
    assert "alpha-flattened" in notes_of(tmp_path, coded(image, "PNG", **options))


def test_an_opaque_alpha_channel_is_no_news(tmp_path: Path) -> None:
    data = coded(picture().convert("RGBA"), "PNG")
    assert notes_of(tmp_path, data) == ()
    assert np.array_equal(only_page(tmp_path, data).pixels, rgb(picture()))


@pytest.mark.parametrize("compression", ["raw", "group3", "group4", "tiff_lzw", "packbits", "tiff_adobe_deflate"])
@pytest.mark.parametrize("photometric", [0, 1])
def test_bilevel_tiff_has_black_ink_whatever_its_coding(tmp_path: Path, compression: str, photometric: int) -> None:
    data = coded(picture("1"), "TIFF", compression=compression, tiffinfo={262: photometric})
    page = only_page(tmp_path, data)
    assert np.array_equal(page.pixels, rgb(picture("1")))
    assert (page.format.colour, page.format.bits) == ("bilevel", 1)


@pytest.mark.parametrize("kind", ["PNG", "BMP"])
def test_bilevel_files_of_other_kinds_are_bilevel(tmp_path: Path, kind: str) -> None:
    page = only_page(tmp_path, coded(picture("1"), kind))
    assert np.array_equal(page.pixels, rgb(picture("1")))
    assert (page.format.colour, page.format.bits) == ("bilevel", 1)


def test_a_two_colour_palette_is_bilevel_only_in_black_and_white(tmp_path: Path) -> None:
    for palette, colour in (([0, 0, 0, 255, 255, 255], "bilevel"), ([0, 0, 90, 255, 255, 255], "rgb")):
        image = Image.fromarray((np.asarray(picture("1")) * 1).astype(np.uint8)).convert("P")
        image.putpalette(palette)
        assert only_page(tmp_path, coded(image, "PNG", bits=1)).format.colour == colour


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF"])
def test_lossless_colour_and_grey_are_exact(tmp_path: Path, kind: str) -> None:
    assert np.array_equal(only_page(tmp_path, coded(picture(), kind)).pixels, rgb(picture()))
    grey = only_page(tmp_path, coded(picture("L"), kind))
    assert np.array_equal(grey.pixels, rgb(picture("L")))
    assert grey.format.colour == "grey"


def test_pages_of_a_tiff_come_in_any_order_and_again(tmp_path: Path) -> None:
    sheets = [picture(), picture("L", (90, 60)), picture("1", (64, 200)), picture()]
    data = coded(sheets[0], "TIFF", save_all=True, append_images=sheets[1:], compression="tiff_lzw")
    with opened(tmp_path, data) as document:
        assert document.info.pages == 4
        for index in (2, 0, 3, 3, 1, 2):
            page = document.page(index)
            assert page.ref.index == index
            assert np.array_equal(page.pixels, rgb(sheets[index]))
        assert [p.format.colour for p in document.pages()] == ["rgb", "grey", "bilevel", "rgb"]


def test_a_page_is_read_only_and_named(tmp_path: Path) -> None:
    page = only_page(tmp_path, coded(picture(), "PNG"))
    assert page.ref.document == "doc"
    with pytest.raises(ValueError, match="read-only"):
        page.pixels[0, 0, 0] = 1


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "BMP", "TIFF"])
def test_a_cut_off_file_never_gives_a_page(tmp_path: Path, kind: str) -> None:
    noise = Image.fromarray(np.random.default_rng(3).integers(0, 256, (90, 70, 3), dtype=np.uint8))
    data = coded(noise, kind)
    for share in (20, 50, 80, 95):
        with pytest.raises(CorruptInput):
            only_page(tmp_path, data[: len(data) * share // 100])


def test_limits_are_checked_before_decoding(tmp_path: Path) -> None:
    data = coded(picture(), "PNG")[:-100]  # decoding would fail
    for limits in (Limits(megapixels=0.01), Limits(min_side=130), Limits(aspect=1.3)):
        with pytest.raises(LimitExceeded):
            opened(tmp_path, data, limits=limits)
    several = coded(picture(), "TIFF", save_all=True, append_images=[picture()] * 3)
    with pytest.raises(LimitExceeded, match="pages"):
        opened(tmp_path, several, limits=Limits(pages=3))
    with pytest.raises(LimitExceeded, match="input_megabytes"):
        opened(tmp_path, several, limits=Limits(input_megabytes=0.01))


def test_animations_are_refused(tmp_path: Path) -> None:
    for kind in ("PNG", "WEBP"):
        data = coded(picture(), kind, save_all=True, append_images=[picture("L").convert("RGB")])
        with pytest.raises(UnsupportedInput, match="animated or multi-frame"):
            opened(tmp_path, data)


def test_of_several_pictures_of_a_phone_the_first_is_the_page(tmp_path: Path) -> None:
    data = coded(picture(), "MPO", save_all=True, append_images=[Image.new("RGB", (200, 300), "black")], quality=95)
    page = only_page(tmp_path, data)
    assert np.array_equal(page.pixels, only_page(tmp_path, coded(picture(), "JPEG", quality=95)).pixels)
    assert page.format.jpeg is not None
    assert "had-further-pictures" in notes_of(tmp_path, data)
    assert "had-further-pictures" not in notes_of(tmp_path, coded(picture(), "JPEG"))


def test_trailing_bytes_are_noted(tmp_path: Path) -> None:
    for kind in ("PNG", "JPEG", "WEBP", "BMP"):
        data = coded(picture(), kind)
        assert "trailing-bytes" not in notes_of(tmp_path, data)
        assert "trailing-bytes" in notes_of(tmp_path, data + b"something else")
