"""Runs of a job, opened: an archive's on this machine or on a cluster, and the watcher of an inbox."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from docpriv.batch.archive import ArchiveRun
from docpriv.batch.cluster.ray_cluster import RayCluster, require_ray
from docpriv.batch.cluster.run import START_SECONDS, ClusterRun
from docpriv.batch.inbox import HotFolder, Originals, check_apart, check_unwatched
from docpriv.batch.job_folder import JobFolder, start_job
from docpriv.batch.job_run import JobRun
from docpriv.batch.logged_run import LoggedRun
from docpriv.batch.pseudonym_keys import with_key_file, with_key_of
from docpriv.batch.runner import default_workers
from docpriv.batch.watch import Pace, WatchRun
from docpriv.errors import UsageError
from docpriv.run_options import RunOptions

_MANY = 1_000_000  # documents, for the default number of workers: an archive has more than processors


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterChoice:
    """A Ray cluster to work on: its address, None for one that is started here; seconds in which a worker has to start."""

    address: str | None = None
    start_seconds: float = START_SECONDS


def open_archive(
    folder: Path,
    source: Path,
    out: Path,
    *,
    options: RunOptions,
    ledger: str | None = None,
    workers: int | None = None,
    cluster: ClusterChoice | None = None,
) -> LoggedRun:
    """A runner for the job of a folder, begun now or earlier. Raises before any document is opened."""
    if cluster is not None:
        require_ray()
    check_unwatched(source)
    job, options = _job(folder, source, out, options, ledger)
    if cluster is None:
        run: JobRun = ArchiveRun(job, options, workers=workers or default_workers(_MANY))
    else:
        run = ClusterRun(
            job,
            options,
            lambda: RayCluster(address=cluster.address, workers=workers, gpu=options.recipe.reading.device == "cuda"),
            workers=workers,
            start_seconds=cluster.start_seconds,
        )
    return LoggedRun(run)


def open_watch(
    folder: Path,
    inbox: Path,
    out: Path,
    *,
    options: RunOptions,
    pace: Pace,
    until_idle: bool = False,
    originals: Originals = Originals.DONE,
    kept: Path | None = None,
    quarantine: Path | None = None,
    ledger: str | None = None,
    workers: int | None = None,
) -> LoggedRun:
    """A watcher for the job of a folder, begun now or earlier. Raises before any file is touched."""
    if (originals is Originals.KEEP) != (kept is not None):
        raise UsageError("--originals keep and --kept DIR belong together", remedy="Give both, or neither.")
    if not inbox.is_dir():
        raise UsageError("the inbox is no folder, or cannot be reached", remedy="Name a folder that exists.")
    check_apart(inbox, out, kept=kept, quarantine=quarantine)
    job, options = _job(folder, inbox, out, options, ledger)
    hot = HotFolder(
        job.source,
        job.id,
        originals=originals,
        kept=None if kept is None else kept.absolute(),
        quarantine=None if quarantine is None else quarantine.absolute(),
    )
    workers = workers or default_workers(_MANY)
    return LoggedRun(WatchRun(job, options, folder=hot, pace=pace, until_idle=until_idle, workers=workers))


def _job(folder: Path, source: Path, out: Path, options: RunOptions, ledger: str | None) -> tuple[JobFolder, RunOptions]:
    """The job of a folder, and the options with all keys that they need."""
    options = with_key_file(options)
    job = start_job(folder, source, out, ledger=ledger)
    return job, with_key_of(options, job.key)
