"""Joins segments into rows (one baseline) and blocks (one column); a segment is in exactly one row and one block."""

from __future__ import annotations

import numpy as np

from docpriv.raster import Floats

_SAME_LINE = 0.5  # share of the smaller height that two segments of a row have in common
_WHITE = 1.2  # line heights of white between two lines of one block
_SIZES = 1.7  # largest ratio of text heights within a block


def rows_of(boxes: Floats) -> list[list[int]]:
    """Indexes into upright boxes (n, 4), left to right in each row, rows from top to bottom."""
    rows: list[list[int]] = []
    for i in np.argsort(boxes[:, 0], kind="stable").tolist():
        x0, y0, _, y1 = boxes[i]
        best, shared = -1, _SAME_LINE
        for r, row in enumerate(rows):
            last = boxes[row[-1]]
            common = min(y1, last[3]) - max(y0, last[1])
            share = common / max(1e-6, min(y1 - y0, last[3] - last[1]))
            if share > shared and x0 > (last[0] + last[2]) / 2:
                best, shared = r, share
        if best >= 0:
            rows[best].append(i)
        else:
            rows.append([i])
    return sorted(rows, key=lambda row: (float(np.mean((boxes[row, 1] + boxes[row, 3]) / 2)), float(boxes[row[0], 0])))


def blocks_of(boxes: Floats, floors: Floats) -> list[list[int]]:
    """Indexes in each block from top to bottom, blocks by their first line. `floors`: horizontal drawn lines."""
    order = np.argsort((boxes[:, 1] + boxes[:, 3]) / 2, kind="stable").tolist()
    after: dict[int, int] = {}
    taken: set[int] = set()
    heights = boxes[:, 3] - boxes[:, 1]
    for i in order:
        best, cost = -1, np.inf
        below = np.flatnonzero(
            (boxes[:, 1] > (boxes[i, 1] + boxes[i, 3]) / 2)
            & (boxes[:, 1] - boxes[i, 3] < _WHITE * heights[i])
            & (boxes[:, 0] < boxes[i, 2])
            & (boxes[:, 2] > boxes[i, 0])
            & (heights < _SIZES * heights[i])
            & (heights[i] < _SIZES * heights)
        )
        for j in below.tolist():
            if j in taken:
                continue
            left = abs(boxes[i, 0] - boxes[j, 0])
            middle = abs(boxes[i, 0] + boxes[i, 2] - boxes[j, 0] - boxes[j, 2]) / 2
            if min(left, middle) > 1.5 * heights[i] or _walled(boxes[i], boxes[j], floors):
                continue
            price = min(left, middle) + 2 * max(0.0, boxes[j, 1] - boxes[i, 3])
            if price < cost:
                best, cost = j, price
        if best >= 0:
            after[i] = best
            taken.add(best)
    blocks = []
    for i in order:
        if i in taken:
            continue
        block = [i]
        while block[-1] in after:
            block.append(after[block[-1]])
        blocks.append(block)
    return blocks


def _walled(upper: Floats, lower: Floats, floors: Floats) -> bool:
    """A drawn line between two lines of text, clearly wider than both: the wall of a cell, not an underline."""
    if not len(floors):
        return False
    x0, x1 = min(upper[0], lower[0]), max(upper[2], lower[2])
    y0, y1 = (upper[1] + upper[3]) / 2, (lower[1] + lower[3]) / 2
    middle = (floors[:, 1] + floors[:, 3]) / 2
    between = (middle > y0) & (middle < y1)
    wider = (floors[:, 0] <= x0 + 2) & (floors[:, 2] >= x1 - 2) & (floors[:, 2] - floors[:, 0] > 1.15 * (x1 - x0))
    return bool(np.any(between & wider))
