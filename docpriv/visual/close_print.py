"""Finds print that reads only from close by: letters of a few pixels, and letters set in dots or worn.

Strokes are cut out at the page's full size, once for both. A page without either costs some ten milliseconds a megapixel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from docpriv.geometry import Box
from docpriv.model import Pixels, TextLine
from docpriv.visual.broken_print import broken_areas
from docpriv.visual.planes import Plane, grey_of, ones, pieces_of
from docpriv.visual.small_print import small_areas

STROKE = 9  # pixels: thicker strokes are no small letters, and no dots
CONTRAST = 48  # levels darker than the lightest nearby: less is faint print


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosePrint:
    """An area of the page that is to be read enlarged `scale` times, or blurred by `blur` pixels (deviation)."""

    area: Box
    scale: int = 1
    blur: float = 0.0

    def picture(self, pixels: Pixels) -> Pixels:
        """The area of a u8 (H, W, 3) page as it reads: u8 (scale * height, scale * width, 3)."""
        own = pixels[self.area.slices]
        if self.scale > 1:
            size = (self.area.width * self.scale, self.area.height * self.scale)
            own = cv2.resize(own, size, interpolation=cv2.INTER_CUBIC)
        if self.blur:
            own = cv2.GaussianBlur(own, (0, 0), self.blur)
        return np.ascontiguousarray(own)


def find_close_print(pixels: Pixels, lines: Sequence[TextLine]) -> tuple[ClosePrint, ...]:
    """Areas of small and of broken print on a u8 (H, W, 3) page of which `lines` were read, from top to bottom."""
    height, width = pixels.shape[:2]
    if min(height, width) < 2 * STROKE:
        return ()
    grey = grey_of(pixels)
    apart = cv2.subtract(cv2.morphologyEx(grey, cv2.MORPH_CLOSE, ones(STROKE, STROKE)), grey)
    ink: Plane = np.asarray(cv2.threshold(apart, CONTRAST - 1, 1, cv2.THRESH_BINARY)[1], np.uint8)
    strokes = pieces_of(ink)
    pieces, middles = strokes.stats[1:], strokes.middles[1:].astype(np.int32)
    broken = broken_areas(grey, pieces, middles, lines)
    small = small_areas(ink, pieces, middles, lines, [area for area, _ in broken])
    found = [*(ClosePrint(area=a, blur=blur) for a, blur in broken), *(ClosePrint(area=a, scale=scale) for a, scale in small)]
    return tuple(sorted(found, key=lambda c: (c.area.y0, c.area.x0)))
