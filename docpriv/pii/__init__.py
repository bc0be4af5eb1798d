"""Finds personal data in what was read; none of it is logged, printed or kept."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError

from docpriv import options
from docpriv.errors import ModelError
from docpriv.pii.coverage import Coverage, coverage
from docpriv.protocols import PiiDetector

__all__ = ["Coverage", "coverage", "open_finder"]


def open_finder(form: options.Finding, *, threads: int = 1) -> PiiDetector:
    """All text detectors, loaded and ready; ModelError or EngineError where one is missing or not what it claims to be."""
    # The analyzer takes a second to import: only a run that finds needs it.
    from docpriv.pii.finder import Finder

    try:
        return Finder(form, threads=threads)
    except PackageNotFoundError as missing:
        raise ModelError("the packages of the text detectors are not installed completely") from missing
