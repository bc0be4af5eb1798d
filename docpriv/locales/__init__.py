"""What differs from language to language and country to country, as data.

A language is a folder `languages/xx`, a country a file `countries/xx.yaml`: both are found by listing. The files of a folder are
read as one, so it may have a file for all its tables or several. Nothing is read before it is asked for.

Which words count depends on the languages of the text at hand, as a program's locale does: `speaking` sets them for what is
called within it. English counts on every page, and so do the lists that `common.yaml` names under `anywhere`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache, wraps
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from docpriv.errors import EngineError
from docpriv.locales.forms import Common, Country, Language

FOLDER = Path(__file__).parent
_Table = TypeVar("_Table", Language, Country, Common)
_KEPT = 8  # tables of one kind for different languages
_MOST = 5  # faults of a file that are told at once
_NAMED = re.compile(r"\{\{(\w+)\}\}")
_PATTERN = "re:"


@cache
def languages() -> Mapping[str, Language]:
    """All languages by their code (ISO 639). EngineError where a file does not hold what it should."""
    return {
        folder.name: _checked(Language, folder, *sorted(folder.glob("*.yaml")))
        for folder in sorted((FOLDER / "languages").iterdir())
        if folder.is_dir()
    }


@cache
def countries() -> Mapping[str, Country]:
    """All countries by their code (ISO 3166-1). EngineError where a file does not hold what it should."""
    return {path.stem: _checked(Country, path, path) for path in sorted((FOLDER / "countries").glob("*.yaml"))}


@cache
def common() -> Common:
    """What belongs to no language and no country. EngineError where the file does not hold what it should."""
    path = FOLDER / "common.yaml"
    return _checked(Common, path, path)


_SPOKEN: ContextVar[tuple[str, ...]] = ContextVar("languages of the text at hand", default=())
BASE = "en"
"""Forms, identity papers and firms of every country use its words beside their own."""


@contextmanager
def speaking(codes: tuple[str, ...]) -> Iterator[None]:
    """What is called within this searches text in these languages; none: in all."""
    token = _SPOKEN.set(codes)
    try:
        yield
    finally:
        _SPOKEN.reset(token)


def spoken() -> tuple[str, ...]:
    """The languages of the text at hand; none where that is not known."""
    return _SPOKEN.get()


def tables(codes: tuple[str, ...] = ()) -> tuple[Language, ...]:
    """The tables that count for text in these languages, English among them; all for none."""
    return tuple(table for code, table in languages().items() if not codes or code in codes or code == BASE)


def words(name: str) -> tuple[str, ...]:
    """The words of one list that count for the text at hand, each once; EngineError for a list that `common.yaml` does not
    describe."""
    return _words(name, spoken())


@lru_cache(maxsize=1024)
def _words(name: str, codes: tuple[str, ...]) -> tuple[str, ...]:
    if name not in common().lists:
        raise EngineError(f"no list of words is called {name}", remedy="Describe it under `lists` of common.yaml.")
    heard = () if name in common().anywhere else codes
    found = dict.fromkeys(word for language in tables(heard) for word in language.words.get(name, ()))
    if name == "not_names" and codes != (BASE,):  # `Jan` is a month in English, and a man in half of Europe
        others = [table for code, table in languages().items() if code != BASE and (not codes or code in codes)]
        names = {word for table in others for word in table.words.get("also_names", ())}
        return tuple(word for word in found if word not in names)
    return tuple(found)


@lru_cache(maxsize=1024)
def _set_of(name: str, codes: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_words(name, codes))


class WordList:
    """The words of a list that count for the text at hand, as a set."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __contains__(self, word: object) -> bool:
        return word in _set_of(self._name, _SPOKEN.get())


_Made = TypeVar("_Made")


def by_language(make: Callable[[], _Made]) -> Callable[[], _Made]:
    """A table that a function makes of words: made once for the languages of the text at hand, the last few kept."""

    @lru_cache(maxsize=_KEPT)
    def made(codes: tuple[str, ...]) -> _Made:
        return make()

    @wraps(make)
    def now() -> _Made:
        return made(_SPOKEN.get())

    return now


