"""Finds lines whose letters are set in dots, or so worn that they fall into pieces.

The pins of a printer leave dots, the darkest points of which lie at one distance from each other; where dots are missing a
letter is several pieces. Either holds together once it is blurred by half that distance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from docpriv.geometry import Box, cover, hull, united
from docpriv.model import TextLine
from docpriv.visual.planes import SQUARE, Flags, Plane, Stats, pieces_of

BROKEN = 1.9  # pieces for each letter or digit of a line: whole letters are one piece, now and then two
PIECE = 0.6  # line heights: pieces of broken letters are lower
LETTERS = 5  # letters or digits of a line that is judged by its pieces
LEAST_HEIGHT, MOST_HEIGHT = 10, 64  # pixels: lower lines are small print, higher ones no work of pins or written by hand
DARK = 60  # levels from white of a dot
DOTS = 10  # for each letter or digit
REGULAR, OFF = 0.85, 0.25  # share of the dots whose nearest is at the common distance, give or take that part of it
FEWEST = 3  # letters or digits of a line that is judged by its dots
BLUR = 0.055  # line heights: half the distance of the pins of a line of nine, with the line's room
OF_PITCH = 0.45  # of the distance of the dots, where it is known
SURE = 0.96  # score from which a broken line was read; a block of nothing else is left as it is
COLUMN, BESIDE = 12.0, 3.0  # line heights between columns of one block; about it, for pieces that were not found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    box: Box
    tall: float
    blur: float
    score: float


def broken_areas(grey: Plane, pieces: Stats, middles: Stats, lines: Sequence[TextLine]) -> list[tuple[Box, float]]:
    """Blocks of broken print on a u8 (H, W) page, each with the deviation in pixels by which it is to be blurred.

    `pieces`: the connected pieces of its strokes, int32 (n, 5): x, y, width, height and area; `middles`: int32 (n, 2).
    """
    height, width = grey.shape
    order = np.argsort(middles[:, 1], kind="stable")
    high, middles = pieces[order, 3], middles[order]
    peaks: Flags | None = None
    broken: list[_Line] = []
    for line in lines:
        letters, tall = sum(c.text.isalnum() for c in line.chars), line.quad.height
        if letters < FEWEST or not LEAST_HEIGHT <= tall <= MOST_HEIGHT:
            continue
        box = cover(line.quad, width, height)
        first, last = np.searchsorted(middles[:, 1], (box.y0, box.y1))
        across = middles[first:last, 0]
        inside = high[first:last][(across >= box.x0) & (across < box.x1)]
        if letters >= LETTERS and len(inside) >= BROKEN * letters and float(np.median(inside)) <= PIECE * tall:
            blur = BLUR * tall
        else:
            peaks = _peaks(grey) if peaks is None else peaks
            pitch = _pitch(peaks[box.slices], letters)
            if pitch is None:
                continue
            blur = OF_PITCH * pitch
        broken.append(_Line(box=box, tall=tall, blur=blur, score=line.score))
    out: list[tuple[Box, float]] = []
    for block in united(one.box.grow(round(COLUMN * one.tall), round(one.tall)) for one in broken):
        own = [one for one in broken if block.contains(one.box)]
        if min(one.score for one in own) >= SURE:
            continue
        tall, blur = (float(np.median(values)) for values in ([b.tall for b in own], [b.blur for b in own]))
        area = hull(one.box.quad() for one in own)
        out.append((area.grow(round(BESIDE * tall), round(tall / 2)).clip(width, height), blur))
    return out


def _peaks(grey: Plane) -> Flags:
    """Where the page is as dark as anywhere within a pixel, and dark at all."""
    light = cv2.GaussianBlur(grey, (3, 3), 0)
    return np.asarray((light == cv2.erode(light, SQUARE)) & (light < 255 - DARK))


def _pitch(peaks: Flags, letters: int) -> float | None:
    """The distance of the dots of a line in pixels; None where it is not set in dots."""
    dots = pieces_of(peaks.astype(np.uint8)).middles[1:]
    if len(dots) < DOTS * letters:
        return None
    nearest = np.array([np.partition(np.hypot(*(dots - dot).T), 1)[1] for dot in dots])
    pitch = float(np.median(nearest))
    return pitch if np.mean(np.abs(nearest - pitch) <= OFF * pitch) >= REGULAR else None
