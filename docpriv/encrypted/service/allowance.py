"""How much each caller may ask for, and how much all of them together; for one event loop.

Memory is bounded: callers nobody heard of for long are forgotten, the longest silent first.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

_MOST_CALLERS: Final = 4096


class Allowance:
    """A token bucket a caller: `per_minute` on the long run, at once as many as a minute's worth.

    `clock` gives seconds that only grow.
    """

    def __init__(self, per_minute: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = per_minute
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, caller: str, amount: float = 1.0) -> float:
        """0.0 where the caller may go on; else the seconds after which it may try again, and nothing is taken.

        What is larger than a whole minute's worth may be asked for by a caller that asked for nothing in a minute.
        """
        now, rate = self._clock(), self._most / 60.0
        before, at = self._left.get(caller, (self._most, now))
        left, needed = min(self._most, before + (now - at) * rate), min(amount, self._most)
        if left < needed - 1e-9:
            return (needed - left) / rate
        self._left[caller] = (left - amount, now)
        self._left.move_to_end(caller)
        while len(self._left) > _MOST_CALLERS:
            self._left.popitem(last=False)
        return 0.0


class Room:
    """Bytes of request bodies that may be held at once."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.held = 0

    @contextmanager
    def reserved(self) -> Iterator[Callable[[int], bool]]:
        """A function that says whether so many bytes more fit; those that did are held until the block ends."""
        own = 0

        def more(size: int) -> bool:
            nonlocal own
            fits = self.held + size <= self._most
            if fits:
                self.held += size
                own += size
            return fits

        try:
            yield more
        finally:
            self.held -= own
