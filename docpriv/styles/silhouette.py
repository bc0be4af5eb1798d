"""Silhouette: one generic drawing for each kind of picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from docpriv.model import Kind, Pixels
from docpriv.styles import Area, Patch, Style, contrasting, mixed, register

_WHOLE = 0.7  # of the frame that the boxes fill: strokes and scraps are no place for a drawing
_LEAST = 16  # pixels: a smaller drawing is a blot
_FINE = 16  # sub-pixels of the drawing functions, as the power of two that they ask for is 4
_SHIFT = 4


def _draw(area: Area) -> Sequence[Patch]:
    figure = _FIGURES.get(area.kind)
    frame = area.frame
    if figure is None or not area.main or min(frame.width, frame.height) < _LEAST or area.mask().mean() < _WHOLE:
        return ()
    share = np.zeros((frame.height, frame.width), dtype=np.uint8)
    figure(share)
    ground = np.array(area.colour, dtype=np.float32)
    tone = ground + (np.array(contrasting(area.colour), dtype=np.float32) - ground) * 0.55
    return [(frame, mixed(ground, tone, share.astype(np.float32) / 255))]


def _portrait(share: Pixels) -> None:
    """Head and shoulders of three by four, standing on the lower edge."""
    import cv2

    height, width = share.shape
    unit = min(width / 3, height / 4)
    x, floor = width / 2, float(height)
    _disc(share, x, floor - 0.25 * unit, 1.25 * unit, 1.25 * unit)
    cv2.rectangle(share, (0, round(floor - 0.02 * unit)), (width, height), 0, -1)
    _disc(share, x, floor - 2.3 * unit, 0.74 * unit, 0.92 * unit, rim=0.12 * unit)


def _print(share: Pixels) -> None:
    """Ridges around one centre."""
    import cv2

    height, width = share.shape
    thick = max(1, round(min(width, height) / 22))
    for i in range(1, 7):
        axes = round(width * 0.075 * i * _FINE), round(height * 0.075 * i * _FINE)
        centre = round(width / 2 * _FINE), round(height * 0.54 * _FINE)
        cv2.ellipse(share, centre, axes, 0, 150, 390, 255, thick, cv2.LINE_AA, _SHIFT)


def _scribble(share: Pixels) -> None:
    """One line of loops that gets flatter."""
    import cv2

    height, width = share.shape
    t = np.linspace(0, 1, 240)
    swing = 0.32 * (1 - t) ** 0.7
    x = 0.06 + 0.86 * t + 0.05 * np.sin(2 * np.pi * 7 * t)
    y = 0.52 - swing * np.cos(2 * np.pi * 7 * t + 0.6)
    points = np.stack([x * width, y * height], axis=1)
    thick = max(1, round(height / 24))
    cv2.polylines(share, [np.rint(points * _FINE).astype(np.int32)], False, 255, thick, cv2.LINE_AA, _SHIFT)


def _disc(share: Pixels, x: float, y: float, wide: float, high: float, rim: float = 0.0) -> None:
    """A filled ellipse; with `rim` a gap is left around it."""
    import cv2

    centre = round(x * _FINE), round(y * _FINE)
    for grown, tone in ((rim, 0), (0.0, 255)):
        if grown or tone:
            axes = round((wide + grown) * _FINE), round((high + grown) * _FINE)
            cv2.ellipse(share, centre, axes, 0, 0, 360, tone, -1, cv2.LINE_AA, _SHIFT)


_FIGURES: dict[Kind, Callable[[Pixels], None]] = {Kind.FACE: _portrait, Kind.FINGERPRINT: _print, Kind.SIGNATURE: _scribble}

SILHOUETTE = register(
    Style(
        name="silhouette",
        guarantee="A generic drawing that is the same for every face, fingerprint or signature of that size: nothing of the "
        "picture enters it.",
        kinds=frozenset(_FIGURES),
        draw=_draw,
    ),
    order=50,
)
