"""A full-page scan of a PDF exactly as stored, unless the page looks otherwise."""

from __future__ import annotations

import io
from dataclasses import replace

import cv2
import numpy as np
import pypdfium2 as pdfium
from PIL import JpegImagePlugin

from docpriv.errors import CorruptInput, DocprivError
from docpriv.formats.image import read_opened
from docpriv.formats.pdf.structure import ImageFacts
from docpriv.formats.pixels import freeze, spread, stored_bits
from docpriv.model import PageFormat, Pixels

Scan = tuple[Pixels, PageFormat]
"""Pixels u8 (H, W, 3), and how they were stored."""

MEAN_DIFFERENCE = 10.0
"""Grey levels by which scan and drawn page may differ on average: room for colour profiles (the same page differs by 0.3)."""

BLOCK_DIFFERENCE = 32.0
"""Grey levels by which any 12 x 12 block of the small comparison pictures may differ (the same page: by 1)."""

_JPEG = "DCTDecode"


def as_displayed(pixels: Pixels, matrix: pdfium.PdfMatrix, turn: int) -> Pixels:
    """Flip and turn image rows the way the page shows them.

    `matrix`: image to page (unit square, y up); `turn`: the page's own clockwise turn in degrees, a multiple of 90."""
    along, down = (matrix.a, -matrix.b), (-matrix.c, matrix.d)  # where right and down of the image point on a display, y downward
    for _ in range(turn // 90 % 4):
        along, down = (-along[1], along[0]), (-down[1], down[0])
    if abs(along[0]) < abs(along[1]):
        pixels, along, down = pixels.transpose(1, 0, 2), down, along
    if along[0] < 0:
        pixels = pixels[:, ::-1]
    if down[1] < 0:
        pixels = pixels[::-1]
    return freeze(pixels)


def agrees(pixels: Pixels, drawn: Pixels) -> bool:
    """Whether the page as drawn (u8 (h, w, 3), small) is the scan seen from afar: catches inverted polarity, other decode arrays,
    hidden layers and wrong turns."""
    high, wide = drawn.shape[:2]
    step = max(1, min(pixels.shape[0] // high, pixels.shape[1] // wide))
    rows, columns = pixels.shape[0] // step, pixels.shape[1] // step
    # By a whole number first, for which OpenCV has a much faster way; the few pixels cut off do not matter from afar.
    small = cv2.resize(pixels[: rows * step, : columns * step], (columns, rows), interpolation=cv2.INTER_AREA)
    small = cv2.resize(small, (wide, high), interpolation=cv2.INTER_AREA)
    difference = np.abs(small.astype(np.int16) - drawn).mean(axis=2).astype(np.float32)
    blocks = cv2.blur(difference, (12, 12))
    return bool(difference.mean() <= MEAN_DIFFERENCE and blocks.max() <= BLOCK_DIFFERENCE)


def from_jpeg(image: pdfium.PdfImage, facts: ImageFacts, *, turned: bool, number: int) -> Scan | None:
    """The scan through its own JPEG stream, so that its tables are known; None where colours would need guessing.

    Raises CorruptInput where the stream of page `number` ends early."""
    filters = image.get_filters(skip_simple=True)
    if filters != [_JPEG] or not facts.decoded_as_is or facts.channels not in (1, 3):
        return None
    try:
        with JpegImagePlugin.JpegImageFile(io.BytesIO(bytes(image.get_data(decode_simple=True)))) as picture:
            mode = "L" if facts.channels == 1 else "RGB"
            if picture.size != (facts.width, facts.height) or picture.mode != mode:
                return None
            pixels, form, _ = read_opened(picture, 8, apply_orientation=False)
    except (MemoryError, DocprivError):
        raise
    except Exception as problem:
        if isinstance(problem, OSError) and "truncated" in str(problem):
            raise CorruptInput(f"page {number}: the JPEG data of the scan is cut off") from None
        return None  # another dialect: PDFium may know it
    if form.jpeg is not None and turned:
        form = replace(form, jpeg=replace(form.jpeg, turned=True))
    return pixels, form


def decodes(image: pdfium.PdfImage) -> bool:
    """Whether PDFium can decode the image at all."""
    try:
        bitmap = image.get_bitmap(render=False)
    except pdfium.PdfiumError:
        return False
    bitmap.warn_on_close = False  # nothing looks at its buffer
    bitmap.close()
    return True


def from_bitmap(image: pdfium.PdfImage, facts: ImageFacts) -> Scan | None:
    """The scan as PDFium decodes it at its own size: CCITT, JBIG2, Flate, JPEG 2000, palettes, CMYK."""
    bitmap = image.get_bitmap(render=False)
    bitmap.warn_on_close = False  # closed below, after the copy
    try:
        same_size = (bitmap.width, bitmap.height) == (facts.width, facts.height)
        if not same_size or bitmap.mode not in ("L", "BGR", "BGRX"):
            return None
        stored = np.asarray(bitmap.to_numpy())
        grey = stored.reshape(facts.height, facts.width).copy() if bitmap.mode == "L" else None
        pixels = np.ascontiguousarray(stored[..., 2::-1]) if grey is None else spread(grey)
        del stored
    finally:
        bitmap.close()
    one = pixels[..., 0] if grey is None else grey
    even = grey is not None or facts.bits != 1 or bool((pixels == one[..., None]).all())
    if facts.bits == 1 and even and ((one == 0) | (one == 255)).all():
        return pixels, PageFormat(colour="bilevel", bits=1)
    return pixels, PageFormat(colour="grey" if facts.channels == 1 else "rgb", bits=stored_bits(facts.bits))
