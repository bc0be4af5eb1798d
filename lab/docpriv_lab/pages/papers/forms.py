"""Draws forms and payslips: captions in boxes, beside values, below them, over combs."""

from __future__ import annotations

from collections.abc import Sequence

from docpriv_lab.names_model.wording import Field
from docpriv_lab.pages import fields
from docpriv_lab.pages.papers.content import Line
from docpriv_lab.pages.papers.sheet import LEFT, Sheet
from docpriv_lab.pages.papers.tables import sums

_COMB = 13.0
_COMBED = ("surname", "dob", "id")


def form(sheet: Sheet) -> None:
    """A form: names and places in rows of boxes, then sections with captions beside, below or above their values."""
    canvas, text, style = sheet.canvas, sheet.text, sheet.style
    y = sheet.title(56, 16)
    y = sheet.paragraph(y, [[(sheet.rng.choice(text.wording.instructions), None)]], style.small) + 8
    dark = sheet.sure(0.4)
    makers = [_boxes, _beside, _below]
    if all(text.has_field(slot) for slot in _COMBED):
        makers.append(_combs)
    sheet.rng.shuffle(makers)
    for maker in (_named_boxes, *makers):
        if y > sheet.bottom - 130:
            break
        heading = sheet.rng.choice(text.wording.block_headings)
        y = fields.section(canvas, LEFT, y, sheet.width, heading, style.bold.at(9.5), dark=dark) + 4
        y = maker(sheet, y) + 12
    y = min(y + 30, sheet.bottom)
    half = sheet.width * 0.45
    caption, place = sheet.rng.choice(text.wording.instructions), text.line("{city}, {date}")
    fields.under(canvas, LEFT, y, half, caption, place, style.small, style.fill)
    canvas.line(LEFT + sheet.width - half, y + 2, LEFT + sheet.width, y + 2, 0.5)
    sheet.signed(LEFT + sheet.width - half, y - 1, half)


def payslip(sheet: Sheet) -> None:
    """A payslip: the firm, the person in a grid of boxes, amounts in lines."""
    text, style = sheet.text, sheet.style
    y = sheet.head(text.line("{company}")) + 8
    y = sheet.title(y, 13)
    rows = (("person", "id"), ("dob", "date"), ("address", "job"), ("id", "bank"))
    for row in rows:
        y = _box_row(sheet, y, [text.named(slot) for slot in row], row, 34 if "address" in row else 27)
    y = sums(sheet, y + 16, sheet.rng.randint(6, 10))
    sheet.paragraph(y + 18, text.lines(sheet.rng.choice(text.wording.plain_passages)), style.body.at(9))


def _named_boxes(sheet: Sheet, y: float) -> float:
    """Name and place, each part in its box."""
    for group in (sheet.text.wording.name_boxes, sheet.text.wording.place_boxes):
        y = _box_row(sheet, y, [sheet.text.field(one) for one in group], [one.slots[0] for one in group])
    return y


def _boxes(sheet: Sheet, y: float) -> float:
    for _ in range(2):
        some = _drawn(sheet, sheet.text.wording.boxes, sheet.rng.randint(2, 3))
        y = _box_row(sheet, y, [sheet.text.field(one) for one in some], [one.slots[0] for one in some])
    return y


def _box_row(sheet: Sheet, y: float, cells: Sequence[tuple[str, Line]], slots: Sequence[str], high: float = 27.0) -> float:
    wide = sheet.width / max(len(cells), 1)
    small = sheet.style.small.at(min(sheet.style.small.size, 6.8))
    for place, ((label, value), slot) in enumerate(zip(cells, slots, strict=True)):
        caption: Line = [(sheet.caption(label, slot), None)]
        kind = fields.fitted(sheet.canvas, caption, small, wide - 6)
        fields.boxed(sheet.canvas, LEFT + place * wide, y, wide, high, caption[0][0], value, kind, sheet.style.fill)
    return y + high


def _beside(sheet: Sheet, y: float) -> float:
    """Captions before values: on a line, after a colon, or in a column of their own."""
    how = sheet.rng.randrange(3)
    for one in sheet.text.some_fields(sheet.rng.randint(5, 8)):
        label, value = sheet.text.field(one)
        caption = sheet.caption(label, one.slots[0])
        if how == 0:
            fields.ruled(sheet.canvas, LEFT, y + 12, sheet.width, caption, value, sheet.style.body, sheet.style.fill)
        elif how == 1:
            end = sheet.canvas.text(LEFT, y + 12, f"{caption}:", sheet.style.body) + 6
            room = LEFT + sheet.width - end
            sheet.canvas.spans(end, y + 12, value, fields.fitted(sheet.canvas, value, sheet.style.fill, room))
        else:
            words: Line = [(caption, None)]
            sheet.canvas.spans(LEFT, y + 12, words, fields.fitted(sheet.canvas, words, sheet.style.body, sheet.width * 0.4 - 8))
            kind = fields.fitted(sheet.canvas, value, sheet.style.fill, sheet.width * 0.6)
            sheet.canvas.spans(LEFT + sheet.width * 0.4, y + 12, value, kind)
        y += 18
    return y


def _below(sheet: Sheet, y: float) -> float:
    """Captions small below the line that a value stands on."""
    half = sheet.width * 0.48
    for _ in range(2):
        for place, one in enumerate(sheet.text.some_fields(2)):
            label, value = sheet.text.field(one)
            words: Line = [(sheet.caption(label, one.slots[0]), None)]
            small = fields.fitted(sheet.canvas, words, sheet.style.small, half)
            x = LEFT + place * (sheet.width - half)
            fields.under(sheet.canvas, x, y + 16, half, words[0][0], value, small, sheet.style.fill)
        y += 32
    return y


def _combs(sheet: Sheet, y: float) -> float:
    """A surname, a date of birth and a number, one letter a box."""
    for slot in _COMBED:
        label, value = sheet.text.named(slot)
        letters = " ".join(text for text, _ in value)[:28]
        sheet.canvas.text(LEFT, y + 11, sheet.caption(label, slot), sheet.style.small)
        kind = sheet.style.fill.at(min(sheet.style.fill.size, 9.5))
        named = next((mark for _, mark in value if mark is not None), None)
        fields.comb(sheet.canvas, LEFT + sheet.width * 0.3, y + 13, letters.upper(), kind, named, cell=_COMB)
        y += 21
    return y


def _drawn(sheet: Sheet, fields_: Sequence[Field], count: int) -> list[Field]:
    return sheet.rng.sample(list(fields_), min(count, len(fields_)))
