"""Files of one picture, by Pillow's plugin for their format: no other is tried. Animations and truncated files are errors."""

from __future__ import annotations

import struct
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any, BinaryIO, ClassVar

import numpy as np
from PIL import ExifTags, Image, ImageFile

from docpriv.errors import UnsupportedInput, UsageError
from docpriv.formats.boundary import budget, check_size, memory_cap, translated
from docpriv.formats.extra import gathered
from docpriv.formats.form import CodedPage, Decoded, DocumentWriter, Keep, PageSpec, Problem, Reader, WritableFormat
from docpriv.formats.held import Held
from docpriv.formats.pixels import plausible_dpi, stored_bits, to_rgb, upright
from docpriv.formats.source import Source
from docpriv.formats.streams import decoded, plane
from docpriv.model import Colour, JpegTraits, PageFormat, Pixels
from docpriv.options import Limits


class ImageFormat(WritableFormat):
    """A format of files that hold one picture. `magic`: how they begin; `plugin`: what reads them."""

    magic: bytes
    plugin: ClassVar[type[ImageFile.ImageFile]]

    def sniff(self, head: bytes) -> bool:
        return head.startswith(self.magic)

    def open(self, source: Source, limits: Limits, render_dpi: int, password: str | None) -> Reader:
        return ImageReader(self, source, limits)

    @abstractmethod
    def extra_data(self, held: Held) -> Iterator[str]:
        """Codes of what a file holds besides its picture, from its parts alone. What cannot be followed may raise anything."""

    def bits(self, source: Source) -> int:
        """Bits a channel, 1 for what may be bilevel. UnsupportedInput for what only its parts tell, such as an animation."""
        return 8

    def encode(self, pixels: Pixels, page: PageFormat, keep: Keep | None) -> tuple[str, Colour, bytes]:
        return self.name.lower(), page.colour, self.file(plane(pixels, page.colour), page.colour, page.dpi)

    def file(self, samples: Pixels, colour: Colour, dpi: tuple[float, float] | None) -> bytes:
        """A whole file without loss of u8 (H, W) or, for "rgb", (H, W, 3)."""
        raise NotImplementedError

    def decode(self, coded: CodedPage) -> Pixels:
        return decoded(self.plugin, coded.data)

    def writer(self, stream: BinaryIO, pages: int) -> DocumentWriter:
        if pages != 1:
            raise UsageError(
                f"{self.media_type} holds one page, the document has {pages}",
                remedy="Write a PDF instead: --set writing.format=pdf.",
            )
        return DocumentWriter(stream, self.media_type, pages)

    def check(self, view: memoryview, expected: Sequence[PageSpec]) -> Iterator[Problem]:
        if len(expected) != 1:
            yield Problem("pages", "an image file holds one page")
        if sha256(view).hexdigest() != expected[0].data_sha256:
            yield Problem("bytes", "the file is not the page that was verified")
        yield from self.check_parts(view, expected[0])

    @abstractmethod
    def check_parts(self, view: memoryview, spec: PageSpec) -> Iterator[Problem]:
        """All that is wrong with a written file, part by part: nothing but pixels and resolution may stand in it."""


def is_near(found: float, wanted: float) -> bool:
    """Whether a resolution found in a file is the one wanted, as far as rounding goes."""
    return abs(found - wanted) <= max(1.0, wanted) * 0.01


class ImageReader(Reader):
    """One page out of a file of one picture."""

    def __init__(self, form: ImageFormat, source: Source, limits: Limits) -> None:
        """Reads headers only. Raises UnsupportedInput, CorruptInput or LimitExceeded."""
        super().__init__()
        self._form, self._source, self._limits = form, source, limits
        with translated(f"reading the header of the {form.name} image"):
            self._bits = form.bits(source)
            self.notes += gathered(form.extra_data(source))
            # WebP sets its canvas aside when it is opened.
            with memory_cap(budget(int(limits.megapixels * 1e6))), form.plugin(source.stream()) as image:
                check_size(*image.size, limits)
                if getattr(image, "n_frames", 1) > 1 or getattr(image, "is_animated", False):
                    raise UnsupportedInput("animated or multi-frame image")

    def decode(self, index: int) -> Decoded:
        with translated(f"decoding the {self._form.name} image", index + 1), self._form.plugin(self._source.stream()) as image:
            check_size(*image.size, self._limits, index + 1)
            with memory_cap(budget(image.size[0] * image.size[1])):
                return read_opened(image, self._bits, apply_orientation=True)


def read_opened(image: Image.Image, bits: int, *, apply_orientation: bool) -> Decoded:
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


def exif_has_thumbnail(raw: bytes) -> bool:
    """Whether EXIF data (a TIFF structure) links a second directory, which is that of a thumbnail."""
    raw = raw.removeprefix(b"Exif\0\0")
    order = "<" if raw[:2] == b"II" else ">"
    try:
        at = struct.unpack_from(order + "I", raw, 4)[0]
        count = struct.unpack_from(order + "H", raw, at)[0]
        return bool(struct.unpack_from(order + "I", raw, at + 2 + 12 * count)[0])
    except struct.error:
        return False
