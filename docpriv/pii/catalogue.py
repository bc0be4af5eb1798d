"""Every rule that a recipe looks with, its kind and its scores, as data; refuses to name a term of a list.

What a registered detector finds stands with it; a test compares all of it with what is found.
"""

from __future__ import annotations

from docpriv import options
from docpriv.model import Kind
from docpriv.pii import analyzer, custom, lists, names, propagate
from docpriv.pii import fields as field_rules
from docpriv.pii.detectors import DETECTORS, RecognizerInfo
from docpriv.pii.labels import lexicon
from docpriv.pii.numbers import NUMBERS
from docpriv.recognizers import kind_of_entity

_UNREAD = 0.5  # of a field whose value was seen and not read
_CONTEXT, _WITH_CONTEXT = 0.35, 0.4  # Presidio: what a context word adds, and what it makes of a score at least


def catalogue(form: options.Finding) -> tuple[RecognizerInfo, ...]:
    """All recognizers of a recipe, by where they come from. No model is loaded."""
    return (*_custom(form), *_denied(form), *_shapes(), *_presidio(form), *_models(form), *_fields(), *_detectors(form))


def _custom(form: options.Finding) -> list[RecognizerInfo]:
    out = []
    for one in form.recognizers:
        scores = [p.score for p in one.patterns] + [one.deny_list_score] * bool(one.deny_list)
        out.append(
            RecognizerInfo(
                name=one.name,
                kind=kind_of_entity(one.supported_entity),
                detector=custom.DETECTOR,
                least=min(scores),
                most=_lifted(max(scores), bool(one.context)),
                source="custom",
            )
        )
    return out


def _denied(form: options.Finding) -> list[RecognizerInfo]:
    if not form.deny:
        return []
    return [
        RecognizerInfo(name="deny-list", kind=Kind.DENIED_TERM, detector=lists.DETECTOR, least=1.0, most=1.0, source="deny list")
    ]


def _shapes() -> list[RecognizerInfo]:
    return [
        RecognizerInfo(
            name=n.rule,
            kind=n.kind,
            detector=analyzer.DETECTOR,
            least=n.score,
            most=_lifted(n.score, bool(n.near)),
            source="built-in shape",
        )
        for n in NUMBERS
    ]


def _presidio(form: options.Finding) -> list[RecognizerInfo]:
    out = [
        RecognizerInfo(
            name=analyzer.rule_of(entity), kind=kind, detector=analyzer.DETECTOR, least=0.0, most=most, source="Presidio"
        )
        for entity, (kind, most) in analyzer.OWN_SCORES.items()
    ]
    if form.phone_regions:
        out.append(
            RecognizerInfo(
                name=analyzer.rule_of(analyzer.PHONE),
                kind=Kind.PHONE,
                detector=analyzer.DETECTOR,
                least=0.25,
                most=1.0,
                source="telephone numbers",
            )
        )
    return out


def _models(form: options.Finding) -> list[RecognizerInfo]:
    out = [
        RecognizerInfo(name=analyzer.NAME_MODEL, kind=kind, detector="docpriv-names", least=0.0, most=1.0, source="name model")
        for kind in names.ENTITIES.values()
    ]
    if form.spacy_model is not None:
        out += [
            RecognizerInfo(name=analyzer.NAME_MODEL, kind=kind, detector="spacy", least=0.6, most=0.6, source="spaCy model")
            for kind in (Kind.PERSON, Kind.LOCATION, Kind.ORGANIZATION)
        ]
    return out


def _fields() -> list[RecognizerInfo]:
    out: dict[tuple[str, Kind], RecognizerInfo] = {}
    for field in lexicon().fields:
        kinds = (Kind.PERSON, Kind.ADDRESS) if field.form == "name_address" else (field.kind,)
        for kind in kinds:
            before = out.get((field.name, kind))
            out[field.name, kind] = RecognizerInfo(
                name=field.name,
                kind=kind,
                detector=field_rules.DETECTOR,
                source="field label",
                least=min(field.score, _UNREAD, before.least if before else 1.0),
                most=max(field.score, before.most if before else 0.0),
            )
    return sorted(out.values(), key=lambda one: (one.name, one.kind))


def _detectors(form: options.Finding) -> list[RecognizerInfo]:
    out = [rule for detector in DETECTORS.values() for rule in detector.rules]
    if form.propagate:
        out.append(
            RecognizerInfo(
                name=propagate.REASON,
                kind=Kind.PERSON,
                detector=propagate.DETECTOR,
                least=0.7,
                most=1.0,
                source="search for found values",
            )
        )
    return out


def _lifted(score: float, has_context: bool) -> float:
    return round(min(1.0, max(_WITH_CONTEXT, score + _CONTEXT)), 4) if has_context else score
