"""An archive job: every document of a tree through a ledger, by one or more runners; none is lost, none is done twice.

A runner enters what it walks while its workers already work, claims a document when a worker is free, and renews the
leases of what it holds. What it does not come to end, another runner or its own next start does.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path

from docpriv.batch.identity import check_source, check_target, document_id, packed_id, target_of
from docpriv.batch.job import Job, Lease, Outcome, State
from docpriv.batch.job_folder import JobFolder
from docpriv.batch.job_run import JobRun, OnProgress, Step
from docpriv.batch.ledger import Ended, Ledger, Row
from docpriv.batch.locks import Descriptors, runner_name
from docpriv.batch.packed import members
from docpriv.batch.run_jobs import is_done
from docpriv.batch.runner import Runner, failed
from docpriv.batch.walk import WHOLE, InputFile, real
from docpriv.batch.withdrawing import withdraw
from docpriv.errors import (
    DocprivError,
    EngineError,
    ExitCode,
    InputError,
    IntegrityError,
    LimitExceeded,
    OutputError,
    OutputExists,
    StalledError,
    WithheldError,
)
from docpriv.files import file_sha256, path_from, path_text
from docpriv.formats.sniffing import refuse_by_name
from docpriv.model import MediaType
from docpriv.records import current_record, settle_release
from docpriv.run_options import RunOptions
from docpriv.staging import stage, sweep

LEASE_SECONDS = 120.0  # a runner that is silent for so long has lost its documents to others
_RENEW = LEASE_SECONDS / 4
MOST_DEATHS = 2  # attempts, the last try of each alone, that may end with their worker before a document is put aside
_PATIENCE = 3  # documents in a row for which nothing could be written, or no engine ran, before the runner stops
MOST_ATTEMPTS = 3  # of a document for which nothing could be written or no engine ran, while it went well with others
_TRIAL = 4 << 20  # bytes that are written to see whether anything can be
_MOST_FOLDERS = 10_000  # of the output that are remembered as swept
_IDLE = 0.2  # seconds between looks at a ledger in which nothing is to be had


class ArchiveRun(JobRun):
    """One runner's part in a job, with workers on this machine."""

    def __init__(self, job: JobFolder, options: RunOptions, *, workers: int = 1) -> None:
        super().__init__(job, options, workers=workers)
        self.runner = runner_name()
        self._held: dict[tuple[str, int], Row] = {}  # by place and token: after a long sleep one may be held twice
        self._lock = threading.Lock()
        self._troubles = 0  # documents in a row that met one
        self._troubled = ""  # the last of them
        self._clean: set[Path] = set()
        self._tried: set[Path] = set()  # folders of documents that were tried before, perhaps by a runner that was killed

    def _work(self, ledger: Ledger, held: Descriptors, on_progress: OnProgress | None) -> Generator[Step, None, None]:
        folders = (self.job.path, self.job.out)
        with ExitStack() as stack:
            stack.callback(self._give_back_all, ledger)
            runner = stack.enter_context(
                Runner(self.recipe, folders=folders, ledger=self.job.ledger, workers=self.workers, held=held)
            )
            stack.enter_context(self._threads(self._renew, self._walk))
            for outcome in runner.run(self._claims(ledger), on_progress):
                yield self._note(ledger, outcome)
            for folder in self._tried:  # once more: a worker that is lost may end later than its document was claimed again
                self._sweep(folder)

    # --- claiming ----------------------------------------------------------------------------------------------------

    def _claims(self, ledger: Ledger) -> Iterator[Job | Outcome | None]:
        while True:
            filled = self.fill.done  # looked at first: what was entered before is then to be had
            claims = ledger.claim(self.runner, 1, seconds=LEASE_SECONDS)
            if claims:
                yield self._job(ledger, claims[0])
            elif filled and ledger.due() is None:
                return
            else:
                self._rest()
                yield None

    def _rest(self) -> None:
        """Nothing is to be had just now."""
        time.sleep(_IDLE)

    def _found(self, claim: Row) -> InputFile:
        """Where a claimed document lies, and under which path its output goes; IntegrityError for a row that is not the job's."""
        archive = claim.archive is None or claim.archive == claim.path or claim.path.startswith(claim.archive + "/")
        if self.job.place(claim.path) != claim.place or not archive:  # a ledger may be shared: the job's key has named its places
            raise IntegrityError(
                "a row of the ledger is not this job's own", remedy="Do not trust the ledger; start a new --job."
            )
        relative = path_from(claim.path)
        file = self.job.source / (relative if claim.archive is None else path_from(claim.archive))
        return InputFile(source=file, relative=relative, shown=str(self.job.source / relative), top=real(self.job.source))

    def _job(self, ledger: Ledger, claim: Row) -> Job | Outcome:
        """The job of a claim, or its outcome where there is nothing to do or nothing to be done."""
        lease = Lease(ledger=self.job.ledger, job=self.job.id, place=claim.place, token=claim.token, output="")
        document = "doc-" + claim.place.removeprefix("at-")[:20]
        records, token = self.job.records_of(document), secrets.token_hex(16)
        job = replace(self._base, document=document, lease=lease, number=claim.number, records=records, token=token)
        with self._lock:
            self._held[claim.place, claim.token] = claim
        try:
            found = self._found(claim)
            job = replace(job, source=found.source, shown=found.shown)
            document, media_type = self._looked_at(found, claim)
            target = self.job.out / found.relative
            if claim.number is None or media_type is not None:  # else its reader will say what is wrong with it
                target = target_of(found, self.job.out, self.recipe, document, media_type)
            lease = replace(lease, output=path_text(target.relative_to(self.job.out)))
            records = self.job.records_of(document)
            job = replace(job, document=document, target=target, records=records, lease=lease)
            check_source(found)
            check_target(target, real(self.job.out))
            self._swept(target.parent, again=claim.attempts > 1)
            settle_release(records, document)
            record = current_record(records, document)
            if record is not None and is_done(record, job, self._digest):
                return Outcome(job=job, exit_code=ExitCode.OK, record=record, already=True)
            standing = file_sha256(target)
            if standing is None:
                return job
            if standing != claim.output_sha256 or lease.output != claim.output:
                raise OutputExists(
                    "an output of another origin has the name of this one",
                    remedy="Move it away, or give the job an output folder of its own.",
                )
            # This ledger wrote it, for an older file, recipe or version; whether it still stands is looked at again then.
            return replace(job, options=job.options.model_copy(update={"force": True}), replaces=standing)
        except (InputError, OutputError, IntegrityError) as exc:
            return failed(job, exc)
        except OSError as exc:
            return failed(job, OutputError(f"the output's place cannot be used ({exc.strerror})"))

    def _swept(self, folder: Path, *, again: bool) -> None:
        """Remove what killed runners staged there, where staged files have names: once a folder, and `again` for a document
        that has been tried."""
        if again or folder not in self._clean:
            for known in (self._clean, *((self._tried,) if again else ())):
                if len(known) >= _MOST_FOLDERS:
                    known.clear()
                known.add(folder)
            self._sweep(folder)

    @staticmethod
    def _sweep(folder: Path) -> None:
        if folder.is_dir():
            with suppress(OutputError):
                sweep(folder)

    def _looked_at(self, found: InputFile, claim: Row) -> tuple[str, MediaType | None]:
        """Id and, of a file in an archive, kind of a document. There the archive's word for size and time stands for content."""
        if claim.number is None:
            return document_id(self.job.key, found, megabytes=self.recipe.limits.input_megabytes), None
        if claim.number == WHOLE:
            for _ in members(found.source):
                continue  # until what is wrong with the archive shows
            raise InputError("the archive was damaged and is whole now", remedy="Run the same command again.")
        if claim.media_type is None:
            refuse_by_name(found.relative.name)
        return packed_id(self.job.key, found, claim.size, claim.mtime_ns), claim.media_type

    # --- noting ------------------------------------------------------------------------------------------------------

    def _note(self, ledger: Ledger, outcome: Outcome) -> Step:
        lease, record, error = outcome.job.lease, outcome.record, outcome.error
        assert lease is not None
        with self._lock:
            claim = self._held.pop((lease.place, lease.token))
        if outcome.died and outcome.job.target is not None:
            self._clean.discard(outcome.job.target.parent)  # its worker may have left something there
        if record is not None and record.status == "released":
            # The worker has noted it when it released it, unless it died after that or an earlier run had done it.
            ledger.end(lease.place, lease.token, State.RELEASED, Ended.of(record, lease.output), died=outcome.died)
            self._troubles = 0
            return step_of(outcome, lease.place, State.RELEASED)
        assert error is not None
        fatal = outcome.died and not isinstance(error, LimitExceeded | StalledError)
        if fatal and claim.deaths + 1 < MOST_DEATHS:
            ledger.give_back(lease.place, lease.token, died=True)
            return step_of(outcome, lease.place, None)
        if not fatal and isinstance(error, OutputError | EngineError) and not isinstance(error, OutputExists):
            if claim.attempts < MOST_ATTEMPTS:
                ledger.give_back(lease.place, lease.token)  # it comes again after all that were tried less often
                self._troubles += lease.place != self._troubled
                self._troubled = lease.place
                if self._troubles >= _PATIENCE:
                    raise error
                return step_of(outcome, lease.place, None)
            if not self._its_own(ledger, error):
                ledger.give_back(lease.place, lease.token, counted=False)
                raise error
        state = State.QUARANTINED if fatal else State.WITHHELD if isinstance(error, WithheldError) else State.FAILED
        ended = Ended.of(record, lease.output, error=error)
        if ended.document is None:
            ended = replace(ended, document=outcome.job.document)
        ledger.end(
            lease.place,
            lease.token,
            state,
            ended,
            died=outcome.died,
            withdraw=(lambda: withdraw(self.job, claim, outcome)) if state is State.WITHHELD else None,
        )
        self._troubles = 0
        return step_of(outcome, lease.place, state)

    def _its_own(self, ledger: Ledger, error: DocprivError) -> bool:
        """Whether a trouble is the document's: others can be written, or have been read with these engines."""
        if isinstance(error, EngineError):
            return ledger.counts().get(State.RELEASED, 0) > 0
        try:
            with stage(self.job.out) as trial:
                trial.file.write(bytes(_TRIAL))
                trial.file.flush()
        except (OutputError, OSError):
            return False
        return True

    def _give_back_all(self, ledger: Ledger) -> None:
        with suppress(DocprivError):  # the leases run out by themselves
            ledger.give_back_all([self.runner])

    def _renew(self, stop: threading.Event) -> None:
        while not stop.wait(_RENEW):
            with self._lock:
                held = list(self._held.values())
            if held:
                with suppress(Exception), Ledger(self.job.ledger, self.job.id) as ledger:
                    ledger.renew(held, seconds=LEASE_SECONDS)


def step_of(outcome: Outcome, place: str, state: State | None) -> Step:
    """What may be said of an outcome. `state` None: its document was put back."""
    record, error = outcome.record, outcome.error
    pages = () if record is None else record.pages
    return Step(
        place=place,
        document=outcome.job.document,
        state=state,
        pages=len(pages),
        seconds=None if record is None else sum(record.seconds.values()),
        error=None if error is None else error.code,
        message="" if error is None else error.message,
        advice="" if error is None else error.advice,
        died=outcome.died,
        already=outcome.already,
        because=tuple((page.index + 1, page.reasons) for page in pages if page.withheld_because),
        shown=outcome.job.shown,
    )
