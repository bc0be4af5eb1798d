"""2,000 corrupted and crafted frames against server and station, under limits of memory and CPU: each is one clear error."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
def test_2000_hostile_frames_are_refused_within_bounds(he: None, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.unit.encrypted.hostile", str(tmp_path)], capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr[-2000:]
    said = json.loads(done.stdout)
    server, station = said["server"]["refused"], said["station"]["refused"]
    assert sum(server.values()) >= 1000
    assert sum(station.values()) >= 1000
    assert sum(server.values()) + sum(station.values()) >= 2000
    for side in (server, station):
        assert side["the secret key"] >= 4
        assert side["a bomb"] >= 4
        assert len([name for name in side if name.startswith("head: ")]) > 10
    assert said["grown_kb"] < 30_000
    assert said["server"]["worker_peak_kb"] < 120_000
