"""`docpriv pseudonyms`: keys for pseudonyms, and opening an encrypted mapping."""

from __future__ import annotations

import json as json_module
from pathlib import Path
from typing import Annotated

import typer

from docpriv.cli import options as o
from docpriv.cli.streams import printable, say, stdout_is_terminal
from docpriv.errors import UsageError

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Keys and encrypted mappings of the style pseudonym.")


@app.command("key")
def key_command(file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the key goes; only you can read it.")]) -> int:
    """Make a key for --pseudonym-key and print its id.

    Runs with the same key give a value the same pseudonym. Whoever has the key can try out what a pseudonym stands for;
    keep it as a secret, or let each folder of records have its own.
    """
    from docpriv.pseudonyms.keyed import make_key

    say(f"key id: {make_key(file)}")
    return 0


@app.command("open")
def open_command(
    mapping: Annotated[Path, typer.Argument(metavar="MAPPING", help="RECORDS/private/ID.mapping.age")],
    identity: Annotated[
        Path, typer.Option("--identity", metavar="FILE", help="Your age identity, as `age-keygen -o FILE` wrote it.")
    ],
    reveal: Annotated[
        bool,
        typer.Option(
            "--reveal", help="Print it even where standard output is no terminal: a file or a program then has the real values."
        ),
    ] = False,
    json: o.PrintJson = False,
) -> int:
    """Show which value each pseudonym of a document stands for.

    It is decrypted in memory and printed on a terminal; nothing is written.
    """
    if not reveal and not stdout_is_terminal():
        raise UsageError(
            "a mapping holds real values, and standard output is no terminal",
            remedy="Run it on your own terminal, or give --reveal if a file or program shall have them.",
        )
    from docpriv.pseudonyms.mapping import open_mapping

    opened = open_mapping(mapping, identity)
    if json:
        entries = [{"kind": str(one.kind), "value": one.value, "pseudonym": one.pseudonym} for one in opened.entries]
        say(json_module.dumps({"document": opened.document, "output_sha256": opened.output_sha256, "entries": entries}))
        return 0
    say(f"{opened.document} (output {opened.output_sha256})")
    for one in opened.entries:
        say(f"  {one.kind}: {_line(one.pseudonym)} stands for {_line(one.value)}")
    return 0


def _line(text: str) -> str:
    return printable(" / ".join(text.split("\n")))
