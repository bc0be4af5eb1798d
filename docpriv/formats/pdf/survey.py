"""Tell whether a PDF page is one full-page image and nothing else, by geometry; refuses to decode a pixel.

A scan is taken out of its page as it is (`scan`) only where the page shows it whole and shows nothing beside
it. Every doubt ends in drawing the page instead, which is always right and only a little less sharp.
"""

from __future__ import annotations

from ctypes import byref, c_float, c_int, c_uint, c_ulong, c_ushort, sizeof
from dataclasses import dataclass, field

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from docpriv.errors import LimitExceeded
from docpriv.formats.pdf.layers import Pile, Rect

_SLACK = 0.01
"""Share of the page's side by which an image may miss the page's edge and still be the whole page."""

_OFF_AXIS = 0.5
"""Points by which a full-page image may lean before it counts as turned."""

_MOST_OBJECTS = 200_000
_INVISIBLE_TEXT = 3
_FIRST_CLIPPING_MODE = 4
_HIDDEN_FLAGS = 2 | 32
_OPAQUE = 128  # alpha from which a path counts as hiding what is below it

Matrix = tuple[float, float, float, float, float, float]


@dataclass(slots=True)
class Survey:
    """What a page draws. Lengths in page units, resolution in pixels per 72 units.

    `scan`: the image that is all the page shows, with its matrix; `resolution`: of the sharpest image that
    covers more than half of the page; `filling`: those images; `largest`: pixels of the largest image;
    `vectors`: text or lines are drawn beside images; `text_layer`: there is text, seen or not, and an image that
    covers more than half of the page; `any_text`: there is text of any kind; `layers`: something is drawn that is covered,
    clipped or off the page; `hidden_annotations`: there are annotations or form fields that are not drawn.
    """

    scan: pdfium.PdfImage | None = None
    matrix: Matrix = (1, 0, 0, 1, 0, 0)
    resolution: float | None = None
    filling: list[pdfium.PdfImage] = field(default_factory=list)
    largest: int = 0
    vectors: bool = False
    hidden_text: bool = False
    any_text: bool = False
    text_layer: bool = False
    layers: bool = False
    annotations: bool = False
    hidden_annotations: bool = False
    widgets: bool = False


def survey(page: pdfium.PdfPage, number: int) -> Survey:
    """Walk the page's objects in drawing order. Raises LimitExceeded for a page of more than 200,000 objects."""
    seen = Survey()
    box = page.get_bbox()
    beneath: list[Rect] = []  # drawn before the candidate: hidden only if the candidate covers it
    texts_beneath = any_text = False
    pile = Pile(box)
    for count, thing in enumerate(page.get_objects(max_depth=8)):
        if count > _MOST_OBJECTS:
            raise LimitExceeded(f"page {number}: more than {_MOST_OBJECTS} objects are drawn")
        if thing.type == pdfium_c.FPDF_PAGEOBJ_FORM:
            continue
        any_text |= thing.type == pdfium_c.FPDF_PAGEOBJ_TEXT
        if thing.type == pdfium_c.FPDF_PAGEOBJ_IMAGE:
            matrix = _on_page(thing)
            _weigh(seen, thing, matrix, box)
            pile.image(image_rect(matrix))
            seen.layers |= thing.level == 0 and _is_cropped(thing, image_rect(matrix), box)
            if (
                thing.level == 0
                and _is_whole_page(thing, matrix, box)
                and all(_inside(r, image_rect(matrix), box) for r in beneath)
            ):
                seen.scan, seen.matrix = thing, matrix
                seen.hidden_text |= texts_beneath
                beneath = [image_rect(matrix)]
                continue
        elif not _draws(thing):
            seen.hidden_text |= thing.type == pdfium_c.FPDF_PAGEOBJ_TEXT
            continue
        elif thing.type == pdfium_c.FPDF_PAGEOBJ_TEXT:
            seen.hidden_text |= pile.text(_placed(thing))
        elif _fill_alpha(thing) >= _OPAQUE:
            pile.path(_placed(thing))
        seen.scan = None
        seen.vectors |= thing.type != pdfium_c.FPDF_PAGEOBJ_IMAGE
        texts_beneath |= thing.type == pdfium_c.FPDF_PAGEOBJ_TEXT
        beneath.append(_bounds(thing))
    if _annotations(page, seen):
        seen.scan = None
    seen.any_text, seen.text_layer = any_text, any_text and bool(seen.filling)
    seen.layers |= pile.hidden or pile.covered_images()
    seen.hidden_text |= pile.covered_text()
    return seen


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


