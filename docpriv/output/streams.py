"""Pixels to lossless streams and one-page files, and back; refuses chunks, tags and palettes that hold more.

Every function is deterministic. Readers are Pillow's, so a mistake of a writer here cannot hide in a reader
of ours.
"""

from __future__ import annotations

import io
import struct
import zlib
from fractions import Fraction
from typing import cast

import cv2
import numpy as np
from PIL import BmpImagePlugin, Image, PngImagePlugin, TiffImagePlugin, WebPImagePlugin

from docpriv.errors import LimitExceeded
from docpriv.model import Colour, Pixels

_BAND = 128
# Level 3 with the Up filter: 70 ms and 2.15 MB for a grey A4 scan at 200 dpi, against 232 ms and 1.91 MB of
# Pillow's level 6 with a filter chosen by row; for RGB 185 ms and 2.96 MB against 596 ms and 3.48 MB.
_LEVEL = 3
_PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
_INCH_M = 0.0254
WEBP_SIDE = 16_383


def plane(pixels: Pixels, colour: Colour) -> Pixels:
    """The samples to store, u8: (H, W) of 0/255 for bilevel (threshold 128) and of luma for grey, (H, W, 3)
    for rgb.

    Luma of equal channels is the channel itself (the coefficients of ITU-R BT.601 sum to one), so grey is
    exact.
    """
    if colour == "rgb":
        return np.ascontiguousarray(pixels)
    grey = cast(Pixels, cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2GRAY))
    if colour == "grey":
        return grey
    return cast(Pixels, cv2.threshold(grey, 127, 255, cv2.THRESH_BINARY)[1])


def deflate_rows(samples: Pixels, predictor: str) -> bytes:
    """A zlib stream of rows: "png" = a filter byte before each row (Up, or None for bilevel packed to bits),
    "tiff" = horizontal differences (TIFF 6.0, section 14). Works in bands, so memory stays at the page's and
    the stream's.
    """
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, 15, 9)
    parts: list[bytes] = []
    bilevel = samples.ndim == 2 and predictor == "bits"
    rows = np.packbits(samples >= 128, axis=1) if bilevel else samples.reshape(samples.shape[0], -1)
    step = 3 if samples.ndim == 3 else 1
    for y in range(0, rows.shape[0], _BAND):
        band = rows[y : y + _BAND]
        if predictor == "tiff":
            out = band.copy()
            out[:, step:] -= band[:, :-step]
        else:
            out = np.empty((band.shape[0], band.shape[1] + 1), np.uint8)
            if bilevel:
                out[:, 0], out[:, 1:] = 0, band
            else:
                out[:, 0] = 2
                out[0, 1:] = band[0] if y == 0 else band[0] - rows[y - 1]
                np.subtract(band[1:], band[:-1], out=out[1:, 1:])
        parts.append(packer.compress(out.data))
    parts.append(packer.flush())
    return b"".join(parts)


def g4_strip(samples: Pixels) -> bytes:
    """CCITT Group 4 (ITU-T T.6) of (H, W) u8 of 0/255, one strip, white coded as T.6's white: photometric 0
    of TIFF.

    Group 4 has short codes for long white runs; written the other way round (Pillow's default) a page is
    larger.
    """
    height, width = samples.shape
    image = Image.frombytes("1", (width, height), np.packbits(samples < 128, axis=1).tobytes())
    held = io.BytesIO()
    image.save(held, "TIFF", compression="group4", strip_size=max(1, (width + 7) // 8) * height)
    held.seek(0)
    with TiffImagePlugin.TiffImageFile(held) as written:
        offsets, counts = written.tag_v2[273], written.tag_v2[279]
    if len(offsets) != 1:
        raise LimitExceeded(
            f"a bilevel page of {width} x {height} pixels does not fit one strip", remedy="Cut the page in two, and redact these."
        )
    return held.getvalue()[offsets[0] : offsets[0] + counts[0]]


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_file(idat: bytes, width: int, height: int, colour: Colour, dpi: tuple[float, float] | None) -> bytes:
    """A PNG of IHDR, pHYs where the resolution is known, one IDAT, IEND."""
    depth, kind = {"bilevel": (1, 0), "grey": (8, 0), "rgb": (8, 2)}[colour]
    parts = [_PNG_MAGIC, _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0))]
    if dpi is not None:
        parts.append(_chunk(b"pHYs", struct.pack(">IIB", *_per_metre(dpi), 1)))
    return b"".join([*parts, _chunk(b"IDAT", idat), _chunk(b"IEND", b"")])


def _per_metre(dpi: tuple[float, float]) -> tuple[int, int]:
    return max(1, round(dpi[0] / _INCH_M)), max(1, round(dpi[1] / _INCH_M))


