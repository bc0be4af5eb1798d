"""Reads letters inside numbers as the digits they were on paper; refuses to change the length of a text."""

from __future__ import annotations

import re

# What recognizers take for a digit and back: `o2115` in old-style figures, `1l4`, `9O2`.
_AS_DIGIT = str.maketrans({"o": "0", "O": "0", "l": "1", "I": "1", "|": "1"})
_MIXED = re.compile(r"(?<![^\W\d_oOlI])[\doOlI|]{2,}(?![^\W\d_oOlI])")


def digits_restored(text: str) -> str:
    """The text with such letters as digits in runs of which at least half are digits; same length, so offsets hold."""
    return _MIXED.sub(_restored, text)


def _restored(run: re.Match[str]) -> str:
    body = run[0]
    digits = sum(c.isdigit() for c in body)
    if digits == len(body) or 2 * digits < len(body):
        return body
    beside = run.string[max(0, run.start() - 1):run.start()] + run.string[run.end():run.end() + 1]
    if len(body) == 2 and not any(c in "./-–:" for c in beside):
        return body                     # `1l` alone may be a litre
    return body.translate(_AS_DIGIT)
