"""Persons, addresses, places and organisations by models, and what of their hits is believed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import spacy

from docpriv.errors import ModelError
from docpriv.locales import BASE, Regex, WordList, expanded, languages, speaking, spoken
from docpriv.locales.forms import Form
from docpriv.model import EngineId, Kind
from docpriv.model_card import model_of, read_card
from docpriv.pii.addresses import TOWN_SCORE, country_line, ends_with_postcode, town_with_country, town_with_state
from docpriv.pii.detectors import text_detector
from docpriv.pii.ner import NerModel, NerSpan
from docpriv.pii.ner.model import MODEL_FILE
from docpriv.pii.presidio import Found, Recognizer
from docpriv.pii.textspan import Hit
from docpriv.pii.values import address_value, is_prose, name_value, values_in
from docpriv.text.words import (
    NOT_NAMES,
    ORGANISATION_WORDS,
    PARTICLES,
    PLACE_WORDS,
    SUFFIXES,
    TITLES,
    bare,
    namelike,
    no_name,
    tokens_of,
)

DETECTOR = "docpriv-names"
ENTITIES = {
    "PERSON": Kind.PERSON,
    "ADDRESS": Kind.ADDRESS,
    "LOCATION": Kind.LOCATION,
    "ORGANIZATION": Kind.ORGANIZATION,
    "PHONE": Kind.PHONE,
    "DOB": Kind.DATE_OF_BIRTH,
    "ID": Kind.PERSONAL_ID,
}
_VALUES: dict[Kind, Form] = {Kind.PHONE: "phone", Kind.DATE_OF_BIRTH: "date", Kind.PERSONAL_ID: "id"}
"""Of what a model takes for a telephone, a date of birth or a number of a person, the form that it must have."""
_FORMED_SCORE = 0.55
"""A rule that knows which number it is says more of the same characters than the model."""
_SPACY_LABELS = {
    "PERSON": "PERSON",
    "PER": "PERSON",
    "GPE": "LOCATION",
    "LOC": "LOCATION",
    "FAC": "LOCATION",
    "ORG": "ORGANIZATION",
}
_SPACY_SCORE = 0.6  # spaCy gives no score: above the default threshold, below any labelled field


class NamesModels:
    """docpriv's own models of names: which reads which language, and each opened when text first needs it."""

    def __init__(self, languages: Sequence[str], *, threads: int, bias: float) -> None:
        """`languages`: those that a recipe looks for. ModelError where none of the models has learnt one of them."""
        self._by_language = {code: model_of(code) for code in languages}
        self._opened = cache(lambda folder: NerModel(folder, threads=threads, o_bias=bias))

    def find(self, text: str) -> Iterator[NerSpan]:
        """What the models of the languages of the text at hand find, of all where these are not known."""
        for folder in self._folders(spoken()):
            yield from self._opened(folder).find(text)

    def knows(self, word: str) -> bool:
        """Whether a word in small letters is one of the words that the model of the text at hand knows whole."""
        return any(self._opened(folder).knows(word) for folder in self._folders(spoken()))

    def identities(self, languages: Collection[str] | None = None) -> tuple[EngineId, ...]:
        """The models that read these languages, all for None."""
        return tuple(_identity(folder) for folder in self._folders(languages))

    def _folders(self, languages: Collection[str] | None) -> list[Path]:
        own = [code for code in self._by_language if not languages or code in languages] or self._by_language
        return list(dict.fromkeys(self._by_language[code].folder for code in own))


def _identity(folder: Path) -> EngineId:
    """A model as its card says, which is what is opened."""
    card = read_card(folder, "the names model")
    return EngineId(name=card["name"], version=card["version"], models=((MODEL_FILE, card["files"][MODEL_FILE]["sha256"]),))


class NamesRecognizer(Recognizer):
    """docpriv's own models as a Presidio recognizer, with their own scores."""

    def __init__(self, models: NamesModels) -> None:
        self._models = models
        super().__init__(DETECTOR, list(ENTITIES), self._entities)

    def _entities(self, text: str) -> Iterator[Found]:
        spans = [(s.start, s.end, _with_number(text, s), s.score) for s in self._models.find(text)]
        return ((label, start, end, score, "") for start, end, label, score in joined_parts(text, spans))


def _with_number(text: str, span: NerSpan) -> str:
    """A place with a number in it is an address: towns have none, house numbers and postcodes are."""
    return "ADDRESS" if span.label == "LOCATION" and any(c.isdigit() for c in text[span.start : span.end]) else span.label


