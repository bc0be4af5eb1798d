"""A scan inside a PDF comes out bit for bit as displayed; any other page is drawn with all that it shows."""

from __future__ import annotations

import io
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest
from intake_files import (
    HEIGHT,
    WIDTH,
    coded,
    flate_image,
    image_object,
    jpeg_image,
    notes_of,
    only_page,
    opened,
    page_with,
    picture,
    rgb,
    stream,
)
from PIL import Image

from docpriv.errors import CorruptInput, EncryptedInput, LimitExceeded, UnsupportedInput
from docpriv.formats.pdf.scan import agrees
from docpriv.options import Limits

SIZE = (WIDTH, HEIGHT)
DRAW = b"q 60 0 0 84 0 0 cm /Im Do Q "
TEXT = b"BT /F 12 Tf %d Tr 5 40 Td (Hidden) Tj ET "
BOX = b"0 0 0 rg 10 10 20 20 re f "


def g4_image(image: Image.Image) -> bytes:
    """CCITT group 4 as Pillow codes it, one strip."""
    with Image.open(io.BytesIO(coded(image, "TIFF", compression="group4", tiffinfo={278: image.height}))) as tiff:
        assert isinstance(tiff.fp, io.BytesIO)
        at, length = tiff.tag_v2[273][0], tiff.tag_v2[279][0]
        body = tiff.fp.getvalue()[at : at + length]
    return image_object(
        image.size,
        body,
        b"/Filter /CCITTFaxDecode /ColorSpace /DeviceGray /BitsPerComponent 1 "
        b"/DecodeParms << /K -1 /Columns %d /Rows %d /BlackIs1 true >>" % image.size,
    )


def decoded(data: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(data)) as image:
        return rgb(image)


