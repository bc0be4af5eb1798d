"""Draws copies of passports, identity cards and driving licences of an invented state in the form of each language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

from docpriv.evaluation.truth import MAYBE
from docpriv_lab.names_model.samples import Casing
from docpriv_lab.pages import fields, marks
from docpriv_lab.pages.canvas import Colour, Type
from docpriv_lab.pages.papers.content import Line
from docpriv_lab.pages.papers.sheet import LEFT, Sheet

_GROUNDS: tuple[tuple[Colour, Colour], ...] = (
    ((236, 243, 248), (190, 210, 226)),
    ((246, 240, 228), (226, 208, 176)),
    ((236, 245, 236), (192, 220, 196)),
)
_PASSPORT = ("surname", "first", "dob", "city", "country", "sex", "id", "date", "agency")
_LICENCE = (("1.", "surname"), ("2.", "first"), ("3.", "dob"), ("4a.", "date"), ("4b.", "date"), ("4c.", "agency"),
            ("4d.", "id"), ("5.", "id"), ("8.", "addressline"), ("9.", "AM B"))  # fmt: skip
_STATE = "UTO"


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """What the identity papers of a language bear in print."""

    state: str
    passport: str
    card: str
    licence: str
    captions: tuple[str, ...]


@cache
def printed(language: str) -> Printed:
    """That of a language; English for one that is not known."""
    known = yaml.safe_load(resources.files(__package__).joinpath("identity.yaml").read_text(encoding="utf-8"))
    one = known.get(language, known["en"])
    captions = tuple(one["captions"])
    return Printed(state=one["state"], passport=one["passport"], card=one["card"], licence=one["licence"], captions=captions)


def identity(sheet: Sheet) -> None:
    """A sheet onto which a paper was copied, with a line about it."""
    text, rng = sheet.text, sheet.rng
    sort = rng.choice(("passport", "card", "licence"))
    wide, high = (sheet.width, sheet.width * 0.7) if sort == "passport" else (sheet.width * 0.9, sheet.width * 0.57)
    y = rng.uniform(80, 130)
    ground, wave = rng.choice(_GROUNDS)
    canvas = sheet.canvas
    canvas.fill(LEFT, y, wide, high, ground)
    marks.guilloche(canvas, LEFT, y, wide, high, wave)
    canvas.frame(LEFT, y, wide, high, 1.0, (90, 90, 96))
    words = printed(text.language)
    bold = sheet.style.bold.at(12).tinted((30, 50, 110))
    canvas.text(LEFT + 14, y + 22, words.state, bold, MAYBE)
    canvas.right(LEFT + wide - 14, y + 22, [(getattr(words, sort), None)], bold)
    photo = (wide * 0.25, high * 0.48)
    marks.portrait(canvas, LEFT + 14, y + 40, *photo, grey=sheet.sure(0.3))
    left = LEFT + 14 + photo[0] + 16
    if sort == "licence":
        _licence(sheet, left, y + 48, LEFT + wide - left - 10)
    else:
        _data(sheet, left, y + 44, LEFT + wide - left - 10, words)
    marks.signature(canvas, LEFT + 20, y + high * 0.76, wide * 0.2, wide * 0.05, rng.choice(marks.PEN_COLOURS))
    if sort != "licence":
        _machine_lines(sheet, LEFT + 12, y + high - 26, wide - 24)
    y += high + 40
    sheet.paragraph(y, text.lines(rng.choice(text.wording.plain_passages)), sheet.style.body.at(10))


def _data(sheet: Sheet, x: float, y: float, w: float, words: Printed) -> None:
    """Captions above values; the caption of another language after a stroke, as passports have them."""
    english = printed("en").captions
    value = Type(font=sheet.style.bold.font, size=9.0)
    for place, (caption, slot) in enumerate(zip(words.captions, _PASSPORT, strict=True)):
        second = f" / {english[place]}" if words.captions != english else ""
        line: Line = [(caption + second, None)]
        at = x + (w * 0.5 if slot in ("country", "date") else 0)
        small = fields.fitted(sheet.canvas, line, sheet.style.small.at(5.8), w * (0.48 if slot in ("country", "date") else 0.95))
        if slot in ("country", "date"):
            y -= 24
        sheet.canvas.spans(at, y, line, small)
        shown = _value(sheet, slot)
        sheet.canvas.spans(at, y + 11, shown, fields.fitted(sheet.canvas, shown, value, w * 0.5))
        y += 24


def _licence(sheet: Sheet, x: float, y: float, w: float) -> None:
    """Numbers before values, as the model of the Union has them."""
    kind = Type(font=sheet.style.bold.font, size=8.6)
    for number, slot in _LICENCE:
        end = sheet.canvas.text(x, y, number, sheet.style.small.at(7)) + 4
        shown = _value(sheet, slot)
        if slot == "dob":
            shown = [*shown, *sheet.text.line("{city}", Casing.UPPER)]
        sheet.canvas.spans(end, y, shown, fields.fitted(sheet.canvas, shown, kind, w - 24))
        y += 15.5


def _value(sheet: Sheet, slot: str) -> Line:
    if slot == "sex":
        return [(sheet.rng.choice(("F", "M")), MAYBE)]
    if slot == "AM B":
        return [(slot, MAYBE)]
    upper = slot in ("surname", "first", "city", "country", "addressline")
    return sheet.text.line(f"{{{slot}}}", Casing.UPPER if upper else Casing.AS_IS)


def _machine_lines(sheet: Sheet, x: float, y: float, w: float) -> None:
    """Two lines in the form of a TD3 machine-readable zone (ICAO Doc 9303 part 4), of the specimen state, in OCR-B."""
    text, rng = sheet.text, sheet.rng

    def letters(name: str) -> str:
        return "".join(c if c.isascii() and c.isalpha() else "<" for c in name.upper())

    first = f"P<{_STATE}{letters(text.text('surname'))}<<{letters(text.text('first'))}".ljust(44, "<")[:44]
    digits = "".join(str(rng.randrange(10)) for _ in range(30))
    second = (
        f"{digits[:9]}{digits[9]}{_STATE}{digits[10:16]}{digits[16]}F{digits[17:23]}{digits[23]}".ljust(42, "<") + digits[28:30]
    )
    kind = Type(font="machine", size=11)
    kind = kind.at(kind.size * w / sheet.canvas.measure(first, kind))
    for place, line in enumerate((first, second)):
        sheet.canvas.text(x, y + place * 15, line, kind, "ID")
