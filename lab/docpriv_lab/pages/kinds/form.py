"""Draws an office's application form, in boxes or on lines, typed or by hand; US and UK only."""

from __future__ import annotations

from docpriv.evaluation.truth import MAYBE, Span
from docpriv_lab.pages import fields, marks
from docpriv_lab.pages.canvas import Type
from docpriv_lab.pages.kinds.scene import Scene, address_spans, footer, letterhead, signed
from docpriv_lab.pages.people import Person

SIZE = (612.0, 792.0)
LOCALES = ("US", "UK")

_TITLES = (
    "Application for Housing Assistance",
    "Employee Information Form",
    "Request for Change of Beneficiary",
    "Membership Application",
    "Vehicle Permit Request",
    "Student Enrollment Form",
)
_NOTES = (
    "Please print clearly in ink. Answer every question; write none where a question does not apply. An "
    "incomplete form "
    "will be returned and may delay the decision.",
    "Complete all sections and return the signed form with copies of supporting documents. The "
    "information is used only "
    "to decide on this request and is kept for the period that the law requires.",
)
_DECLARATION = (
    "I declare that the statements made on this form are true and complete to the best of my knowledge. "
    "I understand that "
    "a false statement may lead to refusal or to the recovery of amounts already paid."
)
_REASONS = (
    ["My rent has gone up and", "hours at work were cut in March."],
    ["New position starts next month.", "Please update your records."],
    ["Moved to a larger flat after", "the birth of our second child."],
)


def draw(scene: Scene) -> None:
    """Draw the form on the scene's sheet."""
    canvas, style, rng = scene.canvas, scene.style, scene.rng
    if scene.sure(0.25):
        marks.punch_holes(canvas)
    left, width = 46.0, canvas.width - 92
    y = letterhead(scene, scene.people.firm("office"), left, 34, width)
    canvas.centre(left + width / 2, y + 14, [(rng.choice(_TITLES), None)], style.bold.at(style.body.size * 1.4))
    y = canvas.paragraph(left, y + 32, width, [(rng.choice(_NOTES), None)], style.small, leading=1.25) + 3
    who, kin = scene.people.person(), scene.people.person()
    boxes = scene.sure(0.55)
    dark = scene.sure(0.5)
    y = fields.section(canvas, left, y, width, "1. Applicant", style.bold, dark=dark)
    y = _boxes(scene, left, y, width, who) if boxes else _lines(scene, left, y + 20, width, who)
    y = fields.section(canvas, left, y + 10, width, "2. Household and status", style.bold, dark=dark) + 17
    y = _status(scene, left, y, width)
    y = fields.section(canvas, left, y, width, "3. Contact in an emergency", style.bold, dark=dark) + 20
    y = _kin(scene, left, y, width, kin)
    y = fields.section(canvas, left, y, width, "4. Reason for this request", style.bold, dark=dark) + 20
    written = rng.choice(_REASONS)
    for text in (*written, *[""] * rng.randint(1, 3)):
        canvas.line(left, y + 2.5, left + width, y + 2.5, 0.4)
        canvas.text(left + 8, y, text, style.fill)
        y += 22
    y = canvas.paragraph(left, y, width, [(_DECLARATION, None)], style.body.at(style.body.size * 0.9), leading=1.25)
    _execution(scene, left, y + 34, width, who)
    number = f"{rng.choice('ABHK')}{rng.choice('CDTX')}-{rng.randint(100, 999)}"
    footer(
        scene,
        [("Form", None), (number, None), (f"(Rev. {rng.randint(1, 12)}/20{rng.randint(10, 23)})", MAYBE)],
        "Page 1 of 1",
    )


def _caption(scene: Scene, us: str, uk: str) -> str:
    return us if scene.locale == "US" else uk


def _boxes(scene: Scene, x: float, y: float, w: float, who: Person) -> float:
    canvas, style = scene.canvas, scene.style
    h = 30.0

    def row(*cells: tuple[float, str, list[Span]]) -> None:
        nonlocal y
        at = x
        for share, caption, value in cells:
            fields.boxed(canvas, at, y, w * share, h, caption, value, style.small, style.fill)
            at += w * share
        y += h

    street, *rest = who.address.lines
    sex: list[Span] = [("F" if who.female else "M", MAYBE)]
    row(
        (0.4, "Last name", [(who.family, "PERSON")]),
        (0.38, "First name", [(who.given, "PERSON")]),
        (0.22, "Middle initial", [(who.middle[0], "PERSON")]),
    )
    row(
        (0.34, "Date of birth", [(scene.written(who.born, 0), "DOB")]),
        (0.16, "Sex", sex),
        (0.5, _caption(scene, "Social Security Number", "National Insurance number"), [(who.national, "ID")]),
    )
    row(
        (0.5, "Street address", [(street, "ADDRESS")]),
        (0.5, _caption(scene, "City, state, ZIP", "Town, postcode"), [(", ".join(rest), "ADDRESS")]),
    )
    row(
        (0.3, "Telephone (home)", [(who.phone, "PHONE")]),
        (0.3, _caption(scene, "Cell phone", "Mobile"), [(who.mobile, "PHONE")]),
        (0.4, "E-mail address", [(who.email, "EMAIL")]),
    )
    return y


