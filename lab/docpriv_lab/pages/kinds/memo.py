"""Draws a memorandum or fax cover sheet with its distribution list and a typed message; US and UK only."""

from __future__ import annotations

from docpriv.evaluation.truth import MAYBE, Span
from docpriv_lab.pages import fields, marks, wordlists
from docpriv_lab.pages.kinds.scene import Scene, footer, letterhead, signed
from docpriv_lab.pages.people import Person

SIZE = (612.0, 792.0)
LOCALES = ("US", "UK")

_HEADS = ("MEMORANDUM", "INTER-OFFICE CORRESPONDENCE", "Internal Note", "FILE NOTE")
_FAX_HEADS = ("FAX COVER SHEET", "Facsimile Transmittal", "TELECOPY")
_SUBJECTS = (
    "Move of the records room",
    "Second quarter sampling plan",
    "Comments on the draft agreement",
    "Open claims, status of review",
    "Training dates for new staff",
    "Pricing of the replacement parts",
)
_PLAIN = (
    "The figures in the attached table replace those sent last week. Two columns were exchanged by mistake, and the "
    "totals at the foot were therefore too low.",
    "Nothing in this proposal changes the schedule that was agreed in the spring. The work can begin as soon as the "
    "budget is released, and it should be finished before the inventory.",
    "Please read the draft with care and mark any passage that is unclear. Remarks that arrive after the end of the "
    "week cannot be taken into account.",
    "The laboratory asks for larger samples. Smaller ones dry out on the way and give results that differ by more "
    "than the method allows.",
)
_NOTICE = (
    "This message is meant for the addressee alone and may be privileged. If it has reached you in error, please "
    "tell the sender by telephone and destroy all copies."
)


def draw(scene: Scene) -> None:
    """Draw the memorandum on the scene's sheet."""
    canvas, style, rng = scene.canvas, scene.style, scene.rng
    left, width = 64.0, canvas.width - 128
    fax = scene.sure(0.45)
    firm = scene.people.firm()
    y = letterhead(scene, firm, left, 40, width) if fax or scene.sure(0.5) else 56.0
    sender, to = scene.people.person(), scene.people.person()
    canvas.text(left, y + 22, rng.choice(_FAX_HEADS if fax else _HEADS), style.bold.at(style.body.size * 1.6))
    y += 46
    y = _fax(scene, left, y, width, to, sender) if fax else _heading(scene, left, y, width, to, sender)
    y = _message(scene, left, y + 20, width, to, sender)
    if y < canvas.height - 190 and scene.sure(0.75):
        y = _distribution(scene, left, y + 12, width)
    if fax:
        canvas.paragraph(left, min(y + 20, canvas.height - 76), width, [(_NOTICE, None)], style.small, leading=1.3)
    elif scene.sure(0.4):
        number = f"{rng.choice('abcdefgh')}:{rng.choice('klmnp')}{rng.randint(10, 99)}"
        footer(scene, [(number, None)], "1")
    if scene.sure(0.3):
        marks.received(canvas, left + width - rng.uniform(80, 110), rng.uniform(96, 112), scene.day(1).upper())


def short(scene: Scene, person: Person) -> list[Span]:
    """A colleague as lists of copies write one: initials and surname, surname first, or title and surname."""
    initials = f"{person.given[0]}. {person.middle[0]}."
    choice = scene.rng.randrange(4)
    if choice == 0:
        return [(f"{initials} {person.family}", "PERSON")]
    if choice == 1:
        return [(f"{person.family}, {initials}", "PERSON")]
    return [(person.name, "PERSON")] if choice == 2 else [(person.title, MAYBE), (person.family, "PERSON")]


def _heading(scene: Scene, x: float, y: float, w: float, to: Person, sender: Person) -> float:
    """TO, FROM, DATE, SUBJECT one below the other, the values in a column."""
    canvas, style, rng = scene.canvas, scene.style, scene.rng
    several = [to, *(scene.people.person() for _ in range(rng.randint(0, 3)))]
    listed: list[Span] = []
    for i, each in enumerate(several):
        spans = [*short(scene, each)]
        if i + 1 < len(several):
            spans[-1] = (spans[-1][0] + ";", spans[-1][1])
        listed += spans
    copies: list[Span] = [*short(scene, scene.people.person())]
    rows: list[tuple[str, list[Span]]] = [
        ("TO:", listed),
        ("FROM:", [*short(scene, sender), (rng.choice(("(ext. 4417)", "", "")), MAYBE)]),
        ("CC:", copies),
        ("DATE:", [(scene.day(1), MAYBE)]),
        ("SUBJECT:", [(rng.choice(_SUBJECTS), None)]),
    ]
    if scene.sure(0.5):
        rows = [rows[3], *rows[:3], rows[4]]
    colon = scene.sure(0.7)
    bold = style.bold if scene.sure(0.6) else style.body
    for caption, value in rows:
        canvas.text(x, y, caption if colon else caption[:-1], bold)
        y = canvas.paragraph(x + 78, y, w - 78, value, style.body, leading=1.4) + 6
    canvas.line(x, y - 2, x + w, y - 2, 1.0)
    return y


