"""Recognise on a redacted page what the style `label` wrote there; refuses to take a bare word for a caption.

A kind's name counts with a square bracket beside it, a reason code of the policy as it was given: `ADDRESS` before a colon
and `(ADDRESS)` below a line are the form's own, and tell what stands beside them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from docpriv.model import Kind, PageText, TextLine
from docpriv.options import Policy
from docpriv.redaction.styles.label import short_of, spoken
from docpriv.tape import MASK

_OPEN, _CLOSE = r"[\[({]", r"[\])}]"
# What recognizers take for another sign in capitals and digits.
_ALIKE = {"0": "0OoQ", "O": "0OoQ", "1": "1Il|!", "I": "1Il|!", "L": "LIl1|", "S": "Ss5", "5": "Ss5", "B": "B8", "8": "B8",
          "G": "G6", "6": "G6b", "Z": "Z2", "2": "Z2"}


def without_captions(text: PageText, policy: Policy) -> PageText:
    """The page's text with the captions of covered areas masked, as the areas themselves are."""
    pattern = _pattern(tuple(sorted(set(policy.captions.values()))))
    return replace(text, lines=tuple(_masked(line, pattern) for line in text.lines))


def _masked(line: TextLine, pattern: re.Pattern[str]) -> TextLine:
    """Characters of captions become blocks; their places stay."""
    owners = [i for i, char in enumerate(line.chars) for _ in char.text]
    hidden = {owners[at] for match in pattern.finditer(line.text) for at in range(*match.span())}
    if not hidden:
        return line
    return replace(line, chars=tuple(replace(char, text=MASK) if i in hidden and char.text.strip() else char
                                     for i, char in enumerate(line.chars)))


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
