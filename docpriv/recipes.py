"""Find, load, check and digest recipes; no error repeats a value.

A recipe file is YAML of plain values: no duplicate keys, no anchors, at most 1 MB. `extends: NAME` (or a path beside
the file) starts from another recipe; groups are merged key by key, lists are replaced whole. `--set` goes on top. Files
of zone templates and recognizers that a recipe names are read in, so that its digest covers what they say.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from importlib.abc import Traversable
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from docpriv.errors import EngineError, RecipeError
from docpriv.files import read_at_most
from docpriv.options import Capability, Recipe, ZoneTemplate
from docpriv.recognizers import CustomRecognizer, recognizer_of, recognizers_in, shown
from docpriv.records import canonical, digest

MAX_BYTES = 1_000_000
"""Largest recipe file, in bytes: a thousand times the shipped ones, and small enough to parse at once."""

MAX_EXTENDS = 8
"""Longest chain of `extends`."""

MAX_TEMPLATES = 50
"""Zone templates of one recipe: each is sought on every page."""

_NAME = re.compile(r"([a-z0-9][a-z0-9-]{0,63})\.yaml")
_TERM_FIELDS = ("deny", "allow")
_IN_FILES = {
    "finding.recognizers": "Give the file with --recognizers FILE.",
    **dict.fromkeys(
        ("finding.deny", "finding.allow"), "Put the terms in a file, one a line: --deny-file FILE or --allow-file FILE."
    ),
}
_TEMPLATE_ADVICE = (
    "`docpriv zones draft IN --out FORM.yaml` drafts a template from a scan of the empty form; draw its zones, "
    "and see `docpriv zones check`."
)
# scrypt cost (RFC 7914): about 50 ms and 16 MB a guess, so that a term cannot be tried out cheaply against a digest.
_SCRYPT = {"n": 2**14, "r": 8, "p": 1}


def require(recipe: Recipe) -> None:
    """Raise RecipeError where a recipe needs what its own settings switch off."""
    seeing = recipe.seeing
    switches = {Capability.FACES: seeing.faces, Capability.CODES: seeing.codes, Capability.SIGNATURES: seeing.writing}
    off = sorted(str(one) for one in set(recipe.needs) if not switches.get(one, True))
    if off:
        raise RecipeError(
            f"recipe {recipe.name} needs what its own settings switch off: {', '.join(off)}",
            remedy="Leave the keys of `seeing` on, or take the capability from `needs`, knowing that nothing will look for it.",
        )


def shipped_folder(kind: str) -> Traversable:
    """`pipelines` or `schemas`: inside an installed wheel, or at the root of a source checkout."""
    installed = files("docpriv").joinpath("_data", kind)
    if installed.is_dir():
        return installed
    root = Path(__file__).resolve().parent.parent
    if (root / "pyproject.toml").is_file() and (root / kind).is_dir():
        return root / kind
    raise EngineError(f"the folder {kind} is missing from this installation", remedy="Reinstall docpriv.")


def recipe_names() -> tuple[str, ...]:
    """Names of the shipped recipes, sorted."""
    names = (_NAME.fullmatch(entry.name) for entry in shipped_folder("pipelines").iterdir())
    return tuple(sorted(name[1] for name in names if name))


def list_recipes() -> tuple[Recipe, ...]:
    """The shipped recipes in order of name."""
    return tuple(map(load_recipe, recipe_names()))


def recipe_text(name: str) -> str:
    """The YAML of a shipped recipe as it stands, comments included; RecipeError for an unknown name."""
    return _shipped(name).decode()


def load_recipe(name_or_path: str, sets: Sequence[str] = ()) -> Recipe:
    """A shipped recipe by name, or one from a file (anything with a slash or the ending .yaml or .yml).

    `sets` are `key=value` with dotted keys, applied last. RecipeError names the key and never the value.
    """
    data = _load(name_or_path, base=Path(), chain=())
    for assignment in sets:
        _assign(data, assignment)
    _read_files(data, Path())
    return _checked(Recipe, data)


def load_template(path: Path) -> ZoneTemplate:
    """A zone template from its YAML file; RecipeError (exit code 2) names the key and never the value."""
    data = _parse(_content(path, "the zone template"), "the zone template")
    if not isinstance(data, dict):
        raise RecipeError("a zone template is a mapping of keys to values", remedy=_TEMPLATE_ADVICE)
    if "zones" in data and not data["zones"]:
        raise RecipeError("the zone template has no zone yet", remedy=_TEMPLATE_ADVICE)
    return _checked(ZoneTemplate, data, "the zone template: ", remedy=_TEMPLATE_ADVICE)


def load_recognizers(path: Path) -> tuple[CustomRecognizer, ...]:
    """Recognizers from a YAML file of Presidio's format; RecipeError (exit code 2) names the recognizer, never a value."""
    what = "the file of recognizers"
    return tuple(recognizers_in(_parse(_content(path, what), what), what))


