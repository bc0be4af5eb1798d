"""Draws an invoice: addresses, table of goods, totals, payment details; US, UK, German and French paper."""

from __future__ import annotations

import datetime

from docpriv.evaluation.truth import MAYBE, Span
from docpriv_lab.pages import fields, marks, wordlists
from docpriv_lab.pages.kinds.scene import Scene, address_block, footer, letterhead
from docpriv_lab.pages.people import Firm, Person

SIZE = (595.0, 842.0)
LOCALES = ("US", "UK", "DE", "FR")

_WORDS: dict[str, dict[str, str]] = {
    "EN": {
        "title": "INVOICE",
        "no": "Invoice no.",
        "date": "Invoice date",
        "due": "Due date",
        "customer": "Customer no.",
        "bill": "Bill to",
        "ship": "Ship to",
        "item": "Description",
        "qty": "Qty",
        "unit": "Unit price",
        "sum": "Amount",
        "sub": "Subtotal",
        "tax": "Tax",
        "total": "Total due",
        "contact": "Contact:",
        "pay": "Payment details",
        "holder": "Account name:",
        "account": "Account no.:",
        "phone": "Phone:",
        "thanks": ("Payment is due within thirty days. Please quote the invoice number with your transfer."),
    },
    "DE": {
        "title": "RECHNUNG",
        "no": "Rechnungsnr.",
        "date": "Rechnungsdatum",
        "due": "Fällig am",
        "customer": "Kundennr.",
        "bill": "Rechnungsadresse",
        "ship": "Lieferadresse",
        "item": "Bezeichnung",
        "qty": "Menge",
        "unit": "Einzelpreis",
        "sum": "Betrag",
        "sub": "Zwischensumme",
        "tax": "MwSt. 19 %",
        "total": "Gesamtbetrag",
        "contact": "Ansprechpartner:",
        "pay": "Bankverbindung",
        "holder": "Kontoinhaber:",
        "account": "IBAN:",
        "phone": "Telefon:",
        "thanks": ("Zahlbar innerhalb von 30 Tagen ohne Abzug. Bitte geben Sie die Rechnungsnummer an."),
    },
    "FR": {
        "title": "FACTURE",
        "no": "Facture no",
        "date": "Date",
        "due": "Échéance",
        "customer": "No client",
        "bill": "Adresse de facturation",
        "ship": "Adresse de livraison",
        "item": "Désignation",
        "qty": "Qté",
        "unit": "Prix unitaire",
        "sum": "Montant",
        "sub": "Sous-total",
        "tax": "TVA 20 %",
        "total": "Total TTC",
        "contact": "Contact :",
        "pay": "Coordonnées bancaires",
        "holder": "Titulaire :",
        "account": "IBAN :",
        "phone": "Téléphone :",
        "thanks": ("Paiement à trente jours. Merci de rappeler le numéro de facture lors du virement."),
    },
}


def draw(scene: Scene) -> None:
    """Draw the invoice on the scene's sheet."""
    canvas, style = scene.canvas, scene.style
    words = _WORDS[{"DE": "DE", "FR": "FR"}.get(scene.locale, "EN")]
    left, width = 48.0, canvas.width - 96
    seller, buyer, contact = scene.people.firm("trade"), scene.people.person(), scene.people.person()
    y = letterhead(scene, seller, left, 34, width) + 10
    canvas.text(left, y + 18, words["title"], style.head.at(22).tinted(style.accent))
    _numbers(scene, left + width * 0.58, y + 8, width * 0.42, words, buyer)
    y += 70
    for i, caption in enumerate((words["bill"], words["ship"])):
        x = left + i * width * 0.5
        canvas.text(x, y, caption, style.bold.tinted(style.accent))
        canvas.line(x, y + 4, x + width * 0.44, y + 4, 0.6, style.accent)
        who: list[Span] = buyer.titled() if scene.sure(0.5) else [(buyer.name, "PERSON")]
        address_block(canvas, x, y + 18, who, buyer.address if i == 0 else scene.people.address(), style.body)
    y = _goods(scene, left, y + 92, width, words) + 34
    _payment(scene, left, y, width, words, seller, contact)
    footer(scene, [(seller.name, MAYBE), ("-", None), (seller.tax, MAYBE)], "1/1")
    if scene.sure(0.4):
        marks.received(canvas, left + width * 0.68, y + 66, scene.day(1).upper())


