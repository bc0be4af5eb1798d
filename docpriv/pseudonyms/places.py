"""Pseudonyms of addresses and places in their own shape; no street, town, number or state stays.

Kept are words such as `Street`, `Apt.` and `P.O. Box`, compass letters, line breaks and punctuation. States become other
states; ZIP codes begin with digits that no place has.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from docpriv.pseudonyms.forms import WORD, WORDS, cased, name_form, packed, substituted
from docpriv.pseudonyms.keyed import Stream
from docpriv.pseudonyms.names import Names
from docpriv.pseudonyms.numbers import drawn
from docpriv.pseudonyms.pools import Pools

_ENDINGS, _UNITS, _COMPASS, _BESIDE = (
    frozenset(WORDS[name]) for name in ("street_endings", "units", "compass", "beside_addresses")
)
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)", re.I)


class Places:
    """Pseudonyms of addresses by one key; words of persons' names take the pseudonyms that they have as names."""

    def __init__(self, key: bytes, pools: Pools, names: Names) -> None:
        self._key, self._pools, self._names = key, pools, names
        self._states = {name_form(name): (name, False) for name in pools.states}
        self._states |= {code: (code, True) for code in pools.state_codes} | {"DC": ("MD", True)}  # a district becomes a state

    def rewrite(self, text: str, attempt: int = 0) -> str:
        """The address with everything replaced that says where it is; line breaks stay where they are."""
        words = list(WORD.finditer(text))
        what = _kinds(text, words)
        fresh: dict[int, str | None] = {}
        at = 0
        while at < len(words):
            if what[at] != "name":
                fresh[at] = self._single(text, words, at, what[at], attempt)
                at += 1
                continue
            end = at + 1
            while end < len(words) and what[end] == "name" and _near(text, words[end - 1], words[end]):
                end += 1
            cut = self._before_state(words, at, end)
            for start, stop in ((at, cut), (cut, end)):
                last = stop == len(words) or what[stop] == "zip"
                group = self._group(words[start:stop], _street(text, words, what, start, stop), last, attempt)
                fresh.update((start + i, word) for i, word in enumerate(group))
            at = end
        index = {match.start(): i for i, match in enumerate(words)}
        return substituted(text, lambda match: fresh[index[match.start()]])

    def _single(self, text: str, words: Sequence[re.Match[str]], at: int, what: str, attempt: int) -> str:
        word = words[at][0]
        if what == "kept":
            return word
        if what == "zip":
            stream = Stream(self._key, "zip", word, str(attempt))
            return stream.pick(WORDS["free_postcodes"]) + stream.digits(2)
        beside = (
            packed(words[at + 1][0])[:5]
            if at + 1 < len(words) and "\n" not in text[words[at].end() : words[at + 1].start()]
            else ""
        )
        stream = Stream(self._key, "house", packed(word), beside, str(attempt))
        if _ORDINAL.fullmatch(word):
            return _ordinal(2 + stream.below(97))
        return drawn(stream, word)

    def _before_state(self, words: Sequence[re.Match[str]], start: int, end: int) -> int:
        """Where a state begins that ends these words, else their end."""
        for count in (1, 2):
            tail = "".join(word[0] for word in words[end - count : end])
            if end - count > start and (tail if len(tail) == 2 else name_form(tail)) in self._states:
                return end - count
        return end

    def _group(self, words: Sequence[re.Match[str]], street: bool, last: bool, attempt: int) -> list[str | None]:
        """Words of one street, town or state: the first takes the name of all, unless they are names of persons.

        `last`: nothing but a ZIP code follows, as it does a state.
        """
        if not words:
            return []
        form = name_form("".join(word[0] for word in words))
        like = "".join(word[0] for word in words)
        state = self._states.get(like) if len(like) == 2 else self._states.get(form)
        if state is not None and last and not street:
            return [
                cased(self._state(state, attempt), like) if len(like) > 2 else self._state(state, attempt),
                *[None] * (len(words) - 1),
            ]
        if any(self._names.knows(word[0]) for word in words):
            return [self._names.word(word[0]) for word in words]
        name = self._names.surname(form, f"street{attempt}" if street else f"town{attempt}")
        if not street:
            name += Stream(self._key, "town", form, str(attempt)).pick(self._pools.place_endings)
        return [cased(name, like), *[None] * (len(words) - 1)]

    def _state(self, state: tuple[str, bool], attempt: int) -> str:
        name, short = state
        number = (self._pools.state_codes if short else self._pools.states).index(name)
        count = len(self._pools.states)
        other = (number + 1 + Stream(self._key, "state", str(number), str(attempt)).below(count - 1)) % count
        return (self._pools.state_codes if short else self._pools.states)[other]


def _kinds(text: str, words: Sequence[re.Match[str]]) -> list[str]:
    """What each word is: kept, zip, number or name."""
    lowered = [word[0].lower() for word in words]
    kinds = ["number" if any(c.isdigit() for c in word) or len(word) == 1 else "name" for word in lowered]
    for i, match in enumerate(words):
        word = lowered[i]
        following = kinds[i + 1] if i + 1 < len(words) else ""
        if (
            match[0].isdigit()
            and len(word) == 5
            and (i > 0 and kinds[i - 1] != "kept" and _near(text, words[i - 1], match) and i > 1)
        ):
            kinds[i] = "zip"
        elif (
            word in _BESIDE
            or _postbox(lowered, i)
            or (match[0] in _COMPASS and not _state_before_zip(words, i))
            or (word in _UNITS and (following == "number" or word in ("po", "box")))
        ):
            kinds[i] = "kept"
        elif (
            word in _ENDINGS
            and i > 0
            and kinds[i - 1] in ("name", "number")
            and _near(text, words[i - 1], match)
            and (kinds[i - 1] == "name" or _ORDINAL.fullmatch(lowered[i - 1]))
        ):
            last = i + 1 == len(words) or lowered[i + 1] not in _ENDINGS or not _near(text, match, words[i + 1])
            kinds[i] = "kept" if last else "name"
    return kinds


def _state_before_zip(words: Sequence[re.Match[str]], at: int) -> bool:
    return len(words[at][0]) == 2 and at + 1 < len(words) and words[at + 1][0].isdigit() and len(words[at + 1][0]) == 5


def _postbox(lowered: Sequence[str], at: int) -> bool:
    """The P and the O of `P.O. Box`."""
    return lowered[at : at + 3] == ["p", "o", "box"] or (at > 0 and lowered[at - 1 : at + 2] == ["p", "o", "box"])


def _near(text: str, one: re.Match[str], other: re.Match[str]) -> bool:
    """Whether two words stand beside each other in one line with no comma between."""
    between = text[one.end() : other.start()]
    return "\n" not in between and "," not in between


def _street(text: str, words: Sequence[re.Match[str]], what: Sequence[str], start: int, end: int) -> bool:
    """A street has a number before it or a word such as `Street` after it."""
    if end < len(words) and what[end] == "kept" and words[end][0].lower() in _ENDINGS and _near(text, words[end - 1], words[end]):
        return True
    before = start - 1
    while before >= 0 and what[before] == "kept" and _near(text, words[before], words[start]):
        before -= 1
    return before >= 0 and what[before] == "number" and _near(text, words[before], words[start])


def _ordinal(number: int) -> str:
    ending = "th" if 10 < number % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
