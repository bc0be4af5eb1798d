"""Finds personal data in what was read; refuses to log, print or keep any of it."""

from __future__ import annotations

from docpriv import options
from docpriv.pii.coverage import Coverage, coverage
from docpriv.protocols import PiiDetector

__all__ = ["Coverage", "coverage", "open_finder"]


def open_finder(form: options.Finding, *, threads: int = 1) -> PiiDetector:
    """Load the detectors of a form; ModelError or EngineError where one is missing or not what it claims."""
    # The analyzer takes a second to import: only a run that finds needs it.
    from docpriv.pii.finder import open_finder as load

    return load(form, threads=threads)
