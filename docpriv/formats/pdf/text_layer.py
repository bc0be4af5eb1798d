"""The words that a PDF page says it holds, placed in its pixels, seen or not.

PDFium gives each character of the page's content a code point and a box in page units, whatever the text looks like: invisible,
white, covered or beside the page. Text of annotations and form fields is not among it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from ctypes import byref, c_double
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from docpriv.formats.pdf.survey import Rect
from docpriv.geometry import Affine, Quad
from docpriv.model import Char, TextLayer, TextLine

MOST_CHARACTERS = 30_000
"""Characters of one page's layer, five times those of a dense page. A layer of more is dropped."""

TOO_LONG, UNREADABLE = "too-long", "unreadable"

_FAR = 1e6  # pixels: a box beyond this lies nowhere
_GAP = 1.0  # of the character's height: a wider gap, forward or back, parts words where no blank stands
_LONGEST = 200  # characters: a longer word is cut
_UNKNOWN = "\ufffd"
_HYPHEN = 2  # PDFium's sign for a hyphen at the end of a line
_HIGH, _LOW, _AFTER = 0xD800, 0xDC00, 0xE000  # halves of a pair, and the first code point after them

PixelBox = tuple[float, float, float, float]


def page_to_pixels(rect: Rect, turn: int, width: int, height: int) -> Affine:
    """From page units, y up, to pixels: what `rect` holds, turned clockwise by `turn` degrees, fills `width` x `height`."""
    left, bottom, right, top = rect
    quarters, sides = turn // 90 % 4, (right - left, top - bottom)
    sx, sy = width / sides[quarters % 2], height / sides[1 - quarters % 2]
    match quarters:
        case 0:
            return Affine(sx, 0.0, -left * sx, 0.0, -sy, top * sy)
        case 1:
            return Affine(0.0, sx, -bottom * sx, sy, 0.0, -left * sy)
        case 2:
            return Affine(-sx, 0.0, right * sx, 0.0, sy, -bottom * sy)
        case _:
            return Affine(0.0, -sx, top * sx, -sy, 0.0, right * sy)


@dataclass(frozen=True, slots=True)
class _Glyph:
    """A character, its level box in pixels, and the quarter turns clockwise from left-to-right in which it is written."""

    text: str
    box: PixelBox
    way: int


def read_text_layer(page: pdfium.PdfPage, to_pixels: Affine) -> TextLayer:
    """The layer's words, line by line as the file has them; none, with a code, where there are too many characters."""
    text = page.get_textpage()
    try:
        count = text.count_chars()
        if count > MOST_CHARACTERS:
            return TextLayer(dropped=TOO_LONG)
        return TextLayer(lines=tuple(_lines(_signs(text, count, to_pixels, page.get_rotation() // 90))))
    finally:
        text.close()


def _lines(signs: Iterator[_Glyph | str]) -> Iterator[tuple[TextLine, ...]]:
    words: list[TextLine] = []
    word: list[_Glyph] = []
    for sign in signs:
        glyph = sign if isinstance(sign, _Glyph) else None
        if word and (glyph is None or len(word) == _LONGEST or _parted(word[-1], glyph)):
            words.append(_word(word))
            word = []
        if glyph is not None:
            word.append(glyph)
        elif sign == "\n" and words:
            yield tuple(words)
            words = []
    if word:
        words.append(_word(word))
    if words:
        yield tuple(words)


def _signs(text: pdfium.PdfTextPage, count: int, to_pixels: Affine, quarters: int) -> Iterator[_Glyph | str]:
    """Characters with their places; a blank or a newline between words."""
    pending = 0  # the first half of a pair of UTF-16
    for index in range(count):
        code = int(pdfium_c.FPDFText_GetUnicode(text, index))
        if _HIGH <= code < _LOW:
            pending = code
            continue
        if pending and _LOW <= code < _AFTER:
            code = 0x10000 + ((pending - _HIGH) << 10) + (code - _LOW)
        pending = 0
        if code in (10, 13):
            yield "\n"
            continue
        sign = _printed(code)
        if sign.isspace() or pdfium_c.FPDFText_IsGenerated(text, index) == 1:
            yield " "
            continue
        yield _Glyph(sign, _box(text, index, to_pixels), (_way(text, index) + quarters) % 4)


def _printed(code: int) -> str:
    """A code point as text; what is none, or a control sign, becomes the sign for the unknown."""
    if code == _HYPHEN:
        return "-"
    if code in (9, 11, 12):
        return " "
    if code < 0x20 or 0x7F <= code < 0xA0 or _HIGH <= code < _AFTER or code & 0xFFFE == 0xFFFE or code > 0x10FFFF:
        return _UNKNOWN
    return chr(code)


def _box(text: pdfium.PdfTextPage, index: int, to_pixels: Affine) -> PixelBox:
    """The ink's box, the font's where a glyph has none; off every page where neither is a box."""
    left, right, bottom, top = (c_double() for _ in range(4))
    known = pdfium_c.FPDFText_GetCharBox(text, index, byref(left), byref(right), byref(bottom), byref(top))
    edges = left.value, bottom.value, right.value, top.value
    if not known or edges[2] <= edges[0] or edges[3] <= edges[1]:
        loose = pdfium_c.FS_RECTF()
        if pdfium_c.FPDFText_GetLooseCharBox(text, index, byref(loose)):
            edges = loose.left, loose.bottom, loose.right, loose.top
    (x0, y0), (x1, y1) = to_pixels.point((edges[0], edges[1])), to_pixels.point((edges[2], edges[3]))
    box = min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
    return box if all(math.isfinite(v) and abs(v) < _FAR for v in box) else (-_FAR, -_FAR, -_FAR, -_FAR)


def _way(text: pdfium.PdfTextPage, index: int) -> int:
    """Quarter turns clockwise of a character on the page."""
    angle = float(pdfium_c.FPDFText_GetCharAngle(text, index))
    return round(2 * angle / math.pi) if math.isfinite(angle) else 0


def _parted(last: _Glyph, glyph: _Glyph) -> bool:
    """Whether a character starts a new word although no blank stands before it."""
    if last.way != glyph.way:
        return True
    across, along = (1, 0) if last.way % 2 == 0 else (0, 1)
    tall = max(1.0, last.box[across + 2] - last.box[across], glyph.box[across + 2] - glyph.box[across])
    apart = max(glyph.box[along] - last.box[along + 2], last.box[along] - glyph.box[along + 2])
    beside = max(glyph.box[across] - last.box[across + 2], last.box[across] - glyph.box[across + 2])
    return apart > _GAP * tall or beside > 0.25 * tall


def _word(glyphs: list[_Glyph]) -> TextLine:
    """A word whose characters share its height and part its width between them."""
    x0, y0 = min(g.box[0] for g in glyphs), min(g.box[1] for g in glyphs)
    x1, y1 = max(g.box[2] for g in glyphs), max(g.box[3] for g in glyphs)
    way = glyphs[0].way
    chars = []
    for glyph in glyphs:
        gx0, gy0, gx1, gy1 = glyph.box
        own = (gx0, y0, gx1, y1) if way % 2 == 0 else (x0, gy0, x1, gy1)
        chars.append(Char(text=glyph.text, quad=_quad(own, way), score=1.0))
    return TextLine(chars=tuple(chars), quad=_quad((x0, y0, x1, y1), way), score=1.0)


def _quad(box: PixelBox, way: int) -> Quad:
    """A level box as the quad of text that runs right, down, left or up."""
    x0, y0, x1, y1 = box
    corners = ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
    return Quad(*(corners[(i + way) % 4] for i in range(4)))
