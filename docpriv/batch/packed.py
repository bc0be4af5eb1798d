"""Documents inside zip and tar archives, without unpacking to disk; refuses bombs, and names that lead out of the tree.

An archive is what its name says, whether it is whole or not; a zip of another name (an office document, an app) is none.
Archives within archives are documents that fail. A member becomes a file that lives in memory alone.
"""

from __future__ import annotations

import lzma
import os
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from docpriv.errors import CorruptInput, DocprivError, EncryptedInput, InputError, LimitExceeded
from docpriv.files import open_regular
from docpriv.intake import is_document, sniff
from docpriv.model import MediaType

MOST_MEMBERS = 1_000_000
MOST_TIMES = 200  # a tar may hold so many times its compressed size, or
FREE_BYTES = 20 << 30  # this much, whichever is more; forms that compress better are bombs
_HEAD = 4096
_LONGEST = 200  # bytes of a part of a name; a file system holds 255, and a suffix may be added
_ZIP = ".zip"
_BROKEN = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    EOFError,
    ValueError,
    NotImplementedError,
    OSError,
    RuntimeError,
    lzma.LZMAError,
    ArithmeticError,
    LookupError,
    struct.error,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A file in an archive: its number there, a relative path that is safe on any file system, bytes, time of change.

    `document`: it counts as one by its first bytes or its name, or could not be read; `media_type` is None where its reader
    has to say what is wrong with it. `hidden`: a part of its path begins with a dot; it is not looked at.
    """

    number: int
    path: Path = field(repr=False)
    size: int
    mtime_ns: int
    document: bool
    media_type: MediaType | None = None
    hidden: bool = False


def members(path: Path) -> Iterator[Member]:
    """The files of an archive in its own order. InputError where it is broken or a bomb, from the place where that shows."""
    try:
        with open_regular(path) as file:
            size = os.fstat(file.fileno()).st_size
            found = _in_zip(file, size) if path.name.lower().endswith(_ZIP) else _in_tar(file, size)
            for count, member in enumerate(found):
                if count >= MOST_MEMBERS:
                    raise LimitExceeded(
                        f"the archive holds more than {MOST_MEMBERS} files", remedy="Unpack it and name the folder."
                    )
                yield member
    except DocprivError:
        raise
    except _BROKEN:
        raise CorruptInput(
            "the archive is damaged or incomplete", remedy="Test it with another program, or pack it again."
        ) from None


def _in_zip(file: IO[bytes], size: int) -> Iterator[Member]:
    with zipfile.ZipFile(file) as archive:
        entries = archive.infolist()
        if sum(entry.compress_size for entry in entries) > size:
            raise LimitExceeded("the archive's files overlap: it is a bomb", remedy="Do not unpack it.")
        for number, entry in enumerate(entries):
            if entry.is_dir():
                continue
            if (entry.external_attr >> 16) & 0o170000 == 0o120000:
                yield _link(entry.filename, number)
                continue
            head: bytes | None = None
            hidden = _is_hidden(entry.filename)
            if not hidden and not entry.flag_bits & 1:
                with suppress(*_BROKEN), archive.open(entry) as stream:
                    head = stream.read(_HEAD)
            changed = _as_number(entry.date_time)
            yield Member(
                number=number,
                path=safe_path(entry.filename, number),
                size=_bounded(entry.file_size),
                mtime_ns=changed,
                **_judged(head, entry.filename, hidden),
            )


def _in_tar(file: IO[bytes], size: int) -> Iterator[Member]:
    most = max(FREE_BYTES, MOST_TIMES * size)
    with tarfile.open(fileobj=file, mode="r|*") as archive:
        for number, entry in enumerate(archive):
            if entry.offset_data + entry.size > most:
                raise LimitExceeded("the archive unpacks to far more than its size: it is a bomb", remedy="Do not unpack it.")
            if entry.isdir():
                continue
            if not entry.isreg():
                yield _link(entry.name, number)
                continue
            stream = archive.extractfile(entry)
            hidden = _is_hidden(entry.name)
            head = b"" if stream is None or hidden else stream.read(_HEAD)
            yield Member(
                number=number,
                path=safe_path(entry.name, number),
                size=_bounded(entry.size),
                mtime_ns=_bounded(float(entry.mtime) * 1e9),
                **_judged(head, entry.name, hidden),
            )


def _bounded(number: float) -> int:
    """What fits a ledger; an archive may claim any time."""
    return round(min(max(number, -(2.0**62)), 2.0**62)) if number == number else 0


def _as_number(stamp: tuple[int, int, int, int, int, int]) -> int:
    """A zip's time of change as one number; it tells whether a member is the same, nothing else."""
    number = 0
    for part in stamp:
        number = number * 100 + part
    return number


