"""Options that several commands share, with the help of the recipe field behind each; refuses text as an argument."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import BaseModel

from docpriv.cli.streams import warn
from docpriv.cli.terms import read_terms
from docpriv.errors import UsageError
from docpriv.model import Kind
from docpriv.options import REVERSIBLE, Finding, Limits, Policy, Reading, Recipe, Style, Writing
from docpriv.recall import KEYS, Recall
from docpriv.recipes import load_recipe, load_recognizers, load_template, override
from docpriv.recognizers import kind_of_entity


def said(form: type[BaseModel], name: str, more: str = "") -> str:
    """The description of a recipe field: help texts come from there, so that they are said once."""
    description = form.model_fields[name].description or ""
    return f"{description} {more}".strip()


Inputs = Annotated[
    list[Path],
    typer.Argument(metavar="IN", help="Files, and folders that are searched for PNG, JPEG, TIFF, BMP, WebP, HEIC and PDF."),
]
Out = Annotated[
    Path, typer.Option("--out", metavar="DIR", help="Folder for the redacted files; the tree of an input folder is mirrored.")
]
Records = Annotated[
    Path | None, typer.Option("--records", metavar="DIR", help="Folder for the records; default OUT.records, beside --out.")
]
RecipeName = Annotated[
    str, typer.Option("--recipe", metavar="NAME|FILE", help="A shipped recipe (`docpriv recipes list`) or a YAML file.")
]
Sets = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="KEY=VALUE", help="Change one key of the recipe, such as policy.colour=white; may be repeated."
    ),
]
RecallLevel = Annotated[
    Recall | None,
    typer.Option(
        "--recall",
        help="What to believe: high covers weaker findings too, "
        "precise only sure ones; balanced is the recipe as it stands. The "
        "README has the measured leak and lost rates of each.",
        show_default=False,
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        min=1,
        max=256,
        help="Documents handled at the same time, each "
        "in its own process that may take the memory of limits.memory_megabytes; "
        "default: the number of processors, at most 4.",
    ),
]
PasswordFile = Annotated[
    Path | None,
    typer.Option("--password-file", metavar="FILE", help="File whose first line opens encrypted PDF; - for standard input."),
]
DenyFile = Annotated[
    Path | None, typer.Option("--deny-file", metavar="FILE", help=said(Finding, "deny", "One a line; - for standard input."))
]
AllowFile = Annotated[
    Path | None, typer.Option("--allow-file", metavar="FILE", help=said(Finding, "allow", "One a line; - for standard input."))
]
Recognizers = Annotated[
    list[Path] | None,
    typer.Option(
        "--recognizers",
        metavar="FILE",
        help="YAML file of recognizers in Presidio's format, beside those of the recipe; may be repeated.",
    ),
]
Zones = Annotated[
    list[Path] | None,
    typer.Option(
        "--zones",
        metavar="FILE",
        help="Template of a known form, beside those "
        "of the recipe: areas that are always covered on a page that matches "
        "(`docpriv zones draft`); may be repeated.",
    ),
]
PseudonymKey = Annotated[
    Path | None,
    typer.Option(
        "--pseudonym-key",
        metavar="FILE",
        help="Key of the style pseudonym "
        "(`docpriv pseudonyms key FILE` makes one): runs with the same key give "
        "a value the same pseudonym. Default: each folder of records has a key "
        "of its own, and its pseudonyms cannot be linked with another's.",
    ),
]
KeepMapping = Annotated[
    list[str] | None,
    typer.Option(
        "--keep-mapping",
        metavar="AGE1...|FILE",
        help="Keep what the style "
        "pseudonym replaced, encrypted for this age recipient, or for those "
        "in a file, among the private records; may be repeated. Without it "
        "no mapping exists.",
    ),
]
Engine = Annotated[str | None, typer.Option("--engine", metavar="rapid|paddle|tesseract", help=said(Reading, "engine"))]
ModelDir = Annotated[Path | None, typer.Option("--model-dir", metavar="DIR", help=said(Reading, "model_dir"))]
Json = Annotated[bool, typer.Option("--json", help="Print JSON on standard output: one line a document and a summary; no paths.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")]
Force = Annotated[bool, typer.Option("--force", help="Replace outputs that exist, and do again what is done.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Do everything, verification included, but release nothing and keep no record.")
]
Format = Annotated[str | None, typer.Option("--format", metavar="same|pdf", help=said(Writing, "format"))]
TextLayer = Annotated[
    bool | None, typer.Option("--text-layer/--no-text-layer", help=said(Writing, "text_layer"), show_default=False)
]
Names = Annotated[str | None, typer.Option("--names", metavar="keep|digest", help=said(Writing, "names"))]
OnWithheld = Annotated[
    str | None, typer.Option("--on-withheld", metavar="document|placeholder", help=said(Writing, "on_withheld"))
]
Colour = Annotated[str | None, typer.Option("--colour", metavar="COLOUR", help=said(Policy, "colour"))]
Styles = Annotated[
    list[str] | None,
    typer.Option(
        "--style",
        metavar="[KIND=]STYLE",
        help="How covered areas look: "
        f"{', '.join(Style)} (`docpriv styles` says what each guarantees). For all kinds, or for one: --style label "
        "--style FACE=silhouette. May be repeated.",
        show_default=False,
    ),
]
Captions = Annotated[
    list[str] | None,
    typer.Option(
        "--caption",
        metavar="KIND=TEXT",
        help="What the style label writes for a "
        'kind instead of its name, such as a reason code: --caption "PERSON=(b)(6)". May be repeated.',
        show_default=False,
    ),
]
AllowReversible = Annotated[
    bool,
    typer.Option(
        "--allow-reversible",
        help=said(Policy, "allow_reversible", "The record of every document where one was used carries a warning."),
    ),
]
MaxMegapixels = Annotated[float | None, typer.Option("--max-megapixels", help=said(Limits, "megapixels"))]
MaxPages = Annotated[int | None, typer.Option("--max-pages", help=said(Limits, "pages"))]
MaxInputMb = Annotated[float | None, typer.Option("--max-input-mb", help=said(Limits, "input_megabytes"))]
PageSeconds = Annotated[float | None, typer.Option("--page-seconds", help=said(Limits, "page_seconds"))]
MemoryMb = Annotated[int | None, typer.Option("--memory-mb", help=said(Limits, "memory_megabytes"))]


def folder(path: Path | None) -> str | None:
    """A folder as a recipe names it: from the root, since worker processes may stand elsewhere."""
    return None if path is None else str(path.resolve())


def chosen_recipe(
    name: str,
    sets: Sequence[str] | None = None,
    *,
    deny_file: Path | None = None,
    allow_file: Path | None = None,
    recognizers: Sequence[Path] | None = None,
    zones: Sequence[Path] | None = None,
    recall: Recall | None = None,
    styles: Sequence[str] | None = None,
    captions: Sequence[str] | None = None,
    allow_reversible: bool = False,
    **flags: Any,
) -> Recipe:
    """The recipe with the dial, `--set` and then named flags on top; a flag that is None was not given.

    A flag's name is its dotted key with two underscores for the dot: writing__format.
    """
    dialled = [f"{key}={value}" for key, value in KEYS[recall or Recall.BALANCED].items()]
    if allow_reversible:  # before the recipe is checked, which may ask for a style that needs it
        dialled.append("policy.allow_reversible=true")
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
    values |= _looks(recipe, styles or (), captions or ())
    chosen = override(recipe, values) if values else recipe
    for one in chosen.finding.recognizers:
        kind = kind_of_entity(one.supported_entity)
        if kind not in chosen.policy.cover:
            warn(f"warning: the recognizer {one.name} finds {kind}, a kind that policy.cover of this recipe leaves readable")
    _warn_of_looks(chosen.policy)
    return chosen


def _looks(recipe: Recipe, styles: Sequence[str], captions: Sequence[str]) -> dict[str, Any]:
    """The keys of the policy that --style and --caption change."""
    values: dict[str, Any] = {}
    for text in styles:
        kind, _, style = text.rpartition("=")
        if style not in set(Style):
            raise UsageError(
                f"--style takes STYLE or KIND=STYLE; styles: {', '.join(Style)}",
                remedy="`docpriv styles` says what each of them guarantees.",
            )
        if kind:
            values.setdefault("policy.styles", dict(recipe.policy.styles))[_kind(kind, "--style")] = Style(style)
        else:
            values["policy.style"] = Style(style)
    for text in captions:
        kind, equals, caption = text.partition("=")
        if not equals:
            raise UsageError('--caption takes KIND=TEXT, such as "PERSON=(b)(6)"')
        values.setdefault("policy.captions", dict(recipe.policy.captions))[_kind(kind, "--caption")] = caption
    return values


def _kind(name: str, option: str) -> Kind:
    if name not in Kind.__members__:
        raise UsageError(f"{option} names no known kind; known: {', '.join(Kind)}")
    return Kind(name)


def _warn_of_looks(policy: Policy) -> None:
    used = {policy.style, *policy.styles.values()}
    for style in sorted(used & REVERSIBLE):
        warn(f"warning: the style {style} can be undone; the record of each document will say so")
    silent = sorted(kind for kind in policy.captions if policy.styles.get(kind, policy.style) is not Style.LABEL)
    if silent:
        warn(f"warning: only the style label writes captions, and {', '.join(silent)} has another style")
