"""Draws two more kinds of sheet for pages with ink: a contract with room to sign, and print that may be taken for ink."""

from __future__ import annotations

from docpriv.evaluation.truth import MAYBE, Span
from docpriv_lab.pages import drawings, fields
from docpriv_lab.pages.canvas import Type
from docpriv_lab.pages.kinds.scene import Scene, address_spans, footer

SIZE = (612.0, 792.0)

_CLAUSES = (
    "The services are rendered with reasonable care and at the times set out in the schedule. Changes to the schedule "
    "need the consent of both parties in writing.",
    "Payment is due within thirty days of the date of the invoice. Interest on sums overdue accrues at four per cent a "
    "year above the base rate.",
    "Neither party is liable for delay that is caused by events outside its reasonable control, for as long as the events last.",
    "Each party keeps confidential what it learns of the other in the course of this agreement, for three years after its end.",
    "This agreement may be ended by either party with a notice of ninety days to the end of a quarter.",
    "Should a provision be void, the remaining provisions stay in force and the void one is replaced by what comes "
    "nearest to its purpose.",
    "The place of performance is the registered office of the client. Travel is charged at cost.",
)
_PROSE = (
    "The survey was repeated in the spring, when the water stood lowest, and the marks of earlier years could be read "
    "from the boat. Where they were missing, the distance was taken from the bridge instead.",
    "Of the eleven gauges nine agreed within the width of the line. The other two had been moved, as the keeper of the "
    "lock confirmed, and their readings are left out of the table below.",
    "It follows that the bed has sunk by about the thickness of a brick in every decade, more below the weir and less "
    "above it, which is what the older maps suggest too.",
    "A longer series would be needed to say whether this goes on. The cost of a further season is small beside that of "
    "one flood, and the instruments are at hand.",
)
_HEADINGS = ("Findings of the second season", "Method and instruments", "What remains to be done", "Summary for the board")
_FORMULAS = ("E = m c", "h(t) = a + b t", "Q = v A", "y = k x + d")


def contract(scene: Scene) -> None:
    """An agreement of two parties; its lower third is left free."""
    canvas, style, rng = scene.canvas, scene.style, scene.rng
    left, width = 62.0, canvas.width - 124
    one, two, firm = scene.people.person(), scene.people.person(), scene.people.firm()
    title = rng.choice(("SERVICE AGREEMENT", "CONTRACT OF ENGAGEMENT", "LEASE AGREEMENT", "NON-DISCLOSURE AGREEMENT"))
    canvas.centre(canvas.width / 2, 60, [(title, None)], style.bold.at(14))
    canvas.line(left, 68, left + width, 68, 1.0)
    body = style.body.at(10)
    parties: list[Span] = [
        ("between", None),
        (firm.name + ",", MAYBE),
        *address_spans(firm.address),
        ("(the client)", None),
        ("and", None),
        (one.name + ",", "PERSON"),
        *address_spans(one.address),
        ("(the contractor), represented by", None),
        (two.name + ".", "PERSON"),
    ]
    y = canvas.paragraph(left, 90, width, parties, body, leading=1.35) + 6
    for number, text in enumerate(rng.sample(_CLAUSES, rng.randint(4, 6)), 1):
        canvas.text(left, y, f"{number}.", style.bold.at(10))
        y = canvas.paragraph(left + 20, y, width - 20, [(text, None)], body, leading=1.35) + 6
    canvas.paragraph(left, y + 6, width, [("Signed in two copies on", None), (scene.day(1), MAYBE)], body)
    footer(scene, [("Agreement", None), (f"{rng.randint(100, 999)}/{rng.randint(10, 24)}", MAYBE)], "2 / 2")


def article(scene: Scene) -> None:
    """A printed report with coloured headings, a drop cap, ornaments, leaders, tick boxes and a formula."""
    canvas, style, rng = scene.canvas, scene.style, scene.rng
    left, width = 58.0, canvas.width - 116
    canvas.text(left, 64, rng.choice(_HEADINGS), style.head.at(rng.uniform(17, 26)).tinted(style.accent))
    _ornament(scene, left, 76, width)
    y = _drop_cap(scene, left, 104, width)
    body = style.body.at(10)
    parts = [_contents, _boxes, _formula, _columns]
    rng.shuffle(parts)
    for part in parts[:3]:
        y = part(scene, left, y + 14, width)
        y = canvas.paragraph(left, y + 10, width, [(rng.choice(_PROSE), None)], body, leading=1.35)
        if y > canvas.height - 190:
            break
    footer(scene, [("Annual report", None)], f"{rng.randint(2, 80)}")


