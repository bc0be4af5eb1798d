"""The upright, deskewed frame in which layout compares positions; its coordinates never leave this package."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from docpriv.geometry import Affine, Box, Quad, hull
from docpriv.model import PageText
from docpriv.raster import Floats, typical

_MAX_SKEW = 15.0  # degrees; a page that lies more askew is read line by line only


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Maps page points to the upright frame and back."""

    to_upright: Affine
    to_page: Affine

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """The page box that holds an upright rectangle."""
        return hull([self.to_page.quad(Quad((x0, y0), (x1, y0), (x1, y1), (x0, y1)))])


def frame_of(text: PageText) -> Frame:
    """The frame of a page: its quarter turn, its mirror, then the skew that most of its text agrees on."""
    turned = Affine.unturn(text.turn, text.width, text.height).inverse()
    if text.mirrored:
        turned = turned.then(Affine(1.0, 0.0, 0.0, 0.0, -1.0, text.width if text.turn % 2 else text.height))
    angles, weights = [], []
    for line in text.lines:
        quad = turned.quad(line.quad)
        if quad.width > 3 * quad.height and abs(quad.angle) < _MAX_SKEW:
            angles.append(quad.angle)
            weights.append(quad.width)
    radians = math.radians(-typical(angles, weights, 0.0))
    cos, sin = math.cos(radians), math.sin(radians)
    level = Affine(cos, -sin, 0.0, sin, cos, 0.0)
    to_upright = turned.then(level)
    return Frame(to_upright=to_upright, to_page=to_upright.inverse())


def upright_boxes(frame: Frame, quads: Sequence[Quad]) -> Floats:
    """float64 (n, 4): x0, y0, x1, y1 of each quad in the upright frame, through the middles of its sides."""
    if not quads:
        return np.zeros((0, 4))
    m = frame.to_upright
    points = np.array([q.points for q in quads], dtype=np.float64)
    upright = points @ np.array([[m.a, m.d], [m.b, m.e]]) + np.array([m.c, m.f])
    middles = (upright + np.roll(upright, -1, axis=1)) / 2
    return np.concatenate([middles.min(axis=1), middles.max(axis=1)], axis=1)