def _parts(name: str) -> tuple[str, ...]:
    return PurePosixPath(name.replace("\\", "/")).parts


def safe_path(name: str, number: int) -> Path:
    """The member's name as a relative path; one that would lead elsewhere is named by its number."""
    parts = _parts(name)
    bad = not parts or any(
        part in {"/", "..", "."} or ":" in part or "\0" in part or len(os.fsencode(part)) > _LONGEST for part in parts
    )
    if bad:
        return Path(f"member-{number:07d}" + "".join(PurePosixPath(name.replace("\\", "/")).suffixes[-1:])[:8].replace(":", ""))
    return Path(*parts)


def _link(name: str, number: int) -> Member:
    """A link, device or pipe of an archive: no file, so no document, but counted."""
    return Member(number=number, path=safe_path(name, number), size=0, mtime_ns=0, document=False, hidden=_is_hidden(name))


def _is_hidden(name: str) -> bool:
    return any(part.startswith(".") and part not in {".", ".."} for part in _parts(name))


def _judged(head: bytes | None, name: str, hidden: bool) -> dict[str, Any]:
    if hidden:
        return {"document": False, "hidden": True}
    if head is None:
        return {"document": True}  # encrypted or broken: its reader says so
    try:
        return {"document": True, "media_type": sniff(head)}
    except InputError:
        return {"document": is_document(head, name)}


class OpenArchive:
    """Members of one archive at a time, asked for in rising order where possible: a packed tar can only be read onwards."""

    def __init__(self) -> None:
        self._path: Path | None = None
        self._archive: Any = None
        self._file: IO[bytes] | None = None
        self._at = 0

    def close(self) -> None:
        for one in (self._archive, self._file):
            if one is not None:
                with suppress(*_BROKEN):
                    one.close()
        self._path, self._archive, self._file, self._at = None, None, None, 0

    @contextmanager
    def member(self, path: Path, number: int, *, megabytes: float) -> Iterator[Path]:
        """A file in memory with the content of a member; it is gone on leaving.

        EncryptedInput, CorruptInput, InputError, or LimitExceeded for one over `megabytes` (10^6 bytes).
        """
        handle = os.memfd_create("docpriv", os.MFD_CLOEXEC)
        try:
            try:
                with os.fdopen(os.dup(handle), "wb") as out:
                    self._copy(path, number, out, round(megabytes * 1e6))
            except DocprivError:
                self.close()
                raise
            except _BROKEN:
                self.close()
                raise CorruptInput("the file in the archive is damaged or incomplete") from None
            os.lseek(handle, 0, os.SEEK_SET)
            yield Path(f"/proc/self/fd/{handle}")
        finally:
            os.close(handle)

    def _copy(self, path: Path, number: int, out: IO[bytes], most: int) -> None:
        with self._stream(path, number) as stream:
            left = most
            while block := stream.read(1 << 20):
                left -= len(block)
                if left < 0:
                    raise LimitExceeded.over("input_megabytes", f"the file is over the limit of {most / 1e6:g} MB")
                out.write(block)

    def _stream(self, path: Path, number: int) -> IO[bytes]:
        if path.name.lower().endswith(_ZIP):
            self._take(path, again=False)
            entry = self._archive.infolist()[number]
            if entry.flag_bits & 1:
                raise EncryptedInput("the file in the archive is encrypted", remedy="Unpack it with its password first.")
            opened: IO[bytes] = self._archive.open(entry)
            return opened
        self._take(path, again=number < self._at)
        while True:
            entry = self._archive.next()
            self._archive.members = []  # else the index of a large archive stays in memory
            if entry is None:
                raise CorruptInput("the archive ends before the file")
            self._at += 1
            if self._at == number + 1:
                stream = self._archive.extractfile(entry)
                if stream is None:
                    raise InputError("what the archive holds there is no file")
                return stream  # type: ignore[no-any-return]

    def _take(self, path: Path, *, again: bool) -> None:
        if self._path == path and not again:
            return
        self.close()
        self._file = open_regular(path)
        zipped = path.name.lower().endswith(_ZIP)
        self._archive = zipfile.ZipFile(self._file) if zipped else tarfile.open(fileobj=self._file, mode="r|*")  # noqa: SIM115
        self._path = path