class SpacyRecognizer(Recognizer):
    """Entities of an installed spaCy model, beside our own."""

    def __init__(self, name: str) -> None:
        try:
            self._nlp: Any = spacy.load(name)
        except (OSError, ImportError, ValueError):
            raise ModelError(
                "the spaCy model that the recipe names is not installed",
                remedy="Install the model, or remove finding.spacy_model from the recipe.",
            ) from None
        self.model = f"{self._nlp.meta.get('lang', '')}_{self._nlp.meta.get('name', '')}"
        self.model_version = str(self._nlp.meta.get("version", ""))
        super().__init__("spacy", ["PERSON", "LOCATION", "ORGANIZATION"], self._entities)

    def _entities(self, text: str) -> Iterator[Found]:
        known = (e for e in self._nlp(text).ents if e.label_ in _SPACY_LABELS)
        return ((_SPACY_LABELS[e.label_], e.start_char, e.end_char, _SPACY_SCORE, "") for e in known)


def joined_parts(text: str, spans: Sequence[tuple[int, int, str, float]]) -> list[tuple[int, int, str, float]]:
    """Neighbouring parts of one address become one, over at most one line break."""
    out: list[tuple[int, int, str, float]] = []
    for start, end, label, score in spans:
        if (
            out
            and label in {"ADDRESS", "LOCATION"}
            and "ADDRESS" in {label, out[-1][2]}
            and out[-1][2] in {"ADDRESS", "LOCATION"}
        ):
            between = text[out[-1][1] : start]
            if len(between) <= 4 and "\t" not in between and between.count("\n") <= 1 and not any(c.isalnum() for c in between):
                out[-1] = (out[-1][0], end, "ADDRESS", max(out[-1][3], score))
                continue
        out.append((start, end, label, score))
    return out


def believable(text: str, hits: Sequence[Hit]) -> list[Hit]:
    """Model hits cut at column gaps, each part on its own merits; persons without the words that no name is made of."""
    kept: list[Hit] = []
    for h in hits:
        if h.kind is Kind.LOCATION and _inhabited(text, h):
            kept.append(replace(h, kind=Kind.ADDRESS, score=min(h.score, TOWN_SCORE), reason="town-state"))
            continue
        if h.kind is Kind.LOCATION and spoken() != (BASE,) and _STREET.search(text[h.start : h.end]):
            kept.append(replace(h, kind=Kind.ADDRESS, score=min(h.score, _STREET_SCORE), reason="street"))
            continue
        if h.kind in _VALUES and h.detector == DETECTOR:
            kept += _formed(text, h)
            continue
        parts = _cells(text, h.start, h.end) if h.kind in ENTITIES.values() else [(h.start, h.end)]
        for start, end in parts:
            if h.kind is Kind.PERSON:
                cut = _name_part(text, start, end)
                kept += [replace(h, start=cut[0], end=cut[1])] if cut else []
            elif h.kind is Kind.ADDRESS:
                kept.append(_address_part(text, replace(h, start=start, end=end), alone=len(parts) == 1))
            else:
                kept.append(replace(h, start=start, end=end))
    return kept


_STREET = Regex(r"(?<!\w)(?:{{streets_alone}}|{{streets_before_number}}(?=\s(?-i:{{capital}})))(?!\w)", re.I)
"""`Atatürk Caddesi`, `rue Haute`: a place with the word of a street is one, whatever its number is written in."""
_STREET_SCORE = 0.6


def _formed(text: str, h: Hit) -> Iterator[Hit]:
    """What in the lines and cells of a hit has the form of its kind: prices, plain words and dates are no numbers."""
    for start, end in _parts(text, h.start, h.end, "\t\n"):
        for a, b in values_in(_VALUES[h.kind], text[start:end]):
            yield replace(h, start=start + a, end=start + b, score=min(h.score, _FORMED_SCORE))


def _inhabited(text: str, h: Hit) -> bool:
    """A place that is the whole of somebody's address on a list or letterhead; a town with its country within a sentence
    is only a place."""
    place = text[h.start : h.end]
    if town_with_state(place):
        return True
    start, end = text.rfind("\n", 0, h.start) + 1, text.find("\n", h.end)
    return town_with_country(place) and not is_prose(text[start : end if end >= 0 else len(text)])


