"""One form for values that are the same, and the look of a value for what takes its place; refuses nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from docpriv.text.alike import IN_NAMES_OF_PEOPLE

# Not `text.fold`: who gets which pseudonym is kept in mappings, and Müller and Muller may be two people.
_ALIKE = str.maketrans(IN_NAMES_OF_PEOPLE)
_QUOTES, _DASHES = "’‘`´ʼ", "‐‑‒–—−"
WORD = re.compile(r"[^\W_]+(?:['’`´ʼ][^\W_]+)*")
"""Letters and digits with inner apostrophes."""

VOWELS, CONSONANTS = "aeiou", "bdfgklmnprstv"


def name_form(word: str) -> str:
    """Letters alone, without case, accents and what recognizers confuse."""
    plain = unicodedata.normalize("NFKD", word).casefold().translate(_ALIKE)
    return "".join(c for c in plain if c.isalpha()).replace("rn", "m").replace("vv", "w")


def packed(text: str) -> str:
    """Letters and digits alone, NFKC, without case: spaces and punctuation do not tell values apart."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def separators(text: str) -> str:
    """What stands between words as ASCII: signs that no font of pseudonyms has are dropped."""
    out = []
    for c in text:
        if c in _QUOTES:
            out.append("'")
        elif c in _DASHES:
            out.append("-")
        elif c.isspace():
            out.append("\n" if c == "\n" else " ")
        elif c.isascii() and c.isprintable():
            out.append(c)
    return "".join(out)


def cased(name: str, like: str) -> str:
    """A name in the letter case of what it stands for; of a single letter nothing follows but for a small one."""
    letters = [c for c in like if c.isalpha()]
    if len(letters) > 1 and all(c.isupper() for c in letters):
        return name.upper()
    return name.lower() if letters and all(c.islower() for c in letters) else name


def substituted(text: str, of_word: Callable[[re.Match[str]], str | None]) -> str:
    """The text with each word replaced; None leaves it out together with what stands before it, line breaks apart."""
    out: list[str] = []
    at = 0
    for match in WORD.finditer(text):
        between, fresh = separators(text[at : match.start()]), of_word(match)
        out.append("\n" * between.count("\n") if fresh is None else between + fresh)
        at = match.end()
    return "".join([*out, separators(text[at:])])
