"""The checker of archive jobs: a job that ended well passes, and each promise that is broken by hand is seen."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.invariants import Report, check_job
from tests.e2e.runs import FAST, docpriv, write_page


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A job of five: two released, one of them packed, one withheld, one failed, one put aside."""
    root = tmp_path_factory.mktemp("checked")
    write_page(root / "in" / "a" / "letter.png", ["Dear @Jane Doe"])
    packed = write_page(root / "p.png", ["Dear @John Doe"])
    with zipfile.ZipFile(root / "in" / "box.zip", "w") as box:
        box.write(packed, "one.png")
        box.writestr("note.txt", "no document")
    write_page(root / "in" / "twice.png", ["of @Marigold and Marigold"])
    write_page(root / "in" / "bad.png", ["!crash!"])
    (root / "in" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nrubbish")
    done = docpriv("batch", root / "in", root / "out", "--job", root / "job", *FAST, "--json", "--set", "verifying.repairs=0")
    assert json.loads(done.stdout)["states"] == {"released": 2, "withheld": 1, "failed": 1, "quarantined": 1}
    return root


@pytest.fixture
def copy(job: Path, tmp_path: Path) -> Path:
    shutil.copytree(job, tmp_path / "copy")
    return tmp_path / "copy"


def look(root: Path, *, finished: bool = True, memory: dict[str, Any] | None = None) -> Report:
    return check_job(root / "in", root / "out", root / "job", finished=finished, memory=memory)


def codes(report: Report) -> set[str]:
    return {problem.split(":")[0] for problem in report.problems}


def say(root: Path, change: str) -> None:
    connection = sqlite3.connect(root / "job" / "ledger.sqlite")
    with connection:
        assert connection.execute(change).rowcount > 0
    connection.close()


def test_a_job_that_ended_well_passes(job: Path) -> None:
    memory: dict[str, Any] = {}
    report = look(job, memory=memory)
    assert report.problems == ()
    assert (report.documents, report.files, len(memory["released"])) == (5, 2, 2)
    assert look(job, memory=memory).ok


def _again(root: Path) -> None:
    """The same bytes under the same name, but another file: what a second release would leave."""
    path = root / "out" / "a" / "letter.png"
    shutil.copyfile(path, path.with_suffix(".new"))
    os.replace(path.with_suffix(".new"), path)


BREACHES: dict[str, Callable[[Path], object]] = {
    "document-lost": lambda root: say(root, "DELETE FROM docpriv_documents WHERE state = 'withheld'"),
    "no-such-document": lambda root: (root / "in" / "twice.png").unlink(),
    "source-changed": lambda root: write_page(root / "in" / "twice.png", ["other"]),
    "other-input": lambda root: say(root, "UPDATE docpriv_documents SET input_sha256 = 'x' WHERE output = 'a/letter.png'"),
    "output-gone": lambda root: (root / "out" / "a" / "letter.png").unlink(),
    "output-differs": lambda root: (root / "out" / "a" / "letter.png").write_bytes(b"half"),
    "file-of-nobody": lambda root: (root / "out" / "twice.png").write_bytes(b"what was withheld"),
    "output-of-two": lambda root: say(root, "UPDATE docpriv_documents SET output = 'a/letter.png' WHERE output IS NOT NULL"),
    "released-nothing": lambda root: say(root, "UPDATE docpriv_documents SET state = 'released' WHERE state = 'withheld'"),
    "unknown-state": lambda root: say(root, "UPDATE docpriv_documents SET state = 'lost' WHERE state = 'failed'"),
    "not-ended": lambda root: say(root, "UPDATE docpriv_documents SET state = 'waiting' WHERE state = 'failed'"),
    "holder-of-none": lambda root: say(root, "UPDATE docpriv_documents SET runner = 'me' WHERE state = 'failed'"),
    "ended-without-attempt": lambda root: say(root, "UPDATE docpriv_documents SET attempts = 0 WHERE state = 'failed'"),
    "record-differs": lambda root: say(root, "UPDATE docpriv_documents SET state = 'withheld' WHERE state = 'failed'"),
    "temporary-file": lambda root: (root / "job" / "records" / ".docpriv-record-x").write_bytes(b""),
    "half-log-line": lambda root: (root / "job" / "log.jsonl").write_text("{", encoding="ascii"),
    "released-again": _again,
    "released-twice": lambda root: (root / "job" / "log.jsonl").write_text(
        (root / "job" / "log.jsonl").read_text(encoding="ascii") * 2, encoding="ascii"
    ),
}


@pytest.mark.parametrize("code", BREACHES)
def test_a_broken_promise_is_seen(code: str, copy: Path) -> None:
    memory: dict[str, Any] = {}
    assert look(copy, memory=memory).ok
    BREACHES[code](copy)
    assert code in codes(look(copy, memory=memory))


def test_a_file_that_got_its_name_just_before_a_kill_is_its_notes_until_the_job_goes_on(job: Path, copy: Path) -> None:
    """As a worker leaves it that dies between the name and the row: the row is leased, the note says what was to be."""
    connection = sqlite3.connect(copy / "job" / "ledger.sqlite")
    (document,) = connection.execute("SELECT document FROM docpriv_documents WHERE output = 'a/letter.png'").fetchone()
    connection.close()
    for path in (copy / "job" / "records").glob("*/private/doc-*.json"):
        path.write_text(path.read_text(encoding="utf-8").replace(str(job), str(copy)), encoding="utf-8")
    records = copy / "job" / "records" / document[4:6]
    say(
        copy,
        "UPDATE docpriv_documents SET state = 'leased', runner = 'me', output = NULL, output_sha256 = NULL WHERE "
        "output = 'a/letter.png'",
    )
    assert look(copy, finished=False).ok
    assert codes(look(copy)) >= {"file-of-nobody", "not-ended"}
    note = {
        "private": json.loads((records / "private" / f"{document}.json").read_text(encoding="utf-8")),
        "record": json.loads((records / f"{document}.json").read_text(encoding="utf-8")),
    }
    (records / "private" / f"{document}.next.json").write_text(json.dumps(note), encoding="utf-8")
    (records / f"{document}.json").unlink()
    assert look(copy, finished=False).ok
    (records / "private" / f"{document}.next.json").unlink()
    assert codes(look(copy, finished=False)) == {"file-of-nobody"}
