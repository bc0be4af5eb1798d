"""Evaluates requests in a supervised worker process, and checks that its replies have the shape of a request's."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

from docpriv.encrypted.model_file import ServerModel
from docpriv.encrypted.profile import LIN_1, Shape
from docpriv.encrypted.worker import processor_seconds
from docpriv.errors import EncryptedPathError, EngineError, FrameError
from docpriv.work.pool import Allowance, Ended, Pool, Work
from docpriv.work.sandbox import Confinement
from docpriv.work.wire import Message

MEMORY_MEGABYTES: Final = 512
"""What a task may take beside what the process holds when it starts; 2,048 documents of 512 features take 40."""

_START: Final = Allowance(cpu_seconds=60.0, still_seconds=60.0, wall_seconds=600.0)
_STILL_SECONDS: Final = 30.0
_BUSY: Final = 40.0
"""How many times its CPU seconds a task may last on a machine that has other work too."""


class LimitedEvaluator:
    """One worker process for a head. Safe to call from several threads, which wait for each other.

    `seconds` replaces the wall-clock time that a task is given by its size.
    """

    def __init__(self, model: ServerModel, *, megabytes: int = MEMORY_MEGABYTES, seconds: float | None = None) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        first = Message({"megabytes": megabytes}, (model.packed(),))
        self._pool: Pool[Shape | None, tuple[bytes, ...]] = Pool(
            "docpriv.encrypted.worker", _replies, first=first, confinement=Confinement()
        )

    def __enter__(self) -> LimitedEvaluator:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def process_id(self) -> int | None:
        """Of the worker, where one runs."""
        return next(iter(self._pool.process_ids), None)

    def close(self) -> None:
        """End the worker."""
        with self._lock:
            self._pool.close()

    def start(self) -> None:
        """Have a worker ready, so that the first task does not wait for one; EngineError where none can be had."""
        ended = self._asked(Work(key=None, message=Message({}), allowance=_START))
        if ended.error is not None:
            raise EngineError(
                "the process that computes on ciphertexts does not start",
                remedy="Is tenseal installed? pip install 'docpriv[he]'.",
            )

    def evaluate(self, shape: Shape, ciphertexts: Sequence[bytes | memoryview]) -> list[bytes]:
        """Reply ciphertexts of a request's; FrameError for what SEAL refuses, EncryptedPathError where a limit was reached."""
        message = Message({"shape": asdict(shape)}, tuple(map(bytes, ciphertexts)))
        ended = self._asked(Work(key=shape, message=message, allowance=self._allowance(shape)))
        if isinstance(ended.error, FrameError):
            raise FrameError("a ciphertext is damaged or not of the profile")
        if ended.answer is None:
            raise EncryptedPathError(
                "the evaluation reached its limit of time or memory, or its process ended",
                remedy="Send the request again; if it happens again, send fewer documents at once.",
            )
        return list(ended.answer)

    def _asked(self, work: Work[Shape | None]) -> Ended[Shape | None, tuple[bytes, ...]]:
        with self._lock:
            return self._pool.ask(work)

    def _allowance(self, shape: Shape) -> Allowance:
        cpu = processor_seconds(shape)
        if self._seconds is not None:
            return Allowance(cpu_seconds=self._seconds, still_seconds=self._seconds, wall_seconds=self._seconds)
        return Allowance(cpu_seconds=cpu, still_seconds=_STILL_SECONDS, wall_seconds=_BUSY * cpu)


def _replies(shape: Shape | None, message: Message) -> tuple[bytes, ...]:
    """Ciphertexts of an answer; ValueError where they are not those of a request of that shape."""
    expected = 0 if shape is None else shape.reply_ciphertexts
    least, most = (0, 0) if shape is None else LIN_1.full_bytes
    if len(message.blobs) != expected or not all(least <= len(blob) <= most for blob in message.blobs):
        raise ValueError("not the replies of the request")
    return message.blobs
