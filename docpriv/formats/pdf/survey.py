"""What a PDF page draws: whether it is one full-page image and nothing else, and what is drawn but does not show.

A scan is taken out of its page as it is (`scan`) only where the page shows it whole and shows nothing beside it. Every doubt ends
in drawing the page instead, which is always right and only a little less sharp. Only rectangles are compared."""

from __future__ import annotations

import math
from ctypes import byref, c_float, c_int, c_uint, c_ulong, c_ushort, sizeof
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from docpriv.errors import LimitExceeded
from docpriv.formats.extra import Extra

_SLACK = 0.01
"""Share of the page's side by which an image may miss the page's edge, or reach over it, and still be the whole page."""

_OFF_AXIS = 0.5
"""Points by which a full-page image may lean before it counts as turned."""

_LEAST = 1.0
"""Page units by which a thing has to lie over another, in both directions, to hide it: strips of one scan overlap by less."""

_COVERED = 0.5
"""Share of a text's rectangle that has to be covered for the text to count as hidden."""

_MOST_OBJECTS = 200_000
_MOST_PAIRS = 2_000_000
_INVISIBLE_TEXT = 3
_FIRST_CLIPPING_MODE = 4
_HIDDEN_FLAGS = 2 | 32
_OPAQUE = 128  # alpha from which a path counts as hiding what is below it

_Placed = tuple[float, ...]


class Rect(NamedTuple):
    """Page units, y up."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.top - self.bottom

    def overlap(self, other: Rect) -> Rect:
        """What both hold; a side is negative where that is nothing."""
        left, bottom = max(self.left, other.left), max(self.bottom, other.bottom)
        return Rect(left, bottom, min(self.right, other.right), min(self.top, other.top))

    def grown(self, across: float, down: float) -> Rect:
        return Rect(self.left - across, self.bottom - down, self.right + across, self.top + down)

    def loosened(self, page: Rect) -> Rect:
        return self.grown(_SLACK * page.width, _SLACK * page.height)

    def holds(self, other: Rect) -> bool:
        return self.left <= other.left and self.bottom <= other.bottom and other.right <= self.right and other.top <= self.top

    def misses(self, other: Rect) -> bool:
        """Whether the two have no point in common."""
        shown = self.overlap(other)
        return shown.width < 0 or shown.height < 0


_ENDLESS = Rect(-np.inf, -np.inf, np.inf, np.inf)


def image_rect(matrix: pdfium.PdfMatrix) -> Rect:
    """Where an image lies."""
    return Rect(*matrix.on_rect(0, 0, 1, 1))


@dataclass(slots=True)
class Survey:
    """What a page draws. Lengths in page units, resolution in pixels per 72 units.

    `scan`: the image that is all the page shows, with its matrix; `resolution`: of the sharpest image that covers more than half
    of the page; `filling`: those images; `largest`: pixels of the largest image; `vectors`: text or lines are drawn beside
    images; `any_text`: there is text of any kind; `extra`: what it holds besides what it shows."""

    scan: pdfium.PdfImage | None = None
    matrix: pdfium.PdfMatrix = field(default_factory=pdfium.PdfMatrix)
    resolution: float | None = None
    filling: list[pdfium.PdfImage] = field(default_factory=list)
    largest: int = 0
    vectors: bool = False
    any_text: bool = False
    extra: set[Extra] = field(default_factory=set)

    def note(self, code: Extra, there: bool) -> None:
        if there:
            self.extra.add(code)


def survey(page: pdfium.PdfPage, number: int) -> Survey:
    """Walk the page's objects in drawing order. Raises LimitExceeded for a page of more than 200,000 objects."""
    seen = Survey()
    box = Rect(*page.get_bbox())
    beneath: list[Rect] = []  # drawn before the candidate: hidden only if the candidate covers it
    # What leaves ink, each a rectangle and its place in the drawing order.
    images, texts, paths = list[_Placed](), list[_Placed](), list[_Placed]()
    for count, thing in enumerate(page.get_objects(max_depth=8)):
        if count > _MOST_OBJECTS:
            raise LimitExceeded(f"page {number}: more than {_MOST_OBJECTS} objects are drawn")
        if thing.type == pdfium_c.FPDF_PAGEOBJ_FORM:
            continue
        seen.any_text |= thing.type == pdfium_c.FPDF_PAGEOBJ_TEXT
        if thing.type == pdfium_c.FPDF_PAGEOBJ_IMAGE:
            matrix = thing.get_matrix().multiply(_around(thing))
            rect = image_rect(matrix)
            shown = rect.overlap(box)
            _weigh(seen, thing, matrix, shown, box)
            images.append((*rect, count))
            cropped = thing.level == 0 and shown.width > 1 and shown.height > 1 and not _unclipped(thing, shown)
            seen.note(Extra.LAYERS, cropped or not box.loosened(box).holds(rect))
            if (
                thing.level == 0
                and _is_whole_page(thing, matrix, box)
                and all(rect.grown(0.5, 0.5).holds(r.overlap(box)) for r in beneath)
            ):
                seen.scan, seen.matrix = thing, matrix
                seen.note(Extra.HIDDEN_TEXT, bool(texts))
                beneath = [rect]
                continue
        elif not _draws(thing):
            seen.note(Extra.HIDDEN_TEXT, thing.type == pdfium_c.FPDF_PAGEOBJ_TEXT)
            continue
        elif thing.type == pdfium_c.FPDF_PAGEOBJ_TEXT:
            rect = Rect(*_around(thing).on_rect(*thing.get_bounds()))
            texts.append((*rect, count))
            seen.note(Extra.HIDDEN_TEXT, rect.width > 0 and rect.height > 0 and rect.misses(box))
        elif _fill_alpha(thing) >= _OPAQUE:
            rect = Rect(*_around(thing).on_rect(*thing.get_bounds()))
            paths.append((*rect, count))
            seen.note(Extra.LAYERS, rect.misses(box))
        seen.scan = None
        seen.vectors |= thing.type != pdfium_c.FPDF_PAGEOBJ_IMAGE
        beneath.append(_ENDLESS if thing.level else Rect(*thing.get_bounds()))  # bounds in a form are in another frame
    if _annotations(page, seen):
        seen.scan = None
    seen.note(Extra.TEXT_LAYER, seen.any_text and bool(seen.filling))
    seen.note(Extra.LAYERS, _covered(images, images + paths))
    seen.note(Extra.HIDDEN_TEXT, _covered(texts, images + paths, _COVERED))
    return seen


