"""Carry out a run and print how it ended. The rule of exit codes is in `errors`."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from docpriv.api import PreparedRun, carry_out
from docpriv.batch.job import Job, Outcome, Task
from docpriv.cli.progress import open_display
from docpriv.cli.streams import name_on_stderr, name_on_stdout, number_of, say, warn
from docpriv.errors import ExitCode
from docpriv.measures import EVERYWHERE, further
from docpriv.results import DocumentLine, RunSummary, document_line

if TYPE_CHECKING:
    from docpriv.batch.summary import JobSummary
    from docpriv.batch.walk import InputFile

SHOWN_TROUBLES = 50
"""Documents whose trouble is told at the end; the records hold all."""

ForEach = Callable[[Outcome, DocumentLine], None]


def present(run: PreparedRun, *, workers: int | None, as_json: bool, quiet: bool, for_each: ForEach | None = None) -> int:
    """Run the jobs, show progress, print lines and a summary; gives the exit code of the whole run.

    `for_each` prints what a command has to say of each document (scan, verify), unless JSON or quiet was asked for.
    """
    began = time.monotonic()
    sums = run.sums()
    names: dict[str, str] = {}
    troubles: list[Outcome] = []
    interrupted = False

    def named(one: InputFile) -> Job:
        job = run.make(one)
        names[job.document] = job.shown
        return job

    display = open_display(len(run.documents), run.task, names, quiet=quiet or as_json)
    try:
        with display, closing(carry_out(replace(run, make=named), workers=workers, on_progress=display.page)) as outcomes:
            for index, outcome in outcomes:
                line = document_line(outcome, index)
                sums.add(line)
                names.pop(outcome.job.document, None)
                display.ended(outcome, line)
                if as_json:
                    say(line.model_dump_json())
                elif for_each is not None and not quiet and outcome.error is None:
                    for_each(outcome, line)
                if outcome.error is not None and len(troubles) < SHOWN_TROUBLES:
                    troubles.append(outcome)
    except KeyboardInterrupt:
        interrupted = True
    summary = sums.summary(seconds=time.monotonic() - began, interrupted=interrupted)
    if as_json:
        say(summary.model_dump_json())
    elif quiet:
        for outcome in troubles:
            warn(trouble(outcome, name_on_stderr(outcome.job)))
    else:
        for outcome in troubles:
            say(trouble(outcome, name_on_stdout(outcome.job)))
        told = sum(number for code, number in summary.exit_codes.items() if code != "0") - len(troubles)
        if told > 0 and len(troubles) == SHOWN_TROUBLES:
            say(f"... and {told} more; the records name them.")
        say(summary_text(summary))
    return summary.exit_code


def trouble(outcome: Outcome, name: str) -> str:
    """Why a document was not released, on which pages, and what to do."""
    if outcome.error is None:
        return f"ended well: {name}"
    pages = outcome.record.pages if outcome.record is not None else ()
    return trouble_text(
        f"{'withheld' if outcome.exit_code is ExitCode.WITHHELD else 'failed'}: {name}",
        outcome.error.message,
        [(page.index + 1, page.reasons) for page in pages if page.withheld_because],
        len(pages),
        outcome.error.advice,
        stands=outcome.stands,
    )


def trouble_text(
    head: str, message: str, because: Sequence[tuple[int, Sequence[str]]], pages: int, advice: str, *, stands: bool = False
) -> str:
    """Lines about a document that was not released as a whole. `because`: reasons of withheld pages, by page from 1."""
    lines = [head, f"  {len(because)} of {pages} page(s) could not be released" if because else f"  {message}"]
    lines += [f"  page {page}: {', '.join(reasons)}" for page, reasons in because]
    if stands:
        lines.append("  the output of an earlier release still stands, and so does its record")
    return "\n".join([*lines, f"  what to do: {advice}"])


def summary_text(summary: RunSummary) -> str:
    """The last lines for people."""
    releasing = summary.task in (Task.REDACT, Task.APPLY)
    good = {Task.REDACT: "released", Task.APPLY: "released", Task.SCAN: "scanned", Task.VERIFY: "clean"}
    parts = [f"{summary.ended_well} {good[Task(summary.task)]}"]
    if summary.already:
        parts[0] += f" ({summary.already} by an earlier run)"
    if releasing:
        parts.append(f"{summary.withheld} withheld")
    elif summary.withheld:
        parts.append(f"{summary.withheld} not clean")
    if summary.failed or releasing:
        parts.append(f"{summary.failed} failed")
    lines = [
        f"{number_of(summary.documents, 'document')}, {number_of(summary.pages, 'page')}: {', '.join(parts)}"
        + (f"; {number_of(summary.skipped, 'other file')} passed over" if summary.skipped else "")
    ]
    if releasing:
        if summary.counts or not summary.counts_planned:
            lines.append(areas_text(summary.counts, "covered"))
        if summary.counts_planned:
            lines.append(areas_text(summary.counts_planned, "would be covered"))
        if summary.counts_withheld:
            lines.append(areas_text(summary.counts_withheld, "planned on pages that were not released"))
    else:
        lines += _detected(summary, areas_text(summary.counts, "found") if summary.counts else "")
    if summary.linked:
        lines.append(f"{number_of(summary.linked, 'linked folder')} not entered; name them as inputs to take them too")
    if summary.hidden:
        entries = "1 hidden entry" if summary.hidden == 1 else f"{summary.hidden} hidden entries"
        lines.append(f"{entries} (with a dot in front of the name) not entered")
    if summary.archives:
        lines.append(f"{number_of(summary.archives, 'archive')} not opened; `docpriv batch` reads zip and tar archives")
    if summary.missing:
        lines.append(f"{number_of(summary.missing, 'document')} did not end: this is a bug, and the run is not complete")
    if summary.interrupted:
        again = "nothing unverified was released; run the same command again to go on"
        lines.append(f"interrupted: {again if releasing else 'run the same command again to look at everything'}")
    lines += further_text(summary)
    lines.append(f"recipe {summary.recipe}, {summary.seconds:.1f} s")
    return "\n".join(lines)


def _detected(summary: RunSummary, found: str) -> list[str]:
    """What was found, and what nothing is said of. That nothing was detected is said of all that was asked for, or of so many."""
    looked_at = summary.documents - summary.failed
    gaps = [
        f"{number_of(number, noun)} {why}"
        for number, noun, why in (
            (summary.unreached, "document", "not reached"),
            (summary.missing, "document", "lost"),
            (summary.failed, "document", "failed"),
            (summary.unjudged, "document", "with pages that cannot be judged"),
            (summary.skipped, "other file", "passed over"),
            (summary.linked, "linked folder", "not entered"),
            (summary.hidden, "hidden file or folder", "not entered"),
            (summary.archives, "archive", "not opened"),
        )
        if number
    ]
    said = found
    if not found and not gaps:
        said = "nothing was detected by the engines of this recipe"
    elif not found and looked_at > summary.unjudged:
        said = f"nothing was detected on the pages that could be judged, in {number_of(looked_at, 'document')}"
    elif not found:
        said = "no document could be judged"
    if summary.remains and not found:
        said = said.replace("detected by", "detected on the pages by")
    if summary.remains:
        said += f"; {number_of(summary.remains, 'file')} hold{'s' if summary.remains == 1 else ''} more than the pages show"
    return [said, *([f"nothing is said of: {', '.join(gaps)}"] if gaps else [])]


def further_text(summary: RunSummary | JobSummary) -> list[str]:
    """A line for each measure that is shown everywhere and is not nothing."""
    return [
        f"{one.says.rstrip('.')}: "
        + (", ".join(f"{name} {number}" for name, number in figure.items()) if isinstance(figure, dict) else str(figure))
        for one, figure in further(summary, EVERYWHERE)
        if figure
    ]


def areas_text(counts: Mapping[str, int], what: str) -> str:
    """How many areas, and of which kinds, the most frequent first."""
    kinds = ", ".join(f"{kind} {number}" for kind, number in sorted(counts.items(), key=lambda k: -k[1]))
    return f"{number_of(sum(counts.values()), 'area')} {what}" + (f": {kinds}" if kinds else "")
