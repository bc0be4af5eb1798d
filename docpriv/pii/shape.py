"""One number shape of the tables of recognizers; holds no text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from docpriv.model import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A regular expression (ignoring case unless it says `(?-i:`), its score, its check and the words that
    lift it.

    `misread`: it is sought again in the text with letters like S, B and Z as digits: its check or its form is strong
    enough to confirm that they are.
    """

    entity: str
    kind: Kind
    regex: str
    score: float
    context: tuple[str, ...] = ()
    check: Callable[[str], bool] | None = None
    misread: bool = False
