"""The bytes of one input file, hashed; an error where they change between two reads."""

from __future__ import annotations

import hashlib
import io
import os
import stat
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

from docpriv.errors import CorruptInput, IntegrityError, LimitExceeded, UnsupportedInput
from docpriv.formats.boundary import translated
from docpriv.formats.held import HeldStream
from docpriv.options import Limits

IN_MEMORY = 64 * 2**20
"""Files up to this many bytes are copied into memory: later changes cannot matter. Larger ones stay open and watched."""

_CHUNK = 4 * 2**20


class Source:
    """The bytes of one regular file: `size`, `sha256`, and access by offset or as a stream.

    Small files are read once. Large ones are read through one open descriptor whose inode, size and times are compared by
    `check`; a write to a file moves its change time, which no user can set back."""

    def __init__(self, path: Path, limits: Limits) -> None:
        """Raises LimitExceeded (input_megabytes), UnsupportedInput (not a regular file), CorruptInput (empty), IntegrityError
        (changed while it was read), InputError (cannot be read)."""
        self._handle: io.BufferedReader | None = None
        self.data: bytes | None = None
        with translated("opening the file"):
            # O_NONBLOCK: opening a named pipe must not wait for a writer.
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_NONBLOCK", 0))
            self._handle = io.BufferedReader(io.FileIO(descriptor, "rb"))
        try:
            self._read(limits)
        except BaseException:
            self.close()
            raise

    def _read(self, limits: Limits) -> None:
        assert self._handle is not None
        if not stat.S_ISREG(os.fstat(self._handle.fileno()).st_mode):
            raise UnsupportedInput("the input is not a regular file")
        self._mark = self._signature()
        self.size = os.fstat(self._handle.fileno()).st_size
        if self.size == 0:
            raise CorruptInput("the file is empty")
        if self.size > limits.input_megabytes * 1e6:
            raise LimitExceeded.over("input_megabytes", f"the file is over the limit of {limits.input_megabytes:g} MB")
        with translated("reading the file"):
            if self.size <= IN_MEMORY:
                self.data = self._handle.read(self.size)
            digest, seen = hashlib.sha256(), 0
            for block in iter(partial(self._handle.read, _CHUNK), b"") if self.data is None else [self.data]:
                digest.update(block)
                seen += len(block)
            self.sha256 = digest.hexdigest()
            if seen != self.size:
                raise IntegrityError("the file changed while it was read")
        self.check()
        if self.data is not None:
            self._handle.close()
            self._handle = None

    def _signature(self) -> tuple[int, ...]:
        assert self._handle is not None
        s = os.fstat(self._handle.fileno())
        return (s.st_dev, s.st_ino, s.st_size, s.st_mtime_ns, s.st_ctime_ns)

    def check(self) -> None:
        """Raises IntegrityError where a file that is not held in memory changed since it was hashed."""
        if self._handle is not None and self._signature() != self._mark:
            raise IntegrityError("the file changed while it was read")

    def at(self, offset: int, count: int) -> bytes:
        """Up to `count` bytes from `offset`; fewer at the end of the file, none beyond it."""
        if offset < 0 or count <= 0:
            return b""
        if self.data is not None:
            return self.data[offset : offset + count]
        assert self._handle is not None
        return os.pread(self._handle.fileno(), min(count, max(0, self.size - offset)), offset)

    def fileno(self) -> int:
        """The descriptor of a file that is not held in memory; for decoders that read by descriptor."""
        assert self._handle is not None
        return self._handle.fileno()

    def stream(self) -> BinaryIO:
        """A new seekable binary stream over the bytes; closing it leaves the source open.

        Streams over a large file share one descriptor, but each has its own position."""
        if self.data is not None:
            return io.BytesIO(self.data)
        assert self._handle is not None
        return cast(BinaryIO, io.BufferedReader(HeldStream(self.at, self.size), 2**16))

    def close(self) -> None:
        self.data = None
        if self._handle is not None:
            self._handle.close()
            self._handle = None
