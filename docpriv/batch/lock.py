"""One run at a time on a folder of records; refuses to let two write the same evidence.

The lock is a `flock` of `private/lock`: it goes with the processes that hold it, however they end. The workers of a run
hold it too, so that a run whose supervisor was killed is over only when its last worker is. Where the file system has no
`flock` (some network mounts) there is none, and it is up to the user to start one run at a time.
"""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType

from docpriv.errors import OutputError
from docpriv.files import lock, open_lock

_PATIENCE = 2.0  # seconds: the workers of a run that was killed just now need a moment to end


class RecordsLock:
    """Holds a records folder. A context manager; OutputError where another run has it or it cannot be written."""

    def __init__(self, records: Path) -> None:
        self._path = records / "private" / "lock"
        self._handle: int | None = None

    def __enter__(self) -> RecordsLock:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = open_lock(self._path)
        except OSError as exc:
            raise OutputError(f"the records folder cannot be used ({exc.strerror})") from None
        try:
            self._take(handle)
        except BaseException:
            os.close(handle)
            raise
        self._handle = handle
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    @property
    def handles(self) -> tuple[int, ...]:
        """The descriptor that workers inherit."""
        return () if self._handle is None else (self._handle,)

    def _take(self, handle: int) -> None:
        try:
            held = lock(handle, seconds=_PATIENCE)
        except OSError as exc:
            raise OutputError(f"the records folder cannot be locked ({exc.strerror})") from None
        if held is False:
            raise OutputError(
                "another run is using these records",
                remedy="Wait until it has ended, or give this run its own --out and --records.",
            )
