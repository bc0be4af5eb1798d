"""Tell what a PDF page draws but does not show: covered, clipped away or beside the page; compares rectangles only."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Rect = tuple[float, float, float, float]
"""Left, bottom, right, top in page units."""

_LEAST = 1.0
"""Page units by which a thing has to lie over another, in both directions, to hide it: strips of one scan overlap
by less."""

_COVERED = 0.5
"""Share of a text's rectangle that has to be covered for the text to count as hidden."""

_SLACK = 0.01
"""Share of the page's side by which an image may reach over the page's edge."""

_MOST_PAIRS = 2_000_000
_MOST_THINGS = 200_000

_Table = npt.NDArray[np.float64]


@dataclass(slots=True)
class Pile:
    """The things of a page in drawing order, as rectangles."""

    page: Rect
    hidden: bool = False
    _order: int = 0
    _images: list[tuple[float, ...]] = field(default_factory=list)
    _texts: list[tuple[float, ...]] = field(default_factory=list)
    _covers: list[tuple[float, ...]] = field(default_factory=list)

    def image(self, rect: Rect) -> None:
        self._order += 1
        wide, high = _SLACK * (self.page[2] - self.page[0]), _SLACK * (self.page[3] - self.page[1])
        self.hidden |= (
            rect[0] < self.page[0] - wide
            or rect[2] > self.page[2] + wide
            or rect[1] < self.page[1] - high
            or rect[3] > self.page[3] + high
        )
        for rows in (self._images, self._covers):
            rows.append((*rect, self._order))

    def path(self, rect: Rect) -> None:
        """A path or shading that leaves ink."""
        self._order += 1
        self.hidden |= self._off_page(rect)
        self._covers.append((*rect, self._order))

    def text(self, rect: Rect) -> bool:
        """A text that leaves ink; whether it lies beside the page."""
        self._order += 1
        self._texts.append((*rect, self._order))
        return rect[2] > rect[0] and rect[3] > rect[1] and self._off_page(rect)

    def _off_page(self, rect: Rect) -> bool:
        return rect[2] < self.page[0] or rect[0] > self.page[2] or rect[3] < self.page[1] or rect[1] > self.page[3]

    def covered_images(self) -> bool:
        """Whether anything was drawn over an image."""
        return _covered(self._images, self._covers, 0.0)

    def covered_text(self) -> bool:
        """Whether an image, path or shading was drawn over a text."""
        return _covered(self._texts, self._covers, _COVERED)


def _covered(lower: list[tuple[float, ...]], upper: list[tuple[float, ...]], share: float) -> bool:
    """Whether any of `lower` is covered by a later one of `upper`: by `_LEAST` in both directions, or by a share."""
    if not lower or not upper:
        return False
    low, high = np.array(lower[:_MOST_THINGS]), np.array(upper)
    # The largest first: where there are too many pairs, those that can hide most are compared.
    areas = (high[:, 2] - high[:, 0]) * (high[:, 3] - high[:, 1])
    high = high[np.argsort(-areas)][: max(1, _MOST_PAIRS // len(low))]
    return any(_hides(row, low, share) for row in high)


def _hides(cover: _Table, low: _Table, share: float) -> bool:
    wide = np.minimum(low[:, 2], cover[2]) - np.maximum(low[:, 0], cover[0])
    high = np.minimum(low[:, 3], cover[3]) - np.maximum(low[:, 1], cover[1])
    over = (low[:, 4] < cover[4]) & (wide > 0) & (high > 0)
    if share:
        area = (low[:, 2] - low[:, 0]) * (low[:, 3] - low[:, 1])
        return bool((over & (wide * high >= share * area)).any())
    return bool((over & (wide > _LEAST) & (high > _LEAST)).any())
