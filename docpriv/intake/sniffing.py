"""Tell the kind of a file from its first bytes; its name tells only what it was meant to be, and never how it is decoded.

A file that is meant to be a document and is none that can be read is a document all the same: it fails, by its own name.
"""

from __future__ import annotations

from docpriv.errors import CorruptInput, UnsupportedInput
from docpriv.model import MediaType

HEAD_BYTES = 1024
"""How much of the start of a file `sniff` wants. PDF readers accept a header anywhere in the first 1024
bytes."""

_READ: dict[str, str] = {
    ".png": "PNG",
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".jpe": "JPEG",
    ".jfif": "JPEG",
    ".tif": "TIFF",
    ".tiff": "TIFF",
    ".bmp": "BMP",
    ".webp": "WebP",
    ".pdf": "PDF",
    ".heic": "HEIC",
    ".heif": "HEIC",
}
"""Names of what is read, by suffix."""

PACKED = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
"""How names of the archives end that `docpriv batch` reads."""

_NOT_READ: dict[str, str] = {
    # pictures
    **dict.fromkeys((".jp2", ".j2k", ".j2c", ".jpc", ".jpf", ".jpx", ".jpm"), "JPEG 2000"),
    **dict.fromkeys((".jxr", ".wdp", ".hdp"), "JPEG XR"),
    **dict.fromkeys((".jb2", ".jbig2"), "JBIG2"),
    **dict.fromkeys((".djvu", ".djv"), "DjVu"),
    **dict.fromkeys((".ps", ".eps"), "PostScript"),
    **dict.fromkeys((".psd", ".psb"), "Photoshop"),
    **dict.fromkeys((".svg", ".svgz"), "SVG"),
    **dict.fromkeys((".pbm", ".pgm", ".ppm", ".pnm"), "Netpbm"),
    **dict.fromkeys((".emf", ".wmf"), "Windows metafile"),
    **{f".{name.lower()}": name for name in ("GIF", "JXL", "AVIF", "PCX", "DCX", "TGA", "HEICS", "HEIFS")},
    # text with a form, tables, slides, mail
    **{f".{name.lower()}": name for name in ("DOC", "DOCX", "DOCM", "DOTX", "DOTM", "ODT", "OTT", "FODT", "RTF", "WPD", "WPS")},
    **{f".{name.lower()}": name for name in ("XLS", "XLSX", "XLSM", "XLSB", "ODS", "PPT", "PPTX", "PPTM", "PPS", "PPSX", "ODP")},
    **{f".{name.lower()}": name for name in ("ODG", "VSD", "VSDX", "XPS", "OXPS", "EPUB", "EML", "MSG", "MHT", "MHTML", "P7M")},
    # archives that nothing here reads
    **{f".{name.lower()}": f"{name} archive" for name in ("7Z", "RAR", "ARJ", "LZH", "LHA", "ACE")},
    **dict.fromkeys((".tar.zst", ".tzst", ".tar.lz", ".tar.lzma", ".tar.z"), "TAR archive"),
}
"""Names of what is not read and may hold scanned paper, or the text of a document, by suffix. Plain text, markup and
data (TXT, CSV, HTML, XML, JSON), sound, film and programs are no documents."""

_ARCHIVE = "archive"
_PRESSED = (".gz", ".bz2", ".xz", ".zst", ".z", ".lz", ".lzma")

_NO_DOCUMENTS = frozenset(
    {
        *(".db", ".exe", ".dll", ".msi", ".msp", ".mst", ".sys", ".suo"),
        *(".jar", ".war", ".ear", ".aar", ".apk", ".ipa", ".whl", ".egg", ".pyz", ".xpi", ".crx", ".nupkg", ".vsix"),
        *(".npz", ".pt", ".pth", ".onnx", ".kmz", ".kra"),
    }
)
"""Names under which a container of other things (zip, compound file) is a program or its data."""

_KNOWN_ELSEWHERE: tuple[tuple[int, bytes, str], ...] = (
    (0, b"GIF87a", "GIF"),
    (0, b"GIF89a", "GIF"),
    (0, b"\x00\x00\x00\x0cjP  ", "JPEG 2000"),
    (0, b"\xff\x4f\xff\x51", "JPEG 2000"),
    (0, b"\xff\x0a", "JPEG XL"),
    (0, b"\x00\x00\x00\x0cJXL ", "JPEG XL"),
    (0, b"8BPS", "Photoshop"),
    (0, b"AT&TFORM", "DjVu"),
    (0, b"%!PS", "PostScript"),
    (0, b"\xc5\xd0\xd3\xc6", "PostScript"),
    (0, b"{\\rtf", "RTF"),
    (0, b"7z\xbc\xaf\x27\x1c", "7Z archive"),
    (0, b"Rar!\x1a\x07", "RAR archive"),
)
"""What may hold a document and is not read, whatever its name."""

_CONTAINERS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"PK\x03\x04", "ZIP or office document"),
    (0, b"PK\x05\x06", "ZIP"),
    (0, b"\xd0\xcf\x11\xe0", "office document"),
    (257, b"ustar", "TAR archive"),
)
"""Likewise, but for names of programs and their data."""

