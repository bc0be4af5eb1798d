"""What ends a worker and what does not: CPU time, standing still, memory, deaths, lies, a supervisor that is gone or asleep."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from docpriv.errors import CorruptInput, DocprivError, EngineError, LimitExceeded, StalledError
from docpriv.work import pool as module
from docpriv.work.pool import Allowance, Ended, Pool, Work
from docpriv.work.wire import Message

ROOT = Path(__file__).parents[3]
TOY = "tests.unit.work.toy_worker"


@pytest.fixture(autouse=True)
def _path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def open_pool(**more: Any) -> Pool[str, Message]:
    return Pool(TOY, lambda key, message: message, **more)


def work(
    name: str, *, cpu: float = 30.0, still: float = 30.0, wall: float = 60.0, mb: int | None = None, **head: Any
) -> Work[str]:
    allowance = Allowance(cpu_seconds=cpu, still_seconds=still, wall_seconds=wall, megabytes=mb)
    return Work(key=name, message=Message({"name": name, **head}), allowance=allowance)


def results(pool: Pool[str, Message], *tasks: Work[str]) -> dict[str, Ended[str, Message]]:
    return {ended.key: ended for ended in pool.run(tasks) if isinstance(ended, Ended)}


def test_a_task_is_answered_with_its_bytes_and_the_first_message() -> None:
    with open_pool(first=Message({"head": 7})) as pool:
        task = Work(key="a", message=Message({}, (b"", b"\0" * 300_000, b"x")), allowance=work("a").allowance)
        ended = pool.ask(task)
        assert ended.answer is not None
        assert (ended.answer.head["first"], ended.answer.blobs) == ({"head": 7}, (b"", b"\0" * 300_000, b"x"))
        again = pool.ask(task)
        assert again.answer is not None
        assert again.answer.head["pid"] == ended.answer.head["pid"]


def test_cpu_time_is_the_limit_and_is_not_tried_again(tmp_path: Path) -> None:
    told = {"file": str(tmp_path / "log"), "times": 9}
    with open_pool() as pool:
        ended = pool.ask(work("a", cpu=0.5, deed="spin", times=told))
    assert isinstance(ended.error, LimitExceeded)
    assert "0.5 seconds of CPU" in ended.error.message
    assert "--page-seconds" in ended.error.advice
    assert ended.died
    assert len((tmp_path / "log").read_text().splitlines()) == 1


def test_neither_loading_nor_earlier_pages_count_as_a_pages_time() -> None:
    with open_pool() as pool:
        ended = pool.ask(work("a", cpu=0.8, load=1.5, pages=4, spin=0.4))
    assert ended.error is None


def test_waiting_is_no_cpu_time() -> None:
    with open_pool() as pool:
        assert pool.ask(work("a", cpu=0.5, wait=1.5)).error is None


@pytest.mark.parametrize(
    ("limits", "deed", "said"),
    [
        ({"still": 0.7}, "sleep", "did nothing for 0.7"),
        ({"wall": 1.5, "cpu": 1.0}, "doze", "did not end within 1.5"),
    ],
)
def test_what_stands_still_or_does_not_end_is_tried_again_alone_and_is_no_fault_of_the_input(
    limits: dict[str, float], deed: str, said: str, tmp_path: Path
) -> None:
    told = {"file": str(tmp_path / "log"), "times": 9}
    with open_pool(workers=2) as pool:
        ended = results(pool, work("a", **limits, deed=deed, times=told), work("b", wait=2.0))
    assert ended["b"].error is None
    assert isinstance(ended["a"].error, StalledError)
    assert said in ended["a"].error.message
    assert (ended["a"].error.code, ended["a"].error.exit_code) == ("stalled", 4)
    assert "limits." in ended["a"].error.advice
    assert len((tmp_path / "log").read_text().splitlines()) == 2


@pytest.mark.parametrize(("deed", "limits"), [("die", {}), ("sleep", {"still": 0.7})])
def test_what_goes_well_when_it_is_alone_went_well(deed: str, limits: dict[str, float], tmp_path: Path) -> None:
    """And alone it is: nothing else runs while it is tried again."""
    told = {"file": str(tmp_path / "log"), "times": 1}
    seen: list[tuple[str, float]] = []
    with open_pool(workers=2) as pool:
        tasks = [work("a", **limits, deed=deed, times=told), *(work(f"b{i}", wait=0.6) for i in range(4))]
        for ended in pool.run(tasks):
            assert isinstance(ended, Ended)
            assert ended.error is None
            seen.append((ended.key, time.monotonic()))
    first, second = (float(line.split()[0]) for line in (tmp_path / "log").read_text().splitlines())
    done = dict(seen)
    before = [end for name, end in seen if name != "a" and end <= second]
    assert second > first
    assert len(done) == 5
    assert all(end <= second or end - 0.6 >= done["a"] - 0.2 for name, end in seen if name != "a"), (first, second, seen)
    assert before, "what ran beside it ended first"


def test_a_task_that_kills_its_worker_twice_costs_itself_alone() -> None:
    with open_pool(workers=2) as pool:
        ended = results(pool, work("a", deed="die"), work("b"), work("c"))
    assert isinstance(ended["a"].error, CorruptInput)  # no page was seen: opening it was what ended the process
    assert "SIGKILL" in ended["a"].error.message
    assert ended["a"].died
    assert (ended["b"].error, ended["c"].error) == (None, None)


def test_after_a_page_a_death_is_the_engines() -> None:
    with open_pool() as pool:
        assert isinstance(pool.ask(work("a", deed="die", pages=1, spin=0.0)).error, EngineError)


def test_what_came_to_its_end_before_its_worker_died_is_not_done_again(tmp_path: Path) -> None:
    told = {"file": str(tmp_path / "log"), "times": 9}
    with open_pool(settled=lambda key: True) as pool:
        assert pool.ask(work("a", deed="die", times=told)).died
    assert len((tmp_path / "log").read_text().splitlines()) == 1


@pytest.mark.parametrize("spent", [True, False])
def test_a_worker_that_is_spent_is_replaced(spent: bool) -> None:
    with open_pool() as pool:
        first, second = pool.ask(work("a", spent=spent)).answer, pool.ask(work("b")).answer
        assert first is not None
        assert second is not None
        assert (first.head["pid"] != second.head["pid"]) == spent
        assert len(pool.process_ids) == 1


def test_memory_is_a_limit() -> None:
    with open_pool() as pool:
        ended = pool.ask(work("a", mb=300, deed="grow"))
    assert isinstance(ended.error, LimitExceeded)
    assert "300 MB" in ended.error.message
    assert "--memory-mb" in ended.error.advice


@pytest.mark.parametrize(("deed", "kind"), [("refuse", CorruptInput), ("bug", DocprivError)])
def test_what_goes_wrong_in_a_task_is_its_answer_without_content(deed: str, kind: type[DocprivError]) -> None:
    with open_pool() as pool:
        before = pool.ask(work("a")).answer
        ended = pool.ask(work("b", deed=deed))
        after = pool.ask(work("c")).answer
    assert type(ended.error) is kind
    assert not ended.died
    assert "Zebedee" not in f"{ended.error}{ended.error.advice}"
    assert before is not None
    assert after is not None
    assert before.head["pid"] == after.head["pid"]


def test_a_worker_that_lies_is_ended() -> None:
    with open_pool() as pool:
        ended = pool.ask(work("a", deed="lie"))
    assert isinstance(ended.error, EngineError)
    assert ended.died


@pytest.mark.parametrize("answer", [ValueError, KeyError, TypeError, AttributeError])
def test_an_answer_that_says_nonsense_ends_the_worker(answer: type[Exception]) -> None:
    def parse(key: str, message: Message) -> Message:
        raise answer

    pool: Pool[str, Message] = Pool(TOY, parse)
    with pool:
        ended = pool.ask(work("a"))
        assert isinstance(ended.error, EngineError)
        assert ended.died


def test_time_in_which_the_supervisor_did_not_run_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """A suspended terminal or a machine that starves the supervisor: its workers may have stood still as well."""
    monkeypatch.setattr(module, "_PAUSED", 0.5)
    with open_pool() as pool:
        tasks: Iterator[Any] = iter([work("a", still=1.5, wall=3.0, wait=1.2), None, None, None])
        run = pool.run(_slowly(tasks))
        ended = next(run)
    assert isinstance(ended, Ended)
    assert ended.error is None


def _slowly(tasks: Iterator[Any]) -> Iterator[Any]:
    """Keeps the supervisor from looking for longer than a task may stand still."""
    for number, task in enumerate(tasks):
        if number == 1:
            time.sleep(2.5)
        yield task


def test_a_large_message_to_a_worker_that_is_stopped_does_not_hang() -> None:
    with open_pool() as pool:
        assert pool.ask(work("a")).error is None
        (process,) = pool.process_ids
        os.kill(process, signal.SIGSTOP)
        big = Work(key="b", message=Message({}, (bytes(8 << 20),)), allowance=work("b", still=0.7).allowance)
        ended = pool.ask(big)
        assert ended.error is None  # the second try had a process of its own
        assert ended.answer is not None
        assert ended.answer.blobs == (bytes(8 << 20),)


def test_what_is_no_task_comes_back_in_its_turn_and_none_asks_again() -> None:
    with open_pool() as pool:
        assert [e if isinstance(e, int) else e.key for e in pool.run([1, None, work("a"), None, 2])] in ([1, "a", 2], [1, 2, "a"])


SUPERVISOR = """
import sys, threading, time
from docpriv.work.pool import Allowance, Pool, Work
from docpriv.work.wire import Message
pool = Pool({toy!r}, lambda key, message: message.head)
task = Work(key="a", message=Message({{}}), allowance=Allowance(cpu_seconds=9, still_seconds=30, wall_seconds=60))
def go():
    print(pool.ask(task).answer["pid"], flush=True)
    if {deed!r}:
        pool.ask(Work(key="b", message=Message({{"deed": {deed!r}}}), allowance=task.allowance))
    else:
        time.sleep(60)
