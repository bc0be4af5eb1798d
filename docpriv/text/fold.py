"""One form for words that are the same, however they were written or read.

Letter case, accents and apostrophes do not count, nor do signs that recognizers confuse (0 and o; 1, l, i and j; rn and m).
Umlauts equal what is written where there are none: Müller = Mueller = Muller, Bjørn = Bjoern = Bjorn, Åse = Aase, Weiß = Weiss.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from rapidfuzz.distance import Levenshtein

from docpriv.text.alike import IN_NUMBERS, IN_WORDS, PAIRS_ALIKE

# Letters that Unicode does not take apart, and apostrophes of all kinds.
_PLAIN = dict(zip("øłđðħŧıĸŋſ", "olddhtikns", strict=True)) | {"æ": "ae", "œ": "oe", "ß": "ss", "þ": "th"}
_PLAIN |= dict.fromkeys("’‘‛`´ʼʹ′＇", "'")
_ACCENTS = re.compile("[\u0300-\u036f]")  # of Latin, Greek and Cyrillic letters; other scripts' marks are letters

# `ae`, `oe`, `ue` for umlauts and `aa` for å, where they stand for one: before a consonant, not behind a vowel, in words of five
# letters. Then 4 of 12,600 English words become another (the plain rule: 17), and of 7,350 names next to none an everyday word.
_CONSONANT = "[b-df-hk-np-tv-xz]"
_UMLAUT = re.compile(
    rf"(?<![aeou])(?:(?<=[a-z][a-z])(?:a[ae]|oe|ue)(?={_CONSONANT})|(?<=[a-z])(?:a[ae]|oe|ue)(?={_CONSONANT}[a-z])"
    rf"|(?:a[ae]|oe|ue)(?={_CONSONANT}[a-z][a-z])|(?<![a-z])aa(?={_CONSONANT}[a-z]))"
)
_PAIRS = re.compile("|".join(PAIRS_ALIKE))
_PAIRED = tuple(PAIRS_ALIKE.items())


class _Signs(dict[int, str]):
    """What stands for each code point in folded text: none, one or several signs; one for ASCII. Filled as they are met."""

    def __init__(self, alike: dict[str, str]) -> None:
        self._alike = alike

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        plain = _PLAIN.get(sign.casefold())
        if plain is None:
            apart = _ACCENTS.sub("", unicodedata.normalize("NFKD", sign)).casefold()
            plain = "".join(_PLAIN.get(c, c) for c in apart)
        self[code] = made = "".join(self._alike.get(c, c) for c in plain)
        return made


_WORD_SIGNS, _NUMBER_SIGNS = _Signs(IN_WORDS), _Signs(IN_NUMBERS)


Placed = tuple[str, int, int]
"""A sign, the code point of a text at which it begins and the one behind its end."""


def fold(text: str) -> str:
    """The one form of a text; folding it again changes nothing. Code points may vanish and join: `joined` tells which."""
    return joined_pairs(signs(text))


def signs(text: str) -> str:
    """Each sign in its one form; two letters that look like one stay two."""
    return text.translate(_WORD_SIGNS)


def number_signs(text: str) -> str:
    """Each sign of a number in its one form, 6 and 9 apart. Letters that stand side by side are never joined: `C1` is no `D`."""
    return text.translate(_NUMBER_SIGNS)


def joined_pairs(plain: str) -> str:
    """Text made of `signs` with two letters that look like one, or are written for one, as one."""
    for pair, letter in _PAIRED:
        if pair in plain:
            plain = plain.replace(pair, letter)
    return _UMLAUT.sub(lambda m: m[0][0], plain)


def packed(text: str) -> str:
    """Letters and digits of the folded text alone."""
    return "".join(filter(str.isalnum, fold(text)))


def joined(made: Sequence[Placed]) -> list[Placed]:
    """Signs with their places, pairs joined as `joined_pairs` does."""
    out = list(made)
    for pattern in (_PAIRS, _UMLAUT):
        for match in reversed(list(pattern.finditer("".join(m[0] for m in out)))):
            first, last = match.span()
            out[first:last] = [(PAIRS_ALIKE.get(match[0], match[0][0]), out[first][1], out[last - 1][2])]
    return out


def edit_distance(a: str, b: str, most: int) -> int:
    """Levenshtein distance, or most + 1 where it is larger."""
    return Levenshtein.distance(a, b, score_cutoff=most)


def variants(word: str, most: int) -> set[str]:
    """The word with up to `most` letters left out: two words a few edits apart share one of these."""
    found = {word}
    edge = {word}
    for _ in range(most):
        edge = {v[:i] + v[i + 1 :] for v in edge for i in range(len(v))}
        found |= edge
    return found
