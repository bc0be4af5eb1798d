"""Fit a short text into a box and draw it, unless it would be too small to read.

The font is the one inside Pillow (Aileron, CC0), so no font of the machine is used, and the same text gives the same pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from docpriv.geometry import Box

if TYPE_CHECKING:
    from PIL import Image
    from PIL.ImageFont import FreeTypeFont

Coverage = npt.NDArray[np.uint8]
LEAST_SIZE = 9  # pixels per em: smaller print is not read, neither by people nor by recognizers
MOST_SIZE = 48  # a caption names its area; it need not fill it
_SHARE = 0.62  # of the box's height that an em takes: what is left above and below keeps clear of the lines beside
_MARGIN = 0.35  # of the box's height, free at both ends: a line that is read again reaches less far into the area
TALL = 1.5  # a box that is taller than this many widths is written along its height


def best_place(boxes: Sequence[Box]) -> Box:
    """The largest level box to write in: rows that neighbouring strips of a skewed line share, or the largest box."""
    best = max(boxes, key=lambda b: (b.area, b))
    for i, first in enumerate(boxes):
        shared = first
        for box in boxes[i + 1 :]:
            if box.x0 > shared.x1 or box.x1 < shared.x0:
                break
            shared = Box(min(shared.x0, box.x0), max(shared.y0, box.y0), max(shared.x1, box.x1), min(shared.y1, box.y1))
            if shared.height < 0.6 * first.height:
                break
            if shared.area > best.area:
                best = shared
    return best


def written(texts: Sequence[str], width: int, height: int, *, crisp: bool = False) -> Coverage | None:
    """The first of the texts that fits as coverage u8 (height, width), 255 where ink is; None where none fits.

    `crisp`: 0 and 255 alone, for pages of two tones. A tall box is written from its bottom to its top.
    """
    if height > TALL * width:
        turned = written(texts, height, width, crisp=crisp)
        return None if turned is None else np.ascontiguousarray(np.rot90(turned))
    room = width - 2 * _MARGIN * height
    size = min(MOST_SIZE, int(_SHARE * height))
    for text in texts:
        fitting = size
        while fitting >= LEAST_SIZE and font_of(fitting).getlength(text) > room:
            fitting -= 1
        if text and fitting >= LEAST_SIZE:
            left, top, right, bottom = font_of(fitting).getbbox(text)
            at = round((width - (right - left)) / 2 - left), round((height - (bottom - top)) / 2 - top)
            return np.array(drawn(text, fitting, (width, height), at, crisp=crisp))
    return None


def inked(share: npt.NDArray[np.generic]) -> Box:
    """The smallest box of an array that holds all that is not 0."""
    rows, columns = np.flatnonzero(share.any(axis=1)), np.flatnonzero(share.any(axis=0))
    return Box(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)


def drawn(text: str, size: int, frame: tuple[int, int], at: tuple[int, int], *, crisp: bool, anchor: str = "la") -> Image.Image:
    """A text of a size at a place of a frame of that width and height, 255 on 0; of these two tones alone where `crisp`."""
    from PIL import Image, ImageDraw

    image = Image.new("L", frame, 0)
    pen = ImageDraw.Draw(image)
    pen.fontmode = "1" if crisp else "L"
    pen.text(at, text, fill=255, font=font_of(size), anchor=anchor)
    return image


@lru_cache(maxsize=128)
def font_of(size: int) -> FreeTypeFont:
    """The font inside Pillow."""
    from PIL import ImageFont

    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise ImportError("this Pillow was built without FreeType")
    return font
