"""What a cluster is to a job: places that can be filled, asked and cleared; refuses to say more of its errors than their kind."""

from __future__ import annotations

from collections.abc import Collection
from types import TracebackType
from typing import Any, Protocol

Answer = dict[str, Any]
"""What a slot answers: ids, counts, codes and errors of docpriv, in types that any version can read."""


class Crew(Protocol):
    """Slots on some machines, each a process that works on one document after another. A context manager; leaving it ends all.

    A slot answers one question at a time.
    """

    def __enter__(self) -> Crew: ...

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None: ...

    def room(self) -> int:
        """How many slots the machines are good for as they are now."""
        ...

    def hire(self) -> int:
        """Ask for a slot somewhere, and give its number. It answers when there was room for it."""
        ...

    def ask(self, slot: int, question: str, *values: Any) -> None:
        """Put a question to a slot: the name of a method of `Slot`, and what it takes."""
        ...

    def answers(self, seconds: float) -> list[tuple[int, Answer | None]]:
        """What came back meanwhile, at most so many seconds later; None from a slot that is lost."""
        ...

    def dismiss(self, slots: Collection[int]) -> None:
        """End slots, and wait until they have."""
        ...

    def why_idle(self) -> tuple[str, str]:
        """Why no slot has started, as far as the cluster tells, and what to do."""
        ...
