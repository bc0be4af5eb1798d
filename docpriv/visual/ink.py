"""Measure and mark text-like ink that no line explains; refuses to say what it is.

A page on which much looks like writing and little was read must not pass as a page without personal data, and writing
that nobody read beside the label of a field is that field's value. Photographs, codes, faces, signatures and stamps that
were seen are explained: they are no text that was missed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from docpriv.geometry import Box, Quad
from docpriv.model import Kind, Mark, Pixels, TextLine

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


@dataclass(frozen=True, slots=True, kw_only=True)
class InkShare:
    """Text-like components of the page and how many of them lie outside lines that were read.

    `share`: ink of the unexplained ones over ink of all, 0..1; 0 where the page has hardly any.
    """

    components: int
    unexplained: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class InkLook:
    """What one look at a page's ink gives: its measure, the boxes of writing that no line holds, and where writing is.

    `writing`: u8, 1 where ink looks like writing, at `scale` of the page; `words`: likewise where words were read.
    """

    share: InkShare
    unread: tuple[Box, ...]
    writing: npt.NDArray[np.uint8]
    words: npt.NDArray[np.uint8]
    scale: float

    def share_of_words(self, quads: Sequence[Quad]) -> float:
        """Of the area inside any of the quads of the page, the share where words were read, 0..1."""
        inside = _filled(self.words.shape, quads, self.scale)
        return float((self.words & inside).sum()) / max(1, int(inside.sum()))

    def share_in(self, quads: Sequence[Quad]) -> float:
        """Of the ink that looks like writing, the share inside any of the quads of the page, 0..1."""
        total = int(self.writing.sum())
        inside = _filled(self.writing.shape, quads, self.scale)
        return float((self.writing & inside).sum()) / total if total else 0.0


def look_at_ink(
    pixels: Pixels, lines: Sequence[TextLine], min_score: float, *, pictures: Sequence[Box] = (), marks: Sequence[Mark] = ()
) -> InkLook:
    """Compare the page's text-like ink with the lines read with at least `min_score`; u8 (H, W, 3) page.

    `pictures`: areas of photographs; `marks`: what was seen on the page. Ink in them is not measured, but ink of unread
    marks is: it is left out of `unread` alone, since it has its mark already.
    """
    height, width = pixels.shape[:2]
    scale = min(1.0, WORK_SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    grey = cv2.cvtColor(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    good = [line for line in lines if line.score >= min_score and line.chars]
    ink = _ink(grey, CONTRAST if good else FAINT)
    small = [box.quad() for box in pictures if box.area <= MOST_PICTURE * height * width]
    photographs = _filled(grey.shape, small, scale) > 0
    if float(photographs.mean()) <= MOST_PICTURE:  # many of them are a page of writing that was taken for pictures
        ink[photographs] = 0
    ink[_filled(grey.shape, [q for m in marks if m.kind not in {Kind.UNREAD_INK, Kind.STAMP} for q in _quads(m)], scale) > 0] = 0
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    w, h, area = (stats[1:, i] for i in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA))
    text_height = float(np.median([line.quad.height for line in good])) * scale if good else 24.0
    like = _text_like(w, h, area, text_height) & ~_frames(labels, stats, text_height) & ~_around(stats[1:], good, scale)
    in_lines = _filled(grey.shape, [line.quad for line in lines], scale)  # what was taken for text looks like it
    plane = np.concatenate(([False], like))[labels].astype(np.uint8) | (ink & in_lines)
    read = _filled(grey.shape, [quad for line in good for quad in _words(line)], scale)
    if int(like.sum()) < (LEAST_LETTERS if good else MIN_ALONE):
        none = InkShare(components=int(like.sum()), unexplained=0, share=0.0)
        return InkLook(share=none, unread=(), writing=plane, words=read, scale=scale)
    inside = _held(labels, read, count) / np.maximum(area, 1)
    open_ink = like & (inside < 0.5)
    total = float(area[like].sum())
    share = InkShare(
        components=int(like.sum()), unexplained=int(open_ink.sum()), share=float(area[open_ink].sum()) / total if total else 0.0
    )
    marked = [q for m in marks for q in _quads(m)]
    badly = [line.quad for line in lines if line.score < min_score or not line.chars]
    detected = read | _filled(grey.shape, [*badly, *marked], scale)
    beside = _held(labels, detected, count) / np.maximum(area, 1)
    writing = open_ink & (beside < 0.5)
    unread = tuple(_groups(stats[1:][writing], text_height, scale))
    return InkLook(share=share, unread=unread, writing=plane, words=read, scale=scale)


def _held(labels: npt.NDArray[np.int32], plane: npt.NDArray[np.uint8], count: int) -> npt.NDArray[np.int64]:
    """Pixels of each component, the ground left out, where the plane is 1."""
    return np.bincount(labels[plane > 0], minlength=count)[1:]


def _filled(shape: tuple[int, ...], quads: Sequence[Quad], scale: float) -> npt.NDArray[np.uint8]:
    """1 inside any of the quads of the page."""
    plane = np.zeros(shape, np.uint8)
    for quad in quads:
        cv2.fillConvexPoly(plane, np.round(quad.array() * scale).astype(np.int32), 1)
    return plane


def _quads(mark: Mark) -> list[Quad]:
    """The areas of a mark: of its parts, where it is less than its quad."""
    return [box.quad() for box in mark.parts] or [mark.quad]


def _groups(parts: npt.NDArray[np.int32], text_height: float, scale: float) -> list[Box]:
    """Components that stand side by side like the letters of a word or a line, as boxes of the page."""
    boxes = [[int(x), int(y), int(x + w), int(y + h), 1] for x, y, w, h, _ in sorted(parts.tolist())]
    groups: list[list[int]] = []
    for box in boxes:
        home = None
        for group in groups:
            near = box[0] - group[2] <= LETTER_GAP * text_height
            level = min(box[3], group[3]) - max(box[1], group[1]) > 0.3 * min(box[3] - box[1], group[3] - group[1])
            if near and level:
                home = group
        if home is None:
            groups.append(box)
        else:
            home[:4] = [min(home[0], box[0]), min(home[1], box[1]), max(home[2], box[2]), max(home[3], box[3])]
            home[4] += 1
    kept = [g for g in groups if g[4] >= LEAST_LETTERS or g[2] - g[0] >= LEAST_STROKE * text_height]
    return [Box(*(round(v / scale) for v in g[:4])) for g in kept if g[3] - g[1] <= TALLEST * text_height]


def _ink(grey: npt.NDArray[np.uint8], floor: float) -> npt.NDArray[np.uint8]:
    """Strokes darker than their surroundings: 1 where ink. Flat dark areas and shading are not strokes."""
    background = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, np.ones((25, 25), np.uint8))
    contrast = cv2.subtract(background, grey)
    level, _ = cv2.threshold(contrast, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    # Closing lifts the background to the lightest grain, so the paper's own contrast is not 0 but its grain.
    grain = float(np.median(contrast))
    ink: npt.NDArray[np.uint8] = (contrast > max(floor, level, NOISE * grain)).astype(np.uint8)
    return ink


def _text_like(
    w: npt.NDArray[np.int32], h: npt.NDArray[np.int32], area: npt.NDArray[np.int32], text_height: float
) -> npt.NDArray[np.bool_]:
    """Size and density of letters or joined-up words: no specks, no rules, no solid areas."""
    fill = area / np.maximum(w * h, 1)
    tall = (h > 0.3 * text_height) & (h < 4 * text_height) & (h >= 4)
    rule = (w > 12 * h) | (h > 12 * w)
    solid = (fill > 0.85) & (w > 2 * text_height)
    like: npt.NDArray[np.bool_] = tall & ~rule & ~solid & (area >= 8)
    return like


def _around(stats: npt.NDArray[np.int32], lines: Sequence[TextLine], scale: float) -> npt.NDArray[np.bool_]:
    """Components with the middle of a line of print well inside their bounds: frames, rings and shades, no letters."""
    x0, y0, w, h = (stats[:, i].astype(np.float64) for i in range(4))
    out = np.zeros(len(stats), bool)
    for line in lines:
        (x, y), room = line.quad.centre, 0.4 * line.quad.height * scale
        x, y = x * scale, y * scale
        inside = (x0 <= x - 2 * room) & (x + 2 * room <= x0 + w) & (y0 <= y - 2 * room) & (y + 2 * room <= y0 + h)
        out |= inside
    return out


def _frames(labels: npt.NDArray[np.int32], stats: npt.NDArray[np.int32], text_height: float) -> npt.NDArray[np.bool_]:
    """Components that are empty rectangles higher than a line of text: ink along their bounds and nowhere else."""
    y, x = np.nonzero(labels)
    of = labels[y, x]
    left, top, w, h, area = (stats[:, i] for i in range(5))
    from_side = np.minimum(x - left[of], left[of] + w[of] - 1 - x)
    from_end = np.minimum(y - top[of], top[of] + h[of] - 1 - y)
    edge = np.bincount(of[np.minimum(from_side, from_end) < FRAME_PEN], minlength=len(stats))
    high = (h >= max(LEAST_FRAME, FRAME_HEIGHT * text_height)) & (w >= LEAST_FRAME)
    frames: npt.NDArray[np.bool_] = high & (edge >= FRAME_SHARE * area) & (edge >= FRAME_WHOLE * 2 * (w + h - 2))
    return frames[1:]


def _words(line: TextLine) -> list[Quad]:
    """Where a line was read as more than blanks: ink that it has elsewhere was not read, whatever the line's score."""
    runs: list[list[Quad]] = []
    for char in line.chars:
        if not char.text.strip():
            continue
        near = runs and math.dist(runs[-1][-1].b, char.quad.a) <= BLANK * line.quad.height
        if near:
            runs[-1].append(char.quad)
        else:
            runs.append([char.quad])
    room = GROWN * line.quad.height
    return [spanned(run).pad(room, room) for run in runs]


def spanned(run: Sequence[Quad]) -> Quad:
    """One quad for neighbouring characters of a line, in whichever direction they were read."""
    first, last = run[0], run[-1]
    along = (first.b[0] - first.a[0], first.b[1] - first.a[1])
    if along[0] * (last.a[0] - first.a[0]) + along[1] * (last.a[1] - first.a[1]) < 0:
        first, last = last, first
    return Quad(first.a, last.b, last.c, first.d)