def _covered(lower: list[_Placed], upper: list[_Placed], share: float = 0.0) -> bool:
    """Whether any of `lower` is covered by a later one of `upper`: by `_LEAST` in both directions, or by a share."""
    if not lower or not upper:
        return False
    low, high = np.array(lower[:_MOST_OBJECTS]), np.array(upper)
    areas, size = ((rects[:, 2] - rects[:, 0]) * (rects[:, 3] - rects[:, 1]) for rects in (low, high))
    # The largest first: where there are too many pairs, those that can hide most are compared.
    for cover in high[np.argsort(-size)][: max(1, _MOST_PAIRS // len(low))]:
        wide = np.minimum(low[:, 2], cover[2]) - np.maximum(low[:, 0], cover[0])
        tall = np.minimum(low[:, 3], cover[3]) - np.maximum(low[:, 1], cover[1])
        least = 0.0 if share else _LEAST
        if ((low[:, 4] < cover[4]) & (wide > least) & (tall > least) & (wide * tall >= share * areas)).any():
            return True
    return False


def _draws(thing: pdfium.PdfObject) -> bool:
    """Whether a text, path or shading leaves ink (or changes the clipping, which counts as much)."""
    if thing.type == pdfium_c.FPDF_PAGEOBJ_TEXT:
        mode = pdfium_c.FPDFTextObj_GetTextRenderMode(thing)
        if mode == _INVISIBLE_TEXT:
            return False
        return bool(mode >= _FIRST_CLIPPING_MODE or mode < 0 or mode > 0 or _fill_alpha(thing) != 0)
    if thing.type == pdfium_c.FPDF_PAGEOBJ_PATH:
        fill, stroke = c_int(), c_int()
        if pdfium_c.FPDFPath_GetDrawMode(thing, byref(fill), byref(stroke)):
            return bool(fill.value or stroke.value)
    return True


def _fill_alpha(thing: pdfium.PdfObject) -> int:
    parts = [c_uint() for _ in range(4)]
    return int(parts[3].value) if pdfium_c.FPDFPageObj_GetFillColor(thing, *map(byref, parts)) else 255


def _around(thing: pdfium.PdfObject) -> pdfium.PdfMatrix:
    """From the units of an object's bounds to those of the page: through every form that it is nested in."""
    matrix, owner = pdfium.PdfMatrix(), thing.container
    while owner is not None:
        matrix, owner = matrix.multiply(owner.get_matrix()), owner.container
    return matrix


def _weigh(seen: Survey, image: pdfium.PdfImage, m: pdfium.PdfMatrix, shown: Rect, box: Rect) -> None:
    """Note the image's pixels, and its resolution where it covers more than half of the page."""
    columns, rows = image.get_px_size()
    seen.largest = max(seen.largest, columns * rows)
    if max(0.0, shown.width) * max(0.0, shown.height) <= 0.5 * box.width * box.height:
        return
    seen.filling.append(image)
    across, down = math.hypot(m.a, m.b), math.hypot(m.c, m.d)
    if across > 0 and down > 0:
        seen.resolution = max(seen.resolution or 0.0, 72 * columns / across, 72 * rows / down)


def _is_whole_page(image: pdfium.PdfImage, m: pdfium.PdfMatrix, box: Rect) -> bool:
    upright = max(abs(m.b), abs(m.c)) <= _OFF_AXIS
    sideways = max(abs(m.a), abs(m.d)) <= _OFF_AXIS
    rect = image_rect(m)
    return (
        (upright or sideways)
        and box.width > 0
        and box.height > 0
        and box.loosened(box).holds(rect)
        and rect.loosened(box).holds(box)
        and not _in_layer(image)
        and not pdfium_c.FPDFPageObj_HasTransparency(image)
        and _unclipped(image, box)
    )


def _in_layer(image: pdfium.PdfImage) -> bool:
    """Whether the image is in optional content, which may be switched off; other marks (tags) change nothing."""
    for i in range(max(0, pdfium_c.FPDFPageObj_CountMarks(image))):
        name, length = (c_ushort * 8)(), c_ulong()
        mark = pdfium_c.FPDFPageObj_GetMark(image, i)
        pdfium_c.FPDFPageObjMark_GetName(mark, name, sizeof(name), byref(length))
        if bytes(name)[: length.value].decode("utf-16-le", "replace").rstrip("\0") == "OC":
            return True
    return False


def _unclipped(image: pdfium.PdfImage, box: Rect) -> bool:
    """Whether every clipping path is a rectangle around the page (to the same slack)."""
    clip = pdfium_c.FPDFPageObj_GetClipPath(image)
    wide, high = _SLACK * box.width, _SLACK * box.height
    for path in range(max(0, pdfium_c.FPDFClipPath_CountPaths(clip) if clip else 0)):
        segments = pdfium_c.FPDFClipPath_CountPathSegments(clip, path)
        if not 4 <= segments <= 6:
            return False
        corners = set()
        for i in range(segments):
            segment, x, y = pdfium_c.FPDFClipPath_GetPathSegment(clip, path, i), c_float(), c_float()
            curved = pdfium_c.FPDFPathSegment_GetType(segment) == pdfium_c.FPDF_SEGMENT_BEZIERTO
            if curved or not pdfium_c.FPDFPathSegment_GetPoint(segment, byref(x), byref(y)):
                return False
            left, right = x.value <= box.left + wide, x.value >= box.right - wide
            low, high_up = y.value <= box.bottom + high, y.value >= box.top - high
            if left == right or low == high_up:
                return False
            corners.add((right, high_up))
        if len(corners) != 4:
            return False
    return True


def _annotations(page: pdfium.PdfPage, seen: Survey) -> bool:
    """Note annotations and form fields; True where one of them may show."""
    shows = False
    for i in range(pdfium_c.FPDFPage_GetAnnotCount(page)):
        note = pdfium_c.FPDFPage_GetAnnot(page, i)
        if not note:
            shows = True
            continue
        try:
            kind = pdfium_c.FPDFAnnot_GetSubtype(note)
            drawn = bool(pdfium_c.FPDFAnnot_HasKey(note, b"AP"))
            hidden = bool(pdfium_c.FPDFAnnot_GetFlags(note) & _HIDDEN_FLAGS)
        finally:
            pdfium_c.FPDFPage_CloseAnnot(note)
        seen.extra.add(Extra.FORMS if kind == pdfium_c.FPDF_ANNOT_WIDGET else Extra.ANNOTATIONS)
        unseen = hidden or (kind == pdfium_c.FPDF_ANNOT_POPUP and drawn)  # PDFium draws no pop-up of a comment
        seen.note(Extra.HIDDEN_ANNOTATIONS, unseen)
        silent = kind in (pdfium_c.FPDF_ANNOT_LINK, pdfium_c.FPDF_ANNOT_POPUP) and not drawn
        shows |= not (hidden or silent)
    return shows
