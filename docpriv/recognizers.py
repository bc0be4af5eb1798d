"""Recognizers of a user's own, in the YAML format of Presidio.

A recognizer's expressions, context words and deny list say what an organisation keeps secret or whom it knows: no
message, repr or digest gives them away. Its name and those of its patterns do appear, in records too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Protocol

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from docpriv.errors import RecipeError
from docpriv.model import Kind

_FORM = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

MAX_UNFOLDED = 50_000
"""Parts of an expression with its counted repeats written out; the `regex` package does that when it compiles one."""

_FLAGS = 26  # Presidio's default: ignore case (2), many lines (8), a dot takes line breaks (16)
_NAME = r"^\w[\w .,:()\-]{0,63}$"
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z]{2,8})?")
_REMEDY = (
    "A recognizer has a name, a supported_entity, and patterns (name, regex, score) or a deny_list; "
    "`docpriv recognizers test --recognizers FILE` tries one."
)

# Kinds that are read as text. An entity named like one of the others, or like nothing known, is CUSTOM.
_TEXT_KINDS = frozenset(Kind) - {Kind.SIGNATURE, Kind.FACE, Kind.CODE, Kind.UNREAD_INK, Kind.DENIED_TERM, Kind.MANUAL}


@cache
def _kinds() -> dict[str, Kind]:
    presidio = yaml.safe_load(files("docpriv").joinpath("presidio_kinds.yaml").read_bytes())
    named = {name: Kind(kind) for kind, names in presidio.items() for name in names}
    return {str(kind): kind for kind in _TEXT_KINDS} | named


def kind_of_entity(entity: str) -> Kind:
    """The kind of an entity: by docpriv's own name, by Presidio's, else CUSTOM, which every shipped recipe covers."""
    return _kinds().get(entity, Kind.CUSTOM)


class RecognizerPattern(BaseModel):
    """One expression of a recognizer, for the `regex` package, as in Presidio."""

    model_config = _FORM

    name: str = Field(
        pattern=_NAME, description="Name of the pattern; records name it as a reason, so it holds nothing personal."
    )
    regex: str = Field(min_length=1, max_length=5000, repr=False, description="Expression of the `regex` package.")
    score: float = Field(ge=0, le=1, description="Score of a match; context words add 0.35, and lift it to 0.4 at least.")


class CustomRecognizer(BaseModel):
    """A recognizer of a user's own. It works on every page, whatever language Presidio would have used it for."""

    model_config = _FORM

    name: str = Field(
        pattern=_NAME, description="Name of the recognizer; records name it as a reason, so it holds nothing personal."
    )
    supported_entity: str = Field(
        pattern="^[A-Z][A-Z0-9_]{0,63}$",
        description="What it finds: a kind of docpriv, an entity of Presidio (PHONE_NUMBER is the kind PHONE), or a word of "
        "your own, which is of the kind CUSTOM.",
    )
    patterns: tuple[RecognizerPattern, ...] = Field(default=(), max_length=100, description="Expressions, each with its score.")
    context: tuple[str, ...] = Field(
        default=(), max_length=1000, repr=False, description="Words that lift the score of a match when they stand before it."
    )
    deny_list: tuple[str, ...] = Field(
        default=(), max_length=20_000, repr=False, description="Terms that are found as they stand."
    )
    deny_list_score: float = Field(default=1.0, ge=0, le=1, description="Score of a term of the deny list.")
    global_regex_flags: int = Field(
        default=_FLAGS,
        description="Flags of the expressions: a sum of 2 (ignore case), 8 (^ and $ at every line) and 16 (a dot takes line "
        "breaks).",
    )

    @model_validator(mode="after")
    def _compiles(self) -> CustomRecognizer:
        compiled(self)
        return self


class Expression(Protocol):
    """A compiled expression of the `regex` package, as far as it is used here."""

    def finditer(self, string: str, *, timeout: float) -> Any: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """An expression ready to search with: the name it is known by in findings, and its score."""

    name: str
    score: float
    regex: Expression = field(repr=False)


def compiled(recognizer: CustomRecognizer) -> tuple[Compiled, ...]:
    """All expressions of a recognizer; ValueError names it and the pattern that does not hold, never the expression."""
    name, flags = recognizer.name, recognizer.global_regex_flags
    if flags & ~_FLAGS:
        raise ValueError(f"recognizer {name}: global_regex_flags is a sum of 2, 8 and 16")
    if not recognizer.patterns and not recognizer.deny_list:
        raise ValueError(f"recognizer {name}: there are neither patterns nor a deny_list")
    out = [
        Compiled(name=f"{name}/{p.name}", score=p.score, regex=_compile(p.regex, flags, f"{name}: pattern {p.name}"))
        for p in recognizer.patterns
    ]
    if recognizer.deny_list:
        # Longest first, or "Ann" would end the search for "Ann Marie"; any white space stands for a blank, for lines wrap.
        terms = sorted(
            (re.escape(" ".join(t.split())).replace(r"\ ", r"\s+") for t in recognizer.deny_list), key=len, reverse=True
        )
        if not all(terms):
            raise ValueError(f"recognizer {name}: a term of the deny_list is empty")
        whole = r"(?:^|(?<=\W))(?:" + "|".join(terms) + r")(?:(?=\W)|$)"
        out.append(
            Compiled(
                name=f"{name}/deny list",
                score=recognizer.deny_list_score,
                regex=_compile(whole, flags, f"{name}: the deny_list", counted=False),
            )
        )
    return tuple(out)


