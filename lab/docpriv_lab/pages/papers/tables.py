"""Draws invoices, lists of people and tables of sums."""

from __future__ import annotations

from collections.abc import Sequence

from docpriv_lab.names_model.wording import Field
from docpriv_lab.pages import fields
from docpriv_lab.pages.papers.content import Line
from docpriv_lab.pages.papers.sheet import LEFT, Sheet

_PEOPLE = frozenset({"person", "sorted", "initialed", "surname", "first"})
_SHARES = ((_PEOPLE, 1.5), (frozenset({"address", "addressline"}), 2.8), (frozenset({"street", "cityzip"}), 1.5))
"""Widths of columns by what stands in them; 1 for others."""


def invoice(sheet: Sheet) -> None:
    """An invoice: the firm, two blocks of addresses, particulars, goods, sums, where to pay."""
    canvas, text, style = sheet.canvas, sheet.text, sheet.style
    y = sheet.head(text.line("{company}")) + 6
    y = sheet.title(y, 16)
    half = sheet.width / 2
    ends = []
    for place, heading in enumerate(sheet.rng.choices(text.wording.block_headings, k=2)):
        x = LEFT + place * half
        canvas.text(x, y, heading, style.bold.at(9))
        person = sheet.rng.choice(("{person}\n{address}", "{company}\n{person}\n{address}"))
        ends.append(sheet.paragraph(y + 13, text.lines(person), style.body.at(9.5), x=x, width=half - 10))
    y = max(ends) + 8
    for slots in (("reference", "date"), ("id", "phone")):
        for place, slot in enumerate(slots):
            label, value = text.named(slot, text.wording.fields)
            sheet.row(LEFT + place * half, y, [(f"{label}:", None), *value], style.body.at(9), half - 10)
        y += 14
    y = goods(sheet, y + 4, sheet.rng.randint(3, 8))
    y = sums(sheet, y + 12, 3, left=half)
    y = sheet.paragraph(y + 16, text.lines(sheet.rng.choice(text.wording.plain_passages)), style.body.at(9))
    bank, number = text.named("bank", text.wording.fields), text.named("id", text.wording.fields)
    sheet.foot([(bank[0], None), *bank[1], (number[0], None), *number[1]])


def roster(sheet: Sheet) -> None:
    """A list of people in a table, then another with other columns."""
    text, style, rng = sheet.text, sheet.style, sheet.rng
    y = sheet.title(60, 15)
    y = sheet.paragraph(y, text.lines(rng.choice(text.wording.plain_passages)), style.body.at(9.5)) + 8
    names = [one for one in text.wording.columns if _PEOPLE.issuperset(one.slots)]
    others = [one for one in text.wording.columns if not _PEOPLE.intersection(one.slots)]
    for count in (rng.randint(8, 16), rng.randint(3, 6)):
        columns = [rng.choice(names), *rng.sample(others, min(rng.randint(2, 3), len(others)))]
        if rng.random() < 0.2:
            rng.shuffle(columns)
        y = _table(sheet, y, columns, count) + 26
    sheet.paragraph(y, text.lines(rng.choice(text.passages(3, "person", "initialed"))), style.body.at(9.5))


def goods(sheet: Sheet, y: float, count: int) -> float:
    """Lines of goods with a number and two amounts; the y below."""
    text = sheet.text
    heads = [text.named(slot, text.wording.columns)[0] for slot in ("goods", "number", "money", "money")]
    shares = (0.52, 0.12, 0.18, 0.18)
    columns = [
        fields.Column(title=head, width=sheet.width * share, right=place > 0)
        for place, (head, share) in enumerate(zip(heads, shares, strict=True))
    ]
    rows = [[text.line("{goods}"), text.line("{number:-}")[:1], text.line("{money}"), text.line("{money}")] for _ in range(count)]
    rules = sheet.rng.choice(("rows", "grid", "none"))
    return fields.table(sheet.canvas, LEFT, y, columns, rows, sheet.style.bold.at(9), sheet.style.body.at(9), rules=rules)


def sums(sheet: Sheet, y: float, count: int, *, left: float = 0.0) -> float:
    """Lines of a label and an amount, from `left` points right of the margin; the baseline after them."""
    body = sheet.style.body.at(9)
    for _ in range(count):
        label, value = sheet.text.named("money", sheet.text.wording.fields)
        if sheet.sure(0.5):
            label = sheet.text.text("words")
        words: Line = [(label, None)]
        room = (sheet.width - left) * 0.7
        sheet.canvas.spans(LEFT + left, y, words, fields.fitted(sheet.canvas, words, body, room))
        sheet.canvas.right(LEFT + sheet.width, y, value, body)
        y += 14
    return y


def _table(sheet: Sheet, y: float, columns: Sequence[Field], count: int) -> float:
    slots = [sheet.rng.choice(one.slots) for one in columns]
    heads = [sheet.caption(sheet.rng.choice(one.labels), slot) for one, slot in zip(columns, slots, strict=True)]
    shares = [next((share for names, share in _SHARES if slot in names), 1.0) for slot in slots]
    set_columns = [
        fields.Column(title=head, width=sheet.width * share / sum(shares)) for head, share in zip(heads, shares, strict=True)
    ]
    rows = [[sheet.text.value(slot) for slot in slots] for _ in range(count)]
    rules = sheet.rng.choice(("grid", "grid", "rows", "none"))
    return fields.table(
        sheet.canvas, LEFT, y, set_columns, rows, sheet.style.bold.at(8.5), sheet.style.body.at(8.8), rules=rules, row=15.5
    )
