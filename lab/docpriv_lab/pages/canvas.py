"""Draws words and lines and keeps each word's exact ink; it invents no text and adds no wear.

Places are in points (1/72 inch) from the top left corner; `y` of text is its baseline.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace

import cv2
import numpy as np
from PIL import Image, ImageChops, ImageDraw

from docpriv.evaluation.truth import InkWord, Label, Points, Span
from docpriv_lab.pages import fonts

Colour = tuple[int, int, int]
BLACK: Colour = (18, 18, 20)
WHITE: Colour = (255, 255, 255)
INK_LEVEL = 64
"""Coverage (0..255) from which a pixel counts as a word's ink: half-covered edges belong to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Type:
    """How text is set: font, size in points, colour, `wobble` (0 print .. 1 restless hand), letter
    `spacing` in points."""

    font: str
    size: float
    colour: Colour = BLACK
    wobble: float = 0.0
    spacing: float = 0.0

    def at(self, size: float) -> Type:
        """The same type at another size in points."""
        return replace(self, size=size)

    def tinted(self, colour: Colour) -> Type:
        """The same type in another colour."""
        return replace(self, colour=colour)


def hull_of(mask: Image.Image, left: float, top: float, level: int = INK_LEVEL) -> Points | None:
    """Convex hull of the pixels of `mask` (mode L) at or above `level`, its corner at (left, top); None
    without ink."""
    ys, xs = np.nonzero(np.asarray(mask) >= level)
    if xs.size == 0:
        return None
    # the four corners of a pixel, not its middle: a hull must hold the whole of the ink
    corners = np.concatenate([np.stack([xs + dx, ys + dy], axis=1) for dx in (0, 1) for dy in (0, 1)])
    outline: Points = np.asarray(cv2.convexHull(corners.astype(np.int32)), np.float64).reshape(-1, 2)
    return outline + np.array([left, top], np.float64)


