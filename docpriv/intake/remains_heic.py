"""Say what a HEIC file holds besides its picture, from its boxes alone (ISO/IEC 14496-12 and 23008-12); decodes nothing."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

from docpriv.intake.notes import METADATA, ORPHANED, PICTURES, THUMBNAIL, TRAILING, UNREAD, Held, holds_more

_MOST_BOXES = 100_000
_MOST_META = 16 * 2**20
_PLAIN = {b"ftyp", b"mdat"}
_FILMS = {b"moov", b"moof", b"mpvd"}
_CODED = {b"hvc1", b"hev1", b"lhv1", b"av01", b"avc1", b"jpeg", b"j2k1", b"unci", b"grid", b"iovl", b"iden", b"tmap"}


def boxes(at: Callable[[int, int], bytes], start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Boxes one after the other: kind, where the content begins, where it ends. ValueError where the rest is no whole box.

    `at`: bytes by offset and count.
    """
    for _ in range(_MOST_BOXES):
        if start >= end:
            return
        head = at(start, 16)
        if len(head) < 8:
            raise ValueError
        size, kind, inner = int.from_bytes(head[:4], "big"), head[4:8], start + 8
        if size == 1:
            size, inner = int.from_bytes(head[8:16], "big"), start + 16
        if size == 0:
            size = end - start
        if start + size > end or start + size < inner:
            raise ValueError
        yield kind, inner, start + size
        start += size
    raise ValueError


def heic_notes(held: Held) -> list[str]:
    """Codes of what the file holds besides its picture; "structure-unread" where its boxes cannot be followed. Never raises
    for what is in the file.
    """
    found: dict[str, None] = {}
    try:
        for code in _look(held):
            found[code] = None
    except (ValueError, IndexError, struct.error):
        found[UNREAD] = None
    return list(found)


def _look(held: Held) -> Iterator[str]:
    seen: set[bytes] = set()
    top = boxes(held.at, 0, held.size)
    while True:
        try:
            kind, start, end = next(top)
        except StopIteration:
            break
        except ValueError:
            if b"meta" not in seen:
                raise
            yield TRAILING  # makers of phones hang their own data behind the last box
            return
        if kind == b"meta" and kind not in seen:
            if end - start > _MOST_META:
                raise ValueError
            yield from _meta(held.at(start, end - start))
        elif kind in _FILMS:
            yield PICTURES
        elif kind in (b"free", b"skip"):
            if holds_more(held, start, end):
                yield ORPHANED
        elif kind not in _PLAIN:
            yield METADATA if kind == b"uuid" else ORPHANED
        seen.add(kind)
    if b"meta" not in seen:
        yield UNREAD


def _meta(body: bytes) -> Iterator[str]:
    def at(offset: int, count: int) -> bytes:
        return body[offset : offset + count]

    kinds: dict[int, bytes] = {}
    parts: dict[int, list[int]] = {}
    thumbnails: set[int] = set()
    primary = 0
    for kind, start, end in boxes(at, 4, len(body)):
        version, inner = body[start], start + 4
        if kind == b"pitm":
            primary = int.from_bytes(at(inner, 4 if version else 2), "big")
        elif kind == b"iinf":
            for _, item, _ in boxes(at, inner + (4 if version else 2), end):
                size = 4 if body[item] == 3 else 2
                number = int.from_bytes(at(item + 4, size), "big")
                kinds[number] = at(item + 6 + size, 4)
        elif kind == b"iref":
            for reference, item, stop in boxes(at, inner, end):
                size = 4 if version else 2
                source = int.from_bytes(at(item, size), "big")
                if reference == b"dimg":
                    places = range(item + size + 2, stop, size)
                    parts.setdefault(source, []).extend(int.from_bytes(at(place, size), "big") for place in places)
                elif reference == b"thmb":
                    thumbnails.add(source)
    shown, waiting = set[int](), [primary]
    while waiting:
        number = waiting.pop()
        if number not in shown:
            shown.add(number)
            waiting += parts.get(number, [])
    for number, kind in kinds.items():
        if kind not in _CODED:
            yield METADATA
        elif number in thumbnails:
            yield THUMBNAIL
        elif number not in shown and not _of_thumbnail(number, thumbnails, parts):
            yield PICTURES


def _of_thumbnail(number: int, thumbnails: set[int], parts: dict[int, list[int]]) -> bool:
    return any(number in parts.get(one, ()) for one in thumbnails)
