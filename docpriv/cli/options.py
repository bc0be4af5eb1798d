"""Options that several commands share, each defined once; those that set a key of the recipe are described as the key is."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import MISSING, Field, dataclass, fields
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

from docpriv.cli.streams import warn
from docpriv.cli.terms import read_password, read_terms
from docpriv.decide import covers_kind
from docpriv.errors import UsageError
from docpriv.model import Kind
from docpriv.options import Policy, Recipe
from docpriv.recall import KEYS, Recall
from docpriv.recipes import load_recipe, load_recognizers, load_template, override
from docpriv.recognizers import kind_of_entity
from docpriv.run_options import RunOptions, run_options
from docpriv.styles import STYLES

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
        help="What to believe: high covers weaker findings too, precise only sure ones; balanced is the recipe as it stands. The "
        "manual has the measured leak and lost rates of each.",
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        min=1,
        max=256,
        help="Documents handled at the same time, each in its own process that may take the memory of limits.memory_megabytes; "
        "default: the number of processors, at most 4.",
    ),
]
PasswordFile = Annotated[
    Path | None,
    typer.Option("--password-file", metavar="FILE", help="File whose first line opens encrypted PDF; - for standard input."),
]
Recognizers = Annotated[
    list[Path] | None,
    typer.Option(
        "--recognizers",
        metavar="FILE",
        help="YAML file of recognizers in Presidio's format, beside those of the recipe; may be repeated.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON on standard output: one line a document and a summary; no paths.")]
PrintJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")]
Force = Annotated[bool, typer.Option("--force", help="Replace outputs that exist, and do again what is done.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Do everything, verification included, but release nothing and keep no record.")
]


def _described(key: str, flag: str, metavar: str | None = None, more: str = "") -> Any:
    """An option whose help is the description of a key of the recipe."""
    group, _, last = key.partition(".")
    form: Any = Recipe.model_fields[group].annotation
    return typer.Option(flag, metavar=metavar, help=f"{form.model_fields[last].description or ''} {more}".strip())


@dataclass(frozen=True)
class Key:
    """A flag that sets a key of the recipe to what is given."""

    name: str
    flag: str
    metavar: str | None = None


DenyFile = Annotated[Path | None, _described("finding.deny", "--deny-file", "FILE", "One a line; - for standard input.")]
AllowFile = Annotated[Path | None, _described("finding.allow", "--allow-file", "FILE", "One a line; - for standard input.")]


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
    zones: Annotated[
        list[Path] | None,
        typer.Option(
            "--zones",
            metavar="FILE",
            help="Template of a known form, beside those of the recipe: areas that are always covered on a page that matches "
            "(`docpriv zones draft`); may be repeated.",
        ),
    ] = None

    def options(self, **more: Any) -> RunOptions:
        """The options of the run: the chosen recipe, and every flag that is one of them by its name."""
        own = {f.name: getattr(self, f.name) for f in fields(self) if f.name in RunOptions.model_fields.keys() - {"recipe"}}
        if self.password_file is not None:
            own["password"] = read_password(self.password_file)
        return run_options(chosen_recipe(self), **{name: value for name, value in {**own, **more}.items() if value is not None})


@dataclass(frozen=True, kw_only=True)
class LookFlags(TermFlags):
    """And how covered areas look: of commands that draw a plan."""

    styles: Annotated[
        list[str] | None,
        typer.Option(
            "--style",
            metavar="[KIND=]STYLE",
            help=f"How covered areas look: {', '.join(STYLES)} (`docpriv styles` says what each guarantees). For all kinds, or "
            "for one: --style label --style FACE=silhouette. May be repeated.",
        ),
    ] = None
    captions: Annotated[
        list[str] | None,
        typer.Option(
            "--caption",
            metavar="KIND=TEXT",
            help="What the style label writes for a kind instead of its name, such as a reason code: "
            '--caption "PERSON=(b)(6)". May be repeated.',
        ),
    ] = None
    allow_reversible: Annotated[
        bool,
        _described(
            "policy.allow_reversible",
            "--allow-reversible",
            more="The record of every document where one was used carries a warning.",
        ),
    ] = False


@dataclass(frozen=True, kw_only=True)
class FindFlags(LookFlags):
    """And how documents are read, and what is believed: of commands that plan."""

    recall: RecallLevel = None
    languages: Annotated[str | None, Key("finding.languages", "--languages", "CODES")] = None
    engine: Annotated[str | None, Key("reading.engine", "--engine", "rapid|paddle|tesseract")] = None
    model_dir: Annotated[Path | None, Key("reading.model_dir", "--model-dir", "DIR")] = None
    pseudonym_key: Annotated[
        Path | None,
        typer.Option(
            "--pseudonym-key",
            metavar="FILE",
            help="Key of the style pseudonym (`docpriv pseudonyms key FILE` makes one): runs with the same key give a value the "
            "same pseudonym. Default: each folder of records has a key of its own, and its pseudonyms cannot be linked with "
            "another's.",
        ),
    ] = None


@dataclass(frozen=True, kw_only=True)
class DrawFlags(LookFlags):
    """And what is written: of commands that release."""

    format: Annotated[str | None, Key("writing.format", "--format", "same|pdf")] = None
    text_layer: Annotated[bool | None, Key("writing.text_layer", "--text-layer/--no-text-layer")] = None
    names: Annotated[str | None, Key("writing.names", "--names", "keep|digest")] = None
    colour: Annotated[str | None, Key("policy.colour", "--colour", "COLOUR")] = None


@dataclass(frozen=True, kw_only=True)
class RedactFlags(FindFlags, DrawFlags):
    """And within which limits: `redact`, `batch` and `watch` take the same."""

    on_withheld: Annotated[str | None, Key("writing.on_withheld", "--on-withheld", "document|placeholder")] = None
    keep_mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--keep-mapping",
            metavar="AGE1...|FILE",
            help="Keep what the style pseudonym replaced, encrypted for this age recipient, or for those in a file, among the "
            "private records; may be repeated. Without it no mapping exists.",
        ),
    ] = None
    max_megapixels: Annotated[float | None, Key("limits.megapixels", "--max-megapixels")] = None
    max_pages: Annotated[int | None, Key("limits.pages", "--max-pages")] = None
    max_input_mb: Annotated[float | None, Key("limits.input_megabytes", "--max-input-mb")] = None
    page_seconds: Annotated[float | None, Key("limits.page_seconds", "--page-seconds")] = None
    memory_mb: Annotated[int | None, Key("limits.memory_megabytes", "--memory-mb")] = None


Command = Callable[..., int]


def takes(flags: type[Any]) -> Callable[[Command], Command]:
    """Give a command the options of the dataclass `flags`, which it gets as one object in its parameter `flags`."""

    def give(command: Command) -> Command:
        own = inspect.signature(command, eval_str=True)
        kept = [p.replace(kind=p.KEYWORD_ONLY) for p in own.parameters.values() if p.name != "flags"]
        shared = [
            inspect.Parameter(
                f.name,
                inspect.Parameter.KEYWORD_ONLY,
                default=inspect.Parameter.empty if f.default is MISSING else f.default,
                annotation=_with_option(hint),
            )
            for f, hint in _hinted(flags)
        ]
        parameters = [*kept, *shared]

        @wraps(command)
        def run(**values: Any) -> int:
            return command(flags=flags(**{p.name: values.pop(p.name) for p in shared}), **values)

        run.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {p.name: p.annotation for p in parameters} | {"return": int}
        return run

    return give


def _hinted(flags: type[Any]) -> list[tuple[Field[Any], Any]]:
    hints = get_type_hints(flags, include_extras=True)
    return [(f, hints[f.name]) for f in fields(flags)]


def _key_of(hint: Any) -> Key | None:
    return next((one for one in getattr(hint, "__metadata__", ()) if isinstance(one, Key)), None)


def _with_option(hint: Any) -> Any:
    key = _key_of(hint)
    return hint if key is None else Annotated[hint, _described(key.name, key.flag, key.metavar)]


def chosen_recipe(flags: RecipeFlags) -> Recipe:
    """The recipe with the dial, `--set` and then named flags on top; a flag that is None was not given."""
    given = {f.name: getattr(flags, f.name) for f in fields(flags)}
    dialled = [f"{key}={value}" for key, value in KEYS[given.get("recall") or Recall.BALANCED].items()]
    if given.get("allow_reversible"):  # before the recipe is checked, which may ask for a style that needs it
        dialled.append("policy.allow_reversible=true")
    recipe = load_recipe(flags.recipe, [*dialled, *(flags.sets or ())])
    values: dict[str, Any] = {}
    for f, hint in _hinted(type(flags)):
        value = given[f.name]
        if value is not None and (key := _key_of(hint)):  # a folder from the root, since worker processes may stand elsewhere
            values[key.name] = str(value.resolve()) if isinstance(value, Path) else value
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
