"""Loads the bundled fonts by name; it never looks for a font on the system."""

from __future__ import annotations

import functools
import pathlib
import unicodedata
from dataclasses import dataclass

from PIL import ImageFont

FOLDER = pathlib.Path(__file__).parent / "fonts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """One bundled font.

    `scale` evens out fonts whose letters are small for their size; `plain` fonts lack accented letters.
    """

    file: str
    scale: float = 1.0
    plain: bool = False


FACES: dict[str, Face] = {
    "sans-a": Face(file="sans-a.ttf"),
    "sans-a-bold": Face(file="sans-a-bold.ttf"),
    "sans-b": Face(file="sans-b.ttf", scale=0.9),
    "sans-b-bold": Face(file="sans-b-bold.ttf", scale=0.9),
    "sans-c": Face(file="sans-c.ttf", scale=0.95),
    "sans-c-bold": Face(file="sans-c-bold.ttf", scale=0.95),
    "sans-d": Face(file="sans-d.ttf", scale=1.08),
    "sans-d-bold": Face(file="sans-d-bold.ttf", scale=1.08),
    "sans-e": Face(file="sans-e.ttf", scale=0.9),
    "serif-d": Face(file="serif-d.ttf", scale=0.9),
    "serif-a": Face(file="serif-a.ttf", scale=1.06),
    "serif-a-bold": Face(file="serif-a-bold.ttf", scale=1.06),
    "serif-b": Face(file="serif-b.ttf"),
    "serif-b-bold": Face(file="serif-b-bold.ttf"),
    "serif-c": Face(file="serif-c.otf", scale=1.1),
    "slab-a": Face(file="slab-a.otf", scale=0.95),
    "mono-a": Face(file="mono-a.ttf", scale=0.95),
    "mono-a-bold": Face(file="mono-a-bold.ttf", scale=0.95),
    "mono-b": Face(file="mono-b.ttf", scale=0.92),
    "mono-c": Face(file="mono-c.otf"),
    "mono-c-bold": Face(file="mono-c-bold.otf"),
    "machine": Face(file="machine.otf", plain=True),
    "hand-a": Face(file="hand-a.ttf", scale=1.25),
    "hand-b": Face(file="hand-b.ttf", scale=1.35),
    "hand-c": Face(file="hand-c.ttf", scale=1.75),
    "hand-d": Face(file="hand-d.otf", scale=1.25),
    "hand-e": Face(file="hand-e.otf", scale=1.2),
    "hand-f": Face(file="hand-f.otf", scale=1.35, plain=True),
    "hand-g": Face(file="hand-g.ttf", scale=1.15, plain=True),
}

HANDS = ("hand-a", "hand-b", "hand-d", "hand-e", "hand-f", "hand-g")
"""Fonts for values filled in by hand that a person reads without effort."""

LATIN = ("sans-e", "serif-d")
"""Fonts with the letters of all languages that are written in Latin ones."""

CURSIVE = ("hand-c", "hand-d")
"""Joined hands, for the harder pages."""

GEOMETRY = ("sans-a", "sans-b", "sans-c", "sans-d", "serif-a", "serif-b", "serif-c", "mono-a", "mono-b", "mono-c")
"""Ten proportional and fixed-width fonts for pages whose every glyph is known."""


@functools.lru_cache(maxsize=512)
def load(name: str, pixels: float) -> ImageFont.FreeTypeFont:
    """The font `name` at `pixels` per em (before its own scale). Raises KeyError for an unknown name.

    The basic layout engine is used on every machine: the other one depends on how Pillow was built.
    """
    face = FACES[name]
    return ImageFont.truetype(str(FOLDER / face.file), size=pixels * face.scale, layout_engine=ImageFont.Layout.BASIC)


_SWAPS = str.maketrans(
    {"ß": "ss", "–": "-", "’": "'", "€": "EUR", "£": "GBP", "₺": "TL", "„": '"', "œ": "oe", "Œ": "OE", "☎": "Tel.", "†": "+",
     "ł": "l", "Ł": "L", "ı": "i", "đ": "d", "Đ": "D", "ø": "o", "Ø": "O"}
)  # fmt: skip
"""What is written for a letter or a mark that a font lacks and that has no accent to drop."""


def drawable(name: str, text: str) -> str:
    """`text` with its accents dropped where the font has none, as people write who have no such letters."""
    if text.isascii():
        return text
    if FACES[name].plain:
        return _folded(text)
    return "".join(c if c.isascii() or _has(name, c) else _folded(c) for c in text)


def _folded(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text.translate(_SWAPS)) if c.isascii())


@functools.cache
def _has(name: str, char: str) -> bool:
    """Whether the font has a glyph of its own for the character."""
    font = load(name, 40.0)
    return char.isspace() or bytes(font.getmask(char)) != bytes(font.getmask("\uffff"))