class Regex:
    """A regular expression with lists of words in it (`expanded`), compiled for the languages of the text at hand."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.now = by_language(lambda: re.compile(expanded(pattern), flags))
        if _NAMED.search(pattern) is None:  # the same in all
            compiled = re.compile(pattern, flags)
            self.now = lambda: compiled

    def search(self, text: str, at: int = 0) -> re.Match[str] | None:
        return self.now().search(text, at)

    def match(self, text: str, at: int = 0) -> re.Match[str] | None:
        return self.now().match(text, at)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        return self.now().fullmatch(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        return self.now().finditer(text)


def cues(rule: str) -> tuple[str, ...]:
    """The words that announce a value of a rule, for the text at hand."""
    return tuple(dict.fromkeys(word for language in tables(spoken()) for word in language.cues.get(rule, ())))


def months() -> tuple[str, ...]:
    """The names of months in all languages, in full and shortened, with their accents and without."""
    names = [name for language in languages().values() for month in language.months for name in month]
    return tuple(dict.fromkeys(form for name in names for form in (name, _plain(name))))


def one_of(entries: tuple[str, ...]) -> str:
    """A regular expression, without a group, for any of some words, the longest first.

    A blank stands for any white space, and a point may be missing; an entry that begins with `re:` is an expression itself.
    """
    longest_first = sorted(entries, key=lambda entry: (-len(entry), entry))
    return "(?:" + "|".join(map(_written, longest_first)) + ")" if entries else "(?!)"


def expanded(pattern: str) -> str:
    """A pattern with each `{{name}}` replaced by the fragment of `common.yaml` or the list of words of that name, or `months`."""
    fragments = common().fragments
    return _NAMED.sub(lambda m: expanded(fragments[m[1]]) if m[1] in fragments else one_of(_listed(m[1])), pattern)


def _listed(name: str) -> tuple[str, ...]:
    return months() if name == "months" else words(name)


def _plain(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def _written(entry: str) -> str:
    if entry.startswith(_PATTERN):
        return entry[len(_PATTERN) :]
    return re.escape(entry).replace(r"\ ", r"\s").replace(r"\.", r"\.?")


def _checked(form: type[_Table], place: Path, *paths: Path) -> _Table:
    tables: dict[str, Any] = {}
    for path in paths:
        for key, table in _loaded(path).items():
            if key == "sources":
                tables["sources"] = {**tables.get("sources", {}), **table}
            elif key in tables:
                raise _fault(path, key, f"stands in another file of {place.name} too")
            else:
                tables[key] = table
    try:
        return form.model_validate(tables)
    except ValidationError as failure:
        faults = [".".join(map(str, fault["loc"])) + ": " + fault["msg"] for fault in failure.errors(include_input=False)]
        raise _fault(place, *faults[:_MOST]) from None


def _fault(path: Path, *faults: str) -> EngineError:
    return EngineError(
        f"{path.relative_to(FOLDER)}: {'; '.join(faults)}",
        remedy="Correct the file as docpriv/locales/forms.py describes it; what was installed unchanged, install again.",
    )


def _loaded(path: Path) -> dict[str, Any]:
    try:
        tables = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a safe loader
    except yaml.YAMLError as failure:
        mark = getattr(failure, "problem_mark", None)
        line = f"line {mark.line + 1}: " if mark is not None else ""
        raise _fault(path, line + str(getattr(failure, "problem", None) or "is no YAML")) from None
    if not isinstance(tables, dict):
        raise _fault(path, "is no table of keys and values")
    return tables


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Safe, and refuses a key that stands twice, of which YAML would take the last."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        for name in _twice(key.value for key, _ in node.value):
            raise yaml.constructor.ConstructorError(None, None, f"the key {name} stands twice", node.start_mark)
        return dict(super().construct_mapping(node, deep=deep))


def _twice(keys: Iterator[str]) -> Iterator[str]:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            yield key
        seen.add(key)
