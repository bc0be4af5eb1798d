"""Searches values found once through the whole document, misreadings included; refuses everyday words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from docpriv.model import CharId, Finding, Kind, PageText
from docpriv.pii.readings import readings_of
from docpriv.pii.words import (
    NOT_NAMES,
    ORGANISATION_WORDS,
    PARTICLES,
    SUFFIXES,
    TITLES,
    bare,
    edit_distance,
    fold,
    no_name,
    tokens_of,
    variants,
)
from docpriv.protocols import ReadPage
from docpriv.tape import TextTape

DETECTOR = "propagation"
REASON = "seen-elsewhere"
_SURE = 0.7  # only what was found with at least this score is searched elsewhere
_FUZZY_FROM = 6  # letters of a name from which one misread letter is forgiven
_ID_LENGTH = 6  # letters and digits that a number needs to be searched
_ADDRESS_LENGTH = 9  # letters and digits of one line of an address, a number among them
_EXACT_KINDS = frozenset(
    {
        Kind.EMAIL,
        Kind.PHONE,
        Kind.NATIONAL_ID,
        Kind.TAX_ID,
        Kind.PASSPORT,
        Kind.DRIVER_LICENCE,
        Kind.ACCOUNT_NUMBER,
        Kind.IBAN,
        Kind.CARD_NUMBER,
        Kind.CRYPTO,
        Kind.MEDICAL_RECORD_NUMBER,
        Kind.MEMBER_ID,
        Kind.PERSONAL_ID,
        Kind.LICENCE_PLATE,
        Kind.VEHICLE_ID,
        Kind.USERNAME,
        Kind.PASSWORD,
        Kind.CUSTOM,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Token:
    start: int
    end: int
    key: str = field(repr=False)
    word: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Name:
    words: tuple[str, ...] = field(repr=False)
    score: float
    modelled: bool


class _Texts(Mapping[int, PageText]):
    """Texts by page number; one page's is open at a time, since findings come page by page."""

    def __init__(self, pages: Sequence[ReadPage]) -> None:
        self._pages = pages
        self._at = {page.text.ref.index: at for at, page in enumerate(pages)}

    def __getitem__(self, number: int) -> PageText:
        return self._pages[self._at[number]].text

    def __iter__(self) -> Iterator[int]:
        return iter(self._at)

    def __len__(self) -> int:
        return len(self._at)


def propagate(findings: Sequence[Finding], pages: Sequence[ReadPage], modelled: frozenset[tuple[int, CharId]]) -> list[Finding]:
    """New findings for every other place where a value stands. `findings` own characters of `pages`.

    `modelled`: page and character of every person that the name model saw. Only such a name is searched by
    its surname alone; one that a form announced is searched whole.
    """
    common = _common_words(pages)
    names, numbers = _values(findings, _Texts(pages), modelled)
    if not names and not numbers:
        return []
    index = _index(names)
    owned = {(f.page, f.kind, c) for f in findings for c in f.chars}
    found: list[Finding] = []
    for page in pages:  # one page's texts at a time: a document may have thousands
        reading = readings_of(page)
        for tape in (reading.blocks, reading.rows):
            again = _find_names(tape, index, reading.number, common)
            again += _find_numbers(tape, numbers, reading.number)
            found += [f for f in again if not all((f.page, f.kind, c) in owned for c in f.chars)]
    return found


def _values(
    findings: Sequence[Finding],
    pages: Mapping[int, PageText],
    modelled: frozenset[tuple[int, CharId]],
) -> tuple[list[_Name], dict[str, Finding]]:
    names: dict[tuple[str, ...], _Name] = {}
    numbers: dict[str, Finding] = {}
    for f in findings:
        if f.score < _SURE or not f.chars or f.page not in pages:
            continue
        text = _value_text(f.chars, pages[f.page])
        if f.kind is Kind.PERSON:
            text = re.sub(r"^([^,]+),\s*(\w.*)$", r"\2 \1", text)  # `Last, First`: the surname goes last
            words = tuple(fold(bare(m[0])) for m in tokens_of(text) if bare(m[0]) not in TITLES | SUFFIXES)
            long = [w for w in words if len(w) > 2]
            plain = [bare(m[0]) for m in tokens_of(text)]
            if 2 <= len(words) <= 5 and long and not any(no_name(w) for w in plain):
                share = sum((f.page, c) in modelled for c in f.chars) / len(f.chars)
                known = names.get(words)
                names[words] = _Name(words=words, score=f.score, modelled=share > 0.5 or (known is not None and known.modelled))
        elif f.kind in _EXACT_KINDS:
            key = _fold_each(re.sub(r"[\W_]", "", text))
            if len(key) >= _ID_LENGTH and (any(c.isdigit() for c in text) or f.kind is Kind.EMAIL):
                numbers.setdefault(key, f)
        elif f.kind is Kind.ADDRESS:
            for line in sorted({c.line for c in f.chars}):
                written = re.sub(r"[\W_]", "", _value_text([c for c in f.chars if c.line == line], pages[f.page]))
                letters = sum(c.isalpha() for c in written)
                if len(written) >= _ADDRESS_LENGTH and 4 <= letters < len(written):
                    numbers.setdefault(_fold_each(written), f)
    companies, people = _counts(findings, pages, Kind.ORGANIZATION), _counts(findings, pages, Kind.PERSON)
    judged = []
    for name in names.values():
        surname = _surname_of(name) or ""
        # A word that stands in more company names than personal ones is searched with its first name only.
        judged.append(replace(name, modelled=name.modelled and companies[surname] <= people[surname]))
    return judged, numbers


