"""Where ink stands on a small area of a page, whichever of ink and paper is darker; refuses to see ink in bare paper."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

CONTRAST = 40.0  # levels of 0..255 by which ink differs from its paper
INK = 0.45  # share of the way from paper to ink


def stands_out(grey: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_] | None:
    """Where ink is in a u8 (h, w) area that is mostly paper, bool (h, w); None where nothing stands out."""
    if not grey.size:
        return None
    paper = float(np.median(grey))
    low, high = float(grey.min()), float(grey.max())
    ink = low if paper - low >= high - paper else high
    if abs(paper - ink) < CONTRAST:
        return None
    at = paper + INK * (ink - paper)
    dark: npt.NDArray[np.bool_] = grey < at if ink < paper else grey > at
    return dark
