"""The service over HTTP: who is let in, how much of it, what is written down, and what no answer says."""

from __future__ import annotations

import asyncio
import gc
import http.client
import json
import shutil
import socket
import subprocess
import threading
import time
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest

from docpriv.encrypted.enrolment import new_token
from docpriv.encrypted.frames import HEADER
from docpriv.encrypted.mac_keys import Scope, StationBook
from docpriv.encrypted.model_file import card_from, export_head
from docpriv.encrypted.remote import RemoteServer
from docpriv.encrypted.service import ServiceForm
from docpriv.encrypted.service.allowance import Allowance, Room
from docpriv.encrypted.service.audit import AuditFile
from docpriv.encrypted.service.hosting import is_loopback, serve
from docpriv.encrypted.station import Station
from docpriv.encrypted.station_folder import StationFolder
from docpriv.errors import EncryptedPathError, FrameError, OutputError, UsageError

pytest.importorskip("starlette")
pytest.importorskip("tenseal")
pytestmark = pytest.mark.loopback

DIMENSION, CLASSES = 16, 3


def _model():
    rng = np.random.default_rng(5)
    return export_head(
        weights=rng.normal(size=(CLASSES, DIMENSION)), bias=rng.normal(size=CLASSES), labels=("a", "b", "c"), schema=bytes(32)
    )


def _features(count: int) -> np.ndarray:
    x = np.random.default_rng(6).normal(size=(count, DIMENSION))
    return (x / np.linalg.norm(x, axis=1, keepdims=True) * 0.999).astype(np.float32)


