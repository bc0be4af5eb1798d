"""Draws letters of authorities, banks and private people, letters of doctors, and papers of courts."""

from __future__ import annotations

import itertools

from docpriv_lab.names_model.samples import Casing
from docpriv_lab.pages import marks
from docpriv_lab.pages.papers.content import Line
from docpriv_lab.pages.papers.sheet import LEFT, Sheet

_MAIL_HEADS = (
    ("From: {person} <{email}>", "From: {person}", "From: {sorted}", "{person}"),
    ("To: {person}", "To: {person}; {person}; {person}", "To: {sorted}; {sorted}", "To: {first} {surname} <{email}>"),
)
"""Who wrote, and to whom."""
_SENDERS = ("agency", "bank", "company", "private")


def letter(sheet: Sheet) -> None:
    """A letter with an address window, particulars beside it, text and a signature."""
    canvas, style, text = sheet.canvas, sheet.style, sheet.text
    body = style.body.at(10)
    sender = sheet.rng.choice(_SENDERS)
    own: Line = [] if sender == "private" else text.line(f"{{{sender}}}")
    if not own:
        y = sheet.paragraph(50, text.lines("{person}\n{address}"), body)
        label, value = text.named("phone", text.wording.fields)
        canvas.spans(LEFT, y, [(label, None), *value], body)
        y += 40
    else:
        y = sheet.head(own) + 14
        canvas.spans(LEFT, y, [*own, *text.line("· {street} · {cityzip}")], style.small)
        y += 18
    top = y
    y = sheet.recipient(LEFT, y, body)
    if own:
        _particulars(sheet, LEFT + sheet.width * 0.58, top)
    y = max(y, top + 74) + 12
    canvas.right(canvas.width - LEFT, y, text.line("{city}, {date}"), body)
    subject: Line = [(sheet.rng.choice(text.wording.headings), None)]
    if sheet.sure(0.5):
        label, value = text.named("id", text.wording.fields)
        subject += [(f"- {label}", None), *value]
    y = sheet.paragraph(y + 26, [subject], style.bold.at(10)) + 8
    y = _passages(sheet, y, text.passages(sheet.rng.randint(3, 4)))
    _close(sheet, y)
    if own:
        sheet.foot([*own, *text.line("- {addressline}")])


def medical(sheet: Sheet) -> None:
    """A doctor's letter: the patient in a line, findings, a signature."""
    text, style = sheet.text, sheet.style
    body = style.body.at(10)
    y = sheet.head(text.line("{hospital}")) + 10
    y = sheet.recipient(LEFT, y, body) + 16
    y = sheet.title(y, 12)
    for slots in (("person", "dob"), ("addressline",), ("id", "phone")):
        line: Line = []
        for slot in slots:
            label, value = text.named(slot, text.wording.fields)
            line += [("", None)] if line else []
            line += [(f"{sheet.caption(label, slot)}:", None), *value]
        sheet.row(LEFT, y, line, body)
        y += 15
    y = _passages(sheet, y + 10, text.passages(4, "hospital", "dob"))
    _close(sheet, y)


def court(sheet: Sheet) -> None:
    """A paper of a court: the court, a number, the parties, numbered reasons, two who sign."""
    canvas, text, style = sheet.canvas, sheet.text, sheet.style
    body = style.body.at(10.5)
    canvas.centre(canvas.width / 2, 56, text.line("{agency}", Casing.UPPER), style.bold.at(13))
    label, value = text.named("reference", text.wording.fields)
    canvas.spans(LEFT, 86, [(label, None), *value], body)
    canvas.right(canvas.width - LEFT, 86, text.line("{city}, {date}"), body)
    y = sheet.title(116, 14)
    for _ in range(2):
        party = sheet.rng.choice(("{person}, {addressline}", "{person}, {job}, {addressline}", "{person}\n{street}, {cityzip}"))
        y = sheet.paragraph(y, text.lines(party), body, x=LEFT + 30, width=sheet.width - 60) + 3
        label, value = text.named("dob", text.wording.fields)
        canvas.spans(LEFT + 30, y, [(label, None), *value], body)
        y += 22
    for number, passage in enumerate(text.passages(3, "agency", "person", "surname"), 1):
        if y < sheet.bottom - 110:
            canvas.text(LEFT, y, f"{number}.", body)
            y = sheet.paragraph(y, text.lines(passage), body, x=LEFT + 22, width=sheet.width - 22) + 6
    if y < sheet.bottom - 100:
        y = sheet.paragraph(y, text.lines(sheet.rng.choice(text.wording.plain_passages)), body) + 6
    for place in (0.0, 0.55):
        x = LEFT + sheet.width * place
        sheet.signed(x, min(y + 34, sheet.bottom - 26))
        canvas.spans(x, min(y + 52, sheet.bottom - 8), text.line("{person}"), body)


