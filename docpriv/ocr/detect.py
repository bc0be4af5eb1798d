"""Find text lines with a differentiable-binarization network; no line is dropped for the score of its text.

Pre- and post-processing follow PP-OCR's DBPostProcess (Liao et al., "Real-time Scene Text Detection with
Differentiable Binarization", AAAI 2020) with the settings measured best on forms and receipts: no dilation,
unclip 1.5. Large pages are seen in overlapping tiles, and of nearly empty ones only what is not bare paper.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
import numpy.typing as npt

from docpriv.geometry import Quad
from docpriv.model import Pixels
from docpriv.ocr.ink_areas import ink_areas

MIN_SIDE = 736  # the shorter side is enlarged to this; below it small print is lost
MAX_SIDE = 2400  # the longer side of one network call: memory grows with its square, 0.9 GB here
MARGIN = 48  # pixels of the network's input: paper about an area that is looked at on its own
STEP = 32  # the network halves its input five times
OVERLAP = 160  # pixels shared by neighbouring tiles: more than any line of text is high
BINARY = 0.3  # probability above which a pixel belongs to text
BOX_SCORE = 0.3  # mean probability below which a blob is no text: that of one pixel, so no blob goes for its score
UNCLIP = 1.5  # the network learns shrunk lines; distance = area * UNCLIP / perimeter
MIN_BLOB = 3  # pixels of the probability map


class DetectionNetwork(Protocol):
    def __call__(self, image: Pixels) -> npt.NDArray[np.float32]:
        """Probability of text, float32 (h, w), for each pixel of a u8 (h, w, 3) RGB image whose sides are multiples of 32."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectedLine:
    """A line's quad in the page frame, clockwise from its upper left corner on the page, and its score 0..1."""

    quad: Quad
    score: float


def detect(pixels: Pixels, network: DetectionNetwork, max_tile: int) -> list[DetectedLine]:
    """Lines of a u8 (H, W, 3) RGB page, from top to bottom."""
    height, width = pixels.shape[:2]
    found: list[DetectedLine] = []
    tiles = [(x0, y0, x1, y1) for y0, y1 in _spans(height, max_tile) for x0, x1 in _spans(width, max_tile)]
    for x0, y0, x1, y1 in tiles:
        for line in _detect_tile(pixels[y0:y1, x0:x1], network):
            found.append(DetectedLine(quad=line.quad.shift(x0, y0), score=line.score))
    if len(tiles) > 1:
        found = _merge_tiles(found)
    return sorted(found, key=lambda line: (line.quad.centre[1], line.quad.centre[0]))


def _spans(length: int, tile: int) -> list[tuple[int, int]]:
    """Start and end of overlapping tiles of equal size along one side."""
    if length <= tile:
        return [(0, length)]
    count = math.ceil((length - OVERLAP) / (tile - OVERLAP))
    size = math.ceil((length + OVERLAP * (count - 1)) / count)
    starts = [round(i * (length - size) / (count - 1)) for i in range(count)]
    return [(s, min(length, s + size)) for s in starts]


def _detect_tile(pixels: Pixels, network: DetectionNetwork) -> list[DetectedLine]:
    """The lines of each inked area, all at the scale of the tile."""
    height, width = pixels.shape[:2]
    scale = max(1.0, MIN_SIDE / min(height, width))
    if max(height, width) * scale > MAX_SIDE:
        scale = MAX_SIDE / max(height, width)
    found: list[DetectedLine] = []
    for area in ink_areas(pixels, math.ceil(MARGIN / scale)):
        x0, x1 = _fitted(area.x0, area.x1, width, scale)
        y0, y1 = _fitted(area.y0, area.y1, height, scale)
        found += [
            DetectedLine(quad=line.quad.shift(x0, y0), score=line.score)
            for line in _detect_area(pixels[y0:y1, x0:x1], scale, network)
        ]
    return found


def _fitted(start: int, end: int, length: int, scale: float) -> tuple[int, int]:
    """The stretch made longer until it is whole steps of the network, within a side of `length`."""
    wanted = math.ceil((end - start) * scale / STEP - 1e-9) * STEP / scale
    start = max(0, min(start, math.floor(length - wanted)))
    return start, min(length, start + round(wanted))


def _detect_area(pixels: Pixels, scale: float, network: DetectionNetwork) -> list[DetectedLine]:
    height, width = pixels.shape[:2]
    net_w, net_h = (max(STEP, round(side * scale / STEP) * STEP) for side in (width, height))
    if (net_w, net_h) == (width, height):
        return _boxes(network(pixels), 1.0, 1.0, width, height)
    resized = cv2.resize(pixels, (net_w, net_h), interpolation=cv2.INTER_AREA if net_w < width else cv2.INTER_LINEAR)
    return _boxes(network(resized), width / net_w, height / net_h, width, height)


