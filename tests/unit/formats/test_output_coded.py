"""What is written is what was painted: every codec, decoded by docpriv and by readers that know nothing of
it.
"""

from __future__ import annotations

import io
import math
from dataclasses import replace

import numpy as np
import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from output_pages import COLOURS, LOSSLESS, code, fill, jpeg_source, page, write
from PIL import Image

from docpriv.errors import LimitExceeded, UsageError
from docpriv.formats.fidelity import JpegLimits, compare_outside
from docpriv.formats.writing import decode_page, encode_page, open_writer
from docpriv.geometry import Box
from docpriv.model import Colour, JpegTraits, MediaType, PageFormat
from docpriv.redaction.coding_blocks import clear_blocks, touched


@pytest.mark.parametrize("target", LOSSLESS)
@pytest.mark.parametrize("colour", COLOURS)
def test_lossless_pages_come_back_bit_for_bit(colour: Colour, target: MediaType) -> None:
    pixels = page(colour)
    coded = encode_page(pixels, PageFormat(colour=colour), target, keep_outside=None)
    assert np.array_equal(decode_page(coded), pixels)
    assert (coded.width, coded.height, coded.colour, coded.lossless) == (203, 151, colour, True)


@settings(max_examples=60)
@given(
    width=st.integers(1, 70),
    height=st.integers(1, 300),
    colour=st.sampled_from(COLOURS),
    target=st.sampled_from(LOSSLESS),
    seed=st.integers(0, 9),
)
def test_every_size_comes_back(width: int, height: int, colour: Colour, target: MediaType, seed: int) -> None:
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    if colour != "rgb":
        pixels = np.repeat(pixels[:, :, :1], 3, axis=2)
    if colour == "bilevel":
        pixels = np.where(pixels < 128, 0, 255).astype(np.uint8)
    coded = encode_page(pixels, PageFormat(colour=colour), target, keep_outside=None)
    assert np.array_equal(decode_page(coded), pixels)


def test_all_greys_stay_themselves() -> None:
    pixels = np.repeat(np.arange(256, dtype=np.uint8).reshape(16, 16, 1), 3, axis=2)
    coded = encode_page(pixels, PageFormat(colour="grey"), "image/png", keep_outside=None)
    assert np.array_equal(decode_page(coded), pixels)


@pytest.mark.parametrize("target", ["image/png", "image/tiff", "image/bmp", "image/webp"])
@pytest.mark.parametrize("colour", COLOURS)
def test_pillow_reads_images_alike(colour: Colour, target: MediaType) -> None:
    data, _ = write(target, [code(colour, target)])
    with Image.open(io.BytesIO(data)) as image:
        assert np.array_equal(np.asarray(image.convert("RGB")), page(colour))
        if target != "image/webp":  # WebP knows neither depth nor resolution
            assert image.mode == {"bilevel": "1", "grey": "L", "rgb": "RGB"}[colour]
            assert [round(float(v), 1) for v in image.info["dpi"]] == [200, 100]


def test_pillow_reads_every_page_of_a_tiff() -> None:
    kinds: list[Colour] = ["bilevel", "rgb", "grey", "bilevel"]
    data, _ = write("image/tiff", [code(c, "image/tiff", seed=i, size=(101 + i, 60)) for i, c in enumerate(kinds)])
    with Image.open(io.BytesIO(data)) as image:
        assert image.n_frames == 4  # type: ignore[attr-defined]
        for index, colour in enumerate(kinds):
            image.seek(index)
            assert np.array_equal(np.asarray(image.convert("RGB")), page(colour, 101 + index, 60, index))


@pytest.mark.parametrize("colour", COLOURS)
def test_a_pdf_renders_to_the_page(colour: Colour) -> None:
    data, _ = write("application/pdf", [code(colour, "application/pdf", dpi=(72, 72))])
    rendered = pypdfium2.PdfDocument(data)[0].render(scale=1, rev_byteorder=True).to_pil().convert("RGB")
    assert rendered.size == (203, 151)
    assert np.abs(np.asarray(rendered).astype(int) - page(colour)).max() <= 1  # an inverted page differs by 255


