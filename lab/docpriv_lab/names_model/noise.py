"""Damages texts the way optical character recognition does, moving the spans along; never adds or removes a span
unless nothing of it is left."""

from __future__ import annotations

import random
import re
import unicodedata
from typing import Final

from docpriv_lab.names_model.samples import Annotation, Draft

CONFUSIONS: Final = {
    "O": "0", "0": "O", "l": "1", "1": "l", "I": "l", "i": "l", "S": "5", "5": "S", "B": "8", "8": "B", "e": "c",
    "c": "e", "a": "o", "o": "a", "u": "v", "v": "u", "g": "q", "h": "b", "n": "ri", "t": "f", ".": ",", ",": ".",
    ":": ";", "G": "6", "Z": "2", "E": "F", "m": "rn", "w": "vv", "d": "cl",
}  # fmt: skip
"""Characters and what they are commonly read as: what may happen, to learn from, not what counts as the same (`text.alike`)."""

_PLAIN: Final = {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
_SPELT: Final = {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa"}  # as cards and machines without these letters write them
_SPELT_SHARE: Final = 0.2  # of the texts without accents

_WORD: Final = re.compile(r"\S+")
_SYLLABLE: Final = 3  # letters before and after a hyphen, at least
_HYPHENATED: Final = 0.25  # of the words that would have room for a part of them

_SPECKS: Final = (" ", ".", "'", "-", "|", "~")
_RATES: Final = ((0.0, 50), (0.008, 22), (0.02, 18), (0.05, 10))  # share of damaged characters, and its weight
_NAMES_SHARE: Final = 0.12  # of documents have names and addresses read worse than the rest
_GLUED_SHARE: Final = 0.04  # of documents lose many of their blanks, as recognizers of whole lines do
_ONE_LINE_SHARE: Final = 0.08  # of documents come without line breaks


def rewritten(draft: Draft, replacements: list[str]) -> Draft:
    """The draft with character number i replaced by `replacements[i]`; spans keep to their characters."""
    starts: list[int] = []
    length = 0
    for replacement in replacements:
        starts.append(length)
        length += len(replacement)
    starts.append(length)
    text = "".join(replacements)
    kept: list[Annotation] = []
    for item in draft.annotations:
        start, end = starts[item.start], starts[item.end]
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if end > start:
            kept.append(Annotation(start=start, end=end, label=item.label))
    return Draft(text, kept)


def misread(draft: Draft, rate: float, rng: random.Random) -> Draft:
    """Damage about `rate` (0 to 1) of the characters: confusions, losses, specks, lost and doubled blanks."""
    return rewritten(draft, [_damaged(char, rng) if rng.random() < rate else char for char in draft.text])


def misread_names(draft: Draft, rate: float, rng: random.Random) -> Draft:
    """Damage about `rate` of the characters inside the spans alone, by confusions only."""
    replacements = list(draft.text)
    for item in draft.annotations:
        for index in range(item.start, item.end):
            char = replacements[index]
            if char in CONFUSIONS and rng.random() < rate:
                replacements[index] = CONFUSIONS[char]
    return rewritten(draft, replacements)


def _damaged(char: str, rng: random.Random) -> str:
    if char == "\n":
        return char
    if char == " ":
        return "" if rng.random() < 0.6 else "  "
    kind = rng.random()
    if char in CONFUSIONS and kind < 0.7:
        return CONFUSIONS[char]
    if kind < 0.82:
        return ""
    return char + rng.choice(_SPECKS) if kind < 0.9 else char


def unaccented(draft: Draft, rng: random.Random) -> Draft:
    """The draft without accents, as many scans are read: all of them lost or half, now and then spelt out ("ue")."""
    share = rng.choice((1.0, 1.0, 0.5))
    spelt = rng.random() < _SPELT_SHARE
    text = draft.text
    replacements = list(text)
    for index, char in enumerate(text):
        if rng.random() < share:
            replacements[index] = _without_accent(char, spelt, among_capitals=text[index + 1 : index + 2].isupper())
    return rewritten(draft, replacements)


def _without_accent(char: str, spelt: bool, *, among_capitals: bool) -> str:
    if char.isascii() or not char.isalpha():
        return char
    lower = char.lower()
    plain = (_SPELT.get(lower) if spelt else None) or _PLAIN.get(lower)
    if plain is None:
        plain = "".join(part for part in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(part))
    if not char.isupper():
        return plain
    return plain.upper() if among_capitals else plain.capitalize()


def spaced_letters(draft: Draft, share: float, rng: random.Random) -> Draft:
    """The draft with about `share` (0 to 1) of its lines read one letter at a time, as boxes for letters are."""
    replacements: list[str] = []
    for line in draft.text.splitlines(keepends=True):
        apart = rng.random() < share
        replacements += [char + " " if apart and not char.isspace() else char for char in line]
    return rewritten(draft, replacements)


def rewrapped(draft: Draft, width: int, rng: random.Random) -> Draft:
    """The draft with lines of at most about `width` characters, some long words hyphenated."""
    replacements = list(draft.text)
    column = 0
    for match in _WORD.finditer(draft.text):
        start, end = match.span()
        blank = draft.text[start - 1 : start]
        column = 0 if blank == "\n" else column + 1
        if column + end - start > width and blank == " ":
            room = width - column
            if room > _SYLLABLE and end - start - room > _SYLLABLE and rng.random() < _HYPHENATED:
                replacements[start + room] += "-\n"
                column = end - start - room
            else:
                replacements[start - 1] = "\n"
                column = end - start
        else:
            column += end - start
    return rewritten(draft, replacements)


def glued(draft: Draft, share: float, rng: random.Random) -> Draft:
    """Drop about `share` (0 to 1) of the single blanks within lines."""
    text = draft.text
    replacements = list(text)
    for index, char in enumerate(text):
        single = char == " " and text[index - 1 : index] != " " and text[index + 1 : index + 2] != " "
        if single and rng.random() < share:
            replacements[index] = ""
    return rewritten(draft, replacements)


def scanned(draft: Draft, rng: random.Random) -> Draft:
    """A random amount of damage, in half of the cases none."""
    rate = rng.choices([rate for rate, _ in _RATES], [weight for _, weight in _RATES])[0]
    damaged = misread(draft, rate, rng) if rate else draft
    if rng.random() < _NAMES_SHARE:
        damaged = misread_names(damaged, rng.uniform(0.04, 0.16), rng)
    if rng.random() < _GLUED_SHARE:
        damaged = glued(damaged, rng.uniform(0.2, 0.9), rng)
    return damaged.on_one_line() if rng.random() < _ONE_LINE_SHARE else damaged
