"""The service of the encrypted path in a crowd that sends half of what it should: how long good stations wait, what is left open.

    python -m tests.benchmarks.service_crowd --crowd 1100 --seconds 30

From one address: connections that say nothing, half a head or half a body, opened anew as they are closed, and 45 wrong tokens a
round. Meanwhile stations ask and evaluate, each request on a connection of its own. What counts is that every one is answered,
and that open files and memory of the service stay; latencies are wall time and mean little on a busy machine.
"""

from __future__ import annotations

import argparse
import os
import resource
import select
import socket
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

from docpriv.encrypted.model_file import card_from
from docpriv.encrypted.remote import RemoteServer
from docpriv.encrypted.station import Station
from docpriv.errors import EncryptedPathError
from tests.benchmarks.service import prepare, resident_megabytes, start

_WRONG_TOKENS = 45
_DIMENSION, _CLASSES = 256, 16
HALF = (
    b"",
    b"GET /v1/ca",
    b"POST /v1/evaluate HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer guess\r\nContent-Le",
    b"POST /v1/enroll HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\nhalf",
    b"POST /v1/evaluate HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer guess\r\nContent-Length: 90000\r\n\r\nhalf",
)


class Crowd:
    """So many half-open connections, kept up."""

    def __init__(self, url: str, count: int) -> None:
        parts = urlsplit(url)
        self._where, self._count = (parts.hostname, parts.port), count
        self._open: dict[int, socket.socket] = {}
        self._poll = select.poll()
        self.opened = self.closed = self.refused = 0

    def run(self, over: threading.Event) -> None:
        while not over.is_set():
            while len(self._open) < self._count and not over.is_set():
                self._one()
            for file, _ in self._poll.poll(50):
                self._hear(file)
        for sock in self._open.values():
            sock.close()

    def _one(self) -> None:
        sock = socket.socket()
        sock.settimeout(5)
        try:
            sock.connect(self._where)
            sock.sendall(HALF[self.opened % len(HALF)])
        except OSError:
            sock.close()
            self.refused += 1
            return
        sock.setblocking(False)
        self.opened += 1
        self._open[sock.fileno()] = sock
        self._poll.register(sock, select.POLLIN)

    def _hear(self, file: int) -> None:
        try:
            over = self._open[file].recv(65_536) == b""
        except BlockingIOError:
            return
        except OSError:
            over = True
        if over:
            self._poll.unregister(file)
            self._open.pop(file).close()
            self.closed += 1


def station_at_work(url: str, bearer: str, frame: bytes, over: threading.Event, seen: Counter[str], times: list[float]) -> None:
    while not over.is_set():
        began = time.monotonic()
        try:
            with RemoteServer(url, bearer, seconds=30, sleep=lambda _: time.sleep(0.05)) as remote:
                remote.card()
                remote.evaluate(frame)
            seen["answered"] += 1
        except EncryptedPathError as exc:
            seen[str(exc)] += 1
        times.append(time.monotonic() - began)
        time.sleep(0.05)


def wrong_tokens(url: str, over: threading.Event, seen: Counter[str]) -> None:
    while not over.is_set():
        for i in range(_WRONG_TOKENS):
            try:
                with RemoteServer(url, f"guess-{i}", seconds=30, sleep=lambda _: None) as remote:
                    remote.card()
            except EncryptedPathError:
                seen["wrong tokens refused"] += 1
        over.wait(1.0)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--crowd", type=int, default=1100)
    parser.add_argument("--seconds", type=float, default=30.0)
    asked = parser.parse_args(arguments)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    seen: Counter[str] = Counter()
    times: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        head, stations = prepare(folder, _DIMENSION, _CLASSES, 1)
        process, url = start(folder, head, 1)
        files: list[int] = []
        try:
            row = np.full((1, _DIMENSION), 0.9 / _DIMENSION**0.5, np.float32)
            over, crowd, work = threading.Event(), Crowd(url, asked.crowd), []
            for made, _ in stations:
                with RemoteServer(url, made.bearer()) as remote:
                    frame = next(Station(made, card_from(remote.card())).encrypt(row))
                work.append(threading.Thread(target=station_at_work, args=(url, made.bearer(), frame, over, seen, times)))
            before = resident_megabytes(process.pid)
            files.append(len(os.listdir(f"/proc/{process.pid}/fd")))
            work += [
                threading.Thread(target=crowd.run, args=(over,)),
                threading.Thread(target=wrong_tokens, args=(url, over, seen)),
            ]
            for one in work:
                one.start()
            until = time.monotonic() + asked.seconds
            while time.monotonic() < until:
                time.sleep(0.5)
                files.append(len(os.listdir(f"/proc/{process.pid}/fd")))
            over.set()
            for one in work:
                one.join()
            after = resident_megabytes(process.pid)
            time.sleep(1.0)
            files.append(len(os.listdir(f"/proc/{process.pid}/fd")))
        finally:
            process.terminate()
            process.wait(60)
    times.sort()
    print(f"requests of {len(stations)} stations: {dict(seen)}")
    print(f"they took {times[len(times) // 2]:.2f} s (median), {times[-1]:.2f} s (longest), two requests each")
    print(f"crowd: {crowd.opened} opened, {crowd.closed} closed by the service, {crowd.refused} not let in")
    print(f"open files of the service: {files[0]} before, {max(files)} at most, {files[-1]} afterwards")
    print(f"memory of the service: {before:.0f} MB before, {after:.0f} MB after")
    return 0


if __name__ == "__main__":
    sys.exit(main())
