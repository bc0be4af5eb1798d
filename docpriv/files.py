"""Paths as text, regular files, digests of files; refuses to wait for a pipe or to follow a name that is none."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from docpriv.errors import OutputError


def path_text(path: Path) -> str:
    """A path as text that JSON can hold: bytes that are no UTF-8 become %XX, and a percent sign %25."""
    return re.sub(
        "[%\udc80-\udcff]", lambda m: f"%{ord(m.group()) & 0xFF:02X}", os.fsencode(path).decode("utf-8", "surrogateescape")
    )


def path_from(text: str) -> Path:
    """The path of `path_text`."""

    def char(match: re.Match[str]) -> str:
        code = int(match.group(1), 16)
        return chr(code if code < 0x80 else 0xDC00 + code)

    return Path(os.fsdecode(re.sub("%([0-9A-F]{2})", char, text).encode("utf-8", "surrogateescape")))


def open_regular(path: Path, *, follow: bool = True) -> BinaryIO:
    """Open a regular file to read; OSError for anything else. A pipe or device is never waited for. `follow`: links too."""
    flags = os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_NONBLOCK", 0) | (0 if follow else getattr(os, "O_NOFOLLOW", 0))
    handle = os.open(path, flags)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "not a regular file")
    return os.fdopen(handle, "rb")


def file_sha256(path: Path) -> str | None:
    """SHA-256 of a file in hex, None where there is none; OutputError where it cannot be read, so not be judged."""
    digest = hashlib.sha256()
    try:
        with open_regular(path) as file:
            while block := file.read(1 << 20):
                digest.update(block)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as exc:
        raise OutputError(f"an output cannot be read ({exc.strerror})") from None
    return digest.hexdigest()


def replace_whole(path: Path, data: bytes, *, prefix: str, mode: int = 0o600) -> None:
    """Put a file in the place of another, so that a crash leaves the old one or the new one, never half; OSError where it cannot.

    `prefix`: how the temporary file beside it begins, which whoever tidies knows it by.
    """
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=prefix)  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            if mode != 0o600:
                os.fchmod(handle, mode)
            os.fsync(handle)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder last; best effort, for some file systems do not sync folders."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
