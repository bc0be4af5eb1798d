"""A worker process: it takes tasks over a pipe and answers them; it never prints, dumps core or outlives its supervisor.

`serve` is the whole life of one. What it works on is a `Handler`: redaction, reading for the classifier, evaluating
ciphertexts. Whatever goes wrong with a task is an answer; its message never holds content.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
import traceback
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, BinaryIO

from docpriv.errors import DocprivError, LimitExceeded, OutputError
from docpriv.work.sandbox import CONFINEMENT, Confinement, confine
from docpriv.work.wire import Message, error_message, receive, send

TIED = "--tied"
"""Argument of a worker whose supervisor started it in its main thread."""

_LOOK = 0.25  # seconds between looks at whether the supervisor lives
_PIPE_BYTES = 1 << 18
_MORE_MEMORY = "If the file is trusted, raise --memory-mb, or limits.memory_megabytes with --set."

Say = Callable[[Any], None]


class Handler(ABC):
    """What a worker process does with tasks, one at a time."""

    @abstractmethod
    def prepare(self, task: Message) -> None:
        """Load what the task needs. Its time does not count as the task's own."""

    @abstractmethod
    def handle(self, task: Message, say: Say) -> Message:
        """Do a task. `say` sends news of it, which restarts its clock. Any exception becomes an answer without content."""

    @property
    def spent(self) -> bool:
        """Whether the process should be replaced by a fresh one."""
        return False


def serve(make: Callable[[Message], Handler]) -> int:
    """Serve until the supervisor hangs up. `make`: the handler, from the first message."""
    answers, tasks = _private_streams()
    _stay_quiet()
    _end_with(os.getppid())
    first = receive(tasks)
    if first is None:
        return 0
    if (wanted := first.head.get(CONFINEMENT)) is not None:
        confine(Confinement(**wanted))
    handler: Handler | None = None
    while (task := receive(tasks)) is not None:
        answer = Message({})
        try:
            handler = handler or make(first)
            handler.prepare(task)
            send(answers, {"news": "ready"})
            answer = handler.handle(task, lambda news: send(answers, {"news": news}))
            error = None
        except DocprivError as exc:
            error = exc
        except MemoryError:
            error = LimitExceeded("the document needs more memory than it may have", remedy=_MORE_MEMORY)
        except OSError as exc:
            error = OutputError(f"a file operation failed ({type(exc).__name__}: {os.strerror(exc.errno or 0)})")
        except Exception as exc:  # a bug: it costs the task, and says where
            error = DocprivError(f"internal error: {scrubbed(exc)}")
        head = {
            "answer": answer.head,
            "error": None if error is None else error_message(error),
            "spent": handler is not None and handler.spent,
        }
        send(answers, head, answer.blobs)
    return 0


def scrubbed(exc: BaseException) -> str:
    """Where an exception arose, without its message, which may hold text of a document."""
    frames = traceback.extract_tb(exc.__traceback__)
    own = [f for f in frames if "docpriv" in f.filename] or list(frames)
    where = f" at {os.path.basename(own[-1].filename)}:{own[-1].lineno}" if own else ""
    return f"{type(exc).__name__}{where}"


def _private_streams() -> tuple[BinaryIO, BinaryIO]:
    """What goes out and what comes in; afterwards the standard streams lead nowhere, so that no library writes into them."""
    tasks = os.fdopen(os.dup(0), "rb", buffering=_PIPE_BYTES)
    answers = os.fdopen(os.dup(1), "wb", buffering=_PIPE_BYTES)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    return answers, tasks


def _stay_quiet() -> None:
    """Leave the terminal's interrupt to the supervisor, and leave no core file, which would hold pages."""
    import resource

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _end_with(supervisor: int) -> None:
    """End when the supervisor does, whatever this process is doing then.

    Linux kills a child when the *thread* that started it ends: right where that is the main thread, wrong in a service,
    whose threads come and go. There a thread looks whether the process has another parent.
    """
    if TIED in sys.argv and sys.platform == "linux":
        import ctypes

        parent_death = 1
        with contextlib.suppress(OSError, AttributeError):
            if ctypes.CDLL(None, use_errno=True).prctl(parent_death, signal.SIGKILL, 0, 0, 0) == 0:
                return

    def watch() -> None:
        while os.getppid() == supervisor:
            time.sleep(_LOOK)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, daemon=True).start()
