"""Destroy the pixels that a plan names, each region in its style; refuses to change any other, and to change its input."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from docpriv.geometry import Box, Quad, cover
from docpriv.model import PagePlan, Pixels
from docpriv.redaction.styles import PAINTERS, paint


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
    """What a plan covers, to be asked for many small areas: one byte a pixel of the page."""

    def __init__(self, plan: PagePlan) -> None:
        self.width, self.height = plan.width, plan.height
        self.boxes = boxes_of(plan)
        self._mask = covered_mask(plan)

    def share(self, area: Quad | Box) -> float:
        """Share 0..1 of an area's pixels (a quad's level box) that is covered; 1 where it has none on the page."""
        box = cover(area, self.width, self.height) if isinstance(area, Quad) else area.clip(self.width, self.height)
        return 1.0 if box.empty else float(self._mask[box.slices].mean())

    def mask_of(self, area: Box) -> npt.NDArray[np.bool_]:
        """Which pixels of an area on the page are covered, bool (h, w), to be changed freely."""
        return self._mask[area.slices].copy()

    def touches(self, quad: Quad, pad: float = 0.0) -> bool:
        """Whether a box of the plan meets the quad's level box grown by `pad` pixels."""
        area = cover(quad, self.width, self.height, pad)
        return any(area.overlaps(b) for b in self.boxes)
