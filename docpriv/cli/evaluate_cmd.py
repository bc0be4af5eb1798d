"""`docpriv evaluate`: score redacted pages against word labels; refuses to print a word of them."""

from __future__ import annotations

import json as json_module
from pathlib import Path
from typing import Annotated

import typer

from docpriv.cli.streams import say


def evaluate(labels: Annotated[Path, typer.Argument(metavar="LABELS", help="Folder of NAME.json, the words of each "
                                                    "page with their boxes and classes (`docpriv schema labels`).")],
             pages: Annotated[Path, typer.Argument(metavar="PAGES", help="Folder of the pages as scanned, NAME.png, "
                                                                         ".jpg or .tif.")],
             redacted: Annotated[Path, typer.Argument(metavar="REDACTED", help="Folder of what a tool made of them; a "
                                                                               "page that is missing was withheld.")],
             json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> int:
    """Score redacted pages against labelled words.

    Leak rate and lost rate, of docpriv or of any other tool, from pixels alone.
    """
    from docpriv.evaluation.scoring import score_pages, table

    score = score_pages(labels, pages, redacted)
    say(json_module.dumps(score.as_dict()) if json else table(score))
    return 0
