"""Says whether the detectors cover a page's scripts and language; refuses to guess a language from a few
words."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import cast

import yaml

from docpriv import options
from docpriv.errors import EngineError
from docpriv.model import PageText

_SURE_LINE = 0.75  # lines read with a lower score say nothing about a script: noise is read as signs of any of them
_READ_LINE = 0.5
_SURE_CHAR = 0.6
_LEAST_LETTERS = 8
_LEAST_SHARE = 0.03
_LEAST_WORDS = 6  # different words of another language that no covered language has
_LEAST_LONG = 4  # of these with three letters or more: two letters are often a misreading
_OUTNUMBER = 1.6
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """`scripts`: letters by Unicode script; `language`: the one its function words show, None where too few;
    `covered`: whether every detector's promise holds on this page; `reason`: a code, "" where covered."""

    scripts: Mapping[str, int]
    language: str | None
    covered: bool
    reason: str = ""


def coverage(page: PageText, form: options.Finding) -> Coverage:
    """What is written on a page against the scripts and languages that the recipe's detectors cover.

    Uncovered: at least 8 surely read letters, and 3 % of all, in another script, or a quarter of the words of a
    page with few (`script`); or the function
    words and business words of a language that the recipe does not name clearly outnumber those of every
    language that it does (`language`).
    """
    scripts = _scripts(page)
    total = sum(scripts.values())
    language = _language(page, form.languages)
    foreign = sum(n for name, n in scripts.items() if name not in form.scripts)
    if (foreign >= _LEAST_LETTERS and foreign >= _LEAST_SHARE * total) or _short_and_foreign(page, form.scripts):
        return Coverage(scripts=scripts, language=language, covered=False, reason="script")
    if language is not None and language not in form.languages:
        return Coverage(scripts=scripts, language=language, covered=False, reason="language")
    return Coverage(scripts=scripts, language=language, covered=True)


def _short_and_foreign(page: PageText, scripts: Sequence[str]) -> bool:
    """Whether a quarter of all words is mostly in another script, however unsurely read: a name alone has few letters."""
    foreign = words = 0
    for line in page.lines:
        if line.score < _READ_LINE:
            continue
        for word in _WORD.findall(line.text):
            if len(word) >= 3:
                letters = [_PREFIXES.get(unicodedata.name(c, "").split(" ")[0], "other") for c in word]
                words += 1
                foreign += 2 * sum(name not in scripts for name in letters) > len(letters)
    return foreign > 0 and 4 * foreign >= words


def _scripts(page: PageText) -> dict[str, int]:
    """Letters by script. A letter counts in a well-read line, and one of another script than its line's
    only in a run.

    A lone look-alike in a Latin word is a misreading, not a word in another script.
    """
    found: Counter[str] = Counter()
    for line in page.lines:
        if line.score < _SURE_LINE:
            continue
        names = [script_of(c.text) if c.score >= _SURE_CHAR else None for c in line.chars]
        run: list[str] = []
        for name in [*names, None]:
            if run and name != run[-1]:
                if len(run) >= 2 or run[0] == "Latin" or run[0] in _IDEOGRAPHIC:
                    found[run[0]] += len(run)
                run = []
            if name is not None:
                run.append(name)
    return dict(sorted(found.items()))


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


def language_of(page: PageText, among: Sequence[str]) -> str | None:
    """The language of a page that clearly shows one of these; None where its words are too few."""
    found = _language(page, tuple(among))
    return found if found in among else None


def function_words(language: str) -> frozenset[str]:
    """Function words of a language, in small letters; none of a language that is not known."""
    return _function_words().get(language, frozenset())


@cache
def _function_words() -> dict[str, frozenset[str]]:
    return {code: frozenset(w.lower() for w in _stop_words(code) if w.isalpha()) for code in _papers()}


@cache
def _papers() -> dict[str, list[str]]:
    source = resources.files("docpriv.pii").joinpath("data/languages.yaml").read_text(encoding="utf-8")
    return cast(dict[str, list[str]], yaml.safe_load(source))


def _language(page: PageText, covered: tuple[str, ...]) -> str | None:
    """The language whose words stand out, or None. Different words count, each once, from well-read lines.

    Words that the two languages share decide nothing; what counts is how many each has of its own.
    """
    seen = {w.lower() for line in page.lines if line.score >= _SURE_LINE for w in _WORD.findall(line.text)}
    lists = _word_lists()
    ours = {code: lists[code] for code in covered if code in lists}
    known = frozenset().union(*ours.values())
    best, margin = None, 0
    for code, words in lists.items():
        own = {w for w in seen if w in words and w not in known}
        if code in ours or sum(len(w) > 2 for w in own) < _LEAST_LONG or len(own) < _LEAST_WORDS:
            continue
        counter = sum(w in known and w not in words for w in seen)
        if len(own) >= _OUTNUMBER * counter and len(own) > margin:
            best, margin = code, len(own)
    if best is not None:
        return best
    counts = sorted(((sum(w in words for w in seen), code) for code, words in ours.items()), reverse=True)
    return counts[0][1] if counts and counts[0][0] >= _LEAST_WORDS else None


@cache
def _word_lists() -> dict[str, frozenset[str]]:
    """Function words (spaCy's stop words, shipped in its package) and words of business paper, by
    language."""
    found = {}
    for code, more in _papers().items():
        words = {w.lower() for w in _stop_words(code)} | {str(w) for w in more}
        found[code] = frozenset(w for w in words if len(w) >= 2 and w.isalpha())
    return found


def _stop_words(code: str) -> set[str]:
    """The stop words of one language, from spaCy's own file alone: to import its languages costs seconds."""
    package = find_spec("spacy")
    if package is None or package.origin is None:
        raise EngineError("the library spacy is not installed")
    file = Path(package.origin).parent / "lang" / code / "stop_words.py"
    spec = spec_from_file_location(f"docpriv_stop_words_{code}", file)
    if spec is None or spec.loader is None or not file.is_file():
        raise EngineError(f"spacy has no stop words for {code}")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return {str(word) for word in module.STOP_WORDS}
