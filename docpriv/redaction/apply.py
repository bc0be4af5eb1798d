"""Destroy the pixels that a plan names, each region in its style; refuses to change any other, and to change its input."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from docpriv.geometry import Box, Quad, cover
from docpriv.model import Char, PagePlan, Pixels
from docpriv.redaction.inks import stands_out
from docpriv.redaction.styles import PAINTERS, paint

COVERED = 0.5  # share of an area from which it counts as covered where its ink is not known, or it has none
HIDDEN_INK = 0.9  # share of a character's ink that is covered where it is hidden: its upper or lower ends alone tell letters


def apply_plan(pixels: Pixels, plan: PagePlan) -> Pixels:
    """A new u8 (H, W, 3) array with every region of the plan drawn in its style.

    The same page and plan give the same pixels, but for the style `noise`, which draws from the system's randomness.
    ValueError where plan and page differ in size, or a region's style is unknown.
    """
    if pixels.shape[:2] != (plan.height, plan.width):
        raise ValueError("the plan is for a page of another size")
    return paint(pixels, plan, PAINTERS)


def boxes_of(plan: PagePlan) -> tuple[Box, ...]:
    """All boxes of a plan, each once."""
    return tuple(dict.fromkeys(box for region in plan.regions for box in region.boxes))


def covered_mask(plan: PagePlan) -> npt.NDArray[np.bool_]:
    """Bool (H, W): true where the plan covers."""
    mask = np.zeros((plan.height, plan.width), dtype=np.bool_)
    for box in boxes_of(plan):
        mask[box.slices] = True
    return mask


class CoverMap:
    """What a plan covers, to be asked for many small areas: one byte a pixel of the page. `source`: the u8 (H, W, 3) page before
    it was covered, which tells where ink is."""

    def __init__(self, plan: PagePlan, source: Pixels | None = None) -> None:
        self.width, self.height = plan.width, plan.height
        self._source = source
        self.boxes = boxes_of(plan)
        self._mask = covered_mask(plan)

    def share(self, area: Quad | Box) -> float:
        """Share 0..1 of an area's pixels (a quad's level box) that is covered; 1 where it has none on the page."""
        box = cover(area, self.width, self.height) if isinstance(area, Quad) else area.clip(self.width, self.height)
        return 1.0 if box.empty else float(self._mask[box.slices].mean())

    def hides(self, char: Char) -> bool:
        """Whether a character cannot be seen any more: half of its area is covered, and its ink, where that is known."""
        share = self.share(char.quad)
        if share < COVERED or share == 1.0 or self._source is None or not char.text.strip():
            return share >= COVERED
        box = cover(char.quad, self.width, self.height)
        grey = np.asarray(cv2.cvtColor(np.ascontiguousarray(self._source[box.slices]), cv2.COLOR_RGB2GRAY), dtype=np.uint8)
        ink = stands_out(grey)
        return ink is None or float(self._mask[box.slices][ink].mean()) >= HIDDEN_INK

    def mask_of(self, area: Box) -> npt.NDArray[np.bool_]:
        """Which pixels of an area on the page are covered, bool (h, w), to be changed freely."""
        return self._mask[area.slices].copy()

    def touches(self, quad: Quad, pad: float = 0.0) -> bool:
        """Whether a box of the plan meets the quad's level box grown by `pad` pixels."""
        area = cover(quad, self.width, self.height, pad)
        return any(area.overlaps(b) for b in self.boxes)
