"""Short lists of words that decide whether a capitalised token can be part of a person's name; holds no
names."""

from __future__ import annotations

import re
from importlib import resources

import yaml

_LISTS: dict[str, frozenset[str]] = {
    key: frozenset(words)
    for key, words in yaml.safe_load(
        resources.files("docpriv.text").joinpath("data/words.yaml").read_text(encoding="utf-8")
    ).items()
}

ORGANISATION_WORDS = _LISTS["organisation"]

NOT_NAMES = _LISTS["not_names"]

ALSO_NAMES = _LISTS["also_names"]
"""Everyday words that are common names too: never a reason to take a word out of a name that a model
found."""

NAMED_THINGS = _LISTS["named_things"]
"""Words before `name` in a label that say whose it is, where that is no person: `Brand name`."""

ADDRESSED_THINGS = _LISTS["addressed_things"]
"""Words before `address` in a label whose value is no place: `IP address`."""

LABELS_AND_NAMES = _LISTS["labels_and_names"]
"""Labels that are surnames or given names too: alone in a cell they may be the value."""

PHONE_WORDS = _LISTS["phone_words"]
"""Words that may stand between a telephone's label and its number."""

ADDRESSEES = _LISTS["addressees"]
"""Whom a letter may be addressed to without a name, beside the words of other lists: `Dear Shareholder`."""

TITLES = _LISTS["titles"]
PARTICLES = _LISTS["particles"]
SUFFIXES = _LISTS["suffixes"]

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
