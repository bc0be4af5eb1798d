"""The folders of a hot folder: what lies in the inbox, claiming by rename, where originals go. Links are not followed, and
nothing is overwritten.

    INBOX/.docpriv/job                 the job that watches
    INBOX/.docpriv/working/TOKEN/...   files that are claimed, below their path in the inbox; TOKEN is new for each arrival
    INBOX/.docpriv/done/...            originals of what was released
    INBOX/.docpriv/quarantine/...      files that were not, each with NAME.reason.json beside it

A claim is one rename within the inbox. A file leaves `working` when the ledger knows how its document ended, and not before.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from docpriv.batch.locks import records_lock
from docpriv.batch.moving import (
    REASON,
    QuarantineNote,
    alone_in,
    copy_whole,
    free_name,
    has_note_of,
    is_free,
    is_moved,
    is_ours,
    move_new,
    names_like,
    note_of,
    read_note,
)
from docpriv.batch.walk import PRIVATE, real
from docpriv.errors import IntegrityError, OutputError, UsageError
from docpriv.files import file_sha256, sync_folder, write_whole
from docpriv.records import TEMPORARY, write_json

WATCHED = f"{PRIVATE}/working/"
"""How the paths of what came through a hot folder begin in a ledger."""
_MOVING = ".docpriv-moving-"
_COPIED = ".copied"  # a token's folder whose file stands whole in another file system, where its name may be missing
_UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".filepart", ".swp", "~")


class Originals(StrEnum):
    """What becomes of the original of a document that was released."""

    DONE = "done"
    KEEP = "keep"
    DELETE = "delete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A claimed file: `relative` is its path in the inbox, but for a number or a shortened name."""

    token: str
    path: Path = field(repr=False)
    relative: Path = field(repr=False)
    copied: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A file of the inbox at one moment."""

    path: Path = field(repr=False)
    relative: Path = field(repr=False)
    size: int
    mtime_ns: int
    inode: int


@dataclass(slots=True, kw_only=True)
class Look:
    """What a scan of the inbox met. `left`: links, special files and folders of other file systems, which are not entered;
    `named`: files and folders with a name that says that somebody is still writing; `hidden`: those with a dot in front;
    `shut`: folders that cannot be read.
    """

    files: list[Seen] = field(default_factory=list)
    left: int = 0
    named: int = 0
    hidden: int = 0
    shut: list[Path] = field(default_factory=list, repr=False)


class HotFolder:
    """An inbox and where its files go."""

    def __init__(
        self,
        inbox: Path,
        job: str,
        *,
        originals: Originals = Originals.DONE,
        kept: Path | None = None,
        quarantine: Path | None = None,
    ) -> None:
        self.inbox, self.job, self.originals = inbox, job, originals
        self.private = inbox / PRIVATE
        self.working = self.private / "working"
        self.done = kept if kept is not None else self.private / "done"
        self.quarantine = quarantine if quarantine is not None else self.private / "quarantine"

    @contextmanager
    def held(self, *, known: bool) -> Iterator[None]:
        """Make the folders and hold the inbox. `known`: the job has rows, so the inbox must bear its mark.

        UsageError or IntegrityError where it is not this job's to watch.
        """
        if not self.inbox.is_dir():
            raise UsageError("the inbox is no folder, or cannot be reached", remedy="Name a folder that exists.")
        if known and not (self.private / "job").exists():
            raise IntegrityError(
                "the inbox does not bear the mark of this job; is its file system mounted?",
                remedy="Mount it. Where the inbox was made anew, start a new --job.",
            )
        with _explained("the inbox cannot be used"):
            for folder in (self.private, self.working):
                with suppress(FileExistsError):
                    os.mkdir(folder, 0o700)
                if not stat.S_ISDIR(os.lstat(folder).st_mode):
                    raise UsageError(
                        "something in the inbox has the name .docpriv, which is docpriv's own", remedy="Move it away."
                    )
        with records_lock(self.private):
            with _explained("the inbox cannot be used"):
                self._begin()
            yield

    def _begin(self) -> None:
        """Mark the inbox as this job's, and make the folders for what leaves it."""
        mark = self.private / "job"
        said = mark.read_text(encoding="ascii", errors="replace").strip() if mark.exists() else ""
        if said != self.job:
            if any(True for _ in os.scandir(self.working)):
                raise UsageError(
                    "files of another job are being worked on in the inbox",
                    remedy="Name the --job that began them, so that it ends them.",
                )
            write_whole(mark, f"{self.job}\n".encode("ascii"), replace=True, prefix=TEMPORARY)
        for folder in (self.quarantine, *([self.done] if self.originals is not Originals.DELETE else [])):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with alone_in(self.quarantine):
            for half in self.quarantine.rglob(f"{TEMPORARY}*"):
                half.unlink(missing_ok=True)

    # --- looking ---------------------------------------------------------------------------------------------------

    def look(self) -> Look:
        """Every file of the inbox that could be taken, in a stable order. OutputError where the inbox is gone."""
        found = Look()
        with _explained("the inbox cannot be read"):
            device = os.stat(self.inbox).st_dev
        folders = [self.inbox]
        while folders:
            at = folders.pop()
            try:
                entries = sorted(os.scandir(at), key=lambda entry: entry.name)
            except FileNotFoundError:
                if at == self.inbox:
                    raise OutputError("the inbox is gone", remedy="Mount it, or make it anew.") from None
                continue
            except OSError:
                found.shut.append(at)
                continue
            inner = []
            for entry in entries:
                with suppress(FileNotFoundError):
                    about = entry.stat(follow_symlinks=False)
                    if entry.name.startswith("."):
                        found.hidden += entry.name != PRIVATE and not entry.name.startswith(_MOVING)
                    elif entry.name.lower().endswith(_UNFINISHED):
                        found.named += 1
                    elif stat.S_ISDIR(about.st_mode) and about.st_dev == device:
                        inner.append(Path(entry.path))
                    elif stat.S_ISREG(about.st_mode):
                        path = Path(entry.path)
                        below = path.relative_to(self.inbox)
                        seen = Seen(path=path, relative=below, size=about.st_size, mtime_ns=about.st_mtime_ns, inode=about.st_ino)
                        found.files.append(seen)
                    else:
                        found.left += 1
            folders.extend(reversed(inner))
        return found

    # --- claiming --------------------------------------------------------------------------------------------------

    def take(self, seen: Seen, relative: Path, token: str) -> Arrival | None:
        """Claim a file under a path of its own; None where it is gone or another by now. OSError where it cannot be moved."""
        arrival = Arrival(token=token, path=self.working / token / relative, relative=relative)
        os.mkdir(self.working / token, 0o700)
        try:
            arrival.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.rename(seen.path, arrival.path)
        except FileNotFoundError:
            self._emptied(arrival)
            return None
        except OSError:
            self._emptied(arrival)
            raise
        about = os.lstat(arrival.path)
        if stat.S_ISREG(about.st_mode):
            return arrival  # where it was written meanwhile, its reader is told (see `watch`)
        self._give_back(arrival, seen)
        return None

    def _give_back(self, arrival: Arrival, seen: Seen) -> None:
        """Put a link or a folder that came in a file's place where it was, or beside what has come there since."""
        with suppress(OSError):
            try:
                move_new(arrival.path, seen.path, arrival.token)
            except FileExistsError:
                move_new(arrival.path, free_name(self.inbox, seen.relative, arrival.token), arrival.token)
        self._emptied(arrival)

    def claimed(self) -> Iterator[Arrival]:
        """What is claimed; folders without a file are removed."""
        with _explained("the inbox cannot be read"):
            for top in sorted(os.scandir(self.working), key=lambda entry: entry.name):
                token, copied = top.name.removesuffix(_COPIED), top.name.endswith(_COPIED)
                files = [Path(at) / name for at, _, names in os.walk(top.path) for name in names]
                for path in files[:1]:
                    yield Arrival(token=token, path=path, relative=path.relative_to(top.path), copied=copied)
                if not files:
                    shutil.rmtree(top.path, ignore_errors=True)

    def arrival(self, below: Path) -> Arrival:
        """The arrival of a path as the ledger has it: below the inbox."""
        return Arrival(token=below.parts[2], path=self.inbox / below, relative=Path(*below.parts[3:]))

    def below(self, arrival: Arrival) -> Path:
        """The path of an arrival as the ledger has it, wherever it lies by now."""
        return (self.working / arrival.token / arrival.relative).relative_to(self.inbox)

    # --- moving on -------------------------------------------------------------------------------------------------

    def finish(self, arrival: Arrival) -> Path | None:
        """Do with the original of a released document as was asked; where it lies now, None where it is gone.

        OutputError where that cannot be; it stays claimed then.
        """
        with _explained("the original of a released document cannot be moved on"):
            if self.originals is Originals.DELETE:
                with suppress(FileNotFoundError):
                    os.unlink(arrival.path)
                self._emptied(arrival)
                return None
            return self._carry(arrival, self.done, arrival.relative)

    def put_aside(self, arrival: Arrival, note: QuarantineNote) -> Path | None:
        """Move a file to the quarantine, the note on it first; where it lies now, None where somebody took it away.

        OutputError where that cannot be; it stays claimed then.
        """
        with _explained("a file cannot be moved to the quarantine"):
            return self._carry(arrival, self.quarantine, _aside(arrival.relative), note)

    def fetch(self, arrival: Arrival, place: str, *, sha256: str | None, mtime_ns: int) -> None:
        """Bring a file back that ended and is wanted again (`docpriv jobs retry`), where it still lies as it was put.

        In the quarantine the reason beside it says whose it is; elsewhere it is what the ledger says was read: `sha256`.
        """
        if os.path.lexists(arrival.path):
            return
        with suppress(OSError, OutputError):
            aside = names_like(self.quarantine, _aside(arrival.relative), arrival.token)
            path = next((path for path in aside if has_note_of(path, place)), None)
            path = path or self._done_with(arrival, sha256, mtime_ns)
            if path is not None and stat.S_ISREG(os.lstat(path).st_mode):
                arrival.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                move_new(path, arrival.path, arrival.token)
                if self.quarantine in path.parents:
                    note_of(path).unlink(missing_ok=True)

    def _done_with(self, arrival: Arrival, sha256: str | None, mtime_ns: int) -> Path | None:
        """The original of a released document: by its content, and of several with one content by its time of change."""
        same = [
            path
            for path in names_like(self.done, arrival.relative, arrival.token)
            if sha256 is not None and not path.is_symlink() and path.is_file() and file_sha256(path) == sha256
        ]
        return min(same, key=lambda path: os.lstat(path).st_mtime_ns != mtime_ns, default=None)

    def _carry(self, arrival: Arrival, home: Path, wanted: Path, note: QuarantineNote | None = None) -> Path | None:
        """Move a claimed file below a folder, under a name that nothing has, into another file system too; goes on where a
        kill left off. Others may put files there at the same time. Where it lies then; None where somebody took it away.
        """
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        half = home / f"{_MOVING}{arrival.token}"
        with alone_in(home):
            if arrival.copied and not half.exists():
                own = file_sha256(arrival.path)
                lies = next((path for path in names_like(home, wanted, arrival.token) if file_sha256(path) == own), None)
                if lies is not None:
                    self._gone(arrival)
                    return lies
                arrival = self._called_again(arrival, copied=False)
            while True:
                source = half if arrival.copied else arrival.path
                target = _second_name(source, home, wanted, arrival.token)
                if target is not None:
                    os.unlink(source)
                    break
                target = free_name(home, wanted, arrival.token, free=_free_for(arrival.token, note))
                target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                if note is not None:
                    write_json(note_of(target), note, private=True)
                try:
                    move_new(source, target, arrival.token)
                except FileExistsError:  # it came while this looked for a name
                    if note is not None and has_note_of(target, note.place):
                        note_of(target).unlink(missing_ok=True)
                except FileNotFoundError:
                    return None  # somebody took it away; its row and its record say what is known
                except OSError as exc:
                    if exc.errno != errno.EXDEV or arrival.copied:
                        raise
                    copy_whole(arrival.path, half)
                    arrival = self._called_again(arrival, copied=True)
                else:
                    sync_folder(target.parent)
                    break
            self._gone(arrival)
            return target

    def _gone(self, arrival: Arrival) -> None:
        with suppress(FileNotFoundError):
            os.unlink(arrival.path)
        self._emptied(arrival)

    def _called_again(self, arrival: Arrival, *, copied: bool) -> Arrival:
        names = (arrival.token, arrival.token + _COPIED)
        os.rename(self.working / names[not copied], self.working / names[copied])
        return replace(arrival, path=self.working / names[copied] / arrival.relative, copied=copied)

    def _emptied(self, arrival: Arrival) -> None:
        folder = arrival.path.parent
        while folder != self.working and self.working in folder.parents:
            with suppress(OSError):
                folder.rmdir()
            folder = folder.parent


