"""Grows a found face to all of its portrait, and finds portraits by their form, with hair, ears and shoulders.

A photograph with a frame of its own is taken whole; of a photograph that fills a page, head and shoulders.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from docpriv.geometry import Box, Quad, cover, hull
from docpriv.model import Pixels, TextLine
from docpriv.raster import Floats, Plane, grey_of, ones, rows_of
from docpriv.visual.face_network import Face
from docpriv.visual.face_search import on_page, turned_crop

# Of the inner face's sides, brow to chin: hair above, ears beside, neck and shoulders below.
ABOVE: Final = 0.65
BESIDE: Final = 0.50
BELOW: Final = 0.45
# The same of the head alone, to its ears, its hair and its chin: what a photograph's own frame may never cut.
HAIR, EARS, CHIN = 0.48, 0.28, 0.15
PANEL_MOST: Final = 1.7  # times the head's sides: a larger picture is a scene with people, not a portrait
RIM: Final = 3  # pixels about a picture: its edge on a small copy of the page is that unsure
EDGE_FACE: Final = 48  # pixels: a face is this high while its frame is looked for
EDGE_STEP: Final = 24.0  # levels a side of a frame steps, on the scale of Sobel's sum over 8
EDGE_SHARE: Final = 0.8  # of a side that must step
AREA_ASPECT: Final = (0.85, 1.9)  # height over width of a photograph on an identity document
AREA_HEIGHTS: Final = (3.5, 32.0)  # the same in text heights
AREA_ONE_LEVEL: Final = 0.75  # an area with more of one level is a bar or a box that was painted, no photograph
GHOST_FACE: Final = 26  # pixels: the portrait's face is this high while its pale copy is looked for
GHOST_SIZES: Final = (0.25, 0.31, 0.38, 0.46, 0.55, 0.66, 0.8, 1.0)
GHOST_LIKE: Final = 0.78  # correlation from which it is the same face, 0..1
GHOST_REACH: Final = (11.0, 8.0)  # face heights to the sides and up and down: the rest of a card


def head_of(face: Quad) -> Quad:
    """Head and shoulders of an inner face, turned as it is."""
    return _grown(face, ABOVE, BESIDE, BELOW)


def _grown(face: Quad, above: float, beside: float, below: float) -> Quad:
    return rows_of(face.part(-beside, 1 + beside), -above, 1 + below)


def portrait_of(pixels: Pixels, face: Face, pictures: Sequence[Box], level: float) -> tuple[Quad, str]:
    """What hides a portrait, and how it was bounded: "portrait" by a picture or a frame, "face" by the head alone."""
    head = head_of(face.quad)
    framed = _framed(pixels, face, level)
    bounds, least = hull([head]), hull([_grown(face.quad, HAIR, EARS, CHIN)])
    centre = face.quad.centre
    for picture in sorted(pictures, key=lambda p: (p.area, p)):
        holds = picture.x0 <= centre[0] <= picture.x1 and picture.y0 <= centre[1] <= picture.y1
        if holds and _panel_like(picture, bounds):
            whole = picture.grow(RIM)
            if framed is not None or whole.intersect(least).area < 0.97 * least.area:
                return hull([framed or head, picture.quad(), least.quad()]).quad(), "portrait"
            return hull([whole.quad(), least.quad()]).quad(), "portrait"
    return (head, "face") if framed is None else (framed, "portrait")


def _panel_like(picture: Box, head: Box) -> bool:
    """A photograph of this one head: little larger than it, and no strip."""
    fits = picture.width <= PANEL_MOST * head.width and picture.height <= PANEL_MOST * head.height
    return fits and max(picture.width, picture.height) <= 2 * min(picture.width, picture.height)


def _framed(pixels: Pixels, face: Face, level: float) -> Quad | None:
    """The photograph's own straight sides about a face, found outward from it; it holds the head."""
    lean = (face.quad.angle - level + 180) % 360 - 180
    turn = level + 90 * round(lean / 90)
    turn = turn if abs(lean - 90 * round(lean / 90)) <= 25 else face.quad.angle
    size = face.quad.height
    height, width = pixels.shape[:2]
    region = cover(face.quad, width, height, pad=2.6 * size)
    side = max(16, round(max(region.width, region.height) * EDGE_FACE / max(size, 1)))
    if side > 1600:
        return None
    crop, back = turned_crop(np.ascontiguousarray(pixels[region.slices]), region, turn, side)
    inverse = np.linalg.inv(np.vstack([back, [0, 0, 1]]))[:2]

    def inside(quad: Quad) -> tuple[Floats, Floats]:
        """The least and largest place of a quad in the crop."""
        corners = on_page(quad, inverse).array()
        return corners.min(axis=0), corners.max(axis=0)

    (x0, y0), (x1, y1) = inside(face.quad)
    w, h = x1 - x0, y1 - y0
    grey = grey_of(crop)
    across = np.abs(cv2.Sobel(grey, cv2.CV_32F, 1, 0, ksize=3)) / 8
    down = np.abs(cv2.Sobel(grey, cv2.CV_32F, 0, 1, ksize=3)) / 8
    step = EDGE_STEP / 4
    rows, columns = (y0 - 0.3 * h, y1 + 0.4 * h), (x0 - 0.2 * w, x1 + 0.2 * w)
    left = _side(across > step, rows, x0 - 1.6 * w, x0 - 0.12 * w, first=False)
    right = _side(across > step, rows, x1 + 0.12 * w, x1 + 1.6 * w, first=True)
    top = _side((down > step).T, columns, y0 - 1.3 * h, y0 - 0.2 * h, first=False)
    bottom = _side((down > step).T, columns, y1 + 0.1 * h, y1 + 1.8 * h, first=True)
    if left is None or right is None or (top is None and bottom is None):
        return None
    (_, above), (_, below) = inside(head_of(face.quad))
    (u0, v0), (u1, v1) = inside(_grown(face.quad, HAIR, EARS, CHIN))
    u0, u1 = min(left, u0) - 1, max(right, u1) + 2
    v0 = (above if top is None else min(top, v0)) - 1
    v1 = (below if bottom is None else max(bottom, v1)) + 2
    return on_page(Quad((u0, v0), (u1, v0), (u1, v1), (u0, v1)), back)


