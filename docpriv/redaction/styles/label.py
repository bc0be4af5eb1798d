"""Label: a fill with its kind or a reason code on it; refuses to write what was not asked for or cannot be read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from docpriv.model import Kind
from docpriv.options import Policy, Style
from docpriv.redaction.styles.lettering import best_place, ink_box, written
from docpriv.redaction.styles.painter import Area, Painter, Patch


def caption_of(kind: Kind, policy: Policy) -> str:
    """What the label of a kind says: the reason code that the policy gives for it, or its name in brackets."""
    return policy.captions.get(kind) or f"[{spoken(kind)}]"


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
    paper = np.array(area.colour, dtype=np.float32)
    pen = np.array(contrasting(area.colour), dtype=np.float32)
    where = ink_box(ink, place)  # no more than that, so that captions of areas that overlap can stand side by side
    part = ink[where.y0 - place.y0 : where.y1 - place.y0, where.x0 - place.x0 : where.x1 - place.x0]
    share = part[:, :, None].astype(np.float32) / 255
    return [(where, np.rint(paper + (pen - paper) * share).astype(np.uint8))]


def contrasting(colour: tuple[int, int, int]) -> tuple[int, int, int]:
    """Black or white, whichever is further from the colour."""
    r, g, b = colour
    return (0, 0, 0) if 0.299 * r + 0.587 * g + 0.114 * b >= 128 else (255, 255, 255)


LABEL = Painter(
    style=Style.LABEL,
    guarantee="A fill with the name of its kind, or a reason code, written on it: nothing drawn depends on what stood there.",
    draw=_draw,
    writes=True,
)
