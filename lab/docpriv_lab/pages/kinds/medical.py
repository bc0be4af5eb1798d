"""Draws a patient intake sheet with insurance, history, medicines and a doctor's note; US and UK only."""

from __future__ import annotations

from docpriv.evaluation.truth import MAYBE, Span
from docpriv_lab.pages import fields, marks, wordlists
from docpriv_lab.pages.kinds.scene import Scene, address_spans, footer, letterhead, signed
from docpriv_lab.pages.people import Person

SIZE = (612.0, 792.0)
LOCALES = ("US", "UK")

_COMPLAINTS = (
    "intermittent chest tightness on exertion for two weeks, no radiation, relieved by rest",
    "persistent lower back pain after lifting at work, worse in the morning",
    "recurrent headaches with light sensitivity, about three times a month",
    "dry cough and mild fever since the weekend, no shortness of breath at rest",
)


_CONSENT = (
    "I agree to the examination and treatment described to me and to the release of the information "
    "that is needed to "
    "settle the account with the insurer named above. I may withdraw this agreement in writing at any "
    "time. Charges that "
    "the insurer does not pay are my own. I have received the notice of privacy practices and had time "
    "to ask questions."
)


def draw(scene: Scene) -> None:
    """Draw the intake sheet on the scene's sheet."""
    canvas, style = scene.canvas, scene.style
    left, width = 44.0, canvas.width - 88
    if scene.sure(0.2):
        marks.punch_holes(canvas)
    clinic = scene.people.firm("clinic")
    patient, doctor = scene.people.person(), scene.people.person()
    y = letterhead(scene, clinic, left, 30, width)
    canvas.centre(left + width / 2, y + 13, [("PATIENT INTAKE FORM", None)], style.bold.at(14))
    canvas.right(left + width, y + 13, [("Date:", None), (scene.day(0), MAYBE)], style.body)
    dark = scene.sure(0.5)
    y = fields.section(canvas, left, y + 22, width, "PATIENT", style.bold, dark=dark)
    y = _patient(scene, left, y, width, patient, clinic.name)
    y = fields.section(canvas, left, y + 8, width, "INSURANCE", style.bold, dark=dark) + 18
    y = _insurance(scene, left, y, width, patient)
    y = fields.section(canvas, left, y, width, "MEDICAL HISTORY", style.bold, dark=dark) + 16
    y = _history(scene, left, y, width)
    y = fields.section(canvas, left, y, width, "NOTES", style.bold, dark=dark) + 16
    y = canvas.paragraph(left, y, width, _note(scene, patient, doctor), style.body, leading=1.35) + 4
    y = fields.section(canvas, left, y, width, "CONSENT", style.bold, dark=dark) + 16
    y = canvas.paragraph(left, y, width, [(_CONSENT, None)], style.body.at(style.body.size * 0.86), leading=1.3) + 8
    if scene.sure(0.7):
        y = _guardian(scene, left, y + 8, width)
    y += 42
    half = width * 0.46
    fields.under(canvas, left, y, half, "Patient or guardian", [], style.small, style.fill)
    signed(scene, left, y - 1, half, patient)
    right = left + width - half
    fields.under(canvas, right, y, half, "Attending physician", [], style.small, style.fill)
    signed(scene, right, y - 1, half, doctor)
    canvas.spans(right + half * 0.45, y + 4 + style.small.size, [(doctor.name, "PERSON"), ("M.D.", MAYBE)], style.small)
    footer(scene, [("Confidential patient record. Do not copy without authority.", None)], "1 of 1")


def _patient(scene: Scene, x: float, y: float, w: float, who: Person, clinic: str) -> float:
    canvas, style = scene.canvas, scene.style
    record = f"{scene.rng.randint(100000, 9999999)}"
    age = 2024 - who.born.year
    h = 29.0
    number = "SSN" if scene.locale == "US" else "NHS number"
    value = who.national if scene.locale == "US" else _nhs(scene)
    rows: list[list[tuple[float, str, list[Span]]]] = [
        [
            (0.5, "Patient name (last, first)", [(f"{who.family}, {who.given}", "PERSON")]),
            (0.2, "MRN", [(record, "ID")]),
            (0.3, number, [(value, "ID")]),
        ],
        [
            (0.3, "Date of birth", [(scene.written(who.born, 0), "DOB")]),
            (0.12, "Age", [(str(age), "DOB")]),
            (0.12, "Sex", [("F" if who.female else "M", MAYBE)]),
            (0.46, "E-mail", [(who.email, "EMAIL")]),
        ],
        [(0.64, "Home address", address_spans(who.address)), (0.36, "Telephone", [(who.phone, "PHONE")])],
    ]
    for row in rows:
        at = x
        for share, caption, spans in row:
            fields.boxed(canvas, at, y, w * share, h, caption, spans, style.small, style.fill)
            at += w * share
        y += h
    return y


