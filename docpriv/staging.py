"""Files without a name until they are verified: nothing is overwritten unasked, and no half a file is left.

Where the system has unnamed files (O_TMPFILE and a link through /proc, Linux), a kill leaves nothing at all. Elsewhere the file
stands in a private folder beside its destination, locked by its owner; `sweep` removes those whose owner died."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from docpriv import files
from docpriv.errors import OutputError, OutputExists, UsageError
from docpriv.files import STAGING_PREFIX as _PREFIX
from docpriv.files import lock, open_lock, rename_new, sync_folder

_LOCK, _CONTENT = "lock", "content"
_BLOCK = 1 << 20
_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}
_NO_UNNAMED = {errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL, errno.ENOENT, errno.ENOSYS}


def is_reserved(path: Path) -> bool:
    """Whether a path is, or is inside, a private folder of a staging; readers of a folder pass it over."""
    return any(part.startswith(_PREFIX) for part in path.parts)


def stage(folder: Path) -> Staged:
    """A new file for that folder, without a name in it. Mode 0o666 less the umask. OutputError where it cannot be."""
    with _explained("the output folder cannot be written"), contextlib.ExitStack() as undo:
        folder_fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        undo.callback(os.close, folder_fd)
        fd, private = _unnamed(folder), None
        if fd is None:
            private = _private(folder, undo)
            fd = os.open(private / _CONTENT, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        return Staged(fd, folder_fd, private, undo.pop_all())


@contextlib.contextmanager
def private_folder(folder: Path) -> Iterator[Path]:
    """A new folder there that only its owner can enter, and that sweeps leave alone while the body runs. OSError."""
    with contextlib.ExitStack() as undo:
        yield _private(folder, undo)


def sweep(folder: Path) -> int:
    """Remove the private folders there whose owner is gone; how many. What is in use is left alone."""
    removed = 0
    with _explained("the output folder cannot be read"):
        found = [
            Path(entry.path)
            for entry in os.scandir(folder)
            if entry.name.startswith(_PREFIX) and entry.is_dir(follow_symlinks=False)
        ]
    for private in found:
        try:
            handle = os.open(private / _LOCK, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
        except FileNotFoundError:
            with contextlib.suppress(OSError):  # just made or emptied; one that holds files stays
                private.rmdir()
                removed += 1
            continue
        except OSError:
            continue
        try:
            with contextlib.suppress(OSError):
                removed += bool(lock(handle)) and _remove(private)
        finally:
            os.close(handle)
    return removed


class Staged:
    """A file being written. Leaves nothing behind unless `release` returns; also a context manager that discards."""

    def __init__(self, fd: int, folder_fd: int, private: Path | None, undo: contextlib.ExitStack) -> None:
        self._fd, self._folder_fd, self._private, self._undo = fd, folder_fd, private, undo
        self._raw = _CheckedFile(fd, "w+b")
        self._file = io.BufferedRandom(self._raw)
        self._open = True

    @property
    def file(self) -> BinaryIO:
        """The open file, readable, writable and seekable. A failed write is an OutputError."""
        return self._file

    def sha256(self) -> str:
        """SHA-256 of the bytes as they are now, in hex, read back from the file."""
        self._file.flush()
        digest, at = hashlib.sha256(), 0
        with _explained("the staged file cannot be read"):
            while block := os.pread(self._fd, _BLOCK, at):
                digest.update(block)
                at += len(block)
        return digest.hexdigest()

    def release(self, target: Path, *, replace: bool = False) -> None:
        """Give the file its name, in one step, on the same file system; this is the commit point.

        The bytes reach the disk before the name does, and the name before this returns. Raises OutputExists where the name is
        taken (unless `replace`), OutputError where the system refuses; in both cases nothing has the name that did not have it
        before, and the file stays staged."""
        if not self._open:
            raise UsageError("a staged file is released or discarded once")
        if is_reserved(target):
            raise UsageError("that name is reserved for staging")
        self._file.flush()
        with _explained("the output cannot be written"):
            os.fsync(self._fd)
            if replace:
                self._replace(target)
            else:
                self._link(target)
            self.discard()
            sync_folder(target.parent)

    def discard(self) -> None:
        """Let the file go; does nothing after `release`."""
        if not self._open:
            return
        self._open = False
        with contextlib.suppress(OSError, OutputError):
            self._file.close()
        with contextlib.suppress(OSError):
            self._raw.close()
        self._undo.close()

    def _link(self, target: Path) -> None:
        try:
            if self._private is None:
                # With a folder descriptor Python calls linkat, which alone follows the link in /proc.
                os.link(f"/proc/self/fd/{self._fd}", target, src_dir_fd=self._folder_fd, follow_symlinks=True)
            else:
                os.link(self._private / _CONTENT, target)
        except OSError as error:
            if error.errno not in _NO_LINKS or self._private is None:
                raise
            rename_new(self._private / _CONTENT, target)

    def _replace(self, target: Path) -> None:
        if self._private is not None:
            os.replace(self._private / _CONTENT, target)
            return
        with private_folder(target.parent) as private:
            self._link(private / _CONTENT)
            os.replace(private / _CONTENT, target)

    def __enter__(self) -> Staged:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.discard()

    def __repr__(self) -> str:
        return f"Staged({'open' if self._open else 'closed'}, {'private' if self._private else 'unnamed'})"


class _CheckedFile(io.FileIO):
    """A file whose failed writes say so in docpriv's terms: a full disk is an OutputError, not a bug."""

    def write(self, data: Any) -> int:
        with _explained("the output cannot be written"):
            return super().write(data)


@contextlib.contextmanager
def _explained(what: str) -> Any:
    try:
        yield
    except FileExistsError:
        raise OutputExists("the output exists already") from None
    except OSError as error:  # the system's words only: its message would hold the path
        reason = os.strerror(error.errno) if error.errno else "unknown reason"
        raise OutputError(f"{what}: {reason}") from None


def _unnamed(folder: Path) -> int | None:
    if not files.unnamed_files():
        return None
    try:
        fd = os.open(folder, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o666)
    except OSError as error:
        if error.errno in _NO_UNNAMED:
            return None
        raise
    if os.path.exists(f"/proc/self/fd/{fd}"):
        return fd
    os.close(fd)
    return None


def _private(folder: Path, undo: contextlib.ExitStack) -> Path:
    """A new folder that only its owner can enter, locked; `undo` gets what removes it and lets the lock go."""
    for _ in range(100):
        private = folder / f"{_PREFIX}{secrets.token_hex(8)}"
        os.mkdir(private, 0o700)
        with contextlib.suppress(FileNotFoundError), contextlib.ExitStack() as mine:  # may be swept before it is locked
            handle = open_lock(private / _LOCK, new=True)
            mine.callback(os.close, handle)
            if lock(handle) is not False and os.fstat(handle).st_nlink:
                mine.callback(_remove, private)
                undo.push(mine.pop_all())
                return private
    raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))


def _remove(private: Path) -> bool:
    shutil.rmtree(private, ignore_errors=True)
    return not private.exists()
