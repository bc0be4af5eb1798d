"""The process that computes: limits of time and memory, its death, several threads, and a fork in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from docpriv.encrypted.limited import LimitedEvaluator
from docpriv.encrypted.profile import LIN_1, Shape
from docpriv.encrypted.secret_keys import Cipher
from docpriv.encrypted.worker import processor_seconds
from docpriv.errors import EncryptedPathError, FrameError
from tests.unit.encrypted.made import Pair, make_pair, unit_rows

pytestmark = pytest.mark.usefixtures("he")


def test_a_worker_that_dies_costs_its_request_only(pair: Pair) -> None:
    rows = unit_rows(2, 24)
    assert [a.label for a in pair.answers(rows)] == pair.labels(rows)
    worker = pair.server._evaluator.process_id
    assert worker is not None
    os.kill(worker, signal.SIGKILL)
    time.sleep(0.2)
    assert [a.label for a in pair.answers(rows)] == pair.labels(rows)
    assert pair.server._evaluator.process_id != worker


def test_a_worker_killed_in_the_middle_is_replaced_and_the_request_served(pair: Pair) -> None:
    evaluator = pair.server._evaluator
    evaluator.start()
    worker = evaluator.process_id
    assert worker is not None
    os.kill(worker, signal.SIGSTOP)
    threading.Timer(0.3, lambda: os.kill(worker, signal.SIGKILL)).start()
    request = next(pair.station.encrypt(unit_rows(1, 24)))
    answer = pair.server.evaluate(request)
    assert answer == pair.server.evaluate(request)
    assert evaluator.process_id not in (None, worker)


def test_a_worker_that_stands_still_is_ended_and_another_serves_the_request(tmp_path: Path) -> None:
    pair = make_pair(tmp_path, seconds=2.0)
    evaluator = pair.server._evaluator
    evaluator.start()
    worker = evaluator.process_id
    assert worker is not None
    os.kill(worker, signal.SIGSTOP)
    request = next(pair.station.encrypt(unit_rows(1, 24)))
    with pair.server:
        answer = pair.server.evaluate(request)
        assert answer == pair.server.evaluate(request)
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)


def test_a_request_over_its_memory_is_refused_and_the_next_one_served(tmp_path: Path) -> None:
    """64 classes feature by feature keep 64 sums and as many encoded biases: more than the 3 MB that this worker may take."""
    pair = make_pair(tmp_path, dimension=4, classes=64, megabytes=3)
    with pair.server:
        with pytest.raises(EncryptedPathError):
            pair.answers(unit_rows(200, 4), "rfm")
        rows = unit_rows(1, 4)
        assert [a.label for a in pair.answers(rows)] == pair.labels(rows)


def test_the_limits_of_a_process_are_set(pair: Pair) -> None:
    pair.server._evaluator.start()
    pair.answers(unit_rows(1, 24))
    lines = Path(f"/proc/{pair.server._evaluator.process_id}/limits").read_text().splitlines()
    limits = {line[:26].strip(): line[26:].split()[0] for line in lines}
    held = int(Path(f"/proc/{pair.server._evaluator.process_id}/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    assert int(limits["Max address space"]) < held + (512 << 20) + (1 << 20)
    assert limits["Max core file size"] == "0"


def test_what_a_task_is_allowed_grows_with_it() -> None:
    small = Shape(layout="rcp", documents=1, dimension=256, classes=16, group=8)
    large = Shape(layout="rfm", documents=2048, dimension=256, classes=64, group=1)
    assert 5 <= processor_seconds(small) < processor_seconds(large) < 60


def test_damaged_ciphertexts_are_refused_and_the_worker_lives(pair: Pair) -> None:
    evaluator, shape = pair.server._evaluator, Shape(layout="rcp", documents=40, dimension=24, classes=5, group=1)
    slots = np.zeros(LIN_1.slots, complex)
    good = pair.station._cipher.encrypted(slots)
    assert len(evaluator.evaluate(shape, [good])) == 5
    worker = evaluator.process_id
    for bad in (good[:200] + os.urandom(len(good) - 200), good[:-100] + bytes(100), bytes(15_600)):
        with pytest.raises(FrameError):
            evaluator.evaluate(shape, [bad])
    assert len(evaluator.evaluate(shape, [good])) == 5
    assert evaluator.process_id == worker


def test_several_threads_share_a_server(pair: Pair) -> None:
    frames = [next(pair.station.encrypt(unit_rows(3, 24, seed))) for seed in range(12)]
    expected = [pair.server.evaluate(frame) for frame in frames]
    found: dict[int, bytes] = {}
    threads = [threading.Thread(target=lambda at=at: found.update({at: pair.server.evaluate(frames[at])})) for at in range(12)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert [found[at] for at in range(12)] == expected


def test_a_fork_does_not_share_the_file_that_seal_reads_and_writes(pair: Pair) -> None:
    """Parent and child encrypt and decrypt at the same time; with one file in memory they would read each other's bytes."""
    cipher = Cipher(pair.folder.key())
    slots = np.full(LIN_1.slots, 0.25 + 0.5j)

    def work() -> bool:
        from docpriv.encrypted.seal import from_bytes, to_bytes

        api = cipher.context
        for _ in range(60):
            import tenseal.sealapi as s

            fresh = s.Ciphertext()
            from_bytes(fresh, api, cipher.encrypted(slots))
            if not 30_000 < len(to_bytes(fresh)) < 33_500:
                return False
        return True

    assert work()
    child = os.fork()
    if child == 0:
        os._exit(0 if work() else 1)
    assert work()
    _, status = os.waitpid(child, 0)
    assert status == 0


def test_no_descriptor_is_left_by_threads_that_end(pair: Pair) -> None:
    cipher = pair.station._cipher
    slots = np.zeros(LIN_1.slots, complex)
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        thread = threading.Thread(target=lambda: cipher.encrypted(slots))
        thread.start()
        thread.join()
    assert len(os.listdir("/proc/self/fd")) <= before + 1


def test_the_worker_ends_with_its_parent(pair: Pair) -> None:
    code = (
        "import sys, pathlib\nfrom docpriv.encrypted.limited import LimitedEvaluator\n"
        "from docpriv.encrypted.model_file import model_from\n"
        "e = LimitedEvaluator(model_from(pathlib.Path(sys.argv[1]).read_bytes())); e.start()\n"
        "print(e.process_id, flush=True)\nimport os; os.kill(os.getpid(), 9)"
    )
    (pair.place / "head").write_bytes(pair.model.packed())
    done = subprocess.run([sys.executable, "-c", code, str(pair.place / "head")], capture_output=True, text=True)
    worker = int(done.stdout)
    for _ in range(100):
        try:
            state = Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return
        if state == "Z":
            return
        time.sleep(0.05)
    pytest.fail("the worker lives on")


def test_an_evaluator_without_a_worker_to_start_says_so(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    from docpriv.errors import EngineError

    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(EngineError, match="does not start"):
        LimitedEvaluator(pair.model).start()
