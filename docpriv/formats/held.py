"""Bytes by offset, whether they lie in memory or in a file, as a stream, and searched in blocks."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol

_BLOCK = 4 * 2**20
_OVERLAP = 256


class Held(Protocol):
    """Bytes by offset; `data` where all of them are in memory."""

    @property
    def size(self) -> int: ...

    @property
    def data(self) -> bytes | None: ...

    def at(self, offset: int, count: int) -> bytes:
        """Up to `count` bytes from `offset`; fewer at the end, none beyond it or before the start."""
        ...


@dataclass(frozen=True, slots=True)
class Part:
    """Bytes from within a file, held like a file."""

    data: bytes

    @property
    def size(self) -> int:
        return len(self.data)

    def at(self, offset: int, count: int) -> bytes:
        return self.data[offset : offset + count] if offset >= 0 and count > 0 else b""


class OpenFile:
    """An open file of somebody else, held by its descriptor."""

    data = None

    def __init__(self, file: BinaryIO) -> None:
        self._descriptor = file.fileno()
        self.size = os.fstat(self._descriptor).st_size

    def at(self, offset: int, count: int) -> bytes:
        count = min(count, self.size - offset)
        return os.pread(self._descriptor, count, offset) if offset >= 0 and count > 0 else b""


class HeldStream(io.RawIOBase):
    """A read-only stream over bytes by offset, of which there may be several at once."""

    def __init__(self, at: Callable[[int, int], bytes], size: int) -> None:
        super().__init__()
        self._at, self._size, self._position = at, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = 0) -> int:
        position = (0, self._position, self._size)[whence] + offset
        if position < 0:
            raise ValueError("negative seek position")
        self._position = position
        return position

    def readinto(self, buffer: Any) -> int:
        block = self._at(self._position, len(buffer))
        buffer[: len(block)] = block
        self._position += len(block)
        return len(block)


def places(held: Held, *words: bytes) -> Iterator[tuple[int, bytes]]:
    """Offsets of the words (of at most 256 bytes), in no order; in blocks where the file is not in memory."""
    start = 0
    while start < held.size:
        block = held.data if held.data is not None else held.at(start, _BLOCK + _OVERLAP)
        end = len(block) if held.data is not None else _BLOCK
        for word in words:
            at = block.find(word)
            while 0 <= at < end:
                yield start + at, word
                at = block.find(word, at + len(word))
        start += end


def first_match(held: Held, pattern: re.Pattern[bytes], start: int) -> int | None:
    """Where the pattern (of at most 256 bytes) matches first from `start` on."""
    if held.data is not None:
        match = pattern.search(held.data, start)
        return match.start() if match else None
    while block := held.at(start, _BLOCK + _OVERLAP):
        match = pattern.search(block)
        if match:
            return start + match.start()
        start += _BLOCK
    return None


def holds_more(held: Held, start: int, end: int | None = None, blank: bytes = b"\0") -> bool:
    """Whether any byte of start..end (default: the end of the file) is none of `blank`."""
    stop = held.size if end is None else min(end, held.size)
    while start < stop:
        if held.at(start, min(_BLOCK, stop - start)).strip(blank):
            return True
        start += _BLOCK
    return False
