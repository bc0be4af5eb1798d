"""Finds photographs on a page, in tone, dots or plain black.

It works on a small copy of the page, on which dots of a print have become tone and text that was read is taken out.
What is left and is no paper, no thin line and not of one tone is a picture. On coloured ground (an identity card, a
photograph of a sheet) the paper is what the text stands on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
import numpy.typing as npt

from docpriv.geometry import Box
from docpriv.model import Pixels, TextLine
from docpriv.raster import Plane, filled, grey_of, ones, pieces_of, shrunk

WORK_SIDE = 720  # pixels: the longer side of the small copy
DOT = 1.8  # pixels of the page: blurred by this, the dots of a print are tone
DOT_SCALE = 0.4  # a copy smaller than this has lost its dots by being small
APART = 26  # levels of 0..255 by which a picture differs from its paper
THINNEST = 5  # pixels of the small copy: what is thinner is a line or a letter
DENSE = 0.4  # of a small neighbourhood that differs: dots and blots are an area
BROAD = 13  # pixels of the small copy: bars and frames that touch a photograph are thinner
JOINED = 9  # pixels of the small copy: nearer parts are one picture
LEAST_SIDE = 9  # pixels of the small copy
LONGEST = 5  # times as long as wide: bars and headings are no pictures
LEAST_ON_PAGE = 36  # pixels of the page
LEAST_FILL = 0.35  # of its box that a picture fills
LEAST_VARIED = 9.0  # standard deviation of its levels: flat shading is no picture
TEXT_ON_IT = 0.02  # share of an area under text from which it is ground that is written on
CLOSE = 0.4  # of the smaller part's side: parts as near as this are one picture
MOST = 24  # pictures of a page: the largest are kept


def find_pictures(pixels: Pixels, lines: Sequence[TextLine]) -> tuple[Box, ...]:
    """Areas that look like photographs or halftones, largest first, in page pixels; `pixels` u8 (H, W, 3) RGB."""
    height, width = pixels.shape[:2]
    small, scale = shrunk(pixels, WORK_SIDE)
    grey = grey_of(small)
    if scale > DOT_SCALE:
        grey = cv2.GaussianBlur(grey, (0, 0), DOT * scale)
    words = [line.quad for line in lines if line.score >= 0.5 and len(line.text.strip()) > 1]
    text = filled(grey.shape, (q.pad(0.1 * q.height, 0.15 * q.height) for q in words), scale)
    found = _areas(grey, text, Box(0, 0, *grey.shape[::-1]), _level(grey[text == 0]), depth=2)
    boxes = [
        Box(int(b.x0 / scale), int(b.y0 / scale), int(np.ceil(b.x1 / scale)), int(np.ceil(b.y1 / scale))).clip(width, height)
        for b in found
    ]
    kept = sorted((b for b in _united(boxes) if min(b.width, b.height) >= LEAST_ON_PAGE), key=lambda b: (-b.area, b))
    return tuple(kept[:MOST])


def _level(levels: npt.NDArray[np.uint8]) -> float:
    """The most common level, to within a few: the paper of a page."""
    if not levels.size:
        return 255.0
    counts = np.bincount(levels.ravel(), minlength=256).astype(np.float64)
    return float(np.argmax(np.convolve(counts, np.ones(9), mode="same")))


def _areas(grey: Plane, text: Plane, box: Box, paper: float, depth: int) -> list[Box]:
    """Pictures inside a box of the small copy whose ground has the level `paper`."""
    inside, written = grey[box.slices], text[box.slices]
    apart = (np.abs(inside.astype(np.float32) - paper) > APART).astype(np.uint8)
    apart[written > 0] = 0
    dense = (cv2.blur(apart.astype(np.float32), (THINNEST, THINNEST)) > DENSE).astype(np.uint8)
    solid = cv2.morphologyEx(dense, cv2.MORPH_OPEN, ones(THINNEST, THINNEST))
    joined = cv2.morphologyEx(solid, cv2.MORPH_CLOSE, ones(JOINED, JOINED))
    out: list[Box] = []
    for part, mask in _components(joined):
        place = part.shift(box.x0, box.y0)
        levels, words = inside[part.slices], written[part.slices]
        share = float(np.count_nonzero(words)) / part.area
        if _like(part, mask) and share < TEXT_ON_IT:
            if _varied(levels, mask):
                out.append(place)
            continue
        inner: list[Box] = []
        ground = _ground(levels, words) if share >= TEXT_ON_IT else paper
        if depth and abs(ground - paper) > APART / 2:
            inner = _areas(grey, text, place, ground, depth - 1)
        if not inner:
            # A photograph that touches a bar or a frame: what is broad of it.
            broad = cv2.morphologyEx(mask, cv2.MORPH_OPEN, ones(BROAD, BROAD))
            inner = [p.shift(place.x0, place.y0) for p, m in _components(broad) if _like(p, m) and _varied(levels[p.slices], m)]
        out.extend(inner)
    return out


def _components(mask: Plane) -> Iterator[tuple[Box, Plane]]:
    """Connected parts with their own masks."""
    parts = pieces_of(mask)
    for number in range(1, len(parts)):
        box = parts.box(number)
        if min(box.width, box.height) >= LEAST_SIDE:
            yield box, parts.own(number)


def _like(part: Box, mask: Plane) -> bool:
    short, long = sorted((part.width, part.height))
    return long <= LONGEST * short and int(np.count_nonzero(mask)) >= LEAST_FILL * part.area


def _varied(levels: Plane, mask: Plane) -> bool:
    """Within its rim, since the rim of a punch hole or a bar is soft and of every level."""
    inner = cv2.erode(cv2.copyMakeBorder(mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0), ones(5, 5))[1:-1, 1:-1]
    own = levels[(inner if np.count_nonzero(inner) >= 9 else mask) > 0]
    return bool(own.size) and float(np.std(own)) >= LEAST_VARIED


def _ground(inside: Plane, written: Plane) -> float:
    """What the text of an area stands on: the level about its lines."""
    ring = cv2.dilate(written, ones(7, 7)) - written
    return float(np.median(inside[ring > 0])) if ring.any() else _level(inside)


def _united(boxes: list[Box]) -> list[Box]:
    """Parts of one photograph that its pale places cut apart, in one box."""
    out = list(boxes)
    for _ in range(len(boxes)):
        pair = next(((a, b) for i, a in enumerate(out) for b in out[i + 1 :] if _near(a, b)), None)
        if pair is None:
            break
        out = [b for b in out if b not in pair] + [pair[0].union(pair[1])]
    return out


def _near(a: Box, b: Box) -> bool:
    """Overlapping, or side by side with a gap that is small beside both."""
    if a.overlaps(b):
        return True
    reach = round(CLOSE * min(a.width, a.height, b.width, b.height))
    return a.grow(reach).overlaps(b) and a.union(b).area < 2.0 * (a.area + b.area)
