"""Pages in other languages than English, drawn with invented details: released with the details covered, or withheld by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from docpriv.formats.document import open_document
from docpriv.model_card import known_languages
from docpriv.pipeline import Request, redact_document
from docpriv.pipeline.engines import Engines, open_engines
from docpriv.recipes import load_recipe
from docpriv.records import DocumentRecord
from docpriv.run_options import RunOptions
from docpriv_lab.pages.fonts import load
from tests.e2e.runs import FAST, docpriv

GERMAN = (
    "Versicherungsschein",
    "Name: ", "Otto Beispielmann",
    "Anschrift: ", "Lindenstraße 12, 50667 Köln",
    "Geburtsdatum: ", "03.04.1970",
    "Telefon: ", "0221 9988776",
    "wir bestätigen hiermit den Eingang Ihrer Zahlung und bitten Sie, uns die",
    "fehlenden Unterlagen bis zum Ende des Monats zu senden, damit wir den",
    "Antrag ohne weitere Verzögerung bearbeiten können.",
)  # fmt: skip
FRENCH = (
    "Attestation",
    "Nom : ", "Camille Exemplaire",
    "Adresse : ", "12 rue des Lilas, 75011 Paris",
    "Date de naissance : ", "03/04/1970",
    "Téléphone : ", "01 99 00 12 34",
    "nous vous confirmons la réception de votre paiement et vous prions de nous",
    "envoyer les documents qui manquent avant la fin du mois, afin que nous",
    "puissions traiter votre demande sans retard.",
)  # fmt: skip
POLISH = (
    "Zaświadczenie",
    "Imię i nazwisko: ", "Jan Przykładowski",
    "Data urodzenia: ", "03.04.1970",
    "Telefon: ", "22 555 01 99",
    "potwierdzamy, że otrzymaliśmy wpłatę, i prosimy o przesłanie brakujących",
    "dokumentów do końca miesiąca, abyśmy mogli rozpatrzyć wniosek bez",
    "dalszej zwłoki.",
)  # fmt: skip
ENGLISH = (
    "Confirmation",
    "Name: ", "Alice Exampleton",
    "Date of birth: ", "03/04/1970",
    "We confirm that your payment has been received and ask you to send us the",
    "papers that are still missing before the end of the month, so that we can",
    "deal with the request without further delay.",
)  # fmt: skip
ICELANDIC = (
    "við staðfestum hér með að greiðslan hefur borist og biðjum þig um að senda",
    "okkur þau gögn sem vantar fyrir lok mánaðarins svo að við getum afgreitt",
    "umsóknina án frekari tafa. Nafn þitt og heimilisfang standa efst á blaðinu.",
)
Redacted = Callable[..., DocumentRecord]
Place = tuple[str, tuple[int, int, int, int]]


def drawn(path: Path, *parts: str) -> list[Place]:
    """Draw lines; what ends with a blank is a label with its value beside it. The values with their boxes."""
    page = Image.new("RGB", (1240, 1100), "white")
    pen, font, y, x = ImageDraw.Draw(page), load("sans-e", 28.0), 80, 90.0
    values: list[Place] = []
    for part in parts:
        pen.text((x, y), part, "black", font)
        if x > 90:
            values.append((part, (int(x), y, int(x + font.getlength(part)), y + 38)))
        label = part.endswith(" ")
        x, y = (x + font.getlength(part) + 12, y) if label else (90.0, y + 60)
    page.save(path)
    return values


@pytest.fixture(scope="module")
def redacted() -> Redacted:
    engines: dict[tuple[str, ...], Engines] = {}

    def run(source: Path, target: Path, *sets: str) -> DocumentRecord:
        recipe = load_recipe("redact", sets)
        engines.setdefault(sets, open_engines(recipe))
        record, _ = redact_document(
            Request(document="d", source=source, options=RunOptions(recipe=recipe), target=target), engines[sets], lambda *_: None
        )
        return record

    return run


PAGES = [(("de",), GERMAN), (("fr",), FRENCH), (("pl",), POLISH), (("en", "fr"), (*ENGLISH, *FRENCH))]


@pytest.mark.slow
@pytest.mark.parametrize(("languages", "parts"), PAGES)
def test_details_on_a_page_are_covered_by_the_words_of_its_languages(
    languages: tuple[str, ...], parts: tuple[str, ...], tmp_path: Path, redacted: Redacted
) -> None:
    if not set(languages) <= set(known_languages()):
        pytest.skip("no names model has learnt it")
    values = drawn(tmp_path / "in.png", *parts)
    record = redacted(tmp_path / "in.png", tmp_path / "out.png")
    assert record.status == "released"
    assert record.pages[0].status == "verified"
    assert record.pages[0].languages == languages
    with open_document(tmp_path / "out.png", document="d", limits=load_recipe("redact").limits) as document:
        pixels = document.page(0).pixels
    shown = [text for text, (x0, y0, x1, y1) in values if np.ptp(pixels[y0 + 8 : y1 - 8, x0 + 4 : x1 - 4])]
    assert shown == []
    assert np.ptp(pixels[60:140, 80:400])  # the heading


@pytest.mark.slow
def test_a_page_in_a_language_that_is_not_looked_for_is_withheld_by_name(tmp_path: Path, redacted: Redacted) -> None:
    drawn(tmp_path / "in.png", *GERMAN)
    record = redacted(tmp_path / "in.png", tmp_path / "out.png", "finding.languages=en")
    assert record.status == "withheld"
    assert record.pages[0].withheld_because == ("not-understood:language",)
    assert record.pages[0].reasons == ("not-understood:language (de)",)
    assert not (tmp_path / "out.png").exists()


@pytest.mark.slow
def test_a_page_in_a_language_that_nobody_knows_is_withheld_by_name(tmp_path: Path, redacted: Redacted) -> None:
    drawn(tmp_path / "in.png", *ICELANDIC)
    record = redacted(tmp_path / "in.png", tmp_path / "out.png")
    assert (record.status, record.pages[0].language) == ("withheld", "is")


@pytest.mark.parametrize(("given", "told"), [("is", "language is"), ("de-AT", "de-AT"), ("Klartext", "entry 1")])
def test_a_language_without_a_model_is_an_error_that_says_which_there_are(given: str, told: str, tmp_path: Path) -> None:
    drawn(tmp_path / "in.png", "Invoice")
    ended = docpriv("redact", tmp_path / "in.png", "--out", tmp_path / "out", "--languages", given, *FAST)
    said = ended.stderr.decode()
    assert ended.returncode == 2
    assert told in said
    assert "en" in said
    assert "Klartext" not in said
