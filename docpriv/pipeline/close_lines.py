"""Reads small and broken print from close by; refuses to pass over what looks like writing there and does not read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from docpriv.geometry import Box, Quad, hull
from docpriv.model import Kind, Mark, NotUnderstood, PageImage, PageText, TextLine
from docpriv.pipeline.cutouts import Cutout, read_cutouts
from docpriv.pipeline.faint_lines import LEAST, WELL, WITHIN, is_writing, letters_of, share_of
from docpriv.protocols import OcrEngine
from docpriv.text.fold import packed
from docpriv.visual.close_print import find_close_print

DETECTOR = "close"
WHOLE = 0.9  # of the letters and digits of several pieces: by so many of them a line stands for them
MORE = 1.1  # times the letters and digits read before: a reading that has so many holds words that the other has not


def read_close(page: PageImage, text: PageText, engine: OcrEngine) -> tuple[PageText, tuple[Mark, ...]]:
    """The page's text with its small and broken print as it reads enlarged or blurred, and marks of what does not read.

    The very same text where the page has none of either.
    """
    found = find_close_print(page.pixels, text.lines)
    if not found:
        return text, ()
    shown = read_cutouts([Cutout(place=c.area, picture=c.picture(page.pixels)) for c in found], engine, page.ref)
    read = [line for line in shown if line.score >= WELL and letters_of(line) >= LEAST and _tells_more(line, text.lines)]
    clear = [line for line in (*text.lines, *read) if line.score >= WELL]
    unread = [
        line
        for line in shown
        if line.score < WELL and is_writing(line) and not any(share_of(line.quad, other.quad) > WITHIN for other in clear)
    ]
    blocks = [c.area for c in found if c.blur]
    marks = tuple(
        Mark(page=page.ref.index, kind=Kind.UNREAD_INK, quad=quad, score=0.5, detector=DETECTOR, rule=NotUnderstood.UNREAD)
        for quad in dict.fromkeys(_whole_row(line, shown, blocks) for line in unread)
    )
    settled = [line for line in shown if line.score >= WELL and letters_of(line) >= LEAST] + unread
    kept = [
        line
        for line in text.lines
        if not any(share_of(line.quad, other.quad) > WITHIN for other in (read if line.score >= WELL else settled))
    ]
    if not read and len(kept) == len(text.lines):
        return text, marks
    return replace(text, lines=(*kept, *read)), marks


def _whole_row(line: TextLine, lines: Sequence[TextLine], blocks: Sequence[Box]) -> Quad:
    """The place of a line, or in a block of broken print that of its whole row: without its label a value says nothing."""
    block = next((b for b in blocks if _in(line, b)), None)
    if block is None:
        return line.quad
    level = line.quad.centre[1]
    row = [o.quad for o in lines if _in(o, block) and abs(o.quad.centre[1] - level) < 0.5 * line.quad.height]
    return hull([line.quad, *row]).quad()


def _in(line: TextLine, box: Box) -> bool:
    x, y = line.quad.centre
    return box.x0 <= x < box.x1 and box.y0 <= y < box.y1


def _tells_more(line: TextLine, lines: Sequence[TextLine]) -> bool:
    """Whether a line says more than what was read at its place before: in more letters and digits, in one piece, or better."""
    there = [o for o in lines if o.score >= WELL and max(share_of(o.quad, line.quad), share_of(line.quad, o.quad)) > WITHIN]
    now, before = len(packed(line.text)), sum(len(packed(other.text)) for other in there)
    if len(there) != 1:
        return now >= WHOLE * before
    return now > MORE * before or (now >= before and line.score > there[0].score)
