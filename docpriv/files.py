"""Files: read, written whole or not at all, private, renamed without replacing, locked, synced; paths as text.

A pipe or device is never waited for. What is written gets its name when all of it is on the disk.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import hashlib
import os
import re
import secrets
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import BinaryIO

from docpriv.errors import DocprivError, OutputError, OutputExists, UsageError

PUBLIC = 0o666
"""Mode of a file that others may read, as far as the umask lets them."""

NO_SUCH_WAY = frozenset({errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, errno.EPERM, errno.EMLINK})
"""What a file system says that has no way to do a thing."""

STAGING_PREFIX = ".docpriv-staging-"
"""Of names that hold what has none of its own yet; readers of a folder pass them over."""

_NO_LOCKS = frozenset({errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOLCK, errno.EINVAL})
_MOST_PRIVATE = 4 << 20  # bytes of a key, a token or a list of stations


_UNNAMED = {"possible": hasattr(os, "O_TMPFILE")}


def unnamed_files() -> bool:
    """Whether this process may make files without a name (O_TMPFILE) and name them later."""
    return _UNNAMED["possible"]


def forgo_unnamed() -> None:
    """This process makes no unnamed files from now on: confined as it is, it could not name them."""
    _UNNAMED["possible"] = False


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


def read_at_most(path: Path | None, most: int, what: str, refused: type[DocprivError]) -> bytes:
    """The content of a file, or of standard input for None; `refused` where it cannot be read or has more than `most` bytes."""
    try:
        with nullcontext(sys.stdin.buffer) if path is None else path.open("rb") as file:
            data = file.read(most + 1)
    except (OSError, ValueError) as exc:  # ValueError: a NUL in the name
        raise refused(f"{what} cannot be read ({getattr(exc, 'strerror', None) or 'no such name'})") from None
    if len(data) > most:
        raise refused(f"{what} is larger than {most // 1_000_000} MB")
    return data


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


def read_private(path: Path, what: str, *, remedy: str | None = None, follow: bool = False) -> bytes:
    """A small regular file that nobody but its owner can read; UsageError where it is anything else. `follow`: links too."""
    try:
        with open_regular(path, follow=follow) as file:
            state = os.fstat(file.fileno())
            if state.st_mode & 0o077:
                raise UsageError(
                    f"the file of {what} can be read by others",
                    remedy=remedy or "Take their rights away with chmod 600, and make a new one if somebody may have read it.",
                )
            if state.st_size > _MOST_PRIVATE:
                raise UsageError(f"the file of {what} is too large to be one", remedy=remedy)
            return file.read(_MOST_PRIVATE)
    except OSError as exc:
        raise UsageError(f"the file of {what} cannot be read ({exc.strerror})", remedy=remedy) from None


# --- writing -----------------------------------------------------------------------------------------------------------


@contextmanager
def whole_file(path: Path, *, replace: bool = False, mode: int = 0o600, prefix: str = ".new-") -> Iterator[BinaryIO]:
    """A file that gets its name when the body ends well and all of it is on the disk; after a crash it is the old or the new.

    FileExistsError where something has the name, unless `replace`; OSError where it cannot be written. `mode`: less the
    umask (`PUBLIC`). `prefix`: how the temporary file beside it begins, by which whoever tidies knows it.
    """
    half = path.with_name(prefix + secrets.token_hex(8))
    handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(handle)
        if replace:
            os.replace(half, path)
        else:
            _give_name(half, path)
    finally:
        half.unlink(missing_ok=True)
    sync_folder(path.parent)


def write_whole(path: Path, data: bytes, *, replace: bool = False, mode: int = 0o600, prefix: str = ".new-") -> None:
    """Write a file as `whole_file` does."""
    with whole_file(path, replace=replace, mode=mode, prefix=prefix) as file:
        file.write(data)


def write_named(path: Path, data: bytes, what: str, *, replace: bool = False, mode: int = 0o600) -> None:
    """Write a file as `whole_file` does; OutputExists and OutputError name it `what`."""
    try:
        write_whole(path, data, replace=replace, mode=mode)
    except FileExistsError:
        raise OutputExists(f"a file stands already where {what} would go", remedy="Choose another name.") from None
    except OSError as exc:
        raise OutputError(f"{what} cannot be written ({exc.strerror})") from None


def make_private_folder(path: Path, what: str) -> None:
    """A new folder of mode 0700, or an empty one of the user's own; OutputExists where something is in it."""
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        if any(path.iterdir()):
            raise OutputExists(f"the folder of {what} holds something already", remedy="Name a new folder.")
        path.chmod(0o700)
    except OSError as exc:
        raise OutputError(f"the folder of {what} cannot be made ({exc.strerror})") from None


def _give_name(half: Path, path: Path) -> None:
    try:
        rename_new(half, path)
    except OSError as exc:
        if exc.errno not in NO_SUCH_WAY:
            raise
        # Neither such a rename nor second names: the name is taken first, then replaced.
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))
        os.replace(half, path)


def rename_new(source: Path, target: Path) -> None:
    """Rename in one file system; FileExistsError where something has the name, an errno of `NO_SUCH_WAY` where there is no way.

    The system's own rename that replaces nothing (Linux 3.15); where it has none, a second name, then the first taken away.
    """
    try:
        _renamed(source, target)
    except OSError as exc:
        if exc.errno not in NO_SUCH_WAY:
            raise
        _linked(source, target)


def _renamed(source: Path, target: Path) -> None:
    here, no_replace = -100, 1  # AT_FDCWD, RENAME_NOREPLACE
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    if call(here, os.fsencode(source), here, os.fsencode(target), no_replace) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _linked(source: Path, target: Path) -> None:
    os.link(source, target, follow_symlinks=False)
    try:
        os.unlink(source)
    except FileNotFoundError:
        return  # somebody took it away meanwhile; it is safe where it is
    except OSError:
        os.unlink(target)
        raise


def sync_folder(folder: Path) -> None:
    """Make the names in a folder last; best effort, for some file systems do not sync folders."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


# --- locks -------------------------------------------------------------------------------------------------------------


def open_lock(path: Path, *, new: bool = False) -> int:
    """The descriptor of a file that is there to be locked, of mode 0600; OSError. `new`: FileExistsError where there is one."""
    only = os.O_EXCL if new else 0
    return os.open(path, os.O_RDWR | os.O_CREAT | only | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)


def lock(handle: int, *, shared: bool = False, seconds: float | None = 0.0) -> bool | None:
    """Lock an open file or folder; it goes with the processes that hold the descriptor, however they end.

    True: held. False: somebody else holds it, after waiting for `seconds` (None: for as long as it takes). None: the file
    system has no locks, as some network mounts. OSError otherwise.
    """
    how = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    until = None if seconds is None else time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(handle, how if until is None else how | fcntl.LOCK_NB)
        except BlockingIOError:
            if until is not None and time.monotonic() >= until:
                return False
            time.sleep(0.05)
        except OSError as exc:
            if exc.errno not in _NO_LOCKS:
                raise
            return None
        else:
            return True
