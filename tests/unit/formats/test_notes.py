"""What a file holds besides its pages is noted, whichever tool wrote it; files that docpriv writes have no note."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
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
    jpeg_image,
    notes_of,
    opened,
    page_with,
    pdf,
    picture,
    stream,
)
from PIL import Image, PngImagePlugin, TiffImagePlugin

from docpriv.formats.extra import EXTRA_NOTES
from docpriv.formats.form import PlacedWord
from docpriv.formats.writing import encode_page, open_writer
from docpriv.geometry import Quad
from docpriv.model import Colour, JpegTraits, MediaType, PageFormat

SIZE = (WIDTH, HEIGHT)
SECRET = b"Zanzibarina Quockerwodger " * 4
JPEG = coded(picture(), "JPEG", quality=80)
PROGRESSIVE = coded(picture(), "JPEG", progressive=True)
PNG, WEBP, BMP, TIFF = (coded(picture(), kind) for kind in ("PNG", "WEBP", "BMP", "TIFF"))
SCAN = flate_image(picture())
DRAW = b"q 60 0 0 84 0 0 cm /Im Do Q "
WORDS = b"BT /F 12 Tf %d Tr %d 40 Td (Hidden) Tj ET "


def foreign(folder: Path, content: bytes) -> set[str]:
    return set(notes_of(folder, content)) & set(EXTRA_NOTES)


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def with_chunk(name: bytes, body: bytes = SECRET) -> bytes:
    return PNG[:33] + chunk(name, body) + PNG[33:]


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def with_segment(marker: int, body: bytes) -> bytes:
    return JPEG[:2] + segment(marker, body) + JPEG[2:]


def exif(thumbnail: bool = False) -> bytes:
    entries = struct.pack("<HHHI4s", 1, 0x010E, 2, 4, b"abc\0")
    following = 8 + len(entries) + 4 if thumbnail else 0
    return b"II*\0\x08\0\0\0" + entries + struct.pack("<I", following) + (struct.pack("<HI", 0, 0) if thumbnail else b"")


def riff(*chunks: tuple[bytes, bytes]) -> bytes:
    body = WEBP[12:] + b"".join(name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for name, data in chunks)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def tiff(tags: dict[int, Any]) -> bytes:
    info = TiffImagePlugin.ImageFileDirectory_v2()
    for tag, value in tags.items():
        if isinstance(value, bytes):
            info.tagtype[tag] = 7
        info[tag] = value
    return coded(picture(), "TIFF", tiffinfo=info)


def with_sub_directory() -> bytes:
    info = TiffImagePlugin.ImageFileDirectory_v2()
    info.tagtype[330] = 4
    info[330] = 8
    return coded(picture(), "TIFF", tiffinfo=info)


def tiff_with_a_hole() -> bytes:
    """The directory moved behind bytes that nothing refers to."""
    at = struct.unpack("<I", TIFF[4:8])[0]
    count = struct.unpack_from("<H", TIFF, at)[0]
    entries = TIFF[at : at + 2 + 12 * count + 4]
    moved = TIFF + SECRET
    return moved[:4] + struct.pack("<I", len(moved)) + moved[8:] + entries


def bmp_whose_size_covers_all() -> bytes:
    longer = BMP + SECRET
    return longer[:2] + struct.pack("<I", len(longer)) + longer[6:]


def bmp_with_a_gap() -> bytes:
    start = struct.unpack("<I", BMP[10:14])[0]
    return BMP[:10] + struct.pack("<I", start + len(SECRET)) + BMP[14:start] + SECRET + BMP[start:]


IMAGES: dict[str, tuple[bytes, set[str]]] = {
    "jpeg-exif": (with_segment(0xE1, b"Exif\0\0" + exif()), {"had-metadata"}),
    "jpeg-exif-thumbnail": (with_segment(0xE1, b"Exif\0\0" + exif(True)), {"had-metadata", "had-thumbnail"}),
    "jpeg-xmp": (with_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x/>"), {"had-metadata"}),
    "jpeg-iptc": (with_segment(0xED, b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0\0\0"), {"had-metadata"}),
    "jpeg-8bim-thumbnail": (
        with_segment(0xED, b"Photoshop 3.0\0" + b"8BIM\x04\x0c\0\0\0\0"),
        {"had-metadata", "had-thumbnail"},
    ),
    "jpeg-comment": (with_segment(0xFE, SECRET), {"had-metadata"}),
    "jpeg-private": (with_segment(0xEB, SECRET), {"had-metadata"}),
    "jpeg-adobe-and-more": (with_segment(0xEE, b"Adobe" + SECRET), {"had-metadata"}),
    "jpeg-jfxx": (with_segment(0xE0, b"JFXX\0\x10" + b"\xff\xd8"), {"had-thumbnail"}),
    "jpeg-between-segments": (JPEG[:20] + SECRET + JPEG[20:], {"had-orphaned-data"}),
    "jpeg-bytes-after": (JPEG + SECRET, {"trailing-bytes"}),
    "jpeg-bytes-and-end-after": (JPEG + SECRET + b"\xff\xd9", {"trailing-bytes"}),
    "jpeg-jpeg-after": (JPEG + JPEG, {"trailing-bytes"}),
    "jpeg-progressive-jpeg-after": (PROGRESSIVE + JPEG, {"trailing-bytes"}),
    "png-text": (with_chunk(b"tEXt", b"Author\0" + SECRET), {"had-metadata"}),
    "png-ztxt": (with_chunk(b"zTXt", b"Author\0\0" + zlib.compress(SECRET)), {"had-metadata"}),
    "png-itxt": (with_chunk(b"iTXt", b"Author\0\0\0\0\0" + SECRET), {"had-metadata"}),
    "png-time": (with_chunk(b"tIME", b"\x07\xe0\1\1\1\1\1"), {"had-metadata"}),
    "png-exif": (with_chunk(b"eXIf", exif()), {"had-metadata"}),
    "png-exif-thumbnail": (with_chunk(b"eXIf", exif(True)), {"had-metadata", "had-thumbnail"}),
    "png-unknown": (with_chunk(b"abCd"), {"had-orphaned-data"}),
    "png-too-long": (with_chunk(b"gAMA", b"\0\0\xb1\x8f" + SECRET), {"had-orphaned-data"}),
    "png-bytes-after": (PNG + SECRET, {"trailing-bytes"}),
    "png-bytes-far-after": (PNG + b"\0" * 5000 + SECRET, {"trailing-bytes"}),
    "webp-exif": (riff((b"EXIF", exif(True))), {"had-metadata", "had-thumbnail"}),
    "webp-xmp": (riff((b"XMP ", b"<x/>")), {"had-metadata"}),
    "webp-unknown": (riff((b"ABCD", SECRET)), {"had-orphaned-data"}),
    "webp-bytes-after": (WEBP + SECRET, {"trailing-bytes"}),
    "bmp-bytes-after": (BMP + SECRET, {"trailing-bytes"}),
    "bmp-size-covers-all": (bmp_whose_size_covers_all(), {"trailing-bytes"}),
    "bmp-gap": (bmp_with_a_gap(), {"had-orphaned-data"}),
    "tiff-private": (tiff({65000: SECRET}), {"had-metadata"}),
    "tiff-xmp": (tiff({700: SECRET}), {"had-metadata"}),
    "tiff-photoshop": (tiff({34377: SECRET}), {"had-metadata"}),
    "tiff-iptc": (tiff({33723: SECRET}), {"had-metadata"}),
    "tiff-sub-directory": (with_sub_directory(), {"had-thumbnail"}),
    "tiff-bytes-after": (TIFF + SECRET, {"trailing-bytes"}),
    "tiff-hole": (tiff_with_a_hole(), {"had-orphaned-data"}),
}
for _tag in (269, 270, 285, 305, 306, 315, 316, 33432):
    IMAGES[f"tiff-{_tag}"] = (tiff({_tag: "2020:01:01 00:00:00"}), {"had-metadata"})


@pytest.mark.parametrize("name", IMAGES)
def test_what_an_image_carries_is_noted(tmp_path: Path, name: str) -> None:
    content, notes = IMAGES[name]
    assert foreign(tmp_path, content) == notes


PLAIN: dict[str, bytes] = {
    "jpeg": JPEG,
    "jpeg-grey": coded(picture("L"), "JPEG", dpi=(200, 200)),
    "jpeg-progressive": PROGRESSIVE,
    "jpeg-restarts": coded(picture(), "JPEG", restart_marker_rows=1),
    "jpeg-cmyk": coded(picture("CMYK"), "JPEG"),
    "jpeg-profile": coded(picture(), "JPEG", icc_profile=b"profile" * 20),
    "jpeg-fill-bytes": JPEG[:2] + b"\xff" * 999 + JPEG[2:],
    "jpeg-zeros-after": JPEG + b"\0" * 30,
    "png": coded(picture(), "PNG", dpi=(300, 300)),
    "png-palette": coded(picture().quantize(16), "PNG", transparency=3),
    "png-profile": coded(picture(), "PNG", icc_profile=b"profile" * 20),
    "webp": coded(picture(), "WEBP", lossless=True),
    "webp-profile": coded(picture(), "WEBP", icc_profile=b"profile" * 20),
    "webp-alpha": coded(picture("RGBA"), "WEBP"),
    "bmp": BMP,
    "bmp-grey": coded(picture("L", (121, 131)), "BMP"),
    "bmp-bilevel": coded(picture("1", (121, 131)), "BMP"),
    "tiff": TIFF,
    "tiff-g4": coded(picture("1"), "TIFF", compression="group4", dpi=(200, 200)),
    "tiff-lzw": coded(picture("L"), "TIFF", compression="tiff_lzw"),
    "tiff-jpeg": coded(picture(), "TIFF", compression="jpeg"),
    "tiff-pages": coded(picture(), "TIFF", save_all=True, append_images=[picture("L"), picture("1")]),
    "tiff-big": coded(picture(), "TIFF", big_tiff=True),
    "tiff-profile": coded(picture(), "TIFF", icc_profile=b"profile" * 20),
}


@pytest.mark.parametrize("name", PLAIN)
def test_an_image_of_pixels_alone_has_no_note(tmp_path: Path, name: str) -> None:
    assert foreign(tmp_path, PLAIN[name]) == set()


def test_end_markers_inside_a_segment_are_not_the_end(tmp_path: Path) -> None:
    assert foreign(tmp_path, with_segment(0xE2, b"ICC_PROFILE\0\1\1" + b"\xff\xd9" * 9)) == set()


def test_reduced_pages_of_a_tiff_are_thumbnails(tmp_path: Path) -> None:
    small = Image.new("L", (40, 56), 200)
    small.encoderinfo = {"tiffinfo": {254: 1}}
    data = coded(picture(), "TIFF", save_all=True, append_images=[small])
    assert foreign(tmp_path, data) == {"had-thumbnail"}


# --- PDF ----------------------------------------------------------------------------------------------------

WHOLE = page_with(SCAN)


def changed(content: bytes, **options: Any) -> bytes:
    """The same file after another program saved it whole."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as document:
        document.save(out, **options)
    return out.getvalue()


