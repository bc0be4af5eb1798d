"""Recognise on a redacted page what the style `label` wrote there; a bare word is no caption.

A kind's name counts with a square bracket beside it, a reason code of the policy as it was given: `ADDRESS` before a colon
and `(ADDRESS)` below a line are the form's own, and tell what stands beside them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from docpriv.model import CharId, Finding, Kind, PageText, TextLine
from docpriv.options import Policy
from docpriv.styles.label import short_of, spoken
from docpriv.text.alike import in_captions

MOST_ALIKE = 3  # signs of a bare code that a number could be read as
_OPEN, _CLOSE = r"[\[({]", r"[\])}]"
_ALIKE = in_captions()


def caption_chars(text: PageText, policy: Policy) -> frozenset[CharId]:
    """Characters of the page that are captions of covered areas.

    Codes of the policy count only with a bracket, or a letter and a digit: a bare word or number may be the page's own.
    """
    pattern = _pattern(tuple(sorted(code for code in set(policy.captions.values()) if _telling(code))))
    return frozenset(CharId(number, i) for number, line in enumerate(text.lines) for i in _in_captions(line, pattern))


def without_captions(findings: Iterable[Finding], text: PageText, policy: Policy) -> tuple[Finding, ...]:
    """Findings but for those of which every letter and digit stands in a caption; what stands beside one is the page's own."""
    chars = caption_chars(text, policy)
    return tuple(
        f
        for f in findings
        if f.quads or not chars or not all(c in chars or not text.lines[c.line].chars[c.char].text.isalnum() for c in f.chars)
    )


def _telling(code: str) -> bool:
    bracket = any(sign in "[({])}" for sign in code)
    return bracket or (any(c.isalpha() for c in code) and any(c.isdigit() for c in code) and len(code) > MOST_ALIKE)


def _in_captions(line: TextLine, pattern: re.Pattern[str]) -> set[int]:
    owners = [i for i, char in enumerate(line.chars) for _ in char.text]
    return {owners[at] for match in pattern.finditer(line.text) for at in range(*match.span())}


@lru_cache(maxsize=8)
def _pattern(codes: tuple[str, ...]) -> re.Pattern[str]:
    """All captions: names of kinds in square brackets, of which one may be misread or lost, and the policy's own codes."""
    names = "|".join(_loosely(name) for name in sorted(set(_names()), key=lambda n: (-len(n), n)))
    parts = [rf"\[\s*(?:{names})\s*(?:{_CLOSE}|[1Il|J]?(?!\w))", rf"(?:{_OPEN}|(?<!\w)[1Il|]?)\s*(?:{names})\s*\]"]
    parts += [rf"(?<!\w){_loosely(code)}(?!\w)" for code in sorted(codes, key=lambda c: (-len(c), c))]
    return re.compile("|".join(parts))


def _names() -> Iterable[str]:
    for kind in Kind:
        yield spoken(kind)
        short = short_of(f"[{spoken(kind)}]")
        if short is not None:
            yield short[1:-1]


def _loosely(text: str) -> str:
    """A pattern for a text as it may be read: any bracket for another, blanks or none, signs that are confused."""
    signs = []
    for sign in text:
        if sign == " ":
            continue
        elif sign in "[({":
            signs.append(_OPEN)
        elif sign in "])}":
            signs.append(_CLOSE)
        else:
            signs.append(f"[{re.escape(_ALIKE[sign])}]" if sign in _ALIKE else re.escape(sign))
    return r"\s*".join(signs)
