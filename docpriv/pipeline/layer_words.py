"""Lays the words of a file's own text over the lines that were read from its pixels; no line goes.

A word is seen where characters were read at its place, or where the page is not of one tone there. Seen words take the place
of the characters that were read under them, in the line that holds them; what was read beside them stays.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from docpriv.geometry import Point, Quad, cover
from docpriv.model import Char, PageImage, PageText, TextLine
from docpriv.ocr.leading import cut, taken_off
from docpriv.redaction.cover_map import runs
from docpriv.text.fold import packed

NEAR = 0.5  # h: how far beside its place a word is looked for among what was read
ALIKE = 0.6  # share of letters in common from which a word counts as read
TELLING = 3  # letters and digits of a word by which a layer is judged
SLACK = 0.2  # h: characters whose middle lies so far beside a word still belong to its place
REACH = 0.5  # h: so far beside a word's own box what was read of it is covered with it
MARGIN, LEAST_MARGIN = 0.12, 1.5  # h, pixels: white that a word takes at each end, where there is as much
RISE = 0.3  # h: so far above and below its line a word may reach
REST = 2  # characters of a word as read that may lie beside the word that it is
MOST_WORDS = 50  # of a line where nothing was read
PART = 1.5  # h: a wider gap parts words of the file's line where nothing was read
DRAWN_TONES, SCANNED_TONES = 1, 16  # grey levels between paper and ink: a drawn page has no noise

_RULE = re.compile(r"[_.\-=…·]{3,}|_{2,}|…+")
Vector = npt.NDArray[np.float64]


@dataclass(slots=True)
class LaidWord:
    """A word of the layer: the line of the file that it stands on, and of the page where it lies on a line that was read.

    `start`, `end`: along that line; `top`, `bottom`: across it, from its upper edge; pixels. `under`: what was read there.
    """

    word: TextLine = field(repr=False)
    row: int
    line: int | None = None
    start: float = 0.0
    end: float = 0.0
    top: float = 0.0
    bottom: float = 0.0
    under: tuple[int, ...] = ()
    seen: bool = False
    agreed: bool = False

    @property
    def spelled(self) -> str:
        return packed(self.word.text)


class _Axis:
    """A line's own frame: along and across it, in pixels from its upper left."""

    def __init__(self, quad: Quad) -> None:
        self.width, self.height = max(quad.width, 1e-6), max(quad.height, 1e-6)
        self.origin = quad.a
        self.u, self.v = _unit(quad.a, quad.b), _unit(quad.a, quad.d)

    def of(self, quad: Quad) -> tuple[float, float, float, float]:
        """Start, end, top and bottom of a quad."""
        (ox, oy), (ux, uy), (vx, vy) = self.origin, self.u, self.v
        s = [(x - ox) * ux + (y - oy) * uy for x, y in quad.points]
        t = [(x - ox) * vx + (y - oy) * vy for x, y in quad.points]
        return min(s), max(s), min(t), max(t)

    def quad(self, start: float, end: float, top: float, bottom: float) -> Quad:
        (ox, oy), (ux, uy), (vx, vy) = self.origin, self.u, self.v
        corners = (start, top), (end, top), (end, bottom), (start, bottom)
        return Quad(*((ox + ux * s + vx * t, oy + uy * s + vy * t) for s, t in corners))

    def parted(self, word: TextLine, start: float, end: float) -> list[tuple[float, float]]:
        """The stretch as parts for the word's characters, cut in the middle between them."""
        places = [self.of(c.quad)[:2] for c in word.chars]
        return list(pairwise([start, *((a[1] + b[0]) / 2 for a, b in pairwise(places)), end]))


def _unit(p: Point, q: Point) -> Point:
    length = max(math.dist(p, q), 1e-6)
    return (q[0] - p[0]) / length, (q[1] - p[1]) / length


