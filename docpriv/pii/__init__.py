"""Finds personal data in what was read; refuses to log, print or keep any of it."""

from __future__ import annotations

from docpriv.pii.finder import open_finder
from docpriv.pii.scripts import Coverage, coverage

__all__ = ["Coverage", "coverage", "open_finder"]
