"""Draws a tax paper in numbered boxes: a year's earnings in two copies, or an income return; US and UK only."""

from __future__ import annotations

from dataclasses import replace

from docpriv.evaluation.truth import MAYBE, Span
from docpriv_lab.pages import fields
from docpriv_lab.pages.canvas import Type
from docpriv_lab.pages.kinds.scene import Scene, address_spans, footer, signed
from docpriv_lab.pages.people import Firm, Person

SIZE = (612.0, 792.0)
LOCALES = ("US", "US", "UK")

Row = list[tuple[float, str, list[Span]]]

_WORDS = {
    "US": {
        "title": "Statement of Earnings and Tax Withheld",
        "number": "Employee's social security number",
        "employer": "Employer identification number",
        "zip": "ZIP code",
        "return": "Income Tax Return",
        "region": "State",
        "own": "Your social security number",
        "spouse": "Spouse's social security number",
    },
    "UK": {
        "title": "End of Year Certificate",
        "number": "National Insurance number",
        "employer": "Employer PAYE reference",
        "zip": "postcode",
        "return": "Self-Assessment Return",
        "region": "District",
        "own": "Your NI number",
        "spouse": "Partner's NI number",
    },
}
_AMOUNTS = (
    "Wages, tips, other pay",
    "Income tax withheld",
    "Pension wages",
    "Pension contribution",
    "Health wages",
    "Health contribution",
    "Allocated tips",
    "Dependent care",
    "Deferred plans",
    "Other",
)
_LINES = (
    "Wages and salaries",
    "Taxable interest",
    "Ordinary dividends",
    "Refunds of local taxes",
    "Business income or loss",
    "Rents and royalties",
    "Pensions and annuities",
    "Total income",
    "Adjustments",
    "Taxable amount",
)
_PERJURY = (
    "I declare that I have examined this return and the schedules with it and that they are true, correct and "
    "complete to the best of my knowledge."
)


def draw(scene: Scene) -> None:
    """Draw one of the two papers on the scene's sheet."""
    if scene.sure(0.55):
        _earnings(scene)
    else:
        _return(scene)


def _row(scene: Scene, x: float, y: float, w: float, high: float, cells: Row) -> float:
    canvas, style = scene.canvas, scene.style
    at = x
    tiny = style.small.at(min(style.small.size, 6.6))
    for share, caption, value in cells:
        fields.boxed(canvas, at, y, w * share, high, caption, value, tiny, style.fill)
        at += w * share
    return y + high


def _earnings(scene: Scene) -> None:
    """Twice the same boxes, printed: the copy for the office and the one to keep."""
    if scene.style.by_hand:
        printed = Type(font=scene.rng.choice(("mono-a", "mono-c")), size=9.5)
        scene = replace(scene, style=replace(scene.style, fill=printed, by_hand=False))
    who, firm = scene.people.person(), scene.people.firm()
    year = scene.rng.randint(1994, 2022)
    money = [scene.people.amount(120, 48000) for _ in _AMOUNTS]
    control, state = f"{scene.rng.randint(1000, 99999)}", scene.people.digits(8)
    canvas = scene.canvas
    top = 44.0
    for copy in ("Copy B - to be filed with the return", "Copy C - for the employee's records"):
        _slip(scene, 40, top, canvas.width - 80, who, firm, (year, control, state, copy), money)
        top += 372
    dash = canvas.width / 60
    for i in range(30):
        canvas.line(dash * 2 * i, 398, dash * (2 * i + 1), 398, 0.5)


