"""Archive jobs as a user runs them: kills, restarts, several runners, broken files, archives, another recipe."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import tarfile
import time
import zipfile
from pathlib import Path

import pytest

from tests.e2e.runs import FAST, docpriv, environment, start, tree, write_page

CANARY = "Quillfeather"


def fill(source: Path, count: int) -> None:
    for i in range(count):
        write_page(source / f"box{i % 3}" / f"{CANARY}-{i}.png", [f"Dear @Jane{i} Doe", f"account #4411{i}", "yours"])


def batch(root: Path, *more: object, env: dict[str, str] | None = None, timeout: float = 240) -> dict[str, object]:
    done = docpriv("batch", root / "in", root / "out", "--job", root / "job", *FAST, "--json", *more, env=env, timeout=timeout)
    assert done.stdout, done.stderr.decode()
    said: dict[str, object] = json.loads(done.stdout)
    assert said["exit_code"] == done.returncode
    return said


def rows(root: Path) -> list[dict[str, object]]:
    connection = sqlite3.connect(root / "job" / "ledger.sqlite")
    connection.row_factory = sqlite3.Row
    with connection:
        found = [dict(row) for row in connection.execute("SELECT * FROM docpriv_documents ORDER BY seq")]
    connection.close()
    return found


def check(root: Path, *, finished: bool) -> None:
    """What must hold of the output and the ledger at any moment; and, of a job that ended, that they tell the same."""
    out = {name: digest for name, digest in tree(root / "out").items() if ".docpriv-" not in name}
    said = {str(row["output"]): str(row["output_sha256"]) for row in rows(root) if row["output"]}
    assert set(said.items()) <= set(out.items()), "what the ledger calls released stands as it was released"
    if finished:
        assert said == out
        assert not {row["state"] for row in rows(root)} & {"waiting", "leased"}
        assert all(row["runner"] is None for row in rows(root))
        assert not list((root / "job" / "records").rglob("*.next.json"))
        for row in rows(root):
            record = root / "job" / "records" / str(row["document"])[4:6] / f"{row['document']}.json"
            assert json.loads(record.read_text())["status"] == {"quarantined": "failed"}.get(str(row["state"]), row["state"])
    for name in out:
        assert CANARY not in (root / "out" / name).read_bytes().decode("latin-1")


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What an undisturbed job over `fill(12)` writes."""
    root = tmp_path_factory.mktemp("reference")
    fill(root / "in", 12)
    assert batch(root)["states"] == {"released": 12}
    check(root, finished=True)
    return tree(root / "out")


def test_a_job_that_is_run_again_does_nothing_again(tmp_path: Path) -> None:
    fill(tmp_path / "in", 5)
    first = batch(tmp_path, "--workers", 2)
    assert (first["exit_code"], first["states"], first["complete"]) == (0, {"released": 5}, True)
    assert first["kinds"] == {"ACCOUNT_NUMBER": 5, "PERSON": 5}
    before = rows(tmp_path)
    assert batch(tmp_path)["attempts"] == first["attempts"]
    assert rows(tmp_path) == before
    write_page(tmp_path / "in" / "new.png", ["Dear @John"])
    os.utime(next((tmp_path / "in").rglob(f"{CANARY}-0.png")))        # touched, not changed: its release stands
    said = batch(tmp_path)
    assert said["states"] == {"released": 6}
    log = [json.loads(line) for line in (tmp_path / "job" / "log.jsonl").read_text().splitlines()]
    assert sum(line["event"] == "document-ended" and not line["already"] for line in log) == 6
    check(tmp_path, finished=True)


