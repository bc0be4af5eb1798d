"""Who may import whom: read from the source of every module, imports inside functions included."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import docpriv

ROOT = Path(docpriv.__file__).parent
MIDDLE = {"formats", "ocr", "layout", "pii", "visual", "redaction"}
FOUNDATION = {
    "errors",
    "files",
    "geometry",
    "locales",
    "model",
    "model_card",
    "registry",
    "tape",
    "text",
    "protocols",
    "recognizers",
    "styles",
    "options",
    "raster",
    "decide",
    "records",
    "measures",
    "recipes",
    "recall",
    "run_options",
    "provenance",
}

# What each part may import of docpriv, beside itself; `docpriv` is the package's own `__init__` (its version).
ALLOWED: dict[str, set[str]] = {
    "errors": set(),
    "geometry": {"errors"},
    "model": {"errors", "geometry"},
    "locales": {"errors", "model"},
    "model_card": {"errors"},
    "raster": {"geometry", "model"},
    "registry": set(),
    "staging": {"errors", "files"},
    "tape": {"errors", "geometry", "model"},
    "text": {"errors", "geometry", "locales", "model", "tape"},
    "protocols": {"errors", "geometry", "model", "tape"},
    "recognizers": {"errors", "model"},
    "styles": {"geometry", "model", "registry"},
    "options": {"errors", "geometry", "model", "model_card", "recognizers", "styles"},
    "decide": {"model", "options"},
    "recall": set(),
    "run_options": {"errors", "files", "options"},
    "files": {"errors"},
    "records": {"errors", "files", "geometry", "model", "options", "styles"},
    "measures": {"model", "records"},
    "recipes": {"errors", "files", "model", "options", "recognizers", "records"},
    "pseudonyms": {"errors", "files", "model", "records", "text"},
    "provenance": {"docpriv"},
    **{part: FOUNDATION | {"docpriv"} for part in MIDDLE},
    "pipeline": FOUNDATION | MIDDLE | {"staging", "pseudonyms", "docpriv"},
    "work": {"errors", "files"},
    "batch": FOUNDATION | MIDDLE | {"staging", "pipeline", "pseudonyms", "work", "docpriv"},
    "results": FOUNDATION | {"batch"},
    "api": FOUNDATION | {"batch", "results", "pseudonyms"},
    "evaluation": {"errors", "files"},
    "compliance": FOUNDATION | {"docpriv"},
    "classify": FOUNDATION | {"docpriv"},  # what was read is handed in; nothing below knows of it
    "encrypted": {"errors", "files", "classify", "work"},  # of the classifier its head alone, to export it
    "schemas": FOUNDATION | {"batch", "results", "compliance"},
    "cli": FOUNDATION
    | {
        "pipeline",
        "ocr",  # which engines are there
        "work",
        "batch",
        "results",
        "api",
        "schemas",
        "compliance",
        "evaluation",
        "pseudonyms",
        "classify",
        "encrypted",
        "docpriv",
    },
    "docpriv": {"api", "errors", "options", "recipes"},
}

LAB = ROOT.parent / "lab" / "docpriv_lab"
LAB_MAY = {
    "formats",
    "styles",
    "cli",
    "errors",
    "evaluation",
    "geometry",
    "model",
    "model_card",
    "options",
    "pii",
    "pipeline",
    "visual",
} | {
    "protocols",
    "redaction",
}
"""What the laboratory imports of docpriv: forms, the two models that it trains, the painting that it attacks, printing."""


def part_of(module: str) -> str:
    """docpriv.ocr.rapid -> ocr; docpriv -> docpriv."""
    names = module.split(".")
    return names[1] if len(names) > 1 else "docpriv"


def imports_of(tree: ast.AST, module: str, is_package: bool) -> Iterator[tuple[str, int]]:
    """Modules of docpriv and of its laboratory that a tree imports, with the line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] in {"docpriv", "docpriv_lab"}:
                    yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            name = node.module or ""
            if node.level:
                base = module.split(".")[: len(module.split(".")) - node.level + (1 if is_package else 0)]
                name = ".".join([*base, name]).rstrip(".")
            if name == "docpriv":  # from docpriv import x: a part of the house, or something of __init__
                for alias in node.names:
                    whole = ROOT / alias.name
                    is_part = whole.is_dir() or whole.with_suffix(".py").is_file()
                    yield (f"docpriv.{alias.name}" if is_part else "docpriv"), node.lineno
            elif name.split(".")[0] in {"docpriv", "docpriv_lab"}:
                yield name, node.lineno


