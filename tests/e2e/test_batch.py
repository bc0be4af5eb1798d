"""Archive jobs as a user runs them: kills, restarts, several runners, broken files, archives, another recipe."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import re
import signal
import sqlite3
import tarfile
import time
import zipfile
from pathlib import Path

import pytest

from tests.e2e.runs import FAST, docpriv, environment, on_terminal, start, tree, write_page

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
    os.utime(next((tmp_path / "in").rglob(f"{CANARY}-0.png")))  # touched, not changed: its release stands
    said = batch(tmp_path)
    assert said["states"] == {"released": 6}
    log = [json.loads(line) for line in (tmp_path / "job" / "log.jsonl").read_text().splitlines()]
    assert sum(line["event"] == "document-ended" and not line["already"] for line in log) == 6
    check(tmp_path, finished=True)


def test_the_terminal_names_what_was_not_released_and_why_and_a_log_only_its_id(tmp_path: Path) -> None:
    write_page(tmp_path / "in" / "box" / f"{CANARY}.png", ["of @Marigold and Marigold"])
    (tmp_path / "in" / f"broken {CANARY}.png").write_bytes(b"\x89PNG\r\n\x1a\nrubbish")
    strict = [*FAST, "--set", "verifying.repairs=0", "--workers", 1]
    code, shown = on_terminal("batch", "in", "out", "--job", "job", *strict, cwd=tmp_path)
    assert code == 3
    assert f"withheld: in/box/{CANARY}.png\n  1 of 1 page(s) could not be released\n  page 1: check:" in shown
    assert re.search(rf"failed: in/broken {CANARY}.png\n  \w.+\n  what to do: \w", shown)
    assert shown.count("what to do: ") == 2
    done = docpriv("batch", tmp_path / "in", tmp_path / "out2", "--job", tmp_path / "job2", *strict)
    assert CANARY not in (said := done.stderr.decode() + done.stdout.decode())
    assert "error=withheld\n  1 of 1 page(s) could not be released\n  page 1: check:" in said


def test_what_is_put_back_is_not_said_to_have_ended(tmp_path: Path) -> None:
    write_page(tmp_path / "in" / "crash.png", ["!crash! here"])
    command = ["batch", tmp_path / "in", tmp_path / "out", "--job", tmp_path / "job", *FAST, "--workers", 1]
    said = docpriv(*command).stderr.decode()
    first, second = re.findall(r"^doc-\S+ (.+?) pages", said, re.MULTILINE)
    assert (first, second) == ("put back, to be tried again", "quarantined")
    assert "put back, to be tried again pages=0 cpu=0.0s because=engine\n  the process that handled the document ended" in said
    docpriv("jobs", "retry", "--job", tmp_path / "job", "--state", "quarantined")
    code, shown = on_terminal(*command, cwd=tmp_path)
    assert code == 4
    assert f"put back, to be tried again: {tmp_path}/in/crash.png\n" in shown
    assert f"quarantined: {tmp_path}/in/crash.png\n" in shown
    assert "\nput back, to be tried again: 1\n" in shown
    docpriv("jobs", "retry", "--job", tmp_path / "job", "--state", "quarantined")
    summary = json.loads(docpriv(*command, "--json").stdout)
    assert (summary["put_back"], summary["states"]) == (1, {"quarantined": 1})


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


def test_what_a_stricter_recipe_withholds_is_not_passed_on_any_more(tmp_path: Path) -> None:
    write_page(tmp_path / "in" / "box" / f"{CANARY}.png", ["of @Marigold and Marigold"])
    write_page(tmp_path / "in" / "fine.png", ["Dear @Jane Doe"])
    assert batch(tmp_path)["states"] == {"released": 2}
    old = tree(tmp_path / "out")
    released = {row["place"]: row for row in rows(tmp_path)}
    said = batch(tmp_path, "--set", "verifying.repairs=0")
    assert (said["states"], said["exit_code"]) == ({"released": 1, "withheld": 1}, 6)
    assert (said["withdrawn"], said["standing"], said["errors"]) == (1, 0, {"withheld": 1})
    assert set(tree(tmp_path / "out")) == {"fine.png"}
    (row,) = [row for row in rows(tmp_path) if row["state"] == "withheld"]
    kept = tmp_path / "job" / "withdrawn" / f"{row['place']}-{released[row['place']]['output_sha256'][:12]}.png"  # type: ignore[index]
    assert tree(kept.parent)[kept.name] == old[f"box/{CANARY}.png"]
    reason = json.loads(kept.with_name(kept.name + ".reason.json").read_text())
    assert (reason["document"], reason["place"], reason["code"]) == (row["document"], row["place"], "withheld")
    record = json.loads(kept.with_name(kept.name + ".record.json").read_text())
    assert (record["status"], record["output"]["sha256"]) == ("released", old[f"box/{CANARY}.png"])
    assert len(list(kept.parent.iterdir())) == 3
    assert kept.parent.stat().st_mode & 0o077 == 0
    assert not any(CANARY in path.name or CANARY in path.read_text(errors="replace") for path in kept.parent.glob("*.json"))
    check(tmp_path, finished=False)
    names = f"{row['document']}.json"
    assert [
        json.loads(path.read_text())["status"]
        for path in (tmp_path / "job" / "records").rglob(names)
        if path.parent.name != "private"
    ] == ["withheld"]
    shown = docpriv("jobs", "show", "--job", tmp_path / "job")
    assert b"withdrawn: 1" in shown.stdout
    report = json.loads(docpriv("report", "--job", tmp_path / "job", "--format", "json").stdout)
    assert (report["withdrawn"], report["standing"], report["records"]) == (1, 0, {"agrees": 2})
    again = batch(tmp_path)
    assert (again["states"], again["withdrawn"], tree(tmp_path / "out")) == ({"released": 2}, 0, old), "the old one again"


def test_what_is_withheld_leaves_the_file_of_somebody_else(tmp_path: Path) -> None:
    write_page(tmp_path / "in" / "a.png", ["of @Marigold and Marigold"])
    batch(tmp_path)
    (tmp_path / "out" / "a.png").write_bytes(b"somebody's own file")
    said = batch(tmp_path, "--set", "verifying.repairs=0")
    assert (said["states"], said["withdrawn"]) == ({"failed": 1}, 0)
    assert (tmp_path / "out" / "a.png").read_bytes() == b"somebody's own file"


def test_an_inbox_is_not_worked_on_as_an_archive(tmp_path: Path) -> None:
    write_page(tmp_path / "in" / "sub" / "a.png", ["Dear @Jane Doe"])
    (tmp_path / "in" / ".docpriv").mkdir()
    (tmp_path / "in" / ".docpriv" / "job").write_text("job-0123456789abcdef\n")
    for source in ("in", "in/sub"):
        done = docpriv("batch", tmp_path / source, tmp_path / "out", "--job", tmp_path / "job", *FAST)
        assert done.returncode == 2
        assert b"docpriv watch INBOX" in done.stderr
        assert not (tmp_path / "out").exists()
        assert not (tmp_path / "job").exists()


def test_a_folder_of_the_output_that_is_a_link_is_refused(tmp_path: Path) -> None:
    fill(tmp_path / "in", 3)
    (tmp_path / "away").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "box1").symlink_to(tmp_path / "away")
    said = batch(tmp_path)
    assert (said["states"], said["errors"]) == ({"failed": 1, "released": 2}, {"output": 1})
    assert not list((tmp_path / "away").iterdir()), "nothing is written beside the output"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("path", "../elsewhere/secret.png"),
        ("path", "/etc/hostname"),
        ("path", "box0/other.png"),
        ("archive", "../elsewhere/secret.zip"),
    ],
)
def test_a_row_with_a_path_of_its_own_is_refused(column: str, value: str, tmp_path: Path) -> None:
    """Who can write the ledger must not have files read, or outputs written, elsewhere."""
    fill(tmp_path / "in", 2)
    write_page(tmp_path / "in" / "box0" / "other.png", ["Dear @Jane Doe"])
    write_page(tmp_path / "elsewhere" / "secret.png", ["Dear @Jane Doe"])
    batch(tmp_path)
    before = tree(tmp_path)
    with sqlite3.connect(tmp_path / "job" / "ledger.sqlite") as ledger:
        (place,) = ledger.execute("SELECT place FROM docpriv_documents WHERE path LIKE '%-0.png'").fetchone()
        ledger.execute("UPDATE docpriv_documents SET state = 'waiting', attempts = 0 WHERE place = ?", (place,))
        ledger.execute(
            "UPDATE docpriv_documents SET path = ? WHERE place = ?"
            if column == "path"
            else "UPDATE docpriv_documents SET archive = ?, number = 0 WHERE place = ?",
            (value, place),
        )
    ledger.close()
    said = batch(tmp_path)
    assert (said["states"], said["errors"]) == ({"failed": 1, "released": 2}, {"integrity": 1})
    after = tree(tmp_path)
    assert {name for name in before if before[name] != after.get(name)} <= {name for name in before if name.startswith("job/")}, (
        "nothing but the job's own files has changed"
    )
    assert {name for name in after if name not in before and not name.startswith("job/")} == set()


def test_a_document_that_kills_its_worker_twice_is_put_aside(tmp_path: Path) -> None:
    fill(tmp_path / "in", 3)
    write_page(tmp_path / "in" / "bad.png", ["!crash! here"])
    (tmp_path / "in" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nrubbish")
    (tmp_path / "in" / "note.txt").write_text("no document")
    said = batch(tmp_path)
    assert said["states"] == {"failed": 1, "quarantined": 1, "released": 3}
    assert (said["exit_code"], said["passed_over"]) == (6, 1)
    (bad,) = [row for row in rows(tmp_path) if row["state"] == "quarantined"]
    assert (bad["deaths"], bad["attempts"], bad["error"]) == (2, 2, "engine")
    assert said["deaths"] == 2
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
    assert said["states"] == {"failed": 2, "released": 6}, "one tape is cut off, and office documents are not read"
    assert sorted(tree(tmp_path / "out")) == [
        "box.zip/in/a.png",
        "box.zip/member-0000001.png",
        "box.zip/member-0000002.png",
        "tape.tgz/d0/x.png",
        "tape.tgz/d1/x.png",
        "tape.tgz/d2/x.png",
    ]
    assert batch(tmp_path)["attempts"] == said["attempts"]
    check(tmp_path, finished=True)


def test_an_exported_name_is_no_formula_and_an_export_is_kept_unless_told_otherwise(tmp_path: Path) -> None:
    write_page(tmp_path / "in" / "=1+1.png", ["words"])
    batch(tmp_path)
    out = tmp_path / "jobs.csv"
    words = ("jobs", "export", "--job", tmp_path / "job", "--out", out)
    assert docpriv(*words, "--paths").returncode == 0
    (row,) = csv.DictReader(io.StringIO(out.read_text(), newline=""))
    assert (row["path"], row["output"]) == ("'=1+1.png", "'=1+1.png")
    assert row["released_by_hand"] == "no"
    assert out.stat().st_mode & 0o077 == 0, "it names where documents lie"
    assert docpriv(*words).returncode == 7
    assert "path" in out.read_text()
    assert docpriv(*words, "--force").returncode == 0
    assert "1+1" not in out.read_text()


def test_logs_metrics_and_lists_carry_no_name(tmp_path: Path) -> None:
    fill(tmp_path / "in", 2)
    done = docpriv("batch", tmp_path / "in", tmp_path / "out", "--job", tmp_path / "job", *FAST)
    listed = [docpriv("jobs", *words, "--job", tmp_path / "job") for words in (["list"], ["show"], ["list", "--json"])]
    docpriv("jobs", "export", "--job", tmp_path / "job", "--out", tmp_path / "jobs.csv")
    said = [
        done.stdout,
        done.stderr,
        *(part for one in listed for part in (one.stdout, one.stderr)),
        (tmp_path / "jobs.csv").read_bytes(),
        (tmp_path / "job" / "log.jsonl").read_bytes(),
        (tmp_path / "job" / "metrics.prom").read_bytes(),
        (tmp_path / "job" / "summary.json").read_bytes(),
    ]
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
