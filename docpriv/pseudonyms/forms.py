"""One form for values that are the same, and the look of a value for what takes its place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from importlib import resources
from itertools import chain

import yaml

from docpriv.text.alike import IN_NAMES_OF_PEOPLE

# Not `text.fold`: who gets which pseudonym is kept in mappings, and Müller and Muller may be two people.
_ALIKE = str.maketrans(IN_NAMES_OF_PEOPLE)
_ASCII = str.maketrans(dict.fromkeys("’‘`´ʼ", "'") | dict.fromkeys("‐‑‒–—−", "-"))


def _tables() -> dict[str, tuple[str, ...]]:
    source = resources.files("docpriv.pseudonyms").joinpath("data/words.yaml").read_text(encoding="utf-8")
    tables: dict[str, dict[str, list[str]]] = yaml.safe_load(source)
    return {name: tuple(chain.from_iterable(of.values())) for name, of in tables.items()}


WORDS = _tables()
"""Words that stay where a value is replaced, and tables of months and postcodes, of all languages and countries."""
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
    signs = (c if c == "\n" else " " if c.isspace() else c for c in text.translate(_ASCII))
    return "".join(c for c in signs if c == "\n" or (c.isascii() and c.isprintable()))


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