def revised(*, prev: bytes = b"/Prev 10", end: bytes = b"\n%%EOF\n") -> bytes:
    """An incremental update that puts another page in place of the first."""
    body = b"4 0 obj\n%s\nendobj\n" % stream(DRAW)
    start = len(WHOLE) + len(body)
    before = int(WHOLE.rsplit(b"startxref\n", 1)[1].split()[0])
    prev = prev.replace(b"10", b"%d" % before)
    table = b"xref\n4 1\n%010d 00000 n \ntrailer << /Size 6 /Root 1 0 R %s >>\nstartxref\n%d" % (len(WHOLE), prev, start)
    return WHOLE + body + table + end


FILE = {6: b"<< /Type /Filespec /F (a) /EF << /F 7 0 R >> >>", 7: stream(SECRET)}
META = {6: b"<< /Type /Metadata /Subtype /XML /Length 1 >>\nstream\nx\nendstream"}
LAYER = {6: b"<< /Type /OCG /Name (x) >>"}
PDFS: dict[str, tuple[bytes, set[str]]] = {
    "metadata": (page_with(SCAN, on_root=b"/Metadata 6 0 R", more=META), {"had-metadata"}),
    "page-metadata": (page_with(SCAN, on_page=b"/Metadata 6 0 R", more=META), {"had-metadata"}),
    "image-metadata": (page_with(flate_image(picture(), b"/Metadata 6 0 R"), more=META), {"had-metadata"}),
    "piece-info": (page_with(SCAN, on_page=b"/PieceInfo << /X << /Private (y) >> >>"), {"had-metadata"}),
    "private-root-key": (page_with(SCAN, on_root=b"/Secret (y)"), {"had-metadata"}),
    "info": (WHOLE.replace(b"/Root 1 0 R", b"/Root 1 0 R /Info << /Title (y) >>"), {"had-metadata"}),
    "thumbnail": (
        page_with(SCAN, on_page=b"/Thumb 7 0 R", more={7: flate_image(picture("L").resize((20, 28)))}),
        {"had-thumbnail"},
    ),
    "file-behind-annotation": (
        page_with(
            SCAN, on_page=b"/Annots [<< /Type /Annot /Subtype /FileAttachment /Rect [0 0 0 0] /F 2 /FS 6 0 R >>]", more=FILE
        ),
        {"had-annotations", "had-hidden-annotations", "had-attachments"},
    ),
    "page-action": (page_with(SCAN, on_page=b"/AA << /O << /S /JavaScript /JS (x) >> >>"), {"had-javascript"}),
    "launch": (page_with(SCAN, on_root=b"/OpenAction << /S /Launch /F (x) >>"), {"had-javascript"}),
    "optional": (page_with(SCAN, on_root=b"/OCProperties << /OCGs [6 0 R] /D << >> >>", more=LAYER), {"had-optional-content"}),
    "unused-object": (page_with(SCAN, more={9: stream(SECRET)}), {"had-orphaned-data"}),
    "object-in-no-table": (
        WHOLE.replace(b"trailer", b"9 0 obj << /Kept (x) >> endobj trailer").replace(b"(x)", b"<7a>"),
        {"had-orphaned-data"},
    ),
    "unused-numbers": (page_with(SCAN, more={9: b"[%s]" % (b"65 " * 90)}), {"had-orphaned-data"}),
    "unused-string": (page_with(SCAN, more={9: b"(%s)" % SECRET}), {"had-orphaned-data"}),
    "image-not-drawn": (page_with(SCAN, more={6: flate_image(picture("L"))}), {"had-orphaned-data"}),
    "form-not-drawn": (
        page_with(SCAN, more={6: stream(DRAW, b"/Type /XObject /Subtype /Form /BBox [0 0 9 9]")}),
        {"had-orphaned-data"},
    ),
    "alternate-image": (
        page_with(flate_image(picture(), b"/Alternates [<< /Image 7 0 R >>]"), more={7: flate_image(picture("L"))}),
        {"had-orphaned-data"},
    ),
    "between-objects": (WHOLE.replace(b"5 0 obj", b"% " + SECRET + b"\n5 0 obj"), {"had-orphaned-data"}),
    "behind-stream": (WHOLE.replace(b"endstream\nendobj\n5", b"endstream\n" + SECRET + b"\nendobj\n5"), {"had-orphaned-data"}),
    "before-header": (SECRET + WHOLE, {"had-orphaned-data"}),
    "after-header": (WHOLE.replace(b"%PDF-1.6\n", b"%PDF-1.6\n%" + SECRET + b"\n"), {"had-orphaned-data"}),
    "revision": (revised(), {"had-revisions"}),
    "bytes-after": (WHOLE + SECRET, {"trailing-bytes"}),
    "bytes-far-after": (WHOLE + b"\n" * 5000 + SECRET, {"trailing-bytes"}),
    "bytes-and-end-after": (WHOLE + SECRET + b"\n%%EOF\n", {"had-revisions"}),
    "jpeg-comment": (page_with(jpeg_image(with_segment(0xFE, SECRET), SIZE)), {"had-metadata"}),
    "jpeg-bytes-after": (page_with(jpeg_image(JPEG + SECRET, SIZE)), {"trailing-bytes"}),
    "text-over-scan": (page_with(SCAN, content=DRAW + WORDS % (0, 5)), {"had-text-layer"}),
    "hidden-text": (page_with(SCAN, content=DRAW + WORDS % (3, 5)), {"had-hidden-text", "had-text-layer"}),
    "text-beneath": (page_with(SCAN, content=WORDS % (0, 5) + DRAW), {"had-hidden-text", "had-text-layer"}),
    "text-off-page": (page_with(SCAN, content=DRAW + WORDS % (0, 500)), {"had-hidden-text", "had-text-layer"}),
    "text-under-a-bar": (page_with(SCAN, content=WORDS % (0, 5) + b"0 0 60 84 re f"), {"had-hidden-text", "had-orphaned-data"}),
    "bar-over-scan": (page_with(SCAN, content=DRAW + b"10 10 20 8 re f"), {"had-layers"}),
    "bar-in-a-form": (
        page_with(
            SCAN,
            content=DRAW + b"q 1 0 0 1 10 10 cm /Two Do Q",
            more={6: stream(b"0 0 20 8 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 30 30]")},
        ),
        {"had-layers"},
    ),
    "image-over-scan": (
        page_with(SCAN, content=DRAW + b"q 20 0 0 8 10 10 cm /Two Do Q", more={6: flate_image(picture("L"))}),
        {"had-layers"},
    ),
    "cropped-image": (page_with(SCAN, content=b"5 5 30 30 re W n " + DRAW), {"had-layers"}),
    "image-over-the-edge": (page_with(SCAN, content=b"q 120 0 0 84 0 0 cm /Im Do Q"), {"had-layers"}),
    "path-off-page": (page_with(SCAN, content=DRAW + b"200 10 20 20 re f"), {"had-layers"}),
}
PDFS["crop-box"] = (page_with(SCAN, on_page=b"/CropBox [0 0 30 84]"), {"had-layers"})


