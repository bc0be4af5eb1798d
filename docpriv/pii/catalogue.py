"""Every rule that a recipe looks with, its kind and its scores, as data; refuses to name a term of a list.

What stands in no table elsewhere (dates, addresses, machine lines) is listed here; a test compares it with what is found.
"""

from __future__ import annotations

from dataclasses import dataclass

from docpriv import options
from docpriv.model import Kind
from docpriv.pii import addresses, analyzer, announced, custom, dates, emails, lines, lists, names, phones, propagate
from docpriv.pii import fields as field_rules
from docpriv.pii.labels import lexicon
from docpriv.pii.numbers import NUMBERS
from docpriv.recognizers import kind_of_entity

_UNREAD = 0.5  # of a field whose value was seen and not read
_CONTEXT, _WITH_CONTEXT = 0.35, 0.4  # Presidio: what a context word adds, and what it makes of a score at least


@dataclass(frozen=True, slots=True, kw_only=True)
class RecognizerInfo:
    """A recognizer: the rule of a finding is its name or goes on from it; `most` is with context words where it has any.

    `source`: built-in shape, telephone numbers, telephone print, address of a mailbox, word before or behind, Presidio,
    name model, name print, spaCy model, field label, address, date, machine-readable line, search for found values, deny list, or
    custom.
    """

    name: str
    kind: Kind
    detector: str
    least: float
    most: float
    source: str


def catalogue(form: options.Finding) -> tuple[RecognizerInfo, ...]:
    """All recognizers of a recipe, by where they come from. No model is loaded."""
    return (*_custom(form), *_denied(form), *_shapes(), *_presidio(form), *_models(form), *_fields(), *_lines(form))


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
    out += [
        RecognizerInfo(name=name, kind=Kind.PERSON, detector="docpriv-names", least=score, most=score, source="name print")
        for name, score in (("particles", 0.6), ("run-together", 0.5))
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


def _lines(form: options.Finding) -> list[RecognizerInfo]:
    found = [
        ("address-lines", Kind.ADDRESS, addresses.DETECTOR, 0.5, 0.8, "address"),  # street, post-box, city-postcode, ...
        ("after-word-of-birth", Kind.DATE_OF_BIRTH, dates.DETECTOR, 0.8, 0.8, "date"),
        ("date", Kind.DATE, dates.DETECTOR, 0.6, 0.6, "date"),
        ("age", Kind.AGE, dates.DETECTOR, 0.7, 0.7, "date"),
        ("age-in-words", Kind.AGE, dates.DETECTOR, 0.6, 0.6, "date"),
        ("machine-line", Kind.MRZ, lines.DETECTOR, 0.95, 0.95, "machine-readable line"),
        ("cheque-line", Kind.ACCOUNT_NUMBER, lines.DETECTOR, 0.8, 0.8, "machine-readable line"),
        *((name, Kind.PHONE, phones.DETECTOR, 0.4, 1.0, "telephone print") for name in phones.RULES),
        *((name, kind, emails.DETECTOR, least, most, "address of a mailbox") for name, kind, least, most in emails.RULES),
        *dict.fromkeys(
            (r.reason, r.kind, announced.DETECTOR, *_scores_of(r.reason), "word before or behind") for r in announced.RULES
        ),
    ]
    out = [
        RecognizerInfo(name=name, kind=kind, detector=detector, least=least, most=most, source=source)
        for name, kind, detector, least, most, source in found
    ]
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


def _scores_of(reason: str) -> tuple[float, float]:
    scores = [r.score for r in announced.RULES if r.reason == reason]
    return min(scores), max(scores)


def _lifted(score: float, has_context: bool) -> float:
    return round(min(1.0, max(_WITH_CONTEXT, score + _CONTEXT)), 4) if has_context else score