def _lines(scene: Scene, x: float, y: float, w: float, who: Person) -> float:
    canvas, style, rng = scene.canvas, scene.style, scene.rng
    step = 23.0
    half = w / 2 - 8
    fields.ruled(canvas, x, y, w, "Full name:", [(who.formal, "PERSON")], style.body, style.fill)
    y += step
    fields.ruled(canvas, x, y, w, "Mailing address:", address_spans(who.address), style.body, style.fill)
    y += step
    fields.ruled(canvas, x, y, half, "Telephone:", [(who.phone, "PHONE")], style.body, style.fill)
    fields.ruled(canvas, x + half + 16, y, half, "E-mail:", [(who.email, "EMAIL")], style.body, style.fill)
    y += step + 4
    digit = style.fill.at(style.fill.size * 1.02)
    born = f"{who.born.month:02} {who.born.day:02} {who.born.year}"
    if scene.locale == "UK":
        born = f"{who.born.day:02} {who.born.month:02} {who.born.year}"
    end = canvas.text(x, y, "Date of birth:", style.body) + 6
    fields.comb(canvas, end, y + 3, born, digit, "DOB")
    caption = _caption(scene, "SSN:", "NI no.:")
    end = canvas.text(x + half + 16, y, caption, style.body) + 6
    fields.comb(canvas, end, y + 3, who.national.replace("-", " "), digit, "ID", cell=rng.choice((13.0, 14.5)))
    return y + 8


def _status(scene: Scene, x: float, y: float, w: float) -> float:
    canvas, style, rng = scene.canvas, scene.style, scene.rng
    pen = style.fill
    end = canvas.text(x, y, "Marital status:", style.body) + 12
    chosen = rng.randrange(4)
    for i, word in enumerate(("Single", "Married", "Widowed", "Divorced")):
        end = fields.tick(canvas, end, y, word, i == chosen, style.body, pen) + 14
    y += 18
    end = canvas.text(x, y, "Are you employed?", style.body) + 12
    works = scene.sure(0.6)
    end = fields.tick(canvas, end, y, "Yes", works, style.body, pen) + 14
    end = fields.tick(canvas, end, y, "No", not works, style.body, pen) + 20
    firm: list[Span] = [(scene.people.firm().name, MAYBE)] if works else [("none", None)]
    fields.ruled(canvas, end, y, x + w - end, "Employer:", firm, style.body, pen)
    y += 20
    half = w / 2 - 8
    fields.ruled(canvas, x, y, half, "Persons in household:", [(str(rng.randint(1, 6)), None)], style.body, pen)
    money: list[Span] = [("$" if scene.locale == "US" else "£", None), (scene.people.amount(900, 5200), None)]
    fields.ruled(canvas, x + half + 16, y, half, "Monthly income:", money, style.body, pen)
    return y + 14


def _kin(scene: Scene, x: float, y: float, w: float, kin: Person) -> float:
    canvas, style, rng = scene.canvas, scene.style, scene.rng
    half = w / 2 - 8
    tie = rng.choice(("sister", "husband", "mother", "friend", "daughter"))
    fields.ruled(canvas, x, y, half + 40, "Name:", [(kin.name, "PERSON")], style.body, style.fill)
    fields.ruled(canvas, x + half + 56, y, half - 40, "Relationship:", [(tie, None)], style.body, style.fill)
    y += 22
    fields.ruled(canvas, x, y, half + 70, "Address:", address_spans(kin.address), style.body, style.fill)
    fields.ruled(canvas, x + half + 86, y, half - 70, "Phone:", [(kin.mobile, "PHONE")], style.body, style.fill)
    return y + 14


def _execution(scene: Scene, x: float, y: float, w: float, who: Person) -> None:
    canvas, style, rng = scene.canvas, scene.style, scene.rng
    fields.under(canvas, x, y, w * 0.42, "Signature of applicant", [], style.small, style.fill)
    signed(scene, x, y - 1, w * 0.42, who)
    fields.under(canvas, x + w * 0.46, y, w * 0.32, "Print name", [(who.name, "PERSON")], style.small, style.fill)
    fields.under(canvas, x + w * 0.82, y, w * 0.18, "Date", [(scene.day(0), MAYBE)], style.small, style.fill)
    room = canvas.height - 44 - (y + 18)
    if room > 30:
        canvas.frame(x, y + 24, w, min(room, 44.0), 0.8)
        small = Type(font=style.bold.font, size=style.small.size)
        canvas.text(x + 4, y + 33, "FOR OFFICE USE ONLY", small)
        if room > 44:
            canvas.spans(x + 4, y + 52, [("Case no.", None), (f"{rng.randint(10000, 99999)}", MAYBE)], style.body)
            clerk = scene.people.person()
            canvas.spans(x + 150, y + 52, [("Reviewed by:", None), (clerk.name, "PERSON")], style.body)
        if scene.sure(0.6 if scene.difficulty != "easy" else 0.4):
            marks.received(canvas, x + w - 130, y + 30, scene.day(1).upper())