def recipe_keys() -> tuple[str, ...]:
    """Every dotted key that a recipe may hold, in the order of the form."""
    return tuple(_keys(Recipe, ""))


def canonical_recipe(recipe: Recipe) -> dict[str, Any]:
    """The recipe as a JSON value in one form: everything that decides what happens, and nothing else.

    Order and repetition in `needs` and `policy.cover` do not count; the description is left out. Terms to deny or
    allow are personal data: a scrypt digest of the whole list stands for them, and so it does for what the recognizers
    of a user look for.
    """
    data: dict[str, Any] = recipe.model_dump(mode="json")
    del data["description"]
    data["needs"] = sorted(set(data["needs"]))
    data["policy"]["cover"] = sorted(set(data["policy"]["cover"]))
    for name in _TERM_FIELDS:
        terms = sorted(set(data["finding"][name]))
        data["finding"][name] = _terms_digest(name, tuple(terms)) if terms else None
    own = sorted(data["finding"]["recognizers"], key=lambda one: str(one["name"]))
    secret = [
        [sorted(set(one.pop("context"))), sorted(set(one.pop("deny_list"))), [p.pop("regex") for p in one["patterns"]]]
        for one in own
    ]
    data["finding"]["recognizers"] = (
        {"named": own, "content": _terms_digest("recognizers", (canonical(secret).decode(),))} if own else None
    )
    return data


def recipe_sha256(recipe: Recipe) -> str:
    """SHA-256 of the canonical form, in hex; equal for two recipes exactly where they decide alike."""
    return digest(canonical_recipe(recipe))


@lru_cache(maxsize=16)
def _terms_digest(name: str, terms: tuple[str, ...]) -> str:
    text = "\n".join(terms).encode()
    return hashlib.scrypt(text, salt=b"docpriv/recipe-terms/1/" + name.encode(), dklen=32, **_SCRYPT).hex()


def override(recipe: Recipe, values: Mapping[str, Any]) -> Recipe:
    """The recipe with some dotted keys changed; RecipeError names the key and never the value."""
    data: dict[str, Any] = recipe.model_dump()
    for key, value in values.items():
        place, last = _place(data, key)
        place[last] = value
    return _checked(Recipe, data)


# --- YAML ---------------------------------------------------------------------------------------------------------


