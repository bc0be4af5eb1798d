"""What to do about a limit: the advice names an option or a key of the recipe that is there, and works when it is typed."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import pytest
from pydantic import TypeAdapter

import docpriv
from docpriv.cli.documents_cmd import redact
from docpriv.errors import LIMIT_MOST, LIMIT_OPTIONS, LimitExceeded
from docpriv.options import Limits
from docpriv.recipes import load_recipe

ROOT = Path(docpriv.__file__).parent
RAISED = {
    node.args[0].value
    for path in ROOT.rglob("*.py")
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    if isinstance(node, ast.Call)
    and isinstance(node.func, ast.Attribute)
    and node.func.attr == "over"
    and node.args
    and isinstance(node.args[0], ast.Constant)
}


def test_every_limit_of_intake_is_raised_somewhere() -> None:
    assert {"megapixels", "pages", "input_megabytes", "aspect", "min_side"} == RAISED


@pytest.mark.parametrize("key", sorted(RAISED))
def test_what_to_do_is_typed_as_it_stands(key: str) -> None:
    advice = LimitExceeded.over(key, "too large", to=77).advice
    (setting,) = re.findall(r"--set (\S+=\d+)", advice)
    assert getattr(load_recipe("redact", [setting]).limits, key) == 77
    taken = {name for form in inspect.signature(redact).parameters.values() for name in _names(form.annotation)}
    for option in re.findall(r"(--[a-z-]+) 77", advice):
        assert option in taken
    assert (key in LIMIT_OPTIONS) == (f"{LIMIT_OPTIONS.get(key)} 77" in advice)


def _names(annotation: object) -> list[str]:
    parts = getattr(annotation, "__metadata__", ())  # typer takes the first name for a default, until it looks closer
    return [str(name) for part in parts for name in (getattr(part, "default", None), *(getattr(part, "param_decls", None) or ()))]


def test_no_advice_goes_beyond_what_can_be_set() -> None:
    for key, most in LIMIT_MOST.items():
        TypeAdapter(Limits).validate_python({key: most})
        with pytest.raises(ValueError):
            TypeAdapter(Limits).validate_python({key: most + 1})
        assert "--" not in LimitExceeded.over(key, "far too large", to=most + 1).advice


def test_every_other_limit_says_what_to_do() -> None:
    """A limit that no key raises has advice of its own, or the general one, which asks for no option."""
    assert "--" not in LimitExceeded.remedy
