"""Pseudonym: an invented value in print of its own on the paper's tone.

The print is dark blue where the page has colour, and underlined with dots on every page, so that nobody takes it for the
original's.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from docpriv.geometry import Box, Point, Quad
from docpriv.model import Kind
from docpriv.styles import PICTURES, Area, Patch, Settings, Style, Tone, contrasting, luma, mixed, register
from docpriv.styles._lettering import LEAST_SIZE, TALL, best_place, drawn, font_of, inked

_EM = 0.92  # of the line's height, which reaches from ascender to descender
_MARGIN = 0.2  # of the line's height, free at both ends: a line that is read again reaches less far into the area
_RISE = 0.26  # ems from the middle of the line to where letters stand
_DOTS = 0.13  # ems from there to the dots below
_NARROWEST = 0.62  # letters may be squeezed to this share of their width before they become smaller
_SQUEEZED = 0.88  # likewise, before they become smaller at all
_MOST_SIZE, _MOST_LABEL = 120, 36
_REACH = 24  # pixels around an area from which the paper's tone is taken
_INK: Tone = (24, 36, 120)
_ON_DARK: Tone = (225, 232, 255)

Floats = npt.NDArray[np.float32]


def _paper(area: Area) -> Tone:
    """The tone of the page around the area: the median of the lighter half of what no region covers, white where all is."""
    view = area.view
    if view is None or not view.known.any():
        return (255, 255, 255)
    around = view.pixels[view.known].astype(np.int32)
    light = around @ np.array([299, 587, 114])
    tone = np.median(around[light >= np.median(light)], axis=0)
    return int(tone[0]), int(tone[1]), int(tone[2])


def text_line(quad: Quad, height: float) -> Settings:
    """The line on which a region's text runs, as numbers of the region: the middles of its ends, and the text's height."""
    (x0, y0), (x1, y1) = _middle(quad.a, quad.d), _middle(quad.b, quad.c)
    numbers = {"x0": x0, "y0": y0, "x1": x1, "y1": y1, "height": height}
    return tuple((name, float(round(number))) for name, number in numbers.items())


def _middle(p: Point, q: Point) -> Point:
    return (p[0] + q[0]) / 2, (p[1] + q[1]) / 2


def _draw(area: Area) -> Sequence[Patch]:
    if not area.caption.strip():
        return ()
    crisp = area.tones == "bilevel"
    line = _line_of(area)
    length, drift, turns = _run_of(line)
    share = _written(area.caption, length, max(1, round(line["height"])), crisp)
    if share is None:
        return ()
    box, share = _placed(_slanted(share, drift), line, drift, turns)
    paper = _paper(area)
    dark = luma(paper) < 128
    ink = contrasting(paper) if crisp else _ON_DARK if dark else _INK
    return [(box, mixed(paper, ink, share))]


def _line_of(area: Area) -> dict[str, float]:
    """The region's own line, or one through its largest box, upward where that is tall."""
    line, frame = dict(area.settings), area.frame
    if set(line) == {"x0", "y0", "x1", "y1", "height"} and 1 <= line["height"] <= 2 * max(frame.width, frame.height):
        near = frame.grow(round(line["height"]))  # of a plan that was edited it may lie anywhere
        if all(near.x0 <= line[x] <= near.x1 and near.y0 <= line[y] <= near.y1 for x, y in (("x0", "y0"), ("x1", "y1"))):
            return line
    box = best_place(area.boxes)
    if box.height > TALL * box.width:
        x = (box.x0 + box.x1) / 2
        return {"x0": x, "y0": box.y1, "x1": x, "y1": box.y0, "height": box.width}
    y = (box.y0 + box.y1) / 2
    return {"x0": box.x0, "y0": y, "x1": box.x1, "y1": y, "height": box.height}


def _run_of(line: Mapping[str, float]) -> tuple[int, int, int]:
    """Length in pixels along the nearest axis, drift across it, and quarter turns clockwise from left to right."""
    dx, dy = line["x1"] - line["x0"], line["y1"] - line["y0"]
    turns = round(math.degrees(math.atan2(dy, dx)) / 90) % 4
    along, across = ((dx, dy), (dy, -dx), (-dx, -dy), (-dy, dx))[turns]
    return max(1, round(along)), round(across), turns


def _slanted(share: Floats, drift: int) -> Floats:
    """The ink with each column moved down by its part of the drift, for lines of skewed pages."""
    height, width = share.shape
    out = np.zeros((height + abs(drift), width), dtype=np.float32)
    for x in range(width):
        top = round(drift * x / width) - min(0, drift)
        out[top : top + height, x] = share[:, x]
    return out


