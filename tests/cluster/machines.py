"""A Ray cluster of several nodes on this machine, whose memory and logs can be searched."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

SETTINGS = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "DOCPRIV_TESTING": "1",
}
_BLOCK = 8 << 20


class Machines:
    """Nodes with so many CPUs each; the first is the head. A context manager."""

    def __init__(self, *, cpus: tuple[int, ...]) -> None:
        self.cpus = cpus
        self.home = Path(tempfile.mkdtemp(prefix="rt-"))  # short: sockets lie in it

    def __enter__(self) -> Machines:
        try:
            self._start()
        except BaseException:
            shutil.rmtree(self.home, ignore_errors=True)
            raise
        return self

    def _start(self) -> None:
        os.environ.update(SETTINGS, RAY_TMPDIR=str(self.home))  # before Ray is loaded: it notes its head there
        from ray.cluster_utils import Cluster

        head = {"num_cpus": self.cpus[0], "include_dashboard": False}
        self._cluster: Any = Cluster(initialize_head=True, head_node_args=head)
        self._others = [self._cluster.add_node(num_cpus=cpus) for cpus in self.cpus[1:]]

    def __exit__(self, *_: object) -> None:
        self._cluster.shutdown()
        shutil.rmtree(self.home, ignore_errors=True)
        for name in (*SETTINGS, "RAY_TMPDIR"):
            os.environ.pop(name, None)

    @property
    def address(self) -> str:
        return str(self._cluster.address)

    def lose(self) -> None:
        """End a node as a machine that loses power."""
        self._cluster.remove_node(self._others.pop(), allow_graceful=False)

    def connect(self) -> Any:
        """Ray, with this process as a driver of the cluster; end it with its `shutdown`."""
        import logging

        import ray

        ray.init(address=self.address, log_to_driver=False, logging_level=logging.CRITICAL)
        return ray

    def processes(self) -> list[psutil.Process]:
        """Ray's own: those that manage the cluster, with the object stores."""
        return [
            one
            for one in psutil.process_iter(["name"])
            if one.info["name"] in ("raylet", "gcs_server") and str(self.home) in " ".join(one.cmdline())
        ]

    def traces(self, words: Iterable[str]) -> set[str]:
        """Which of the words stand in Ray's files, or in the memory of its processes."""
        needles = {word: word.encode() for word in words}
        found = set()
        for block in self._blocks():
            found |= {word for word, needle in needles.items() if needle in block}
        return found

    def _blocks(self) -> Iterator[bytes]:
        for path in self.home.rglob("*"):
            if path.is_file() and not path.is_symlink():
                yield os.fsencode(path.name) + b"\n" + path.read_bytes()
        for process in self.processes():
            yield from _memory(process.pid)


def _memory(pid: int) -> Iterator[bytes]:
    """What a process has in memory, the object store that it shares with others included."""
    with open(f"/proc/{pid}/maps", encoding="utf-8") as maps, open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in maps:
            span, rights = line.split()[:2]
            if not rights.startswith("rw"):
                continue
            start, end = (int(number, 16) for number in span.split("-"))
            for at in range(start, end, _BLOCK):
                with suppress(OSError, ValueError, OverflowError):
                    memory.seek(at)
                    yield memory.read(min(_BLOCK, end - at) + 256)
