"""Blocks in other scripts, in fonts that nothing was trained on: a whole letter, one name on an English page, half and half.

Each takes the sheet, one of its forms and a baseline, and returns the baseline after it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

from PIL import Image, ImageDraw, features

from docpriv.errors import UsageError
from docpriv.evaluation.truth import Label, Span
from docpriv_lab.pages import script_lines
from docpriv_lab.pages.adversary.sheet import Field, Sheet
from docpriv_lab.pages.adversary.wordings import SENTENCES

SHAPES = ("letter", "name", "half")
_NAMES = tuple(name for name in script_lines.scripts() if name != "latin")
SCRIPT_FORMS = tuple(f"{name}-{SHAPES[(i + turn) % 3]}" for turn in range(3) for i, name in enumerate(_NAMES))


def script(sheet: Sheet, form: str, y: float) -> float:
    """A letter, a name and a town after English captions, or lines that are English and foreign in turn; the twin has
    English names and words instead. Raises UsageError where Pillow cannot shape other scripts."""
    name, shape = form.split("-")
    lists = script_lines.words()[name]
    if not features.check("raqm"):
        raise UsageError(
            "pages in other scripts cannot be drawn here", remedy="Install Pillow with Raqm and the library FriBiDi."
        )
    who = [sheet.people.person() for _ in range(3)]
    names = sheet.form.sample(lists.names, 3) if sheet.hard else [person.name for person in who]
    towns = sheet.form.sample(lists.towns, 2) if sheet.hard else [", ".join(person.address.lines[1:]) for person in who[:2]]
    phones, number = [person.phone for person in who], who[0].member

    def some(count: int) -> list[Span]:
        words = sheet.form.sample(lists.words, count) if sheet.hard else sheet.form.choice(SENTENCES).split()[:count]
        return [(word, None) for word in words]

    if shape == "letter":
        rows: list[list[Span]] = [
            [*some(1), (names[0], "PERSON"), *some(4)],
            [*some(4), (names[1], "PERSON"), *some(2)],
            [(towns[0], "ADDRESS"), *some(3), (phones[0], "PHONE")],
            [*some(3), (names[2], "PERSON"), *some(2), (number, "ID")],
        ]
        for row in rows:
            y = _set(sheet, name, y, row)
        return y + sheet.step
    plain = [Field(caption="Name", value=n, label="PERSON") for n in names[: 1 if shape == "name" else 2]]
    plain.append(Field(caption="Town", value=towns[0], label="ADDRESS"))
    if shape == "name":
        plain.append(Field(caption="Telephone", value=phones[0], label="PHONE"))
    for one in plain:
        at = sheet.canvas.text(sheet.left, y, one.caption + ":", sheet.body) + sheet.body.size * 0.6
        _set(sheet, name, y, [(one.value, one.label)], start=at)
        y += sheet.step * 1.15
        if shape == "half":
            y = _set(sheet, name, y, some(5))
            sheet.canvas.paragraph(sheet.left, y, sheet.width, sheet.prose(1), sheet.body)
            y += sheet.step * 2
    return y + sheet.step * 0.4


def _set(sheet: Sheet, name: str, y: float, spans: Sequence[Span], start: float | None = None) -> float:
    """Words in the script's own direction, in as many lines as they need; the baseline after them.

    From `start` on, or, where there is none, from the margin at which the script begins.
    """
    if not sheet.hard:
        return _latin(sheet, y, spans, start)
    size = sheet.body.size * sheet.canvas.scale * 1.05
    face = script_lines.font(script_lines.fonts_of(name, "test")[0], size)
    backwards = name in script_lines.RIGHT_TO_LEFT and start is None
    gap = 0.04 * size if name in script_lines.UNSPACED else 0.3 * size
    left, right = (start or sheet.left) * sheet.canvas.scale, sheet.right * sheet.canvas.scale
    x, baseline = (right if backwards else left), y * sheet.canvas.scale
    words = [(word, label) for text, label in spans for word in text.split()]
    if name in script_lines.RIGHT_TO_LEFT and start is not None and not words[0][0].isascii():
        words.reverse()  # within a line that goes on from the left they are read from its end
    for word, label in words:
        wide = face.getlength(word, direction=_direction(name, word))
        if (x - wide < left) if backwards else (x + wide > right):
            x, baseline = (right if backwards else left), baseline + sheet.step * 1.15 * sheet.canvas.scale
        _draw(sheet, name, word, label, x - wide if backwards else x, baseline)
        x += -(wide + gap) if backwards else wide + gap
    return baseline / sheet.canvas.scale + sheet.step * 1.15


def _draw(sheet: Sheet, name: str, word: str, label: Label, x: float, baseline: float) -> None:
    """One word with its pen's origin at (x, baseline) in pixels; digits and Latin letters in the page's own type."""
    canvas = sheet.canvas
    if word.isascii():
        canvas.text(x / canvas.scale, baseline / canvas.scale, word, sheet.body, label)
        return
    face = script_lines.font(script_lines.fonts_of(name, "test")[0], sheet.body.size * canvas.scale * 1.05)
    x0, y0, x1, y1 = face.getbbox(word, anchor="ls", direction=_direction(name, word))
    left, top = math.floor(x0) - 2, math.floor(y0) - 2
    mask = Image.new("L", (math.ceil(x1) - left + 3, math.ceil(y1) - top + 3))
    ImageDraw.Draw(mask).text((-left, -top), word, fill=255, font=face, anchor="ls", direction=_direction(name, word))
    hull = canvas.shape(mask, (x + left) / canvas.scale, (baseline + top) / canvas.scale, sheet.body.colour)
    canvas.record(word, label, hull)


def _direction(name: str, word: str) -> Literal["rtl", "ltr"]:
    return "rtl" if name in script_lines.RIGHT_TO_LEFT and not word.isascii() else "ltr"


def _latin(sheet: Sheet, y: float, spans: Sequence[Span], start: float | None) -> float:
    x = start or sheet.left
    after = sheet.canvas.paragraph(x, y, sheet.right - x, spans, sheet.body, leading=1.55 * 1.15)
    return max(after, y + sheet.step * 1.15)
