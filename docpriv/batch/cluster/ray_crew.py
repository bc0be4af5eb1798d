"""Slots on a Ray cluster, one that runs or one of this machine's own; refuses to hand Ray anything but ids and one sealed path.

Ray keeps what its processes print, what raises in them, how its drivers were started, and large arguments; it tells its
makers how it is used; and it waits for ever for room. None of that happens here: slots print and raise nothing, the
command line is not told, arguments are small, statistics are off, and whoever uses a crew has to watch the time.
"""

from __future__ import annotations

import logging
import math
import os
import secrets
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any

from docpriv.batch.cluster.crew import Answer
from docpriv.batch.cluster.order import require_age
from docpriv.batch.cluster.slot import Slot
from docpriv.batch.runner import processors
from docpriv.errors import ClusterError, UsageError

_CPU_SHARE = 0.5  # of a processor that a slot reserves: slots that take them all leave Ray none and hang for ever
_GPU_SHARE = 0.25  # of a GPU, where the models run on one
_MOST_A_MACHINE = 4  # slots, by default: each may take the memory that the recipe's limit allows
_STORE = 80 << 20  # bytes of the object store of a cluster of our own: nothing goes through it
_END = 10.0  # seconds that ended slots have to be gone


def require_ray() -> None:
    """UsageError where what the back end needs is not installed; loads nothing large."""
    if find_spec("ray") is None:
        raise UsageError("the back end ray needs Ray, which is not installed", remedy="pip install 'docpriv[cluster]'")
    require_age()


def _keep_from_stdout() -> None:
    """Ray prints what befalls its nodes on the driver's standard output, where the command's own JSON stands alone."""
    import ray._private.worker as driver

    if not hasattr(driver, "print_to_stdstream"):
        raise ClusterError("this version of Ray is not known", remedy="pip install 'docpriv[cluster]' installs one that is.")
    driver.print_to_stdstream = lambda *_, **__: None


class RaySlot(Slot):
    """A slot as a Ray actor: silent from its first moment."""

    def __init__(self) -> None:
        self.silence()
        super().__init__()


