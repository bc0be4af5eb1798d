"""The chain of directories of a TIFF file (TIFF 6.0, section 2, and BigTIFF), walked without decoding a pixel.

Pillow takes a chain that comes back on itself as the end of the file, and a directory that it dislikes as damage. What is a page
is therefore established here, first."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from docpriv.errors import CorruptInput
from docpriv.formats.held import Held

SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_INTEGERS = {1: "u1", 3: "u2", 4: "u4", 6: "i1", 8: "i2", 9: "i4", 13: "u4", 16: "u8", 17: "i8", 18: "u8"}
_MOST_ENTRIES = 4096
_MOST_VALUES = 4_000_000

STRIPS, STRIP_BYTES, TILES, TILE_BYTES = 273, 279, 324, 325


class Entry(NamedTuple):
    """A tag; `at` and `length` say where its values lie in the file."""

    tag: int
    kind: int
    amount: int
    at: int
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """One directory, which is that of a page. It stands in the file from `start` to `end`; `following`: the next, 0 for none."""

    page: int
    start: int
    end: int
    following: int
    order: str
    entries: tuple[Entry, ...]

    def integers(self, tag: int) -> Entry | None:
        """The last entry of that tag that holds integers."""
        return next((e for e in reversed(self.entries) if e.tag == tag and e.kind in _INTEGERS and e.amount), None)

    def values(self, held: Held, *tags: int) -> npt.NDArray[Any]:
        """The integers of the first of these tags that the directory has; none where it has none of them."""
        entry = next(filter(None, map(self.integers, tags)), None)
        if entry is None:
            return np.zeros(0, np.uint64)
        if entry.amount > _MOST_VALUES:
            raise CorruptInput(f"page {self.page}: a TIFF tag claims {entry.amount} values")
        raw = held.at(entry.at, entry.length)
        if len(raw) < entry.length:
            raise CorruptInput(f"page {self.page}: the TIFF file is cut off inside a tag")
        return np.frombuffer(raw, np.dtype(self.order + _INTEGERS[entry.kind]))

    def last(self, held: Held, tag: int) -> int:
        """The last integer of a tag; 0 where there is none."""
        entry = self.integers(tag)
        if entry is None:
            return 0
        size = SIZES[entry.kind]
        return int(np.frombuffer(held.at(entry.at + entry.length - size, size), self.order + _INTEGERS[entry.kind])[0])


def walk(held: Held) -> Iterator[Directory]:
    """All directories of the main chain, in order. SubIFDs hang off a directory and are no pages.

    Raises CorruptInput where the chain is cut off, comes back on itself, claims too much or is empty."""
    order = "<" if held.at(0, 2) == b"II" else ">"
    big = held.at(2, 2) in (b"+\x00", b"\x00+")
    word, number, inline, size = (order + "Q", order + "Q", 8, 20) if big else (order + "I", order + "H", 4, 12)
    offset, seen = _one(held, inline, word), set[int]()
    while offset:
        if offset in seen:
            raise CorruptInput("the chain of TIFF directories comes back on itself")
        seen.add(offset)
        count, start = _one(held, offset, number), offset + struct.calcsize(number)
        if count > _MOST_ENTRIES:
            raise CorruptInput(f"page {len(seen)}: a TIFF directory claims {count} entries")
        block = held.at(start, count * size)
        if len(block) < count * size:
            raise CorruptInput(f"page {len(seen)}: the TIFF file is cut off inside a directory")
        entries = []
        for at in range(0, len(block), size):
            tag, kind = struct.unpack_from(order + "HH", block, at)
            (amount,) = struct.unpack_from(word, block, at + 4)
            place, length = start + at + 4 + inline, amount * SIZES.get(kind, 1)
            if length > inline:
                (place,) = struct.unpack_from(word, block, at + 4 + inline)
            entries.append(Entry(tag, kind, amount, place, length))
        end = start + len(block) + inline
        following = _one(held, end - inline, word)
        yield Directory(page=len(seen), start=offset, end=end, following=following, order=order, entries=tuple(entries))
        offset = following
    if not seen:
        raise CorruptInput("the TIFF file has no page")


def _one(held: Held, offset: int, code: str) -> int:
    raw = held.at(offset, struct.calcsize(code))
    if len(raw) < struct.calcsize(code):
        raise CorruptInput("the TIFF file is cut off: a directory lies beyond its end")
    return int(struct.unpack(code, raw)[0])
