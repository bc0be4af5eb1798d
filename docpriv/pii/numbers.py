"""Numbers, codes and addresses by their own print, from the tables of countries.

What scores below 0.4 is no finding that a recipe covers until a word near it lifts it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from docpriv import locales
from docpriv.locales.forms import Number, Print
from docpriv.model import Kind
from docpriv.pii.checksums import Check, check

_PLATE_SCORE = 0.15  # part numbers look alike: it counts only beside a word for vehicles


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberPattern:
    """A number of the tables, compiled; `near`: words that lift its score, `named`: words that it is announced by."""

    rule: str
    kind: Kind
    regex: re.Pattern[str]
    score: float
    near: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    check: Check | None = None
    misread: bool = False

    @property
    def entity(self) -> str:
        """Its name in Presidio."""
        return self.rule.upper().replace("-", "_")

    def matches(self, text: str) -> Iterator[re.Match[str]]:
        """Where it stands in a text and its check holds."""
        return (m for m in self.regex.finditer(text) if self.check is None or self.check(m[0]))


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintPattern:
    """The print of a telephone number or address of e-mail, compiled."""

    rule: str
    regex: re.Pattern[str]
    score: float
    needs: re.Pattern[str] | None
    check: Check | None

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Where it stands in a text and its check holds."""
        if self.needs is None or self.needs.search(text):
            for m in self.regex.finditer(text):
                span = m.span(m.re.groups)  # of its group, or of all
                if self.check is None or self.check(text[slice(*span)]):
                    yield span


def compiled_print(form: Print) -> PrintPattern:
    return PrintPattern(
        rule=form.rule,
        regex=re.compile(locales.expanded(form.pattern)),
        score=form.score,
        needs=re.compile(form.needs) if form.needs else None,
        check=check(form.check) if form.check else None,
    )


def _number(form: Number) -> NumberPattern:
    return NumberPattern(
        rule=form.rule,
        kind=form.kind,
        regex=re.compile(locales.expanded(form.pattern), re.I),
        score=form.score,
        near=form.near,
        named=form.named,
        check=check(form.check) if form.check else None,
        misread=form.misread,
    )


def _all() -> Iterator[NumberPattern]:
    vehicles, registering = locales.words("vehicle"), locales.words("registering")
    yield from map(_number, locales.common().numbers)
    for country in locales.countries().values():
        yield from map(_number, country.numbers)
        for plate in country.plates:
            yield NumberPattern(
                rule=plate.rule,
                kind=Kind.LICENCE_PLATE,
                regex=re.compile(rf"(?<![\w\-])(?-i:{plate.pattern})(?![\w\-])", re.I),
                score=_PLATE_SCORE,
                near=vehicles + registering if plate.strict else vehicles,
            )


NUMBERS: tuple[NumberPattern, ...] = tuple(_all())
