"""The check of a written file passes what docpriv writes and nothing that holds more."""

from __future__ import annotations

import hashlib
import io
import re
import struct
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from output_pages import COLOURS, LOSSLESS, code, jpeg_source, write
from PIL import Image

from docpriv.formats.form import PageSpec, PlacedWord
from docpriv.formats.writing import check_container, encode_page
from docpriv.geometry import Quad
from docpriv.model import Colour, MediaType

Change = Callable[[bytes], bytes]
_WORDS = [PlacedWord(text=t, quad=Quad((9, y), (60, y), (60, y + 9), (9, y + 9))) for t, y in (("one", 9), ("two", 30))]
_SECRET = b"kept back"


def _failed(data: bytes, target: MediaType, specs: list[PageSpec]) -> set[str]:
    checks = check_container(data, target, specs)
    assert [c.name for c in checks] == [f"container-{n}" for n in ("pages", "structure", "contents", "bytes")]
    return {c.name.removeprefix("container-") for c in checks if not c.ok}


@pytest.mark.parametrize("dpi", [(200.0, 100.0), (299.99, 299.99), None])
@pytest.mark.parametrize("target", [*LOSSLESS, "image/jpeg"])
@pytest.mark.parametrize("colour", COLOURS)
def test_what_is_written_passes(colour: Colour, target: MediaType, dpi: tuple[float, float] | None) -> None:
    count = 3 if target in ("image/tiff", "application/pdf") else 1
    pages = [code(colour, target, dpi=dpi, seed=i, size=(100 + i, 77)) for i in range(count)]
    data, specs = write(target, pages)
    assert _failed(data, target, specs) == set()


def test_files_are_read_where_they_are(tmp_path: Path) -> None:
    data, specs = write("application/pdf", [code("grey", "application/pdf")])
    path = tmp_path / "a.pdf"
    path.write_bytes(data)
    assert all(c.ok for c in check_container(path, "application/pdf", specs))
    with path.open("r+b") as opened:
        assert all(c.ok for c in check_container(opened, "application/pdf", specs))
        opened.seek(0, 2)
        opened.write(b"%")  # not flushed: the check sees what will be in the file
        assert not all(c.ok for c in check_container(opened, "application/pdf", specs))
    assert all(c.ok for c in check_container(io.BytesIO(data), "application/pdf", specs))


