"""Read a written file again, hold it against what was verified; refuses to pass a byte that is not a page's.

Nothing here uses the writers' code: the files are parsed from their specifications, so that a writer's
mistake shows.
"""

from __future__ import annotations

import io
import mmap
import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import pikepdf

from docpriv.model import Check, MediaType
from docpriv.output import check_images, check_pdf, check_tiff
from docpriv.output.spec import Aspect, PageSpec, Problem

_Checker = Callable[[memoryview, Sequence[PageSpec]], Iterator[Problem]]
_CHECKERS: dict[MediaType, _Checker] = {
    "image/png": check_images.png,
    "image/jpeg": check_images.jpeg,
    "image/bmp": check_images.bmp,
    "image/webp": check_images.webp,
    "image/tiff": check_tiff.tiff,
    "application/pdf": check_pdf.pdf,
}
_BROKEN = (
    ValueError,
    IndexError,
    KeyError,
    TypeError,
    AttributeError,
    OverflowError,
    RuntimeError,
    struct.error,
    zlib.error,
    pikepdf.PdfError,
    OSError,
)
_ASPECTS: tuple[Aspect, ...] = ("pages", "structure", "contents", "bytes")


def check_container(source: bytes | Path | BinaryIO, target: MediaType, expected: Sequence[PageSpec]) -> tuple[Check, ...]:
    """Four checks of a written file, never an exception for what is in it:

    "container-pages": number, size, colour and resolution of the pages; "container-structure": the file
    parses and every byte of it belongs to a known part; "container-contents": nothing stands in it but the
    pages (no metadata, second revision, attachment, annotation, unexpected text); "container-bytes": the
    coded pages are, byte for byte, those that were verified.

    `source`: the bytes, a path, or an open binary file (`Staged.file`; its position may change). Files are
    mapped, not read, so memory does not grow with their size. Raises OSError where the file cannot be opened.
    """
    found: dict[Aspect, list[str]] = {aspect: [] for aspect in _ASPECTS}
    view = _view(source)
    try:
        for problem in _CHECKERS[target](view, expected):
            found[problem.aspect].append(problem.what)
    except _BROKEN as error:
        found["structure"].append(f"cannot be read ({type(error).__name__})")
    return tuple(
        Check(name=f"container-{aspect}", ok=not found[aspect], detail=_summary(found[aspect]) or f"{len(expected)} pages")
        for aspect in _ASPECTS
    )


def _summary(problems: Sequence[str]) -> str:
    shown = sorted(set(problems))
    more = f" and {len(shown) - 3} more kinds" if len(shown) > 3 else ""
    return "; ".join(shown[:3]) + more


def _view(source: bytes | Path | BinaryIO) -> memoryview:
    if isinstance(source, bytes):
        return memoryview(source)
    if isinstance(source, Path):
        with source.open("rb") as opened:
            return _mapped(opened)
    source.flush()
    return _mapped(source)


def _mapped(file: BinaryIO) -> memoryview:
    try:
        number = file.fileno()
    except io.UnsupportedOperation:
        file.seek(0)
        return memoryview(file.read())
    size = file.seek(0, io.SEEK_END)
    return memoryview(mmap.mmap(number, size, access=mmap.ACCESS_READ)) if size else memoryview(b"")
