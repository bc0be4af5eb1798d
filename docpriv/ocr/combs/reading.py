"""Read each comb of a page as one value and put it in the place of what was read there letter by letter.

The letters are closed up, their cells' lines taken away, so that the recognizer sees a word: of 248 letters in ticks and on
underlines, typed and by hand, it misread 9 with gaps of 0.1 of the height, 28 with gaps of 0.6, and 58 when asked for each alone.
"""

from __future__ import annotations

import itertools
import math
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from docpriv.geometry import Affine, Box, Point, Quad
from docpriv.model import Char, Kind, Mark, MarkedText, NotUnderstood, PageText, Pixels, TextLine
from docpriv.ocr.combs.cells import Cell, Comb, look_into
from docpriv.ocr.combs.corners import box_rows, squared
from docpriv.ocr.combs.rows import find_rows
from docpriv.ocr.combs.spaced import spaced_words
from docpriv.protocols import OcrEngine
from docpriv.raster import runs

DETECTOR = "combs"
CLOSE = 0.12  # of the letters' height: white between two letters
BLANK = 0.45  # of it: an empty cell
ROOM = 0.12  # of it: above and below
CONFIDENT = 0.75  # mean score of the letters from which a comb is taken as read
MOST_TRIED = 3  # rows looked into in one place
WORD = 0.2  # of a cell: more white between two cells parts groups or words
SURER = 0.03
APART = 2.2  # pitches between two cells of one value
MOST_A_CELL = 1.5  # letters for each that a comb holds: more are print
WELL, LEAST_READ = 0.9, 3  # score and letters of a line of the page's own reading that is print
STACKED = 0.3  # of the lower of two such lines' heights: how far their middles are apart where one stands above the other
UNKNOWN = "\N{REPLACEMENT CHARACTER}"
TICKS = frozenset("xX×vV✓✔√")


def with_combs(pixels: Pixels, text: PageText, engine: OcrEngine) -> MarkedText:
    """`text` as read of the u8 (H, W, 3) page, each comb in it as one line, the same object where there is none; marks: combs
    that were not read with confidence."""
    upright = np.ascontiguousarray(np.rot90(pixels, text.turn)) if text.turn else pixels
    rows = box_rows(upright)
    combs = find_combs(squared(upright, rows))
    words = spaced_words(pixels, text)
    if not combs and not words and not rows:
        return MarkedText(text=text)
    back = Affine.unturn(text.turn, text.width, text.height)
    lines: list[TextLine] = []
    unread = [_whole(comb, back) for comb in combs if not comb.parted]
    # Boxes that hold something and are no comb, such as those of DD MM YYYY that stand apart by two.
    unread += [back.quad(row.bounds.quad()) for row in rows if not any(row.bounds.overlaps(comb.bounds) for comb in combs)]
    for cells in _values([comb for comb in combs if comb.parted]):
        read = read_cells(cells, engine)
        if read is None:
            continue
        line = _turned(read, back)
        if _reads_better(text.lines, line) or _is_of_two_lines(text.lines, line):
            continue
        lines.append(line)
        if line.score < CONFIDENT or any(c.text == UNKNOWN for c in line.chars):
            unread.append(line.quad)
    for cells in words:
        read = read_cells(cells, engine)
        if read is not None and read.score >= CONFIDENT and not any(_near(read.quad, line.quad) for line in lines):
            lines.append(read)
    marks = tuple(
        Mark(page=text.ref.index, kind=Kind.UNREAD_INK, quad=quad, score=0.5, detector=DETECTOR, rule=NotUnderstood.COMB)
        for quad in unread
    )
    return MarkedText(text=replace(text, lines=(*_outside(text.lines, lines), *lines)) if lines else text, marks=marks)


def _reads_better(lines: Sequence[TextLine], comb: TextLine) -> bool:
    """Whether one line of the page's own reading says something else there, as long, and is surer of it: underlined print, whose
    letters' stems look like ticks."""
    letters = "".join(c.text for c in comb.chars if c.text.isalnum())
    for line in lines:
        own = _letters_in(line, comb.quad)
        if own and len(own) >= len(letters) and "".join(c.text for c in own) != letters:
            return sum(c.score for c in own) / len(own) > max(CONFIDENT, comb.score + SURER)
    return False