def _slip(
    scene: Scene, x: float, y: float, w: float, who: Person, firm: Firm, head: tuple[int, str, str, str], money: list[str]
) -> None:
    canvas, style = scene.canvas, scene.style
    words = _WORDS[scene.locale]
    year, control, state, copy = head
    small = style.small.at(6.6)
    left = w * 0.56
    yy = _row(
        scene,
        x,
        y,
        w,
        26,
        [
            (0.2, "a Control number", [(control, MAYBE)]),
            (0.36, f"b {words['number']}", [(who.national, "ID")]),
            (0.44, f"c {words['employer']}", [(firm.tax, MAYBE)]),
        ],
    )
    start = yy
    high = 62.0
    payer: list[list[Span]] = [[(firm.name.upper(), MAYBE)]]
    payer += [[(line.upper(), "ADDRESS")] for line in firm.address.lines]
    _block(scene, x, yy, left, high, f"d Employer's name, address, and {words['zip']}", payer)
    yy += high
    cells: Row = [
        (0.4, "e First name and initial", [(f"{who.given} {who.middle[0]}", "PERSON")]),
        (0.6, "Last name", [(who.family, "PERSON")]),
    ]
    yy = _row(scene, x, yy, left, 27, cells)
    home: list[list[Span]] = [[(line, "ADDRESS")] for line in who.address.lines]
    _block(scene, x, yy, left, 52, f"f Employee's address and {words['zip']}", home)
    yy += 52
    region = words["region"]
    _row(
        scene,
        x,
        yy,
        left,
        27,
        [(0.34, f"g {region}", [(_region(who), MAYBE)]), (0.66, f"h Employer's {region.lower()} number", [(state, MAYBE)])],
    )
    at = start
    for i in range(0, len(money), 2):
        cells = [(0.5, f"{i + j + 1} {_AMOUNTS[i + j]}", [(money[i + j], None)]) for j in (0, 1)]
        at = _row(scene, x + left, at, w - left, (yy + 27 - start) / 5, cells)
    canvas.text(x, yy + 44, words["title"], style.bold.at(12))
    canvas.right(x + w, yy + 44, [(str(year), MAYBE)], style.bold.at(15))
    canvas.text(x, yy + 58, copy, small)
    canvas.text(x + left, yy + 58, "Keep this statement with your papers for six years.", small)
    canvas.text(x, yy + 72, "This amount is reported to the revenue office.", small)


def _region(who: Person) -> str:
    """The state of a US address, the town of another."""
    last = who.address.lines[-1]
    return last.split(",")[1].split()[0] if who.locale == "US" else who.address.lines[-2]


def _block(scene: Scene, x: float, y: float, w: float, h: float, caption: str, lines: list[list[Span]]) -> None:
    """A box whose value takes several lines."""
    canvas, style = scene.canvas, scene.style
    tiny = style.small.at(min(style.small.size, 6.6))
    canvas.frame(x, y, w, h)
    canvas.text(x + 3, y + tiny.size + 1.5, caption, tiny)
    step = (h - tiny.size - 3) / len(lines)
    size = min(style.fill.size, step * 0.9)
    for i, line in enumerate(lines):
        kind = fields.fitted(canvas, line, style.fill.at(size), w - 12)
        canvas.spans(x + 8, y + tiny.size + 2 + step * (i + 0.78), line, kind)