@pytest.mark.parametrize("name", PDFS)
def test_what_a_pdf_carries_is_noted(tmp_path: Path, name: str) -> None:
    content, notes = PDFS[name]
    found = foreign(tmp_path, content)
    if name == "revision":
        assert notes <= found
    else:
        assert found == notes


CLEAN: dict[str, bytes] = {
    "scan": WHOLE,
    "jpeg": page_with(jpeg_image(JPEG, SIZE)),
    "saved-again": changed(WHOLE),
    "packed-objects": changed(WHOLE, object_stream_mode=pikepdf.ObjectStreamMode.generate),
    "linearized": changed(WHOLE, linearize=True),
    "linearized-packed": changed(WHOLE, linearize=True, object_stream_mode=pikepdf.ObjectStreamMode.generate),
    "text-alone": page_with(SCAN, content=WORDS % (0, 5)).replace(b"/XObject << /Im 5 0 R /Two 6 0 R >>", b"/A 5 0 R"),
    "strips": page_with(
        SCAN, content=b"q 60 0 0 42.2 0 0 cm /Im Do Q q 60 0 0 42 0 42 cm /Two Do Q", more={6: flate_image(picture("L"))}
    ),
    "rule-under-scan": page_with(SCAN, content=b"1 1 1 rg 0 0 60 84 re f " + DRAW),
    "form": page_with(
        SCAN,
        content=b"/Two Do",
        more={6: stream(DRAW, b"/Type /XObject /Subtype /Form /BBox [0 0 60 84] /Resources << /XObject << /Im 5 0 R >> >>")},
    ),
    "form-without-resources": page_with(
        SCAN, content=b"/Two Do", more={6: stream(DRAW, b"/Type /XObject /Subtype /Form /BBox [0 0 60 84]")}
    ),
    "escaped-name": page_with(SCAN, content=DRAW.replace(b"/Im", b"/#49m")),
    "unused-box": page_with(SCAN, more={9: b"[0 0 612 792]"}),
    "empty-last-section": WHOLE
    + b"xref\n0 0\ntrailer << /Size 6 /Root 1 0 R /Prev %s >>\nstartxref\n%d\n%%%%EOF\n"
    % (WHOLE.rsplit(b"startxref\n", 1)[1].split()[0], len(WHOLE)),
    "white-space-after": WHOLE + b"\r\n\0\n",
}


