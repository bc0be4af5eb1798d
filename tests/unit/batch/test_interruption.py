"""An interrupt that a library swallowed still ends the run."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from docpriv.batch import interruption
from docpriv.batch.runner import Runner
from docpriv.cli.app import _Termination


@pytest.fixture(autouse=True)
def _clean() -> Iterator[None]:
    interruption.forget()
    yield
    interruption.forget()


def _swallowed() -> None:
    class Loud:
        def __del__(self) -> None:  # what a finalizer raises is printed and gone
            os.kill(os.getpid(), signal.SIGINT)
            for _ in range(1000):
                pass

    Loud()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_one_that_was_lost_is_raised_by_who_waits() -> None:
    with _Termination(), Runner() as runner:
        _swallowed()
        with pytest.raises(KeyboardInterrupt):
            list(runner._wait(None, 0.0))
        assert list(runner._wait(None, 0.0)) == []  # once


def test_one_that_got_through_does_not_end_the_next_run() -> None:
    with pytest.raises(KeyboardInterrupt), _Termination(), Runner():
        os.kill(os.getpid(), signal.SIGINT)
    with Runner() as runner:
        assert list(runner._wait(None, 0.0)) == []
