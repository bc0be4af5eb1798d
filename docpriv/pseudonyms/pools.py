"""The invented names that pseudonyms are made of, from Faker; refuses another version of it than the one it was built for."""

from __future__ import annotations

import hashlib
from dataclasses import astuple, dataclass
from functools import cache
from importlib import metadata

from docpriv.errors import RecipeError
from docpriv.pseudonyms.keyed import framed

FAKER = "40.54.0"
"""The lists of names change from version to version, and pseudonyms with them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pools:
    """Names and parts of places, each sorted; `states` and `state_codes` in one order. `either`: given names of both lists."""

    surnames: tuple[str, ...]
    men: tuple[str, ...]
    women: tuple[str, ...]
    either: tuple[str, ...]
    place_endings: tuple[str, ...]
    states: tuple[str, ...]
    state_codes: tuple[str, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of all lists, in hex."""
        return hashlib.sha256(b"".join(framed((str(len(part)), *part)) for part in astuple(self))).hexdigest()


def require_faker() -> None:
    """RecipeError where Faker is missing or another version than this one is built for. Loads nothing."""
    advice = "Install it: pip install 'docpriv[pseudonyms]'."
    try:
        found = metadata.version("faker")
    except metadata.PackageNotFoundError:
        raise RecipeError("the style pseudonym needs Faker, which is not installed", remedy=advice) from None
    if found != FAKER:
        raise RecipeError(
            f"the style pseudonym needs Faker {FAKER}, and another version is installed: its names differ", remedy=advice
        )


@cache
def pools() -> Pools:
    """Faker's lists of en_US; RecipeError as `require_faker`."""
    require_faker()
    from faker.providers.address.en_US import Provider as Places
    from faker.providers.person.en_US import Provider as People

    men, women = set(People.first_names_male), set(People.first_names_female)
    codes = tuple(code for code in Places.states_abbr if code != "DC")
    return Pools(
        surnames=tuple(sorted(People.last_names)),
        men=tuple(sorted(men - women)),
        women=tuple(sorted(women - men)),
        either=tuple(sorted(men & women)),
        place_endings=tuple(sorted(Places.city_suffixes)),
        states=tuple(Places.states),
        state_codes=codes,
    )