@pytest.mark.parametrize("colour", COLOURS)
def test_a_pdf_holds_the_page_as_an_image(colour: Colour) -> None:
    data, _ = write("application/pdf", [code(colour, "application/pdf")])
    with pikepdf.open(io.BytesIO(data)) as document:
        held = next(iter(document.pages[0].images.values()))
        assert np.array_equal(np.asarray(pikepdf.PdfImage(held).as_pil_image().convert("RGB")), page(colour))


@pytest.mark.parametrize(
    ("dpi", "size_pt", "wanted"),
    [
        ((200, 100), None, (203 * 72 / 200, 151 * 72 / 100)),
        (None, None, (203 * 72 / 200, 151 * 72 / 200)),
        ((200, 200), (612, 792.5), (612, 792.5)),
        ((math.nan, 0), (math.inf, -1), (203 * 72 / 200, 151 * 72 / 200)),
    ],
)
def test_pdf_pages_have_the_size_of_the_source(
    dpi: tuple[float, float] | None, size_pt: tuple[float, float] | None, wanted: tuple[float, float]
) -> None:
    fmt = PageFormat(colour="grey", dpi=dpi, size_pt=size_pt)
    data, _ = write("application/pdf", [encode_page(page("grey"), fmt, "application/pdf", keep_outside=None)])
    assert pypdfium2.PdfDocument(data)[0].get_size() == pytest.approx(wanted, abs=0.001)


@pytest.mark.parametrize("target", [*LOSSLESS, "image/jpeg"])
def test_the_same_page_gives_the_same_file(target: MediaType) -> None:
    files = {write(target, [code("rgb", target)])[0] for _ in range(3)}
    assert len(files) == 1


_CODINGS = [(q, s, p) for q in (20, 75, 95) for s in (0, 1, 2) for p in (False, True)]


@pytest.mark.parametrize(("quality", "sampling", "progressive"), _CODINGS)
@pytest.mark.parametrize("colour", ["grey", "rgb"])
def test_jpeg_pages_stay_close_and_as_they_were_coded(colour: Colour, quality: int, sampling: int, progressive: bool) -> None:
    source, fmt = jpeg_source(colour, quality, sampling, progressive)
    boxes = [Box(30, 40, 131, 61), Box(390, 290, 403, 307), Box(200, 100, 209, 103)]
    around = touched(boxes, fmt, source.shape[1], source.shape[0], lossless=False)
    painted = clear_blocks(source, fill(source, boxes), boxes, fmt)
    coded = encode_page(painted, fmt, "image/jpeg", keep_outside=(source, around))
    checks = compare_outside(source, decode_page(coded), boxes, around, colour=(0, 0, 0), lossless=False, painted=painted)
    assert all(check.ok for check in checks), checks
    with Image.open(io.BytesIO(coded.data)) as image:
        assert ("progressive" in image.info) == progressive
        assert image.info["dpi"] == (150, 150)
        assert image.mode == ("L" if colour == "grey" else "RGB")
        # The first attempt, in the source's own tables and sampling, is close enough for every page like
        # this.
        first = next(iter(image.quantization.values()))  # type: ignore[attr-defined]
        assert fmt.jpeg is not None
        assert tuple(first) == fmt.jpeg.tables[0]
        if colour == "rgb":
            assert image.layer[0][1:3] == {0: (1, 1), 1: (2, 1), 2: (2, 2)}[sampling]  # type: ignore[attr-defined]


