"""What commands that classify share: how documents are named, read and failed."""

from __future__ import annotations

import json as json_module
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from docpriv.cli import options as o
from docpriv.cli.streams import printable, say, stderr_is_terminal, stdout_is_terminal, warn
from docpriv.cli.terms import read_password
from docpriv.errors import DocprivError, ExitCode

if TYPE_CHECKING:
    from docpriv.batch.walk import InputFile
    from docpriv.cli.classify_reading import Content

UNDECIDED = "undecided"
"""What is printed where no label is sure enough."""

Model = Annotated[
    Path | None,
    typer.Option(
        "--model",
        metavar="MODEL.npz",
        show_default=False,
        help="A classifier that `docpriv classify train` wrote; default: the one that ships, for common kinds of paper.",
    ),
]
Pages = Annotated[
    int,
    typer.Option(
        "--pages", min=1, max=100, help="Pages of a document that are read, from the first on: together they make one vector."
    ),
]


@dataclass(frozen=True, kw_only=True)
class ReadFlags(o.RecipeFlags):
    """How documents become features, and with which tables."""

    model: Model = None
    pages: Pages = 1
    workers: o.Workers = None
    quiet: o.Quiet = False


def find(inputs: Sequence[Path]) -> Sequence[InputFile]:
    """Documents of files and folders; what was passed over is said on standard error."""
    from docpriv.batch.walk import some_documents

    found = some_documents(inputs)
    if found.passed_over:
        warn(f"passed over: {found.passed_over}")
    return found.documents


def read_found(found: Sequence[InputFile], flags: ReadFlags) -> Iterator[Content]:
    """Read documents, and tell on standard error how far it is."""
    from docpriv.cli.classify_reading import read_all

    password = None if flags.password_file is None else read_password(flags.password_file)
    read = read_all(found, o.chosen_recipe(flags), pages=flags.pages, workers=flags.workers, password=password)
    began, last = time.monotonic(), 0.0
    for number, one in enumerate(read, start=1):
        now = time.monotonic()
        if not flags.quiet and len(found) > 1 and (now - last >= 10 or number == len(found)):
            left = (now - began) / number * (len(found) - number)
            warn(
                f"read {number} of {len(found)} documents, about {left / 60:.0f} min left"
                if number < len(found)
                else f"read {number} documents in {(now - began) / 60:.1f} min"
            )
            last = now
        yield one


def told(one: Content, *, json: bool = False) -> DocprivError:
    """Say on standard error, and as a line of JSON on standard output, why a document was not read; gives the error."""
    assert one.error is not None
    name = printable(one.shown) if stderr_is_terminal() else one.document
    warn(f"failed: {name}: {one.error.message}")
    if json:
        say(json_module.dumps({"document": one.document, "index": one.index, "error": one.error.code}))
    return one.error


def exit_code_of(failed: Sequence[DocprivError], count: int) -> int:
    """0 where every document was read, 6 where some were, else what the failures say."""
    if not failed:
        return int(ExitCode.OK)
    if len(failed) < count:
        return int(ExitCode.PARTIAL)
    return int(max(error.exit_code for error in failed))


def name_of(one: Content) -> str:
    """A document as standard output may name it: its path on a terminal, else its id."""
    return printable(one.shown) if stdout_is_terminal() else one.document
