"""A runner of an archive job with all that it leaves behind: log, summary, metrics; refuses to end without saying how."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from docpriv import __version__
from docpriv.batch.archive import ArchiveRun
from docpriv.batch.cluster.ray_crew import RayCrew, require_ray
from docpriv.batch.cluster.run import START_SECONDS, ClusterRun
from docpriv.batch.inbox import unwatched
from docpriv.batch.job_folder import JobFolder, start_job
from docpriv.batch.job_form import JobSummary
from docpriv.batch.job_log import JobLog
from docpriv.batch.job_run import Fill, Said
from docpriv.batch.job_summary import summarise, write_metrics
from docpriv.batch.jobs import Progress
from docpriv.batch.ledger import Ledger
from docpriv.batch.replacing import check_replacing, with_key_of
from docpriv.batch.runner import default_workers
from docpriv.errors import DocprivError
from docpriv.options import Recipe
from docpriv.recipes import recipe_sha256
from docpriv.records import write_json
from docpriv.run_options import RunOptions

_METRICS = 30.0  # seconds between two writings of the metrics,
_SUMMING = 50  # and so many times what the last one took: a ledger of years takes seconds
MANY = 1_000_000  # documents, for the default number of workers: an archive has more than processors


class SaidStep(Protocol):
    """A step of a runner, of which this much may be said."""

    @property
    def said(self) -> Said: ...

    @property
    def shown(self) -> str:
        """Where the document lay, for the owner's terminal; empty where that is not known here."""
        ...


class BackEnd(Protocol):
    """Where a job's documents are worked on: in worker processes here (`ArchiveRun`), or on a cluster (`ClusterRun`)."""

    recipe: Recipe
    workers: int
    fill: Fill
    say: Callable[..., None]
    rested: Callable[[], None]

    def steps(self, on_progress: Callable[[Progress], None] | None = None) -> Generator[SaidStep, None, None]:
        """Do what is to be done; closing it ends whatever works, and gives back what that held."""
        ...


class Watched:
    """A `BackEnd` that is logged and measured. Close it in the end; `finish` sums up first."""

    def __init__(self, job: JobFolder, run: BackEnd) -> None:
        self.job, self.run = job, run
        self._log = JobLog(job.path / "log.jsonl", job=job.id)
        self._began = self._written = time.monotonic()
        self.pages = self.ended = self.put_back = 0
        self._news = False  # since the metrics were written
        self._took = 0.0  # seconds, to sum up the last time
        run.say, run.rested = self._log.say, self._rested

    def steps(self, on_progress: Callable[[Progress], None] | None = None) -> Generator[SaidStep, None, None]:
        """See `ArchiveRun.steps`; every step and every error that stops the runner is in the log."""
        self._log.say(
            "runner-started",
            version=__version__,
            recipe=self.run.recipe.name,
            sha256=recipe_sha256(self.run.recipe),
            workers=self.run.workers,
        )
        try:
            for step in self.run.steps(on_progress):
                self._note(step)
                yield step
        except DocprivError as exc:
            self._log.say("runner-failed", error=exc.code)
            raise
        added = self.run.fill.added
        self._log.say(
            "runner-ended",
            new=added.new,
            changed=added.changed,
            again=added.again,
            known=added.known,
            passed=self.run.fill.passed,
            linked=self.run.fill.linked,
            hidden=self.run.fill.hidden,
        )

    def finish(self, *, interrupted: bool = False) -> JobSummary:
        """Sum up the whole job, all runners and earlier starts included, and write it down."""
        if interrupted:
            self._log.say("runner-interrupted")
        summary = self._summed(interrupted=interrupted)
        write_json(self.job.summary, summary, private=True)
        self._metrics(summary)
        return summary

    def close(self) -> None:
        self._log.close()

    def _note(self, step: SaidStep) -> None:
        said = step.said
        self.ended += said.state is not None
        self.put_back += said.state is None
        self.pages += said.pages if said.state is not None and not said.already else 0
        self._log.say(
            "document-ended" if said.state is not None else "document-put-back",
            document=said.document,
            state=None if said.state is None else str(said.state),
            died=said.died,
            already=said.already,
            error=said.error,
            pages=said.pages,
            seconds=said.seconds or 0.0,
        )
        self._news = True
        self._rested()

    def _rested(self) -> None:
        """Bring the metrics up to date now and then, also where nothing happens after something did."""
        if self._news and time.monotonic() - self._written > max(_METRICS, _SUMMING * self._took):
            began, self._news = time.monotonic(), False
            self._metrics(self._summed(interrupted=False))
            self._written = time.monotonic()
            self._took = self._written - began

    def _summed(self, *, interrupted: bool) -> JobSummary:
        with Ledger(self.job.ledger, self.job.id) as ledger:
            fill = self.run.fill
            return summarise(
                ledger,
                self.job.id,
                interrupted=interrupted,
                passed_over=fill.passed,
                linked=fill.linked,
                hidden=fill.hidden,
                put_back=self.put_back,
            )

    def _metrics(self, summary: JobSummary) -> None:
        minutes = (time.monotonic() - self._began) / 60
        write_metrics(
            self.job.path / "metrics.prom", self.job.id, summary, pages_a_minute=self.pages / minutes if minutes > 0 else None
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterChoice:
    """A Ray cluster to work on: its address, None for one that is started here; seconds in which a worker has to start."""

    address: str | None = None
    start_seconds: float = START_SECONDS


def open_run(
    folder: Path,
    source: Path,
    out: Path,
    *,
    options: RunOptions,
    ledger: str | None = None,
    workers: int | None = None,
    cluster: ClusterChoice | None = None,
) -> Watched:
    """A runner for the job of a folder, begun now or earlier. Raises before any document is opened."""
    if cluster is not None:
        require_ray()
    unwatched(source)
    options = check_replacing(options)
    job = start_job(folder, source, out, ledger=ledger)
    options = with_key_of(options, job.key)
    if cluster is not None:
        gpu = options.recipe.reading.device == "cuda"
        return Watched(
            job,
            ClusterRun(
                job,
                options,
                lambda: RayCrew(address=cluster.address, workers=workers, gpu=gpu),
                workers=workers,
                start_seconds=cluster.start_seconds,
            ),
        )
    return Watched(job, ArchiveRun(job, options, workers=default_workers(MANY) if workers is None else workers))
