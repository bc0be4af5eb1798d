"""The one place where reading, finding, covering, verifying and writing meet; everything below it knows only its own."""

from __future__ import annotations

from docpriv.pipeline.context import Request
from docpriv.pipeline.document import inspect_document, redact_document, scan_document
from docpriv.pipeline.engines import Engines, open_engines, recognizers_of
from docpriv.pipeline.typed_text import TrialFinding, try_text

__all__ = [
    "Engines",
    "Request",
    "TrialFinding",
    "inspect_document",
    "open_engines",
    "recognizers_of",
    "redact_document",
    "scan_document",
    "try_text",
]