def _on_page(thing: pdfium.PdfObject) -> Matrix:
    """The object's matrix in page units: through every form that it is nested in."""
    matrix, owner = thing.get_matrix(), thing.container
    while owner is not None:
        matrix, owner = matrix.multiply(owner.get_matrix()), owner.container
    return (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def image_rect(m: Matrix) -> Rect:
    """Where an image lies: bounds of the unit square under its matrix: left, bottom, right, top."""
    xs = [m[4], m[4] + m[0], m[4] + m[2], m[4] + m[0] + m[2]]
    ys = [m[5], m[5] + m[1], m[5] + m[3], m[5] + m[1] + m[3]]
    return min(xs), min(ys), max(xs), max(ys)


def _bounds(thing: pdfium.PdfObject) -> Rect:
    """Bounds on the page; endless for things in forms, whose bounds are in another frame."""
    if thing.level:
        return -np.inf, -np.inf, np.inf, np.inf
    left, bottom, right, top = thing.get_bounds()
    return left, bottom, right, top


def _placed(thing: pdfium.PdfObject) -> Rect:
    """Bounds on the page, through every form that the thing is nested in."""
    left, bottom, right, top = thing.get_bounds()
    owner = thing.container
    while owner is not None:
        m = owner.get_matrix()
        corners = [(m.a * x + m.c * y + m.e, m.b * x + m.d * y + m.f) for x in (left, right) for y in (bottom, top)]
        (left, right), (bottom, top) = ((min(side), max(side)) for side in zip(*corners, strict=True))
        owner = owner.container
    return left, bottom, right, top


def _is_cropped(image: pdfium.PdfImage, rect: Rect, box: Rect) -> bool:
    """Whether clipping takes away a part of an image that would be on the page."""
    shown = max(rect[0], box[0]), max(rect[1], box[1]), min(rect[2], box[2]), min(rect[3], box[3])
    return shown[2] - shown[0] > 1 and shown[3] - shown[1] > 1 and not _unclipped(image, shown)


def _inside(inner: Rect, outer: Rect, page: Rect) -> bool:
    """Whether the part of `inner` that is on the page lies under `outer`, to half a point."""
    return (
        max(inner[0], page[0]) >= outer[0] - 0.5
        and max(inner[1], page[1]) >= outer[1] - 0.5
        and min(inner[2], page[2]) <= outer[2] + 0.5
        and min(inner[3], page[3]) <= outer[3] + 0.5
    )


def _weigh(seen: Survey, image: pdfium.PdfImage, m: Matrix, box: Rect) -> None:
    """Note the image's pixels, and its resolution where it covers more than half of the page."""
    columns, rows = image.get_px_size()
    seen.largest = max(seen.largest, columns * rows)
    left, bottom, right, top = image_rect(m)
    wide, high = min(right, box[2]) - max(left, box[0]), min(top, box[3]) - max(bottom, box[1])
    if max(0.0, wide) * max(0.0, high) <= 0.5 * (box[2] - box[0]) * (box[3] - box[1]):
        return
    seen.filling.append(image)
    across, down = float(np.hypot(m[0], m[1])), float(np.hypot(m[2], m[3]))
    if across > 0 and down > 0:
        seen.resolution = max(seen.resolution or 0.0, 72 * columns / across, 72 * rows / down)


def _is_whole_page(image: pdfium.PdfImage, m: Matrix, box: Rect) -> bool:
    upright = abs(m[1]) <= _OFF_AXIS and abs(m[2]) <= _OFF_AXIS
    sideways = abs(m[0]) <= _OFF_AXIS and abs(m[3]) <= _OFF_AXIS
    return (
        (upright or sideways)
        and _same_rect(image_rect(m), box)
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


def _same_rect(rect: Rect, box: Rect) -> bool:
    wide, high = _SLACK * (box[2] - box[0]), _SLACK * (box[3] - box[1])
    return (
        wide > 0
        and high > 0
        and abs(rect[0] - box[0]) <= wide
        and abs(rect[2] - box[2]) <= wide
        and abs(rect[1] - box[1]) <= high
        and abs(rect[3] - box[3]) <= high
    )


def _unclipped(image: pdfium.PdfImage, box: Rect) -> bool:
    """Whether every clipping path is a rectangle around the page (to the same slack)."""
    clip = pdfium_c.FPDFPageObj_GetClipPath(image)
    wide, high = _SLACK * (box[2] - box[0]), _SLACK * (box[3] - box[1])
    for path in range(max(0, pdfium_c.FPDFClipPath_CountPaths(clip) if clip else 0)):
        segments = pdfium_c.FPDFClipPath_CountPathSegments(clip, path)
        if not 4 <= segments <= 6:
            return False
        corners = set()
        for i in range(segments):
            segment, x, y = pdfium_c.FPDFClipPath_GetPathSegment(clip, path, i), c_float(), c_float()
            if pdfium_c.FPDFPathSegment_GetType(
                segment
            ) == pdfium_c.FPDF_SEGMENT_BEZIERTO or not pdfium_c.FPDFPathSegment_GetPoint(segment, byref(x), byref(y)):
                return False
            left, right = x.value <= box[0] + wide, x.value >= box[2] - wide
            low, high_up = y.value <= box[1] + high, y.value >= box[3] - high
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
        seen.widgets |= kind == pdfium_c.FPDF_ANNOT_WIDGET
        seen.annotations |= kind != pdfium_c.FPDF_ANNOT_WIDGET
        unseen = hidden or (kind == pdfium_c.FPDF_ANNOT_POPUP and drawn)  # PDFium draws no pop-up of a comment
        seen.hidden_annotations |= unseen
        silent = kind in (pdfium_c.FPDF_ANNOT_LINK, pdfium_c.FPDF_ANNOT_POPUP) and not drawn
        shows |= not (hidden or silent)
    return shows
