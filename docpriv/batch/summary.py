"""How a job stands, summed over its ledger: for people, as JSON, and for Prometheus; no ids, paths or text."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Literal

from prometheus_client import CollectorRegistry, Gauge, write_to_textfile
from pydantic import BaseModel, ConfigDict, Field

from docpriv.batch.inbox import WATCHED
from docpriv.batch.job import State
from docpriv.batch.job_folder import JobFolder
from docpriv.batch.ledger import Ledger, Row
from docpriv.errors import ExitCode, IntegrityError, OutputError, exit_code_of
from docpriv.files import path_from
from docpriv.measures import EVERYWHERE, IN_REPORTS, further, with_figures
from docpriv.provenance import now
from docpriv.records import Sha256, read_private


@with_figures(*IN_REPORTS)
class JobSummary(BaseModel):
    """`summary.json` of a job. JSON Schema in schemas/job-summary.schema.json."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
    format: Literal["docpriv/job-summary/1"] = "docpriv/job-summary/1"
    job: str
    exit_code: int = Field(description="Of the job as it stands; 130 where it was stopped before its end.")
    complete: bool = Field(description="No document waits, and no runner holds one.")
    documents: int
    states: dict[str, int] = Field(description="Documents by state.")
    pages: int = Field(description="Of documents that ended.")
    regions: int = Field(description="Areas covered in released documents.")
    regions_withheld: int = Field(default=0, description="Areas planned on pages that were not released.")
    kinds: dict[str, int] = Field(description="Covered areas by kind of their first reason.")
    kinds_withheld: dict[str, int] = Field(default={}, description="Likewise of areas on pages that were not released.")
    detectors: dict[str, int] = Field(description="Covered areas by the detector that found them first.")
    left: dict[str, int] = Field(description="Findings by kind that the policy leaves readable.")
    withheld_because: dict[str, int] = Field(description="Pages by the reason for which they were withheld.")
    failed_checks: dict[str, int] = Field(description="Failed checks by name, with their pages.")
    errors: dict[str, int] = Field(description="Documents that were not released, by error code.")
    released_with_slips: int = Field(default=0, description="Released documents in which a slip page stands for a withheld page.")
    withdrawn: int = Field(
        default=0,
        description="Outputs of an earlier recipe, version or content that were moved to the job's folder withdrawn/, since "
        "their documents are withheld now.",
    )
    standing: int = Field(default=0, description="Documents that are not released now, of which an earlier release still stands.")
    released_by_hand: int = Field(
        default=0,
        description="Of the documents that the job did not release, those that a person released by a plan, as `docpriv jobs "
        "released` noted; they do not count for the exit code.",
    )
    attempts: int = Field(description="Attempts, summed over documents.")
    deaths: int = Field(default=0, description="Worker processes that documents cost.")
    seconds: dict[str, float] = Field(description="CPU seconds by stage, of the last attempt of each document.")
    recipes: dict[Sha256, int] = Field(description="Documents by the recipe that they were done by, or are to be.")
    versions: dict[str, int] = Field(description="Documents by the version of docpriv, likewise.")
    passed_over: int = Field(default=0, description="Files of the source that are no documents, at the last walk.")
    linked: int = Field(default=0, description="Linked folders of the source; they are not entered.")
    put_back: int = Field(
        default=0, description="Times that the last run put a document back, to be tried again; by that it has not ended."
    )
    hidden: int = Field(
        default=0,
        description="Hidden files and folders of the source, also in archives: their names begin with a dot. Not entered.",
    )
    written: str = Field(description="When this was summed up, UTC.")


def summarise(ledger: Ledger, job: str, *, interrupted: bool = False, put_back: int = 0, **passed_over: int) -> JobSummary:
    """Sum up a job; the ledger counts, so that one of years is summed as soon as one of days. `passed_over`: by its fields."""
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
        "put_back": put_back,
        "written": now(),
    }
    return JobSummary(**(sums.of(JobSummary) | own | passed_over))


def write_metrics(path: Path, summary: JobSummary, *, pages_a_minute: float | None = None) -> None:
    """The same figures for the text-file collector of Prometheus' node exporter. OutputError where that cannot be written."""
    registry = CollectorRegistry()

    def gauge(name: str, said: str, value: float | dict[str, int] | dict[str, float], label: str | None = None) -> None:
        metric = Gauge(f"docpriv_job_{name}", said, ["job", *([label] if label else [])], registry=registry)
        for key, number in value.items() if isinstance(value, dict) else [("", value)]:
            metric.labels(summary.job, *([key] if label else [])).set(number)

    gauge("documents", "Documents by state.", {state: summary.states.get(state, 0) for state in map(str, State)}, "state")
    gauge("pages", "Pages of documents that ended.", summary.pages)
    gauge("regions", "Areas covered in released documents, by kind.", summary.kinds, "kind")
    gauge("regions_withheld", "Areas planned on pages that were not released.", summary.regions_withheld)
    gauge("errors", "Documents that were not released, by error code.", summary.errors, "code")
    gauge("released_with_slips", "Released documents with a slip page for a withheld page.", summary.released_with_slips)
    gauge("withdrawn", "Outputs of earlier recipes that were taken back.", summary.withdrawn)
    gauge("standing", "Documents of which only an earlier release stands.", summary.standing)
    gauge("worker_deaths", "Worker processes that documents cost.", summary.deaths)
    gauge("stage_seconds", "CPU seconds by stage.", summary.seconds, "stage")
    gauge("complete", "1 where nothing is left to do.", summary.complete)
    for one, figure in further(summary, EVERYWHERE):
        gauge(one.name, one.says, figure, "name" if isinstance(figure, dict) else None)
    if pages_a_minute is not None:
        gauge("pages_per_minute", "Pages a minute of the runner that wrote this.", pages_a_minute)
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


COLUMNS = ("document", "state", "released_by_hand", "error", "pages", "regions", "attempts", "seconds", "recipe", "version")
"""What lists of a job's documents say of each, by its id or, until it was opened, that of its place: no path."""


def row_of_report(row: Row) -> dict[str, object]:
    """A document's line in lists, by COLUMNS."""
    own = {
        "document": row.document or row.place,
        "state": str(row.state),
        "released_by_hand": by_hand(row),
        "regions": row.regions if row.state is State.RELEASED else 0,
    }
    return {name: own[name] if name in own else getattr(row, name) for name in COLUMNS}
