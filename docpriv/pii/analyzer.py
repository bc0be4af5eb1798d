"""Numbers, codes and names in one text: Presidio with docpriv's tables, and the detectors that complete it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial

import phonenumbers

from docpriv.locales import BASE, by_language, languages, spoken
from docpriv.model import Kind
from docpriv.pii.detectors import Texts, detected, text_detector
from docpriv.pii.digits import digits_guessed
from docpriv.pii.names import ENTITIES
from docpriv.pii.numbers import NUMBERS, NumberPattern, hits_of
from docpriv.pii.phones import continued
from docpriv.pii.presidio import BUILT_IN, EntityRecognizer, Found, Presidio, Recognizer, RecognizerResult
from docpriv.pii.textspan import Hit

DETECTOR = "presidio"
NAME_MODEL = "name-model"
_FLOOR = 0.2  # weaker patterns are numbers of any kind: nobody could use a count of them
PHONE = "PHONE_NUMBER"
OWN_SCORES = {
    "IBAN_CODE": (Kind.IBAN, 0.95),
    "CRYPTO": (Kind.CRYPTO, 0.9),
    "IP_ADDRESS": (Kind.IP_ADDRESS, 0.6),
    "MAC_ADDRESS": (Kind.IP_ADDRESS, 0.6),
}


def _recognizer(number: NumberPattern) -> Recognizer:
    """One number of the tables; a match whose check fails is dropped."""
    entity, score, near = number.entity, number.form.score, number.form.near

    def find(text: str) -> Iterator[Found]:
        if score >= _FLOOR or any(word in text.lower() for word in near):  # without, nobody would hear of it
            yield from ((entity, start, end, score, "") for start, end in number.spans(text))

    return Recognizer(entity, [entity], find, near)


@by_language
def _regions() -> tuple[str, ...]:
    """The countries of the languages of the text at hand; of many languages the first of each, since each costs a millisecond."""
    own = [table.countries for code, table in languages().items() if not spoken() or code in spoken()]
    most = None if len(own) <= _FEW_LANGUAGES else 1
    return tuple(dict.fromkeys(country for countries in own for country in countries[:most]))


_FEW_LANGUAGES = 3


def _telephones(text: str, regions: Sequence[str] | None) -> Iterator[Found]:
    """Numbers that libphonenumber finds for some regions, None: those of the text's languages, without prices, dates and
    neighbours in a table."""
    found: dict[tuple[int, int], float] = {}
    regions = _regions() if regions is None else regions
    for chunk in _NUMERIC_RUN.finditer(text):
        if sum(c.isdigit() for c in chunk[0]) < 7:
            continue
        for region in regions:
            for match in phonenumbers.PhoneNumberMatcher(chunk[0], region, leniency=phonenumbers.Leniency.VALID):
                start, end = chunk.start() + match.start, chunk.start() + match.end
                found[start, end] = phone_score(text, start, end)
    yield from ((PHONE, start, end, score, "") for (start, end), score in found.items() if score)


_PHONE_NEAR = (
    "phone", "tel", "telephone", "fax", "cell", "mobile", "call", "contact",
    *(word for code, table in languages().items() if code != BASE for word in table.words.get("telephone", ()) if word.isalpha()),
)  # fmt: skip
_NUMERIC_RUN = re.compile(r"[+(\d][\d() .\-/+]{5,30}(?:\s?(?:ext|x)\.?\s?\d{1,5})?", re.I)
_FIGURE_BEFORE = re.compile(r"\d[.,]?[\d%]* {1,4}$")
_FIGURE_AFTER = re.compile(r" {1,4}[$(]?\d")
_DATE_LIKE = re.compile(r"\d{1,4}[/.\-]\d{1,2}[/.\-]\d{2,4}")
_PRICE_LIKE = re.compile(r"\d[.,]\d\d(?!\d)")


def phone_score(text: str, start: int, end: int) -> float:
    """How far a valid number in text[start:end] is one in print too; 0 for joined columns, prices and dates."""
    raw = text[start:end]
    count = sum(c.isdigit() for c in raw)
    grouped = re.search(r"\d[ .\-/)]+\d", raw) is not None
    before, after = text[max(0, start - 1) : start], text[end : end + 2]
    if (
        not 9 <= count <= 15
        or "\n" in raw
        or "\t" in raw
        or "  " in raw
        or _DATE_LIKE.search(raw)
        or _PRICE_LIKE.search(raw)
        or before in {"$", "€", "£", ".", "-", "#"}
        or re.match(r"[.,\-]\d", after)
    ):
        return 0.0
    if raw.startswith("+"):
        return 0.75
    if not grouped:
        return 0.25
    if re.search(r"[().\-/]", raw):
        return 0.6
    # Blanks alone part figures too: a number between other figures of its line is one of them.
    return 0.3 if _FIGURE_BEFORE.search(text[max(0, start - 12) : start]) or _FIGURE_AFTER.match(text[end : end + 12]) else 0.45


class PatternAnalyzer:
    """Presidio and the detectors of every text over one text at a time. Thread-safe after construction; keeps nothing."""

    def __init__(self, regions: Sequence[str] | None, more: Sequence[EntityRecognizer] = ()) -> None:
        """`regions`: countries of telephone numbers, None: those of the text's languages; `more`: further Presidio recognizers,
        of names for instance."""
        self._kinds = {n.entity: n.form.kind for n in NUMBERS} | {e: k for e, (k, _) in OWN_SCORES.items()} | {PHONE: Kind.PHONE}
        self._unnamed = sorted(self._kinds)
        self._kinds |= ENTITIES
        recognizers = [*map(_recognizer, NUMBERS), *(made() for made in BUILT_IN)]
        if regions is None or regions:
            recognizers.append(Recognizer("telephone", [PHONE], partial(_telephones, regions=regions), _PHONE_NEAR))
        self._presidio = Presidio([*recognizers, *more], least=_FLOOR, whole_words=True)

    def find(self, text: str, *, names: bool = True) -> list[Hit]:
        """Hits in a text of any length; numbers and addresses of e-mail alone without `names`.

        EngineError, without a word of the text, where Presidio fails.
        """
        hits = []
        for r in self._presidio.results(text, None if names else self._unnamed):
            if r.entity_type in OWN_SCORES and re.search(r"\d|[A-Za-z]", text[r.start : r.end]) is None:
                continue
            if r.entity_type == "IP_ADDRESS" and _section_number(text, r.start, r.end):
                continue
            named = r.entity_type in ENTITIES
            hits.append(
                Hit(
                    r.start,
                    r.end,
                    self._kinds[r.entity_type],
                    min(OWN_SCORES[r.entity_type][1], r.score) if r.entity_type in OWN_SCORES else r.score,
                    r.recognition_metadata[RecognizerResult.RECOGNIZER_NAME_KEY] if named else DETECTOR,
                    NAME_MODEL if named else rule_of(r.entity_type),
                )
            )
        hits += detected(text, Texts.EVERY)
        return hits + continued(text, hits)


_SECTION = re.compile(
    r"(?:section|sec|version|ver|v|rev|release|chapter|clause|para|paragraph|item|figure|table|appendix|part|§)\.? ?$", re.I
)


def _section_number(text: str, start: int, end: int) -> bool:
    """`Section 1.2.3.4`, `1.2.3.4 Introduction`: four small numbers that a heading or a version has."""
    if _SECTION.search(text[max(0, start - 12) : start]):
        return True
    parts = re.split(r"\D+", text[start:end])
    small = all(len(p) <= 2 and int(p or 0) <= 30 for p in parts)
    at_start = start == 0 or text[start - 1] in "\n\t"
    return small and at_start and re.match(r"\.? +[A-Z]", text[end : end + 4]) is not None


_MISREAD = tuple(n for n in NUMBERS if n.form.misread)


@text_detector("misread-numbers", order=40, texts=Texts.EVERY)
def _misread(text: str) -> list[Hit]:
    """Numbers in the text with more letters read as digits, where their check or form confirms it."""
    guessed = digits_guessed(text)
    if guessed == text:
        return []
    return [hit for hit in hits_of(_MISREAD, guessed, DETECTOR) if guessed[hit.start : hit.end] != text[hit.start : hit.end]]


def rule_of(entity: str) -> str:
    """What findings of an entity name as their rule: us-ssn for US_SSN."""
    return entity.lower().replace("_", "-")
