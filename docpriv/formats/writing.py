"""Pages to their final bytes and back, into one file, and the file held against what was verified."""

from __future__ import annotations

import io
import math
import mmap
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, get_args

import numpy as np

from docpriv.errors import UsageError
from docpriv.formats.form import Aspect, CodedPage, DocumentWriter, Keep, PageSpec, writable
from docpriv.model import Check, MediaType, PageFormat, Pixels


def encode_page(pixels: Pixels, fmt: PageFormat, target: MediaType, *, keep_outside: Keep | None) -> CodedPage:
    """Code the painted page for that kind of file. Deterministic.

    `pixels`: u8 (H, W, 3) RGB with every region drawn. `keep_outside`: with it a JPEG page is coded finer until `compare_outside`
    would pass (in a PDF losslessly, if none does). Raises LimitExceeded where the format cannot hold the page's size."""
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8:
        raise ValueError(f"a page is u8 (H, W, 3), not {pixels.dtype} {pixels.shape}")
    fmt = replace(fmt, dpi=_positive(fmt.dpi, 1e5), size_pt=_positive(fmt.size_pt, 1e6))
    codec, colour, data = writable(target).encode(pixels, fmt, keep_outside)
    height, width = pixels.shape[:2]
    return CodedPage(
        data=data, target=target, codec=codec, width=width, height=height, colour=colour, dpi=fmt.dpi, size_pt=fmt.size_pt
    )


def _positive(pair: tuple[float, float] | None, most: float) -> tuple[float, float] | None:
    """A pair of sizes or resolutions as a source claims them, or None where it cannot be meant."""
    if pair is None or not all(math.isfinite(v) and 1e-3 <= v <= most for v in pair):
        return None
    return float(pair[0]), float(pair[1])


def decode_page(coded: CodedPage) -> Pixels:
    """u8 (H, W, 3) RGB from the very bytes that will be written."""
    return writable(coded.target).decode(coded)


def open_writer(stream: BinaryIO, target: MediaType, *, pages: int) -> DocumentWriter:
    """A writer of `pages` pages into an empty stream (seekable for TIFF). UsageError where a file does not hold that many."""
    if pages < 1:
        raise UsageError("a document has at least one page")
    return writable(target).writer(stream, pages)


def check_container(source: bytes | Path | BinaryIO, target: MediaType, expected: Sequence[PageSpec]) -> tuple[Check, ...]:
    """Four checks of a written file, never an exception for what is in it:

    "container-pages": number, size, colour and resolution of the pages; "container-structure": the file parses and every byte of
    it belongs to a known part; "container-contents": nothing stands in it but the pages (no metadata, second revision,
    attachment, annotation, unexpected text); "container-bytes": the coded pages are, byte for byte, those that were verified.

    `source`: the bytes, a path, or an open binary file (`Staged.file`; its position may change). Files are mapped, not read, so
    memory does not grow with their size. Raises OSError where the file cannot be opened."""
    found: dict[Aspect, list[str]] = {aspect: [] for aspect in get_args(Aspect)}
    view = _view(source)
    try:
        for problem in writable(target).check(view, expected):
            found[problem.aspect].append(problem.what)
    except MemoryError:
        raise
    except Exception as error:
        found["structure"].append(f"cannot be read ({type(error).__name__})")
    return tuple(
        Check(name=f"container-{aspect}", ok=not problems, detail=_summary(problems) or f"{len(expected)} pages")
        for aspect, problems in found.items()
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
            return _view(opened)
    source.flush()
    try:
        number = source.fileno()
    except io.UnsupportedOperation:
        source.seek(0)
        return memoryview(source.read())
    size = source.seek(0, io.SEEK_END)
    return memoryview(mmap.mmap(number, size, access=mmap.ACCESS_READ)) if size else memoryview(b"")