def _counts(findings: Sequence[Finding], pages: Mapping[int, PageText], kind: Kind) -> Counter[str]:
    """In how many findings of a kind each word stands."""
    counts: Counter[str] = Counter()
    for f in findings:
        if f.kind is kind and f.chars and f.page in pages:
            counts.update({fold(bare(m[0])) for m in tokens_of(_value_text(f.chars, pages[f.page]))})
    return counts


def _value_text(chars: Sequence[CharId], page: PageText) -> str:
    lines = page.lines
    parts: list[str] = []
    last: CharId | None = None
    for c in chars:
        if last is not None and (c.line != last.line or c.char != last.char + 1):
            parts.append(" ")
        parts.append(lines[c.line].chars[c.char].text)
        last = c
    return "".join(parts)


def _common_words(pages: Sequence[ReadPage]) -> frozenset[str]:
    """Words that this document also writes in small letters: no surnames, however capitalised elsewhere."""
    return frozenset(
        fold(m[0].rstrip("."))
        for page in pages
        for line in page.text.lines
        for m in tokens_of(line.text)
        if m[0].islower() and len(m[0]) > 2
    )


def _index(names: Sequence[_Name]) -> dict[str, list[_Name]]:
    """Names by their surname and, where it is long enough to be misread, by it less any one letter."""
    index: dict[str, list[_Name]] = {}
    for name in names:
        surname = _surname_of(name)
        if surname is not None:
            for variant in variants(surname, 1) if len(surname) >= _FUZZY_FROM else {surname}:
                index.setdefault(variant, []).append(name)
    return index


def _tokens(text: str) -> list[_Token]:
    return [
        _Token(start=m.start(), end=m.start() + len(m[0].rstrip(".")), key=fold(bare(m[0])), word=m[0])
        for m in re.finditer(r"[\w|$]+(?:['’`\-][\w|$]+)*\.?", text)
    ]


def _same(a: str, b: str) -> bool:
    return a == b or (min(len(a), len(b)) >= _FUZZY_FROM and edit_distance(a, b, 1) <= 1)


def _find_names(tape: TextTape, index: Mapping[str, Sequence[_Name]], page: int, common: frozenset[str]) -> list[Finding]:
    if not index:
        return []
    tokens = _tokens(tape.text)
    spans: dict[tuple[int, int], float] = {}
    for i, token in enumerate(tokens):
        near = variants(token.key, 1) if len(token.key) >= _FUZZY_FROM else {token.key}
        for name in {n.words: n for v in near for n in index.get(v, ())}.values():
            surname = _surname_of(name) or ""
            if not _same(token.key, surname) or (no_name(bare(token.word)) and token.key != surname):
                continue
            first, last, others = _extent(tape.text, tokens, i, name)
            enough = others >= min(2, len(name.words) - 1) or (others and name.modelled)
            if enough or (name.modelled and _alone(token, common, surname)):
                span = tokens[first].start, tokens[last].end
                spans[span] = max(spans.get(span, 0.0), name.score if others else min(name.score, 0.7))
    out = []
    for (start, end), score in sorted(spans.items()):
        chars = tape.chars(start, end)
        if chars:
            out.append(Finding(page=page, kind=Kind.PERSON, score=score, detector=DETECTOR, reason=REASON, chars=chars))
    return out


def _surname_of(name: _Name) -> str | None:
    long = [w for w in name.words if len(w) > 2 and w not in PARTICLES]
    return long[-1] if long else None


def _extent(text: str, tokens: Sequence[_Token], i: int, name: _Name) -> tuple[int, int, int]:
    """The tokens around a surname that belong to the same name, and how many there are beside it."""
    rest = [w for w in name.words if w != tokens[i].key]
    first = last = i
    others = 0
    for step in (-1, 1):
        k = i + step
        while 0 <= k < len(tokens) and rest:
            gap = text[tokens[min(k, k - step)].end : tokens[max(k, k - step)].start]
            if len(gap) > 3 or not re.fullmatch(r"[\s.,'\-]*", gap):
                break
            key = tokens[k].key
            match = next(
                (
                    w
                    for w in rest
                    if _same(w, key)
                    or (len(key) == 1 and w[:1] == key)
                    or (len(w) == 1 and key[:1] == w and tokens[k].word[0].isupper())
                ),
                None,
            )
            if match is None or ("," in gap and step < 0):
                break
            rest.remove(match)
            others += 1
            first, last = min(first, k), max(last, k)
            k += step
    return first, last, others


def _alone(token: _Token, common: frozenset[str], surname: str) -> bool:
    word = bare(token.word)
    return (
        token.word[0].isupper()
        and len(word) >= 3
        and word not in NOT_NAMES
        and word not in ORGANISATION_WORDS
        and token.key not in common
        and surname not in common
        and not any(c.isdigit() for c in word)
    )


def _find_numbers(tape: TextTape, numbers: dict[str, Finding], page: int) -> list[Finding]:
    if not numbers:
        return []
    stream, offsets = [], []
    for i, c in enumerate(tape.text):
        if c.isalnum():
            stream.append(c)
            offsets.append(i)
    folded = _fold_each("".join(stream))
    out = []
    for plain, source in numbers.items():
        start = folded.find(plain)
        while start >= 0:
            a, b = offsets[start], offsets[start + len(plain) - 1] + 1
            if not tape.text[a - 1 : a].isalnum() and not tape.text[b : b + 1].isalnum() and tape.text[a:b].count("\n") <= 1:
                chars = tape.chars(a, b)
                out.append(
                    Finding(
                        page=page,
                        kind=source.kind,
                        score=source.score,
                        detector=DETECTOR,
                        reason=REASON,
                        chars=chars,
                    )
                )
            start = folded.find(plain, start + 1)
    return out


def _fold_each(text: str) -> str:
    """Each letter folded on its own, so that offsets hold."""
    return "".join(fold(c)[:1] or c for c in text)
