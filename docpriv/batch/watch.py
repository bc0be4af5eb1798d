"""A hot folder: what a scanner writes into an inbox is redacted as it arrives, when it is whole, and once.

A scan of the inbox, again and again, decides; change notices of the system only make the next one come sooner. A file that
has been still for a while and is whole by its own end is claimed by a rename, entered in the ledger, worked on as any
document of an archive job, and moved on when the ledger knows how it ended. A kill at any moment leaves each file in one of
these places, and the next start goes on from there. What lies in `working` without a row gets one; with a row that ended it
is moved on.
"""

from __future__ import annotations

import errno
import os
import secrets
import threading
import time
from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from docpriv import __version__
from docpriv.batch.archive import ArchiveRun
from docpriv.batch.identity import document_id, media_type_of, target_of
from docpriv.batch.inbox import WATCHED, Arrival, HotFolder, Look, Seen
from docpriv.batch.job import Outcome, State
from docpriv.batch.job_folder import JobFolder
from docpriv.batch.job_run import OnProgress, Step
from docpriv.batch.ledger import Ledger, Place, Row
from docpriv.batch.locks import Descriptors
from docpriv.batch.moving import QuarantineNote, free_name, is_free, short_name
from docpriv.batch.packed import EntryKind
from docpriv.batch.walk import InputFile
from docpriv.batch.wholeness import why_unfinished
from docpriv.errors import DocprivError, ExitCode, IncompleteInput, InputError, OutputError, UsageError, exit_code_of
from docpriv.files import open_regular, path_from, path_text
from docpriv.model import MediaType
from docpriv.records import move_source, read_record
from docpriv.run_options import RunOptions

_SLICE = 0.2  # seconds between looks at whether to stop
_BREATH = 0.1  # seconds at least between two scans
_AHEAD = 2  # files claimed for each worker beyond the one that it has; others wait in the inbox, where all see them
_PATIENT = {errno.EACCES, errno.EPERM, errno.EBUSY, errno.ETXTBSY}  # of one file; what else a claim meets concerns all