def _placed(share: Floats, line: Mapping[str, float], drift: int, turns: int) -> tuple[Box, Floats]:
    """The ink turned as the line runs, cut to where there is some, and its box on the page."""
    height, width = share.shape
    above = (height - abs(drift)) / 2 - min(0, drift)  # from the canvas's top to the line's start
    x, y = line["x0"], line["y0"]
    left, top = ((x, y - above), (x - height + above, y), (x - width, y - height + above), (x - above, y - width))[turns]
    turned: Floats = np.rot90(share, -turns)
    cut = inked(turned)
    return cut.shift(round(left), round(top)), turned[cut.slices]


def _written(caption: str, width: int, height: int, crisp: bool) -> Floats | None:
    """Ink 0..1 of shape (height, width): the longest form of the caption that fits; None where none can be read."""
    margin = round(_MARGIN * min(height, width))
    natural = min(_MOST_LABEL if caption[:1] == "[" else _MOST_SIZE, int(_EM * height))
    for text in shorter(caption):
        # What is too long becomes a little narrower first, then smaller and narrower by the same share.
        share = (width - 2 * margin) / max(1.0, _SQUEEZED * font_of(natural).getlength(text)) if natural else 1.0
        size = max(min(natural, LEAST_SIZE), int(natural * math.sqrt(min(1.0, max(0.0, share)))))
        while size >= LEAST_SIZE and _NARROWEST * font_of(size).getlength(text) > width - 2 * margin:
            size -= 1
        if text and size >= LEAST_SIZE:
            return _lettered(text, (width, height), margin, (size, natural), crisp)
    return None


def shorter(caption: str) -> Iterator[str]:
    """A caption and what may stand for it where there is less room: initials for all words but the last, the last, initials."""
    yield caption
    words = [word for word in caption.split() if any(c.isalnum() for c in word)]
    if len(words) > 1 and not any(c.isdigit() for c in caption):
        yield " ".join([*(f"{_initial(word)}." for word in words[:-1]), words[-1]])
        yield words[-1].strip(",;")
        yield "".join(f"{_initial(word)}." for word in words)
    elif "@" in caption:
        yield caption.partition("@")[0]
    elif len(words) > 1:
        yield from (" ".join(words[:count]) for count in range(len(words) - 1, 0, -1))


def _initial(word: str) -> str:
    found = re.search(r"[^\W\d_]", word)
    return found[0].upper() if found else ""


def _lettered(text: str, frame: tuple[int, int], margin: int, sizes: tuple[int, int], crisp: bool) -> Floats:
    """The text from the left margin on, squeezed where it is too long, with dots below; on the line of its natural size."""
    from PIL import Image

    (width, height), (size, natural) = frame, sizes
    length, room = round(font_of(size).getlength(text)), width - 2 * margin
    base = round(height / 2 + _RISE * natural)
    image = drawn(text, size, (length + 2 * margin + size, height), (margin, base), crisp=crisp, anchor="ls")
    if length > room:
        whole = image.crop((margin, 0, margin + length, height))
        image = Image.new("L", (width, height), 0)
        image.paste(whole.resize((max(1, room), height), Image.Resampling.BOX), (margin, 0))
    ink: Floats = np.zeros((height, width), dtype=np.float32)
    share = np.array(image, dtype=np.float32)[:, :width] / np.float32(255)
    ink[:, : share.shape[1]] = (share > 0.4).astype(np.float32) if crisp else share
    thick, row = max(1, height // 28), min(height - 1, round(base + _DOTS * natural))
    for x in range(margin, min(width, margin + min(length, room)), 3 * thick):
        ink[row : row + thick, x : x + thick] = 1.0
    return ink


def _settings(boxes: Sequence[Box], given: Settings, epsilon: float) -> Settings:
    """The line on which the text ran stays."""
    return given


PSEUDONYM = register(
    Style(
        name="pseudonym",
        guarantee="Every pixel of the area becomes paper with an invented value in print of its own: neither depends on the "
        "pixels that stood there, and without the key nobody can try out which value it is. Left are the place, the width, the "
        "kind and format of the value, and that the same value has the same pseudonym.",
        kinds=frozenset(Kind) - PICTURES,
        leaves_nothing=True,
        sees="around",
        reach=_REACH,
        text="pseudonym",
        draw=_draw,
        ground=_paper,
        settings=_settings,
    ),
    order=40,
)
