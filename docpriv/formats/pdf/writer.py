"""A PDF of page images and nothing else, no date, no producer, written as it goes.

Objects: 1 the catalog, 2 the page tree (both written last), then an image, a content stream and a page for each page, and one
font where there is text. One revision, a classic cross-reference table, an /ID from the file's own bytes."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Sequence
from typing import BinaryIO

from docpriv.errors import LimitExceeded
from docpriv.formats.form import CodedPage, DocumentWriter, PlacedWord
from docpriv.formats.pdf.font import BlankFont, number, stream

_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_MOST = 10**10 - 1  # a classic cross-reference entry has ten digits
UNKNOWN_DPI = 200.0  # of a page whose source names no resolution: what office scanners are set to


class PdfWriter(DocumentWriter):
    """Streams pages into a PDF. Keeps eight bytes an object beside the font."""

    def __init__(self, stream_: BinaryIO, pages: int) -> None:
        super().__init__(stream_, "application/pdf", pages)
        self._hash = hashlib.sha256()
        self._at = 0
        self._offsets = array("Q", [0, 0, 0])  # by object number; 0 is the free entry
        self._kids = array("Q")
        self._font: BlankFont | None = None
        self._font_at = 0
        self._put(_HEADER)

    def _add(self, page: CodedPage, text: Sequence[PlacedWord]) -> None:
        """With an invisible text layer where there is text. Raises LimitExceeded above 10 GB."""
        across, down = page.dpi or (UNKNOWN_DPI, UNKNOWN_DPI)
        width, height = page.size_pt or (72 * page.width / across, 72 * page.height / down)
        draw = b"q %s 0 0 %s 0 0 cm /Im0 Do Q" % (number(width), number(height))
        fonts = b""
        if text:
            if self._font is None:
                self._font, self._font_at = BlankFont(), len(self._offsets)
                self._offsets.extend([0] * BlankFont.OBJECTS)
            draw += b"\n" + self._font.layer(text, (width / page.width, height / page.height, height))
            fonts = b"/Font<</F0 %d 0 R>>" % self._font_at
        image = self._object(_image(page))
        content = self._object(stream(draw))
        self._kids.append(
            self._object(
                b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %s %s]"
                b"/Resources<</XObject<</Im0 %d 0 R>>%s>>/Contents %d 0 R>>"
                % (number(width), number(height), image, fonts, content)
            )
        )

    def _finish(self) -> None:
        """The page tree, the cross-reference table and the trailer."""
        if self._font is not None:
            for place, body in enumerate(self._font.objects(self._font_at), self._font_at):
                self._object(body, place)
        self._offsets[2] = self._at
        self._put(b"2 0 obj\n<</Type/Pages/Count %d/Kids[" % len(self._kids))
        for kid in self._kids:
            self._put(b"%d 0 R\n" % kid)
        self._put(b"]>>\nendobj\n")
        self._object(b"<</Type/Catalog/Pages 2 0 R>>", 1)
        start, mark = self._at, self._hash.hexdigest()[:32].encode()
        self._put(b"xref\n0 %d\n0000000000 65535 f \n" % len(self._offsets))
        for offset in self._offsets[1:]:
            self._put(b"%010d 00000 n \n" % offset)
        self._put(
            b"trailer\n<</Size %d/Root 1 0 R/ID[<%s><%s>]>>\nstartxref\n%d\n%%%%EOF\n" % (len(self._offsets), mark, mark, start)
        )

    def _object(self, body: bytes, place: int | None = None) -> int:
        if place is None:
            place = len(self._offsets)
            self._offsets.append(0)
        self._offsets[place] = self._at
        self._put(b"%d 0 obj\n" % place)
        self._put(body)
        self._put(b"\nendobj\n")
        return place

    def _put(self, data: bytes) -> None:
        if self._at + len(data) > _MOST:
            raise LimitExceeded("a PDF cannot pass 10 GB", remedy="Split the document.")
        self._out.write(data)
        self._hash.update(data)
        self._at += len(data)


def _image(page: CodedPage) -> bytes:
    space, parts = (b"RGB", 3) if page.colour == "rgb" else (b"Gray", 1)
    depth = 8
    match page.codec:
        case "jpeg":
            coding = b"/Filter/DCTDecode"
        case "g4":
            # The strip has T.6's own polarity (white is white), which is PDF's default: /BlackIs1 false.
            depth = 1
            coding = b"/Filter/CCITTFaxDecode/DecodeParms<</K -1/Columns %d/Rows %d/BlackIs1 false>>" % (page.width, page.height)
        case _:
            coding = b"/Filter/FlateDecode/DecodeParms<</Predictor 15/Colors %d/BitsPerComponent 8/Columns %d>>" % (
                parts,
                page.width,
            )
    return stream(
        page.data,
        b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/Device%s"
        b"/BitsPerComponent %d%s" % (page.width, page.height, space, depth, coding),
    )
