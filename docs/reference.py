"""Fill the reference from the code: MkDocs calls `on_page_markdown`, which puts a table where a page says {{ name }}.

What stands in the reference cannot differ from what the program does, and a check or reason without an explanation
ends the build.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import is_dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, get_args

import typer
from pydantic import BaseModel

import docpriv
from docpriv import errors, locales
from docpriv.cli.app import app
from docpriv.errors import DocprivError, ExitCode
from docpriv.formats.extra import EXTRA_NOTES
from docpriv.formats.form import FORMATS, Aspect, written_as
from docpriv.model import Check, Kind, NotUnderstood
from docpriv.model_card import known_languages, model_of
from docpriv.options import Recipe
from docpriv.pipeline.checks import CHECKS as PAGE_CHECKS
from docpriv.recipes import list_recipes, recipe_text
from docpriv.run_options import RunOptions
from docpriv.schemas import schema, schema_names
from docpriv.styles import PICTURES, STYLES

PACKAGE = Path(docpriv.__file__).parent
TOP: Any = typer.main.get_command(app)
PLACE = re.compile(r"^\{\{ (\w+) \}\}$", re.MULTILINE)
SHARED = 4  # commands that have an option in the same words: it is explained once


class Undescribed(Exception):
    """Something in the code that the reference does not explain, or the other way round."""


def on_page_markdown(markdown: str, **_: Any) -> str:
    """The text of a page with every {{ name }} filled in; MkDocs calls this for each page."""
    return PLACE.sub(lambda place: TABLES[place[1]](), markdown)


def rows(head: Iterable[str], lines: Iterable[Iterable[object]]) -> str:
    """A table of Markdown."""
    titles = list(head)
    table = [titles, ["---"] * len(titles), *([_cell(one) for one in line] for line in lines)]
    return "\n".join("| " + " | ".join(line) + " |" for line in table)


def _cell(value: object) -> str:
    parts = " ".join(str(value).split()).split("`")
    parts[::2] = [part.replace("|", "\\|") for part in parts[::2]]  # within code a bar does not end a cell
    return "`".join(parts)


def _code(value: object) -> str:
    return f"`{value}`"


# --- commands -------------------------------------------------------------------------------------------------------


def all_commands() -> list[tuple[str, Any]]:
    """Every command with its whole name, in the order of the help; those of docpriv-lab with its options where it is here."""
    found: list[tuple[str, Any]] = []
    for name, command in TOP.commands.items():
        inner = getattr(command, "commands", None)
        found += [(f"{name} {sub}", one) for sub, one in inner.items()] if inner else [(name, command)]
    return [(name, _of_laboratory(name) or command) for name, command in found]


def _of_laboratory(name: str) -> Any:
    group, _, command = name.partition(" ")
    if group != "evaluate" or find_spec("docpriv_lab") is None:
        return None
    laboratory: Any = typer.main.get_command(import_module("docpriv_lab.cli").app)
    return laboratory.commands.get(command)


def commands() -> str:
    known = all_commands()
    often = Counter(_option(one) for _, command in known for one in _options(command))
    shared = {one for one, count in often.items() if count >= SHARED}
    out = [_command(name, command, shared) for name, command in known]
    table = rows(("Option", "What it does"), sorted(one for one in shared))
    return "\n\n".join([*out, "## Options that many commands have", table])


def _options(command: Any) -> list[Any]:
    return [one for one in command.params if one.param_type_name == "option" and one.name != "help"]


def _option(option: Any) -> tuple[str, str]:
    name, text = option.get_help_record(TOP.context_class(TOP))
    return _code(name), text


def _command(name: str, command: Any, shared: set[tuple[str, str]]) -> str:
    context = command.context_class(command, info_name=f"docpriv {name}")
    usage = " ".join(command.get_usage(context).removeprefix("Usage: ").split())
    given = [one.get_help_record(context) for one in command.params if one.param_type_name == "argument"]
    arguments = [(_code(title.split(" <")[0]), text) for title, text in given]
    own = [_option(one) for one in _options(command) if _option(one) not in shared]
    others = [_code(max(one.opts, key=len)) for one in _options(command) if _option(one) in shared]
    parts = [f"## docpriv {name}", f"```text\n{usage}\n```", _paragraphs(command.help or "")]
    if arguments or own:
        parts.append(rows(("Argument or option", "What it does"), [*arguments, *own]))
    if others:
        parts.append(f"Also, [as many commands](#options-that-many-commands-have): {', '.join(others)}.")
    return "\n\n".join(parts)


def _paragraphs(text: str) -> str:
    return inspect.cleandoc(text).replace("<", "&lt;").replace("\b", "")


# --- recipes --------------------------------------------------------------------------------------------------------


def recipes() -> str:
    return rows(("Recipe", "What it does"), ((_code(one.name), one.description) for one in list_recipes()))


def recipe_files() -> str:
    return "\n\n".join(f"## {one.name}\n\n```yaml\n{recipe_text(one.name).rstrip()}\n```" for one in list_recipes())


def recipe_keys() -> str:
    """Every key of the form, a section a group, then the forms inside it."""
    definitions = schema("recipe")["$defs"]
    groups: dict[str, Any] = {name: one.annotation for name, one in Recipe.model_fields.items() if _is_form(one.annotation)}
    single = {name: one for name, one in schema("recipe")["properties"].items() if name not in groups}
    parts = ["## Top of the file", _keys(single, "")]
    for name, form in groups.items():
        about = inspect.getdoc(form) or ""
        parts += [f"## {name}", about, _keys(definitions[form.__name__]["properties"], f"{name}.")]
    named = {form.__name__ for form in groups.values()}
    for name, one in definitions.items():
        if name not in named and "properties" in one:
            parts += [f"## {name}", one.get("description", ""), _keys(one["properties"], "")]
    return "\n\n".join(parts)


def _is_form(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _keys(properties: dict[str, Any], prefix: str) -> str:
    lines = []
    for key, one in properties.items():
        values, default = _values(one), _shown(one.get("default"))
        takes = f"{values}; default: {default}" if default else values
        lines.append((_code(prefix + key), f"{one.get('description', '')}<br>*{takes}*"))
    return rows(("Key", "What it does, what it takes"), lines)


def _shown(default: Any) -> str:
    if default in (None, [], {}, ""):
        return ""
    if isinstance(default, list):
        return ", ".join(map(str, default))
    return str(default).lower() if isinstance(default, bool) else str(default)


def _values(one: dict[str, Any]) -> str:
    """What a key may hold, of its JSON Schema."""
    if "enum" in one:
        return ", ".join(_code(value) for value in one["enum"])
    if "const" in one:
        return _code(one["const"])
    if "anyOf" in one:
        return " or ".join(_values(each) for each in one["anyOf"])
    if "$ref" in one:
        return str(one["$ref"]).rsplit("/", 1)[-1]
    kind = one.get("type", "")
    if kind == "array":
        items = one.get("items") or {}
        return f"list of {_values(items)}" if items else "list"
    words = {"minimum": "from", "exclusiveMinimum": "above", "maximum": "to", "exclusiveMaximum": "below"}
    limits = " ".join(f"{word} {one[key]:g}" for key, word in words.items() if key in one)
    return f"{kind} {limits}".strip()


# --- kinds, styles, formats -----------------------------------------------------------------------------------------


def kinds() -> str:
    covered = {info.name: set(docpriv.load_recipe(info.name).policy.cover) for info in list_recipes()}
    lines = []
    for kind in Kind:
        by = [name for name, covers in covered.items() if kind in covers]
        lines.append((_code(kind.value), "all recipes" if len(by) == len(covered) else ", ".join(map(_code, by)) or "none"))
    return rows(("Kind", "Covered by"), lines)


def styles() -> str:
    lines = []
    for style in STYLES.values():
        fit = (
            "all" if style.kinds == frozenset(Kind) else "text" if not style.kinds & PICTURES else ", ".join(sorted(style.kinds))
        )
        lines.append((_code(style.name), fit, style.guarantee, "yes" if style.reversible else ""))
    return rows(("Style", "For", "Guarantee", "Can be undone"), lines)


def formats() -> str:
    names = {form.media_type: form.name for form in FORMATS.values()}
    lines = []
    for form in FORMATS.values():
        same, pdf = (names[written_as(form.media_type, how)] for how in ("same", "pdf"))
        lines.append((form.name, ", ".join(map(_code, form.suffixes)), _code(form.media_type), same, pdf))
    return rows(("Input", "Names end in", "Media type", "Output", "Output with `--format pdf`"), lines)


# --- exit codes, checks, reasons ------------------------------------------------------------------------------------


def exit_codes() -> str:
    return rows(("Code", "Meaning"), ((int(code), code.meaning) for code in ExitCode))


def error_classes() -> str:
    lines = ((_code(one.__name__), _code(one.code), int(one.exit_code), one.remedy) for one in _errors(DocprivError))
    return rows(("Error", "Code in records", "Exit code", "What to do"), lines)


def _errors(base: type[DocprivError]) -> Iterator[type[DocprivError]]:
    yield base
    for one in base.__subclasses__():
        if one.__module__ == errors.__name__:
            yield from _errors(one)


CHECKS = {
    "same-size": "The written page is as large as the scanned one.",
    "inside-filled": "A covered area holds the fill and nothing else.",
    "inside-drawn": "A covered area holds exactly what its style draws.",
    "outside-kept": "Outside the covered areas the page is as it was; in a JPEG, within the rounding of its own tables.",
    "style-shows-nothing": "A style that draws by the surroundings draws the same where the covered pixels are taken away first.",
    "nothing-new-found": "Lines beside covered areas, read again on the written page, hold nothing that would be covered.",
    "no-value-elsewhere": "No value that was covered stands anywhere else in the document.",
    "nothing-seen-again": "Faces, codes, signatures and other marks, looked for again on the written page, are gone.",
    "no-ink-unread": "No ink that looks like writing is left on the written page that was not understood.",
    "covers-its-ink": "No cover cuts through strokes of what it covers.",
    "container-pages": "The file has the pages that were verified, in number, size, colour and resolution.",
    "container-structure": "The file can be parsed, and every byte of it belongs to a known part.",
    "container-contents": "Nothing stands in the file but its pages: no metadata, earlier revision, attachment or text.",
    "container-bytes": "The coded pages in the file are, byte for byte, those that were verified.",
}

NOTES = {
    "had-metadata": "Metadata, such as an author or a camera.",
    "had-thumbnail": "A small picture of the page.",
    "had-revisions": "Earlier revisions of the file.",
    "trailing-bytes": "Bytes behind the end.",
    "had-orphaned-data": "Bytes or objects that no page uses.",
    "had-text-layer": "Text on a page that an image fills.",
    "had-layers": "Something drawn but not seen: under something else, clipped, or off the page.",
    "had-optional-content": "Layers that can be switched off.",
    "had-javascript": "A script.",
    "had-attachments": "Attached files.",
    "had-hidden-text": "Text that is not shown.",
    "had-annotations": "Annotations.",
    "had-hidden-annotations": "Annotations or form fields that no reader shows.",
    "had-forms": "Form fields.",
    "had-outline": "An outline (bookmarks).",
    "had-further-pictures": "Pictures beside the one that is read: others of a phone's camera, maps of depth or light.",
    "structure-unread": "The file could not be looked through.",
}

REASONS = {
    "not-understood:script": "Most of the writing is in a script that no detector covers.",
    "not-understood:language": "Most of the writing is in a language that no detector covers.",
    "not-understood:faint": "Most of what looks like writing hardly differs from its ground.",
    "not-understood:turned": "Most of the writing stands another way up than was read.",
    "not-understood:mirrored": "Most of the writing is mirrored.",
    "not-understood:comb": "Most of the writing stands one letter a box and was not read as one value.",
    "not-understood:unread": "Most of what looks like writing was not read, for none of these reasons.",
    "handwriting-not-read": "The page is mostly writing by hand that was read with doubt, or the recipe withholds any of it.",
    "no-template": "A required template of a known form is for the page, and the page matches none.",
    "check:NAME": "A check of the written page failed; see the checks.",
}


def check_names() -> set[str]:
    """Every name that the code gives a check, read from its source."""
    found = {check.name for check in PAGE_CHECKS}
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == Check.__name__:
                found |= {_name_in(word.value, path) for word in node.keywords if word.arg == "name"}
    return {name for name in found if name} | {f"container-{aspect}" for aspect in get_args(Aspect)}


def _name_in(value: ast.expr, path: Path) -> str:
    if isinstance(value, ast.Constant):
        return str(value.value)
    if isinstance(value, ast.Name):
        module = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        return str(getattr(import_module(module), value.id))
    return ""  # made of parts, which are listed apart, or that of another check


def checks() -> str:
    return _explained(CHECKS, check_names(), "Check")


def foreign_notes() -> str:
    return _explained(NOTES, EXTRA_NOTES, "Code")


def reasons() -> str:
    wanted = {f"not-understood:{reason}" for reason in NotUnderstood}
    return _explained(REASONS, wanted | {one for one in REASONS if not one.startswith("not-understood:")}, "Reason")


def _explained(texts: dict[str, str], names: Iterable[str], title: str) -> str:
    differ = set(texts) ^ set(names)
    if differ:
        raise Undescribed(f"docs/reference.py and the code differ: {', '.join(sorted(differ))}")
    return rows((title, "Meaning"), ((_code(name), text) for name, text in texts.items()))


# --- languages ------------------------------------------------------------------------------------------------------


def languages() -> str:
    """The languages that are looked for, and the model that reads each."""
    lines = ((_code(code), locales.languages()[code].name, model_of(code).folder.name) for code in known_languages())
    return rows(("Code", "Language", "Names model"), lines)


# --- schemas, Python ------------------------------------------------------------------------------------------------


def schemas() -> str:
    lines = ((_code(name), schema(name).get("description", ""), f"`schemas/{name}.schema.json`") for name in schema_names())
    return rows(("Name", "What it is", "File"), lines)


def python_api() -> str:
    """Functions and classes that `docpriv` exports, by their signatures and docstrings."""
    parts = []
    for name in docpriv.__all__:
        one = getattr(docpriv, name)
        if callable(one):
            parts.append(f"## {name}\n\n{_python(name, one)}")
    return "\n\n".join(parts)


def _python(name: str, one: Any) -> str:
    about = inspect.getdoc(one) or ""
    if is_dataclass(one):
        members = [*one.__annotations__, *(n for n, m in vars(one).items() if isinstance(m, property))]
        return f"{about}\n\nIt has: {', '.join(map(_code, members))}."
    if inspect.isclass(one):
        return about if not issubclass(one, ExitCode) else f"{about}\n\n{', '.join(f'`{c.name}` {int(c)}' for c in ExitCode)}."
    signature = inspect.signature(one)
    taken = ",\n".join(f"    {_bare(str(parameter))}" for parameter in _with_star(signature))
    return f"```python\n{name}(\n{taken},\n) -> {_bare(str(signature.return_annotation))}\n```\n\n{about}"


def _with_star(signature: inspect.Signature) -> Iterator[object]:
    starred = False
    for parameter in signature.parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and not starred:
            starred = True
            yield "*"
        yield parameter


def _bare(text: str) -> str:
    return text.replace("'", "")


def run_options() -> str:
    fields = RunOptions.model_fields.items()
    lines = ((_code(name), field.description or "A recipe, which the functions take by name or file.") for name, field in fields)
    return rows(("Option", "What it does"), (line for line in lines if "the run itself fills" not in line[1]))


# --- documents of the source ----------------------------------------------------------------------------------------


def security() -> str:
    return _document("SECURITY.md")


def contributing() -> str:
    return _document("CONTRIBUTING.md")


def _document(name: str) -> str:
    """A document at the root of the source, without its title and without links to files that are not in the manual."""
    text = (PACKAGE.parent / name).read_text(encoding="utf-8").split("\n", 1)[1].strip()
    return re.sub(r"\[([^\]]+)\]\([^)]+\)", r"`\1`", text)


TABLES: dict[str, Callable[[], str]] = {
    one.__name__: one
    for one in (
        commands,
        recipes,
        recipe_files,
        recipe_keys,
        kinds,
        styles,
        formats,
        exit_codes,
        error_classes,
        checks,
        foreign_notes,
        reasons,
        languages,
        schemas,
        python_api,
        run_options,
        security,
        contributing,
    )
}
