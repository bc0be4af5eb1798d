"""Draws a bank statement: address window, summary, table of transactions; US, UK and German paper."""

from __future__ import annotations

import datetime

from docpriv.evaluation.truth import MAYBE, Span
from docpriv_lab.pages import fields, marks, wordlists
from docpriv_lab.pages.kinds.scene import Scene, address_block, footer, letterhead
from docpriv_lab.pages.people import Person

_YEAR = 2023
SIZE = (612.0, 792.0)
LOCALES = ("US", "US", "UK", "DE")

_WORDS: dict[str, dict[str, str]] = {
    "EN": {
        "title": "Account Statement",
        "period": "Statement period",
        "account": "Account number",
        "holder": "Account holder",
        "opening": "Opening balance",
        "date": "Date",
        "text": "Description",
        "out": "Withdrawals",
        "in": "Deposits",
        "balance": "Balance",
        "from": "TRANSFER FROM",
        "to": "PAYMENT TO",
        "note": (
            "Please examine this statement at once. If no difference is reported within "
            "thirty days, the account will be considered correct."
        ),
        "help": "Questions? Call",
        "card": "Card number",
        "to_word": "to",
    },
    "DE": {
        "title": "Kontoauszug",
        "period": "Zeitraum",
        "account": "IBAN",
        "holder": "Kontoinhaber",
        "opening": "Alter Saldo",
        "date": "Datum",
        "text": "Buchungstext",
        "out": "Soll",
        "in": "Haben",
        "balance": "Saldo",
        "from": "GUTSCHRIFT VON",
        "to": "ÜBERWEISUNG AN",
        "note": ("Bitte prüfen Sie diesen Auszug umgehend. Einwendungen sind innerhalb von sechs Wochen zu erheben."),
        "help": "Fragen? Telefon",
        "card": "Karte",
        "to_word": "bis",
    },
}


def draw(scene: Scene) -> None:
    """Draw the statement on the scene's sheet."""
    canvas, style, rng = scene.canvas, scene.style, scene.rng
    words = _WORDS["DE" if scene.locale == "DE" else "EN"]
    left, width = 50.0, canvas.width - 100
    bank, holder = scene.people.firm("bank"), scene.people.person()
    opening = round(rng.uniform(600, 9000), 2)
    y = letterhead(scene, bank, left, 32, width) + 22
    who: list[Span] = [(holder.name.upper() if scene.sure(0.5) else holder.name, "PERSON")]
    address_block(canvas, left + 4, y, who, holder.address, style.body)
    _summary(scene, left + width * 0.5, y - 8, width * 0.5, words, holder, opening)
    y += 74
    dark = scene.sure(0.6)
    y = fields.section(canvas, left, y, width, words["title"], style.bold, dark=dark) + 6
    y = _transactions(scene, left, y, width, words, opening)
    y = canvas.paragraph(left, y + 20, width, [(words["note"], None)], style.small)
    line: list[Span] = [(words["help"], None), (bank.phone, "PHONE"), ("-", None), (bank.email, "EMAIL")]
    canvas.spans(left, y + 10, line, style.body)
    if scene.difficulty != "easy" and scene.sure(0.3):
        marks.received(canvas, left + width - 120, y + 14, scene.day(1).upper())
    footer(scene, [(bank.name, MAYBE)], f"{rng.randint(1, 3)} / 3")


def _summary(scene: Scene, x: float, y: float, w: float, words: dict[str, str], who: Person, opening: float) -> None:
    canvas, style = scene.canvas, scene.style
    number: Span = (who.iban if scene.locale == "DE" else who.account, "ID")
    card = " ".join(who.card[i : i + 4] for i in range(0, 16, 4))
    rows: list[tuple[str, list[Span]]] = [
        (
            words["period"],
            [
                (scene.written(datetime.date(_YEAR, 1, 1), 0), MAYBE),
                (words["to_word"], None),
                (scene.written(datetime.date(_YEAR, 12, 31), 0), MAYBE),
            ],
        ),
        (words["holder"], [(who.name, "PERSON")]),
        (words["account"], [number]),
        (words["card"], [(card, "ID")]),
        (words["opening"], [(scene.people.money(opening), None)]),
    ]
    canvas.fill(x, y - 6, w, 15.0 * len(rows) + 10, (236, 238, 242))
    for i, (caption, value) in enumerate(rows):
        base = y + 8 + i * 15
        canvas.text(x + 6, base, caption, fields.fitted(canvas, [(caption, None)], style.body, w * 0.4))
        canvas.right(x + w - 6, base, value, fields.fitted(canvas, value, style.bold, w * 0.55))


def _transactions(scene: Scene, x: float, y: float, w: float, words: dict[str, str], balance: float) -> float:
    style, rng, folk = scene.style, scene.rng, scene.people
    rows: list[list[list[Span]]] = []
    days = sorted(folk.date(_YEAR, _YEAR) for _ in range(24))
    for day in days[: rng.randint(15, 24)]:
        deposit = balance < 1000 or rng.random() < 0.3
        draw_of = rng.random()
        if deposit and draw_of < 0.5:
            text: list[Span] = [(words["from"], None), (folk.person().name.upper(), "PERSON")]
        elif deposit:
            text = [(rng.choice(wordlists.INCOMES), MAYBE)]
        elif draw_of < 0.25:
            text = [(words["to"], None), (folk.person().formal.upper(), "PERSON")]
        else:
            text = [(rng.choice(wordlists.MERCHANTS), MAYBE)]
        value = round(rng.uniform(4, 900), 2)
        balance += value if deposit else -value
        amount: list[Span] = [(folk.money(value), None)]
        rest: list[Span] = [(folk.money(balance), None)]
        empty: list[Span] = []
        rows.append(
            [
                [(scene.written(day, 0), MAYBE)],
                text,
                empty if deposit else amount,
                amount if deposit else empty,
                rest,
            ]
        )
    columns = (
        fields.Column(title=words["date"], width=w * 0.14),
        fields.Column(title=words["text"], width=w * 0.42),
        fields.Column(title=words["out"], width=w * 0.15, right=True),
        fields.Column(title=words["in"], width=w * 0.14, right=True),
        fields.Column(title=words["balance"], width=w * 0.15, right=True),
    )
    rules = rng.choice(("rows", "grid", "none"))
    band = rng.choice(((230, 232, 238), None))
    return fields.table(scene.canvas, x, y, columns, rows, style.bold, style.body, row=16.5, rules=rules, band=band)
