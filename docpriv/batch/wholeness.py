"""Whether a file that somebody else writes is whole: by its own end, and by who still writes it; refuses to decode anything.

It looks at a few kilobytes, with bounds on every loop, since it runs outside the workers. What it calls whole may be broken
all the same; the reader of the document says that. Files of no known kind have no end to look at, and count as whole.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import signal
import struct
from typing import BinaryIO

from docpriv.errors import CorruptInput, UnsupportedInput
from docpriv.intake import boxes, sniff

_HEAD = 4096
_TAIL = 1 << 16
_SHORTEST_HEAD = 32  # bytes by which every kind of file shows what it is, but PDF with something before its header
_MOST_SEGMENTS = 2000  # of a JPEG before its pixels
_MOST_DIRECTORIES = 20_000
_STRIPS, _STRIP_BYTES, _TILES, _TILE_BYTES = 273, 279, 324, 325
_WIDTHS = {3: ("H", 2), 4: ("I", 4), 16: ("Q", 8)}
_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}  # of a value


def why_unfinished(file: BinaryIO) -> str | None:
    """A code for what a file still lacks, None where it is whole: "empty", "in-use" or "cut-off". OSError where it cannot
    be read.
    """
    size = os.fstat(file.fileno()).st_size
    if size == 0:
        return "empty"
    if _being_written(file):
        return "in-use"
    head = _at(file, 0, _HEAD)
    try:
        kind = sniff(head)
    except UnsupportedInput:
        return "cut-off" if size < _SHORTEST_HEAD else None
    except CorruptInput:
        return "empty"
    try:
        whole = _ENDS[kind](file, head, size)
    except (struct.error, ValueError, IndexError):
        whole = False
    return None if whole else "cut-off"


def _being_written(file: BinaryIO) -> bool:
    """Whether a process of this machine has the file open for writing, as far as the system tells.

    Linux grants a read lease on a file only where nobody has it open so. The lease is given back at once; should somebody
    open the file in between, the signal for it is one that is ignored by default.
    """
    lease, read, unlock = (getattr(fcntl, name, None) for name in ("F_SETLEASE", "F_RDLCK", "F_UNLCK"))
    if lease is None or read is None or unlock is None:
        return False
    try:
        fcntl.fcntl(file.fileno(), fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(file.fileno(), lease, read)
        fcntl.fcntl(file.fileno(), lease, unlock)
    except OSError as exc:  # another owner's file, or a file system without leases: nothing is known
        return exc.errno == errno.EAGAIN
    return False


def _at(file: BinaryIO, offset: int, length: int) -> bytes:
    try:
        file.seek(offset)
    except (OSError, OverflowError):  # beyond what a file can be
        raise ValueError from None
    return file.read(length)


def _tail(file: BinaryIO, size: int, length: int = _TAIL) -> bytes:
    return _at(file, max(0, size - length), length)


def _png(file: BinaryIO, head: bytes, size: int) -> bool:
    return b"\0\0\0\0IEND\xaeB`\x82" in _tail(file, size)


def _jpeg(file: BinaryIO, head: bytes, size: int) -> bool:
    """An end marker behind the start of the pixels: a thumbnail before them has one of its own."""
    at = 2
    for _ in range(_MOST_SEGMENTS):
        marker, length = struct.unpack(">2sH", _at(file, at, 4))
        if marker[0] != 0xFF:
            return False
        if marker[1] == 0xFF:  # padding
            at += 1
            continue
        at += 2 + length
        if marker[1] == 0xDA:
            start = max(at, size - _TAIL)
            return b"\xff\xd9" in _at(file, start, _TAIL)
    return False


def _pdf(file: BinaryIO, head: bytes, size: int) -> bool:
    """An end marker at the end; a file for viewing over a net has one near its start too, and says how long it is."""
    said = re.search(rb"/Linearized\b[^>]{0,200}/L\s+(\d{1,15})", head)
    if said is not None and size < int(said.group(1)):
        return False
    return b"%%EOF" in _tail(file, size, 4096)


def _tiff(file: BinaryIO, head: bytes, size: int) -> bool:
    """Every directory of the chain, its values, and the last strip or tile of each, within the file."""
    order = "<" if head[:2] == b"II" else ">"
    big = b"+" in head[2:4]
    word, width = (order + "Q", 8) if big else (order + "I", 4)
    (offset,) = struct.unpack(word, head[width : 2 * width])
    if offset == 0:
        return False  # writers fill it in last
    seen: set[int] = set()
    while offset and offset not in seen and len(seen) < _MOST_DIRECTORIES:
        seen.add(offset)
        (count,) = struct.unpack(order + ("Q" if big else "H"), _at(file, offset, 8 if big else 2))
        entry_size, start = (20, offset + 8) if big else (12, offset + 2)
        block = _at(file, start, min(count, 4096) * entry_size)
        last: dict[int, int] = {}
        for i in range(min(count, 4096)):
            entry = block[i * entry_size : (i + 1) * entry_size]
            tag, kind = struct.unpack(order + "HH", entry[:4])
            (number,) = struct.unpack(word, entry[4 : 4 + width])
            length = number * _BYTES.get(kind, 0)
            where = start + i * entry_size + 4 + width if length <= width else struct.unpack(word, entry[4 + width :])[0]
            if where + length > size:
                return False
            if tag in (_STRIPS, _STRIP_BYTES, _TILES, _TILE_BYTES) and kind in _WIDTHS and number:
                code, each = _WIDTHS[kind]
                (last[tag],) = struct.unpack(order + code, _at(file, where + (number - 1) * each, each))
        for place, span in ((_STRIPS, _STRIP_BYTES), (_TILES, _TILE_BYTES)):
            if last.get(place, 0) + last.get(span, 0) > size:
                return False
        (offset,) = struct.unpack(word, _at(file, start + count * entry_size, width))
    return True


def _bmp(file: BinaryIO, head: bytes, size: int) -> bool:
    return size >= int.from_bytes(head[2:6], "little")


def _webp(file: BinaryIO, head: bytes, size: int) -> bool:
    return size >= int.from_bytes(head[4:8], "little") + 8


def _heic(file: BinaryIO, head: bytes, size: int) -> bool:
    """Boxes up to the end, and pictures among them."""
    kinds = {kind for kind, _, _ in boxes(lambda offset, count: _at(file, offset, count), 0, size)}
    return {b"meta", b"mdat"} <= kinds


_ENDS = {
    "image/png": _png,
    "image/jpeg": _jpeg,
    "image/tiff": _tiff,
    "image/bmp": _bmp,
    "image/webp": _webp,
    "image/heic": _heic,
    "application/pdf": _pdf,
}
