"""Draws a list of people: a board, a committee, an attendance sheet, a directory; US and UK only."""

from __future__ import annotations

from docpriv.evaluation.truth import MAYBE, Span
from docpriv_lab.pages import fields, marks, wordlists
from docpriv_lab.pages.canvas import Type
from docpriv_lab.pages.kinds.scene import Scene, footer, letterhead
from docpriv_lab.pages.people import Person

SIZE = (612.0, 792.0)
LOCALES = ("US", "US", "UK")

_TITLES = (
    "BOARD OF DIRECTORS",
    "Members of the Advisory Committee",
    "LIST OF ATTENDEES",
    "Staff Directory",
    "Speakers and Panelists",
    "Delegates by Region",
)
_NOTES = (
    "Changes should be reported to the secretary before the next printing.",
    "Names marked on the master copy have confirmed that they will attend.",
    "This list is for internal use. Terms end with the annual meeting.",
)
_OFFICES = ("Chair", "Vice Chair", "Treasurer", "Secretary", "Member", "Member", "Director", "Director", "Counsel", "Alternate")

_HEADINGS: dict[str, tuple[str, ...]] = {
    "name": ("Name", "NAME", "Member", "Delegate"),
    "last": ("Last Name", "Surname"),
    "first": ("First Name", "Given name"),
    "office": ("Title", "Position", "Office"),
    "firm": ("Company", "Affiliation", "Organization"),
    "city": ("City", "Location"),
    "state": ("State", "Region"),
    "phone": ("Telephone", "Phone", "Tel. No."),
    "email": ("E-mail", "Email address"),
    "address": ("Address", "Mailing address"),
    "number": ("Member No.", "Badge"),
    "shares": ("Shares", "Votes"),
}
_SETS: tuple[tuple[tuple[str, float], ...], ...] = (
    (("name", 0.24), ("office", 0.2), ("firm", 0.28), ("city", 0.16), ("state", 0.12)),
    (("name", 0.26), ("firm", 0.28), ("phone", 0.2), ("email", 0.26)),
    (("last", 0.17), ("first", 0.15), ("office", 0.18), ("firm", 0.28), ("phone", 0.22)),
    (("name", 0.24), ("address", 0.48), ("phone", 0.28)),
    (("number", 0.15), ("name", 0.25), ("address", 0.46), ("shares", 0.14)),
    (("office", 0.2), ("name", 0.28), ("city", 0.2), ("email", 0.32)),
)


def draw(scene: Scene) -> None:
    """Draw the list on the scene's sheet."""
    canvas, style, rng = scene.canvas, scene.style, scene.rng
    if scene.sure(0.2):
        marks.punch_holes(canvas)
    left, width = 42.0, canvas.width - 84
    y = letterhead(scene, scene.people.firm(), left, 34, width) if scene.sure(0.5) else 44.0
    chosen = rng.choice(_SETS)
    title = "Register of Shareholders" if chosen[-1][0] == "shares" else rng.choice(_TITLES)
    canvas.centre(left + width / 2, y + 16, [(title, None)], style.bold.at(14))
    canvas.centre(left + width / 2, y + 31, [("as of", None), (scene.day(1), MAYBE)], style.body)
    columns = [
        fields.Column(title=rng.choice(_HEADINGS[key]), width=width * share, right=key == "shares") for key, share in chosen
    ]
    people = [scene.people.person() for _ in range(rng.randint(8, 24))]
    if scene.sure(0.5):
        people.sort(key=lambda person: person.family)
    order = rng.randrange(4)
    upper = scene.sure(0.25)
    rows = [[_cell(scene, key, person, order, upper) for key, _ in chosen] for person in people]
    # a list that was copied until nobody could read it would not have been kept
    size = rng.uniform(7.4, 8.8) if scene.difficulty != "hard" else rng.uniform(8.6, 9.4)
    rules = rng.choice(("grid", "rows", "none", "none"))
    top = y + 44
    row = min(rng.uniform(15, 24), (canvas.height - 96 - top) / (len(people) + 1))
    body = Type(font=style.body.font if scene.sure(0.7) else style.fill.font, size=size)
    band = (224, 224, 224) if rules != "none" and scene.sure(0.4) else None
    y = fields.table(canvas, left, top, columns, rows, style.bold.at(size), body, row=row, rules=rules, band=band)
    if y < canvas.height - 78:
        canvas.paragraph(left, y + 20, width, [(rng.choice(_NOTES), None)], style.body.at(9), leading=1.3)
    footer(scene, [(f"{rng.randint(2, 9)}-{rng.randint(100, 999)}", MAYBE)], f"{rng.randint(1, 9)}")


def _cell(scene: Scene, key: str, person: Person, order: int, upper: bool) -> list[Span]:
    """What stands in one column about one person; `order` is how this list writes names."""
    rng = scene.rng
    if key == "name":
        last_first = f"{person.family}, {person.given} {person.middle[0]}."
        ways: list[list[Span]] = [
            [(person.formal, "PERSON")],
            [(last_first, "PERSON")],
            [(person.name, "PERSON")],
            person.titled(),
        ]
        named = ways[order]
        return [(text.upper(), label) for text, label in named] if upper else named
    if key == "firm":
        return [(scene.people.firm().name, MAYBE)]
    if key in ("city", "state"):
        # a bare place, as the policy leaves it
        where = person.address.lines[-1] if person.locale == "US" else person.address.lines[-2]
        town, _, rest = where.partition(",")
        region = rest.split()[0] if rest else rng.choice(("North", "South", "Wales", "East"))
        return [(town if key == "city" else region, MAYBE)]
    if key == "office":
        return [(rng.choice(_OFFICES if scene.sure(0.6) else wordlists.JOBS), MAYBE)]
    plain: dict[str, Span] = {
        "last": (person.family.upper() if upper else person.family, "PERSON"),
        "first": (person.given.upper() if upper else person.given, "PERSON"),
        "phone": (person.phone, "PHONE"),
        "email": (person.email, "EMAIL"),
        "address": (", ".join(person.address.lines), "ADDRESS"),
        "number": (person.account[:6], "ID"),
        "shares": (f"{rng.randint(1, 900) * 10:,}", None),
    }
    return [plain[key]]