def _boxes(probability: npt.NDArray[np.float32], sx: float, sy: float, width: int, height: int) -> list[DetectedLine]:
    mask = (probability > BINARY).astype(np.uint8)
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    lines: list[DetectedLine] = []
    for contour in contours:
        if len(contour) < 3:
            continue
        (cx, cy), (w, h), angle = cv2.minAreaRect(contour)
        if min(w, h) < MIN_BLOB:
            continue
        corners = cv2.boxPoints(((cx, cy), (w, h), angle))
        score = _mean_inside(probability, corners)
        if score < BOX_SCORE:
            continue
        # Growing a rectangle by d on every side is what offsetting its polygon by d and taking the smallest
        # rectangle around the result gives.
        grow = w * h * UNCLIP / (2 * (w + h))
        corners = _clockwise(cv2.boxPoints(((cx, cy), (w + 2 * grow, h + 2 * grow), angle)))
        corners = corners * np.array([sx, sy])
        corners[:, 0] = np.clip(corners[:, 0], 0, width)
        corners[:, 1] = np.clip(corners[:, 1], 0, height)
        if np.linalg.norm(corners[0] - corners[1]) <= 3 or np.linalg.norm(corners[0] - corners[3]) <= 3:
            continue
        lines.append(DetectedLine(quad=Quad.of(corners), score=score))
    return lines


def _mean_inside(probability: npt.NDArray[np.float32], corners: npt.NDArray[np.float32]) -> float:
    h, w = probability.shape
    low, high = np.floor(corners.min(axis=0)), np.ceil(corners.max(axis=0))
    x0, x1 = (int(np.clip(v, 0, w - 1)) for v in (low[0], high[0]))
    y0, y1 = (int(np.clip(v, 0, h - 1)) for v in (low[1], high[1]))
    inside = np.zeros((y1 - y0 + 1, x1 - x0 + 1), np.uint8)
    cv2.fillPoly(inside, [(corners - [x0, y0]).astype(np.int32)], 1)
    return float(cv2.mean(probability[y0 : y1 + 1, x0 : x1 + 1], inside)[0])


def _clockwise(corners: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Order corners clockwise from the one that is the upper left of the page."""
    by_x = corners[np.argsort(corners[:, 0], kind="stable")].astype(np.float64)
    left = by_x[:2][np.argsort(by_x[:2, 1], kind="stable")]
    right = by_x[2:][np.argsort(by_x[2:, 1], kind="stable")]
    return np.array([left[0], right[0], right[1], left[1]])


def _merge_tiles(lines: list[DetectedLine]) -> list[DetectedLine]:
    """Join what neighbouring tiles saw of one line: parts that overlap on the same baseline become one quad."""
    kept: list[DetectedLine] = []
    for line in sorted(lines, key=lambda n: -n.quad.width * n.quad.height):
        for index, other in enumerate(kept):
            joined = _join(other.quad, line.quad)
            if joined is not None:
                kept[index] = DetectedLine(quad=joined, score=max(other.score, line.score))
                break
        else:
            kept.append(line)
    return kept


def _join(p: Quad, q: Quad) -> Quad | None:
    """One quad for two sightings of the same line, or None where they are two lines."""
    a, b = p.bounds(), q.bounds()
    if a[0] >= b[2] or b[0] >= a[2] or a[1] >= b[3] or b[1] >= a[3]:
        return None
    area, _ = cv2.intersectConvexConvex(p.array().astype(np.float32), q.array().astype(np.float32))
    smaller = min(p.width * p.height, q.width * q.height)
    if area < 0.02 * smaller or area <= 0:
        return None
    same_height = min(p.height, q.height) > 0.5 * max(p.height, q.height)
    along = abs(math.remainder(p.angle - q.angle, 180.0)) < 8
    if area > 0.6 * smaller:
        if q.height > 1.3 * p.height:  # a tall blob that touches a line is not part of it
            return None
    elif not (same_height and along and _same_baseline(p, q)):
        return None
    points = np.concatenate([p.array(), q.array()]).astype(np.float32)
    return Quad.of(_clockwise(cv2.boxPoints(cv2.minAreaRect(points))))


def _same_baseline(p: Quad, q: Quad) -> bool:
    angle = math.radians(p.angle)
    dx, dy = q.centre[0] - p.centre[0], q.centre[1] - p.centre[1]
    return abs(-math.sin(angle) * dx + math.cos(angle) * dy) < 0.35 * min(p.height, q.height)
