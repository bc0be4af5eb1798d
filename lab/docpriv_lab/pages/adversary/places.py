"""Blocks that stand another way than they are read: turned, mirrored, on a circle, along a curve. Each takes the sheet, one
of its forms and a baseline, and returns the baseline after it."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from PIL import Image

from docpriv.evaluation.truth import InkWord, Points, Span
from docpriv_lab.pages.adversary.sheet import Field, Sheet, one_word, write_fields
from docpriv_lab.pages.canvas import Canvas, Colour, Type

QUARTERS = {"left": 1, "half": 2, "right": 3}
TURNED_FORMS = ("left", "half", "right", "margin", "page")
WHOLE_PAGE = "page"
"""The form in which it is the page that is turned or mirrored, not a block on it."""


def turned_block(sheet: Sheet, form: str, y: float) -> float:
    """Fields turned by quarters or on their head, or one line up the margin."""
    fields = sheet.fields(4)
    if form == "margin":
        line = _line(sheet, fields)
        if sheet.hard:
            sheet.place(line, sheet.canvas.width - sheet.body.size * 2.2, sheet.canvas.height * 0.4, quarters=1)
        else:
            sheet.place(line, sheet.left, y - sheet.body.size)
        return y + sheet.step * 1.5
    measure, kind = sheet.canvas.measure, sheet.body
    widest = max(measure(f"{f.caption}:", kind) + kind.size * 0.6 + measure(f.value, kind) for f in fields)
    side = max(sheet.width * 0.62, widest + 8)
    block = sheet.block(side, sheet.step * (len(fields) + 0.6))
    write_fields(block, 2, sheet.step, fields, sheet.body, sheet.body, sheet.step)
    quarters = QUARTERS.get(form, 0) if sheet.hard else 0
    sheet.place(block, sheet.left, y - sheet.step, quarters=quarters)
    return y + (side if form in ("left", "right") else block.height) + sheet.step * 0.4


def _line(sheet: Sheet, fields: list[Field]) -> Canvas:
    """The two shortest fields in one line, on a canvas of their own."""
    chosen = sorted(fields, key=lambda f: len(f.value))[:2]
    spans = [span for f in chosen for span in ((f.caption + ":", None), (f.value, f.label))]
    kind = sheet.body.at(sheet.body.size * 0.9)
    line = sheet.block(sheet.canvas.measure(" ".join(text for text, _ in spans), kind) + 6, kind.size * 1.7)
    line.spans(2, kind.size * 1.2, spans, kind)
    return line


MIRRORED_FORMS = ("block", "line", "page")


def mirrored(sheet: Sheet, form: str, y: float) -> float:
    """Fields, or one line, as seen from behind."""
    fields = sheet.fields(4)
    count = 1 if form == "line" else len(fields)
    if form == "line":
        block = _line(sheet, fields)
    else:
        block = sheet.block(sheet.width, sheet.step * (count + 0.6))
        write_fields(block, 2, sheet.step, fields, sheet.body, sheet.body, sheet.step)
    sheet.place(block, sheet.left, y - sheet.step, mirrored=sheet.hard and form != WHOLE_PAGE)
    return y + sheet.step * (count + 0.5)


# ---- on a circle

RING_FORMS = ("name", "seal", "around", "notary", "number")
_INKS: tuple[Colour, ...] = ((40, 40, 120), (90, 40, 110), (20, 20, 24), (140, 30, 40))


def ring(sheet: Sheet, form: str, y: float) -> float:
    """A stamp with a name on its rim: alone, with ordinary words below, as a notary's, with a number below; or a name and
    a number whose letters stand wide apart all around."""
    person, kind = sheet.people.person(), sheet.bold
    number = f"No. {sheet.people.digits(7)}"
    name = person.name.upper()
    rims: dict[str, tuple[list[Span], list[Span]]] = {
        "name": ([(name, "PERSON")], []),
        "around": ([(name, "PERSON"), (number, "ID")], []),
        "seal": ([(name, "PERSON")], [("REGISTERED SURVEYOR", None)]),
        "notary": ([("NOTARY PUBLIC", None)], [(name, "PERSON")]),
        "number": ([(name, "PERSON")], [(number, "ID")]),
    }
    above, below = rims[form]
    radius = 52.0
    cx, cy = sheet.left + radius * 1.4 + sheet.rng.uniform(0, sheet.width - radius * 2.9), y + radius * 1.2
    if not sheet.hard:
        canvas = sheet.canvas
        canvas.centre(cx, cy - sheet.step, above, kind)
        canvas.centre(cx, cy + sheet.step, below, kind)
        return y + radius * 2.75
    kind = kind.tinted(sheet.form.choice(_INKS)).at(sheet.body.size * sheet.form.uniform(0.95, 1.15))
    _arc(sheet.canvas, cx, cy, radius, above, kind, top=True, whole=form == "around")
    _arc(sheet.canvas, cx, cy, radius + kind.size * 0.72, below, kind, top=False)
    if sheet.form.random() < 0.6:
        _circle(sheet.canvas, cx, cy, radius * 1.27, kind.colour)
    if sheet.form.random() < 0.5:
        _circle(sheet.canvas, cx, cy, radius * 0.82, kind.colour)
    return y + radius * 2.75


def _arc(
    canvas: Canvas, cx: float, cy: float, radius: float, spans: list[Span], kind: Type, *, top: bool, whole: bool = False
) -> None:
    """Words about the top or the bottom of a circle, baselines `radius` from its middle, or spread over the `whole`."""
    words = [(word, label) for text, label in spans for word in text.split()]
    apart, gap = kind.size * 0.12, kind.size * 0.55
    total = sum(canvas.measure(c, kind) + apart for word, _ in words for c in word) + gap * (len(words) - 1)
    if whole:
        letters = sum(len(word) for word, _ in words)
        more = (math.pi * 1.8 * radius - total) / (letters + 2 * len(words))
        apart, gap, total = apart + max(more, 0.0), gap + 2 * max(more, 0.0), max(total, math.pi * 1.8 * radius)
    reach = min(1.0, math.pi * 1.75 * radius / max(total, 1.0))
    kind, apart, gap = kind.at(kind.size * reach), apart * reach, gap * reach
    along = -total * reach / 2
    for word, label in words:
        with one_word(canvas, word, label):
            for letter in word:
                wide = canvas.measure(letter, kind)
                at = (along + wide / 2) / radius
                sign = 1 if top else -1
                x, y = cx + radius * math.sin(at), cy - sign * radius * math.cos(at)
                turn = -sign * at  # anticlockwise
                x, y = x - wide / 2 * math.cos(turn), y + wide / 2 * math.sin(turn)
                canvas.text(x, y, letter, kind, label, angle=math.degrees(turn))
                along += wide + apart
        along += gap


def _circle(canvas: Canvas, cx: float, cy: float, radius: float, colour: Colour) -> None:
    for i in range(90):
        a, b = 2 * math.pi * i / 90, 2 * math.pi * (i + 1) / 90
        canvas.line(
            cx + radius * math.cos(a),
            cy + radius * math.sin(a),
            cx + radius * math.cos(b),
            cy + radius * math.sin(b),
            1.0,
            colour,
        )


# ---- along a curve

CURVED_FORMS = ("wave", "arch", "bowl")


def curved(sheet: Sheet, form: str, y: float) -> float:
    """Fields whose lines rise and fall, as on a page that was copied near a book's back."""
    fields: list[Field] = [*sheet.fields(3), *sheet.fields(3)]
    step = sheet.step * 1.7
    margin = 28.0
    block = sheet.block(sheet.width, step * len(fields) + 2 * margin)
    write_fields(block, 2, margin + step * 0.7, fields, sheet.body, sheet.body, step)
    if sheet.hard:
        columns = np.linspace(-1, 1, block.image.width)
        lift = (
            sheet.form.uniform(30, 48)
            * {
                "wave": 0.6 * np.sin(columns * math.pi * 1.5),
                "arch": columns**2 - 0.5,
                "bowl": 0.5 - columns**2,
            }[form]
        )
        _bent(block, np.round(lift).astype(int))
    sheet.place(block, sheet.left, y - sheet.step)
    return y + block.height - sheet.step * 0.5


def _bent(block: Canvas, down: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> None:
    """Move every column of a block down by as many pixels, and its words with it."""
    pixels = np.asarray(block.image)
    rows = np.clip(np.arange(pixels.shape[0])[:, None] - down[None, :], 0, pixels.shape[0] - 1)
    block.image = Image.fromarray(pixels[rows, np.arange(pixels.shape[1])[None, :]])
    block.words = [_bent_word(word, down) for word in block.words]


def _bent_word(word: InkWord, down: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> InkWord:
    (x0, y0), (x1, y1) = word.hull.min(axis=0), word.hull.max(axis=0)
    moved = down[max(0, int(x0)) : max(int(x1), int(x0) + 1)]
    least, most = float(moved.min()), float(moved.max())
    hull: Points = np.array([[x0, y0 + least], [x1, y0 + least], [x1, y1 + most], [x0, y1 + most]], np.float64)
    return replace(word, hull=hull)
