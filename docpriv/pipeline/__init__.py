"""The one place where reading, finding, covering, verifying and writing meet; everything below it knows only its own."""

from __future__ import annotations

from docpriv.pipeline.document import Request, inspect_document, redact_document, scan_document
from docpriv.pipeline.engines import Engines, open_engines

__all__ = ["Engines", "Request", "inspect_document", "open_engines", "redact_document", "scan_document"]
