"""Where a page looks like a code: dense edges, about half of the area dark.

Looks at the page at its size, at half and at a quarter of it find codes of small and of large modules alike. What is
dense is then judged upright (`code_shapes`): bars run the same over their whole height, modules leave no white row or
column, text does both otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from docpriv.geometry import Quad
from docpriv.model import TextLine
from docpriv.raster import Plane as Grey
from docpriv.raster import ones, pieces_of
from docpriv.visual.code_forms import Features, Form, doubtful
from docpriv.visual.code_shapes import judge

LARGEST = 1600  # pixels of the longer side at the first look: a module of 0.33 mm is 1.8 pixels of a whole A4 page
WINDOW = 20  # pixels over which darkness and edges are averaged: the smallest codes are as large
NEAR = 41  # pixels over which paper and ink are taken from the surroundings
LEAST_SPAN = 40  # grey levels between ink and paper: less is grain
DEVIATIONS = 2.4  # the contrast is no more than so many deviations
DARK, CORE, SOLID = 0.28, 0.40, 0.85  # share of dark in a window: at the rim of a code, within it, and of a solid area
LEAST_CORE = 0.35  # share of an area that must be as dark as a code is within
EDGES = 0.10  # mean step from pixel to pixel, in shares of the contrast
LEAST_SIDE = 14  # pixels
PIECE_GAP = 0.6  # of the area's own side: how far a piece of the same code may stand from it,
ROUGH = 0.25  # and by how much it may be longer or shorter on the side by which they stand together
SQUARE = 0.85  # sides that differ by less make a square

_STROKES = frozenset("Il|1![]()/\\iLTH-=_. ")  # what readers make of bars


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeArea:
    """An area that looks like a code, its quad along its bars or modules; where it is not `sure`, a reader must find the
    frame of a code in it."""

    quad: Quad
    form: Form
    sure: bool = True


def find_code_areas(grey: Grey, lines: Sequence[TextLine] = ()) -> tuple[CodeArea, ...]:
    """Areas of a u8 (H, W) page that look like bars or modules, top to bottom; `lines` that were read well are text."""
    found: list[CodeArea] = []
    other: list[tuple[Quad, Features]] = []
    first = min(1.0, LARGEST / max(grey.shape))
    small, text = grey, text_areas(lines)
    for scale in (first, first / 2, first / 4):
        size = (round(grey.shape[1] * scale), round(grey.shape[0] * scale))
        if min(size) < 2 * LEAST_SIDE:
            break
        small = small if size == small.shape[::-1] else cv2.resize(small, size, interpolation=cv2.INTER_AREA)
        back = np.asarray([grey.shape[1] / size[0], grey.shape[0] / size[1]], np.float32)
        for outline, angle in _dense(small, scale == first):
            outline = (outline + 0.5) * back
            if is_text(Quad.of(cv2.boxPoints(cv2.minAreaRect(outline)).astype(np.float64)), text, 0.8):
                continue  # before it is judged, which costs more
            judged = judge(grey, outline, angle)
            if judged is None:
                continue
            form, quad, features = judged
            if form is not None:
                found.append(CodeArea(quad=quad, form=form))
            else:
                other.append((quad, features))
    pieces = [(a.form, a.quad) for a in found] + [(f, quad) for quad, features in other for f in _piece_of(features)]
    found = [_with_rest(area, [q for form, q in pieces if form == area.form]) for area in found]
    sure = _merged(_merged(found))
    perhaps = _merged([CodeArea(quad=q, form="modules", sure=False) for q, features in other if doubtful(features)])
    return tuple(sorted(sure + perhaps, key=lambda a: (a.quad.centre[1], a.quad.centre[0])))


def _piece_of(f: Features) -> tuple[Form, ...]:
    """What an area too small or too torn to be sure of may be a piece of."""
    if not 0.3 <= f.dark <= 0.75:
        return ()
    if f.coherence >= 0.5 and f.level >= 0.7:
        return ("bars",)
    return ("modules",) if f.coherence < 0.72 and min(f.rows, f.columns) >= 0.15 else ()


def _with_rest(area: CodeArea, other: Sequence[Quad]) -> CodeArea:
    """The area and pieces that a scratch or a fold cut off: as wide as it, close to it, in line with it.

    Bars were followed to their ends already, what lies beyond is another code; modules in a square lack nothing.
    """
    quad = area.quad
    if area.form == "modules" and SQUARE < quad.width / max(quad.height, 1e-6) < 1 / SQUARE:
        return area
    for _ in range(2):
        a, b, _, d = quad.array()
        right, down = b - a, d - a
        frame = np.linalg.inv(np.stack([right, down], axis=1) + 1e-9 * np.eye(2))
        box = np.asarray([0, 0, 1, 1], np.float64)
        for piece in other:
            at = (piece.array() - a) @ frame.T
            (x0, y0), (x1, y1) = at.min(axis=0), at.max(axis=0)
            if abs((x0 + x1) / 2 - 0.5) < 0.5 and abs((y0 + y1) / 2 - 0.5) < 0.5:
                continue  # the same area, seen less well
            if _continues((x0, x1), (y0, y1)) or (area.form == "modules" and _continues((y0, y1), (x0, x1))):
                box = np.asarray([min(box[0], x0), min(box[1], y0), max(box[2], x1), max(box[3], y1)], np.float64)
        quad = Quad.of(box[[[0, 1], [2, 1], [2, 3], [0, 3]]] @ np.stack([right, down]) + a)
    return CodeArea(quad=quad, form=area.form)


def _continues(along: tuple[float, float], across: tuple[float, float]) -> bool:
    """Whether a piece from and to these shares of an area's sides goes on along it: as wide as it, and close."""
    alike = abs(across[0]) < ROUGH and abs(across[1] - 1) < ROUGH
    return alike and along[1] > -PIECE_GAP and along[0] < 1 + PIECE_GAP and along[1] - along[0] < 1.5


