"""Tells lines of writing by hand that were read with doubt from print.

A recognizer gives good marks to words of a hand that it misreads, so what it says about a line is not enough. A pen's
strokes are thin for their height and leave the paper white, run in slanting directions, and end at any height; letters of
a type do not. What is not surely print and not surely read is nobody's text: it cannot be searched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from docpriv.geometry import Quad
from docpriv.model import Char, Kind, Mark, TextLine
from docpriv.raster import SQUARE, Plane, Stats, ones, pieces_of, ridge_width, strip_ink, strip_of

RULE = "hand-line"
SURE = 0.97  # score: print, or a hand as plain as print; what is misread has less
LEAST = 3  # letters and digits of a line that is judged
GAP = 0.6  # of a line's height: what stands so far apart may be of another hand
PART_SCORE = 0.9  # mean score of the characters of a part that is judged by itself
WRITTEN, PART = 0.5, 1.0  # votes from which a line, or a part of one, is by hand
TALL, PLAINLY = 1.25, 1.5  # text heights, and votes, of a line by hand that was read without doubt: its flourishes were not
RUNNING, RUNNING_LINES = 0.4, 4  # share of a page's text in such lines, and their number, on a page of writing:
OF_THE_SAME, PLAIN = -1.0, 0.995  # votes that suffice there; the score of a line that is judged there too
NOTHING_SURE, DOUBTFUL = 0.1, 0.93  # share of the text that was read without doubt, and median score, of a page where
ANY = -4.5  # nobody can tell print from a thick pen; votes that suffice there: all but plain type
BESIDE, NEXT = -0.5, 1.0  # votes of a line next to writing by hand, and the line heights between two lines of one paragraph
PAGE = 0.5  # share of a page's text from which the page is a letter or a note
SAFE_FIGURE = 0.8  # score of a date or a short number that is taken as read
NO_PRINT = 1.3  # text heights of a line where no print tells the height

ROWS, ROOM = 40, 0.1  # rows to which a line is brought, and the share of its height above and below
MOST_COLUMNS = 2400
CONTRAST = 25.0  # levels of 0..255
RULE_ROWS = 2.2  # times the rows: a drawn line is longer
LETTER = 0.2  # of the rows: lower strokes are points
EDGE = 0.15  # of the strongest edge: weaker ones are grain

# Limits of each measure and its vote a unit: found on some 1,400 real lines that were read with doubt, of which one in ten was
# written by hand. Thin strokes, much white, slanting edges, larger than the print, of unequal height, tops off the line, doubt.
_VOTES: dict[str, tuple[float, float, float]] = {
    "stroke": (0.112, 0.434, -10.91),
    "fill": (0.089, 0.344, -10.38),
    "slanting": (0.373, 0.649, 14.45),
    "large": (0.687, 2.322, 1.29),
    "unequal": (0.0, 0.454, 7.80),
    "tops": (0.0, 0.300, 3.80),
    "score": (0.489, 0.969, -5.30),
}
_START = -2.96

# A slash by hand is read as a one.
_DATE = re.compile(r"\W?\d{1,2} ?[-/.1lI|] ?\d{1,2} ?[-/.1lI|] ?(\d{4}|\d{2})\W?")
_NUMBER = re.compile(r"[#$£€]? ?\d{1,3}([.,]?\d{1,3})?%?")


@dataclass(frozen=True, slots=True, kw_only=True)
class HandLine:
    """Writing by hand that was read with doubt: a line, or a part of one that has print too. `votes` above 0: more surely.

    `score`: as it was read, 0..1.
    """

    quad: Quad
    score: float
    votes: float


def is_figure(line: TextLine) -> bool:
    """Whether a line was read as a date or a short number, well enough to be one: that is nobody's name or signature."""
    text = line.text.strip()
    return line.score >= SAFE_FIGURE and bool(_DATE.fullmatch(text) or _NUMBER.fullmatch(text))