@pytest.mark.parametrize("name", CLEAN)
def test_a_pdf_of_pages_alone_has_no_note(tmp_path: Path, name: str) -> None:
    assert foreign(tmp_path, CLEAN[name]) == set()


def test_an_update_of_a_linearized_file_is_a_revision(tmp_path: Path) -> None:
    tail = b"startxref\n%s\n%%%%EOF\n" % CLEAN["linearized"].rsplit(b"startxref\n", 1)[1].split()[0]
    assert "had-revisions" in foreign(tmp_path, CLEAN["linearized"] + tail)


def test_images_shared_by_pages_count_as_drawn_when_all_pages_were_seen(tmp_path: Path) -> None:
    both = b"/XObject << /Im 5 0 R /Two 6 0 R >>"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 60 84] /Contents %d 0 R /Resources << " + both + b" >> >>"
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>",
        3: page % 7,
        4: page % 8,
        5: SCAN,
        6: flate_image(picture("L")),
        7: stream(DRAW),
        8: stream(DRAW.replace(b"/Im", b"/Two")),
    }
    assert foreign(tmp_path, pdf(objects)) == set()
    objects[8] = stream(DRAW)
    with opened(tmp_path, pdf(objects)) as document:
        document.page(1)
        assert "had-orphaned-data" not in document.info.notes
        document.page(0)
        assert "had-orphaned-data" in document.info.notes


