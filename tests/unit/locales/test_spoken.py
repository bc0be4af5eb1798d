"""Words follow the languages of the text at hand: its own, those of English, and what is named alike everywhere."""

from __future__ import annotations

import pytest

from docpriv import locales
from docpriv.locales import Regex, speaking
from docpriv.pii.labels import lexicon
from docpriv.pii.values import name_value
from docpriv.text.words import NOT_NAMES, PARTICLES, TITLES, no_name


def test_words_are_those_of_the_text_and_of_english() -> None:
    with speaking(("de",)):
        assert "herr" in TITLES
        assert "mr" in TITLES
        assert "señora" not in TITLES
    with speaking(("es",)):
        assert "señora" in TITLES
        assert "herr" not in TITLES
    assert {"herr", "señora", "mr"} <= set(locales.words("titles"))


def test_what_people_and_places_are_called_counts_everywhere() -> None:
    with speaking(("en",)):
        assert "von" in PARTICLES
        assert "gmbh" in locales.words("organisation")
        assert "deutschland" in locales.words("countries")


def test_everyday_words_of_one_language_take_no_name_apart_in_another() -> None:
    with speaking(("en",)):
        assert no_name("the")
        english = set(locales.words("not_names"))
    with speaking(("fr",)):
        assert english - {"jan"} <= set(locales.words("not_names"))
    assert "veuillez" not in english
    assert "the" in NOT_NAMES


def test_an_everyday_word_of_english_that_is_a_name_elsewhere_is_one_there() -> None:
    with speaking(("en",)):
        assert "jan" in NOT_NAMES
        assert name_value("Jan Kowalski") is None
    with speaking(("pl",)):
        assert "jan" not in NOT_NAMES
        assert name_value("Jan Kowalski") == (0, 12)


def test_labels_are_those_of_the_text_and_of_english() -> None:
    with speaking(("de",)):
        assert lexicon().labels("Geburtsdatum: 3.4.1970")
        assert lexicon().labels("Date of birth: 3.4.1970")
        assert not lexicon().labels("Fecha de nacimiento: 3.4.1970")
    with speaking(("es",)):
        assert lexicon().labels("Fecha de nacimiento: 3.4.1970")
    assert lexicon().labels("Fecha de nacimiento: 3.4.1970")


def test_a_pattern_with_words_is_compiled_for_each_language() -> None:
    pattern = Regex(r"(?i){{titles}} Roe")
    with speaking(("de",)):
        assert pattern.search("Frau Roe")
    with speaking(("fr",)):
        assert not pattern.search("Frau Roe")
    assert pattern.search("Frau Roe")


def test_what_was_said_of_the_text_ends_with_it() -> None:
    with speaking(("de",)):
        with speaking(("fr", "nl")):
            assert locales.spoken() == ("fr", "nl")
        assert locales.spoken() == ("de",)
    assert locales.spoken() == ()


@pytest.mark.parametrize("code", sorted(locales.languages()))
def test_every_language_says_its_name_and_countries(code: str) -> None:
    language = locales.languages()[code]
    assert language.name
    assert all(len(country) == 2 and country.isupper() for country in language.countries)


def test_lists_that_count_everywhere_are_described() -> None:
    assert set(locales.common().anywhere) <= set(locales.common().lists)
