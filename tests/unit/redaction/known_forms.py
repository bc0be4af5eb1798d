"""Forms whose words stand where they are put: templates of them, and pages as a scanner and a reader would bring them."""

from __future__ import annotations

import cmath
import math
import random
from collections.abc import Sequence

from docpriv.geometry import Affine, Quad
from docpriv.model import Char, Kind, PageRef, PageText, TextLine
from docpriv.options import Anchor, Zone, ZoneTemplate

WIDTH, HEIGHT = 1700, 2200  # a letter page at 200 dpi
ADVANCE, TALL = 13, 26  # of a letter, in pixels there

Word = tuple[str, float, float]

CLAIM: tuple[Word, ...] = (
    ("CLAIM FOR TRAVEL EXPENSES", 120, 110),
    ("Department", 1180, 120),
    ("Full name of claimant", 120, 300),
    ("Staff number", 980, 300),
    ("Home address", 120, 420),
    ("Telephone", 980, 420),
    ("Purpose of the journey", 120, 640),
    ("Date of departure", 120, 760),
    ("Date of return", 980, 760),
    ("Means of transport", 120, 880),
    ("Distance in miles", 980, 880),
    ("Overnight stays", 120, 1000),
    ("Meals provided", 980, 1000),
    ("Bank account for payment", 120, 1240),
    ("Sort code", 980, 1240),
    ("Receipts attached", 120, 1420),
    ("Amount claimed", 980, 1420),
    ("I declare that the above is correct", 120, 1660),
    ("Signature", 120, 1900),
    ("Approved by", 980, 1900),
    ("Form TE 14, return to the finance office", 120, 2080),
)

PERMIT: tuple[Word, ...] = (
    ("APPLICATION FOR A PARKING PERMIT", 300, 140),
    ("Full name", 150, 380),
    ("Date of birth", 900, 380),
    ("Address", 150, 560),
    ("Telephone", 900, 560),
    ("Registration of the vehicle", 150, 740),
    ("Make and model", 900, 740),
    ("Permit wanted from", 150, 980),
    ("until", 900, 980),
    ("Reason for the application", 150, 1160),
    ("Documents attached", 150, 1500),
    ("Signature", 150, 1800),
    ("Date", 900, 1800),
    ("For office use only", 150, 2000),
)

ZONES: dict[str, tuple[Kind, tuple[float, float, float, float]]] = {
    "claimant": (Kind.PERSON, (120, 330, 900, 390)),
    "address": (Kind.ADDRESS, (120, 450, 900, 600)),
    "account": (Kind.ACCOUNT_NUMBER, (120, 1270, 900, 1330)),
    "signature": (Kind.SIGNATURE, (120, 1930, 860, 2040)),
    "margin": (Kind.MANUAL, (1560, 200, 1660, 2000)),
}


def word_box(word: Word) -> tuple[float, float, float, float]:
    text, x, y = word
    return x, y, x + ADVANCE * len(text), y + TALL


def template(
    words: Sequence[Word] = CLAIM, *, unit: float = 1.0, required: bool = False, pages: tuple[int, ...] = ()
) -> ZoneTemplate:
    """Anchors of these words and the zones above; `unit`: pixels of the form in one unit of the template."""

    def there(box: tuple[float, ...]) -> tuple[float, float, float, float]:
        x0, y0, x1, y1 = (v / unit for v in box)
        return x0, y0, x1, y1

    return ZoneTemplate(
        name="travel-claim",
        size=(WIDTH / unit, HEIGHT / unit),
        required=required,
        pages=pages,
        anchors=tuple(Anchor(text=w[0], box=there(word_box(w))) for w in words),
        zones=tuple(Zone(name=name, kind=kind, box=there(box)) for name, (kind, box) in ZONES.items()),
    )


