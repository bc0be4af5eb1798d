"""Check a written PDF byte by byte, object by object.

First the bytes, by our own reading: one cross-reference table, whose objects tile the file from header to table. Then the
objects, by pikepdf's (qpdf's) reading: each has exactly the entries that an image, a page or the font needs."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Generator, Iterator, Sequence
from typing import Any

import pikepdf

from docpriv.formats.form import PageSpec, Problem
from docpriv.formats.held import HeldStream
from docpriv.formats.jpeg import check_stream

_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_TRAILER = re.compile(
    rb"trailer\n<</Size (\d+)/Root 1 0 R/ID\[<([0-9a-f]{32})><([0-9a-f]{32})>\]>>\n"
    rb"startxref\n(\d+)\n%%EOF\n\Z"
)
_OBJECT = re.compile(rb"(\d+) 0 obj\n")
_STREAM = re.compile(rb"<<[^\n]*/Length (\d+)>>\nstream\n")
_NUMBER = rb"-?\d+(?:\.\d+)?"
_DRAW = re.compile(rb"q (" + _NUMBER + rb") 0 0 (" + _NUMBER + rb") 0 0 cm /Im0 Do Q")
_WORD = re.compile(rb"/F0 N Tf N Tz N N N N N N Tm<(?:[0-9A-F]{4})+>Tj".replace(b"N", _NUMBER))
_FALLBACK_DPI = 200.0
_AT_ONCE = 250


def check(view: memoryview, expected: Sequence[PageSpec]) -> Iterator[Problem]:
    """See `check_container`."""
    size = yield from _bytes(view)
    if size:
        yield from _objects(view, expected, size)


def _bytes(view: memoryview) -> Generator[Problem, None, int]:
    """Problems of the file's bytes; returns how many objects the table names, 0 where the file is beyond reading."""
    if bytes(view[: len(_HEADER)]) != _HEADER:
        yield Problem("structure", "another header")
        return 0
    tail = _TRAILER.search(view, max(0, len(view) - 400))
    if tail is None:
        yield Problem("contents", "another trailer, or bytes after it")
        return 0
    size, start = int(tail[1]), int(tail[4])
    table = b"xref\n0 %d\n0000000000 65535 f \n" % size
    if bytes(view[start : start + len(table)]) != table or tail.start() != start + len(table) + 20 * (size - 1):
        yield Problem("structure", "not one cross-reference table before the trailer")
        return 0
    mark = hashlib.sha256(view[:start]).hexdigest()[:32].encode()
    if tail[2] != mark or tail[3] != mark:
        yield Problem("contents", "an /ID that is not the digest of the file's bytes")
    entries = bytes(view[start + len(table) : tail.start()])
    if re.fullmatch(rb"(?:\d{10} 00000 n \n)*", entries) is None:
        yield Problem("structure", "a cross-reference entry that is not an object in use")
        return 0
    places = sorted((int(entries[at : at + 10]), number) for number, at in enumerate(range(0, len(entries), 20), 1))
    ends = [*(offset for offset, _ in places[1:]), start]
    if [offset for offset, _ in places[:1]] != [len(_HEADER)] or not all(
        _is_object(view, offset, end, number) for (offset, number), end in zip(places, ends, strict=True)
    ):
        yield Problem("contents", "bytes that belong to no object, or an object that is not in the table")
        return 0
    return size


def _is_object(view: memoryview, start: int, end: int, number: int) -> bool:
    """Whether exactly one object of that number stands between the two offsets."""
    head = _OBJECT.match(view, start, end)
    if head is None or int(head[1]) != number or bytes(view[end - 8 : end]) != b"\nendobj\n":
        return False
    body = _STREAM.match(view, head.end(), end)
    if body is not None:
        stop = body.end() + int(body[1])
        return bytes(view[stop:end]) == b"\nendstream\nendobj\n"
    inside = bytes(view[head.end() : end - 8])
    return not any(word in inside for word in (b"endobj", b"stream", b"xref", b"%"))


def _objects(view: memoryview, expected: Sequence[PageSpec], size: int) -> Iterator[Problem]:
    with _opened(view) as document:
        tree = document.Root.Pages
        yield from _entries(document.trailer, "/Size /Root /ID", "the trailer")
        yield from _entries(document.Root, "/Type /Pages", "the catalog")
        yield from _entries(tree, "/Type /Count /Kids", "the page tree")
        if len(tree.Kids) != len(expected) or tree.Count != len(expected):
            yield Problem("pages", "another number of pages")
            return
    seen, fonts = {1, 2}, set[int]()
    for start in range(0, len(expected), _AT_ONCE):
        # qpdf keeps every object that it has read, about 9 kB a page, until the document is closed.
        with _opened(view) as document:
            kids = document.Root.Pages.Kids
            for index, spec in enumerate(expected[start : start + _AT_ONCE], start):
                yield from _page(kids[index], spec, seen, fonts)
            if document.get_warnings():
                yield Problem("structure", "another reader finds it damaged")
    if len(fonts) > 1:
        yield Problem("contents", "more than one font")
    with _opened(view) as document:
        for number in fonts:
            yield from _font(document.get_object(number, 0), seen)
    if seen != set(range(1, size)):
        yield Problem("contents", "objects that no page uses")


