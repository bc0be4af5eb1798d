"""`docpriv recipes`, `styles` and `schema`: what docpriv comes with, listed, shown and checked."""

from __future__ import annotations

import json as json_module
import textwrap
from collections.abc import Set
from typing import Annotated

import typer

from docpriv.cli import options as o
from docpriv.cli.streams import say
from docpriv.errors import UsageError
from docpriv.model import Kind
from docpriv.recipes import canonical_recipe, list_recipes, load_recipe, recipe_names, recipe_sha256, recipe_text, require
from docpriv.styles import PICTURES, STYLES

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="List, show and validate recipes.")

Name = Annotated[str, typer.Argument(metavar="NAME|FILE", help="A shipped recipe, or a YAML file.")]


@app.command("list")
def list_command(json: o.PrintJson = False) -> int:
    """List the shipped recipes."""
    recipes = list_recipes()
    if json:
        keys = ("name", "version", "description", "needs")
        say(json_module.dumps([{key: getattr(one, key) for key in keys} for one in recipes]))
        return 0
    width = max(len(one.name) for one in recipes)
    for one in recipes:
        say(f"{one.name.ljust(width)}  {one.description}")
    return 0


@app.command("show")
def show_command(recipe: Name, sets: o.Sets = None, json: o.PrintJson = False) -> int:
    """Print a recipe: as it was written, or with --json or --set as it will run."""
    chosen = load_recipe(recipe, sets or ())
    if recipe in recipe_names() and not (json or sets):
        say(recipe_text(recipe).rstrip("\n"))
    else:  # the canonical form, so that terms of a deny list are not printed
        say(json_module.dumps(canonical_recipe(chosen), indent=1))
    return 0


@app.command("validate")
def validate_command(recipe: Name, sets: o.Sets = None) -> int:
    """Check that a recipe holds together and can run here; print its digest."""
    chosen = load_recipe(recipe, sets or ())
    require(chosen)
    say(f"valid: {chosen.name}, version {chosen.version}, sha256 {recipe_sha256(chosen)}")
    return 0


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