def _side(steps: npt.NDArray[np.bool_], span: tuple[float, float], start: float, end: float, *, first: bool) -> float | None:
    """Column in start..end of which nearly all rows of the span step: the nearest to the face, or None."""
    high, wide = steps.shape
    r0, r1 = max(0, round(span[0])), min(high, round(span[1]))
    c0, c1 = max(0, round(start)), min(wide, round(end))
    if r1 - r0 < 6 or c1 - c0 < 1:
        return None
    # A side that leans by a pixel is still one side.
    part = cv2.dilate(steps[r0:r1, c0:c1].astype(np.uint8), ones(3, 1))
    good = np.flatnonzero(part.mean(axis=0) >= EDGE_SHARE)
    if not good.size:
        return None
    return float(c0 + (good[0] if first else good[-1]))


def words_height(lines: Sequence[TextLine], *, otherwise: float) -> float:
    """Median height in pixels of the lines that hold words."""
    heights = [line.quad.height for line in lines if line.score >= 0.5 and len(line.text.strip()) > 2]
    return float(np.median(heights)) if heights else otherwise


def photo_areas(pixels: Pixels, lines: Sequence[TextLine], pictures: Sequence[Box], level: float) -> list[Box]:
    """Pictures that have the form and, beside the text, the size of an identity document's photograph; largest first."""
    text = words_height(lines, otherwise=max(pixels.shape[:2]) / 40)
    lying = abs(math.sin(math.radians(level))) > math.sin(math.radians(45))
    out = []
    for box in pictures:
        tall, wide = (box.width, box.height) if lying else (box.height, box.width)
        fits = AREA_ASPECT[0] <= tall / max(wide, 1) <= AREA_ASPECT[1]
        if fits and AREA_HEIGHTS[0] * text <= tall <= AREA_HEIGHTS[1] * text and not _one_level(pixels, box):
            out.append(box)
    return out


def _one_level(pixels: Pixels, box: Box) -> bool:
    grey = grey_of(np.ascontiguousarray(pixels[box.slices]))
    # Bilevel photographs have two levels; a painted box has one, whatever stands about it.
    counts = np.bincount(grey.ravel() >> 3, minlength=32)
    return bool(float(counts.max()) > AREA_ONE_LEVEL * grey.size)


def ghosts_of(pixels: Pixels, lines: Sequence[TextLine], face: Face) -> list[Face]:
    """Smaller or paler copies of a portrait elsewhere on its card: where its face correlates, however faint it is printed.

    The card is looked for within reach of the portrait and no farther than its text and the portrait go.
    """
    size = face.quad.height
    height, width = pixels.shape[:2]
    turn = face.quad.angle
    flat = abs(math.sin(math.radians(turn))) < 0.7
    wide, tall = (size * reach for reach in (GHOST_REACH if flat else GHOST_REACH[::-1]))
    x, y = face.quad.centre
    card = hull([Quad((x - wide, y - tall), (x + wide, y - tall), (x + wide, y + tall), (x - wide, y + tall))])
    written = hull([head_of(face.quad), *(line.quad for line in lines if line.score >= 0.5)])
    card = card.intersect(written.grow(round(0.5 * size))).clip(width, height)
    if card.empty:
        return []
    area = np.ascontiguousarray(pixels[card.slices])
    template = _upright_face(pixels, face)
    if template is None:
        return []
    found: list[Face] = []
    for share in GHOST_SIZES:
        side = round(max(card.width, card.height) * GHOST_FACE / (size * share))
        if side > 2 * max(card.width, card.height) or side > 2400:
            continue
        crop, back = turned_crop(area, card, turn, side)
        grey = grey_of(crop)
        if min(grey.shape) <= max(template.shape):
            continue
        like = cv2.matchTemplate(grey, template, cv2.TM_CCOEFF_NORMED)
        like[~np.isfinite(like)] = 0
        for _ in range(3):
            _, best, _, (u, v) = cv2.minMaxLoc(like)
            if best < GHOST_LIKE:
                break
            h, w = template.shape
            found.append(Face(quad=on_page(Box(u, v, u + w, v + h).quad(), back), score=float(min(best, 1.0))))
            like[max(0, v - h // 2) : v + h // 2 + 1, max(0, u - w // 2) : u + w // 2 + 1] = 0
    own = hull([head_of(face.quad)])
    return [f for f in found if not (own.x0 <= f.quad.centre[0] <= own.x1 and own.y0 <= f.quad.centre[1] <= own.y1)]


def _upright_face(pixels: Pixels, face: Face) -> Plane | None:
    high = GHOST_FACE
    wide = max(8, round(high * face.quad.width / max(face.quad.height, 1e-6)))
    goal = np.array([[0, 0], [wide, 0], [wide, high]], np.float32)
    matrix = cv2.getAffineTransform(face.quad.array()[:3].astype(np.float32), goal)
    scale = face.quad.height / high
    smooth = cv2.GaussianBlur(pixels, (0, 0), 0.45 * scale) if scale > 1.2 else pixels
    out = grey_of(np.asarray(cv2.warpAffine(smooth, matrix, (wide, high)), np.uint8))
    return out if float(np.std(out)) > 6 else None
