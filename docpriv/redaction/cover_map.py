"""What a plan covers, to be asked for areas and characters, and where ink stands on small areas of a page."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

import cv2
import numpy as np
import numpy.typing as npt

from docpriv.geometry import Box, Quad, cover
from docpriv.model import Char, PagePlan, Pixels

COVERED = 0.5  # share of an area from which it counts as covered where its ink is not known, or it has none
HIDDEN_INK = 0.9  # share of a character's ink that is covered where it is hidden: its upper or lower ends alone tell letters
CONTRAST = 40.0  # levels of 0..255 by which ink differs from its paper
INK = 0.45  # share of the way from paper to ink


def boxes_of(plan: PagePlan) -> tuple[Box, ...]:
    """All boxes of a plan, each once."""
    return tuple(dict.fromkeys(box for region in plan.regions for box in region.boxes))


class CoverMap:
    """What a plan covers: one byte a pixel of the page. `source`: the u8 (H, W, 3) page before it was covered, which tells where
    ink is."""

    def __init__(self, plan: PagePlan, source: Pixels | None = None) -> None:
        self.width, self.height = plan.width, plan.height
        self._source = source
        self.boxes = boxes_of(plan)
        self.mask = mask_of(self.boxes, plan.width, plan.height)

    def share(self, area: Quad | Box) -> float:
        """Share 0..1 of an area's pixels (a quad's level box) that is covered; 1 where it has none on the page."""
        box = cover(area, self.width, self.height) if isinstance(area, Quad) else area.clip(self.width, self.height)
        return 1.0 if box.empty else float(self.mask[box.slices].mean())

    def hides(self, char: Char) -> bool:
        """Whether a character cannot be seen any more: half of its area is covered, and its ink, where that is known."""
        share = self.share(char.quad)
        if share < COVERED or share == 1.0 or self._source is None or not char.text.strip():
            return share >= COVERED
        box = cover(char.quad, self.width, self.height)
        ink = ink_of(self._source, box)
        return ink is None or float(self.mask[box.slices][ink].mean()) >= HIDDEN_INK

    def touches(self, quad: Quad, pad: float = 0.0) -> bool:
        """Whether a box of the plan meets the quad's level box grown by `pad` pixels."""
        area = cover(quad, self.width, self.height, pad)
        return any(area.overlaps(b) for b in self.boxes)


def runs(flags: Iterable[bool]) -> list[tuple[int, int]]:
    """First and end of each stretch of neighbouring true ones."""
    out, at = [], 0
    for flag, group in groupby(flags):
        start, at = at, at + sum(1 for _ in group)
        if flag:
            out.append((start, at))
    return out


def mask_of(boxes: Iterable[Box], width: int, height: int) -> npt.NDArray[np.bool_]:
    """Bool (height, width): true where a box is."""
    mask = np.zeros((height, width), dtype=np.bool_)
    for box in boxes:
        mask[box.slices] = True
    return mask


def ink_of(pixels: Pixels, area: Box) -> npt.NDArray[np.bool_] | None:
    """Where ink is in an area of a u8 (H, W, 3) page that is mostly paper, whichever is darker, bool (h, w); None where nothing
    stands out."""
    grey = np.asarray(cv2.cvtColor(np.ascontiguousarray(pixels[area.slices]), cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    paper = float(np.median(grey))
    low, high = float(grey.min()), float(grey.max())
    ink = low if paper - low >= high - paper else high
    if abs(paper - ink) < CONTRAST:
        return None
    at = paper + INK * (ink - paper)
    dark: npt.NDArray[np.bool_] = grey < at if ink < paper else grey > at
    return dark