class Running:
    """A service in a thread; its URL and folders."""

    def __init__(self, folder: Path, **form: object) -> None:
        import uvicorn

        self.folder, self.ready = folder, threading.Event()
        self.book = StationBook(folder)
        self.error: BaseException | None = None
        servers: list[uvicorn.Server] = []
        run = uvicorn.Server.run

        def noted(server: uvicorn.Server, sockets: list[socket.socket] | None = None) -> None:
            servers.append(server)
            run(server, sockets)

        def work() -> None:
            try:
                with pytest.MonkeyPatch.context() as patch:
                    patch.setattr(uvicorn.Server, "run", noted)
                    serve(_model(), ServiceForm(folder=folder, port=0, **form), self._started)
            except BaseException as exc:
                self.error = exc
                self.ready.set()

        self.thread = threading.Thread(target=work, daemon=True)
        self.thread.start()
        assert self.ready.wait(60)
        if self.error:
            raise self.error
        deadline = time.monotonic() + 30
        while not (servers and servers[0].started) and time.monotonic() < deadline:
            time.sleep(0.02)
        self.server = servers[0]

    def _started(self, url: str) -> None:
        self.url = url
        self.ready.set()

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(30)
        assert not self.thread.is_alive()

    def station(self, folder: Path, authority: Path | None = None) -> StationFolder:
        """A new station, enrolled over HTTP."""
        folder.mkdir(parents=True, exist_ok=True)
        made = StationFolder.make(folder / "station")
        token = folder / "token"
        token.touch(0o600)
        token.write_text(self.book.issue().text)
        with RemoteServer(self.url, authority=authority) as remote:
            made.confirm(remote.enroll(made.redeem(token)))
        return made

    def ask(
        self, method: str, route: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, dict, bytes]:
        parts = urlsplit(self.url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        connection.request(method, route, body, headers or {})
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        return answer.status, dict(answer.headers), data

    def lines(self) -> list[dict]:
        return [json.loads(line) for line in (self.folder / "audit.jsonl").read_text().splitlines()]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    one = Running(tmp_path_factory.mktemp("server"), requests=100_000)
    yield one
    one.stop()


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_station_enrols_and_gets_its_labels(running: Running, tmp_path: Path) -> None:
    station = running.station(tmp_path)
    with RemoteServer(running.url, station.bearer()) as remote:
        card = card_from(remote.card())
        user = Station(station, card)
        features = _features(5)
        labels = [a.label for frame in user.encrypt(features) for a in user.decrypt(remote.evaluate(frame)).answers]
    model = _model()
    plain = features @ model.scaled_weights().T + model.bias
    assert labels == [model.card.labels[i] for i in plain.argmax(axis=1)]
    line = running.lines()[-1]
    assert (line["route"], line["outcome"], line["documents"], line["caller"]) == ("evaluate", "ok", 5, station.id.hex())


def test_bearer_tokens_are_not_in_the_servers_folder(running: Running, tmp_path: Path) -> None:
    station = running.station(tmp_path)
    kept = b"".join(p.read_bytes() for p in running.folder.iterdir() if p.is_file())
    assert station.bearer().encode() not in kept


@pytest.mark.parametrize("headers", [{}, _bearer(""), _bearer("x" * 43), {"Authorization": "Basic abc"}, _bearer("ä" * 20)])
def test_nobody_is_let_in_without_a_token(headers: dict[str, str], tmp_path: Path, running: Running) -> None:
    headers = {k: v.encode("utf-8").decode("latin-1") for k, v in headers.items()}
    status, found, data = running.ask("POST", "/v1/evaluate", b"x", headers)
    assert (status, json.loads(data)["code"], found["www-authenticate"]) == (401, "unknown", "Bearer")


def test_a_token_is_good_for_its_scopes_alone(running: Running, tmp_path: Path) -> None:
    station = running.station(tmp_path)
    watcher = running.book.grant("monitor", [Scope.METRICS])
    assert running.ask("GET", "/metrics", headers=_bearer(station.bearer()))[0] == 403
    assert running.ask("GET", "/v1/card", headers=_bearer(watcher))[0] == 403
    status, _, data = running.ask("GET", "/metrics", headers=_bearer(watcher))
    assert status == 200
    assert b"docpriv_requests_total" in data
    running.book.revoke("monitor")
    assert running.ask("GET", "/metrics", headers=_bearer(watcher))[0] == 401


def test_a_revoked_station_is_out_at_once(running: Running, tmp_path: Path) -> None:
    station = running.station(tmp_path)
    with RemoteServer(running.url, station.bearer()) as remote:
        card = card_from(remote.card())
        frame = next(Station(station, card).encrypt(_features(1)))
        running.book.revoke(station.id.hex())
        with pytest.raises(EncryptedPathError, match="no bearer token"):
            remote.evaluate(frame)


def test_a_station_cannot_send_the_frames_of_another(running: Running, tmp_path: Path) -> None:
    mine, other = running.station(tmp_path / "a"), running.station(tmp_path / "b")
    with RemoteServer(running.url, mine.bearer()) as remote:
        frame = next(Station(other, card_from(remote.card())).encrypt(_features(1)))
        with pytest.raises(EncryptedPathError, match="not of the station"):
            remote.evaluate(frame)


def test_a_token_enrols_once_over_http_too(running: Running, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.touch(0o600)
    token.write_text(running.book.issue().text)
    first, second = StationFolder.make(tmp_path / "a"), StationFolder.make(tmp_path / "b")
    with RemoteServer(running.url) as remote:
        first.confirm(remote.enroll(first.redeem(token)))
        with pytest.raises(EncryptedPathError, match="used before") as caught:
            remote.enroll(second.redeem(token))
    assert "somebody else did" in caught.value.advice  # what this refusal calls for, not what any does


@pytest.mark.parametrize(
    ("headers", "status"), [({"Transfer-Encoding": "chunked"}, 411), ({"Content-Length": str(65 << 20)}, 413)]
)
def test_what_has_no_length_or_too_much_of_it_is_not_read(
    running: Running, tmp_path: Path, headers: dict[str, str], status: int
) -> None:
    station = running.station(tmp_path)
    with socket.create_connection((urlsplit(running.url).hostname, urlsplit(running.url).port), timeout=20) as sock:
        head = {"Host": "x", **_bearer(station.bearer()), **headers}
        sock.sendall(("POST /v1/evaluate HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in head.items()) + "\r\n").encode())
        assert sock.recv(100).split()[1] == str(status).encode()


def test_garbage_is_refused_with_a_code_and_changes_nothing(running: Running, tmp_path: Path) -> None:
    station = running.station(tmp_path)
    rng = np.random.default_rng(8)
    with RemoteServer(running.url, station.bearer()) as remote:
        user = Station(station, card_from(remote.card()))
        good = next(user.encrypt(_features(2)))
        for at in range(40):
            bad = bytearray(good)
            place = int(rng.integers(HEADER.size, len(bad)))
            bad[place] ^= int(rng.integers(1, 256))
            if at % 4 == 0:
                bad = bad[:place]
            with pytest.raises(EncryptedPathError):
                remote.evaluate(bytes(bad))
        with pytest.raises(FrameError):
            remote.evaluate(bytes(bad))
        assert len(user.decrypt(remote.evaluate(good)).answers) == 2
    refused = [line for line in running.lines() if line["caller"] == station.id.hex() and line["outcome"] != "ok"]
    assert len(refused) == 41


def test_many_at_once_are_all_answered(running: Running, tmp_path: Path) -> None:
    station = running.station(tmp_path)

    def one(_: int) -> int:
        with RemoteServer(running.url, station.bearer()) as remote:
            return len(remote.card())

    with ThreadPoolExecutor(64) as pool:
        assert len(set(pool.map(one, range(200)))) == 1


def test_who_comes_too_often_waits(tmp_path: Path) -> None:
    few = Running(tmp_path / "few", requests=3)
    try:
        station = few.station(tmp_path / "s")
        statuses = [few.ask("GET", "/v1/card", headers=_bearer(station.bearer()))[0] for _ in range(5)]
        assert statuses == [200, 200, 200, 429, 429]
        guessed = [few.ask("GET", "/v1/card", headers=_bearer(f"guess-{i}"))[0] for i in range(40)]
        assert guessed[:10] == [401] * 10
        assert guessed[-1] == 429
        slept: list[float] = []
        with (
            RemoteServer(few.url, station.bearer(), sleep=slept.append) as remote,
            pytest.raises(EncryptedPathError, match="asked for more than it may"),
        ):
            remote.card()
        assert slept
    finally:
        few.stop()


def test_nothing_is_answered_without_its_line(tmp_path: Path) -> None:
    one = Running(tmp_path / "server")
    try:
        station = one.station(tmp_path / "s")
        (one.folder / "audit.jsonl").unlink()
        (one.folder / "audit.jsonl").mkdir()
        status, _, data = one.ask("GET", "/v1/card", headers=_bearer(station.bearer()))
        assert (status, json.loads(data)["code"]) == (503, "output")
        (one.folder / "audit.jsonl").rmdir()
        assert one.ask("GET", "/v1/card", headers=_bearer(station.bearer()))[0] == 200
    finally:
        one.stop()


def test_the_audit_file_is_private_and_can_be_rotated(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    file = AuditFile(path)
    file.write(route="a")
    path.rename(tmp_path / "old")
    file.write(route="b")
    assert [json.loads(p.read_text())["route"] for p in (tmp_path / "old", path)] == ["a", "b"]
    assert path.stat().st_mode & 0o777 == 0o600
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OutputError):
        AuditFile(link)


def test_beyond_this_machine_tls_is_needed(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="needs TLS"):
        serve(_model(), ServiceForm(folder=tmp_path, host="192.0.2.1", port=0), lambda url: None)
    with pytest.raises(UsageError, match="in the clear"):
        RemoteServer("http://example.org")
    assert [is_loopback(h) for h in ("127.0.0.1", "::1", "localhost", "10.0.0.1", "example.org")] == [True] * 3 + [False] * 2


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for this machine that it signed itself, and its key."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("openssl makes the certificate")
    cert, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        [
            program,
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=DNS:localhost,IP:127.0.0.1",
            "-keyout",
            key,
            "-out",
            cert,
        ],
        check=True,
        capture_output=True,
    )
    return cert, key


def test_over_tls(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path)
    one = Running(tmp_path / "server", certificate=cert, key=key)
    try:
        url = one.url
        with RemoteServer(url) as remote, pytest.raises(EncryptedPathError, match="TLS"):
            remote.card()  # nobody vouches for its certificate
        with RemoteServer(url, authority=cert) as remote, pytest.raises(EncryptedPathError, match="no bearer"):
            remote.card()
        with pytest.raises((OSError, http.client.HTTPException)):
            one.ask("GET", "/healthz")
    finally:
        one.stop()


@pytest.mark.parametrize(
    "url", ["", "ftp://localhost", "https://", "http://user@localhost", "https://localhost:99999", "https://h/?q=1"]
)
def test_urls_that_are_none(url: str) -> None:
    with pytest.raises(UsageError):
        RemoteServer(url)


def test_an_answer_that_is_none_of_ours_is_one_clear_error() -> None:
    answers = [
        b"HTTP/1.1 302 Found\r\nLocation: http://elsewhere/\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n" + b"x" * 3_000_000,
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 400 Bad\r\nContent-Length: 60\r\n\r\n"
        + json.dumps({"code": "frame", "message": "\x1b[2J" + "y" * 5, "remedy": "z"}).encode().ljust(60),
    ]
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            for one in answers:
                sock, _ = listening.accept()
                with sock, suppress(OSError):  # the client hangs up on an answer that is too long
                    sock.recv(4096)
                    sock.sendall(one)

        threading.Thread(target=answer, daemon=True).start()
        for _ in answers:
            with (
                RemoteServer(f"http://127.0.0.1:{listening.getsockname()[1]}") as remote,
                pytest.raises(EncryptedPathError) as caught,
            ):
                remote.card()
            assert "\x1b" not in str(caught.value)


def test_requests_to_nowhere_are_not_kept(tmp_path: Path) -> None:
    from starlette.exceptions import HTTPException
    from starlette.requests import Request

    from docpriv.encrypted.service.app import Service

    form = ServiceForm(folder=tmp_path)
    service = Service([], StationBook(tmp_path), AuditFile(tmp_path / "audit"), form)
    request = Request({"type": "http", "method": "GET", "path": "/nowhere", "headers": [], "client": ("127.0.0.1", 1)})
    known = weakref.ref(request)
    assert asyncio.run(service.lost(request, HTTPException(404))).status_code == 404
    del request
    gc.collect()
    assert known() is None


def test_allowances_fill_again_and_do_not_grow() -> None:
    now = [0.0]
    allowance = Allowance(60, clock=lambda: now[0])
    assert [allowance.take("a") for _ in range(60)] == [0.0] * 60
    assert allowance.take("a") == pytest.approx(1.0)
    assert allowance.take("b", 1000) == 0.0
    now[0] = 1.0
    assert allowance.take("a") == 0.0
    now[0] = 1e6
    assert allowance.take("a", 61) == 0.0
    assert allowance.take("a", 1) > 0
    for i in range(10_000):
        allowance.take(f"caller-{i}")
    assert len(allowance._left) <= 4096


def test_bodies_have_only_so_much_room() -> None:
    room = Room(10)
    with room.reserved() as first:
        with room.reserved() as second:
            assert (first(6), second(6), second(4), first(1)) == (True, False, True, False)
            assert room.held == 10
        assert (room.held, first(4)) == (6, True)
    assert room.held == 0


def test_tokens_have_no_text_in_their_repr() -> None:
    token = new_token()
    assert token.root.hex() not in repr(token)
    assert repr(token.root) not in repr(token)
