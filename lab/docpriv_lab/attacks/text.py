"""Reads nine digits back out of a covered line; knows font, place and software, never the number.

The attacker covers numbers of his own with the same software and learns by least squares what each digit at each place
adds to what is seen. Of a covered line he then seeks the nine digits that explain it best: digit by digit with a beam
over the Cholesky factor, in which the digits still open are averaged out (K-best sphere decoding), and the best few are
drawn, covered and compared for certain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from docpriv_lab.attacks.chance import Rate
from docpriv_lab.attacks.digits import FIGURES, PLACES, SUPER, DigitLine, Ids, Scanner
from docpriv_lab.attacks.painting import Painter, Picture

LESSONS, FEWER_LESSONS = 480, 180
"""Numbers that the attacker covers himself to learn from: at the place that he knows, or at each that he tries."""
PROBES = 24
"""Scans of one number from which he learns how much grain is left."""
BEAM, NARROW = 128, 16
"""Explanations that are followed; fewer where only the place is sought."""
DRAWN = 24
"""Of the best explanations, how many are drawn, covered and compared."""
GRID = tuple((x, y) for x in range(0, SUPER, 2) for y in range(0, SUPER, 4))
"""Places that an attacker tries who does not know the place, in eighths of a pixel."""
SCAN = Scanner(softness=0.6, grain=4.0)
"""An ordinary flatbed at 200 dpi."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextResult:
    """How one style stood: numbers found whole, digits right, and how many different pictures the numbers gave.

    `scanned`: grain, softness and an unknown place, instead of everything known.
    """

    style: str
    promise: str
    refused: bool
    scanned: bool
    whole: Rate
    digits: Rate
    pictures: int

    @property
    def holds(self) -> bool:
        """No number was found, and no more digits than by guessing."""
        return not self.whole.above_chance and not self.digits.above_chance

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "style": self.style,
            "promise": self.promise,
            "refused": self.refused,
            "scanned": self.scanned,
            "whole": self.whole.as_dict(),
            "digits": self.digits.as_dict(),
            "different_pictures": self.pictures,
            "holds": self.holds,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lesson:
    """What was learnt at one place: `base` (F,) and what digit d at place p adds, `adds` (90, F); `factor` (90, 90)."""

    place: tuple[int, int]
    base: Floats
    adds: Floats
    factor: Floats
    spread: float


def attack_text(
    painter: Painter, *, numbers: int = 60, seed: int = 0, scanned: bool = False, line: DigitLine | None = None
) -> TextResult:
    """Cover random numbers with a painter and read them back; the same seed gives the same numbers."""
    sheet = line or DigitLine()
    random = np.random.default_rng((seed, 1))
    ids: Ids = random.integers(0, FIGURES, (numbers, PLACES))
    scanner = SCAN if scanned else Scanner()
    places = random.integers(0, SUPER, (numbers, 2)) if scanned else np.zeros((numbers, 2), np.int64)
    seen = []
    for number, place in zip(ids, places, strict=True):
        (page,) = sheet.pages(number[None], (int(place[0]), int(place[1])), scanner, random)
        seen.append(_covered(painter, sheet, [page], number[None])[0])
    shown = np.stack(seen)
    lessons = [
        _learn(painter, sheet, place, scanner, np.random.default_rng((seed, 2))) for place in (GRID if scanned else ((0, 0),))
    ]
    guesses = np.stack([_read(picture, lessons, painter, sheet, scanner) for picture in shown])
    right = guesses == ids
    return TextResult(
        style=painter.name,
        promise=painter.promise,
        refused=painter.refused,
        scanned=scanned,
        whole=Rate(hits=int(right.all(axis=1).sum()), count=numbers, chance=float(FIGURES) ** -PLACES),
        digits=Rate(hits=int(right.sum()), count=right.size, chance=1 / FIGURES),
        pictures=len({_inside(picture, sheet).tobytes() for picture in shown}),
    )


def _inside(seen: Floats, sheet: DigitLine) -> Floats:
    x0, y0, x1, y1 = sheet.area
    return seen.reshape(sheet.height, sheet.width)[y0:y1, x0:x1]