_LACKS = {
    "empty": "the file is empty",
    "in-use": "a program still holds the file open for writing",
    "cut-off": "the file has no end: it was never written to its end",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """In seconds: between scans; how long a file must be still; how long one that is still but not whole is waited for.

    `poll`: ask for no change notices, which network shares do not give.
    """

    rescan: float = 10.0
    settle: float = 2.0
    give_up: float = 3600.0
    poll: bool = False


class WatchRun(ArchiveRun):
    """The watcher of an inbox. `codes`: the exit codes of what ended in this run."""

    def __init__(
        self, job: JobFolder, options: RunOptions, *, folder: HotFolder, pace: Pace, until_idle: bool = False, workers: int = 1
    ) -> None:
        super().__init__(job, options, workers=workers)
        self.folder, self.pace, self.until_idle = folder, pace, until_idle
        self.codes: list[ExitCode] = []
        self._still: dict[Path, tuple[Seen, float]] = {}  # files as they were when they last changed, and when that was seen
        self._shut: dict[Path, float] = {}
        self._reserved: dict[str, Path] = {}  # outputs of what is claimed, by token
        self._given_up: set[str] = set()  # tokens
        self._as_read: dict[str, tuple[int, int]] = {}
        self._wake, self._slot, self._entered = threading.Event(), threading.Event(), threading.Event()
        self._said: tuple[int, ...] = ()

    @property
    def exit_code(self) -> ExitCode:
        """Of what ended in this run, by the rule of every command."""
        return exit_code_of(self.codes, releasing=True)

    def _work(self, ledger: Ledger, held: Descriptors, on_progress: OnProgress | None) -> Generator[Step, None, None]:
        """Ends only when it is stopped, or, `until_idle`, when nothing is left in the inbox."""
        first = ledger.first_path()
        if first is not None and not first.startswith(WATCHED):
            raise UsageError("the job folder belongs to `docpriv batch`", remedy="Give the hot folder a --job of its own.")
        with self.folder.held(known=first is not None):
            self._settle(ledger)
            yield from super()._work(ledger, held, on_progress)

    # --- what an earlier run left ----------------------------------------------------------------------------------

    def _settle(self, ledger: Ledger) -> None:
        for arrival in self.folder.claimed():
            place = self._place_of(arrival)
            row = next(ledger.rows(documents=[place.place]), None)
            if row is not None and row.state not in {State.WAITING, State.LEASED}:
                self.codes.append(ExitCode(row.exit_code or 0))
                self._move_on(arrival, row.state, self._note_on(row), row.document)
                continue
            self._reserved[arrival.token] = self._output_of(arrival.path, arrival.relative)
            ledger.add([place], recipe=self._digest, version=__version__)

    def _place_of(self, arrival: Arrival) -> Place:
        below = path_text(self.folder.below(arrival))
        about = os.lstat(arrival.path)
        return Place(place=self.job.place(below), path=below, size=about.st_size, mtime_ns=about.st_mtime_ns)

    def _note_on(self, row: Row) -> QuarantineNote | None:
        """Why a document is put aside, from its row and record; None for one that was released as a whole."""
        if row.state is State.RELEASED and row.error is None:
            return None
        code, document = row.error or "internal", row.document or row.place
        folder = self.job.records_of(document)
        message = ""
        for path in (folder / "attempts" / f"{document}.json", folder / f"{document}.json"):
            with suppress(DocprivError):
                said = read_record(path).error if path.exists() and not message else None
                message = said.message if said is not None and said.code == code else message
        kind = next((one for one in _kinds(DocprivError) if one.code == code), DocprivError)
        return QuarantineNote(
            document=document,
            place=row.place,
            state=str(row.state),
            code=code,
            exit_code=row.exit_code or 0,
            message=message or "see the record of the document",
            remedy=kind.remedy,
        )

    # --- the inbox -------------------------------------------------------------------------------------------------

    def _walk(self, stop: threading.Event) -> None:
        """In a thread of its own: scan, wait, claim, until told to stop or idle."""
        if not self.pace.poll:
            threading.Thread(target=self._notices, args=(stop,), daemon=True).start()
        with self._filling("the inbox cannot be watched", OutputError), Ledger(self.job.ledger, self.job.id) as ledger:
            while not stop.is_set():
                look = self.folder.look()
                wait = self._take_all(ledger, look, stop)
                self._tell(look)
                if self.until_idle and not look.files and not look.shut and ledger.due() is None:
                    break
                self._pause(wait, stop)
        self._entered.set()

    def _notices(self, stop: threading.Event) -> None:
        """Wake the scan where the system sees a change; without that it comes by itself."""
        import watchfiles

        private = str(self.folder.private)
        try:
            for _ in watchfiles.watch(
                self.folder.inbox,
                stop_event=stop,
                raise_interrupt=False,
                debounce=400,
                step=100,
                watch_filter=lambda _, path: not path.startswith(private),
                rust_timeout=1000,
                ignore_permission_denied=True,
            ):
                self._wake.set()
        except (OSError, RuntimeError):  # no notices on this file system, or too many folders
            self.log("notices-failed")

    def _take_all(self, ledger: Ledger, look: Look, stop: threading.Event) -> float:
        """Claim what is still and whole; seconds until the next scan makes sense."""
        now, wait = time.monotonic(), self.pace.rescan
        known, self._still = self._still, {}
        for seen in look.files:
            before = known.get(seen.path)
            self._still[seen.path] = before if before is not None and before[0] == seen else (seen, now)
        self._shut = {path: self._shut.get(path, now) for path in look.shut}
        for path, (seen, since) in list(self._still.items()):
            quiet = time.monotonic() - since
            if quiet < self.pace.settle:
                wait = min(wait, self.pace.settle - quiet)
                continue
            while len(self._reserved) >= self.workers * (1 + _AHEAD):
                if stop.is_set():
                    return wait
                self._slot.clear()
                self._slot.wait(_SLICE)
            if stop.is_set():
                return wait
            if self._take(ledger, seen, quiet):
                del self._still[path]
                wait = 0.0 if self.until_idle else wait
            else:
                wait = min(wait, max(_SLICE, self.pace.give_up - quiet))
        if any(time.monotonic() - since > self.pace.give_up for since in self._shut.values()):
            raise InputError("a folder of the inbox cannot be read", remedy="Give docpriv the permission, or move it away.")
        return wait

    def _take(self, ledger: Ledger, seen: Seen, quiet: float) -> bool:
        """Claim a file and enter it; False where it is not whole yet, or not as it was."""
        late = quiet >= self.pace.give_up
        if not _whole(seen) and not late:
            return False
        token = secrets.token_hex(8)
        relative, output = self._named(seen, token)
        self._reserved[token] = output
        if late:
            self._given_up.add(token)
        try:
            arrival = self.folder.take(seen, relative, token)
        except OSError as exc:
            del self._reserved[token]
            if exc.errno in _PATIENT and not late:
                return False
            raise
        if arrival is None:
            del self._reserved[token]
            return False
        place = replace(self._place_of(arrival), size=seen.size, mtime_ns=seen.mtime_ns)
        self.fill.added += ledger.add([place], recipe=self._digest, version=__version__)
        self.log("document-taken", place=place.place, bytes=seen.size)
        self._entered.set()
        return True

    def _named(self, seen: Seen, token: str) -> tuple[Path, Path]:
        """The path below `working/TOKEN` by which the output's name is free, and the output's path."""
        wanted = short_name(seen.relative, token)
        if self.recipe.writing.names == "digest":
            return wanted, self.job.out / token
        target = self._output_of(seen.path, wanted)
        reserved = list(self._reserved.values())

        def free(path: Path) -> bool:
            if any(one in path.parents or path in one.parents for one in reserved):
                raise NotADirectoryError
            return is_free(path) and path not in reserved

        target = free_name(self.job.out, target.relative_to(self.job.out), token, free=free)
        below = target.relative_to(self.job.out)
        return below.with_name(below.stem + wanted.suffix), target

    def _output_of(self, file: Path, relative: Path) -> Path:
        found = InputFile(source=file, relative=relative, shown="")
        try:
            return target_of(found, self.job.out, self.recipe, "", media_type_of(file))
        except InputError:
            return self.job.out / relative

    def _pause(self, wait: float, stop: threading.Event) -> None:
        until = time.monotonic() + wait
        stop.wait(_BREATH)
        while not stop.is_set() and not self._wake.is_set() and (left := until - time.monotonic()) > 0:
            if self.until_idle and self._slot.is_set():
                break
            self._wake.wait(min(left, _SLICE))
        self._wake.clear()
        self._slot.clear()

    def _tell(self, look: Look) -> None:
        """Log how many files of the inbox are not taken, where that has changed."""
        passed = ((EntryKind.OTHER, look.named), (EntryKind.LINKED, look.left), (EntryKind.HIDDEN, look.hidden))
        for kind, number in passed:
            self.fill.passed[kind] = number
        said = (len(self._still), look.named, look.left, len(look.shut), look.hidden)
        if said != self._said:
            self._said = said
            self.log("inbox", unfinished=said[0], named=said[1], left=said[2], shut=said[3], hidden=said[4])

    # --- working ---------------------------------------------------------------------------------------------------

    def _rest(self) -> None:
        self._entered.wait(_SLICE if self._held else 5 * _SLICE)
        self._entered.clear()
        self.idle()

    def _found(self, claim: Row) -> InputFile:
        below = path_from(claim.path)
        arrival = self.folder.arrival(below)
        self.folder.fetch(arrival, claim.place, sha256=claim.input_sha256, mtime_ns=claim.mtime_ns)
        return InputFile(source=arrival.path, relative=arrival.relative, shown=str(self.job.source / arrival.relative))

    def _looked_at(self, found: InputFile, claim: Row) -> tuple[str, MediaType | None]:
        """Its id is of this arrival: two files with one name, or one content, are two documents."""
        arrival = self.folder.arrival(path_from(claim.path))
        try:
            with open_regular(found.source, follow=False) as file:
                about, lacks = os.fstat(file.fileno()), why_unfinished(file)
        except OSError as exc:
            raise InputError(f"the input cannot be read ({exc.strerror})") from None
        if lacks in {"empty", "cut-off"} or (lacks is not None and arrival.token in self._given_up):
            raise IncompleteInput(_LACKS[lacks])
        if (about.st_size, about.st_mtime_ns) != (claim.size, claim.mtime_ns):
            raise IncompleteInput("the file was changed after it was claimed")
        self._as_read[claim.place] = (about.st_size, about.st_mtime_ns)
        named = replace(found, relative=path_from(claim.path))
        return document_id(self.job.key, named, megabytes=self.recipe.limits.input_megabytes), None

    def _note(self, ledger: Ledger, outcome: Outcome) -> Step:
        step = super()._note(ledger, outcome)
        if step.state is None:
            return step
        self.codes.append(outcome.exit_code)
        arrival = self.folder.arrival(outcome.job.source.relative_to(self.folder.inbox))
        as_read = self._as_read.pop(step.place, None)
        error = outcome.error or self._changed(as_read, arrival)
        document, state = outcome.job.document, str(step.state)
        note = None if error is None else QuarantineNote.of(error, document=document, place=step.place, state=state)
        self._move_on(arrival, step.state, note, document)
        if error is None:
            return step
        return replace(step, error=error.code, message=error.message, advice=error.advice)

    def _changed(self, as_read: tuple[int, int] | None, arrival: Arrival) -> DocprivError | None:
        """Why a document that was released well is put aside all the same."""
        with suppress(OSError):
            about = os.lstat(arrival.path)
            if as_read is not None and (about.st_size, about.st_mtime_ns) != as_read:
                error = IncompleteInput("the file was changed while it was worked on: the output shows what it held before")
                self.codes[-1] = error.exit_code
                return error
        return None

    def _move_on(self, arrival: Arrival, state: State, note: QuarantineNote | None, document: str | None) -> None:
        place = self.job.place(path_text(self.folder.below(arrival)))
        if note is None:
            lies = self.folder.finish(arrival)
            self.log("original-moved", place=place, state=str(state), to=str(self.folder.originals))
        else:
            lies = self.folder.put_aside(arrival, note)
            self.log("original-moved", document=note.document, place=place, state=str(state), to="quarantine", error=note.code)
        if document is not None:
            with suppress(DocprivError):  # what is known of its place is for people; the file itself is safe
                move_source(self.job.records_of(document), document, lies)
        self._reserved.pop(arrival.token, None)
        self._given_up.discard(arrival.token)
        self._slot.set()


def _whole(seen: Seen) -> bool:
    """Whether a file is whole and still the one that was seen; False where it cannot be read, for that may come."""
    try:
        with open_regular(seen.path, follow=False) as file:
            about = os.fstat(file.fileno())
            same = (about.st_size, about.st_mtime_ns, about.st_ino) == (seen.size, seen.mtime_ns, seen.inode)
            return same and why_unfinished(file) is None
    except OSError:
        return False


def _kinds(top: type[DocprivError]) -> list[type[DocprivError]]:
    return [top, *(below for kind in top.__subclasses__() for below in _kinds(kind))]