def find_hand_lines(lines: Sequence[TextLine], grey: Plane, height: float) -> list[HandLine]:
    """The lines, and parts of lines, that look written and were read with doubt, in the order of the lines.

    `grey`: the page; `height`: of its print in pixels; `lines` may come from several readings: of two of one place the better
    counts.
    """
    best: dict[Quad, TextLine] = {}
    for line in lines:
        if line.quad not in best or best[line.quad].score < line.score:
            best[line.quad] = line
    chosen = [line for line in best.values() if _letters(line.chars) >= LEAST and not is_figure(line)]
    own = height if sum(line.score >= SURE for line in chosen) >= LEAST else 0.0
    votes = {
        line.quad: _votes(line.quad, line.score, grey, own)
        for line in chosen
        if line.score < SURE or (own and line.quad.height >= TALL * own)
    }
    written = [line for line in chosen if votes.get(line.quad, -9.0) >= (WRITTEN if line.score < SURE else PLAINLY)]
    if len(written) >= RUNNING_LINES and _area(written) >= RUNNING * _area(chosen):
        for line in chosen:
            if line.quad not in votes and line.score < PLAIN:
                votes[line.quad] = _votes(line.quad, line.score, grey, own)
        written = [line for line in chosen if line.score < PLAIN and votes.get(line.quad, -9.0) >= OF_THE_SAME]
    elif len(chosen) >= RUNNING_LINES and _hardly_read(chosen):
        written = [line for line in chosen if votes.get(line.quad, -9.0) >= ANY]
    written += _of_the_paragraph(chosen, written, votes)
    known = {line.quad for line in written}
    found = []
    for line in chosen:
        if line.quad in known:
            found.append(HandLine(quad=line.quad, score=line.score, votes=votes[line.quad]))
        elif line.score < SURE:
            found.extend(_parts(line, grey, own))
    return found


def hand_share(lines: Iterable[TextLine], marks: Iterable[Mark]) -> tuple[int, float]:
    """How many lines of writing by hand were seen, and their share of the area of a page's text, 0..1."""
    every = [line for line in lines if _letters(line.chars) >= LEAST]
    quads = [m.quad for m in marks if m.kind is Kind.UNREAD_INK and m.rule == RULE]
    total = _area(every)
    return len(quads), min(1.0, sum(q.width * q.height for q in quads) / total) if total else 0.0


def is_page_of_writing(lines: Iterable[TextLine], marks: Iterable[Mark]) -> bool:
    """Whether most of a page is running handwriting that was not surely read."""
    count, share = hand_share(lines, marks)
    return count >= RUNNING_LINES and share >= PAGE


def _of_the_paragraph(lines: Sequence[TextLine], written: Sequence[TextLine], votes: dict[Quad, float]) -> list[TextLine]:
    """Lines that speak neither way, above or below writing by hand of their size."""
    open_lines = [line for line in lines if line.score < SURE and votes.get(line.quad, -9.0) >= BESIDE and line not in written]
    found: list[TextLine] = []
    more = list(written)
    while more:
        more = [line for line in open_lines if line not in found and any(_next(line.quad, other.quad) for other in more)]
        found += more
    return found


def _next(one: Quad, other: Quad) -> bool:
    (a, b, c, d), (x, y, w, h) = one.bounds(), other.bounds()
    size = min(one.height, other.height)
    alike = max(one.height, other.height) <= 1.6 * size
    return alike and min(c, w) > max(a, x) and max(b, y) - min(d, h) <= NEXT * size


def _hardly_read(lines: Sequence[TextLine]) -> bool:
    sure = _area([line for line in lines if line.score >= SURE])
    return sure <= NOTHING_SURE * _area(lines) and float(np.median([line.score for line in lines])) < DOUBTFUL


def _letters(chars: Iterable[Char]) -> int:
    return sum(c.text.isalnum() for c in chars)


def _area(lines: Iterable[TextLine]) -> float:
    return sum(line.quad.width * line.quad.height for line in lines)


