"""Every rule that a recipe looks with, its kind and its scores, as data; never a term of a list.

What a registered detector finds stands with it; a test compares all of it with what is found.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import starmap

from docpriv import locales, options
from docpriv.model import Kind
from docpriv.pii import analyzer, custom, lists, names, propagate
from docpriv.pii import fields as field_rules
from docpriv.pii.detectors import DETECTORS, RecognizerInfo
from docpriv.pii.numbers import NUMBERS
from docpriv.recognizers import kind_of_entity

_UNREAD = 0.5  # of a field whose value was seen and not read
_CONTEXT, _WITH_CONTEXT = 0.35, 0.4  # Presidio: what a context word adds, and what it makes of a score at least
_Row = tuple[str, Kind, str, float, float, str]


def catalogue(form: options.Finding) -> tuple[RecognizerInfo, ...]:
    """All recognizers of a recipe, by where they come from. No model is loaded."""
    rows = (*_asked_for(form), *_numbers(form), *_models(form), *_fields(), *_searched(form))
    return (*starmap(RecognizerInfo, rows), *(rule for detector in DETECTORS.values() for rule in detector.rules))


def _asked_for(form: options.Finding) -> Iterator[_Row]:
    for one in form.recognizers:
        scores = [p.score for p in one.patterns] + [one.deny_list_score] * bool(one.deny_list)
        most = _lifted(max(scores), bool(one.context))
        yield one.name, kind_of_entity(one.supported_entity), custom.DETECTOR, min(scores), most, "custom"
    if form.deny:
        yield "deny-list", Kind.DENIED_TERM, lists.DETECTOR, 1.0, 1.0, "deny list"


def _numbers(form: options.Finding) -> Iterator[_Row]:
    for one in (n.form for n in NUMBERS):
        yield one.rule, one.kind, analyzer.DETECTOR, one.score, _lifted(one.score, bool(one.near)), "built-in shape"
    for entity, (kind, most) in analyzer.OWN_SCORES.items():
        yield analyzer.rule_of(entity), kind, analyzer.DETECTOR, 0.0, most, "Presidio"
    if form.phone_regions is None or form.phone_regions:
        yield analyzer.rule_of(analyzer.PHONE), Kind.PHONE, analyzer.DETECTOR, 0.25, 1.0, "telephone numbers"


def _models(form: options.Finding) -> Iterator[_Row]:
    for kind in names.ENTITIES.values():
        yield analyzer.NAME_MODEL, kind, names.DETECTOR, 0.0, 1.0, "name model"
    if form.spacy_model is not None:
        for kind in (Kind.PERSON, Kind.LOCATION, Kind.ORGANIZATION):
            yield analyzer.NAME_MODEL, kind, "spacy", 0.6, 0.6, "spaCy model"


def _fields() -> Iterator[_Row]:
    scores: dict[tuple[str, Kind], list[float]] = {}
    for field in locales.common().fields:
        for kind in (Kind.PERSON, Kind.ADDRESS) if field.form == "name_address" else (field.kind,):
            scores.setdefault((field.name, kind), []).append(field.score)
    for (name, kind), own in sorted(scores.items()):
        yield name, kind, field_rules.DETECTOR, min(*own, _UNREAD), max(own), "field label"


def _searched(form: options.Finding) -> Iterator[_Row]:
    if form.propagate:
        yield propagate.REASON, Kind.PERSON, propagate.DETECTOR, 0.7, 1.0, "search for found values"


def _lifted(score: float, has_context: bool) -> float:
    return round(min(1.0, max(_WITH_CONTEXT, score + _CONTEXT)), 4) if has_context else score
