"""Reads what a first reading passes over: small and broken print from close by, and print that hardly stands out from its ground.

Pieces of the page are prepared to read better and read from one sheet. What looks like writing there and does not read is marked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import cv2
import numpy as np

from docpriv.geometry import Box, Quad, hull
from docpriv.model import Kind, Mark, NotUnderstood, PageImage, PageRef, PageText, Pixels, TextLine
from docpriv.protocols import OcrEngine
from docpriv.text.fold import packed
from docpriv.visual.close_print import find_close_print
from docpriv.visual.faint import look_for_faint

FAINT, CLOSE = "faint", "close"  # detectors, as marks name them
WELL = 0.8  # score from which a line counts as read
LEAST = 3  # different letters and digits: noise reads as one or two
SURELY_TEXT = 0.6  # detection score of writing
LONG = 3.5  # heights of a line of writing; noise and patterns look like one letter or two
MIRRORED = 0.6  # score in a mirror
WHOLE_ROW = 0.85  # of the length of a row in a box: characters that were read along it
WITHIN = 0.6  # of a line: where so much of it lies in another, that stands for it
WHOLE = 0.9  # of the letters and digits of several pieces: by so many of them a line stands for them
MORE = 1.1  # times the letters and digits read before: a reading that has so many holds words that the other has not
LEAST_SIDE, MARGIN = 736, 40  # pixels of the sheet: the engine enlarges what is smaller; white about each picture
EDGE = 1.0  # pixels of the page above and below a letter that was read larger


def read_faint(page: PageImage, text: PageText, engine: OcrEngine) -> tuple[PageText, tuple[Mark, ...]]:
    """The page's text with its faint lines, and marks of faint writing that does not read; the very same text where none is.

    A row in a box gets a mark over its whole length wherever a part of it does not read, whether the engine sees a line or not.
    Print of the other side of the sheet that shines through reads well mirrored, and gets no mark.
    """
    look = look_for_faint(page.pixels, text.lines, stretch=True)
    if look.stretched is None:
        return text, ()
    shown = _read_cutouts([(box, look.stretched[box.slices]) for box in look.areas], engine, page.ref)
    clear = [line for line in text.lines if line.score >= WELL]
    read = [line for line in shown if _reads(line) and _letters([line]) > _letters(_there(line, text.lines))]
    rows = [TextLine(chars=(), quad=box.quad(), score=0.0) for box in look.boxed if not _is_read(box, [*read, *clear])]
    unread = _not_mirrored(look.stretched, [*_unread(shown, clear), *rows], engine)
    marks = tuple(_mark(page, line.quad, FAINT, NotUnderstood.FAINT) for line in unread)
    if not read:
        return text, marks
    return replace(text, lines=(*(line for line in text.lines if not _lies_in(line, read)), *read)), marks


def read_close(page: PageImage, text: PageText, engine: OcrEngine) -> tuple[PageText, tuple[Mark, ...]]:
    """The page's text with its small and broken print as it reads enlarged or blurred, and marks of what does not read.

    The very same text where the page has none of either.
    """
    found = find_close_print(page.pixels, text.lines)
    if not found:
        return text, ()
    shown = _read_cutouts([(c.area, c.picture(page.pixels)) for c in found], engine, page.ref)
    read = [line for line in shown if _reads(line) and _says_more(line, _there(line, text.lines))]
    unread = _unread(shown, [line for line in (*text.lines, *read) if line.score >= WELL])
    blocks = [c.area for c in found if c.blur]
    places = dict.fromkeys(_whole_row(line, shown, blocks) for line in unread)
    marks = tuple(_mark(page, quad, CLOSE, NotUnderstood.UNREAD) for quad in places)
    settled = [line for line in shown if _reads(line)] + unread
    kept = [line for line in text.lines if not _lies_in(line, read if line.score >= WELL else settled)]
    if not read and len(kept) == len(text.lines):
        return text, marks
    return replace(text, lines=(*kept, *read)), marks


def _reads(line: TextLine) -> bool:
    """Whether a line was read well; a pattern reads as the same letter over and over."""
    return line.score >= WELL and len({c.text for c in line.chars if c.text.isalnum()}) >= LEAST


def _unread(shown: Iterable[TextLine], clear: Sequence[TextLine]) -> list[TextLine]:
    """Lines that look like writing, do not read, and in whose place nothing was read well."""
    return [
        line
        for line in shown
        if line.score < WELL
        and line.detection_score >= SURELY_TEXT
        and line.quad.width >= LONG * line.quad.height
        and not _lies_in(line, clear)
    ]


def _mark(page: PageImage, quad: Quad, detector: str, rule: NotUnderstood) -> Mark:
    return Mark(page=page.ref.index, kind=Kind.UNREAD_INK, quad=quad, score=0.5, detector=detector, rule=rule)


def _there(line: TextLine, lines: Iterable[TextLine]) -> list[TextLine]:
    """What was read well at the place of a line."""
    return [o for o in lines if o.score >= WELL and (_lies_in(o, [line]) or _lies_in(line, [o]))]


def _lies_in(line: TextLine, others: Iterable[TextLine]) -> bool:
    """Whether most of a line lies in one of the others."""
    return any(_share_of(line.quad, other.quad) > WITHIN for other in others)


def _share_of(inner: Quad, outer: Quad) -> float:
    """The part of `inner` that lies in `outer`."""
    area, _ = cv2.intersectConvexConvex(outer.array().astype(np.float32), inner.array().astype(np.float32))
    return float(area) / max(inner.width * inner.height, 1e-6)


def _letters(lines: Iterable[TextLine]) -> int:
    return sum(len(packed(line.text)) for line in lines)


def _says_more(line: TextLine, there: Sequence[TextLine]) -> bool:
    """Whether a line says more than what was read at its place before: in more letters and digits, in one piece, or better."""
    now, before = _letters([line]), _letters(there)
    if len(there) != 1:
        return now >= WHOLE * before
    return now > MORE * before or (now >= before and line.score > there[0].score)


def _is_read(row: Box, lines: Iterable[TextLine]) -> bool:
    """Whether lines of characters stand along nearly the whole row."""
    read = 0.0
    for line in lines:
        x0, y0, x1, y1 = line.quad.bounds()
        if y0 <= (row.y0 + row.y1) / 2 <= y1:
            read += max(0.0, min(x1, row.x1) - max(x0, row.x0))
    return read >= WHOLE_ROW * row.width


def _not_mirrored(stretched: Pixels, lines: Sequence[TextLine], engine: OcrEngine) -> list[TextLine]:
    """Those of the lines that do not read better in a mirror."""
    if not lines:
        return []
    flipped = np.ascontiguousarray(stretched[:, ::-1])
    width = float(stretched.shape[1])
    quads = [Quad(*((width - x, y) for x, y in (q.b, q.a, q.d, q.c))) for q in (line.quad for line in lines)]
    again = engine.read_lines(flipped, quads)
    return [line for line, other in zip(lines, again, strict=True) if other.score < max(MIRRORED, line.score)]


def _whole_row(line: TextLine, lines: Sequence[TextLine], blocks: Sequence[Box]) -> Quad:
    """The place of a line, or in a block of broken print that of its whole row: without its label a value says nothing."""
    block = next((b for b in blocks if _stands_in(line, b)), None)
    if block is None:
        return line.quad
    level = line.quad.centre[1]
    row = [o.quad for o in lines if _stands_in(o, block) and abs(o.quad.centre[1] - level) < 0.5 * line.quad.height]
    return hull([line.quad, *row]).quad()


def _stands_in(line: TextLine, box: Box) -> bool:
    x, y = line.quad.centre
    return box.x0 <= x < box.x1 and box.y0 <= y < box.y1


# --- pieces of a page on one sheet: a whole page costs many times more ----------------------------------------------


def _read_cutouts(cutouts: Sequence[tuple[Box, Pixels]], engine: OcrEngine, ref: PageRef) -> list[TextLine]:
    """Lines in the page's frame of places of it, each with the u8 (h, w, 3) picture that is read for it, of any size."""
    sizes = [picture.shape[:2] for _, picture in cutouts]
    width = max(LEAST_SIDE, max(w for _, w in sizes) + 2 * MARGIN)
    places: list[Box] = []
    x = y = MARGIN
    tall = 0
    for h, w in sizes:
        if x + w + MARGIN > width:
            x, y, tall = MARGIN, y + tall + MARGIN, 0
        places.append(Box(x, y, x + w, y + h))
        x, tall = x + w + MARGIN, max(tall, h)
    sheet = np.full((max(LEAST_SIDE, y + tall + MARGIN), width, 3), 255, np.uint8)
    for (_, picture), place in zip(cutouts, places, strict=True):
        sheet[place.slices] = picture
    return [
        _on_page(line, place, of_page)
        for line in engine.read(sheet, ref).lines
        for (of_page, _), place in zip(cutouts, places, strict=True)
        if _stands_in(line, place)
    ]


def _on_page(line: TextLine, place: Box, of_page: Box) -> TextLine:
    """A line that was read at a place of a sheet, where it stands on the page."""
    sx, sy = of_page.width / place.width, of_page.height / place.height
    dx, dy = of_page.x0 - place.x0 * sx, of_page.y0 - place.y0 * sy
    # An enlarged letter keeps less white about it than the page's own: its edge may be half a pixel off either way.
    room = EDGE if max(sx, sy) < 1 else 0.0

    def moved(quad: Quad) -> Quad:
        return quad.scale(sx, sy).shift(dx, dy).pad(0.0, room)

    return replace(line, quad=moved(line.quad), chars=tuple(replace(c, quad=moved(c.quad)) for c in line.chars))
