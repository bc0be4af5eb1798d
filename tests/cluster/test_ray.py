"""Jobs on a Ray cluster as a user runs them: a node is lost, no CPU is free, what Ray keeps is searched, signals."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.cluster.machines import SETTINGS, Machines
from tests.e2e.runs import FAST, docpriv, environment, start, tree, write_page, write_pdf
from tests.e2e.test_batch import CANARY, batch, check, fill, rows

TEXT = "Plumthistle"
SAMPLES = Path(__file__).parents[2] / "sample_docs"
pytestmark = pytest.mark.slow


def events(root: Path) -> list[dict[str, Any]]:
    path = root / "job" / "log.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def on(machines: Machines) -> list[str]:
    return ["--backend", "ray", "--address", machines.address]


def wait_for(condition: Any, seconds: float = 240) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not come to that"
        time.sleep(0.05)


def test_where_no_cpu_is_free_the_command_says_so(machines: Machines, tmp_path: Path) -> None:
    fill(tmp_path / "in", 1)
    ray = machines.connect()
    try:

        class Hog:
            def here(self) -> bool:
                return True

        hogs = [ray.remote(num_cpus=cpus)(Hog).remote() for cpus in machines.cpus]
        assert ray.get([hog.here.remote() for hog in hogs], timeout=120) == [True, True]
        done = docpriv(
            "batch",
            tmp_path / "in",
            tmp_path / "out",
            "--job",
            tmp_path / "job",
            *FAST,
            *on(machines),
            "--cluster-wait",
            4,
            env=environment(**SETTINGS),
        )
    finally:
        ray.shutdown()
    said = done.stderr.decode()
    assert done.returncode == 4, said
    assert "no worker of the cluster started within 4 seconds: 0 of the 4 CPUs of the cluster are free" in said
    assert "what to do: Wait until other jobs" in said
    assert rows(tmp_path)[0]["state"] == "waiting"


def test_a_lost_node_costs_only_its_leases(machines: Machines, tmp_path: Path) -> None:
    fill(tmp_path / "in", 12)
    for i in range(12):
        write_pdf(tmp_path / "in" / f"{CANARY}-long-{i}.pdf", [[f"Dear @Jane{i} Doe", "yours"]] * 12)
    shutil.copytree(tmp_path / "in", tmp_path / "local" / "in")
    run = start(
        "batch",
        tmp_path / "in",
        tmp_path / "out",
        "--job",
        tmp_path / "job",
        *FAST,
        *on(machines),
        "--workers",
        3,
        "--json",
        env=environment(**SETTINGS),
        stdout=subprocess.PIPE,
    )
    wait_for(lambda: sum(event["event"] == "worker-started" for event in events(tmp_path)) == 3)
    wait_for(lambda: sum(event["event"] == "document-ended" for event in events(tmp_path)) >= 3)
    machines.lose()
    check(tmp_path, finished=False)
    printed, _ = run.communicate(timeout=480)
    assert run.returncode == 0
    assert json.loads(printed)["states"] == {"released": 24}, "what Ray says of its nodes is not printed among it"
    check(tmp_path, finished=True)
    assert {row["state"] for row in rows(tmp_path)} == {"released"}
    said = events(tmp_path)
    assert any(event["event"] == "worker-lost" for event in said), "the node had workers"
    ended = Counter(event["document"] for event in said if event["event"] == "document-ended")
    assert set(ended.values()) == {1}, "no document was reported twice"
    assert batch(tmp_path / "local", "--workers", 2)["states"] == {"released": 24}
    assert tree(tmp_path / "out") == tree(tmp_path / "local" / "out"), "the bytes are those of one machine"
    assert sum(int(str(row["attempts"])) for row in rows(tmp_path)) <= 24 + 3, "what had ended was not done again"


def test_what_ray_keeps_holds_no_text_and_no_name(machines: Machines, tmp_path: Path) -> None:
    """Of a job with documents that fail, crash and raise; searched in all files of Ray and the memory of its processes."""
    root = tmp_path / "Bramblewick"
    fill(root / "in", 3)
    write_page(root / "in" / f"{CANARY}-bad.png", ["!crash! here", TEXT])
    write_page(root / "in" / f"{CANARY}-raises.png", ["!error! here", TEXT])
    (root / "in" / f"{CANARY}-broken.png").write_bytes(b"\x89PNG\r\n\x1a\n" + TEXT.encode())
    deny = root / "terms.txt"
    deny.write_text(f"{TEXT}\n")
    folder = root / "in"  # somewhere with code that nobody should load
    (folder / "sqlalchemy.py").write_text(f"open({str(root / 'loaded')!r}, 'w')\nraise SystemExit\n")
    ray = machines.connect()
    try:
        kept = ray.put(b"x" * 300_000 + b"Positive-control")
        command = [
            sys.executable,
            "-P",
            "-m",
            "docpriv.cli.app",
            "batch",
            str(root / "in"),
            str(root / "out"),
            "--job",
            str(root / "job"),
            *FAST,
            *on(machines),
            "--deny-file",
            str(deny),
            "--json",
            "--workers",
            "1",
        ]
        done = subprocess.run(command, capture_output=True, timeout=240, check=False, cwd=folder, env=environment(**SETTINGS))
        time.sleep(2)  # Ray writes its logs now and then
        found = machines.traces([CANARY, TEXT, "Bramblewick", "Jane1", "4411", "Positive-control"])
        del kept
    finally:
        ray.shutdown()
    said = json.loads(done.stdout)
    assert said["states"] == {"failed": 2, "quarantined": 1, "released": 3}, done.stderr.decode()
    assert (said["exit_code"], done.returncode) == (6, 6)
    assert said["passed_over"] == 1
    check(root, finished=True)
    assert not (root / "loaded").exists(), "no code from where the user happens to be"
    for stream in (done.stdout, done.stderr, (root / "job" / "log.jsonl").read_bytes()):
        assert CANARY.encode() not in stream
        assert TEXT.encode() not in stream
    assert "Positive-control" in found, "the search finds what is there"
    assert not found & {CANARY, TEXT, "Jane1", "Bramblewick"}, "nor how the command was typed"
    assert machines.processes()


def test_real_pages(machines: Machines, tmp_path: Path) -> None:
    pages = [
        "letter-english.png",
        "invoice-english.png",
        "form-typed.png",
        "bank-statement.png",
        "receipt.png",
        "letter-colour.jpg",
    ]
    here = [SAMPLES / name for name in pages if (SAMPLES / name).exists()]
    (tmp_path / "in").mkdir()
    for path in here:
        shutil.copy(path, tmp_path / "in")
    done = docpriv(
        "batch",
        tmp_path / "in",
        tmp_path / "out",
        "--job",
        tmp_path / "job",
        *on(machines),
        "--workers",
        1,
        "--json",
        env=environment(**SETTINGS),
        timeout=400,
    )
    said = json.loads(done.stdout)
    assert said["complete"] is True
    assert said["documents"] == len(here) == 6
    assert said["states"] == {"released": 6}, done.stderr.decode()
    assert said["kinds"]["PERSON"] >= 3
    check(tmp_path, finished=True)


def descendants(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_job_with_all_its_processes(kind: signal.Signals, ray_is_here: None, tmp_path: Path) -> None:
    """On a cluster of its own, which goes with it; another back end goes on."""
    write_page(tmp_path / "in" / "a.png", ["Dear @John"])
    slow = [write_page(tmp_path / "in" / name, ["!hang! here"]) for name in ("b.png", "c.png")]
    homes = tmp_path / "tmp"
    homes.mkdir()
    short = Path("/tmp") / f"dp{os.getpid()}{int(kind)}"  # sockets need a short path
    short.symlink_to(homes)
    try:
        run = start(
            "batch",
            tmp_path / "in",
            tmp_path / "out",
            "--job",
            tmp_path / "job",
            *FAST,
            "--backend",
            "ray",
            "--workers",
            2,
            env=environment(TMPDIR=str(short)),
        )
        wait_for(lambda: any(event["event"] == "document-ended" for event in events(tmp_path)))
        wait_for(lambda: [row["state"] for row in rows(tmp_path)] == ["released", "leased", "leased"])
        started = descendants(run.pid)
        assert {"raylet", "gcs_server"} <= {one.name() for one in started}
        assert all(home.stat().st_mode & 0o077 == 0 for home in homes.iterdir())
        run.send_signal(kind)
        assert run.wait(timeout=180) == 130
        _, alive = psutil.wait_procs(started, timeout=60)
        assert alive == []
        assert list(homes.iterdir()) == []
    finally:
        short.unlink()
    summary = json.loads((tmp_path / "job" / "summary.json").read_text())
    assert (summary["complete"], summary["exit_code"]) == (False, 130)
    assert "leased" not in summary["states"], "what was held waits again at once"
    assert not list((tmp_path / "job" / "private").glob("order-*"))
    check(tmp_path, finished=False)
    for path in slow:
        write_page(path, ["Dear @Jane"])
    assert batch(tmp_path)["states"] == {"released": 3}
    check(tmp_path, finished=True)
