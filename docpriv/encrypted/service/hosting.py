"""Runs the service with uvicorn until it is told to stop; refuses an address beyond this machine without TLS."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from docpriv.encrypted.limited import LimitedEvaluator
from docpriv.encrypted.mac_keys import StationBook
from docpriv.encrypted.model_file import ServerModel
from docpriv.encrypted.server import Server
from docpriv.errors import OutputError, UsageError

_CONNECTIONS: Final = 1024
_GRACE: Final = 20  # seconds for requests under way when the service is told to stop


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceForm:
    """`folder`: the server's, with the stations' book; `audit` lies there unless named. `port` 0: any that is free.
    `certificate`, `key`: PEM files. `workers`: processes that evaluate."""

    folder: Path
    host: str = "127.0.0.1"
    port: int = 8443
    certificate: Path | None = None
    key: Path | None = None
    workers: int = 1
    requests: float = 600
    documents: float = 200_000
    audit: Path | None = None


def serve(model: ServerModel, form: ServiceForm, started: Callable[[str], None]) -> None:
    """Answer until SIGINT or SIGTERM; `started` is told the URL. UsageError for an address that TLS has to protect."""
    import uvicorn

    from docpriv.encrypted.service.app import Quotas, make_app
    from docpriv.encrypted.service.audit import AuditFile

    tls = _tls(form)
    try:
        form.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as exc:
        raise OutputError(f"the server's folder cannot be used ({exc.strerror})") from None
    listening = _listen(form.host, form.port)
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
        app = make_app(servers, stations, audit, Quotas(requests=form.requests, documents=form.documents))
        config = uvicorn.Config(
            app,
            http="h11",
            ws="none",
            loop="asyncio",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=15,
            backlog=_CONNECTIONS,
            limit_concurrency=_CONNECTIONS,
            timeout_graceful_shutdown=_GRACE,
            h11_max_incomplete_event_size=32_768,
        )
        config.load()
        config.ssl = tls
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


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        sock = socket.socket(family, kind, protocol)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
        sock.listen(_CONNECTIONS)
    except OSError as exc:
        raise OutputError(
            f"the service cannot listen at this address ({exc.strerror})", remedy="Choose another --host or --port."
        ) from None
    sock.setblocking(False)
    return sock
