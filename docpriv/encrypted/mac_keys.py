"""The server's book of stations, their MAC keys and of enrolment tokens.

One file of mode 0600, changed under a lock and replaced as a whole. A used token leaves its hash behind, so that it can be told
from an unknown one, and no longer its root.
"""

from __future__ import annotations

import hmac
import json
import os
import re
import secrets
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from docpriv.encrypted.enrolment import (
    Redemption,
    Token,
    bearer_digest,
    bearer_of,
    mac_key_of,
    new_token,
    receipt_of,
    redemption_from,
    token_digest,
)
from docpriv.encrypted.records import damaged, json_bytes
from docpriv.errors import EncryptedPathError, OutputError, UsageError
from docpriv.files import lock, open_lock, read_private, write_named

_FORMAT: Final = "docpriv/encrypted-stations/1"
_NAME: Final = "stations.json"
_WHAT: Final = "the stations' keys"
_DAY: Final = 86_400


class Scope(StrEnum):
    """What a bearer token is good for at a service."""

    EVALUATE = "evaluate"
    METRICS = "metrics"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Whose bearer token came with a request: a station's id in hex, or the name of an operator."""

    name: str
    scopes: frozenset[Scope]


class StationBook:
    """Stations of a server, kept in a folder. `clock` gives Unix time."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: tuple[int, int] | None = None
        self._keys: dict[bytes, bytes] = {}
        self._callers: dict[str, Caller] = {}

    def issue(self, *, hours: float = 24.0) -> Token:
        """A token that one station may redeem within so many hours."""
        if not 0 < hours <= 24 * 90:
            raise UsageError("a token is good for more than 0 hours and at most 90 days")
        token = new_token()
        with self._changed() as book:
            now = self._clock()
            book["tokens"] = {name: one for name, one in book["tokens"].items() if now < one["expires"] + 30 * _DAY}
            book["tokens"][token.id.hex()] = {
                "digest": token_digest(token.proof),
                "root": token.root.hex(),
                "expires": now + hours * 3600,
                "used": None,
            }
        return token

    def redeem(self, data: bytes) -> bytes:
        """Enrol the station of a redemption and give its receipt; EncryptedPathError where the token is not good for that."""
        asked = redemption_from(data)
        with self._changed() as book:
            root = self._root(book, asked)
            if asked.station.hex() in book["stations"]:
                raise EncryptedPathError(
                    "this station is enrolled already",
                    remedy="Revoke it first: `docpriv encrypted enroll --server DIR --revoke STATION`.",
                )
            mac_key = mac_key_of(root, asked.station, asked.nonce)
            book["tokens"][asked.token.hex()] |= {"root": None, "used": self._clock()}
            bearer = bearer_digest(bearer_of(root, asked.station, asked.nonce))
            book["stations"][asked.station.hex()] = {
                "mac": mac_key.hex(),
                "enrolled": self._clock(),
                "bearer": bearer,
                "scopes": [Scope.EVALUATE.value],
            }
        return receipt_of(mac_key, asked.station, asked.nonce)

    def revoke(self, station: str) -> None:
        """Forget a station: its frames no longer authenticate. UsageError for one that is not enrolled."""
        with self._changed() as book:
            if book["stations"].pop(station, None) is None and book.get("bearers", {}).pop(station, None) is None:
                raise UsageError(
                    "no station of this id is enrolled", remedy="`docpriv encrypted enroll --server DIR` lists them."
                )

    def grant(self, name: str, scopes: Collection[Scope]) -> str:
        """A bearer token that is no station's, a monitor's say; its text is a secret and is kept nowhere here.

        UsageError for a name that has one already or is none.
        """
        if not re.fullmatch(r"[a-z][a-z0-9-]{0,31}", name):
            raise UsageError("the name of a bearer is up to 32 small letters, digits and hyphens")
        bearer = secrets.token_urlsafe(32)
        with self._changed() as book:
            holders = book.setdefault("bearers", {})
            if name in holders:
                raise UsageError("a bearer of this name has a token already", remedy="Revoke it first, or choose another name.")
            holders[name] = {"bearer": bearer_digest(bearer), "scopes": sorted(scopes), "issued": self._clock()}
        return bearer

    def caller(self, bearer: str) -> Caller | None:
        """Who has this bearer token, as the file says now; None for anybody else."""
        self._refresh()
        with self._lock:
            return self._callers.get(bearer_digest(bearer))  # a digest: nothing to learn from how long looking it up takes

    def stations(self) -> list[str]:
        """Ids, in hex, of those enrolled, oldest first."""
        found = self._read()["stations"]
        return sorted(found, key=lambda name: (float(found[name]["enrolled"]), name))

    def mac_key_of(self, station: bytes) -> bytes | None:
        """The key of an enrolled station, as the file says now; None for any other."""
        self._refresh()
        with self._lock:
            return self._keys.get(station)

    def _refresh(self) -> None:
        """Read the file again where it changed."""
        try:
            state = os.stat(self._path)
            now = (state.st_ino, state.st_mtime_ns)
        except FileNotFoundError:
            now = (0, 0)
        except OSError as exc:
            raise OutputError(f"{_WHAT} cannot be read ({exc.strerror})") from None
        with self._lock:
            if now == self._seen:
                return
            book = self._read()
            holders = {**book["stations"], **book.get("bearers", {})}
            try:
                self._keys = {bytes.fromhex(name): bytes.fromhex(one["mac"]) for name, one in book["stations"].items()}
                self._callers = {
                    one["bearer"]: Caller(name=name, scopes=frozenset(Scope(s) for s in one["scopes"]))
                    for name, one in holders.items()
                    if "bearer" in one
                }
            except (KeyError, TypeError, ValueError):
                raise damaged(_WHAT) from None
            self._seen = now

    def _root(self, book: dict[str, Any], asked: Redemption) -> bytes:
        """The root of a token that is good; who has not the proof hears the same of every token."""
        entry = book["tokens"].get(asked.token.hex())
        known = entry["digest"] if entry is not None else token_digest(b"")
        if not hmac.compare_digest(known, token_digest(asked.proof)) or entry is None:
            raise EncryptedPathError("the token is not one of this server", remedy="Ask the server's operator for a new token.")
        if entry["used"] is not None:
            raise EncryptedPathError(
                "the token was used before: one token enrols one station, once",
                remedy="Ask for a new one. If this station did not use it, somebody else did.",
            )
        if self._clock() >= entry["expires"]:
            raise EncryptedPathError("the token has expired", remedy="Ask the server's operator for a new token.")
        root = bytes.fromhex(entry["root"])
        if not asked.fits(root):
            raise EncryptedPathError("the redemption was changed on the way", remedy="Send it again from the station.")
        return root

    @property
    def _path(self) -> Path:
        return self._folder / _NAME

    def _read(self) -> dict[str, Any]:
        if not self._path.exists():
            return {"format": _FORMAT, "stations": {}, "tokens": {}}
        try:
            facts = json.loads(read_private(self._path, _WHAT))
            parts = facts["format"], isinstance(facts["stations"], dict), isinstance(facts["tokens"], dict)
        except (ValueError, KeyError, TypeError, RecursionError):
            raise damaged(_WHAT) from None
        if parts != (_FORMAT, True, True):
            raise damaged(_WHAT)
        return dict(facts)

    @contextmanager
    def _changed(self) -> Iterator[dict[str, Any]]:
        """The book under the lock; written when the block ends well."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = open_lock(self._folder / "lock")
        except OSError as exc:
            raise OutputError(f"the server's folder cannot be used ({exc.strerror})") from None
        try:
            lock(handle, seconds=None)
            book = self._read()
            yield book
            write_named(self._path, json_bytes(book), _WHAT, replace=True)
        finally:
            os.close(handle)
