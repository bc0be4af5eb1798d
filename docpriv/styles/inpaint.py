"""Inpaint: what is around a picture is carried on into it; what any region covers is not looked at."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from docpriv.styles import PICTURES, Area, Patch, Style, register

REACH = 24  # pixels around the area that are looked at
_RADIUS = 5  # pixels: neighbourhood of Telea's method
_HALO = 2  # pixels beside a covered area that carry its blur, and the chroma that its JPEG block shares
_MOST = 250_000  # pixels: larger areas are carried on at half the size, or a half of that


def _draw(area: Area) -> Sequence[Patch]:
    import cv2

    view, frame = area.seen(), area.frame
    unknown = cv2.dilate((~view.known).astype(np.uint8), np.ones((2 * _HALO + 1, 2 * _HALO + 1), np.uint8))
    pixels = view.pixels.copy()
    pixels[unknown > 0] = area.colour
    height, width = unknown.shape
    half = 1
    while (height // half) * (width // half) > _MOST:
        half *= 2
    if half > 1:
        size = max(1, width // half), max(1, height // half)
        # A pixel of the smaller picture is known where all of those that it stands for are.
        unknown = (cv2.resize(unknown * 255, size, interpolation=cv2.INTER_AREA) > 0).astype(np.uint8)
        pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    if unknown.all():
        return ()
    filled = cv2.inpaint(pixels, unknown, _RADIUS, cv2.INPAINT_TELEA)
    if half > 1:
        filled = cv2.resize(filled, (width, height), interpolation=cv2.INTER_LINEAR)
    y, x = frame.y0 - view.box.y0, frame.x0 - view.box.x0
    return [(frame, np.ascontiguousarray(filled[y : y + frame.height, x : x + frame.width]))]


INPAINT = register(
    Style(
        name="inpaint",
        guarantee="Filled from the pixels around all covered areas alone: nothing inside is looked at, and only the record shows "
        "that something stood there.",
        kinds=PICTURES,
        sees="around",
        reach=REACH,
        draw=_draw,
    ),
    order=60,
)
