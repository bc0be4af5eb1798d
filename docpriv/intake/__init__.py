"""Bytes to pages: what a file is, its limits, its pages as upright RGB; refuses what it cannot show whole."""

from __future__ import annotations

from docpriv.intake.document import OpenDocument, open_document
from docpriv.intake.heic import heic_reader
from docpriv.intake.notes import FOREIGN_NOTES
from docpriv.intake.remains_heic import boxes
from docpriv.intake.sniffing import PACKED, is_document, is_packed, refuse_by_name, sniff

__all__ = [
    "FOREIGN_NOTES",
    "PACKED",
    "OpenDocument",
    "boxes",
    "heic_reader",
    "is_document",
    "is_packed",
    "open_document",
    "refuse_by_name",
    "sniff",
]
