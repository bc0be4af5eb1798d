"""Draws lines of nine digits fast, at any eighth of a pixel, as a scanner would see them; it draws nothing else."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from docpriv_lab.attacks.painting import Picture, Rect
from docpriv_lab.pages import fonts

PLACES, FIGURES = 9, 10
SUPER = 8
"""Digits are drawn this much larger and reduced, so that they can stand at eighths of a pixel."""
INK, PAPER = 18.0, 255.0
ROOM = 12
"""Pixels of white around the covered area."""

Floats = NDArray[np.float32]
Ids = NDArray[np.intp]
"""Digits 0..9 of shape (N, 9)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanner:
    """Softness (sigma in pixels) and grain (standard deviation in levels of 0..255) of a scan; the default has none."""

    softness: float = 0.0
    grain: float = 0.0


class DigitLine:
    """A line of nine digits of one font of `pixels` per em, in a picture just large enough.

    `area` is what is covered: the same for every number. Raises ValueError for a font whose digits differ in width,
    since the place of a digit would then depend on the others.
    """

    def __init__(self, *, font: str = "sans-a", pixels: float = 28.0) -> None:
        face = fonts.load(font, pixels * SUPER)
        advances = {float(face.getlength(str(d))) for d in range(FIGURES)}
        if len(advances) > 1:
            raise ValueError("the digits of this font differ in width")
        self.pixels, self._face, self._advance = pixels, face, advances.pop()
        boxes = [face.getbbox(str(d), anchor="ls") for d in range(FIGURES)]
        rise, fall = -min(b[1] for b in boxes) / SUPER, max(b[3] for b in boxes) / SUPER
        pad = max(2, round(0.1 * pixels))
        wide, high = math.ceil(PLACES * self._advance / SUPER), math.ceil(rise + fall)
        self.area: Rect = (ROOM, ROOM, ROOM + wide + 2 * pad, ROOM + high + 2 * pad)
        self.width, self.height = self.area[2] + ROOM, self.area[3] + ROOM
        self._x, self._base = ROOM + pad, ROOM + pad + math.ceil(rise)
        self._layers: dict[tuple[int, int], Floats] = {}

    def pages(
        self, ids: Ids, place: tuple[int, int] = (0, 0), scanner: Scanner | None = None, noise: np.random.Generator | None = None
    ) -> list[Picture]:
        """One picture for each number, shifted by `place` eighths of a pixel; grain is drawn from `noise`."""
        layers = self._layers.get(place)
        if layers is None:
            layers = self._layers[place] = self._drawn(place)
        look = scanner or Scanner()
        out = []
        for digits in ids:
            sheet = PAPER - (PAPER - INK) * layers[np.arange(PLACES), digits].sum(axis=0)
            if look.softness:
                sheet = cv2.GaussianBlur(sheet, (0, 0), look.softness)
            if look.grain and noise is not None:
                sheet = sheet + noise.standard_normal(sheet.shape, np.float32) * look.grain
            grey = np.clip(np.rint(sheet), 0, 255).astype(np.uint8)
            out.append(np.ascontiguousarray(np.repeat(grey[..., None], 3, axis=2)))
        return out

    def _drawn(self, place: tuple[int, int]) -> Floats:
        """Coverage 0..1 of every digit at every place, float32 (9, 10, H, W)."""
        layers = np.zeros((PLACES, FIGURES, self.height, self.width), np.float32)
        em = math.ceil(self.pixels)
        for index in range(PLACES):
            left = self._x * SUPER + place[0] + index * self._advance
            start = math.floor(left / SUPER) - em // 2
            stop = min(self.width, start + 2 * em)
            for figure in range(FIGURES):
                large = Image.new("L", ((stop - start) * SUPER, self.height * SUPER))
                ImageDraw.Draw(large).text(
                    (left - start * SUPER, self._base * SUPER + place[1]), str(figure), fill=255, font=self._face, anchor="ls"
                )
                layers[index, figure, :, start:stop] = np.asarray(large.reduce(SUPER), np.float32) / 255
        return layers
