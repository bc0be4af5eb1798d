"""Chooses the typefaces of one document, as an office would: one family, one filling hand; it draws
nothing."""

from __future__ import annotations

import random
from dataclasses import dataclass

from docpriv_lab.pages import fonts
from docpriv_lab.pages.canvas import BLACK, Colour, Type

ACCENTS: tuple[Colour, ...] = (
    (24, 62, 120),
    (120, 30, 36),
    (30, 92, 70),
    (64, 64, 70),
    (90, 50, 110),
    (16, 16, 18),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """The types of one document: running text, bold, small captions, headings, filled-in values, and an
    accent colour."""

    body: Type
    bold: Type
    small: Type
    head: Type
    fill: Type
    accent: Colour
    by_hand: bool


_FAMILIES = (
    ("sans-a", "sans-a-bold"),
    ("sans-b", "sans-b-bold"),
    ("sans-c", "sans-c-bold"),
    ("sans-d", "sans-d-bold"),
    ("serif-a", "serif-a-bold"),
    ("serif-b", "serif-b-bold"),
    ("serif-c", "serif-b-bold"),
    ("mono-c", "mono-c-bold"),
    ("mono-a", "mono-a-bold"),
)


def choose(rng: random.Random, difficulty: str, *, size: float = 9.5, typed: bool = False) -> Style:
    """A style for a page of that difficulty ("easy", "medium", "hard"); `typed` keeps handwriting out."""
    regular, bold = rng.choice(_FAMILIES[:7] if difficulty == "easy" else _FAMILIES)
    body = Type(font=regular, size=size)
    by_hand = not typed and rng.random() < {"easy": 0.35, "medium": 0.6, "hard": 0.75}[difficulty]
    if by_hand:
        hands = fonts.HANDS if difficulty != "hard" else fonts.HANDS + fonts.CURSIVE
        colour: Colour = rng.choice(((24, 26, 32), (26, 42, 118), (22, 34, 96), (50, 52, 58)))
        wobble = {"easy": 0.4, "medium": 0.8, "hard": 1.2}[difficulty]
        fill = Type(font=rng.choice(hands), size=size * 1.18, colour=colour, wobble=wobble)
    else:
        fill = Type(font=rng.choice(("mono-c", "mono-a", "mono-b", regular)), size=size, colour=BLACK)
    return Style(
        body=body,
        bold=Type(font=bold, size=size),
        small=Type(font=regular, size=max(size * 0.72, 6.2)),
        head=Type(font=bold, size=size * rng.uniform(1.5, 1.9)),
        fill=fill,
        accent=rng.choice(ACCENTS),
        by_hand=by_hand,
    )
