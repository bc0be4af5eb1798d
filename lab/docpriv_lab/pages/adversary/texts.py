"""Blocks whose print is clean and whose text is not: other languages, words without ends, values over line ends, numbers
that only their context tells. Each takes the sheet, one of its forms and a baseline, and returns the baseline after it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from docpriv.evaluation.truth import Span
from docpriv_lab.pages import fonts
from docpriv_lab.pages.adversary.languages import ENGLISH, LANGUAGES, Language
from docpriv_lab.pages.adversary.sheet import Field, Sheet, write_fields
from docpriv_lab.pages.adversary.wordings import CUES
from docpriv_lab.pages.canvas import Canvas, Type
from docpriv_lab.pages.people import TEST_CARDS, Person, date_text, luhn_ok

# ---- languages

LANGUAGE_FORMS = tuple(f"{code}-{('letter', 'form', 'line')[i % 3]}" for i, code in enumerate(LANGUAGES))


def language(sheet: Sheet, form: str, y: float) -> float:
    """A letter, a form or one line in another language; the twin says it in English."""
    code, shape = form.split("-")
    spoken = LANGUAGES[code] if sheet.hard else ENGLISH
    rows = 4 if shape == "form" else 7 if shape == "letter" else 3
    kind = replace(sheet.body, font=sheet.rng.choice(fonts.LATIN))
    values = _values(sheet, spoken, [sheet.people.person() for _ in range(2)])
    if shape == "form":
        keys = ("name", "place", "phone", "born", "number")
        fields = [
            Field(caption=caption, value=values[key][0], label=values[key][1])
            for caption, key in zip(spoken.captions, keys, strict=True)
        ]
        write_fields(sheet.canvas, sheet.left, y, fields, kind, kind, sheet.step)
        return y + (rows + 2) * sheet.step
    chosen = spoken.sentences if shape == "letter" else spoken.sentences[1:2]
    spans = [span for sentence in chosen for span in _filled(sentence, values)]
    sheet.canvas.paragraph(sheet.left, y, sheet.width, spans, kind, leading=1.5)
    return y + rows * sheet.step


def _values(sheet: Sheet, spoken: Language, people: Sequence[Person]) -> dict[str, Span]:
    names, places = [p.name for p in people], [", ".join(people[0].address.lines)]
    at = sheet.form.randrange(len(spoken.names)) if spoken.names else 0
    if spoken.names:
        names = [spoken.names[at], spoken.names[(at + 1) % len(spoken.names)]]
        places = [spoken.places[at % len(spoken.places)]]
    return {
        "name": (names[0], "PERSON"),
        "other": (names[1], "PERSON"),
        "place": (places[0], "ADDRESS"),
        "born": (date_text(people[1].born, "UK"), "DOB"),
        "phone": (people[0].phone, "PHONE"),
        "number": (people[0].account, "ID"),
    }


def _filled(sentence: str, values: dict[str, Span]) -> list[Span]:
    """The sentence as spans; a comma or a stop after a value belongs to the value's last word, as on any page."""
    out: list[Span] = []
    for part in sentence.replace("}", "}\0").split("{"):
        key, mark, rest = part.partition("}\0")
        if not mark:
            out.append((part, None))
            continue
        text, label = values[key]
        after = rest[: len(rest) - len(rest.lstrip(",.;"))]
        out += [(text + after, label), (rest[len(after) :], None)]
    return [span for span in out if span[0].strip()]


# ---- spacing

SPACED_FORMS = ("heading", "field", "list", "even")


def spaced(sheet: Sheet, form: str, y: float) -> float:
    """Names with their letters apart: a heading, values after captions, a list, and gaps within words like those between."""
    size = sheet.body.size * (1.6 if form == "heading" else 1.0)
    apart = size * sheet.form.uniform(0.35, 0.8)
    names = [sheet.people.person().name for _ in range(1 if form == "heading" else 3)]
    upper = form != "field" or sheet.rng.random() < 0.5
    for name in names:
        x = sheet.left
        if form == "field":
            x = sheet.canvas.text(x, y, sheet.rng.choice(("Name:", "Patient:", "Referee:")), sheet.body) + size * 0.6
        kind = replace(sheet.bold if form == "heading" else sheet.body, size=size)
        gap = sheet.canvas.measure(" ", kind)
        if sheet.hard:
            kind = replace(kind, spacing=apart)
            gap = 0.0 if form == "even" else apart * 1.5 + gap
        for word in (name.upper() if upper else name).split():
            sheet.canvas.text(x, y, word, kind, "PERSON")
            x += sheet.canvas.measure(word, kind) + gap
        y += size * 1.7
    return y + sheet.step * 0.5


JOINED_FORMS = ("fields", "line", "sentence", "tight")


