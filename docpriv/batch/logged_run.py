"""A runner of an archive job with all that it leaves behind: log, summary, metrics."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Generator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from docpriv import __version__
from docpriv.batch.job_run import JobRun, OnProgress, Step
from docpriv.batch.ledger import Ledger
from docpriv.batch.summary import JobSummary, summarise, write_metrics
from docpriv.errors import DocprivError, OutputError
from docpriv.recipes import recipe_sha256
from docpriv.records import write_json

_METRICS = 30.0  # seconds between two writings of the metrics,
_SUMMING = 50  # and so many times what the last one took: a ledger of years takes seconds
_CODE = re.compile(r"[a-z0-9][a-z0-9:_.+-]{0,79}")  # ids, states, error codes, names of recipes and versions
_TIME = re.compile(r"\d{4}-\d\d-\d\dT[0-9:.]+Z")


class JobLog:
    """JSON lines of ids, counts and codes, in a file that belongs to its owner alone. OutputError where it cannot be written.

    What has not the form of one of these is replaced by its type's name: a line is never lost, and never says more than it may.
    """

    def __init__(self, path: Path, *, job: str) -> None:
        self._job = job
        try:
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as exc:
            raise OutputError(f"the log of the job cannot be written ({exc.strerror})") from None

    def write(self, event: str, **values: Any) -> None:
        """One line: a code for what happened, and ids, counts and codes."""
        now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        line = {"job": self._job, **values, "event": event, "timestamp": now}
        data = json.dumps({key: _passed(value) for key, value in line.items() if _CODE.fullmatch(key)}, sort_keys=True)
        try:
            os.write(self._file, data.encode() + b"\n")
        except OSError as exc:
            raise OutputError(f"the log of the job cannot be written ({exc.strerror})") from None

    def close(self) -> None:
        os.close(self._file)


def _passed(value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, str) and (_CODE.fullmatch(value) or _TIME.fullmatch(value)):
        return str(value)
    return type(value).__name__


class LoggedRun:
    """A `JobRun` that is logged and measured. Close it in the end; `finish` sums up first."""

    def __init__(self, run: JobRun) -> None:
        self.run, self.job = run, run.job
        self._log = JobLog(self.job.path / "log.jsonl", job=self.job.id)
        self._began = self._written = time.monotonic()
        self.pages = self.ended = self.put_back = 0
        self._news = False  # since the metrics were written
        self._took = 0.0  # seconds, to sum up the last time
        run.log, run.idle = self._log.write, self._idle

    def steps(self, on_progress: OnProgress | None = None) -> Generator[Step, None, None]:
        """See `JobRun.steps`; every step and every error that stops the runner is in the log."""
        recipe, fill = self.run.recipe, self.run.fill
        digest = recipe_sha256(recipe)
        self._log.write("runner-started", version=__version__, recipe=recipe.name, sha256=digest, workers=self.run.workers)
        try:
            for step in self.run.steps(on_progress):
                self._note(step)
                yield step
        except DocprivError as exc:
            self._log.write("runner-failed", error=exc.code)
            raise
        added, passed = fill.added, fill.passed_over
        self._log.write(
            "runner-ended",
            **asdict(added),
            passed=passed["passed_over"],
            linked=passed["linked"],
            hidden=passed["hidden"],
        )

    def finish(self, *, interrupted: bool = False) -> JobSummary:
        """Sum up the whole job, all runners and earlier starts included, and write it down."""
        if interrupted:
            self._log.write("runner-interrupted")
        summary = self._summed(interrupted=interrupted)
        write_json(self.job.summary, summary, private=True)
        self._metrics(summary)
        return summary

    def close(self) -> None:
        self._log.close()

    def _note(self, step: Step) -> None:
        self.ended += step.state is not None
        self.put_back += step.state is None
        self.pages += step.pages if step.state is not None and not step.already else 0
        self._log.write(
            "document-ended" if step.state is not None else "document-put-back",
            document=step.document,
            state=step.state,
            died=step.died,
            already=step.already,
            error=step.error,
            pages=step.pages,
            seconds=step.seconds or 0.0,
        )
        self._news = True
        self._idle()

    def _idle(self) -> None:
        """Bring the metrics up to date now and then, also where nothing happens after something did."""
        if self._news and time.monotonic() - self._written > max(_METRICS, _SUMMING * self._took):
            began, self._news = time.monotonic(), False
            self._metrics(self._summed(interrupted=False))
            self._written = time.monotonic()
            self._took = self._written - began

    def _summed(self, *, interrupted: bool) -> JobSummary:
        with Ledger(self.job.ledger, self.job.id) as ledger:
            passed = self.run.fill.passed_over
            return summarise(ledger, self.job.id, interrupted=interrupted, put_back=self.put_back, **passed)

    def _metrics(self, summary: JobSummary) -> None:
        minutes = (time.monotonic() - self._began) / 60
        write_metrics(self.job.path / "metrics.prom", summary, pages_a_minute=self.pages / minutes if minutes > 0 else None)
