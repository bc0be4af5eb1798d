"""Words of a text, and the lists that decide whether a capitalised one can be part of a person's name."""

from __future__ import annotations

import re

from docpriv.locales import WordList

# What each list decides stands in common.yaml; each holds the words of the text at hand.
ORGANISATION_WORDS = WordList("organisation")
NOT_NAMES = WordList("not_names")
ALSO_NAMES = WordList("also_names")
NAMED_THINGS = WordList("named_things")
ADDRESSED_THINGS = WordList("addressed_things")
LABELS_AND_NAMES = WordList("labels_and_names")
PHONE_WORDS = WordList("phone_words")
ADDRESSEES = WordList("addressees")
TITLES = WordList("titles")
PARTICLES = WordList("particles")
SUFFIXES = WordList("suffixes")
PLACE_WORDS = WordList("place_words")
JOINING = WordList("joining")

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
