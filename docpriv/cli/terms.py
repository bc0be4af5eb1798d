"""Read terms and passwords from a file or standard input, never from an argument."""

from __future__ import annotations

import re
from pathlib import Path

from docpriv.errors import UsageError
from docpriv.files import read_at_most

MAX_BYTES = 10_000_000
"""Largest file of terms, in bytes: some hundred thousand names."""

STDIN = Path("-")


def read_terms(path: Path, what: str) -> tuple[str, ...]:
    """One term a line, without empty lines and those that start with #; UsageError names the line, never the term."""
    terms = []
    for number, line in enumerate(read_text(path, what).splitlines(), start=1):
        term = line.strip()
        if not term or term.startswith("#"):
            continue
        if term.startswith("re:"):
            try:
                re.compile(term[3:])
            except re.error:
                raise UsageError(f"{what}: line {number} is no regular expression") from None
        terms.append(term)
    return tuple(dict.fromkeys(terms))


def read_password(path: Path) -> str:
    """The first line of the file; UsageError where it is empty."""
    password = read_text(path, "the password file").split("\n", 1)[0].rstrip("\r")
    if not password:
        raise UsageError("the password file has no first line")
    return password


def read_text(path: Path, what: str) -> str:
    """A whole file, or standard input for -, as UTF-8; UsageError where it is too large, no text, or cannot be read."""
    data = read_at_most(None if path == STDIN else path, MAX_BYTES, what, UsageError)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{what} is not UTF-8 text") from None
