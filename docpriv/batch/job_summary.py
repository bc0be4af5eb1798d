"""How a job stands, summed over its ledger: for people, as JSON, and for Prometheus; refuses ids, paths and text."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from prometheus_client import CollectorRegistry, Gauge, write_to_textfile

from docpriv.batch.inbox import WATCHED
from docpriv.batch.job_folder import JobFolder
from docpriv.batch.job_form import JobSummary
from docpriv.batch.ledger import Ledger, Row, State
from docpriv.batch.seriousness import exit_code_of
from docpriv.errors import ExitCode, IntegrityError, OutputError
from docpriv.files import path_from
from docpriv.provenance import now
from docpriv.records import read_private


def summarise(
    ledger: Ledger,
    job: str,
    *,
    interrupted: bool = False,
    passed_over: int = 0,
    linked: int = 0,
    hidden: int = 0,
    put_back: int = 0,
) -> JobSummary:
    """Sum up a job; the ledger counts, so that one of years is summed as soon as one of days."""
    sums = ledger.sums()
    states = sums.counts("states")
    complete = not states.get(State.WAITING) and not states.get(State.LEASED)
    codes = [ExitCode(code) for code in sums.counts("codes")]
    own = {
        "job": job,
        "exit_code": int(exit_code_of(codes, releasing=True, interrupted=interrupted or not complete)),
        "complete": complete,
        "regions_withheld": sum(sums.counts("kinds_withheld").values()),
        "left": sums.counts("not_covered"),
        "seconds": {stage: round(seconds, 1) for stage, seconds in sums.counts("cpu_by_stage").items()},
        "passed_over": passed_over,
        "linked": linked,
        "put_back": put_back,
        "hidden": hidden,
        "written": now(),
    }
    return JobSummary(**(sums.of(JobSummary) | own))


def write_metrics(path: Path, job: str, summary: JobSummary, *, pages_a_minute: float | None = None) -> None:
    """The same figures for the text-file collector of Prometheus' node exporter. OutputError where that cannot be written."""
    registry = CollectorRegistry()

    def gauge(name: str, said: str, values: dict[str, float], label: str | None = None) -> None:
        metric = Gauge(f"docpriv_job_{name}", said, ["job", *([label] if label else [])], registry=registry)
        for key, value in values.items():
            metric.labels(job, *([key] if label else [])).set(value)

    gauge("documents", "Documents by state.", {s: float(summary.states.get(s, 0)) for s in map(str, State)}, "state")
    gauge("pages", "Pages of documents that ended.", {"": float(summary.pages)})
    gauge("regions", "Areas covered in released documents, by kind.", {k: float(v) for k, v in summary.kinds.items()}, "kind")
    gauge("regions_withheld", "Areas planned on pages that were not released.", {"": float(summary.regions_withheld)})
    gauge("errors", "Documents that were not released, by error code.", {k: float(v) for k, v in summary.errors.items()}, "code")
    slips = summary.released_with_slips
    for name, said, number in (
        ("released_with_slips", "Released documents with a slip page for a withheld page.", slips),
        ("withdrawn", "Outputs of earlier recipes that were taken back.", summary.withdrawn),
        ("standing", "Documents of which only an earlier release stands.", summary.standing),
        ("worker_deaths", "Worker processes that documents cost.", summary.deaths),
    ):
        gauge(name, said, {"": float(number)})
    gauge("stage_seconds", "CPU seconds by stage.", dict(summary.seconds), "stage")
    gauge("complete", "1 where nothing is left to do.", {"": float(summary.complete)})
    if pages_a_minute is not None:
        gauge("pages_per_minute", "Pages a minute of the runner that wrote this.", {"": pages_a_minute})
    try:
        write_to_textfile(str(path), registry)
    except OSError as exc:
        raise OutputError(f"the metrics of the job cannot be written ({exc.strerror})") from None


def by_hand(row: Row) -> bool:
    """Whether a person released what the job did not."""
    return "by_hand" in row.detail


def lies_at(job: JobFolder, row: Row) -> Path | None:
    """Where a document lies now, for its owner's eyes; None where its original was deleted after its release.

    A hot folder moves what has ended; its private record says to where.
    """
    if row.path.startswith(WATCHED) and row.document is not None and row.state not in {State.WAITING, State.LEASED}:
        with suppress(IntegrityError):
            source = read_private(job.records_of(row.document) / "private" / f"{row.document}.json").source
            return None if source is None else path_from(source)
    return job.source / path_from(row.path)


COLUMNS = {
    "document": "Its id; that of its place in the source until it was opened.",
    "state": "How far it is.",
    "released_by_hand": "A person released what the job did not.",
    "error": "Why it was not released as a whole.",
    "pages": "Pages.",
    "regions": "Areas covered in what was released.",
    "attempts": "Attempts.",
    "seconds": "CPU seconds.",
    "recipe": "Digest of the recipe.",
    "version": "Of docpriv.",
}
"""What lists of a job's documents say of each: no path."""


def row_of_report(row: Row) -> dict[str, object]:
    """A document's line in lists, by COLUMNS."""
    own = {
        "document": row.document or row.place,
        "state": str(row.state),
        "released_by_hand": by_hand(row),
        "regions": row.regions if row.state is State.RELEASED else 0,
    }
    return {name: own[name] if name in own else getattr(row, name) for name in COLUMNS}
