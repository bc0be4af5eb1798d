"""A cluster within the test's own process: workers are threads, and a test says which are lost, or never start."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

from docpriv.batch.cluster.remote import RemoteWorker
from docpriv.batch.cluster.run import Answer


class ThreadCluster:
    """See `Cluster`. `worker`: makes one, None where it never starts. `lose`: called with each answer; whether it is lost.

    A lost worker goes on with what it does, as on a machine that is out of reach.
    """

    def __init__(
        self,
        *,
        room: int = 2,
        worker: Callable[[], RemoteWorker | None] = RemoteWorker,
        lose: Callable[[int, Answer], bool] = lambda number, answer: False,
    ) -> None:
        self._room, self._make, self._lose = room, worker, lose
        self.workers: dict[int, RemoteWorker | None] = {}
        self.stopped: list[int] = []
        self._asked: dict[Future[Answer], int] = {}
        self._threads = ThreadPoolExecutor(max_workers=32)

    def __enter__(self) -> ThreadCluster:
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown(wait=False)

    def room(self) -> int:
        return self._room

    def start(self) -> int:
        number = len(self.workers) + 1
        self.workers[number] = self._make()
        return number

    def ask(self, worker: int, question: str, *values: Any) -> None:
        made = self.workers[worker]
        if made is not None:
            self._asked[self._threads.submit(getattr(made, question), *values)] = worker

    def answers(self, seconds: float) -> list[tuple[int, Answer | None]]:
        if not self._asked:
            time.sleep(min(seconds, 0.05))
            return []
        done, _ = wait(self._asked, timeout=seconds, return_when="FIRST_COMPLETED")
        found: list[tuple[int, Answer | None]] = []
        for one in done:
            number, answer = self._asked.pop(one), one.result()
            run = getattr(self.workers[number], "_run", None)
            if "runner" in answer:  # these workers share a process; real ones do not, and may share no machine
                run.runner = answer["runner"] = f"{number}-{answer['runner']}"[:64]
            found.append((number, None if self._lose(number, answer) else answer))
        return found

    def stop(self, workers: Collection[int]) -> None:
        self.stopped += workers
        for one in [one for one, worker in self._asked.items() if worker in workers]:
            del self._asked[one]

    def why_idle(self) -> tuple[str, str]:
        return "the test says so", "Ask the test."