def scanned(*, scale: float = 1.0, degrees: float = 0.0, shift: tuple[float, float] = (0.0, 0.0), stretch: float = 1.0) -> Affine:
    """From the form to a page: turned about the form's middle, scaled, shifted in pixels of the page, x stretched."""
    turn = cmath.exp(1j * math.radians(degrees)) * scale
    middle = complex(WIDTH / 2, HEIGHT / 2)
    to = middle * scale + complex(*shift) - turn * complex(middle.real * stretch, middle.imag)
    return Affine(turn.real * stretch, -turn.imag, to.real, turn.imag * stretch, turn.real, to.imag)


def upside_down() -> Affine:
    return Affine(-1.0, 0.0, float(WIDTH), 0.0, -1.0, float(HEIGHT))


def on_its_side() -> Affine:
    return Affine(0.0, -1.0, float(HEIGHT), 1.0, 0.0, 0.0)


def page_of(
    words: Sequence[Word],
    to_page: Affine = Affine(),
    *,
    jitter: float = 0.0,
    seed: int = 0,
    index: int = 0,
    size: tuple[int, int] | None = None,
) -> PageText:
    """The words as lines of a page; `jitter`: how far, in pixels of the page, a line's place is off at random."""
    rng = random.Random(seed)
    lines = []
    for text, x, y in words:
        dx, dy = rng.gauss(0, jitter), rng.gauss(0, jitter)
        chars = tuple(
            Char(
                text=c,
                score=0.98,
                quad=to_page.quad(
                    Quad(
                        (x + i * ADVANCE, y),
                        (x + (i + 1) * ADVANCE, y),
                        (x + (i + 1) * ADVANCE, y + TALL),
                        (x + i * ADVANCE, y + TALL),
                    )
                ).shift(dx, dy),
            )
            for i, c in enumerate(text)
        )
        quad = Quad(chars[0].quad.a, chars[-1].quad.b, chars[-1].quad.c, chars[0].quad.d)
        lines.append(TextLine(chars=chars, quad=quad, score=0.98))
    corners = to_page.quad(Quad((0, 0), (WIDTH, 0), (WIDTH, HEIGHT), (0, HEIGHT))).bounds()
    width, height = size or (math.ceil(corners[2]) + 1, math.ceil(corners[3]) + 1)
    return PageText(ref=PageRef(document="d", index=index), width=width, height=height, lines=tuple(lines))


def misread(words: Sequence[Word], share: float, seed: int = 0) -> tuple[Word, ...]:
    """A share of the words with a third of their letters read wrongly."""
    rng = random.Random(seed)
    broken = set(rng.sample(range(len(words)), round(share * len(words))))
    out = []
    for number, (text, x, y) in enumerate(words):
        letters = list(text)
        if number in broken:
            for i in rng.sample(range(len(letters)), max(1, len(letters) // 3)):
                letters[i] = rng.choice("xkvzw#")
        out.append(("".join(letters), x, y))
    return tuple(out)


def filled(words: Sequence[Word], seed: int = 0) -> tuple[Word, ...]:
    """The form with values written on it, some of them beside a label in one line."""
    rng = random.Random(seed)
    values = ["Juniper Vale", "14 Quarry Rise", "Tolverton", "02 11 2021", "8841 2290", "by rail", "Signature of two days"]
    out = [(text + (f"  {rng.choice(values)}" if rng.random() < 0.3 else ""), x, y) for text, x, y in words]
    out += [(rng.choice(values), x, y + 40) for _, x, y in words if rng.random() < 0.5]
    rng.shuffle(out)
    return tuple(out)


def worst_corner(zone: str, placed: Quad, to_page: Affine) -> float:
    """Largest distance, in pixels of the page, of a placed zone's corners from where they belong."""
    x0, y0, x1, y1 = ZONES[zone][1]
    truth = to_page.quad(Quad((x0, y0), (x1, y0), (x1, y1), (x0, y1)))
    return max(math.dist(p, q) for p, q in zip(truth.points, placed.points, strict=True))
