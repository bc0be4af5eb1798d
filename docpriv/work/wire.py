"""How a supervisor and its workers talk: JSON and bytes behind lengths, never pickles: a worker cannot run code above it."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from docpriv import errors
from docpriv.errors import DocprivError

LARGEST = 256 << 20
"""Bytes of one message: a record of 10,000 dense pages is a tenth of it."""

_LENGTHS = struct.Struct(">II")  # of the whole behind this, and of the JSON at its start
_BLOB = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Message:
    """A JSON object and, behind it, blocks of bytes."""

    head: dict[str, Any] = field(repr=False)
    blobs: tuple[bytes, ...] = field(default=(), repr=False)


def packed(head: dict[str, Any], blobs: Sequence[bytes | memoryview] = ()) -> bytes:
    """The bytes of a message. Paths survive whatever bytes they are made of."""
    text = json.dumps(head, separators=(",", ":")).encode("utf-8", "surrogateescape")
    parts = [part for blob in blobs for part in (_BLOB.pack(len(blob)), blob)]
    return b"".join([_LENGTHS.pack(len(text) + sum(map(len, parts)), len(text)), text, *parts])


def send(stream: IO[bytes], head: dict[str, Any], blobs: Sequence[bytes | memoryview] = ()) -> None:
    """Write one message and flush it."""
    stream.write(packed(head, blobs))
    stream.flush()


def receive(stream: IO[bytes]) -> Message | None:
    """Read one message; None at the end of the stream."""
    lengths = stream.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    whole, text = _LENGTHS.unpack(lengths)
    data = stream.read(whole)
    return _message(data, text) if len(data) == whole else None


def _message(data: bytes, text: int) -> Message:
    """ValueError for what no honest sender would send."""
    if text > len(data):
        raise ValueError("a message is shorter than it says")
    head = json.loads(data[:text].decode("utf-8", "surrogateescape"))
    if not isinstance(head, dict):
        raise ValueError("a message is no object")
    blobs, at = [], text
    while at < len(data):
        if at + _BLOB.size > len(data):
            raise ValueError("a message is shorter than it says")
        (length,) = _BLOB.unpack_from(data, at)
        at += _BLOB.size + length
        if at > len(data):
            raise ValueError("a message is shorter than it says")
        blobs.append(data[at - length : at])
    return Message(head, tuple(blobs))


class Inbox:
    """Cuts messages out of bytes as they arrive, for a reader that must not block."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[Message]:
        """Messages that are whole now; ValueError for one that no honest worker would send."""
        self._buffer += data
        messages = []
        while len(self._buffer) >= _LENGTHS.size:
            whole, text = _LENGTHS.unpack_from(self._buffer)
            if whole > LARGEST:
                raise ValueError("a message is too large")
            end = _LENGTHS.size + whole
            if len(self._buffer) < end:
                break
            messages.append(_message(bytes(self._buffer[_LENGTHS.size : end]), text))
            del self._buffer[:end]
        return messages


def error_message(error: DocprivError) -> dict[str, str]:
    """An error as JSON: class, message and remedy, none of which holds content."""
    return {"class": type(error).__name__, "message": error.message, "remedy": error.advice}


def error_from(message: dict[str, str]) -> DocprivError:
    """The error of a message; a class that does not exist becomes the base class."""
    kind = getattr(errors, message["class"], DocprivError)
    if not (isinstance(kind, type) and issubclass(kind, DocprivError)):
        kind = DocprivError
    return kind(message["message"], remedy=message["remedy"])
