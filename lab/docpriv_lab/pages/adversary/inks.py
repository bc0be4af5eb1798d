"""Blocks that are hard to see as letters: combs, faint print, print of dots, tiny print. Each takes the sheet, one of its
forms and a baseline, and returns the baseline after it."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from docpriv.evaluation.truth import InkWord
from docpriv_lab.pages import fonts
from docpriv_lab.pages.adversary.sheet import Field, Sheet, contrast, one_word, write_fields
from docpriv_lab.pages.canvas import Canvas, Colour, Type

# ---- combs

COMB_FORMS = ("boxes", "dotted", "ticks", "underlines", "grouped", "shared")


def comb(sheet: Sheet, form: str, y: float) -> float:
    """One letter a cell: frames, dotted frames, ticks on a line, short lines, groups of frames, one frame with walls."""
    cell = sheet.form.uniform(1.35, 1.75) * sheet.body.size
    by_hand = sheet.hard and sheet.form.random() < 0.45
    value = sheet.body
    if by_hand:
        value = Type(
            font=sheet.form.choice(("hand-a", "hand-b", "hand-e", "hand-f")),
            size=sheet.body.size * 1.1,
            colour=sheet.form.choice(((28, 40, 110), (30, 30, 34))),
            wobble=0.5,
        )
    y += sheet.step * 0.8
    for one in _for_cells(sheet):
        sheet.canvas.text(sheet.left, y - sheet.step * 0.9, one.caption, sheet.body)
        if sheet.hard:
            _cells(sheet, form, y + 0.55 * sheet.step, one, value, min(cell, sheet.width / max(len(one.value), 1)))
        else:
            sheet.canvas.text(sheet.left, y + 0.45 * sheet.step, one.value, sheet.body, one.label)
        y += sheet.step * 2.9
    return y - sheet.step * 0.6


def _for_cells(sheet: Sheet) -> list[Field]:
    person = sheet.people.person()
    digits = "".join(c for c in person.phone if c.isdigit())
    every = [
        Field(caption="Last name", value=person.family.upper(), label="PERSON"),
        Field(caption="First name", value=person.given.upper(), label="PERSON"),
        Field(caption="Date of birth", value=person.born.strftime("%d%m%Y"), label="DOB"),
        Field(caption="Telephone", value=digits, label="PHONE"),
        Field(caption="Member number", value=person.member, label="ID"),
        Field(caption="IBAN", value=person.iban.replace(" ", ""), label="ID"),
    ]
    return [every[i] for i in sorted(sheet.rng.sample(range(len(every)), 4))]


def _cells(sheet: Sheet, form: str, y: float, one: Field, value: Type, cell: float) -> None:
    """A row of cells whose floor is at y, and the value's letters in them; some cells stay empty at the end."""
    canvas, x = sheet.canvas, sheet.left
    group = 4 if form == "grouped" else 0
    tall, grey = cell * 1.15, (120, 120, 124)
    spare = min(sheet.form.randrange(4), int(sheet.width / cell) - len(one.value))
    with one_word(canvas, one.value, one.label):
        for i in range(len(one.value) + max(spare, 0)):
            if i < len(one.value):
                wide = canvas.measure(one.value[i], value)
                canvas.text(x + (cell - wide) / 2, y - tall * 0.22, one.value[i], value, one.label)
            if form == "dotted":
                for side in (x, x + cell):
                    _dots(canvas, side, y - tall, side, y, grey)
                _dots(canvas, x, y, x + cell, y, grey)
                _dots(canvas, x, y - tall, x + cell, y - tall, grey)
            elif form == "ticks":
                canvas.line(x, y, x + cell, y, 0.6)
                for side in (x, x + cell):
                    canvas.line(side, y, side, y - tall * 0.3, 0.6)
            elif form == "underlines":
                canvas.line(x + cell * 0.12, y, x + cell * 0.88, y, 0.7)
            elif form == "shared":
                canvas.frame(x, y - tall, cell, tall, 0.6)
            else:
                canvas.frame(x + 0.06 * cell, y - tall, cell * 0.88, tall, 0.6)
            x += cell + (cell * 0.5 if group and i % group == group - 1 and len(one.value) < 14 else 0.0)


def _dots(canvas: Canvas, x0: float, y0: float, x1: float, y1: float, colour: Colour) -> None:
    length = max(abs(x1 - x0), abs(y1 - y0))
    steps = max(1, round(length / 1.6))
    for i in range(steps + 1):
        x, y = x0 + (x1 - x0) * i / steps, y0 + (y1 - y0) * i / steps
        canvas.fill(x, y, 0.4, 0.4, colour)


# ---- faint print

FAINT_FORMS = ("pale", "lighter", "marker", "near_black")


def faint(sheet: Sheet, form: str, y: float) -> float:
    """Values 1 to 12 levels darker than the paper, lighter than a grey band, under a dark marker, or in a nearly black box."""
    canvas, body = sheet.canvas, sheet.body
    levels = sheet.form.randint(1, 12)
    sign = -1 if form == "pale" or (form == "marker" and sheet.form.random() < 0.5) else 1
    ground = {
        "pale": sheet.paper,
        "lighter": _grey(sheet.form.randint(190, 236)),
        "marker": sheet.form.choice(((30, 30, 34), (22, 30, 52), (40, 36, 30))),
        "near_black": _grey(sheet.form.randint(2, 14)),
    }[form]
    for one in [*sheet.fields(4), *sheet.fields(3)]:
        at = canvas.text(sheet.left, y, one.caption + ":", body) + body.size * 0.6
        if sheet.hard:
            if form != "pale":
                wide = canvas.measure(one.value, body)
                canvas.fill(at - 3, y - body.size, wide + 6 + sheet.form.uniform(0, 12), body.size * 1.4, ground)
            r, g, b = (channel + sign * levels for channel in ground)
            with contrast(canvas, levels):
                canvas.text(at, y, one.value, body.tinted((r, g, b)), one.label)
        else:
            canvas.text(at, y, one.value, body, one.label)
        y += sheet.step
    return y + sheet.step * 0.5


