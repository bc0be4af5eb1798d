"""Dates of birth that stand elsewhere in another form: `120461` on a card that says `12/04/1961`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from docpriv.locales import Regex, by_language, spoken, tables
from docpriv.model import Finding, Kind
from docpriv.pii.dates import DATE
from docpriv.pii.readings import readings_of
from docpriv.protocols import ReadPage
from docpriv.text.fold import fold
from docpriv.text.values import SURE, value_text

_SCORE = 0.6
_BARE = re.compile(r"(?<![\w.,$/\-])(?:\d{6}|\d{8}|\d\d?([ |\t])\d\d?\1\d\d(?:\d\d)?)(?![\w%]|[.,/\-]\d)")
_SHORT = Regex(r"(?<!\w)\d{1,2}[ \-]?{{months}}[ \-]?(?:\d{4}|\d{2})(?!\w)", re.I)
_PART = re.compile(r"\d+|[^\W\d_]{3,}")
_SPLITS = {6: ((2, 2, 2),), 8: ((2, 2, 4), (4, 2, 2))}
Day = tuple[str, int, int]
"""The year as it is written, the month, the day."""


def same_dates(findings: Iterable[Finding], pages: Sequence[ReadPage], detector: str, reason: str) -> Iterator[Finding]:
    """A finding for every date in the texts of `pages` that is one of the dates of birth, in whatever form."""
    texts = {page.text.ref.index: page.text for page in pages}
    births = [f for f in findings if f.kind is Kind.DATE_OF_BIRTH and f.score >= SURE and f.chars and f.page in texts]
    known = {day for f in births for day in days(value_text(texts[f.page], f.chars))}
    if not known:
        return
    owned = {(f.page, c) for f in births for c in f.chars}
    for page in pages:
        reading = readings_of(page)
        for tape in (reading.blocks, reading.rows):
            for pattern in (DATE, _BARE, _SHORT.now()):
                for m in pattern.finditer(tape.text):
                    chars = tape.chars(*m.span())
                    if any(_same(day, birth) for day in days(m[0]) for birth in known) and not all(
                        (reading.number, c) in owned for c in chars
                    ):
                        yield Finding(
                            page=reading.number,
                            kind=Kind.DATE_OF_BIRTH,
                            score=_SCORE,
                            detector=detector,
                            reason=reason,
                            chars=chars,
                        )


def days(text: str) -> set[Day]:
    """The days that a date in some form may be: `04/12/61` is of April or of December. None where a part is missing."""
    parts = [part for part in _PART.findall(text) if part.isdigit() or fold(part) in _months()]
    named = [_months()[fold(part)] for part in parts if not part.isdigit()]
    digits = [part for part in parts if part.isdigit()]
    if len(digits) == 1 and not named:
        digits_only = digits[0]
        cuts = _SPLITS.get(len(digits_only), ())
        return {day for a, b, _ in cuts for day in _ordered(digits_only[:a], digits_only[a : a + b], digits_only[a + b :])}
    if len(named) == 1 and len(digits) == 2:
        a, b = digits
        return {(year, named[0], int(day)) for year, day in ((a, b), (b, a)) if len(year) in {2, 4} and 1 <= int(day) <= 31}
    return set(_ordered(*digits)) if len(digits) == 3 and not named else set()


def _ordered(a: str, b: str, c: str) -> Iterator[Day]:
    for year, month, day in ((c, a, b), (c, b, a), (a, b, c)):
        if len(year) in {2, 4} and len(month) <= 2 and len(day) <= 2 and 1 <= int(month) <= 12 and 1 <= int(day) <= 31:
            yield year, int(month), int(day)


def _same(a: Day, b: Day) -> bool:
    return a[1:] == b[1:] and (a[0] == b[0] if len(a[0]) == len(b[0]) else a[0][-2:] == b[0][-2:])


@by_language
def _months() -> Mapping[str, int]:
    return {fold(name): number for one in tables(spoken()) for number, names in enumerate(one.months, 1) for name in names}
