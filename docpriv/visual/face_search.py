"""Looks for faces on a page at the turns and sizes that its text and pictures suggest."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from docpriv.geometry import Box, Quad
from docpriv.model import Pixels, TextLine
from docpriv.raster import Floats
from docpriv.visual.face_network import Face, FaceNetwork

OVERVIEW_SIDE: Final = 512  # pixels: the longer side at which a whole page is looked over
OVERVIEW_SCORE: Final = 0.45  # a face that stands in no picture has to be this clear
PICTURE_SCORE: Final = 0.30  # in a picture
CARD_SCORE: Final = 0.26  # on an identity document, where there is a portrait to be found
SURE: Final = 0.50  # a less clear one must have been seen at other sizes as well,
AGAIN: Final = 3  # this often
CLEAR: Final = 0.70  # found as clearly as this, other turns are not tried
HINT: Final = 0.15  # at a turn with less than this at the first look there is nothing to look for
FAINT_HINT: Final = 0.08  # the same where the whole page is looked at as a picture
# The network sees hard prints best where a face is 28 to 60 pixels high, so a picture is looked at small.
FIRST_SIDES: Final = (112, 176)  # pixels: longer sides at which a picture is looked at first
DOTTED_SIDES: Final = (100, 125, 150)  # the same of one in dots or plain black, sharp and blurred
BETWEEN_SIDES: Final = (125,)  # the same between the quarter turns
CLOSER_SIDES: Final = (100, 125, 150, 190, 224, 300)
LARGER_SIDES: Final = (448, 1120)  # of pictures with longer sides than these, where faces may be many and small
ENLARGED: Final = 2.5  # times, at most
DOTS: Final = (0.5, 1.5)  # pixels of the page: blurred by this, the dots of a print become tone
MARGIN: Final = 0.4  # of a picture's smaller side, added about it
EIGHTHS: Final = (0.0, 180.0, 90.0, 270.0, 45.0, 315.0, 135.0, 225.0)
LARGER_BY: Final = 1.6  # times: a second sight of a face that the portrait about the first one may not hold
MOST: Final = 24  # pictures looked at; the largest


def direction_of(lines: Sequence[TextLine]) -> float:
    """Degrees in which the text of a page runs, 0 = left to right, 90 = downward; 0 for a page without text."""
    long = [line for line in lines if line.score >= 0.5 and line.quad.width > 2 * line.quad.height]
    if not long:
        return 0.0
    x = sum(line.quad.width * math.cos(math.radians(line.quad.angle)) for line in long)
    y = sum(line.quad.width * math.sin(math.radians(line.quad.angle)) for line in long)
    return math.degrees(math.atan2(y, x)) if math.hypot(x, y) > 0 else 0.0


def turned_crop(crop: Pixels, box: Box, degrees: float, side: int) -> tuple[Pixels, Floats]:
    """The crop of a page at `box`, its direction `degrees` laid level, its longer side `side` pixels or less.

    Also the 2 x 3 matrix that takes points of the turned crop back to the page.
    """
    scale = min(ENLARGED, side / max(crop.shape[:2]))
    size = (max(8, round(crop.shape[1] * scale)), max(8, round(crop.shape[0] * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    small = np.asarray(cv2.resize(crop, size, interpolation=how), np.uint8)
    sx, sy = crop.shape[1] / size[0], crop.shape[0] / size[1]
    back = np.array([[sx, 0, box.x0], [0, sy, box.y0]], np.float64)
    if degrees % 360 == 0:
        return small, back
    a = math.radians(degrees)
    c, s = math.cos(a), math.sin(a)
    w, h = round(abs(size[0] * c) + abs(size[1] * s)), round(abs(size[0] * s) + abs(size[1] * c))
    # Points of the turned crop, about its middle, turned forward by the direction give points of the straight one.
    turn = np.array([[c, -s, size[0] / 2 - c * w / 2 + s * h / 2], [s, c, size[1] / 2 - s * w / 2 - c * h / 2]], np.float64)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    turned = np.asarray(cv2.warpAffine(small, turn, (w, h), flags=flags, borderMode=cv2.BORDER_REPLICATE), np.uint8)
    parts = [back[:, 0] * turn[0, i] + back[:, 1] * turn[1, i] for i in range(3)]
    return turned, np.stack([parts[0], parts[1], parts[2] + back[:, 2]], axis=1)


def on_page(quad: Quad, back: Floats) -> Quad:
    """A quad of a turned crop on the page; `back`: as of `turned_crop`."""
    return Quad.of(quad.array() @ back[:, :2].T + back[:, 2])


def faces_at(network: FaceNetwork, crop: Pixels, box: Box, degrees: float, side: int, min_score: float) -> list[Face]:
    """Faces of the crop of a page at `box`, at one turn and size; on the page."""
    turned, back = turned_crop(crop, box, degrees, side)
    return [Face(quad=on_page(face.quad, back), score=face.score) for face in network.find(turned, min_score)]


def search(
    network: FaceNetwork, pixels: Pixels, lines: Sequence[TextLine], pictures: Sequence[Box], *, thorough: bool
) -> list[Face]:
    """All faces of a page; `thorough` looks at the whole page as at a picture, as on an identity document."""
    height, width = pixels.shape[:2]
    whole = Box(0, 0, width, height)
    level = direction_of(lines)
    level = level if abs(level) > 2 else 0.0
    found = faces_at(network, pixels, whole, level, OVERVIEW_SIDE, CARD_SCORE if thorough else OVERVIEW_SCORE)
    if thorough:
        for turn, side in ((180.0, OVERVIEW_SIDE), (0.0, LARGER_SIDES[-1])):
            found.extend(faces_at(network, pixels, whole, level + turn, side, CARD_SCORE))
        if level:  # an overprint across the card may have turned the direction of its text
            found.extend(faces_at(network, pixels, whole, 0.0, OVERVIEW_SIDE, CARD_SCORE))
    for place in pictures[:MOST]:
        found.extend(_in_place(network, pixels, place, level, FAINT_HINT if thorough else HINT))
    return distinct(found)


def place_of(picture: Box, pixels: Pixels) -> Box:
    """What is looked at for a picture: the picture and a margin."""
    return picture.grow(max(4, round(MARGIN * min(picture.width, picture.height)))).clip(pixels.shape[1], pixels.shape[0])


def _in_place(network: FaceNetwork, pixels: Pixels, place: Box, level: float, hint: float) -> list[Face]:
    """Faces of a picture: a first look at every turn, a closer one at those that gave a hint."""
    place = place_of(place, pixels)
    crop = np.ascontiguousarray(pixels[place.slices])
    longest = max(place.width, place.height)

    def seen_at(looks: Sequence[Pixels], turn: float, sides: Sequence[int], least: float) -> list[Face]:
        return [f for look in looks for side in sides for f in faces_at(network, look, place, level + turn, side, least)]

    larger = [min(side, longest) for side in LARGER_SIDES if longest > 0.7 * side]
    dotted = _dotted(crop)
    looks = [np.asarray(cv2.GaussianBlur(crop, (0, 0), by), np.uint8) for by in DOTS] if dotted else [crop]
    first: list[tuple[float, float]] = []
    found: list[Face] = []
    for turn in EIGHTHS:
        quarter = turn % 90 == 0
        sides = [*(DOTTED_SIDES if dotted else FIRST_SIDES), *larger[:1]] if quarter else BETWEEN_SIDES
        seen = seen_at(looks if quarter else looks[:1], turn, sides, hint)
        found.extend(seen)
        best = max((f.score for f in seen), default=0.0)
        first.append((best, turn))
        if best >= CLEAR:
            break
    promising = [turn for best, turn in sorted(first, key=lambda f: -f[0]) if best >= hint][:3]
    if max(best for best, _ in first) < CLEAR:
        for turn in promising:
            closer = seen_at([crop, *looks] if dotted else looks, turn, CLOSER_SIDES, HINT)
            found.extend(closer)
            if any(f.score >= CLEAR for f in closer):
                break
    if len(larger) > 1:
        found.extend(seen_at([crop], promising[0] if promising else 0.0, larger[-1:], PICTURE_SCORE))
    return [f for f in found if f.score >= SURE or (f.score >= PICTURE_SCORE and _often(f, found))]


def _often(face: Face, found: Sequence[Face]) -> bool:
    """Seen the same way round at other sizes too, which chance patterns of text and dots are not."""
    again = [f for f in found if f.score >= HINT and _same(f.quad, face.quad) and _alike(f.quad, face.quad)]
    return len(again) > AGAIN


def _alike(a: Quad, b: Quad) -> bool:
    return math.cos(math.radians(a.angle - b.angle)) > 0.5 and 0.5 < a.height / max(b.height, 1e-6) < 2


def _dotted(crop: Pixels) -> bool:
    """Black and white and little between: a bilevel scan, or the dots of a print."""
    green = crop[:, :, 1]
    return float(np.count_nonzero((green < 50) | (green > 205))) > 0.8 * green.size


def distinct(found: Sequence[Face]) -> list[Face]:
    """The clearest of those that are one face seen several times, and any sure one far larger: the first may be a part of it."""
    kept: list[Face] = []
    for face in sorted(found, key=lambda f: (-f.score, f.quad.points)):
        same = [other.quad for other in kept if _same(face.quad, other.quad)]
        if not same or (face.score >= SURE and _size(face.quad) > LARGER_BY * max(map(_size, same))):
            kept.append(face)
    return kept


def _same(a: Quad, b: Quad) -> bool:
    return math.dist(a.centre, b.centre) < 0.4 * min(_size(a), _size(b))


def _size(quad: Quad) -> float:
    return math.hypot(quad.width, quad.height)
