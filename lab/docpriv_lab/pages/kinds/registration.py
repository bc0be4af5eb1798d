"""Draws a government filing: numbered questions with typed answers, an execution block; US and UK only."""

from __future__ import annotations

from docpriv.evaluation.truth import MAYBE, Span
from docpriv_lab.pages import fields, marks, wordlists
from docpriv_lab.pages.canvas import Type
from docpriv_lab.pages.kinds.scene import Scene, address_spans, footer, signed
from docpriv_lab.pages.people import Firm, Person

SIZE = (612.0, 792.0)
LOCALES = ("US", "UK")

_AGENCIES = {
    "US": ("Department of Commerce and Licensing", "Office of Public Filings", "Bureau of Trade Registers"),
    "UK": ("Registrar of Agents and Brokers", "Office of the Trade Registrar", "Licensing Directorate"),
}
_TITLES = (
    "Registration Statement of a Commercial Agent",
    "Supplemental Statement of Interests",
    "Application for a Broker's Certificate",
    "Annual Return of a Registered Representative",
)
_NOTICE = (
    "Every item must be answered. Where an item does not apply, enter none or not applicable. A statement that is "
    "not signed will be returned. Filed statements are open to inspection during office hours."
)
_EXECUTION = (
    "The undersigned affirms that this statement and the exhibits attached to it have been read, that the contents "
    "are known, and that they are in their entirety true and accurate to the best of the undersigned's belief."
)
_BUSINESS = (
    ("arranges the sale of", "machine parts", "and attends trade fairs on behalf of its clients"),
    ("prepares translations and market reports about", "farm produce", "for the use of the members"),
    ("negotiates freight rates for", "bulk cargo", "and settles claims with the carriers"),
)
_LANDS = ("Freedonia", "Ruritania", "Sylvania", "Borduria", "Grand Fenwick")
"""Countries of novels and films."""


def draw(scene: Scene) -> None:
    """Draw the filing on the scene's sheet."""
    canvas, style, rng = scene.canvas, scene.style, scene.rng
    left, width = 50.0, canvas.width - 100
    who, firm, client = scene.people.person(), scene.people.firm(), scene.people.firm()
    y = _head(scene, left, 44, width)
    boxed = scene.sure(0.5)
    if boxed:
        y = _boxes(scene, left, y, width, who, firm, client)
    else:
        y = _questions(scene, left, y + 12, width, who, firm, client)
    y = _particulars(scene, left, y + 12, width, who)
    y = _activities(scene, left, y + 4, width, firm, client)
    if y < canvas.height - 230:
        y = _payments(scene, left, y + 6, width)
    y = fields.section(canvas, left, y + 4, width, "EXECUTION", style.bold.at(8.5), dark=False) + 12
    y = canvas.paragraph(left, y, width, [(_EXECUTION, None)], style.small, leading=1.3) + 26
    third = width / 3
    fields.under(canvas, left, y, third - 12, "Date of signature", [(scene.day(1), MAYBE)], style.small, style.fill)
    role: list[Span] = [(who.formal + ",", "PERSON"), (rng.choice(wordlists.JOBS), MAYBE)]
    fields.under(canvas, left + third, y, third - 12, "Print or type name and title", role, style.small, style.fill)
    fields.under(canvas, left + 2 * third, y, third, "Signature", [], style.small, style.fill)
    signed(scene, left + 2 * third, y - 1, third, who)
    number: list[Span] = [("FORM", None), (f"{rng.choice('BGMR')}R-{rng.randint(2, 19)}", None)]
    footer(scene, [*number, (f"Revised {rng.randint(1, 12):02}/{rng.randint(88, 99)}", MAYBE)], f"Page {rng.randint(1, 3)}")
    if scene.sure(0.4):
        marks.received(canvas, canvas.width - rng.uniform(150, 175), rng.uniform(52, 64), scene.day(1).upper())