def _dense(grey: Grey, pale: bool) -> Iterator[tuple[npt.NDArray[np.float32], float]]:
    """Areas with the darkness and the edges of a code: their outline (N, 2) and the direction of their edges in degrees.

    `pale`: a black stroke across a pale code is the darkest there, but hardly moves the deviation; small print stands out
    as if it were a code then, so that the page is looked at both ways.
    """
    gx, gy = cv2.Sobel(grey, cv2.CV_16S, 1, 0), cv2.Sobel(grey, cv2.CV_16S, 0, 1)
    steps = cv2.boxFilter(cv2.add(np.abs(gx), np.abs(gy)), cv2.CV_32F, (WINDOW, WINDOW))
    for span, deep in _darkness(grey, pale):
        dark = np.minimum(deep * (255 / span), 255).astype(np.uint8)
        share = cv2.boxFilter(dark, cv2.CV_32F, (WINDOW, WINDOW))
        lively = (steps > EDGES * 8 * span) & (share < SOLID * 255)
        mask = (lively & (share > DARK * 255)).astype(np.uint8)
        mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, ones(7, 7))
        areas = pieces_of(np.asarray(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, ones(9, 9)), np.uint8))
        core = areas.held(lively & (share > CORE * 255))
        for i in range(1, len(areas)):
            box = areas.box(i)
            if min(box.width, box.height) < LEAST_SIDE or core[i] < LEAST_CORE * areas.stats[i, 4]:
                continue
            part = areas.own(i)
            angle = _direction(gx[box.slices][part > 0], gy[box.slices][part > 0])
            points = cv2.findNonZero(part).reshape(-1, 2).astype(np.float32)
            yield points[cv2.convexHull(points, returnPoints=False).ravel()] + np.asarray([box.x0, box.y0], np.float32), angle


def _darkness(grey: Grey, pale: bool) -> Iterator[tuple[npt.NDArray[np.float32], Grey]]:
    """Contrast of the surroundings, float32 in grey levels, and by how much each pixel is darker than the paper there; with
    `pale` once more where the contrast is no more than the deviation allows."""
    half = cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    size, near = (grey.shape[1], grey.shape[0]), (NEAR // 2, NEAR // 2)
    paper, ink = (
        cv2.resize(cv2.blur(of(half, ones(*near)), near), size, interpolation=cv2.INTER_LINEAR) for of in (cv2.dilate, cv2.erode)
    )
    deep = cv2.subtract(paper, grey)
    span = np.maximum(cv2.subtract(paper, ink), LEAST_SPAN).astype(np.float32)
    yield span, deep
    if pale:
        mean, square = cv2.blur(half, near).astype(np.float32), cv2.sqrBoxFilter(half, cv2.CV_32F, near)
        spread = DEVIATIONS * np.sqrt(np.maximum(square - mean * mean, 0))
        yield np.maximum(np.minimum(span, cv2.resize(spread, size, interpolation=cv2.INTER_LINEAR)), LEAST_SPAN), deep


def _direction(gx: npt.NDArray[np.int16], gy: npt.NDArray[np.int16]) -> float:
    """Degrees -45..45 by which the area must be turned back for its edges to be level and upright."""
    z = gx.astype(np.float32) + 1j * gy.astype(np.float32)
    size = np.abs(z) + 1e-6
    return float(np.degrees(np.angle((z**4 / size**3).sum())) / 4)


def text_areas(lines: Sequence[TextLine]) -> tuple[Quad, ...]:
    """Lines that were read well enough to be no bars."""
    return tuple(
        line.quad
        for line in lines
        if line.score >= 0.8 and len(line.chars) >= 3 and sum(c.text in _STROKES for c in line.chars) < 0.5 * len(line.chars)
    )


def is_text(quad: Quad, text: Sequence[Quad], share: float = 0.4) -> bool:
    """Whether so much of an area is text that was read well; `text`: `text_areas` of the page's lines."""
    x0, y0, x1, y1 = quad.bounds()
    taken = 0.0
    for line in text:
        a, b, c, d = line.bounds()
        if a <= x1 and c >= x0 and b <= y1 and d >= y0:
            taken += common_area(quad, line)
    return taken > share * area_of(quad)


def _merged(areas: list[CodeArea]) -> list[CodeArea]:
    """Without those that lie in a larger one."""
    kept: list[CodeArea] = []
    for area in sorted(areas, key=lambda a: -a.quad.width * a.quad.height):
        if not any(common_area(area.quad, other.quad) > 0.8 * max(1.0, area_of(area.quad)) for other in kept):
            kept.append(area)
    return kept


def area_of(quad: Quad) -> float:
    return float(cv2.contourArea(_outline(quad)))


def common_area(one: Quad, other: Quad) -> float:
    """Square pixels that lie in both."""
    return float(cv2.intersectConvexConvex(_outline(one), _outline(other))[0])


def _outline(quad: Quad) -> npt.NDArray[np.float32]:
    return np.asarray(cv2.convexHull(quad.array().astype(np.float32)), np.float32)


def holds(outer: Quad, inner: Quad, share: float = 0.85) -> bool:
    """Whether at least `share` of the inner quad lies in the outer one."""
    size = area_of(inner)
    if size < 1:
        return cv2.pointPolygonTest(_outline(outer), inner.centre, False) >= 0
    return common_area(outer, inner) >= share * size
