"""CPU seconds by stage; refuses wall time, which says more about the neighbours than about the work."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Stopwatch:
    """Adds up process CPU seconds under names."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        begin = time.process_time()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.process_time() - begin

    def rounded(self) -> dict[str, float]:
        """Seconds to the millisecond, by name."""
        return {name: round(value, 3) for name, value in sorted(self.seconds.items())}
