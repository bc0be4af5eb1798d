"""Supervised workers: one document at a time each, watched for time and memory; refuses to lose or to share a failure.

A worker that dies costs exactly the document it held. The supervisor alone speaks to the user; workers send ids,
counts and records.
"""

from __future__ import annotations

import os
import secrets
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any

from docpriv.batch import interruption
from docpriv.batch.documents import released_by
from docpriv.batch.jobs import Job, Outcome, Progress, Task, allowed_seconds
from docpriv.batch.wire import Inbox, error_from, explanations_from, job_message, send
from docpriv.errors import CorruptInput, DocprivError, EngineError, ExitCode, LimitExceeded, OutputError, OutputExists
from docpriv.provenance import now, versions
from docpriv.recipes import recipe_sha256
from docpriv.records import DocumentRecord, ErrorRecord, PrivateRecord, RecipeRecord, keep_record, shortfall, stands

_POLL = 0.1  # seconds between looks at time and memory
_MOST_WORKERS = 4  # by default: each may take the memory that the recipe's limit allows
_RECYCLE = 200  # documents after which a worker is replaced, so that leaks of libraries stay small


@dataclass(slots=True)
class _Worker:
    process: subprocess.Popen[bytes]
    inbox: Inbox = field(default_factory=Inbox)
    job: Job | None = None
    started: float = 0.0  # when the current step began
    pages: int = 1  # that the current step is over
    ready: bool = False
    seen_page: bool = False
    done: int = 0
    killed_for: DocprivError | None = None


