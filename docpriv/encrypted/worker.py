"""The worker process that computes: takes ciphertexts, gives ciphertexts, within a memory of its own.

Started as `python -m docpriv.encrypted.worker`. What SEAL does with bytes from outside, it does here.
"""

from __future__ import annotations

import os
import resource
import sys

from docpriv.encrypted.profile import Shape
from docpriv.errors import EncryptedPathError
from docpriv.work.child import Handler, Say, serve
from docpriv.work.wire import Message


class EvaluationHandler(Handler):
    """Evaluates the head of the first message: {"megabytes"} and its bytes. A task: {"shape"} and its ciphertexts."""

    def __init__(self, first: Message) -> None:
        from docpriv.encrypted.evaluation import LinearEvaluator
        from docpriv.encrypted.model_file import model_from

        self._evaluator = LinearEvaluator(model_from(first.blobs[0]))
        _cap_memory(int(first.head["megabytes"]))

    def prepare(self, task: Message) -> None:
        """The head is loaded."""

    def handle(self, task: Message, say: Say) -> Message:
        """Replies of ciphertexts; FrameError for those that SEAL refuses. A task without a shape has no replies."""
        if "shape" not in task.head:
            return Message({})
        try:
            replies = self._evaluator.evaluate(Shape(**task.head["shape"]), iter(task.blobs))
            return Message({}, tuple(replies))
        except (RuntimeError, ValueError):  # of SEAL
            raise EncryptedPathError("the evaluation failed") from None


def processor_seconds(shape: Shape) -> int:
    """CPU seconds that a task may take: some hundred times what it does take."""
    return 5 + (shape.products + shape.request_ciphertexts + shape.reply_ciphertexts) // 500


def _cap_memory(megabytes: int) -> None:
    """What evaluating may take beside what the process holds by now."""
    with open("/proc/self/statm", encoding="ascii") as file:
        held = int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    resource.setrlimit(resource.RLIMIT_AS, (held + (megabytes << 20),) * 2)


if __name__ == "__main__":
    sys.exit(serve(EvaluationHandler))
