"""Choices that only the holder of a key can predict, and the files of such keys; refuses a key file that others can read."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from docpriv.errors import OutputError, OutputExists, UsageError
from docpriv.files import read_private, write_whole

KEY_BYTES = 32
_MOST_TRIES = 64  # of a ring: with more names taken than that the name is coined
_Item = TypeVar("_Item")


def derived_key(secret: bytes) -> bytes:
    """The key of the pseudonyms of a job, from the key of its records, which cannot be computed from it."""
    return hmac.digest(secret, b"docpriv pseudonyms\0", hashlib.sha256)


def key_id(key: bytes) -> str:
    """16 hex digits that tell whether two jobs had one key, and nothing else of it."""
    return hmac.digest(key, b"docpriv pseudonym key id\0", hashlib.sha256).hex()[:16]


def read_key(path: Path) -> bytes:
    """A key from its file: 64 hex digits. UsageError where it is none or others than its owner can read it."""
    advice = "Make one with `docpriv pseudonyms key FILE`, and keep it as a secret: chmod 600 FILE."
    data = read_private(path, "the pseudonym key", remedy=advice, follow=True)
    try:
        key = bytes.fromhex(data.decode("ascii").strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise UsageError("the pseudonym key is not a line of 64 hex digits", remedy=advice)
    return key


def make_key(path: Path) -> str:
    """Write a new key to a file that only its owner can read, and give its id. OutputExists where there is a file already."""
    key = secrets.token_bytes(KEY_BYTES)
    try:
        write_whole(path, key.hex().encode() + b"\n")
    except FileExistsError:
        raise OutputExists("the key file exists already", remedy="Give the new key a name of its own.") from None
    except OSError as exc:
        raise OutputError(f"the key file cannot be written ({exc.strerror})") from None
    return key_id(key)


class Stream:
    """Numbers that follow from a key and some texts: HMAC-SHA256 in counter mode."""

    def __init__(self, key: bytes, *parts: str) -> None:
        self._key = hmac.digest(key, framed(parts), hashlib.sha256)
        self._pool = b""
        self._count = 0

    def below(self, count: int) -> int:
        """A number from 0 to count - 1; the bias is under count / 2^64."""
        if len(self._pool) < 8:
            self._pool += hmac.digest(self._key, self._count.to_bytes(8, "big"), hashlib.sha256)
            self._count += 1
        taken, self._pool = self._pool[:8], self._pool[8:]
        return int.from_bytes(taken, "big") % count

    def pick(self, items: Sequence[_Item]) -> _Item:
        return items[self.below(len(items))]

    def digits(self, count: int) -> str:
        return "".join(str(self.below(10)) for _ in range(count))


class Ring:
    """Names in an order that the key decides. A value that is one of them takes the next; any other draws one.

    So two names of the ring never share a pseudonym, as many would if each drew: common names are in the lists.
    """

    def __init__(self, key: bytes, label: str, names: Iterable[str], form: Callable[[str], str]) -> None:
        self._key, self._label, self._form = key, label, form
        self._names = sorted(set(names), key=lambda name: (self._digest(form(name), 0), name))
        self._at = {form(name): at for at, name in enumerate(self._names)}

    def name(self, value: str, refused: Callable[[str], bool]) -> str | None:
        """The name of a value (in the ring's form) that is neither the value nor refused; None after many tries."""
        for attempt in range(_MOST_TRIES):
            if attempt == 0 and value in self._at:
                at = self._at[value] + 1
            else:
                at = int.from_bytes(self._digest(value, attempt)[:8], "big")
            name = self._names[at % len(self._names)]
            if self._form(name) != value and not refused(name):
                return name
        return None

    def _digest(self, value: str, attempt: int) -> bytes:
        return hmac.digest(self._key, framed((self._label, str(attempt), value)), hashlib.sha256)


def framed(parts: Iterable[str]) -> bytes:
    """Texts as bytes that no other texts give."""
    coded = [part.encode("utf-8", "surrogatepass") for part in parts]
    return b"".join(len(one).to_bytes(4, "big") + one for one in coded)
