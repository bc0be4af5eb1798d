"""Searches values found once through the whole document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from docpriv.model import CharId, Finding, Kind, PageText
from docpriv.pii.readings import readings_of
from docpriv.pii.same_dates import same_dates
from docpriv.protocols import ReadPage
from docpriv.text.fold import fold
from docpriv.text.search import ValueSearch
from docpriv.text.values import SURE, Value, common_words, name_words, surname_of, value_text, values_of
from docpriv.text.words import bare, tokens_of

DETECTOR = "propagation"
REASON = "seen-elsewhere"


class _Texts:
    """Texts by page number; one page's is open at a time, since findings come page by page."""

    def __init__(self, pages: Sequence[ReadPage]) -> None:
        self._pages = pages
        self._at = {page.text.ref.index: at for at, page in enumerate(pages)}

    def __contains__(self, number: int) -> bool:
        return number in self._at

    def __getitem__(self, number: int) -> PageText:
        return self._pages[self._at[number]].text


def names_alone(
    findings: Sequence[Finding], pages: Sequence[ReadPage], modelled: frozenset[tuple[int, CharId]]
) -> frozenset[tuple[str, ...]]:
    """The names, as folded words, that may be sought by their surname alone.

    `modelled`: page and character of every person that the name model saw. One that only a form announced is sought whole,
    and so is one whose surname stands in more company names than personal ones.
    """
    texts = _Texts(pages)
    names: set[tuple[str, ...]] = set()
    for f in findings:
        sure = f.kind is Kind.PERSON and f.score >= SURE and f.page in texts
        if sure and 2 * sum((f.page, c) in modelled for c in f.chars) > len(f.chars):
            names.add(name_words(texts[f.page], f))
    companies, people = _counts(findings, texts, Kind.ORGANIZATION), _counts(findings, texts, Kind.PERSON)
    surnames = {words: surname_of(words) or "" for words in names if words}
    return frozenset(words for words, surname in surnames.items() if companies[surname] <= people[surname])


def judged(findings: Iterable[Finding], pages: Sequence[ReadPage], alone: frozenset[tuple[str, ...]]) -> list[Finding]:
    """The findings, each name with whether it is one of those that may be sought by their surname alone."""
    texts = _Texts(pages)
    return [
        replace(f, by_surname=True)
        if alone and f.kind is Kind.PERSON and f.chars and f.page in texts and name_words(texts[f.page], f) in alone
        else f
        for f in findings
    ]


def propagate(findings: Sequence[Finding], pages: Sequence[ReadPage]) -> list[Finding]:
    """New findings for every other place where a value stands. `findings`, judged, own characters of `pages`."""
    texts = _Texts(pages)
    values: dict[object, Value] = {}
    for f in findings:
        if f.score >= SURE and f.chars and f.page in texts:
            for value in values_of(texts[f.page], [f]):
                # A name of one word, or with an everyday word in it, is a company's or a place's as often. Only the check looks
                # for it: that covers it without making a person of what was found to be something else.
                if value.kind is Kind.PERSON and not value.loose:
                    continue
                key = value if value.loose else value.letters
                if key not in values or (value.loose and value.score > values[key].score):
                    values[key] = value
    found: list[Finding] = list(same_dates(findings, pages, DETECTOR, REASON))
    if not values:
        return found
    search = ValueSearch(values.values(), common_words(page.text for page in pages))
    owned = {(f.page, f.kind, c) for f in findings for c in f.chars}
    for page in pages:  # one page's texts at a time: a document may have thousands
        reading = readings_of(page)
        for tape in (reading.blocks,) if reading.rows is reading.blocks else (reading.blocks, reading.rows):
            for place in search.find(tape):
                kind = place.value.kind
                if not all((reading.number, kind, c) in owned for c in place.chars):
                    found.append(
                        Finding(
                            page=reading.number, kind=kind, score=place.score, detector=DETECTOR, reason=REASON, chars=place.chars
                        )
                    )
    return found


def _counts(findings: Sequence[Finding], texts: _Texts, kind: Kind) -> Counter[str]:
    """In how many findings of a kind each word stands."""
    counts: Counter[str] = Counter()
    for f in findings:
        if f.kind is kind and f.chars and f.page in texts:
            counts.update({fold(bare(m[0])) for m in tokens_of(value_text(texts[f.page], f.chars))})
    return counts