def bmp_file(samples: Pixels, colour: Colour, dpi: tuple[float, float] | None) -> bytes:
    """A BMP with the 40-byte header: 1 bit with two colours, 8 bits with 256 greys, or 24 bits; bottom row
    first.
    """
    height, width = samples.shape[:2]
    if colour == "bilevel":
        rows, depth, palette = np.packbits(samples >= 128, axis=1), 1, np.array([0, 255], np.uint8)
    elif colour == "grey":
        rows, depth, palette = samples, 8, np.arange(256, dtype=np.uint8)
    else:
        rows, depth, palette = samples[:, :, ::-1].reshape(height, -1), 24, np.zeros(0, np.uint8)
    stride = -(-rows.shape[1] // 4) * 4
    body = np.zeros((height, stride), np.uint8)
    body[:, : rows.shape[1]] = rows[::-1]
    table = b"".join(bytes((v, v, v, 0)) for v in palette.tolist())
    start = 54 + len(table)
    if start + body.size >= 1 << 32:
        raise LimitExceeded("a BMP file cannot hold more than 4 GB", remedy="Write a PDF instead: --set writing.format=pdf.")
    across, down = _per_metre(dpi) if dpi is not None else (0, 0)
    return b"".join(
        (
            struct.pack("<2sIHHI", b"BM", start + body.size, 0, 0, start),
            struct.pack("<IiiHHIIiiII", 40, width, height, 1, depth, 0, body.size, across, down, len(palette), 0),
            table,
            body.tobytes(),
        )
    )


def webp_file(samples: Pixels) -> bytes:
    """A lossless WebP of one VP8L chunk. The format knows no resolution, and no side above 16,383 pixels."""
    height, width = samples.shape[:2]
    if max(width, height) > WEBP_SIDE:
        raise LimitExceeded(
            f"WebP holds no side above {WEBP_SIDE} pixels, the page has {width} x {height}",
            remedy="Write a PDF instead: --set writing.format=pdf.",
        )
    held = io.BytesIO()
    # 400 ms for a noisy grey A4 scan, against 960 ms of Pillow's defaults for 0.5 % fewer bytes.
    image = Image.fromarray(samples).convert("RGB")
    image.save(held, "WEBP", lossless=True, exact=True, quality=30, method=2)
    return held.getvalue()


# --- TIFF ---------------------------------------------------------------------------------------------------


def tiff_directory(
    *,
    width: int,
    height: int,
    colour: Colour,
    g4: bool,
    dpi: tuple[float, float] | None,
    data_at: int,
    data_length: int,
    directory_at: int,
) -> bytes:
    """One image file directory with its values behind it; the last four bytes of the entries, the offset of
    the next directory, are zero. Tags of TIFF 6.0 baseline, plus Predictor. Little-endian.
    """
    short, long, rational = 3, 4, 5
    samples = 3 if colour == "rgb" else 1
    entries: list[tuple[int, int, int, bytes]] = [
        (256, long, 1, struct.pack("<I", width)),
        (257, long, 1, struct.pack("<I", height)),
        (258, short, samples, struct.pack(f"<{samples}H", *[1 if colour == "bilevel" else 8] * samples)),
        (259, short, 1, struct.pack("<H", 4 if g4 else 8)),
        (262, short, 1, struct.pack("<H", {"bilevel": 0, "grey": 1, "rgb": 2}[colour])),
        (273, long, 1, struct.pack("<I", data_at)),
        (277, short, 1, struct.pack("<H", samples)),
        (278, long, 1, struct.pack("<I", height)),
        (279, long, 1, struct.pack("<I", data_length)),
    ]
    if dpi is not None:
        entries += [(tag, rational, 1, _rational(value)) for tag, value in zip((282, 283), dpi, strict=True)]
        entries.append((296, short, 1, struct.pack("<H", 2)))
    if not g4:
        entries.append((317, short, 1, struct.pack("<H", 2)))
    tail_at = directory_at + 2 + 12 * len(entries) + 4
    head, tail = struct.pack("<H", len(entries)), b""
    for tag, kind, count, value in entries:
        if len(value) > 4:
            value, tail = struct.pack("<I", tail_at + len(tail)), tail + value + b"\0" * (len(value) % 2)
        head += struct.pack("<HHI", tag, kind, count) + value.ljust(4, b"\0")
    return head + struct.pack("<I", 0) + tail


def _rational(value: float) -> bytes:
    ratio = Fraction(value).limit_denominator(10_000)
    return struct.pack("<II", min(max(1, ratio.numerator), 2**32 - 1), ratio.denominator)


def tiff_file(data: bytes, width: int, height: int, colour: Colour, *, g4: bool) -> bytes:
    """A file of one page around a stream, to read the stream back with libtiff."""
    at = 8 + len(data) + len(data) % 2
    return (
        struct.pack("<2sHI", b"II", 42, at)
        + data
        + b"\0" * (len(data) % 2)
        + tiff_directory(
            width=width, height=height, colour=colour, g4=g4, dpi=None, data_at=8, data_length=len(data), directory_at=at
        )
    )


# --- reading back -------------------------------------------------------------------------------------------


def read_image(data: bytes, kind: str) -> Pixels:
    """Decode a file of one image to u8 (H, W, 3) RGB. `kind`: png, bmp, webp or tiff.

    The plugin is called by name, so nothing is sniffed, and Pillow's limit for foreign images (`Image.open`)
    does not apply to what was just written under docpriv's own limit.
    """
    held = io.BytesIO(data)
    opened: Image.Image
    match kind:
        case "png":
            opened = PngImagePlugin.PngImageFile(held)
        case "bmp":
            opened = BmpImagePlugin.BmpImageFile(held)
        case "webp":
            opened = WebPImagePlugin.WebPImageFile(held)
        case _:
            opened = TiffImagePlugin.TiffImageFile(held)
    with opened as image:
        return np.asarray(image if image.mode == "RGB" else image.convert("RGB"))