def joined(sheet: Sheet, form: str, y: float) -> float:
    """Words without a gap between them: captions and values, whole lines, around the names of sentences, or a hair apart."""
    fields = sheet.fields(5)
    rows = 6
    words: list[list[tuple[str, str | None]]] = [
        [(f"{f.caption}:", None), *((word, f.label) for word in f.value.split())] for f in fields
    ]
    if form == "sentence":
        others = [sheet.people.person() for _ in range(2)]
        said = "{a} can be reached at {b} about the order and {c} will collect it at {d} before noon. Please tell {e} as well."
        values: dict[str, Span] = {
            "a": (others[0].name, "PERSON"),
            "b": (others[0].phone, "PHONE"),
            "c": (others[1].name, "PERSON"),
            "d": (", ".join(others[1].address.lines), "ADDRESS"),
            "e": (fields[0].value, "PERSON"),
        }
        words = [[(word, label) for text, label in _filled(said, values) for word in text.split()]]
    if form == "line":
        words = [[word for line in words for word in line]]
    for line in words:
        _glued(sheet, y, line, form)
        y += sheet.step
    return y + (rows - len(words)) * sheet.step * 0.6


def _glued(sheet: Sheet, y: float, words: Sequence[tuple[str, str | None]], form: str) -> None:
    """Words from the left margin on, in lines; the gaps of a hard page are those of its form."""
    canvas, kind, form_rng = sheet.canvas, sheet.body, sheet.form
    space, x = canvas.measure(" ", kind), sheet.left
    for i, (word, label) in enumerate(words):
        advance = canvas.measure(word, kind)
        if x + advance > sheet.right:
            x, y = sheet.left, y + sheet.step
        canvas.text(x, y, word, kind, label)
        following = words[i + 1][1] if i + 1 < len(words) else None
        gap = space
        if sheet.hard and form == "tight":
            gap = kind.size * 0.07
        elif sheet.hard and form == "fields":
            gap = 0.0
        elif sheet.hard and form == "line":
            gap = space if following is None and form_rng.random() < 0.5 else 0.0
        elif sheet.hard and (label is None) != (following is None):
            gap = space if form_rng.random() < 0.25 else 0.0
        x += advance + gap


WRAPPED_FORMS = ("hyphen", "plain")


def wrapped(sheet: Sheet, form: str, y: float) -> float:
    """Names, addresses of mail and numbers that go on in the next line, with a hyphen or without."""
    one, two = sheet.people.person(), sheet.people.person()
    said = (
        "The claim was made last year by {a} and sent from {b} on a weekday; please call {c} about the matter, or write to {d} "
        "at {e} before the end of the month, for the account {f} was closed."
    )
    values: dict[str, Span] = {
        "a": (one.name, "PERSON"),
        "b": (one.email, "EMAIL"),
        "c": (one.phone, "PHONE"),
        "d": (two.name, "PERSON"),
        "e": (", ".join(two.address.lines), "ADDRESS"),
        "f": (two.account, "ID"),
    }
    words = [(word, label) for text, label in _filled(said, values) for word in text.split()]
    widths = [sheet.width * share / 100 for share in range(96, 54, -3)]
    width = max(widths, key=lambda w: (min(3, _lines(sheet.canvas, words, w, sheet.body, "-")[1]), w))
    mark = "-" if form == "hyphen" else ""
    lines, _ = _lines(sheet.canvas, words, width, sheet.body, mark if sheet.hard else None)
    for line in lines:
        sheet.canvas.spans(sheet.left, y, line, sheet.body)
        y += sheet.step
    return y + sheet.step * (0.5 + max(0, 8 - len(lines)))


def _lines(canvas: Canvas, words: Sequence[Span], width: float, kind: Type, mark: str | None) -> tuple[list[list[Span]], int]:
    """Lines of at most `width`, and how many words that identify are cut by a line end (with `mark`; None: none is)."""
    lines: list[list[Span]] = [[]]
    used, cut, gap = 0.0, 0, canvas.measure(" ", kind)
    for word, label in words:
        advance = canvas.measure(word, kind)
        if used + advance <= width:
            lines[-1].append((word, label))
            used += advance + gap
            continue
        fit = max(
            (n for n in range(3, len(word) - 2) if used + canvas.measure(word[:n] + (mark or ""), kind) <= width), default=0
        )
        if mark is not None and label is not None and fit:
            lines[-1].append((word[:fit] + ("" if word[fit - 1] in "-@." else mark), label))
            word, cut = word[fit:], cut + 1
        lines.append([(word, label)])
        used = canvas.measure(word, kind) + gap
    return lines, cut


# ---- numbers

NUMBER_FORMS = ("cues", "labels", "table", "cheque")


def number(sheet: Sheet, form: str, y: float) -> float:
    """Numbers that no rule of form accepts, after cue words, under captions and headers, and on a cheque; the twin's are
    in order."""
    canvas, body = sheet.canvas, sheet.body
    if form == "cues":
        for i, cue in enumerate(sheet.rng.sample(CUES, 6)):
            person = sheet.people.person()
            before, after = cue.split("{}")
            phone = _phone(sheet.form) if sheet.hard else person.phone
            who: list[Span] = [(person.name, "PERSON"), (":", None)] if i % 3 == 0 else []
            spans: list[Span] = [*who, (before, None), (phone, "PHONE"), (after, None)]
            canvas.spans(sheet.left, y, [span for span in spans if span[0].strip()], body)
            y += sheet.step
        return y + sheet.step * 0.5
    if form == "cheque":
        return _cheque(sheet, y)
    rows = [_numbers(sheet) for _ in range(1 if form == "labels" else 3)]
    if form == "labels":
        return write_fields(canvas, sheet.left, y, rows[0], body, body, sheet.step) + sheet.step * 0.5
    columns = [0, 2, 3]  # name, national number, card
    for place, column in enumerate(columns):
        x = sheet.left + sheet.width * place / len(columns)
        canvas.text(x, y, rows[0][column].caption, sheet.bold)
        for i, row in enumerate(rows, 1):
            canvas.text(x, y + i * sheet.step, row[column].value, body, row[column].label)
    return y + (len(rows) + 1.5) * sheet.step


