"""Whether a file that somebody else writes is whole: by its format's own end, and by who still writes it.

What is whole may be broken all the same; the reader of the document says that. Files of no known kind have no end to look at, and
count as whole."""

from __future__ import annotations

import errno
import fcntl
import signal
import struct
from typing import BinaryIO

from docpriv.errors import CorruptInput, UnsupportedInput
from docpriv.formats.form import format_of
from docpriv.formats.held import OpenFile
from docpriv.formats.sniffing import sniff

_HEAD = 4096
_SHORTEST_HEAD = 32  # bytes by which every kind of file shows what it is, but PDF with something before its header


def why_unfinished(file: BinaryIO) -> str | None:
    """A code for what a file still lacks, None where it is whole: "empty", "in-use" or "cut-off". OSError where it cannot be
    read."""
    held = OpenFile(file)
    if held.size == 0:
        return "empty"
    if _being_written(file):
        return "in-use"
    try:
        form = format_of(sniff(held.at(0, _HEAD)))
    except UnsupportedInput:
        return "cut-off" if held.size < _SHORTEST_HEAD else None
    except CorruptInput:
        return "empty"
    try:
        whole = form.whole(held)
    except (struct.error, ValueError, IndexError):
        whole = False
    return None if whole else "cut-off"


def _being_written(file: BinaryIO) -> bool:
    """Whether a process of this machine has the file open for writing, as far as the system tells.

    Linux grants a read lease on a file only where nobody has it open so. The lease is given back at once; should somebody open
    the file in between, the signal for it is one that is ignored by default."""
    lease, read, unlock = (getattr(fcntl, name, None) for name in ("F_SETLEASE", "F_RDLCK", "F_UNLCK"))
    if lease is None or read is None or unlock is None:
        return False
    try:
        fcntl.fcntl(file.fileno(), fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(file.fileno(), lease, read)
        fcntl.fcntl(file.fileno(), lease, unlock)
    except OSError as exc:  # another owner's file, or a file system without leases: nothing is known
        return exc.errno == errno.EAGAIN
    return False
