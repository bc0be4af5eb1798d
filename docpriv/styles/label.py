"""Label: a fill with its kind or a reason code on it, left out where it cannot be read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from docpriv.model import Kind
from docpriv.styles import Area, Patch, Style, contrasting, mixed, register
from docpriv.styles._lettering import best_place, inked, written


def spoken(kind: Kind) -> str:
    """A kind's name as it is written: without underscores."""
    return kind.value.replace("_", " ")


def short_of(caption: str) -> str | None:
    """The short form of a kind's name in brackets: initials, or the first three letters; None for a reason code."""
    name = caption[1:-1]
    if caption[:1] + caption[-1:] != "[]" or name not in {spoken(kind) for kind in Kind}:
        return None
    words = name.split()
    return f"[{''.join(w[0] for w in words) if len(words) > 1 else name[:3]}]"


def _draw(area: Area) -> Sequence[Patch]:
    if not area.caption:
        return ()
    place = best_place(area.boxes)
    short = short_of(area.caption)
    ink = written([area.caption, short] if short else [area.caption], place.width, place.height, crisp=area.tones == "bilevel")
    if ink is None:
        return ()
    # No more than that, so that captions of areas that overlap can stand side by side.
    where = inked(ink).grow(1).clip(place.width, place.height)
    share = ink[where.slices].astype(np.float32) / 255
    return [(where.shift(place.x0, place.y0), mixed(area.colour, contrasting(area.colour), share))]


LABEL = register(
    Style(
        name="label",
        guarantee="A fill with the name of its kind, or a reason code, written on it: nothing drawn depends on what stood there.",
        leaves_nothing=True,
        text="caption",
        apart=True,
        draw=_draw,
    ),
    order=30,
)
