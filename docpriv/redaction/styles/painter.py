"""What a style is: its guarantee, what it may see, and how it draws; refuses to hand it pixels that it must not use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from docpriv.geometry import Box
from docpriv.model import Colour, Kind, Pixels
from docpriv.options import Policy, Style

Tone = tuple[int, int, int]
Settings = tuple[tuple[str, float], ...]
Patch = tuple[Box, Pixels]
"""Pixels u8 (H, W, 3) and the box of the page where they go; what lies beside the region's boxes is not drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A window of the page: `pixels` u8 (H, W, 3), of which those that are not `known` (bool (H, W)) are the fill colour."""

    box: Box
    pixels: Pixels = field(repr=False)
    known: npt.NDArray[np.bool_] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One connected part of a region: all that a style knows.

    `frame`: the smallest box that holds `boxes`, which lie on the page and are the pixels to draw. `main`: this part has the
    region's largest box; `caption` is empty for all others. `colour`: the fill, as the page can hold it.
    `view`: None for a style that sees nothing.
    """

    frame: Box
    boxes: tuple[Box, ...]
    kind: Kind
    colour: Tone
    tones: Colour
    main: bool = True
    caption: str = field(default="", repr=False)
    settings: Settings = ()
    view: View | None = None

    def setting(self, name: str) -> float:
        """A number that the region carries; KeyError where it has none of that name."""
        return dict(self.settings)[name]

    def mask(self) -> npt.NDArray[np.bool_]:
        """Bool, of the frame's shape: true where a box of the area is."""
        mask = np.zeros((self.frame.height, self.frame.width), dtype=np.bool_)
        for box in self.boxes:
            mask[box.y0 - self.frame.y0 : box.y1 - self.frame.y0, box.x0 - self.frame.x0 : box.x1 - self.frame.x0] = True
        return mask


def shorter_side(boxes: Sequence[Box]) -> int:
    """The shorter side of the smallest box that holds all, in pixels; 0 for none."""
    if not boxes:
        return 0
    return min(max(b.x1 for b in boxes) - min(b.x0 for b in boxes), max(b.y1 for b in boxes) - min(b.y0 for b in boxes))


def plan_colour(area: Area) -> Tone:
    """The ground of most styles: the fill colour."""
    return area.colour


def no_settings(boxes: Sequence[Box], policy: Policy) -> Settings:
    """Most styles need no number."""
    return ()


def nothing(area: Area) -> Sequence[Patch]:
    """A style that leaves its ground as it is."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Painter:
    """A style. Every region of it is first filled with `ground`, then `draw` gives what goes on top.

    `guarantee`: one sentence, shown by `docpriv styles`. `sees`: "nothing"; "around": pixels outside every region of the
    plan; "inside": also those of the area itself, but for parts that a safer style covers. `reach`: pixels around the frame
    that the view holds. `writes`: what is drawn is text, and a second one never goes over a first.
    """

    style: Style
    guarantee: str
    draw: Callable[[Area], Sequence[Patch]] = nothing
    ground: Callable[[Area], Tone] = plan_colour
    settings: Callable[[Sequence[Box], Policy], Settings] = no_settings
    sees: Literal["nothing", "around", "inside"] = "nothing"
    reach: int = 0
    writes: bool = False
