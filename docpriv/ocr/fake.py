"""A reading engine for tests, which reads cells that it drew itself, exactly and at once.

Each code point is a 10 x 20 pixel cell: a solid bar above a 4 x 4 grid of 2-pixel squares, its 16 bits from the
upper left. Painting a cell over makes it unreadable, as with real text, so the whole pipeline can be tried in
milliseconds. Villains: `crash` kills the process, `hang` sleeps, `memory` allocates without end, `error` raises,
`lie` reads something that is not on the page. They are chosen by a word on the page, so that one document of many
can misbehave.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence

import numpy as np

from docpriv.errors import EngineError
from docpriv.geometry import Box, Quad, cover
from docpriv.model import Char, EngineId, PageRef, PageText, Pixels, TextLine
from docpriv.ocr import ENGINES, Registration
from docpriv.ocr.pages import check
from docpriv.options import Reading

CELL_W, CELL_H = 10, 20
SWITCH = "DOCPRIV_TESTING"
VILLAINS = {"!crash!": "crash", "!hang!": "hang", "!memory!": "memory", "!error!": "error", "!lie!": "lie"}


def draw(pixels: Pixels, column: int, row: int, text: str) -> None:
    """Draw text into a writable u8 (H, W, 3) page at a cell position; code points up to U+FFFE."""
    for i, char in enumerate(text):
        y, x = row * CELL_H, (column + i) * CELL_W
        pixels[y + 2 : y + 5, x + 1 : x + 9] = 0
        for bit in range(16):
            if ord(char) >> (15 - bit) & 1:
                by, bx = y + 7 + bit // 4 * 2, x + 1 + bit % 4 * 2
                pixels[by : by + 2, bx : bx + 2] = 0


def page(lines: Sequence[str], columns: int = 60, rows: int = 0) -> Pixels:
    """A white page with these lines, for tests: u8 (H, W, 3)."""
    pixels = np.full(((rows or len(lines) + 2) * CELL_H, columns * CELL_W, 3), 255, np.uint8)
    for row, line in enumerate(lines):
        draw(pixels, 1, row + 1, line[: columns - 2])
    return pixels


class FakeEngine:
    """Reads what `draw` wrote. Needs DOCPRIV_TESTING=1, because on real paper it reads nothing."""

    recycle_after: int | None = None

    def __init__(self, options: Reading | None = None) -> None:
        _require(options)

    def identity(self) -> EngineId:
        return EngineId(name="fake", version="1")

    def read(self, pixels: Pixels, ref: PageRef) -> PageText:
        check(pixels)
        height, width = pixels.shape[:2]
        lines = []
        for row in range(height // CELL_H):
            for start, text in self._words(pixels, row):
                lines.append(_line(text, start, row))
        text = "\n".join(line.text for line in lines)
        for word, deed in VILLAINS.items():
            if word in text:
                lines.extend(_misbehave(deed))
        return PageText(ref=ref, width=width, height=height, lines=tuple(lines))

    def read_lines(self, pixels: Pixels, quads: Sequence[Quad]) -> tuple[TextLine, ...]:
        out = []
        for quad in quads:
            if quad.b[0] <= quad.a[0] or quad.d[1] <= quad.a[1]:  # its cells cannot be read turned or mirrored
                out.append(TextLine(chars=(), quad=quad, score=0.0))
                continue
            box = cover(quad, pixels.shape[1], pixels.shape[0])
            row = (box.y0 + box.height // 2) // CELL_H
            found = [
                (s, t)
                for s, t in self._words(pixels, row)
                if Box(s * CELL_W, box.y0, (s + len(t)) * CELL_W, box.y1).overlaps(box)
            ]
            chars = tuple(c for s, t in found for c in _line(t, s, row).chars)
            out.append(TextLine(chars=chars, quad=quad, score=1.0 if chars else 0.0))
        return tuple(out)

    def _words(self, pixels: Pixels, row: int) -> list[tuple[int, str]]:
        """Cell column and text of each stretch of readable cells of a row; two empty cells end a stretch."""
        y = row * CELL_H
        count = pixels.shape[1] // CELL_W
        if y + CELL_H > pixels.shape[0]:
            return []
        dark = pixels[y : y + CELL_H, : count * CELL_W, 0].reshape(CELL_H, count, CELL_W).transpose(1, 0, 2) < 128
        bar = dark[:, 2:5, 1:9].mean(axis=(1, 2)) > 0.9
        paper = dark[:, 0:2, :].mean(axis=(1, 2)) < 0.1
        bits = dark[:, 7:15, 1:9].reshape(count, 4, 2, 4, 2).mean(axis=(2, 4)) > 0.5
        codes = (bits.reshape(count, 16) * (1 << np.arange(15, -1, -1))).sum(axis=1)
        words: list[tuple[int, str]] = []
        for i in range(count):
            if not (bar[i] and paper[i] and 0 < codes[i] < 0xFFFF):
                continue
            if words and words[-1][0] + len(words[-1][1]) == i:
                words[-1] = (words[-1][0], words[-1][1] + chr(int(codes[i])))
            else:
                words.append((i, chr(int(codes[i]))))
        return words


def _require(options: Reading | None) -> None:
    if os.environ.get(SWITCH) != "1":
        raise EngineError("the fake engine reads nothing on real paper", remedy=f"It is for tests: set {SWITCH}=1.")


def _line(text: str, column: int, row: int) -> TextLine:
    y0, y1 = row * CELL_H, (row + 1) * CELL_H
    chars = tuple(
        Char(text=c, score=1.0, quad=Box((column + i) * CELL_W, y0, (column + i + 1) * CELL_W, y1).quad())
        for i, c in enumerate(text)
    )
    return TextLine(chars=chars, score=1.0, quad=Box(column * CELL_W, y0, (column + len(text)) * CELL_W, y1).quad())


def _misbehave(deed: str) -> list[TextLine]:
    if deed == "crash":
        os.kill(os.getpid(), signal.SIGKILL)
    if deed == "hang":
        time.sleep(3600)
    if deed == "memory":
        hoard = []
        while True:
            hoard.append(np.ones(1 << 24, np.uint8))
    if deed == "error":
        raise EngineError("the fake engine was told to fail")
    return [_line("something that is not on the page", 1, 1)]


ENGINES.register("fake", Registration(load=FakeEngine, require=_require, paper=False), order=9)
