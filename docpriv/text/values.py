"""Values that are sought wherever else they stand, the same ones for finding and for the check before release.

A value lives in memory, no longer than its document, and never shows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from docpriv import locales
from docpriv.locales import by_language
from docpriv.model import CharId, Finding, Kind, PageText
from docpriv.text.fold import fold, joined_pairs, number_signs, signs
from docpriv.text.words import PARTICLES, SUFFIXES, TITLES, WORD, bare, no_name, tokens_of

IDENTIFIERS = frozenset(
    {
        Kind.NATIONAL_ID,
        Kind.TAX_ID,
        Kind.PASSPORT,
        Kind.DRIVER_LICENCE,
        Kind.ACCOUNT_NUMBER,
        Kind.IBAN,
        Kind.CARD_NUMBER,
        Kind.MEDICAL_RECORD_NUMBER,
        Kind.MEMBER_ID,
        Kind.PERSONAL_ID,
        Kind.LICENCE_PLATE,
        Kind.VEHICLE_ID,
    }
)
"""Kinds of numbers that were given to somebody or something to tell it from others."""

_WORDS_TOO = frozenset({Kind.PERSON, Kind.ADDRESS, Kind.EMAIL, Kind.USERNAME, Kind.PASSWORD, Kind.CUSTOM})
SOUGHT = IDENTIFIERS | _WORDS_TOO | {Kind.PHONE, Kind.CRYPTO, Kind.DATE_OF_BIRTH, Kind.MRZ}
"""Kinds whose value identifies wherever it stands. Not ages, places, dates and amounts, which others have too; not what is no
text; not denied terms, which are looked for everywhere anyway."""

SURE = 0.7  # score of a name from which a misread letter, initials and another order of it are sought
_ONLY_WITH_DIGITS = frozenset({Kind.PASSWORD, Kind.LICENCE_PLATE})  # others may be ordinary words
_LEAST_NAME = 5  # letters that a name needs to be sought
_LEAST = 6  # letters and digits that any other value needs
_ADDRESS_LENGTH = 9  # letters and digits of one line of an address, a number among them
_WORD = re.compile(r"[^\W_]+(?:['’.\-][^\W_]+)*")
_SMALL = re.compile(rf"(?<!@)(?<![^\W\d])(?>{WORD.pattern})(?![_@])")
_LAST_FIRST = re.compile(r"^([^,]+),\s*(\w.*)$")


@by_language
def everyday() -> frozenset[str]:
    """Folded words that are no names."""
    return frozenset(fold(word) for name in ("not_names", "organisation") for word in locales.words(name))


@dataclass(frozen=True, slots=True)
class Value:
    """A value as words in one form (`signs`; for what is no name `number_signs`); never shown.

    `loose`: a name that is sought with a misread letter, initials or in another order too; `alone`: by its surname alone.
    """

    kind: Kind
    words: tuple[str, ...] = field(repr=False)
    digits: bool = False
    loose: bool = False
    alone: bool = False
    score: float = field(default=1.0, compare=False)

    @property
    def letters(self) -> str:
        """Letters and digits of all words in a row."""
        return "".join(filter(str.isalnum, "".join(self.words)))


def values_of(text: PageText, findings: Iterable[Finding]) -> set[Value]:
    """The values of findings that own characters of `text`; of a block over several lines also each line that tells."""
    values: set[Value] = set()
    for finding in findings:
        if finding.kind in SOUGHT and finding.chars:
            made = _names if finding.kind is Kind.PERSON else _lines if finding.kind is Kind.ADDRESS else _numbers
            values.update(made(text, finding))
    return values


def name_words(text: PageText, finding: Finding) -> tuple[str, ...]:
    """The folded words of a name that may be sought loosely, first names first; none where it may not.

    Two to five words, titles apart, of which one is longer than an initial and none an everyday word.
    """
    return tuple(joined_pairs(word) for word in _loose_words(value_text(text, finding.chars)))


def surname_of(words: Sequence[str]) -> str | None:
    """The last word of a name that is longer than an initial and no particle."""
    long = [w for w in words if len(w) > 2 and w not in PARTICLES]
    return long[-1] if long else None


def value_text(text: PageText, chars: Sequence[CharId]) -> str:
    """Characters as one text: a blank where others stand between them or a line ends, nothing where a word is parted there."""
    lines = text.lines
    parts: list[str] = []
    last: CharId | None = None
    for c in chars:
        sign = lines[c.line].chars[c.char].text
        if last is not None and (c.line != last.line or c.char != last.char + 1):
            if c.line != last.line and parts[-1] in "-‐\u00ad" and sign[:1].islower():
                parts.pop()
            else:
                parts.append(" ")
        parts.append(sign)
        last = c
    return "".join(parts)


def common_words(texts: Iterable[PageText]) -> frozenset[str]:
    """Folded words that a document also writes in small letters: no surnames, however capitalised elsewhere.

    Parts of names of files and of addresses of e-mail are small without being words.
    """
    small = {
        m[0].rstrip(".")
        for text in texts
        for line in text.lines
        for m in _SMALL.finditer(line.text)
        if m[0].islower() and len(m[0]) > 2
    }
    return frozenset(map(fold, small))


def _loose_words(raw: str) -> tuple[str, ...]:
    raw = _LAST_FIRST.sub(r"\2 \1", raw)  # `Last, First`: the surname goes last
    plain = [bare(m[0]) for m in tokens_of(raw)]
    words = tuple(signs(w) for w in plain if w not in TITLES and w not in SUFFIXES)
    long = [w for w in words if len(w) > 2]
    return words if 2 <= len(words) <= 5 and long and not any(no_name(w) for w in plain) else ()


def _names(text: PageText, finding: Finding) -> Iterator[Value]:
    raw = value_text(text, finding.chars)
    words = _loose_words(raw) if finding.score >= SURE else ()
    if words:
        yield Value(Kind.PERSON, words, loose=True, alone=finding.by_surname, score=finding.score)
    whole = _words(raw, signs)
    if not words and sum(map(len, whole)) >= _LEAST_NAME and not raw.islower():
        yield Value(Kind.PERSON, whole, score=finding.score)


def _numbers(text: PageText, finding: Finding) -> Iterator[Value]:
    """The value, and each line of one over several that tells."""
    lines = _by_line(text, finding)
    for raw in dict.fromkeys([value_text(text, finding.chars), *(raw for raw in lines if len(lines) > 1 and _tells(raw))]):
        yield from _exact(finding, raw)


def _lines(text: PageText, finding: Finding) -> Iterator[Value]:
    lines = _by_line(text, finding)
    for raw in lines:
        count, letters = sum(c.isalnum() for c in raw), sum(c.isalpha() for c in raw)
        if len(lines) == 1 or _tells(raw) or (count >= _ADDRESS_LENGTH and 4 <= letters < count):
            yield from _exact(finding, raw)


def _exact(finding: Finding, raw: str) -> Iterator[Value]:
    words, digits = _words(raw, number_signs), any(c.isdigit() for c in raw)
    if sum(map(len, words)) >= _LEAST and (digits or finding.kind not in _ONLY_WITH_DIGITS):
        yield Value(finding.kind, words, digits=digits, score=finding.score)


def _tells(raw: str) -> bool:
    return len(_WORD.findall(raw)) > 1 and any(c.isdigit() for c in raw)


def _by_line(text: PageText, finding: Finding) -> list[str]:
    by_line: dict[int, list[CharId]] = {}
    for c in finding.chars:
        by_line.setdefault(c.line, []).append(c)
    return [value_text(text, by_line[line]) for line in sorted(by_line)]


def _words(raw: str, form: Callable[[str], str]) -> tuple[str, ...]:
    words = ("".join(filter(str.isalnum, form(m[0]))) for m in _WORD.finditer(raw))
    return tuple(w for w in words if w)
