"""Dates and ages in all the ways they are written on forms; says which is a date of birth by the words
around it."""

from __future__ import annotations

import re

from docpriv.model import Kind
from docpriv.pii.textspan import Hit

DETECTOR = "dates"

_MONTH = (
    r"(?:jan(?:uary|uar|vier)?|feb(?:ruary|ruar)?|f[ée]vr(?:ier)?|mar(?:ch|s)?|m[äa]rz|apr(?:il)?|avr(?:il)?|may|mai|mayo"
    r"|jun[ei]?|juin|jul[yi]?|juil(?:let)?|aug(?:ust)?|ao[ûu]t|sep(?:t(?:ember)?)?|sept(?:embre)?|o[ck]t(?:ober|obre)?"
    r"|nov(?:ember|embre)?|de[cz](?:ember)?|d[ée]c(?:embre)?|enero|febrero|marzo|abril|junio|julio|agosto"
    r"|septiembre|octubre|noviembre|diciembre)"
)
_YEAR = r"(?:1[89]|20)\d\d"
_ORD = r"(?:st|nd|rd|th|\.)?"
_NUMERIC = (
    rf"(?:\d{{1,2}}\s?[/.\-]\s?\d{{1,2}}\s?[/.\-]\s?(?:{_YEAR}|\d{{2}})"
    rf"|{_YEAR}\s?[/.\-]\s?\d{{1,2}}\s?[/.\-]\s?\d{{1,2}})"
)
_WRITTEN = (
    rf"(?:\d{{1,2}}{_ORD}\s?[\-/]?\s?(?:de\s)?{_MONTH}\.?\s?[\-/,]?\s?(?:de\s)?(?:{_YEAR}|'?\d{{2}})"
    rf"|{_MONTH}\.?\s?\d{{1,2}}{_ORD}\s?,?\s?{_YEAR}|{_MONTH}\.?[ ,]{{0,2}}{_YEAR})"
)
_SPLIT = rf"(?:\d{{1,2}}[\s|]{{1,4}}\d{{1,2}}[\s|]{{1,4}}(?:{_YEAR}|\d{{2}}))"
_MONTH_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_COMPACT = rf"(?:{_MONTH_DAY}(?:19|20)\d\d|(?:19|20)\d\d{_MONTH_DAY})"

DATE = re.compile(rf"(?<![\w/.\-])(?:{_NUMERIC}|{_WRITTEN})(?![\w/\-])", re.I)
BIRTH_VALUE = re.compile(
    rf"(?<![\w/.\-])(?:{_NUMERIC}|{_WRITTEN}|{_SPLIT}|{_COMPACT}|{_YEAR})(?![\w/])", re.I
)
"""What may stand in a field for a date of birth: any date, three boxes, digits alone, or a year."""

_BIRTH_WORDS = re.compile(
    r"(?:\bborn\b|\bbirth|\bd\W{0,2}o\W{0,2}b\b|\bn[ée]e?\b|\bgeboren|\bgeb\b|\bnacid|\bnat[oa]\b)[^\n\t]{0,24}$",
    re.I,
)

_AGES = tuple(
    re.compile(p, re.I)
    for p in (
        r"\baged?\s*[:\-]?\s*(\d{1,3}(?:\s*(?:years?|yrs?))?)(?![\w/,%]|[.\-]\d)",
        r"(?<![\w.$])(\d{1,3}\s*[\-–]?\s*(?:year|yr)s?[\s\-–]*old)\b",
        r"(?<![\w.$/\-])(\d{1,3}\s?(?:y[./]?o\b\.?|yo[MF]\b|y\.\s?o\.))",
        r"(?<![\w.$/\-])(\d{1,3}\s?(?:years?|yrs?)\s+of\s+age)\b",
        r"(?<![\w.$/\-])(\d{1,3}\s?(?:jahre\s+alt|ans\b|a[ñn]os\b))",
    )
)


def find_dates(text: str) -> list[Hit]:
    """Every date and age of a text. A date right after a word of birth is a date of birth."""
    hits = []
    for m in DATE.finditer(text):
        line_start = max(text.rfind("\n", 0, m.start()), text.rfind("\t", 0, m.start())) + 1
        if _BIRTH_WORDS.search(text[line_start : m.start()]):
            hits.append(
                Hit(
                    start=m.start(),
                    end=m.end(),
                    kind=Kind.DATE_OF_BIRTH,
                    score=0.8,
                    detector=DETECTOR,
                    reason="after-word-of-birth",
                )
            )
        else:
            hits.append(
                Hit(start=m.start(), end=m.end(), kind=Kind.DATE, score=0.6, detector=DETECTOR, reason="date")
            )
    for pattern in _AGES:
        for m in pattern.finditer(text):
            if int(re.match(r"\d+", m[1])[0]) <= 120:  # type: ignore[index]
                hits.append(
                    Hit(
                        start=m.start(1),
                        end=m.end(1),
                        kind=Kind.AGE,
                        score=0.7,
                        detector=DETECTOR,
                        reason="age",
                    )
                )
    return hits
