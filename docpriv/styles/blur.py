"""Blur: for readers who must see that a face was there, and whose policy allows it; never used for text.

It can be undone: candidates can be tried one by one, and networks recognise faces under it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from docpriv.geometry import Box
from docpriv.styles import SHADED, Area, Patch, Settings, Style, Tried, register, shorter_side

_LEAST_SIGMA = 8.0  # pixels
_SIGMA = 0.12  # of the shorter side


def _settings(boxes: Sequence[Box], given: Settings, epsilon: float) -> Settings:
    return (("sigma", round(max(_LEAST_SIGMA, _SIGMA * shorter_side(boxes)), 2)),)


def _draw(area: Area) -> Sequence[Patch]:
    import cv2

    pixels = np.ascontiguousarray(area.seen().pixels)
    out = cv2.GaussianBlur(pixels, (0, 0), area.setting("sigma"), borderType=cv2.BORDER_REPLICATE)
    return [(area.frame, np.asarray(out, dtype=np.uint8))]


BLUR = register(
    Style(
        name="blur",
        guarantee="None: a blur that can be undone by trying candidates or by a network; only for pictures, and only where the "
        "policy allows it.",
        promise="reversible",
        kinds=SHADED,
        sees="inside",
        draw=_draw,
        settings=_settings,
        tried=Tried(setting="sigma", text=(6, 12), pictures=(10, 20, 40)),
    ),
    order=90,
)
