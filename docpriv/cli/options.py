"""Options that several commands share, with the help of the recipe field behind each; refuses text as an argument."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import BaseModel

from docpriv.cli.streams import warn
from docpriv.cli.terms import read_terms
from docpriv.options import Finding, Limits, Policy, Recipe, Writing
from docpriv.recall import KEYS, Recall
from docpriv.recipes import load_recipe, load_recognizers, load_template, override
from docpriv.recognizers import kind_of_entity


def said(form: type[BaseModel], name: str, more: str = "") -> str:
    """The description of a recipe field: help texts come from there, so that they are said once."""
    description = form.model_fields[name].description or ""
    return f"{description} {more}".strip()


Inputs = Annotated[list[Path], typer.Argument(metavar="IN", help="Files, and folders that are searched for "
                                                                    "PNG, JPEG, TIFF, BMP, WebP and PDF.")]
Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the redacted files; the tree of an input "
                                                                "folder is mirrored.")]
Records = Annotated[Path | None, typer.Option("--records", metavar="DIR", help="Folder for the records; default "
                                                                               "OUT.records, beside --out.")]
RecipeName = Annotated[str, typer.Option("--recipe", metavar="NAME|FILE", help="A shipped recipe "
                                         "(`docpriv recipes list`) or a YAML file.")]
Sets = Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change one key of the recipe, such "
                                                "as policy.colour=white; may be repeated.")]
RecallLevel = Annotated[Recall | None, typer.Option("--recall", help="What to believe: high covers weaker findings too, "
                                                   "precise only sure ones; balanced is the recipe as it stands. The "
                                                   "README has the measured leak and lost rates of each.",
                                                   show_default=False)]
Workers = Annotated[int | None, typer.Option("--workers", min=1, max=256, help="Documents handled at the same time, each "
                                             "in its own process that may take the memory of limits.memory_megabytes; "
                                             "default: the number of processors, at most 4.")]
PasswordFile = Annotated[Path | None, typer.Option("--password-file", metavar="FILE", help="File whose first line "
                                                   "opens encrypted PDF; - for standard input.")]
DenyFile = Annotated[Path | None, typer.Option("--deny-file", metavar="FILE", help=said(
    Finding, "deny", "One a line; - for standard input."))]
AllowFile = Annotated[Path | None, typer.Option("--allow-file", metavar="FILE", help=said(
    Finding, "allow", "One a line; - for standard input."))]
Recognizers = Annotated[list[Path] | None, typer.Option("--recognizers", metavar="FILE", help="YAML file of recognizers "
                                                        "in Presidio's format, beside those of the recipe; may be "
                                                        "repeated.")]
Zones = Annotated[list[Path] | None, typer.Option("--zones", metavar="FILE", help="Template of a known form, beside those "
                                                  "of the recipe: areas that are always covered on a page that matches "
                                                  "(`docpriv zones draft`); may be repeated.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON on standard output: one line a document and a summary; "
                                                   "no paths.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")]
Force = Annotated[bool, typer.Option("--force", help="Replace outputs that exist, and do again what is done.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Do everything, verification included, but release nothing "
                                                       "and keep no record.")]
Format = Annotated[str | None, typer.Option("--format", metavar="same|pdf", help=said(Writing, "format"))]
TextLayer = Annotated[bool | None, typer.Option("--text-layer/--no-text-layer", help=said(Writing, "text_layer"),
                                                show_default=False)]
Names = Annotated[str | None, typer.Option("--names", metavar="keep|digest", help=said(Writing, "names"))]
OnWithheld = Annotated[str | None, typer.Option("--on-withheld", metavar="document|placeholder",
                                                help=said(Writing, "on_withheld"))]
Colour = Annotated[str | None, typer.Option("--colour", metavar="COLOUR", help=said(Policy, "colour"))]
MaxMegapixels = Annotated[float | None, typer.Option("--max-megapixels", help=said(Limits, "megapixels"))]
MaxPages = Annotated[int | None, typer.Option("--max-pages", help=said(Limits, "pages"))]
MaxInputMb = Annotated[float | None, typer.Option("--max-input-mb", help=said(Limits, "input_megabytes"))]
PageSeconds = Annotated[float | None, typer.Option("--page-seconds", help=said(Limits, "page_seconds"))]
MemoryMb = Annotated[int | None, typer.Option("--memory-mb", help=said(Limits, "memory_megabytes"))]


def chosen_recipe(name: str, sets: Sequence[str] | None = None, *, deny_file: Path | None = None,
                  allow_file: Path | None = None, recognizers: Sequence[Path] | None = None,
                  zones: Sequence[Path] | None = None, recall: Recall | None = None, **flags: Any) -> Recipe:
    """The recipe with the dial, `--set` and then named flags on top; a flag that is None was not given.

    A flag's name is its dotted key with two underscores for the dot: writing__format.
    """
    dialled = [f"{key}={value}" for key, value in KEYS[recall or Recall.BALANCED].items()]
    recipe = load_recipe(name, [*dialled, *(sets or ())])
    values = {key.replace("__", "."): value for key, value in flags.items() if value is not None}
    if deny_file is not None:
        values["finding.deny"] = (*recipe.finding.deny, *read_terms(deny_file, "the deny file"))
    if allow_file is not None:
        values["finding.allow"] = (*recipe.finding.allow, *read_terms(allow_file, "the allow file"))
    if recognizers:
        own = [one for path in recognizers for one in load_recognizers(path)]
        values["finding.recognizers"] = (*recipe.finding.recognizers, *own)
    if zones:
        values["policy.zones"] = (*recipe.policy.zones, *(load_template(path) for path in zones))
    chosen = override(recipe, values) if values else recipe
    for one in chosen.finding.recognizers:
        kind = kind_of_entity(one.supported_entity)
        if kind not in chosen.policy.cover:
            warn(f"warning: the recognizer {one.name} finds {kind}, a kind that policy.cover of this recipe leaves readable")
    return chosen
