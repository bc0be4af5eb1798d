"""Where a page holds anything but bare paper, so that paper is not searched for lines; faint ink is no paper.

A page is looked at in small blocks. In a block of paper the levels differ by the paper's grain; a stroke makes them differ by
more, in at least one colour. Doubt costs time only: a block that may hold ink is searched. Only nearly empty pages are searched
in parts: there the network passes a lone line over when it sees the whole page, and finds it in an area of its own. On fuller
pages it reads small print a little worse without the page's margins, and little time would be saved.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt

from docpriv.geometry import Box, united
from docpriv.model import Pixels
from docpriv.raster import pieces_of

WORK_SIDE = 1200  # pixels: the page is looked at at this size or smaller
BLOCK = 16  # pixels of that size
GRAIN_PART = 10  # percentile of the blocks' ranges that is taken for paper
GRAIN_TIMES = 1.5  # a block of ink has a range of so many times the paper's
LEAST = 3.0  # and this many levels of 0..255 more
ENOUGH = 14.0  # levels: a range above this is ink on any paper
MOST_AREAS = 16  # a page with more is searched in one piece
SPARSE = 0.4  # of the page: where the areas together are larger, the whole page is searched
APART = 0.5  # of the area about all ink: areas that together are smaller are searched one by one


def ink_areas(pixels: Pixels, margin: int) -> tuple[Box, ...]:
    """Areas of a u8 (H, W, 3) page that hold all that is not paper, with `margin` pixels about it: none on a blank page.

    The whole page where there is no saying, or where most of it holds something.
    """
    height, width = pixels.shape[:2]
    page = Box(0, 0, width, height)
    blocks, side = _blocks(pixels)
    if not blocks.any():
        return ()
    reach = math.ceil(margin / side)
    # Across, words of one line may stand further apart than lines do.
    grown = cv2.dilate(blocks.astype(np.uint8), np.ones((2 * reach + 1, 4 * reach + 1), np.uint8))
    stats = pieces_of(grown).stats[1:].tolist()
    boxes = [Box(x * side, y * side, (x + w) * side, (y + h) * side).clip(width, height) for x, y, w, h, _ in stats]
    apart = united(boxes) if len(boxes) < 4 * MOST_AREAS else []
    most = SPARSE * page.area
    ys, xs = np.nonzero(blocks)
    whole = Box(int(xs.min()) * side, int(ys.min()) * side, (int(xs.max()) + 1) * side, (int(ys.max()) + 1) * side)
    whole = whole.grow(margin).clip(width, height)
    if 0 < len(apart) <= MOST_AREAS and sum(area.area for area in apart) <= min(most, APART * whole.area):
        return tuple(sorted(apart, key=lambda area: (area.y0, area.x0)))
    return (whole,) if whole.area <= most else (page,)


def _blocks(pixels: Pixels) -> tuple[npt.NDArray[np.bool_], int]:
    """Which blocks hold ink, bool (rows, columns), and the side of a block in pixels of the page."""
    height, width = pixels.shape[:2]
    step = math.ceil(max(height, width) / WORK_SIDE)
    small = pixels
    if step > 1:
        small = np.asarray(cv2.resize(pixels, (math.ceil(width / step), math.ceil(height / step)), interpolation=cv2.INTER_AREA))
    rows, columns = math.ceil(small.shape[0] / BLOCK), math.ceil(small.shape[1] / BLOCK)
    small = cv2.copyMakeBorder(small, 0, rows * BLOCK - small.shape[0], 0, columns * BLOCK - small.shape[1], cv2.BORDER_REPLICATE)
    parts = small.reshape(rows, BLOCK, columns * BLOCK * 3)
    high = parts.max(axis=1).reshape(rows, columns, BLOCK, 3).max(axis=2)
    low = parts.min(axis=1).reshape(rows, columns, BLOCK, 3).min(axis=2)
    spread = (high - low).max(axis=2)
    grain = float(np.percentile(spread, GRAIN_PART))
    return spread > min(GRAIN_TIMES * grain + LEAST, ENOUGH), step * BLOCK
