"""The one search of values: for what is found once, before covering, and for what still stands, before release.

A value is found however it is separated, over the end of a line, with or without accents, within what recognizers confuse, and
from `INSIDE` letters on inside a longer word. Refuses everyday words and names that only share letters with one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from docpriv.model import CharId, Kind, Layout, PageText
from docpriv.tape import MASK, TextTape, tapes_of
from docpriv.text.alike import IN_RUNNING_TEXT
from docpriv.text.fold import (
    Placed,
    edit_distance,
    fold,
    joined,
    joined_pairs,
    number_signs,
    packed,
    signs,
    variants,
)
from docpriv.text.values import Value, everyday, surname_of, value_text
from docpriv.text.words import NOT_NAMES, ORGANISATION_WORDS, bare, no_name

INSIDE = 8
"""Letters from which a name, and digits from which a number is sought inside longer words. In 570,000 words of English text
1,240 surnames of at least so many letters stand in 64 longer words, most of them names; from 7 letters on it is three times
as many."""

FUZZY_FROM = 6  # letters of a name from which one misread letter is forgiven
PART_FROM = 5  # letters of a surname that is sought in parts of words: `Smith-Jones`, `smith_contract`, `Smith's`
OFTEN = 6  # times that a word stands on a page of which a name that stands once is a misreading, not the other way round
ALONE_SCORE = 0.7  # of a surname alone, at most
_GAP = 4  # signs between the words of a name
_GRAM = 5  # signs by which values are looked up: the shortest that is sought
_TOKEN = re.compile(r"(?:[^\W_]|[|$])+(?:['’`\-](?:[^\W_]|[|$])+)*\.?")
_BETWEEN = re.compile(r"[\s.,'\-]*")
_TURNED = re.compile(r"[\s.,'’\-_<]*")
_PARTED = re.compile(r"[-‐\u00ad] ?\n ?")
_RUN = re.compile(rf"[^\W_]+(?:{_PARTED.pattern}[^\W_]+)*")
_WITHIN = frozenset("'’`´-‐.")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: the characters that own it."""

    value: Value
    chars: tuple[CharId, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Allowed:
    """What may stand on a page although it is a value or lies in the middle of one: packed terms, and patterns."""

    terms: frozenset[str] = field(default=frozenset(), repr=False)
    patterns: tuple[re.Pattern[str], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    key: str = field(repr=False)
    word: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Name:
    value: Value
    words: tuple[str, ...] = field(repr=False)
    surname: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Key:
    """Letters that are looked for in a row. `breaks`: places in them at which a word of a name ends, the last included.

    `surname`: that of a name, alone; `turned`: a name, surname first.
    """

    value: Value
    letters: str = field(repr=False)
    breaks: frozenset[int] = frozenset()
    surname: bool = False
    turned: bool = False


class ValueSearch:
    """Values, made ready to be found in many texts.

    `common`: folded words that are no surnames in this document. `allowed`: what `standing` leaves alone.
    """

    def __init__(self, values: Iterable[Value], common: frozenset[str] = frozenset(), allowed: Allowed | None = None) -> None:
        self._common = common
        self._allowed = allowed or Allowed()
        self._near: dict[str, list[_Name]] = {}  # by their surname and, where it may be misread, by it less any one letter
        self._plain: dict[str, list[_Key]] = {}  # by their first letters, each sign in its one form
        self._paired: dict[str, list[_Key]] = {}  # likewise, two letters that look like one joined
        for value in sorted(values, key=lambda v: (v.kind, v.words, v.loose, v.alone, v.digits)):
            if value.kind is not Kind.PERSON:
                self._add(_Key(value, value.letters))
            elif value.loose:
                self._add_loose(value)
            else:
                self._add_name(value, value.words)

    def __bool__(self) -> bool:
        return bool(self._near or self._plain or self._paired)

    def find(self, tape: TextTape) -> list[Place]:
        """Every place of a text where a value stands, in text order; two values may share one."""
        if not self:
            return []
        found: dict[tuple[int, int, Value], float] = {}
        for start, end, value, score in (*self._names_in(tape.text), *self._rows_in(tape.text)):
            known = found.get((start, end, value), 0.0)
            found[start, end, value] = max(known, score)
        places = []
        for (start, end, value), score in sorted(found.items(), key=lambda f: f[0][:2]):
            chars = tape.chars(start, end)
            if chars:
                places.append(Place(value, chars, score))
        return places

    def standing(self, page: PageText, layout: Layout) -> list[Place]:
        """Where values stand on a page, each place once, in the order of its characters; not what is allowed there."""
        if not self:
            return []
        blocks, rows = tapes_of(page, layout)
        found: dict[tuple[Kind, tuple[CharId, ...]], Place] = {}
        for tape in (blocks,) if rows is blocks else (blocks, rows):
            left = [set(tape.chars(*m.span())) for pattern in self._allowed.patterns for m in pattern.finditer(tape.text)]
            for place in self.find(tape):
                if not any(term.issuperset(place.chars) for term in left) and not self._is_allowed(page, place):
                    found.setdefault((place.value.kind, tuple(sorted(place.chars))), place)
        owned: dict[Kind, list[frozenset[CharId]]] = {}
        for kind, chars in found:
            owned.setdefault(kind, []).append(frozenset(chars))
        return [
            place
            for (kind, chars), place in sorted(found.items(), key=lambda f: (f[0][1], f[0][0]))
            if not any(len(more) > len(chars) and more.issuperset(chars) for more in owned[kind])
        ]

    def _is_allowed(self, page: PageText, place: Place) -> bool:
        return bool(self._allowed.terms) and packed(value_text(page, place.chars)) in self._allowed.terms

    # --- names word by word ---------------------------------------------------------------------------------------------

    def _add_loose(self, value: Value) -> None:
        words = tuple(joined_pairs(w) for w in value.words)
        surname = surname_of(words)
        if surname is None:
            return
        name = _Name(value, words, surname)
        for near in variants(surname, 1) if len(surname) >= FUZZY_FROM else {surname}:
            self._near.setdefault(near, []).append(name)
        at = len(words) - 1 - words[::-1].index(surname)
        self._add_name(value, value.words)
        self._add_name(value, (*value.words[at:], *value.words[:at]), turned=True)
        if value.alone and surname not in everyday() and surname not in self._common:
            self._add_name(value, value.words[at : at + 1], surname=True)

    def _names_in(self, text: str) -> Iterator[tuple[int, int, Value, float]]:
        if not self._near:
            return
        tokens = [
            _Token(start=m.start(), end=m.start() + len(m[0].rstrip(".")), key=fold(bare(m[0])), word=m[0])
            for m in _TOKEN.finditer(text)
        ]
        often = Counter(token.key for token in tokens)
        for i, token in enumerate(tokens):
            near = variants(token.key, 1) if len(token.key) >= FUZZY_FROM else {token.key}
            for name in {id(n): n for v in near for n in self._near.get(v, ())}.values():
                if not _same(token.key, name.surname) or (no_name(bare(token.word)) and token.key != name.surname):
                    continue
                first, last, others = _extent(text, tokens, i, name)
                enough = others >= min(2, len(name.words) - 1) or (others and name.value.alone)
                misread = token.key != name.surname and often[token.key] >= OFTEN and often[name.surname] <= 1
                if enough or (name.value.alone and not misread and self._stands_alone(token, name.surname)):
                    score = name.value.score if others else min(name.value.score, ALONE_SCORE)
                    yield tokens[first].start, tokens[last].end, name.value, score

    def _stands_alone(self, token: _Token, surname: str) -> bool:
        word = bare(token.word)
        return (
            token.word[0].isupper()
            and len(word) >= 3
            and word not in NOT_NAMES
            and word not in ORGANISATION_WORDS
            and token.key not in self._common
            and surname not in self._common
            and not any(c.isdigit() for c in word)
        )

    # --- values in a row of letters and digits --------------------------------------------------------------------------

    def _add_name(self, value: Value, words: Sequence[str], *, surname: bool = False, turned: bool = False) -> None:
        for index, form in ((self._plain, str), (self._paired, joined_pairs)):
            parts = ["".join(filter(str.isalnum, form(w))) for w in words]
            breaks = frozenset(accumulate(map(len, parts)))
            self._put(index, _Key(value, "".join(parts), breaks, surname, turned))

    def _add(self, key: _Key) -> None:
        self._put(self._plain, key)
        if key.value.kind in _WORDED:
            self._put(self._paired, _Key(key.value, "".join(joined_pairs(w) for w in key.value.words)))

    def _put(self, index: dict[str, list[_Key]], key: _Key) -> None:
        if len(key.letters) >= _GRAM:
            index.setdefault(key.letters[:_GRAM], []).append(key)

    def _rows_in(self, text: str) -> Iterator[tuple[int, int, Value, float]]:
        if not self._plain and not self._paired:
            return
        for row, index in zip(_rows(text), (self._plain, self._paired), strict=True):
            letters, grams = "".join([sign for sign, _, _ in row]), index.keys()
            for at in [i for i in range(len(letters) - _GRAM + 1) if letters[i : i + _GRAM] in grams]:
                for key in index[letters[at : at + _GRAM]]:
                    if letters.startswith(key.letters, at) and _stands(text, row[at : at + len(key.letters)], key):
                        score = min(key.value.score, ALONE_SCORE) if key.surname else key.value.score
                        yield row[at][1], row[at + len(key.letters) - 1][2], key.value, score


_WORDED = frozenset({Kind.ADDRESS, Kind.CUSTOM})  # values of words rather than signs: in them rn is m


def _same(a: str, b: str) -> bool:
    return a == b or (min(len(a), len(b)) >= FUZZY_FROM and edit_distance(a, b, 1) <= 1)


def _extent(text: str, tokens: Sequence[_Token], i: int, name: _Name) -> tuple[int, int, int]:
    """The tokens around a surname that belong to the same name, and how many there are beside it."""
    rest = [w for w in name.words if w != tokens[i].key]
    first = last = i
    others = 0
    for step in (-1, 1):
        k = i + step
        while 0 <= k < len(tokens) and rest:
            gap = text[tokens[min(k, k - step)].end : tokens[max(k, k - step)].start]
            if len(gap) > 3 or not _BETWEEN.fullmatch(gap):
                break
            key = tokens[k].key
            match = next(
                (
                    w
                    for w in rest
                    if _same(w, key)
                    or (len(key) == 1 and w[:1] == key)
                    or (len(w) == 1 and key[:1] == w and tokens[k].word[0].isupper())
                ),
                None,
            )
            if match is None or ("," in gap and step < 0):
                break
            rest.remove(match)
            others += 1
            first, last = min(first, k), max(last, k)
            k += step
    return first, last, others


def _rows(text: str) -> tuple[list[Placed], list[Placed]]:
    """A text's letters and digits with their places, without what stands between them: each sign in its form, and with pairs
    joined too, where they stand in one word.

    A word that a hyphen parts at the end of a line is one; a capital behind a small letter begins another.
    """
    plain: list[Placed] = []
    paired: list[Placed] = []
    for match in _RUN.finditer(text):
        word, at = match[0], match.start()
        if word.isascii() and word.isalnum():  # the usual case: one sign a letter
            places = range(at, match.end()), range(at + 1, match.end() + 1)
            plain += zip(number_signs(word), *places, strict=True)
            form = signs(word)
            if joined_pairs(form) == form:
                paired += zip(form, *places, strict=True)
                continue
        else:
            plain += [
                (sign, i, i + 1) for i, c in enumerate(word, at) if c.isalnum() for sign in number_signs(c) if sign.isalnum()
            ]
        made: list[Placed] = []
        for i, c in enumerate(word, at):
            if c.isupper() and text[i - 1 : i].islower():
                made.append((" ", i, i))
            made += [(sign, i, i + 1) for sign in signs(c) if c.isalnum()]
        paired += [m for m in joined(made) if m[0].isalnum()]
    return plain, paired


def _stands(text: str, row: Sequence[Placed], key: _Key) -> bool:
    """Whether letters in a row are the value, by what stands between and beside them in the text."""
    start, end = row[0][1], row[-1][2]
    name = key.value.kind is Kind.PERSON
    parted = False
    lines = 0
    for i in range(1, len(row)):
        gap = text[row[i - 1][2] : row[i][1]]
        if gap and signs(gap):  # not where an accent stands for itself
            lines += gap.count("\n")
            if MASK in gap or lines > 1 or (name and len(gap) > _GAP):
                return False
            if name and not (_TURNED.fullmatch(gap) if key.turned else i in key.breaks or _one_word(gap, key)):
                return False
            parted = True
    before, after = text[start - 1 : start], text[end : end + 1]
    if not name:
        return _number_ends(text[start:end], before, after)
    return _name_ends(text, start, end, key, parted)


def _one_word(gap: str, key: _Key) -> bool:
    """Whether what stands between two letters of one word leaves it one: in a long name of several words a blank may."""
    return (len(key.breaks) > 1 and len(key.letters) >= INSIDE) or gap in _WITHIN or _PARTED.fullmatch(gap) is not None


def _number_ends(raw: str, before: str, after: str) -> bool:
    """Whether a value that is no name is whole: a number inside a longer one is another number."""
    if not (before.isalnum() or after.isalnum()):
        return True
    left = not before.isalnum() or (before.isalpha() and raw[0].isdigit() and before not in IN_RUNNING_TEXT)
    right = not after.isalnum() or (after.isalpha() and raw[-1].isdigit() and after not in IN_RUNNING_TEXT)
    return left and right and sum(c.isdigit() for c in raw) >= INSIDE


def _name_ends(text: str, start: int, end: int, key: _Key, parted: bool) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    edges = _edge(before, text[start]) and _edge(after, text[end - 1], behind=True)
    if not edges and (len(key.letters) < INSIDE or (parted and len(key.breaks) > 1)):
        return False
    if len(key.breaks) > 1:
        return True
    if not key.surname:  # one word, and no more is known of it than that it was found
        return edges and text[start].isupper()
    whole = _around(text, start, end)
    if len(whole) == end - start and not parted:  # a word by itself is sought word by word, with more care
        return False
    # Part of a word. Where that is written small it shows a name only if it is no word, but a file's name for instance.
    told = text[start].isupper() or not whole.isalpha() or not whole.islower()
    return told and len(key.letters) >= PART_FROM


def _edge(beside: str, sign: str, *, behind: bool = False) -> bool:
    """Whether a word may begin or end between two signs of which at most one belongs to it."""
    if not beside.isalnum():
        return True
    if beside.isdigit():
        return sign.isalpha()
    return (sign.islower() and beside.isupper()) if behind else (beside.islower() and sign.isupper())


def _around(text: str, start: int, end: int) -> str:
    """The run of letters, digits and signs inside words that holds text[start:end]."""
    while start > 0 and _inside(text, start - 1):
        start -= 1
    while end < len(text) and _inside(text, end):
        end += 1
    return text[start:end]


def _inside(text: str, at: int) -> bool:
    c = text[at]
    return c.isalnum() or c in "_@" or (c in ".'’`-" and text[at - 1 : at].isalnum() and text[at + 1 : at + 2].isalnum())