if {thread!r} == "main":
    go()
else:
    one = threading.Thread(target=go, daemon=True); one.start(); one.join()
"""


@pytest.mark.parametrize("thread", ["main", "other"])
@pytest.mark.parametrize("deed", ["", "spin", "sleep"])
def test_a_worker_does_not_outlive_its_supervisor(thread: str, deed: str) -> None:
    code = SUPERVISOR.format(toy=TOY, thread=thread, deed=deed)
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    worker = int(process.stdout.readline())
    time.sleep(0.3)
    process.kill()
    process.wait()
    for _ in range(100):
        if not _lives(worker):
            return
        time.sleep(0.05)
    os.kill(worker, signal.SIGKILL)
    pytest.fail("the worker lives on")


def test_a_worker_outlives_the_thread_that_started_it() -> None:
    """Linux would end it with that thread, were it tied; the threads of a service come and go."""
    with open_pool() as pool:
        one = threading.Thread(target=lambda: pool.ask(work("a")))
        one.start()
        one.join()
        (process,) = pool.process_ids
        time.sleep(0.6)
        assert _lives(process)
        ended = pool.ask(work("b"))
        assert ended.answer is not None
        assert ended.answer.head["pid"] == process


def _lives(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_worker_takes_no_code_from_the_folder_it_is_started_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit(9)\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["", ".", str(ROOT)]))
    with open_pool() as pool:
        assert pool.ask(work("a")).error is None


def test_a_worker_leaves_no_core_file_and_ignores_the_terminals_interrupt() -> None:
    with open_pool() as pool:
        assert pool.ask(work("a")).error is None
        (process,) = pool.process_ids
        limits = Path(f"/proc/{process}/limits").read_text()
        assert next(line for line in limits.splitlines() if "core file" in line).split()[4] == "0"
        os.kill(process, signal.SIGINT)
        time.sleep(0.2)
        assert pool.ask(work("b")).error is None
        assert pool.process_ids == (process,)
