"""Moves a file to a name that nothing has, in one step or in steps that a kill may part, with the reason beside it where it was
put aside.

Names are short enough for any file system, and numbered where the wanted one is taken, as in `scan-2.pdf`.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from docpriv.errors import DocprivError
from docpriv.files import NO_SUCH_WAY, lock, rename_new

REASON = ".reason.json"
_LONGEST = 200  # bytes of a name; a suffix and a number may be added
_DEEPEST = 1500  # bytes of a path below the inbox
_RESERVED = b"docpriv moves a file here: "


class QuarantineNote(BaseModel):
    """`NAME.reason.json` beside a file in the quarantine of a hot folder, or an output that a job withdrew. No text and no path.

    JSON Schema in schemas/quarantine.schema.json.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, title="Reason")
    format: Literal["docpriv/quarantine/1"] = "docpriv/quarantine/1"
    document: str = Field(description="Its id in the ledger, the records and the log of the job.")
    place: str = Field(description="A name of this arrival in the ledger.")
    state: str = Field(description="How the document ended: withheld, failed, quarantined; or released, with slip pages.")
    code: str = Field(description="Error code.")
    exit_code: int
    message: str
    remedy: str

    @classmethod
    def of(cls, error: DocprivError, *, document: str, place: str, state: str) -> QuarantineNote:
        return cls(
            document=document,
            place=place,
            state=state,
            code=error.code,
            exit_code=int(error.exit_code),
            message=error.message,
            remedy=error.advice,
        )


def note_of(path: Path) -> Path:
    """Where the note on a file lies."""
    return path.with_name(path.name + REASON)


def read_note(path: Path) -> QuarantineNote | None:
    """The note on a file; None where there is none, or something else."""
    try:
        return QuarantineNote.model_validate_json(note_of(path).read_bytes())
    except (OSError, ValueError):
        return None


def has_note_of(path: Path, place: str) -> bool:
    """Whether the note on a file is of an arrival."""
    note = read_note(path)
    return note is not None and note.place == place


# --- names -------------------------------------------------------------------------------------------------------------


def short_name(relative: Path, token: str) -> Path:
    """A path below the inbox that leaves room for suffixes and numbers on any file system."""
    parts = [_short(part) for part in relative.parts]
    if sum(len(os.fsencode(part)) + 1 for part in parts) > _DEEPEST:
        parts = [f"deep-{token}", parts[-1]]
    return Path(*parts)


def _short(name: str) -> str:
    if len(os.fsencode(name)) <= _LONGEST:
        return name
    suffix = Path(name).suffix if len(os.fsencode(Path(name).suffix)) < 20 else ""
    stem = name[: len(name) - len(suffix)]
    while len(os.fsencode(stem)) > _LONGEST - len(os.fsencode(suffix)):
        stem = stem[:-1]
    return stem + suffix


def is_free(path: Path) -> bool:
    """Whether nothing has a name; OSError where nothing could have it."""
    try:
        os.lstat(path)
    except FileNotFoundError:
        return True
    return False


def free_name(home: Path, relative: Path, token: str, *, free: Callable[[Path], bool] = is_free) -> Path:
    """A path below a folder that nothing has: the wanted one, or with a number, as in `scan-2.pdf`; by the token where even
    that cannot be. The end of a long row of numbers is found by halving.
    """
    try:
        last = 1
        while not free(_numbered(home, relative, last)):
            last *= 2
        first = last // 2 + 1
        while first < last:
            middle = (first + last) // 2
            first, last = (first, middle) if free(_numbered(home, relative, middle)) else (middle + 1, last)
        return _numbered(home, relative, last)
    except OSError:  # a file where a folder is needed, or a name that this file system cannot hold
        return _by_token(home, relative, token)


def names_like(home: Path, relative: Path, token: str) -> Iterator[Path]:
    """What has a name that `free_name` may have given, the lowest number first, whatever was taken away since."""
    folder = (home / relative).parent
    form = re.compile(re.escape(relative.stem) + r"(?:-([1-9]\d*))?" + re.escape(relative.suffix), re.DOTALL)
    try:
        found = [(int(match.group(1) or 1), name) for name in os.listdir(folder) if (match := form.fullmatch(name)) is not None]
    except OSError:
        found = []
    yield from (folder / name for _, name in sorted(found))
    if os.path.lexists(path := _by_token(home, relative, token)):
        yield path


def _by_token(home: Path, relative: Path, token: str) -> Path:
    return home / f"arrival-{token}{relative.suffix if relative.suffix.isascii() else ''}"


def _numbered(home: Path, relative: Path, number: int) -> Path:
    return home / relative if number == 1 else home / relative.with_name(f"{relative.stem}-{number}{relative.suffix}")


# --- moving ------------------------------------------------------------------------------------------------------------


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
