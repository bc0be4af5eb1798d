"""What decoders throw becomes one InputError without their own words; their memory is capped.

Decoders quote file names, tag values and text in their messages. Nothing of that leaves here: a message names the page, what was
being done and the class of the failure."""

from __future__ import annotations

import errno
import logging
import math
import os
import re
import resource
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from docpriv.errors import CorruptInput, DocprivError, InputError, LimitExceeded
from docpriv.options import Limits

BYTES_PER_PIXEL = 24
"""Memory granted for each declared pixel: the decoder's copy, a 32-bit image, conversions and the result."""

BASE_BUDGET = 256 * 2**20
"""Bytes granted to any decode on top of that, for tables, dictionaries and the interpreter."""

# Pillow logs the values of tags, and PDF parsers quote objects in warnings: the content of documents. No level of the
# application's logging may let that through.
for _library in ("PIL", "pikepdf", "pypdfium2"):
    logging.getLogger(_library).setLevel(logging.CRITICAL + 1)

_RLIMIT_LOCK = threading.Lock()


@contextmanager
def translated(action: str, page: int | None = None) -> Iterator[None]:
    """Raise every failure inside as an InputError (or the DocprivError that it is already).

    `action`: a constant such as "decoding the PNG image"; `page`: page number from 1, where there is one. Pillow's bomb warning
    is off inside (sizes are checked by `check_size` before a pixel is decoded) and decoders' warnings are dropped, because they
    may quote content."""
    failure: DocprivError | None = None
    bomb_limit = Image.MAX_IMAGE_PIXELS
    Image.MAX_IMAGE_PIXELS = None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except DocprivError:
        raise
    except Exception as problem:  # decoders of hostile bytes raise anything at all
        failure = _explain(problem, action, page)
    finally:
        Image.MAX_IMAGE_PIXELS = bomb_limit
    if failure is not None:
        try:
            raise failure
        finally:
            failure.__context__ = None  # else the decoder's exception, message and frames travel along


def _explain(problem: Exception, action: str, page: int | None) -> InputError:
    where = f"page {page}: " if page is not None else ""
    kind = type(problem).__name__
    if _out_of_memory(problem):
        return LimitExceeded(
            f"{where}{action} needs more memory than a page of its declared size may use",
            remedy="Save the page with another program as a plain image, and redact that.",
        )
    if isinstance(problem, Image.DecompressionBombError):
        return LimitExceeded.over("megapixels", f"{where}{action}: the page is larger than the limit")
    if isinstance(problem, OSError) and problem.errno is not None:
        reason = os.strerror(problem.errno)
        return InputError(f"{where}{action}: the file cannot be read ({reason})")
    if isinstance(problem, RecursionError):
        return CorruptInput(f"{where}{action} failed: structures are nested without end")
    return CorruptInput(f"{where}{action} failed: the data is damaged or incomplete ({kind})")


def _out_of_memory(problem: Exception) -> bool:
    if isinstance(problem, MemoryError):
        return True
    if isinstance(problem, OSError) and problem.errno == errno.ENOMEM:
        return True
    words = str(problem).lower()
    return "out of memory" in words or "insufficient memory" in words or "bad_alloc" in words


def check_size(width: int, height: int, limits: Limits, page: int | None = None) -> None:
    """Refuse declared dimensions (pixels) that are impossible or over a limit, before anything is decoded.

    Raises CorruptInput for sides below 1 and LimitExceeded for megapixels, aspect or min_side."""
    where = f"page {page}: " if page is not None else ""
    if width < 1 or height < 1:
        raise CorruptInput(f"{where}the declared size is not a size")
    if width * height > limits.megapixels * 1e6:
        raise LimitExceeded.over(
            "megapixels",
            f"{where}{width} x {height} pixels are over the limit of {limits.megapixels:g} megapixels",
            to=math.ceil(width * height / 1e6),
        )
    if min(width, height) < limits.min_side:
        raise LimitExceeded.over(
            "min_side", f"{where}{width} x {height} pixels: a side is under {limits.min_side} pixels", to=min(width, height)
        )
    if max(width, height) > limits.aspect * min(width, height):
        raise LimitExceeded.over(
            "aspect",
            f"{where}{width} x {height} pixels: longer than {limits.aspect:g} times its width",
            to=-(-max(width, height) // min(width, height)),
        )


def budget(pixels: int) -> int:
    """Bytes that decoding a page of so many declared pixels may take."""
    return BASE_BUDGET + BYTES_PER_PIXEL * pixels


@contextmanager
def memory_cap(extra: int) -> Iterator[None]:
    """Let the process allocate at most `extra` bytes more than it holds now (soft RLIMIT_DATA); undone after.

    Does nothing where the system has no such limit (not Linux). An existing lower limit stays. The limit belongs to the process,
    so nested and concurrent uses run under the first one's."""
    held = _data_bytes()
    if held is None or not _RLIMIT_LOCK.acquire(blocking=False):
        yield
        return
    try:
        soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
        wanted = held + extra
        for ceiling in (soft, hard):
            if ceiling != resource.RLIM_INFINITY:
                wanted = min(wanted, ceiling)
        resource.setrlimit(resource.RLIMIT_DATA, (wanted, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
    finally:
        _RLIMIT_LOCK.release()


def _data_bytes() -> int | None:
    """Bytes that count against RLIMIT_DATA now (VmData), None where the system does not say."""
    try:
        found = re.search(r"^VmData:\s+(\d+)", Path("/proc/self/status").read_text("ascii", "replace"), re.MULTILINE)
    except OSError:
        return None
    return int(found[1]) * 1024 if found else None
