"""Open connections: how long one may take over its request, and which makes room for a newcomer.

uvicorn gives a request's head any time, and answers nobody while too many connections are open. Here a head has seconds, from the
connection's first moment on and the TLS handshake included; so has what follows an answer: the rest of a body, and the answer's
own way to a client that does not read. When all places are taken, the connection that has waited longest for its client is
closed: of those without a good token first, and of the address, or station, that holds the most of them. What is being answered
is left alone. So 1,000 half-sent requests from behind a proxy cost the stations behind it nothing.
"""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Final, Protocol

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.utils import get_remote_addr

from docpriv.encrypted.service import CONNECTION, ServiceForm
from docpriv.encrypted.service.app import Service, unrouted_answer

_TLS_CLOSE_SECONDS: Final = 5.0  # seconds for the end of a TLS connection
_SPARE: Final = 5.0  # seconds beyond those that uvicorn and the routes count themselves


class LimitedConnection(Protocol):
    """A connection, as the limit knows it."""

    group: str
    known: bool

    def close(self, status: int, outcome: str) -> None:
        """At once. Where a part of a request came, its line says how it ended."""


class ConnectionLimit:
    """Room for so many connections; those that wait for their clients make way."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: set[LimitedConnection] = set()
        # by known, by group: the oldest first
        self._waiting: tuple[dict[str, dict[LimitedConnection, None]], ...] = ({}, {})

    def __len__(self) -> int:
        return len(self._open)

    def enter(self, connection: LimitedConnection) -> bool:
        """Whether there is a place, if need be that of another; the connection waits for its client."""
        if len(self._open) >= self._most and not self._spare_one():
            return False
        self._open.add(connection)
        self.waits(connection)
        return True

    def leave(self, connection: LimitedConnection) -> None:
        self._open.discard(connection)
        self.works(connection)

    def waits(self, connection: LimitedConnection) -> None:
        """From now on: the client has to send or to take something."""
        self.works(connection)
        if connection in self._open:
            self._waiting[connection.known].setdefault(connection.group, {})[connection] = None

    def works(self, connection: LimitedConnection) -> None:
        """The service has to do something: the connection is not sent away."""
        groups = self._waiting[connection.known]
        group = groups.get(connection.group)
        if group is not None and group.pop(connection, 0) is None and not group:
            del groups[connection.group]

    def _spare_one(self) -> bool:
        for groups in self._waiting:
            if groups:
                largest = max(groups.values(), key=len)
                oldest = next(iter(largest))
                self.leave(oldest)
                oldest.close(503, "crowded")
                return True
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionSettings:
    """What all connections of a service share."""

    form: ServiceForm
    open: ConnectionLimit
    tls: ssl.SSLContext | None
    service: Service


class _Phase(Enum):
    """What a connection waits for."""

    HEAD = auto()
    BODY = auto()
    ANSWER = auto()  # the service's
    REST = auto()  # of a body that was answered already, or of the answer on its way
    IDLE = auto()


class Connection(H11Protocol):
    """One client's connection, from its acceptance on: TLS is begun here, so that handshakes are counted and timed too."""

    def __init__(self, *, settings: ConnectionSettings, **uvicorns: Any) -> None:
        super().__init__(**uvicorns)
        self._settings = settings
        self._raw: asyncio.Transport | None = None
        self._early = bytearray()
        self._phase = _Phase.HEAD
        self._timer: asyncio.TimerHandle | None = None
        self._handshake: asyncio.Task[None] | None = None
        self._gone = False
        self.group = ""
        self.known = False
        answer = self.app

        async def app(scope: Any, receive: Any, send: Any) -> None:
            scope[CONNECTION] = self
            await answer(scope, receive, send)

        self.app = app

    def belongs_to(self, caller: str) -> None:
        """A good token of this caller came over the connection."""
        self._settings.open.works(self)
        self.group, self.known = caller, True
        if self._phase is not _Phase.ANSWER:
            self._settings.open.waits(self)

    def close(self, status: int, outcome: str) -> None:
        """See `LimitedConnection`."""
        if self._gone:
            return
        if self._phase is _Phase.HEAD and self._begun():
            self._settings.service.unrouted(self._address(), status, outcome)
        self._leave()
        if self._raw is not None:
            self._raw.abort()

    # -- asyncio's protocol ---------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._raw = transport
        self.group = self._address()
        if not self._settings.open.enter(self):
            self._gone = True
            told = self._settings.service.unrouted(self._address(), 503, "busy")
            self._refuse(transport, 503) if told and self._settings.tls is None else transport.abort()
            return
        self._set_timer(self._settings.form.head_seconds)
        if self._settings.tls is None:
            super().connection_made(transport)
        else:
            transport.pause_reading()
            self._handshake = self.loop.create_task(self._secure(transport, self._settings.tls))

    def data_received(self, data: bytes) -> None:
        if self._gone:
            return
        if self.transport is None:  # asyncio hands over what came with the end of the handshake before it says that this ended
            self._early += data
            return
        super().data_received(data)
        self._settle()

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._phase is _Phase.ANSWER:  # the client has to take what there is before the service goes on
            self._settings.open.waits(self)
            self._set_timer(self._settings.form.body_seconds)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._phase is _Phase.ANSWER:
            self._settings.open.works(self)
            self._set_timer(None)

    def connection_lost(self, exc: Exception | None) -> None:
        self._leave()
        if self.transport is not None:
            super().connection_lost(exc)

    # -- uvicorn's ------------------------------------------------------------------------------------------

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._settle()

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP request. Where its head was one, the route that waits for the body writes the line."""
        if self.conn.our_state not in {h11.IDLE, h11.SEND_RESPONSE} or (
            self.conn.our_state is h11.IDLE and not self._settings.service.unrouted(self._address(), 400, "malformed")
        ):
            self.close(400, "malformed")
            return
        self._refuse(self.transport, 400)

    # -- phases ---------------------------------------------------------------------------------------------

    async def _secure(self, transport: asyncio.Transport, tls: ssl.SSLContext) -> None:
        try:
            secured = await self.loop.start_tls(
                transport,
                self,
                tls,
                server_side=True,
                ssl_handshake_timeout=self._settings.form.head_seconds,
                ssl_shutdown_timeout=_TLS_CLOSE_SECONDS,
            )
        except OSError:  # of TLS, of the network, of time: nobody to answer
            secured = None
        if secured is None or self._gone:
            self._leave()
            transport.abort()
            return
        super().connection_made(secured)
        early, self._early = bytes(self._early), bytearray()
        if early:
            self.data_received(early)

    def _settle(self) -> None:
        """Note what the connection waits for now, and how long it may."""
        if self._gone:
            return
        before, self._phase = self._phase, self._current()
        if self._phase is before:
            return
        if self._phase is _Phase.ANSWER:
            self._settings.open.works(self)
        else:
            self._settings.open.waits(self)
        form = self._settings.form
        full = bool(self.transport.get_write_buffer_size())
        seconds = {
            _Phase.HEAD: form.head_seconds,
            _Phase.BODY: form.body_seconds + _SPARE,  # the route says that it was too slow
            _Phase.ANSWER: None,
            _Phase.REST: form.body_seconds if full else form.head_seconds,
            _Phase.IDLE: form.body_seconds if full else form.idle_seconds + _SPARE,
        }
        self._set_timer(seconds[self._phase])

    def _current(self) -> _Phase:
        theirs, ours = self.conn.their_state, self.conn.our_state
        if self.transport.is_closing():
            return _Phase.REST
        if theirs is h11.IDLE:
            return _Phase.HEAD if self.cycle is None or self._begun() else _Phase.IDLE
        if ours not in {h11.IDLE, h11.SEND_RESPONSE, h11.SEND_BODY}:
            return _Phase.REST
        return _Phase.BODY if theirs is h11.SEND_BODY else _Phase.ANSWER

    def _begun(self) -> bool:
        """Whether a part of a head came."""
        return self.conn.their_state is h11.ERROR or (self.conn.their_state is h11.IDLE and bool(self.conn.trailing_data[0]))

    def _set_timer(self, seconds: float | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None if seconds is None or self._gone else self.loop.call_later(seconds, self.close, 408, "slow")

    def _leave(self) -> None:
        self._gone = True
        self._set_timer(None)
        self._settings.open.leave(self)

    def _refuse(self, transport: asyncio.Transport, status: int) -> None:
        """Answer without a route, and close."""
        body, headers = unrouted_answer(status)
        close = [(b"content-length", b"%d" % len(body)), (b"connection", b"close")]
        for event in (h11.Response(status_code=status, headers=[*headers, *close]), h11.Data(data=body), h11.EndOfMessage()):
            transport.write(self.conn.send(event) or b"")
        transport.close()

    def _address(self) -> str:
        found = get_remote_addr(self._raw) if self._raw is not None else None
        return found[0] if found is not None else ""
