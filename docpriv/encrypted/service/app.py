"""The routes of the service, and who may ask for what, how often and how much.

    GET  /healthz      anybody              whether requests are answered
    GET  /v1/card      scope `evaluate`     what a station has to know of the head
    POST /v1/evaluate  scope `evaluate`     a request frame in, a reply frame out
    POST /v1/enroll    an enrolment token   a redemption in, a receipt out
    GET  /metrics      scope `metrics`      counts for Prometheus

A refusal is JSON: `code`, `message`, `remedy`, the same words as at the command line, and never anything of a frame's content.
Every request has its line in the audit file, whatever it is answered with; a good look at /healthz alone has none.
"""

from __future__ import annotations

import asyncio
import math
import secrets
import time
from collections import Counter as Tally
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, Final

import anyio.to_thread
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from docpriv.encrypted.frames import HEADER, TAG_BYTES
from docpriv.encrypted.mac_keys import Caller, Scope, StationBook
from docpriv.encrypted.profile import MOST_FRAME_BYTES
from docpriv.encrypted.server import Server
from docpriv.encrypted.service import CONNECTION, ServiceForm
from docpriv.encrypted.service.allowance import Allowance, Room
from docpriv.encrypted.service.audit import AuditFile
from docpriv.errors import DocprivError, EncryptedPathError, FrameError, FrameRefused, OutputError

_MOST_ENROLMENT: Final = 4096
_OCTETS: Final = "application/octet-stream"
_NOBODY: Final = ""
_NO_ROUTE: Final = "none"
_STATUS: Final[tuple[tuple[type[DocprivError], int], ...]] = ((FrameError, 400), (FrameRefused, 409), (EncryptedPathError, 503))


