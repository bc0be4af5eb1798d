"""Destroy the pixels that a plan names; refuses to change any other, and to change its input."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from docpriv.geometry import Box
from docpriv.model import PagePlan, Pixels


def apply_plan(pixels: Pixels, plan: PagePlan) -> Pixels:
    """A new u8 (H, W, 3) array with every box of the plan filled; ValueError where plan and page differ in size."""
    if pixels.shape[:2] != (plan.height, plan.width):
        raise ValueError("the plan is for a page of another size")
    out = pixels.copy()
    for box in boxes_of(plan):
        out[box.slices] = plan.colour
    return out


def boxes_of(plan: PagePlan) -> tuple[Box, ...]:
    """All boxes of a plan, each once."""
    return tuple(dict.fromkeys(box for region in plan.regions for box in region.boxes))


def covered_mask(plan: PagePlan) -> npt.NDArray[np.bool_]:
    """Bool (H, W): true where the plan covers."""
    mask = np.zeros((plan.height, plan.width), dtype=np.bool_)
    for box in boxes_of(plan):
        mask[box.slices] = True
    return mask


def covered_share(area: Box, plan: PagePlan) -> float:
    """Share 0..1 of a box's pixels that the plan covers; 1 for an empty box."""
    area = area.clip(plan.width, plan.height)
    if area.empty:
        return 1.0
    near = [b for b in boxes_of(plan) if b.overlaps(area)]
    if not near:
        return 0.0
    mask = np.zeros((area.height, area.width), dtype=np.bool_)
    for box in near:
        cut = box.intersect(area)
        mask[cut.y0 - area.y0:cut.y1 - area.y0, cut.x0 - area.x0:cut.x1 - area.x0] = True
    return float(mask.mean())