# --- files of our own ---------------------------------------------------------------------------------------

KINDS: tuple[MediaType, ...] = ("image/png", "image/jpeg", "image/bmp", "image/webp", "image/tiff", "application/pdf")


def written(target: MediaType, colour: Colour, pages: int = 1, words: tuple[PlacedWord, ...] = ()) -> bytes:
    rng = np.random.default_rng(7)
    held = io.BytesIO()
    writer = open_writer(held, target, pages=pages)
    for number in range(pages):
        image = np.array(picture({"bilevel": "1", "grey": "L", "rgb": "RGB"}[colour], (121 + number, 167)).convert("RGB"))
        image[10:30, 10:50] = 0
        if colour == "rgb":
            image[100:140] = rng.integers(0, 256, image[100:140].shape)
        traits = None
        if number % 2 == 0 and colour != "bilevel":
            traits = JpegTraits(tables=((3,) * 64, (5,) * 64), sampling=2 if colour == "rgb" else -1, progressive=True)
        form = PageFormat(colour=colour, dpi=(200, 200) if number < 2 else None, jpeg=traits)
        writer.add(encode_page(image, form, target, keep_outside=None), words)
    writer.finish()
    return held.getvalue()


@pytest.mark.parametrize("colour", ["bilevel", "grey", "rgb"])
@pytest.mark.parametrize("target", KINDS)
def test_what_docpriv_writes_has_no_note(tmp_path: Path, target: MediaType, colour: Colour) -> None:
    for pages in (1, 3) if target in ("image/tiff", "application/pdf") else (1,):
        assert notes_of(tmp_path, written(target, colour, pages)) == ()


