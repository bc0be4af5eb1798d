"""The process that speaks to Ray for a job, so that nothing of the command that a user typed can reach Ray.

Started as `python -m docpriv.batch.cluster.ray_driver` in an empty private folder: Ray shows its driver's command line to all
users of a cluster, sends them to the driver's current folder for code, and prints what befalls its nodes.
"""

from __future__ import annotations

import logging
import math
import os
import secrets
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import Any

from docpriv.batch.cluster.remote import RemoteWorker
from docpriv.batch.cluster.run import Answer
from docpriv.batch.runner import processors
from docpriv.errors import ClusterError
from docpriv.work.child import Handler, Say, serve
from docpriv.work.wire import Message

_CPU_SHARE = 0.5  # of a processor that a worker reserves: workers that take them all leave Ray none and hang for ever
_GPU_SHARE = 0.25  # of a GPU, where the models run on one
_MOST_A_MACHINE = 4  # workers, by default: each may take the memory that the recipe's limit allows
_STORE = 80 << 20  # bytes of the object store of a cluster of our own: nothing goes through it
_END = 10.0  # seconds that ended workers have to be gone


class RayWorker(RemoteWorker):
    """A remote worker as a Ray actor: silent from its first moment."""

    def __init__(self) -> None:
        self.silence()
        super().__init__()


class RayDriver(Handler):
    """Connects to Ray with the first task, and does what `RayCluster` asks for."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        self._ray: Any = None
        self._kind: Any = None
        self._actors: dict[int, Any] = {}
        self._asked: dict[Any, int] = {}  # what was asked, by its reference in Ray
        self._count = 0

    def prepare(self, task: Message) -> None:
        if self._kind is None:
            self._connect()

    def handle(self, task: Message, say: Say) -> Message:
        return Message({"value": getattr(self, f"_{task.head['call']}")(*task.head["values"])})

    def close(self) -> None:
        """End all workers, and the cluster where it is our own."""
        if self._ray is not None:
            with suppress(Exception):
                self._stop(list(self._actors))
            with suppress(Exception):
                self._ray.shutdown()

    def _connect(self) -> None:
        address, workers = self._options["address"], self._options["workers"]
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
        os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
        more: dict[str, Any] = {"address": address}
        if address is None:
            # Before Ray is loaded: nobody else may use this cluster, and it listens on this machine alone.
            os.environ.setdefault("RAY_AUTH_MODE", "token")
            os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))
            os.environ.setdefault("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
            processors_here = processors()
            more = {
                "address": "local",
                "num_cpus": max(processors_here, math.ceil((workers or min(processors_here, _MOST_A_MACHINE)) * _CPU_SHARE) + 1),
                "include_dashboard": False,
                "object_store_memory": _STORE,
                "_node_ip_address": "127.0.0.1",
                "_temp_dir": str(Path(self._options["home"]) / "r"),  # Ray opens its own folder to everybody; this one is inside
            }
        import ray

        self._ray = ray
        try:
            ray.init(log_to_driver=False, logging_level=logging.CRITICAL, namespace="docpriv", **more)
        except Exception as exc:
            where = "started here" if address is None else "reached at this address"
            raise ClusterError(
                f"a Ray cluster cannot be {where} ({type(exc).__name__})",
                remedy="Start docpriv on a machine of the cluster (`ray start --address HOST:PORT`), with the "
                "same Python and Ray as there; `ray status` shows whether it runs.",
            ) from None
        share = {"num_gpus": _GPU_SHARE} if self._options["gpu"] else {}
        self._kind = ray.remote(num_cpus=_CPU_SHARE, max_restarts=0, max_task_retries=0, scheduling_strategy="SPREAD", **share)(
            RayWorker
        )

    def _room(self) -> int:
        return sum(min(int(node["Resources"].get("CPU", 0)), _MOST_A_MACHINE) for node in self._ray.nodes() if node["Alive"])

    def _start(self) -> int:
        self._count += 1
        self._actors[self._count] = self._kind.remote()
        return self._count

    def _ask(self, worker: int, question: str, values: Sequence[Any]) -> None:
        self._asked[getattr(self._actors[worker], question).remote(*values)] = worker

    def _answers(self, seconds: float) -> list[tuple[int, Answer | None]]:
        if not self._asked:
            time.sleep(seconds)
            return []
        self._ray.wait(list(self._asked), num_returns=1, timeout=seconds, fetch_local=False)
        ready, _ = self._ray.wait(list(self._asked), num_returns=len(self._asked), timeout=0, fetch_local=False)
        return [(self._asked.pop(one), self._answer(one)) for one in ready]

    def _stop(self, workers: Sequence[int]) -> None:
        for actor in [self._actors.pop(worker) for worker in workers if worker in self._actors]:
            with suppress(Exception):
                self._ray.kill(actor, no_restart=True)
        waiting = [one for one, worker in self._asked.items() if worker in workers]
        for one in waiting:
            del self._asked[one]
        if waiting:
            with suppress(Exception):  # what was asked of a worker fails when it is gone
                self._ray.wait(waiting, num_returns=len(waiting), timeout=_END, fetch_local=False)

    def _why_idle(self) -> tuple[str, str]:
        has, free = self._ray.cluster_resources(), self._ray.available_resources()
        for name, share in (("CPU", _CPU_SHARE), ("GPU", _GPU_SHARE if self._options["gpu"] else 0.0)):
            if free.get(name, 0.0) < share:
                return (
                    f"{free.get(name, 0.0):g} of the {has.get(name, 0.0):g} {name}s of the cluster are free, and a worker "
                    f"reserves {share:g}",
                    f"Wait until other jobs of the cluster end, or add machines; `ray status` shows who holds the {name}s.",
                )
        return (
            "there is room, but no process came up",
            "Raise --cluster-wait where machines are slow. Else look at Ray's own logs, and whether docpriv[cluster] is "
            "installed on every machine in the Python that runs Ray there.",
        )

    def _answer(self, one: Any) -> Answer | None:
        try:
            answer = self._ray.get(one, timeout=_END)
        except Exception:  # of Ray: a worker does not raise, it answers with what is in the way
            return None
        return answer if isinstance(answer, dict) and "trouble" in answer else None


def main() -> int:
    """Serve until the job's runner hangs up."""
    with ExitStack() as stack:
        return serve(lambda first: stack.enter_context(closing(RayDriver(first.head))))


if __name__ == "__main__":
    from docpriv.batch.cluster.ray_driver import main as run  # by its name, for Ray's workers load what they run by that

    sys.exit(run())
