"""What is found by its own print, from the tables of countries: numbers, telephones, addresses of e-mail, dates of birth.

A number that scores below 0.4 is no finding that a recipe covers until a word near it lifts it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib import import_module
from inspect import isfunction
from typing import Generic, TypeVar

from docpriv import locales
from docpriv.errors import EngineError
from docpriv.locales import Regex
from docpriv.locales.forms import Announced, Number, Print, Value
from docpriv.model import Kind
from docpriv.pii import checksums
from docpriv.pii.detectors import Rule
from docpriv.pii.textspan import Hit

_PLATE_SCORE = 0.15  # part numbers look alike: it counts only beside a word for vehicles

Check = Callable[[str], bool]
_Form = TypeVar("_Form", bound=Value, covariant=True)


@cache
def check(name: str) -> Check:
    """A function of `checksums`, or a check of python-stdnum by its module (`gb.nhs`). EngineError where there is none."""
    own: Check | None = getattr(checksums, name, None)
    if isfunction(own):
        return own
    try:
        valid = import_module(f"stdnum.{name}").is_valid
    except (ImportError, AttributeError):
        raise EngineError(
            f"no check is called {name}", remedy="Name a module of python-stdnum, or a function of docpriv.pii.checksums."
        ) from None
    return lambda text: bool(valid(checksums.signs_of(text)))


_CHECK_DIGITS = (
    "luhn", "iban", "gb.nhs", "es_nif", "pl.pesel", "fi_hetu", "se_personal", "nl.bsn", "fr.nir", "be_national",
    "iso7064.mod_11_10", "it_fiscal", "in_.aadhaar", "vin_form", "aba", "npi", "dea", "au.tfn", "au_medicare", "ie_pps",
    "de_pension", "br.cpf", "cl.rut", "ch.ssn", "sg_nric", "hk_id", "pt.nif", "jp.in_",
)  # fmt: skip


def has_check_digits(text: str) -> bool:
    """Whether a number satisfies the check digits of some kind of number."""
    return any(check(name)(text) for name in _CHECK_DIGITS)


class Pattern(Generic[_Form]):
    """A row of the tables, compiled."""

    def __init__(self, form: _Form) -> None:
        self.form = form
        self._regex = Regex(form.pattern, re.I if isinstance(form, Number) else 0)
        self._needs = Regex(form.needs if isinstance(form, Print) else "")
        self._check = check(form.check) if form.check else None

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Where it stands in a text and its check holds."""
        if self._needs.search(text):
            for m in self._regex.finditer(text):
                start, end = m.span(m.re.groups)  # of its group, or of all
                if start >= 0 and (self._check is None or self._check(text[start:end])):
                    yield start, end


def rules_of(forms: Iterable[Print | Announced]) -> tuple[Rule, ...]:
    """Rows of the tables as a detector registers them: each rule with its least and highest score."""
    scores: dict[tuple[str, Kind], list[float]] = {}
    for one in forms:
        scores.setdefault((one.rule, one.kind), []).append(one.score)
    return tuple((rule, kind, min(own), max(own)) for (rule, kind), own in scores.items())


def hits_of(patterns: Iterable[Pattern[Print]], text: str, detector: str) -> list[Hit]:
    """Where some patterns stand in a text."""
    return [Hit(*span, p.form.kind, p.form.score, detector, p.form.rule) for p in patterns for span in p.spans(text)]


class NumberPattern(Pattern[Number]):
    """A number of the tables."""

    @property
    def entity(self) -> str:
        """Its name in Presidio."""
        return self.form.rule.upper().replace("-", "_")


def _all() -> Iterator[Number]:
    vehicles, registering = locales.words("vehicle"), locales.words("registering")
    yield from locales.common().numbers
    for country in locales.countries().values():
        yield from country.numbers
        for plate in country.plates:
            yield Number(
                rule=plate.rule,
                kind=Kind.LICENCE_PLATE,
                pattern=rf"(?<![\w\-])(?-i:{plate.pattern})(?![\w\-])",
                score=_PLATE_SCORE,
                near=vehicles + registering if plate.strict else vehicles,
                source=country.sources["plates"],
            )


NUMBERS: tuple[NumberPattern, ...] = tuple(map(NumberPattern, _all()))
