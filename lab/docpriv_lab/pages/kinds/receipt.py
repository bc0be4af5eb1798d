"""Draws a till receipt on narrow paper, sometimes with the customer of a delivery; US and UK only."""

from __future__ import annotations

from docpriv.evaluation.truth import MAYBE, Span
from docpriv_lab.pages import wordlists
from docpriv_lab.pages.canvas import Type
from docpriv_lab.pages.kinds.scene import Scene

SIZE = (236.0, 520.0)
LOCALES = ("US", "UK")


def draw(scene: Scene) -> None:
    """Draw the receipt on the scene's sheet."""
    canvas, rng, folk = scene.canvas, scene.rng, scene.people
    font = rng.choice(("mono-a", "mono-b", "mono-c"))
    body, bold = Type(font=font, size=8.6), Type(font="mono-a-bold", size=8.8)
    middle, left, right = canvas.width / 2, 16.0, canvas.width - 16
    shop, cashier, customer = folk.firm("shop"), folk.person(), folk.person()
    y = 34.0
    canvas.centre(middle, y, [(shop.name.upper(), MAYBE)], _fit(scene, shop.name.upper(), bold.at(13), right - left))
    for text in shop.address.lines:
        y += 12
        canvas.centre(middle, y, [(text, "ADDRESS")], body)
    y += 12
    canvas.centre(middle, y, [("TEL:", None), (shop.phone, "PHONE")], body)
    y += 18
    canvas.text(left, y, scene.day(0), body, MAYBE)
    canvas.right(right, y, [(f"{rng.randint(7, 21):02}:{rng.randint(0, 59):02}", None)], body)
    y += 12
    canvas.spans(left, y, [("Cashier:", None), (cashier.given, "PERSON")], body)
    canvas.right(right, y, [(f"#{rng.randint(1000, 99999)}", MAYBE)], body)
    y = _items(scene, left, right, y + 8, body, bold)
    y = _card(scene, left, right, y, body, customer.card)
    if scene.sure(0.6):
        y = _delivery(scene, left, right, y + 4, body)
    else:
        y += 14
        canvas.spans(left, y, [("Loyalty no.", None), (customer.account, "ID")], body)
    y += 26
    canvas.centre(middle, y, [("THANK YOU FOR YOUR VISIT", None)], bold)
    canvas.centre(middle, y + 13, [("Returns within 30 days with receipt", None)], body.at(7.6))


def _fit(scene: Scene, text: str, kind: Type, width: float) -> Type:
    needed = scene.canvas.measure(text, kind)
    return kind if needed <= width else kind.at(kind.size * width / needed)


def _dashes(scene: Scene, left: float, right: float, y: float) -> None:
    x = left
    while x < right:
        scene.canvas.line(x, y, min(x + 4, right), y, 0.5)
        x += 6.5


def _items(scene: Scene, left: float, right: float, y: float, body: Type, bold: Type) -> float:
    canvas, rng = scene.canvas, scene.rng
    sign = "$" if scene.locale == "US" else "£"
    _dashes(scene, left, right, y)
    total = 0.0
    y += 14
    for item in rng.sample(wordlists.GROCERIES, rng.randint(5, 9)):
        price = round(rng.uniform(0.9, 24), 2)
        total += price
        canvas.text(left, y, item, body)
        canvas.right(right, y, [(f"{price:.2f}", None)], body)
        y += 12
    _dashes(scene, left, right, y - 6)
    y += 8
    tax = total * 0.07
    for caption, value, kind in (("SUBTOTAL", total, body), ("TAX", tax, body), ("TOTAL", total + tax, bold)):
        canvas.text(left, y, caption, kind)
        canvas.right(right, y, [(f"{sign}{value:.2f}", None)], kind)
        y += 12.5
    return y


def _card(scene: Scene, left: float, right: float, y: float, body: Type, card: str) -> float:
    canvas, rng = scene.canvas, scene.rng
    _dashes(scene, left, right, y - 4)
    y += 10
    canvas.text(left, y, "CARD", body)
    canvas.right(right, y, [("*" * 12 + card[-4:], MAYBE)], body)
    y += 12
    canvas.text(left, y, "AUTH CODE", body)
    canvas.right(right, y, [(f"{rng.randint(100000, 999999)}", MAYBE)], body)
    return y + 8


def _delivery(scene: Scene, left: float, right: float, y: float, body: Type) -> float:
    canvas, person = scene.canvas, scene.people.person()
    _dashes(scene, left, right, y)
    y += 14
    lines: list[list[Span]] = [[("DELIVER TO:", None)], [(person.name.upper(), "PERSON")]]
    lines += [[(text.upper(), "ADDRESS")] for text in person.address.lines]
    lines += [[("PH", None), (person.mobile, "PHONE")]]
    for line in lines:
        text = " ".join(t for t, _ in line)
        canvas.spans(left, y, line, _fit(scene, text, body, right - left))
        y += 12
    return y
