"""`docpriv redact`, `scan`, `verify` and `apply`: arguments to a run over documents; what was found is counted, never printed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from docpriv.api import default_records, prepare_redaction, prepare_scan, prepare_verification, read_plan
from docpriv.batch.job import Outcome
from docpriv.cli import options as o
from docpriv.cli.outcome import present
from docpriv.cli.streams import name_on_stdout, number_of, on_own_terminal, printable, say, stdout_is_terminal, warn
from docpriv.errors import UsageError
from docpriv.model import Kind
from docpriv.records import BY_PERSON, ReasonRecord, RegionRecord
from docpriv.results import DocumentLine, ExplainedArea


@o.takes(o.RedactFlags)
def redact(
    flags: o.RedactFlags,
    inputs: o.Inputs,
    out: o.Out,
    records: o.Records = None,
    workers: o.Workers = None,
    force: o.Force = False,
    dry_run: o.DryRun = False,
    json: o.Json = False,
    quiet: o.Quiet = False,
) -> int:
    """Write redacted and verified copies of documents.

    Each gets a record. A document is released only when every page of the written file was verified; otherwise there
    is no output, a record that says why, and an exit code other than 0. Inputs are never changed.
    """
    run = prepare_redaction(inputs, out, flags.options(force=force, dry_run=dry_run), records=records)
    code = present(run, workers=workers, as_json=json, quiet=quiet)
    if dry_run and not json and not quiet:
        say("dry run: nothing was released")
    elif stdout_is_terminal() and not json and not quiet:
        say(f"records: {printable(str(default_records(out) if records is None else records))}")
    return code


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


@o.takes(o.TermFlags)
def verify(
    flags: o.TermFlags,
    inputs: o.Inputs,
    workers: o.Workers = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
) -> int:
    """Look for what redacted files still show.

    They may come from docpriv or from any other tool.

    Exit code 0: nothing was detected in any document, and every page could be judged; files of folders that are no
    documents are counted. 5: something was; each is named by page, kind and box (x0, y0, x1, y1 in pixels of the page),
    never by its text. Pseudonyms are found too: that a name is invented cannot be seen on the page.
    """
    run = prepare_verification(inputs, flags.options())
    return present(run, workers=workers, as_json=json, quiet=quiet, for_each=_findings)


def _findings(outcome: Outcome, line: DocumentLine) -> None:
    say(f"{name_on_stdout(outcome.job)}: {line.status}")
    for area in line.found:
        say(f"  page {area.page}: {area.kind} at {', '.join(str(side) for side in area.box)}")
    for why, pages in line.withheld_because.items():
        say(f"  cannot be judged: {why} ({number_of(pages, 'page')})")
    for check in line.failed_checks:
        say(f"  in the file: {check.removeprefix('container:')}")


_REGION = re.compile(r"(\d{1,6}):(\d{1,7}),(\d{1,7}),(\d{1,7}),(\d{1,7})(?::([A-Z_]{1,40}))?")


@o.takes(o.DrawFlags)
def apply(
    flags: o.DrawFlags,
    plan: Annotated[
        Path, typer.Argument(metavar="PLAN.json", help="A plan that `docpriv scan IN --plan FILE` wrote, as it is or edited.")
    ],
    source: Annotated[Path, typer.Argument(metavar="IN", help="The document that the plan was made of.")],
    out: o.Out,
    regions: Annotated[
        list[str] | None,
        typer.Option(
            "--region",
            metavar="PAGE:X,Y,W,H[:KIND]",
            help="Cover "
            "this area too: page from 1, left, top, width and height in pixels; the kind is MANUAL "
            "if none is given. May be repeated.",
        ),
    ] = None,
    records: o.Records = None,
    force: o.Force = False,
    dry_run: o.DryRun = False,
    json: o.Json = False,
    quiet: o.Quiet = False,
) -> int:
    """Cover exactly the areas of a plan, and verify.

    The way forward for a withheld document: scan it with --plan, add what is missing, apply. A person decides here;
    the record says so. --style and --caption are for areas whose style is empty in the plan, and for --region.
    """
    loaded = read_plan(plan)
    added = [parse_region(text) for text in regions or ()]
    pages = {page.index for page in loaded.pages}
    if any(index not in pages for index, _ in added):
        raise UsageError("a --region names a page that the plan does not have")
    options = flags.options(force=force, dry_run=dry_run)
    run = prepare_redaction([source], out, options, records=records, plan=loaded, regions=added)
    return present(run, workers=1, as_json=json, quiet=quiet, for_each=_decided)


def _decided(outcome: Outcome, line: DocumentLine) -> None:
    """What the person decided, against what the recipe says."""
    changed = f"{line.areas_set} area(s) set, {line.areas_removed} taken out or changed"
    say(f"{name_on_stdout(outcome.job)}: {changed if line.areas_set or line.areas_removed else 'the plan as it was made'}")
    for why, pages in line.withheld_before.items():
        say(f"  covered by your plan, though the recipe withholds it: {why} ({number_of(pages, 'page')})")


def parse_region(text: str) -> tuple[int, RegionRecord]:
    """Page index from 0 and area of PAGE:X,Y,W,H[:KIND]; UsageError where it is not of that shape."""
    match = _REGION.fullmatch(text)
    if match is None:
        raise UsageError("--region takes PAGE:X,Y,W,H[:KIND] in whole pixels, such as 1:120,340,200,40:PERSON")
    page, x, y, width, height = (int(part) for part in match.groups()[:5])
    kind = match.group(6) or Kind.MANUAL.value
    if kind not in Kind.__members__:
        raise UsageError(f"--region names no known kind; known: {', '.join(Kind)}")
    if page < 1 or width < 1 or height < 1:
        raise UsageError("--region counts pages from 1, and its area has a width and a height")
    reason = ReasonRecord(kind=Kind(kind), score=1.0, detector=BY_PERSON, reason="added by hand")
    return page - 1, RegionRecord(boxes=((x, y, x + width, y + height),), reasons=(reason,))
