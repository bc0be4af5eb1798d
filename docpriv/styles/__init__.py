"""How covered areas look: a style is a module of this package, which registers itself.

The least `order` tells the least of what it covers: a region with several reasons takes the first that one of them has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from docpriv.geometry import Box, union_of
from docpriv.model import Colour, Kind, Pixels
from docpriv.registry import Registry

Tone = tuple[int, int, int]
Settings = tuple[tuple[str, float], ...]
Patch = tuple[Box, Pixels]
"""Pixels u8 (H, W, 3) and the box of the page where they go; what lies beside the region's boxes is not drawn."""

PICTURES = frozenset({Kind.FACE, Kind.FINGERPRINT, Kind.SIGNATURE, Kind.STAMP, Kind.UNREAD_INK, Kind.CODE})
"""Kinds that are seen rather than read; everything else is text."""
SHADED = PICTURES - {Kind.UNREAD_INK, Kind.CODE}
"""Kinds of which something may be kept: codes and ink that nobody read hold text too."""


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

    def seen(self) -> View:
        """The view of a style that sees something."""
        assert self.view is not None
        return self.view

    def cells(self, size: int) -> Iterator[tuple[tuple[slice, slice], Pixels]]:
        """Square cells of the frame, of so many pixels a side, and the pixels, u8 (N, 3), in each that may be shown, if any."""
        view = self.seen()
        inside = self.mask() & view.known
        for y in range(0, self.frame.height, size):
            for x in range(0, self.frame.width, size):
                part = slice(y, y + size), slice(x, x + size)
                if inside[part].any():
                    yield part, view.pixels[part][inside[part]]

    def mask(self) -> npt.NDArray[np.bool_]:
        """Bool, of the frame's shape: true where a box of the area is."""
        mask = np.zeros((self.frame.height, self.frame.width), dtype=np.bool_)
        for box in self.boxes:
            mask[box.shift(-self.frame.x0, -self.frame.y0).slices] = True
        return mask


def _no_settings(boxes: Sequence[Box], given: Settings, epsilon: float) -> Settings:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """The strengths at which `docpriv evaluate attack` tries a style: values of the setting for text, and for pictures."""

    setting: str
    text: tuple[float, ...] = ()
    pictures: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """A way to cover. Every region of it is first filled with `ground`, then `draw` gives what goes on top.

    `guarantee`: one sentence, shown by `docpriv styles`. `promise`: what an attack may find: nothing; no more than a privacy
    budget allows; or what was there. `kinds`: those that it may be used for. `leaves_nothing`: nothing of what stood there but
    its place and kind, so that what was asked for one kind by name comes before the style of all the others.
    `sees`: "nothing"; "around": pixels outside every region of the plan; "inside": also those of the area itself, but for parts
    that a safer style covers. Only where it does not see the inside does the check before a release ask that what is drawn is
    the same over other content. `reach`: pixels around the frame that the view holds.
    `text`: what it writes: nothing, the caption of a kind, or an invented value. `apart`: a second text never goes over a first.
    `widened`: boxes of text are brought to steps of width. `draw`: None for one colour, which the check before a release wants.
    `settings`: the numbers that it draws with, of the boxes of a region, the numbers of a given plan and the policy's epsilon.
    """

    name: str
    guarantee: str
    promise: Literal["opaque", "private", "reversible"] = "opaque"
    kinds: frozenset[Kind] = frozenset(Kind)
    leaves_nothing: bool = False
    sees: Literal["nothing", "around", "inside"] = "nothing"
    reach: int = 0
    text: Literal["nothing", "caption", "pseudonym"] = "nothing"
    apart: bool = False
    widened: bool = False
    draw: Callable[[Area], Sequence[Patch]] | None = None
    ground: Callable[[Area], Tone] | None = None
    settings: Callable[[Sequence[Box], Settings, float], Settings] = _no_settings
    tried: Tried | None = None

    @property
    def reversible(self) -> bool:
        return self.promise == "reversible"


STYLES: Registry[Style] = Registry(__name__)
"""Every style, the safest first."""


def register(style: Style, *, order: int) -> Style:
    return STYLES.register(style.name, style, order=order)


def problem_of(style: Style, kind: Kind, *, allow_reversible: bool) -> tuple[str, str] | None:
    """Why a style is refused for a kind, and what to do instead; None where it may be used."""
    for_all = sorted(one.name for one in STYLES.values() if kind in one.kinds and not one.reversible)
    instead = f"Use another style for {kind}: {', '.join(for_all)}."
    if kind not in style.kinds:
        if style.reversible and kind not in PICTURES:
            return f"the style {style.name} can be undone and is never used for text, which {kind} is", instead
        if style.text != "nothing":
            return f"the style {style.name} is for text, which {kind} is not", instead
        what = "text" if kind not in PICTURES else "drawn or written otherwise"
        return f"the style {style.name} is not for {kind}, which is {what}; it is for {', '.join(sorted(style.kinds))}", instead
    if style.reversible and not allow_reversible:
        return (
            f"the style {style.name} can be undone, so that {kind} may be recognised again",
            f"{instead} To use it all the same, give --allow-reversible (policy.allow_reversible: true).",
        )
    return None


def shorter_side(boxes: Sequence[Box]) -> int:
    """The shorter side of the smallest box that holds all, in pixels; 0 for none."""
    whole = union_of(boxes)
    return min(whole.width, whole.height)


def mixed(
    ground: Tone | npt.NDArray[np.float32], ink: Tone | npt.NDArray[np.float32], share: npt.NDArray[np.floating[Any]]
) -> Pixels:
    """Ink on a ground, u8 (H, W, 3); `share` 0..1 of shape (H, W) is ink."""
    below, above = np.array(ground, dtype=np.float32), np.array(ink, dtype=np.float32)
    return np.rint(below + (above - below) * share[:, :, None]).astype(np.uint8)


def contrasting(colour: Tone) -> Tone:
    """Black or white, whichever is further from the colour."""
    return (0, 0, 0) if luma(colour) >= 128 else (255, 255, 255)


def luma(colour: Tone) -> float:
    r, g, b = colour
    return 0.299 * r + 0.587 * g + 0.114 * b