def _ornament(scene: Scene, x: float, y: float, w: float) -> None:
    canvas, rng, colour = scene.canvas, scene.rng, scene.style.accent
    choice = rng.randrange(4)
    if choice == 0:
        canvas.line(x, y, x + w, y, 2.4, colour)
        canvas.line(x, y + 3.5, x + w, y + 3.5, 0.6, colour)
    elif choice == 1:
        canvas.line(x, y, x + w * 0.44, y, 0.8, colour)
        canvas.line(x + w * 0.56, y, x + w, y, 0.8, colour)
        side = round(12 * canvas.scale)
        mask = drawings.emblem(rng, side)
        canvas.shape(mask, x + w / 2 - 6, y - 6, colour)
    elif choice == 2:
        for i in range(int(w / 9)):
            canvas.line(x + 9 * i, y, x + 9 * i + 4.5, y + 4, 0.8, colour)
            canvas.line(x + 9 * i + 4.5, y + 4, x + 9 * i + 9, y, 0.8, colour)
    else:
        canvas.fill(x, y, w, 3.2, colour)


def _drop_cap(scene: Scene, x: float, y: float, w: float) -> float:
    canvas, style, rng = scene.canvas, scene.style, scene.rng
    text = rng.choice(_PROSE)
    body = style.body.at(10)
    cap = Type(font=rng.choice(("serif-a-bold", "serif-b-bold", "slab-a", "hand-c")), size=38, colour=style.accent)
    canvas.text(x, y + 19, text[0], cap, MAYBE)
    used = canvas.measure(text[0], cap) + 5
    words = text.split()
    first, at = [words[0][1:]], 1
    for line in range(3):
        while at < len(words) and canvas.measure(" ".join([*first, words[at]]), body) < w - used:
            first.append(words[at])
            at += 1
        canvas.text(x + used, y - 7 + line * 13.5, " ".join(first), body)
        first = []
    return canvas.paragraph(x, y - 7 + 40.5, w, [(" ".join(words[at:]), None)], body, leading=1.35)


def _contents(scene: Scene, x: float, y: float, w: float) -> float:
    canvas, style = scene.canvas, scene.style
    body = style.body.at(10)
    for title in _HEADINGS:
        end = canvas.text(x + 12, y, title, body) + 4
        page = f"{scene.rng.randint(1, 60)}"
        canvas.dotted(end, x + w - 34, y)
        canvas.right(x + w - 12, y, [(page, None)], body)
        y += 15
    return y


def _boxes(scene: Scene, x: float, y: float, w: float) -> float:
    canvas, style, rng = scene.canvas, scene.style, scene.rng
    body = style.body.at(10)
    for text in ("Gauges read twice", "Levels compared with the map", "Instruments returned", "Report sent to members"):
        side = body.size * 0.9
        canvas.frame(x + 8, y - side, side, side, 0.7)
        if rng.random() < 0.6:
            canvas.line(x + 9, y - side * 0.5, x + 8 + side * 0.4, y - 1, 1.1)
            canvas.line(x + 8 + side * 0.4, y - 1, x + 8 + side * 1.1, y - side * 1.15, 1.1)
        canvas.text(x + 26, y, text, body)
        y += 15
    return y


def _formula(scene: Scene, x: float, y: float, w: float) -> float:
    canvas, rng = scene.canvas, scene.rng
    math = Type(font="serif-b", size=13)
    small = math.at(8)
    end = canvas.text(x + w * 0.25, y + 12, rng.choice(_FORMULAS), math, MAYBE)
    canvas.text(end + 1, y + 6, str(rng.randint(2, 3)), small, MAYBE)
    canvas.text(end + 9, y + 12, "=", math, MAYBE)
    canvas.line(end + 22, y + 8, end + 84, y + 8, 0.7)
    canvas.text(end + 34, y + 2, "x + 2y", math.at(11), MAYBE)
    canvas.text(end + 34, y + 20, "1 - x", math.at(11), MAYBE)
    # a root, and a sum of two strokes
    for x0, y0, x1, y1 in ((94, 8, 97, 18), (97, 18, 101, -6), (101, -6, 136, -6)):
        canvas.line(end + x0, y + y0, end + x1, y + y1, 0.8)
    canvas.text(end + 104, y + 12, "a + b", math.at(11), MAYBE)
    for x0, y0, x1, y1 in ((160, -4, 144, -4), (144, -4, 152, 6), (152, 6, 144, 17), (144, 17, 160, 17)):
        canvas.line(end + x0, y + y0, end + x1, y + y1, 1.0)
    canvas.right(x + w, y + 12, [(f"({rng.randint(1, 9)})", None)], math)
    return y + 30


def _columns(scene: Scene, x: float, y: float, w: float) -> float:
    canvas, style, rng = scene.canvas, scene.style, scene.rng
    columns = [fields.Column(title=t, width=w / 4, right=i > 0) for i, t in enumerate(("Gauge", "Spring", "Autumn", "Change"))]
    rows: list[list[list[Span]]] = []
    for n in range(rng.randint(3, 6)):
        read: list[list[Span]] = [[(f"{rng.uniform(0, 9):.2f}", None)] for _ in range(3)]
        rows.append([[(f"No. {n + 1}", None)], *read])
    return (
        fields.table(
            canvas,
            x,
            y,
            columns,
            rows,
            style.bold,
            style.body,
            rules=rng.choice(("grid", "rows", "none")),
            band=rng.choice((None, (225, 230, 240))),
        )
        + 6
    )
