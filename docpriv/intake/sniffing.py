"""Tell the kind of a file from its first bytes; refuses to look at its name."""

from __future__ import annotations

from docpriv.errors import CorruptInput, UnsupportedInput
from docpriv.model import MediaType

HEAD_BYTES = 1024
"""How much of the start of a file `sniff` wants. PDF readers accept a header anywhere in the first 1024
bytes."""

_KNOWN_ELSEWHERE: tuple[tuple[int, bytes, str], ...] = (
    (0, b"GIF87a", "GIF"),
    (0, b"GIF89a", "GIF"),
    (0, b"\x00\x00\x00\x0cjP  ", "JPEG 2000"),
    (0, b"\xff\x4f\xff\x51", "JPEG 2000"),
    (0, b"\xff\x0a", "JPEG XL"),
    (0, b"\x00\x00\x00\x0cJXL ", "JPEG XL"),
    (4, b"ftypavif", "AVIF"),
    (4, b"ftypavis", "AVIF"),
    (4, b"ftyp", "HEIF or video"),
    (0, b"8BPS", "Photoshop"),
    (0, b"AT&TFORM", "DjVu"),
    (0, b"%!PS", "PostScript"),
    (0, b"PK\x03\x04", "ZIP or office document"),
    (0, b"\xd0\xcf\x11\xe0", "office document"),
    (0, b"\x1f\x8b", "gzip"),
    (0, b"\x7fELF", "program"),
    (0, b"MZ", "program"),
)

_BMP_HEADERS = (12, 16, 40, 52, 56, 64, 108, 124)


def sniff(head: bytes) -> MediaType:
    """The media type of a file that starts with `head` (give at least the first 1024 bytes, or all of a
    shorter file).

    An image signature at the very start wins over a PDF header further on, so a polyglot has one meaning.
    Raises UnsupportedInput for anything else, CorruptInput for an empty file.
    """
    if not head:
        raise CorruptInput("the file is empty")
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head[:4] in (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"):
        return "image/tiff"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith(b"BM") and int.from_bytes(head[14:18], "little") in _BMP_HEADERS:
        return "image/bmp"
    for offset, magic, name in _KNOWN_ELSEWHERE:
        if head[offset : offset + len(magic)] == magic:
            raise UnsupportedInput(f"{name} files are not read")
    if b"%PDF-" in head[:HEAD_BYTES]:
        return "application/pdf"
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:5].lower() in (b"<?xml", b"<svg ", b"<svg>", b"<!doc", b"<html"):
        raise UnsupportedInput("SVG, XML and HTML files are not read")
    raise UnsupportedInput("the content is none of the formats that are read")