def _head(scene: Scene, x: float, y: float, w: float) -> float:
    canvas, style, rng = scene.canvas, scene.style, scene.rng
    approved: list[Span] = [("Approved No.", None), (f"{rng.randint(1000, 1199)}-{rng.randint(10, 99):04}", MAYBE)]
    canvas.text(x, y, rng.choice(_AGENCIES[scene.locale]), style.small, MAYBE)
    if scene.sure(0.5):
        canvas.right(x + w, y, approved, style.small)
        canvas.centre(x + w / 2, y + 26, [(rng.choice(_TITLES), None)], style.bold.at(13))
    else:
        canvas.text(x, y + 26, rng.choice(_TITLES), style.bold.at(13))
    canvas.line(x, y + 34, x + w, y + 34, 1.0)
    return canvas.paragraph(x, y + 46, w, [(_NOTICE, None)], style.small, leading=1.3)


def _boxes(scene: Scene, x: float, y: float, w: float, who: Person, firm: Firm, client: Firm) -> float:
    """Questions in boxes; an answer may take several lines."""
    canvas, style = scene.canvas, scene.style
    small, fill = style.small, style.fill
    number = f"{scene.rng.randint(1000, 6999)}"

    def box(at: float, wide: float, high: float, caption: str, lines: list[list[Span]]) -> None:
        canvas.frame(at, y, wide, high)
        canvas.text(at + 3, y + small.size + 1.5, caption, small)
        step = (high - small.size - 4) / len(lines)
        for i, line in enumerate(lines):
            base = y + small.size + 4 + step * (i + 0.5) + fill.size * 0.3
            canvas.spans(at + 7, base, line, fields.fitted(canvas, line, fill, wide - 12))

    def lines_of(of: Firm) -> list[list[Span]]:
        return [[(line, "ADDRESS")] for line in of.address.lines]

    box(x, w * 0.7, 30, "1. Name of registrant", [[(firm.name, MAYBE)]])
    box(x + w * 0.7, w * 0.3, 30, "2. Registration No.", [[(number, MAYBE)]])
    y += 30
    box(x, w, 46, "3. Principal address of registrant", lines_of(firm))
    y += 46
    box(x, w * 0.5, 58, "4. Name of party represented", [[(client.name, MAYBE)], [(scene.rng.choice(_LANDS), MAYBE)]])
    box(x + w * 0.5, w * 0.5, 58, "5. Principal address of party represented", lines_of(client))
    y += 58
    contact = scene.people.person()
    reach: list[Span] = [(contact.phone, "PHONE")]
    who_is: list[Span] = [(contact.title, MAYBE), (contact.name + ",", "PERSON"), (scene.rng.choice(wordlists.JOBS), MAYBE)]
    box(x, w * 0.62, 30, "6. Name and title of official with whom registrant deals", [who_is])
    box(x + w * 0.62, w * 0.38, 30, "7. Telephone number", [reach])
    return y + 30


def _questions(scene: Scene, x: float, y: float, w: float, who: Person, firm: Firm, client: Firm) -> float:
    """Questions in full sentences, the answer indented below."""
    canvas, style = scene.canvas, scene.style
    contact = scene.people.person()
    asked: list[tuple[str, list[list[Span]]]] = [
        ("1. State the full name under which the registrant does business.", [[(firm.name, MAYBE)]]),
        ("2. State the address of the registrant's head office.", [[(line, "ADDRESS")] for line in firm.address.lines]),
        (
            "3. For whom does the registrant act, and from which country?",
            [[(client.name + ",", MAYBE), (scene.rng.choice(_LANDS), MAYBE)]],
        ),
        ("4. State the address of that party.", [address_spans(client.address)]),
        (
            "5. Give name and telephone number of the person who answers for that party.",
            [[(contact.formal, "PERSON"), ("at", None), (contact.phone, "PHONE")]],
        ),
    ]
    body = style.body.at(9)
    for question, answer in asked:
        y = canvas.paragraph(x, y, w, [(question, None)], body, leading=1.25) + 2
        for line in answer:
            canvas.spans(x + 26, y, line, fields.fitted(canvas, line, style.fill, w - 30))
            y += style.fill.size * 1.3
        y += 4
    return y - 8


