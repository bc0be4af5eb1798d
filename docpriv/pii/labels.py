"""Recognises the labels of form fields in text, misreadings included; refuses everyday words that announce
nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from docpriv import locales
from docpriv.locales import by_language
from docpriv.locales.forms import Field, Form
from docpriv.text.fold import edit_distance, fold, variants
from docpriv.text.words import ADDRESSED_THINGS, LABELS_AND_NAMES, NAMED_THINGS

_FUZZY_FROM = 5  # letters from which one misread letter is forgiven
_TWO_FROM = 10  # and from which two are
_MAX_WORDS = 16
_LONGEST = 6  # words of a label that only ends in a known one
_LONG_NUMBER = re.compile(r"#?\d(?:[-\s]?\d){5,}\b(?![.,/]\d)")
_COMPANY_FORMS = frozenset({"llc", "llp", "ltd", "inc"})
_WHOSE = frozenset({"name", "names", "address", "addresses"})
_MOST_BEFORE = 4  # words before a known label that say whose it is
_DIGITS = frozenset({"id", "number", "date", "phone", "extension", "vin"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A label in a text: code points [start, end) with what follows it up to `value`, where a value would
    begin.

    `field` is None for a label that only ends other values. `marked`: a colon or number sign follows. `sure`: it may not
    be a value as well; a lone word that is a name too (`Pan`), or looks like a label only after a correction (`Tennant`), may.
    """

    start: int
    end: int
    value: int
    field: Field | None
    marked: bool
    first: bool
    sure: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Word:
    start: int
    end: int
    key: str = field(repr=False)


_WORDS = re.compile(r"[^\W\d_]+(?:(?:['’`]|\d)[^\W\d_]+)*|\d+|#")
_NUMBER_SIGN = "#"  # `Customer #` is `Customer No`
_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])")
_AFTER = re.compile(
    r"\s*\)?\s*(?:\((?=[^()\n]*[^\W\d_]{2})[^()\n]{0,60}\)?)?\s*(?P<mark>(?:no\.?\s*|num(?:ber)?\.?\s*|\.\s?)?[:：;#=»›>►▶▸]+|[.…_]{2,}|[\-–—]{1,2}(?=\s))?[\s.\-–—_:#|]*"
    r"(?:(?:of|is|was)\s+(?=[(+#]?\d|(?-i:[A-Z]){1,3}[ \-]?\d))?",
    re.I,
)
_NUMBERING = re.compile(r"^[\W_]*(?:(?:\d{1,2}[a-z]?|[a-z])[\s.):\]]+[\W_]*)?", re.I)


