"""Models of names are found by their folders, and each is opened when text in a language that it has learnt needs it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from docpriv import model_card, options
from docpriv.errors import ModelError
from docpriv.locales import speaking
from docpriv.model import Kind
from docpriv.pii import names, open_finder
from docpriv.pii.names import NamesModels, believable
from docpriv.pii.ner import NerModel
from docpriv.pii.textspan import Hit
from tests.unit.pii.conftest import page_of

SHIPPED = model_card.NAMES / "names-en"
GERMAN = [
    "Sehr geehrter Herr Beispiel,",
    "wir bestätigen hiermit den Eingang Ihrer Zahlung und bitten Sie, uns die fehlenden",
    "Unterlagen bis zum Ende des Monats zu senden, damit wir den Antrag bearbeiten.",
    "Geburtsdatum: 3.4.1970",
]
ENGLISH = [
    "We confirm that your payment has been received and ask you to send us the papers",
    "that are still missing before the end of the month, so that we can deal with it.",
    "Yours sincerely, John Smith",
]


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Two models, one for English and a copy for German and French; the names of those that were opened."""
    for name, languages in (("names-en", ["en"]), ("names-other", ["de", "fr", "en"])):
        shutil.copytree(SHIPPED, tmp_path / name)
        card = json.loads((SHIPPED / "card.json").read_text(encoding="utf-8"))
        card.pop("language", None)
        (tmp_path / name / "card.json").write_text(json.dumps({**card, "name": name, "languages": languages}), encoding="utf-8")
    monkeypatch.setattr(model_card, "NAMES", tmp_path)
    model_card.names_models.cache_clear()
    found: list[str] = []

    class Model(NerModel):
        def __init__(self, folder: Path, *, threads: int, o_bias: float) -> None:
            found.append(folder.name)
            super().__init__(folder, threads=threads, o_bias=o_bias)

    monkeypatch.setattr(names, "NerModel", Model)
    yield found
    model_card.names_models.cache_clear()


def test_a_model_is_opened_when_text_in_its_language_needs_it(opened: list[str]) -> None:
    finder = open_finder(options.Finding())
    assert options.Finding().covered == ("de", "en", "fr")
    assert opened == []
    finder.find([page_of(ENGLISH)])
    assert opened == ["names-en"]
    found = finder.find([page_of(GERMAN), page_of(ENGLISH, index=1)])
    assert opened == ["names-en", "names-other"]
    assert {Kind.DATE_OF_BIRTH, Kind.PERSON} <= {f.kind for f in found}


def test_text_of_which_the_language_cannot_be_told_is_read_by_all_that_a_recipe_looks_for(opened: list[str]) -> None:
    open_finder(options.Finding(languages=("de",))).find([page_of(["Otto Beispiel"])])
    assert opened == ["names-other"]
    open_finder(options.Finding()).find([page_of(["Otto Beispiel"])])
    assert sorted(opened[1:]) == ["names-en", "names-other"]


def test_a_record_names_the_models_that_read_its_languages(opened: list[str]) -> None:
    finder = open_finder(options.Finding())
    assert "names-other" in {one.name for one in finder.identity(("fr",))}
    assert {one.name for one in finder.identity()} >= {"names-en", "names-other"}
    assert "names-other" not in {one.name for one in finder.identity(("en",))}


def test_a_language_without_a_model_is_refused(opened: list[str]) -> None:
    with pytest.raises(ModelError, match="pl"):
        NamesModels(("pl",), threads=1, bias=1.0)


VALUES = [
    ("PHONE", "0221 998 877", ["0221 998 877"]),
    ("PHONE", "Herr Beispiel", []),
    ("PHONE", "12,50", []),
    ("DOB", "3.4.1970", ["3.4.1970"]),
    ("DOB", "geboren", []),
    ("ID", "AB 123456 C", ["AB 123456 C"]),
    ("ID", "Steuernummer", []),
    ("ID", "3.4.1970", []),
    ("ID", "€ 1.250,00", []),
    ("ID", "12 345 678\t99 999 999", ["12 345 678", "99 999 999"]),
]


@pytest.mark.parametrize(("label", "text", "kept"), VALUES)
def test_what_a_model_takes_for_a_number_has_to_look_like_one(label: str, text: str, kept: list[str]) -> None:
    hit = Hit(0, len(text), names.ENTITIES[label], 0.9, names.DETECTOR, "name-model")
    with speaking(("de",)):
        assert [text[h.start : h.end] for h in believable(text, [hit])] == kept
