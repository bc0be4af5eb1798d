"""Clears the coding blocks that edges of covers cross, on pages that were coded as JPEG.

The source's own coding has spread what is covered over its blocks: beside a cover that ends within one, ringing tells what lies
under it. In such a block of brightness everything outside the cover becomes paper, and in such a unit of colour its colour does.
What the page then shows is the same whatever was covered.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from docpriv.geometry import Box
from docpriv.model import PageFormat, Pixels
from docpriv.redaction.cover_map import mask_of
from docpriv.redaction.found_covers import filled_with_paper

_LUMA = 8  # pixels: side of a block of brightness (ITU-T T.81)
_UNIT = {0: (8, 8), 1: (16, 8), 2: (16, 16)}
_SAMPLE = 2  # pixels beside a unit into which decoders interpolate its colour


def touched(boxes: Sequence[Box], form: PageFormat, width: int, height: int, *, lossless: bool) -> tuple[Box, ...]:
    """What of a page of that size may differ from its source once `boxes` are covered: the blocks of the source's coding that
    they meet, and of the written file's; the boxes themselves where neither is a JPEG."""
    if form.jpeg is None and lossless:
        return tuple(boxes)
    grown = _units(boxes, form, width, height)
    return tuple(dict.fromkeys(box.snap(_LUMA, _LUMA).clip(width, height) for box in grown))


def clear_blocks(source: Pixels, painted: Pixels, boxes: Sequence[Box], form: PageFormat) -> Pixels:
    """`painted`, a page u8 (H, W, 3) with `boxes` covered, their blocks cleared; itself where the source is no JPEG."""
    if form.jpeg is None or not boxes:
        return painted
    height, width = painted.shape[:2]
    units = _units(boxes, form, width, height)
    paper = filled_with_paper(source, units)
    covered = mask_of(boxes, width, height)
    cleared = mask_of((_aligned(box, (_LUMA, _LUMA), form, width, height) for box in boxes), width, height)
    out = painted.copy()
    for box in units:
        part, hidden, block = out[box.slices], covered[box.slices], cleared[box.slices]
        if form.jpeg.sampling > 0:
            own = cv2.cvtColor(np.ascontiguousarray(part), cv2.COLOR_RGB2YCrCb)
            own[..., 1:] = cv2.cvtColor(np.ascontiguousarray(paper[box.slices]), cv2.COLOR_RGB2YCrCb)[..., 1:]
            toned = cv2.cvtColor(own, cv2.COLOR_YCrCb2RGB)
            part[~hidden & ~block] = toned[~hidden & ~block]
        part[block & ~hidden] = paper[box.slices][block & ~hidden]
    return out


def _units(boxes: Sequence[Box], form: PageFormat, width: int, height: int) -> list[Box]:
    """Each box grown to the units whose colour is coded together, and to where decoders mix that with their neighbours'."""
    sampling = 0 if form.jpeg is None else form.jpeg.sampling
    unit = _UNIT.get(sampling, _UNIT[0])
    if form.jpeg is not None and form.jpeg.turned:
        unit = (max(unit), max(unit))
    beyond = _SAMPLE if sampling > 0 else 0
    return [_aligned(box, unit, form, width, height).grow(beyond).clip(width, height) for box in boxes]


def _aligned(box: Box, unit: tuple[int, int], form: PageFormat, width: int, height: int) -> Box:
    """A box grown to whole units. The blocks of a page that was turned may begin at any of its edges."""
    across, down = unit
    whole = box.snap(across, down)
    if form.jpeg is not None and form.jpeg.turned and (width % across or height % down):
        whole = whole.union(box.grow(across - 1, down - 1))
    return whole.clip(width, height)