def test_our_own_text_layer_is_the_only_note(tmp_path: Path) -> None:
    word = PlacedWord(text="Gr\u00fc\u00dfe", quad=Quad((20, 60), (60, 60), (60, 70), (20, 70)))
    data = written("application/pdf", "rgb", 2, (word,))
    assert set(notes_of(tmp_path, data)) == {"had-hidden-text", "had-text-layer"}


# --- broken files -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp", "bmp", "tiff", "pdf"])
def test_looking_through_damaged_bytes_never_raises(kind: str) -> None:
    from docpriv.formats.extra import gathered
    from docpriv.formats.form import format_of
    from docpriv.formats.held import Part
    from docpriv.formats.image import ImageFormat
    from docpriv.formats.pdf.extra import byte_extra
    from docpriv.formats.tiff.directory import walk
    from docpriv.formats.tiff.extra import extra_data

    def tiff_extra(part: Part) -> Iterator[str]:
        yield from extra_data(part, list(walk(part)))

    whole = {
        "jpeg": JPEG,
        "png": with_chunk(b"eXIf", exif(True)),
        "webp": riff((b"EXIF", exif(True))),
        "bmp": BMP,
        "tiff": tiff({270: "x" * 40}),
        "pdf": WHOLE,
    }[kind]
    media: dict[str, MediaType] = {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp", "bmp": "image/bmp"}
    rng = np.random.default_rng(3)
    for attempt in range(300):
        data = bytearray(whole)
        for _ in range(int(rng.integers(1, 6))):
            data[int(rng.integers(0, min(len(data), 400)))] = int(rng.integers(0, 256))
        part = Part(bytes(data[: len(data) if attempt % 2 else int(rng.integers(0, len(data)))]))
        if kind == "pdf":
            found = gathered(byte_extra(part, False, {(1, 0)}))
        elif kind == "tiff":
            found = gathered(tiff_extra(part))
        else:
            form = format_of(media[kind])
            assert isinstance(form, ImageFormat)
            found = gathered(form.extra_data(part))
        assert set(found) <= set(EXTRA_NOTES)


@pytest.mark.parametrize("content", [JPEG[:-2], PNG[:-12]])
def test_a_file_without_its_end_says_that_it_was_not_read(tmp_path: Path, content: bytes) -> None:
    with opened(tmp_path, content) as document:
        assert "structure-unread" in document.info.notes


def test_large_files_are_searched_in_blocks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("docpriv.formats.source.IN_MEMORY", 0)
    monkeypatch.setattr("docpriv.formats.held._BLOCK", 301)
    for name in ("jpeg-jpeg-after", "jpeg-progressive-jpeg-after", "png-bytes-far-after", "tiff-hole"):
        content, notes = IMAGES[name]
        assert foreign(tmp_path, content) == notes
    for name in ("between-objects", "bytes-far-after", "unused-object"):
        content, notes = PDFS[name]
        assert foreign(tmp_path, content) == notes
    for content in (JPEG, PROGRESSIVE, TIFF, WHOLE):
        assert foreign(tmp_path, content) == set()


def test_the_codes_are_exported() -> None:
    assert len(set(EXTRA_NOTES)) == len(EXTRA_NOTES)
    for code in (
        "had-metadata",
        "had-thumbnail",
        "had-revisions",
        "trailing-bytes",
        "had-orphaned-data",
        "had-text-layer",
        "had-layers",
        "had-optional-content",
    ):
        assert code in EXTRA_NOTES
    info = PngImagePlugin.PngInfo()
    info.add_text("a", "b")
    assert not {"icc-ignored", "alpha-flattened", "reduced-16-bit", "was-encrypted"} & set(EXTRA_NOTES)