def _fax(scene: Scene, x: float, y: float, w: float, to: Person, sender: Person) -> float:
    canvas, style, rng = scene.canvas, scene.style, scene.rng
    half = w / 2 - 10
    left: list[tuple[str, list[Span]]] = [
        ("To:", [(to.name, "PERSON")]),
        ("Company:", [(scene.people.firm().name, MAYBE)]),
        ("Fax:", [(to.phone, "PHONE")]),
        ("Date:", [(scene.day(0), MAYBE)]),
    ]
    right: list[tuple[str, list[Span]]] = [
        ("From:", [(sender.name, "PERSON")]),
        ("Phone:", [(sender.phone, "PHONE")]),
        ("Pages:", [(f"{rng.randint(1, 14)} incl. cover", None)]),
        ("Re:", [(rng.choice(_SUBJECTS), None)]),
    ]
    for (a, value_a), (b, value_b) in zip(left, right, strict=True):
        fields.ruled(canvas, x, y, half, a, value_a, style.bold, style.fill)
        fields.ruled(canvas, x + half + 20, y, half, b, value_b, style.bold, style.fill)
        y += 24
    end = x
    for word in ("Urgent", "For review", "Please reply"):
        end = fields.tick(canvas, end, y + 4, word, scene.sure(0.3), style.body, style.fill) + 22
    canvas.line(x, y + 14, x + w, y + 14, 1.0)
    return y + 14


def _message(scene: Scene, x: float, y: float, w: float, to: Person, sender: Person) -> float:
    canvas, style, rng = scene.canvas, scene.style, scene.rng
    other, third = scene.people.person(), scene.people.person()
    maker: Span = (scene.people.firm().name.rstrip(".") + ".", MAYBE)
    told: list[list[Span]] = [
        [
            (other.name, "PERSON"),
            ("called this morning about the samples from", None),
            maker,
            ("I promised an answer by", None),
            (scene.day(1) + ".", MAYBE),
            ("The number is", None),
            (other.phone, "PHONE"),
            ("and the address for parcels", None),
            (", ".join(other.address.lines) + ".", "ADDRESS"),
        ],
        [
            ("Attached are the notes that", None),
            *short(scene, third),
            ("made after the visit of", None),
            *other.titled(),
            ("to our plant. Questions go to", None),
            (f"{third.given}", "PERSON"),
            ("at", None),
            (third.email + ".", "EMAIL"),
        ],
        [
            ("As", None),
            (to.given, "PERSON"),
            ("and", None),
            (third.family, "PERSON"),
            ("agreed, the travel account", None),
            (sender.account, "ID"),
            ("will be charged for", None),
            (third.name + "'s", "PERSON"),
            ("stay.", None),
        ],
    ]
    paragraphs: list[list[Span]] = [[(text, None)] for text in rng.sample(_PLAIN, 2)]
    paragraphs += rng.sample(told, 2)
    rng.shuffle(paragraphs)
    for spans in paragraphs:
        y = canvas.paragraph(x, y, w, spans, style.body.at(10), leading=1.38) + 9
    if scene.sure(0.5):
        signed(scene, x + w * 0.5, y + 26, 150, sender)
        canvas.spans(x + w * 0.5, y + 42, [(sender.name, "PERSON")], style.body)
        canvas.text(x + w * 0.5, y + 54, rng.choice(wordlists.JOBS), style.body, MAYBE)
        y += 66
    return y


def _distribution(scene: Scene, x: float, y: float, w: float) -> float:
    """Who gets a copy, in one to three columns."""
    canvas, style, rng = scene.canvas, scene.style, scene.rng
    caption = rng.choice(("Distribution:", "cc:", "Copies to:", "DISTRIBUTION LIST"))
    canvas.text(x, y, caption, style.bold)
    columns, rows = rng.randint(1, 3), rng.randint(2, 5)
    upper = scene.sure(0.3)
    indent = 62 if columns == 1 and caption == "cc:" else 0
    top = y if indent else y + 15
    for column in range(columns):
        for row in range(rows):
            spans = short(scene, scene.people.person())
            if upper:
                spans = [(text.upper(), label) for text, label in spans]
            canvas.spans(x + indent + column * w / columns, top + row * 13, spans, style.body)
    return top + rows * 13