JPEG = coded(picture(), "JPEG", quality=80, subsampling=2)
SOURCES = {
    "jpeg": (jpeg_image(JPEG, SIZE), decoded(JPEG), "rgb", 8),
    "grey-jpeg": (
        jpeg_image(coded(picture("L"), "JPEG"), SIZE, b"/DeviceGray"),
        decoded(coded(picture("L"), "JPEG")),
        "grey",
        8,
    ),
    "g4": (g4_image(picture("1")), rgb(picture("1")), "bilevel", 1),
    "flate-1": (flate_image(picture("1")), rgb(picture("1")), "bilevel", 1),
    "flate-1-inverted": (flate_image(picture("1"), b"/Decode [1 0]"), 255 - rgb(picture("1")), "bilevel", 1),
    "flate-grey": (flate_image(picture("L")), rgb(picture("L")), "grey", 8),
    "flate-grey-inverted": (flate_image(picture("L"), b"/Decode [1 0]"), 255 - rgb(picture("L")), "grey", 8),
    "flate-rgb": (flate_image(picture()), rgb(picture()), "rgb", 8),
}


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("name", SOURCES)
def test_a_scan_is_taken_out_exactly_as_displayed(tmp_path: Path, name: str, turn: int) -> None:
    image, pixels, colour, bits = SOURCES[name]
    page = only_page(tmp_path, page_with(image, on_page=b"/Rotate %d" % turn))
    assert np.array_equal(page.pixels, np.rot90(pixels, -turn // 90))
    form = page.format
    assert (form.colour, form.bits, form.rendered) == (colour, bits, False)
    assert form.size_pt == ((84, 60) if turn in (90, 270) else (60, 84))
    assert form.dpi == pytest.approx((144, 144), rel=1e-6)
    assert (form.jpeg is not None) == name.endswith("jpeg")
    if form.jpeg is not None:
        assert form.jpeg.turned == (turn != 0)


@pytest.mark.parametrize(
    ("matrix", "wanted"),
    [
        (b"60 0 0 84 0 0", lambda p: p),
        (b"-60 0 0 84 60 0", lambda p: p[:, ::-1]),
        (b"60 0 0 -84 0 84", lambda p: p[::-1]),
        (b"-60 0 0 -84 60 84", lambda p: p[::-1, ::-1]),
        (b"0 84 60 0 0 0", lambda p: np.rot90(p[::-1], 1)),
        (b"0 -84 60 0 0 84", lambda p: np.rot90(p, -1)),
        (b"0 84 -60 0 60 0", lambda p: np.rot90(p, 1)),
    ],
)
def test_flips_and_turns_of_the_image_are_followed(tmp_path: Path, matrix: bytes, wanted: object) -> None:
    shape = SIZE if matrix.split()[0] != b"0" else SIZE[::-1]
    image = picture(size=shape)
    page = only_page(tmp_path, page_with(flate_image(image), content=b"q %s cm /Im Do Q" % matrix))
    assert not page.format.rendered
    assert callable(wanted)
    assert np.array_equal(page.pixels, wanted(rgb(image)))


def test_jpeg_tables_survive_the_pdf(tmp_path: Path) -> None:
    alone, inside = only_page(tmp_path, JPEG), only_page(tmp_path, page_with(SOURCES["jpeg"][0]))
    assert inside.format.jpeg == alone.format.jpeg
    assert np.array_equal(inside.pixels, alone.pixels)


def test_an_orientation_tag_inside_a_pdf_does_not_turn_the_page(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = coded(picture(), "JPEG", exif=exif)
    page = only_page(tmp_path, page_with(jpeg_image(data, SIZE)))
    assert np.array_equal(page.pixels, decoded(data))
    assert page.format.jpeg is not None
    assert not page.format.jpeg.turned


def test_resolution_need_not_be_square(tmp_path: Path) -> None:
    fax = picture("1", (204, 98))
    page = only_page(tmp_path, page_with(g4_image(fax), content=b"q 72 0 0 72 0 0 cm /Im Do Q", box=b"0 0 72 72"))
    assert page.pixels.shape == (98, 204, 3)
    assert page.format.dpi == pytest.approx((204, 98), rel=1e-6)


def test_user_units_count(tmp_path: Path) -> None:
    form = only_page(tmp_path, page_with(flate_image(picture()), on_page=b"/UserUnit 2")).format
    assert form.size_pt == (120, 168)
    assert form.dpi == pytest.approx((72, 72), rel=1e-6)


@pytest.mark.parametrize(
    ("content", "notes"),
    [
        (DRAW + TEXT % 3, ("had-hidden-text", "had-text-layer")),
        (TEXT % 3 + DRAW, ("had-hidden-text", "had-text-layer")),
        (TEXT % 0 + DRAW, ("had-hidden-text", "had-text-layer")),
        (b"/Figure << /MCID 0 >> BDC " + DRAW + b"EMC", ()),
        (BOX + DRAW, ()),
        (b"1 1 1 rg 0 0 60 84 re f " + DRAW, ()),
        (b"0 0 60 84 re W n " + DRAW, ()),
    ],
)
def test_what_cannot_be_seen_does_not_stop_extraction(tmp_path: Path, content: bytes, notes: tuple[str, ...]) -> None:
    data = page_with(flate_image(picture()), content=content)
    page = only_page(tmp_path, data)
    assert not page.format.rendered
    assert np.array_equal(page.pixels, rgb(picture()))
    assert notes_of(tmp_path, data) == notes


def black_share(pixels: np.ndarray) -> float:
    return float((pixels.max(axis=2) < 60).mean())


BLANK = flate_image(Image.new("RGB", SIZE, "white"))


@pytest.mark.parametrize("content", [DRAW + TEXT % 0, DRAW + BOX, DRAW + TEXT % 1])
def test_what_is_drawn_over_a_scan_is_in_the_page(tmp_path: Path, content: bytes) -> None:
    page = only_page(tmp_path, page_with(BLANK, content=content))
    assert page.format.rendered
    assert black_share(page.pixels) > 0.005
    assert page.format.colour == "grey"


def test_a_clipped_scan_shows_only_what_is_displayed(tmp_path: Path) -> None:
    black = flate_image(Image.new("RGB", SIZE, "black"))
    page = only_page(tmp_path, page_with(black, content=b"0 0 60 42 re W n " + DRAW))
    assert page.format.rendered
    assert 0.45 < black_share(page.pixels) < 0.55


def test_an_image_that_misses_the_page_is_drawn_in_place(tmp_path: Path) -> None:
    black = flate_image(Image.new("RGB", SIZE, "black"))
    page = only_page(tmp_path, page_with(black, content=b"q 54 0 0 84 0 0 cm /Im Do Q"))
    assert page.format.rendered
    assert 0.88 < black_share(page.pixels) < 0.92


def test_a_hidden_layer_is_not_shown(tmp_path: Path) -> None:
    black = flate_image(Image.new("RGB", SIZE, "black"))
    data = page_with(
        black,
        content=b"/OC /MC BDC " + DRAW + b"EMC",
        resources=b"/Properties << /MC 6 0 R >>",
        on_root=b"/OCProperties << /OCGs [6 0 R] /D << /OFF [6 0 R] >> >>",
        more={6: b"<< /Type /OCG /Name (x) >>"},
    )
    assert only_page(tmp_path, data).pixels.min() == 255


def test_a_soft_mask_is_honoured(tmp_path: Path) -> None:
    half = Image.new("L", SIZE, 255)
    half.paste(0, (0, 0, WIDTH, 20))
    black = flate_image(Image.new("RGB", SIZE, "black"), b"/SMask 6 0 R")
    page = only_page(tmp_path, page_with(black, more={6: flate_image(half)}))
    assert page.format.rendered
    assert page.pixels[:15].min() == 255
    assert page.pixels[30:].max() == 0


STAMP = {
    6: b"<< /Type /Annot /Subtype /Stamp /Rect [10 10 40 40] /F 4 /AP << /N 7 0 R >> >>",
    7: stream(b"0 0 0 rg 0 0 30 30 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 30 30]"),
}


@pytest.mark.parametrize(("flags", "rendered"), [(b"/F 4", True), (b"/F 2", False), (b"/F 32", False), (b"/F 36", False)])
def test_annotations_are_drawn_unless_hidden(tmp_path: Path, flags: bytes, rendered: bool) -> None:
    more = {**STAMP, 6: STAMP[6].replace(b"/F 4", flags)}
    data = page_with(BLANK, on_page=b"/Annots [6 0 R]", more=more)
    page = only_page(tmp_path, data)
    assert page.format.rendered == rendered
    assert (black_share(page.pixels) > 0.15) == rendered
    assert notes_of(tmp_path, data) == ("had-annotations",) + (() if rendered else ("had-hidden-annotations",))


DOT = Image.new("L", SIZE, 255)
DOT.paste(0, (100, 2, 103, 4))
LAYER = {
    "content": b"/OC /MC BDC " + DRAW + b"EMC",
    "resources": b"/Properties << /MC 6 0 R >>",
    "on_root": b"/OCProperties << /OCGs [6 0 R] /D << /OFF [6 0 R] >> >>",
    "more": {6: b"<< /Type /OCG /Name (x) >>"},
}
TINY = {**STAMP, 6: STAMP[6].replace(b"[10 10 40 40]", b"[10 10 12 11]")}


@pytest.mark.parametrize(
    ("image", "options", "ink"),
    [
        (flate_image(DOT), {"content": b"0 0 60 82 re W n " + DRAW}, False),
        (flate_image(DOT), LAYER, False),
        (flate_image(DOT, b"/OC 6 0 R"), {**LAYER, "content": DRAW}, False),
        (flate_image(DOT, b"/SMask 6 0 R"), {"more": {6: flate_image(DOT)}}, False),
        (flate_image(DOT, b"/Mask [0 0]"), {}, False),
        (BLANK, {"on_page": b"/Annots [6 0 R]", "more": TINY}, True),
        (BLANK, {"content": DRAW + b"20 20 1 1 re f"}, True),
        (flate_image(DOT), {"content": b"q 58.5 0 0 84 0 0 cm /Im Do Q"}, True),
    ],
    ids=["clip", "layer", "image-layer", "soft-mask", "colour-key", "annotation", "path", "margin"],
)
def test_the_smallest_difference_has_the_page_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, image: bytes, options: dict[str, Any], ink: bool
) -> None:
    # The comparison with the drawn page would find most of these as well; here the structure has to.
    monkeypatch.setattr("docpriv.formats.pdf.reader.agrees", lambda pixels, drawn: True)
    page = only_page(tmp_path, page_with(image, **options))
    assert page.format.rendered
    assert (page.pixels.min() < 128) == ink


def test_the_comparison_alone_finds_a_scan_that_is_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docpriv.formats.pdf.survey._in_layer", lambda image: False)
    page = only_page(tmp_path, page_with(flate_image(picture()), **LAYER))
    assert page.format.rendered
    assert page.pixels.min() == 255


def test_agreement_is_about_what_can_be_seen() -> None:
    scan = rgb(picture(size=(600, 840)))
    seen = rgb(picture(size=(600, 840)).resize((150, 210)))
    assert agrees(scan, seen)
    for other in (255 - seen, seen[::-1], seen[:, ::-1], np.full_like(seen, 255)):
        assert not agrees(scan, other)


def test_a_jpeg_whose_values_are_remapped_is_not_taken_as_it_is(tmp_path: Path) -> None:
    remapped = jpeg_image(JPEG, SIZE, extra=b"/Decode [0.03 1 0.03 1 0.03 1]")
    page = only_page(tmp_path, page_with(remapped))
    assert page.format.jpeg is None
    assert page.pixels.min() >= 7


def test_filled_form_fields_are_drawn(tmp_path: Path) -> None:
    field = (
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (n) /V (FILLED) /Rect [2 40 58 60] /F 4 /DA (/Helv 12 Tf 0 g) /P 3 0 R >>"
    )
    root = (
        b"/AcroForm << /Fields [6 0 R] /NeedAppearances true /DA (/Helv 12 Tf 0 g) /DR << /Font << /Helv "
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"
    )
    data = page_with(BLANK, on_page=b"/Annots [6 0 R]", on_root=root, more={6: field})
    page = only_page(tmp_path, data)
    assert page.format.rendered
    assert black_share(page.pixels) > 0.01
    assert notes_of(tmp_path, data) == ("had-forms",)


def test_a_layered_scan_takes_its_sharpest_layer(tmp_path: Path) -> None:
    coarse, fine = picture(size=(60, 84)), picture("1", (240, 336))
    mask = flate_image(fine).replace(b"/ColorSpace /DeviceGray", b"/ImageMask true")
    page = only_page(
        tmp_path,
        page_with(flate_image(coarse), content=DRAW + b"q 60 0 0 84 0 0 cm /Two Do Q", more={6: mask}),
    )
    assert page.format.rendered
    assert page.pixels.shape == (336, 240, 3)
    assert page.format.dpi == pytest.approx((288, 288))


def test_text_is_drawn_no_coarser_than_asked(tmp_path: Path) -> None:
    content = DRAW + TEXT % 0
    coarse = flate_image(Image.new("L", (60, 84), 255))
    page = only_page(tmp_path, page_with(coarse, content=content), render_dpi=216)
    assert page.format.dpi == pytest.approx((216, 216))
    assert page.pixels.shape == (252, 180, 3)


def test_a_large_page_is_drawn_smaller_and_said_so(tmp_path: Path) -> None:
    data = page_with(BLANK, content=BOX, box=b"0 0 1000 1000")
    limits = Limits(megapixels=2)
    page = only_page(tmp_path, data, limits=limits)
    assert 1.95e6 < page.width * page.height <= 2e6
    assert "resolution-lowered" in notes_of(tmp_path, data, limits=limits)
    with pytest.raises(LimitExceeded, match="megapixels"):
        only_page(tmp_path, data, limits=Limits(megapixels=0.9))


def test_a_scan_whose_data_is_missing_is_no_empty_page(tmp_path: Path) -> None:
    rest = b"/ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter "
    short = image_object(SIZE, zlib.compress(b"\0" * 999), rest + b"/FlateDecode")
    cut = jpeg_image(JPEG[: len(JPEG) // 2], SIZE)
    unknown = image_object(SIZE, b"not a picture", rest + b"/JPXDecode")
    for image in (short, cut, unknown):
        with pytest.raises(CorruptInput):
            only_page(tmp_path, page_with(image))


def locked(user: str, owner: str) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(page_with(flate_image(picture())))) as plain:
        plain.save(out, encryption=pikepdf.Encryption(user=user, owner=owner))
    return out.getvalue()


def test_passwords(tmp_path: Path) -> None:
    with pytest.raises(EncryptedInput, match="needs a password"):
        opened(tmp_path, locked("sesame", "x"))
    with pytest.raises(EncryptedInput, match="does not open") as wrong:
        opened(tmp_path, locked("sesame", "x"), password="quockerwodger")
    assert "quockerwodger" not in wrong.value.message
    for data, password in ((locked("sesame", "x"), "sesame"), (locked("", "x"), None)):
        page = only_page(tmp_path, data, password=password)
        assert np.array_equal(page.pixels, rgb(picture()))
        assert not page.format.rendered
        assert notes_of(tmp_path, data, password=password) == ("was-encrypted",)


def test_a_dynamic_xfa_form_is_refused_and_a_static_one_noted(tmp_path: Path) -> None:
    root = b"/AcroForm << /Fields [] /XFA 6 0 R >>"
    more = {6: b"<< /Length 0 >>\nstream\n\nendstream"}
    with pytest.raises(UnsupportedInput, match="XFA"):
        opened(tmp_path, page_with(BLANK, on_root=b"/NeedsRendering true " + root, more=more))
    assert "xfa" in notes_of(tmp_path, page_with(BLANK, on_root=root, more=more))


@pytest.mark.parametrize(
    ("root", "note"),
    [
        (b"/OpenAction << /S /JavaScript /JS (x) >>", "had-javascript"),
        (b"/Names << /JavaScript << /Names [(a) << /S /JavaScript /JS (x) >>] >> >>", "had-javascript"),
        (b"/Names << /EmbeddedFiles << /Names [(a) << /Type /Filespec /F (a) >>] >> >>", "had-attachments"),
        (b"/Outlines << /First << /Title (x) >> >>", "had-outline"),
        (b"/Metadata 6 0 R", "had-metadata"),
    ],
)
def test_what_a_document_carries_is_noted(tmp_path: Path, root: bytes, note: str) -> None:
    more = {6: b"<< /Type /Metadata /Subtype /XML /Length 1 >>\nstream\nx\nendstream"}
    assert notes_of(tmp_path, page_with(BLANK, on_root=root, more=more)) == (note,)


def test_pages_come_in_any_order(tmp_path: Path) -> None:
    out = io.BytesIO()
    with pikepdf.new() as joined:
        for shade in (10, 90, 170):
            with pikepdf.open(io.BytesIO(page_with(flate_image(Image.new("L", SIZE, shade))))) as one:
                joined.pages.extend(one.pages)
        joined.save(out)
    with opened(tmp_path, out.getvalue()) as document:
        assert [int(document.page(i).pixels[0, 0, 0]) for i in (2, 0, 1, 2)] == [170, 10, 90, 170]
        with pytest.raises(IndexError):
            document.page(3)
    with pytest.raises(ValueError, match="closed"):
        document.page(0)


def test_a_long_document_is_opened_anew_and_stays_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every page after a reopening is the page it was, and fields are drawn still."""
    from docpriv.formats.document import open_document
    from docpriv.formats.pdf import reader as pdf
    from docpriv.options import Limits

    path = tmp_path / "long.pdf"
    shades = [Image.new("L", (64, 48), 20 * i) for i in range(7)]
    shades[0].save(path, save_all=True, append_images=shades[1:], resolution=72)
    opened: list[int] = []
    real = pdf._document
    monkeypatch.setattr(pdf, "_REOPEN", 3)
    monkeypatch.setattr(pdf, "_document", lambda *a: opened.append(1) or real(*a))
    with open_document(path, document="doc-1", limits=Limits()) as document:
        tones = [int(page.pixels[5, 5, 0]) for page in (*document.pages(), *document.pages())]
    assert tones == pytest.approx([20 * i for i in range(7)] * 2, abs=2)
    assert len(opened) == 1 + 14 // 3
