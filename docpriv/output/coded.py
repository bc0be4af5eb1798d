"""The final bytes of one page and how to read them back; refuses anything of the source but its pixels."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from docpriv.geometry import Box
from docpriv.model import Colour, MediaType, PageFormat, Pixels
from docpriv.output import chroma, jpeg, streams
from docpriv.output.fidelity import JPEG_LIMITS, difference_outside, inside_kept

Codec = Literal["jpeg", "g4", "flate", "png", "bmp", "webp"]
_MCU = {0: (8, 8), 1: (16, 8), 2: (16, 16)}


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedPage:
    """One page as it will stand in the file.

    `data`: the exact stream (PDF, TIFF) or the whole file (image targets). `width`, `height`: pixels.
    `colour`: of the samples stored. `predictor`: how rows of a "flate" stream were prepared ("png" in PDF,
    "tiff" in TIFF). `dpi`: horizontal and vertical, None where unknown. `size_pt`: width and height of a PDF
    page in points, None to derive it from `dpi`.
    """

    data: bytes = field(repr=False)
    codec: Codec
    width: int
    height: int
    colour: Colour
    predictor: Literal["none", "png", "tiff"] = "none"
    dpi: tuple[float, float] | None = None
    size_pt: tuple[float, float] | None = None

    @property
    def lossless(self) -> bool:
        return self.codec != "jpeg"


def codec_of(fmt: PageFormat, target: MediaType) -> Codec:
    """The codec that a page of this format gets in that container, before any fallback.

    In a PDF a bilevel page is Group 4 and a page that was JPEG stays JPEG; `encode_page` falls back to
    "flate" there when no JPEG is close enough to the source.
    """
    match target:
        case "image/png":
            return "png"
        case "image/jpeg":
            return "jpeg"
        case "image/bmp":
            return "bmp"
        case "image/webp":
            return "webp"
        case _:
            if fmt.colour == "bilevel":
                return "g4"
            return "jpeg" if fmt.jpeg is not None and target == "application/pdf" else "flate"


def grid_of(fmt: PageFormat, target: MediaType) -> tuple[int, int]:
    """Columns and rows of the grid that filled boxes must be snapped to (`Box.snap`): the size of the minimum
    coded unit (T.81, A.2) of the page that will be written, (1, 1) where it is lossless.
    """
    if codec_of(fmt, target) != "jpeg":
        return 1, 1
    return _MCU[jpeg.sampling_of(fmt.jpeg, grey=fmt.colour != "rgb")]


def encode_page(
    pixels: Pixels, fmt: PageFormat, target: MediaType, *, keep_outside: tuple[Pixels, Sequence[Box]] | None
) -> CodedPage:
    """Code the painted page for that container.

    `pixels`: u8 (H, W, 3) RGB with every region drawn. `keep_outside`: the source's pixels, same shape, and
    the boxes that were covered; with it a JPEG page is coded finer until `compare_outside` would pass (in a
    PDF losslessly, if none does). Raises LimitExceeded where the format cannot hold the page's size.
    Deterministic.
    """
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8:
        raise ValueError(f"a page is u8 (H, W, 3), not {pixels.dtype} {pixels.shape}")
    height, width = pixels.shape[:2]
    codec, colour = codec_of(fmt, target), fmt.colour
    dpi, size_pt = _positive(fmt.dpi, 1e5), _positive(fmt.size_pt, 1e6)
    predictor: Literal["none", "png", "tiff"] = "none"
    if codec == "jpeg":
        colour = "rgb" if colour == "rgb" else "grey"
        accept, spread = _against(pixels, keep_outside)
        data, kept = jpeg.encode(streams.plane(pixels, colour), fmt.jpeg, dpi, accept, spread)
        if not kept and target == "application/pdf":
            codec = "flate"
    samples = pixels if codec == "jpeg" else streams.plane(pixels, colour)
    match codec:
        case "png":
            idat = streams.deflate_rows(samples, "bits" if colour == "bilevel" else "png")
            data = streams.png_file(idat, width, height, colour, dpi)
        case "bmp":
            data = streams.bmp_file(samples, colour, dpi)
        case "webp":
            data = streams.webp_file(samples)
        case "g4":
            data = streams.g4_strip(samples)
        case "flate":
            predictor = "tiff" if target == "image/tiff" else "png"
            data = streams.deflate_rows(samples, predictor)
        case "jpeg":
            pass
    return CodedPage(
        data=data, codec=codec, width=width, height=height, colour=colour, predictor=predictor, dpi=dpi, size_pt=size_pt
    )


def decode_page(coded: CodedPage) -> Pixels:
    """u8 (H, W, 3) RGB from the very bytes that will be written, by decoders that share no code with the
    encoder.
    """
    match coded.codec:
        case "jpeg":
            return jpeg.decode(coded.data)
        case "png" | "bmp" | "webp":
            return streams.read_image(coded.data, coded.codec)
        case _:
            data, width, height, colour = coded.data, coded.width, coded.height, coded.colour
            if coded.predictor == "png":
                return streams.read_image(streams.png_file(data, width, height, colour, None), "png")
            wrapped = streams.tiff_file(data, width, height, colour, g4=coded.codec == "g4")
            return streams.read_image(wrapped, "tiff")


def _against(
    pixels: Pixels, keep: tuple[Pixels, Sequence[Box]] | None
) -> tuple[jpeg.Accept | None, Callable[[int], Pixels] | None]:
    """What `jpeg.encode` needs to stay close to the source: a judge, and chroma samples for a subsampling."""
    if keep is None:
        return None, None
    source, (height, width) = keep[0], pixels.shape[:2]
    boxes = [box for box in (b.clip(width, height) for b in keep[1]) if not box.empty]

    def accept(decoded: Pixels) -> bool:
        mean, far = difference_outside(source, decoded, boxes, JPEG_LIMITS.p999)
        return mean <= JPEG_LIMITS.mean and far <= 0.001 and inside_kept(pixels, decoded, boxes)

    def spread(sampling: int) -> Pixels:
        return chroma.subsampled(source, pixels, boxes, sampling)

    return accept, spread


def _positive(pair: tuple[float, float] | None, most: float) -> tuple[float, float] | None:
    """A pair of sizes or resolutions as a source claims them, or None where it cannot be meant."""
    if pair is None or not all(math.isfinite(v) and 1e-3 <= v <= most for v in pair):
        return None
    return float(pair[0]), float(pair[1])