def _covered(painter: Painter, sheet: DigitLine, pages: Sequence[Picture], ids: Ids) -> Floats:
    """What is seen of each covered page, one row a page."""
    views = [painter.paint(page, sheet.area, "".join(map(str, number))) for page, number in zip(pages, ids, strict=True)]
    return np.stack([view[:, :, 1].reshape(-1) for view in views]).astype(np.float64)  # pages of print are grey


def _learn(painter: Painter, sheet: DigitLine, place: tuple[int, int], scanner: Scanner, random: np.random.Generator) -> _Lesson:
    ids: Ids = random.integers(0, FIGURES, (FEWER_LESSONS if scanner.grain else LESSONS, PLACES))
    seen = _covered(painter, sheet, sheet.pages(ids, place, scanner), ids)
    base = seen.mean(axis=0)
    known = _one_hot(ids) - 1 / FIGURES
    adds = np.linalg.solve(known.T @ known + 1e-3 * np.eye(PLACES * FIGURES), known.T @ (seen - base))
    left = seen - base - known @ adds
    live = max(1, int((seen.std(axis=0) > 0).sum()))
    spread = float((left**2).sum()) / live / (len(ids) - PLACES * (FIGURES - 1))
    if scanner.grain:
        again = [sheet.pages(ids[:1], _near(place, random), scanner, random)[0] for _ in range(PROBES)]
        spread += float(((_covered(painter, sheet, again, ids[[0] * PROBES]) - seen[0]) ** 2).sum()) / live / PROBES
    spread = max(spread, 1 / 12)  # what rounding to whole levels leaves
    gram = adds @ adds.T / spread + FIGURES * np.eye(PLACES * FIGURES)  # an open digit: mean 1/10, variance 1/10
    factor: Floats = np.linalg.cholesky(gram).T.astype(np.float64)
    return _Lesson(place=place, base=base - adds.sum(axis=0) / FIGURES, adds=adds, factor=factor, spread=spread)


def _near(place: tuple[int, int], random: np.random.Generator) -> tuple[int, int]:
    """A place for which this one of `GRID` is the nearest."""
    return (place[0] + int(random.integers(0, 2))) % SUPER, (place[1] + int(random.integers(0, 4))) % SUPER


def _one_hot(ids: Ids) -> Floats:
    out = np.zeros((len(ids), PLACES * FIGURES))
    out[np.arange(len(ids))[:, None], np.arange(PLACES) * FIGURES + ids] = 1
    return out


def _read(picture: Floats, lessons: Sequence[_Lesson], painter: Painter, sheet: DigitLine, scanner: Scanner) -> Ids:
    """The nine digits that explain best what is seen."""
    lesson = lessons[0]
    if len(lessons) > 1:
        errors = [
            ((picture - one.base - _one_hot(_decode(picture - one.base, one, NARROW)[:1]) @ one.adds) ** 2).sum()
            for one in lessons
        ]
        lesson = lessons[int(np.argmin(errors))]
    best = _decode(picture - lesson.base, lesson, BEAM)
    if not painter.steady:
        first: Ids = best[0]
        return first
    tried = _covered(painter, sheet, sheet.pages(best[:DRAWN], lesson.place, scanner), best[:DRAWN])
    chosen: Ids = best[int(((tried - picture) ** 2).sum(axis=1).argmin())]
    return chosen


def _decode(seen: Floats, lesson: _Lesson, beam: int) -> Ids:
    """The best explanations, the best first: digits (up to `beam`, 9)."""
    wanted = lesson.adds @ seen / lesson.spread + 1.0  # the mean of an open digit times its precision
    target = np.linalg.solve(lesson.factor.T, wanted)
    digits, costs = np.zeros((1, PLACES), np.intp), np.zeros(1)
    open_part = np.zeros((1, PLACES * FIGURES))  # factor @ x of the digits already chosen
    for place in range(PLACES - 1, -1, -1):
        rows = slice(place * FIGURES, (place + 1) * FIGURES)
        left = target[rows] - open_part[:, rows]
        more = ((left[:, None, :] - lesson.factor[rows, rows].T[None]) ** 2).sum(axis=2)
        total = (costs[:, None] + more).reshape(-1)
        kept = np.argsort(total, kind="stable")[:beam]
        parents, figures = kept // FIGURES, kept % FIGURES
        digits, costs = digits[parents].copy(), total[kept]
        digits[:, place] = figures
        open_part = open_part[parents] + lesson.factor[:, place * FIGURES + figures].T
    return digits