def mail(sheet: Sheet) -> None:
    """A printed e-mail in English: its head, text, a block of the sender's particulars, and the mail that it answers."""
    text, style, rng = sheet.text, sheet.style, sheet.rng
    body = style.body.at(10)
    y = 56.0
    for answered in range(rng.randint(1, 3)):
        if y > sheet.bottom - 190:
            break
        head = [
            rng.choice(_MAIL_HEADS[0]),
            "Sent: {date}",
            rng.choice(_MAIL_HEADS[1]),
            "Cc: {person}; {sorted}",
            "Subject: {words}",
        ]
        for template in head if answered == 0 or sheet.sure(0.5) else [head[0], head[2], head[4]]:
            y = sheet.paragraph(y, text.lines(template), body)
        opening = rng.choice(("{first},", "Dear {first},", "Hi {first}", "{title} {surname}:"))
        y = sheet.paragraph(y + 8, [*text.lines(opening), []], body)
        y = _passages(sheet, y, text.passages(rng.randint(1, 2)))
        block = rng.choice(("{first}", "{person}\n{job}\n{company}\n{phone}", "{person}, {company}\nTel. {phone}", "{initialed}"))
        y = sheet.paragraph(y + 4, text.lines(block), body) + 20


def _particulars(sheet: Sheet, x: float, y: float) -> None:
    """Reference, who answers, telephone, number: labels with values beside them or below."""
    text, small = sheet.text, sheet.style.body.at(8.5)
    below = sheet.sure(0.3)
    for slot in sheet.rng.sample(("reference", "person", "phone", "id", "date"), 3 if below else 4):
        label, value = text.named(slot, text.wording.fields)
        if below:
            sheet.canvas.text(x, y, label, sheet.style.small)
            sheet.row(x, y + 10, value, small, sheet.width * 0.42)
        else:
            sheet.row(x, y, [(f"{label}:", None), *value], small, sheet.width * 0.42)
        y += 24 if below else 13


def _passages(sheet: Sheet, y: float, told: list[str]) -> float:
    """Paragraphs that name people between such as name nobody."""
    text, body = sheet.text, sheet.style.body.at(10)
    plain = iter(sheet.rng.sample(text.wording.plain_passages, len(text.wording.plain_passages)))
    for passage in told:
        lines = [*text.lines(passage), [span for template in itertools.islice(plain, 2) for span in text.line(template)]]
        if y < sheet.bottom - 120:
            y = sheet.paragraph(y, lines, body) + 7
    return y


def _close(sheet: Sheet, y: float) -> None:
    """Signature, name and position, and now and then the stamp of a post desk."""
    canvas, text, body = sheet.canvas, sheet.text, sheet.style.body.at(10)
    x = LEFT if sheet.sure(0.6) else LEFT + sheet.width * 0.5
    y = min(y + 40, sheet.bottom - 30)
    sheet.signed(x, y)
    canvas.spans(x, y + 20, text.line(sheet.rng.choice(("{person}", "{person}", "{initialed}"))), body)
    canvas.spans(x, y + 33, sheet.maybe(text.line("{job}")), body)
    if sheet.sure(0.2):
        line = text.line("{date}")
        marks.received(canvas, canvas.width - LEFT - 110, sheet.rng.uniform(110, 130), " ".join(word for word, _ in line))
