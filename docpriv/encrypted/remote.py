"""A server over HTTP, as a station sees it: no plain HTTP beyond this machine, no redirections, no answers without end."""

from __future__ import annotations

import http.client
import json
import ssl
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from docpriv.encrypted.profile import MOST_FRAME_BYTES
from docpriv.errors import EncryptedPathError, FrameError, FrameRefused, UsageError

_SMALL: Final = 1 << 20
_TRIES: Final = 4
_LONGEST_WAIT: Final = 60.0  # seconds that a busy server may ask for
_HUNG_UP: Final = (ConnectionResetError, BrokenPipeError, http.client.RemoteDisconnected, ssl.SSLEOFError)
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class RemoteServer:
    """One server. `authority`: a PEM file of who signed its certificate, where the system does not know. Not for several threads.

    UsageError for a URL that is none, or that would send tokens in the clear.
    """

    def __init__(
        self,
        url: str,
        bearer: str | None = None,
        *,
        authority: Path | None = None,
        seconds: float = 120.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        parts = urlsplit(url)
        try:
            port, host = parts.port, parts.hostname
        except ValueError:
            port = host = None
        if parts.scheme not in {"http", "https"} or not host or parts.query or parts.fragment or parts.username is not None:
            raise UsageError("the server's URL is none", remedy="It looks like https://host:8443.")
        if parts.scheme == "http" and host not in _LOOPBACK:
            raise UsageError("tokens and frames are not sent in the clear", remedy="Use https://, or a server on this machine.")
        self._path = parts.path.rstrip("/")
        self._bearer = bearer
        self._sleep = sleep
        self._connection: http.client.HTTPConnection
        if parts.scheme == "https":
            self._connection = http.client.HTTPSConnection(host, port or 443, timeout=seconds, context=_trusted(authority))
        else:
            self._connection = http.client.HTTPConnection(host, port or 80, timeout=seconds)

    def card(self) -> bytes:
        """The card of the server's head."""
        return self._ask("GET", "/v1/card", None, _SMALL)

    def evaluate(self, frame: bytes) -> bytes:
        """The reply to a request frame."""
        return self._ask("POST", "/v1/evaluate", frame, MOST_FRAME_BYTES)

    def enroll(self, redemption: bytes) -> bytes:
        """The receipt for a redemption."""
        return self._ask("POST", "/v1/enroll", redemption, _SMALL)

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> RemoteServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, method: str, route: str, body: bytes | None, most: int) -> bytes:
        """What the server answers. It is asked again where it is busy, or hung up on a connection that had been idle: evaluating
        twice changes nothing."""
        for attempt in range(_TRIES):
            try:
                status, wait, data = self._once(method, route, body, most)
            except (OSError, http.client.HTTPException) as exc:
                self._connection.close()
                if isinstance(exc, _HUNG_UP) and not attempt and route != "/v1/enroll":
                    continue
                raise _failed(exc) from None
            if status == 200:
                return data
            if status not in {429, 503} or attempt + 1 == _TRIES or wait > _LONGEST_WAIT:
                raise _refused(status, data)
            self._sleep(wait)
        raise _unreachable("it stays busy")

    def _once(self, method: str, route: str, body: bytes | None, most: int) -> tuple[int, float, bytes]:
        headers = {"User-Agent": "docpriv", "Accept": "*/*"}
        if body is not None:
            headers["Content-Type"] = "application/octet-stream"
        if self._bearer is not None:
            headers["Authorization"] = f"Bearer {self._bearer}"
        self._connection.request(method, self._path + route, body, headers)
        response = self._connection.getresponse()
        data = response.read(most + 1)
        if len(data) > most:
            self._connection.close()
            raise EncryptedPathError("the server's answer is larger than any can be")
        text = response.headers.get("Retry-After", "")
        return response.status, float(text) if text.isascii() and text.isdigit() else 1.0, data


def _trusted(authority: Path | None) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=None if authority is None else str(authority))
    except (OSError, ssl.SSLError):
        raise UsageError("the file of the certificate's authority cannot be used", remedy="A PEM file.") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _refused(status: int, data: bytes) -> EncryptedPathError:
    """What the server refused with. Its words are shown as they are only where they are short and printable."""
    try:
        facts = json.loads(data)
        code, message, remedy = (_plain(facts[name]) for name in ("code", "message", "remedy"))
    except (ValueError, TypeError, KeyError, RecursionError):
        return EncryptedPathError(f"the server answered with status {status}", remedy="Check --server, and ask its operator.")
    kind = {"frame": FrameError, "frame-refused": FrameRefused}.get(code, EncryptedPathError)
    return kind(f"the server refused: {message}", remedy=remedy)


def _plain(text: object) -> str:
    if not isinstance(text, str) or len(text) > 400 or not text.isprintable():
        raise ValueError
    return text


def _failed(exc: OSError | http.client.HTTPException) -> EncryptedPathError:
    if isinstance(exc, _HUNG_UP):
        return _unreachable("it hung up")
    if isinstance(exc, TimeoutError):
        return _unreachable("it does not answer in time")
    if isinstance(exc, ssl.SSLError):
        return _unreachable(f"TLS: {exc.reason or 'failed'}")
    if isinstance(exc, OSError):
        return _unreachable(exc.strerror or "no connection")
    return EncryptedPathError("what answers is no server of docpriv", remedy="Check --server.")


def _unreachable(why: str) -> EncryptedPathError:
    return EncryptedPathError(
        f"the server cannot be reached ({why})", remedy="Check --server, the network and `docpriv encrypted serve`."
    )