def lay(page: PageImage, text: PageText) -> list[LaidWord]:
    """Every word of the page's layer with its place among the lines that were read, and whether it can be seen there."""
    rows = page.layer.lines if page.layer is not None else ()
    words = [LaidWord(word=part, row=row) for row, line in enumerate(rows) for word in line for part in _without_rules(word)]
    if not words:
        return []
    _assign(words, text)
    axes: dict[int, tuple[_Axis, Vector]] = {}
    tones = DRAWN_TONES if page.format.rendered else SCANNED_TONES
    for one in words:
        if one.line is not None:
            line = text.lines[one.line]
            if one.line not in axes:
                axis = _Axis(line.quad)
                axes[one.line] = axis, np.array([axis.of(c.quad)[:2] for c in line.chars]).reshape(-1, 2).mean(axis=1)
            axis, middles = axes[one.line]
            one.start, one.end, one.top, one.bottom = axis.of(one.word.quad)
            _compare(one, line, axis.height, middles)
        if not one.seen:
            one.seen = _inked(one.word.quad, page, tones)
    return words


def _without_rules(word: TextLine) -> list[TextLine]:
    """The parts of a word between lines to write on and rows of dots; none of what has no letter and no digit."""
    text = "".join(c.text[0] for c in word.chars)  # one sign a character
    edges = [0, *(at for m in _RULE.finditer(text) for at in m.span()), len(text)]
    if len(edges) == 2:
        return [word] if any(c.isalnum() for c in text) else []
    return [_part(word, a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if any(c.isalnum() for c in text[a:b])]


def _part(word: TextLine, start: int, end: int) -> TextLine:
    axis = _Axis(word.quad)
    places = [axis.of(c.quad) for c in word.chars[start:end]]
    quad = axis.quad(min(p[0] for p in places), max(p[1] for p in places), 0.0, axis.height)
    return replace(word, chars=word.chars[start:end], quad=quad)


def _assign(words: list[LaidWord], text: PageText) -> None:
    """To each word the line in whose middle it lies most, among those that run as it does."""
    centres = np.array([w.word.quad.centre for w in words])
    heights = np.array([w.word.quad.height for w in words])
    ways = np.array([_direction(w.word.quad) for w in words])
    short = np.array([len(w.word.chars) <= 1 for w in words])
    best = np.full(len(words), np.inf)
    for index, line in enumerate(text.lines):
        if not line.chars:
            continue
        axis = _Axis(line.quad)
        relative = centres - np.array(axis.origin)
        s, t = relative @ np.array(axis.u), relative @ np.array(axis.v)
        off = np.abs(t / axis.height - 0.5)
        near = (
            (s >= -NEAR * axis.height)
            & (s <= axis.width + NEAR * axis.height)
            & (off <= 0.5)
            & (off < best)
            & (heights <= 2 * axis.height)
            & (short | (ways @ np.array(axis.u) > math.cos(math.pi / 4)))
        )
        best[near] = off[near]
        for at in np.flatnonzero(near):
            words[at].line = index


def _direction(quad: Quad) -> tuple[float, float]:
    angle = math.radians(quad.angle)
    return math.cos(angle), math.sin(angle)


def _compare(one: LaidWord, line: TextLine, height: float, middles: Vector) -> None:
    """What was read at the word's place, and whether it is the word."""
    blank = np.array([not c.text.strip() for c in line.chars], dtype=bool)
    inside = (middles >= one.start - SLACK * height) & (middles <= one.end + SLACK * height)
    one.under = tuple(int(i) for i in np.flatnonzero(inside & ~blank))
    one.seen = bool(one.under)
    beside = (middles >= one.start - NEAR * height) & (middles <= one.end + NEAR * height)
    wanted = one.spelled
    near = packed("".join(line.chars[i].text for i in np.flatnonzero(beside)))
    read = packed("".join(line.chars[i].text for i in one.under))
    one.agreed = bool(wanted) and (
        wanted in near or (len(wanted) <= 100 and SequenceMatcher(None, wanted, read, autojunk=False).ratio() >= ALIKE)
    )


def _inked(quad: Quad, page: PageImage, tones: int) -> bool:
    """Whether most of a word lies on the page, and the page there is not of one tone in every channel."""
    x0, y0, x1, y1 = quad.bounds()
    inside = max(0.0, min(x1, page.width) - max(x0, 0.0)) * max(0.0, min(y1, page.height) - max(y0, 0.0))
    box = cover(quad, page.width, page.height)
    if box.empty or inside < 0.5 * (x1 - x0) * (y1 - y0):
        return False
    part = page.pixels[box.slices].reshape(-1, 3)
    return bool((part.max(axis=0).astype(int) - part.min(axis=0)).max() >= tones)


def corrected(text: PageText, words: Iterable[LaidWord], sure: bool) -> PageText | None:
    """The page with the lines that the seen words write otherwise, and lines of words where nothing was read.

    Lines keep their numbers; those that read the same stay the objects that they are. None where nothing differs.
    `sure`: layer and reading agree so far that a line of the layer's words is placed by it, however badly it was read.
    """
    by_line: dict[int, list[LaidWord]] = {}
    alone: list[LaidWord] = []
    for one in words:
        if one.line is None or _right_to_left(one.word):
            alone.append(one)
        else:
            by_line.setdefault(one.line, []).append(one)
    lines = list(text.lines)
    for index, on_line in by_line.items():
        kept, others = _side_by_side(on_line)
        alone += others
        read = _telling(lines[index].text)
        if _telling(" ".join(w.word.text for w in kept)) != read:
            line = _merged(lines[index], kept, sure)
            lines[index] = line if _telling(line.text) != read else lines[index]
    alone.sort(key=lambda w: w.row)
    lines += _own_lines(alone)
    if len(lines) == len(text.lines) and all(a is b for a, b in zip(lines, text.lines, strict=True)):
        return None
    return replace(text, lines=tuple(lines))


def _side_by_side(words: Sequence[LaidWord]) -> tuple[list[LaidWord], list[LaidWord]]:
    """Words that share a line, left to right, and those that lie over others: a word printed twice is kept once."""
    kept: list[LaidWord] = []
    others: list[LaidWord] = []
    for one in sorted(words, key=lambda w: (w.start, w.end)):
        room = one.end - one.start
        over = [k for k in kept if min(k.end, one.end) - max(k.start, one.start) > 0.5 * max(1e-6, min(k.end - k.start, room))]
        if not over:
            kept.append(one)
        elif all(k.spelled != one.spelled for k in over):
            others.append(one)
    return kept, others


def _merged(line: TextLine, words: Sequence[LaidWord], sure: bool) -> TextLine:
    """The line with the words in the place of what was read under them."""
    axis = _Axis(line.quad)
    top, bottom = taken_off(line)
    gone = _replaced(line, {i for w in words for i in w.under})
    spans = [axis.of(c.quad)[:2] for c in line.chars]
    rest = [(spans[i][0], spans[i][1], line.chars[i]) for i in range(len(line.chars)) if i not in gone]
    tokens: list[tuple[float, float, list[Char]]] = [(s, e, [c]) for s, e, c in rest if c.text.strip()]
    edges = sorted([(s, e) for s, e, _ in tokens] + [(w.start, w.end) for w in words])
    for word in words:
        height = axis.height
        room = max(LEAST_MARGIN, MARGIN * height)
        read = [spans[i] for i in word.under]
        start = max(min([word.start - room, *(s for s, _ in read)]), word.start - REACH * height)
        end = min(max([word.end + room, *(e for _, e in read)]), word.end + REACH * height)
        # Half of the white up to the neighbours, no more.
        start = max([start, *((e + word.start) / 2 for s, e in edges if s < word.start and e <= word.start)])
        end = min([end, *((s + word.end) / 2 for s, e in edges if e > word.end and s >= word.end)])
        upper = max(min(top * height, word.top - 1), -RISE * height)
        lower = min(max((1 - bottom) * height, word.bottom + 1), (1 + RISE) * height)
        parts = [line.quad.part(a / axis.width, b / axis.width) for a, b in axis.parted(word.word, start, end)]
        quads = [cut(part, upper / height, 1 - lower / height) for part in parts]
        tokens.append((start, end, [replace(c, quad=q) for c, q in zip(word.word.chars, quads, strict=True)]))
    tokens.sort(key=lambda t: (t[0] + t[1], t[0]))
    chars = _with_blanks(tokens, line, axis)
    score = 1.0 if sure and all(c.score == 1.0 for c in chars) else line.score
    return replace(line, chars=tuple(chars), score=max(score, line.score))


def _replaced(line: TextLine, under: set[int]) -> set[int]:
    """The characters under words, and one or two beside them that are the rest of the same word as it was read."""
    gone = set(under)
    for start, end in runs(c.text.strip() != "" for c in line.chars):
        rest = [i for i in range(start, end) if i not in under]
        if len(rest) <= REST and end - start >= 3 * len(rest):
            gone.update(rest)
    return gone


def _with_blanks(tokens: Sequence[tuple[float, float, list[Char]]], line: TextLine, axis: _Axis) -> list[Char]:
    """Tokens as one line of characters: blanks around words, and where a blank was read."""
    blanks = [sum(axis.of(c.quad)[:2]) / 2 for c in line.chars if not c.text.strip()]
    out: list[Char] = []
    before: tuple[float, float, list[Char]] | None = None
    for token in tokens:
        if before is not None:
            gap = token[0] - before[1]
            both_read = len(before[2]) == len(token[2]) == 1
            blank = any((before[0] + before[1]) / 2 < b < (token[0] + token[1]) / 2 for b in blanks)
            if blank or (not both_read and gap > -0.1 * axis.height):
                quad = line.quad.part(before[1] / axis.width, (before[1] + max(gap, 0.0)) / axis.width)
                out.append(Char(text=" ", score=1.0, quad=quad))
        out += token[2]
        before = token
    return out


def _own_lines(words: Sequence[LaidWord]) -> list[TextLine]:
    """Words where nothing was read, as lines of their own; each word by itself that runs from right to left."""
    lines: list[list[LaidWord]] = []
    for one in words:
        if lines and len(lines[-1]) < MOST_WORDS and _follows(lines[-1][-1], one):
            lines[-1].append(one)
        else:
            lines.append([one])
    return [_line_of([one.word for one in group]) for group in lines]


def _follows(last: LaidWord, one: LaidWord) -> bool:
    """Whether a word stands close behind another on its line of the file."""
    if last.row != one.row or _right_to_left(one.word) or _right_to_left(last.word):
        return False
    axis, (x, y) = _Axis(last.word.quad), _direction(one.word.quad)
    start, end, top, bottom = axis.of(one.word.quad)
    return (
        -0.2 * axis.height <= start - axis.width <= PART * axis.height
        and end > start
        and min(bottom, axis.height) - max(top, 0.0) > 0.4 * min(bottom - top, axis.height)
        and axis.u[0] * x + axis.u[1] * y > 0.9
    )


def _line_of(words: Sequence[TextLine]) -> TextLine:
    axis = _Axis(words[0].quad)
    places = [axis.of(w.quad) for w in words]
    top, bottom = min(p[2] for p in places), max(p[3] for p in places)
    room = max(LEAST_MARGIN, MARGIN * (bottom - top))
    top, bottom = top - room, bottom + room
    chars: list[Char] = []
    for number, word in enumerate(words):
        if chars:
            chars.append(Char(text=" ", score=1.0, quad=axis.quad(places[number - 1][1], places[number][0], top, bottom)))
        start, end = places[number][0] - room, places[number][1] + room
        if number:
            start = max(start, (places[number - 1][1] + places[number][0]) / 2)
        if number + 1 < len(words):
            end = min(end, (places[number][1] + places[number + 1][0]) / 2)
        own = [(start, end)] * len(word.chars) if _right_to_left(word) else axis.parted(word, start, end)
        chars += [replace(c, quad=axis.quad(*part, top, bottom)) for c, part in zip(word.chars, own, strict=True)]
    return TextLine(chars=tuple(chars), quad=axis.quad(places[0][0] - room, places[-1][1] + room, top, bottom), score=1.0)


def _right_to_left(word: TextLine) -> bool:
    return any(unicodedata.bidirectional(c) in {"R", "AL"} for c in word.text)


_QUOTES = dict.fromkeys(map(ord, "’‘´`"), "'")


def _telling(raw: str) -> str:
    """What a difference counts in: letters, digits, the blanks between them, and signs inside words."""
    text = unicodedata.normalize("NFKC", raw).translate(_QUOTES)
    out = []
    for at, c in enumerate(text):
        within = 0 < at < len(text) - 1 and text[at - 1].isalnum() and text[at + 1].isalnum()
        if c.isalnum() or c == "@" or (within and c in ".-_/+'"):
            out.append(c)
        elif not out or out[-1] != " ":
            out.append(" ")
    return "".join(out).strip()