class Refusal(Exception):
    """What a request is answered with instead."""

    def __init__(self, status: int, code: str, message: str, remedy: str, *, wait: float = 0.0) -> None:
        super().__init__(code)
        self.status, self.code, self.message, self.remedy, self.wait = status, code, message, remedy, wait

    @classmethod
    def of(cls, error: DocprivError, status: int | None = None) -> Refusal:
        found = next((known for kind, known in _STATUS if isinstance(error, kind)), 500)
        return cls(status or found, error.code, str(error), error.advice)

    def response(self) -> Response:
        headers = {"Retry-After": str(max(1, math.ceil(self.wait)))} if self.wait or self.status == 503 else {}
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

    def __init__(self, servers: Sequence[Server], stations: StationBook, audit: AuditFile, form: ServiceForm) -> None:
        self.servers = servers
        self.stations = stations
        self.audit = audit
        self.form = form
        self.requests = Allowance(form.requests)
        self.documents = Allowance(form.documents)
        self.failures = Allowance(form.failures)
        self.room = Room(form.held)
        self.at_once: Tally[str] = Tally()
        self.enrolling = asyncio.Lock()
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
        with self._place_of(caller), self.room.reserved() as fits:
            frame = await self._body(request, size, told, fits)
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

    @contextmanager
    def _place_of(self, caller: Caller) -> Iterator[None]:
        """One of the evaluations that a caller may have waiting or running."""
        if self.at_once[caller.name] >= self.form.at_once:
            raise _too_many(1.0)
        self.at_once[caller.name] += 1
        try:
            yield
        finally:
            self.at_once[caller.name] -= 1
            self.at_once += Tally()  # forgets who has none

    async def enroll(self, request: Request, told: _Told) -> Response:
        redemption = await self._body(request, _length(request, _MOST_ENROLMENT), told, lambda _: True)
        try:
            async with self.enrolling:  # the book is locked as long anyway, and threads are for evaluating
                receipt = await anyio.to_thread.run_sync(self.stations.redeem, redemption)
        except EncryptedPathError as exc:
            self._failed(request)
            raise Refusal.of(exc, 403) from None
        except DocprivError as exc:
            raise Refusal.of(exc) from None
        return Response(receipt, media_type=_OCTETS)

    async def show_metrics(self, request: Request, told: _Told) -> Response:
        self._admit(request, told, Scope.METRICS)
        return Response(generate_latest(self.metrics), media_type="text/plain; version=0.0.4; charset=utf-8")

    # -- who may --------------------------------------------------------------------------------------------

    def _admit(self, request: Request, told: _Told, scope: Scope) -> Caller:
        """The caller of a request, by its bearer token. A good one is let in whatever else comes from its address, which may be
        a proxy's."""
        kind, _, bearer = request.headers.get("authorization", "").partition(" ")
        caller = self.stations.caller(bearer.strip()) if kind.lower() == "bearer" and len(bearer) < 200 else None
        if caller is None:
            self._failed(request)
            raise Refusal(
                401,
                "unknown",
                "no bearer token of this service came with the request",
                "Enrol the station at this server: `docpriv encrypted enroll --help`.",
            )
        told.caller = caller.name
        connection = request.scope.get(CONNECTION)
        if connection is not None:
            connection.belongs_to(caller.name)
        if scope not in caller.scopes:
            raise Refusal(403, "scope", f"the bearer token is not good for `{scope}`", "Ask the operator for one that is.")
        wait = self.requests.take(caller.name)
        if wait:
            raise _too_many(wait)
        return caller

    def _failed(self, request: Request) -> None:
        """Who comes without a good token again and again is told to wait, and not what was wrong."""
        wait = self.failures.take(_address(request))
        if wait:
            raise Refusal(
                429,
                "too-many",
                "too many requests without a good token came from this address",
                "Wait as long as Retry-After says.",
                wait=wait,
            ) from None

    async def _body(self, request: Request, size: int, told: _Told, fits: Callable[[int], bool]) -> bytes:
        data = bytearray()
        try:
            async with asyncio.timeout(self.form.body_seconds):
                async for part in request.stream():
                    if not fits(len(part)):
                        raise Refusal(
                            503, "busy", "the service holds as many requests as it may", "Send it again later.", wait=1.0
                        )
                    data += part
                    told.taken = len(data)
                    if len(data) > size:
                        raise Refusal(400, "length", "more bytes came than the request's length says", "Send it again.")
        except TimeoutError:
            raise Refusal(408, "slow", "the request did not arrive in time", "Send fewer documents at once.") from None
        except ClientDisconnect:
            raise Refusal(400, "gone", "the connection ended before the request did", "Send it again.") from None
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
            if (route, outcome) != ("healthz", "ok"):
                try:
                    self._line(_address(request), route, response, outcome, told, seconds)
                except OutputError as exc:
                    outcome, response = "audit", Refusal.of(exc, 503).response()
            self.answered.labels(route, outcome).inc()
            self.took.labels(route).observe(seconds)
            return response

        return run

    async def lost(self, request: Request, why: HTTPException) -> Response:
        """What no route takes: a path or a method that there is none of."""

        async def answer(_: Request, __: _Told) -> Response:
            raise Refusal(*_UNROUTED[405 if why.status_code == 405 else 404])

        response = await self.wrapped(_NO_ROUTE, answer)(request)
        response.headers.update({name: value for name, value in (why.headers or {}).items() if name.lower() == "allow"})
        return response

    def unrouted(self, peer: str, status: int, outcome: str) -> bool:
        """Write the line of a request that did not come so far as a route; False where that fails."""
        try:
            self._line(peer, _NO_ROUTE, Response(status_code=status), outcome, _Told(), 0.0)
        except OutputError:
            return False
        self.answered.labels(_NO_ROUTE, outcome).inc()
        return True

    def _line(self, peer: str, route: str, response: Response, outcome: str, told: _Told, seconds: float) -> None:
        self.audit.write(
            request=secrets.token_hex(8),
            peer=peer,
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

    def app(self) -> Starlette:
        """The ASGI application."""

        @asynccontextmanager
        async def life(_: Starlette) -> AsyncIterator[None]:
            for server in self.servers:
                self.free.put_nowait(server)
            yield

        routes = (
            ("/healthz", "GET", "healthz", self.health),
            ("/v1/card", "GET", "card", self.card),
            ("/v1/evaluate", "POST", "evaluate", self.evaluate),
            ("/v1/enroll", "POST", "enroll", self.enroll),
            ("/metrics", "GET", "metrics", self.show_metrics),
        )
        app = Starlette(
            routes=[Route(path, self.wrapped(name, answer), methods=[method]) for path, method, name, answer in routes],
            exception_handlers={HTTPException: self.lost},  # type: ignore[dict-item]
            lifespan=life,
        )
        app.router.redirect_slashes = False
        return app


_UNROUTED: Final = {  # not the exceptions themselves: one that is raised again and again keeps every request it met
    400: (400, "malformed", "the request is no HTTP request", "Talk to the service as `docpriv encrypted classify` does."),
    404: (404, "path", "the service has no such path", "Check the URL: it ends after the port."),
    405: (405, "method", "the path takes other methods", "See Allow."),
    503: (503, "busy", "every connection that the service may hold is being answered", "Send it again later."),
}


def unrouted_answer(status: int) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """Body and headers where a request did not come so far as a route."""
    response = Refusal(*_UNROUTED[status]).response()
    return bytes(response.body), [h for h in response.raw_headers if h[0] != b"content-length"]


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
    return JSONResponse(facts, status_code=status, headers={"Cache-Control": "no-store"} | (headers or {}))