class _Loader(yaml.SafeLoader):
    """Plain values only: no duplicate keys, no aliases (a small file could unfold to gigabytes), no `no` for False."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.constructor.ConstructorError(None, None, "an alias", event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag != "tag:yaml.org,2002:str":
                raise yaml.constructor.ConstructorError(None, None, "a key that is no plain word", key.start_mark)
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, "a key given twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


# YAML 1.1 reads NO (Norway), on and off as truth values, and 2024-01-01 as a date. Recipes know true and false only.
_UNWANTED = {"tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:merge"}
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in pairs if tag not in _UNWANTED]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))


def _parse(data: bytes, what: str) -> Any:
    try:
        return yaml.load(data, Loader=_Loader)  # noqa: S506  (a SafeLoader, narrowed)
    except yaml.MarkedYAMLError as exc:
        mark = exc.problem_mark
        place = f" in line {mark.line + 1}" if mark is not None else ""
        found = exc.problem if isinstance(exc, yaml.constructor.ConstructorError) and exc.context is None else None
        known = found in ("an alias", "a key given twice", "a key that is no plain word")
        raise RecipeError(f"{what} holds {found}{place}" if known else f"{what} is not valid YAML{place}") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise RecipeError(f"{what} is not valid YAML") from None


def _shipped(name: str) -> bytes:
    known = recipe_names()
    if name not in known:
        near = get_close_matches(name, known, n=1, cutoff=0.5)
        hint = f"; nearest: {near[0]}" if near else ""
        raise RecipeError(
            f"no shipped recipe has that name; known: {', '.join(known)}{hint}",
            remedy="A recipe of your own is given by its path, such as ./my-recipe.yaml.",
        )
    return shipped_folder("pipelines").joinpath(f"{name}.yaml").read_bytes()


def _content(path: Path, what: str) -> bytes:
    return read_at_most(path, MAX_BYTES, what, RecipeError)


def _read_files(data: dict[str, Any], base: Path) -> None:
    """Put the content of zone templates and recognizers in the place of their files' names: what they say decides, not where
    they lie. Each recognizer in the list is checked, so that a refusal can name it.
    """
    policy, finding = data.get("policy"), data.get("finding")
    if isinstance(policy, dict) and isinstance(named := policy.get("zones"), list):
        if len(named) > MAX_TEMPLATES:
            raise RecipeError(f"policy.zones names more than {MAX_TEMPLATES} templates")
        policy["zones"] = [load_template(base / one) if isinstance(one, str) else one for one in named]
    if isinstance(finding, dict) and isinstance(named := finding.get("recognizers"), list):
        found: list[CustomRecognizer] = []
        for number, one in enumerate(named, start=1):
            if isinstance(one, str):
                found += load_recognizers(base / one)
            elif isinstance(one, CustomRecognizer):
                found.append(one)
            elif (own := recognizer_of(one, f"finding.recognizers, number {number}")) is not None:
                found.append(own)
        finding["recognizers"] = found


def _load(name_or_path: str, *, base: Path, chain: tuple[str, ...]) -> dict[str, Any]:
    is_path = "/" in name_or_path or name_or_path.endswith((".yaml", ".yml"))
    if is_path:
        path = base / name_or_path
        identity, raw, folder = str(path.resolve()), _content(path, "the recipe file"), path.parent
    else:
        identity, raw, folder = name_or_path, _shipped(name_or_path), base
    if identity in chain:
        raise RecipeError("recipes extend each other in a circle")
    if len(chain) >= MAX_EXTENDS:
        raise RecipeError(f"a recipe extends more than {MAX_EXTENDS} others in a chain")
    data = _parse(raw, "the recipe")
    if not isinstance(data, dict):
        raise RecipeError("a recipe is a mapping of keys to values")
    parent = data.pop("extends", None)
    _check_keys(data, Recipe, "")
    _read_files(data, folder)
    if parent is None:
        return data
    if not isinstance(parent, str):
        raise RecipeError("extends names one recipe or one file")
    return _merged(_load(parent, base=folder, chain=(*chain, identity)), data)


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    out = dict(below)
    for key, value in above.items():
        old = out.get(key)
        out[key] = _merged(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return out


# --- keys -----------------------------------------------------------------------------------------------------------


def _form_of(form: type[BaseModel], key: str) -> type[BaseModel] | None:
    """The sub-form behind a key, or None where the key holds a value."""
    kind = form.model_fields[key].annotation
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _keys(form: type[BaseModel], prefix: str) -> Iterator[str]:
    for name in form.model_fields:
        inner = _form_of(form, name)
        if inner is None:
            yield prefix + name
        else:
            yield from _keys(inner, f"{prefix}{name}.")


def _unknown(key: str) -> RecipeError:
    known = recipe_keys()
    near = get_close_matches(key, known, n=1, cutoff=0.6)
    if not near:  # the group may be missing or wrong: compare the last part alone
        leaves = {name.rpartition(".")[2]: name for name in reversed(known)}
        near = [leaves[leaf] for leaf in get_close_matches(key.rpartition(".")[2], leaves, n=1, cutoff=0.0)]
    return RecipeError(f"unknown key {shown(key)}; the nearest known one is {near[0]}")


def _check_keys(data: Mapping[str, Any], form: type[BaseModel], prefix: str) -> None:
    for key, value in data.items():
        if key not in form.model_fields:
            raise _unknown(prefix + key)
        inner = _form_of(form, key)
        if inner is None:
            continue
        if not isinstance(value, Mapping):
            raise RecipeError(f"{prefix}{key} is a group of keys, not a value")
        _check_keys(value, inner, f"{prefix}{key}.")


def _assign(data: dict[str, Any], assignment: str) -> None:
    key, equals, value = assignment.partition("=")
    key = key.strip()
    if not equals:
        raise RecipeError("--set takes key=value, such as policy.colour=white")
    if key in _IN_FILES:
        raise RecipeError(f"{key} is not set on the command line, where other users could read it", remedy=_IN_FILES[key])
    place, last = _place(data, key)
    place[last] = _parse(value.encode("utf-8", "surrogateescape"), f"the value of {key}")


def _place(data: dict[str, Any], key: str) -> tuple[dict[str, Any], str]:
    """The group of keys that a dotted key lies in, made where it is missing, and its name there."""
    form: type[BaseModel] = Recipe
    *groups, last = key.split(".")
    for group in groups:
        inner = _form_of(form, group) if group in form.model_fields else None
        if inner is None:
            raise _unknown(key)
        form, data = inner, data.setdefault(group, {})
    if last not in form.model_fields:
        raise _unknown(key)
    group_form = _form_of(form, last)
    if group_form is not None:
        raise RecipeError(f"{key} is a group of keys; set one of them: {', '.join(_keys(group_form, key + '.'))}")
    return data, last


_Form = TypeVar("_Form", bound=BaseModel)


def _checked(form: type[_Form], data: Mapping[str, Any], what: str = "", *, remedy: str | None = None) -> _Form:
    try:
        return form.model_validate(data)
    except ValidationError as exc:
        first = exc.errors(include_url=False, include_input=False)[0]
        if first["type"] in {"style", "language"}:
            remedy = first["ctx"]["remedy"]
        if first["type"] == "literal_error" and first["loc"][:2] == ("finding", "scripts"):
            remedy = f"There are detectors for {first['ctx']['expected']} alone: leave the others out."
        key = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"]).lstrip(".")
        key = shown(key)
        more = exc.error_count() - 1
        rest = f" (and {more} more)" if more else ""
        said = first["msg"].removeprefix("Value error, ")
        raise RecipeError(f"{what}{key}: {said}{rest}" if key else f"{what}{said}{rest}", remedy=remedy) from None
