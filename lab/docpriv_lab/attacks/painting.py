"""What an attack knows of the product: painters of covered areas, and what each promises; nothing is painted here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
"""u8 (H, W, 3) RGB."""
Rect = tuple[int, int, int, int]
"""x0, y0, x1, y1 in pixels, half open."""
Finder = Callable[[Picture], list[Rect]]
"""Finds faces, the surest first."""


class Promise(StrEnum):
    """What a style promises of the pixels that it covers."""

    OPAQUE = "opaque"  # what is seen tells nothing of what was there
    PRIVATE = "private"  # it depends on it within a privacy budget
    REVERSIBLE = "reversible"  # none: what was there shows through


class Paint(Protocol):
    """Covers one area of a page, as the product does."""

    def __call__(self, page: Picture, area: Rect, value: str) -> Picture:
        """A new picture of the same size; `value` is what stands in the area, for styles that write something else."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Painter:
    """One way to cover. `refused`: the product does not offer this for what is attacked; it is here to show why.

    `expected`: for a style that draws noise, the same without the noise, which the attacker can compute of pictures of his
    own; None for a style that gives the same pixels each time.
    """

    name: str
    promise: Promise
    paint: Paint
    expected: Paint | None = None
    refused: bool = False

    @property
    def steady(self) -> bool:
        """The same page gives the same pixels again."""
        return self.expected is None
