"""Names for papers that are measured on: of one language, or of one region in their romanised form.

All are of the half that `pools.is_held_out` keeps from everything that learns; nothing but Faker is needed.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Any, Final

from docpriv_lab.names_model.pools import Pools, is_held_out
from docpriv_lab.names_model.tongues import Customs, load_tongue
from docpriv_lab.names_model.tongues.names import Names, TongueNames, inflected
from docpriv_lab.synthesis.regions import regions

_TOWNS: Final = 80
_ABROAD: Final = ("arabic", "turkish", "polish_czech", "balkan", "russian", "vietnamese", "west_african", "south_asian_hindu")
"""Regions that one in ten people of a language's papers is named from."""
_DOMAINS: Final = {"GB": "co.uk", "US": "com"}


@cache
def region_names(key: str) -> Names:
    """The held-out names of a region. Raises KeyError."""
    region = regions()[key]
    return Names(first_names=_held_out(region.given), surnames=_held_out(region.family))


def tongue_names(code: str) -> TongueNames:
    """Held-out names and towns of a language, from Faker's locales; always the same. Raises TongueError."""
    tongue = load_tongue(code)
    home = [_home(locale, tongue.names) for locale in tongue.faker]
    towns = [_towns(locale) for locale in tongue.faker]
    return TongueNames(
        home=tuple(home),
        weights=tuple(tongue.faker.values()),
        abroad=tuple(region_names(key) for key in _ABROAD),
        towns=tuple(towns),
        cities=tuple(towns),
        city_weights=tuple((1.0,) * len(names) for names in towns),
        domains=tuple(_DOMAINS.get(locale[-2:], locale[-2:].lower()) for locale in tongue.faker),
    )


def english_pools(region: str) -> Pools:
    """What English papers are drawn from, with the held-out names of a region; the rest is of English-speaking countries."""
    names = region_names(region)
    return replace(_english_pools(), first_names=names.first_names, surnames=names.surnames)


@cache
def _english_pools() -> Pools:
    fakers = [_faker(locale) for locale in ("en_US", "en_GB", "en_AU")]
    for faker in fakers:
        faker.seed_instance(29)

    def some(method: str, count: int) -> tuple[str, ...]:
        return tuple(str(getattr(faker, method)()).replace("\n", ", ") for faker in fakers for _ in range(count))

    american = fakers[0]
    cities = some("city", 40)
    return Pools(
        first_names=(),
        surnames=(),
        fancy_words=tuple(american.last_name() for _ in range(40)),
        companies=some("company", 40),
        streets=some("street_address", 40),
        us_addresses=tuple(american.address().replace("\n", ", ") for _ in range(60)),
        foreign_addresses=some("address", 30),
        phones=some("phone_number", 40),
        jobs=some("job", 30),
        emails=some("email", 30),
        cities=cities,
        city_weights=tuple(float(place) for place in range(1, len(cities) + 1)),
        states=tuple(sorted({american.state() for _ in range(60)})),
        state_codes=tuple(sorted({american.state_abbr() for _ in range(60)})),
        countries=("United States", "United Kingdom", "Canada", "Australia", "Ireland", "India"),
    )


def _home(locale: str, customs: Customs) -> Names:
    provider = next(item for item in _faker(locale).get_providers() if ".person." in type(item).__module__)
    surnames = _listed(provider, "last_names")
    surnames += [name for name in (inflected(n, customs.feminine) for n in surnames) if name not in set(surnames)]
    for heads, tails in zip(customs.compounds[::2], customs.compounds[1::2], strict=True):
        surnames += [head + tail for head in heads for tail in tails]
    return Names(first_names=_held_out(_listed(provider, "first_names")), surnames=_held_out(surnames))


def _held_out(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in names if is_held_out(name))


def _listed(provider: Any, ending: str) -> list[str]:
    found: dict[str, None] = {}
    for key in sorted(dir(provider)):
        entries = getattr(provider, key, None) if ending in key else None
        if isinstance(entries, (tuple, list, dict)):
            found.update(dict.fromkeys(entry for entry in entries if isinstance(entry, str)))
    return [n for n in found if len(n) > 1 and n[0].isupper() and all(char.isalpha() or char in " -'’" for char in n)]


def _towns(locale: str) -> tuple[str, ...]:
    """The towns that Faker lists, or some that it makes up."""
    faker = _faker(locale)
    provider = next(item for item in faker.get_providers() if ".address." in type(item).__module__)
    listed = next((getattr(provider, key) for key in ("cities", "real_city_names") if getattr(provider, key, ())), None)
    faker.seed_instance(31)
    return tuple(dict.fromkeys(str(town) for town in listed or (faker.city() for _ in range(_TOWNS))))


def _faker(locale: str) -> Any:
    from faker import Faker

    return Faker(locale)


def drawn_region(seed: int, number: int) -> str:
    """The region of page `number` (from 0): they take turns, in an order of the seed's."""
    order = sorted(regions())
    random.Random(f"regions/{seed}").shuffle(order)
    return order[number % len(order)]
