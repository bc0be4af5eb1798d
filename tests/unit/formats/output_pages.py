"""Synthetic pages for the tests of docpriv.output: text-like ink, tones, colours; nothing of a real document."""

from __future__ import annotations

import io
from collections.abc import Sequence

import cv2
import numpy as np
from PIL import Image

from docpriv.formats.form import CodedPage, PageSpec, PlacedWord
from docpriv.formats.writing import encode_page, open_writer
from docpriv.geometry import Box
from docpriv.model import Colour, JpegTraits, MediaType, PageFormat, Pixels

COLOURS: tuple[Colour, ...] = ("bilevel", "grey", "rgb")
LOSSLESS: tuple[MediaType, ...] = ("image/png", "image/tiff", "image/bmp", "image/webp", "application/pdf")


def page(colour: Colour, width: int = 203, height: int = 151, seed: int = 1) -> Pixels:
    """u8 (H, W, 3): lines of words with soft edges on tinted, noisy paper; asymmetric in both directions."""
    random = np.random.default_rng(seed)
    paper = np.full((height, width, 3), (244, 238, 226), np.uint8)
    for line in range(12, height - 4, 14):
        ink = tuple(int(v) for v in random.integers(0, 140, 3))
        cv2.putText(paper, f"Row {line} of ink", (4, line), cv2.FONT_HERSHEY_SIMPLEX, 0.4, ink, 1, cv2.LINE_AA)
    paper[: height // 5, -width // 6 :] = (30, 90, 200)
    noisy = np.clip(paper + random.normal(0, 2, paper.shape), 0, 255).astype(np.uint8)
    if colour == "rgb":
        return noisy
    grey = cv2.cvtColor(noisy, cv2.COLOR_RGB2GRAY)
    if colour == "bilevel":
        grey = np.where(grey < 140, 0, 255).astype(np.uint8)
    return np.repeat(grey[:, :, None], 3, axis=2)


def jpeg_source(
    colour: Colour, quality: int, sampling: int, progressive: bool = False, width: int = 403, height: int = 307
) -> tuple[Pixels, PageFormat]:
    """A page as intake would decode it from a JPEG of that coding."""
    image, held = Image.fromarray(page(colour, width, height)), io.BytesIO()
    if colour != "rgb":
        image = image.convert("L")
    image.save(held, "JPEG", quality=quality, subsampling=sampling, progressive=progressive)
    with Image.open(held) as opened:
        tables = tuple(tuple(t) for t in opened.quantization.values())  # type: ignore[attr-defined]
        pixels = np.asarray(opened.convert("RGB"))
    traits = JpegTraits(tables=tables, sampling=sampling if colour == "rgb" else -1, progressive=progressive)
    return pixels, PageFormat(colour=colour, dpi=(150, 150), jpeg=traits)


def fill(pixels: Pixels, boxes: Sequence[Box], colour: tuple[int, int, int] = (0, 0, 0)) -> Pixels:
    painted = pixels.copy()
    for box in boxes:
        painted[box.slices] = colour
    return painted


def code(
    colour: Colour,
    target: MediaType,
    *,
    dpi: tuple[float, float] | None = (200, 100),
    seed: int = 1,
    size: tuple[int, int] = (203, 151),
) -> CodedPage:
    return encode_page(page(colour, *size, seed), PageFormat(colour=colour, dpi=dpi), target, keep_outside=None)


def write(
    target: MediaType, pages: Sequence[CodedPage], words: Sequence[Sequence[PlacedWord]] | None = None
) -> tuple[bytes, list[PageSpec]]:
    """The file of these pages and what the checks should expect."""
    held = io.BytesIO()
    writer = open_writer(held, target, pages=len(pages))
    texts = words or [()] * len(pages)
    for coded, text in zip(pages, texts, strict=True):
        writer.add(coded, text)
    writer.finish()
    return held.getvalue(), [PageSpec.of(c, len(t)) for c, t in zip(pages, texts, strict=True)]
