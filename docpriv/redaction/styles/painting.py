"""Draw the regions of a plan by their styles; refuses to let one region's style weaken what another covers.

First every box of the plan is filled, so that a style that draws nothing leaves a fill. Then the styles follow, the least
safe first and plain fills last: where regions overlap, the safer style is what is seen. A style sees nothing of the page
but what its painter says, and pixels that a safer style covers are hidden even from those that look inside.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from docpriv.geometry import Box
from docpriv.model import Kind, PagePlan, Pixels, Region
from docpriv.options import SAFEST_FIRST, Style
from docpriv.redaction.styles.painter import Area, Painter, Patch, View
from docpriv.redaction.styles.tones import toned

PLAIN = frozenset({Style.FILL, Style.NEUTRAL})
"""Styles that leave one colour."""


def paint(pixels: Pixels, plan: PagePlan, painters: Mapping[Style, Painter]) -> Pixels:
    """A new u8 (H, W, 3) array: the page with every region drawn."""
    out = pixels.copy()
    by_style = {style: [r for r in plan.regions if style_of(r) is style] for style in SAFEST_FIRST}
    for region in plan.regions:
        for box in region.boxes:
            out[box.slices] = plan.colour
    if not any(by_style[style] for style in SAFEST_FIRST if style not in PLAIN):
        return out
    hidden = _mask(plan, plan.regions)
    for rank in range(len(SAFEST_FIRST) - 1, -1, -1):
        style = SAFEST_FIRST[rank]
        regions = by_style[style]
        if not regions:
            continue
        painter = painters[style]
        safer = _mask(plan, [r for s in SAFEST_FIRST[:rank] for r in by_style[s]]) if painter.sees == "inside" else hidden
        taken = [box for s in SAFEST_FIRST[:rank] for r in by_style[s] for box in r.boxes] if painter.writes else []
        _draw_style(out, pixels, plan, regions, painter, hidden, safer, taken)
    return out


def _draw_style(
    out: Pixels,
    pixels: Pixels,
    plan: PagePlan,
    regions: Sequence[Region],
    painter: Painter,
    hidden: npt.NDArray[np.bool_],
    safer: npt.NDArray[np.bool_],
    taken: list[Box],
) -> None:
    """Draw all regions of one style. `taken`: where a safer style will cover what is written, so that it is left out."""
    seen = np.zeros_like(hidden) if painter.sees == "inside" else hidden
    areas = [area for region in regions for area in areas_of(region, plan)]
    if painter.sees == "around":
        areas = [_with_view(area, pixels, out, plan, painter, hidden, seen) for area in areas]
    for area in areas:
        for box in area.boxes:
            out[box.slices] = toned(np.full((box.height, box.width, 3), painter.ground(area), np.uint8), box, plan.tones)
    for area in areas:
        if painter.sees == "inside":
            area = _with_view(area, pixels, out, plan, painter, safer, seen)
        for box, patch in painter.draw(area):
            if painter.writes and any(box.overlaps(other) for other in taken):
                continue
            taken.append(box)
            _put(out, area, (box, toned(patch, box, plan.tones)))
        if painter.sees == "inside":
            for box in area.boxes:
                seen[box.slices] = True


def _with_view(
    area: Area,
    pixels: Pixels,
    out: Pixels,
    plan: PagePlan,
    painter: Painter,
    unknown: npt.NDArray[np.bool_],
    seen: npt.NDArray[np.bool_],
) -> Area:
    """The area with what its style may see: the source, drawn pixels where this style was here before, the fill elsewhere."""
    box = area.frame.grow(painter.reach).clip(plan.width, plan.height)
    known = ~unknown[box.slices]
    window = (
        np.where(seen[box.slices][:, :, None], out[box.slices], pixels[box.slices])
        if painter.sees == "inside"
        else pixels[box.slices].copy()
    )
    window[~known] = plan.colour
    return replace(area, view=View(box=box, pixels=window, known=known))


def style_of(region: Region) -> Style:
    """The style of a region; fill where it names none."""
    return Style(region.style) if region.style else Style.FILL


def plain_boxes(plan: PagePlan) -> tuple[Box, ...]:
    """Boxes that hold nothing but the fill colour, whatever else overlaps them."""
    return tuple(dict.fromkeys(box for region in plan.regions if style_of(region) in PLAIN for box in region.boxes))


def drawn_boxes(plan: PagePlan) -> tuple[Box, ...]:
    """Boxes in which a style draws; not those that are a plain fill's too."""
    plain = set(plain_boxes(plan))
    return tuple(
        dict.fromkeys(box for region in plan.regions if style_of(region) not in PLAIN for box in region.boxes if box not in plain)
    )


def blind_boxes(plan: PagePlan, painters: Mapping[Style, Painter]) -> tuple[Box, ...]:
    """Boxes in which a style draws that must not look inside, and over which none does that may."""
    looking = [box for region in plan.regions if painters[style_of(region)].sees == "inside" for box in region.boxes]
    return tuple(box for box in drawn_boxes(plan) if not any(box.overlaps(other) for other in looking))


def areas_of(region: Region, plan: PagePlan) -> list[Area]:
    """The connected parts of a region; the caption goes to the one with the largest box."""
    parts = connected([box for box in (b.clip(plan.width, plan.height) for b in region.boxes) if not box.empty])
    largest = max(range(len(parts)), key=lambda i: max(b.area for b in parts[i]), default=0)
    return [
        Area(
            frame=_hull(part),
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
    home = list(range(len(boxes)))

    def root(i: int) -> int:
        while home[i] != i:
            home[i] = home[home[i]]
            i = home[i]
        return i

    # From the top down: of the boxes that reach as far down as this one begins, those that meet it from the side.
    open_: list[int] = []
    for i in sorted(range(len(boxes)), key=lambda i: boxes[i].y0):
        box = boxes[i]
        open_ = [j for j in open_ if boxes[j].y1 >= box.y0]
        for j in open_:
            if boxes[j].x0 <= box.x1 and box.x0 <= boxes[j].x1:
                one, other = sorted((root(i), root(j)))
                home[other] = one
        open_.append(i)
    groups: dict[int, list[Box]] = {}
    for i, box in enumerate(boxes):
        groups.setdefault(root(i), []).append(box)
    return list(groups.values())


def _hull(boxes: Sequence[Box]) -> Box:
    whole = boxes[0]
    for box in boxes[1:]:
        whole = whole.union(box)
    return whole


def _put(out: Pixels, area: Area, patch: Patch) -> None:
    """Copy a patch where it lies within the area's boxes."""
    where, pixels = patch
    for box in area.boxes:
        part = box.intersect(where)
        if not part.empty:
            out[part.slices] = pixels[part.y0 - where.y0 : part.y1 - where.y0, part.x0 - where.x0 : part.x1 - where.x0]


def _mask(plan: PagePlan, regions: Iterable[Region]) -> npt.NDArray[np.bool_]:
    mask = np.zeros((plan.height, plan.width), dtype=np.bool_)
    for region in regions:
        for box in region.boxes:
            mask[box.slices] = True
    return mask
