"""Dates and ages in all the ways they are written on forms; which is a date of birth, the words around it say."""

from __future__ import annotations

import re
from itertools import takewhile

from docpriv import locales
from docpriv.locales import expanded
from docpriv.model import Kind
from docpriv.pii.detectors import text_detector
from docpriv.pii.textspan import Hit

DETECTOR = "dates"
RULES = (
    ("after-word-of-birth", Kind.DATE_OF_BIRTH, 0.8, 0.8),
    ("date", Kind.DATE, 0.6, 0.6),
    ("age", Kind.AGE, 0.7, 0.7),
    ("age-in-words", Kind.AGE, 0.6, 0.6),
)
_OLDEST = 120  # years

_MONTH = expanded("{{months}}")
_YEAR = r"(?:1[89]|20)\d\d"
_ORD = r"(?:st|nd|rd|th|\.)?"
_NUMERIC = (
    rf"(?:\d{{1,2}}\s?[/.\-]\s?\d{{1,2}}\s?[/.\-]\s?(?:{_YEAR}|\d{{2}})"
    rf"|{_YEAR}\s?[/.\-]\s?\d{{1,2}}\s?[/.\-]\s?\d{{1,2}})"
)
_WRITTEN = (
    rf"(?:\d{{1,2}}{_ORD}\s?[\-/]?\s?(?:de\s)?{_MONTH}\.?\s?[\-/,]?\s?(?:de\s)?(?:{_YEAR}|'?\d{{2}})"
    rf"|\d{{1,2}}\s?{_MONTH}\.?\s?/\s?[A-Za-zéûä]{{3,9}}\.?\s?(?:{_YEAR}|\d{{2}})"
    rf"|\d{{1,2}}{_ORD}\s(?:day\s)?of\s{_MONTH}\.?\s?,?\s?{_YEAR}"
    rf"|{_MONTH}\.?\s?\d{{1,2}}{_ORD}\s?,?\s?{_YEAR}|{_MONTH}\.?[ ,]{{0,2}}{_YEAR})"
)
_NO_YEAR = rf"(?:\d{{1,2}}{_ORD}\s(?:day\s)?(?:of\s)?{_MONTH}\b\.?|{_MONTH}\.?\s\d{{1,2}}{_ORD})"
_SPLIT = rf"(?:\d{{1,2}}[\s|]{{1,4}}\d{{1,2}}[\s|]{{1,4}}(?:{_YEAR}|\d{{2}}))"
_MONTH_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_COMPACT = rf"(?:{_MONTH_DAY}(?:19|20)\d\d|(?:19|20)\d\d{_MONTH_DAY})"

DATE = re.compile(rf"(?<![\w/.\-])(?:{_NUMERIC}|{_WRITTEN})(?![\w/\-])", re.I)
BIRTH_VALUE = re.compile(rf"(?<![\w/.\-])(?:{_NUMERIC}|{_WRITTEN}|{_SPLIT}|{_COMPACT}|{_NO_YEAR}|{_YEAR})(?![\w/])", re.I)
"""What may stand in a field for a date of birth: any date, three boxes, digits alone, a day of a month, or a year."""

