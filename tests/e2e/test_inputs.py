"""Odd inputs of a whole run: what cannot be read is said, names of any bytes, pipes, devices, plans that would replace."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from docpriv.files import path_from
from tests.e2e.runs import FAST, docpriv, tree, write_page

PLAIN = ["Dear @Jane", "plain words"]


@pytest.mark.parametrize("how", ["folder", "named"])
def test_names_of_any_bytes(tmp_path: Path, how: str) -> None:
    good = Path(os.fsdecode(os.fsencode(tmp_path) + b"/in/scan-\xff 100%.png"))
    bad = Path(os.fsdecode(os.fsencode(tmp_path) + b"/in/\xe9t\xe9-%FF.png"))
    write_page(good, PLAIN)
    bad.write_bytes(good.read_bytes()[:200])
    inputs = [tmp_path / "in"] if how == "folder" else [good, bad]
    done = docpriv("redact", *inputs, "--out", tmp_path / "out", *FAST)
    assert done.returncode == 6, done.stdout.decode() + done.stderr.decode()
    assert os.listdir(os.fsencode(tmp_path / "out")) == [b"scan-\xff 100%.png"]
    private = [json.loads(p.read_text()) for p in (tmp_path / "out.records" / "private").glob("doc-*.json")]
    assert {path_from(p["source"]) for p in private} == {good, bad}
    again = docpriv("redact", *inputs, "--out", tmp_path / "out", *FAST, "--json")
    assert sorted(json.loads(line)["already"] for line in again.stdout.splitlines()[:-1]) == [False, True]


def test_pipes_and_devices_end_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    write_page(tmp_path / "a.png", PLAIN)
    done = docpriv(
        "redact", tmp_path / "pipe.png", "/dev/zero", tmp_path / "a.png", "--out", tmp_path / "out", *FAST, "--json", timeout=60
    )
    codes = [json.loads(line)["exit_code"] for line in done.stdout.splitlines()]
    assert (sorted(codes), done.returncode) == ([0, 3, 3, 6], 6)


def test_a_file_over_the_limit_is_not_hashed(tmp_path: Path) -> None:
    source = write_page(tmp_path / "a.png", PLAIN)
    os.truncate(source, 1 << 40)  # sparse; hashing it would take hours
    done = docpriv("redact", source, "--out", tmp_path / "out", *FAST, timeout=60)
    assert done.returncode == 3
    assert b"input_megabytes" in done.stdout


def test_what_cannot_be_read_in_a_folder_is_not_passed_over(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    write_page(folder / "a.png", PLAIN)
    (folder / "loop.png").symlink_to("loop.png")
    (folder / "gone.png").symlink_to("nowhere.png")
    (folder / "empty.png").touch()
    (folder / "notes.txt").write_text("notes")
    os.mkfifo(folder / "pipe")
    (folder / "linked").symlink_to(tmp_path / "elsewhere")
    write_page(tmp_path / "elsewhere" / "b.png", PLAIN)
    done = docpriv("redact", folder, "--out", tmp_path / "out", *FAST)
    assert done.returncode == 6, done.stdout.decode() + done.stderr.decode()
    assert b"1 released, 0 withheld, 3 failed; 2 other files passed over" in done.stdout
    assert b"1 linked folder not entered" in done.stdout
    records = [json.loads(p.read_text()) for p in (tmp_path / "out.records").glob("doc-*.json")]
    assert sorted((r["status"], r["error"] and r["error"]["exit_code"]) for r in records if r["error"]) == [("failed", 3)] * 3
    summary = json.loads(docpriv("scan", folder, *FAST, "--json").stdout.splitlines()[-1])
    assert (summary["linked"], summary["skipped"], summary["exit_code"]) == (1, 2, 3)


def test_a_plan_replaces_nothing_unasked_and_never_the_input(tmp_path: Path) -> None:
    source = write_page(tmp_path / "a.png", PLAIN)
    (tmp_path / "same.png").hardlink_to(source)
    (tmp_path / "link.json").symlink_to(source)
    (tmp_path / "notes.txt").write_text("notes")
    before = tree(tmp_path)
    for plan in ("a.png", "same.png", "link.json"):
        assert docpriv("scan", source, *FAST, "--plan", tmp_path / plan, "--force").returncode == 2
    assert docpriv("scan", source, *FAST, "--plan", tmp_path / "notes.txt").returncode == 7
    assert tree(tmp_path) == before
    assert docpriv("scan", source, *FAST, "--plan", tmp_path / "notes.txt", "--force").returncode == 0
    assert json.loads((tmp_path / "notes.txt").read_text())["format"] == "docpriv/plan/1"


@pytest.mark.parametrize("shape", ["{0}/Zebedee-Canary/a.png", "{0}//Zebedee-Canary/./a.png", "Zebedee-Canary"])
def test_no_path_reaches_a_pipe(tmp_path: Path, shape: str) -> None:
    done = docpriv("redact", shape.format(tmp_path), "--out", tmp_path / "out", *FAST)
    assert done.returncode == 3
    assert b"does not exist" in done.stderr
    assert b"Zebedee" not in done.stdout + done.stderr
