"""Confines a worker process: it writes in the run's own folders only, starts no program and opens no connection.

Untrusted files are decoded in worker processes. Where the kernel has Landlock (Linux 5.13 or newer) and the package landlockpy
is installed (the extra `sandbox`), a decoder that a hostile file has taken over can still read files, but it cannot change one
elsewhere, run a program, connect or listen by TCP (Linux 6.7 or newer), or signal other processes (Linux 6.12 or newer).
Source: https://docs.kernel.org/userspace-api/landlock.html
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec

from docpriv import files

CONFINEMENT = "confinement"
"""Key of it in the first message to a worker."""

_TCP_FROM, _SIGNALS_FROM = 4, 6  # version of Landlock that knows it


@dataclass(frozen=True, slots=True, kw_only=True)
class Confinement:
    """What a worker process may do beside reading. `writable`: folders, which exist; `ports`: TCP ports that it may connect to;
    `programs`: whether it may start others."""

    writable: Sequence[str] = ()
    ports: Sequence[int] = ()
    programs: bool = False


def version() -> int:
    """The version of Landlock that confines workers here; 0 where they are not confined."""
    if find_spec("landlockpy") is None:
        return 0
    import landlockpy

    return int(landlockpy.abi_version())


def described() -> str:
    """What workers may not do on this machine, in words for a person."""
    if find_spec("landlockpy") is None:
        return "not confined: the package landlockpy is not installed; pip install 'docpriv[sandbox]'"
    if not (have := version()):
        return "not confined: the kernel has no Landlock, or it is switched off"
    denied = ["writing outside of the run's folders", "starting programs"]
    denied += ["TCP connections"] * (have >= _TCP_FROM) + ["signals to other processes"] * (have >= _SIGNALS_FROM)
    return f"Landlock {have}: workers are denied {', '.join(denied)}"


def confine(wanted: Confinement) -> bool:
    """Confines this process and all it starts, for good; whether it could. To be called before other threads start."""
    if not version():
        return False
    from landlockpy import AccessFS, AccessNet, Ruleset, Scope

    changes = (
        AccessFS.WRITE_FILE | AccessFS.TRUNCATE | AccessFS.MAKE_REG | AccessFS.MAKE_DIR | AccessFS.MAKE_SYM | AccessFS.REFER
    ) | (AccessFS.REMOVE_FILE | AccessFS.REMOVE_DIR)
    never = AccessFS.MAKE_CHAR | AccessFS.MAKE_BLOCK | AccessFS.MAKE_FIFO | AccessFS.MAKE_SOCK
    denied = changes | never | (AccessFS.NONE if wanted.programs else AccessFS.EXECUTE)
    network = AccessNet.BIND_TCP | AccessNet.CONNECT_TCP
    with Ruleset(handled_fs=denied, handled_net=network, scoped=Scope.SIGNAL) as rules:
        rules.allow_path(os.devnull, AccessFS.WRITE_FILE | AccessFS.TRUNCATE)
        for path in wanted.writable:
            rules.allow_path(path, changes)
        for port in wanted.ports:
            rules.allow_port(port, AccessNet.CONNECT_TCP)
        rules.restrict()
    if not all(map(_links_unnamed, wanted.writable)):
        files.forgo_unnamed()
    return True


def _links_unnamed(folder: str) -> bool:
    """Whether a file without a name can get one there: the kernel refuses it to confined processes (seen with Linux 6.18)."""
    name = os.path.join(folder, f"{files.STAGING_PREFIX}{secrets.token_hex(8)}")
    try:
        fd = os.open(folder, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError:
        return True  # there are none
    try:
        os.link(f"/proc/self/fd/{fd}", name, follow_symlinks=True)
    except OSError:
        return False
    finally:
        os.close(fd)
        with suppress(OSError):
            os.unlink(name)
    return True
