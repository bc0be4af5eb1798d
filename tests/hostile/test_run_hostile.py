"""The whole command over the corpus of broken and odd files: each ends in a file, withheld, or in one clear error."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from docpriv.formats.document import open_document
from docpriv.options import Limits
from tests.e2e.runs import FAST, docpriv
from tests.hostile.corpus import Expectation, build


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Expectation], list[dict[str, Any]], Path, bytes]:
    folder = tmp_path_factory.mktemp("hostile")
    expected = build(folder / "in")
    files = sorted(p for p in (folder / "in").iterdir() if p.is_file())
    done = docpriv(
        "redact",
        *files,
        "--out",
        folder / "out",
        *FAST,
        "--json",
        "--names",
        "digest",
        "--workers",
        2,
        "--memory-mb",
        2000,
        timeout=400,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return expected, lines, folder, done.stdout + done.stderr


def test_every_file_ends_once(run) -> None:
    expected, lines, _, _ = run
    documents = [line for line in lines if line["format"] == "docpriv/document-line/1"]
    assert len(documents) == len(expected) >= 60
    assert sorted(line["index"] for line in documents) == list(range(len(expected)))


def test_endings_are_those_of_the_design(run) -> None:
    expected, lines, folder, _ = run
    names = [p.name for p in sorted((folder / "in").iterdir())]
    wrong = {}
    for line in lines[:-1]:
        name = names[line["index"]]
        opens = any(o.startswith("pages:") for o in expected[name].outcomes)
        allowed = {0, 5} if opens else {3}
        if any(not o.startswith("pages:") for o in expected[name].outcomes):
            allowed.add(3)
        if line["exit_code"] not in allowed:
            wrong[name] = (line["exit_code"], line["error"])
    assert wrong == {}


def test_what_was_released_opens_and_nothing_else_is_there(run) -> None:
    _, lines, folder, _ = run
    released = {line["document"] for line in lines[:-1] if line["exit_code"] == 0}
    written = {p.stem: p for p in (folder / "out").rglob("*") if p.is_file()}
    assert set(written) == released
    assert len(released) >= 10
    for path in written.values():
        with open_document(path, document="doc-test", limits=Limits()) as document:
            assert sum(1 for _ in document.pages()) == document.info.pages


def test_no_path_is_printed(run) -> None:
    expected, _, folder, printed = run
    assert str(folder).encode() not in printed
    telling = [name for name in expected if len(name) > 12 and name.encode() in printed]
    assert telling == []


def test_every_record_is_whole(run) -> None:
    _, lines, folder, _ = run
    records = {p.stem: json.loads(p.read_text()) for p in Path(f"{folder}/out.records").glob("doc-*.json")}
    assert {line["document"] for line in lines[:-1]} == set(records)
    for line in lines[:-1]:
        record = records[line["document"]]
        assert record["status"] in ("released", "withheld", "failed")
        assert (record["error"] is None) == (line["exit_code"] == 0)
        assert re.fullmatch(r"doc-[0-9a-f]{20}", record["document"])
