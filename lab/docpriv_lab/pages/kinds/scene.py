"""What a document kind is drawn with, and blocks that several kinds share; it chooses no kind itself."""

from __future__ import annotations

import datetime
import random
from dataclasses import dataclass

from docpriv.evaluation.truth import MAYBE, Span
from docpriv_lab.pages import marks
from docpriv_lab.pages.canvas import Canvas, Type
from docpriv_lab.pages.people import Address, Firm, People, Person, date_text
from docpriv_lab.pages.style import Style


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A blank sheet, the source of people, the styles, and the difficulty ("easy", "medium", "hard")."""

    canvas: Canvas
    people: People
    style: Style
    rng: random.Random
    difficulty: str

    @property
    def locale(self) -> str:
        """Country of the document: "US", "UK", "DE" or "FR"."""
        return self.people.locale

    def day(self, style: int | None = None) -> str:
        """A recent date as text."""
        return self.written(self.people.date(2016, 2024), style)

    def written(self, day: datetime.date, style: int | None = None) -> str:
        """`day` as text; style None chooses digits or words."""
        return date_text(day, self.locale, self.rng.randrange(2) if style is None else style)

    def sure(self, share: float) -> bool:
        """True with that probability."""
        return self.rng.random() < share


def address_spans(address: Address) -> list[Span]:
    """An address in one line, its lines separated by commas."""
    return [(", ".join(address.lines), "ADDRESS")]


def address_block(
    canvas: Canvas,
    x: float,
    y: float,
    who: list[Span],
    address: Address,
    kind: Type,
    *,
    leading: float = 1.28,
) -> float:
    """A name and an address one below the other; the baseline after the last line."""
    canvas.spans(x, y, who, kind)
    for line in address.lines:
        y += kind.size * leading
        canvas.text(x, y, line, kind, "ADDRESS")
    return y + kind.size * leading


def letterhead(scene: Scene, firm: Firm, x: float, y: float, width: float) -> float:
    """The head of an organisation's paper in one of three arrangements; the y below it."""
    canvas, style, rng = scene.canvas, scene.style, scene.rng
    head = style.head.tinted(style.accent)
    contact: list[Span] = [*address_spans(firm.address)]
    word = {"US": "Tel.", "UK": "Tel", "DE": "Telefon", "FR": "Tél."}[scene.locale]
    reach: list[Span] = [(word, None), (firm.phone, "PHONE"), (firm.email, "EMAIL"), (firm.site, MAYBE)]
    choice = rng.randrange(3)
    if choice == 0:
        marks.logo(canvas, x, y, 34, style.accent)
        canvas.text(x + 44, y + 17, firm.name, head, MAYBE)
        canvas.spans(x + 44, y + 30, contact, style.small)
        canvas.spans(x + 44, y + 30 + style.small.size * 1.35, reach, style.small)
    elif choice == 1:
        canvas.centre(x + width / 2, y + 16, [(firm.name, MAYBE)], head)
        canvas.centre(x + width / 2, y + 29, contact, style.small)
        canvas.centre(x + width / 2, y + 29 + style.small.size * 1.35, reach, style.small)
    else:
        canvas.text(x, y + 17, firm.name, head, MAYBE)
        marks.logo(canvas, x + width - 34, y, 34, style.accent)
        canvas.spans(x, y + 30, contact, style.small)
        canvas.spans(x, y + 30 + style.small.size * 1.35, reach, style.small)
    if scene.sure(0.7):
        canvas.line(x, y + 46, x + width, y + 46, 1.2, style.accent)
    return y + 54


def signed(scene: Scene, x: float, y: float, width: float, person: Person) -> None:
    """A signature just above the rule at y, so that little of it runs into the caption below."""
    colour = scene.rng.choice(marks.PEN_COLOURS)
    size = min(width * 0.75, 135.0)
    marks.signature(scene.canvas, x + 8, y - 4, size, size * scene.rng.uniform(0.22, 0.32), colour)


def office_marks(scene: Scene) -> None:
    """What a post room and an archive leave on a page: a fax line at the top, a number up the right edge."""
    canvas, rng = scene.canvas, scene.rng
    if canvas.width < 400:
        return
    if scene.sure(0.14):
        line: list[Span] = [
            (scene.day(0), MAYBE),
            (f"{rng.randint(7, 19):02}:{rng.randint(0, 59):02}", None),
            ("FAX", None),
            (scene.people.phone(), "PHONE"),
            (scene.people.firm().name.upper(), MAYBE),
            ("PAGE", None),
            ("01", None),
        ]
        canvas.spans(60, 18, line, Type(font="mono-a", size=7.5))
    if scene.sure(0.22):
        number = f"{rng.randint(100000000, 999999999)}"
        kind = Type(font=rng.choice(("sans-a-bold", "serif-a-bold")), size=13.0)
        if scene.sure(0.5):
            canvas.text(canvas.width - 14, canvas.height * 0.7, number, kind, MAYBE, angle=90)
        else:
            canvas.right(canvas.width - 40, canvas.height - 14, [(number, MAYBE)], kind)


def footer(scene: Scene, text: list[Span], page: str | None = None) -> None:
    """A line of small print at the foot of the sheet."""
    canvas, small = scene.canvas, scene.style.small
    canvas.spans(54, canvas.height - 30, text, small)
    if page is not None:
        canvas.right(canvas.width - 54, canvas.height - 30, [(page, None)], small)
