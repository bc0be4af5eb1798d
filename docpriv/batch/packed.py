"""Documents inside zip and tar archives, without unpacking to disk; bombs, and names that lead out of the tree, are refused.

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
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import IO, Any

from docpriv.errors import CorruptInput, DocprivError, EncryptedInput, InputError, LimitExceeded
from docpriv.files import open_regular
from docpriv.formats.sniffing import is_document, sniff
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


class EntryKind(StrEnum):
    """What an entry of a folder or an archive is. A document that cannot be read is one all the same: its reader says so."""

    DOCUMENT = "document"
    OTHER = "other"
    ARCHIVE = "archive"
    LINKED = "linked"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A file or folder of a folder or an archive: `relative` to its top, size in bytes, time of change in nanoseconds.

    Of a file in an archive: the archive, the file's number there (`WHOLE` for an archive that cannot be read to its end)
    and its kind, None where its first bytes do not tell.
    """

    relative: Path = field(repr=False)
    kind: EntryKind
    size: int = 0
    mtime_ns: int = 0
    archive: Path | None = field(default=None, repr=False)
    number: int | None = None
    media_type: MediaType | None = None


def members(path: Path) -> Iterator[Entry]:
    """The files of an archive in its own order, under paths that are safe on any file system. InputError where it is broken or
    a bomb, from the place where that shows.
    """
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


def _in_zip(file: IO[bytes], size: int) -> Iterator[Entry]:
    with zipfile.ZipFile(file) as archive:
        entries = archive.infolist()
        if sum(entry.compress_size for entry in entries) > size:
            raise LimitExceeded("the archive's files overlap: it is a bomb", remedy="Do not unpack it.")
        for number, entry in enumerate(entries):
            if entry.is_dir():
                continue
            linked = (entry.external_attr >> 16) & 0o170000 == 0o120000
            head: bytes | None = None
            if not linked and not _is_hidden(entry.filename) and not entry.flag_bits & 1:
                with suppress(*_BROKEN), archive.open(entry) as stream:
                    head = stream.read(_HEAD)
            yield _entry(entry.filename, number, head, entry.file_size, _as_number(entry.date_time), linked=linked)


def _in_tar(file: IO[bytes], size: int) -> Iterator[Entry]:
    most = max(FREE_BYTES, MOST_TIMES * size)
    with tarfile.open(fileobj=file, mode="r|*") as archive:
        for number, entry in enumerate(archive):
            if entry.offset_data + entry.size > most:
                raise LimitExceeded("the archive unpacks to far more than its size: it is a bomb", remedy="Do not unpack it.")
            if entry.isdir():
                continue
            head = b""
            if entry.isreg() and not _is_hidden(entry.name) and (stream := archive.extractfile(entry)) is not None:
                head = stream.read(_HEAD)
            yield _entry(entry.name, number, head, entry.size, float(entry.mtime) * 1e9, linked=not entry.isreg())


def _entry(name: str, number: int, head: bytes | None, size: int, changed: float, *, linked: bool) -> Entry:
    """A file of an archive, judged by its first bytes; None for those where it is encrypted or broken, as its reader will say.

    `linked`: a link, device or pipe, so no document, but counted.
    """
    kind, media_type = EntryKind.DOCUMENT, None
    if _is_hidden(name):
        kind = EntryKind.HIDDEN
    elif linked:
        kind = EntryKind.OTHER
    elif head is not None:
        try:
            media_type = sniff(head)
        except InputError:
            kind = EntryKind.DOCUMENT if is_document(head, name) else EntryKind.OTHER
    return Entry(
        relative=safe_path(name, number),
        kind=kind,
        size=_bounded(size),
        mtime_ns=_bounded(changed),
        number=number,
        media_type=media_type,
    )


def _bounded(number: float) -> int:
    """What fits a ledger; an archive may claim any time."""
    return round(min(max(number, -(2.0**62)), 2.0**62)) if number == number else 0


def _as_number(stamp: tuple[int, int, int, int, int, int]) -> int:
    """A zip's time of change as one number; it tells whether a member is the same, nothing else."""
    return int("{}{:02}{:02}{:02}{:02}{:02}".format(*stamp))


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


def _is_hidden(name: str) -> bool:
    return any(part.startswith(".") and part not in {".", ".."} for part in _parts(name))


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
