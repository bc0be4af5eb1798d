"""Pages made to be hard: each hides what identifies in one way, or hides nothing and only looks so, and has a clean twin.

A twin has the same layout and content in ordinary upright black English print, so that what a tool loses or leaves on it
is not the fault of the hiding. The same arguments give the same bytes, as for `benchmark`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from docpriv.errors import UsageError
from docpriv.evaluation.truth import page_dict
from docpriv_lab.pages.adversary import clutter, inks, places, scripts, texts
from docpriv_lab.pages.adversary.sheet import DPI, FAMILIES, Sheet, letter_foot, letter_head, turned
from docpriv_lab.pages.canvas import Canvas, Type
from docpriv_lab.pages.generator import SyntheticPage
from docpriv_lab.pages.people import People

VERSION = 2
"""Of these pages: another one where the same arguments would make other pages."""

MOST_PAGES = 100_000
SIZES = ((432.0, 576.0), (432.0, 576.0), (480.0, 624.0), (576.0, 480.0))
"""Width and height in points: small pages, which cost little to read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One way to hide: its `forms`, and what draws its block from a baseline on and returns the baseline after it."""

    forms: tuple[str, ...]
    draw: Callable[[Sheet, str, float], float]


KINDS: dict[str, Kind] = {
    "script": Kind(forms=scripts.SCRIPT_FORMS, draw=scripts.script),
    "language": Kind(forms=texts.LANGUAGE_FORMS, draw=texts.language),
    "comb": Kind(forms=inks.COMB_FORMS, draw=inks.comb),
    "spaced": Kind(forms=texts.SPACED_FORMS, draw=texts.spaced),
    "faint": Kind(forms=inks.FAINT_FORMS, draw=inks.faint),
    "joined": Kind(forms=texts.JOINED_FORMS, draw=texts.joined),
    "wrapped": Kind(forms=texts.WRAPPED_FORMS, draw=texts.wrapped),
    "number": Kind(forms=texts.NUMBER_FORMS, draw=texts.number),
    "dot_matrix": Kind(forms=inks.DOT_FORMS, draw=inks.dot_matrix),
    "turned": Kind(forms=places.TURNED_FORMS, draw=places.turned_block),
    "mirrored": Kind(forms=places.MIRRORED_FORMS, draw=places.mirrored),
    "ring": Kind(forms=places.RING_FORMS, draw=places.ring),
    "curved": Kind(forms=places.CURVED_FORMS, draw=places.curved),
    "tiny": Kind(forms=inks.TINY_FORMS, draw=inks.tiny),
    "code": Kind(forms=clutter.CODE_FORMS, draw=clutter.code),
    "clutter": Kind(forms=clutter.CLUTTER_FORMS, draw=clutter.plain_fields),
}
MIXED = "mixed"
"""Two kinds on one page, of those whose blocks are low."""
LOW = ("spaced", "faint", "joined", "number", "dot_matrix", "mirrored", "ring", "tiny")
ORDER = (*KINDS, MIXED)
"""In which kinds take turns; a kind that is added later needs another `VERSION`."""
LEVELS = ("hard", "twin")


@dataclass(frozen=True, slots=True, kw_only=True)
class AdversaryPage:
    """Page `number` (from 1), hard or its twin; `blocks` are the kinds and forms that are set into it."""

    number: int
    kind: str
    blocks: tuple[tuple[str, str], ...]
    level: str
    seed: int

    @property
    def stem(self) -> str:
        """Name of its files without their ending."""
        return f"{self.number:05}-{self.kind}-{self.level}"

    @property
    def about(self) -> dict[str, Any]:
        """What the manifest says of it."""
        return {
            "kind": self.kind,
            "level": self.level,
            "forms": ["/".join(block) for block in self.blocks],
            "seed": self.seed,
        }

    def make(self) -> SyntheticPage:
        """The page and its truth."""
        return draw(self.blocks, self.seed, hard=self.level == "hard")


def adversary_pages(pages: int = 100, seed: int = 1) -> Iterator[AdversaryPage]:
    """What that many hard pages are, each followed by its twin, without drawing one.

    Kinds take turns, and in each turn of a kind another of its forms, so that any `len(ORDER)` pages hold every kind.
    Raises UsageError unless 1 <= pages <= 100,000 and 0 <= seed < 1,000,000.
    """
    if not 1 <= pages <= MOST_PAGES or not 0 <= seed < 1_000_000:
        raise UsageError(f"the adversary has 1 to {MOST_PAGES} pages and a seed of 0 to 999999")
    for i in range(pages):
        kind, turn = ORDER[i % len(ORDER)], i // len(ORDER) + seed
        names = (kind,) if kind != MIXED else tuple(random.Random(f"adversary/{seed}/{i}").sample(LOW, 2))
        blocks = tuple((name, KINDS[name].forms[turn % len(KINDS[name].forms)]) for name in names)
        for level in LEVELS:
            yield AdversaryPage(number=i + 1, kind=kind, blocks=blocks, level=level, seed=seed * MOST_PAGES + i)


def draw(blocks: tuple[tuple[str, str], ...], seed: int, *, hard: bool) -> SyntheticPage:
    """A page with these blocks (kind of `KINDS`, form of that kind), hard or clean; the same every time."""
    rng = _stream(blocks, seed, "content")
    width, height = rng.choice(SIZES[:3] if len(blocks) > 1 else SIZES)
    grey = rng.choice((255, 255, 250, 244))
    canvas = Canvas(width=width, height=height, dpi=DPI, rng=_stream(blocks, seed, "hand"), paper=(grey, grey, grey))
    regular, bold = rng.choice(FAMILIES)
    size = rng.uniform(9.0, 10.5)
    sheet = Sheet(
        canvas=canvas,
        people=People(rng, rng.choice(("US", "UK"))),
        rng=rng,
        form=_stream(blocks, seed, "form"),
        hard=hard,
        body=Type(font=regular, size=size),
        bold=Type(font=bold, size=size),
        left=44.0,
        right=width - 40.0,
    )
    y = letter_head(sheet)
    for kind, form in blocks:
        start, y = y, KINDS[kind].draw(sheet, form, y)
        if kind == "clutter":
            late = (form, start)
    letter_foot(sheet, y + sheet.step * 0.4)
    image, words = canvas.image, canvas.words
    if hard:
        for kind, form in blocks:
            if kind == "clutter":
                clutter.clutter(sheet, *late)
            if form == places.WHOLE_PAGE:
                half = kind == "turned"
                image, words = turned(canvas.image, canvas.words, quarters=2 if half else 0, mirrored=not half)
    pixels = np.array(image.convert("RGB"))
    truth = page_dict(words, image.width, image.height)
    red, green, blue = (pixels[..., channel] for channel in range(3))
    colour = bool((red != green).any() or (green != blue).any())
    return SyntheticPage(pixels=pixels, truth=truth, dpi=DPI, mode="colour" if colour else "grey")


def _stream(blocks: tuple[tuple[str, str], ...], seed: int, purpose: str) -> random.Random:
    return random.Random(f"adversary/{blocks}/{seed}/{purpose}")
