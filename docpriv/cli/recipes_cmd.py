"""`docpriv recipes`: list, show and validate."""

from __future__ import annotations

import json as json_module
from typing import Annotated

import typer

from docpriv.cli import options as o
from docpriv.cli.streams import say
from docpriv.recipes import canonical_recipe, list_recipes, load_recipe, recipe_names, recipe_sha256, recipe_text, require

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
