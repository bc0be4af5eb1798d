"""Words of a text, and the lists that decide whether a capitalised one can be part of a person's name."""

from __future__ import annotations

import re

from docpriv import locales

# What each list decides stands in common.yaml.
ORGANISATION_WORDS = frozenset(locales.words("organisation"))
NOT_NAMES = frozenset(locales.words("not_names"))
ALSO_NAMES = frozenset(locales.words("also_names"))
NAMED_THINGS = frozenset(locales.words("named_things"))
ADDRESSED_THINGS = frozenset(locales.words("addressed_things"))
LABELS_AND_NAMES = frozenset(locales.words("labels_and_names"))
PHONE_WORDS = frozenset(locales.words("phone_words"))
ADDRESSEES = frozenset(locales.words("addressees"))
TITLES = frozenset(locales.words("titles"))
PARTICLES = frozenset(locales.words("particles"))
SUFFIXES = frozenset(locales.words("suffixes"))

WORD = re.compile(r"[^\W\d_]+(?:['’`.\-][^\W\d_]+)*\.?")


def tokens_of(text: str) -> list[re.Match[str]]:
    """Words made of letters, with inner apostrophes, dots and hyphens and a final dot."""
    return list(WORD.finditer(text))


def bare(token: str) -> str:
    return token.strip(".'’`-").lower()


def no_name(word: str) -> bool:
    """An everyday, official or organisation word (in small letters) that no name is made of."""
    return (word in NOT_NAMES and word not in ALSO_NAMES) or word in ORGANISATION_WORDS


def namelike(token: str) -> bool:
    """A capitalised or upper-case word, an initial or a particle that may stand in a name."""
    word = bare(token)
    if not word or word in NOT_NAMES or word in ORGANISATION_WORDS:
        return False
    return token[0].isupper() or word in PARTICLES
