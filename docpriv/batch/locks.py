"""One run at a time on a folder of records; who works on a job's folder, and which of its runners are still alive.

The locks are `flock`s: they go with the processes that hold them, however they end. The workers of a run hold them too, so
that a run whose supervisor was killed is over only when its last worker is. Where the file system has no `flock` (some network
mounts) there are none: it is up to the user to start one run at a time, and nothing is removed from a job's folder.
"""

from __future__ import annotations

import hashlib
import os
import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from docpriv.errors import OutputError
from docpriv.files import lock, open_lock
from docpriv.records import TEMPORARY
from docpriv.work.pool import process_times

_PATIENCE = 2.0  # seconds: the workers of a run that was killed just now need a moment to end
_HALF = (TEMPORARY, "metrics.prom.")
_YOUNG = 60.0  # seconds; what stands beside the records is written by runners too that begin or have just left

Descriptors = tuple[int, ...]
"""What workers inherit, so that a lock lasts as long as they do."""


@contextmanager
def records_lock(records: Path) -> Iterator[Descriptors]:
    """Hold a records folder; OutputError where another run has it or it cannot be written."""
    path = records / "private" / "lock"
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = open_lock(path)
    except OSError as exc:
        raise OutputError(f"the records folder cannot be used ({exc.strerror})") from None
    try:
        try:
            held = lock(handle, seconds=_PATIENCE)
        except OSError as exc:
            raise OutputError(f"the records folder cannot be locked ({exc.strerror})") from None
        if held is False:
            raise OutputError(
                "another run is using these records",
                remedy="Wait until it has ended, or give this run its own --out and --records.",
            )
        yield (handle,)
    finally:
        os.close(handle)


@contextmanager
def working_in(folder: Path) -> Iterator[Descriptors]:
    """A runner's share of a job's folder; raises nothing. Who leaves it last removes what killed processes left half-written."""
    path, handle = folder / "private" / "working", None
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = open_lock(path)
        lock(handle, shared=True, seconds=None)  # whoever tidies up has it to itself, and is soon done
    try:
        yield () if handle is None else (handle,)
    finally:
        if handle is not None:
            with suppress(OSError):
                if lock(handle):  # nobody else works
                    _tidy(folder)
            os.close(handle)


def _tidy(folder: Path) -> None:
    shared = {str(folder), str(folder / "private")}
    for below, _, files in os.walk(folder):
        for name in files:
            path = os.path.join(below, name)
            with suppress(OSError):
                if name.startswith(_HALF) and (below not in shared or time.time() - os.lstat(path).st_mtime > _YOUNG):
                    os.unlink(path)


# --- runners -----------------------------------------------------------------------------------------------------------


def runner_name() -> str:
    """Host, boot, process and when it began: by this another runner of the machine knows whether it is still alive."""
    try:  # containers of one machine may share a name, but not the numbers of their processes
        space = os.stat("/proc/self/ns/pid").st_ino
    except OSError:
        space = 0
    host = hashlib.sha256(f"{socket.gethostname()} {space}".encode()).hexdigest()[:20]
    return f"{host}/{_boot()}/{os.getpid()}/{_began(os.getpid())}"


def dead_runners(runners: Iterable[str]) -> list[str]:
    """Runners of this machine that are gone; of those elsewhere only their leases tell."""
    own = runner_name().split("/")
    dead = []
    for name in runners:
        parts = name.split("/")
        if len(parts) == 4 and parts[0] == own[0] and (parts[1] != own[1] or _began(int(parts[2])) != parts[3]):
            dead.append(name)
    return dead


def boot_of_machine() -> str:
    """What tells this machine, until it starts again, from every other."""
    boot = _boot()
    return socket.gethostname() if boot == "-" else boot


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")[:8]
    except OSError:
        return "-"


def _began(process: int) -> str:
    """When a process began, in ticks since the machine did; empty where there is none."""
    times = process_times(process)
    return "" if times is None else str(times[1])
