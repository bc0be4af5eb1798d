"""Which lines of a page are written in a script that no detector covers; refuses to take a misread letter for a word."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache

from docpriv.model import Char, PageText, TextLine

_SURE_LINE = 0.75  # lines read with a lower score say nothing about a script: noise is read as signs of any of them
_READ_LINE = 0.5
_SURE_CHAR = 0.6
_WORD = re.compile(r"[^\W\d_]{2,}")


def lines_in_other_scripts(page: PageText, scripts: Sequence[str]) -> frozenset[int]:
    """Indexes of lines with a word in none of these scripts, surely read; where a quarter of the page's words are such, of all
    lines that are read at all: a page of little but a name is read unsurely.
    """
    foreign = words = 0
    doubtful: set[int] = set()
    sure: set[int] = set()
    for index, line in enumerate(page.lines):
        if line.score < _READ_LINE:
            continue
        found = [_is_foreign(word, scripts) for word in _WORD.findall(line.text) if len(word) >= 3]
        words += len(found)
        foreign += sum(found)
        if any(found):
            doubtful.add(index)
        if line.score >= _SURE_LINE and any(_is_written(run, scripts) for run in _runs(line)):
            sure.add(index)
    return frozenset(sure | doubtful if foreign and 4 * foreign >= words else sure)


def _is_foreign(word: str, scripts: Sequence[str]) -> bool:
    return 2 * sum(script_of(c) not in (None, *scripts) for c in word) > len(word)


def _is_written(run: tuple[str, int], scripts: Sequence[str]) -> bool:
    """A run of letters is a word: two ideographs, three letters of an alphabet."""
    name, length = run
    return name not in scripts and length >= (2 if name in _IDEOGRAPHIC else 3)


def letters_by_script(page: PageText) -> dict[str, int]:
    """Letters by script. A letter counts in a well-read line, and one of another script than its line's only in a run.

    A lone look-alike in a Latin word is a misreading, not a word in another script.
    """
    found: Counter[str] = Counter()
    for line in page.lines:
        if line.score >= _SURE_LINE:
            for name, length in _runs(line):
                if length >= 2 or name == "Latin" or name in _IDEOGRAPHIC:
                    found[name] += length
    return dict(sorted(found.items()))


def _runs(line: TextLine) -> list[tuple[str, int]]:
    """Scripts of surely read letters, each with how many of it stand side by side."""
    runs: list[tuple[str, int]] = []
    last: str | None = None
    for name in map(_sure_script, line.chars):
        if name is not None and name == last:
            runs[-1] = (name, runs[-1][1] + 1)
        elif name is not None:
            runs.append((name, 1))
        last = name
    return runs


def _sure_script(char: Char) -> str | None:
    return script_of(char.text) if char.score >= _SURE_CHAR else None


_IDEOGRAPHIC = frozenset({"Han", "Hiragana", "Katakana", "Hangul"})
_PREFIXES = {
    "CJK": "Han",
    "HIRAGANA": "Hiragana",
    "KATAKANA": "Katakana",
    "HANGUL": "Hangul",
    "LATIN": "Latin",
    "GREEK": "Greek",
    "CYRILLIC": "Cyrillic",
    "ARABIC": "Arabic",
    "HEBREW": "Hebrew",
    "DEVANAGARI": "Devanagari",
    "THAI": "Thai",
}
_SYMBOLS = frozenset("µμΩπΔΣαβγºª")  # letters that Latin text uses as signs


@cache
def script_of(char: str) -> str | None:
    """Unicode script of a letter, by the first word of its name; None for anything else."""
    if not char or not char[0].isalpha() or char in _SYMBOLS:
        return None
    if char.isascii():
        return "Latin"
    name = unicodedata.name(char[0], "")
    first = name.split(" ")[0]
    if first in {"FULLWIDTH", "MODIFIER", "MATHEMATICAL", "DOUBLE-STRUCK", "SCRIPT", "FEMININE", "MASCULINE"}:
        return "Latin"
    return _PREFIXES.get(first.split("-")[0], first.title() or None)
