"""Bytes to pages: what a file is, its limits, its pages as upright RGB; refuses what it cannot show whole."""

from __future__ import annotations

from docpriv.intake.document import OpenDocument, open_document
from docpriv.intake.notes import FOREIGN_NOTES
from docpriv.intake.sniffing import sniff

__all__ = ["FOREIGN_NOTES", "OpenDocument", "open_document", "sniff"]
