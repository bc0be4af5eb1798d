"""Covers a line on a page that was a JPEG, and writes it as the product does: what the source's coding spread beyond the cover is
attacked."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
from PIL import Image

from docpriv.formats.image import read_opened
from docpriv.formats.writing import decode_page, encode_page
from docpriv.geometry import Box
from docpriv.model import MediaType
from docpriv.redaction.coding_blocks import clear_blocks, touched
from docpriv_lab.attacks.painting import Painter, Picture, Promise, Rect

QUALITIES = (30, 60, 90, 95)
SAMPLINGS = {0: "4:4:4", 2: "4:2:0"}
"""Of colour, by Pillow's number."""
TARGETS: dict[MediaType, str] = {"image/jpeg": "JPEG", "image/png": "PNG"}


def coded_painters() -> Iterator[Painter]:
    """A plain cover on pages that were coded at several qualities; and, refused, one that ends where the line does."""
    for quality in QUALITIES:
        for sampling, name in SAMPLINGS.items():
            for target, file in TARGETS.items():
                yield _painter(f"{name} q {quality} {file}", quality, sampling, target)
    for quality in QUALITIES:
        yield _painter(f"exact edges q {quality}", quality, 0, "image/jpeg", exact=True)


def _painter(name: str, quality: int, sampling: int, target: MediaType, *, exact: bool = False) -> Painter:
    def paint(page: Picture, area: Rect, value: str) -> Picture:
        held = io.BytesIO()
        Image.fromarray(page).save(held, "JPEG", quality=quality, subsampling=sampling)
        with Image.open(held) as image:
            source, form, _ = read_opened(image, 8, apply_orientation=False)
        boxes = (Box(*area),)
        painted = source.copy()
        painted[boxes[0].slices] = 0
        if not exact:
            painted = clear_blocks(source, painted, boxes, form)
        kept = source, touched(boxes, form, source.shape[1], source.shape[0], lossless=False)
        return np.ascontiguousarray(decode_page(encode_page(painted, form, target, keep_outside=kept)))

    return Painter(name=name, promise=Promise.REVERSIBLE if exact else Promise.OPAQUE, paint=paint, refused=exact)
