"""Walk the directories of a TIFF file, decoding no pixel; refuses loops, endless chains and missing data.

Pillow takes a chain that comes back on itself as the end of the file, and a directory that it dislikes as
damage. What is a page, how large it claims to be and whether all of its data is there is therefore
established here, first.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from docpriv.errors import CorruptInput, LimitExceeded, UnsupportedInput
from docpriv.intake.source import Source
from docpriv.options import Limits

_SIZES = {1: 1, 3: 2, 4: 4, 6: 1, 8: 2, 9: 4, 13: 4, 16: 8, 17: 8, 18: 8}
_CODES = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 13: "I", 16: "Q", 17: "q", 18: "Q"}
_MOST_ENTRIES = 4096
_MOST_VALUES = 4_000_000

_SUBFILE, _OLD_SUBFILE, _WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC = 254, 255, 256, 257, 258, 259, 262
_STRIPS, _ORIENTATION, _SAMPLES, _STRIP_BYTES, _FORMAT = 273, 274, 277, 279, 339
_TILES, _TILE_BYTES = 324, 325
_WANTED = frozenset(
    {
        _SUBFILE,
        _OLD_SUBFILE,
        _WIDTH,
        _HEIGHT,
        _BITS,
        _COMPRESSION,
        _PHOTOMETRIC,
        _STRIPS,
        _ORIENTATION,
        _SAMPLES,
        _STRIP_BYTES,
        _FORMAT,
        _TILES,
        _TILE_BYTES,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """What one directory declares. `frame`: where it stands in the file; `reduced`: a thumbnail of another
    page."""

    offset: int
    width: int
    height: int
    bits: int
    samples: int
    photometric: int
    compression: int
    orientation: int
    reduced: bool


def directories(source: Source, limits: Limits) -> tuple[Directory, ...]:
    """All directories of the main chain, in order. SubIFDs hang off a directory and are no pages.

    Raises CorruptInput (loop, cut off, no size), LimitExceeded (pages), UnsupportedInput (floating point or
    signed).
    """
    order = "<" if source.at(0, 2) == b"II" else ">"
    big = source.at(2, 2) in (b"+\x00", b"\x00+")
    offset = _one(source, 8 if big else 4, order + ("Q" if big else "I"))
    found: list[Directory] = []
    seen: set[int] = set()
    while offset:
        if offset in seen:
            raise CorruptInput("the chain of TIFF directories comes back on itself")
        if len(found) >= limits.pages:
            raise LimitExceeded.over("pages", f"more than {limits.pages} pages")
        seen.add(offset)
        values, following = _entries(source, offset, order, big, len(found) + 1)
        found.append(_directory(source, values, offset, len(found) + 1))
        offset = following
    if not found:
        raise CorruptInput("the TIFF file has no page")
    return tuple(found)


def _one(source: Source, offset: int, code: str) -> int:
    raw = source.at(offset, struct.calcsize(code))
    if len(raw) < struct.calcsize(code):
        raise CorruptInput("the TIFF file is cut off: a directory lies beyond its end")
    return int(struct.unpack(code, raw)[0])


def _entries(source: Source, offset: int, order: str, big: bool, page: int) -> tuple[dict[int, tuple[int, ...]], int]:
    """The integer tags that matter of one directory, and where the next one is (0 for none)."""
    count = _one(source, offset, order + ("Q" if big else "H"))
    if count > _MOST_ENTRIES:
        raise CorruptInput(f"page {page}: a TIFF directory claims {count} entries")
    size, start = (20, offset + 8) if big else (12, offset + 2)
    inline = 8 if big else 4
    block = source.at(start, count * size)
    if len(block) < count * size:
        raise CorruptInput(f"page {page}: the TIFF file is cut off inside a directory")
    values: dict[int, tuple[int, ...]] = {}
    for i in range(count):
        entry = block[i * size : (i + 1) * size]
        tag, kind = struct.unpack(order + "HH", entry[:4])
        number = int(struct.unpack(order + ("Q" if big else "I"), entry[4 : 4 + inline])[0])
        if tag not in _WANTED or kind not in _CODES or number == 0:
            continue
        if number > _MOST_VALUES:
            raise CorruptInput(f"page {page}: a TIFF tag claims {number} values")
        length = number * _SIZES[kind]
        raw = entry[4 + inline : 4 + inline + length]
        if length > inline:
            raw = source.at(_offset(entry[4 + inline :], order, big), length)
        if len(raw) < length:
            raise CorruptInput(f"page {page}: the TIFF file is cut off inside a tag")
        values[tag] = struct.unpack(f"{order}{number}{_CODES[kind]}", raw)
    return values, _one(source, start + count * size, order + ("Q" if big else "I"))


def _offset(raw: bytes, order: str, big: bool) -> int:
    return int(struct.unpack(order + ("Q" if big else "I"), raw[: 8 if big else 4])[0])


def _directory(source: Source, values: dict[int, tuple[int, ...]], offset: int, page: int) -> Directory:

    def first(tag: int, default: int) -> int:
        return values.get(tag, (default,))[0]

    formats = values.get(_FORMAT, (1,))
    if any(f == 3 for f in formats):
        raise UnsupportedInput(f"page {page}: floating-point pixels are not read")
    if any(f not in (1, 4) for f in formats):
        raise UnsupportedInput(f"page {page}: signed or complex pixels are not read")
    width, height = first(_WIDTH, 0), first(_HEIGHT, 0)
    if width < 1 or height < 1:
        raise CorruptInput(f"page {page}: the declared size is not a size")
    _check_data(source, values, page)
    return Directory(
        offset=offset,
        width=width,
        height=height,
        bits=max(values.get(_BITS, (1,))),
        samples=first(_SAMPLES, 1),
        photometric=first(_PHOTOMETRIC, 0),
        compression=first(_COMPRESSION, 1),
        orientation=first(_ORIENTATION, 1),
        reduced=bool(first(_SUBFILE, 0) & 1) or first(_OLD_SUBFILE, 1) == 2,
    )


def _check_data(source: Source, values: dict[int, tuple[int, ...]], page: int) -> None:
    """Every strip or tile has to lie inside the file: libtiff fills what is missing without a word."""
    offsets = values.get(_STRIPS) or values.get(_TILES)
    sizes = values.get(_STRIP_BYTES) or values.get(_TILE_BYTES)
    if not offsets:
        raise CorruptInput(f"page {page}: the TIFF page has no image data")
    if any(o < 0 or o >= source.size for o in offsets):
        raise CorruptInput(f"page {page}: the TIFF file is cut off: image data lies beyond its end")
    for start, length in zip(offsets, sizes or (), strict=False):
        if length < 0 or start + length > source.size:
            raise CorruptInput(f"page {page}: the TIFF file is cut off: image data lies beyond its end")
