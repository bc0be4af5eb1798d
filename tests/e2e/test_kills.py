"""A kill at any moment leaves nothing unverified and nothing half; the next run finishes the work."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import time
from pathlib import Path

import pytest

from tests.e2e.runs import FAST, docpriv, environment, start, tree, write_page, write_pdf

KILLS = int(os.environ.get("DOCPRIV_KILLS", "40"))  # at random moments, in a fifth as many folders
STAGES = ("read", "found", "verified", "written", "checked", "noted", "linked", "recorded")


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("in")
    for i in range(4):
        write_page(folder / f"letter{i}.png", [f"Dear @Jane{i} Doe", f"account #4411{i}", "yours sincerely"])
    write_pdf(folder / "sub" / "packet.pdf", [[f"page {k} of @Mary{k}", "plain text"] for k in range(4)])
    return folder


@pytest.fixture(scope="module")
def wanted(inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What an undisturbed run writes."""
    out = tmp_path_factory.mktemp("reference") / "out"
    done = docpriv("redact", inputs, "--out", out, *FAST)
    assert done.returncode == 0, done.stderr.decode()
    return tree(out)


def visible(out: Path) -> dict[str, str]:
    """Files that look like output: everything outside private staging folders."""
    return {name: digest for name, digest in tree(out).items() if ".docpriv-staging-" not in name}


def finish(inputs: Path, out: Path, wanted: dict[str, str]) -> None:
    done = docpriv("redact", inputs, "--out", out, *FAST)
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    assert tree(out) == wanted
    records = [json.loads(p.read_text()) for p in Path(f"{out}.records").glob("doc-*.json")]
    assert sorted(r["status"] for r in records) == ["released"] * len(wanted)
    assert {r["output"]["sha256"] for r in records} == set(wanted.values())


@pytest.mark.parametrize("stage", STAGES)
def test_worker_killed_at_every_stage(stage: str, inputs: Path, wanted: dict[str, str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = docpriv("redact", inputs, "--out", out, *FAST, env=environment(DOCPRIV_KILL_AT=stage))
    assert all(wanted.get(name) == digest for name, digest in visible(out).items())
    if stage in ("linked", "recorded"):
        assert visible(out) == wanted  # the link is the commit point: what was linked counts as released
        assert done.returncode == 0
    else:
        assert visible(out) == {}
        assert done.returncode not in (0, 1)
    finish(inputs, out, wanted)


def _kill_at_random(inputs: Path, wanted: dict[str, str], out: Path, delay: float) -> str:
    process = start("redact", inputs, "--out", out, *FAST, "--workers", 2)
    time.sleep(delay)
    running = process.poll() is None
    if running:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    time.sleep(0.05)
    left = visible(out)
    assert all(wanted.get(name) == digest for name, digest in left.items()), "an unverified or half file has a name"
    return "killed" if running else "finished"


@pytest.mark.slow
def test_kills_at_random_moments(inputs: Path, wanted: dict[str, str], tmp_path: Path) -> None:
    rng = random.Random(20)
    begin = time.monotonic()
    out = tmp_path / "warm"
    docpriv("redact", inputs, "--out", out, *FAST, "--workers", 2)
    whole = time.monotonic() - begin
    least = whole / 2
    counts = {"killed": 0, "finished": 0}
    folders = [tmp_path / f"out{i}" for i in range(max(1, KILLS // 5))]
    for number in range(KILLS):
        out = folders[number % len(folders)]  # each killed in five times over
        began = time.monotonic()
        how = _kill_at_random(inputs, wanted, out, rng.uniform(0.3, 1.05) * whole)
        counts[how] += 1
        if how == "finished":  # the machine is less busy than when it was timed, or had little left to do
            whole = min(whole, max(least, time.monotonic() - began))
        if number % 11 == 0:
            finish(inputs, out, wanted)
            shutil.rmtree(out)
            shutil.rmtree(f"{out}.records")
    assert counts["killed"] >= 0.3 * KILLS, counts  # the rest ended first: the moments are random, the machine is not idle
    for out in folders:
        if out.exists() or Path(f"{out}.records").exists():
            finish(inputs, out, wanted)
