"""Runs the service with uvicorn until it is told to stop."""

from __future__ import annotations

import ipaddress
import resource
import socket
import ssl
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import Final

from docpriv.encrypted.limited import LimitedEvaluator
from docpriv.encrypted.mac_keys import StationBook
from docpriv.encrypted.model_file import ServerModel
from docpriv.encrypted.server import Server
from docpriv.encrypted.service import ServiceForm
from docpriv.errors import OutputError, UsageError

_OTHER_FILES: Final = 256  # open files beside connections: models, pipes, the audit file
_LEAST: Final = 16
_GRACE: Final = 20  # seconds for requests under way when the service is told to stop


def serve(model: ServerModel, form: ServiceForm, started: Callable[[str], None]) -> None:
    """Answer until SIGINT or SIGTERM; `started` is told the URL. UsageError for an address that TLS has to protect."""
    import uvicorn

    from docpriv.encrypted.service.app import Service
    from docpriv.encrypted.service.audit import AuditFile
    from docpriv.encrypted.service.connections import Connection, ConnectionLimit, ConnectionSettings

    tls = _tls(form)
    try:
        form.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as exc:
        raise OutputError(f"the server's folder cannot be used ({exc.strerror})") from None
    connections = _connections(form.connections)
    listening = _listen(form.host, form.port, connections)
    with ExitStack() as stack:
        stack.callback(listening.close)
        audit = AuditFile(form.audit or form.folder / "audit.jsonl")
        stack.callback(audit.close)
        stations = StationBook(form.folder)
        servers = []
        for _ in range(form.workers):
            evaluator = LimitedEvaluator(model)
            evaluator.start()
            servers.append(stack.enter_context(Server(model, stations, evaluator=evaluator)))
        service = Service(servers, stations, audit, form)
        config = uvicorn.Config(
            service.app(),
            http="h11",
            ws="none",
            loop="asyncio",
            lifespan="on",
            log_config=None,
            log_level="critical",  # a warning a bad request would fill the disk; the audit file says what happened
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=round(form.idle_seconds),
            backlog=connections,
            timeout_graceful_shutdown=_GRACE,
            h11_max_incomplete_event_size=32_768,
        )
        config.load()
        settings = ConnectionSettings(form=form, open=ConnectionLimit(connections), tls=tls, service=service)
        config.http_protocol_class = partial(Connection, settings=settings)  # type: ignore[assignment]
        host, port = listening.getsockname()[:2]
        started(f"{'https' if tls else 'http'}://{f'[{host}]' if ':' in host else host}:{port}")
        uvicorn.Server(config).run(sockets=[listening])


def is_loopback(host: str) -> bool:
    """Whether an address leads nowhere but to this machine."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _tls(form: ServiceForm) -> ssl.SSLContext | None:
    if form.certificate is None:
        if form.key is not None:
            raise UsageError("a TLS key needs its certificate", remedy="Give --tls-cert as well.")
        if not is_loopback(form.host):
            raise UsageError(
                "beyond this machine the service needs TLS",
                remedy="Give --tls-cert and --tls-key, or listen at 127.0.0.1 behind a proxy that has them.",
            )
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(form.certificate, form.key)
    except (OSError, ssl.SSLError):
        raise UsageError(
            "the TLS certificate and its key cannot be used",
            remedy="Two PEM files that belong together, the key without a passphrase.",
        ) from None
    return context


def _connections(connections: int) -> int:
    """How many connections may be open at once: fewer than wanted where the system allows fewer open files.

    The limit is raised as far as this process may. Twice as many files are needed: a crowd is accepted before others are closed.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * connections + _OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    found = connections if soft == resource.RLIM_INFINITY else min(connections, (soft - _OTHER_FILES) // 2)
    if found < _LEAST:
        raise OutputError("too few files may be open at once for a service", remedy="Raise the limit: `ulimit -n 4096`.")
    return found


def _listen(host: str, port: int, backlog: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        sock = socket.socket(family, kind, protocol)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
        sock.listen(backlog)
    except OSError as exc:
        raise OutputError(
            f"the service cannot listen at this address ({exc.strerror})", remedy="Choose another --host or --port."
        ) from None
    sock.setblocking(False)
    return sock