def _numbers(scene: Scene, x: float, y: float, w: float, words: dict[str, str], buyer: Person) -> None:
    canvas, style, rng = scene.canvas, scene.style, scene.rng
    number = f"{rng.choice(('INV-', 'R-', '', '20'))}{rng.randint(10000, 999999)}"
    issued = scene.people.date(2016, 2024)
    rows: list[tuple[str, Span]] = [
        (words["no"], (number, MAYBE)),
        (words["date"], (scene.written(issued, 0), MAYBE)),
        (words["due"], (scene.written(issued + datetime.timedelta(days=30), 0), MAYBE)),
        (words["customer"], (buyer.account, "ID")),
    ]
    for i, (caption, value) in enumerate(rows):
        canvas.text(x, y + i * 13, caption, style.body)
        canvas.right(x + w, y + i * 13, [value], style.bold)


def _goods(scene: Scene, x: float, y: float, w: float, words: dict[str, str]) -> float:
    canvas, style, rng = scene.canvas, scene.style, scene.rng
    sign = {"US": "$", "UK": "£"}.get(scene.locale, "")
    rows: list[list[list[Span]]] = []
    total = 0.0
    goods = wordlists.GOODS[scene.locale]
    for item in rng.sample(goods, min(len(goods), rng.randint(4, 7))):
        count, price = rng.randint(1, 12), round(rng.uniform(4, 260), 2)
        total += count * price
        rows.append(
            [
                [(item, None)],
                [(str(count), None)],
                [(sign + scene.people.money(price), None)],
                [(sign + scene.people.money(count * price), None)],
            ]
        )
    columns = (
        fields.Column(title=words["item"], width=w * 0.5),
        fields.Column(title=words["qty"], width=w * 0.1, right=True),
        fields.Column(title=words["unit"], width=w * 0.2, right=True),
        fields.Column(title=words["sum"], width=w * 0.2, right=True),
    )
    rules = rng.choice(("grid", "rows", "none"))
    band = rng.choice(((226, 230, 236), style.accent, None))
    head = style.bold.tinted((252, 252, 252)) if band == style.accent else style.bold
    y = fields.table(canvas, x, y, columns, rows, head, style.body, row=18, rules=rules, band=band) + 16
    tax = total * {"US": 0.07, "UK": 0.20, "DE": 0.19, "FR": 0.20}[scene.locale]
    for caption, value, kind in (
        (words["sub"], total, style.body),
        (words["tax"], tax, style.body),
        (words["total"], total + tax, style.bold),
    ):
        canvas.text(x + w * 0.6, y, caption, kind)
        canvas.right(x + w - 4, y, [(sign + scene.people.money(value), None)], kind)
        y += 15
    canvas.line(x + w * 0.6, y - 26, x + w, y - 26, 0.8)
    return y


def _payment(scene: Scene, x: float, y: float, w: float, words: dict[str, str], seller: Firm, contact: Person) -> None:
    canvas, style = scene.canvas, scene.style
    canvas.text(x, y, words["pay"], style.bold.tinted(style.accent))
    number = contact.account if scene.locale == "US" else contact.iban
    lines: list[list[Span]] = [
        [(words["holder"], None), (seller.name, MAYBE)],
        [(words["account"], None), (number, "ID")],
        [(words["contact"], None), (contact.name, "PERSON")],
        [(words["phone"], None), (contact.phone, "PHONE")],
        [("E-mail:", None), (contact.email, "EMAIL")],
    ]
    for i, line in enumerate(lines):
        canvas.spans(x, y + 16 + i * 14, line, style.body)
    canvas.paragraph(x, y + 16 + len(lines) * 14 + 8, w, [(words["thanks"], None)], style.small)
