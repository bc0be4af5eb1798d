"""The process that computes: takes ciphertexts, gives ciphertexts, under limits; refuses to outlive, to print, to dump core.

Started as `python -m docpriv.encrypted.worker`. The first message is the head; every other one a shape and its ciphertexts.
What SEAL does with bytes from outside, it does here. Messages are lengths and bytes: nothing is ever unpickled.
"""

from __future__ import annotations

import os
import resource
import signal
import struct
import sys
from typing import BinaryIO, Final

from docpriv.encrypted.profile import LAYOUTS, Shape
from docpriv.errors import DocprivError, FrameError

LENGTH: Final = struct.Struct(">I")
TASK: Final = struct.Struct(">BHHHII")  # layout, dimension, classes, group, documents, ciphertexts
DONE, DAMAGED, FAILED = b"\0", b"\1", b"\2"
"""How an answer begins: replies follow; a ciphertext was refused; anything else went wrong."""


def main() -> int:
    """Serve until the parent hangs up. The argument: megabytes that evaluating may take."""
    megabytes = int(sys.argv[1])
    answers, tasks = _private_streams()
    _stay_quiet()
    from docpriv.encrypted.evaluation import LinearEvaluator
    from docpriv.encrypted.model_file import model_from

    model = model_from(_block(tasks))
    evaluator = LinearEvaluator(model)
    _cap_memory(megabytes)
    answers.write(DONE)
    answers.flush()
    while head := tasks.read(TASK.size):
        layout, dimension, classes, group, documents, count = TASK.unpack(head)
        shape = Shape(
            layout=LAYOUTS[layout],
            documents=documents,
            dimension=dimension,
            classes=classes,
            group=group,
            profile=model.card.profile,
        )
        _allow(processor_seconds(shape))
        given = (_block(tasks) for _ in range(count))
        try:
            replies = list(evaluator.evaluate(shape, given))
        except FrameError:
            replies, status = [], DAMAGED
        except (MemoryError, DocprivError, RuntimeError, ValueError):
            replies, status = [], FAILED
        else:
            status = DONE
        for _ in given:  # what was not looked at: the next task begins behind it
            pass
        answers.write(status + b"".join(LENGTH.pack(len(one)) + one for one in replies))
        answers.flush()
    return 0


def processor_seconds(shape: Shape) -> int:
    """CPU seconds that a task may take: some hundred times what it does take."""
    return 5 + (shape.products + shape.request_ciphertexts + shape.reply_ciphertexts) // 500


def wall_seconds(shape: Shape) -> float:
    """Seconds after which the parent gives up, on a machine that has other work too."""
    return 10.0 + 8.0 * processor_seconds(shape)


def _block(stream: BinaryIO) -> bytes:
    (length,) = LENGTH.unpack(stream.read(LENGTH.size))
    return stream.read(length)


def _private_streams() -> tuple[BinaryIO, BinaryIO]:
    """Own handles of the pipes; afterwards the standard streams lead nowhere, so that no library can write into them."""
    tasks = os.fdopen(os.dup(0), "rb", buffering=1 << 18)
    answers = os.fdopen(os.dup(1), "wb", buffering=1 << 18)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    return answers, tasks


def _stay_quiet() -> None:
    """Leave the interrupt to the parent and write no core file. When the parent ends, so do the tasks, and with them this."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _cap_memory(megabytes: int) -> None:
    with open("/proc/self/statm", encoding="ascii") as file:
        held = int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    resource.setrlimit(resource.RLIMIT_AS, (held + (megabytes << 20),) * 2)


def _allow(seconds: int) -> None:
    """CPU seconds from now on; the system ends the process beyond."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = int(used.ru_utime + used.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


if __name__ == "__main__":
    sys.exit(main())
