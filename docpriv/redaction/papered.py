"""A redacted page as if nothing had ever stood under its covers, for detectors; refuses to guess what stood there.

A black bar on white paper has the edges of a pen, a code, a stamp, a photograph. Filled with the paper around it, a cover has
none, so that whatever a detector then sees is on the page.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from docpriv.geometry import Box
from docpriv.model import Pixels

RING = 8  # pixels around a cover from which its paper is taken
LEAST_KNOWN = 0.25  # share of the ring that must be the page's own
MOST_SAMPLES = 2000  # pixels of a ring of which the median is taken
PAGE_STEP = 16  # pixels: every so many-th pixel tells the paper of a page


def papered(pixels: Pixels, covers: Sequence[Box]) -> Pixels:
    """A copy of a u8 (H, W, 3) page whose covers have the median colour of the page around each; the input where there are none.

    A cover among covers takes the colour that those got; one with nothing around it, the page's.
    """
    height, width = pixels.shape[:2]
    waiting = [box for box in (cover.clip(width, height) for cover in covers) if not box.empty]
    if not waiting:
        return pixels
    out: Pixels = pixels.copy()
    unknown = np.zeros((height, width), bool)
    for box in waiting:
        unknown[box.slices] = True
    open_page = pixels[::PAGE_STEP, ::PAGE_STEP][~unknown[::PAGE_STEP, ::PAGE_STEP]]
    while waiting:
        filled: list[tuple[Box, npt.NDArray[np.uint8]]] = []
        for box in waiting:
            around = box.grow(RING).clip(width, height)
            known = ~unknown[around.slices]
            if np.count_nonzero(known) >= max(1.0, LEAST_KNOWN * (around.area - box.area)):
                filled.append((box, _median(out[around.slices][known])))
        if not filled:  # every one that is left is among covers, or fills the page
            rest = _median(open_page) if len(open_page) else np.full(3, 255, np.uint8)
            filled = [(box, rest) for box in waiting]
        for box, colour in filled:
            # What another cover has filled already keeps that colour: no seam runs through their common part.
            part = out[box.slices]
            part[unknown[box.slices]] = colour
        for box, _ in filled:
            unknown[box.slices] = False
        done = {box for box, _ in filled}
        waiting = [box for box in waiting if box not in done]
    return out


def _median(samples: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """By channel, of (N, 3) pixels."""
    some = samples[:: max(1, len(samples) // MOST_SAMPLES)]
    middle = len(some) // 2
    return np.asarray(np.partition(some, middle, axis=0)[middle], np.uint8)
