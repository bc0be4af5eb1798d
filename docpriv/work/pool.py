"""Worker processes under a supervisor: one task at a time each, within limits; one that ends costs exactly its task.

Limits are fair to a busy machine. What counts is the CPU time that a task takes, and whether it moves at all: a worker
that others keep from the processor is waited for. Loading models is nobody's time. A task whose worker stood still, met
the ceiling of wall-clock time or ended by itself is tried once more, with no other beside it, before it counts as failed.
"""

from __future__ import annotations

import fcntl
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from docpriv.errors import CorruptInput, DocprivError, EngineError, LimitExceeded, StalledError
from docpriv.work import interruption
from docpriv.work.child import TIED
from docpriv.work.sandbox import CONFINEMENT, Confinement
from docpriv.work.wire import Inbox, Message, error_from, packed

POLL = 0.1  # seconds between looks at time and memory
RECYCLE = 200  # tasks after which a worker is replaced, so that leaks of libraries stay small
_PAUSED = 5.0  # seconds between two looks beyond which the supervisor itself did not run: stopped, asleep, or kept waiting
_PIPE_BYTES = 1 << 18
_TICK = os.sysconf("SC_CLK_TCK")

K = TypeVar("K")
A = TypeVar("A")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What a step of a task may take; a step ends with each piece of news.

    `cpu_seconds`: of all threads together. `still_seconds`: wall-clock time without any CPU time. `wall_seconds`: ceiling,
    whatever the machine does. `megabytes`: resident memory of the process (10^6 bytes), None for as much as there is.
    """

    cpu_seconds: float
    still_seconds: float
    wall_seconds: float
    megabytes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Work(Generic[K]):
    """A task: what is sent to a worker, what it may take, and `key`, by which whoever gave it knows it again."""

    key: K
    message: Message = field(repr=False)
    allowance: Allowance


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended(Generic[K, A]):
    """How a task ended: with an answer, or with an error. `died`: it cost its worker."""

    key: K
    answer: A | None = field(default=None, repr=False)
    error: DocprivError | None = None
    died: bool = False


@dataclass(slots=True, eq=False)
class _Worker(Generic[K]):
    """A process and the task it holds."""

    process: subprocess.Popen[bytes]
    inbox: Inbox = field(default_factory=Inbox)
    outbox: bytearray = field(default_factory=bytearray)
    work: Work[K] | None = None
    alone: bool = False  # nothing else runs beside it
    ready: bool = False  # what the task needs is loaded
    moved: bool = False  # there was news of it
    began: float = 0.0  # of the step, on the clock
    cpu: float = 0.0  # of the process when the step began
    allowed: float = 0.0  # CPU seconds of the step
    seen_cpu: float = 0.0  # of the process when it was last seen to move,
    seen_at: float = 0.0  # and when that was
    done: int = 0
    killed_for: DocprivError | None = None


class Pool(Generic[K, A]):
    """Runs tasks in processes of `module`. A context manager: leaving it ends them. Not for several threads at once.

    `parse`: what an answer says; ValueError, KeyError, TypeError or AttributeError for one that no honest worker gives.
    `first`: the message that each process gets before its tasks. `held`: descriptors that workers inherit, so that what
    they lock stays locked until the last one ends. `confinement`: of each process, where the system has it. `on_news`: what
    a worker says of a task; gives the CPU seconds of its next step, None for those of the allowance. `settled`: what a task
    whose worker died had come to nevertheless; such a task is not tried again.
    """

    def __init__(
        self,
        module: str,
        parse: Callable[[K, Message], A],
        *,
        workers: int = 1,
        first: Message | None = None,
        held: tuple[int, ...] = (),
        confinement: Confinement | None = None,
        on_news: Callable[[K, Any], float | None] | None = None,
        settled: Callable[[K], bool] | None = None,
    ) -> None:
        self._module, self._parse = module, parse
        self._count = max(1, workers)
        first = first or Message({})
        limits = {} if confinement is None else {CONFINEMENT: asdict(confinement)}
        self._first = packed({**first.head, **limits}, first.blobs)
        self._held = held
        self._on_news, self._settled = on_news, settled
        self._workers: list[_Worker[K]] = []
        self._again: deque[Work[K]] = deque()
        self._selector = selectors.DefaultSelector()
        self._looked = time.monotonic()

    def __enter__(self) -> Pool[K, A]:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def process_ids(self) -> tuple[int, ...]:
        """Of the workers that run."""
        return tuple(worker.process.pid for worker in self._workers)

    def close(self) -> None:
        """End all workers at once."""
        interruption.forget()
        for worker in list(self._workers):
            self._end(worker)
        self._selector.close()

    def run(self, tasks: Iterable[Work[K] | T | None]) -> Iterator[Ended[K, A] | T]:
        """Tasks as they end, in no particular order. Takes the next one only when a worker is free.

        What is no task is given back at once, in its turn. None: there is no task right now, ask again.
        """
        queue, waiting = iter(tasks), True
        while True:
            while self._free(waiting):
                if self._again:
                    self._give(self._again.popleft(), alone=True)
                    break
                try:
                    task = next(queue)
                except StopIteration:
                    waiting = False
                    break
                if task is None:
                    break
                if isinstance(task, Work):
                    self._give(task)
                else:
                    yield task
                    yield from self._wait(0.0)  # the workers are not left alone meanwhile
            if not waiting and not self._again and not self._busy():
                return
            yield from self._wait(POLL)

    def ask(self, task: Work[K]) -> Ended[K, A]:
        """Do one task."""
        for ended in self.run([task]):
            if isinstance(ended, Ended):
                return ended
        raise AssertionError("a task has one end")

    # --- giving --------------------------------------------------------------------------------------------------------

    def _busy(self) -> list[_Worker[K]]:
        return [worker for worker in self._workers if worker.work is not None]

    def _free(self, waiting: bool) -> bool:
        """Whether a task may be given: one that has to be alone when nothing runs, another beside what is not alone."""
        busy = self._busy()
        if self._again:
            return not busy
        return waiting and len(busy) < self._count and not any(worker.alone for worker in busy)

    def _give(self, work: Work[K], *, alone: bool = False) -> None:
        worker = next((w for w in self._workers if w.work is None and w.killed_for is None), None) or self._start()
        worker.work, worker.alone = work, alone
        worker.ready = worker.moved = False
        self._step(worker, work.allowance.cpu_seconds)
        self._send(worker, packed(work.message.head, work.message.blobs))

    def _start(self) -> _Worker[K]:
        process = start_process(self._module, held=self._held)
        worker: _Worker[K] = _Worker(process=process)
        assert process.stdin is not None
        assert process.stdout is not None
        for stream in (process.stdin.fileno(), process.stdout.fileno()):
            os.set_blocking(stream, False)
            with suppress(OSError, AttributeError):  # a larger pipe, where it is granted: fewer changes between processes
                fcntl.fcntl(stream, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
        self._selector.register(process.stdout, selectors.EVENT_READ, worker)
        self._workers.append(worker)
        self._send(worker, self._first)
        return worker

    def _send(self, worker: _Worker[K], data: bytes) -> None:
        """Write what the pipe takes now; the rest goes when there is room. A worker that hung up is seen to end."""
        assert worker.process.stdin is not None
        stream = worker.process.stdin
        worker.outbox += data
        try:
            while worker.outbox:
                del worker.outbox[: os.write(stream.fileno(), memoryview(worker.outbox)[:_PIPE_BYTES].tobytes())]
        except BlockingIOError:
            pass
        except OSError:
            worker.outbox.clear()
        registered = stream in self._selector.get_map()
        if worker.outbox and not registered:
            self._selector.register(stream, selectors.EVENT_WRITE, worker)
        elif not worker.outbox and registered:
            self._selector.unregister(stream)

    # --- hearing -------------------------------------------------------------------------------------------------------

    def _wait(self, patience: float) -> Iterator[Ended[K, A]]:
        interruption.check()
        for key, event in self._selector.select(patience):
            worker: _Worker[K] = key.data
            if worker not in self._workers:  # it ended over what it had said just before
                continue
            if event & selectors.EVENT_WRITE:
                self._send(worker, b"")
                continue
            data = os.read(key.fd, 1 << 20)
            if not data:
                yield from self._died(worker)
            else:
                yield from self._heard(worker, data)
        now = time.monotonic()
        if now - self._looked >= POLL or patience == 0.0:
            self._look(now)

    def _heard(self, worker: _Worker[K], data: bytes) -> Iterator[Ended[K, A]]:
        """What the bytes of a worker say; one that sends what no honest worker would is ended."""
        try:
            for message in worker.inbox.feed(data):
                if worker.work is None or worker.killed_for is not None:
                    continue
                if "news" in message.head:
                    self._news(worker, worker.work, message.head["news"])
                else:
                    yield self._answered(worker, worker.work, message)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            worker.killed_for = EngineError("a worker process sent what it should not")
            worker.process.kill()

    def _news(self, worker: _Worker[K], work: Work[K], news: Any) -> None:
        allowed = None
        if news == "ready":
            worker.ready = True
        else:
            worker.moved = True
            if self._on_news is not None:
                allowed = self._on_news(work.key, news)
        self._step(worker, work.allowance.cpu_seconds if allowed is None else allowed)

    def _answered(self, worker: _Worker[K], work: Work[K], message: Message) -> Ended[K, A]:
        answer = error = None
        if message.head["error"] is None:
            answer = self._parse(work.key, Message(message.head["answer"], message.blobs))
        else:
            error = error_from(message.head["error"])
        worker.work = None
        worker.done += 1
        if worker.done >= RECYCLE or message.head["spent"] is True:
            self._end(worker)
        return Ended(key=work.key, answer=answer, error=error)

    # --- watching ------------------------------------------------------------------------------------------------------

    def _step(self, worker: _Worker[K], allowed: float) -> None:
        worker.began = worker.seen_at = time.monotonic()
        worker.cpu = worker.seen_cpu = _cpu_seconds(worker.process.pid) or 0.0
        worker.allowed = allowed

    def _look(self, now: float) -> None:
        """End workers that are over a limit. Time in which the supervisor itself did not run is nobody's."""
        pause, self._looked = now - self._looked, now
        for worker in self._workers:
            if pause > _PAUSED:
                worker.began += pause
                worker.seen_at += pause
            if worker.work is not None and worker.killed_for is None:
                worker.killed_for = self._over(worker, worker.work.allowance, now)
                if worker.killed_for is not None:
                    worker.process.kill()

    def _over(self, worker: _Worker[K], allowance: Allowance, now: float) -> DocprivError | None:
        cpu = _cpu_seconds(worker.process.pid)
        if cpu is not None and cpu > worker.seen_cpu:
            worker.seen_cpu, worker.seen_at = cpu, now
        if cpu is not None and worker.ready and cpu - worker.cpu > worker.allowed:
            return LimitExceeded(
                f"a step of the document took more than {worker.allowed:g} seconds of CPU time",
                remedy="If the file is trusted, raise --page-seconds, or limits.page_seconds with --set.",
            )
        used = _resident_megabytes(worker.process.pid)
        if allowance.megabytes is not None and used is not None and used > allowance.megabytes:
            return LimitExceeded(
                f"the document needs more than {allowance.megabytes} MB of memory",
                remedy="If the file is trusted, raise --memory-mb, or limits.memory_megabytes with --set.",
            )
        if cpu is not None and now - worker.seen_at > allowance.still_seconds:
            return StalledError(
                f"the process that handled the document did nothing for {allowance.still_seconds:g} seconds",
                remedy="Run it again when the machine and its storage are less busy, or raise limits.still_seconds with --set.",
            )
        ceiling = max(allowance.wall_seconds * max(1.0, worker.allowed / allowance.cpu_seconds), worker.allowed)
        if now - worker.began > ceiling:
            return StalledError(
                f"a step of the document did not end within {ceiling:g} seconds",
                remedy="Run it again when the machine is less busy, or raise limits.wall_seconds with --set.",
            )
        return None

    def _died(self, worker: _Worker[K]) -> Iterator[Ended[K, A]]:
        work, error = worker.work, worker.killed_for
        moved, alone = worker.moved, worker.alone
        self._end(worker)
        if work is None:
            return
        unexplained = error is None
        if error is None:
            error = _death(worker.process.returncode, moved)
            unexplained = not isinstance(error, LimitExceeded)
        again = (unexplained or isinstance(error, StalledError)) and not alone
        if again and not (self._settled is not None and self._settled(work.key)):
            self._again.append(work)
        else:
            yield Ended(key=work.key, error=error, died=True)

    def _end(self, worker: _Worker[K]) -> None:
        process = worker.process
        for stream in (process.stdin, process.stdout):
            if stream is not None and stream in self._selector.get_map():
                self._selector.unregister(stream)
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()
        if worker in self._workers:
            self._workers.remove(worker)


