"""Show how far a run is: a live bar on a terminal, a line a document elsewhere; no path outside a terminal."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Self

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


class Display:
    """What a run tells its onlooker; by itself nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def page(self, event: Event) -> None:
        """A page reached a stage."""


class LiveBar(Display):
    """A live bar on standard error: documents, pages, pages a minute, time taken and left."""

    def __init__(self, documents: str, pages: str = "", *, total: float | None = None, **options: Any) -> None:
        self._began, self._pages = time.monotonic(), 0
        columns = [TextColumn("{task.fields[" + name + "]}", markup=False) for name in ("documents", "pages", "name")]
        self._progress = Progress(
            columns[0],
            BarColumn(bar_width=28),
            columns[1],
            TimesColumn(),
            *columns[2:],
            console=Console(stderr=True),
            transient=True,
            redirect_stdout=stdout_is_terminal(),
            **options,
        )
        self._task = self._progress.add_task("", total=total, documents=documents, pages=pages, name="")

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def _show(self, **fields: Any) -> None:
        minutes = max(1e-6, (time.monotonic() - self._began) / 60)
        self._progress.update(self._task, pages=f"{self._pages} pages, {self._pages / minutes:.0f} a minute", **fields)


class TimesColumn(ProgressColumn):
    """How long a run has taken, and, where that can be told, how long it will take yet."""

    max_refresh = 0.5

    def render(self, task: ProgressTask) -> Text:
        """Such as `0:00:32 elapsed, about 0:01:10 left`."""
        said = f"{timedelta(seconds=int(task.elapsed or 0))} elapsed"
        left = task.time_remaining
        return Text(said if not left else f"{said}, about {timedelta(seconds=int(left))} left")


class Silent(Display):
    """Shows nothing."""

    def ended(self, outcome: Outcome, line: DocumentLine) -> None:
        """A document ended."""


class Lines(Silent):
    """One line a document on standard error, by id."""

    def ended(self, outcome: Outcome, line: DocumentLine) -> None:
        warn(
            f"{line.document} {line.status}{' already' if line.already else ''} pages={line.pages} "
            f"areas={sum(line.counts.values())} cpu={line.seconds:.1f}s" + (f" error={line.error}" if line.error else "")
        )


class Bar(LiveBar, Silent):
    """The bar of a run whose documents are known from the start."""

    def __init__(self, total: int, task: Task, names: Mapping[str, str]) -> None:
        super().__init__(f"0/{total} documents", "0 pages", total=float(total))
        self._total, self._read_only, self._names = total, task in (Task.SCAN, Task.VERIFY), names
        self._parts: dict[str, float] = {}
        self._ended = 0

    def page(self, event: Event) -> None:
        share = (event.page + 1) / max(1, event.pages)
        if event.stage == "read":
            self._parts[event.document] = share * (1 if self._read_only else _READ_SHARE)
        else:
            self._parts[event.document] = _READ_SHARE + share * (1 - _READ_SHARE)
        self._pages += self._read_only or event.stage == "verified"
        self._update(event.document)

    def ended(self, outcome: Outcome, line: DocumentLine) -> None:
        self._parts.pop(outcome.job.document, None)
        self._ended += 1
        self._update("")

    def _update(self, document: str) -> None:
        self._show(
            completed=self._ended + sum(self._parts.values()),
            documents=f"{self._ended}/{self._total} documents",
            name=printable(self._names.get(document, ""))[-60:],
        )


def open_display(total: int, task: Task, names: Mapping[str, str], *, quiet: bool) -> Silent:
    """The display that suits where standard error leads. `names`: what to call a document on the user's terminal."""
    if quiet:
        return Silent()
    return Bar(total, task, names) if stderr_is_terminal() else Lines()
