"""Terms that a recipe always or never covers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from docpriv.errors import RecipeError
from docpriv.model import CharId, Finding, Kind
from docpriv.pii.textspan import Hit
from docpriv.tape import TextTape

DETECTOR = "lists"
_REGEX = "re:"
_NO_TEXT_DETECTOR = frozenset({Kind.DENIED_TERM, Kind.MANUAL})


def compile_terms(terms: Sequence[str]) -> tuple[re.Pattern[str], ...]:
    """Patterns that ignore case and take any white space, line breaks included, for a blank.

    RecipeError for a regular expression that does not compile or that matches the empty text; the term is
    not shown.
    """
    patterns = []
    for number, term in enumerate(terms, 1):
        try:
            if term.startswith(_REGEX):
                pattern = re.compile(term[len(_REGEX) :].replace(" ", r"\s+"), re.I | re.M)
            else:
                words = [re.escape(w) for w in term.split()]
                pattern = re.compile(r"(?<!\w)" * term[:1].isalnum() + r"\s+".join(words) + r"(?!\w)" * term[-1:].isalnum(), re.I)
        except re.error:
            raise RecipeError(f"term {number} of a list is not a regular expression") from None
        if pattern.match(""):
            raise RecipeError(f"term {number} of a list matches an empty text")
        patterns.append(pattern)
    return tuple(patterns)


def find_denied(text: str, patterns: Iterable[re.Pattern[str]]) -> list[Hit]:
    """Every place where a denied term stands."""
    spans = (m.span() for pattern in patterns for m in pattern.finditer(text))
    return [Hit(start, end, Kind.DENIED_TERM, 1.0, DETECTOR, "deny-list") for start, end in spans if end > start]


def allowed_chars(tapes: Iterable[TextTape], patterns: Sequence[re.Pattern[str]]) -> list[frozenset[CharId]]:
    """The characters of every place where an allowed term stands."""
    return [frozenset(tape.chars(m.start(), m.end())) for tape in tapes for p in patterns for m in p.finditer(tape.text)]


def without_allowed(findings: Iterable[Finding], allowed: dict[int, list[frozenset[CharId]]]) -> list[Finding]:
    """Findings but those that lie wholly inside an allowed term; denied terms stay, whatever is allowed."""
    return [
        f
        for f in findings
        if f.kind in _NO_TEXT_DETECTOR or not f.chars or not any(term.issuperset(f.chars) for term in allowed.get(f.page, ()))
    ]
