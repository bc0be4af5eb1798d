"""The invisible text layer of a PDF page: surviving words over their ink.

Words are set in render mode 3 in a font without outlines whose every cell is half an em wide (the approach of Tesseract and
OCRmyPDF). A code is the UTF-16 unit of the character; characters beyond the basic plane get the codes of surrogates, in the order
of their first use, so that each is one character with one box."""

from __future__ import annotations

import math
import struct
import unicodedata
import zlib
from collections.abc import Sequence
from pathlib import Path

from docpriv.formats.form import PlacedWord
from docpriv.geometry import Point, Quad

_CELL = 0.5  # width of every character, in ems
_SURROGATES = range(0xD800, 0xE000)
_NAME = b"DocprivBlank"

BLANK = Path(__file__).with_name("blank.ttf")
"""An empty glyph and one of zero area but full height, 500 of 1000 units wide, with the tables that PDF asks for (ISO 32000-1,
9.9: glyf, head, hhea, hmtx, loca, maxp).

The second glyph is a line there and back: it paints nothing, and gives the character a box. Without a box PDFium drops words
that stand upright on their side."""


def number(value: float) -> bytes:
    """A PDF real with at most four decimals, never in exponent form."""
    return f"{value:.4f}".rstrip("0").rstrip(".").encode() if abs(value) >= 5e-5 else b"0"


class BlankFont:
    """The one font of a document's text layers. Grows with distinct characters beyond the basic plane only."""

    OBJECTS = 6

    def __init__(self) -> None:
        self._astral: dict[int, int] = {}

    def encode(self, text: str) -> bytes:
        """Two-byte codes. Control characters, lone surrogates and what has no code left become U+FFFD."""
        return b"".join(struct.pack(">H", self._code(ord(char))) for char in text)

    def _code(self, point: int) -> int:
        if point > 0xFFFF:
            if point not in self._astral and len(self._astral) < len(_SURROGATES):
                self._astral[point] = _SURROGATES[len(self._astral)]
            return self._astral.get(point, 0xFFFD)
        return 0xFFFD if point < 0x20 or point in _SURROGATES else point

    def objects(self, first: int) -> list[bytes]:
        """Bodies of the six objects from `first` on: font, descendant, descriptor, file, glyph map, ToUnicode."""
        program = BLANK.read_bytes()
        packed = zlib.compress(program, 9)
        return [
            b"<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%d 0 R]"
            b"/ToUnicode %d 0 R>>" % (_NAME, first + 1, first + 5),
            b"<</Type/Font/Subtype/CIDFontType2/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)"
            b"/Ordering(Identity)/Supplement 0>>/FontDescriptor %d 0 R/DW 500/CIDToGIDMap %d 0 R>>"
            % (_NAME, first + 2, first + 4),
            b"<</Type/FontDescriptor/FontName/%s/Flags 5/FontBBox[0 0 500 1000]/ItalicAngle 0/Ascent 1000"
            b"/Descent -1/CapHeight 1000/StemV 80/FontFile2 %d 0 R>>" % (_NAME, first + 3),
            stream(packed, b"/Filter/FlateDecode/Length1 %d" % len(program)),
            stream(zlib.compress(b"\0\1" * 65536, 9), b"/Filter/FlateDecode"),
            stream(zlib.compress(self._to_unicode(), 9), b"/Filter/FlateDecode"),
        ]

    def _to_unicode(self) -> bytes:
        """A CMap (Adobe technical note 5411): identity in ranges that keep the first byte, then characters above."""
        lines = [
            b"/CIDInit/ProcSet findresource begin 12 dict begin begincmap",
            b"/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def",
            b"/CMapName/Adobe-Identity-UCS def/CMapType 2 def",
            b"1 begincodespacerange<0000><FFFF>endcodespacerange",
        ]
        rows = [b"<%02X00><%02XFF><%02X00>" % (h, h, h) for h in range(256) if h not in range(0xD8, 0xE0)]
        pairs = [b"<%04X><%s>" % (c, chr(p).encode("utf-16-be").hex().upper().encode()) for p, c in self._astral.items()]
        for kind, entries in ((b"range", rows), (b"char", pairs)):
            for at in range(0, len(entries), 100):
                part = entries[at : at + 100]
                lines += [b"%d beginbf%s" % (len(part), kind), *part, b"endbf" + kind]
        return b"\n".join([*lines, b"endcmap CMapName currentdict/CMap defineresource pop end end"])

    def layer(self, words: Sequence[PlacedWord], to_page: tuple[float, float, float]) -> bytes:
        """Text operators, one line a word. `to_page`: points a pixel across and down, height of the page in points."""
        out = [b"BT 3 Tr"]
        for word in words:
            text = "".join(word.text.split())
            line = self._line(text, word.quad, to_page) if text else None
            if line is not None:
                out.append(line)
        return b"\n".join([*out, b"ET"])

    def _line(self, text: str, quad: Quad, to_page: tuple[float, float, float]) -> bytes | None:
        sx, sy, height = to_page

        def place(p: Point) -> Point:
            return p[0] * sx, height - p[1] * sy

        top, left, right = place(quad.a), place(quad.d), place(quad.c)
        width, size = math.dist(left, right), math.dist(left, top)
        if not (width > 1e-3 and size > 1e-3 and math.isfinite(width + size)):
            return None
        cos, sin = (right[0] - left[0]) / width, (right[1] - left[1]) / width
        if _right_to_left(text):  # PDF text stands from left to right; readers turn it round
            text = text[::-1]
        squeeze = 100 * width / (len(text) * _CELL * size)
        # A space ends every word: readers join words of one line otherwise where the gap is narrow.
        return b"/F0 %s Tf %s Tz %s %s %s %s %s %s Tm<%s>Tj" % (
            number(size),
            number(squeeze),
            number(cos),
            number(sin),
            number(-sin),
            number(cos),
            number(left[0]),
            number(left[1]),
            self.encode(text + " ").hex().upper().encode(),
        )


def _right_to_left(text: str) -> bool:
    kinds = {unicodedata.bidirectional(char) for char in text}
    return bool(kinds & {"R", "AL"}) and "L" not in kinds


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """A PDF stream object's body with a direct length."""
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(data), data)