def _death(status: int, moved: bool) -> DocprivError:
    how = f"signal {signal.Signals(-status).name}" if status < 0 else f"status {status}"
    if status == -signal.SIGXCPU:  # a limit that the user's own shell set
        return LimitExceeded("a step of the document took more CPU time than this shell allows", remedy="Raise `ulimit -t`.")
    if moved:
        return EngineError(f"the process that handled the document ended ({how})")
    return CorruptInput(f"the process that opened the document ended ({how})")


def start_process(module: str, *, held: tuple[int, ...] = (), folder: Path | None = None) -> subprocess.Popen[bytes]:
    """A process of `module`, which calls `work.child.serve`: its pipes, no more threads than the recipe says, and no code from
    the folder that the user happens to be in. `folder`: where it stands.
    """
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    environment = dict(os.environ, **one, PYTHONUNBUFFERED="1", PYTHONSAFEPATH="1")
    if "PYTHONPATH" in environment:  # an empty or relative entry is the current folder again
        entries = environment["PYTHONPATH"].split(os.pathsep)
        environment["PYTHONPATH"] = os.pathsep.join(filter(os.path.isabs, entries))
    tied = [TIED] if threading.current_thread() is threading.main_thread() else []
    pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
    return subprocess.Popen(
        [sys.executable, "-P", "-m", module, *tied],
        stdin=pipe,
        stdout=pipe,
        stderr=nowhere,
        env=environment,
        cwd=folder,
        pass_fds=held,
    )


def process_times(pid: int) -> tuple[int, int] | None:
    """Clock ticks: of CPU that a process has used, all its threads; and from the machine's start to its own. None: not known."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
        return int(fields[11]) + int(fields[12]), int(fields[19])
    except (OSError, ValueError, IndexError):
        return None


def _cpu_seconds(pid: int) -> float | None:
    times = process_times(pid)
    return None if times is None else times[0] / _TICK


def _resident_megabytes(pid: int) -> float | None:
    """Resident memory of a process in MB (10^6 bytes); None where the system does not say."""
    try:
        with open(f"/proc/{pid}/statm", "rb") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    except (OSError, ValueError, IndexError):
        return None
