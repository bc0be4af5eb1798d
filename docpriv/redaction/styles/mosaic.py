"""Pixelate and blur: for readers who must see that a face was there, and whose policy allows it; never used for text.

Both can be undone: candidates can be tried one by one, and networks recognise faces under them.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from docpriv.geometry import Box
from docpriv.options import Policy, Style
from docpriv.redaction.styles.painter import Area, Painter, Patch, Settings, shorter_side

_LEAST_CELL = 8  # pixels
_ACROSS = 8  # cells along the shorter side
_LEAST_SIGMA = 8.0  # pixels
_SIGMA = 0.12  # of the shorter side


def _cell(boxes: Sequence[Box], policy: Policy) -> Settings:
    return (("cell", float(max(_LEAST_CELL, -(-shorter_side(boxes) // _ACROSS)))),)


def _sigma(boxes: Sequence[Box], policy: Policy) -> Settings:
    return (("sigma", round(max(_LEAST_SIGMA, _SIGMA * shorter_side(boxes)), 2)),)


def _pixelate(area: Area) -> Sequence[Patch]:
    assert area.view is not None
    cell, frame = int(area.setting("cell")), area.frame
    inside = area.mask() & area.view.known
    out = area.view.pixels.copy()
    for y in range(0, frame.height, cell):
        for x in range(0, frame.width, cell):
            part = slice(y, y + cell), slice(x, x + cell)
            shown = area.view.pixels[part][inside[part]]
            if len(shown):
                out[part] = np.rint(shown.mean(axis=0)).astype(np.uint8)
    return [(frame, out)]


def _blur(area: Area) -> Sequence[Patch]:
    assert area.view is not None
    sigma = area.setting("sigma")
    out = cv2.GaussianBlur(np.ascontiguousarray(area.view.pixels), (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    return [(area.frame, np.asarray(out, dtype=np.uint8))]


PIXELATE = Painter(
    style=Style.PIXELATE,
    guarantee="None: coarse cells that can be undone by trying candidates or by a network; only for pictures, and only where the "
    "policy allows it.",
    draw=_pixelate,
    settings=_cell,
    sees="inside",
)

BLUR = Painter(
    style=Style.BLUR,
    guarantee="None: a blur that can be undone by trying candidates or by a network; only for pictures, and only where the "
    "policy allows it.",
    draw=_blur,
    settings=_sigma,
    sees="inside",
)
