"""Supervised workers: one document at a time each, watched for time and memory; refuses to lose or to share a failure.

A worker that dies costs exactly the document it held. The supervisor alone speaks to the user; workers send ids,
counts and records.
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from docpriv.batch.documents import reconciled
from docpriv.batch.jobs import Job, Outcome, Progress
from docpriv.batch.wire import Inbox, error_from, job_message, send
from docpriv.errors import CorruptInput, DocprivError, EngineError, ExitCode, LimitExceeded, OutputExists
from docpriv.provenance import now, versions
from docpriv.recipes import recipe_sha256
from docpriv.records import DocumentRecord, ErrorRecord, PrivateRecord, RecipeRecord, read_record, shortfall, write_json

_POLL = 0.1                # seconds between looks at time and memory
_FLOOR_SECONDS = 180.0     # least wall time of a document
_RECYCLE = 200             # documents after which a worker is replaced, so that leaks of libraries stay small


@dataclass(slots=True)
class _Worker:
    process: subprocess.Popen[bytes]
    inbox: Inbox = field(default_factory=Inbox)
    job: Job | None = None
    started: float = 0.0
    given: str = ""
    pages: int = 1
    ready: bool = False
    seen_page: bool = False
    done: int = 0
    killed_for: DocprivError | None = None


class Runner:
    """Runs jobs in worker processes. A context manager: leaving it ends the workers."""

    def __init__(self, *, workers: int = 1) -> None:
        self._count = max(1, workers)
        self._workers: list[_Worker] = []
        self._selector = selectors.DefaultSelector()

    def __enter__(self) -> Runner:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End all workers at once; nothing that they had not released will be."""
        for worker in self._workers:
            self._end(worker)
        self._workers.clear()
        self._selector.close()

    def run(self, jobs: Iterable[Job], on_event: Callable[[Progress], None] | None = None) -> Iterator[Outcome]:
        """Outcomes as documents end, in no particular order. Takes the next job only when a worker is free."""
        queue = iter(jobs)
        waiting = True
        while True:
            while waiting and sum(w.job is not None for w in self._workers) < self._count:
                job = next(queue, None)
                if job is None:
                    waiting = False
                    break
                self._give(job)
            if not any(w.job is not None for w in self._workers):
                return
            yield from self._wait(on_event)

    def _give(self, job: Job) -> None:
        worker = next((w for w in self._workers if w.job is None), None) or self._start()
        worker.job, worker.started, worker.pages = job, time.monotonic(), job.pages_hint
        worker.ready = worker.seen_page = False
        worker.given = now()
        try:
            assert worker.process.stdin is not None
            send(worker.process.stdin, job_message(job))  # type: ignore[arg-type]
        except OSError:
            worker.killed_for = EngineError("a worker process ended before it got its document")
            worker.process.kill()

    def _start(self) -> _Worker:
        environment = dict(os.environ, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", PYTHONUNBUFFERED="1")
        process = subprocess.Popen([sys.executable, "-m", "docpriv.batch.worker"], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)
        worker = _Worker(process=process)
        assert process.stdout is not None
        os.set_blocking(process.stdout.fileno(), False)
        self._selector.register(process.stdout, selectors.EVENT_READ, worker)
        self._workers.append(worker)
        return worker

    def _wait(self, on_event: Callable[[Progress], None] | None) -> Iterator[Outcome]:
        for key, _ in self._selector.select(_POLL):
            worker: _Worker = key.data
            data = os.read(key.fd, 1 << 20)
            if not data:
                yield from self._died(worker)
                continue
            try:
                messages = worker.inbox.feed(data)
            except ValueError:
                worker.killed_for = EngineError("a worker process sent what it should not")
                worker.process.kill()
                continue
            for message in messages:
                yield from self._message(worker, message, on_event)
        for worker in self._workers:
            self._watch(worker)

    def _message(self, worker: _Worker, message: dict[str, Any],
                 on_event: Callable[[Progress], None] | None) -> Iterator[Outcome]:
        if worker.job is None or message.get("document") != worker.job.document:
            return
        if message["type"] == "ready":
            worker.started, worker.ready = time.monotonic(), True     # loading the models is not the document's time
        elif message["type"] == "progress":
            worker.pages, worker.seen_page = int(message["pages"]), True
            if on_event is not None:
                on_event(Progress(document=worker.job.document, stage=message["stage"], page=int(message["page"]),
                                  pages=worker.pages))
        elif message["type"] == "ended":
            job, worker.job = worker.job, None
            worker.done += 1
            record = DocumentRecord.model_validate(message["record"]) if message["record"] else None
            error = error_from(message["error"]) if message["error"] else None
            if worker.done >= _RECYCLE:
                self._end(worker)
                self._workers.remove(worker)
            yield self._outcome(job, record, error, worker.given)

    def _watch(self, worker: _Worker) -> None:
        """Kill a worker whose document takes too long or too much."""
        if worker.job is None or worker.killed_for is not None:
            return
        limits = worker.job.recipe.limits
        allowed = max(_FLOOR_SECONDS, limits.page_seconds * 2 * worker.pages) if worker.seen_page else \
            max(_FLOOR_SECONDS, limits.page_seconds)
        if worker.ready and os.environ.get("DOCPRIV_TESTING") == "1":
            allowed = limits.page_seconds * max(1, worker.pages)     # so that a test need not wait three minutes
        if time.monotonic() - worker.started > allowed:
            worker.killed_for = LimitExceeded(f"the document took longer than {allowed:.0f} seconds",
                                              remedy="Raise --page-seconds if the file is trusted.")
        else:
            used = _resident_megabytes(worker.process.pid)
            if used is not None and used > limits.memory_megabytes:
                worker.killed_for = LimitExceeded(
                    f"the document needs more than {limits.memory_megabytes} MB of memory",
                    remedy="Raise --memory-mb if the file is trusted.")
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
                error = LimitExceeded("a page took more CPU time than is allowed",
                                      remedy="Raise --page-seconds if the file is trusted.")
            elif worker.seen_page:
                error = EngineError(f"the process that handled the document ended ({how})")
            else:
                error = CorruptInput(f"the process that opened the document ended ({how})")
        yield self._outcome(job, None, error, worker.given)

    def _outcome(self, job: Job, record: DocumentRecord | None, error: DocprivError | None, given: str) -> Outcome:
        if record is None and error is not None:
            settled = reconciled(job.records, job.document, given) if job.records is not None else None
            if settled is not None:
                record, error = settled, shortfall(settled)   # the worker died after the link: it is released
            else:
                record = failed_record(job, error)
                if job.records is not None and not isinstance(error, OutputExists):
                    _keep_failure(job, record)
        code = ExitCode.OK if error is None else error.exit_code
        if error is None and record is not None and record.status == "found":
            code = ExitCode.WITHHELD
        return Outcome(job=job, exit_code=code, record=record, error=error)

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


def failed_record(job: Job, error: DocprivError) -> DocumentRecord:
    """The record of a document that ended before it could keep its own."""
    recipe = RecipeRecord(name=job.recipe.name, version=job.recipe.version, sha256=recipe_sha256(job.recipe))
    return DocumentRecord(document=job.document, status="failed", recipe=recipe, finished=now(), versions=versions(),
                          error=ErrorRecord(code=error.code, exit_code=int(error.exit_code), message=error.message))


def _keep_failure(job: Job, record: DocumentRecord) -> None:
    """Keep a failure, unless the record says that the document was released or is being released."""
    assert job.records is not None
    path = job.records / f"{job.document}.json"
    if path.exists() and read_record(path).status in ("released", "releasing"):
        return
    write_json(job.records / "private" / path.name, PrivateRecord(
        document=job.document, source=str(job.source.absolute()),
        target=str(job.target.absolute()) if job.target is not None else None), private=True)
    write_json(path, record)


def _resident_megabytes(pid: int) -> float | None:
    """Resident memory of a process in MB (10^6 bytes); None where the system does not say."""
    try:
        with open(f"/proc/{pid}/statm", "rb") as file:
            pages = int(file.read().split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
