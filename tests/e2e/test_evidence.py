"""What records say stays true: two runs at once, failures after a release, plans beside recipes, damage, crashes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.runs import COMMAND, FAST, docpriv, environment, start, tree, write_page, write_pdf

# The plain copy of the name is found after covering; without repairs that withholds the page.
SURVIVES = ["of @Johnny", "@Marigold and Marigold"]


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    return write_page(tmp_path / "in" / "letter.png", SURVIVES)


def record_of(out: Path) -> dict[str, Any]:
    (path,) = Path(f"{out}.records").glob("doc-*.json")
    return dict(json.loads(path.read_text()))


def attempts(out: Path) -> list[dict[str, Any]]:
    return [json.loads(p.read_text()) for p in Path(f"{out}.records").glob("attempts/doc-*.json")]


def lines(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


# --- a release by a plan is not one by a recipe ------------------------------------------------------------------------


def test_what_a_person_drew_does_not_count_as_redacted(letter: Path, tmp_path: Path) -> None:
    plan, out = tmp_path / "plan.json", tmp_path / "out"
    assert docpriv("scan", letter, "--plan", plan, *FAST).returncode == 0
    edited = json.loads(plan.read_text())
    edited["pages"][0]["regions"] = []
    plan.write_text(json.dumps(edited))
    apply = ("apply", plan, letter, "--out", out, *FAST)
    assert docpriv(*apply, "--region", "1:500,2,9,9").returncode == 0
    before = tree(out)
    assert docpriv("redact", letter, "--out", out, *FAST).returncode == 7
    again = docpriv(*apply, "--region", "1:500,2,9,9", "--json")
    assert (again.returncode, lines(again)[0]["already"]) == (0, True)
    assert docpriv(*apply, "--region", "1:400,2,9,9").returncode == 7  # another plan
    assert tree(out) == before
    record = record_of(out)
    assert record["reviewed"] is True
    assert len(record["plan_sha256"]) == 64
    assert docpriv("redact", letter, "--out", out, *FAST, "--force").returncode == 0
    assert record_of(out)["reviewed"] is False


def by_plan(letter: Path, tmp_path: Path, change: Callable[[list[dict[str, Any]]], object], *more: object) -> dict[str, Any]:
    """The record of a letter that the recipe withholds and a person released by a plan."""
    strict = [*FAST, "--set", "verifying.repairs=0"]
    out, plan = tmp_path / "out", tmp_path / "plan.json"
    assert docpriv("redact", letter, "--out", out, *strict).returncode == 5
    assert docpriv("scan", letter, "--plan", plan, *strict).returncode == 0
    edited = json.loads(plan.read_text())
    change(edited["pages"][0]["regions"])
    plan.write_text(json.dumps(edited))
    done = docpriv("apply", plan, letter, "--out", out, *strict, *more)
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    assert b"though the recipe withholds it: check:" in done.stdout
    return record_of(out)


def set_by_person(record: dict[str, Any]) -> int:
    return sum(any(r["detector"] == "person" for r in one["reasons"]) for one in record["pages"][0]["regions"])


def report_of(tmp_path: Path) -> tuple[dict[str, Any], str]:
    said = [docpriv("report", tmp_path / "out.records", "--format", form).stdout.decode() for form in ("json", "html")]
    return json.loads(said[0])["rows"][0], said[1]


def test_a_release_by_a_plan_that_nobody_changed_says_so_and_why_the_page_was_withheld(letter: Path, tmp_path: Path) -> None:
    record = by_plan(letter, tmp_path, lambda regions: None)
    assert (record["status"], record["reviewed"]) == ("released", True)
    (page,) = record["pages"]
    assert (page["status"], page["withheld_because"], page["areas_removed"]) == ("verified", [], 0)
    assert [why for why in page["withheld_before"] if why.startswith("check:")]
    assert set_by_person(record) == 0
    row, html = report_of(tmp_path)
    assert (row["areas_set"], row["areas_removed"]) == (0, 0)
    assert row["withheld_before"] == dict.fromkeys(page["withheld_before"], 1)
    assert "with a plan that nobody changed; the recipe withholds it: check:" in html
    assert "set by a person" not in html


@pytest.mark.parametrize(
    ("change", "more", "counted"),
    [
        (lambda regions: None, ("--region", "1:500,2,9,9"), (1, 0)),
        (lambda regions: regions.pop(), (), (0, 1)),
        (lambda regions: regions[0]["boxes"][0].__setitem__(0, regions[0]["boxes"][0][0] - 5), (), (1, 1)),
        (lambda regions: regions[0]["reasons"][0].update(kind="ADDRESS"), (), (1, 1)),
        (lambda regions: regions.append({"boxes": [[500, 2, 509, 11]], "reasons": []}), (), (1, 0)),
        (lambda regions: regions.reverse(), (), (0, 0)),
    ],
    ids=["added", "removed", "moved", "another kind", "drawn", "another order"],
)
def test_what_a_person_set_is_said_of_that_alone(
    change: Any, more: tuple[str, ...], counted: tuple[int, int], letter: Path, tmp_path: Path
) -> None:
    record = by_plan(letter, tmp_path, change, *more)
    assert (set_by_person(record), record["pages"][0]["areas_removed"]) == counted
    row, html = report_of(tmp_path)
    assert (row["areas_set"], row["areas_removed"]) == counted
    assert ("nobody changed" in html) == (counted == (0, 0))


def test_of_a_plan_that_does_not_say_how_it_was_made_all_is_set_by_a_person(letter: Path, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    assert docpriv("scan", letter, "--plan", plan, *FAST).returncode == 0
    edited = json.loads(plan.read_text())
    del edited["pages"][0]["made"]
    plan.write_text(json.dumps(edited))
    assert docpriv("apply", plan, letter, "--out", tmp_path / "out", *FAST).returncode == 0
    assert set_by_person(record_of(tmp_path / "out")) == len(edited["pages"][0]["regions"]) > 0


# --- one run at a time -------------------------------------------------------------------------------------------------


@pytest.fixture
def hanging(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A run that holds the records of tmp_path/out and does not end."""
    source = write_page(tmp_path / "slow" / "slow.png", ["!hang!"])
    process = start("redact", source, "--out", tmp_path / "out", *FAST, "--set", "limits.page_seconds=300")
    until = time.monotonic() + 60
    while not workers_of(process) and time.monotonic() < until:
        time.sleep(0.1)
    assert workers_of(process)
    yield process
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def workers_of(process: subprocess.Popen[bytes]) -> list[str]:
    return Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()


