"""Files that only their owner may read, written whole or not at all; refuses such a file that others can read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from docpriv.errors import OutputError, OutputExists, UsageError
from docpriv.files import read_private, write_whole


def make_private_folder(path: Path) -> None:
    """A new folder of mode 0700, or an empty one of the user's own; OutputExists where something is in it."""
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        if any(path.iterdir()):
            raise OutputExists("the folder holds something already", remedy="Name a new folder.")
        path.chmod(0o700)
    except OSError as exc:
        raise OutputError(f"the folder cannot be used ({exc.strerror})") from None


def write_private(path: Path, data: bytes, what: str) -> None:
    """A new file of mode 0600; OutputExists where one of that name stands, even as a link."""
    try:
        write_whole(path, data)
    except FileExistsError:
        raise OutputExists(f"a file stands already where {what} would go", remedy="Choose another name.") from None
    except OSError as exc:
        raise OutputError(f"{what} cannot be written ({exc.strerror})") from None


def replace_private(path: Path, data: bytes, what: str) -> None:
    """Put a file of mode 0600 in the place of another: a crash leaves the old one or the new one."""
    try:
        write_whole(path, data, replace=True)
    except OSError as exc:
        raise OutputError(f"{what} cannot be written ({exc.strerror})") from None


def read_facts(path: Path, what: str, form: str) -> dict[str, Any]:
    """A private JSON object of a format; UsageError where it is none."""
    try:
        facts = json.loads(read_private(path, what))
    except (ValueError, RecursionError):
        facts = None
    if not isinstance(facts, dict) or facts.get("format") != form:
        raise UsageError(f"the file of {what} is damaged or of another version")
    return facts


def facts_bytes(facts: dict[str, Any]) -> bytes:
    """A JSON object in one spelling."""
    return json.dumps(facts, indent=1, sort_keys=True, allow_nan=False).encode() + b"\n"
