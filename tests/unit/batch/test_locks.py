"""What killed processes left half-written goes when the last runner of a job leaves, and not before."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from docpriv.batch.locks import working_in
from docpriv.records import TEMPORARY

HALF = ("records/ab/", "records/ab/private/", "records/ab/attempts/", "withdrawn/")


def litter(job: Path) -> list[Path]:
    left = []
    for folder in HALF:
        (job / folder).mkdir(parents=True, exist_ok=True)
        left.append(job / folder / f"{TEMPORARY}x1")
        left[-1].write_bytes(b"{")
        (job / folder / "doc-0.json").write_bytes(b"{}")
    return left


def test_who_leaves_last_tidies_up(tmp_path: Path) -> None:
    left = litter(tmp_path)
    with working_in(tmp_path):
        with working_in(tmp_path) as other:
            assert other
        assert all(path.exists() for path in left), "the other one may be writing them"
    assert not any(path.exists() for path in left)
    assert all((tmp_path / folder / "doc-0.json").exists() for folder in HALF)


_KILLED = """
import os, signal, subprocess, sys
from pathlib import Path
from docpriv.batch.locks import working_in

with working_in(Path(sys.argv[1])) as held:
    subprocess.Popen([sys.executable, "-c", "input()"], pass_fds=held)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_worker_that_outlives_its_runner_keeps_its_files(tmp_path: Path) -> None:
    left = litter(tmp_path)
    runner = subprocess.Popen([sys.executable, "-c", _KILLED, str(tmp_path)], stdin=subprocess.PIPE)
    assert runner.wait(timeout=60) == -signal.SIGKILL
    with working_in(tmp_path):
        pass
    assert all(path.exists() for path in left), "its worker may still be writing them"
    assert runner.stdin is not None
    runner.stdin.close()  # by which the worker ends
    until = time.monotonic() + 30
    while any(path.exists() for path in left) and time.monotonic() < until:
        with working_in(tmp_path):
            time.sleep(0.05)
    assert not any(path.exists() for path in left)


def test_beside_the_records_only_old_leftovers_go(tmp_path: Path) -> None:
    """A runner that begins or has just left may be writing there without being counted."""
    for name in (f"{TEMPORARY}a", "metrics.prom.12.34"):
        (tmp_path / name).write_bytes(b"")
        os.utime(tmp_path / name, (time.time() - 3600, time.time() - 3600))
    young = tmp_path / f"{TEMPORARY}b"
    young.write_bytes(b"")
    (tmp_path / "metrics.prom").write_bytes(b"")
    with working_in(tmp_path):
        pass
    assert sorted(path.name for path in tmp_path.iterdir()) == [young.name, "metrics.prom", "private"]


def test_a_folder_that_cannot_be_locked_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with working_in(tmp_path / "file") as held:
        assert held == ()