def test_jpeg_is_coded_finer_until_it_is_close() -> None:
    random = np.random.default_rng(3)
    source = random.integers(0, 256, (200, 200, 3), np.uint8)  # no JPEG ever was this: nothing coarse can hold it
    coarse = JpegTraits(tables=((99,) * 64, (99,) * 64), sampling=2)
    fmt = PageFormat(colour="rgb", jpeg=coarse)
    coded = encode_page(source, fmt, "image/jpeg", keep_outside=(source, ()))
    unjudged = encode_page(source, fmt, "image/jpeg", keep_outside=None)
    loss = [np.abs(decode_page(c).astype(int) - source).mean() for c in (coded, unjudged)]
    assert loss[0] < 1 < 20 < loss[1]


def test_a_pdf_page_that_no_jpeg_can_hold_is_lossless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docpriv.formats.fidelity.JPEG_LIMITS", JpegLimits(mean=0.0))  # the finest tables hold noise to 0.2
    source = np.random.default_rng(3).integers(0, 256, (120, 120, 3), np.uint8)
    fmt = PageFormat(colour="rgb", jpeg=JpegTraits(tables=((50,) * 64,), sampling=2))
    coded = encode_page(source, fmt, "application/pdf", keep_outside=(source, ()))
    assert coded.codec == "flate"
    assert np.array_equal(decode_page(coded), source)


def test_odd_tables_of_a_source_do_not_stop_the_page() -> None:
    for tables in ((), ((1, 2, 3),), ((0,) * 64,), ((40_000,) * 64, (7,) * 64, (9,) * 64, (1,) * 64)):
        fmt = PageFormat(colour="rgb", jpeg=JpegTraits(tables=tables, sampling=-1))
        coded = encode_page(page("rgb"), fmt, "image/jpeg", keep_outside=(page("rgb"), ()))
        assert decode_page(coded).shape == (151, 203, 3)


def test_bilevel_pages_are_group_4_in_documents() -> None:
    for target in ("application/pdf", "image/tiff"):
        assert code("bilevel", target).codec == "g4"
    white = np.full((2000, 1600, 3), 255, np.uint8)
    coded = encode_page(white, PageFormat(colour="bilevel"), "image/tiff", keep_outside=None)
    assert len(coded.data) < 600  # the other polarity codes white as long black runs


def test_sizes_that_a_format_cannot_hold_are_named() -> None:
    with pytest.raises(LimitExceeded, match="16383"):
        encode_page(np.zeros((1, 16_384, 3), np.uint8), PageFormat(colour="grey"), "image/webp", keep_outside=None)
    with pytest.raises(LimitExceeded, match="65500"):
        encode_page(np.zeros((65_501, 1, 3), np.uint8), PageFormat(colour="grey"), "image/jpeg", keep_outside=None)


def test_image_files_hold_one_page_and_documents_all() -> None:
    with pytest.raises(UsageError):
        open_writer(io.BytesIO(), "image/png", pages=2)
    for target in ("application/pdf", "image/tiff", "image/png"):
        writer = open_writer(io.BytesIO(), target, pages=1)  # type: ignore[arg-type]
        with pytest.raises(UsageError):
            writer.finish()
        writer.add(code("grey", target))  # type: ignore[arg-type]
        with pytest.raises(UsageError):
            writer.add(code("grey", target))  # type: ignore[arg-type]
    with pytest.raises(UsageError):
        open_writer(io.BytesIO(), "image/tiff", pages=1).add(code("grey", "application/pdf"))


def test_a_tiff_above_4_gb_is_refused() -> None:
    class Far(io.BytesIO):
        """A stream that takes anything and keeps nothing."""

        def write(self, data: object) -> int:
            return len(data)  # type: ignore[arg-type]

        def seek(self, offset: int, whence: int = 0) -> int:
            return offset

    writer, coded = open_writer(Far(), "image/tiff", pages=100), code("grey", "image/tiff")
    big = replace(coded, data=bytes(1 << 28))
    for _ in range(15):
        writer.add(big)
    with pytest.raises(LimitExceeded, match="4 GB"):
        writer.add(big)