def modules(root: Path = ROOT) -> list[tuple[str, Path]]:
    found = []
    for path in sorted(root.rglob("*.py")):
        names = [root.name, *path.relative_to(root).with_suffix("").parts]
        found.append((".".join(names[:-1] if names[-1] == "__init__" else names), path))
    return found


def violations(module: str, source: str, is_package: bool = False) -> list[str]:
    part = part_of(module)
    return [
        f"{module}:{line} imports {name}"
        for name, line in imports_of(ast.parse(source), module, is_package)
        if name.startswith("docpriv_lab") or part_of(name) not in ALLOWED.get(part, set()) | {part}
    ]


def test_every_part_of_the_house_has_a_rule() -> None:
    assert {part_of(module) for module, _ in modules()} == set(ALLOWED)


def test_the_map_of_the_house_is_that_of_the_tree() -> None:
    told = re.findall(r"^\| `(\w+)` \| .{8,}\|$", (ROOT.parent / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(told) == sorted({part_of(module) for module, _ in modules()})


@pytest.mark.parametrize(("module", "path"), modules(), ids=[name for name, _ in modules()])
def test_imports_follow_the_direction(module: str, path: Path) -> None:
    assert violations(module, path.read_text(encoding="utf-8"), path.name == "__init__.py") == []


def test_the_laboratory_imports_few_parts() -> None:
    used = {
        part_of(name)
        for module, path in modules(LAB)
        for name, _ in imports_of(ast.parse(path.read_text(encoding="utf-8")), module, path.name == "__init__.py")
        if name.split(".")[0] == "docpriv"
    }
    assert used == LAB_MAY


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("docpriv.ocr.rapid", "import docpriv.pii"),
        ("docpriv.ocr.rapid", "def f():\n    from docpriv.formats import sniff"),
        ("docpriv.geometry", "from docpriv import model"),
        ("docpriv.pipeline.document", "from docpriv.batch.job import Job"),
        ("docpriv.records", "from docpriv.compliance.report import report_table"),
        ("docpriv.evaluation.scoring", "from docpriv.model import Kind"),
        ("docpriv.pii.finder", "from ..cli import app"),
        ("docpriv.cli.evaluate_cmd", "def f():\n    from docpriv_lab.pages import benchmark"),
        ("docpriv.cli.app", "import docpriv_lab.cli"),
    ],
)
def test_the_check_sees_violations(module: str, source: str) -> None:
    assert len(violations(module, source)) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("docpriv.ocr.rapid", "from docpriv.ocr.detect import x\nfrom .recognize import y\nimport numpy"),
        ("docpriv.pipeline.document", "from docpriv import __version__\nfrom docpriv.formats import sniff"),
    ],
)
def test_the_check_lets_the_rest_pass(module: str, source: str) -> None:
    assert violations(module, source) == []


HEAVY = (
    "numpy",
    "cv2",
    "onnxruntime",
    "PIL",
    "pydantic",
    "spacy",
    "presidio_analyzer",
    "rapidocr",
    "tokenizers",
    "pypdfium2",
    "pikepdf",
    "typer",
    "rich",
    "jinja2",
    "yaml",
)


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = f"import sys, docpriv; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


ENGINES = ("onnxruntime", "spacy", "presidio_analyzer", "rapidocr", "tokenizers", "torch", "pypdfium2", "pikepdf", "cv2", "PIL")


@pytest.mark.parametrize(("asked", "told"), [(["--help"], "redact"), (["redact", "--help"], "--out")])
def test_asking_for_help_loads_no_engine(asked: list[str], told: str) -> None:
    code = (
        "import sys, io, contextlib\nfrom docpriv.cli.app import main\n"
        f"with contextlib.redirect_stdout(io.StringIO()) as out: code = main({asked!r})\n"
        f"print(code, {told!r} in out.getvalue(), [m for m in {ENGINES!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0 True []"


def test_everything_in_all_can_be_imported() -> None:
    for name in docpriv.__all__:
        assert getattr(docpriv, name) is not None
    assert set(docpriv.__all__) <= set(dir(docpriv))
    with pytest.raises(AttributeError):
        docpriv.no_such_thing  # noqa: B018


def test_the_lazy_names_are_those_that_type_checkers_see() -> None:
    tree = ast.parse((ROOT / "__init__.py").read_text(encoding="utf-8"))
    seen = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("docpriv.")
        for alias in node.names
    }
    assert seen == set(docpriv.__all__) - {"__version__"}
