"""Redact beside many busy processes: a busy machine must cost time and nothing else.

    python -m tests.benchmarks.busy [--documents N] [--busy N] [--kills N] [--minutes M] [--engine E] [--part P] [--seed N]

Draws small one-page documents and starts `busy` processes that only count. Then `docpriv redact` with two workers, and
`docpriv batch` with two workers of which one is killed at a random moment, `kills` times in all. Every document has to be
released, none failed, none put aside. Each part is given `--minutes` at most. Exit code 1 where anything does not hold.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.archive_kills import _outputs, _workers, draw_small
from tests.e2e.runs import COMMAND, environment, write_page


@contextmanager
def busy(processes: int) -> Iterator[None]:
    """So many processes that count as fast as they can."""
    counting = [subprocess.Popen([sys.executable, "-S", "-c", "while True: pass"]) for _ in range(processes)]
    try:
        yield
    finally:
        for one in counting:
            one.kill()
        for one in counting:
            one.wait()


def draw(source: Path, documents: int, rng: random.Random, *, engine: str) -> None:
    """Small typed pages, or pages that the fake engine reads."""
    if engine != "fake":
        draw_small(source, documents, rng)
        return
    for i in range(documents):
        write_page(source / f"page{i}.png", [f"Dear @Jane{i} Doe", "thank you for the letter"])


def redacted(root: Path, *, engine: str, minutes: float) -> tuple[bool, str]:
    """Whether a run over `root/in` released all, and how it ended."""
    words = ["redact", root / "in", "--out", root / "redacted", "--workers", 2, "--json", "--set", f"reading.engine={engine}"]
    command = [*COMMAND, *map(str, words)]
    try:
        done = subprocess.run(command, capture_output=True, env=environment(), timeout=minutes * 60, check=False)
    except subprocess.TimeoutExpired:
        return False, f"not done within {minutes:g} minutes"
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    ends = Counter(f"{line['status']}{' ' + line['error'] if line.get('error') else ''}" for line in lines if "status" in line)
    return done.returncode == 0 and set(ends) == {"released"}, f"exit {done.returncode}, {dict(ends)}"


def batch_with_kills(
    root: Path, *, engine: str, kills: int, documents: int, minutes: float, rng: random.Random
) -> tuple[bool, str]:
    """Likewise for a job whose workers are killed at random moments, spread over its documents."""
    words = ["batch", root / "in", root / "out", "--job", root / "job", "--workers", 2, "--json"]
    command = [*COMMAND, *map(str, words), "--set", f"reading.engine={engine}"]
    with open(root / "said.json", "wb") as said:
        run = subprocess.Popen(command, stdout=said, stderr=subprocess.DEVNULL, env=environment())
    killed, until = 0, time.monotonic() + minutes * 60
    moments = sorted(rng.randint(0, int(documents * 0.9)) for _ in range(kills))
    while run.poll() is None and time.monotonic() < until:
        if killed < kills and _outputs(root) >= moments[killed] and (workers := _workers(run.pid)):
            time.sleep(rng.uniform(0.0, 3.0))
            rng.choice(workers).kill()
            killed += 1
        time.sleep(0.2)
    if run.poll() is None:
        run.kill()
        run.wait()
        return False, f"not done within {minutes:g} minutes, {_outputs(root)} outputs, {killed} kills"
    summary = json.loads((root / "said.json").read_text(encoding="utf-8").splitlines()[-1])
    states = {name: number for name, number in summary["states"].items() if number}
    good = run.returncode == 0 and states == {"released": documents} and killed == kills
    return good, f"exit {run.returncode}, {states}, {killed} kills, {summary['attempts']} attempts, {summary['deaths']} deaths"


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--documents", type=int, default=200)
    ask.add_argument("--busy", type=int, default=30)
    ask.add_argument("--kills", type=int, default=20)
    ask.add_argument("--minutes", type=float, default=60.0)
    ask.add_argument("--engine", default="rapid", help="or fake, which is quicker")
    ask.add_argument("--part", choices=["redact", "batch"], help="default: both")
    ask.add_argument("--seed", type=int, default=20261130)
    a = ask.parse_args()
    rng, good = random.Random(a.seed), True
    with tempfile.TemporaryDirectory(prefix="docpriv-busy-") as folder, busy(a.busy):
        root = Path(folder)
        draw(root / "in", a.documents, rng, engine=a.engine)
        print(
            f"{a.documents} documents beside {a.busy} busy processes, {os.cpu_count()} processors, engine {a.engine}", flush=True
        )
        for part in (a.part,) if a.part else ("redact", "batch"):
            began = time.monotonic()
            if part == "redact":
                held, ended = redacted(root, engine=a.engine, minutes=a.minutes)
            else:
                held, ended = batch_with_kills(
                    root, engine=a.engine, kills=a.kills, documents=a.documents, minutes=a.minutes, rng=rng
                )
            good &= held
            print(f"{part}: {ended}, {(time.monotonic() - began) / 60:.1f} minutes", flush=True)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
