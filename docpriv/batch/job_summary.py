"""How a job stands, summed over its ledger: for people, as JSON, and for Prometheus; refuses ids, paths and text."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from prometheus_client import CollectorRegistry, Gauge, write_to_textfile

from docpriv.batch.job_form import JobSummary
from docpriv.batch.ledger import Ledger, Row, State
from docpriv.batch.seriousness import exit_code_of
from docpriv.errors import ExitCode, OutputError
from docpriv.provenance import now


def summarise(ledger: Ledger, job: str, *, interrupted: bool = False, passed_over: int = 0, linked: int = 0) -> JobSummary:
    """Sum up a job, some rows at a time."""
    sums: dict[str, Counter[str]] = {name: Counter() for name in (
        "states", "kinds", "detectors", "left", "because", "checks", "errors", "recipes", "versions", "codes")}
    seconds: Counter[str] = Counter()
    pages = regions = attempts = 0
    for row in ledger.rows():
        sums["states"][row.state] += 1
        sums["recipes"][row.recipe] += 1
        sums["versions"][row.version] += 1
        attempts += row.attempts
        if row.state in {State.WAITING, State.LEASED}:
            continue
        pages, regions = pages + row.pages, regions + row.regions
        sums["codes"][str(row.exit_code or 0)] += 1
        if row.error is not None:
            sums["errors"][row.error] += 1
        for name in ("kinds", "detectors", "left", "because", "checks"):
            sums[name].update({key: int(count) for key, count in row.detail.get(name, {}).items()})
        seconds.update(row.detail.get("stages", {}))
    open_rows = sums["states"][State.WAITING] + sums["states"][State.LEASED]
    shown = {name: dict(sorted(part.items())) for name, part in sums.items()}
    return JobSummary(
        job=job, exit_code=int(_exit_code(sums["codes"], interrupted=interrupted or open_rows > 0)), complete=open_rows == 0,
        documents=sum(sums["states"].values()), states=shown["states"], pages=pages, regions=regions, kinds=shown["kinds"],
        detectors=shown["detectors"], left=shown["left"], withheld_because=shown["because"], failed_checks=shown["checks"],
        errors=shown["errors"], attempts=attempts, seconds={stage: round(s, 1) for stage, s in sorted(seconds.items())},
        recipes=shown["recipes"], versions=shown["versions"], passed_over=passed_over, linked=linked, written=now())


def _exit_code(codes: Counter[str], *, interrupted: bool) -> ExitCode:
    return exit_code_of([ExitCode(int(code)) for code in codes], releasing=True, interrupted=interrupted)


def write_metrics(path: Path, job: str, summary: JobSummary, *, pages_a_minute: float | None = None) -> None:
    """The same figures for the text-file collector of Prometheus' node exporter. OutputError where that cannot be written."""
    registry = CollectorRegistry()

    def gauge(name: str, said: str, values: dict[str, float], label: str | None = None) -> None:
        metric = Gauge(f"docpriv_job_{name}", said, ["job", *([label] if label else [])], registry=registry)
        for key, value in values.items():
            metric.labels(job, *([key] if label else [])).set(value)

    gauge("documents", "Documents by state.", {s: float(summary.states.get(s, 0)) for s in map(str, State)}, "state")
    gauge("pages", "Pages of documents that ended.", {"": float(summary.pages)})
    gauge("regions", "Areas covered, by kind.", {k: float(v) for k, v in summary.kinds.items()}, "kind")
    gauge("errors", "Documents that were not released, by error code.", {k: float(v) for k, v in summary.errors.items()}, "code")
    gauge("stage_seconds", "CPU seconds by stage.", dict(summary.seconds), "stage")
    gauge("complete", "1 where nothing is left to do.", {"": float(summary.complete)})
    if pages_a_minute is not None:
        gauge("pages_per_minute", "Pages a minute of the runner that wrote this.", {"": pages_a_minute})
    try:
        write_to_textfile(str(path), registry)
    except OSError as exc:
        raise OutputError(f"the metrics of the job cannot be written ({exc.strerror})") from None


def row_of_report(row: Row) -> dict[str, object]:
    """A document's line in reports: no path."""
    return {"document": row.document or row.place, "state": str(row.state), "error": row.error, "pages": row.pages,
            "regions": row.regions, "attempts": row.attempts, "seconds": row.seconds, "recipe": row.recipe,
            "version": row.version}
