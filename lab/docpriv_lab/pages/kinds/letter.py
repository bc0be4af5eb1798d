"""Draws a business letter in English, German or French, with names and addresses inside its sentences."""

from __future__ import annotations

from docpriv.evaluation.truth import MAYBE, Span
from docpriv_lab.pages import marks, wordlists
from docpriv_lab.pages.kinds.scene import Scene, address_block, address_spans, footer, letterhead, signed
from docpriv_lab.pages.people import Person

SIZE = (612.0, 792.0)
LOCALES = ("US", "US", "UK", "DE", "FR")

_PLAIN: dict[str, tuple[str, ...]] = {
    "EN": (
        "Thank you for returning the enclosed papers so promptly. We have added them to the file and "
        "expect to complete "
        "the review within ten working days.",
        "The balance shown on the last statement remains payable. If it has been settled in the "
        "meantime, please "
        "disregard this notice and accept our thanks.",
        "The meeting will begin at nine in the morning and should not last longer than two hours. "
        "Coffee will be served "
        "in the lobby, and parking is free of charge behind the building.",
        "Should anything be unclear, our office is open from Monday to Friday. We will be glad to go "
        "through the figures "
        "with you, line by line if that is of help.",
        "As agreed, the premium will be collected in four equal parts. The first part is due at the end "
        "of the month, "
        "the others at intervals of three months.",
    ),
    "DE": (
        "Vielen Dank für die Übersendung der Unterlagen. Wir haben sie zu den Akten genommen und werden "
        "die Prüfung "
        "voraussichtlich innerhalb von zwei Wochen abschließen.",
        "Bitte überweisen Sie den offenen Betrag bis zum Ende des Monats. Sollten Sie bereits gezahlt "
        "haben, betrachten "
        "Sie dieses Schreiben als gegenstandslos.",
        "Für Rückfragen stehen wir Ihnen montags bis freitags gern zur Verfügung.",
    ),
    "FR": (
        "Nous vous remercions de l'envoi de votre dossier. Les pièces ont été enregistrées et l'examen "
        "de votre demande "
        "sera achevé sous quinze jours.",
        "Le solde indiqué sur le dernier relevé reste dû. Si vous avez déjà réglé cette somme, veuillez "
        "ne pas tenir "
        "compte de ce courrier.",
        "Notre service reste à votre disposition du lundi au vendredi pour tout renseignement.",
    ),
}


def draw(scene: Scene) -> None:
    """Draw the letter on the scene's sheet."""
    canvas, style, rng = scene.canvas, scene.style, scene.rng
    left, width = 64.0, canvas.width - 128
    sender, signer = (
        scene.people.firm(rng.choice(("trade", "clinic", "office", "bank"))),
        scene.people.person(),
    )
    to = scene.people.person()
    body = style.body.at(10.5)
    y = letterhead(scene, sender, left, 36, width) + 18
    if scene.sure(0.5):
        canvas.right(left + width, y, [(scene.day(1), MAYBE)], body)
    else:
        canvas.text(left, y, scene.day(1), body, MAYBE)
    y = address_block(canvas, left, y + 30, to.titled(), to.address, body) + 16
    y = _subject(scene, left, y, to) + 22
    y = canvas.paragraph(left, y, width, _greeting(scene, to), body) + 7
    for spans in _paragraphs(scene, to):
        y = canvas.paragraph(left, y, width, spans, body, leading=1.32) + 8
    closing = {
        "US": "Sincerely,",
        "UK": "Yours sincerely,",
        "DE": "Mit freundlichen Grüßen",
        "FR": "Veuillez agréer nos salutations distinguées,",
    }[scene.locale]
    x = left if scene.sure(0.6) else left + width * 0.5
    canvas.text(x, y + 6, closing, body)
    signed(scene, x, y + 42, 180, signer)
    canvas.text(x, y + 58, signer.name, body, "PERSON")
    canvas.text(x, y + 58 + 13, rng.choice(wordlists.JOBS) if scene.locale in ("US", "UK") else "i. A.", body, MAYBE)
    y += 96
    if scene.locale == "US" and y < canvas.height - 130:
        canvas.spans(left, y, [("cc:", None), (scene.people.person().formal, "PERSON")], style.body)
    if scene.sure(0.45) and y < canvas.height - 120:
        _officers(scene, left, canvas.height - 92, width)
    else:
        footer(scene, [(sender.name, MAYBE), (sender.tax, MAYBE)])
    if scene.sure(0.35):
        marks.received(canvas, left + width - rng.uniform(90, 140), rng.uniform(128, 146), scene.day(1).upper())


