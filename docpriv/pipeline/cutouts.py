"""Reads pieces of a page that were prepared to read better, from one sheet; refuses to say which of the readings counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from docpriv.geometry import Box
from docpriv.model import PageRef, Pixels, TextLine
from docpriv.protocols import OcrEngine

LEAST_SIDE, MARGIN = 736, 40  # pixels of the sheet: the engine enlarges what is smaller; white about each picture

EDGE = 1.0  # pixels of the page above and below a letter that was read larger


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cutout:
    """A `place` of the page and the u8 (h, w, 3) `picture` that is read for it, as many times larger as it is."""

    place: Box
    picture: Pixels

    def of_page(self, line: TextLine, x: int, y: int) -> TextLine:
        """A line of a sheet on which the picture's corner is at (x, y), where it stands on the page."""
        height, width = self.picture.shape[:2]
        sx, sy = self.place.width / width, self.place.height / height
        dx, dy = self.place.x0 - x * sx, self.place.y0 - y * sy
        # An enlarged letter keeps less white about it than the page's own: its edge may be half a pixel off either way.
        room = EDGE if max(sx, sy) < 1 else 0.0
        chars = tuple(replace(c, quad=c.quad.scale(sx, sy).shift(dx, dy).pad(0.0, room)) for c in line.chars)
        return replace(line, quad=line.quad.scale(sx, sy).shift(dx, dy).pad(0.0, room), chars=chars)


def read_cutouts(cutouts: Sequence[Cutout], engine: OcrEngine, ref: PageRef) -> list[TextLine]:
    """Lines of the cutouts in the page's frame, read from one sheet on which they lie close together.

    A whole page costs many times more.
    """
    sizes = [cutout.picture.shape[:2] for cutout in cutouts]
    width = max(LEAST_SIDE, max(w for _, w in sizes) + 2 * MARGIN)
    places: list[tuple[int, int]] = []
    x = y = MARGIN
    tall = 0
    for h, w in sizes:
        if x + w + MARGIN > width:
            x, y, tall = MARGIN, y + tall + MARGIN, 0
        places.append((x, y))
        x, tall = x + w + MARGIN, max(tall, h)
    sheet = np.full((max(LEAST_SIDE, y + tall + MARGIN), width, 3), 255, np.uint8)
    for cutout, (h, w), (x, y) in zip(cutouts, sizes, places, strict=True):
        sheet[y : y + h, x : x + w] = cutout.picture
    lines: list[TextLine] = []
    for line in engine.read(sheet, ref).lines:
        cx, cy = line.quad.centre
        for cutout, (h, w), (x, y) in zip(cutouts, sizes, places, strict=True):
            if x <= cx < x + w and y <= cy < y + h:
                lines.append(cutout.of_page(line, x, y))
    return lines