_BIRTH = expanded(r"(?:\b{{birth}}|[(,;]\s?b\.\s?)")
_BIRTH_WORDS = re.compile(rf"{_BIRTH}[^\n\t]{{0,24}}$", re.I)
# Right behind a word of birth: boxes, digits alone, a year, or a day without one; behind `born`, only with in or on.
_BORN = re.compile(
    expanded(
        r"(?:\b{{born}}\s(?:(?:in|on|about|around|circa|ca\.?|abt\.?|the)\s|:\s?){0,2}"
        r"|\bb\.\s?(?:ca?\.\s?|abt\.\s?)?(?=1[89]\d\d|20\d\d|\d{1,2}[/\-])"
        r"|\b{{birth_date}}(?:\s?\([^()\n]{2,24}\))?(?:\s(?:is|was|on|falls\son)\b)?[\s:;|#.\-–]{0,6}(?:the\s|in\s|on\s){0,2})"
    )
    + rf"(?P<date>{_WRITTEN}|{_NUMERIC}|{_SPLIT}|{_COMPACT}|{_NO_YEAR}|{_YEAR}"
    rf"|month\W{{0,3}}\d{{1,2}}\W{{1,3}}day\W{{0,3}}\d{{1,2}}\W{{1,3}}year\W{{0,3}}\d{{2,4}})(?![\w/%]|[.,]\d)",
    re.I,
)
# A row with nothing but a label of birth, and the row below it, its cells joined: `04 MAR /MARS | 54`.
_BELOW = re.compile(
    expanded(r"(?:(?<=\n)|^)(?=[^\n\t\d]{3,60}\n)[^\n\t\d]{0,30}?{{birth_label}}[^\n\t\d]{0,40}\n\W{0,3}")
    + rf"(?P<date>{_WRITTEN}|{_NUMERIC}|{_SPLIT}|{_NO_YEAR})(?![\w/%]|[.,]\d)",
    re.I,
)
_LISTED = re.compile(r"(?<!\w)[ac][.)]\s", re.I)  # `a. 1953 b. 1954`: items, no births

_WRITTEN_AGE = expanded(r"(?:{{tens}}(?:[\s\-]?{{ones}})?|{{teens}}|{{ones}})")

_AGES = tuple(re.compile(age, re.I) for language in locales.languages().values() for age in language.ages)
_SPELLED_AGE = re.compile(
    rf"\b({_WRITTEN_AGE}[\s\-](?:years?|months?)[\s\-]old)\b|\baged\s({_WRITTEN_AGE})\b|\bage\sof\s({_WRITTEN_AGE})\b", re.I
)
_LIMIT = re.compile(
    r"(?:over|under|above|below|than|least|attain\w*|reach\w*|before|after|until|minimum|legal|by)\s(?:the\s)?$", re.I
)


@text_detector(DETECTOR, "date", *RULES, order=70)
def find_dates(text: str) -> list[Hit]:
    """Every date and age of a text. A date right after a word of birth is a date of birth."""
    hits: list[Hit] = []
    for m in DATE.finditer(text):
        line_start = _line_start(text, m.start())
        if _BIRTH_WORDS.search(text[line_start : m.start()][-60:]):
            hits.append(_hit(m.start(), m.end(), Kind.DATE_OF_BIRTH, 0.8, "after-word-of-birth"))
        else:
            hits.append(_hit(m.start(), m.end(), Kind.DATE, 0.6, "date"))
    for m in _BELOW.finditer(text):
        hits.append(_hit(*m.span("date"), Kind.DATE_OF_BIRTH, 0.8, "after-word-of-birth"))
    for m in _BORN.finditer(text):
        if not (m[0].lower().startswith("b.") and _LISTED.search(text[_line_start(text, m.start()) : m.start()])):
            hits.append(_hit(*m.span("date"), Kind.DATE_OF_BIRTH, 0.8, "after-word-of-birth"))
    return hits + _ages(text)


def _ages(text: str) -> list[Hit]:
    hits = [
        _hit(*m.span(1), Kind.AGE, 0.7, "age")
        for pattern in _AGES
        for m in pattern.finditer(text)
        if int("".join(takewhile(str.isdigit, m[1]))) <= _OLDEST
    ]
    for m in _SPELLED_AGE.finditer(text):
        if m[3] is None or not _LIMIT.search(text[max(0, m.start() - 16) : m.start()]):
            hits.append(_hit(*m.span(m.lastindex or 0), Kind.AGE, 0.6, "age-in-words"))
    return hits


def _line_start(text: str, at: int) -> int:
    return max(text.rfind("\n", 0, at), text.rfind("\t", 0, at)) + 1


def _hit(start: int, end: int, kind: Kind, score: float, reason: str) -> Hit:
    return Hit(start=start, end=end, kind=kind, score=score, detector=DETECTOR, reason=reason)
