"""The commands `make` and `attack`, which `docpriv evaluate` shows as its own where this distribution is installed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from docpriv.cli.streams import counter, say
from docpriv.errors import UsageError
from docpriv_lab.attacks.command import attack_command

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)
app.command("attack")(attack_command)


@app.command("make")
def make_command(
    what: Annotated[
        str,
        typer.Argument(
            metavar="OUT|WHAT",
            help="Folder for pages/, labels/ and manifest.json; it must not exist or be empty. With --out DIR, what to make: "
            "`scans`, as without it, `adversary`, pages that hide what identifies, each with a clean twin, or `origins`, pages "
            "of people named as in 35 regions.",
        ),
    ],
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="The folder, where WHAT is given.")] = None,
    languages: Annotated[
        str | None,
        typer.Option("--languages", metavar="XX,YY", help="Pages in these languages (ISO 639-1), as many of each."),
    ] = None,
    pages: Annotated[
        int, typer.Option("--pages", metavar="N", min=1, max=100_000, help="How many pages; the twins are not counted.")
    ] = 300,
    seed: Annotated[int, typer.Option("--seed", metavar="S", min=0, help="The same seed makes the same pages.")] = 1,
) -> int:
    """Make labelled synthetic pages to score on.

    Every person, firm and number on them is invented.
    """
    from docpriv_lab.pages.benchmark import make_adversary, make_benchmark, make_languages, make_origins

    make: dict[str, Callable[..., None]] = {"scans": make_benchmark, "adversary": make_adversary, "origins": make_origins}
    if languages is not None and (what in make and what != "scans"):
        raise UsageError("--languages is for scans", remedy="Give `docpriv evaluate make DIR --languages de,fr`.")
    if languages is not None:
        chosen = tuple(code.strip() for code in languages.split(",") if code.strip())
        make["scans"] = partial(make_languages, languages=chosen)
    if (out is None) == (what in make):
        raise UsageError(
            "the folder is missing" if out is None else "that is nothing that can be made",
            remedy="Give `docpriv evaluate make DIR`, or `docpriv evaluate make adversary --out DIR`.",
        )
    make[what if out is not None else "scans"](Path(what) if out is None else out, pages=pages, seed=seed, observer=counter)
    twins = " and as many twins" if what == "adversary" else ""
    each = " of each language" if languages is not None else ""
    made = f"{pages} page{'' if pages == 1 else 's'}{each}{twins} made"
    say(f"{made}; redact the folder pages in it, then `docpriv evaluate score` it")
    return 0
