"""Whole pages by finding lines and reading them, at any of four orientations; no line is dropped and no page made smaller.

Engines differ in how a line's pixels become text. Where lines are and which way up they stand is found here for all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

import numpy as np

from docpriv.errors import EngineError
from docpriv.geometry import Quad
from docpriv.model import EngineId, PageRef, PageText, Pixels, TextLine
from docpriv.ocr.detect import DetectedLine, DetectionNetwork, detect
from docpriv.ocr.recognize import LineSource, is_upright, turned
from docpriv.ocr.trimming import trim_overlaps
from docpriv.options import Reading

DOUBTFUL = 0.90  # score of long lines below which a page may be upside down
GOOD = 0.90  # a line that reads better is not tried another way
POOR_LINE = 0.60  # a line below this may be upside down or on its side
PROBES = 6  # lines that decide an orientation
CLEARLY = 0.05  # by how much a line reads better upside down,
WELL = 0.70  # and how well two of them read at least


class PageEngine:
    """An engine of a network that finds lines and something that reads them."""

    recycle_after: int | None = None

    def __init__(self, identity: EngineId, network: DetectionNetwork, lines: LineSource, options: Reading) -> None:
        self._identity, self._network, self._lines, self._options = identity, network, lines, options

    def identity(self) -> EngineId:
        return self._identity

    def read(self, pixels: Pixels, ref: PageRef) -> PageText:
        """All lines of a u8 (H, W, 3) RGB page; `turn` is the quarter turns counter-clockwise that make it upright."""
        check(pixels)
        found = detect(pixels, self._network, self._options.max_tile)
        turn = self._sideways(pixels, found) if self._options.check_orientation else 0
        known: dict[Quad, TextLine] = {}
        if self._options.check_orientation and turn == 0 and self._upside_down(pixels, found, known):
            turn, known = 2, {}
        lines = trim_overlaps(self._read_found(pixels, found, turn, known), pixels)
        return PageText(ref=ref, width=int(pixels.shape[1]), height=int(pixels.shape[0]), lines=lines, turn=turn)

    def read_lines(self, pixels: Pixels, quads: Sequence[Quad]) -> tuple[TextLine, ...]:
        """Recognize the text along each quad (top edge a-b); one line a quad, empty where nothing is read."""
        check(pixels)
        return tuple(self._lines.read_all(pixels, quads))

    def _read_found(
        self, pixels: Pixels, found: Sequence[DetectedLine], turn: int, known: dict[Quad, TextLine]
    ) -> list[TextLine]:
        """Read along the page's direction; lines that read badly are tried the other ways and the best one is kept."""
        ways = [_ways(line, turn) for line in found]
        best: dict[int, TextLine] = {}
        for number in range(3):
            asked = [i for i in range(len(found)) if len(ways[i]) > number and (i not in best or best[i].score <= GOOD)]
            for i, reading in zip(
                asked, self._turned(pixels, [found[i] for i in asked], [ways[i][number] for i in asked], known), strict=True
            ):
                if i not in best or reading.score > best[i].score:
                    best[i] = reading
        if self._options.check_orientation:
            poor = [
                i for i, line in best.items() if not _across(found[i], turn) and line.score < POOR_LINE and len(line.chars) > 4
            ]
            flipped = self._turned(pixels, [found[i] for i in poor], [turn % 4 + 2] * len(poor), {})
            best.update({i: line for i, line in zip(poor, flipped, strict=True) if line.score > best[i].score + 0.15})
        return [replace(best[i], detection_score=line.score) for i, line in enumerate(found)]

    def _turned(
        self, pixels: Pixels, lines: Sequence[DetectedLine], quarters: Sequence[int], known: dict[Quad, TextLine]
    ) -> list[TextLine]:
        asked = [turned(line.quad, q) for line, q in zip(lines, quarters, strict=True)]
        fresh = iter(self._lines.read_all(pixels, [quad for quad in asked if quad not in known]))
        return [known[quad] if quad in known else next(fresh) for quad in asked]

    def _sideways(self, pixels: Pixels, found: list[DetectedLine]) -> int:
        """1 or 3 where most long lines stand upright on the page, else 0."""
        longest = _longest(found)
        if len(longest) < 2 or sum(is_upright(line.quad) for line in longest) * 2 <= len(longest):
            return 0
        probes = [line.quad for line in longest if is_upright(line.quad)]
        scores = self._lines.scores(pixels, [turned(q, way) for way in (1, 3) for q in probes])
        return 1 if median(scores[: len(probes)]) >= median(scores[len(probes) :]) else 3

    def _upside_down(self, pixels: Pixels, found: list[DetectedLine], known: dict[Quad, TextLine]) -> bool:
        """Whether the longest lines read better upside down; asked only where they read badly as they lie.

        What it read as the page lies is left in `known`, so that nothing is read twice.
        """
        probes = [line.quad for line in _longest(found) if not is_upright(line.quad)]
        for some in (probes[:2], probes[2:]):
            known.update(zip(some, self._lines.read_all(pixels, some), strict=True))
            if len(known) == 2 and min(line.score for line in known.values()) > DOUBTFUL:
                return False
        if not probes or median(known[quad].score for quad in probes) > DOUBTFUL:
            return False
        over = self._lines.read_all(pixels, [turned(quad, 2) for quad in probes])
        return is_upside_down([(known[quad], again) for quad, again in zip(probes, over, strict=True)])


def is_upside_down(pairs: Sequence[tuple[TextLine, TextLine]]) -> bool:
    """Whether the long lines of a page, each as it reads as the page lies and upside down, say that the page is upside down.

    Most must read better so, and two of them well: of poor print a reading upside down finds few signs, some of them good.
    """
    better = [over for now, over in pairs if over.score > now.score + CLEARLY and _signs(over) >= _signs(now)]
    well = sum(over.score >= WELL for over in better)
    return len(better) * 2 > len(pairs) and well >= min(2, len(pairs))


def _signs(line: TextLine) -> float:
    """Signs that were read, each by its score."""
    return sum(c.score for c in line.chars if not c.text.isspace())


def _across(line: DetectedLine, turn: int) -> bool:
    """Whether a line stands across the direction of its page."""
    return is_upright(line.quad) != (turn % 2 == 1)


def _ways(line: DetectedLine, turn: int) -> list[int]:
    """Quarter turns to try, the likeliest first."""
    first = turn % 4
    if not _across(line, turn):
        return [first]
    elongated = max(line.quad.height, line.quad.width) / max(min(line.quad.height, line.quad.width), 1e-6)
    return [(first + 1) % 4, (first + 3) % 4] if elongated > 3 else [first, (first + 1) % 4, (first + 3) % 4]


def _longest(found: list[DetectedLine]) -> list[DetectedLine]:
    return sorted(found, key=lambda line: -max(line.quad.width, line.quad.height))[:PROBES]


def check(pixels: Pixels) -> None:
    """EngineError for anything but a u8 page of shape (H, W, 3)."""
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3:
        raise EngineError("an engine reads u8 pages of shape (H, W, 3)")
