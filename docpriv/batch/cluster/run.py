"""An archive job on a cluster, as its own runner sees it: walks, fills slots, replaces lost ones; refuses to wait in silence.

The ledger decides what is done, as with runners on several machines that people start. A lost machine costs its leases,
which are given back at once; should it only have been out of reach, the gate of the ledger lets nothing through that it
still holds.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Any

from docpriv.batch.archive import boot_of_machine, dead_runners
from docpriv.batch.cluster.crew import Answer, Crew
from docpriv.batch.cluster.order import Order, sample_of, sealed, token_in
from docpriv.batch.job_folder import JobFolder
from docpriv.batch.job_run import JobRun, Said, end_threads
from docpriv.batch.job_work import JobWork
from docpriv.batch.jobs import Progress
from docpriv.batch.ledger import Ledger, State
from docpriv.errors import ClusterError, DocprivError
from docpriv.provenance import versions
from docpriv.run_options import RunOptions
from docpriv.work.wire import error_from

START_SECONDS = 120.0  # in which the first slot has to start
_ASK = 1.0  # seconds that a slot takes to answer when nothing happens
_SILENT = 120.0  # seconds without an answer after which a slot counts as lost
_LOOK = 5.0  # seconds between looks at whether the cluster has grown
_PATIENCE = 3  # times that every slot may be lost without a document ending meanwhile


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """A document reached an end, or was put back, somewhere."""

    place: str
    said: Said
    shown: str = ""  # a machine of the cluster says no path


@dataclass(slots=True, kw_only=True)
class _Seat:
    """A slot as it is known here. `runner`: its name in the ledger, from when it greeted."""

    asked: float
    runner: str | None = None
    seen: int = 0


class ClusterRun(JobRun):
    """A job's runner that leaves the documents to a crew. Iterate `steps`; closing that ends the crew and gives back its leases.

    `workers` None: as many slots as the cluster has room for, also when it grows.
    """

    def __init__(
        self,
        job: JobFolder,
        options: RunOptions,
        crew: Callable[[], Crew],
        *,
        workers: int | None = None,
        start_seconds: float = START_SECONDS,
    ) -> None:
        super().__init__(job, options, workers=workers or 0, walk=True)
        self._open_crew, self._start_seconds = crew, start_seconds
        self._seats: dict[int, _Seat] = {}
        self._retired = 0  # slots that could not go on, and are not filled again
        self._losses = 0  # slots that were lost since a document ended
        self._greeted = False  # whether any slot ever started
        self._alive_at = 0.0  # when a slot last lived
        self._looked, self._vacant = 0.0, True  # when the ledger and the cluster were looked at; whether to look again
        self._room = self._wanted = 0
        self._began = 0.0

    def steps(self, on_progress: Callable[[Progress], None] | None = None) -> Generator[Reported, None, None]:
        """See `ArchiveRun.steps`. ClusterError where no slot starts, or the machines do not fit together."""
        stop = threading.Event()
        with ExitStack() as stack:
            ledger = stack.enter_context(Ledger(self.job.ledger, self.job.id))
            ledger.give_back_all(dead_runners(ledger.runners()))
            stack.enter_context(JobWork(self.job.path))
            order = stack.enter_context(sealed(self._order(stack.enter_context(token_in(self.job.out)))))
            crew = stack.enter_context(self._open_crew())
            stack.callback(self._clear, ledger, crew)
            walk = threading.Thread(target=self._walk, args=(stop,), daemon=True)
            stack.callback(end_threads, [walk], stop)
            walk.start()
            self._began = self._alive_at = time.monotonic()
            yield from self._work(ledger, crew, order, on_progress)
            if self.fill.error is not None:
                raise self.fill.error

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

    def _work(
        self, ledger: Ledger, crew: Crew, order: tuple[str, str], on_progress: Callable[[Progress], None] | None
    ) -> Generator[Reported, None, None]:
        while True:
            filled = self.fill.done  # looked at first: what was entered before is then to be had
            if not self._fill_seats(ledger, crew, order, filled):
                return
            for slot, answer in crew.answers(_ASK):
                if slot in self._seats:
                    yield from self._heard(ledger, crew, slot, answer, on_progress)
            self._missed(ledger, crew)
            self.rested()

    def _fill_seats(self, ledger: Ledger, crew: Crew, order: tuple[str, str], filled: bool) -> bool:
        """Hire whom there is room and work for; False where nothing is left to do."""
        if self._vacant or time.monotonic() - self._looked > _LOOK:
            self._looked, self._vacant = time.monotonic(), False
            self._room = self.workers or max(1, crew.room())
            over = filled and ledger.due() is None
            if over and not any(seat.runner for seat in self._seats.values()):
                return False
            self._wanted = 0 if over else self._room - self._retired
        while len(self._seats) < self._wanted:
            slot = crew.hire()
            self._seats[slot] = _Seat(asked=time.monotonic())
            crew.ask(slot, "greet", *order)
        return True

    def _heard(
        self, ledger: Ledger, crew: Crew, slot: int, answer: Answer | None, on_progress: Callable[[Progress], None] | None
    ) -> Generator[Reported, None, None]:
        seat = self._seats[slot]
        if answer is None:
            self._lost(ledger, crew, slot)
            return
        self._alive_at = time.monotonic()
        if answer["trouble"] is not None:
            self._refused(crew, slot, error_from(answer["trouble"]))
            return
        if seat.runner is None:
            seat.runner, self._greeted = str(answer["runner"]), True
            self.say("worker-started", number=slot)
        for page in answer.get("pages", ()):
            if on_progress is not None:
                on_progress(Progress(document=str(page[0]), stage=str(page[1]), page=int(page[2]), pages=int(page[3])))
        for report in answer.get("reports", ()):
            seat.seen = int(report["number"])
            self._losses = 0
            yield _reported(report)
        if answer.get("ended"):
            self._ended(ledger, crew, slot, None if answer["error"] is None else error_from(answer["error"]))
            return
        seat.asked = time.monotonic()
        crew.ask(slot, "work", seat.seen, self.fill.done, _ASK)

    # --- slots that end ------------------------------------------------------------------------------------------------

    def _ended(self, ledger: Ledger, crew: Crew, slot: int, error: DocprivError | None) -> None:
        """A slot found nothing more to do, or cannot go on. Others may: the job stops with the last of them."""
        self._leave(crew, slot)
        if error is None:
            return
        self._retired += 1
        self.say("worker-failed", number=slot, error=error.code)
        if not self._seats or self._retired >= self._room:
            raise error

    def _refused(self, crew: Crew, slot: int, error: DocprivError) -> None:
        """A machine does not fit. At the start that is said at once; one that joins later is left out."""
        self._leave(crew, slot)
        self.say("worker-refused", number=slot, error=error.code)
        self._retired += 1
        if time.monotonic() - self._began < self._start_seconds or not self._seats:
            raise error

    def _lost(self, ledger: Ledger, crew: Crew, slot: int) -> None:
        """A slot went with its process or its machine: what it held waits again, for others."""
        seat = self._seats[slot]
        self._leave(crew, slot)
        if seat.runner is not None:
            ledger.give_back_all([seat.runner])
        self._losses += 1
        self.say("worker-lost", number=slot)
        if self._losses >= _PATIENCE * max(1, self._room):
            if not self._greeted:
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

    def _missed(self, ledger: Ledger, crew: Crew) -> None:
        """Slots that fell silent are lost; a crew of which nobody ever came is an error that says why."""
        now = time.monotonic()
        for slot, seat in list(self._seats.items()):
            if seat.runner is not None and now - seat.asked > _SILENT:
                self._lost(ledger, crew, slot)
        if not any(seat.runner for seat in self._seats.values()) and now - self._alive_at > self._start_seconds:
            why, remedy = crew.why_idle()
            raise ClusterError(f"no worker of the cluster started within {self._start_seconds:.0f} seconds: {why}", remedy=remedy)

    def _leave(self, crew: Crew, slot: int) -> None:
        del self._seats[slot]
        self._vacant = True
        crew.dismiss([slot])

    def _clear(self, ledger: Ledger, crew: Crew) -> None:
        """End all slots, and only then give back what they held: a slot that lives might claim again."""
        runners = [seat.runner for seat in self._seats.values() if seat.runner is not None]
        crew.dismiss(list(self._seats))
        self._seats.clear()
        with suppress(DocprivError):  # the leases run out by themselves
            ledger.give_back_all(runners)


def _reported(report: dict[str, Any]) -> Reported:
    return Reported(
        place=str(report["place"]),
        said=Said(
            document=str(report["document"]),
            state=None if report["state"] is None else State(report["state"]),
            pages=int(report["pages"]),
            seconds=None if report["seconds"] is None else float(report["seconds"]),
            error=None if report["error"] is None else str(report["error"]),
            died=bool(report["died"]),
            already=bool(report["already"]),
            message=str(report["message"]),
            advice=str(report["advice"]),
            because=tuple((int(page), tuple(map(str, reasons))) for page, reasons in report["because"]),
        ),
    )