def _subject(scene: Scene, x: float, y: float, to: Person) -> float:
    canvas, style = scene.canvas, scene.style
    word, caption = {
        "US": ("Re:", "Account"),
        "UK": ("Our ref:", "Policy"),
        "DE": ("Betreff:", "Kundennummer"),
        "FR": ("Objet :", "Numéro client"),
    }[scene.locale]
    bold = style.bold.at(10.5)
    canvas.spans(x, y, [(word, None), (caption, None), (to.account, "ID")], bold)
    return y


def _greeting(scene: Scene, to: Person) -> list[Span]:
    if scene.locale == "DE":
        word = "Sehr geehrte" if to.female else "Sehr geehrter"
        return [(word, None), ("Frau" if to.female else "Herr", MAYBE), (f"{to.family},", "PERSON")]
    if scene.locale == "FR":
        return [("Madame," if to.female else "Monsieur,", MAYBE)]
    return [("Dear", None), (to.title, MAYBE), (f"{to.family}{':' if scene.sure(0.4) else ','}", "PERSON")]


def _paragraphs(scene: Scene, to: Person) -> list[list[Span]]:
    rng, folk = scene.rng, scene.people
    other = folk.person()
    language = {"DE": "DE", "FR": "FR"}.get(scene.locale, "EN")
    plain: list[list[Span]] = [[(text, None)] for text in rng.sample(_PLAIN[language], 2)]
    if language == "DE":
        told: list[list[Span]] = [
            [
                ("am", None),
                (scene.day(0), MAYBE),
                ("haben Sie mit", None),
                (other.name, "PERSON"),
                ("gesprochen. Ihre Anschrift lautet nach unseren Unterlagen", None),
                (" ".join(to.address.lines) + ".", "ADDRESS"),
            ],
            [
                ("Als Geburtsdatum ist der", None),
                (scene.written(to.born, 0), "DOB"),
                ("vermerkt. Der Betrag wird von Ihrem Konto", None),
                (to.iban, "ID"),
                ("eingezogen.", None),
            ],
            [
                ("Sie erreichen uns unter", None),
                (other.phone, "PHONE"),
                ("oder", None),
                (other.email + ".", "EMAIL"),
            ],
        ]
    elif language == "FR":
        told = [
            [
                ("Suite à votre entretien du", None),
                (scene.day(1), MAYBE),
                ("avec", None),
                (other.name, "PERSON"),
                ("nous vous confirmons l'adresse suivante :", None),
                (", ".join(to.address.lines) + ".", "ADDRESS"),
            ],
            [
                ("Le prélèvement sera effectué sur le compte", None),
                (to.iban, "ID"),
                ("au nom de l'assuré, né le", None),
                (scene.written(to.born, 0) + ".", "DOB"),
            ],
            [
                ("Votre conseiller est joignable au", None),
                (other.phone, "PHONE"),
                ("ou à l'adresse", None),
                (other.email + ".", "EMAIL"),
            ],
        ]
    else:
        told = [
            [
                ("During your visit on", None),
                (scene.day(1), MAYBE),
                ("you spoke with", None),
                *other.titled(),
                ("of our claims desk, who noted your new address as", None),
                *address_spans(to.address),
                ("and asked us to update the account of", None),
                (to.name + ".", "PERSON"),
            ],
            [
                ("Our records show a date of birth of", None),
                (scene.written(to.born, 1), "DOB"),
                (
                    "and a Social Security number of" if scene.locale == "US" else "and a National Insurance number of",
                    None,
                ),
                (to.national + ".", "ID"),
                ("Please tell us at once if either is wrong.", None),
            ],
            [
                ("You can reach", None),
                (other.given, "PERSON"),
                ("at", None),
                (other.phone, "PHONE"),
                ("or by e-mail at", None),
                (other.email + ".", "EMAIL"),
                ("A copy of this letter goes to", None),
                (f"({folk.person().name})", "PERSON"),
                ("for the file.", None),
            ],
        ]
    rng.shuffle(told)
    return [p for pair in zip(told, [*plain, []], strict=False) for p in pair if p]


def _officers(scene: Scene, x: float, y: float, w: float) -> None:
    """The committee in columns at the foot of the paper."""
    canvas, style, rng = scene.canvas, scene.style, scene.rng
    canvas.line(x, y - 14, x + w, y - 14, 0.8)
    title = {"DE": "VORSTAND", "FR": "CONSEIL"}.get(scene.locale, "EXECUTIVE COMMITTEE")
    canvas.centre(x + w / 2, y - 2, [(title, None)], style.small)
    columns = rng.randint(3, 4)
    for i in range(columns):
        for j in range(3):
            person = scene.people.person()
            middle = x + w * (i + 0.5) / columns
            canvas.centre(middle, y + 12 + j * 11, [(person.name.upper(), "PERSON")], style.small)
