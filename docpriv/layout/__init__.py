"""Structure of a page by geometry alone: cells, rows, columns, label-value pairs; no text is interpreted here."""

from __future__ import annotations

import numpy as np

from docpriv.layout.frame import frame_of, upright_boxes
from docpriv.layout.grouping import blocks_of, rows_of
from docpriv.layout.pairs import Neighbours, same_pairs
from docpriv.layout.rules import find_rules
from docpriv.layout.segments import split_lines
from docpriv.model import Layout, PageText, Pixels


def analyse(text: PageText, pixels: Pixels | None = None) -> Layout:
    """Structure of one page, in the page frame. `pixels`: u8 (H, W, 3) of the page, for drawn rules.

    Every segment is in one row and one block. `right` and `below` pairs are candidates for every short
    segment: whether its text is a label is for the reader of the text to say.
    """
    frame = frame_of(text)
    rules = find_rules(pixels) if pixels is not None else ()
    drawn = upright_boxes(frame, [r.quad() for r in rules])
    flat = (drawn[:, 2] - drawn[:, 0]) >= (drawn[:, 3] - drawn[:, 1])
    floors, walls = drawn[flat], drawn[~flat]
    segments = split_lines(text, frame, walls)
    if not segments:
        return Layout(rules=rules)
    boxes = upright_boxes(frame, [s.quad for s in segments])
    level = (boxes[:, 2] - boxes[:, 0]) >= 0.6 * (boxes[:, 3] - boxes[:, 1])
    level |= np.array([s.end - s.start <= 2 for s in segments])
    straight, sideways = np.flatnonzero(level), np.flatnonzero(~level)
    rows = [[int(straight[k]) for k in row] for row in rows_of(boxes[straight])] + [[int(i)] for i in sideways]
    blocks = [[int(straight[k]) for k in b] for b in blocks_of(boxes[straight], floors)] + [[int(i)] for i in sideways]
    pairs = same_pairs(text, segments) + Neighbours(text, frame, segments, boxes, rows, floors, walls).pairs()
    return Layout(
        segments=segments,
        pairs=tuple(pairs),
        rules=rules,
        blocks=tuple(tuple(segments[i] for i in b) for b in blocks),
        rows=tuple(tuple(segments[i] for i in r) for r in rows),
    )
