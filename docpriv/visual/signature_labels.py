"""Places beside printed labels where people sign; words of running text that only speak of signing are none."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from docpriv import locales
from docpriv.geometry import Box
from docpriv.model import TextLine
from docpriv.text.fold import edit_distance

Where = Literal["beside", "blank", "closing", "jurat", "not"]

LONGEST = 9  # words of a line in which a label stands; more are running text, unless the line ends in a blank
ALONE = 3  # words of a line that a common word may be the label of
ONE_OFF = 6  # letters of a word that may be read with one wrong letter; twice as many: two
REACH_ABOVE = 4.5  # text heights above a label
REACH_BELOW = 7.0  # and below a closing or a label that heads its field
REACH_RIGHT = 40.0  # text heights beside a label
REACH_LEFT = 3.0  # text heights by which a signature starts before its label


@dataclass(frozen=True, slots=True, kw_only=True)
class _Phrase:
    words: tuple[str, ...]
    where: Where
    most: int  # words of the line that holds it
    colon: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningPlace:
    """Where a signature may stand, in page pixels; `label`: the printed words' own box."""

    zones: tuple[Box, ...]
    label: Box
    large: bool = False  # words that stand before other writing too: what is signed is larger


def signing_places(lines: Sequence[TextLine], text_height: float) -> list[SigningPlace]:
    """The places that the labels on a page give; `text_height` in page pixels. Lines may come from several readings."""
    found: list[SigningPlace] = []
    for line in lines:
        for first, last, where in _labels(line.text):
            x0, y0, x1, y1 = _span(line, first, last)
            height = max(0.8 * text_height, min(1.6 * text_height, y1 - y0))
            label = Box(round(x0), round(y0), round(x1), round(y1))
            zones = _zones(label, where, height, _next_beside(lines, label))
            found.append(SigningPlace(zones=zones, label=label, large=where == "jurat"))
    return found


def _zones(label: Box, where: Where, h: float, beside: float) -> tuple[Box, ...]:
    x0, y0, x1, y1 = label.x0, label.y0, label.x1, label.y1
    if where == "closing":
        return (Box(round(x0 - 4 * h), round(y1 - 0.5 * h), round(x0 + 20 * h), round(y1 + REACH_BELOW * h)),)
    if where == "jurat":
        return (Box(round(x0 - h), round(y1 - 0.3 * h), round(x0 + 60 * h), round(y1 + REACH_BELOW * h)),)
    right = Box(round(x1 - 0.5 * h), round(y0 - 2.2 * h), round(min(x1 + REACH_RIGHT * h, beside)), round(y1 + 1.2 * h))
    if where == "blank":
        return (right,)
    return (
        right,
        Box(round(x0 - REACH_LEFT * h), round(y0 - REACH_ABOVE * h), round(max(x1 + 4 * h, x0 + 14 * h)), round(y0 + 0.4 * h)),
        Box(round(x0 - h), round(y1 - 0.3 * h), round(x0 + 14 * h), round(y1 + 3.0 * h)),
    )


def _next_beside(lines: Sequence[TextLine], label: Box) -> float:
    """Where the next words begin on the label's row."""
    middle, nearest = (label.y0 + label.y1) / 2, float("inf")
    for line in lines:
        a, b, _, d = line.quad.bounds()
        if line.score >= 0.85 and b < middle < d and a > label.x1 + 0.5 * label.height and (d - b) < 2 * label.height:
            nearest = min(nearest, a)
    return nearest


