"""Measures and marks text-like ink that no line explains.

A page on which much looks like writing and little was read must not pass as a page without personal data, and writing
that nobody read beside the label of a field is that field's value. Photographs, codes, faces, signatures and stamps that
were seen are explained: they are no text that was missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from docpriv.geometry import Box, Quad
from docpriv.model import Kind, Mark, Pixels, TextLine
from docpriv.raster import Flags, Pieces, Plane, filled, grey_of, ones, pieces_of, shrunk, words_of

WORK_SIDE = 1400  # pixels: the page is measured at this size or smaller
MIN_ALONE = 6  # on a page where nothing was read, fewer are specks and punch holes
CONTRAST = 40.0  # levels of 0..255 by which ink is darker than its paper
FAINT = 12.0  # the same where nothing was read: pencil and worn toner count then
LETTER_GAP = 1.2  # text heights between two letters or words of one writing
LEAST_LETTERS = 3  # components of a writing, unless
LEAST_STROKE = 1.5  # text heights: one is as wide as this
TALLEST = 5.0  # text heights: a writing by hand; higher ones are pictures and frames
MOST_PICTURE = 0.3  # of the page: a larger photograph may be the page itself, on a desk
LEAST_FRAME = 10  # pixels of the measured page: the sides of an empty rectangle, which is no letter,
FRAME_HEIGHT = 1.5  # and its height in text heights,
FRAME_PEN = 2  # pixels: how thick its lines are at most,
FRAME_SHARE = 0.9  # how much of its ink they are,
FRAME_WHOLE = 0.55  # and how much of the bounds they run along: hairlines fade where the page is measured smaller
BLANK = 1.0  # line heights: what is read as wider blanks and holds ink was not read
GROWN = 0.2  # line heights around a word that are still its own
NOISE = 6.0  # ink stands out from the paper's grain by this many times


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class InkLook:
    """What one look at a page's ink gives: the boxes of writing that no line holds, and where writing is.

    `share`: of the ink of text-like components, that outside lines that were read, 0..1; 0 where the page has hardly any.
    `writing`: u8, 1 where ink looks like writing, at `scale` of the page; `words`: likewise where words were read.
    """

    share: float
    unread: tuple[Box, ...]
    writing: Plane
    words: Plane
    scale: float

    def share_of_words(self, quads: Sequence[Quad]) -> float:
        """Of the area inside any of the quads of the page, the share where words were read, 0..1."""
        inside = filled(self.words.shape, quads, self.scale)
        return float((self.words & inside).sum()) / max(1, int(inside.sum()))

    def share_in(self, quads: Sequence[Quad]) -> float:
        """Of the ink that looks like writing, the share inside any of the quads of the page, 0..1."""
        total = int(self.writing.sum())
        inside = filled(self.writing.shape, quads, self.scale)
        return float((self.writing & inside).sum()) / total if total else 0.0


def look_at_ink(
    pixels: Pixels, lines: Sequence[TextLine], min_score: float, *, pictures: Sequence[Box] = (), marks: Sequence[Mark] = ()
) -> InkLook:
    """Compare the page's text-like ink with the lines read with at least `min_score`; u8 (H, W, 3) page.

    `pictures`: areas of photographs; `marks`: what was seen on the page. Ink in them is not measured, but ink of unread
    marks is: it is left out of `unread` alone, since it has its mark already.
    """
    small, scale = shrunk(pixels, WORK_SIDE)
    grey = grey_of(small)
    good = [line for line in lines if line.score >= min_score and line.chars]
    ink = _ink(grey, CONTRAST if good else FAINT)
    photographs = filled(grey.shape, (box.quad() for box in pictures if box.area <= MOST_PICTURE * pixels.size / 3), scale) > 0
    if float(photographs.mean()) <= MOST_PICTURE:  # many of them are a page of writing that was taken for pictures
        ink[photographs] = 0
    known = [q for m in marks if m.kind not in {Kind.UNREAD_INK, Kind.STAMP} for q in areas_of(m)]
    ink[filled(grey.shape, known, scale) > 0] = 0
    pieces = pieces_of(ink)
    area = np.maximum(pieces.stats[:, 4], 1)
    text_height = float(np.median([line.quad.height for line in good])) * scale if good else 24.0
    like = _text_like(pieces, text_height) & ~_frames(pieces, text_height) & ~_around(pieces, good, scale)
    like[0] = False
    in_lines = filled(grey.shape, (line.quad for line in lines), scale)  # what was taken for text looks like it
    plane = pieces.chosen(like) | (ink & in_lines)
    read = filled(grey.shape, (q for line in good for q in _words(line)), scale)
    if int(like.sum()) < (LEAST_LETTERS if good else MIN_ALONE):
        return InkLook(share=0.0, unread=(), writing=plane, words=read, scale=scale)
    open_ink = like & (pieces.held(read) < 0.5 * area)
    marked = [q for m in marks for q in areas_of(m)]
    badly = [line.quad for line in lines if line.score < min_score or not line.chars]
    detected = read | filled(grey.shape, [*badly, *marked], scale)
    writing = open_ink & (pieces.held(detected) < 0.5 * area)
    return InkLook(
        share=float(area[open_ink].sum()) / float(area[like].sum()),
        unread=tuple(_groups(pieces, writing, text_height, scale)),
        writing=plane,
        words=read,
        scale=scale,
    )


def areas_of(mark: Mark) -> list[Quad]:
    """The areas of a mark: of its parts, where it is less than its quad."""
    return [box.quad() for box in mark.parts] or [mark.quad]


def _groups(pieces: Pieces, which: Flags, text_height: float, scale: float) -> list[Box]:
    """Pieces that stand side by side like the letters of a word or a line, as boxes of the page."""
    groups: list[tuple[Box, int]] = []
    for box in sorted(pieces.box(i) for i in np.flatnonzero(which).tolist()):
        home = None
        for number, (group, _) in enumerate(groups):
            common = group.intersect(box)
            level = common.y1 - common.y0 > 0.3 * min(box.height, group.height)
            if level and box.x0 - group.x1 <= LETTER_GAP * text_height:
                home = number
        if home is None:
            groups.append((box, 1))
        else:
            groups[home] = groups[home][0].union(box), groups[home][1] + 1
    kept = [g for g, count in groups if count >= LEAST_LETTERS or g.width >= LEAST_STROKE * text_height]
    return [
        Box(round(g.x0 / scale), round(g.y0 / scale), round(g.x1 / scale), round(g.y1 / scale))
        for g in kept
        if g.height <= TALLEST * text_height
    ]


def _ink(grey: Plane, floor: float) -> Plane:
    """Strokes darker than their surroundings: 1 where ink. Flat dark areas and shading are not strokes."""
    contrast = cv2.subtract(cv2.morphologyEx(grey, cv2.MORPH_CLOSE, ones(25, 25)), grey)
    level, _ = cv2.threshold(contrast, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    # Closing lifts the background to the lightest grain, so the paper's own contrast is not 0 but its grain.
    return np.asarray(contrast > max(floor, level, NOISE * float(np.median(contrast))), np.uint8)


def _text_like(pieces: Pieces, text_height: float) -> Flags:
    """Size and density of letters or joined-up words: no specks, no rules, no solid areas."""
    _, _, w, h, area = pieces.columns
    tall = (h > 0.3 * text_height) & (h < 4 * text_height) & (h >= 4)
    rule = (w > 12 * h) | (h > 12 * w)
    solid = (area > 0.85 * w * h) & (w > 2 * text_height)
    return np.asarray(tall & ~rule & ~solid & (area >= 8), bool)


def _around(pieces: Pieces, lines: Sequence[TextLine], scale: float) -> Flags:
    """Pieces with the middle of a line of print well inside their bounds: frames, rings and shades, no letters."""
    x0, y0, w, h, _ = pieces.stats.T.astype(np.float64)
    out = np.zeros(len(pieces), bool)
    for line in lines:
        room = 0.8 * line.quad.height * scale
        x, y = (v * scale for v in line.quad.centre)
        out |= (x0 <= x - room) & (x + room <= x0 + w) & (y0 <= y - room) & (y + room <= y0 + h)
    return out


def _frames(pieces: Pieces, text_height: float) -> Flags:
    """Pieces that are empty rectangles higher than a line of text: ink along their bounds and nowhere else."""
    y, x = np.nonzero(pieces.labels)
    of = pieces.labels[y, x]
    left, top, w, h, area = pieces.columns
    from_side = np.minimum(x - left[of], left[of] + w[of] - 1 - x)
    from_end = np.minimum(y - top[of], top[of] + h[of] - 1 - y)
    edge = np.bincount(of[np.minimum(from_side, from_end) < FRAME_PEN], minlength=len(pieces))
    high = (h >= max(LEAST_FRAME, FRAME_HEIGHT * text_height)) & (w >= LEAST_FRAME)
    return np.asarray(high & (edge >= FRAME_SHARE * area) & (edge >= FRAME_WHOLE * 2 * (w + h - 2)), bool)


def _words(line: TextLine) -> list[Quad]:
    """Where a line was read as more than blanks: ink that it has elsewhere was not read, whatever the line's score."""
    room = GROWN * line.quad.height
    return [quad.pad(room, room) for quad in words_of(line, BLANK)]
