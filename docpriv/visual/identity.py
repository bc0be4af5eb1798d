"""Says from its text whether a page shows an identity document; refuses to call a form one that only asks for its number."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final, Literal

import yaml

from docpriv.model import TextLine

FIELDS_BESIDE: Final = 3  # different labels of such documents that must stand beside a title
SHORT_PAGE: Final = 14  # lines: a page with no more is a card alone, on which one label is enough
LONGER: Final = 26  # characters that the line of a title may have besides it: a state, a number
# ICAO Doc 9303: lines of 30, 36 or 44 of A-Z, 0-9 and the filler; a reading loses or doubles some fillers.
_MACHINE = re.compile(r"[A-Z0-9<]{26,48}")
_LEAST_FILLERS: Final = 3

Sign = Literal["machine-lines", "title"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    titles: tuple[str, ...]
    fields: frozenset[str]
    asks: frozenset[str]


def identity_document(lines: Sequence[TextLine]) -> Sign | None:
    """What tells that the page shows an identity document, or None: its machine-readable lines, or its title and fields."""
    texts = [line.text for line in lines if line.chars]
    machine = [
        t
        for t in (text.replace(" ", "").replace("«", "<<").upper() for text in texts)
        if _MACHINE.fullmatch(t) and t.count("<") >= _LEAST_FILLERS
    ]
    if len(machine) >= 2 or any(t.count("<") >= 2 * _LEAST_FILLERS and "<<" in t for t in machine):
        return "machine-lines"
    words = _words()
    folded = [_fold(text) for text in texts]
    if not any(_is_title(text, words) for text in folded):
        return None
    fields = {field for text in folded for field in _fields_of(text, words)}
    return "title" if len(fields) >= (1 if len(folded) <= SHORT_PAGE else FIELDS_BESIDE) else None


def _is_title(text: str, words: _Words) -> bool:
    for title in words.titles:
        if len(text) > len(title) + LONGER or f" {title} " not in f" {text} ":
            continue
        rest = f" {text} ".replace(f" {title} ", "  ").split()
        if not words.asks.intersection(rest):
            return True
    return False


def _fields_of(text: str, words: _Words) -> list[str]:
    """Labels at the head of a line, after the number of a field (the 4b of a licence)."""
    parts = text.split()
    if parts and re.fullmatch(r"\d{1,2}[a-d]?", parts[0]):
        parts = parts[1:]
    heads = (" ".join(parts[:n]) for n in range(1, 5))
    return [head for head in heads if head in words.fields]


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.sub(r"[^a-z0-9]+", " ", "".join(c for c in plain if not unicodedata.combining(c))).split())


@cache
def _words() -> _Words:
    table = yaml.safe_load(resources.files("docpriv.visual").joinpath("data", "identity.yaml").read_text(encoding="utf-8"))
    titles = sorted({_fold(t) for group in table["titles"].values() for t in group}, key=lambda t: (-len(t), t))
    fields = frozenset(_fold(t) for group in table["fields"].values() for t in group)
    return _Words(titles=tuple(titles), fields=fields, asks=frozenset(_fold(t) for t in table["asks"]))
