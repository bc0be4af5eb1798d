"""The service of the encrypted path under many clients at once and under garbage: what is answered, how fast, in how much memory.

    python -m tests.benchmarks.service --clients 200 --seconds 60

Clients of several stations send request frames that were encrypted before, one after the other, each on a connection of its
own; some send frames with a changed byte, cut ones, no frames at all, or a head and then nothing. Latencies are wall time and
mean little on a busy machine; what counts is that every good frame is answered, every bad one refused, and memory stays.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

from docpriv.encrypted.frames import HEADER
from docpriv.encrypted.mac_keys import StationBook
from docpriv.encrypted.model_file import card_from, export_head
from docpriv.encrypted.remote import RemoteServer
from docpriv.encrypted.station import Station
from docpriv.encrypted.station_folder import StationFolder
from docpriv.errors import EncryptedPathError

_STATIONS = 4
_BAD_EVERY = 5  # of so many requests one is bad


class Load:
    """What the clients saw."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.seen: Counter[str] = Counter()
        self.seconds: list[float] = []

    def note(self, what: str, seconds: float | None = None) -> None:
        with self.lock:
            self.seen[what] += 1
            if seconds is not None:
                self.seconds.append(seconds)


def prepare(folder: Path, dimension: int, classes: int, documents: int) -> tuple[Path, list[tuple[StationFolder, Path]]]:
    """A head and enrolled stations."""
    rng = np.random.default_rng(3)
    model = export_head(
        weights=rng.normal(size=(classes, dimension)),
        bias=rng.normal(size=classes),
        labels=tuple(f"class-{i}" for i in range(classes)),
        schema=bytes(32),
    )
    head = folder / "head.json"
    head.write_bytes(model.packed())
    book = StationBook(folder / "server")
    stations = []
    for i in range(_STATIONS):
        token = folder / f"token-{i}"
        token.touch(0o600)
        token.write_text(book.issue().text)
        made = StationFolder.make(folder / f"station-{i}")
        made.confirm(book.redeem(made.redeem(token)))
        stations.append((made, token))
    return head, stations


def start(folder: Path, head: Path, workers: int) -> tuple[subprocess.Popen[str], str]:
    """The service as a user starts it, and its URL."""
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "docpriv.cli.app",
            "encrypted",
            "serve",
            "--server",
            str(folder / "server"),
            "--model",
            str(head),
            "--port",
            "0",
            "--workers",
            str(workers),
            "--requests-per-minute",
            "1e9",
            "--documents-per-minute",
            "1e9",
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    return process, line.split()[-1]


def client(url: str, bearer: str, frame: bytes, until: float, load: Load, seed: int) -> None:
    """One client: sends until the time is over."""
    rng = random.Random(seed)
    with RemoteServer(url, bearer, sleep=lambda _: time.sleep(0.05)) as remote:
        while time.monotonic() < until:
            kind = rng.choice(("flip", "cut", "noise", "silent")) if rng.randrange(_BAD_EVERY) == 0 else "good"
            if kind == "silent":
                _silent(url, bearer, load)
                continue
            data = _spoilt(frame, kind, rng)
            began = time.monotonic()
            try:
                reply = remote.evaluate(data)
            except EncryptedPathError as exc:
                load.note(f"{kind}: refused" if kind != "good" else f"good: {exc.code}")
            else:
                load.note(f"{kind}: answered", time.monotonic() - began if kind == "good" else None)
                if len(reply) < HEADER.size:
                    load.note("short reply")


def _spoilt(frame: bytes, kind: str, rng: random.Random) -> bytes:
    match kind:
        case "flip":
            data = bytearray(frame)
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
            return bytes(data)
        case "cut":
            return frame[: rng.randrange(1, len(frame))]
        case "noise":
            return rng.randbytes(rng.randrange(1, 4096))
        case _:
            return frame


def _silent(url: str, bearer: str, load: Load) -> None:
    """A head, and then nothing."""
    parts = urlsplit(url)
    try:
        with socket.create_connection((parts.hostname, parts.port), timeout=5) as sock:
            sock.sendall(
                f"POST /v1/evaluate HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {bearer}\r\n"
                f"Content-Length: 20000\r\n\r\n".encode()
            )
        load.note("silent: hung up")
    except OSError:
        load.note("silent: not let in")


def resident_megabytes(pid: int) -> float:
    """Of a process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    pages = [int(Path(f"/proc/{one}/statm").read_text().split()[1]) for one in (str(pid), *children)]
    return sum(pages) * os.sysconf("SC_PAGE_SIZE") / 1e6


def measure(
    *, clients: int, seconds: float, workers: int = 1, dimension: int = 256, classes: int = 16, documents: int = 1
) -> dict[str, object]:
    """Run service and clients; what was seen, latencies of good requests, memory before and after."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        head, stations = prepare(folder, dimension, classes, documents)
        process, url = start(folder, head, workers)
        try:
            rng = np.random.default_rng(4)
            x = rng.normal(size=(documents, dimension)).astype(np.float32)
            x /= np.linalg.norm(x, axis=1, keepdims=True) * 1.001
            frames = []
            for made, _ in stations:
                with RemoteServer(url, made.bearer()) as remote:
                    frames.append((made.bearer(), next(Station(made, card_from(remote.card())).encrypt(x))))
            before, load = resident_megabytes(process.pid), Load()
            until = time.monotonic() + seconds
            threads = [
                threading.Thread(target=client, args=(url, *frames[i % len(frames)], until, load, i)) for i in range(clients)
            ]
            for one in threads:
                one.start()
            for one in threads:
                one.join()
            after = resident_megabytes(process.pid)
            parts = urlsplit(url)
            connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
            connection.request("GET", "/healthz")
            healthy = connection.getresponse().status == 200
            lines = (folder / "server" / "audit.jsonl").read_bytes().count(b"\n")
        finally:
            process.terminate()
            status = process.wait(60)
    times = sorted(load.seconds) or [0.0]
    return {
        "seen": dict(sorted(load.seen.items())),
        "median": times[len(times) // 2],
        "p99": times[int(0.99 * (len(times) - 1))],
        "before": before,
        "after": after,
        "healthy": healthy,
        "audit_lines": lines,
        "status": status,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--documents", type=int, default=1, help="in a request")
    asked = parser.parse_args(arguments)
    found = measure(clients=asked.clients, seconds=asked.seconds, workers=asked.workers, documents=asked.documents)
    for what, count in found["seen"].items():  # type: ignore[attr-defined]
        print(f"{what:<24} {count:>8}")
    print(f"good requests: median {1000 * found['median']:.0f} ms, 99th percentile {1000 * found['p99']:.0f} ms (wall)")
    print(
        f"memory of the service: {found['before']:.0f} MB before, {found['after']:.0f} MB after; "
        f"audit lines {found['audit_lines']}"
    )
    print(f"healthy afterwards: {found['healthy']}; exit status when told to stop: {found['status']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