def _return(scene: Scene) -> None:
    """A return: who files it, dependants in a table, lines of amounts, signatures, the preparer."""
    canvas, style, rng = scene.canvas, scene.style, scene.rng
    words = _WORDS[scene.locale]
    x, w = 44.0, canvas.width - 88
    who, mate = scene.people.person(), scene.people.person()
    family = who.family if scene.sure(0.8) else mate.family
    canvas.text(x, 62, words["return"], style.bold.at(16))
    canvas.right(x + w, 62, [(str(rng.randint(1994, 2022)), MAYBE)], style.bold.at(18))
    canvas.line(x, 70, x + w, 70, 1.2)
    street, *rest = who.address.lines
    y = 74.0
    rows: list[Row] = [
        [
            (0.4, "Your first name and initial", [(f"{who.given} {who.middle[0]}.", "PERSON")]),
            (0.32, "Last name", [(who.family, "PERSON")]),
            (0.28, words["own"], [(who.national, "ID")]),
        ],
        [
            (0.4, "If joint, spouse's first name and initial", [(f"{mate.given} {mate.middle[0]}.", "PERSON")]),
            (0.32, "Last name", [(family, "PERSON")]),
            (0.28, words["spouse"], [(mate.national, "ID")]),
        ],
        [(0.72, "Home address (number and street)", [(street, "ADDRESS")]), (0.28, "Daytime phone", [(who.phone, "PHONE")])],
        [
            (0.72, f"City, town, and {words['zip']}", [(", ".join(rest), "ADDRESS")]),
            (0.28, "Your date of birth", [(scene.written(who.born, 0), "DOB")]),
        ],
    ]
    for row in rows:
        y = _row(scene, x, y, w, 28, row)
    y += 16
    end = canvas.text(x, y, "Filing status:", style.bold) + 12
    chosen = rng.randrange(3)
    for i, word in enumerate(("Single", "Married, joint", "Head of household")):
        end = fields.tick(canvas, end, y, word, i == chosen, style.body, style.fill) + 14
    y = _dependants(scene, x, y + 18, w, who)
    y = _amounts(scene, x, y + 16, w)
    y = canvas.paragraph(x, y + 12, w, [(_PERJURY, None)], style.small, leading=1.3) + 36
    half = w * 0.46
    fields.under(canvas, x, y, half, "Your signature", [], style.small, style.fill)
    signed(scene, x, y - 1, half, who)
    day: list[Span] = [(scene.day(0), MAYBE)]
    fields.under(canvas, x + half + 14, y, w * 0.18, "Date", day, style.small, style.fill)
    job: list[Span] = [(rng.choice(("teacher", "carpenter", "clerk", "nurse")), None)]
    fields.under(canvas, x + half + 28 + w * 0.18, y, w - half - 28 - w * 0.18, "Occupation", job, style.small, style.fill)
    y += 28
    if y < canvas.height - 84:
        maker, firm = scene.people.person(), scene.people.firm("office")
        y = _row(
            scene,
            x,
            y,
            w,
            26,
            [
                (0.36, "Preparer's name", [(maker.name, "PERSON")]),
                (0.24, "Preparer's number", [(f"P{scene.people.digits(8)}", "ID")]),
                (0.4, "Firm's phone", [(firm.phone, "PHONE")]),
            ],
        )
        _row(
            scene,
            x,
            y,
            w,
            26,
            [(0.36, "Firm's name", [(firm.name, MAYBE)]), (0.64, "Firm's address", address_spans(firm.address))],
        )
    footer(scene, [("Cat. No.", None), (f"{rng.randint(10000, 99999)}{rng.choice('BDW')}", MAYBE)], "1")


def _dependants(scene: Scene, x: float, y: float, w: float, who: Person) -> float:
    canvas, style, rng = scene.canvas, scene.style, scene.rng
    rows: list[list[list[Span]]] = []
    for _ in range(rng.randint(1, 4)):
        child = scene.people.person()
        rows.append(
            [
                [(f"{child.given} {who.family}", "PERSON")],
                [(child.national, "ID")],
                [(rng.choice(("son", "daughter", "parent", "niece")), None)],
                [(scene.written(scene.people.date(1990, 2018), 0), "DOB")],
            ]
        )
    columns = [
        fields.Column(title="Dependants: first name, last name", width=w * 0.36),
        fields.Column(title="Number", width=w * 0.26),
        fields.Column(title="Relationship", width=w * 0.2),
        fields.Column(title="Born", width=w * 0.18),
    ]
    return fields.table(canvas, x, y, columns, rows, style.small, style.fill, row=18)


def _amounts(scene: Scene, x: float, y: float, w: float) -> float:
    """Numbered lines, each with its amount in a box at the right."""
    canvas, style = scene.canvas, scene.style
    body = Type(font=style.body.font, size=8.5)
    for i, text in enumerate(_LINES):
        end = canvas.text(x, y, f"{i + 1}", style.bold.at(8.5)) + 8
        end = canvas.text(max(end, x + 20), y, text, body) + 4
        canvas.dotted(end, x + w - 118, y)
        canvas.text(x + w - 112, y, f"{i + 1}", style.bold.at(8.5))
        canvas.frame(x + w - 96, y - 10.5, 96, 14.5, 0.5)
        if scene.sure(0.75):
            canvas.right(x + w - 6, y, [(scene.people.amount(20, 42000), None)], style.fill.at(9))
        y += 14.5
    return y
