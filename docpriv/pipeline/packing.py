"""Keeps what was read of many pages small: packed in memory, unpacked one page at a time."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Sequence
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from docpriv.geometry import Quad
from docpriv.model import Char, PageText, TextLine
from docpriv.protocols import ReadPage

KEEP_OPEN = 8  # documents of so few pages are not packed: unpacking costs a few milliseconds a page
GRID = 64.0  # packed places are multiples of 1/64 pixel: a hundredth of the margins that are added to them


class PackedReadings:
    """The readings of one page, compressed: some 10 bytes a character."""

    __slots__ = ("_count", "_data")

    def __init__(self, readings: tuple[ReadPage, ...]) -> None:
        self._count = len(readings)
        parts = [(_packed(r.text), r.layout, r.marks) for r in readings]
        self._data = zlib.compress(pickle.dumps(parts, protocol=5), 6)

    def __len__(self) -> int:
        return self._count

    def __sizeof__(self) -> int:
        return len(self._data)

    def open(self) -> tuple[ReadPage, ...]:
        parts = pickle.loads(zlib.decompress(self._data))  # noqa: S301 - packed above, never stored
        return tuple(ReadPage(text=_unpacked(text), layout=layout, marks=marks) for text, layout, marks in parts)


def _packed(text: PageText) -> tuple[Any, ...]:
    """A page's text as a few arrays: texts of characters, places as differences, scores in steps of 1/255."""
    chars = [c for line in text.lines for c in line.chars]
    places = np.array([line.quad.points for line in text.lines] + [c.quad.points for c in chars]).reshape(-1, 8)
    scores = np.array([s for line in text.lines for s in (line.score, line.detection_score)])
    grid = np.diff(np.round(places * GRID).astype(np.int32), axis=0, prepend=0).T
    return (
        text.ref,
        text.width,
        text.height,
        text.turn,
        text.mirrored,
        tuple(i for i, line in enumerate(text.lines) if line.mirrored),
        tuple(len(line.chars) for line in text.lines),
        "\0".join(c.text for c in chars),
        np.ascontiguousarray(grid),
        scores,
        np.round(np.array([c.score for c in chars]) * 255).astype(np.uint8),
    )


def _unpacked(packed: tuple[Any, ...]) -> PageText:
    ref, width, height, turn, behind, mirrored, counts, joined, grid, scores, char_scores = packed
    places: npt.NDArray[np.float64] = np.cumsum(grid.T, axis=0) / GRID
    quads = [Quad((p[0], p[1]), (p[2], p[3]), (p[4], p[5]), (p[6], p[7])) for p in places.tolist()]
    texts = joined.split("\0") if sum(counts) else []
    lines, at = [], len(counts)
    for number, count in enumerate(counts):
        first = at - len(counts)
        chars = tuple(
            Char(text=texts[first + i], quad=quads[at + i], score=float(char_scores[first + i]) / 255) for i in range(count)
        )
        lines.append(
            TextLine(
                chars=chars,
                quad=quads[number],
                score=float(scores[2 * number]),
                detection_score=float(scores[2 * number + 1]),
                mirrored=number in mirrored,
            )
        )
        at += count
    return PageText(ref=ref, width=width, height=height, turn=turn, mirrored=behind, lines=tuple(lines))


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