@pytest.mark.parametrize("target", [*LOSSLESS, "image/jpeg"])
def test_broken_files_fail_and_do_not_raise(target: MediaType) -> None:
    data, specs = write(target, [code("grey", target)])
    for cut in [*range(60), len(data) // 2, len(data) - 9, len(data) - 1]:
        assert _failed(data[:cut], target, specs)
    for at in range(0, len(data), max(1, len(data) // 150)):
        flipped = data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :]
        assert _failed(flipped, target, specs), at


@pytest.mark.parametrize("target", [*LOSSLESS, "image/jpeg"])
def test_another_page_fails(target: MediaType) -> None:
    data, specs = write(target, [code("grey", target)])
    for wrong in (replace(specs[0], width=204), replace(specs[0], height=150), replace(specs[0], colour="rgb")):
        if target == "image/webp" and wrong.colour == "rgb":
            continue  # WebP stores every page as RGB
        assert _failed(data, target, [wrong])
    if target != "image/webp":
        assert "pages" in _failed(data, target, [replace(specs[0], dpi=(150, 100))])
    assert _failed(data, target, [replace(specs[0], data_sha256="0" * 64)]) == {"bytes"}
    assert "pages" in _failed(data, target, specs * 2)


# --- image files: the digest is made to match, so that only the reading of the parts can notice -------------


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _png_with(kind: bytes, body: bytes, before: bytes) -> Change:
    return lambda data: (
        data.replace(before, _chunk(kind, body) + before, 1) if before == b"IDAT" else data[:33] + _chunk(kind, body) + data[33:]
    )


def _pillow(kind: str, **options: object) -> Change:
    def change(data: bytes) -> bytes:
        held = io.BytesIO()
        with Image.open(io.BytesIO(data)) as image:
            image.save(held, kind, **options)  # type: ignore[arg-type]
        return held.getvalue()

    return change


def _exif() -> bytes:
    exif = Image.Exif()
    exif[270] = _SECRET.decode()
    return exif.tobytes()


def _png_zlib_tail(data: bytes) -> bytes:
    at = data.index(b"IDAT")
    length = struct.unpack(">I", data[at - 4 : at])[0]
    return data[: at - 4] + _chunk(b"IDAT", data[at + 4 : at + 4 + length] + _SECRET) + data[at + length + 8 :]


def _insert(at: int, what: bytes) -> Change:
    return lambda data: data[:at] + what + data[at:]


def _append(what: bytes) -> Change:
    return lambda data: data + what


def _jfif_thumbnail(data: bytes) -> bytes:
    return data[:4] + struct.pack(">H", 19) + data[6:18] + b"\1\1rgb" + data[20:]


def _quantisation_tail(data: bytes) -> bytes:
    at = data.index(b"\xff\xdb")
    length = struct.unpack(">H", data[at + 2 : at + 4])[0]
    end = at + 2 + length
    return data[: at + 2] + struct.pack(">H", length + 9) + data[at + 4 : end] + _SECRET + data[end:]


def _riff(data: bytes) -> bytes:
    return data[:4] + struct.pack("<I", len(data) - 8) + data[8:]


def _webp_chunk(kind: bytes) -> Change:
    return lambda data: _riff(data + struct.pack("<4sI", kind, 10) + _SECRET + b"\0")


def _bmp_padding(data: bytes) -> bytes:
    return data[:-1] + b"s"


_SEGMENT = struct.pack(">H", len(_SECRET) + 2) + _SECRET
_IMAGES: dict[str, tuple[MediaType, Change]] = {
    "png-appended": ("image/png", _append(b"\0")),
    "png-text": ("image/png", _png_with(b"tEXt", b"Author\0" + _SECRET, b"IHDR")),
    "png-ztext": ("image/png", _png_with(b"zTXt", b"A\0\0" + zlib.compress(_SECRET), b"IHDR")),
    "png-private": ("image/png", _png_with(b"prVt", _SECRET, b"IHDR")),
    "png-time": ("image/png", _png_with(b"tIME", bytes(7), b"IHDR")),
    "png-exif": ("image/png", _pillow("PNG", exif=_exif(), dpi=(200, 100))),
    "png-second-image": ("image/png", lambda data: data + data),
    "png-behind-the-pixels": ("image/png", _png_zlib_tail),
    "jpeg-appended": ("image/jpeg", _append(_SECRET)),
    "jpeg-second-image": ("image/jpeg", lambda data: data + data),
    "jpeg-comment": ("image/jpeg", _insert(20, b"\xff\xfe" + _SEGMENT)),
    "jpeg-exif": ("image/jpeg", _pillow("JPEG", exif=_exif(), dpi=(200, 100))),
    "jpeg-app13": ("image/jpeg", _insert(20, b"\xff\xed" + _SEGMENT)),
    "jpeg-jfxx": ("image/jpeg", _insert(20, b"\xff\xe0\x00\x08JFXX\0\x10")),
    "jpeg-thumbnail": ("image/jpeg", _jfif_thumbnail),
    "jpeg-thumbnail-size": ("image/jpeg", lambda data: data[:18] + b"\1\1" + data[20:]),
    "jpeg-longer-header": ("image/jpeg", lambda data: data[:4] + b"\0\x13" + data[6:20] + b"abc" + data[20:]),
    "jpeg-behind-a-table": ("image/jpeg", _quantisation_tail),
    "jpeg-between-segments": ("image/jpeg", _insert(20, _SECRET)),
    "bmp-appended": ("image/bmp", _append(_SECRET)),
    "bmp-padding": ("image/bmp", _bmp_padding),
    "bmp-palette": ("image/bmp", lambda data: data[:57] + b"s" + data[58:]),
    "webp-appended": ("image/webp", _append(_SECRET)),
    "webp-exif": ("image/webp", _pillow("WEBP", lossless=True, exif=_exif())),
    "webp-xmp-chunk": ("image/webp", _webp_chunk(b"XMP ")),
    "webp-unknown-chunk": ("image/webp", _webp_chunk(b"ABCD")),
}


@pytest.mark.parametrize("name", _IMAGES)
def test_image_files_with_more_than_the_page_fail(name: str) -> None:
    target, change = _IMAGES[name]
    data, specs = write(target, [code("grey", target)])
    changed = change(data)
    assert changed != data
    spec = replace(specs[0], data_sha256=hashlib.sha256(changed).hexdigest())
    assert _failed(changed, target, [spec]) & {"contents", "structure"}


# --- TIFF ---------------------------------------------------------------------------------------------------


def _tiff_tag(tag: int, kind: int, count: int, value: int) -> Change:
    """The last directory again, at the end of the file, with one entry more."""

    def change(data: bytes) -> bytes:
        link, at = 4, struct.unpack_from("<I", data, 4)[0]
        while True:
            entries = struct.unpack_from("<H", data, at)[0]
            following = struct.unpack_from("<I", data, at + 2 + 12 * entries)[0]
            if not following:
                break
            link, at = at + 2 + 12 * entries, following
        block = data[at + 2 : at + 2 + 12 * entries] + struct.pack("<HHII", tag, kind, count, value)
        end = len(data) + len(data) % 2
        grown = data.ljust(end, b"\0") + struct.pack("<H", entries + 1) + block + bytes(4)
        return grown[:link] + struct.pack("<I", end) + grown[link + 4 :]

    return change


def _tiff_moved_directory(data: bytes) -> bytes:
    """The first directory again at the end of the file; the old one stays as bytes that nothing refers to."""
    at = struct.unpack_from("<I", data, 4)[0]
    entries = struct.unpack_from("<H", data, at)[0]
    return data[:4] + struct.pack("<I", len(data)) + data[8:] + data[at : at + 2 + 12 * entries + 4]


def _tiff_extra_page(data: bytes) -> bytes:
    more, _ = write("image/tiff", [code("grey", "image/tiff", seed=i) for i in (0, 1, 2)])
    return more


_TIFFS: dict[str, Change] = {
    "appended": _append(_SECRET),
    "appended-zeros": _append(bytes(2)),
    "extra-page": _tiff_extra_page,
    "description": _tiff_tag(270, 4, 1, 7),
    "xmp": _tiff_tag(700, 4, 1, 7),
    "subdirectory": _tiff_tag(330, 4, 1, 8),
    "exif": _tiff_tag(34665, 4, 1, 8),
    "page-number": _tiff_tag(297, 3, 2, 1),
    "orphaned-directory": _tiff_moved_directory,
    "pillow": _pillow("TIFF", compression="tiff_adobe_deflate", software=_SECRET.decode()),
}


@pytest.mark.parametrize("name", _TIFFS)
def test_tiffs_with_more_than_the_pages_fail(name: str) -> None:
    data, specs = write("image/tiff", [code("grey", "image/tiff", seed=i) for i in (0, 1)])
    assert _failed(_TIFFS[name](data), "image/tiff", specs) & {"contents", "structure", "pages"}


# --- PDF: rebuilt with right offsets and /ID, so that only what an object holds can give it away ------------


def _objects(data: bytes) -> dict[int, bytes]:
    start = int(re.findall(rb"startxref\n(\d+)", data)[-1])
    offsets = [int(m) for m in re.findall(rb"(\d{10}) 00000 n \n", data[start:])]
    ends = sorted([*offsets, start])
    return {
        n: data[at : ends[ends.index(at) + 1]].split(b" 0 obj\n", 1)[1][: -len(b"\nendobj\n")] for n, at in enumerate(offsets, 1)
    }


def _build(objects: dict[int, bytes], trailer: bytes = b"", between: bytes = b"", front: bytes = b"") -> bytes:
    out, offsets = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + front, []
    for number, body in sorted(objects.items()):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    out += between
    mark, start = hashlib.sha256(out).hexdigest()[:32].encode(), len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % o for o in offsets)
    return out + b"trailer\n<</Size %d/Root 1 0 R/ID[<%s><%s>]%s>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        mark,
        mark,
        trailer,
        start,
    )