def _is_of_two_lines(lines: Sequence[TextLine], comb: TextLine) -> bool:
    """Whether the page's own reading has two lines of print there, one above the other, that hold far more than the comb: stems
    and feet of the lower one's letters look like ticks, and the upper one's like letters in them. A caption and a value do not.
    """
    total = 0
    spans: list[tuple[float, float, float, float]] = []  # along the comb from, to; middle across it, and height
    (ax, ay), angle = comb.quad.a, math.radians(comb.quad.angle)
    ex, ey = math.cos(angle), math.sin(angle)
    for line in lines:
        own = _letters_in(line, comb.quad)
        if len(own) < LEAST_READ or sum(c.score for c in own) < WELL * len(own):
            continue
        along = [(x - ax) * ex + (y - ay) * ey for x, y in (c.quad.centre for c in own)]
        across = [(y - ay) * ex - (x - ax) * ey for x, y in (c.quad.centre for c in own)]
        total += len(own)
        spans.append((min(along), max(along), sum(across) / len(across), line.quad.height))
    if total < MOST_A_CELL * sum(c.text.isalnum() for c in comb.chars):
        return False
    return any(
        min(b, d) > max(a, c) and abs(y - v) >= STACKED * min(h, k)
        for (a, b, y, h), (c, d, v, k) in itertools.combinations(spans, 2)
    )


def _whole(comb: Comb, back: Affine) -> Quad:
    return back.quad(comb.cells[0].area.to(comb.cells[-1].area))


def find_combs(pixels: Pixels) -> tuple[Comb, ...]:
    """Combs that hold letters on a u8 (H, W, 3) page that stands upright; of those that may lie in one place the one with the
    most letters."""
    found: list[Comb] = []
    tried: list[tuple[float, float, float]] = []
    for row in find_rows(pixels):
        x0, x1, y = row.xs[0], row.xs[-1], row.bottom
        if sum(abs(y - v) < 0.4 * row.pitch and min(x1, b) - max(x0, a) > 0.5 * (x1 - x0) for a, b, v in tried) >= MOST_TRIED:
            continue
        tried.append((x0, x1, y))
        for comb in look_into(pixels, row):
            there = [k for k, other in enumerate(found) if _in_place(comb.bounds, other)]
            if (comb.letters or not comb.parted) and all(found[k].letters < comb.letters for k in there):
                found = [other for k, other in enumerate(found) if k not in there] + [comb]
    return tuple(found)


def _in_place(box: Box, comb: Comb) -> bool:
    other = comb.bounds
    across = min(box.x1, other.x1) - max(box.x0, other.x0)
    down = min(box.y1, other.y1) - max(box.y0, other.y0)
    return across > 0.3 * min(box.width, other.width) and down > 0.3 * min(box.height, other.height)


def _values(combs: Sequence[Comb]) -> list[tuple[Cell, ...]]:
    """Cells of each value: combs of one row that stand near each other are groups of one."""
    rows: list[tuple[list[Cell], float]] = []
    for comb in sorted(combs, key=lambda c: c.bounds.x0):
        first = comb.cells[0].area
        for cells, pitch in rows:
            last = cells[-1].area
            level = abs(last.c[1] - first.d[1]) < 0.35 * pitch and abs(last.b[1] - first.a[1]) < 0.5 * pitch
            if abs(comb.pitch - pitch) < 0.12 * pitch and level and first.a[0] - last.b[0] < APART * pitch:
                cells += [c for c in comb.cells if c.area.centre[0] > last.centre[0] + 0.6 * pitch]
                break
        else:
            rows.append((list(comb.cells), comb.pitch))
    return [_trimmed(cells) for cells, _ in sorted(rows, key=lambda r: (r[0][0].area.a[1], r[0][0].area.a[0]))]


