"""A page of ordinary English print into which one block is set in a way that is hard to read; it decides nothing of how.

What is said and where comes from the stream `rng`, which a hard page and its clean twin share; how it is hidden from the
stream `form`, which the twin never asks. Places are in points, as on `Canvas`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
from PIL import Image

from docpriv.evaluation.truth import MAYBE, InkWord, Label, Points, Span
from docpriv_lab.pages.adversary import wordings
from docpriv_lab.pages.canvas import Canvas, Colour, Type
from docpriv_lab.pages.people import People, Person, date_text

DPI = 150
Moving = Callable[[Points], Points]
"""Where a change of the page takes float64[N, 2] points."""

FAMILIES = (("sans-a", "sans-a-bold"), ("sans-b", "sans-b-bold"), ("serif-a", "serif-a-bold"), ("sans-c", "sans-c-bold"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A caption, the value that stands under it, and the value's label."""

    caption: str
    value: str = field(repr=False)
    label: Label


@dataclass(slots=True, kw_only=True)
class Sheet:
    """One page as it is drawn: its canvas, its people, its types, and the margins between which text stands."""

    canvas: Canvas
    people: People
    rng: random.Random
    form: random.Random
    hard: bool
    body: Type
    bold: Type
    left: float
    right: float

    @property
    def paper(self) -> Colour:
        """Colour of the bare sheet."""
        r, g, b = np.asarray(self.canvas.image)[0, 0].tolist()
        return r, g, b

    @property
    def width(self) -> float:
        """Between the margins."""
        return self.right - self.left

    @property
    def step(self) -> float:
        """From one baseline to the next."""
        return self.body.size * 1.55

    def prose(self, sentences: int) -> list[Span]:
        """Ordinary sentences that name nobody."""
        return [(text, None) for text in self.rng.sample(wordings.SENTENCES, sentences)]

    def fields(self, count: int, person: Person | None = None) -> list[Field]:
        """A name and `count` - 1 other values of one person, in the order of a form."""
        who = person or self.people.person()
        others = [
            Field(caption=self.rng.choice(wordings.ADDRESS), value=", ".join(who.address.lines), label="ADDRESS"),
            Field(caption=self.rng.choice(wordings.PHONE), value=who.phone, label="PHONE"),
            Field(caption="Email", value=who.email, label="EMAIL"),
            Field(caption="Date of birth", value=date_text(who.born, who.locale), label="DOB"),
            Field(caption="Member number", value=who.member, label="ID"),
            Field(caption="Account number", value=who.account, label="ID"),
        ]
        kept = sorted(self.rng.sample(range(len(others)), count - 1))
        return [Field(caption=self.rng.choice(wordings.NAME), value=who.name, label="PERSON"), *(others[i] for i in kept)]

    def block(self, width: float, height: float, paper: Colour | None = None) -> Canvas:
        """A canvas of its own for what is set into the page by `place`."""
        return Canvas(width=width, height=height, dpi=self.canvas.dpi, rng=self.canvas.rng, paper=paper or self.paper)

    def place(self, block: Canvas, x: float, y: float, *, quarters: int = 0, mirrored: bool = False) -> None:
        """Set a block into the page with its corner at (x, y), mirrored first, then turned anticlockwise."""
        image, words = turned(block.image, block.words, quarters=quarters, mirrored=mirrored)
        at = (round(x * self.canvas.scale), round(y * self.canvas.scale))
        self.canvas.image.paste(image, at)
        self.canvas.words += [moved(word, lambda points: points + np.array(at, np.float64)) for word in words]


def turned(
    image: Image.Image, words: Sequence[InkWord], *, quarters: int = 0, mirrored: bool = False
) -> tuple[Image.Image, list[InkWord]]:
    """An image and its words, mirrored from left to right and then turned by quarters, anticlockwise."""
    pixels, out = np.asarray(image), list(words)
    if mirrored:
        width = pixels.shape[1]
        pixels = pixels[:, ::-1]
        out = [moved(word, lambda points: points * [-1, 1] + [width, 0]) for word in out]
    for _ in range(quarters % 4):
        quarter = _quarter(pixels.shape[1])
        pixels = np.rot90(pixels)
        out = [moved(word, quarter) for word in out]
    return Image.fromarray(np.ascontiguousarray(pixels)), out


def _quarter(width: int) -> Moving:
    """A quarter turn anticlockwise of an image that is `width` pixels wide."""
    return lambda points: np.stack([points[:, 1], width - points[:, 0]], axis=1)


def moved(word: InkWord, where: Moving) -> InkWord:
    """The word with its hull and its letters' hulls where `where` takes their points."""
    return replace(word, hull=where(word.hull), parts=tuple(where(part) for part in word.parts))


@contextmanager
def one_word(canvas: Canvas, text: str, label: Label) -> Iterator[None]:
    """All that is drawn meanwhile is one word, its letters its parts."""
    start = len(canvas.words)
    yield
    made = canvas.words[start:]
    del canvas.words[start:]
    if made:
        every = np.concatenate([word.hull for word in made]).astype(np.float32)
        hull = np.asarray(cv2.convexHull(every), np.float64).reshape(-1, 2)
        canvas.words.append(InkWord(text=text, label=label, hull=hull, parts=tuple(word.hull for word in made)))


@contextmanager
def contrast(canvas: Canvas, levels: int) -> Iterator[None]:
    """All words that are drawn meanwhile stand out from their ground by `levels` grey levels."""
    start = len(canvas.words)
    yield
    canvas.words[start:] = [replace(word, contrast=levels) for word in canvas.words[start:]]


def write_fields(canvas: Canvas, x: float, y: float, fields: Sequence[Field], caption: Type, value: Type, step: float) -> float:
    """Captions and values, a line each; the baseline after the last."""
    for one in fields:
        at = canvas.text(x, y, one.caption + ":", caption)
        canvas.text(at + caption.size * 0.6, y, one.value, value, one.label)
        y += step
    return y


def letter_head(sheet: Sheet) -> float:
    """Title, sender, addressee and a paragraph of an ordinary letter in clean print; the baseline after it."""
    canvas, body, who, to = sheet.canvas, sheet.body, sheet.people.person(), sheet.people.person()
    y = 40.0
    canvas.text(sheet.left, y, sheet.rng.choice(wordings.TITLES), sheet.bold.at(body.size * 1.5))
    y += sheet.step * 1.5
    day = date_text(sheet.people.date(2018, 2024), who.locale, 1)
    canvas.spans(sheet.left, y, [("From:", None), (who.name, "PERSON")], body)
    canvas.right(sheet.right, y, [(day, MAYBE)], body)
    y += sheet.step
    canvas.spans(sheet.left, y, [("To:", None), (to.name, "PERSON"), (", ".join(to.address.lines), "ADDRESS")], body)
    y += sheet.step * 1.4
    return canvas.paragraph(sheet.left, y, sheet.width, sheet.prose(2), body, leading=1.5) + sheet.step * 0.6


def letter_foot(sheet: Sheet, y: float) -> None:
    """A paragraph and the sender's printed name in clean print, from the baseline y on."""
    canvas, body, who = sheet.canvas, sheet.body, sheet.people.person()
    y = canvas.paragraph(sheet.left, y, sheet.width, sheet.prose(2), body, leading=1.5)
    y += sheet.step * 0.6
    canvas.text(sheet.left, y, sheet.rng.choice(wordings.CLOSINGS), body)
    canvas.spans(sheet.left, y + sheet.step, [(who.name, "PERSON"), (who.phone, "PHONE")], body)