def _labels(text: str) -> Iterable[tuple[int, int, Where]]:
    """First and last character of every label in a line."""
    words = _words(text)
    if not words:
        return
    taken: set[int] = set()
    blank = "__" in text or ".." in text
    if len(words) > (3 * LONGEST if blank else LONGEST):
        return
    meant = [_meant(word) for word, _, _ in words]
    any_of = frozenset[str]().union(*meant)
    for phrase in _phrases():
        count = len(phrase.words)
        if not any_of.issuperset(phrase.words) or (len(words) - count > phrase.most and not blank):
            continue
        for i in range(len(words) - count + 1):
            if (phrase.where == "closing" and i > 0) or taken & set(range(i, i + count)):
                continue
            if not all(p in m for m, p in zip(meant[i : i + count], phrase.words, strict=True)):
                continue
            first, last = words[i][1], words[i + count - 1][2]
            after = text[last + 1 :].lstrip()
            # A single letter is a label before a colon or a blank alone.
            ends = not after and len(phrase.words[0]) > 1
            if phrase.colon and not (i == 0 and (after[:1] in {":", "_"} or ends)):
                continue
            taken |= set(range(i, i + count))
            if phrase.where != "not":
                # A colon or a blank says that the place is to its right.
                to_the_right = phrase.where == "beside" and after[:1] in {":", "_"}
                yield first, last, "blank" if to_the_right else phrase.where


def _words(text: str) -> list[tuple[str, int, int]]:
    """Folded words with their first and last character; points inside a word join (`i.A.`)."""
    out: list[tuple[str, int, int]] = []
    start: int | None = None
    for i, char in enumerate(text + " "):
        if char.isalnum() or (char in ".'’" and start is not None and i + 1 < len(text) and text[i + 1].isalnum()):
            start = i if start is None else start
        elif start is not None:
            out.append((_fold(text[start:i]), start, i - 1))
            start = None
    return out


def _fold(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word.replace("ß", "ss").casefold())
    return "".join(c for c in plain if c.isalnum())


def _meant(read: str) -> frozenset[str]:
    """The words of labels that a word as read may be."""
    letters, words = frozenset(read), _vocabulary()
    most = max(words) // ONE_OFF
    # One wrong letter changes the set of a word's letters by two at most: nearly all words differ by more.
    return frozenset(
        word
        for length in range(len(read) - most, len(read) + most + 1)
        for word, own in words.get(length, ())
        if len(letters ^ own) <= 2 * (wrong := length // ONE_OFF) and edit_distance(read, word, wrong) <= wrong
    )


def _span(line: TextLine, first: int, last: int) -> tuple[float, float, float, float]:
    starts = accumulate((len(char.text) for char in line.chars), initial=0)
    own = [c.quad.bounds() for c, at in zip(line.chars, starts, strict=False) if first <= at <= last and not c.text.isspace()]
    if not own:
        return line.quad.bounds()
    x0, y0, x1, y1 = zip(*own, strict=True)
    return min(x0), min(y0), max(x1), max(y1)


# What a table of signing words means, and how many more words the line of such a label may have.
_TABLES: dict[str, tuple[Where, int]] = {
    "beside": ("beside", LONGEST),
    "no_place": ("not", LONGEST),
    "alone": ("beside", ALONE - 1),
    "colon": ("beside", LONGEST),
    "closing": ("closing", 2),
    "jurat": ("jurat", 2 * LONGEST),
}


@locales.by_language
def _phrases() -> tuple[_Phrase, ...]:
    """The labels of the languages of the text at hand, longest first."""
    found: dict[tuple[tuple[str, ...], Where], _Phrase] = {}
    for language in locales.tables(locales.spoken()):
        for table, (where, most) in _TABLES.items():
            for text in getattr(language.signing, table):
                words = tuple(w for w, _, _ in _words(text))
                found.setdefault((words, where), _Phrase(words=words, where=where, most=most, colon=table == "colon"))
    return tuple(sorted(found.values(), key=lambda p: (-len(p.words), p.words)))


@locales.by_language
def _vocabulary() -> dict[int, list[tuple[str, frozenset[str]]]]:
    """The words of all labels with their letters, by length."""
    found: dict[int, list[tuple[str, frozenset[str]]]] = {}
    for word in sorted({word for phrase in _phrases() for word in phrase.words}):
        found.setdefault(len(word), []).append((word, frozenset(word)))
    return found
