"""Draws a sheet onto which an identity card was copied; no real card is imitated.

It has a portrait, fields, a signature and machine-readable lines. The issuing states are invented
("Utopia" is ICAO's specimen state).
"""

from __future__ import annotations

from docpriv.evaluation.truth import MAYBE, Span
from docpriv_lab.pages import marks
from docpriv_lab.pages.canvas import Colour, Type
from docpriv_lab.pages.kinds.scene import Scene
from docpriv_lab.pages.people import Person

SIZE = (612.0, 792.0)
LOCALES = ("US", "UK")

_GROUNDS: tuple[tuple[Colour, Colour], ...] = (
    ((236, 243, 248), (190, 210, 226)),
    ((246, 240, 228), (226, 208, 176)),
    ((236, 245, 236), (192, 220, 196)),
    ((244, 236, 240), (222, 196, 208)),
)
_STATES = ("STATE OF FRANKLIN", "COMMONWEALTH OF ARDEN", "REPUBLIC OF UTOPIA", "STATE OF JEFFERSON")
_SORTS = ("DRIVER LICENSE", "IDENTITY CARD", "RESIDENT CARD")


def draw(scene: Scene) -> None:
    """Draw the copied card on the scene's sheet."""
    canvas, style, rng = scene.canvas, scene.style, scene.rng
    who = scene.people.person()
    # a card is 85.6 x 54 mm (ISO/IEC 7810 ID-1); copies are often enlarged
    zoom = rng.uniform(1.75, 2.0)
    w, h = 242.6 * zoom, 153.0 * zoom
    x, y = (canvas.width - w) / 2, rng.uniform(96, 150)
    canvas.text(54, 58, "Copy of identification, made for the file", style.bold.at(11))
    canvas.spans(
        54,
        74,
        [("Presented on", None), (scene.day(1), MAYBE), ("and compared with the original.", None)],
        style.body,
    )
    _card(scene, x, y, w, h, zoom, who)
    _remarks(scene, 54, y + h + 46, who)


def _card(scene: Scene, x: float, y: float, w: float, h: float, zoom: float, who: Person) -> None:
    canvas, rng = scene.canvas, scene.rng
    ground, wave = rng.choice(_GROUNDS)
    canvas.fill(x, y, w, h, ground)
    marks.guilloche(canvas, x, y, w, h, wave)
    band = rng.choice(((40, 62, 110), (96, 30, 42), (34, 84, 70), (60, 60, 68)))
    canvas.fill(x, y, w, h * 0.145, band)
    canvas.frame(x, y, w, h, 1.2, (90, 90, 96))
    white = Type(font="sans-a-bold", size=9.6 * zoom, colour=(252, 252, 252))
    canvas.text(x + 8 * zoom, y + h * 0.105, rng.choice(_STATES), white, MAYBE)
    canvas.right(x + w - 8 * zoom, y + h * 0.1, [(rng.choice(_SORTS), None)], white.at(7.4 * zoom))
    photo = (w * 0.27, h * 0.5)
    marks.portrait(canvas, x + 8 * zoom, y + h * 0.2, *photo, grey=scene.sure(0.3))
    left = x + 8 * zoom + photo[0] + 10 * zoom
    _data(scene, left, y + h * 0.25, x + w - 8 * zoom - left, zoom, who)
    if scene.sure(0.5):
        # in the card's own lower right corner, where a second small portrait often stands
        marks.portrait(canvas, x + w - 44 * zoom, y + h * 0.3, 34 * zoom, 42 * zoom, grey=True)
    colour = rng.choice(marks.PEN_COLOURS)
    marks.signature(canvas, x + 10 * zoom, y + h * 0.775, 56 * zoom, 11.5 * zoom, colour)
    _machine_lines(scene, x + 7 * zoom, y + h * 0.86, w - 14 * zoom, zoom, who)
    canvas.line(x, y + h * 0.8, x + w, y + h * 0.8, 0.4, (150, 150, 156))