def check_apart(inbox: Path, out: Path, **others: Path | None) -> None:
    """UsageError where a folder for unredacted files lies in the inbox or the output, or one of these in it."""
    for name, folder in others.items():
        for place, what in ((inbox, "the inbox"), (out, "the output folder")):
            if folder is not None and (
                real(folder) == real(place) or real(place) in real(folder).parents or real(folder) in real(place).parents
            ):
                raise UsageError(f"the folder of --{name} and {what} lie in each other", remedy="Keep them apart.")


def check_unwatched(source: Path) -> None:
    """UsageError where a folder is an inbox that `docpriv watch` works on, or lies in one; not for what it has done with."""
    top = real(source)
    for folder in (top, *top.parents):
        below = top.relative_to(folder).parts
        if (folder / PRIVATE / "job").is_file() and (below[:1] != (PRIVATE,) or below[1:2] in {(), ("working",)}):
            raise UsageError(
                "the source is an inbox, or lies in one: `docpriv watch` takes its files",
                remedy="`docpriv watch INBOX --out OUT --job DIR --until-idle`, with the --job that watches it, "
                "redacts what lies there. Or move the documents to another folder.",
            )


def _aside(relative: Path) -> Path:
    """What a file is to be called in the quarantine: only reasons are called as reasons are."""
    return relative.with_name(relative.name + "_") if relative.name.endswith(REASON) else relative


def _free_for(token: str, note: QuarantineNote | None) -> Callable[[Path], bool]:
    """Whether a name is free, or held for this arrival; with a note, that of its note too, or its file was taken away."""

    def free(path: Path) -> bool:
        if not is_free(path) and not is_ours(path, token):
            return False
        return note is None or is_free(note_of(path)) or read_note(path) is not None

    return free


def _second_name(source: Path, home: Path, wanted: Path, token: str) -> Path | None:
    """The name that a file has already where it is to be moved, where a kill came between that and the loss of the first."""
    try:
        linked = os.lstat(source).st_nlink > 1
    except OSError:
        return None
    return next((path for path in names_like(home, wanted, token) if is_moved(source, path)), None) if linked else None


@contextmanager
def _explained(what: str) -> Iterator[None]:
    """The system's refusals as an OutputError without a path."""
    try:
        yield
    except OSError as exc:
        raise OutputError(
            f"{what} ({exc.strerror})",
            remedy="Check that its file system is mounted, writable and has space, and start again: nothing is lost.",
        ) from None
