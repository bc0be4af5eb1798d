"""Remembers that somebody asked a run to stop.

Python raises KeyboardInterrupt wherever it happens to be. Where that is a callback of a library or a finalizer, the exception is
printed or swallowed, and the run would go on; so whoever waits for workers asks here as well.
"""

from __future__ import annotations

_asked = False


def interrupt(*_: object) -> None:
    """A handler of signals: raises KeyboardInterrupt, and remembers it until it got through."""
    global _asked
    _asked = True
    raise KeyboardInterrupt


def check() -> None:
    """KeyboardInterrupt where one was raised and got lost."""
    if _asked:
        forget()
        raise KeyboardInterrupt


def forget() -> None:
    """The request got through, or a new run begins."""
    global _asked
    _asked = False
