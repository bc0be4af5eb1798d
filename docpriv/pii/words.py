"""Short lists of words that decide whether a capitalised token can be part of a person's name; holds no
names."""

from __future__ import annotations

import re
from importlib import resources

import yaml

_LISTS: dict[str, frozenset[str]] = {
    key: frozenset(words)
    for key, words in yaml.safe_load(
        resources.files("docpriv.pii").joinpath("data/words.yaml").read_text(encoding="utf-8")
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

TITLES = _LISTS["titles"]
PARTICLES = _LISTS["particles"]
SUFFIXES = _LISTS["suffixes"]

_TOKEN = re.compile(r"[^\W\d_]+(?:['’`.\-][^\W\d_]+)*\.?")


def tokens_of(text: str) -> list[re.Match[str]]:
    """Words made of letters, with inner apostrophes, dots and hyphens and a final dot."""
    return list(_TOKEN.finditer(text))


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


def edit_distance(a: str, b: str, most: int) -> int:
    """Levenshtein distance, or most + 1 as soon as it is known to be larger."""
    if abs(len(a) - len(b)) > most:
        return most + 1
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        previous, row[0] = row[0], i
        least = i
        for j, y in enumerate(b, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (x != y))
            least = min(least, row[j])
        if least > most:
            return most + 1
    return row[-1]


def variants(word: str, most: int) -> set[str]:
    """The word with up to `most` letters left out: two words a few edits apart share one of these."""
    found = {word}
    edge = {word}
    for _ in range(most):
        edge = {v[:i] + v[i + 1 :] for v in edge for i in range(len(v))}
        found |= edge
    return found


_FOLD = str.maketrans(
    {
        "0": "o",
        "1": "l",
        "i": "l",
        "|": "l",
        "!": "l",
        "5": "s",
        "$": "s",
        "8": "b",
        "2": "z",
        "6": "g",
        "’": "'",
        "`": "'",
        "é": "e",
        "è": "e",
        "ê": "e",
        "á": "a",
        "à": "a",
        "â": "a",
        "ä": "a",
        "ã": "a",
        "ó": "o",
        "ò": "o",
        "ô": "o",
        "ö": "o",
        "õ": "o",
        "í": "l",
        "ì": "l",
        "ï": "l",
        "î": "l",
        "ú": "u",
        "ù": "u",
        "ü": "u",
        "û": "u",
        "ñ": "n",
        "ç": "c",
        "ß": "s",
        "q": "g",
        "j": "l",
        "º": "o",
        "ª": "a",
    }
)


def fold(text: str) -> str:
    """Text with letters that readers confuse made equal: lower case, 0=O, 1=l=I=j, 5=S, rn=m, vv=w, no
    accents."""
    return text.lower().translate(_FOLD).replace("rn", "m").replace("vv", "w").replace("cl", "d")