def _stream(body: bytes, entries: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(body), body)


def _pdf(find: bytes, put: bytes, *, add: bytes | None = None, trailer: bytes = b"", between: bytes = b"") -> Change:
    """Replace `find` in the one object that has it, add an object (its number stands for NEW), rebuild."""

    def change(data: bytes) -> bytes:
        objects = _objects(data)
        new = b"%d 0 R" % (len(objects) + 1)
        number = next(n for n, body in objects.items() if find in body)
        objects[number] = objects[number].replace(find, put.replace(b"NEW", new), 1)
        if add is not None:
            objects[len(objects) + 1] = add
        return _build(objects, trailer.replace(b"NEW", new), between)

    return change


def _content(extra: bytes) -> Change:
    def change(data: bytes) -> bytes:
        objects = _objects(data)
        number = next(n for n, body in objects.items() if b"/Im0 Do Q" in body)
        objects[number] = _stream(objects[number].split(b"stream\n")[1].removesuffix(b"\nendstream") + extra)
        return _build(objects)

    return change


def _incremental(data: bytes) -> bytes:
    start = int(re.findall(rb"startxref\n(\d+)", data)[-1])
    at = len(data)
    body = b"1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
    size = re.findall(rb"/Size (\d+)", data)[0]
    table = b"xref\n1 1\n%010d 00000 n \ntrailer\n<</Size %s/Root 1 0 R/Prev %d>>\n" % (at, size, start)
    return data + body + table + b"startxref\n%d\n%%%%EOF\n" % (at + len(body))


