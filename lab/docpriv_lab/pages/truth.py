"""What is drawn and where it stands, and the label file that says so."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import NotRequired, TypedDict

import numpy as np
from numpy.typing import NDArray

from docpriv.evaluation.truth import MAYBE, PII_LABELS, Label

Span = tuple[str, Label]
"""Text of one or more words and the label that all of them carry."""

Points = NDArray[np.float64]
"""float64[N, 2], x then y, in pixels; pixel (i, j) covers [i, i + 1) x [j, j + 1)."""


class WordDict(TypedDict):
    """One word as a label file holds it."""

    text: str
    box: list[int]
    label: str | None
    parts: NotRequired[list[list[int]]]
    contrast: NotRequired[int]


class PageDict(TypedDict):
    """One label file."""

    words: list[WordDict]


@dataclass(frozen=True, slots=True, kw_only=True)
class InkWord:
    """One drawn word, signature or face: its convex hull in pixels (at least one point) and its label; the hulls of
    its letters and its contrast where `LabelledWord` has them.

    Raises ValueError for a label outside `PII_LABELS`, `MAYBE` and None, and for an empty hull.
    """

    text: str = field(repr=False)
    label: Label
    hull: Points = field(repr=False)
    parts: tuple[Points, ...] = field(default=(), repr=False)
    contrast: int | None = None

    def __post_init__(self) -> None:
        if self.label is not None and self.label != MAYBE and self.label not in PII_LABELS:
            raise ValueError("unknown label")
        if self.hull.ndim != 2 or self.hull.shape[0] < 1 or self.hull.shape[1] != 2:
            raise ValueError("a hull is float64[N, 2] with N >= 1")


def outer_box(hull: Points, width: int, height: int) -> tuple[int, int, int, int]:
    """The smallest integer box (x0, y0, x1, y1), half open, that holds `hull`, cut to a page of that size."""
    x0, y0 = hull.min(axis=0)
    x1, y1 = hull.max(axis=0)
    # 1e-6: a hull that was mapped there and back must not grow by a pixel through rounding
    left, top = math.floor(x0 + 1e-6), math.floor(y0 + 1e-6)
    right, bottom = math.ceil(x1 - 1e-6), math.ceil(y1 - 1e-6)
    return max(left, 0), max(top, 0), min(right, width), min(bottom, height)


def page_dict(words: list[InkWord], width: int, height: int) -> PageDict:
    """The label file of a page of `width` x `height` pixels; words wholly outside the page are left out."""
    entries: list[WordDict] = []
    for word in words:
        x0, y0, x1, y1 = outer_box(word.hull, width, height)
        if x1 > x0 and y1 > y0:
            entry: WordDict = {"text": word.text, "box": [x0, y0, x1, y1], "label": word.label}
            if word.parts:
                boxes = (outer_box(part, width, height) for part in word.parts)
                entry["parts"] = [list(box) for box in boxes if box[2] > box[0] and box[3] > box[1]]
            if word.contrast is not None:
                entry["contrast"] = word.contrast
            entries.append(entry)
    return {"words": entries}
