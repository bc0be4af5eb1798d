"""`docpriv scan`: what a recipe would cover, by page and kind; refuses to print what it found."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from docpriv.api import prepare_scan
from docpriv.batch.job import Outcome
from docpriv.cli import options as o
from docpriv.cli.outcome import present
from docpriv.cli.streams import name_on_stdout, number_of, on_own_terminal, printable, say, warn
from docpriv.results import DocumentLine, ExplainedArea


@o.takes(o.FindFlags)
def scan(
    flags: o.FindFlags,
    inputs: o.Inputs,
    show: Annotated[
        Path | None,
        typer.Option(
            "--show",
            metavar="DIR",
            help="Draw what was found on copies of the pages, named by the first 16 digits of the input's SHA-256, by which "
            "records and reports name it too, and by page. The copies are NOT redacted; only you can read them.",
        ),
    ] = None,
    plan: Annotated[
        Path | None,
        typer.Option(
            "--plan", metavar="FILE", help="Write the plan of a single document, to edit and to give to `docpriv apply`."
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a plan that exists.")] = False,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain",
            help="List every finding: where it is, by which rule it was found, and why it is covered or left. Without its text.",
        ),
    ] = False,
    reveal: Annotated[
        bool, typer.Option("--reveal", help="Show the text of each finding too. With --explain, on a terminal, and nowhere else.")
    ] = False,
    workers: o.Workers = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
) -> int:
    """Count what would be covered, by page and kind.

    Nothing is redacted, and nothing written but what is asked for.
    """
    if reveal:
        on_own_terminal()
    run = prepare_scan(inputs, flags.options(show=show, plan_out=plan, force=force, explain=explain, reveal=reveal))
    if show is not None:
        warn("warning: the pictures that --show writes are NOT redacted; delete them when you have looked at them")
    return present(run, workers=workers, as_json=json, quiet=quiet, for_each=_page_lines)


def _page_lines(outcome: Outcome, line: DocumentLine) -> None:
    say(name_on_stdout(outcome.job))
    if outcome.job.pictures is not None:
        say(f"  pictures: {outcome.job.pictures.name}-pN.png")
    by_page: dict[int, list[ExplainedArea]] = {}
    for area in line.explained:
        by_page.setdefault(area.page, []).append(area)
    for number, counts in enumerate(line.counts_by_page, start=1):
        kinds = ", ".join(f"{kind} {count}" for kind, count in counts.items())
        say(f"  page {number}: {kinds or 'nothing detected'}")
        for area in by_page.get(number, ()):
            say(f"    {explained_text(area)}")
    if line.not_covered:
        say("  found, and left by the recipe: " + ", ".join(f"{kind} {n}" for kind, n in line.not_covered.items()))
    for why, pages in line.withheld_because.items():
        say(f"  would be withheld: {why} ({number_of(pages, 'page')})")


def explained_text(area: ExplainedArea) -> str:
    """A line about one finding; a text of it is there only where it was asked for."""
    boxes = " ".join(str(list(box)) for box in area.boxes)
    text = "" if area.text is None else f': "{area.text}"'
    return printable(
        f"{boxes} {area.kind} {area.score:.2f} by {area.detector} ({area.rule}), "
        f"{'covered' if area.covered else 'LEFT'}: {area.why}{text}"
    )
