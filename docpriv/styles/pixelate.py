"""Pixelate: for readers who must see that a face was there, and whose policy allows it; never used for text.

It can be undone: candidates can be tried one by one, and networks recognise faces under it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from docpriv.geometry import Box
from docpriv.styles import SHADED, Area, Patch, Settings, Style, Tried, register, shorter_side

_LEAST_CELL = 8  # pixels
_ACROSS = 8  # cells along the shorter side


def _settings(boxes: Sequence[Box], given: Settings, epsilon: float) -> Settings:
    return (("cell", float(max(_LEAST_CELL, -(-shorter_side(boxes) // _ACROSS)))),)


def _draw(area: Area) -> Sequence[Patch]:
    out = area.seen().pixels.copy()
    for part, shown in area.cells(int(area.setting("cell"))):
        out[part] = np.rint(shown.mean(axis=0)).astype(np.uint8)
    return [(area.frame, out)]


PIXELATE = register(
    Style(
        name="pixelate",
        guarantee="None: coarse cells that can be undone by trying candidates or by a network; only for pictures, and only where "
        "the policy allows it.",
        promise="reversible",
        kinds=SHADED,
        sees="inside",
        draw=_draw,
        settings=_settings,
        tried=Tried(setting="cell", text=(8, 16, 24), pictures=(10, 20, 40)),
    ),
    order=80,
)
