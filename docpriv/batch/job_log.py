"""The log of a job: JSON lines of ids, counts and codes; refuses whatever has not the form of one.

What is refused is replaced by its type's name: a log line is never lost, and never says more than it may.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import structlog

from docpriv.errors import OutputError

_CODE = re.compile(r"[a-z0-9][a-z0-9:_.+-]{0,79}")  # ids, states, error codes, names of recipes and versions
_TIME = re.compile(r"\d{4}-\d\d-\d\dT[0-9:.]+Z")


class JobLog:
    """Appends to a file that belongs to its owner alone. OutputError where it cannot be opened."""

    def __init__(self, path: Path, *, job: str) -> None:
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as exc:
            raise OutputError(f"the log of the job cannot be written ({exc.strerror})") from None
        self._file = io.TextIOWrapper(io.FileIO(handle, "w"), encoding="ascii", write_through=True)
        self._log = structlog.wrap_logger(
            structlog.WriteLogger(self._file),
            cache_logger_on_first_use=False,
            wrapper_class=structlog.BoundLogger,
            processors=[
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                only_codes,
                structlog.processors.JSONRenderer(sort_keys=True),
            ],
        ).bind(job=job)

    def say(self, event: str, **values: Any) -> None:
        """One line: a code for what happened, and ids, counts and codes. OutputError where it cannot be written."""
        try:
            self._log.msg(event, **values)
        except OSError as exc:
            raise OutputError(f"the log of the job cannot be written ({exc.strerror})") from None

    def close(self) -> None:
        self._file.close()


def only_codes(_: Any, __: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
    """Numbers, ids and codes pass; of everything else the name of its type is left."""
    return {key: _passed(value) for key, value in event.items() if _CODE.fullmatch(key)}


def _passed(value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, str) and (_CODE.fullmatch(value) or _TIME.fullmatch(value)):
        return str(value)
    return type(value).__name__
