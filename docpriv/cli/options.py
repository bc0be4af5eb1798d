"""Options that several commands share, with the help of the recipe field behind each; refuses text as an argument."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer
from pydantic import BaseModel

from docpriv.cli.streams import warn
from docpriv.cli.terms import read_password, read_terms
from docpriv.decide import covers_kind
from docpriv.errors import UsageError
from docpriv.model import Kind
from docpriv.options import Finding, Limits, Policy, Reading, Recipe, Writing
from docpriv.recall import KEYS, Recall
from docpriv.recipes import load_recipe, load_recognizers, load_template, override
from docpriv.recognizers import kind_of_entity
from docpriv.run_options import RunOptions, run_options
from docpriv.styles import STYLES


def said(form: type[BaseModel], name: str, more: str = "") -> str:
    """The description of a recipe field: help texts come from there, so that they are said once."""
    description = form.model_fields[name].description or ""
    return f"{description} {more}".strip()


@dataclass(frozen=True)
class Key:
    """Beside an option: the key of the recipe that it sets as it is given."""

    name: str


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
        "manual has the measured leak and lost rates of each.",
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
Engine = Annotated[
    str | None,
    typer.Option("--engine", metavar="rapid|paddle|tesseract", help=said(Reading, "engine")),
    Key("reading.engine"),
]
ModelDir = Annotated[
    Path | None,
    typer.Option("--model-dir", metavar="DIR", help=said(Reading, "model_dir")),
    Key("reading.model_dir"),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON on standard output: one line a document and a summary; no paths.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")]
Force = Annotated[bool, typer.Option("--force", help="Replace outputs that exist, and do again what is done.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Do everything, verification included, but release nothing and keep no record.")
]
Format = Annotated[str | None, typer.Option("--format", metavar="same|pdf", help=said(Writing, "format")), Key("writing.format")]
TextLayer = Annotated[
    bool | None,
    typer.Option("--text-layer/--no-text-layer", help=said(Writing, "text_layer"), show_default=False),
    Key("writing.text_layer"),
]
Names = Annotated[str | None, typer.Option("--names", metavar="keep|digest", help=said(Writing, "names")), Key("writing.names")]
OnWithheld = Annotated[
    str | None,
    typer.Option("--on-withheld", metavar="document|placeholder", help=said(Writing, "on_withheld")),
    Key("writing.on_withheld"),
]
Colour = Annotated[str | None, typer.Option("--colour", metavar="COLOUR", help=said(Policy, "colour")), Key("policy.colour")]
Styles = Annotated[
    list[str] | None,
    typer.Option(
        "--style",
        metavar="[KIND=]STYLE",
        help="How covered areas look: "
        f"{', '.join(STYLES)} (`docpriv styles` says what each guarantees). For all kinds, or for one: --style label "
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
MaxMegapixels = Annotated[
    float | None,
    typer.Option("--max-megapixels", help=said(Limits, "megapixels")),
    Key("limits.megapixels"),
]
MaxPages = Annotated[int | None, typer.Option("--max-pages", help=said(Limits, "pages")), Key("limits.pages")]
MaxInputMb = Annotated[
    float | None,
    typer.Option("--max-input-mb", help=said(Limits, "input_megabytes")),
    Key("limits.input_megabytes"),
]
PageSeconds = Annotated[
    float | None,
    typer.Option("--page-seconds", help=said(Limits, "page_seconds")),
    Key("limits.page_seconds"),
]
MemoryMb = Annotated[
    int | None,
    typer.Option("--memory-mb", help=said(Limits, "memory_megabytes")),
    Key("limits.memory_megabytes"),
]


@dataclass(frozen=True, kw_only=True)
class RecipeFlags:
    """Which recipe: of every command that reads documents."""

    recipe: RecipeName = "redact"
    sets: Sets = None
    password_file: PasswordFile = None


@dataclass(frozen=True, kw_only=True)
class TermFlags(RecipeFlags):
    """And what it looks for."""

    deny_file: DenyFile = None
    allow_file: AllowFile = None
    recognizers: Recognizers = None
    zones: Zones = None

    def options(self, **more: Any) -> RunOptions:
        """The options of the run: the chosen recipe, and every flag that is one of them by its name."""
        given = {f.name: getattr(self, f.name) for f in fields(self) if f.name in RunOptions.model_fields and f.name != "recipe"}
        password = None if self.password_file is None else read_password(self.password_file)
        known = {name: value for name, value in {**given, **more}.items() if value is not None}
        return run_options(chosen_recipe(self), password=password, **known)


@dataclass(frozen=True, kw_only=True)
class LookFlags(TermFlags):
    """And how covered areas look: of commands that draw a plan."""

    styles: Styles = None
    captions: Captions = None
    allow_reversible: AllowReversible = False


@dataclass(frozen=True, kw_only=True)
class FindFlags(LookFlags):
    """And how documents are read, and what is believed: of commands that plan."""

    recall: RecallLevel = None
    engine: Engine = None
    model_dir: ModelDir = None
    pseudonym_key: PseudonymKey = None


@dataclass(frozen=True, kw_only=True)
class DrawFlags(LookFlags):
    """And what is written: of commands that release."""

    format: Format = None
    text_layer: TextLayer = None
    names: Names = None
    colour: Colour = None


@dataclass(frozen=True, kw_only=True)
class RedactFlags(FindFlags, DrawFlags):
    """And within which limits: `redact`, `batch` and `watch` take the same."""

    on_withheld: OnWithheld = None
    keep_mapping: KeepMapping = None
    max_megapixels: MaxMegapixels = None
    max_pages: MaxPages = None
    max_input_mb: MaxInputMb = None
    page_seconds: PageSeconds = None
    memory_mb: MemoryMb = None


Command = Callable[..., int]


def takes(flags: type[Any]) -> Callable[[Command], Command]:
    """Give a command the options of the dataclass `flags`, which it gets as one object in its parameter `flags`."""

    def give(command: Command) -> Command:
        own = inspect.signature(command, eval_str=True)
        hints = get_type_hints(flags, include_extras=True)
        shared = [
            inspect.Parameter(
                f.name,
                inspect.Parameter.KEYWORD_ONLY,
                default=inspect.Parameter.empty if f.default is MISSING else f.default,
                annotation=hints[f.name],
            )
            for f in fields(flags)
        ]
        kept = [p.replace(kind=p.KEYWORD_ONLY) for p in own.parameters.values() if p.name != "flags"]
        parameters = [*kept, *shared]

        def run(**values: Any) -> int:
            return command(flags=flags(**{p.name: values.pop(p.name) for p in shared}), **values)

        run.__name__, run.__doc__, run.__module__ = command.__name__, command.__doc__, command.__module__
        run.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {p.name: p.annotation for p in parameters} | {"return": int}
        return run

    return give


def chosen_recipe(flags: RecipeFlags) -> Recipe:
    """The recipe with the dial, `--set` and then named flags on top; a flag that is None was not given."""
    given = {f.name: getattr(flags, f.name) for f in fields(flags)}
    dialled = [f"{key}={value}" for key, value in KEYS[given.get("recall") or Recall.BALANCED].items()]
    if given.get("allow_reversible"):  # before the recipe is checked, which may ask for a style that needs it
        dialled.append("policy.allow_reversible=true")
    recipe = load_recipe(flags.recipe, [*dialled, *(flags.sets or ())])
    values: dict[str, Any] = {}
    for name, hint in get_type_hints(type(flags), include_extras=True).items():
        for key in (one.name for one in getattr(hint, "__metadata__", ()) if isinstance(one, Key)):
            if given[name] is not None:  # a folder from the root, since worker processes may stand elsewhere
                values[key] = str(given[name].resolve()) if isinstance(given[name], Path) else given[name]
    if (deny := given.get("deny_file")) is not None:
        values["finding.deny"] = (*recipe.finding.deny, *read_terms(deny, "the deny file"))
    if (allow := given.get("allow_file")) is not None:
        values["finding.allow"] = (*recipe.finding.allow, *read_terms(allow, "the allow file"))
    if recognizers := given.get("recognizers"):
        own = [one for path in recognizers for one in load_recognizers(path)]
        values["finding.recognizers"] = (*recipe.finding.recognizers, *own)
    if zones := given.get("zones"):
        values["policy.zones"] = (*recipe.policy.zones, *(load_template(path) for path in zones))
    values |= _looks(recipe, given.get("styles") or (), given.get("captions") or ())
    chosen = override(recipe, values) if values else recipe
    for one in chosen.finding.recognizers:
        kind = kind_of_entity(one.supported_entity)
        if not covers_kind(kind, chosen.policy):
            warn(f"warning: the recognizer {one.name} finds {kind}, a kind that policy.cover of this recipe leaves readable")
    _warn_of_looks(chosen.policy)
    return chosen


def _looks(recipe: Recipe, styles: Sequence[str], captions: Sequence[str]) -> dict[str, Any]:
    """The keys of the policy that --style and --caption change."""
    values: dict[str, Any] = {}
    for text in styles:
        kind, _, style = text.rpartition("=")
        if style not in STYLES:
            raise UsageError(
                f"--style takes STYLE or KIND=STYLE; styles: {', '.join(STYLES)}",
                remedy="`docpriv styles` says what each of them guarantees.",
            )
        if kind:
            values.setdefault("policy.styles", dict(recipe.policy.styles))[_kind(kind, "--style")] = style
        else:
            values["policy.style"] = style
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
    for style in sorted(style.name for style in policy.used_styles if style.reversible):
        warn(f"warning: the style {style} can be undone; the record of each document will say so")
    silent = sorted(kind for kind in policy.captions if STYLES[policy.styles.get(kind, policy.style)].text != "caption")
    if silent:
        warn(f"warning: only the style label writes captions, and {', '.join(silent)} has another style")
