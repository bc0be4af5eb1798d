"""The routes of the service; refuses a request that has no bearer token, no length, too much of it, or comes too often.

    GET  /healthz      anybody              whether requests are answered
    GET  /v1/card      scope `evaluate`     what a station has to know of the head
    POST /v1/evaluate  scope `evaluate`     a request frame in, a reply frame out
    POST /v1/enroll    an enrolment token   a redemption in, a receipt out
    GET  /metrics      scope `metrics`      counts for Prometheus

A refusal is JSON: `code`, `message`, `remedy`, the same words as at the command line, and never anything of a frame's content.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import anyio.to_thread
from fastapi import FastAPI, Request, Response
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from docpriv.encrypted.frames import HEADER, TAG_BYTES
from docpriv.encrypted.mac_keys import Caller, Scope, StationBook
from docpriv.encrypted.profile import MOST_FRAME_BYTES
from docpriv.encrypted.server import Server
from docpriv.encrypted.service.allowance import Allowance, Room, whole_seconds
from docpriv.encrypted.service.audit import AuditFile
from docpriv.errors import DocprivError, EncryptedPathError, FrameError, FrameRefused, OutputError

_MOST_ENROLMENT: Final = 4096
_OCTETS: Final = "application/octet-stream"
_NOBODY: Final = ""
_STATUS: Final[tuple[tuple[type[DocprivError], int], ...]] = ((FrameError, 400), (FrameRefused, 409), (EncryptedPathError, 503))


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotas:
    """`requests`, `documents`: a minute and caller. `failures`: of requests without a good token, a minute and address.
    `held`: bytes of all bodies at once. `seconds`: for a body to arrive."""

    requests: float = 600
    documents: float = 200_000
    failures: float = 30
    held: int = 256 << 20
    seconds: float = 60.0


class Refusal(Exception):
    """What a request is answered with instead."""

    def __init__(self, status: int, code: str, message: str, remedy: str, *, wait: float = 0.0) -> None:
        super().__init__(code)
        self.status, self.code, self.message, self.remedy, self.wait = status, code, message, remedy, wait

    @classmethod
    def of(cls, error: DocprivError, status: int | None = None) -> Refusal:
        found = next((known for kind, known in _STATUS if isinstance(error, kind)), 500)
        return cls(status or found, error.code, str(error), error.remedy)

    def response(self) -> Response:
        headers = {"Retry-After": whole_seconds(self.wait)} if self.wait or self.status == 503 else {}
        if self.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        return _json({"code": self.code, "message": self.message, "remedy": self.remedy}, self.status, headers)


@dataclass(slots=True, kw_only=True)
class _Told:
    """What the audit line of a request says beside its outcome."""

    caller: str = _NOBODY
    documents: int = 0
    layout: int = -1
    taken: int = 0


class Service:
    """The routes over some servers of one head. What is common to all requests of a process."""

    def __init__(self, servers: Sequence[Server], stations: StationBook, audit: AuditFile, quotas: Quotas) -> None:
        self.servers = servers
        self.stations = stations
        self.audit = audit
        self.quotas = quotas
        self.requests = Allowance(quotas.requests)
        self.documents = Allowance(quotas.documents)
        self.failures = Allowance(quotas.failures)
        self.room = Room(quotas.held)
        self.free: asyncio.Queue[Server] = asyncio.Queue()
        self.metrics = CollectorRegistry()
        self.answered = Counter("docpriv_requests", "Requests answered.", ("route", "outcome"), registry=self.metrics)
        self.classified = Counter("docpriv_documents", "Documents evaluated.", registry=self.metrics)
        self.took = Histogram("docpriv_request_seconds", "Seconds from head to answer.", ("route",), registry=self.metrics)
        held = Gauge("docpriv_held_bytes", "Bytes of request bodies held now.", registry=self.metrics)
        held.set_function(lambda: self.room.held)

    # -- routes ---------------------------------------------------------------------------------------------

    async def health(self, _: Request, __: _Told) -> Response:
        return _json({"status": "ok"})

    async def card(self, request: Request, told: _Told) -> Response:
        self._admit(request, told, Scope.EVALUATE)
        return Response(self.servers[0].card.packed(), media_type="application/json")

    async def evaluate(self, request: Request, told: _Told) -> Response:
        caller = self._admit(request, told, Scope.EVALUATE)
        size = _length(request, MOST_FRAME_BYTES)
        with self.room.of(size) as fits:
            if not fits:
                raise Refusal(503, "busy", "the service holds as many requests as it may", "Send it again later.", wait=1.0)
            frame = await self._body(request, size, told)
            told.documents, told.layout = _looked_at(frame, caller)
            wait = self.documents.take(caller.name, told.documents)
            if wait:
                raise _too_many(wait)
            server = await self.free.get()
            try:
                reply = await anyio.to_thread.run_sync(server.evaluate, frame)
            except DocprivError as exc:
                raise Refusal.of(exc) from None
            finally:
                self.free.put_nowait(server)
        self.classified.inc(told.documents)
        return Response(reply, media_type=_OCTETS)

    async def enroll(self, request: Request, told: _Told) -> Response:
        self._slow_down(request)
        redemption = await self._body(request, _length(request, _MOST_ENROLMENT), told)
        try:
            receipt = await anyio.to_thread.run_sync(self.stations.redeem, redemption)
        except EncryptedPathError as exc:
            self.failures.take(_address(request))
            raise Refusal.of(exc, 403) from None
        except DocprivError as exc:
            raise Refusal.of(exc) from None
        return Response(receipt, media_type=_OCTETS)

    async def show_metrics(self, request: Request, told: _Told) -> Response:
        self._admit(request, told, Scope.METRICS)
        return Response(generate_latest(self.metrics), media_type="text/plain; version=0.0.4; charset=utf-8")

    # -- who may --------------------------------------------------------------------------------------------

    def _admit(self, request: Request, told: _Told, scope: Scope) -> Caller:
        """The caller of a request, by its bearer token."""
        self._slow_down(request)
        kind, _, bearer = request.headers.get("authorization", "").partition(" ")
        caller = self.stations.caller(bearer.strip()) if kind.lower() == "bearer" and len(bearer) < 200 else None
        if caller is None:
            self.failures.take(_address(request))
            raise Refusal(
                401,
                "unknown",
                "no bearer token of this service came with the request",
                "Enrol the station at this server: `docpriv encrypted enroll --help`.",
            )
        told.caller = caller.name
        if scope not in caller.scopes:
            raise Refusal(403, "scope", f"the bearer token is not good for `{scope}`", "Ask the operator for one that is.")
        wait = self.requests.take(caller.name)
        if wait:
            raise _too_many(wait)
        return caller

    def _slow_down(self, request: Request) -> None:
        """Who came without a good token again and again waits; so tokens are not guessed, and enrolling is not tried."""
        wait = self.failures.wait(_address(request))
        if wait:
            raise Refusal(
                429,
                "too-many",
                "too many requests without a good token came from this address",
                "Wait as long as Retry-After says.",
                wait=wait,
            )

    async def _body(self, request: Request, size: int, told: _Told) -> bytes:
        data = bytearray()
        try:
            async with asyncio.timeout(self.quotas.seconds):
                async for part in request.stream():
                    data += part
                    if len(data) > size:
                        raise Refusal(400, "length", "more bytes came than the request's length says", "Send it again.")
        except TimeoutError:
            raise Refusal(408, "slow", "the request did not arrive in time", "Send fewer documents at once.") from None
        told.taken = len(data)
        if len(data) < size:
            raise Refusal(400, "length", "fewer bytes came than the request's length says", "Send it again.")
        return bytes(data)

    # -- around every route ---------------------------------------------------------------------------------

    def wrapped(
        self, route: str, answer: Callable[[Request, _Told], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        """The route with its audit line and its counts; no answer without them."""

        async def run(request: Request) -> Response:
            began, told, outcome = time.perf_counter(), _Told(), "ok"
            try:
                response = await answer(request, told)
            except Refusal as refusal:
                outcome, response = refusal.code, refusal.response()
            except Exception as exc:  # a bug: its message could hold anything
                outcome = f"bug:{type(exc).__name__}"
                response = Refusal(500, "bug", "the service failed", "Tell the operator.").response()
            seconds = time.perf_counter() - began
            if route != "healthz":
                try:
                    self.audit.write(
                        request=secrets.token_hex(8),
                        peer=_address(request),
                        caller=told.caller,
                        route=route,
                        status=response.status_code,
                        outcome=outcome,
                        documents=told.documents,
                        layout=told.layout,
                        bytes_in=told.taken,
                        bytes_out=len(response.body),
                        milliseconds=round(1000 * seconds, 1),
                    )
                except OutputError as exc:
                    outcome, response = "audit", Refusal.of(exc, 503).response()
            self.answered.labels(route, outcome).inc()
            self.took.labels(route).observe(seconds)
            return response

        run.__name__ = route
        return run


def make_app(servers: Sequence[Server], stations: StationBook, audit: AuditFile, quotas: Quotas = Quotas()) -> FastAPI:
    """The ASGI application over servers of one head, each with a worker process of its own."""
    service = Service(servers, stations, audit, quotas)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        for server in servers:
            service.free.put_nowait(server)
        yield

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=life)
    for path, method, name, answer in (
        ("/healthz", "GET", "healthz", service.health),
        ("/v1/card", "GET", "card", service.card),
        ("/v1/evaluate", "POST", "evaluate", service.evaluate),
        ("/v1/enroll", "POST", "enroll", service.enroll),
        ("/metrics", "GET", "metrics", service.show_metrics),
    ):
        app.router.add_route(path, service.wrapped(name, answer), methods=[method], name=name, include_in_schema=False)
    return app


def _length(request: Request, most: int) -> int:
    """What a request says its body's length is: without it nothing is read."""
    text = request.headers.get("content-length", "")
    if not (text.isascii() and text.isdigit() and len(text) < 12) or "transfer-encoding" in request.headers:
        raise Refusal(411, "length", "the request does not say how long it is", "Send a Content-Length.")
    if int(text) > most:
        raise Refusal(413, "size", f"the request is larger than {most} bytes", "Send fewer documents at once.")
    return int(text)


def _looked_at(frame: bytes, caller: Caller) -> tuple[int, int]:
    """Documents and layout that a frame names, after checking that it is the caller's; what else it is, the server says."""
    if len(frame) < HEADER.size + TAG_BYTES:
        raise Refusal.of(FrameError("the frame is cut short"))
    fields = HEADER.unpack_from(frame)
    if fields[4].hex() != caller.name:
        raise Refusal(
            403,
            "station",
            "the frame is not of the station whose bearer token came with it",
            "Send the frames of a station with its own token.",
        )
    return fields[-2], fields[9]


def _too_many(wait: float) -> Refusal:
    return Refusal(
        429,
        "too-many",
        "this station asked for more than it may in a minute",
        "Wait as long as Retry-After says, or ask the operator for more.",
        wait=wait,
    )


def _address(request: Request) -> str:
    return request.client.host if request.client is not None else _NOBODY


def _json(facts: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> Response:
    from fastapi.responses import JSONResponse

    return JSONResponse(facts, status_code=status, headers={"Cache-Control": "no-store"} | (headers or {}))
