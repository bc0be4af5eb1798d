"""Workers on a Ray cluster, one that runs or one of this machine's own.

Ray keeps what its processes print, what raises in them, how its driver was started and where; it tells its makers how it is
used; and it waits for ever for room. So its driver is a process of its own (`ray_driver`) with a command line, a folder and
streams that say nothing, and whoever uses a cluster has to watch the time.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Collection
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from docpriv.batch.cluster.order import require_age
from docpriv.batch.cluster.run import Answer
from docpriv.errors import ClusterError, UsageError
from docpriv.work.pool import start_process
from docpriv.work.wire import error_from, receive, send

_END = 60.0  # seconds that the driver has to end its workers and itself


def require_ray() -> None:
    """UsageError where what the back end needs is not installed; loads nothing large."""
    if find_spec("ray") is None:
        raise UsageError("the back end ray needs Ray, which is not installed", remedy="pip install 'docpriv[cluster]'")
    require_age()


class RayCluster:
    """See `Cluster`. `address` None starts one on this machine, for so many workers, and ends it; else HOST:PORT or auto."""

    def __init__(self, *, address: str | None = None, workers: int | None = None, gpu: bool = False) -> None:
        if address is not None and "://" in address:
            raise UsageError(
                "the cluster's address is that of a Ray client",
                remedy="Start docpriv on a machine of the cluster, with --address auto or HOST:PORT of its head.",
            )
        require_ray()
        self._options = {"address": address, "workers": workers, "gpu": gpu}
        self._driver: subprocess.Popen[bytes] | None = None
        self._home: Path | None = None

    def __enter__(self) -> RayCluster:
        self._home = Path(tempfile.mkdtemp(prefix="docpriv-ray-"))
        try:
            self._driver = start_process("docpriv.batch.cluster.ray_driver", folder=self._home)
            assert self._driver.stdin is not None
            send(self._driver.stdin, {"home": str(self._home), **self._options})
            self._call("room")
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the driver, which ends all workers first."""
        driver, self._driver = self._driver, None
        if driver is not None:
            assert driver.stdin is not None and driver.stdout is not None  # noqa: PT018
            with suppress(OSError):
                driver.stdin.close()
            with suppress(subprocess.TimeoutExpired):
                driver.wait(_END)
            driver.kill()
            driver.wait()
            driver.stdout.close()
        if self._home is not None:
            shutil.rmtree(self._home, ignore_errors=True)
            self._home = None

    def room(self) -> int:
        return int(self._call("room"))

    def start(self) -> int:
        return int(self._call("start"))

    def ask(self, worker: int, question: str, *values: Any) -> None:
        self._call("ask", worker, question, values)

    def answers(self, seconds: float) -> list[tuple[int, Answer | None]]:
        return [(int(worker), answer) for worker, answer in self._call("answers", seconds)]

    def stop(self, workers: Collection[int]) -> None:
        if self._driver is not None:  # else they ended with it
            self._call("stop", list(workers))

    def why_idle(self) -> tuple[str, str]:
        why, remedy = self._call("why_idle")
        return str(why), str(remedy)

    def _call(self, name: str, *values: Any) -> Any:
        """What the driver answers. An exception in between, such as KeyboardInterrupt, ends it: its answer would come later."""
        driver = self._driver
        if driver is None or driver.stdin is None or driver.stdout is None:
            raise ClusterError("the process that speaks to Ray has ended")
        try:
            send(driver.stdin, {"call": name, "values": values})
            message = receive(driver.stdout)
            while message is not None and "news" in message.head:
                message = receive(driver.stdout)
        except OSError:
            message = None
        except BaseException:
            self.close()
            raise
        if message is None:
            self.close()
            raise ClusterError("the process that speaks to Ray ended; see Ray's own logs")
        if message.head["error"] is not None:
            raise error_from(message.head["error"])
        return message.head["answer"]["value"]
