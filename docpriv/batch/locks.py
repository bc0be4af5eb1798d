"""One run at a time on a folder of records, and who works on a job's folder.

The locks are `flock`s: they go with the processes that hold them, however they end. The workers of a run hold them too, so
that a run whose supervisor was killed is over only when its last worker is. Where the file system has no `flock` (some network
mounts) there are none: it is up to the user to start one run at a time, and nothing is removed from a job's folder.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from docpriv.errors import OutputError
from docpriv.files import lock, open_lock
from docpriv.records import TEMPORARY

_PATIENCE = 2.0  # seconds: the workers of a run that was killed just now need a moment to end
_HALF = (TEMPORARY, "metrics.prom.")
_YOUNG = 60.0  # seconds; what stands beside the records is written by runners too that begin or have just left

Descriptors = tuple[int, ...]
"""What workers inherit, so that a lock lasts as long as they do."""


@contextmanager
def records_lock(records: Path) -> Iterator[Descriptors]:
    """Hold a records folder; OutputError where another run has it or it cannot be written."""
    path = records / "private" / "lock"
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = open_lock(path)
    except OSError as exc:
        raise OutputError(f"the records folder cannot be used ({exc.strerror})") from None
    try:
        try:
            held = lock(handle, seconds=_PATIENCE)
        except OSError as exc:
            raise OutputError(f"the records folder cannot be locked ({exc.strerror})") from None
        if held is False:
            raise OutputError(
                "another run is using these records",
                remedy="Wait until it has ended, or give this run its own --out and --records.",
            )
        yield (handle,)
    finally:
        os.close(handle)


@contextmanager
def working_in(folder: Path) -> Iterator[Descriptors]:
    """A runner's share of a job's folder; raises nothing. Who leaves it last removes what killed processes left half-written."""
    path, handle = folder / "private" / "working", None
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = open_lock(path)
        lock(handle, shared=True, seconds=None)  # whoever tidies up has it to itself, and is soon done
    try:
        yield () if handle is None else (handle,)
    finally:
        if handle is not None:
            with suppress(OSError):
                if lock(handle):  # nobody else works
                    _tidy(folder)
            os.close(handle)


def _tidy(folder: Path) -> None:
    shared = {str(folder), str(folder / "private")}
    for below, _, files in os.walk(folder):
        for name in files:
            path = os.path.join(below, name)
            with suppress(OSError):
                if name.startswith(_HALF) and (below not in shared or time.time() - os.lstat(path).st_mtime > _YOUNG):
                    os.unlink(path)
