"""A cluster within the test's own process: slots are threads, and a test says which are lost, or never start."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

from docpriv.batch.cluster.crew import Answer
from docpriv.batch.cluster.slot import Slot


class ThreadCrew:
    """See `Crew`. `slot`: makes one, None where it never starts. `lose`: called with each answer; whether its slot is lost.

    A lost slot goes on with what it does, as on a machine that is out of reach.
    """

    def __init__(
        self,
        *,
        room: int = 2,
        slot: Callable[[], Slot | None] = Slot,
        lose: Callable[[int, Answer], bool] = lambda number, answer: False,
    ) -> None:
        self._room, self._slot, self._lose = room, slot, lose
        self.slots: dict[int, Slot | None] = {}
        self.dismissed: list[int] = []
        self._asked: dict[Future[Answer], int] = {}
        self._threads = ThreadPoolExecutor(max_workers=32)

    def __enter__(self) -> ThreadCrew:
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown(wait=False)

    def room(self) -> int:
        return self._room

    def hire(self) -> int:
        number = len(self.slots) + 1
        self.slots[number] = self._slot()
        return number

    def ask(self, slot: int, question: str, *values: Any) -> None:
        worker = self.slots[slot]
        if worker is not None:
            self._asked[self._threads.submit(getattr(worker, question), *values)] = slot

    def answers(self, seconds: float) -> list[tuple[int, Answer | None]]:
        if not self._asked:
            time.sleep(min(seconds, 0.05))
            return []
        done, _ = wait(self._asked, timeout=seconds, return_when="FIRST_COMPLETED")
        found: list[tuple[int, Answer | None]] = []
        for one in done:
            number, answer = self._asked.pop(one), one.result()
            run = getattr(self.slots[number], "_run", None)
            if "runner" in answer:  # these slots share a process; real ones do not, and may share no machine
                run.runner = answer["runner"] = f"{number}-{answer['runner']}"[:64]
            found.append((number, None if self._lose(number, answer) else answer))
        return found

    def dismiss(self, slots: Collection[int]) -> None:
        self.dismissed += slots
        for one in [one for one, slot in self._asked.items() if slot in slots]:
            del self._asked[one]

    def why_idle(self) -> tuple[str, str]:
        return "the test says so", "Ask the test."
