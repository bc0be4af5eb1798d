"""The report of an archive job as a user writes it: it says what the ledger says, names no file, and stays the same."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sqlite3
import subprocess
from collections import Counter
from pathlib import Path

import jsonschema
import pytest

from docpriv.schemas import schema
from tests.e2e.runs import FAST, docpriv, environment, write_page

CANARY = "Quillfeather"
FORMATS = ("csv", "json", "html")


def batch(root: Path) -> dict[str, object]:
    done = docpriv("batch", root / "in", root / "out", "--job", root / "job", *FAST, "--json", timeout=240)
    assert done.stdout, done.stderr.decode()
    said: dict[str, object] = json.loads(done.stdout)
    return said


def report(root: Path, form: str, *more: object) -> subprocess.CompletedProcess[bytes]:
    return docpriv("report", "--job", root / "job", "--format", form, *more)


def written(root: Path, form: str) -> str:
    done = report(root, form)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A job with released, failed and quarantined documents, of which one waits again."""
    root = tmp_path_factory.mktemp("job")
    for number in range(4):
        write_page(root / "in" / f"{CANARY} box" / f"{CANARY}-{number}.png", [f"Dear @Jane{number} {CANARY}", "account #4411"])
    write_page(root / "in" / f"{CANARY} bad.png", ["!crash! here"])
    (root / "in" / f"{CANARY} broken.png").write_bytes(b"\x89PNG\r\n\x1a\nrubbish")
    assert batch(root)["states"] == {"failed": 1, "quarantined": 1, "released": 4}
    return root


@pytest.fixture
def job(made: Path, tmp_path: Path) -> Path:
    """A copy of it to change."""
    shutil.copytree(made / "job", tmp_path / "job")
    return tmp_path


def ids(root: Path, state: str) -> list[str]:
    connection = sqlite3.connect(root / "job" / "ledger.sqlite")
    found = connection.execute("SELECT document FROM docpriv_documents WHERE state = ? ORDER BY seq", (state,)).fetchall()
    connection.close()
    return [str(document) for (document,) in found]


def test_the_sums_are_those_of_the_ledger(made: Path) -> None:
    said, summary = json.loads(written(made, "json")), json.loads((made / "job" / "summary.json").read_text())
    jsonschema.validate(said, schema("job-report"))
    for name in (
        "job",
        "complete",
        "documents",
        "states",
        "pages",
        "regions",
        "kinds",
        "detectors",
        "withheld_because",
        "failed_checks",
        "attempts",
        "deaths",
        "released_with_slips",
        "standing",
        "withdrawn",
    ):
        assert said[name] == summary[name], name
    assert said["not_covered"] == summary["left"]
    assert {one["code"]: one["documents"] for one in said["errors"]} == summary["errors"]
    assert {one["sha256"]: one["documents"] for one in said["recipes"]} == summary["recipes"]
    assert said["programs"] == summary["versions"]
    assert said["cpu_by_stage"] == summary["seconds"]
    assert said["records"] == {"agrees": 6}
    assert said["records_beside"] == 0
    assert said["deaths"] == 2
    assert said["pages_by_status"] == {"verified": 4}
    assert all(check["passed"] == 4 and check["failed"] == 0 for check in said["checks"])
    assert said["checks"]


def test_the_csv_has_a_row_a_document(made: Path) -> None:
    lines = list(csv.DictReader(io.StringIO(written(made, "csv"), newline="")))
    assert Counter(line["state"] for line in lines) == {"released": 4, "failed": 1, "quarantined": 1}
    assert {line["document"] for line in lines} == {*ids(made, "released"), *ids(made, "failed"), *ids(made, "quarantined")}
    assert all(line["output_sha256"] for line in lines if line["state"] == "released")


@pytest.mark.parametrize("form", FORMATS)
def test_no_name_gets_into_a_report_and_it_stays_the_same(form: str, made: Path) -> None:
    first = written(made, form)
    assert CANARY.lower() not in first.lower()
    assert str(made) not in first
    assert ".png" not in first
    assert first == written(made, form)


def test_a_document_that_waits_again_has_a_row_and_no_figures(job: Path) -> None:
    again = ids(job, "released")[0]
    assert docpriv("jobs", "retry", "--job", job / "job", again).returncode == 0
    said = json.loads(written(job, "json"))
    (row,) = [row for row in said["rows"] if row["document"] == again]
    assert (row["state"], row["pages"], row["record"]) == ("waiting", 0, "")
    assert row["standing_sha256"] != ""
    assert (said["complete"], said["standing"], said["states"]["waiting"], said["pages"]) == (False, 1, 1, 3)
    assert "1 document has not ended" in written(job, "html")


@pytest.mark.parametrize("form", FORMATS)
def test_a_record_that_does_not_check_is_reported_and_is_an_error(form: str, job: Path) -> None:
    lost, changed = ids(job, "released")[:2]
    (job / "job" / "records" / lost[4:6] / f"{lost}.json").unlink()
    record = job / "job" / "records" / changed[4:6] / f"{changed}.json"
    record.write_text(record.read_text().replace('"status": "released"', '"status": "withheld"'))
    done = report(job, form, "--out", job / "report")
    assert done.returncode == 8
    assert b"2 document(s)" in done.stderr
    text = (job / "report").read_text()
    assert "missing" in text
    assert "differs" in text
    if form == "csv":
        found = {line["document"]: line["record"] for line in csv.DictReader(io.StringIO(text, newline=""))}
        assert (found[lost], found[changed]) == ("missing", "differs")


def test_a_report_is_kept_unless_told_otherwise_and_nothing_else_is_left(job: Path) -> None:
    out = job / "report.html"
    assert report(job, "html", "--out", out).returncode == 0
    first = out.read_text()
    assert report(job, "csv", "--out", out).returncode == 7
    assert out.read_text() == first
    assert report(job, "csv", "--out", out, "--force").returncode == 0
    assert out.read_text().startswith("document,")
    assert sorted(path.name for path in job.iterdir()) == ["job", "report.html"]
    assert report(job, "csv", "--out", job / "none" / "x.csv").returncode == 7
    assert report(job, "csv", "--out", "/dev/null", "--force").returncode == 0


def test_what_to_report_on_is_named_once(made: Path, tmp_path: Path) -> None:
    both = docpriv("report", tmp_path, "--job", made / "job")
    assert both.returncode == 2
    assert b"exclude each other" in both.stderr
    assert docpriv("report").returncode == 2
    other = docpriv("report", made / "job")
    assert other.returncode == 2
    assert b"--job" in other.stderr
    assert docpriv("report", "--job", tmp_path).returncode == 2


def test_the_ledger_of_a_job_is_its_own(made: Path) -> None:
    for done in (
        report(made, "csv", "--ledger", "postgresql+psycopg://nobody@localhost/none"),
        docpriv(
            "report", "--job", made / "job", env=environment(DOCPRIV_LEDGER="postgresql+psycopg://nobody:secret@localhost/none")
        ),
    ):
        assert done.returncode == 2
        assert b"its own file" in done.stderr
        assert b"secret" not in done.stderr


def test_records_of_a_folder_are_reported_as_before(made: Path) -> None:
    shard = made / "job" / "records" / ids(made, "released")[0][4:6]
    done = docpriv("report", shard)
    assert done.returncode == 0, done.stderr
    assert ids(made, "released")[0].encode() in done.stdout
