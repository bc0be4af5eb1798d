"""Say what a TIFF file holds besides its pages: telling tags, other pictures, bytes of no part; decodes nothing."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from docpriv.intake.notes import METADATA, ORPHANED, THUMBNAIL, TRAILING, UNREAD, Held, Part, holds_more
from docpriv.intake.remains_images import jpeg_parts

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_WHOLE = {1: "u1", 3: "u2", 4: "u4", 13: "u4", 16: "u8", 18: "u8"}

# Tags of TIFF 6.0 and its technical notes that only say how pixels are coded and how large they are printed. 34675 is
# a colour profile, noted where the page is decoded.
_PIXELS = frozenset(
    {
        *range(254, 260),
        *range(262, 267),
        273,
        274,
        *range(277, 285),
        286,
        287,
        *range(290, 294),
        296,
        297,
        301,
        *range(317, 329),
        332,
        334,
        336,
        *range(338, 343),
        347,
        *range(512, 522),
        *range(529, 533),
        34675,
    }
)
_SUB_DIRECTORIES = 330
_DATA = ((273, 279), (324, 325), (513, 514))  # where strips, tiles and an old JPEG stream lie, and how long they are
_COMPRESSION, _JPEG = 259, 7
_TABLE_TAGS = ((519, 64), (520, 16 + 12), (521, 16 + 256))  # old JPEG tables by offset, and how long they are at most
_MOST_VALUES = 4_000_000
_MOST_ENTRIES = 4096
_PADDING = 3  # bytes between two parts that may hold anything, as alignment
_MOST_GAPS = 100_000
_HEADER_GAP = 8 + 16

_Extents = npt.NDArray[np.uint64]


def tiff_notes(held: Held, offsets: Sequence[int]) -> list[str]:
    """Codes of what stands beside the pages of a TIFF with directories at `offsets`. Never raises for what is in the file."""
    found: dict[str, None] = {}
    try:
        for code in _look(held, offsets):
            found[code] = None
    except (ValueError, IndexError, OverflowError, struct.error):
        found[UNREAD] = None
    return list(found)


def _look(held: Held, offsets: Sequence[int]) -> Iterator[str]:
    order = "<" if held.at(0, 2) == b"II" else ">"
    big = held.at(2, 2) in (b"+\x00", b"\x00+")
    parts: list[_Extents] = [_extent(0, 16 if big else 8)]
    for offset in offsets:
        yield from _directory(held, offset, order, big, parts)
    yield from _gaps(held, np.concatenate(parts))


def _extent(start: int, length: int) -> _Extents:
    return np.array([[start, start + length]], np.uint64)


def _directory(held: Held, offset: int, order: str, big: bool, parts: list[_Extents]) -> Iterator[str]:
    """Codes for the tags of one directory; `parts` gets the extents of it, its values and its data."""
    number, inline, size, start = ("Q", 8, 20, offset + 8) if big else ("I", 4, 12, offset + 2)
    count = struct.unpack(order + ("Q" if big else "H"), held.at(offset, start - offset))[0]
    if count > _MOST_ENTRIES:
        yield UNREAD
        return
    parts.append(_extent(offset, start - offset + count * size + inline))
    block, values = held.at(start, count * size), dict[int, npt.NDArray[np.uint64]]()
    for at in range(0, len(block) - size + 1, size):
        tag, kind = struct.unpack_from(order + "HH", block, at)
        amount = struct.unpack_from(order + number, block, at + 4)[0]
        place, length = start + at + 4 + inline, amount * _SIZES.get(kind, 1)
        if length > inline:
            place = struct.unpack_from(order + number, block, at + 4 + inline)[0]
            parts.append(_extent(place, length))
        if tag == _SUB_DIRECTORIES:
            yield THUMBNAIL
        elif tag not in _PIXELS:
            yield METADATA
        elif kind in _WHOLE and amount <= _MOST_VALUES:
            raw = held.at(place, length)
            if len(raw) == length:
                values[tag] = np.frombuffer(raw, np.dtype(order + _WHOLE[kind])).astype(np.uint64)
    for where, how_long in _DATA:
        if where not in values:
            continue
        starts, lengths = values[where], values.get(how_long)
        if lengths is None or len(lengths) < len(starts):
            yield UNREAD
            parts.append(_extent(0, held.size))
            return
        parts.append(np.stack([starts, starts + lengths[: len(starts)]], axis=1))
        if _COMPRESSION in values and values[_COMPRESSION][:1].tolist() == [_JPEG]:
            left = held.size
            for first, many in zip(starts.tolist(), lengths.tolist(), strict=False):
                left -= max(many, 16)
                if left < 0:  # strips that share their bytes
                    yield UNREAD
                    break
                yield from jpeg_parts(Part(held.at(first, many)))
    for tag, most in _TABLE_TAGS:
        parts += [_extent(first, most) for first in values.get(tag, ())[:16]]


def _gaps(held: Held, parts: _Extents) -> Iterator[str]:
    """Codes for bytes that are no part of anything: between the parts, and after the last."""
    parts = parts[np.argsort(parts[:, 0], kind="stable")]
    reached = np.maximum.accumulate(parts[:, 1])
    if holds_more(held, int(reached[-1])):
        yield TRAILING
    before, after = reached[:-1], parts[1:, 0]
    wide = np.flatnonzero(after > before + np.uint64(_PADDING))
    if len(wide) > _MOST_GAPS:
        yield UNREAD
    if any(_holds_content(held, int(before[i]), int(after[i])) for i in wide[:_MOST_GAPS]):
        yield ORPHANED


def _holds_content(held: Held, start: int, end: int) -> bool:
    """Whether a gap holds more than zeros, or than the file header that Pillow leaves before each further page."""
    if end - start <= _HEADER_GAP:
        block = held.at(start, end - start).lstrip(b"\0")
        return bool(block.strip(b"\0")) and not (block[:4] in (b"II*\0", b"MM\0*") and not block[8:].strip(b"\0"))
    return holds_more(held, start, end)