class Lexicon:
    """The labels of the languages of the text at hand, indexed by their folded words."""

    def __init__(self) -> None:
        languages = locales.tables(locales.spoken())
        self._entries: dict[tuple[str, ...], Field | None] = {}
        self._everyday = {code: frozenset((fold(w),) for w in one.everyday) for code, one in locales.languages().items()}
        for entry in locales.common().fields:
            for language in languages:
                for label in language.labels.get(entry.name, ()):
                    self._add(label, entry)
        for language in languages:
            for label in language.stops:
                self._add(label, None)
        self._first: dict[str, list[tuple[str, ...]]] = {}
        for key in self._entries:
            self._first.setdefault(key[0], []).append(key)
        for keys in self._first.values():
            keys.sort(key=lambda k: (-len(k), k))
        self._near: dict[str, list[str]] = {}
        for word in sorted({w for key in self._entries for w in key if len(w) >= _FUZZY_FROM}):
            for variant in variants(word, _slips(word)):
                self._near.setdefault(variant, []).append(word)
        self.vocabulary = frozenset(w for key in self._entries for w in key)

    def _add(self, label: str, entry: Field | None) -> None:
        key = tuple(fold(w) for w in re.findall(r"[^\W_]+", label))
        self._entries.setdefault(key, entry)
        if len(key) > 1 and sum(map(len, key)) >= 8:
            self._entries.setdefault(("".join(key),), entry)

    def everyday(self, language: str | None) -> frozenset[tuple[str, ...]]:
        """Labels of other languages that are function words of this one: `an` announces a person in German, nothing
        in English. Those whose value has a form of its own (`Tel`) stay: it keeps them honest."""
        return self._everyday.get(language or "", frozenset())

    def labels(
        self, text: str, memory: dict[str, str] | None = None, without: frozenset[tuple[str, ...]] = frozenset()
    ) -> list[Label]:
        """The labels of one segment's text, left to right: at its start, or before a colon. They do not
        overlap.

        `memory` keeps corrected words of one page, so that each is looked up once; `without`: keys of labels that say
        nothing on this page (`everyday`).
        """
        words = _words(text)
        keys = [self._corrected(w.key, memory if memory is not None else {}) if len(text) < 90 else w.key for w in words]
        numbering = _NUMBERING.match(text)
        begin = numbering.end() if numbering else 0
        found: list[Label] = []
        k = 0
        while k < len(words):
            label = self._at(text, words, keys, k, first=words[k].start <= begin, without=without)
            if label is None:
                k += 1
                continue
            found.append(label)
            while k < len(words) and words[k].start < label.end:
                k += 1
        return found

    def _at(
        self,
        text: str,
        words: Sequence[_Word],
        keys: Sequence[str],
        k: int,
        *,
        first: bool,
        without: frozenset[tuple[str, ...]],
    ) -> Label | None:
        if text[words[k].start : words[k].end].lower() in _COMPANY_FORMS:
            return None  # LLC looks like LIC, a licence, to a forgiving eye
        for candidate in self._first.get(keys[k], ()):
            n = len(candidate)
            if n > _MAX_WORDS or tuple(keys[k : k + n]) != candidate or candidate in without:
                continue
            if any(re.search(r"[:;\n\t]", text[words[j].end : words[j + 1].start]) for j in range(k, k + n - 1)):
                continue
            end = words[k + n - 1].end
            after = _AFTER.match(text, end)
            value = after.end() if after else end
            mark = after["mark"] if after else None
            # A semicolon is a colon misread at the start, and parts the items of a list elsewhere: `Jianping Min; Ann Roe`.
            marked = (bool(mark) and (first or mark != ";")) or text[end - 1] == _NUMBER_SIGN
            entry = self._entries[candidate]
            alone = value >= len(text)
            province = n == 1 and len(keys[k]) == 2 and text[: words[k].start].endswith("(")  # `20940 Cismon (TO)`
            if not first and alone and not province and re.search(r"[/|(]\s*$", text[: words[k].start]):
                first = True  # `Nom / Surname`: a form in two languages
            if not first and alone and len(words) <= _LONGEST and entry is not None and entry.form in _DIGITS:
                first = True  # `Seller Loan No`: the value's form keeps such a label honest
            whose = not _WHOSE.isdisjoint((candidate[0], candidate[-1]))
            if not first and entry is not None and whose and self._compound(text, words, k, value, alone, entry.form):
                first = True  # `Underwriter's Name`, `Firm's address 80 High Street`
            if (
                not first
                and not marked
                and not (entry is not None and entry.form == "line")
                and not (entry is not None and entry.form in _DIGITS and self._announces(text, words[k], n, value, entry.form))
            ):
                continue
            if not first and k and not re.search(r"[\s:;,/|)(]$", text[: words[k].start]):
                continue
            if first and not marked and not alone and (entry is None or entry.colon):
                continue
            if n == 1 and not marked and (len(keys[k]) == 1 or (not alone and keys[k] != words[k].key)):
                continue  # `Walter Ek`, `Maria Roe`: one misread letter off `Alter`, `marca`, with its value right behind
            lone = n == 1 and alone and not marked
            sure = not lone or (keys[k] == words[k].key and text[words[k].start : end].lower() not in LABELS_AND_NAMES)
            return Label(start=words[k].start, end=end, value=value, field=entry, marked=marked, first=first, sure=sure)
        return None

    @staticmethod
    def _compound(text: str, words: Sequence[_Word], k: int, value: int, alone: bool, form: Form) -> bool:
        """A name or an address of somebody that no list holds: a few words before the known label, none of them
        saying that it is a thing's."""
        before = [text[w.start : w.end] for w in words[:k]]
        if not 1 <= k <= _MOST_BEFORE or any(not w.isalpha() and "'" not in w and "’" not in w for w in before):
            return False
        if form in {"name", "name_address"}:
            return alone and not any(w.lower() in NAMED_THINGS for w in before)
        return (
            form == "address"
            and (alone or text[value : value + 1].isdigit())
            and not any(w.lower() in ADDRESSED_THINGS for w in before)
        )

    @staticmethod
    def _announces(text: str, word: _Word, count: int, value: int, form: Form) -> bool:
        """`Customer No. 99812`, `DOB 1/2/90` or `Account 991852215` within a line: several words or capitals, then a
        number, or one word, then a number too long for an amount or a year."""
        return re.match(r"[(+#]?\d|[A-Z]{1,3}[ \-]?\d", text[value:]) is not None and (
            count > 1
            or text[word.start : word.end].isupper()
            or (form in {"id", "number"} and _LONG_NUMBER.match(text[value:]) is not None)
        )

    def _corrected(self, key: str, memory: dict[str, str]) -> str:
        if key in self.vocabulary or len(key) < _FUZZY_FROM - 1:
            return key
        if key not in memory:
            memory[key] = self._nearest(key)
        return memory[key]

    def _nearest(self, key: str) -> str:
        most = _slips(key)
        candidates = {w for v in variants(key, most) for w in self._near.get(v, ())}
        ranked = sorted((edit_distance(key, w, most), w) for w in candidates)
        return ranked[0][1] if ranked and ranked[0][0] <= most else key


def _slips(word: str) -> int:
    return 1 if len(word) < _TWO_FROM else 2


def _words(text: str) -> list[_Word]:
    words = []
    for m in _WORDS.finditer(text):
        at = m.start()
        for part in _CAMEL.split(m[0]):
            key = "no" if part == _NUMBER_SIGN else fold(part.replace("'", "").replace("’", "").replace("`", ""))
            words.append(_Word(start=at, end=at + len(part), key=key))
            at += len(part)
    return words


@by_language
def lexicon() -> Lexicon:
    """The labels of the languages of the text at hand."""
    return Lexicon()
