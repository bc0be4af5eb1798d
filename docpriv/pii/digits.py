"""Reads letters inside numbers as the digits they were on paper; refuses to change the length of a text."""

from __future__ import annotations

import re

from docpriv.text.alike import IN_RUNNING_TEXT, WHERE_CHECKED, as_digits

# What recognizers take for a digit and back: `o2115` in old-style figures, `1l4`, `9O2`.
_AS_DIGIT = as_digits(IN_RUNNING_TEXT)
_MIXED = re.compile(r"(?<![^\W\d_oOlI])[\doOlI|]{2,}(?![^\W\d_oOlI])")
_GROUPS = re.compile(r"(?<![^\W_])[\doOlI|]{1,19}(?:[ .\-/()]{1,3}[\doOlI|]{1,19}){1,9}(?![^\W_])")
_RUN = re.compile(r"[^ .\-/()]+")

# What is a digit only where a check digit or a label says so.
_GUESSED = as_digits(WHERE_CHECKED)
_SIGN = rf"[\d{WHERE_CHECKED}]{{1,34}}"
_LIKELY = re.compile(rf"(?<![^\W_]){_SIGN}(?:[ .\-/()]{{1,3}}{_SIGN}){{0,9}}(?![^\W_])")
_LEAST_GROUPED = 7  # digits of the shortest number in groups, a local telephone number
_LEAST_LIKELY = 6


def digits_restored(text: str) -> str:
    """The text with such letters as digits in runs of which at least half are digits, and in groups of which most are;
    same length, so offsets hold."""
    return _GROUPS.sub(_groups_restored, _MIXED.sub(_restored, text))


def digits_guessed(text: str) -> str:
    """The text with S, B, Z, G, Q, D and i as digits too, in numbers of which at least two fifths are digits.

    Same length. For recognizers whose check digit or label confirms a guess, and for nothing else.
    """
    return _LIKELY.sub(_guessed, text)


def _restored(run: re.Match[str]) -> str:
    body = run[0]
    digits = sum(c.isdigit() for c in body)
    if digits == len(body) or 2 * digits < len(body):
        return body
    beside = run.string[max(0, run.start() - 1) : run.start()] + run.string[run.end() : run.end() + 1]
    if len(body) == 2 and not any(c in "./-–:" for c in beside):
        return body  # `1l` alone may be a litre
    return body.translate(_AS_DIGIT)


def _groups_restored(groups: re.Match[str]) -> str:
    """`(8O4) 555-2OOO`: a group with few digits is judged with its neighbours, one without any stays a word."""
    body = groups[0]
    digits, signs = sum(c.isdigit() for c in body), sum(c.isalnum() or c == "|" for c in body)
    if digits == signs or signs < _LEAST_GROUPED or 10 * digits < 6 * signs:
        return body
    return _RUN.sub(lambda m: m[0].translate(_AS_DIGIT) if any(c.isdigit() for c in m[0]) else m[0], body)


def _guessed(groups: re.Match[str]) -> str:
    body = groups[0]
    digits, signs = sum(c.isdigit() for c in body), sum(c.isalnum() or c == "|" for c in body)
    if digits == signs or signs < _LEAST_LIKELY or 5 * digits < 2 * signs:
        return body
    return _RUN.sub(lambda m: m[0].translate(_GUESSED) if any(c.isdigit() for c in m[0]) else m[0], body)
