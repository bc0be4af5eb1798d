"""An interrupt that a library swallowed still ends the run."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from docpriv.cli.app import _Termination
from docpriv.work import interruption
from docpriv.work.pool import Pool


@pytest.fixture(autouse=True)
def _clean() -> Iterator[None]:
    interruption.forget()
    yield
    interruption.forget()


def _pool() -> Pool[str, None]:
    return Pool("docpriv.batch.worker", lambda key, message: None)


def _swallowed() -> None:
    class Loud:
        def __del__(self) -> None:  # what a finalizer raises is printed and gone
            os.kill(os.getpid(), signal.SIGINT)
            for _ in range(1000):
                pass

    Loud()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_one_that_was_lost_is_raised_by_who_waits() -> None:
    with _Termination(), _pool() as pool:
        _swallowed()
        with pytest.raises(KeyboardInterrupt):
            list(pool.run([None]))
        assert list(pool.run([None])) == []  # once


def test_one_that_got_through_does_not_end_the_next_run() -> None:
    with pytest.raises(KeyboardInterrupt), _Termination(), _pool():
        os.kill(os.getpid(), signal.SIGINT)
    with _pool() as pool:
        assert list(pool.run([None])) == []
