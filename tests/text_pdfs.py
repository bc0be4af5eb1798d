"""PDF files with text of their own, written object by object, for tests of the text layer; no font is embedded."""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from docpriv.model import Pixels
from tests.unit.formats.intake_files import pdf, stream


@dataclass(frozen=True, kw_only=True)
class Print:
    """Text on a page: where its baseline starts in points (y up), its size, grey 0..1 (0 black), degrees to the left, mode.

    `mode` 3 is invisible. `width`: of the characters, in percent.
    """

    text: str
    x: float
    y: float
    size: float = 12.0
    grey: float = 0.0
    angle: float = 0.0
    mode: int = 0
    width: float = 100.0
    font: str = "F"

    def operators(self) -> bytes:
        c, s = math.cos(math.radians(self.angle)), math.sin(math.radians(self.angle))
        shown = self.text.encode("cp1252") if self.font == "F" else self.text.encode("latin-1")
        return b"BT %g g /%s %g Tf %g Tz %d Tr %.4f %.4f %.4f %.4f %g %g Tm <%s> Tj ET\n" % (
            self.grey,
            self.font.encode(),
            self.size,
            self.width,
            self.mode,
            c,
            s,
            -s,
            c,
            self.x,
            self.y,
            shown.hex().encode(),
        )


def text_pdf(
    prints: Sequence[Print],
    *,
    size: tuple[float, float] = (400, 300),
    on_page: bytes = b"",
    before: bytes = b"",
    after: bytes = b"",
    scan: Pixels | None = None,
    place: str = "",
    fonts: bytes = b"",
    more: dict[int, bytes] | None = None,
) -> bytes:
    """A page of that size in points: `before`, an image `scan` (grey, u8 (H, W, 3)) at the matrix `place`, the prints, `after`.

    `on_page`: further keys of the page, such as /Rotate; `fonts`: further entries of its fonts; `more`: objects from 7 on.
    """
    drawn = b"".join(p.operators() for p in prints)
    image = np.full((1, 1), 255, np.uint8) if scan is None else np.ascontiguousarray(scan[..., 0])
    if scan is not None:
        drawn = b"q %s cm /Im Do Q\n" % (place or f"{size[0]} 0 0 {size[1]} 0 0").encode() + drawn
    return pdf(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %g %g] /Contents 4 0 R /Resources << /XObject << /Im 5 0 R >> "
            b"/Font << /F 6 0 R %s >> >> %s >>" % (*size, fonts, on_page),
            4: stream(before + drawn + after),
            5: stream(
                zlib.compress(image.tobytes()),
                b"/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 8 "
                b"/ColorSpace /DeviceGray /Filter /FlateDecode" % (image.shape[1], image.shape[0]),
            ),
            6: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
            **(more or {}),
        }
    )
