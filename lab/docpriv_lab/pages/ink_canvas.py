"""A sheet that keeps account of its ink: which pixel belongs to which thing; it decides nothing about what is drawn."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from docpriv.evaluation.truth import Label, Points
from docpriv_lab.pages import fonts
from docpriv_lab.pages.canvas import Canvas, Colour, Type, hull_of
from docpriv_lab.pages.handwriting import Hand, Pen, Stroke, ink, strokes_of

PAPER, TEXT, RULE = 0, 1, 2
"""Numbers of what is no single thing: bare paper, printed words, and all other print (rules, frames, boxes, bands)."""
CHANGED = 28
"""Levels by which a pixel has to change to belong to what was drawn, or `PART` of the thing's own darkest change."""
PART = 0.3
PRINTED = 40
"""Levels from paper at which a pixel of the sheet counts as print."""

Owner = NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class InkItem:
    """One thing on a page: what it is (a word of `ink_pages.CLASSES`), its style, how it is placed, what is written."""

    what: str
    style: str = ""
    place: str = ""
    text: str = field(default="", repr=False)


class InkCanvas(Canvas):
    """A canvas whose every pixel has an owner: `items[n]` is the thing numbered n, the first three are general.

    With a `hand`, words set in a handwriting font are written by that hand instead. Things that are `refused` leave no
    trace.
    """

    def __init__(self, *, width: float, height: float, dpi: int, rng: random.Random) -> None:
        super().__init__(width=width, height=height, dpi=dpi, rng=rng)
        self.items: list[InkItem] = [InkItem(what="paper"), InkItem(what="text"), InkItem(what="rule")]
        self.owner: Owner = np.zeros((self.image.height, self.image.width), np.int32)
        self.hand: Hand | None = None
        self.place = ""
        self.style = ""
        self.refused: frozenset[str] = frozenset()
        self._inside = False
        self._printed: list[Points] = []

    @contextmanager
    def drawing(self, what: str, box: tuple[int, int, int, int] | None = None, text: str = "") -> Iterator[None]:
        """All pixels that change meanwhile belong to one new thing; a thing within a thing is part of it."""
        if self._inside:
            yield
            return
        x0, y0, x1, y1 = box or (0, 0, self.image.width, self.image.height)
        region = (max(0, x0), max(0, y0), min(self.image.width, x1), min(self.image.height, y1))
        if region[2] <= region[0] or region[3] <= region[1]:
            region = (0, 0, self.image.width, self.image.height)
        before = np.asarray(self.image.crop(region), np.int16)
        words = len(self.words)
        self._inside = True
        try:
            yield
        finally:
            self._inside = False
        if what in self.refused:
            self.image.paste(Image.fromarray(before.astype(np.uint8)), region[:2])
            del self.words[words:]
            return
        change = np.abs(np.asarray(self.image.crop(region), np.int16) - before).max(axis=2)
        changed = change >= max(6, min(CHANGED, PART * int(change.max(initial=0))))
        if changed.any():
            self.items.append(InkItem(what=what, style=self.style, place=self.place, text=text))
            self.owner[region[1] : region[3], region[0] : region[2]][changed] = len(self.items) - 1

    def blot(self, mask: Image.Image, left: float, top: float, colour: Colour) -> Points | None:
        """Let ink sink in at (left, top) pixels: it darkens what it crosses. The ink's hull, None where there is none."""
        x, y = round(left), round(top)
        box = (max(x, 0), max(y, 0), min(x + mask.width, self.image.width), min(y + mask.height, self.image.height))
        if box[2] <= box[0] or box[3] <= box[1]:
            return None
        part = mask.crop((box[0] - x, box[1] - y, box[2] - x, box[3] - y))
        cover = np.asarray(part, np.float32)[..., None] / 255
        under = np.asarray(self.image.crop(box), np.float32)
        over = under * (1 - cover * (1 - np.array(colour, np.float32) / 255))
        self.image.paste(Image.fromarray(np.rint(over).astype(np.uint8)), box[:2])
        return hull_of(part, box[0], box[1])

    def write(
        self, x: float, y: float, strokes: list[Stroke], pen: Pen, unit: float, what: str, *, angle: float = 0.0, text: str = ""
    ) -> Points | None:
        """Pen strokes in units of `unit` points from (x, y) points on, as one thing; their hull in pixels."""
        mask, left, top = ink(self.rng, strokes, pen, self.scale, unit)
        if angle:
            c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
            turned = [[(u * c - v * s, u * s + v * c) for u, v in stroke] for stroke in strokes]
            mask, left, top = ink(self.rng, turned, pen, self.scale, unit)
        left, top = left + x * self.scale, top + y * self.scale
        box = (int(left) - 2, int(top) - 2, int(left) + mask.width + 3, int(top) + mask.height + 3)
        with self.drawing(what, box, text):
            return self.blot(mask, left, top, pen.colour)

    def _word(self, x: float, y: float, word: str, kind: Type, label: Label, angle: float) -> None:
        by_hand = kind.font in fonts.HANDS or kind.font in fonts.CURSIVE
        if self._inside:
            super()._word(x, y, word, kind, label, angle)
        elif not by_hand:
            super()._word(x, y, word, kind, label, angle)
            self._printed.append(self.words[-1].hull if self.words else np.zeros((0, 2)))
        elif self.hand is None:
            reach = kind.size * 2.5
            right = x + self.measure(word, kind) * 1.3 + reach
            box = tuple(round(v * self.scale) for v in (x - reach, y - reach, right, y + reach))
            with self.drawing("handwriting", (box[0], box[1], box[2], box[3]), word):
                super()._word(x, y, word, kind, label, angle)
        else:
            strokes, width = strokes_of(self.rng, word, self.hand)
            unit = min(kind.size * 0.5, self.measure(word, kind) / max(width, 0.5))
            pen = replace(self.hand.pen, width=min(self.hand.pen.width, 0.26 * unit))
            self.record(word, label, self.write(x, y, strokes, pen, unit, "handwriting", angle=angle, text=word))

    def finished(self) -> Owner:
        """int32[H, W]: the number of the thing that each pixel of the sheet shows."""
        printed = np.asarray(self.image, np.int16).min(axis=2) <= 255 - PRINTED
        words = np.zeros(self.owner.shape, np.uint8)
        for hull in self._printed:
            if len(hull):
                cv2.fillConvexPoly(words, np.round(hull).astype(np.int32), 1)
        owner = self.owner.copy()
        free = printed & (owner == PAPER)
        owner[free & (words > 0)] = TEXT
        owner[free & (words == 0)] = RULE
        return owner