def _particulars(scene: Scene, x: float, y: float, w: float, who: Person) -> float:
    """Tick boxes and what an individual has to add."""
    canvas, style = scene.canvas, scene.style
    body = style.body.at(9)
    end = canvas.text(x, y, "8. Status of registrant (check one):", body) + 10
    chosen = scene.rng.randrange(3)
    for i, word in enumerate(("Individual", "Partnership", "Corporation")):
        end = fields.tick(canvas, end, y, word, i == chosen, body, style.fill) + 12
    y += 17
    canvas.text(x, y, "9. Each partner, officer or individual:", body)
    people = [who, *(scene.people.person() for _ in range(scene.rng.randint(1, 3)))]
    rows: list[list[list[Span]]] = []
    for each in people:
        rows.append(
            [
                [(each.formal, "PERSON")],
                address_spans(each.address),
                [(scene.written(each.born, 0), "DOB")],
                [(scene.rng.choice((*_LANDS, "domestic")), MAYBE)],
            ]
        )
    columns = [
        fields.Column(title="Name", width=w * 0.26),
        fields.Column(title="Residence address", width=w * 0.42),
        fields.Column(title="Date of birth", width=w * 0.15),
        fields.Column(title="Citizenship", width=w * 0.17),
    ]
    answer = Type(font=style.fill.font, size=min(style.fill.size, 9), colour=style.fill.colour, wobble=style.fill.wobble)
    return fields.table(canvas, x, y + 5, columns, rows, style.small, answer, row=17) + 10


def _activities(scene: Scene, x: float, y: float, w: float, firm: Firm, client: Firm) -> float:
    canvas, style, rng = scene.canvas, scene.style, scene.rng
    canvas.text(x, y, "10. Describe fully the activities of the registrant during the period.", style.body.at(9))
    verb, goods, rest = rng.choice(_BUSINESS)
    agent, guest = scene.people.person(), scene.people.person()
    told: list[Span] = [
        ("The registrant", None),
        (verb, None),
        (goods, None),
        (rest + ".", None),
        ("On", None),
        (scene.day(1), MAYBE),
        (agent.name, "PERSON"),
        ("met", None),
        *guest.titled(),
        ("of", None),
        (client.name, MAYBE),
        ("to discuss the terms. Expenses were paid by", None),
        (firm.name.rstrip(".") + ".", MAYBE),
    ]
    if scene.sure(0.6):
        other = scene.people.person()
        told += [
            ("Letters were sent to", None),
            (other.formal + ",", "PERSON"),
            *address_spans(other.address),
            ("and answered by telephone from", None),
            (other.phone + ".", "PHONE"),
        ]
    return canvas.paragraph(x + 16, y + 15, w - 20, told, style.fill, leading=1.35)


def _payments(scene: Scene, x: float, y: float, w: float) -> float:
    """Who was paid, one a line, with the amount at the end of a dotted line."""
    canvas, style = scene.canvas, scene.style
    canvas.text(x, y, "11. List all payments made in connection with the above activities.", style.body.at(9))
    y += 16
    for _ in range(scene.rng.randint(2, 4)):
        payee: list[Span] = [(scene.people.person().formal, "PERSON")]
        if scene.sure(0.35):
            payee = [(scene.people.firm().name, MAYBE)]
        end = canvas.spans(x + 16, y, [(scene.day(0), MAYBE), *payee], style.fill) + 6
        amount = scene.people.amount(40, 9000)
        canvas.dotted(end, x + w - 80, y)
        canvas.right(x + w - 6, y, [(amount, None)], style.fill)
        y += style.fill.size * 1.5
    return y
