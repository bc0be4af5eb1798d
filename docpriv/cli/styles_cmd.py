"""`docpriv styles`: how covered areas can look, and what each style guarantees."""

from __future__ import annotations

import json as json_module
import textwrap
from typing import Annotated

import typer

from docpriv.cli.streams import say
from docpriv.styles import PICTURES, STYLES

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_WIDTH = 100


def styles(json: Json = False) -> int:
    """List how covered areas can look, the safest first.

    With what each style guarantees and the kinds it is for.
    """
    rows = [
        {
            "style": style.name,
            "guarantee": style.guarantee,
            "reversible": style.reversible,
            "kinds": sorted(kind.value for kind in style.kinds),
        }
        for style in STYLES.values()
    ]
    if json:
        say(json_module.dumps(rows))
        return 0
    for row in rows:
        say(f"{row['style']}  ({_kinds(row['kinds'])})")
        say(textwrap.fill(str(row["guarantee"]), _WIDTH, initial_indent="    ", subsequent_indent="    "))
    say("Give one with --style STYLE, or for one kind with --style KIND=STYLE.")
    return 0


def _kinds(kinds: object) -> str:
    """The kinds of a style, in words where there are words for them."""
    named = set(kinds) if isinstance(kinds, list) else set()
    pictures = {kind.value for kind in PICTURES}
    if named > pictures:
        return "every kind"
    return ", ".join(sorted(named)) if named <= pictures else "every kind of text"
