"""Keeps the process that computes, gives it tasks and a time, and replaces it when it dies; refuses answers of another shape."""

from __future__ import annotations

import fcntl
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final

from docpriv.encrypted.model_file import ServerModel
from docpriv.encrypted.profile import LAYOUTS, Shape
from docpriv.encrypted.worker import DAMAGED, DONE, LENGTH, TASK, wall_seconds
from docpriv.errors import EncryptedPathError, EngineError, FrameError

MEMORY_MEGABYTES: Final = 512
"""What a task may take beside what the process holds when it starts; 2,048 documents of 512 features take 40."""

_START_SECONDS: Final = 60.0
_PIPE_BYTES: Final = 1 << 18


@dataclass(slots=True)
class _Process:
    popen: subprocess.Popen[bytes]
    received: bytearray = field(default_factory=bytearray)


class LimitedEvaluator:
    """One worker process for a head. Safe to call from several threads, which wait for each other.

    `seconds` replaces the wall time that a task is given by its size.
    """

    def __init__(self, model: ServerModel, *, megabytes: int = MEMORY_MEGABYTES, seconds: float | None = None) -> None:
        self._model = model
        self._megabytes = megabytes
        self._seconds = seconds
        self._lock = threading.Lock()
        self._process: _Process | None = None

    def __enter__(self) -> LimitedEvaluator:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    @property
    def process_id(self) -> int | None:
        """Of the worker, where one runs."""
        return None if self._process is None else self._process.popen.pid

    def close(self) -> None:
        """End the worker; the next task would start another."""
        with self._lock:
            self._end()

    def start(self) -> None:
        """Have a worker ready, so that the first task does not wait for one; EngineError where none can be had."""
        with self._lock:
            self._ready()

    def evaluate(self, shape: Shape, ciphertexts: Sequence[bytes | memoryview]) -> list[bytes]:
        """Reply ciphertexts of a request's; FrameError for what SEAL refuses, EncryptedPathError where a limit was reached."""
        head = TASK.pack(
            LAYOUTS.index(shape.layout), shape.dimension, shape.classes, shape.group, shape.documents, len(ciphertexts)
        )
        with self._lock:
            process = self._ready()
            try:
                deadline = time.monotonic() + (wall_seconds(shape) if self._seconds is None else self._seconds)
                return self._ask(process, [head, *_framed(ciphertexts)], shape, deadline)
            except FrameError:
                raise
            except BaseException:
                self._end()  # whatever it still sends belongs to this task
                raise

    def _ask(self, process: _Process, parts: list[bytes | memoryview], shape: Shape, deadline: float) -> list[bytes]:
        self._send(process, b"".join(parts), deadline)
        status = self._take(process, 1, deadline)
        if status == DAMAGED:
            raise FrameError("a ciphertext is damaged or not of the profile")
        if status != DONE:
            raise EncryptedPathError("the evaluation failed within its limits of memory", remedy="Send fewer documents at once.")
        least, most = shape.profile.full_bytes
        replies = []
        for _ in range(shape.reply_ciphertexts):
            (length,) = LENGTH.unpack(self._take(process, LENGTH.size, deadline))
            if not least <= length <= most:
                raise EncryptedPathError("the process that computes sent what it should not")
            replies.append(self._take(process, length, deadline))
        return replies

    def _ready(self) -> _Process:
        if self._process is not None and self._process.popen.poll() is None:
            return self._process
        self._end()
        popen = subprocess.Popen(
            [sys.executable, "-P", "-m", "docpriv.encrypted.worker", str(self._megabytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env=_environment(),
        )
        assert popen.stdin is not None
        assert popen.stdout is not None
        for stream in (popen.stdin.fileno(), popen.stdout.fileno()):
            os.set_blocking(stream, False)
            _widen(stream)
        self._process = process = _Process(popen)
        try:
            deadline = time.monotonic() + _START_SECONDS
            self._send(process, b"".join(_framed([self._model.packed()])), deadline)
            if self._take(process, 1, deadline) != DONE:
                raise EncryptedPathError("not ready")
        except EncryptedPathError:
            self._end()
            raise EngineError(
                "the process that computes on ciphertexts does not start",
                remedy="Is tenseal installed? pip install 'docpriv[he]'.",
            ) from None
        return process

    def _send(self, process: _Process, data: bytes, deadline: float) -> None:
        """Write all of it; EncryptedPathError where the worker does not take it."""
        assert process.popen.stdin is not None
        stream, left = process.popen.stdin.fileno(), memoryview(data)
        while left:
            try:
                left = left[os.write(stream, left[:_PIPE_BYTES]) :]
            except BlockingIOError:
                _wait(stream, select.POLLOUT, deadline)
            except OSError:
                raise _over() from None

    def _take(self, process: _Process, count: int, deadline: float) -> bytes:
        """So many bytes of what the worker says; EncryptedPathError where they do not come."""
        assert process.popen.stdout is not None
        stream, received = process.popen.stdout.fileno(), process.received
        while len(received) < count:
            _wait(stream, select.POLLIN, deadline)
            data = os.read(stream, _PIPE_BYTES)
            if not data:
                raise _over()
            received += data
        taken = bytes(received[:count])
        del received[:count]
        return taken

    def _end(self) -> None:
        if self._process is not None:
            popen, self._process = self._process.popen, None
            popen.kill()
            popen.wait()
            for stream in (popen.stdin, popen.stdout):
                if stream is not None:
                    stream.close()


def _framed(blocks: Sequence[bytes | memoryview]) -> list[bytes | memoryview]:
    return [part for block in blocks for part in (LENGTH.pack(len(block)), block)]


def _wait(stream: int, event: int, deadline: float) -> None:
    """Until a pipe can be used or has hung up; EncryptedPathError where that takes too long."""
    poll = select.poll()
    poll.register(stream, event)
    if not poll.poll(max(0.0, 1000 * (deadline - time.monotonic()))):
        raise _over()


def _widen(stream: int) -> None:
    """A larger pipe, where the system grants it: fewer changes between the processes."""
    with suppress(OSError, AttributeError):
        fcntl.fcntl(stream, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def _over() -> EncryptedPathError:
    return EncryptedPathError(
        "the evaluation reached its limit of time or memory, or its process ended",
        remedy="Send the request again; if it happens again, send fewer documents at once.",
    )


def _environment() -> dict[str, str]:
    """The parent's, with one thread a process."""
    return os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
