"""Habits of the source that a reader relies on."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import docpriv

ROOT = Path(docpriv.__file__).parent
LAB = ROOT.parent / "lab" / "docpriv_lab"
SOURCES = sorted([*ROOT.rglob("*.py"), *LAB.rglob("*.py")])
MAX_LINES = 575  # of the formatted tree
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}


def ids(path: Path) -> str:
    return str(path.relative_to(ROOT if path.is_relative_to(ROOT) else LAB.parent))


def test_no_file_is_too_long() -> None:
    long = {ids(path): lines for path in SOURCES if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MAX_LINES}
    assert long == {}


@pytest.mark.parametrize("path", SOURCES, ids=ids)
def test_a_module_says_what_it_does(path: Path) -> None:
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    first = text.splitlines()[0] if text else ""
    assert len(first) > 20
    assert "TBD" not in text


def test_no_module_is_a_drawer() -> None:
    assert [ids(path) for path in SOURCES if path.stem in FORBIDDEN_NAMES or path.parent.name in FORBIDDEN_NAMES] == []


def test_the_version_is_a_literal() -> None:
    tree = ast.parse((ROOT / "__init__.py").read_text(encoding="utf-8"))
    values = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id == "__version__" for target in node.targets)
    ]
    assert len(values) == 1
    assert isinstance(values[0], ast.Constant)
    assert values[0].value == docpriv.__version__


def test_the_package_is_typed() -> None:
    assert (ROOT / "py.typed").is_file()


def _judging(tree: ast.AST) -> list[int]:
    """Lines that read which kinds a policy covers, or compare something with the least score of a recipe."""
    kinds = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "cover"]
    compared = [node for node in ast.walk(tree) if isinstance(node, ast.Compare)]
    attributes = [part for node in compared for part in ast.walk(node) if isinstance(part, ast.Attribute)]
    return [*kinds, *(part.lineno for part in attributes if part.attr == "min_score")]


def test_one_module_alone_says_what_a_policy_covers() -> None:
    """Where two do, what one of them covers the other may leave."""
    judges = {ids(path) for path in SOURCES if _judging(ast.parse(path.read_text(encoding="utf-8")))}
    assert judges <= {"decide.py", "options.py"}
    assert "decide.py" in judges
    assert _judging(ast.parse("[f for f in found if f.score >= recipe.finding.min_score]"))
