"""Draw the regions of a plan by their styles; no region's style weakens what another covers.

First every box of the plan is filled, so that a style that draws nothing leaves a fill. Then the styles follow, the least
safe first and plain fills last: where regions overlap, the safer style is what is seen. A style sees nothing of the page
but what it says of itself, and pixels that a safer style covers are hidden even from those that look inside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from docpriv.geometry import Box, union_of
from docpriv.model import Colour, Kind, PagePlan, Pixels, Region
from docpriv.redaction.cover_map import boxes_of, mask_of
from docpriv.redaction.verify import Outcome
from docpriv.styles import STYLES, Area, Style, View
from docpriv.styles.fill import FILL

_ORDER = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], dtype=np.int16)  # Bayer 1973


def apply_plan(pixels: Pixels, plan: PagePlan) -> Pixels:
    """A new u8 (H, W, 3) array with every region of the plan drawn in its style, and no other pixel changed.

    The same page and plan give the same pixels, but for the style `noise`, which draws from the system's randomness.
    ValueError where plan and page differ in size; KeyError where a region's style is unknown.
    """
    if pixels.shape[:2] != (plan.height, plan.width):
        raise ValueError("the plan is for a page of another size")
    out = pixels.copy()
    by_style: dict[str, list[Region]] = {}
    for region in plan.regions:
        by_style.setdefault(style_of(region).name, []).append(region)
        for box in region.boxes:
            out[box.slices] = plan.colour
    if all(STYLES[name].draw is None for name in by_style):
        return out
    safest_first = [style for style in STYLES.values() if style.name in by_style]
    for style in reversed(safest_first):
        safer = [r for other in safest_first[: safest_first.index(style)] for r in by_style[other.name]]
        _Drawing(pixels, out, plan, style, safer).draw(by_style[style.name])
    return out


class _Drawing:
    """The regions of one style on a page; `safer`: regions that will cover what this style draws."""

    def __init__(self, pixels: Pixels, out: Pixels, plan: PagePlan, style: Style, safer: Sequence[Region]) -> None:
        self._pixels, self._out, self._plan, self._style = pixels, out, plan, style
        hidden = safer if style.sees == "inside" else plan.regions
        self._unknown = mask_of((box for region in hidden for box in region.boxes), plan.width, plan.height)
        self._drawn = np.zeros((plan.height, plan.width), np.bool_)  # by a style that looks inside: it sees what it drew
        self._taken = [box for region in safer for box in region.boxes] if style.apart else []

    def draw(self, regions: Sequence[Region]) -> None:
        style, areas = self._style, [area for region in regions for area in areas_of(region, self._plan)]
        if style.sees == "around":
            areas = [self._with_view(area) for area in areas]
        for area in areas:
            tone = area.colour if style.ground is None else style.ground(area)
            for box in area.boxes:
                ground = np.full((box.height, box.width, 3), tone, np.uint8)
                self._out[box.slices] = toned(ground, box, self._plan.tones)
        for area in areas if style.draw is not None else ():
            self._draw_area(self._with_view(area) if style.sees == "inside" else area, style)

    def _draw_area(self, area: Area, style: Style) -> None:
        assert style.draw is not None
        for box, patch in style.draw(area):
            # Text that a safer style will cover, or that lies over another text, is left out.
            if style.apart and any(box.overlaps(other) for other in self._taken):
                continue
            self._taken.append(box)
            self._put(area, box, patch)
        if style.sees == "inside":
            for box in area.boxes:
                self._drawn[box.slices] = True

    def _with_view(self, area: Area) -> Area:
        """The area with what its style may see: the source, drawn pixels where this style was here before, the fill elsewhere."""
        box = area.frame.grow(self._style.reach).clip(self._plan.width, self._plan.height)
        known = ~self._unknown[box.slices]
        window = np.where(self._drawn[box.slices][:, :, None], self._out[box.slices], self._pixels[box.slices])
        window[~known] = self._plan.colour
        return replace(area, view=View(box=box, pixels=window, known=known))

    def _put(self, area: Area, where: Box, patch: Pixels) -> None:
        """Copy a patch in the page's tones where it lies within the area's boxes."""
        pixels = toned(patch, where, self._plan.tones)
        for box in area.boxes:
            part = box.intersect(where)
            if not part.empty:
                self._out[part.slices] = pixels[part.shift(-where.x0, -where.y0).slices]


def style_of(region: Region) -> Style:
    """The style of a region; fill where it names none."""
    return STYLES[region.style] if region.style else FILL


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnBoxes:
    """Boxes of a plan by what is checked in them: `plain` hold nothing but the fill colour, whatever else overlaps them; in
    `drawn` a style draws, and in `blind`, which are some of these, only styles that do not look inside."""

    plain: tuple[Box, ...]
    drawn: tuple[Box, ...]
    blind: tuple[Box, ...]


def drawn_boxes(plan: PagePlan) -> DrawnBoxes:
    """The boxes of a plan by their styles, each once."""
    styles = [(box, style_of(region)) for region in plan.regions for box in region.boxes]
    plain = dict.fromkeys(box for box, style in styles if style.draw is None)
    drawn = dict.fromkeys(box for box, style in styles if style.draw is not None and box not in plain)
    looking = [box for box, style in styles if style.sees == "inside"]
    blind = tuple(box for box in drawn if not any(box.overlaps(other) for other in looking))
    return DrawnBoxes(plain=tuple(plain), drawn=tuple(drawn), blind=blind)


def shows_nothing(pixels: Pixels, plan: PagePlan, painted: Pixels) -> Outcome | None:
    """Whether what styles drew on a page is the same over other content; nothing is asked of styles that may look inside."""
    blind = drawn_boxes(plan).blind
    if not blind:
        return None
    other = pixels.copy()
    for box in boxes_of(plan):
        other[box.slices] = 255 - other[box.slices]
    again = apply_plan(other, plan)
    differ = sum(not np.array_equal(again[box.slices], painted[box.slices]) for box in blind)
    return Outcome(ok=not differ, detail=f"{differ} boxes differ" if differ else "")


def areas_of(region: Region, plan: PagePlan) -> list[Area]:
    """The connected parts of a region; the caption goes to the one with the largest box."""
    parts = connected([box for box in (b.clip(plan.width, plan.height) for b in region.boxes) if not box.empty])
    largest = max(range(len(parts)), key=lambda i: max(b.area for b in parts[i]), default=0)
    return [
        Area(
            frame=union_of(part),
            boxes=tuple(part),
            kind=region.reasons[0].kind if region.reasons else Kind.MANUAL,
            colour=plan.colour,
            tones=plan.tones,
            settings=region.settings,
            main=i == largest,
            caption=region.caption if i == largest else "",
        )
        for i, part in enumerate(parts)
    ]


def connected(boxes: Sequence[Box]) -> list[list[Box]]:
    """Boxes that overlap or touch, directly or over others, in one group each; in order of their first box."""
    home = [[i] for i in range(len(boxes))]
    # From the top down: of the boxes that reach as far down as this one begins, those that meet it from the side.
    open_: list[int] = []
    for i in sorted(range(len(boxes)), key=lambda i: boxes[i].y0):
        box = boxes[i]
        open_ = [j for j in open_ if boxes[j].y1 >= box.y0]
        for j in open_:
            if boxes[j].x0 <= box.x1 and box.x0 <= boxes[j].x1 and home[i] is not home[j]:
                small, large = sorted((home[i], home[j]), key=len)
                large += small
                for k in small:
                    home[k] = large
        open_.append(i)
    return [[boxes[i] for i in sorted(group)] for group in {id(group): group for group in home}.values()]


def toned(pixels: Pixels, box: Box, tones: Colour) -> Pixels:
    """u8 (H, W, 3) as a page of these tones can hold it: greys are luma, two tones a 4 x 4 ordered dither.

    The dither is tied to the page, so that neighbouring patches go on in one pattern; black and white stay as they are.
    """
    if tones == "rgb":
        return pixels
    weights = np.array([0.299, 0.587, 0.114], dtype=np.float32)
    grey: npt.NDArray[np.uint8] = np.rint(pixels.astype(np.float32) @ weights).astype(np.uint8)
    if tones == "bilevel":
        rows = np.arange(box.y0, box.y0 + grey.shape[0])[:, None] % 4
        columns = np.arange(box.x0, box.x0 + grey.shape[1])[None, :] % 4
        grey = np.where(grey.astype(np.int16) * 16 > (_ORDER[rows, columns] * 2 + 1) * 255 // 2, 255, 0).astype(np.uint8)
    return np.repeat(grey[:, :, None], 3, axis=2)
