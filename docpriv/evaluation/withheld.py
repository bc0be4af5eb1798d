"""What is known of pages that were withheld: why, and what would have been covered on them; it reads no record."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class WithheldPage:
    """Why a page was withheld, and the boxes (x0, y0, x1, y1) of its plan on a page of `width` x `height` pixels.

    A document that failed before there was a plan has no boxes: nothing would have been covered.
    """

    because: tuple[str, ...]
    width: int = 1
    height: int = 1
    boxes: tuple[tuple[int, int, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class WithheldPages:
    """The withheld one-page documents of a run, by the SHA-256 of their input."""

    by_input: Mapping[str, WithheldPage] = field(repr=False)

    def of(self, original: Path) -> WithheldPage | None:
        """What is known of that file, by its content."""
        return self.by_input.get(hashlib.sha256(original.read_bytes()).hexdigest())


def painted(before: Grey, width: int, height: int, boxes: Iterable[tuple[int, int, int, int]], shade: int = 0) -> Grey:
    """A copy of `before` (uint8[H, W]) with boxes of a plan filled; the plan is of a page of `width` x `height`."""
    after = before.copy()
    across, down = before.shape[1] / width, before.shape[0] / height
    for x0, y0, x1, y1 in boxes:
        rows = slice(max(0, math.floor(y0 * down)), max(0, math.ceil(y1 * down)))
        columns = slice(max(0, math.floor(x0 * across)), max(0, math.ceil(x1 * across)))
        after[rows, columns] = shade
    return after
