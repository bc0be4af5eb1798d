"""`docpriv styles`: how covered areas can look, and what each style guarantees."""

from __future__ import annotations

import json as json_module
import textwrap
from collections.abc import Set

from docpriv.cli import options as o
from docpriv.cli.streams import say
from docpriv.model import Kind
from docpriv.styles import PICTURES, STYLES

_WIDTH = 100


def styles(json: o.PrintJson = False) -> int:
    """List how covered areas can look, the safest first.

    With what each style guarantees and the kinds it is for.
    """
    if json:
        rows = [
            {"style": one.name, "guarantee": one.guarantee, "reversible": one.reversible, "kinds": sorted(map(str, one.kinds))}
            for one in STYLES.values()
        ]
        say(json_module.dumps(rows))
        return 0
    for one in STYLES.values():
        say(f"{one.name}  ({_kinds(one.kinds)})")
        say(textwrap.fill(one.guarantee, _WIDTH, initial_indent="    ", subsequent_indent="    "))
    say("Give one with --style STYLE, or for one kind with --style KIND=STYLE.")
    return 0


def _kinds(kinds: Set[Kind]) -> str:
    """The kinds of a style, in words where there are words for them."""
    if kinds > set(PICTURES):
        return "every kind"
    return ", ".join(sorted(kinds)) if kinds <= set(PICTURES) else "every kind of text"
