"""The codes for what a file holds besides its pages, and ways to look for it in bytes; refuses to decode."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

METADATA, THUMBNAIL, REVISIONS, TRAILING = "had-metadata", "had-thumbnail", "had-revisions", "trailing-bytes"
ORPHANED, TEXT_LAYER, LAYERS, OPTIONAL = "had-orphaned-data", "had-text-layer", "had-layers", "had-optional-content"
JAVASCRIPT, ATTACHMENTS, HIDDEN_TEXT = "had-javascript", "had-attachments", "had-hidden-text"
ANNOTATIONS, FORMS, OUTLINE, UNREAD = "had-annotations", "had-forms", "had-outline", "structure-unread"
HIDDEN_ANNOTATIONS, PICTURES = "had-hidden-annotations", "had-further-pictures"

FOREIGN_NOTES: tuple[str, ...] = (
    METADATA,
    THUMBNAIL,
    REVISIONS,
    TRAILING,
    ORPHANED,
    TEXT_LAYER,
    LAYERS,
    OPTIONAL,
    JAVASCRIPT,
    ATTACHMENTS,
    HIDDEN_TEXT,
    ANNOTATIONS,
    HIDDEN_ANNOTATIONS,
    FORMS,
    OUTLINE,
    PICTURES,
    UNREAD,
)
"""Notes that say that a file holds more than the pixels of its pages, or ("structure-unread") that it could not
be looked through. "had-layers" is what is drawn but not seen: covered, clipped or off the page; "had-orphaned-data"
are bytes and objects that no page uses; "had-hidden-annotations" are annotations and form fields that no reader shows;
"had-further-pictures" are pictures beside the one that is read: others of a phone's camera, maps of depth or light;
"had-text-layer" is any text on a page that an image fills."""

_BLOCK = 4 * 2**20
_OVERLAP = 256


class Held(Protocol):
    """Bytes by offset; `data` where all of them are in memory. A `Source` is one."""

    @property
    def size(self) -> int: ...

    @property
    def data(self) -> bytes | None: ...

    def at(self, offset: int, count: int) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Part:
    """Bytes from within a file, held like a file."""

    data: bytes

    @property
    def size(self) -> int:
        return len(self.data)

    def at(self, offset: int, count: int) -> bytes:
        return self.data[offset : offset + count] if offset >= 0 and count > 0 else b""


def places(held: Held, *words: bytes) -> Iterator[tuple[int, bytes]]:
    """Offsets of the words (of at most 256 bytes), in no order; in blocks where the file is not in memory."""
    start = 0
    while start < held.size:
        block = held.data if held.data is not None else held.at(start, _BLOCK + _OVERLAP)
        end = len(block) if held.data is not None else _BLOCK
        for word in words:
            at = block.find(word)
            while 0 <= at < end:
                yield start + at, word
                at = block.find(word, at + len(word))
        start += end


def first_match(held: Held, pattern: re.Pattern[bytes], start: int) -> int | None:
    """Where the pattern (of at most 256 bytes) matches first from `start` on."""
    if held.data is not None:
        match = pattern.search(held.data, start)
        return match.start() if match else None
    while block := held.at(start, _BLOCK + _OVERLAP):
        match = pattern.search(block)
        if match:
            return start + match.start()
        start += _BLOCK
    return None


def holds_more(held: Held, start: int, end: int | None = None, blank: bytes = b"\0") -> bool:
    """Whether any byte of start..end (default: the end of the file) is none of `blank`."""
    stop = held.size if end is None else min(end, held.size)
    while start < stop:
        if held.at(start, min(_BLOCK, stop - start)).strip(blank):
            return True
        start += _BLOCK
    return False
