"""Finds print that reads only from close by: letters of a few pixels, and letters set in dots or worn.

Strokes are cut out at the page's full size, once for both. A page without either costs some ten milliseconds a megapixel.
The pins of a printer leave dots, the darkest points of which lie at one distance from each other; where dots are missing a
letter is several pieces. Either holds together once it is blurred by half that distance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from docpriv.geometry import Box, cover, hull, united
from docpriv.model import Pixels, TextLine
from docpriv.raster import SQUARE, Flags, Plane, Stats, grey_of, ones, pieces_of
from docpriv.visual.small_print import small_areas

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
