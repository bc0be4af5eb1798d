"""`docpriv apply`: redraw an edited plan, add areas, verify and release; refuses areas that it cannot place."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from docpriv.api import prepare_redaction, read_plan
from docpriv.batch.job import Outcome
from docpriv.cli import options as o
from docpriv.cli.outcome import present
from docpriv.cli.streams import name_on_stdout, number_of, say
from docpriv.errors import UsageError
from docpriv.model import Kind
from docpriv.records import BY_PERSON, ReasonRecord, RegionRecord
from docpriv.results import DocumentLine

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
