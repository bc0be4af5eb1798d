"""Finds print that reads only from close by: letters of a few pixels, and letters set in dots or worn.

Strokes are cut out at the page's full size, once for both. A page without either costs some ten milliseconds a megapixel.
The pins of a printer leave dots, the darkest points of which lie at one distance from each other; where dots are missing a
letter is several pieces. Either holds together once it is blurred by half that distance. Rows of small pieces that no
ordinary line explains, alike in height and spaced as words are, with quiet paper above and below, are small print: leaders,
hatching and textures are more even, or have the like above and below.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from docpriv.geometry import Box, cover, hull, united
from docpriv.model import Pixels, TextLine
from docpriv.raster import SQUARE, Flags, Plane, Stats, bands_of, bounds_of, filled, grey_of, ones, pieces_of, row_beside

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
SURE = 0.96  # score from which a broken or a small line was read; a block of nothing else is left as it is
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


WELL = 0.8  # score of a line that was read
ORDINARY = 14  # pixels: height of a line whose letters are not small, its room included
ABOUT = 0.25  # line heights about an ordinary line in which its accents and points lie
LEAST, MOST = 3, 9  # pixels: height of the pieces of small print, its tallest letters included
SMALL = 6.0  # pixels: of which half the pieces of a row are not higher
FEW = 6  # letters of a row; pieces count for as many as they are wide. So many strokes are crossed on the way along it
LETTER = 0.75  # width of a letter in heights of the row's pieces
LONGEST = 40.0  # heights: words whose letters run together; longer pieces are rules
NEAR = 1.6  # heights on either side of a piece in which the next word stands
LENGTH = 4.0  # heights of a row's pieces: its least length
ALIKE, OF_ROW = (0.6, 1.9), 0.75  # heights in those of the row's middle piece; share of the pieces, by length, that have them
LOWEST, TALLEST = 0.8, 2.4  # heights of a row
DENSE, SOLID = (0.45, 1.3), 0.85  # share of a row's length that its pieces hold; ink of a piece, at the middle
EVEN = 0.25  # deviation of the pieces' distances and widths from their means: leaders, ticks and hatching are more even
FEET, ON_FOOT = 0.2, 0.7  # heights from the line on which a row stands, at least a pixel; share of the pieces that stand so near
MOSTLY = 0.9  # of a row's pieces, by their length, in lines that were read
QUIET, STRIP = 0.35, 0.4  # share of the row's ink that the strips beside it have at most; their height in the row's
BY_ROW, BELOW = 6.0, 2.5  # heights to another word of the row's block, along and across
ROOM = 1.2  # heights of a row's pieces about it that are shown with it
CLEAR = 14.0  # pixels to which the row's middle piece is enlarged
LEAST_SCALE, MOST_SCALE = 2, 4


def small_areas(
    ink: Plane,
    pieces: Stats,
    middles: Stats,
    lines: Sequence[TextLine],
    taken: Sequence[Box],
) -> list[tuple[Box, int]]:
    """Areas of small print outside those that are taken, each with how many times it is to be enlarged.

    `ink`: u8 (H, W), 1 where strokes are; `pieces`: its connected pieces, int32 (n, 5): x, y, width, height and area;
    `middles`: int32 (n, 2).
    """
    height, width = ink.shape
    like = (pieces[:, 3] >= LEAST) & (pieces[:, 3] <= MOST) & (pieces[:, 2] <= LONGEST * pieces[:, 3])
    if not like.any():
        return []
    ordinary = [line for line in lines if line.quad.height >= ORDINARY and line.score >= WELL]
    sure = [line for line in lines if line.quad.height < ORDINARY and line.score >= SURE]
    explained = filled(ink.shape, (q.pad(ABOUT * q.height, ABOUT * q.height) for q in (line.quad for line in ordinary)))
    known = filled(ink.shape, (line.quad for line in sure))
    like &= explained[middles[:, 1], middles[:, 0]] == 0
    if int(like.sum()) < FEW // 2:  # of two letters each
        return []
    rows = _rows(ink, pieces[like], known)
    rows = [row for row in rows if not any(row[0].overlaps(box) for box in taken)]
    areas = united([box.grow(math.ceil(ROOM * tall)).clip(width, height) for box, tall in rows])
    out: list[tuple[Box, int]] = []
    for area in areas:
        tall = float(np.median([t for box, t in rows if area.overlaps(box)]))
        out.append((area, int(np.clip(round(CLEAR / tall), LEAST_SCALE, MOST_SCALE))))
    return out


def _rows(ink: Plane, pieces: Stats, known: Plane) -> list[tuple[Box, float]]:
    """Rows of small letters that are not all in known places: the box of each, and the height of its middle piece."""
    of = bands_of(pieces, ink.shape, SMALL, NEAR, 3)
    order = np.argsort(of, kind="stable")
    starts = np.flatnonzero(np.diff(of[order], prepend=-1))
    parts = [part for part in np.split(pieces[order], starts[1:]) if not _held(part, known)]
    rows = [_row(ink, part) for part in parts]
    found = [row for row in rows if row is not None]
    others = [bounds_of(part) for part, row in zip(parts, rows, strict=True) if row is None and found]
    for box, tall in found:  # grows: what stands by a row that was found is of its block, also if it is but a word
        room = box.grow(round(BY_ROW * tall), round(BELOW * tall))
        near = [o for o in others if o.overlaps(room) and LOWEST * tall <= o.height <= TALLEST * tall]
        found += [(o, tall) for o in near]
        others = [o for o in others if o not in near]
    return found


def _held(pieces: Stats, known: Plane) -> bool:
    """Whether nearly all of a row is in known places."""
    x, y, w, h, _ = pieces.T
    return bool(w[known[y + h // 2, x + w // 2] > 0].sum() >= MOSTLY * w.sum())


def _row(ink: Plane, pieces: Stats) -> tuple[Box, float] | None:
    """The box of a row of pieces, and the height of its middle one; None where it is no row of small letters."""
    x, _, w, h, area = pieces.T
    box = bounds_of(pieces)
    if box.width < LENGTH * LEAST:
        return None
    tall = float(np.median(np.repeat(h, np.maximum(1, w // h))))
    letters = np.maximum(1, np.round(w / (LETTER * tall))).sum()
    if tall > SMALL or letters < FEW or box.width < LENGTH * tall or box.height > TALLEST * tall + 0.05 * box.width:
        return None
    if w[(h >= ALIKE[0] * tall) & (h <= ALIKE[1] * tall)].sum() < OF_ROW * w.sum():
        return None
    if not DENSE[0] <= w.sum() / box.width <= DENSE[1] or np.median(area / (w * h)) > SOLID:
        return None
    apart = np.diff(np.sort(x + w / 2))
    if len(apart) >= FEW and np.std(apart) < EVEN * np.mean(apart) and np.std(w) < EVEN * np.mean(w):
        return None
    if not _level(pieces, tall):
        return None
    if int(np.max(np.sum(np.diff(ink[box.slices].astype(np.int8), axis=1, prepend=0) > 0, axis=1))) < FEW:
        return None
    beside = row_beside(box, max(2, round(STRIP * box.height)), ink)
    inside = ink[box.slices].sum() / box.area
    outside = sum(int(ink[b.slices].sum()) for b in beside) / max(1, sum(b.area for b in beside))
    return (box, tall) if outside <= QUIET * inside else None


def _level(pieces: Stats, tall: float) -> bool:
    """Whether most pieces stand on one line, which may rise or fall."""
    x, y, w, h, _ = pieces.T
    across, foot = x + w / 2, (y + h).astype(np.float64)
    across, foot = across - np.average(across, weights=w), foot - np.average(foot, weights=w)
    spread = float(np.sum(w * across * across))
    off = foot - (float(np.sum(w * across * foot)) / spread if spread else 0.0) * across
    return bool(w[np.abs(off) <= max(1.0, FEET * tall)].sum() >= ON_FOOT * w.sum())


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