def _numbers(sheet: Sheet) -> list[Field]:
    person, rng = sheet.people.person(), sheet.form
    card, iban = person.card, person.iban
    health, routing = _mod11(sheet.rng), _aba(sheet.rng)
    national = person.national
    phone = person.phone
    if sheet.hard:
        card = next(c for c in iter(lambda: rng.choice(TEST_CARDS)[:-1] + str(rng.randrange(10)), "") if not luhn_ok(c))
        iban = iban[:2] + f"{(int(iban[2:4]) + rng.randint(1, 80)) % 97:02}" + iban[4:]
        health, routing = _next_digit(health), _next_digit(routing)
        national = f"000-{rng.randint(10, 99)}-{rng.randint(1000, 9999)}"
        phone = _phone(rng)
    return [
        Field(caption="Name", value=person.name, label="PERSON"),
        Field(caption="Telephone", value=phone, label="PHONE"),
        Field(caption="SSN", value=national, label="ID"),
        Field(caption="Card number", value=" ".join(card[i : i + 4] for i in range(0, 16, 4)), label="ID"),
        Field(caption="IBAN", value=iban, label="ID"),
        Field(caption="NHS number", value=f"{health[:3]} {health[3:6]} {health[6:]}", label="ID"),
        Field(caption="Routing number", value=routing, label="ID"),
    ]


def _cheque(sheet: Sheet, y: float) -> float:
    canvas, body, person = sheet.canvas, sheet.body, sheet.people.person()
    routing, payee = _aba(sheet.rng), sheet.people.person()
    routing = _next_digit(routing) if sheet.hard else routing
    amount = sheet.people.amount(40, 900)
    canvas.frame(sheet.left - 6, y - sheet.step, sheet.width + 12, sheet.step * 6.4, 1.0)
    canvas.spans(sheet.left, y, [(person.name, "PERSON")], body)
    canvas.text(sheet.left, y + sheet.step, ", ".join(person.address.lines), body, "ADDRESS")
    at = canvas.text(sheet.left, y + 2.4 * sheet.step, "Pay to the order of", body)
    canvas.spans(at + 6, y + 2.4 * sheet.step, [(payee.name, "PERSON")], body)
    canvas.right(sheet.right, y + 2.4 * sheet.step, [("$", None), (amount, None)], body)
    line = Type(font="machine", size=body.size * 1.1)
    x = sheet.left
    for text in (f"|:{routing}|:", f"{person.account}<", f"{sheet.rng.randint(1001, 4000)}"):
        canvas.text(x, y + 4.4 * sheet.step, text, line, "ID" if len(text) > 5 else "MAYBE")
        x += canvas.measure(text, line) + body.size * 1.6
    return y + 6.5 * sheet.step


def _phone(rng: random.Random) -> str:
    """A number in the shape of a telephone's whose prefix nobody was given."""
    digits = "".join(str(rng.randrange(10)) for _ in range(8))
    return rng.choice(
        (
            f"0{rng.choice('46')}{digits[0]}00 {digits[1:7]}",
            f"(1{digits[:2]}) 055-{digits[2:6]}",
            f"0{digits[:2]}-{digits[2:5]}-{digits[4:8]}",
            f"+999 {digits[:2]} {digits[2:5]} {digits[5:]}",
            f"1{digits[:2]}.{digits[2:5]}.{digits[4:8]}",
            f"{digits[:4]} {digits[4:6]} {digits[6:]} {digits[1:3]}",
            f"0{digits}{digits[2:4]}",
            f"{digits[:3]} {digits[3:]}",
        )
    )


def _mod11(rng: random.Random) -> str:
    """Ten digits as of a health service's number, from the range 999 that is kept for tests, with its check digit."""
    while True:
        body = "999" + "".join(str(rng.randrange(10)) for _ in range(6))
        check = (11 - sum(int(d) * w for d, w in zip(body, range(10, 1, -1), strict=True)) % 11) % 11
        if check < 10:
            return body + str(check)


def _aba(rng: random.Random) -> str:
    """Nine digits of a bank's routing number with its check digit; no district 99 exists."""
    body = "99" + "".join(str(rng.randrange(10)) for _ in range(6))
    return body + str(-sum(int(d) * w for d, w in zip(body, (3, 7, 1) * 3, strict=False)) % 10)


def _next_digit(number: str) -> str:
    """The number with its check digit one too high."""
    return number[:-1] + str((int(number[-1]) + 1) % 10)
