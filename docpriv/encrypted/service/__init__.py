"""The encrypted path over HTTP: enrolled stations ask a server that sees none of their documents."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

CONNECTION: Final = "docpriv.connection"
"""Where a request's scope has its connection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceForm:
    """`folder`: the server's, with the stations' book; `audit` lies there unless named. `port` 0: any that is free.
    `certificate`, `key`: PEM files. `workers`: processes that evaluate. `requests`, `documents`: a minute and caller.
    `connections`: at once, of all clients. `head_seconds`: for a TLS handshake and a request's head; `body_seconds`: for a body,
    or an answer, to go over; `idle_seconds`: between two requests. `at_once`: evaluations of one caller that wait or run.
    `failures`: requests without a good token that are told so, a minute and address. `held`: bytes of all bodies at once."""

    folder: Path
    host: str = "127.0.0.1"
    port: int = 8443
    certificate: Path | None = None
    key: Path | None = None
    workers: int = 1
    requests: float = 600
    documents: float = 200_000
    audit: Path | None = None
    connections: int = 1024
    head_seconds: float = 10.0
    body_seconds: float = 60.0
    idle_seconds: float = 15.0
    at_once: int = 64
    failures: float = 30
    held: int = 256 << 20