def _cells(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The hit itself, or its cells where its lines hold several: the next line may be another column's."""
    first, last = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    if "\t" in text[first : last if last >= 0 else len(text)]:
        return _parts(text, start, end, "\t\n")
    return [(start, end)]


def _parts(text: str, start: int, end: int, joints: str) -> list[tuple[int, int]]:
    return [(start + m.start(), start + m.end()) for m in re.finditer(rf"[^{joints}]+", text[start:end]) if not m[0].isspace()]


def _address_part(text: str, h: Hit, *, alone: bool) -> Hit:
    """An address from its first to its last line that looks like one, with the town below and the house above.

    What looks like no address at all stays a place, so that it is reported.
    """
    lines = _parts(text, h.start, h.end, "\n")
    good = [i for i, (a, b) in enumerate(lines) if address_value(text[a:b])]
    if _NO_ADDRESS.fullmatch(text[h.start : h.end]) and h.end - h.start <= _LONGEST_REFERENCE:
        return replace(h, kind=Kind.LOCATION)
    if not good:
        numbered = h.score >= _SURE_ADDRESS and _NUMBERED.match(text[h.start : h.end]) is not None
        town = alone and h.score >= 0.9 and _town(text[h.start : h.end])
        street = spoken() != (BASE,) and _STREET.search(text[h.start : h.end]) is not None
        return h if numbered or town or street else replace(h, kind=Kind.LOCATION)
    first, last = good[0], good[-1]
    complete = ends_with_postcode(text[slice(*lines[last])])
    if first and _HOUSE.search(text[slice(*lines[first - 1])]):
        first -= 1
    while (
        last + 1 < len(lines)
        and last - good[-1] < 2
        and (country_line(text[slice(*lines[last + 1])]) or (not complete and _town(text[slice(*lines[last + 1])])))
    ):
        last += 1
    return replace(h, start=lines[first][0], end=lines[last][1])


_NO_ADDRESS = Regex(r"\W*{{references}}\b(?:[ \-./#]*\w{1,12}){0,4}\W*", re.I)
"""References that papers have: `Form 8829`, `Attachment Sequence No. 09`, `Section 199A`."""
_LONGEST_REFERENCE = 36
_SURE_ADDRESS = 0.8
_NUMBERED = re.compile(r"\W*\d{1,6}[a-zA-Z]?\b\W{1,3}[^\W_]*[^\W\d_]{2}")
"""What begins like a house number and a street, by whatever name."""
_HOUSE = Regex(r"\b{{buildings}}\b", re.I)


def _town(line: str) -> bool:
    words = tokens_of(line)
    own = any(bare(m[0]) not in NOT_NAMES for m in words)  # `The` alone begins a sentence
    return (
        own
        and len(words) <= 4
        and all(m[0][0].isupper() and (bare(m[0]) not in NOT_NAMES or bare(m[0]) in PLACE_WORDS) for m in words)
    )


def _name_part(text: str, start: int, end: int) -> tuple[int, int] | None:
    colon = text.rfind(":", start, end)
    if colon >= 0:
        start = colon + 1
    words = tokens_of(text[start:end])
    while words and no_name(bare(words[0][0])) and not _initial(words[0][0]):
        words.pop(0)
    while words and no_name(bare(words[-1][0])) and not _initial(words[-1][0]):
        words.pop()
    real = [
        m for m in words if bare(m[0]) and not no_name(bare(m[0])) and bare(m[0]) not in PARTICLES and bare(m[0]) not in TITLES
    ]
    if not real and len(words) == 1 and len(spoken()) != 1:
        with speaking((BASE,)):  # `Pan` is a title in Poland; where no language is told it is a surname as well
            real = [m for m in words if bare(m[0]) and not no_name(bare(m[0])) and bare(m[0]) not in TITLES]
    if not real:
        return (
            (start + words[0].start(), start + words[-1].end()) if len(words) > 1 and all(_initial(m[0]) for m in words) else None
        )
    if sum(c.isalpha() for c in text[start:end]) == 1 and not text[start:end].strip(" .").isascii():
        return None  # a tick box read as a single sign of another script
    return start + words[0].start(), start + words[-1].end()


_PARTICLED = re.compile(
    expanded(r"(?<![^\W\d_])(?<![A-ZÀ-Þ][^\W\d_] ){{particle_pairs}} [A-ZÀ-Þ][^\W\d_]+(?:-[A-ZÀ-Þ][^\W\d_]+)?")
)


_WITHOUT = tuple(code for code, language in languages().items() if not language.words.get("particle_pairs"))
"""Languages in whose own text nothing else is written so."""


@text_detector("particles", "name print", ("particles", Kind.PERSON, 0.6, 0.6), order=60, languages=_WITHOUT, named=DETECTOR)
def particled(text: str) -> list[Hit]:
    """`van der Poel`, `von dem Berg` in English text, where nothing else is written so."""
    return [Hit(*m.span(), Kind.PERSON, 0.6, DETECTOR, "particles") for m in _PARTICLED.finditer(text)]


_HYPHENATED = re.compile(
    r"(?<![^\W_])(?<![\w'’]-)(?:([A-Z][A-Za-z]{1,5}),? )?([A-Z][A-Za-z]{1,5}(?:-[A-Za-z]{2,6}){1,2})(?![^\W_]|['’-]\w)"
    r"(?: [A-Z]\b\.?)?(?: ([A-Z][A-Za-z]{1,5})\b(?!['’-]))?"
)
_SYLLABLES = WordList("syllables")
_TITLED = re.compile(
    r"(?<!\w)(?:M(?:rs?|s|iss|me|lle)|Dr|Prof|Herr|Frau|Sra?|Sig(?:ra)?)\.? ([A-Z][a-z]{1,5})(?![\w'’-]|\.\w| [A-Z])"
)


@text_detector("syllables", "name print", ("syllables", Kind.PERSON, 0.6, 0.6), order=65, named=DETECTOR)
def of_syllables(text: str) -> list[Hit]:
    """`Ka-kit Sum`, `Lim Soo-in`: given names of East Asia, which a model of European text splits in two, and the surname
    beside them."""
    hits = []
    for m in _HYPHENATED.finditer(text):
        if _of_syllables(m[2]):
            before, after = (bool(w) and (w.lower() in _SYLLABLES or namelike(w)) for w in (m[1], m[3]))
            hits.append(Hit(m.start(1 if before else 2), m.end(3 if after else 2), Kind.PERSON, 0.6, DETECTOR, "syllables"))
    titled = (m.span(1) for m in _TITLED.finditer(text) if _of_syllables(m[1]))  # `Miss An`, `Mrs. Or`
    return hits + [Hit(*span, Kind.PERSON, 0.6, DETECTOR, "syllables") for span in titled]


_RUN_TOGETHER = re.compile(r"(?<=[a-z]{6})[A-Z][a-z]{2,}[A-Z][a-z]{2,}")
_LEAST_TOGETHER = 20  # letters of a run that no single word has


@text_detector("run-together", "name print", ("run-together", Kind.PERSON, 0.5, 0.5), order=50, named=DETECTOR)
def run_together(text: str) -> list[Hit]:
    """`PleaseaskforAnnaRoewhenyoucall`: two words with capitals within a run of words without."""
    return [
        Hit(*m.span(), Kind.PERSON, 0.5, DETECTOR, "run-together")
        for m in _RUN_TOGETHER.finditer(text)
        if _letters_around(text, m.start()) >= _LEAST_TOGETHER
    ]


_TYPIST = re.compile(r"(?<![^\n\t])([A-Z]{2,4} ?[/:] ?[a-z]{2,4})(?![^\n\t])")


@text_detector("typist", "name print", ("typist", Kind.PERSON, 0.5, 0.5), order=55, named=DETECTOR)
def typists(text: str) -> list[Hit]:
    """`JRM/lw`, alone under a letter: who dictated it and who typed it."""
    return [Hit(*m.span(1), Kind.PERSON, 0.5, DETECTOR, "typist") for m in _TYPIST.finditer(text)]


def _letters_around(text: str, at: int) -> int:
    run = re.compile(r"[^\W\d_]+").match(text, max(text.rfind(c, 0, at) for c in " \t\n.,;:") + 1)
    return len(run[0]) if run else 0


_DIGITS_TOUCHING = re.compile(r"(?<=[^\W\d_])\d(?:[\-./ ]?\d)*")  # `Roe0-6277`: print of two cells in one word
_BESIDE = re.compile(r"[ ,.]{1,2}")


def completed(text: str, hits: Sequence[Hit]) -> list[Hit]:
    """PERSON hits grown over a neighbouring initial, or over the surname where only a first name was found."""
    taken = {i for h in hits if h.kind is not Kind.PERSON for i in range(h.start, h.end)}
    words = tokens_of(text)
    starts, ends = {m.start(): m for m in words}, {m.end(): m for m in words}
    grown = []
    for h in hits:
        if h.kind is not Kind.PERSON or h.score < 0.5:
            grown.append(h)
            continue
        start, end = h.start, h.end
        inside = [m for m in words if m.start() >= start and m.end() <= end]
        long = [m for m in inside if len(bare(m[0])) > 1 and bare(m[0]) not in TITLES]
        while (before := _before(text, start, ends)) is not None and _initial(before[0]) and before.start() not in taken:
            start = before.start()
        after = _after(text, end, starts)
        if (after is not None and after.start() not in taken and len(long) == 1 and _surname(after[0], long[0][0])) or (
            after is not None and bare(after[0]) in SUFFIXES
        ):
            end = after.end()
        if 1 <= len(long) <= 2:
            start, end = _with_syllables(text, start, end, (starts, ends), taken)
        touching = _DIGITS_TOUCHING.match(text, end)
        end = touching.end() if touching else end
        grown.append(replace(h, start=start, end=end))
    return grown


_NAME_OF_SYLLABLES = re.compile(r"[A-Z][A-Za-z]{1,5}(?:-[A-Za-z]{2,6}){0,2}")


def _with_syllables(
    text: str, start: int, end: int, at: tuple[dict[int, re.Match[str]], dict[int, re.Match[str]]], taken: set[int]
) -> tuple[int, int]:
    """A name of East Asia's syllables with the one beside it: `An Tran`, `Tong, An`, `My T. An`, words though they are."""
    starts, ends = at
    if not all(_of_syllables(w[0]) for w in tokens_of(text[start:end]) if len(bare(w[0])) > 1):
        return start, end
    for width in (1, 2):
        before, after = ends.get(start - width), starts.get(end + width)
        if before and before.start() not in taken and text[start - width : start] in {" ", ", "} and _of_syllables(before[0]):
            start = before.start()
        if after and after.start() not in taken and text[end : end + width] in {" ", ", ", ". "} and _of_syllables(after[0]):
            end = after.end()
    return start, end


def _of_syllables(word: str) -> bool:
    return _NAME_OF_SYLLABLES.fullmatch(word) is not None and all(part.lower() in _SYLLABLES for part in word.split("-"))


_ITEM = re.compile(r"[^,;\n\t]+")
_LEAST_ITEMS = 4


def listed(text: str, hits: Sequence[Hit]) -> list[Hit]:
    """The people of a list that a model left out: on a line of short items parted by commas most of which hold a
    person, the others are persons too."""
    people = sorted((h for h in hits if h.kind is Kind.PERSON and h.score >= 0.5), key=lambda h: h.start)
    found: list[Hit] = []
    start = 0
    for line in re.split(r"[\n\t]", text):
        inside = [h for h in people if start <= h.start < start + len(line)]
        if len(inside) >= 2 and line.count(",") + line.count(";") >= _LEAST_ITEMS - 1:
            items = [m for m in _ITEM.finditer(line) if m[0].strip()]
            named = [m for m in items if any(h.start < start + m.end() and h.end > start + m.start() for h in inside)]
            if len(items) >= _LEAST_ITEMS and 5 * len(named) >= 3 * len(items):
                for m in items:
                    span = name_value(m[0].lstrip()) if m not in named else None
                    if span and len(tokens_of(m[0])) <= 3:
                        at = start + m.start() + len(m[0]) - len(m[0].lstrip())
                        found.append(replace(inside[0], start=at + span[0], end=at + span[1], score=0.6, reason="list"))
        start += len(line) + 1
    return [*hits, *found]


def _initial(word: str) -> bool:
    return re.fullmatch(r"(?:[A-Z]\.?){1,2}", word) is not None and word not in {"A", "I"}


def _surname(token: str, first: str) -> bool:
    word = bare(token)
    if len(word) < 3 or word in NOT_NAMES or word in ORGANISATION_WORDS or not namelike(token):
        return False
    # The same way of writing: JOHN DOE or John Doe, not John ACCOUNT.
    return token.isupper() == first.isupper() and bare(first) not in ORGANISATION_WORDS


def _before(text: str, start: int, ends: dict[int, re.Match[str]]) -> re.Match[str] | None:
    for width in (1, 2, 0):
        m = ends.get(start - width)
        if m is not None and (width == 0 or _BESIDE.fullmatch(text[start - width : start])):
            return m if "," not in text[start - width : start] else None
    return None


def _after(text: str, end: int, starts: dict[int, re.Match[str]]) -> re.Match[str] | None:
    for width in (1, 2):
        m = starts.get(end + width)
        if m is not None and text[end : end + width].strip(".") in {" ", ""} and " " in text[end : end + width]:
            return m
    return None
