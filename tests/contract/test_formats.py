"""What holds for every format: texts name them all, choices are theirs, and what checks a file shares no code with the rest."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import docpriv
from docpriv.formats.form import FORMATS, WritableFormat, format_of
from docpriv.options import Writing

ROOT = Path(docpriv.__file__).parent
NAMES = [form.name for form in FORMATS.values()]

# What a check and the rest of a format may share: the form of what they say, and bytes as a stream.
SHARED = {"form:Problem", "form:PageSpec", "held:HeldStream"}
CHECKS = {"check", "check_parts"}


def test_texts_that_list_the_formats_name_all_of_them() -> None:
    texts = [ROOT.parent / "README.md", *ROOT.rglob("*.py")]
    lists = [m for path in texts for m in re.findall(r"PNG, JPEG, [^.\"]*", path.read_text(encoding="utf-8"))]
    assert len(lists) >= 5
    for text in lists:
        assert {name for name in NAMES if re.search(rf"\b{name}\b", text)} == set(NAMES), text


def test_the_choices_of_a_recipe_are_formats_that_are_written() -> None:
    field = Writing.model_fields["format"]
    same, *others = get_args(field.annotation)
    assert same == "same"
    assert all(isinstance(FORMATS[name], WritableFormat) for name in others)
    for form in FORMATS.values():
        if form.written_as != form.media_type:
            becomes = format_of(form.written_as)
            assert isinstance(becomes, WritableFormat)
            assert f"{becomes.name} for {form.name}" in str(field.description)


def test_formats_are_told_apart_by_name_suffix_and_media_type() -> None:
    suffixes = [suffix for form in FORMATS.values() for suffix in form.suffixes]
    assert len(set(suffixes)) == len(suffixes)
    assert all(re.fullmatch(r"\.[a-z]+", suffix) for suffix in suffixes)
    assert len({form.media_type for form in FORMATS.values()}) == len(FORMATS) == len(set(NAMES))
    assert [name.lower() for name in NAMES] == list(FORMATS)


# --- independence -------------------------------------------------------------------------------------------------------------


def test_what_checks_a_file_shares_nothing_with_what_writes_and_reads_it() -> None:
    graph = Graph({path.relative_to(ROOT / "formats"): path.read_text(encoding="utf-8") for path in SOURCES})
    assert graph.shared() - SHARED == set()
    assert {node.split(":")[0] for node in graph.checks} >= {"png", "jpeg", "bmp", "webp", "tiff", "pdf", "image"}
    for name in ("png:Png.check_parts", "tiff.check:_directory", "pdf.check:_bytes", "jpeg:check_stream"):
        assert name in graph.reached(graph.checks)
    for name in ("png:png_file", "tiff.writer:_directory", "pdf.writer:PdfWriter", "jpeg:_segments"):
        assert name in graph.reached(graph.others)


def test_shared_code_would_be_seen() -> None:
    form = "class Toy(ImageFormat):\n    def {}(self):\n        return {}\n    def check_parts(self):\n        return {}\n"
    part = "def parts(data):\n    return SIZES\n\nSIZES = (1, 2)\n\n"
    for made in ("extra_data", "file", "whole"):
        assert Graph({Path("toy.py"): part + form.format(made, "parts()", "parts()")}).shared() == {"toy:parts", "toy:SIZES"}
    assert Graph({Path("toy.py"): part + form.format("file", "SIZES", "parts()")}).shared() == {"toy:SIZES"}
    assert Graph({Path("toy.py"): part + form.format("file", "self.check_parts()", "SIZES")}).shared()
    other = "from docpriv.formats.toy import parts\n\n" + form.format("file", "0", "parts()").replace("Toy", "Two")
    assert Graph({Path("toy.py"): part + form.format("file", "parts()", "0"), Path("two.py"): other}).shared()
    assert Graph({Path("toy.py"): part + form.format("file", "parts()", "0")}).shared() == set()


SOURCES = sorted((ROOT / "formats").rglob("*.py"))


class Graph:
    """Which function, method of a format, class or constant of the package names which others."""

    def __init__(self, sources: dict[Path, str]) -> None:
        self.trees = {module(path): ast.parse(source) for path, source in sources.items()}
        self.nodes: dict[str, list[ast.AST]] = {}
        self.known = {name: dict(self._names(name, tree)) for name, tree in self.trees.items()}
        methods = [node for node in self.nodes if "." in node.split(":")[1]]
        self.checks = {node for node in methods if node.split(".")[-1] in CHECKS}
        self.others = set(methods) - self.checks

    def _names(self, name: str, tree: ast.Module) -> Iterator[tuple[str, str]]:
        """What a name at the top of a module stands for."""
        for node in tree.body:
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("docpriv.formats."):
                for alias in node.names:
                    yield alias.asname or alias.name, f"{(node.module or '').removeprefix('docpriv.formats.')}:{alias.name}"
            elif isinstance(node, ast.ClassDef) and any("Format" in ast.unparse(base) for base in node.bases):
                for method in node.body:
                    if isinstance(method, ast.FunctionDef):
                        self.nodes[f"{name}:{node.name}.{method.name}"] = list(method.body)
                        yield f"self.{method.name}", f"{name}:{node.name}.{method.name}"
            elif isinstance(node, ast.ClassDef):
                self.nodes[f"{name}:{node.name}"] = [part for method in node.body for part in getattr(method, "body", [])]
                yield node.name, f"{name}:{node.name}"
            elif isinstance(node, ast.FunctionDef):
                self.nodes[f"{name}:{node.name}"] = list(node.body)
                yield node.name, f"{name}:{node.name}"
            elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                for target in (part for one in targets for part in ast.walk(one) if isinstance(part, ast.Name)):
                    self.nodes[f"{name}:{target.id}"] = [node.value]
                    yield target.id, f"{name}:{target.id}"

    def _named(self, node: str) -> Iterator[str]:
        known = dict(self.known[node.split(":")[0]])
        for part in (inner for body in self.nodes[node] for inner in ast.walk(body)):
            if isinstance(part, ast.ImportFrom) and (part.module or "").startswith("docpriv.formats."):
                module_ = (part.module or "").removeprefix("docpriv.formats.")
                known |= {alias.name: f"{module_}:{alias.name}" for alias in part.names}
            elif isinstance(part, ast.Name) and part.id in known:
                yield known[part.id]
            elif isinstance(part, ast.Attribute) and f"self.{part.attr}" in known and ast.unparse(part.value) == "self":
                yield known[f"self.{part.attr}"]

    def reached(self, starts: set[str]) -> set[str]:
        waiting, found = list(starts), set[str]()
        while waiting:
            node = waiting.pop()
            if node not in found and node in self.nodes:
                found.add(node)
                waiting += self._named(node)
        return found

    def shared(self) -> set[str]:
        return self.reached(self.checks) & self.reached(self.others)


def module(path: Path) -> str:
    names = path.with_suffix("").parts
    return ".".join(names[:-1] if names[-1] == "__init__" else names)
