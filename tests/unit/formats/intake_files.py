"""Small pages and files for the tests of intake; everything is drawn or written here."""

from __future__ import annotations

import io
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from docpriv.formats.document import OpenDocument, open_document
from docpriv.model import PageImage
from docpriv.options import Limits

Array = npt.NDArray[np.uint8]
WIDTH, HEIGHT = 120, 168


def picture(mode: str = "RGB", size: tuple[int, int] = (WIDTH, HEIGHT)) -> Image.Image:
    """A page that looks different under every flip and turn; grey in L, coloured in RGB, two-valued in 1."""
    grey = Image.new("L", size, 255)
    draw = ImageDraw.Draw(grey)
    draw.rectangle((6, 6, size[0] // 2, 14), fill=0)
    draw.rectangle((6, 24, 14, size[1] - 30), fill=0)
    draw.line((20, 40, size[0] - 10, size[1] - 12), fill=0, width=3)
    if mode == "1":
        return grey.convert("1", dither=Image.Dither.NONE)
    draw.rectangle((size[0] - 40, 60, size[0] - 20, 90), fill=136)
    if mode != "RGB":
        return grey.convert(mode)
    colour = grey.convert("RGB")
    ImageDraw.Draw(colour).rectangle((70, 20, 100, 44), fill=(200, 30, 60))
    return colour


def rgb(image: Image.Image) -> Array:
    return np.asarray(image.convert("RGB"))


def coded(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def opened(folder: Path, content: bytes, name: str = "scan", limits: Limits | None = None, **options: Any) -> OpenDocument:
    path = folder / name
    path.write_bytes(content)
    return open_document(path, document="doc", limits=limits or Limits(), **options)


def only_page(folder: Path, content: bytes, **options: Any) -> PageImage:
    with opened(folder, content, **options) as document:
        assert document.info.pages == 1
        return document.page(0)


def notes_of(folder: Path, content: bytes, **options: Any) -> tuple[str, ...]:
    with opened(folder, content, **options) as document:
        for _ in document.pages():
            pass
        return document.info.notes


def stream(body: bytes, extra: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(body), extra, body)


def pdf(objects: dict[int, bytes]) -> bytes:
    out, places = bytearray(b"%PDF-1.6\n"), {}
    for number, body in sorted(objects.items()):
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start, size = len(out), max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    free = b"0000000000 00000 f \n"
    out += b"".join(b"%010d 00000 n \n" % places[n] if n in places else free for n in range(1, size))
    return bytes(out + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start))


def image_object(size: tuple[int, int], body: bytes, extra: bytes) -> bytes:
    return stream(body, b"/Type /XObject /Subtype /Image /Width %d /Height %d " % size + extra)


def flate_image(image: Image.Image, extra: bytes = b"") -> bytes:
    """An image object of one Flate stream: 1 bit for mode 1, 8 for L and RGB."""
    pixels = np.asarray(image)
    raw = np.packbits(pixels, axis=1).tobytes() if image.mode == "1" else pixels.tobytes()
    space = b"/DeviceRGB" if image.mode == "RGB" else b"/DeviceGray"
    return image_object(
        image.size,
        zlib.compress(raw),
        b"/Filter /FlateDecode /ColorSpace %s /BitsPerComponent %d %s" % (space, 1 if image.mode == "1" else 8, extra),
    )


def jpeg_image(data: bytes, size: tuple[int, int], space: bytes = b"/DeviceRGB", extra: bytes = b"") -> bytes:
    return image_object(size, data, b"/Filter /DCTDecode /BitsPerComponent 8 /ColorSpace %s %s" % (space, extra))


def page_with(
    image: bytes,
    *,
    content: bytes = b"q 60 0 0 84 0 0 cm /Im Do Q",
    box: bytes = b"0 0 60 84",
    on_page: bytes = b"",
    on_root: bytes = b"",
    resources: bytes = b"",
    more: dict[int, bytes] | None = None,
) -> bytes:
    """A one-page PDF, by default of one image that fills 60 x 84 points (144 dpi for `picture`)."""
    return pdf(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R %s >>" % on_root,
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [%s] /Contents 4 0 R /Resources << "
            b"/XObject << /Im 5 0 R /Two 6 0 R >> /Font << /F << /Type /Font /Subtype /Type1 "
            b"/BaseFont /Helvetica >> >> %s >> %s >>" % (box, resources, on_page),
            4: stream(content),
            5: image,
            **(more or {}),
        }
    )
