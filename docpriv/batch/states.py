"""How far a document of an archive job is; refuses a state that does not say what happens next."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Of a document in a job. The last four have ended; what has ended is touched again only when somebody asks."""

    WAITING = "waiting"
    LEASED = "leased"
    RELEASED = "released"
    WITHHELD = "withheld"
    FAILED = "failed"
    QUARANTINED = "quarantined"
