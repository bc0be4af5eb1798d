"""`docpriv schema`: the JSON Schemas of what docpriv reads and writes; refuses names it does not know."""

from __future__ import annotations

from typing import Annotated

import typer

from docpriv.cli.streams import say
from docpriv.errors import UsageError


def schema(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Which schema; without it, their names are listed.")
    ] = None,
) -> int:
    """Print the JSON Schema of a file format.

    Of recipes, records, plans, reports, labels, and of what --json prints.
    """
    from docpriv.schemas import schema_bytes, schema_names

    if name is None:
        for known in schema_names():
            say(known)
        return 0
    if name not in schema_names():
        raise UsageError(f"no schema of that name; known: {', '.join(schema_names())}")
    say(schema_bytes(name).decode().rstrip("\n"))
    return 0
