"""Moves a file to a name that nothing has, in one step or in steps a kill may part; refuses to take a name that is taken."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from docpriv.files import NO_SUCH_WAY, lock, rename_new

_RESERVED = b"docpriv moves a file here: "


def move_new(source: Path, target: Path, token: str) -> None:
    """Give a file another name, in the same file system; FileExistsError where something has it, OSError where it cannot be.

    As `rename_new` does; where names are single, as on some network shares, by a small file with `token` that holds the name
    until the rename. After a kill `is_moved` and `is_ours` know both.
    """
    if is_ours(target, token):
        os.rename(source, target)
        return
    try:
        rename_new(source, target)
    except OSError as exc:
        if exc.errno not in NO_SUCH_WAY:
            raise
        _reserved(source, target, token)


def is_moved(source: Path, target: Path) -> bool:
    """Whether a file has both names: a kill came between the second and the loss of the first."""
    try:
        about = os.lstat(source)
        return about.st_nlink > 1 and os.path.samestat(about, os.lstat(target))
    except OSError:
        return False


def is_ours(target: Path, token: str) -> bool:
    """Whether a name is only held for a file that was to be moved there under this token."""
    wanted = _RESERVED + token.encode()
    with suppress(OSError):
        about = os.lstat(target)
        return stat.S_ISREG(about.st_mode) and about.st_size == len(wanted) and target.read_bytes() == wanted
    return False


def _reserved(source: Path, target: Path, token: str) -> None:
    if stat.S_ISDIR(os.lstat(source).st_mode):
        os.mkdir(target, 0o700)
        os.rename(source, target)
        return
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        os.write(handle, _RESERVED + token.encode())
    finally:
        os.close(handle)
    try:
        os.rename(source, target)
    except OSError:
        os.unlink(target)
        raise


def copy_whole(source: Path, half: Path) -> None:
    """A copy with the original's times and mode, on disk when this returns."""
    handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as out, source.open("rb") as file:
        shutil.copyfileobj(file, out, 1 << 20)
        out.flush()
        os.fsync(out.fileno())
    shutil.copystat(source, half, follow_symlinks=False)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep other watchers out of a folder that several may share; where it cannot be locked, names are still given once."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with suppress(OSError):
            lock(handle, seconds=None)
        yield
    finally:
        os.close(handle)
