"""Where text stands on a page, as 16 numbers.

Lengths are measured against the area that holds the text, so that margins, borders and the format of the paper, which tell
the scanner and the printer more than the document, take no part.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from docpriv.classify.text import Document, owned
from docpriv.geometry import Affine, Quad
from docpriv.model import CharId
from docpriv.protocols import ReadPage

NAMES: Final = (
    "lines",
    "long-lines",
    "covered-share",
    "upper-third",
    "lower-third",
    "tall-lines",
    "line-height",
    "common-left-edge",
    "cells-a-row",
    "rows-of-three-cells",
    "line-width",
    "labelled-lines",
    "level-rules",
    "upright-rules",
    "digits",
    "capitals",
)
"""What the numbers are, in their order: counts as log(1 + n), lengths as shares of the text area, shares 0..1."""

Floats = npt.NDArray[np.float64]


def shape_of(document: Document) -> Floats:
    """float64 (16,): the mean over pages that have text; zeros where none has."""
    shapes = [
        _page(page, frozenset(owned(document.findings, page)))
        for page in document.pages
        if any(line.chars for line in page.text.lines)
    ]
    out: Floats = np.mean(shapes, axis=0) if shapes else np.zeros(len(NAMES))
    return out


def _page(page: ReadPage, found: Collection[CharId]) -> Floats:
    lines = [line for line in page.text.lines if line.chars]
    upright = _upright(page)
    boxes = _boxes([upright.quad(line.quad) for line in lines])  # (n, 4): x0, y0, x1, y1
    heights, widths = boxes[:, 3] - boxes[:, 1], boxes[:, 2] - boxes[:, 0]
    left, top = np.quantile(boxes[:, :2], 0.01, axis=0)
    right, bottom = np.quantile(boxes[:, 2:], 0.99, axis=0)
    wide, high = max(right - left, 1.0), max(bottom - top, 1.0)
    middles = ((boxes[:, 1] + boxes[:, 3]) / 2 - top) / high
    middle = float(np.median(heights))
    rows = page.layout.rows
    drawn = _boxes([upright.quad(rule.quad()) for rule in page.layout.rules])
    level = int(np.sum(drawn[:, 2] - drawn[:, 0] >= drawn[:, 3] - drawn[:, 1]))
    # What was found takes no part: a number of another value, or a name in capitals, must not change the vector.
    text = "".join(
        c.text for at, line in enumerate(page.text.lines) for k, c in enumerate(line.chars) if CharId(at, k) not in found
    )
    letters = [c for c in text if c.isalpha()]
    written = sum(not c.isspace() for c in text)
    return np.array(
        [
            np.log1p(len(lines)),
            np.log1p(np.median(widths / np.maximum(heights, 1.0))),
            min(float(np.sum(heights * widths)) / (wide * high), 1.5),
            np.sum(widths[middles < 1 / 3]) / max(np.sum(widths), 1.0),
            np.sum(widths[middles > 2 / 3]) / max(np.sum(widths), 1.0),
            np.log(max(float(np.quantile(heights, 0.95)), 1.0) / max(middle, 1.0)),
            np.log(max(middle, 1.0) / np.sqrt(wide * high)),
            _common(boxes[:, 0], 0.015 * wide),
            np.log1p(np.mean([len(row) for row in rows])) if rows else 0.0,
            np.mean([len(row) >= 3 for row in rows]) if rows else 0.0,
            float(np.median(widths)) / wide,
            min(sum(pair.where == "same" for pair in page.layout.pairs) / len(lines), 1.0),
            np.log1p(level),
            np.log1p(len(drawn) - level),
            sum(c.isdigit() for c in text) / max(written, 1),
            sum(c.isupper() for c in letters) / max(len(letters), 1),
        ],
        dtype=np.float64,
    )


def _upright(page: ReadPage) -> Affine:
    """Maps the page as stored to the page as read."""
    turn, width, height = page.text.turn % 4, page.text.width, page.text.height
    return Affine.unturn(-turn, *((height, width) if turn % 2 else (width, height)))


def _boxes(quads: Sequence[Quad]) -> Floats:
    return np.array([quad.bounds() for quad in quads], dtype=np.float64).reshape(-1, 4)


def _common(edges: Floats, near: float) -> float:
    """Share of edges that lie within `near` of the one that most others lie near to."""
    return float(np.max(np.mean(np.abs(edges[:, None] - edges[None, :]) <= near, axis=1)))
