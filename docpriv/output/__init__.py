"""Write what was verified: coded pages, containers, staging, checks; refuses all of the source but pixels."""

from __future__ import annotations

from docpriv.output.coded import Codec, CodedPage, codec_of, decode_page, encode_page, grid_of
from docpriv.output.container import check_container
from docpriv.output.fidelity import JPEG_LIMITS, JpegLimits, compare_outside
from docpriv.output.spec import PageSpec
from docpriv.output.staging import Staged, is_reserved, stage, sweep
from docpriv.output.text import PlacedWord
from docpriv.output.writer import DocumentWriter, open_writer

__all__ = [
    "JPEG_LIMITS",
    "Codec",
    "CodedPage",
    "DocumentWriter",
    "JpegLimits",
    "PageSpec",
    "PlacedWord",
    "Staged",
    "check_container",
    "codec_of",
    "compare_outside",
    "decode_page",
    "encode_page",
    "grid_of",
    "is_reserved",
    "open_writer",
    "stage",
    "sweep",
]
