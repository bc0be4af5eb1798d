"""How much each caller may ask for, and how much all of them together; refuses beyond, and says when to come again.

Memory is bounded: callers nobody heard of for long are forgotten, the longest silent first.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

_MOST_CALLERS: Final = 4096


class Allowance:
    """A token bucket a caller: `per_minute` on the long run, at once as many as a minute's worth. Safe from several threads.

    `clock` gives seconds that only grow.
    """

    def __init__(self, per_minute: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = per_minute
        self._clock = clock
        self._lock = threading.Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, caller: str, amount: float = 1.0) -> float:
        """0.0 where the caller may go on; else the seconds after which it may try again, and nothing is taken.

        What is larger than a whole minute's worth may be asked for by a caller that asked for nothing in a minute.
        """
        with self._lock:
            left, wait = self._look(caller, amount)
            if wait == 0.0:
                self._left[caller] = (left - amount, self._clock())
                self._left.move_to_end(caller)
                while len(self._left) > _MOST_CALLERS:
                    self._left.popitem(last=False)
            return wait

    def _look(self, caller: str, amount: float) -> tuple[float, float]:
        before, at = self._left.get(caller, (self._most, self._clock()))
        rate = self._most / 60.0
        left = min(self._most, before + (self._clock() - at) * rate)
        needed = min(amount, self._most)
        return left, 0.0 if left >= needed - 1e-9 else (needed - left) / rate


class Room:
    """Bytes of request bodies that may be held at once."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held = 0
        self._lock = threading.Lock()

    @property
    def held(self) -> int:
        return self._held

    @contextmanager
    def shelf(self) -> Iterator[Callable[[int], bool]]:
        """A function that says whether so many bytes more fit; those that did are held until the block ends."""
        own = 0

        def more(size: int) -> bool:
            nonlocal own
            with self._lock:
                fits = self._held + size <= self._most
                self._held += size if fits else 0
                own += size if fits else 0
                return fits

        try:
            yield more
        finally:
            with self._lock:
                self._held -= own


def whole_seconds(wait: float) -> str:
    """For a header Retry-After."""
    return str(max(1, math.ceil(wait)))
