"""Tell the kind of a file from its first bytes; its name tells only what it was meant to be, and never how it is decoded.

A file that is meant to be a document and is none that can be read is a document all the same: it fails, by its own name."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml

from docpriv.errors import CorruptInput, UnsupportedInput
from docpriv.formats.form import FORMATS
from docpriv.model import MediaType

HEAD_BYTES = 1024
"""How much of the start of a file `sniff` wants. PDF readers accept a header anywhere in the first 1024 bytes."""

_ARCHIVE = "archive"
_PICTURES = {b"mif1", b"msf1", b"miaf", b"hevc", b"hevx", b"hevm", b"hevs"}
_ARCHIVES = "`docpriv batch` reads zip and tar archives that lie in its folder, but none within another: unpack it first."


class _Unread(NamedTuple):
    """What `unread.yaml` says."""

    names: dict[str, str]
    packed: frozenset[str]
    pressed: frozenset[str]
    programs: frozenset[str]
    begins: dict[str, list[tuple[int, bytes, str]]]


def sniff(head: bytes, name: str = "") -> MediaType:
    """The media type of a file that starts with `head` (give at least the first 1024 bytes, or all of a shorter file).

    An image signature at the very start wins over a PDF header further on, so a polyglot has one meaning. Raises UnsupportedInput
    for anything else, CorruptInput for an empty file. `name`: where it is known, the error says what the file was meant to be; it
    decides nothing."""
    if not head:
        raise CorruptInput("the file is empty")
    found = _media_type(head)
    if found is not None:
        return found
    meant, pictured = _meant(name), _pictured(head)
    if pictured is not None:
        raise UnsupportedInput(f"{pictured} files are not read")
    refuse_by_name(name)
    held = _begin(head, "containers") or _begin(head, "others")
    if held is not None:
        raise UnsupportedInput(f"{held} files are not read")
    if meant is not None:
        raise CorruptInput(f"the file has the name of a {meant} file, but not its content: it is damaged, or something else")
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:5].lower() in (b"<?xml", b"<svg ", b"<svg>", b"<!doc", b"<html"):
        raise UnsupportedInput("SVG, XML and HTML files are not read")
    raise UnsupportedInput("the content is none of the formats that are read")


@cache
def _unread() -> _Unread:
    told = yaml.safe_load(Path(__file__).with_name("unread.yaml").read_text(encoding="utf-8"))
    names = {end: name for name, ends in told["names"].items() for end in ends}
    names |= {end: end[1:].upper() for row in told["suffixes"] for end in row}
    names |= {end: f"{end[1:].upper()} archive" for end in told["archives"]}
    begins = {
        group: [(row.get("at", 0), bytes.fromhex(row["bytes"]), row["is"]) for row in rows]
        for group, rows in told["begins"].items()
    }
    programs = frozenset(end for row in told["programs"] for end in row)
    return _Unread(names, frozenset(told["packed"]), frozenset(told["pressed"]), programs, begins)


def is_document(head: bytes, name: str) -> bool:
    """Whether a file met in a folder or an archive counts as a document: by its content or its name, or since it is empty.

    One that is not read is a document all the same, which fails."""
    if not head or _media_type(head) is not None or _pictured(head) is not None or _meant(name) is not None:
        return True
    return _begin(head, "containers") is not None and not _unread().programs.intersection(_suffixes(name)[:1])


def refuse_by_name(name: str) -> None:
    """Raise UnsupportedInput where a name is that of an archive, or of a document in a format that is not read."""
    meant = _meant(name)
    if meant == _ARCHIVE:
        raise UnsupportedInput("an archive is not read here", remedy=_ARCHIVES)
    if meant is not None and meant not in _read().values():
        raise UnsupportedInput(f"{meant} files are not read")


def is_packed(name: str) -> bool:
    """Whether a name is that of an archive that `docpriv batch` reads."""
    return _meant(name) == _ARCHIVE


def _read() -> dict[str, str]:
    """Names of what is read, by suffix."""
    return {suffix: form.name for form in FORMATS.values() for suffix in form.suffixes}


def _suffixes(name: str) -> tuple[str, ...]:
    """The last suffix of a name in lower case, and the last two as one."""
    parts = name.lower().split(".")[1:]
    return tuple("." + ".".join(parts[-count:]) for count in (1, 2)[: len(parts)])


def _meant(name: str) -> str | None:
    """What a file was meant to be by its name, as messages say it; None where that is no document."""
    ends, unread, read = _suffixes(name), _unread(), _read()
    for end in reversed(ends):
        meant = _ARCHIVE if end in unread.packed else read.get(end) or unread.names.get(end)
        if meant is not None:
            return meant
    if ends and ends[0] in unread.pressed:
        inner = _meant(name[: -len(ends[0])])
        return None if inner is None else f"packed {inner}"
    return None


def _begin(head: bytes, group: str) -> str | None:
    return next((name for at, magic, name in _unread().begins[group] if head[at : at + len(magic)] == magic), None)


def _pictured(head: bytes) -> str | None:
    """The name of a format that is not read and holds pictures or text of documents, whatever the file's name."""
    found = brands(head)
    if found & {b"avif", b"avis"}:
        return "AVIF"
    return "HEIF without a still HEVC picture" if found & _PICTURES else _begin(head, "documents")


def _media_type(head: bytes) -> MediaType | None:
    strict = (form for form in FORMATS.values() if not form.loose and form.sniff(head))
    found = next(strict, None)
    if found is None and (_pictured(head) or _begin(head, "containers") or _begin(head, "others")) is None:
        found = next((form for form in FORMATS.values() if form.loose and form.sniff(head)), None)
    return None if found is None else found.media_type


def brands(head: bytes) -> set[bytes]:
    """Brands of an ISO base media file (ISO/IEC 14496-12), the major one and the compatible; none of another file."""
    if head[4:8] != b"ftyp":
        return set()
    end = min(int.from_bytes(head[:4], "big"), len(head), HEAD_BYTES)
    return {head[8:12], *(head[at : at + 4] for at in range(16, end - 3, 4))}
