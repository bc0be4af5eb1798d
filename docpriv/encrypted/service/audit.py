"""One line a request: when, who, what, how much, with which outcome; none is answered without its line.

Lines hold ids, counts and codes alone. The file is opened anew when it was moved away, so that it can be rotated by renaming.
"""

from __future__ import annotations

import json
import os
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from docpriv.errors import OutputError


class AuditFile:
    """Appends to a file of mode 0600. Safe from several threads; every line is one write."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._handle = -1
        self._known = (-1, -1)
        with self._lock:
            self._open()

    def write(self, **facts: Any) -> None:
        """OutputError where the line cannot be written."""
        line = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), **facts}
        data = json.dumps(line, sort_keys=True, allow_nan=False).encode("ascii") + b"\n"
        with self._lock:
            try:
                state = os.stat(self._path, follow_symlinks=False)
                moved = (state.st_dev, state.st_ino) != self._known
            except OSError:
                moved = True
            if moved:
                self._open()
            try:
                written = os.write(self._handle, data)
            except OSError as exc:
                raise _unwritten(exc) from None
            if written != len(data):
                raise OutputError("the audit file cannot be written (no space)")

    def close(self) -> None:
        with self._lock:
            if self._handle >= 0:
                os.close(self._handle)
                self._handle = -1

    def _open(self) -> None:
        try:
            handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as exc:
            raise _unwritten(exc) from None
        if self._handle >= 0:
            os.close(self._handle)
        state = os.fstat(handle)
        self._handle, self._known = handle, (state.st_dev, state.st_ino)


def _unwritten(exc: OSError) -> OutputError:
    return OutputError(
        f"the audit file cannot be written ({exc.strerror})",
        remedy="No request is answered without its line: make room, or give the folder back its rights.",
    )
