"""A written TIFF held against its pages, directory by directory: no unknown tag, no other page, no byte of no page."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator, Sequence

from docpriv.formats.form import PageSpec, Problem

_SIZES = {3: ("H", 2), 4: ("I", 4), 5: ("II", 8)}  # SHORT, LONG, RATIONAL of TIFF 6.0, section 2
_BASE = {256, 257, 258, 259, 262, 273, 277, 278, 279}


def check(view: memoryview, expected: Sequence[PageSpec]) -> Iterator[Problem]:
    """Classic little-endian TIFF 6.0. The parts (header, streams, directories, values) must tile the file exactly, but for single
    zero bytes that align a part to an even offset."""
    order, magic, at = struct.unpack_from("<2sHI", view)
    if (order, magic) != (b"II", 42):
        yield Problem("structure", "not a little-endian TIFF")
        return
    parts, page = [(0, 8)], 0
    while at and page <= len(expected):
        if page == len(expected):
            yield Problem("pages", "more pages than were verified")
            return
        tags, extents, at = _directory(view, at)
        parts += extents
        yield from _page(view, tags, expected[page], parts)
        page += 1
    if page != len(expected):
        yield Problem("pages", "fewer pages than were verified")
    end = 0
    for start, length in sorted(parts):
        gap = view[end:start]
        if start < end or len(gap) > 1 or any(gap):
            yield Problem("contents", "bytes between the parts, or parts that overlap")
            break
        end = start + length
    if len(view) != end and not (len(view) == end + 1 and view[end] == 0 and end % 2):
        yield Problem("contents", "bytes after the last part, or too few")


def _directory(view: memoryview, at: int) -> tuple[dict[int, tuple[int, ...]], list[tuple[int, int]], int]:
    """Values by tag, the extents that the directory takes, and the offset of the next one."""
    count = struct.unpack_from("<H", view, at)[0]
    tags: dict[int, tuple[int, ...]] = {}
    extents = [(at, 6 + 12 * count)]
    for entry in range(at + 2, at + 2 + 12 * count, 12):
        tag, kind, number = struct.unpack_from("<HHI", view, entry)
        letters, size = _SIZES.get(kind, ("", 0))
        if not size or number > 4 or tag in tags:
            raise ValueError("a directory entry of a kind that is not written here")
        place = entry + 8
        if size * number > 4:
            place = struct.unpack_from("<I", view, place)[0]
            extents.append((place, size * number))
        elif any(view[place + size * number : place + 4]):
            raise ValueError("bytes beside a value")
        tags[tag] = struct.unpack_from("<" + letters * number, view, place)
    return tags, extents, struct.unpack_from("<I", view, at + 2 + 12 * count)[0]


def _page(view: memoryview, tags: dict[int, tuple[int, ...]], spec: PageSpec, parts: list[tuple[int, int]]) -> Iterator[Problem]:
    g4, rgb = spec.codec == "g4", spec.colour == "rgb"
    wanted = _BASE | ({282, 283, 296} if spec.dpi else set()) | (set() if g4 else {317})
    if set(tags) != wanted:
        yield Problem("contents", "a tag that is not pixels or resolution, or one too few")
        return
    samples, bits = (3 if rgb else 1), (1 if spec.colour == "bilevel" else 8)
    if (tags[256], tags[257]) != ((spec.width,), (spec.height,)):
        yield Problem("pages", "another size")
    photometric = {"bilevel": 0, "grey": 1, "rgb": 2}[spec.colour]
    if (tags[258], tags[262], tags[277]) != ((bits,) * samples, (photometric,), (samples,)):
        yield Problem("pages", "another colour")
    if (tags[259], tags[278], tags.get(317, (2,))) != ((4 if g4 else 8,), (spec.height,), (2,)):
        yield Problem("structure", "another coding")
    if spec.dpi:
        found = [tags[tag][0] / max(1, tags[tag][1]) for tag in (282, 283)]
        if tags[296] != (2,) or any(abs(f - d) > 0.01 * d for f, d in zip(found, spec.dpi, strict=True)):
            yield Problem("pages", "another resolution")
    (at,), (length,) = tags[273], tags[279]
    parts.append((at, length))
    if at + length > len(view):
        yield Problem("structure", "a stream is cut")
    if hashlib.sha256(view[at : at + length]).hexdigest() != spec.data_sha256:
        yield Problem("bytes", "a page is not the one that was verified")