def _grey(level: int) -> Colour:
    return level, level, level


# ---- tiny print

TINY_FORMS = ("block", "capitals", "footer")


def tiny(sheet: Sheet, form: str, y: float) -> float:
    """Print of 6 to 7.5 pixels: a block, capitals, or one line as at the foot of a form."""
    canvas = sheet.canvas
    pixels = sheet.form.uniform(6.0, 7.5)
    kind = sheet.body.at(pixels / canvas.scale) if sheet.hard else sheet.body
    step = pixels * 1.6 / canvas.scale if sheet.hard else sheet.step
    fields = [*sheet.fields(4), *sheet.fields(3)]
    if form == "footer":
        spans = [span for f in fields for span in ((f.caption + ":", None), (f.value, f.label))]
        canvas.paragraph(sheet.left, y, sheet.width, spans, kind, leading=1.6)
        return y + sheet.step * 5
    if form == "capitals":
        fields = [replace(f, caption=f.caption.upper(), value=f.value.upper()) for f in fields]
    write_fields(canvas, sheet.left, y, fields, kind, kind, step)
    return y + (len(fields) + 0.5) * sheet.step


# ---- print of dots

DOT_FORMS = ("fields", "address", "list")


def dot_matrix(sheet: Sheet, form: str, y: float) -> float:
    """Labelled values as a worn printer of nine pins sets them: captions and values, an address with its continuation
    lines, a list under headers."""
    fade = sheet.form.uniform(0.2, 0.6)
    pins: tuple[int | None, ...] = (None, 3, 5, 8)
    broken = sheet.form.choice(pins)
    person = sheet.people.person()
    rows: list[list[tuple[float, str, str | None]]] = []
    if form == "address":
        head = sheet.rng.choice(("SHIP TO:", "BILL TO:", "DELIVER TO:"))
        rows.append([(0, head, None), (12, person.name.upper(), "PERSON")])
        rows += [[(12, line.upper(), "ADDRESS")] for line in person.address.lines]
        rows += [
            [(0, "PHONE:", None), (12, person.phone, "PHONE")],
            [(0, "CONTACT:", None), (12, person.formal.upper(), "PERSON")],
        ]
        rows.append([(0, "REMARKS:", None), (12, "LEAVE AT THE SIDE GATE", None)])
    elif form == "fields":
        rows = [
            [(0, f.caption.upper() + ":", None), (17, f.value.upper(), f.label)]
            for f in (*sheet.fields(4, person), *sheet.fields(3))
        ]
    else:
        rows = [[(0, "CUSTOMER", None), (26, "PHONE", None), (44, "BORN", None)]]
        for _ in range(4):
            who = sheet.people.person()
            born = who.born.strftime("%d/%m/%Y")
            rows.append([(0, who.name.upper(), "PERSON"), (26, who.phone, "PHONE"), (44, born, "DOB")])
    pitch = sheet.body.size * 0.6
    for row in rows:
        for column, text, label in row:
            at = sheet.left + column * pitch
            for word in text.split():
                if at + len(word) * pitch > sheet.right and column:
                    at, y = sheet.left + column * pitch, y + sheet.step
                if sheet.hard:
                    mask = dots_of(sheet.form, word, sheet.body.size * sheet.canvas.scale, fade, broken)
                    hull = sheet.canvas.shape(mask, at, y - sheet.body.size, (60, 60, 70))
                    if hull is not None:
                        sheet.canvas.words.append(InkWord(text=word, label=label, hull=hull))
                else:
                    sheet.canvas.text(at, y, word, Type(font="mono-a", size=sheet.body.size), label)
                at += (len(word) + 1) * pitch
        y += sheet.step
    return y + sheet.step * 0.5


def dots_of(rng: random.Random, word: str, size: float, fade: float, broken: int | None = None) -> Image.Image:
    """Coverage of a word as pins set it, letters 0.6 of `size` pixels apart; `fade` 0..1 of the ink is missing, and the
    row of the pin that is `broken`, from 0 at the top."""
    face = fonts.FACES["mono-b"]
    font = ImageFont.truetype(str(fonts.FOLDER / face.file), 12, layout_engine=ImageFont.Layout.BASIC)
    over, cell = 4, 7
    across = size * 0.6 / cell  # pixels from pin to pin
    mask = Image.new("L", (round(len(word) * size * 0.6 * over) + over, round(14 * across * over)))
    pen = ImageDraw.Draw(mask)
    for i, letter in enumerate(word):
        grid = Image.new("1", (cell, 12))
        ImageDraw.Draw(grid).text((0, 10), letter, fill=1, font=font, anchor="ls")
        for row, column in zip(*np.nonzero(np.asarray(grid)), strict=True):
            weight = rng.uniform(0.25, 1.0) if rng.random() < fade * 2 else 1.0
            if row == broken or rng.random() < fade * 0.3:
                continue
            x, y = (i * cell + column + 0.5) * across * over, (row + 1.2) * across * over
            r = 0.46 * across * over
            pen.ellipse((x - r, y - r, x + r, y + r), fill=round(255 * weight))
    return mask.reduce(over)
