"""Reads print that hardly stands out from its ground; refuses to pass over what looks like writing there and does not read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from docpriv.geometry import Box, Quad
from docpriv.model import Kind, Mark, NotUnderstood, PageImage, PageText, Pixels, TextLine
from docpriv.pipeline.cutouts import Cutout, read_cutouts
from docpriv.protocols import OcrEngine
from docpriv.text.fold import packed
from docpriv.visual.faint import look_for_faint

DETECTOR = "faint"
WELL = 0.8  # score from which a faint line counts as read
LEAST = 3  # different letters and digits: noise reads as one or two
SURELY_TEXT = 0.6  # detection score of writing
LONG = 3.5  # heights of a line of writing; noise and patterns look like one letter or two
MIRRORED = 0.6  # score in a mirror
WHOLE = 0.85  # of the length of a row in a box: characters that were read along it
WITHIN = 0.6  # of a line: where so much of it lies in another, that stands for it


def read_faint(page: PageImage, text: PageText, engine: OcrEngine) -> tuple[PageText, tuple[Mark, ...]]:
    """The page's text with its faint lines, and marks of faint writing that does not read; the very same text where none is.

    A row in a box gets a mark over its whole length wherever a part of it does not read, whether the engine sees a line or not.
    Print of the other side of the sheet that shines through reads well mirrored, and gets no mark.
    """
    look = look_for_faint(page.pixels, text.lines, stretch=True)
    if look.stretched is None:
        return text, ()
    shown = read_cutouts([Cutout(place=box, picture=look.stretched[box.slices]) for box in look.areas], engine, page.ref)
    read = [line for line in shown if line.score >= WELL and letters_of(line) >= LEAST and _tells_more(line, text.lines)]
    clear = [line for line in text.lines if line.score >= WELL]
    others = [
        line
        for line in shown
        if line.score < WELL and is_writing(line) and not any(share_of(line.quad, other.quad) > WITHIN for other in clear)
    ]
    rows = [TextLine(chars=(), quad=box.quad(), score=0.0) for box in look.boxed if not _is_read(box, [*read, *clear])]
    marks = tuple(
        Mark(page=page.ref.index, kind=Kind.UNREAD_INK, quad=line.quad, score=0.5, detector=DETECTOR, rule=NotUnderstood.FAINT)
        for line in _not_mirrored(look.stretched, [*others, *rows], engine)
    )
    if not read:
        return text, marks
    kept = [line for line in text.lines if not any(share_of(line.quad, other.quad) > WITHIN for other in read)]
    return replace(text, lines=(*kept, *read)), marks


def _tells_more(line: TextLine, lines: Sequence[TextLine]) -> bool:
    """Whether a faint line holds more letters and digits than what was read at its place before."""
    there = [o for o in lines if o.score >= WELL and max(share_of(o.quad, line.quad), share_of(line.quad, o.quad)) > WITHIN]
    before = sum(len(packed(other.text)) for other in there)
    return len(packed(line.text)) > before


def _is_read(row: Box, lines: Sequence[TextLine]) -> bool:
    """Whether lines of characters stand along nearly the whole row."""
    read = 0.0
    for line in lines:
        x0, y0, x1, y1 = line.quad.bounds()
        if y0 <= (row.y0 + row.y1) / 2 <= y1:
            read += max(0.0, min(x1, row.x1) - max(x0, row.x0))
    return read >= WHOLE * row.width


def is_writing(line: TextLine) -> bool:
    return line.detection_score >= SURELY_TEXT and line.quad.width >= LONG * line.quad.height


def _not_mirrored(stretched: Pixels, lines: Sequence[TextLine], engine: OcrEngine) -> list[TextLine]:
    """Those of the lines that do not read better in a mirror."""
    if not lines:
        return []
    flipped = np.ascontiguousarray(stretched[:, ::-1])
    width = float(stretched.shape[1])
    quads = [Quad(*((width - x, y) for x, y in (q.b, q.a, q.d, q.c))) for q in (line.quad for line in lines)]
    again = engine.read_lines(flipped, quads)
    return [line for line, other in zip(lines, again, strict=True) if other.score < max(MIRRORED, line.score)]


def letters_of(line: TextLine) -> int:
    """Different ones: a pattern reads as the same over and over."""
    return len({c.text for c in line.chars if c.text.isalnum()})


def share_of(inner: Quad, outer: Quad) -> float:
    """The part of `inner` that lies in `outer`."""
    area, _ = cv2.intersectConvexConvex(outer.array().astype(np.float32), inner.array().astype(np.float32))
    return float(area) / max(inner.width * inner.height, 1e-6)
