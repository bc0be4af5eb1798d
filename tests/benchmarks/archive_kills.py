"""Kill an archive job again and again, with signal 9, and look after each kill at what must hold.

    python -m tests.benchmarks.archive_kills points [--documents N] [--rounds N] [--ledger URL] [--seed N]
    python -m tests.benchmarks.archive_kills random [--documents N] [--kills N] [--engine rapid] [--ledger URL] [--seed N]

`points`: pages that the fake engine reads, and in each round a kill at every step of the ledger in turn, before and after
it is committed (see `kill_points`); some documents are withheld, broken, or kill their worker themselves. `random`: a
runner or one of its workers at a random moment. After each kill of a runner the invariants are looked at (`invariants`);
at the end also that every document has the end that it must have, and that another run does nothing again.
Prints a line a kill, and the CPU seconds of the job; exit code 1 where anything does not hold.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import psutil

from tests.benchmarks.invariants import Report, check_job
from tests.benchmarks.kill_points import POINTS, install
from tests.e2e.runs import COMMAND, write_page

_WORDS = ("Invoice", "Delivery", "Parcel", "Meeting", "Garden", "Window", "Ladder", "Kettle")
_MORE = 4  # documents at most between two kills at random moments
_NAMES = ("Jane Miller", "Peter Novak", "Maria Schmidt", "Tom Baker")


@dataclass(slots=True, kw_only=True)
class Trial:
    """A job under test: where it lies, what is passed to it, and what was seen of it."""

    root: Path
    engine: str
    ledger: str | None
    expected: dict[str, int]
    memory: dict[str, Any] = field(default_factory=dict)
    kills: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    say: Callable[[str], None] = lambda line: print(line, flush=True)

    def start(self, **more: str) -> subprocess.Popen[bytes]:
        words = [
            "batch",
            self.root / "in",
            self.root / "out",
            "--job",
            self.root / "job",
            "--workers",
            2,
            "--json",
            "--set",
            f"reading.engine={self.engine}",
            "--set",
            "verifying.repairs=0",
        ]
        environment = {**os.environ, "DOCPRIV_TESTING": "1", "OMP_NUM_THREADS": "1", **more}
        environment.pop("DOCPRIV_LEDGER", None)
        if self.ledger is not None:
            environment["DOCPRIV_LEDGER"] = self.ledger
        with open(self.root / "said.json", "wb") as said:
            return subprocess.Popen(
                [*COMMAND, *map(str, words)], stdout=said, stderr=subprocess.DEVNULL, env=environment, start_new_session=True
            )

    def look(self, *, finished: bool = False) -> Report:
        report = check_job(
            self.root / "in", self.root / "out", self.root / "job", finished=finished, ledger=self.ledger, memory=self.memory
        )
        self.problems.extend(report.problems)
        return report

    def finish(self) -> dict[str, Any]:
        """Let it end undisturbed, once more for what must not be done again, and hold it against what must have come out."""
        said: dict[str, Any] = {}
        attempts = -1
        for again in (False, True):
            if self.start().wait() < 0:
                self.problems.append("a run that nobody killed was killed")
            said = json.loads((self.root / "said.json").read_text(encoding="utf-8"))
            if again and said["attempts"] != attempts:
                self.problems.append("something was done again")
            attempts = said["attempts"]
        report = self.look(finished=True)
        if self.expected and report.states != self.expected:
            self.problems.append(f"ended as {report.states}, not as {self.expected}")
        self.say(
            f"end: {report.documents} documents {report.states}, {report.files} files, {attempts} attempts, "
            f"{sum(self.kills.values())} kills; {'all invariants held' if not self.problems else 'PROBLEMS:'}"
        )
        for problem in self.problems:
            self.say(f"  {problem}")
        return said


def _gone(processes: list[psutil.Process]) -> None:
    """Wait until the workers of a runner that was killed are gone too: whatever they still do is part of the kill."""
    _, alive = psutil.wait_procs(processes, timeout=60)
    if alive:
        raise SystemExit("a worker outlived its runner by a minute")


def _kill(run: subprocess.Popen[bytes]) -> None:
    """The runner alone: that its workers die with it is part of what is tried."""
    workers = _workers(run.pid)
    run.kill()
    run.wait()
    _gone(workers)


def _workers(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children()
    except psutil.NoSuchProcess:
        return []


# --- kills at the steps of the ledger ----------------------------------------------------------------------------------


def draw_fakes(source: Path, documents: int) -> dict[str, int]:
    """Small pages for the fake engine; how many must end in which state. Of each hundred one is withheld and one broken; of
    each three hundred one kills its worker.
    """
    expected: Counter[str] = Counter()
    for i in range(documents):
        path = source / f"box{i % 97}" / f"page{i}.png"
        if i % 300 == 7:
            write_page(path, ["!crash!"])
            expected["quarantined"] += 1
        elif i % 100 == 5:
            write_page(path, ["of @Marigold", "and Marigold"])
            expected["withheld"] += 1
        elif i % 100 == 6:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"\x89PNG\r\n\x1a\nbroken")
            expected["failed"] += 1
        else:
            write_page(path, [f"Dear @Jane{i} Doe"])
            expected["released"] += 1
    return dict(sorted(expected.items()))


def kill_at_points(trial: Trial, rng: random.Random, *, rounds: int, documents: int, points: tuple[str, ...] = POINTS) -> None:
    path = install(trial.root / "armed")
    stretch = max(2, documents // 100)
    for number in range(rounds):
        for point in points:
            step = point.split(":")[0]
            most = {"add": max(1, documents // 500), "renew": 20, "end": 3, "back": 1, "back-all": 1}.get(step, stretch)
            mark = trial.root / f"mark-{number}-{point.replace(':', '-')}"
            run = trial.start(PYTHONPATH=path, DOCPRIV_KILL_POINT=f"{point}:{rng.randint(1, most)}", DOCPRIV_KILL_MARK=str(mark))
            while run.poll() is None and not mark.exists():
                time.sleep(0.02)
            if step == "fence" and run.poll() is None:  # a worker died there, and the runner goes on without it
                time.sleep(rng.uniform(0.0, 2.0))
                _kill(run)
            workers = _workers(run.pid)
            run.wait()
            _gone(workers)
            report = trial.look()
            if mark.exists():
                trial.kills[point] += 1
            else:
                trial.problems.extend([] if run.returncode >= 0 else [f"{point}: the runner died elsewhere"])
            trial.say(
                f"round {number + 1} {point:<14}{'killed' if mark.exists() else 'not come by':<12}{report.states} "
                f"{len(trial.problems)} problem(s)"
            )


# --- kills at random moments -------------------------------------------------------------------------------------------


def draw_small(source: Path, documents: int, rng: random.Random) -> None:
    """Small typed pages, 640 x 200 pixels, that a real engine reads in less than a second."""
    for i in range(documents):
        page = np.full((200, 640, 3), 255, np.uint8)
        lines = (
            f"{rng.choice(_WORDS)} for {rng.choice(_NAMES)}",
            f"{rng.choice(_WORDS)} {rng.randint(10, 99)} of the year",
            f"Phone: +49 30 {rng.randint(1000000, 9999999)}",
        )
        for row, line in enumerate(lines):
            cv2.putText(page, line, (24, 56 + 52 * row), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (0, 0, 0), 2, cv2.LINE_AA)
        path = source / f"box{i % 7}" / f"page{i}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), page)


def kill_at_random(trial: Trial, rng: random.Random, *, kills: int) -> None:
    """A moment while a runner starts, or just after a few more documents have their outputs: what that takes depends on what
    else the machine does, so documents are counted, not seconds.
    """
    run, began = trial.start(), time.monotonic()
    while run.poll() is None and _outputs(trial.root) == 0:
        time.sleep(0.05)
    starting = time.monotonic() - began
    while run.poll() is None and sum(trial.kills.values()) < kills:
        more = rng.randint(0, _MORE)
        wanted, last = _outputs(trial.root) + more, time.monotonic() + starting * (rng.random() if more == 0 else 10.0)
        while run.poll() is None and time.monotonic() < last and (more == 0 or _outputs(trial.root) < wanted):
            time.sleep(0.05)
        time.sleep(rng.uniform(0.0, 0.5))
        workers = _workers(run.pid)
        if run.poll() is not None:
            break
        if workers and rng.random() < 0.4:
            rng.choice(workers).kill()
            trial.kills["worker"] += 1
            continue
        _kill(run)
        trial.kills["runner"] += 1
        report = trial.look()
        trial.say(f"kill {sum(trial.kills.values()):>3} of a runner {report.states} {len(trial.problems)} problem(s)")
        run = trial.start()
    if run.poll() is None:
        _kill(run)
    trial.look()


def _outputs(root: Path) -> int:
    return sum(1 for path in (root / "out").rglob("*.*") if path.is_file())


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("how", choices=["points", "random"])
    ask.add_argument("--documents", type=int, help="default: 10,000 for points, 300 for random")
    ask.add_argument("--rounds", type=int, default=4, help="of kills at every point")
    ask.add_argument("--kills", type=int, default=100, help="at random moments")
    ask.add_argument("--engine", default="rapid", help="for random kills; points takes the fake one")
    ask.add_argument("--ledger", help="URL of a PostgreSQL database; default: SQLite in the job folder")
    ask.add_argument("--seed", type=int, default=20261120)
    a = ask.parse_args()
    rng = random.Random(a.seed)
    with tempfile.TemporaryDirectory(prefix="docpriv-kills-") as folder:
        root = Path(folder)
        if a.how == "points":
            documents = a.documents or 10_000
            trial = Trial(root=root, engine="fake", ledger=a.ledger, expected=draw_fakes(root / "in", documents))
            kill_at_points(trial, rng, rounds=a.rounds, documents=documents)
        else:
            trial = Trial(root=root, engine=a.engine, ledger=a.ledger, expected={})
            draw_small(root / "in", a.documents or 300, rng)
            kill_at_random(trial, rng, kills=a.kills)
        trial.finish()
        print(f"kills: {dict(trial.kills)}; CPU {_cpu():.0f} s")
    sys.exit(1 if trial.problems else 0)


if __name__ == "__main__":
    main()