def _trimmed(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    inked = [i for i, cell in enumerate(cells) if cell.letter is not None]
    return tuple(cells[inked[0] : inked[-1] + 1])


def read_cells(cells: Sequence[Cell], engine: OcrEngine) -> TextLine | None:
    """One line of the letters, each with the area of its cell; None for a row of ticked boxes, and where more letters are read
    than cells hold.

    A letter that the engine does not see is U+FFFD with score 0.
    """
    picture, slots = _closed_up(cells)
    height, width = picture.shape[:2]
    (read,) = engine.read_lines(picture, [Box(0, 0, width, height).quad()])
    letters = [replace(c, text=unicodedata.normalize("NFKC", c.text)) for c in read.chars if c.text.strip()]  # wide digits
    if len(letters) > MOST_A_CELL * len(slots) + 1:
        return None  # words in what looks like cells
    texts: list[list[Char]] = [[] for _ in slots]
    if len(letters) == len(slots):
        texts = [[c] for c in letters]
    else:
        for char in letters:
            x = char.quad.centre[0]
            texts[min(range(len(slots)), key=lambda k: abs(slots[k] - x))].append(char)
    if all(t and t[0].text in TICKS for t in texts):
        return None
    return _line(cells, texts)


def _line(cells: Sequence[Cell], texts: Sequence[Sequence[Char]]) -> TextLine:
    """A line over the cells. An empty one, or the gap between groups, is a space, and half of it belongs to each neighbour, so
    that no gap parts the value."""
    inked = [i for i, cell in enumerate(cells) if cell.letter is not None]
    chars: list[Char] = []
    scores: list[float] = []
    for n, (i, read) in enumerate(zip(inked, texts, strict=True)):
        area, apart = cells[i].area, False
        if n:
            before = cells[inked[n - 1]].area
            if area.a[0] > before.b[0]:
                area = Quad(_middle(before.b, area.a), area.b, area.c, _middle(before.c, area.d))
        if n + 1 < len(inked):
            after = cells[inked[n + 1]].area
            gap = after.a[0] - area.b[0]
            apart = gap > WORD * cells[i].area.width
            if gap > 0:
                area = Quad(area.a, _middle(area.b, after.a), _middle(area.c, after.d), area.d)
        own = [Char(text=c.text, quad=area, score=c.score) for c in read] or [Char(text=UNKNOWN, quad=area, score=0.0)]
        chars += own
        scores += [c.score for c in own]
        if apart:
            chars.append(Char(text=" ", quad=area.part(1.0, 1.0), score=1.0))
    whole = cells[inked[0]].area.to(cells[inked[-1]].area)
    return TextLine(chars=tuple(chars), quad=whole, score=sum(scores) / len(scores))


def _middle(p: Point, q: Point) -> Point:
    return (p[0] + q[0]) / 2, (p[1] + q[1]) / 2


def _closed_up(cells: Sequence[Cell]) -> tuple[Pixels, list[float]]:
    """The letters side by side, u8 (h, w, 3), dark on white, and the middle of each in its columns."""
    inked = [(cell.area, cell.letter) for cell in cells if cell.letter is not None]
    height = max(letter.shape[0] for _, letter in inked)
    parts: list[Pixels] = [np.full((height, round(0.3 * height)), 255, np.uint8)]
    slots: list[float] = []
    at = parts[0].shape[1]
    for (area, letter), after in itertools.zip_longest(inked, [area for area, _ in inked[1:]]):
        parts.append(cv2.copyMakeBorder(letter, height - letter.shape[0], 0, 0, 0, cv2.BORDER_CONSTANT, value=255))
        slots.append(at + letter.shape[1] / 2)
        white = 0.3 if after is None else BLANK if after.a[0] - area.b[0] > WORD * area.width else CLOSE
        parts.append(np.full((height, max(1, round(white * height))), 255, np.uint8))
        at += letter.shape[1] + parts[-1].shape[1]
    room = max(1, round(ROOM * height))
    grey = cv2.copyMakeBorder(np.concatenate(parts, axis=1), room, room, 0, 0, cv2.BORDER_CONSTANT, value=255)
    return np.ascontiguousarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB)), slots


def _turned(line: TextLine, back: Affine) -> TextLine:
    chars = tuple(replace(c, quad=back.quad(c.quad)) for c in line.chars)
    return replace(line, chars=chars, quad=back.quad(line.quad))


def _outside(lines: Sequence[TextLine], combs: Sequence[TextLine]) -> list[TextLine]:
    """The lines without the characters that stand in a comb; a line that runs through one is cut in two."""
    out: list[TextLine] = []
    for line in lines:
        near = [comb.quad for comb in combs if _near(line.quad, comb.quad)]
        if not near:
            out.append(line)
            continue
        inside = [any(_holds(quad, c.quad.centre) for quad in near) for c in line.chars]
        if not any(inside):
            if line.chars or not any(_holds(quad, line.quad.centre) for quad in near):
                out.append(line)
            continue
        pieces = [line.chars[start:end] for start, end in runs(~np.array(inside))]
        out += [_piece(line, chars) for chars in pieces if any(c.text.strip() for c in chars)]
    return out


def _near(a: Quad, b: Quad) -> bool:
    ax0, ay0, ax1, ay1 = a.bounds()
    bx0, by0, bx1, by1 = b.bounds()
    return ax0 < bx1 and bx0 < ax1 and ay0 < by1 and by0 < ay1


def _letters_in(line: TextLine, quad: Quad) -> list[Char]:
    """Letters and digits of a line that stand in a quad."""
    return [c for c in line.chars if c.text.isalnum() and _near(c.quad, quad) and _holds(quad, c.quad.centre)]


def _holds(quad: Quad, point: Point) -> bool:
    return cv2.pointPolygonTest(quad.array().astype(np.float32), point, False) >= 0


def _piece(line: TextLine, chars: tuple[Char, ...]) -> TextLine:
    """Neighbouring characters of a line as a line of their own."""
    inked = [c.score for c in chars if c.text.strip()]
    return replace(line, chars=chars, quad=chars[0].quad.to(chars[-1].quad), score=sum(inked) / len(inked))