class Runner:
    """Runs jobs in worker processes. A context manager: leaving it ends the workers.

    `held`: descriptors that workers inherit, so that what they lock stays locked until the last worker ends.
    """

    def __init__(self, *, workers: int = 1, held: tuple[int, ...] = ()) -> None:
        self._count = max(1, workers)
        self._held = held
        self._workers: list[_Worker] = []
        self._selector = selectors.DefaultSelector()

    def __enter__(self) -> Runner:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End all workers at once; nothing that they had not released will be."""
        interruption.forget()
        for worker in self._workers:
            self._end(worker)
        self._workers.clear()
        self._selector.close()

    def run(self, jobs: Iterable[Job | Outcome | None], on_event: Callable[[Progress], None] | None = None) -> Iterator[Outcome]:
        """Outcomes as documents end, in no particular order. Takes the next job only when a worker is free.

        A document that has ended already is given as its outcome and comes back at once. None: there is no job right now,
        ask again.
        """
        queue = iter(jobs)
        waiting = True
        while True:
            while waiting and sum(w.job is not None for w in self._workers) < self._count:
                try:
                    job = next(queue)
                except StopIteration:
                    waiting = False
                    break
                if job is None:
                    break
                if isinstance(job, Outcome):
                    yield job
                    yield from self._wait(on_event, 0.0)  # the workers are not left alone meanwhile
                else:
                    self._give(job)
            if not waiting and not any(w.job is not None for w in self._workers):
                return
            yield from self._wait(on_event, _POLL)

    def _give(self, job: Job) -> None:
        worker = next((w for w in self._workers if w.job is None and w.killed_for is None), None) or self._start()
        job = replace(job, token=secrets.token_hex(16))
        worker.job, worker.started, worker.pages = job, time.monotonic(), 1
        worker.ready = worker.seen_page = False
        try:
            assert worker.process.stdin is not None
            send(worker.process.stdin, job_message(job))  # type: ignore[arg-type]
        except OSError:
            worker.killed_for = EngineError("a worker process ended before it got its document")
            worker.process.kill()

    def _start(self) -> _Worker:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "docpriv.batch.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            pass_fds=self._held,
        )
        worker = _Worker(process=process)
        assert process.stdout is not None
        os.set_blocking(process.stdout.fileno(), False)
        self._selector.register(process.stdout, selectors.EVENT_READ, worker)
        self._workers.append(worker)
        return worker

    def _wait(self, on_event: Callable[[Progress], None] | None, patience: float) -> Iterator[Outcome]:
        interruption.check()
        for key, _ in self._selector.select(patience):
            worker: _Worker = key.data
            data = os.read(key.fd, 1 << 20)
            if not data:
                yield from self._died(worker)
                continue
            for event in self._events(worker, data):
                if isinstance(event, Outcome):
                    yield event
                elif on_event is not None:
                    on_event(event)
        for worker in self._workers:
            self._watch(worker)

    def _events(self, worker: _Worker, data: bytes) -> Iterator[Progress | Outcome]:
        """What the bytes of a worker say; one that sends what no honest worker would is ended."""
        try:
            for message in worker.inbox.feed(data):
                event = self._message(worker, message)
                if event is not None:
                    yield event
        except (ValueError, KeyError, TypeError, AttributeError):
            worker.killed_for = EngineError("a worker process sent what it should not")
            worker.process.kill()

    def _message(self, worker: _Worker, message: dict[str, Any]) -> Progress | Outcome | None:
        if worker.job is None or message.get("document") != worker.job.document:
            return None
        if message["type"] == "ready":
            worker.started, worker.ready = time.monotonic(), True  # loading the models is not the document's time
        if message["type"] == "progress":
            page, pages = int(message["page"]), int(message["pages"])
            worker.started, worker.seen_page = time.monotonic(), True
            worker.pages = pages if page == pages - 1 else 1  # after the last page the whole document may be next
            return Progress(document=worker.job.document, stage=str(message["stage"]), page=page, pages=pages)
        if message["type"] == "ended":
            record = DocumentRecord.model_validate(message["record"]) if message["record"] else None
            error = error_from(message["error"]) if message["error"] else None
            explained = explanations_from(message.get("explained"), worker.job)
            job, worker.job = worker.job, None
            worker.done += 1
            if worker.done >= _RECYCLE or message.get("spent") is True:
                self._end(worker)
                self._workers.remove(worker)
            return replace(_ended(job, record, error), explained=explained)
        return None

    def _watch(self, worker: _Worker) -> None:
        """Kill a worker whose document stands still for too long or takes too much memory."""
        if worker.job is None or worker.killed_for is not None:
            return
        limits = worker.job.recipe.limits
        testing = worker.ready and os.environ.get("DOCPRIV_TESTING") == "1"  # a test need not wait three minutes
        allowed = (
            allowed_seconds(limits.page_seconds, worker.pages, 0.0)
            if testing
            else allowed_seconds(limits.page_seconds, worker.pages)
        )
        if time.monotonic() - worker.started > allowed:
            worker.killed_for = LimitExceeded(
                f"a page of the document took longer than {allowed:.0f} seconds",
                remedy="Raise --page-seconds if the file is trusted.",
            )
        else:
            used = _resident_megabytes(worker.process.pid)
            if used is not None and used > limits.memory_megabytes:
                worker.killed_for = LimitExceeded(
                    f"the document needs more than {limits.memory_megabytes} MB of memory",
                    remedy="Raise --memory-mb if the file is trusted.",
                )
        if worker.killed_for is not None:
            worker.process.kill()

    def _died(self, worker: _Worker) -> Iterator[Outcome]:
        job, error = worker.job, worker.killed_for
        self._end(worker)
        self._workers.remove(worker)
        if job is None:
            return
        if error is None:
            status = worker.process.returncode
            how = f"signal {signal.Signals(-status).name}" if status < 0 else f"status {status}"
            if status == -signal.SIGXCPU:
                error = LimitExceeded(
                    "a page took more CPU time than is allowed", remedy="Raise --page-seconds if the file is trusted."
                )
            elif worker.seen_page:
                error = EngineError(f"the process that handled the document ended ({how})")
            else:
                error = CorruptInput(f"the process that opened the document ended ({how})")
        yield replace(_left(job, error), died=True)

    def _end(self, worker: _Worker) -> None:
        process = worker.process
        if process.stdout is not None and not process.stdout.closed:
            self._selector.unregister(process.stdout)
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:
                    continue


def default_workers(documents: int) -> int:
    """One a processor, at most four, never more than documents."""
    return max(1, min(processors(), _MOST_WORKERS, documents))


def processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def failed(job: Job, error: DocprivError) -> Outcome:
    """The outcome of a document that ended before it could keep its own record; the record is kept here.

    Where that cannot be, the document fails with that; the run goes on.
    """
    recipe = RecipeRecord(name=job.recipe.name, version=job.recipe.version, sha256=recipe_sha256(job.recipe))

    def record_of(error: DocprivError) -> DocumentRecord:
        return DocumentRecord(
            document=job.document,
            status="failed",
            recipe=recipe,
            finished=now(),
            versions=versions(),
            run=job.token,
            plan_sha256=job.plan_sha256,
            reviewed=job.plan is not None,
            error=ErrorRecord(code=error.code, exit_code=int(error.exit_code), message=error.message),
        )

    record, stood = record_of(error), False
    if job.records is not None and not job.dry_run:
        try:
            if isinstance(error, OutputExists):
                stood = stands(job.records, job.document)
            else:
                stood = keep_record(job.records, PrivateRecord.of(job.document, job.source, job.target), record)
        except (DocprivError, OSError, ValueError) as exc:
            error = _unkept(exc, error)
            record = record_of(error)
    return Outcome(job=job, exit_code=error.exit_code, record=record, error=error, stands=stood)


def _unkept(exc: Exception, error: DocprivError) -> DocprivError:
    if isinstance(exc, DocprivError):
        return type(exc)(f"{exc.message}; before that: {error.message}", remedy=exc.advice)
    return OutputError(f"a record cannot be written ({type(exc).__name__}); before that: {error.message}")


def _left(job: Job, error: DocprivError) -> Outcome:
    """The outcome of a document whose worker died: what it had released in this very job is released."""
    try:
        record = released_by(job, recipe_sha256(job.recipe))
    except (DocprivError, OSError, ValueError) as exc:
        error = _unkept(exc, error)
        return Outcome(job=job, exit_code=error.exit_code, record=None, error=error)
    return failed(job, error) if record is None else _ended(job, record, shortfall(record))


def _ended(job: Job, record: DocumentRecord | None, error: DocprivError | None) -> Outcome:
    """The outcome that a worker reports. An error of it stays one, whatever the records say; 0 takes the right status."""
    if record is None:
        return failed(job, error or DocprivError("internal error: the document ended without a record"))
    if error is None and record.status == "found" and job.task is Task.VERIFY:
        return Outcome(job=job, exit_code=ExitCode.WITHHELD, record=record)
    if error is None:
        error = shortfall(record)
    if error is None and (record.status != _good_status(job) or record.document != job.document):
        error = DocprivError(f"internal error: the document ended as {record.status}")
    if error is None:
        return Outcome(job=job, exit_code=ExitCode.OK, record=record)
    stood = False
    if job.records is not None and not job.dry_run and record.status != "released":
        try:
            stood = stands(job.records, job.document)
        except (DocprivError, OSError, ValueError) as exc:
            error = _unkept(exc, error)
    return Outcome(job=job, exit_code=error.exit_code, record=record, error=error, stands=stood)


def _good_status(job: Job) -> str:
    if job.task in (Task.REDACT, Task.APPLY):
        return "dry-run" if job.dry_run else "released"
    return "scanned" if job.task is Task.SCAN else "clean"


def _environment() -> dict[str, str]:
    """Of a worker: no more threads than the recipe says, and no code from the folder that the user happens to be in."""
    environment = dict(os.environ, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", PYTHONUNBUFFERED="1", PYTHONSAFEPATH="1")
    if "PYTHONPATH" in environment:  # an empty or relative entry is the current folder again
        environment["PYTHONPATH"] = os.pathsep.join(
            entry for entry in environment["PYTHONPATH"].split(os.pathsep) if os.path.isabs(entry)
        )
    return environment


def _resident_megabytes(pid: int) -> float | None:
    """Resident memory of a process in MB (10^6 bytes); None where the system does not say."""
    try:
        with open(f"/proc/{pid}/statm", "rb") as file:
            pages = int(file.read().split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
