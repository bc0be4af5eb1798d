"""Who works on a job's folder, and what killed processes left half-written in it; refuses to tidy while anybody works.

Runners and their workers share the `flock` of `private/working` as long as they live. Whoever leaves last finds it free,
and removes what no living process can still be writing. Where the file system has no `flock`, nothing is removed.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from docpriv.files import lock, open_lock
from docpriv.records import TEMPORARY

_HALF = (TEMPORARY, "metrics.prom.")
_YOUNG = 60.0  # seconds; what stands beside the records is written by runners too that begin or have just left


class JobWork:
    """A runner's share of a job's folder. A context manager; leaving it as the last one tidies up. Raises nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._handle: int | None = None

    def __enter__(self) -> JobWork:
        path = self._folder / "private" / "working"
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._handle = open_lock(path)
            lock(self._handle, shared=True, seconds=None)  # whoever tidies up has it to itself, and is soon done
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        if self._handle is None:
            return
        try:
            with suppress(OSError):
                if lock(self._handle):  # nobody else works
                    _tidy(self._folder)
        finally:
            os.close(self._handle)
            self._handle = None

    @property
    def handles(self) -> tuple[int, ...]:
        """The descriptor that workers inherit: one that outlives its runner for a moment may still be writing."""
        return () if self._handle is None else (self._handle,)


def _tidy(folder: Path) -> None:
    shared = {str(folder), str(folder / "private")}
    for below, _, files in os.walk(folder):
        for name in files:
            path = os.path.join(below, name)
            with suppress(OSError):
                if name.startswith(_HALF) and (below not in shared or time.time() - os.lstat(path).st_mtime > _YOUNG):
                    os.unlink(path)