def _compile(expression: str, flags: int, what: str, *, counted: bool = True) -> Expression:
    import regex  # type: ignore[import-untyped,unused-ignore]  # here, for most runs do without

    if counted and _unfolded(expression) > MAX_UNFOLDED:
        raise ValueError(f"recognizer {what} repeats too often in repeats")
    try:
        made: Expression = regex.compile(expression, flags)
    except Exception:  # beside its own error the package raises RecursionError, KeyError and others for broken expressions
        raise ValueError(f"recognizer {what} is not a regular expression") from None
    return made


_PART = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{(\d+)(?:,\d*)?\}|.", re.S)


def _unfolded(expression: str) -> int:
    """Parts of an expression with least counts written out: `(?:a{9}){9}` has 81. Broken ones count as they go."""
    sizes, last = [0], 0
    for part in _PART.finditer(expression):
        text = part[0]
        if text == "(":
            sizes.append(0)
            last = 0
        elif text == ")" and len(sizes) > 1:
            last = sizes.pop()
            sizes[-1] += last
        elif part[1] is not None:
            more = last * max(0, int(part[1]) - 1)
            sizes[-1] += more
            last += more
        else:
            last = 1
            sizes[-1] += 1
        if sizes[-1] > MAX_UNFOLDED:
            return sizes[-1]
    return sum(sizes)


# --- Presidio's YAML --------------------------------------------------------------------------------------------------


_NOT_OURS = "recognizers of Presidio itself cannot be named, docpriv has its own set"
_IGNORED = {"type", "enabled", "version", "country_code", "supported_language", "supported_languages", "supported_entities"}


def recognizers_in(data: Any, what: str) -> list[CustomRecognizer]:
    """The recognizers of a parsed file; RecipeError (exit code 2) names the recognizer and key, never a value.

    The file is a mapping with `recognizers`, as Presidio's registry reads it. `enabled: false` leaves one out.
    """
    if not isinstance(data, Mapping) or not isinstance(data.get("recognizers"), list):
        raise RecipeError(f"{what} is a mapping with a list `recognizers`", remedy=_REMEDY)
    _check_known(data, {"recognizers", "supported_languages", "supported_countries", "global_regex_flags"}, what)
    flags = data.get("global_regex_flags")
    return [
        one
        for number, item in enumerate(data["recognizers"], start=1)
        if (one := recognizer_of(item, f"{what}, recognizer {number}", flags)) is not None
    ]


def recognizer_of(item: Any, what: str, flags: Any = None) -> CustomRecognizer | None:
    """One recognizer as Presidio's YAML has it; None where it is not enabled. RecipeError as `recognizers_in`."""
    if not isinstance(item, Mapping):
        raise RecipeError(f"{what} is no mapping; {_NOT_OURS}", remedy=_REMEDY)
    given = {key: value for key, value in item.items() if value is not None}
    name = given.get("name")
    if isinstance(name, str) and re.fullmatch(_NAME, name):
        what = f"{what} ({name})"
    if given.get("enabled", True) is False:
        return None
    if given.get("type", "custom") != "custom" or not {"patterns", "deny_list"} & set(given):
        raise RecipeError(f"{what} has neither patterns nor a deny_list; {_NOT_OURS}", remedy=_REMEDY)
    form = {key: value for key, value in given.items() if key not in _IGNORED}
    _check_known(form, set(CustomRecognizer.model_fields), what)
    entities = given.get("supported_entities")
    if isinstance(entities, list) and len(entities) == 1:
        form.setdefault("supported_entity", entities[0])
    if flags is not None:
        form.setdefault("global_regex_flags", flags)
    more = _language_context(given, what)
    if more:
        form["context"] = [*(form["context"] if isinstance(form.get("context"), list) else ()), *more]
    try:
        return CustomRecognizer.model_validate(form)
    except ValidationError as exc:
        first = exc.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        said = str(first["msg"]).removeprefix("Value error, ").removeprefix(f"recognizer {name}: ")
        raise RecipeError(f"{what}: {place + ': ' if place else ''}{said}", remedy=_REMEDY) from None


def _check_known(data: Mapping[Any, Any], known: set[str], what: str) -> None:
    if unknown := set(data) - known:
        raise RecipeError(f"{what} has an unknown key {shown(min(map(str, unknown)))}", remedy=_REMEDY)


def _language_context(given: Mapping[str, Any], what: str) -> list[Any]:
    """Context words that stand with a language. A language itself decides nothing: every page is searched."""
    languages = given.get("supported_languages", [given["supported_language"]] if "supported_language" in given else [])
    words: list[Any] = []
    for one in languages if isinstance(languages, list) else [None]:
        code, context = (one.get("language"), one.get("context")) if isinstance(one, Mapping) else (one, None)
        if not isinstance(code, str) or not _LANGUAGE.fullmatch(code) or not isinstance(context, list | None):
            raise RecipeError(
                f"{what}: supported_languages is a list of codes such as en, or of mappings with language and context",
                remedy=_REMEDY,
            )
        words += context or []
    return words


def shown(key: Any) -> str:
    """A key of a user's file as a message may show it."""
    return "".join(c if c.isprintable() else "?" for c in str(key))[:80]
