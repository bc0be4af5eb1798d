"""Files to pages and pages to files. Each format is a file or a folder here that registers itself (`docpriv.formats.form`)."""

from __future__ import annotations

from docpriv.formats.document import OpenDocument, open_document
from docpriv.formats.extra import EXTRA_NOTES
from docpriv.formats.fidelity import JPEG_LIMITS, JpegLimits, compare_outside
from docpriv.formats.form import (
    FORMATS,
    CodedPage,
    DocumentWriter,
    PageSpec,
    PlacedWord,
    format_of,
    written_as,
)
from docpriv.formats.held import OpenFile
from docpriv.formats.sniffing import is_document, is_packed, refuse_by_name, sniff
from docpriv.formats.writing import check_container, decode_page, encode_page, grid_of, open_writer

__all__ = [
    "EXTRA_NOTES",
    "FORMATS",
    "JPEG_LIMITS",
    "CodedPage",
    "DocumentWriter",
    "JpegLimits",
    "OpenDocument",
    "OpenFile",
    "PageSpec",
    "PlacedWord",
    "check_container",
    "compare_outside",
    "decode_page",
    "encode_page",
    "format_of",
    "grid_of",
    "is_document",
    "is_packed",
    "open_document",
    "open_writer",
    "refuse_by_name",
    "sniff",
    "written_as",
]
