"""Decode PNG, JPEG, BMP and WebP to one page; refuses animations and truncated files.

Of a JPEG file of several pictures (MPO) the first is the page; a note says that there are more.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, BinaryIO

import numpy as np
from PIL import ExifTags, Image, JpegImagePlugin

from docpriv.errors import UnsupportedInput
from docpriv.intake.boundary import budget, check_size, memory_cap, translated
from docpriv.intake.pixels import plausible_dpi, stored_bits, to_rgb, upright
from docpriv.intake.remains_images import image_notes
from docpriv.intake.source import Source
from docpriv.model import JpegTraits, MediaType, PageFormat, Pixels
from docpriv.options import Limits

_FORMATS: dict[MediaType, str] = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/bmp": "BMP",
    "image/webp": "WEBP",
    "image/tiff": "TIFF",
}
_MOST_CHUNKS = 1_000_000


@contextmanager
def opened(stream: BinaryIO, media_type: MediaType) -> Iterator[Image.Image]:
    """Pillow's lazy image of the stream by the one plugin for that type; no other format is tried."""
    if media_type == "image/jpeg":  # `Image.open` would give a JPEG that lists further pictures to the plugin for these
        with JpegImagePlugin.JpegImageFile(stream) as image:
            yield image
        return
    with Image.open(stream, formats=[_FORMATS[media_type]]) as image:
        yield image


class ImageReader:
    """One page out of a PNG, JPEG, BMP or WebP file. Decodes nothing until `decode`; keeps no pixels."""

    pages = 1

    def __init__(self, source: Source, media_type: MediaType, limits: Limits) -> None:
        """Reads headers only. Raises UnsupportedInput, CorruptInput or LimitExceeded."""
        self._source, self._media_type, self._limits = source, media_type, limits
        self._name = _FORMATS[media_type]
        self.notes: list[str] = []
        self._bits = 8
        with translated(f"reading the header of the {self._name} image"):
            if media_type == "image/png":
                self._bits = _png_depth(source)
            elif media_type == "image/bmp":
                self._bits = 1 if source.at(28, 2) == b"\x01\x00" and source.at(14, 1) != b"\x0c" else 8
            self.notes += image_notes(source, media_type)
            # WebP sets its canvas aside when it is opened.
            with memory_cap(budget(int(limits.megapixels * 1e6))), opened(source.stream(), media_type) as image:
                check_size(*image.size, limits)
                if image.format != self._name or getattr(image, "n_frames", 1) > 1 or getattr(image, "is_animated", False):
                    raise UnsupportedInput("animated or multi-frame image")

    def decode(self, index: int) -> tuple[Pixels, PageFormat, tuple[str, ...]]:
        """Pixels u8 (H, W, 3) upright, how they were stored, notes. `index` is 0."""
        with translated(f"decoding the {self._name} image", index + 1), opened(self._source.stream(), self._media_type) as image:
            check_size(*image.size, self._limits, index + 1)
            with memory_cap(budget(image.size[0] * image.size[1])):
                return read_opened(image, self._bits, apply_orientation=True)

    def close(self) -> None:
        """Nothing is held open between pages."""


def read_opened(image: Image.Image, bits: int, *, apply_orientation: bool) -> tuple[Pixels, PageFormat, tuple[str, ...]]:
    """Decode an opened single-frame image; JPEG with its traits; its orientation tag applied where asked."""
    traits = _traits(image) if image.format == "JPEG" else None
    pixels, colour, notes = to_rgb(image, bits)
    exif = _exif(image)
    orientation = _orientation(exif) if apply_orientation else 1
    if image.info.get("icc_profile"):
        notes = (*notes, "icc-ignored")
    if traits is not None and orientation != 1:
        traits = replace(traits, turned=True)
    dpi = plausible_dpi(image.info.get("dpi") or _exif_dpi(exif), swapped=orientation in (5, 6, 7, 8))
    form = PageFormat(colour=colour, bits=stored_bits(bits), dpi=dpi, jpeg=traits)
    return upright(pixels, orientation), form, notes


def _traits(image: Image.Image) -> JpegTraits | None:
    """Tables in Pillow's own order, taken before loading; None for CMYK, whose planes are gone afterwards."""
    if image.mode not in ("L", "RGB"):
        return None
    tables: dict[int, Any] = getattr(image, "quantization", {})
    layers = getattr(image, "layer", [])
    sampling = -1
    if len(layers) == 3 and all(tuple(part[1:3]) == (1, 1) for part in layers[1:]):
        sampling = {(1, 1): 0, (2, 1): 1, (2, 2): 2}.get(tuple(layers[0][1:3]), -1)
    numbers = tuple(tuple(int(v) for v in tables[k]) for k in sorted(tables))
    return JpegTraits(tables=numbers, sampling=sampling, progressive=bool(image.info.get("progressive", 0)))


def _exif(image: Image.Image) -> Image.Exif:
    """EXIF tags alone (no XMP); empty where they cannot be read: a damaged tag must not cost the page."""
    exif = Image.Exif()
    raw = image.info.get("exif")
    if isinstance(raw, bytes):
        try:
            exif.load(raw)
        except Exception:
            return Image.Exif()
    return exif


def _orientation(exif: Image.Exif) -> int:
    value = exif.get(ExifTags.Base.Orientation, 1)
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _exif_dpi(exif: Image.Exif) -> tuple[float, float] | None:
    try:
        x, y = float(exif[ExifTags.Base.XResolution]), float(exif[ExifTags.Base.YResolution])
    except (KeyError, TypeError, ValueError, ArithmeticError):
        return None
    factor = 2.54 if exif.get(ExifTags.Base.ResolutionUnit) == 3 else 1.0
    return (x * factor, y * factor) if np.isfinite([x, y]).all() else None


def _png_depth(source: Source) -> int:
    """Bits a channel from IHDR. Walks the chunk headers, because an animation shows only there."""
    bits = source.at(24, 1)
    position, seen = 8, 0
    while position < source.size:
        head = source.at(position, 8)
        seen += 1
        if len(head) < 8 or seen > _MOST_CHUNKS:
            break  # truncated: decoding says so
        position += 12 + int.from_bytes(head[:4], "big")
        if head[4:] == b"acTL":
            raise UnsupportedInput("animated or multi-frame image")
        if head[4:] == b"IEND":
            break
    return bits[0] if bits and bits[0] in (1, 2, 4, 8, 16) else 8
