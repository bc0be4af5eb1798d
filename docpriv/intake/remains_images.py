"""Say what a PNG, JPEG, WebP or BMP file holds besides its picture, from its parts alone; refuses to decode any."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from docpriv.intake.notes import METADATA, ORPHANED, PICTURES, THUMBNAIL, TRAILING, UNREAD, Held, first_match, holds_more
from docpriv.model import MediaType

_MOST_PARTS = 1_000_000

# Lengths that PNG (ISO/IEC 15948, and its third edition) allows for the chunks that only describe pixels. A profile is noted
# where the page is decoded.
_PNG_LENGTHS = {
    b"IHDR": 13,
    b"PLTE": 768,
    b"IDAT": 2**31,
    b"IEND": 0,
    b"tRNS": 256,
    b"gAMA": 4,
    b"cHRM": 32,
    b"sRGB": 1,
    b"iCCP": 2**31,
    b"sBIT": 4,
    b"bKGD": 6,
    b"pHYs": 9,
    b"hIST": 512,
    b"cICP": 4,
    b"mDCV": 24,
    b"cLLI": 8,
}
_PNG_TELLING = (b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME")

_WEBP_PICTURE = (b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ICCP")

# A marker of T.81 in entropy-coded data: not a stuffed byte, not a restart, not a fill byte.
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
_NOT_FILL = re.compile(rb"[^\xff]", re.DOTALL)
_END, _SCAN, _COMMENT, _APP0, _APP2, _APP13, _APP14 = 0xD9, 0xDA, 0xFE, 0xE0, 0xE2, 0xED, 0xEE
_CODING = frozenset({*range(0xC0, 0xD0), 0xDB, 0xDC, 0xDD} - {0xC8})
_THUMBNAIL_RESOURCES = (b"8BIM\x04\x09", b"8BIM\x04\x0c")


def image_notes(held: Held, media_type: MediaType) -> list[str]:
    """Codes of what the file holds besides its picture; "structure-unread" where its parts cannot be followed.

    Never raises for what is in the file.
    """
    walk = {"image/png": _png, "image/jpeg": jpeg_parts, "image/webp": _webp, "image/bmp": _bmp}[media_type]
    found: dict[str, None] = {}
    try:
        for code in walk(held):
            found[code] = None
    except (ValueError, IndexError, OverflowError, struct.error):
        found[UNREAD] = None
    return list(found)


def _png(held: Held) -> Iterator[str]:
    at, seen = 8, set[bytes]()
    for _ in range(_MOST_PARTS):
        head = held.at(at, 8)
        if len(head) < 8:
            yield UNREAD
            return
        length, kind = int.from_bytes(head[:4], "big"), head[4:]
        if kind in _PNG_TELLING:
            yield METADATA
            if kind == b"eXIf" and exif_has_thumbnail(held.at(at + 8, length)):
                yield THUMBNAIL
        elif length > _PNG_LENGTHS.get(kind, -1) or (kind in seen and kind != b"IDAT"):
            yield ORPHANED
        seen.add(kind)
        at += 12 + length
        if kind == b"IEND":
            if holds_more(held, at):
                yield TRAILING
            return
    yield UNREAD


def jpeg_parts(held: Held) -> Iterator[str]:
    """Codes for the segments of a JPEG stream (ITU-T T.81) and for bytes after its end, walking the scans to find it."""
    at = 2
    for _ in range(_MOST_PARTS):
        head = held.at(at, 4)
        if head[:2] == b"\xff\xff":  # fill bytes
            at = (first_match(held, _NOT_FILL, at) or held.size) - 1
            head = held.at(at, 4)
        if len(head) < 2:
            yield UNREAD
            return
        if head[0] != 0xFF:
            yield ORPHANED  # decoders skip to the next marker
            following = first_match(held, _MARKER, at)
            if following is None:
                yield UNREAD
                return
            at = following
            continue
        marker = head[1]
        if marker == _END:
            if holds_more(held, at + 2):
                yield TRAILING
            return
        length = int.from_bytes(head[2:4], "big")
        if length < 2 or len(head) < 4:
            yield UNREAD
            return
        yield from _segment(marker, held.at(at + 4, length - 2))
        at += 2 + length
        if marker == _SCAN:
            following = first_match(held, _MARKER, at)
            if following is None:
                yield UNREAD
                return
            at = following
    yield UNREAD


def _segment(marker: int, body: bytes) -> Iterator[str]:
    if marker in _CODING or marker == _SCAN or (marker == _APP14 and len(body) == 12 and body[:5] == b"Adobe"):
        return
    if marker == _APP0 and body[:5] == b"JFIF\0":
        if len(body) != 14:
            yield THUMBNAIL if len(body) == 14 + 3 * body[12] * body[13] else METADATA
    elif marker == _APP0 and body[:5] == b"JFXX\0":
        yield THUMBNAIL
    elif marker == _APP2 and body[:12] == b"ICC_PROFILE\0":
        return  # noted where the page is decoded
    elif marker == _APP2 and body[:4] == b"MPF\0":  # CIPA DC-007: a list of pictures, of which this is the first
        yield PICTURES
    elif _APP0 <= marker <= 0xEF or marker == _COMMENT:
        yield METADATA
        exif = body[:6] == b"Exif\0\0" and exif_has_thumbnail(body[6:])
        if exif or (marker == _APP13 and any(name in body for name in _THUMBNAIL_RESOURCES)):
            yield THUMBNAIL
    else:
        yield ORPHANED


def exif_has_thumbnail(raw: bytes) -> bool:
    """Whether EXIF data (a TIFF structure) links a second directory, which is that of a thumbnail."""
    raw = raw.removeprefix(b"Exif\0\0")
    order = "<" if raw[:2] == b"II" else ">"
    try:
        at = struct.unpack_from(order + "I", raw, 4)[0]
        count = struct.unpack_from(order + "H", raw, at)[0]
        return bool(struct.unpack_from(order + "I", raw, at + 2 + 12 * count)[0])
    except struct.error:
        return False


def _webp(held: Held) -> Iterator[str]:
    end = int.from_bytes(held.at(4, 4), "little") + 8
    if holds_more(held, end):
        yield TRAILING
    at, seen = 12, set[bytes]()
    for _ in range(_MOST_PARTS):
        head = held.at(at, 8)
        if at >= end or at >= held.size:
            return
        length, kind = int.from_bytes(head[4:8], "little"), head[:4]
        if kind in (b"EXIF", b"XMP "):
            yield METADATA
            if kind == b"EXIF" and exif_has_thumbnail(held.at(at + 8, length)):
                yield THUMBNAIL
        elif (kind not in _WEBP_PICTURE or kind in seen) and holds_more(held, at, min(end, at + 8 + length)):
            yield ORPHANED
        seen.add(kind)
        at += 8 + length + length % 2
    yield UNREAD


def _bmp(held: Held) -> Iterator[str]:
    start, header = struct.unpack("<II", held.at(10, 8))
    if header == 12:
        width, height, _, bits = struct.unpack("<HHHH", held.at(18, 8))
        coding, stated, colours, table = 0, 0, 1 << bits if bits <= 8 else 0, 3
    else:
        width, height, _, bits, coding, stated, _, _, colours = struct.unpack("<iiHHIIiiI", held.at(18, 32))
        colours, table = colours or (1 << bits if bits <= 8 else 0), 4
    # The size field of the file is not asked: it can be made to cover anything.
    size = stated if coding in (1, 2, 4, 5) else (abs(width) * bits + 31) // 32 * 4 * abs(height)
    end = start + size if size else int.from_bytes(held.at(2, 4), "little")
    if header >= 124 and held.at(14 + 56, 4) in (b"DEBM", b"KNIL"):  # a profile, held or named, behind the pixels
        at, length = struct.unpack("<II", held.at(14 + 112, 8))
        if held.at(14 + 56, 4) == b"KNIL":
            yield METADATA
        if 14 + at <= end + 4:
            end = max(end, 14 + at + length)
    masks = 16 if coding in (3, 6) and header == 40 else 0
    if holds_more(held, 14 + header + masks + table * min(colours, 256), start):
        yield ORPHANED
    if holds_more(held, end):
        yield TRAILING
