"""Show how far a run is: a live bar on a terminal, a line a document elsewhere; refuses paths outside a terminal."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import timedelta
from types import TracebackType
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn
from rich.progress import Task as ProgressTask
from rich.text import Text

from docpriv.batch.job import Outcome, Task
from docpriv.batch.job import Progress as Event
from docpriv.cli.streams import printable, stderr_is_terminal, stdout_is_terminal, warn
from docpriv.results import DocumentLine

# Share of a redaction that reading takes, so that the bar moves evenly; scanning and verifying only read.
_READ_SHARE = 0.75


class Display(Protocol):
    """What a run tells its onlooker."""

    def __enter__(self) -> Display: ...

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None: ...

    def page(self, event: Event) -> None: ...

    def ended(self, outcome: Outcome, line: DocumentLine) -> None: ...


class Silent:
    """Shows nothing."""

    def __enter__(self) -> Silent:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        return None

    def page(self, event: Event) -> None:
        return None

    def ended(self, outcome: Outcome, line: DocumentLine) -> None:
        return None


class Lines(Silent):
    """One line a document on standard error, by id."""

    def ended(self, outcome: Outcome, line: DocumentLine) -> None:
        warn(
            f"{line.document} {line.status}{' already' if line.already else ''} pages={line.pages} "
            f"areas={sum(line.counts.values())} cpu={line.seconds:.1f}s" + (f" error={line.error}" if line.error else "")
        )


class TimesColumn(ProgressColumn):
    """How long a run has taken, and, where that can be told, how long it will take yet."""

    max_refresh = 0.5

    def render(self, task: ProgressTask) -> Text:
        """Such as `0:00:32 elapsed, about 0:01:10 left`."""
        said = f"{timedelta(seconds=int(task.elapsed or 0))} elapsed"
        left = task.time_remaining
        return Text(said if not left else f"{said}, about {timedelta(seconds=int(left))} left")


class Bar:
    """A live bar on standard error: documents, pages, pages a minute, time taken and left."""

    def __init__(self, total: int, task: Task, names: Mapping[str, str]) -> None:
        self._total, self._read_only, self._names = total, task in (Task.SCAN, Task.VERIFY), names
        self._parts: dict[str, float] = {}
        self._ended = self._pages = 0
        self._began = time.monotonic()
        self._progress = Progress(
            TextColumn("{task.fields[documents]}", markup=False),
            BarColumn(bar_width=28),
            TextColumn("{task.fields[pages]}", markup=False),
            TimesColumn(),
            TextColumn("{task.fields[name]}", markup=False),
            console=Console(stderr=True),
            transient=True,
            redirect_stdout=stdout_is_terminal(),
        )
        self._task = self._progress.add_task("", total=float(total), documents=f"0/{total} documents", pages="0 pages", name="")

    def __enter__(self) -> Bar:
        self._progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self._progress.stop()

    def page(self, event: Event) -> None:
        share = (event.page + 1) / max(1, event.pages)
        if event.stage == "read":
            self._parts[event.document] = share * (1 if self._read_only else _READ_SHARE)
        elif event.stage == "verified":
            self._parts[event.document] = _READ_SHARE + share * (1 - _READ_SHARE)
        else:
            return
        if self._read_only or event.stage == "verified":
            self._pages += 1
        self._update(event.document)

    def ended(self, outcome: Outcome, line: DocumentLine) -> None:
        self._parts.pop(outcome.job.document, None)
        self._ended += 1
        self._update("")

    def _update(self, document: str) -> None:
        minutes = max(1e-6, (time.monotonic() - self._began) / 60)
        self._progress.update(
            self._task,
            completed=self._ended + sum(self._parts.values()),
            documents=f"{self._ended}/{self._total} documents",
            pages=f"{self._pages} pages, {self._pages / minutes:.0f} a minute",
            name=printable(self._names.get(document, ""))[-60:],
        )


def open_display(total: int, task: Task, names: Mapping[str, str], *, quiet: bool) -> Display:
    """The display that suits where standard error leads. `names`: what to call a document on the user's terminal."""
    if quiet:
        return Silent()
    return Bar(total, task, names) if stderr_is_terminal() else Lines()
