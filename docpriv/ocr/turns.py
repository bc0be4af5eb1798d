"""Read lines that stand another way than their page, or mirrored, at their own way; what reads well as it lies is left.

A recognizer given a line upside down answers with few signs and middling scores; one given a mirrored line with as many
signs as there are, of other alphabets. Both read the same line well once it is turned, so a reading is believed that is better
in its score and holds no less. Only doubtful lines are asked, the most doubtful first, and of long ones a part: where none of
those stands another way, no more is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from docpriv.geometry import Quad, hull
from docpriv.model import Kind, Mark, MarkedText, NotUnderstood, PageText, Pixels, TextLine
from docpriv.ocr.recognize import turned
from docpriv.protocols import OcrEngine

DOUBTFUL = 0.90  # score of a line below which it is asked
FULL = 1.3  # signs a text height that print has at least: a line that reads fuller, and nearly well, is not asked
NEARLY = 0.82
FULLER = 2.5  # times as many signs show a better reading too
PROBES = 4  # lines that are asked at first
PROBED = 5.0  # text heights of a line that are read at first
PROMISING = 0.8  # score of that part
LONG = 2.2  # times wider than high: less is no line but a sign
LEAST_HEIGHT = 7.0  # pixels
WELL = 0.93  # score of a reading that is believed,
BETTER = 0.08  # and by how much it is better than the first one
LEAST = 4  # letters and digits of a reading that is believed without others beside it
BESIDE = 0.02  # by how much a line may read worse among lines that stand another way, where numbers read well upside down
POOR, POOR_BETTER, POOR_SIGNS = 0.7, 0.15, 6  # a reading that shows which way a line stands, but not what it says
SURE = 0.985  # score of a line that is not asked even among those
NEAR = 1.8  # text heights about lines that stand another way: lines there are asked as well
BLOCK = 2  # lines that stand together the same way are laid out as a page of their own

Way = Callable[[Quad], Quad]


def read_turned(pixels: Pixels, text: PageText, engine: OcrEngine) -> MarkedText:
    """The page with its turned and mirrored lines read, `text` itself where there are none; marks: those that read badly so too.

    `pixels`: the u8 (H, W, 3) page that `text` was read from. Characters of a mirrored line stand from its right to its left,
    like those of a line upside down, and each has its own place.
    """
    doubtful = [i for i, line in enumerate(text.lines) if _is_doubtful(line)]
    ways = _promising(pixels, [text.lines[i] for i in doubtful], engine)
    if not ways:
        return MarkedText(text=text)
    lines = list(text.lines)
    marks: list[Mark] = []
    moved: list[int] = []
    for index, found in zip(doubtful, _best(pixels, [lines[i] for i in doubtful], ways, engine), strict=True):
        first, (way, best) = lines[index], found
        if _is_better(best, first):
            lines[index] = best
            moved.append(index)
        elif _is_hint(best, first):
            reason = NotUnderstood.TURNED if way is _over else NotUnderstood.MIRRORED
            marks.append(_mark(first, reason, text.ref.index))
    asked = set(doubtful)
    while beside := [i for i in _beside(lines, moved) if i not in asked]:
        asked.update(beside)
        for index, (_, best) in zip(beside, _best(pixels, [lines[i] for i in beside], WAYS, engine), strict=True):
            first = lines[index]
            margin = -BESIDE if _between(first, [lines[i] for i in moved]) else BESIDE
            if best.score >= first.score + margin and _weight(best) >= 0.9 * _weight(first):
                lines[index] = best
                moved.append(index)
    return MarkedText(text=replace(text, lines=tuple(lines)) if moved else text, marks=tuple(marks))


def turned_blocks(text: PageText) -> tuple[PageText, ...]:
    """Lines that stand another way than the page, by their quarter turn and mirror, each as a page that is read that way.

    Of a block upside down the last line of the page is the first, and values stand to the left of their labels; of a
    mirrored one the first line is the first.
    """
    by_way: dict[tuple[int, bool], list[TextLine]] = {}
    for line in text.lines:
        way = (round(line.quad.angle / 90) % 4, line.mirrored)
        if way != (text.turn % 4, False) and line.chars and line.quad.width >= LONG * line.quad.height:
            by_way.setdefault(way, []).append(line)
    return tuple(
        replace(text, lines=tuple(lines), turn=turn, mirrored=mirrored)
        for (turn, mirrored), lines in sorted(by_way.items())
        if len(lines) >= BLOCK
    )


def _over(quad: Quad) -> Quad:
    return turned(quad, 2)


def _mirrored(quad: Quad) -> Quad:
    """The same area from its right to its left: its points run against the clock, and what is cut from it is mirrored."""
    return Quad(quad.b, quad.a, quad.d, quad.c)


MIRRORS: tuple[Way, ...] = (_mirrored, Quad.flipped)
WAYS: tuple[Way, ...] = (_over, *MIRRORS)


def _is_doubtful(line: TextLine) -> bool:
    nearly = line.score >= NEARLY and _weight(line) >= FULL
    return (
        line.score < DOUBTFUL and not nearly and line.quad.height >= LEAST_HEIGHT and line.quad.width >= LONG * line.quad.height
    )


def _promising(pixels: Pixels, lines: Sequence[TextLine], engine: OcrEngine) -> tuple[Way, ...]:
    """The ways in which a part of one of the longest and most doubtful lines reads better."""
    order = sorted(lines, key=lambda line: (-min(PROBED, _length(line)), line.score * _weight(line)))[:PROBES]
    parts = [line.quad.part(0.0, min(1.0, PROBED / _length(line))) for line in order]
    if not parts:
        return ()
    read = engine.read_lines(pixels, [way(part) for way in WAYS for part in parts])
    count = len(parts)
    ways = [
        way
        for k, way in enumerate(WAYS)
        if any(_is_promising(again, first) for again, first in zip(read[k * count : (k + 1) * count], order, strict=True))
    ]
    # Engines turn some lines of a mirrored page over: to these the other mirror is what one mirror is to the rest.
    return tuple(way for way in WAYS if way in ways or (way in MIRRORS and any(mirror in ways for mirror in MIRRORS)))


def _is_promising(again: TextLine, first: TextLine) -> bool:
    return again.score >= PROMISING and _is_clearer(again, first, 0.8)


def _best(pixels: Pixels, lines: Sequence[TextLine], ways: Sequence[Way], engine: OcrEngine) -> Iterator[tuple[Way, TextLine]]:
    """For each line the way in which it reads best, and that reading, its quads clockwise again."""
    if not lines:
        return
    read = engine.read_lines(pixels, [way(line.quad) for way in ways for line in lines])
    for i, line in enumerate(lines):
        readings = [(way, read[k * len(lines) + i]) for k, way in enumerate(ways)]
        way, best = max(readings, key=lambda one: one[1].score * _weight(one[1]))
        if way is not _over:
            best = best.flipped()
        yield way, replace(best, detection_score=line.detection_score)


def _beside(lines: Sequence[TextLine], moved: Sequence[int]) -> Iterator[int]:
    """Lines near those that were found to stand another way."""
    if not moved:
        return
    near = hull(lines[i].quad.pad(0.0, NEAR * lines[i].quad.height) for i in moved)
    for i, line in enumerate(lines):
        if i not in moved and line.chars and line.score < SURE and near.overlaps(hull([line.quad])):
            yield i


def _between(line: TextLine, moved: Sequence[TextLine]) -> bool:
    """Whether a line stands among those that were found to stand another way, not before or behind them."""
    x, y = line.quad.centre
    box = hull(other.quad for other in moved)
    return len(moved) >= BLOCK and box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1


def _is_better(again: TextLine, first: TextLine) -> bool:
    return again.score >= WELL and _signs(again) >= LEAST and _is_clearer(again, first, 0.9)


def _is_clearer(again: TextLine, first: TextLine, least: float) -> bool:
    """Whether a reading is surer and holds at least that share of the other's signs, or holds far more of them."""
    before, now = _weight(first), _weight(again)
    return (again.score >= first.score + BETTER and now >= least * before) or now >= max(FULL, FULLER * before)


def _is_hint(again: TextLine, first: TextLine) -> bool:
    return (
        again.score >= POOR
        and again.score >= first.score + POOR_BETTER
        and _signs(again) >= POOR_SIGNS
        and _weight(again) >= max(FULL, 1.3 * _weight(first))
    )


def _mark(line: TextLine, reason: NotUnderstood, page: int) -> Mark:
    return Mark(page=page, kind=Kind.UNREAD_INK, quad=line.quad, score=0.5, detector="reading", rule=reason)


def _length(line: TextLine) -> float:
    """Text heights."""
    return max(1.0, line.quad.width / max(line.quad.height, 1e-6))


def _weight(line: TextLine) -> float:
    """Signs that were read, each by its score, a text height of the line."""
    return sum(c.score for c in line.chars if not c.text.isspace()) / _length(line)


def _signs(line: TextLine) -> int:
    return sum(c.text.isalnum() for c in line.chars)