def _guardian(scene: Scene, x: float, y: float, w: float) -> float:
    """Who may be told: two names with their numbers."""
    canvas, style = scene.canvas, scene.style
    canvas.text(x, y, "Persons who may be told about my care:", style.body)
    half = w / 2 - 8
    for _ in range(2):
        y += 22
        other = scene.people.person()
        fields.ruled(canvas, x, y, half, "Name:", [(other.name, "PERSON")], style.body, style.fill)
        fields.ruled(canvas, x + half + 16, y, half, "Phone:", [(other.phone, "PHONE")], style.body, style.fill)
    return y + 6


def _nhs(scene: Scene) -> str:
    """An NHS number of the range 999..., which is kept for tests, with its mod 11 check digit."""
    while True:
        body = "999" + scene.people.digits(6)
        check = 11 - sum(int(d) * (10 - i) for i, d in enumerate(body)) % 11
        if check != 10:
            text = body + str(check % 11)
            return f"{text[:3]} {text[3:6]} {text[6:]}"


def _insurance(scene: Scene, x: float, y: float, w: float, who: Person) -> float:
    canvas, style = scene.canvas, scene.style
    half = w / 2 - 8
    company = scene.people.firm("trade").name.split()[0] + " Health Plan"
    fields.ruled(canvas, x, y, half, "Company:", [(company, MAYBE)], style.body, style.fill)
    fields.ruled(canvas, x + half + 16, y, half, "Member ID:", [(who.member, "ID")], style.body, style.fill)
    y += 21
    holder = who if scene.sure(0.6) else scene.people.person()
    fields.ruled(canvas, x, y, half, "Policy holder:", [(holder.name, "PERSON")], style.body, style.fill)
    group = f"{scene.rng.randint(1000, 99999)}"
    fields.ruled(canvas, x + half + 16, y, half, "Group no.:", [(group, MAYBE)], style.body, style.fill)
    return y + 12


def _history(scene: Scene, x: float, y: float, w: float) -> float:
    canvas, style, rng = scene.canvas, scene.style, scene.rng
    names = rng.sample(wordlists.CONDITIONS, 8)
    for i, name in enumerate(names):
        fields.tick(canvas, x + (i % 4) * w / 4, y + (i // 4) * 17, name, rng.random() < 0.25, style.body, style.fill)
    y += 28
    rows: list[list[list[Span]]] = [
        [
            [(medicine, None)],
            [(rng.choice(("once daily", "twice daily", "as needed")), None)],
            [(scene.people.person().name, "PERSON")],
        ]
        for medicine in rng.sample(wordlists.MEDICINES, 3)
    ]
    columns = (
        fields.Column(title="Medication", width=w * 0.4),
        fields.Column(title="Frequency", width=w * 0.25),
        fields.Column(title="Prescribed by", width=w * 0.35),
    )
    return fields.table(canvas, x, y, columns, rows, style.bold, style.fill, row=19, band=(228, 230, 232)) + 10


def _note(scene: Scene, who: Person, doctor: Person) -> list[Span]:
    rng = scene.rng
    age = 2024 - who.born.year
    return [
        (who.title, MAYBE),
        (who.family, "PERSON"),
        ("is a", None),
        (f"{age}-year-old", "DOB"),
        ("woman" if who.female else "man", None),
        ("who presents with", None),
        (rng.choice(_COMPLAINTS) + ".", None),
        ("Blood pressure 128/82, pulse 74, lungs clear. Seen with", None),
        (doctor.title if doctor.title.startswith("Dr") else "Dr.", MAYBE),
        (doctor.family + ".", "PERSON"),
        ("Follow-up in two weeks;", None),
        (who.given, "PERSON"),
        ("may be called at", None),
        (who.mobile, "PHONE"),
        ("with the results.", None),
    ]