def test_another_recipe_replaces_what_this_ledger_wrote_and_nothing_else(tmp_path: Path) -> None:
    fill(tmp_path / "in", 3)
    batch(tmp_path)
    old = tree(tmp_path / "out")
    foreign = tmp_path / "out" / "box0" / f"{CANARY}-0.png"
    foreign.write_bytes(b"somebody's own file")
    said = batch(tmp_path, "--set", "policy.colour=white")
    new = tree(tmp_path / "out")
    assert said["states"] == {"failed": 1, "released": 2}
    assert said["errors"] == {"exists": 1}
    assert foreign.read_bytes() == b"somebody's own file"
    assert sum(old[name] != new[name] for name in old) == 3, "two are new, one is the other file"


def test_a_document_that_kills_its_worker_twice_is_put_aside(tmp_path: Path) -> None:
    fill(tmp_path / "in", 3)
    write_page(tmp_path / "in" / "bad.png", ["!crash! here"])
    (tmp_path / "in" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nrubbish")
    (tmp_path / "in" / "note.txt").write_text("no document")
    said = batch(tmp_path)
    assert said["states"] == {"failed": 1, "quarantined": 1, "released": 3}
    assert (said["exit_code"], said["passed_over"]) == (6, 1)
    (bad,) = [row for row in rows(tmp_path) if row["state"] == "quarantined"]
    assert (bad["deaths"], bad["attempts"], bad["error"]) == (1, 2, "engine")
    check(tmp_path, finished=True)
    assert batch(tmp_path)["attempts"] == said["attempts"], "it is not tried a third time by itself"
    retried = docpriv("jobs", "retry", "--job", tmp_path / "job", "--state", "quarantined")
    assert b"1 document will" in retried.stdout
    assert int(str(batch(tmp_path)["attempts"])) > int(str(said["attempts"])) - 2


@pytest.mark.parametrize("stage", ["read", "noted", "linked", "recorded"])
def test_a_worker_that_dies_at_a_stage_costs_at_most_its_document(stage: str, tmp_path: Path) -> None:
    fill(tmp_path / "in", 2)
    said = batch(tmp_path, env=environment(DOCPRIV_KILL_AT=stage))
    check(tmp_path, finished=True)
    assert said["states"] == ({"released": 2} if stage in ("linked", "recorded") else {"quarantined": 2})


def test_random_kills_lose_nothing_and_release_nothing_twice(tmp_path: Path, reference: dict[str, str]) -> None:
    rng = random.Random(20261120)
    fill(tmp_path / "in", 12)
    for _ in range(6):
        run = start("batch", tmp_path / "in", tmp_path / "out", "--job", tmp_path / "job", *FAST, "--workers", 2)
        time.sleep(rng.uniform(0.5, 6.0))
        run.send_signal(rng.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM]))
        run.wait(timeout=60)
        if (tmp_path / "job" / "ledger.sqlite").exists():
            time.sleep(0.3)
            check(tmp_path, finished=False)
    assert batch(tmp_path, "--workers", 2)["complete"] is True
    check(tmp_path, finished=True)
    assert tree(tmp_path / "out") == reference


def test_two_runners_share_a_job(tmp_path: Path, reference: dict[str, str]) -> None:
    fill(tmp_path / "in", 12)
    command = ["batch", tmp_path / "in", tmp_path / "out", "--job", tmp_path / "job", *FAST, "--workers", 1]
    both = [start(*command), start(*command)]
    assert [run.wait(timeout=240) for run in both] == [0, 0]
    check(tmp_path, finished=True)
    assert tree(tmp_path / "out") == reference
    assert all(row["attempts"] == 1 for row in rows(tmp_path)), "nothing was done twice"


def test_an_interrupted_job_says_so_and_goes_on(tmp_path: Path) -> None:
    fill(tmp_path / "in", 12)
    run = start("batch", tmp_path / "in", tmp_path / "out", "--job", tmp_path / "job", *FAST, "--workers", 1)
    until = time.monotonic() + 60
    while not tree(tmp_path / "out") and time.monotonic() < until:
        time.sleep(0.05)
    run.send_signal(signal.SIGTERM)
    assert run.wait(timeout=60) == 130
    summary = json.loads((tmp_path / "job" / "summary.json").read_text())
    assert (summary["complete"], summary["exit_code"]) == (False, 130)
    assert "leased" not in summary["states"], "what was held waits again at once"
    assert batch(tmp_path)["states"] == {"released": 12}


