"""Dates and ages in all the ways they are written on forms; which is a date of birth, the words around it say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from docpriv import locales
from docpriv.locales import Regex, by_language, expanded, spoken, tables
from docpriv.model import Kind
from docpriv.pii.checksums import age
from docpriv.pii.detectors import text_detector
from docpriv.pii.numbers import Pattern, hits_of, rules_of
from docpriv.pii.textspan import Hit

DETECTOR = "dates"
DATE = re.compile(expanded(r"(?<![\w/.\-])(?:{{numeric_date}}|{{written_date}})(?![\w/\-])"), re.I)
BIRTH_VALUE = re.compile(
    expanded(r"(?<![\w/.\-])(?:{{numeric_date}}|{{written_date}}|{{boxed_date}}|{{compact_date}}|{{day}}|{{year}})(?![\w/])"),
    re.I,
)
"""What may stand in a field for a date of birth: any date, three boxes, digits alone, a day of a month, or a year."""

_BIRTH_WORDS = re.compile(expanded(r"(?:\b{{birth}}|[(,;]\s?b\.\s?)[^\n\t]{0,24}$"), re.I)
_BIRTHS = tuple(map(Pattern, locales.common().births))


@by_language
def _ages() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(expanded(form), re.I) for table in tables(spoken()) for form in table.ages)


@by_language
def _ages_in_words() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(expanded(form), re.I) for table in tables(spoken()) for form in table.ages_in_words)


@text_detector(
    DETECTOR,
    "date",
    *rules_of(locales.common().births),
    ("date", Kind.DATE, 0.6, 0.6),
    ("age", Kind.AGE, 0.7, 0.7),
    ("age-in-words", Kind.AGE, 0.6, 0.6),
    order=70,
)
def find_dates(text: str) -> list[Hit]:
    """Every date and age of a text. A date right after a word of birth is a date of birth."""
    hits: list[Hit] = []
    for m in DATE.finditer(text):
        line_start = max(text.rfind("\n", 0, m.start()), text.rfind("\t", 0, m.start())) + 1
        if _BIRTH_WORDS.search(text[line_start : m.start()][-60:]):
            hits.append(Hit(*m.span(), Kind.DATE_OF_BIRTH, 0.8, DETECTOR, "after-word-of-birth"))
        else:
            hits.append(Hit(*m.span(), Kind.DATE, 0.6, DETECTOR, "date"))
    for pattern in _ages():
        hits += [Hit(*m.span(1), Kind.AGE, 0.7, DETECTOR, "age") for m in pattern.finditer(text) if age(m[1])]
    for pattern in _ages_in_words():
        hits += [Hit(*m.span(1), Kind.AGE, 0.6, DETECTOR, "age-in-words") for m in pattern.finditer(text) if m[1]]
    return hits + hits_of(_BIRTHS, text, DETECTOR)


_BEHIND_NAME = Regex(
    r"(?:,\s|\s?[(–\-]\s?)({{written_date}}|{{numeric_date}})(?:[,)] ?(?=[^\W\d_][^\n]*[a-zà-ÿ])|\s?[–\-]\s)", re.I
)
_BEFORE = re.compile(r"(?<!\w)den $")
_BEHIND = re.compile(r"(?:-[áé]n|\s?r\.|\sroku|\.?[’'][dt][ae])(?!\w)")
_MONTH_LAST = Regex(r"(?:{{year}})\W{0,2}{{months}}\.?", re.I)
_DAY_BEHIND = re.compile(r"\s?\d{1,2}(?!\d)(?:\.|-[áé]n)?")
_BELIEVED = 0.4


def born_behind_names(text: str, hits: Sequence[Hit]) -> list[Hit]:
    """A date in brackets or between commas right behind a person, in a sentence that goes on: `Ann Roe, 14/04/87, will`."""
    ends = sorted({hit.end for hit in hits if hit.kind is Kind.PERSON and hit.score >= 0.5})
    found = (_BEHIND_NAME.match(text, end) for end in ends)
    return [Hit(*m.span(1), Kind.DATE_OF_BIRTH, 0.55, DETECTOR, "date-behind-name") for m in found if m is not None]


def whole_births(text: str, hits: Sequence[Hit]) -> Iterator[Hit]:
    """The hits, dates of birth with the day that a word of the month left behind and with what inflects them: `18-án`, `r.`"""
    for hit in hits:
        if hit.kind is not Kind.DATE_OF_BIRTH or hit.score < _BELIEVED:
            yield hit
            continue
        start, end = hit.start, hit.end
        if _MONTH_LAST.fullmatch(text[start:end]) and (day := _DAY_BEHIND.match(text, end)):
            end = day.end()
        if behind := _BEHIND.match(text, end):
            end = behind.end()
        if before := _BEFORE.search(text[max(0, start - 5) : start]):
            start -= len(before[0])
        yield replace(hit, start=start, end=end)