class RayCrew:
    """See `Crew`. `address` None starts a cluster on this machine, for `workers` slots, and ends it; else HOST:PORT or auto."""

    def __init__(self, *, address: str | None = None, workers: int | None = None, gpu: bool = False) -> None:
        if address is not None and "://" in address:
            raise UsageError(
                "the cluster's address is that of a Ray client",
                remedy="Start docpriv on a machine of the cluster, with --address auto or HOST:PORT of its head.",
            )
        require_ray()
        self._address, self._workers, self._gpu = address, workers, gpu
        self._actors: dict[int, Any] = {}
        self._asked: dict[Any, int] = {}  # what was asked, by its reference in Ray
        self._count = 0
        self._home: Path | None = None
        self._before: dict[int, Any] = {}  # handlers of signals
        self._stopped = False

    def __enter__(self) -> RayCrew:
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
        os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
        try:
            with _own_signals():
                self._connect()
            self._note_signals()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        import ray

        with suppress(Exception), _own_signals():
            ray.shutdown()
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before = {}
        if self._home is not None:
            shutil.rmtree(self._home, ignore_errors=True)
            self._home = None

    def _connect(self) -> None:
        if self._address is None:
            # Before Ray is loaded: nobody else may use this cluster, and it listens on this machine alone.
            os.environ.setdefault("RAY_AUTH_MODE", "token")
            os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))
            os.environ.setdefault("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
            self._home = Path(tempfile.mkdtemp(prefix="docpriv-ray-"))
            processors_here = processors()
            slots = self._workers or min(processors_here, _MOST_A_MACHINE)
            more: dict[str, Any] = {
                "address": "local",
                "num_cpus": max(processors_here, math.ceil(slots * _CPU_SHARE) + 1),
                "include_dashboard": False,
                "object_store_memory": _STORE,
                "_node_ip_address": "127.0.0.1",
                "_temp_dir": str(self._home / "r"),
            }  # Ray opens its own folder to everybody; this one is inside
        else:
            more = {"address": self._address}
        import ray

        if ray.is_initialized():
            raise UsageError("this process uses Ray already", remedy="Call ray.shutdown() first.")
        _keep_from_stdout()
        config = ray.job_config.JobConfig()
        config._py_driver_sys_path = _Nowhere()
        try:
            with _nameless():
                ray.init(job_config=config, log_to_driver=False, logging_level=logging.CRITICAL, namespace="docpriv", **more)
        except SystemExit:  # what Ray makes of SIGTERM
            raise KeyboardInterrupt from None
        except Exception as exc:  # its message may repeat the command line
            where = "started here" if self._address is None else "reached at this address"
            raise ClusterError(
                f"a Ray cluster cannot be {where} ({type(exc).__name__})",
                remedy="Start docpriv on a machine of the cluster (`ray start --address HOST:PORT`), with the "
                "same Python and Ray as there; `ray status` shows whether it runs.",
            ) from None
        share: dict[str, Any] = {"num_gpus": _GPU_SHARE} if self._gpu else {}
        self._kind = ray.remote(num_cpus=_CPU_SHARE, max_restarts=0, max_task_retries=0, scheduling_strategy="SPREAD", **share)(
            RaySlot
        )

    def _note_signals(self) -> None:
        """What a signal raises may be lost within Ray, in a call that cannot fail; that it came is remembered."""
        if threading.current_thread() is not threading.main_thread():
            return
        for number in (signal.SIGINT, signal.SIGTERM):
            before = signal.getsignal(number)
            if callable(before):
                self._before[number] = before
                signal.signal(number, self._noting(before))

    def _noting(self, before: Callable[..., Any]) -> Callable[..., None]:
        def handler(number: int, frame: Any) -> None:
            self._stopped = True
            before(number, frame)

        return handler

    def room(self) -> int:
        import ray

        return sum(min(int(node["Resources"].get("CPU", 0)), _MOST_A_MACHINE) for node in ray.nodes() if node["Alive"])

    def hire(self) -> int:
        self._count += 1
        self._actors[self._count] = self._kind.remote()
        return self._count

    def ask(self, slot: int, question: str, *values: Any) -> None:
        self._asked[getattr(self._actors[slot], question).remote(*values)] = slot

    def answers(self, seconds: float) -> list[tuple[int, Answer | None]]:
        import ray

        if self._stopped:
            raise KeyboardInterrupt
        if not self._asked:
            threading.Event().wait(seconds)
            return []
        ray.wait(list(self._asked), num_returns=1, timeout=seconds, fetch_local=False)
        ready, _ = ray.wait(list(self._asked), num_returns=len(self._asked), timeout=0, fetch_local=False)
        return [(self._asked.pop(one), _answer(one)) for one in ready]

    def dismiss(self, slots: Collection[int]) -> None:
        import ray

        leaving = [actor for slot in slots if (actor := self._actors.pop(slot, None)) is not None]
        for actor in leaving:
            with suppress(Exception):
                ray.kill(actor, no_restart=True)
        waiting = [one for one, slot in self._asked.items() if slot in slots]
        for one in waiting:
            del self._asked[one]
        if waiting:
            with suppress(Exception):  # what was asked of a slot fails when it is gone
                ray.wait(waiting, num_returns=len(waiting), timeout=_END, fetch_local=False)

    def why_idle(self) -> tuple[str, str]:
        import ray

        has, free = ray.cluster_resources(), ray.available_resources()
        for name, share, what in (("CPU", _CPU_SHARE, "CPUs"), ("GPU", _GPU_SHARE if self._gpu else 0.0, "GPUs")):
            if free.get(name, 0.0) < share:
                return (
                    f"{free.get(name, 0.0):g} of the {has.get(name, 0.0):g} {what} of the cluster are free, and a worker "
                    f"reserves {share:g}",
                    f"Wait until other jobs of the cluster end, or add machines; `ray status` shows who holds the {what}.",
                )
        return (
            "there is room, but no process came up",
            "Raise --cluster-wait where machines are slow. Else look at Ray's own logs, and whether docpriv[cluster] is "
            "installed on every machine in the Python that runs Ray there.",
        )


def _answer(one: Any) -> Answer | None:
    import ray

    try:
        answer = ray.get(one, timeout=_END)
    except Exception:  # of Ray: a slot does not raise, it answers with what is in the way
        return None
    return answer if isinstance(answer, dict) and "trouble" in answer else None


class _Nowhere(list[str]):
    """Ray adds the folder in which the user happens to be to the places from which its workers take code; not here."""

    def extend(self, _: Any) -> None:
        return None


@contextmanager
def _nameless() -> Iterator[None]:
    """Ray notes the whole command line of its driver, and shows it to all users of the cluster; it names folders."""
    from ray._private import utils

    before = getattr(utils, "get_entrypoint_name", None)
    utils.get_entrypoint_name = lambda: "docpriv batch"
    try:
        yield
    finally:
        utils.get_entrypoint_name = before


@contextmanager
def _own_signals() -> Iterator[None]:
    """Ray takes SIGTERM for itself; it is given back to whom it belonged."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        if before is not None:
            signal.signal(signal.SIGTERM, before)
