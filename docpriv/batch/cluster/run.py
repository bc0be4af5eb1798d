"""An archive job on a cluster, as its own runner sees it: it walks, starts workers elsewhere and replaces lost ones.

The ledger decides what is done, as with runners on several machines that people start. A lost machine costs its leases,
which are given back at once; should it only have been out of reach, the ledger lets it release nothing that it still holds.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Generator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Any, Protocol

from docpriv.batch.cluster.order import Order, sample_of, sealed, token_in
from docpriv.batch.job import Progress, from_message
from docpriv.batch.job_folder import JobFolder
from docpriv.batch.job_run import JobRun, OnProgress, Step
from docpriv.batch.ledger import Ledger
from docpriv.batch.locks import Descriptors, boot_of_machine
from docpriv.errors import ClusterError, DocprivError
from docpriv.provenance import versions
from docpriv.run_options import RunOptions
from docpriv.work.wire import error_from

START_SECONDS = 120.0  # in which the first worker has to start
_ASK = 1.0  # seconds that a worker takes to answer when nothing happens
_SILENT = 120.0  # seconds without an answer after which a worker counts as lost
_LOOK = 5.0  # seconds between looks at whether the cluster has grown
_PATIENCE = 3  # times that every worker may be lost without a document ending meanwhile

Answer = dict[str, Any]
"""What a remote worker answers: ids, counts, codes and errors of docpriv, in types that any version can read."""


class Cluster(Protocol):
    """Machines on which workers can be started, asked and ended. A context manager; leaving it ends all.

    A worker answers one question at a time.
    """

    def __enter__(self) -> Cluster: ...

    def __exit__(self, *_: object) -> None: ...

    def room(self) -> int:
        """How many workers the machines are good for as they are now."""
        ...

    def start(self) -> int:
        """Ask for a worker somewhere, and give its number. It answers when there was room for it."""
        ...

    def ask(self, worker: int, question: str, *values: Any) -> None:
        """Put a question to a worker: the name of a method of `RemoteWorker`, and what it takes."""
        ...

    def answers(self, seconds: float) -> list[tuple[int, Answer | None]]:
        """What came back meanwhile, at most so many seconds later; None from a worker that is lost."""
        ...

    def stop(self, workers: Collection[int]) -> None:
        """End workers, and wait until they have."""
        ...

    def why_idle(self) -> tuple[str, str]:
        """Why no worker has started, as far as the cluster tells, and what to do."""
        ...


@dataclass(slots=True, kw_only=True)
class _Worker:
    """A remote worker as it is known here. `runner`: its name in the ledger, from when it joined."""

    asked: float
    runner: str | None = None
    seen: int = 0


class ClusterRun(JobRun):
    """A job's runner that leaves the documents to a cluster.

    `workers` None: as many as the cluster has room for, also when it grows.
    """

    _ledger: Ledger
    _cluster: Cluster

    def __init__(
        self,
        job: JobFolder,
        options: RunOptions,
        cluster: Callable[[], Cluster],
        *,
        workers: int | None = None,
        start_seconds: float = START_SECONDS,
    ) -> None:
        super().__init__(job, options, workers=workers or 0)
        self._open_cluster, self._start_seconds = cluster, start_seconds
        self._workers: dict[int, _Worker] = {}
        self._retired = 0  # workers that could not go on, and are not replaced
        self._losses = 0  # workers that were lost since a document ended
        self._joined = False  # whether any worker ever started
        self._alive_at = 0.0  # when a worker last lived
        self._looked, self._vacant = 0.0, True  # when the ledger and the cluster were looked at; whether to look again
        self._room = self._wanted = 0
        self._began = 0.0

    def _work(self, ledger: Ledger, held: Descriptors, on_progress: OnProgress | None) -> Generator[Step, None, None]:
        """ClusterError where no worker starts, or the machines do not fit together."""
        self._ledger = ledger
        with ExitStack() as stack:
            order = stack.enter_context(sealed(self._order(stack.enter_context(token_in(self.job.out)))))
            self._cluster = stack.enter_context(self._open_cluster())
            stack.callback(self._clear)
            stack.enter_context(self._threads(self._walk))
            self._began = self._alive_at = time.monotonic()
            while True:
                filled = self.fill.done  # looked at first: what was entered before is then to be had
                if not self._start_workers(order, filled):
                    return
                for number, answer in self._cluster.answers(_ASK):
                    if number in self._workers:
                        yield from self._heard(number, answer, on_progress)
                self._missed()
                self.idle()

    def _order(self, token: str) -> Order:
        return Order(
            versions=versions(),
            machine=boot_of_machine(),
            recipe_sha256=self._digest,
            options=self._base.options.message(),
            job=self.job,
            token=token,
            sample=sample_of(self.job.source),
        )

    def _start_workers(self, order: tuple[str, str], filled: bool) -> bool:
        """Start those for whom there is room and work; False where nothing is left to do."""
        if self._vacant or time.monotonic() - self._looked > _LOOK:
            self._looked, self._vacant = time.monotonic(), False
            self._room = self.workers or max(1, self._cluster.room())
            over = filled and self._ledger.due() is None
            if over and not any(worker.runner for worker in self._workers.values()):
                return False
            self._wanted = 0 if over else self._room - self._retired
        while len(self._workers) < self._wanted:
            number = self._cluster.start()
            self._workers[number] = _Worker(asked=time.monotonic())
            self._cluster.ask(number, "join", *order)
        return True

    def _heard(self, number: int, answer: Answer | None, on_progress: OnProgress | None) -> Generator[Step, None, None]:
        worker = self._workers[number]
        if answer is None:
            self._lost(number)
            return
        self._alive_at = time.monotonic()
        if answer["trouble"] is not None:
            self._refused(number, error_from(answer["trouble"]))
            return
        if worker.runner is None:
            worker.runner, self._joined = str(answer["runner"]), True
            self.log("worker-started", number=number)
        for page in answer.get("pages", ()):
            if on_progress is not None:
                on_progress(from_message(Progress, page))
        for report in answer.get("reports", ()):
            worker.seen = int(report["number"])
            self._losses = 0
            yield from_message(Step, report["step"])
        if answer.get("ended"):
            self._ended(number, None if answer["error"] is None else error_from(answer["error"]))
            return
        worker.asked = time.monotonic()
        self._cluster.ask(number, "work", worker.seen, self.fill.done, _ASK)

    # --- workers that end ------------------------------------------------------------------------------------------------

    def _ended(self, number: int, error: DocprivError | None) -> None:
        """A worker found nothing more to do, or cannot go on. Others may: the job stops with the last of them."""
        self._leave(number)
        if error is None:
            return
        self._retired += 1
        self.log("worker-failed", number=number, error=error.code)
        if not self._workers or self._retired >= self._room:
            raise error

    def _refused(self, number: int, error: DocprivError) -> None:
        """A machine does not fit. At the start that is said at once; one that joins later is left out."""
        self._leave(number)
        self.log("worker-refused", number=number, error=error.code)
        self._retired += 1
        if time.monotonic() - self._began < self._start_seconds or not self._workers:
            raise error

    def _lost(self, number: int) -> None:
        """A worker went with its process or its machine: what it held waits again, for others."""
        worker = self._workers[number]
        self._leave(number)
        if worker.runner is not None:
            self._ledger.give_back_all([worker.runner])
        self._losses += 1
        self.log("worker-lost", number=number)
        if self._losses >= _PATIENCE * max(1, self._room):
            if not self._joined:
                raise ClusterError(
                    f"the workers of the cluster end as they start, {self._losses} of them by now",
                    remedy="Install docpriv[cluster] on every machine in the Python that runs Ray there; the logs "
                    "of Ray's workers say more.",
                )
            raise ClusterError(
                f"the workers of the cluster are lost again and again, {self._losses} since a document ended",
                remedy="Look at `ray status` and at the memory of the machines: Ray ends processes where it runs "
                "out. Fewer --workers need less.",
            )

    def _missed(self) -> None:
        """Workers that fell silent are lost; a cluster of which none ever came is an error that says why."""
        now = time.monotonic()
        for number, worker in list(self._workers.items()):
            if worker.runner is not None and now - worker.asked > _SILENT:
                self._lost(number)
        if not any(worker.runner for worker in self._workers.values()) and now - self._alive_at > self._start_seconds:
            why, remedy = self._cluster.why_idle()
            raise ClusterError(f"no worker of the cluster started within {self._start_seconds:.0f} seconds: {why}", remedy=remedy)

    def _leave(self, number: int) -> None:
        del self._workers[number]
        self._vacant = True
        self._cluster.stop([number])

    def _clear(self) -> None:
        """End all workers, and only then give back what they held: one that lives might claim again."""
        runners = [worker.runner for worker in self._workers.values() if worker.runner is not None]
        with suppress(DocprivError):  # the process that speaks to the cluster is gone, and its workers with it
            self._cluster.stop(list(self._workers))
        self._workers.clear()
        with suppress(DocprivError):  # the leases run out by themselves
            self._ledger.give_back_all(runners)