_OTHERS: tuple[tuple[int, bytes, str], ...] = (
    (4, b"ftyp", "video"),
    (0, b"\x1f\x8b", "gzip"),
    (0, b"\x7fELF", "program"),
    (0, b"MZ", "program"),
)

_BMP_HEADERS = (12, 16, 40, 52, 56, 64, 108, 124)
_STILL = {b"heic", b"heix", b"heim", b"heis"}
_PICTURES = {b"mif1", b"msf1", b"miaf", b"hevc", b"hevx", b"hevm", b"hevs"}
_ARCHIVES = "`docpriv batch` reads zip and tar archives that lie in its folder, but none within another: unpack it first."


def sniff(head: bytes, name: str = "") -> MediaType:
    """The media type of a file that starts with `head` (give at least the first 1024 bytes, or all of a
    shorter file).

    An image signature at the very start wins over a PDF header further on, so a polyglot has one meaning.
    Raises UnsupportedInput for anything else, CorruptInput for an empty file. `name`: where it is known, the error says
    what the file was meant to be; it decides nothing.
    """
    if not head:
        raise CorruptInput("the file is empty")
    found = _media_type(head)
    if found is not None:
        return found
    meant, pictured = _meant(name), _pictured(head)
    if pictured is not None:
        raise UnsupportedInput(f"{pictured} files are not read")
    refuse_by_name(name)
    held = _starts(head, _CONTAINERS) or _starts(head, _OTHERS)
    if held is not None:
        raise UnsupportedInput(f"{held} files are not read")
    if meant is not None:
        raise CorruptInput(f"the file has the name of a {meant} file, but not its content: it is damaged, or something else")
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:5].lower() in (b"<?xml", b"<svg ", b"<svg>", b"<!doc", b"<html"):
        raise UnsupportedInput("SVG, XML and HTML files are not read")
    raise UnsupportedInput("the content is none of the formats that are read")


def is_document(head: bytes, name: str) -> bool:
    """Whether a file met in a folder or an archive counts as a document: by its content or its name, or since it is empty.

    One that is not read is a document all the same, which fails.
    """
    if not head or _media_type(head) is not None or _pictured(head) is not None or _meant(name) is not None:
        return True
    return _starts(head, _CONTAINERS) is not None and not _NO_DOCUMENTS.intersection(_suffixes(name)[:1])


def refuse_by_name(name: str) -> None:
    """Raise UnsupportedInput where a name is that of an archive, or of a document in a format that is not read."""
    meant = _meant(name)
    if meant == _ARCHIVE:
        raise UnsupportedInput("an archive is not read here", remedy=_ARCHIVES)
    if meant is not None and meant not in _READ.values():
        raise UnsupportedInput(f"{meant} files are not read")


def is_packed(name: str) -> bool:
    """Whether a name is that of an archive that `docpriv batch` reads."""
    return _meant(name) == _ARCHIVE


def _suffixes(name: str) -> tuple[str, ...]:
    """The last suffix of a name in lower case, and the last two as one."""
    parts = name.lower().split(".")[1:]
    return tuple("." + ".".join(parts[-count:]) for count in (1, 2)[: len(parts)])


def _meant(name: str) -> str | None:
    """What a file was meant to be by its name, as messages say it; None where that is no document."""
    ends = _suffixes(name)
    for end in reversed(ends):
        if end in PACKED:
            return _ARCHIVE
        if end in _READ or end in _NOT_READ:
            return _READ.get(end) or _NOT_READ[end]
    if ends and ends[0] in _PRESSED:
        inner = _meant(name[: -len(ends[0])])
        return None if inner is None else f"packed {inner}"
    return None


def _starts(head: bytes, table: tuple[tuple[int, bytes, str], ...]) -> str | None:
    return next((name for offset, magic, name in table if head[offset : offset + len(magic)] == magic), None)


def _pictured(head: bytes) -> str | None:
    """The name of a format that is not read and holds pictures or text of documents, whatever the file's name."""
    brands = _brands(head)
    if brands & {b"avif", b"avis"}:
        return "AVIF"
    return "HEIF without a still HEVC picture" if brands & _PICTURES else _starts(head, _KNOWN_ELSEWHERE)


def _media_type(head: bytes) -> MediaType | None:
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
    if _brands(head) & _STILL:
        return "image/heic"
    begins_otherwise = _pictured(head) or _starts(head, _CONTAINERS) or _starts(head, _OTHERS)
    return "application/pdf" if b"%PDF-" in head[:HEAD_BYTES] and begins_otherwise is None else None


def _brands(head: bytes) -> set[bytes]:
    """Brands of an ISO base media file (ISO/IEC 14496-12), the major one and the compatible; none of another file."""
    if head[4:8] != b"ftyp":
        return set()
    end = min(int.from_bytes(head[:4], "big"), len(head), HEAD_BYTES)
    return {head[8:12], *(head[at : at + 4] for at in range(16, end - 3, 4))}
