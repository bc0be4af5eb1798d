"""Finds the edges of boxes, bars and rules, beyond which the ground of print is another."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from docpriv.visual.planes import SQUARE, Plane, ones, pieces_of

EDGE = 3.0  # levels from one pixel to the next but one: the edge of a box, where it is as straight as that and
RUN = 32  # so long, in pixels of the copy: no letter has such a stroke
AWAY, SHARP = 4, 3  # so many pixels beside it the levels change by a third of that, or less
SIDE = 12  # pixels of the copy: the sides of a box between such edges

Levels = npt.NDArray[np.uint16]


def box_edges(levels: Levels) -> Plane:
    """u8 (h, w): 1 at rules and at the edges of boxes of three levels and more, of u16 (h, w, 3) that holds levels times 64.

    Along them the levels rise, or fall, without a break; along a row of letters they do so letter by letter.
    """
    flat, upright = np.zeros(levels.shape[:2], np.uint8), np.zeros(levels.shape[:2], np.uint8)
    for one, other in ((levels[2:], levels[:-2]), (levels[:-2], levels[2:])):
        flat[1:-1] |= cv2.morphologyEx(_steps(one, other, (0, AWAY)), cv2.MORPH_OPEN, ones(RUN, 1))
    if not flat.any():
        return flat
    for one, other in ((levels[:, 2:], levels[:, :-2]), (levels[:, :-2], levels[:, 2:])):
        upright[:, 1:-1] |= cv2.morphologyEx(_steps(one, other, (AWAY, 0)), cv2.MORPH_OPEN, ones(1, SIDE))
    flat = np.asarray(cv2.dilate(flat, SQUARE), np.uint8)
    # Stems of letters are as upright as the sides of a box, but end before its edges.
    sides = pieces_of(cv2.dilate(upright, SQUARE))
    return flat | sides.chosen(sides.held(flat) > 0)


def _steps(one: Levels, other: Levels, away: tuple[int, int]) -> Plane:
    """1 where one has more than the other by an edge, in any channel, and by much more than on either side: folds are softer."""
    more = cv2.subtract(one, other)
    more = cv2.max(cv2.max(more[..., 0], more[..., 1]), more[..., 2])
    x, y = away
    height, width = more.shape
    padded = cv2.copyMakeBorder(more, y, y, x, x, cv2.BORDER_CONSTANT, value=0)
    beside = cv2.max(padded[:height, :width], padded[2 * y :, 2 * x :])
    steps: Plane = ((more > 64 * EDGE) & (more > SHARP * beside)).astype(np.uint8)
    return steps
