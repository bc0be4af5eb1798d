"""What a TIFF file holds besides its pages: telling tags, other pictures, bytes of no part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from docpriv.formats.extra import Extra, gathered
from docpriv.formats.held import Held, Part, holds_more
from docpriv.formats.jpeg import stream_extra
from docpriv.formats.tiff.directory import STRIP_BYTES, STRIPS, TILE_BYTES, TILES, Directory

# Tags of TIFF 6.0 and its technical notes that only say how pixels are coded and how large they are printed. 34675 is a colour
# profile, noted where the page is decoded.
_BASELINE = ((254, 259), (262, 266), (273, 274), (277, 284), (286, 287), (290, 293), (296, 297), (301, 301), (317, 328))
_LATER = ((332, 332), (334, 334), (336, 336), (338, 342), (347, 347), (512, 521), (529, 532), (34675, 34675))
_PIXELS = frozenset(tag for first, last in _BASELINE + _LATER for tag in range(first, last + 1))
_SUB_DIRECTORIES = 330
_DATA = ((STRIPS, STRIP_BYTES), (TILES, TILE_BYTES), (513, 514))  # strips, tiles and an old JPEG stream: where, how long
_COMPRESSION, _JPEG = 259, 7
_TABLE_TAGS = ((519, 64), (520, 16 + 12), (521, 16 + 256))  # old JPEG tables by offset, and how long they are at most
_PADDING = 3  # bytes between two parts that may hold anything, as alignment
_MOST_GAPS = 100_000
_HEADER_GAP = 8 + 16

_Extents = npt.NDArray[np.uint64]


def extra_data(held: Held, directories: Sequence[Directory]) -> Iterator[str]:
    """Codes of what stands beside the pages with these directories. What cannot be followed may raise anything."""
    parts = [_extent(0, 16 if held.at(2, 2) in (b"+\x00", b"\x00+") else 8)]
    for directory in directories:
        yield from _of_directory(held, directory, parts)
    yield from _gaps(held, np.concatenate(parts))


def _extent(start: int, length: int) -> _Extents:
    return np.array([[start, start + length]], np.uint64)


def _of_directory(held: Held, directory: Directory, parts: list[_Extents]) -> Iterator[str]:
    """Codes for the tags of one directory; `parts` gets the extents of it, its values and its data."""
    parts.append(_extent(directory.start, directory.end - directory.start))
    for entry in directory.entries:
        if not directory.start <= entry.at < directory.end:
            parts.append(_extent(entry.at, entry.length))
        if entry.tag == _SUB_DIRECTORIES:
            yield Extra.THUMBNAIL
        elif entry.tag not in _PIXELS:
            yield Extra.METADATA
    for where, how_long in _DATA:
        starts, lengths = (directory.values(held, tag).astype(np.uint64) for tag in (where, how_long))
        if len(lengths) < len(starts):
            yield Extra.UNREAD
            parts.append(_extent(0, held.size))
            return
        if not len(starts):
            continue
        parts.append(np.stack([starts, starts + lengths[: len(starts)]], axis=1))
        if directory.values(held, _COMPRESSION)[:1].tolist() == [_JPEG]:
            left = held.size
            for first, many in zip(starts.tolist(), lengths.tolist(), strict=False):
                left -= max(many, 16)
                if left < 0:  # strips that share their bytes
                    yield Extra.UNREAD
                    break
                yield from gathered(stream_extra(Part(held.at(first, many))))
    for tag, most in _TABLE_TAGS:
        parts += [_extent(first, most) for first in directory.values(held, tag)[:16].tolist()]


def _gaps(held: Held, parts: _Extents) -> Iterator[str]:
    """Codes for bytes that are no part of anything: between the parts, and after the last."""
    parts = parts[np.argsort(parts[:, 0], kind="stable")]
    reached = np.maximum.accumulate(parts[:, 1])
    if holds_more(held, int(reached[-1])):
        yield Extra.TRAILING
    before, after = reached[:-1], parts[1:, 0]
    wide = np.flatnonzero(after > before + np.uint64(_PADDING))
    if len(wide) > _MOST_GAPS:
        yield Extra.UNREAD
    if any(_holds_content(held, int(before[i]), int(after[i])) for i in wide[:_MOST_GAPS]):
        yield Extra.ORPHANED


def _holds_content(held: Held, start: int, end: int) -> bool:
    """Whether a gap holds more than zeros, or than the file header that Pillow leaves before each further page."""
    if end - start <= _HEADER_GAP:
        block = held.at(start, end - start).lstrip(b"\0")
        return bool(block.strip(b"\0")) and not (block[:4] in (b"II*\0", b"MM\0*") and not block[8:].strip(b"\0"))
    return holds_more(held, start, end)