def _data(scene: Scene, x: float, y: float, w: float, zoom: float, who: Person) -> None:
    canvas, rng = scene.canvas, scene.rng
    caption = Type(font="sans-a", size=4.4 * zoom, colour=(70, 76, 92))
    value = Type(font=rng.choice(("sans-a-bold", "sans-c-bold", "sans-d-bold")), size=7.2 * zoom)
    step = 14.2 * zoom
    issued = scene.people.date(2016, 2022)
    rows: list[list[tuple[str, list[Span]]]] = [
        [("1. Surname", [(who.family.upper(), "PERSON")]), ("4d. Number", [(who.licence, "ID")])],
        [("2. Given names", [(f"{who.given} {who.middle}".upper(), "PERSON")])],
        [
            ("3. Date of birth", [(scene.written(who.born, 0), "DOB")]),
            ("Sex", [("F" if who.female else "M", MAYBE)]),
        ],
        [("8. Address", [(" ".join(who.address.lines[:-1]).upper(), "ADDRESS")])],
        [("", [(who.address.lines[-1].upper(), "ADDRESS")])],
        [
            ("4a. Issued", [(scene.written(issued, 0), MAYBE)]),
            ("4b. Expires", [(scene.written(issued.replace(year=issued.year + 8, day=1), 0), MAYBE)]),
        ],
    ]
    for row in rows:
        for i, (name, spans) in enumerate(row):
            at = x + i * w * 0.44
            if name:
                canvas.text(at, y - 7.4 * zoom, name, caption)
            canvas.spans(at, y, spans, value)
        y += step * (0.66 if row[0][0] == "8. Address" else 1.0)


def _machine_lines(scene: Scene, x: float, y: float, w: float, zoom: float, who: Person) -> None:
    """Three lines of a TD1 machine-readable zone (ICAO Doc 9303 part 5) of the specimen state UTO, in
    OCR-B."""
    number = "".join(c for c in who.licence if c.isalnum())[:9].ljust(9, "<")
    born = f"{who.born:%y%m%d}"
    expires = f"{27 + who.born.day % 5:02}0{1 + who.born.month % 9}15"
    top = f"I<UTO{number}{_check(number)}".ljust(30, "<")
    sex = "F" if who.female else "M"
    middle = f"{born}{_check(born)}{sex}{expires}{_check(expires)}UTO".ljust(29, "<")
    middle += _check(top[5:] + middle[:7] + middle[8:15] + middle[18:29])
    name = f"{_letters(who.family)}<<{_letters(who.given)}".ljust(30, "<")[:30]
    kind = Type(font="machine", size=8.0 * zoom)
    kind = kind.at(0.92 * kind.size * w / scene.canvas.measure(top, kind))
    for i, line in enumerate((top, middle, name)):
        scene.canvas.text(x, y + i * 9.2 * zoom, line, kind, "ID")


def _check(text: str) -> str:
    """Check digit of ICAO Doc 9303 part 3: weights 7, 3, 1; A..Z count 10..35, the filler 0."""
    return str(sum((0 if c == "<" else int(c, 36)) * (7, 3, 1)[i % 3] for i, c in enumerate(text)) % 10)


def _letters(name: str) -> str:
    return "".join(c if c.isascii() and c.isalpha() else "<" for c in name.upper().replace("'", ""))


def _remarks(scene: Scene, x: float, y: float, who: Person) -> None:
    canvas, style = scene.canvas, scene.style
    clerk = scene.people.person()
    canvas.spans(x, y, [("Name of holder:", None), (who.name, "PERSON")], style.body)
    canvas.spans(
        x,
        y + 18,
        [("Telephone:", None), (who.phone, "PHONE"), ("E-mail:", None), (who.email, "EMAIL")],
        style.body,
    )
    canvas.spans(x, y + 36, [("Copied by:", None), (clerk.name, "PERSON")], style.body)
    canvas.text(x, y + 54, "Purpose: opening of an account. The copy is kept for five years.", style.body)
    if scene.sure(0.5):
        marks.received(canvas, 400, y + 8, scene.day(1).upper())
