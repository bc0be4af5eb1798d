"""Dates and ages in all the ways they are written on forms; which is a date of birth, the words around it say."""

from __future__ import annotations

import re

from docpriv import locales
from docpriv.locales import by_language, expanded, spoken, tables
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