class Canvas:
    """A sheet of paper: `image` (RGB) and `words`, in the order in which they were drawn.

    `width` and `height` are in points, `dpi` (36..600) gives the pixels. `rng` drives the unevenness of
    handwriting.
    Raises ValueError for a size that is not positive or a dpi out of range.
    """

    def __init__(self, *, width: float, height: float, dpi: int, rng: random.Random, paper: Colour = WHITE) -> None:
        if width <= 0 or height <= 0 or not 36 <= dpi <= 600:
            raise ValueError("a sheet needs a positive size and 36 to 600 dpi")
        self.width, self.height, self.dpi = width, height, dpi
        self.scale = dpi / 72
        self.rng = rng
        self.image = Image.new("RGB", (round(width * self.scale), round(height * self.scale)), paper)
        self.words: list[InkWord] = []
        self._pen = ImageDraw.Draw(self.image)

    # ---- lines and areas

    def line(self, x0: float, y0: float, x1: float, y1: float, width: float = 0.6, colour: Colour = BLACK) -> None:
        """A straight line `width` points thick, at least one pixel."""
        s = self.scale
        self._pen.line(
            (round(x0 * s), round(y0 * s), round(x1 * s), round(y1 * s)),
            fill=colour,
            width=max(1, round(width * s)),
        )

    def dotted(self, x0: float, x1: float, y: float, colour: Colour = BLACK) -> None:
        """A dotted leader from x0 to x1 on the baseline y."""
        step, size = 3.2 * self.scale, max(1, round(0.5 * self.scale))
        x = x0 * self.scale
        while x < x1 * self.scale:
            self._pen.rectangle(
                (round(x), round(y * self.scale), round(x) + size - 1, round(y * self.scale) + size - 1),
                colour,
            )
            x += step

    def frame(self, x: float, y: float, w: float, h: float, width: float = 0.6, colour: Colour = BLACK) -> None:
        """The outline of a box."""
        s = self.scale
        self._pen.rectangle(
            (round(x * s), round(y * s), round((x + w) * s), round((y + h) * s)),
            outline=colour,
            width=max(1, round(width * s)),
        )

    def fill(self, x: float, y: float, w: float, h: float, colour: Colour) -> None:
        """A filled box; draw it before the words that stand on it."""
        s = self.scale
        self._pen.rectangle((round(x * s), round(y * s), round((x + w) * s), round((y + h) * s)), fill=colour)

    def drawing(self, what: str) -> AbstractContextManager[None]:
        """Around the drawing of a thing that is no text; a canvas that keeps account of its ink notes it as `what`."""
        return nullcontext()

    def shape(self, mask: Image.Image, x: float, y: float, colour: Colour) -> Points | None:
        """Paint `colour` through `mask` (mode L, its corner at x, y in points); the ink's hull in pixels."""
        left, top = round(x * self.scale), round(y * self.scale)
        self.image.paste(colour, (left, top), mask)
        return hull_of(mask, left, top)

    def record(self, text: str, label: Label, hull: Points | None) -> None:
        """Note a drawn thing that is no text of this canvas (a signature, a face)."""
        if hull is not None:
            self.words.append(InkWord(text=text, label=label, hull=hull))

    # ---- text

    def measure(self, text: str, kind: Type) -> float:
        """The advance width of `text` in points."""
        font = fonts.load(kind.font, kind.size * self.scale)
        drawn = fonts.drawable(kind.font, text)
        return float(font.getlength(drawn)) / self.scale + kind.spacing * len(drawn)

    def text(self, x: float, y: float, text: str, kind: Type, label: Label = None, *, angle: float = 0.0) -> float:
        """Draw `text` with one label for all its words, turned by `angle` degrees anticlockwise about (x, y).

        Returns the x (points, along the text) at which it ends.
        """
        return self.spans(x, y, [(text, label)], kind, angle=angle)

    def spans(self, x: float, y: float, spans: Iterable[Span], kind: Type, *, angle: float = 0.0) -> float:
        """Draw spans after each other, a space between them; the x (points, along the text) at which
        they end."""
        gap = self.measure(" ", kind)
        along = 0.0
        turn = math.radians(angle)
        for text, label in spans:
            for word in text.split():
                self._word(x + along * math.cos(turn), y - along * math.sin(turn), word, kind, label, angle)
                along += self.measure(word, kind) + gap
        return x + max(along - gap, 0.0)

    def right(self, x: float, y: float, spans: Sequence[Span], kind: Type) -> None:
        """Draw spans so that they end at x."""
        self.spans(x - self.measure(" ".join(t for t, _ in spans), kind), y, spans, kind)

    def centre(self, x: float, y: float, spans: Sequence[Span], kind: Type) -> None:
        """Draw spans about the middle x."""
        self.spans(x - self.measure(" ".join(t for t, _ in spans), kind) / 2, y, spans, kind)

    def paragraph(self, x: float, y: float, width: float, spans: Iterable[Span], kind: Type, *, leading: float = 1.3) -> float:
        """Set spans in lines of at most `width` points from the baseline y on; the baseline after the
        last line."""
        step = kind.size * leading
        gap = self.measure(" ", kind)
        line: list[Span] = []
        used = 0.0
        for text, label in spans:
            for word in text.split():
                advance = self.measure(word, kind)
                if line and used + advance > width:
                    self.spans(x, y, line, kind)
                    y, line, used = y + step, [], 0.0
                line.append((word, label))
                used += advance + gap
        if line:
            self.spans(x, y, line, kind)
            y += step
        return y

    def _word(self, x: float, y: float, word: str, kind: Type, label: Label, angle: float) -> None:
        drawn = fonts.drawable(kind.font, word)
        mask, dx, dy = self._mask(drawn, kind)
        left, top = x * self.scale, y * self.scale
        turn = angle + (self.rng.uniform(-1.5, 1.5) * kind.wobble if kind.wobble else 0.0)
        if kind.wobble:
            top += self.rng.uniform(-0.05, 0.05) * kind.wobble * kind.size * self.scale
        if turn:
            before = (dx + mask.width / 2, dy + mask.height / 2)
            mask = mask.rotate(turn, Image.Resampling.BICUBIC, expand=True)
            a = math.radians(turn)
            # the middle of the mask turns about the pen's origin; the mask itself about its middle
            middle = (
                before[0] * math.cos(a) + before[1] * math.sin(a),
                before[1] * math.cos(a) - before[0] * math.sin(a),
            )
            dx, dy = middle[0] - mask.width / 2, middle[1] - mask.height / 2
        column, row = round(left + dx), round(top + dy)
        self.image.paste(kind.colour, (column, row), mask)
        self.record(drawn, label, hull_of(mask, column, row))

    def _mask(self, text: str, kind: Type) -> tuple[Image.Image, float, float]:
        """Coverage of `text` (mode L) and the offset of its corner from the pen's origin, in pixels."""
        font = fonts.load(kind.font, kind.size * self.scale)
        if not kind.wobble and not kind.spacing:
            x0, y0, x1, y1 = font.getbbox(text, anchor="ls")
            left, top = math.floor(x0) - 2, math.floor(y0) - 2
            mask = Image.new("L", (math.ceil(x1) - left + 3, math.ceil(y1) - top + 3))
            ImageDraw.Draw(mask).text((-left, -top), text, fill=255, font=font, anchor="ls")
            return mask, left, top
        em = kind.size * self.scale
        pad = math.ceil(em)
        length = font.getlength(text) + kind.spacing * self.scale * len(text)
        mask = Image.new("L", (math.ceil(length) + 2 * pad, 3 * pad))
        x = float(pad)
        for i, letter in enumerate(text):
            layer = Image.new("L", mask.size)
            lift = self.rng.uniform(-0.035, 0.035) * em * kind.wobble if kind.wobble else 0.0
            ImageDraw.Draw(layer).text((x, 2 * pad + lift), letter, fill=255, font=font, anchor="ls")
            mask = ImageChops.lighter(mask, layer)
            if i + 1 < len(text):
                pair = font.getlength(text[i : i + 2])  # both letters, kerned
                x += pair - font.getlength(text[i + 1])
            x += kind.spacing * self.scale
            if kind.wobble:
                x += self.rng.uniform(-0.015, 0.02) * em * kind.wobble
        return mask, -pad, -2 * pad