def test_a_second_run_on_the_same_records_is_refused(hanging: subprocess.Popen[bytes], letter: Path, tmp_path: Path) -> None:
    orphan = tmp_path / "out.records" / ".docpriv-record-of-the-other"
    orphan.write_text("half")
    refused = docpriv("redact", letter, "--out", tmp_path / "out", *FAST)
    assert refused.returncode == 7
    assert b"another run is using these records" in refused.stderr
    assert orphan.exists()
    assert tree(tmp_path / "out") == {}
    assert docpriv("redact", letter, "--out", tmp_path / "other", *FAST).returncode == 0
    os.killpg(hanging.pid, signal.SIGKILL)
    hanging.wait()
    assert docpriv("redact", letter, "--out", tmp_path / "out", *FAST).returncode == 0
    assert not orphan.exists()


# --- a failure does not erase a release --------------------------------------------------------------------------------


def test_a_dry_run_leaves_no_record(letter: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert docpriv("redact", letter, "--out", out, *FAST, "--dry-run").returncode == 0
    assert [name for name in tree(tmp_path / "out.records") if "doc-" in name] == []
    assert docpriv("redact", letter, "--out", out, *FAST).returncode == 0
    before = tree(tmp_path / "out.records")
    assert docpriv("redact", letter, "--out", out, *FAST, "--dry-run", "--force").returncode == 0
    assert docpriv("redact", letter, "--out", out, *FAST, "--dry-run", "--force", "--set", "verifying.repairs=0").returncode == 5
    assert tree(tmp_path / "out.records") == before


@pytest.mark.parametrize(
    ("options", "kill", "code"),
    [(("--set", "verifying.repairs=0"), "", 5), (("--max-megapixels", "0.001"), "", 3), ((), "found", 4), ((), "noted", 4)],
)
def test_a_failure_after_a_release_keeps_its_record(
    letter: Path, tmp_path: Path, options: tuple[str, ...], kill: str, code: int
) -> None:
    out = tmp_path / "out"
    assert docpriv("redact", letter, "--out", out, *FAST).returncode == 0
    output, released = tree(out), record_of(out)
    more = {"DOCPRIV_KILL_AT": kill} if kill else {}
    run = ("redact", letter, "--out", out, *FAST, "--force", *options, "--colour", "white")
    done = docpriv(*run, "--json", env=environment(**more))
    assert done.returncode == code, done.stdout
    assert tree(out) == output
    assert record_of(out) == released
    assert [a["status"] for a in attempts(out)] == ["withheld" if code == 5 else "failed"]
    assert lines(done)[0]["earlier_stands"] is True
    assert b"an earlier release still stands" in docpriv(*run, env=environment(**more)).stdout
    report = docpriv("report", f"{out}.records")
    assert len(report.stdout.splitlines()) == 2
    assert b",released," in report.stdout
    assert docpriv("redact", letter, "--out", out, *FAST).returncode == 0  # still done
    assert docpriv("redact", letter, "--out", out, *FAST, "--force").returncode == 0
    assert attempts(out) == []


def test_a_kill_of_the_whole_run_before_the_link_keeps_the_old_record(letter: Path, tmp_path: Path) -> None:
    """As above, but nobody is left to tidy up: the next run finds what was noted."""
    out, records = tmp_path / "out", tmp_path / "out.records"
    assert docpriv("redact", letter, "--out", out, *FAST).returncode == 0
    released = record_of(out)
    private = json.loads(next(records.glob("private/doc-*.json")).read_text())
    noted = {
        "private": {**private, "target": private["target"].replace("letter.png", "letter.pdf")},
        "record": {**released, "status": "releasing", "output": {**released["output"], "sha256": "0" * 64}},
    }
    (records / "private" / f"{released['document']}.next.json").write_text(json.dumps(noted))
    assert docpriv("redact", letter, "--out", out, *FAST).returncode == 0
    assert record_of(out) == released
    assert json.loads(next(records.glob("private/doc-*.json")).read_text()) == private
    assert not list(records.glob("private/*.next.json"))


def test_a_record_whose_output_is_gone_makes_way(letter: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert docpriv("redact", letter, "--out", out, *FAST).returncode == 0
    (out / "letter.png").unlink()
    assert docpriv("redact", letter, "--out", out, *FAST, "--set", "verifying.repairs=0").returncode == 5
    assert record_of(out)["status"] == "withheld"


# --- damage ------------------------------------------------------------------------------------------------------------


def test_a_damaged_record_costs_its_own_document_alone(letter: Path, tmp_path: Path) -> None:
    write_page(tmp_path / "in" / "other.png", ["plain words"])
    out, records = tmp_path / "out", tmp_path / "out.records"
    assert docpriv("redact", letter, "--out", out, *FAST).returncode == 0
    (damaged,) = records.glob("doc-*.json")
    damaged.write_text("{")
    done = docpriv("redact", tmp_path / "in", "--out", out, *FAST)
    assert done.returncode == 6
    assert f"not a record of this version: {damaged.stem}".encode() in done.stdout
    assert (out / "other.png").exists()
    assert damaged.read_text() == "{"
    assert docpriv("redact", letter, "--out", out, *FAST, "--force").returncode == 8
    report = docpriv("report", records)
    assert report.returncode == 8
    assert damaged.stem.encode() in report.stderr


def test_what_a_crash_left_is_swept(letter: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    left = [out / ".docpriv-staging-0011223344556677", out / "deep" / ".docpriv-staging-8899aabbccddeeff"]
    for folder in left:
        folder.mkdir(parents=True)
        (folder / "lock").touch()
        (folder / "content").write_text("half")
    write_page(tmp_path / "in" / "deep" / "b.png", ["plain words"])
    assert docpriv("redact", tmp_path / "in", "--out", out, *FAST).returncode == 0
    assert sorted(tree(out)) == ["deep/b.png", "letter.png"]


@pytest.mark.parametrize("content", ["", "abcd\n", "not hex at all"])
def test_a_key_that_a_crash_left_short_is_made_anew(letter: Path, tmp_path: Path, content: str) -> None:
    private = tmp_path / "out.records" / "private"
    private.mkdir(parents=True, mode=0o700)
    (private / "key").write_text(content)
    run = ("redact", letter, "--out", tmp_path / "out", *FAST)
    assert docpriv(*run).returncode == 0
    assert len(bytes.fromhex((private / "key").read_text())) == 32
    assert (private / "key").stat().st_mode & 0o777 == 0o600
    assert sorted(p.name for p in private.iterdir() if not p.name.startswith("doc-")) == ["key", "lock"]
    (private / "key").write_text(content)  # now records depend on it
    assert docpriv(*run).returncode == 8
    assert (private / "key").read_text() == content


# --- processes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [None, "", ".", ":relative"])
def test_no_code_of_the_current_folder_is_run(letter: Path, tmp_path: Path, path: str | None) -> None:
    here = tmp_path / "here"
    here.mkdir()
    for name in ("cv2", "numpy", "pydantic"):
        (here / f"{name}.py").write_text(f"open({str(tmp_path / 'marker')!r}, 'w').close()\nraise ImportError\n")
    # The command itself is started as its script is: without the current folder. The workers must be, too.
    script = (
        "import sys\nsys.path[:] = [p for p in sys.path if p not in ('', '.', 'relative') and p != "
        + repr(str(here))
        + "]\nfrom docpriv.cli.app import main\nsys.exit(main())\n"
    )
    more = {} if path is None else {"PYTHONPATH": path}
    done = subprocess.run(
        [
            sys.executable,
            "-P",
            "-S",
            "-c",
            "import site, os\nsite.main()\n" + script,
            "redact",
            str(letter),
            "--out",
            str(tmp_path / "out"),
            *FAST,
        ],
        cwd=here,
        capture_output=True,
        timeout=60,
        env=environment(**more),
        check=False,
    )
    assert not (tmp_path / "marker").exists()
    assert done.returncode == 0, done.stderr.decode()


def test_a_limit_of_the_shell_on_cpu_time_is_kept(letter: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [
            "bash",
            "-c",
            'ulimit -t 100; exec "$@"',
            "bash",
            *COMMAND,
            "redact",
            str(letter),
            "--out",
            str(tmp_path / "out"),
            *FAST,
        ],
        capture_output=True,
        timeout=60,
        env=environment(),
        check=False,
    )
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()


def test_a_hang_on_a_page_is_noticed_however_many_pages_there_are(tmp_path: Path) -> None:
    packet = write_pdf(tmp_path / "in" / "packet.pdf", [*[["words"]] * 19, ["!hang!"]])
    began = time.monotonic()
    done = docpriv("redact", packet, "--out", tmp_path / "out", *FAST, "--set", "limits.still_seconds=4")
    assert done.returncode == 4
    assert b"did nothing for 4 seconds" in done.stdout
    assert b"--set" in done.stdout
    assert time.monotonic() - began < 40  # not twenty times four
