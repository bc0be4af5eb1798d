"""Check written PNG, JPEG, BMP and WebP files part by part; refuses all but pixels and resolution."""

from __future__ import annotations

import hashlib
import re
import struct
import zlib
from collections.abc import Iterator, Sequence

from docpriv.output.spec import Aspect, PageSpec, Problem

_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7]")
_DEPTH = {"bilevel": 1, "grey": 8, "rgb": 24}


def _single(view: memoryview, expected: Sequence[PageSpec]) -> Iterator[Problem]:
    if len(expected) != 1:
        yield Problem("pages", "an image file holds one page")
    if hashlib.sha256(view).hexdigest() != expected[0].data_sha256:
        yield Problem("bytes", "the file is not the page that was verified")


def _near(found: float, wanted: float) -> bool:
    return abs(found - wanted) <= max(1.0, wanted) * 0.01


def png(view: memoryview, expected: Sequence[PageSpec]) -> Iterator[Problem]:
    """PNG, second edition (ISO/IEC 15948): IHDR, pHYs where the resolution is known, IDAT, IEND, and nothing
    else.
    """
    yield from _single(view, expected)
    spec, at = expected[0], 8
    order: list[bytes] = []
    if bytes(view[:8]) != b"\x89PNG\r\n\x1a\n":
        yield Problem("structure", "not a PNG")
        return
    unpacker, rows = zlib.decompressobj(), 0
    row = ((spec.width * _DEPTH[spec.colour] + 7) // 8) + 1
    while at < len(view):
        length, kind = struct.unpack_from(">I4s", view, at)
        body = view[at + 8 : at + 8 + length]
        if len(view) < at + 12 + length:
            yield Problem("structure", "a chunk is cut")
            return
        if zlib.crc32(view[at + 4 : at + 8 + length]) != struct.unpack_from(">I", view, at + 8 + length)[0]:
            yield Problem("structure", "a chunk's checksum is wrong")
        if not order or order[-1] != kind:
            order.append(kind)
        if kind == b"IHDR":
            depth, colour = {"bilevel": (1, 0), "grey": (8, 0), "rgb": (8, 2)}[spec.colour]
            if struct.unpack(">IIBBBBB", body) != (spec.width, spec.height, depth, colour, 0, 0, 0):
                yield Problem("pages", "another size or colour")
        elif kind == b"pHYs":
            across, down, unit = struct.unpack(">IIB", body)
            found = across * 0.0254, down * 0.0254
            if spec.dpi is None or unit != 1 or not all(map(_near, found, spec.dpi)):
                yield Problem("pages", "another resolution")
        elif kind == b"IDAT":
            for start in range(0, length, 1 << 16):
                data = bytes(body[start : start + (1 << 16)])
                while data:
                    rows += len(unpacker.decompress(data, 1 << 22))
                    data = unpacker.unconsumed_tail
        at += 12 + length
        if kind == b"IEND":
            if length:
                yield Problem("contents", "bytes in the end chunk")
            break
    rows += len(unpacker.flush())
    if at != len(view):
        yield Problem("contents", "bytes after the image")
    if order != [b"IHDR", *([b"pHYs"] if spec.dpi else []), b"IDAT", b"IEND"]:
        yield Problem("contents", "a chunk that is not pixels or resolution")
    if rows != row * spec.height or not unpacker.eof or unpacker.unused_data:
        yield Problem("structure", "the pixel stream has another length")


def jpeg(view: memoryview, expected: Sequence[PageSpec]) -> Iterator[Problem]:
    """JPEG (ITU-T T.81) with a JFIF header: one frame; no comment, application data, thumbnail or second
    image.
    """
    yield from _single(view, expected)
    yield from jpeg_stream(view, expected[0])


def jpeg_stream(view: memoryview, spec: PageSpec) -> Iterator[Problem]:
    """The same for a stream inside a PDF, without the digest."""
    if bytes(view[:2]) != b"\xff\xd8":
        yield Problem("structure", "not a JPEG")
        return
    at = 2
    seen: list[int] = []
    while True:
        if view[at] != 0xFF:
            yield Problem("structure", "bytes between segments")
            return
        marker, length = view[at + 1], 0
        seen.append(marker)
        if marker == 0xD9:
            at += 2
            break
        length = struct.unpack_from(">H", view, at + 2)[0]
        body = view[at + 4 : at + 2 + length]
        if len(body) != length - 2:
            yield Problem("structure", "a segment is cut")
            return
        yield from _segment(marker, body, spec)
        at += 2 + length
        if marker == 0xDA:
            found = _MARKER.search(view, at)
            if found is None:
                yield Problem("structure", "no end of image")
                return
            at = found.start()
    if at != len(view):
        yield Problem("contents", "bytes after the image")
    if seen[:1] != [0xE0] or seen.count(0xE0) != 1:
        yield Problem("contents", "not one JFIF header at the start")
    if sum(marker in (0xC0, 0xC1, 0xC2) for marker in seen) != 1 or 0xDA not in seen:
        yield Problem("structure", "not one frame")


def _segment(marker: int, body: memoryview, spec: PageSpec) -> Iterator[Problem]:
    match marker:
        case 0xE0:
            if len(body) != 14 or bytes(body[:5]) != b"JFIF\0" or bytes(body[12:14]) != b"\0\0":
                yield Problem("contents", "application data or a thumbnail")
            else:
                unit, across, down = struct.unpack_from(">BHH", body, 7)
                wanted = spec.dpi or (across, down)
                if (spec.dpi and unit != 1) or max(abs(across - wanted[0]), abs(down - wanted[1])) > 1:
                    yield Problem("pages", "another resolution")
        case 0xC0 | 0xC1 | 0xC2:
            parts = 3 if spec.colour == "rgb" else 1
            found = struct.unpack_from(">BHHB", body)
            if found != (8, spec.height, spec.width, parts) or len(body) != 6 + 3 * parts:
                yield Problem("pages", "another size or colour")
        case 0xDB:
            at = 0
            while at < len(body):
                at += 1 + (128 if body[at] >> 4 else 64)
            if at != len(body):
                yield Problem("contents", "bytes behind a quantisation table")
        case 0xC4:
            at = 0
            while at < len(body):
                at += 17 + sum(body[at + 1 : at + 17])
            if at != len(body):
                yield Problem("contents", "bytes behind a Huffman table")
        case 0xDD:
            if len(body) != 2:
                yield Problem("contents", "bytes behind a restart interval")
        case 0xDA:
            if len(body) != 4 + 2 * body[0]:
                yield Problem("contents", "bytes behind a scan header")
        case _:
            yield Problem("contents", "a segment that is not pixels")


def bmp(view: memoryview, expected: Sequence[PageSpec]) -> Iterator[Problem]:
    """BMP with the 40-byte header: palette of greys, rows, and not a byte more."""
    yield from _single(view, expected)
    spec = expected[0]
    depth = _DEPTH[spec.colour]
    colours = 0 if depth == 24 else 1 << depth
    start, stride = 54 + 4 * colours, (spec.width * depth + 31) // 32 * 4
    size = start + stride * spec.height
    if len(view) < 54 or len(view) != size:
        yield Problem("contents" if len(view) > size else "structure", "another length than the pixels need")
    if struct.unpack_from("<2sIHHI", view) != (b"BM", size, 0, 0, start):
        yield Problem("structure", "another file header")
    header = struct.unpack_from("<IiiHHIIiiII", view, 14)
    if header[1:3] != (spec.width, spec.height) or header[4] != depth:
        yield Problem("pages", "another size or colour")
    if (header[0], header[3], *header[5:7], *header[9:]) != (40, 1, 0, stride * spec.height, colours, 0):
        yield Problem("structure", "another image header")
    wanted = spec.dpi or (0.0, 0.0)
    if not all(_near(found * 0.0254, value) for found, value in zip(header[7:9], wanted, strict=True)):
        yield Problem("pages", "another resolution")
    step = 255 // max(1, colours - 1)
    if bytes(view[54:start]) != b"".join(bytes((i * step, i * step, i * step, 0)) for i in range(colours)):
        yield Problem("contents", "another palette")
    used = (spec.width * depth + 7) // 8
    if used < stride and any(any(view[at + used : at + stride]) for at in range(start, len(view), stride)):
        yield Problem("contents", "bytes hidden in the padding of rows")


def webp(view: memoryview, expected: Sequence[PageSpec]) -> Iterator[Problem]:
    """WebP (RFC 9649): one VP8L chunk and nothing else."""
    yield from _single(view, expected)
    spec = expected[0]
    riff, size, form, kind, length = struct.unpack_from("<4sI4s4sI", view)
    if (riff, form) != (b"RIFF", b"WEBP"):
        yield Problem("structure", "not a WebP")
        return
    if kind != b"VP8L" or size != 4 + 8 + length + length % 2:
        yield Problem("contents", "a chunk that is not pixels")
    if len(view) != size + 8:
        aspect: Aspect = "contents" if len(view) > size + 8 else "structure"
        yield Problem(aspect, "bytes after the image, or too few")
    signature, bits = struct.unpack_from("<BI", view, 20)
    if signature != 0x2F or ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1) != (spec.width, spec.height):
        yield Problem("pages", "another size")
