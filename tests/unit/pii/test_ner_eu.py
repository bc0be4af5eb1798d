"""The names model for European languages: what it reads and what it finds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import docpriv.pii.ner
from docpriv.model_card import CARD_FILE
from docpriv.pii.ner.encoding import Encoder, WordShape
from docpriv.pii.ner.model import TOKENIZER_FILE, NerModel

MODEL_DIR = Path(docpriv.pii.ner.__file__).parents[1] / "models" / "names-eu"


@pytest.fixture(scope="module")
def model() -> NerModel:
    return NerModel(MODEL_DIR)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder.from_file(MODEL_DIR / TOKENIZER_FILE)


def words(encoder: Encoder, text: str) -> list[str]:
    encoded = encoder.encode(text)
    return [text[start:end] for start, end in zip(encoded.word_starts, encoded.word_ends, strict=True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Herr Müller, Haupt-Straße 5\n10115 Berlin", ["Herr", "Müller", ",", "Haupt", "-", "Straße", "5", "10115", "Berlin"]),
        ("(Łukasz)\tl’Église", ["(", "Łukasz", ")", "l", "’", "Église"]),
        ("STRASSE ẞ GROß", ["STRASSE", "ẞ", "GROß"]),
        ("Jose\u0301 Nu\u0301n\u0303ez.", ["Jose\u0301", "Nu\u0301n\u0303ez", "."]),
        ("İstanbul'da İI ığ", ["İstanbul", "'", "da", "İI", "ığ"]),
        ("ﬁnanzen Oﬃce… ½", ["ﬁnanzen", "Oﬃce", "…", "½"]),
        ("a\u00a0b\u2009c", ["a", "b", "c"]),
        ("Mu\u0308l\u00adle\u0301r", ["Mu\u0308l\u00adle\u0301r"]),
        ("Tel.:030/1234567  x", ["Tel", ".", ":", "030", "/", "1234567", "x"]),
        ("  x \r\n y ", ["x", "y"]),
        ("ж Łódź", ["ж", "Łódź"]),
        ("", []),
    ],
)
def test_words_are_code_points_of_the_text_as_given(encoder: Encoder, text: str, expected: list[str]) -> None:
    assert words(encoder, text) == expected


def test_no_word_begins_before_the_one_before_ends(encoder: Encoder) -> None:
    text = "…½ﬃ™ №5 1º (İ) ‘a’ 10€ \u00adx\u0301\u0301 ́ e\u0301\n…\t½"
    encoded = encoder.encode(text)
    assert all(encoded.word_starts[1:] >= encoded.word_ends[:-1])
    assert all(encoded.word_starts < encoded.word_ends)


def test_capitals_change_the_shapes_and_not_the_pieces(encoder: Encoder) -> None:
    small, large = encoder.encode("jürgen łukasz évora"), encoder.encode("JÜRGEN ŁUKASZ ÉVORA")
    assert small.ids.tolist() == large.ids.tolist()
    assert set(small.shapes) - {WordShape.LAYOUT} == {WordShape.LOWER}
    assert set(large.shapes) - {WordShape.LAYOUT} == {WordShape.UPPER}


def test_line_breaks_tabs_and_gaps_are_tokens(encoder: Encoder) -> None:
    encoded = encoder.encode("eins\nzwei\tdrei  vier")
    assert list(encoded.shapes).count(WordShape.LAYOUT) == 3


@pytest.mark.parametrize("token", ["<s>", "</s>", "<pad>"])
def test_a_page_cannot_insert_the_models_own_tokens(encoder: Encoder, token: str) -> None:
    ids = encoder.encode(f"Name {token} Roe").ids
    assert not {encoder.begin_id, encoder.end_id, encoder.pad_id} & set(ids.tolist())


@pytest.mark.parametrize(
    ("text", "part", "label"),
    [
        ("Sehr geehrte Frau Müller-Lüdenscheidt,\nvielen Dank für Ihr Schreiben.", "Müller-Lüdenscheidt", "PERSON"),
        ("Madame Hélène Dupont a reçu la facture.", "Hélène Dupont", "PERSON"),
        ("Szanowny Pan Krzysztof Wiśniewski", "Krzysztof Wiśniewski", "PERSON"),
        ("Estimado Sr. José García López:\nLe informamos", "José García López", "PERSON"),
        ("NOME: GIULIA FERRARI\nDATA DI NASCITA: 04/11/1978", "GIULIA FERRARI", "PERSON"),
        ("Anschrift: Lindenstraße 17, 50674 Köln", "Lindenstraße 17, 50674 Köln", "ADDRESS"),
        ("Date de naissance : 12/03/1985", "12/03/1985", "DOB"),
        ("Telefoon: 06-12345678", "06-12345678", "PHONE"),
        ("PESEL: 85031212345", "85031212345", "ID"),
        ("Dear Ms Margaret Holloway,\nthank you for your letter.", "Margaret Holloway", "PERSON"),
    ],
)
def test_what_identifies_is_found_under_its_label(model: NerModel, text: str, part: str, label: str) -> None:
    assert (part, label) in [(text[span.start : span.end], span.label) for span in model.find(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Die Rechnung ist innerhalb von 14 Tagen ohne Abzug zu zahlen.",
        "Veuillez agréer nos salutations distinguées.",
        "Le condizioni generali di contratto sono allegate.",
        "Uprzejmie prosimy o terminową zapłatę.",
    ],
)
def test_official_language_names_nobody(model: NerModel, text: str) -> None:
    assert not [span for span in model.find(text) if span.label != "ORGANIZATION"]


def test_the_card_names_languages_and_kinds(model: NerModel) -> None:
    card = json.loads((MODEL_DIR / CARD_FILE).read_text(encoding="utf-8"))
    assert {"de", "fr", "es", "it", "nl", "pt", "en"} <= set(model.languages)
    assert model.kinds == ("PERSON", "LOCATION", "ADDRESS", "ORGANIZATION", "PHONE", "DOB", "ID")
    assert all(work["licence"] for work in [card["base"], *card["trained_on"]])
    assert card["figures"]


def test_a_word_of_its_languages_is_known(model: NerModel) -> None:
    assert model.knows("und")
    assert not model.knows("qzxv")