def _parts(line: TextLine, grey: Plane, height: float) -> list[HandLine]:
    """Runs of words that stand apart, or behind a colon, and were read worse: what was filled in beside a printed label."""
    runs: list[list[Char]] = [[]]
    last: Char | None = None
    for char in line.chars:
        if char.text.isspace():
            continue
        if last is not None:
            gap = float(np.hypot(*(np.subtract(char.quad.a, last.quad.b))))
            if gap >= GAP * line.quad.height or last.text == ":":
                runs.append([])
        runs[-1].append(char)
        last = char
    if len(runs) < 2:
        return []
    found = []
    for run in runs:
        score = sum(c.score for c in run) / max(1, len(run))
        if _letters(run) < LEAST or score >= PART_SCORE:
            continue
        quad = Quad(run[0].quad.a, run[-1].quad.b, run[-1].quad.c, run[0].quad.d)
        votes = _votes(quad, score, grey, height)
        if votes >= PART:
            found.append(HandLine(quad=quad, score=score, votes=votes))
    return found


def _votes(quad: Quad, score: float, grey: Plane, height: float) -> float:
    """How much speaks for a hand; far below 0 where there is nothing to measure. `height` 0: no print tells it."""
    measures = _measured(quad, grey)
    if measures is None:
        return -9.0
    measures |= {"large": quad.height / height if height else NO_PRINT, "score": score}
    return _START + sum(vote * min(high, max(low, measures[name])) for name, (low, high, vote) in _VOTES.items())


def _measured(quad: Quad, grey: Plane) -> dict[str, float] | None:
    """Of the ink inside a quad: the strokes' width for the letters' height, the share of the area that they fill, the share of
    edges that are neither level nor upright, and how unequal the letters' heights and tops are; None where there is no ink."""
    if quad.height < 6 or quad.width < 6:
        return None
    wide = quad.pad(0.0, ROOM * quad.height)
    columns = int(min(MOST_COLUMNS, max(16, wide.width * ROWS / wide.height)))
    strip = strip_of(grey, wide, columns, ROWS, cv2.INTER_AREA if wide.height > ROWS else cv2.INTER_CUBIC)
    mask = strip_ink(strip, CONTRAST)
    if mask is None:
        return None
    rules = cv2.morphologyEx(mask, cv2.MORPH_OPEN, ones(round(RULE_ROWS * ROWS), 1))
    if rules.any():
        mask = mask & (1 - cv2.dilate(rules, ones(1, 3)))
    stats = pieces_of(mask).stats[1:]
    letters = stats[(stats[:, 3] >= LETTER * ROWS) & (stats[:, 4] >= 12)]
    if not len(letters):
        return None
    heights = letters[:, 3].astype(np.float64)
    letter = float(np.median(heights))
    return {
        "stroke": (ridge_width(mask) or 0.0) / letter,
        "fill": float(mask.mean()),
        "slanting": _slanting(strip, mask),
        "unequal": float(heights.std() / heights.mean()),
        "tops": _scatter(letters, letter),
    }


def _slanting(strip: Plane, mask: Plane) -> float:
    """Share of the edges of the ink that run more than 20 degrees off the level and the upright."""
    smooth = cv2.GaussianBlur(strip, (0, 0), 1.0).astype(np.float32)
    x, y = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, ksize=3), cv2.Sobel(smooth, cv2.CV_32F, 0, 1, ksize=3)
    strength = np.hypot(x, y) * (cv2.dilate(mask, SQUARE) > 0)
    strength[strength < EDGE * float(strength.max())] = 0
    angle = np.degrees(np.arctan2(np.abs(y), np.abs(x)))
    return float(strength[(angle >= 20) & (angle <= 70)].sum() / max(float(strength.sum()), 1e-6))


def _scatter(letters: Stats, letter: float) -> float:
    """Median distance of the letters' tops from a line through most of them, in heights of a letter."""
    if len(letters) < 4:
        return 0.15
    x, y = letters[:, 0] + letters[:, 2] / 2, letters[:, 1].astype(np.float64)
    rest = y - np.median(y)
    if np.ptp(x) > 2 * letter:
        rest = y - np.polyval(np.polyfit(x, y, 1), x)
        for _ in range(3):
            off = np.abs(rest - np.median(rest))
            near = off <= max(1.0, 1.5 * float(np.median(off)))
            if int(near.sum()) < 4 or np.ptp(x[near]) <= 2 * letter:
                break
            rest = y - np.polyval(np.polyfit(x[near], y[near], 1), x)
    return float(np.median(np.abs(rest - np.median(rest)))) / letter
