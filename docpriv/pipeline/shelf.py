"""Keeps what was read of many pages small: packed in memory, unpacked one page at a time; refuses to touch a disk."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Sequence
from typing import overload

from docpriv.protocols import ReadPage

KEEP_OPEN = 8          # documents of so few pages are not packed: unpacking costs a few milliseconds a page


class PackedReadings:
    """The readings of one page, compressed: about a tenth of their size as objects."""

    __slots__ = ("_count", "_data")

    def __init__(self, readings: tuple[ReadPage, ...]) -> None:
        self._count = len(readings)
        self._data = zlib.compress(pickle.dumps(readings, protocol=5), 1)

    def __len__(self) -> int:
        return self._count

    def open(self) -> tuple[ReadPage, ...]:
        readings: tuple[ReadPage, ...] = pickle.loads(zlib.decompress(self._data))  # noqa: S301 - packed above, never stored
        return readings


class Column(Sequence[ReadPage]):
    """One reading of every page, unpacked as it is asked for; only the page asked for last stays open."""

    def __init__(self, pages: Sequence[PackedReadings | tuple[ReadPage, ...]], number: int) -> None:
        self._pages, self._number = pages, number
        self._last: tuple[int, ReadPage] | None = None

    def __len__(self) -> int:
        return len(self._pages)

    @overload
    def __getitem__(self, at: int) -> ReadPage: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[ReadPage]: ...
    def __getitem__(self, at: int | slice) -> ReadPage | Sequence[ReadPage]:
        if isinstance(at, slice):
            return Column(self._pages[at], self._number)
        if self._last is None or self._last[0] != at:
            page = self._pages[at]
            readings = page.open() if isinstance(page, PackedReadings) else page
            self._last = (at, readings[min(self._number, len(readings) - 1)])
        return self._last[1]
