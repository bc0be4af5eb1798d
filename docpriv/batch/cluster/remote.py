"""A worker of a cluster: one runner of the job in a process of its own, which neither prints nor raises.

The process answers questions while a thread claims documents and hands them to a supervised worker process, as on one
machine. A document never enters the process that the cluster started.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from docpriv.batch.archive import ArchiveRun
from docpriv.batch.cluster.order import Order, unsealed
from docpriv.batch.cluster.run import Answer
from docpriv.batch.job import Progress, to_message
from docpriv.batch.job_run import Step
from docpriv.batch.ledger import Ledger
from docpriv.batch.locks import boot_of_machine
from docpriv.errors import ClusterError, DocprivError, OutputError
from docpriv.files import path_from
from docpriv.provenance import versions
from docpriv.recipes import recipe_sha256
from docpriv.work.child import scrubbed
from docpriv.work.wire import error_message

_IDLE = 1.0  # seconds between looks at a ledger in which nothing is to be had
_MOST = 500  # news of pages that wait to be asked for, what is more is only missing on the display; and steps in one answer

SAME_PATHS = "Source, output and --job have to lie on storage that all machines of the cluster have at the same paths."


class RemoteRun(ArchiveRun):
    """A runner whose walk somebody else does; `walked` says that it is over."""

    def __init__(self, order: Order) -> None:
        super().__init__(order.job, order.parsed(), workers=1)
        self.walked = threading.Event()

    def _walk(self, stop: threading.Event) -> None:
        while not (self.walked.is_set() or stop.wait(_IDLE / 5)):
            continue
        self.fill.done = True

    def _rest(self) -> None:
        time.sleep(_IDLE)


class RemoteWorker:
    """What runs on a cluster. Every answer is made of ids, counts, codes and docpriv's own errors."""

    def __init__(self) -> None:
        self._run: RemoteRun | None = None
        self._thread: threading.Thread | None = None
        self._news = threading.Condition()
        self._reports: deque[dict[str, Any]] = deque()
        self._pages: deque[Any] = deque(maxlen=_MOST)
        self._count = 0
        self._ended = False
        self._error: DocprivError | None = None

    def silence(self) -> Answer:
        """Let both streams lead nowhere, since a cluster keeps what its processes print."""
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        for handle in (1, 2):
            os.dup2(nowhere, handle)
        os.close(nowhere)
        return {}

    def join(self, path: str, key: str) -> Answer:
        """Open the order and look whether this machine can do it: the runner's name, or what is in the way."""

        def look() -> Answer:
            order = unsealed(path, key)
            check_fit(order)
            self._run = RemoteRun(order)
            return {"runner": self._run.runner}

        return _answered(look)

    def work(self, seen: int, walked: bool, seconds: float) -> Answer:
        """Go on with the job, and say what happened since report number `seen`, after so many seconds at most."""

        def go_on() -> Answer:
            assert self._run is not None
            if walked:
                self._run.walked.set()
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, args=(self._run,), daemon=True)
                self._thread.start()
            with self._news:
                while self._reports and self._reports[0]["number"] <= seen:
                    self._reports.popleft()
                if not self._reports and not self._ended:
                    self._news.wait(seconds)
                pages = list(self._pages)
                self._pages.clear()
                reports = list(self._reports)[:_MOST]
                ended = self._ended and len(reports) == len(self._reports)
                error = None if self._error is None else error_message(self._error)
            return {"pages": pages, "reports": reports, "ended": ended, "error": error if ended else None}

        return _answered(go_on)

    def _work(self, run: RemoteRun) -> None:
        error: DocprivError | None = None
        try:
            for step in run.steps(self._page):
                self._report(step)
        except DocprivError as exc:
            error = exc
        except Exception as exc:
            error = DocprivError(f"internal error: {scrubbed(exc)}")
        with self._news:
            self._ended, self._error = True, error
            self._news.notify_all()

    def _page(self, event: Progress) -> None:
        with self._news:
            self._pages.append(to_message(event))

    def _report(self, step: Step) -> None:
        with self._news:
            self._count += 1
            self._reports.append({"number": self._count, "step": to_message(step)})
            self._news.notify_all()


def check_fit(order: Order) -> None:
    """Whether this machine would do to documents what the job's own runner would; ClusterError says what is different."""
    here = versions()
    other = [name for name in sorted({*here, *order.versions}) if here.get(name) != order.versions.get(name)]
    if other:
        shown = ", ".join(f"{name} {here.get(name, 'missing')} for {order.versions.get(name, 'missing')}" for name in other)
        raise ClusterError(
            f"a machine of the cluster has other versions: {shown}",
            remedy="Install the same versions on all machines: the same document has to give the same bytes.",
        )
    if recipe_sha256(order.parsed().recipe) != order.recipe_sha256:
        raise ClusterError(
            "a machine of the cluster understands the recipe differently", remedy="Install the same docpriv on all machines."
        )
    if "://" not in order.job.ledger and boot_of_machine() != order.machine:
        raise ClusterError(
            "the job's ledger is a file of SQLite, which only one machine may use, and the cluster has more",
            remedy="Begin a new --job with a ledger on PostgreSQL: --ledger postgresql+psycopg://USER@HOST/DATABASE.",
        )
    if not order.job.source.is_dir() or (
        order.sample and not any(os.path.lexists(order.job.source / path_from(name)) for name in order.sample)
    ):
        raise ClusterError("a machine of the cluster does not see the same source", remedy=SAME_PATHS)
    if not os.path.lexists(order.job.out / order.token):
        raise ClusterError("a machine of the cluster does not see the same output folder", remedy=SAME_PATHS)
    if not all(os.access(folder, os.W_OK | os.X_OK) for folder in (order.job.out, order.job.path)):
        raise OutputError(
            "a machine of the cluster may not write the output or the job folder",
            remedy="Run Ray on all machines as a user that may.",
        )
    with Ledger(order.job.ledger, order.job.id) as ledger:
        ledger.counts()


def _answered(look: Callable[[], Answer]) -> Answer:
    """An answer with what went wrong, where something did: no exception, since a cluster logs its text."""
    try:
        return {"trouble": None, **look()}
    except DocprivError as exc:
        return {"trouble": error_message(exc)}
    except Exception as exc:
        return {"trouble": error_message(DocprivError(f"internal error: {scrubbed(exc)}"))}