def _qpdf(edit: Callable[[pikepdf.Pdf], object]) -> Change:
    def change(data: bytes) -> bytes:
        held = io.BytesIO()
        with pikepdf.open(io.BytesIO(data)) as document:
            edit(document)
            document.save(held, static_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
        return held.getvalue()

    return change


def _attach(document: pikepdf.Pdf) -> None:
    document.attachments["note.txt"] = pikepdf.AttachedFileSpec(document, _SECRET)


_CATALOG, _PAGE = b"/Type/Catalog", b"/Type/Page/"
_PDFS: dict[str, Change] = {
    "appended": _append(b"\n"),
    "second-eof": _append(b"%%EOF\n"),
    "incremental-update": _incremental,
    "prefixed": lambda data: b"%\n" + data,
    "qpdf-rewrite": _qpdf(lambda d: None),
    "attachment": _qpdf(_attach),
    "info": _pdf(_CATALOG, _CATALOG, add=b"<</Author(kept back)>>", trailer=b"/Info NEW"),
    "info-direct": _pdf(_CATALOG, _CATALOG, trailer=b"/Info<</Author(x)>>"),
    "metadata": _pdf(_CATALOG, _CATALOG + b"/Metadata NEW", add=_stream(_SECRET, b"/Type/Metadata/Subtype/XML")),
    "names": _pdf(_CATALOG, _CATALOG + b"/Names<<>>"),
    "outlines": _pdf(_CATALOG, _CATALOG + b"/Outlines<<>>"),
    "form": _pdf(_CATALOG, _CATALOG + b"/AcroForm<</Fields[]>>"),
    "open-action": _pdf(_CATALOG, _CATALOG + b"/OpenAction<</S/JavaScript/JS(1)>>"),
    "layers": _pdf(_CATALOG, _CATALOG + b"/OCProperties<<>>"),
    "annotation": _pdf(_PAGE, _PAGE + b"Annots[NEW]/", add=b"<</Type/Annot/Subtype/Text/Rect[0 0 9 9]>>"),
    "page-action": _pdf(_PAGE, _PAGE + b"AA<<>>/"),
    "thumbnail": _pdf(_PAGE, _PAGE + b"Thumb 3 0 R/"),
    "rotated": _pdf(_PAGE, _PAGE + b"Rotate 180/"),
    "cropped": _pdf(_PAGE, _PAGE + b"CropBox[0 0 9 9]/"),
    "private-data": _pdf(_PAGE, _PAGE + b"PieceInfo<<>>/"),
    "unreferenced": _pdf(_CATALOG, _CATALOG, add=b"(kept back)"),
    "unreferenced-stream": _pdf(_CATALOG, _CATALOG, add=_stream(_SECRET)),
    "object-outside-the-table": _pdf(_CATALOG, _CATALOG, between=b"99 0 obj\n(kept back)\nendobj\n"),
    "comment": _pdf(_CATALOG, _CATALOG, between=b"% kept back\n"),
    "comment-after-the-header": lambda data: _build(_objects(data), front=b"% kept back\n"),
    "comment-in-an-object": _pdf(_CATALOG, b"/Type%kept back\n/Catalog"),
    "second-image": _pdf(b"/XObject<<", b"/XObject<</Im1 NEW", add=_stream(b"", b"/Type/XObject")),
    "soft-mask": _pdf(b"/Subtype/Image", b"/Subtype/Image/SMask NEW", add=_stream(b"", b"/Type/XObject")),
    "inverted": _pdf(b"/Subtype/Image", b"/Subtype/Image/Decode[1 0]"),
    "hidden-text": _content(b"\nBT 3 Tr ET"),
    "visible-text": _content(b"\nBT/F0 9 Tf(kept back)Tj ET"),
    "hidden-text-as-comment": _content(b" %kept back"),
    "drawn-twice": _content(b"\nq 9 0 0 9 0 0 cm /Im0 Do Q"),
}


def _swap_pixels(data: bytes) -> bytes:
    objects = _objects(data)
    number = next(n for n, body in objects.items() if b"/Subtype/Image" in body)
    head, body = objects[number].split(b"\nstream\n", 1)
    other = bytes(len(body) - len(b"\nendstream"))
    return _build({**objects, number: head + b"\nstream\n" + other + b"\nendstream"})


_PDFS["another-image"] = _swap_pixels


@pytest.mark.parametrize("name", _PDFS)
def test_pdfs_with_more_than_the_pages_fail(name: str) -> None:
    data, specs = write("application/pdf", [code(c, "application/pdf") for c in COLOURS])
    assert _failed(_build(_objects(data)), "application/pdf", specs) == set()  # rebuilding alone is not noticed
    changed = _PDFS[name](data)
    assert changed != data
    assert _failed(changed, "application/pdf", specs)


def test_the_id_is_the_digest_of_the_bytes() -> None:
    data, specs = write("application/pdf", [code("grey", "application/pdf")])
    other = re.sub(rb"<[0-9a-f]{32}>", b"<" + b"0" * 32 + b">", data)
    assert _failed(other, "application/pdf", specs) == {"contents"}


def test_jpegs_inside_a_pdf_are_read_too() -> None:
    source, fmt = jpeg_source("rgb", 80, 2, progressive=True)
    data, specs = write("application/pdf", [encode_page(source, fmt, "application/pdf", keep_outside=(source, ()))])
    assert specs[0].codec == "jpeg"
    assert _failed(data, "application/pdf", specs) == set()
    objects = _objects(data)
    number = next(n for n, body in objects.items() if b"DCTDecode" in body)
    coded = objects[number].split(b"\nstream\n", 1)[1].removesuffix(b"\nendstream")
    changed = coded[:20] + b"\xff\xfe" + _SEGMENT + coded[20:]
    entries = re.sub(rb"/Length \d+>>", b"", objects[number].split(b"\nstream\n", 1)[0])[2:]
    objects[number] = _stream(changed, entries)
    spec = replace(specs[0], data_sha256=hashlib.sha256(changed).hexdigest())
    assert _failed(_build(objects), "application/pdf", [spec]) == {"contents"}


def test_text_layers_hold_the_words_they_were_given() -> None:
    pages = [code("bilevel", "application/pdf", seed=i) for i in range(3)]
    data, specs = write("application/pdf", pages, [_WORDS, [], _WORDS[:1]])
    assert _failed(data, "application/pdf", specs) == set()
    assert _failed(data, "application/pdf", [replace(specs[0], words=1), *specs[1:]]) == {"contents"}
    assert _failed(data, "application/pdf", [replace(specs[0], words=0), *specs[1:]]) == {"contents"}
    shown = _pdf(b"BT 3 Tr\n", b"BT 0 Tr\n")(data)
    assert _failed(shown, "application/pdf", specs) == {"contents"}
    assert _failed(_pdf(b"/Type/Font/", b"/Type/Font/Note(x)/")(data), "application/pdf", specs) == {"contents"}
    second = _pdf(b"/Font<<", b"/Font<</F1 NEW", add=b"<</Type/Font>>")(data)
    assert "contents" in _failed(second, "application/pdf", specs)