def _opened(view: memoryview) -> pikepdf.Pdf:
    """The mapped file, read without a copy."""
    stream = HeldStream(lambda offset, count: bytes(view[offset : offset + count]), len(view))
    return pikepdf.open(stream, suppress_warnings=True)


def _entries(thing: Any, keys: str, where: str, seen: set[int] | None = None) -> Iterator[Problem]:
    """Problems of a dictionary that has other entries; with `seen`, of one that is no object of its own, used once."""
    if set(thing.keys()) != set(keys.split()):
        yield Problem("contents", f"other entries in {where} than it needs")
    if seen is not None:
        number = thing.objgen[0]
        if number in seen or number == 0:
            yield Problem("contents", "an object that is used twice, or stands inside another")
        seen.add(number)


def _page(page: Any, spec: PageSpec, seen: set[int], fonts: set[int]) -> Iterator[Problem]:
    resources = page.Resources
    yield from _entries(page, "/Type /Parent /MediaBox /Resources /Contents", "a page", seen)
    yield from _entries(resources, "/XObject /Font" if spec.words else "/XObject", "the resources")
    yield from _entries(resources.XObject, "/Im0", "the images of a page")
    if spec.words:
        yield from _entries(resources.Font, "/F0", "the fonts of a page")
        fonts.add(resources.Font.F0.objgen[0])
    box = [float(v) for v in page.MediaBox]
    dpi = spec.dpi or (_FALLBACK_DPI, _FALLBACK_DPI)
    wanted = spec.size_pt or (72 * spec.width / dpi[0], 72 * spec.height / dpi[1])
    if page.Type != "/Page" or box[:2] != [0, 0] or any(abs(f - w) > 0.001 for f, w in zip(box[2:], wanted, strict=True)):
        yield Problem("pages", "another page size")
    yield from _image(resources.XObject.Im0, spec, seen)
    yield from _content(page.Contents, spec, box, seen)


def _image(image: Any, spec: PageSpec, seen: set[int]) -> Iterator[Problem]:
    parts = 3 if spec.colour == "rgb" else 1
    depth, space = (1 if spec.codec == "g4" else 8), ("/DeviceRGB" if parts == 3 else "/DeviceGray")
    parms: dict[str, Any]
    match spec.codec:
        case "jpeg":
            coding, parms = "/DCTDecode", {}
        case "g4":
            coding, parms = "/CCITTFaxDecode", {"/K": -1, "/Columns": spec.width, "/Rows": spec.height, "/BlackIs1": False}
        case _:
            coding, parms = "/FlateDecode", {"/Predictor": 15, "/Colors": parts, "/BitsPerComponent": 8, "/Columns": spec.width}
    keys = "/Type /Subtype /Width /Height /ColorSpace /BitsPerComponent /Filter /Length" + (" /DecodeParms" if parms else "")
    yield from _entries(image, keys, "an image", seen)
    if (image.Width, image.Height) != (spec.width, spec.height):
        yield Problem("pages", "another size")
    if (image.ColorSpace, image.BitsPerComponent, image.Subtype) != (space, depth, "/Image"):
        yield Problem("pages", "another colour")
    if image.Filter != coding or dict(image.get("/DecodeParms", {}).items()) != parms:
        yield Problem("structure", "another coding")
    data = image.read_raw_bytes()
    if hashlib.sha256(data).hexdigest() != spec.data_sha256:
        yield Problem("bytes", "a page is not the one that was verified")
    if spec.codec == "jpeg":
        yield from check_stream(memoryview(data), spec)


def _content(content: Any, spec: PageSpec, box: Sequence[float], seen: set[int]) -> Iterator[Problem]:
    yield from _entries(content, "/Length", "what a page draws", seen)
    first, *text = content.read_raw_bytes().split(b"\n")
    draw = _DRAW.fullmatch(first)
    if draw is None or any(abs(float(f) - w) > 0.001 for f, w in zip(draw.groups(), box[2:], strict=True)):
        yield Problem("contents", "a page that draws something else than its image")
    if not spec.words:
        if text:
            yield Problem("contents", "text on a page that has none")
    elif (
        (text[:1], text[-1:]) != ([b"BT 3 Tr"], [b"ET"])
        or len(text) - 2 > spec.words
        or any(_WORD.fullmatch(line) is None for line in text[1:-1])
    ):
        yield Problem("contents", "text that is not the words that survived")


def _font(font: Any, seen: set[int]) -> Iterator[Problem]:
    below = font.DescendantFonts[0]
    descriptor = below.FontDescriptor
    if len(font.DescendantFonts) != 1:
        yield Problem("contents", "more than one font")
    for thing, keys in (
        (font, "/Type /Subtype /BaseFont /Encoding /DescendantFonts /ToUnicode"),
        (below, "/Type /Subtype /BaseFont /CIDSystemInfo /FontDescriptor /DW /CIDToGIDMap"),
        (descriptor, "/Type /FontName /Flags /FontBBox /ItalicAngle /Ascent /Descent /CapHeight /StemV /FontFile2"),
        (descriptor.FontFile2, "/Filter /Length1 /Length"),
        (below.CIDToGIDMap, "/Filter /Length"),
        (font.ToUnicode, "/Filter /Length"),
    ):
        yield from _entries(thing, keys, "the font", seen)
