"""Keeps what was read of many pages small: packed in memory, unpacked one page at a time."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from docpriv.geometry import Quad
from docpriv.model import Char, PageText
from docpriv.protocols import ReadPage

KEEP_OPEN = 8  # documents of so few pages are not packed: unpacking costs a few milliseconds a page
_NOWHERE = Quad(*((0.0, 0.0),) * 4)
GRID = 64.0  # packed places are multiples of 1/64 pixel: a hundredth of the margins that are added to them

Grid = npt.NDArray[np.int32]
Scores = npt.NDArray[np.uint8]


class PackedReadings:
    """The readings of one page, compressed: some 10 bytes a character."""

    __slots__ = ("_count", "_data")

    def __init__(self, readings: tuple[ReadPage, ...]) -> None:
        self._count = len(readings)
        parts = [(_packed(r.text), r.layout, r.marks, r.spoken) for r in readings]
        self._data = zlib.compress(pickle.dumps(parts, protocol=5), 6)

    def __len__(self) -> int:
        return self._count

    def __sizeof__(self) -> int:
        return len(self._data)

    def open(self) -> tuple[ReadPage, ...]:
        parts = pickle.loads(zlib.decompress(self._data))  # noqa: S301 - packed above, never stored
        return tuple(
            ReadPage(text=_unpacked(*packed), layout=layout, marks=marks, spoken=spoken)
            for packed, layout, marks, spoken in parts
        )


def _packed(text: PageText) -> tuple[Any, ...]:
    """A page's text with bare lines, and what these lack as arrays: how many characters each has; places of lines, then of
    characters, as differences; scores of characters in steps of 1/255; what they say."""
    chars = [c for line in text.lines for c in line.chars]
    places = np.array([line.quad.points for line in text.lines] + [c.quad.points for c in chars]).reshape(-1, 8)
    grid = np.diff(np.round(places * GRID).astype(np.int32), axis=0, prepend=0).T
    scores = np.round(np.array([c.score for c in chars]) * 255).astype(np.uint8)
    bare = replace(text, lines=tuple(replace(line, chars=(), quad=_NOWHERE) for line in text.lines))
    counts = [len(line.chars) for line in text.lines]
    return bare, counts, np.ascontiguousarray(grid), scores, "\0".join(c.text for c in chars)


def _unpacked(bare: PageText, counts: list[int], grid: Grid, scores: Scores, joined: str) -> PageText:
    places = np.cumsum(grid.T, axis=0) / GRID
    quads = [Quad((p[0], p[1]), (p[2], p[3]), (p[4], p[5]), (p[6], p[7])) for p in places.tolist()]
    told = zip(joined.split("\0"), quads[len(counts) :], (scores / 255).tolist(), strict=False)  # of no text one empty part
    chars = (Char(text=text, quad=quad, score=score) for text, quad, score in told)
    filled = zip(bare.lines, quads[: len(counts)], counts, strict=True)
    return replace(bare, lines=tuple(replace(line, quad=quad, chars=tuple(islice(chars, n))) for line, quad, n in filled))


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
