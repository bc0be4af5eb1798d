"""Show how far a job is: a live bar on a terminal, a line a document elsewhere; no path outside a terminal."""

from __future__ import annotations

import time
from contextlib import closing, suppress
from pathlib import Path

from docpriv.batch.job import Progress as Event
from docpriv.batch.job_run import Step
from docpriv.batch.ledger import Ledger, State
from docpriv.batch.logged_run import LoggedRun
from docpriv.batch.summary import JobSummary
from docpriv.cli.outcome import SHOWN_TROUBLES, areas_text, further_text, trouble_text
from docpriv.cli.progress import Display, LiveBar
from docpriv.cli.streams import printable, stderr_is_terminal, warn

_LOOK = 5.0  # seconds between looks at the whole job, which other runners may share


class JobLines(Display):
    """One line a document on standard error, and why it was not released; nothing where `silent`.

    By id, and on the owner's terminal by path: that of the source as it was typed, with the document's below it.
    """

    def __init__(self, run: LoggedRun, typed: Path, *, silent: bool = False) -> None:
        self._source, self._typed, self._silent = run.job.source, typed, silent

    def ended(self, step: Step) -> None:
        if self._silent:
            return
        head = (
            f"{self._name(step)} {_became(step)}{' already' if step.already else ''} pages={step.pages}"
            + (f" cpu={step.seconds:.1f}s" if step.seconds is not None else "")
            + (f" {'because' if step.state is None else 'error'}={step.error}" if step.error else "")
        )
        warn(head if not step.error else self._trouble(head, step))

    def _trouble(self, head: str, step: Step) -> str:
        if step.state is None:
            return f"{head}\n  {step.message}"
        return trouble_text(head, step.message, step.because, step.pages, step.advice)

    def _name(self, step: Step) -> str:
        if not step.shown or not stderr_is_terminal():
            return step.document
        with suppress(ValueError):
            return printable(str(self._typed / Path(step.shown).relative_to(self._source)))
        return printable(step.shown)


class JobBar(LiveBar, JobLines):
    """A live bar: documents of the whole job, pages a minute of this runner; above it what was not released and why."""

    def __init__(self, run: LoggedRun, typed: Path) -> None:
        LiveBar.__init__(self, "looking for documents", speed_estimate_period=600.0)
        JobLines.__init__(self, run, typed)
        self._run, self._looked, self._told = run, 0.0, 0

    def page(self, event: Event) -> None:
        self._pages += event.stage == "verified"
        self._update()

    def ended(self, step: Step) -> None:
        if step.error and self._told <= SHOWN_TROUBLES:
            self._told += 1
            if self._told <= SHOWN_TROUBLES:
                self._print(self._trouble(f"{_became(step)}: {self._name(step)}", step))
            else:
                self._print("... and more; `docpriv jobs list --job DIR` lists all, and `docpriv jobs show` says why")
        self._update()

    def _print(self, text: str) -> None:
        self._progress.console.print(text, markup=False, highlight=False, soft_wrap=True)

    def _update(self) -> None:
        now = time.monotonic()
        if now - self._looked > _LOOK or not self._looked:
            self._looked = now
            with Ledger(self._run.job.ledger, self._run.job.id) as ledger:
                counts = ledger.counts()
            whole = sum(counts.values())
            done = whole - counts.get(State.WAITING, 0) - counts.get(State.LEASED, 0)
            trouble = done - counts.get(State.RELEASED, 0)
            filled = self._run.run.fill.done
            self._progress.update(
                self._task,
                completed=done,
                total=whole if filled else None,
                documents=f"{done}/{whole}{'' if filled else ' or more'} documents"
                + (f", {trouble} not released" if trouble else ""),
            )
        self._show()


def _became(step: Step) -> str:
    return "put back, to be tried again" if step.state is None else str(step.state)


def open_job_display(run: LoggedRun, typed: Path, *, quiet: bool) -> JobLines:
    """The display that suits where standard error leads. `typed`: the source as the user typed it."""
    return JobBar(run, typed) if stderr_is_terminal() and not quiet else JobLines(run, typed, silent=quiet)


def carry_through(run: LoggedRun, display: JobLines) -> tuple[JobSummary, bool]:
    """Work until nothing is left or somebody interrupts, which is told beside the sums."""
    interrupted = False
    try:
        with display, closing(run.steps(display.page)) as steps:
            for step in steps:
                display.ended(step)
    except KeyboardInterrupt:
        interrupted = True
    return run.finish(interrupted=interrupted), interrupted


def summary_text(summary: JobSummary, *, seconds: float) -> str:
    """The last lines for people."""
    states = ", ".join(f"{number} {state}" for state, number in sorted(summary.states.items(), key=lambda s: -s[1]))
    passed = f"{summary.passed_over} other files, {summary.linked} linked folders, {summary.hidden} hidden entries"
    lines = [
        f"{summary.documents} documents: {states or 'none'}",
        f"{summary.pages} pages, {areas_text(summary.kinds, 'covered')}",
    ]
    if summary.kinds_withheld:
        lines.append(areas_text(summary.kinds_withheld, "planned on pages that were not released"))
    if summary.errors:
        lines.append("not released: " + ", ".join(f"{code} {number}" for code, number in summary.errors.items()))
    for number, said in (
        (summary.released_by_hand, "of these released by a person since, with a plan: {}"),
        (summary.released_with_slips, "released with slip pages for withheld ones: {}"),
        (summary.withdrawn, "withdrawn: {} earlier outputs of what is withheld now, to withdrawn/ in the job folder"),
        (summary.standing, "not released now, while an earlier output still stands: {}"),
        (summary.passed_over + summary.linked + summary.hidden, f"passed over: {passed}"),
        (summary.put_back, "put back, to be tried again: {}"),
        (not summary.complete, "not complete: run the same command again to go on; nothing unverified was released"),
    ):
        if number:
            lines.append(said.format(number))
    return "\n".join([*lines, *further_text(summary), f"{seconds:.1f} s"])
