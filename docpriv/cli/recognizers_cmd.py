"""`docpriv recognizers`: what a recipe looks with, and trying it on a text."""

from __future__ import annotations

import json as json_module
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from docpriv.cli import options as o
from docpriv.cli.streams import on_own_terminal, printable, say
from docpriv.cli.terms import STDIN, read_text
from docpriv.decide import covers_kind
from docpriv.errors import UsageError

if TYPE_CHECKING:
    from docpriv.pipeline import TrialFinding

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="List what a recipe looks with, and try it on a text. A recognizer of your own is YAML in Presidio's "
    "format, given with --recognizers or in the recipe as finding.recognizers.",
)


@app.command("list")
def list_command(
    recipe: o.RecipeName = "redact",
    recall: o.RecallLevel = None,
    sets: o.Sets = None,
    recognizers: o.Recognizers = None,
    json: o.PrintJson = False,
) -> int:
    """List every recognizer of a recipe.

    Its kind, who finds, its scores and where it comes from. Scores are the least and the most, with context words where a
    recognizer has some.
    """
    from docpriv.pipeline import recognizers_of  # not for --help: it loads the decoders

    chosen = o.chosen_recipe(o.FindFlags(recipe=recipe, sets=sets, recall=recall, recognizers=recognizers))
    rows: list[dict[str, Any]] = [
        {**asdict(one), "covered": covers_kind(one.kind, chosen.policy)} for one in recognizers_of(chosen)
    ]
    if json:
        say(json_module.dumps(rows))
        return 0
    table = [("name", "kind", "detector", "score", "covered", "from")]
    for one in rows:
        score = f"{one['least']:.2f}" if one["least"] == one["most"] else f"{one['least']:.2f}-{one['most']:.2f}"
        table.append((one["name"], one["kind"], one["detector"], score, "yes" if one["covered"] else "no", one["source"]))
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    for row in table:
        say(printable("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()))
    say(f"findings below {chosen.finding.min_score:g} (finding.min_score) are left")
    return 0


@app.command("test")
def try_command(
    recipe: o.RecipeName = "redact",
    recall: o.RecallLevel = None,
    sets: o.Sets = None,
    deny_file: o.DenyFile = None,
    allow_file: o.AllowFile = None,
    recognizers: o.Recognizers = None,
    reveal: Annotated[
        bool, typer.Option("--reveal", help="Show the text of each finding too; on a terminal, and nowhere else.")
    ] = False,
    json: o.PrintJson = False,
) -> int:
    """Find in a text from standard input.

    Print where each finding is (code points from the start, half open), by which rule it was found, and whether the
    recipe covers it. Nothing is written, and the text is not shown.
    """
    from docpriv.pipeline import try_text

    if reveal:
        on_own_terminal()
    if STDIN in (deny_file, allow_file):
        raise UsageError("standard input is the text to try", remedy="Put the terms in a file.")
    chosen = o.chosen_recipe(
        o.FindFlags(recipe=recipe, sets=sets, recall=recall, deny_file=deny_file, allow_file=allow_file, recognizers=recognizers)
    )
    found = try_text(read_text(STDIN, "standard input"), chosen)
    if json:
        say(json_module.dumps({"recipe": chosen.name, "found": [_as_json(one, reveal) for one in found]}))
        return 0
    for one in found:
        where = ", ".join(f"{start}-{end}" for start, end in one.spans)
        text = f': "{one.text}"' if reveal else ""
        say(
            printable(
                f"line {one.line}, {where}: {one.kind} {one.score:.2f} by {one.detector} ({one.rule}), "
                f"{'covered' if one.covered else 'LEFT'}: {one.why}{text}"
            )
        )
    if not found:
        say("nothing was detected by the detectors of this recipe")
    return 0


def _as_json(one: TrialFinding, reveal: bool) -> dict[str, Any]:
    data = asdict(one)
    text = data.pop("text")
    return {**data, "text": printable(text)} if reveal else data