def test_documents_in_archives_are_taken_and_nothing_leaves_the_tree(tmp_path: Path) -> None:
    source = tmp_path / "in"
    pages = [write_page(tmp_path / f"p{i}.png", [f"Dear @Jane{i} Doe"]) for i in range(3)]
    source.mkdir()
    with zipfile.ZipFile(source / "box.zip", "w") as box:
        box.write(pages[0], "in/a.png")
        box.write(pages[1], "../../evil.png")
        box.writestr(zipfile.ZipInfo("C:\\evil.png"), pages[2].read_bytes())
        box.writestr("note.txt", "no document")
    with tarfile.open(source / "tape.tgz", "w:gz") as tape:
        for i, page in enumerate(pages):
            tape.add(page, f"d{i}/x.png")
        link = tarfile.TarInfo("link.png")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tape.addfile(link)
    (source / "cut.tar.gz").write_bytes((source / "tape.tgz").read_bytes()[:150])
    (source / "office.docx").write_bytes((source / "box.zip").read_bytes())
    said = batch(tmp_path)
    assert said["states"] == {"failed": 1, "released": 6}
    assert sorted(tree(tmp_path / "out")) == ["box.zip/in/a.png", "box.zip/member-0000001.png", "box.zip/member-0000002.png",
                                              "tape.tgz/d0/x.png", "tape.tgz/d1/x.png", "tape.tgz/d2/x.png"]
    assert batch(tmp_path)["attempts"] == said["attempts"]
    check(tmp_path, finished=True)


def test_logs_metrics_and_lists_carry_no_name(tmp_path: Path) -> None:
    fill(tmp_path / "in", 2)
    done = docpriv("batch", tmp_path / "in", tmp_path / "out", "--job", tmp_path / "job", *FAST)
    listed = [docpriv("jobs", *words, "--job", tmp_path / "job") for words in (["list"], ["show"], ["list", "--json"])]
    docpriv("jobs", "export", "--job", tmp_path / "job", "--out", tmp_path / "jobs.csv")
    said = [done.stdout, done.stderr, *(part for one in listed for part in (one.stdout, one.stderr)),
            (tmp_path / "jobs.csv").read_bytes(), (tmp_path / "job" / "log.jsonl").read_bytes(),
            (tmp_path / "job" / "metrics.prom").read_bytes(), (tmp_path / "job" / "summary.json").read_bytes()]
    assert all(said[-4:])
    assert done.returncode == 0
    for one in said:
        assert CANARY.encode() not in one
        assert b"box1" not in one
    for name in ("job.json", "ledger.sqlite", "log.jsonl", "summary.json"):
        assert (tmp_path / "job" / name).stat().st_mode & 0o077 == 0, name


@pytest.mark.parametrize(("job", "out"), [("in/job", "out"), ("out/job", "out"), ("job", "in/out"), ("in", "out")])
def test_folders_that_lie_in_each_other_are_refused(job: str, out: str, tmp_path: Path) -> None:
    fill(tmp_path / "in", 1)
    done = docpriv("batch", tmp_path / "in", tmp_path / out, "--job", tmp_path / job, *FAST)
    assert done.returncode == 2, done.stderr
    assert not (tmp_path / "out").exists()


def test_a_job_folder_belongs_to_one_source(tmp_path: Path) -> None:
    fill(tmp_path / "in", 1)
    batch(tmp_path)
    fill(tmp_path / "other", 1)
    done = docpriv("batch", tmp_path / "other", tmp_path / "out", "--job", tmp_path / "job", *FAST)
    assert done.returncode == 2
    assert b"another source" in done.stderr
