"""The service among clients that send half of what they should, or nothing: good stations are answered throughout."""

from __future__ import annotations

import json
import os
import resource
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from docpriv.encrypted.mac_keys import Scope
from docpriv.encrypted.model_file import card_from
from docpriv.encrypted.remote import RemoteServer
from docpriv.encrypted.service.connections import ConnectionLimit
from docpriv.encrypted.service.hosting import _connections
from docpriv.encrypted.station import Station
from docpriv.encrypted.station_folder import StationFolder
from docpriv.errors import EncryptedPathError, OutputError
from tests.unit.encrypted.test_service import Running, _bearer, _features, certificate

pytest.importorskip("starlette")
pytest.importorskip("tenseal")
pytestmark = pytest.mark.loopback

CROWD, PLACES = 1100, 128
HEAD, BODY = 2.0, 3.0
PROMPT = 5.0  # seconds within which a good request is answered, on a busy machine
HALF = (
    b"",
    b"GET /v1/ca",
    b"POST /v1/evaluate HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer guess\r\nContent-Le",
    b"POST /v1/enroll HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\nhalf",
    b"POST /v1/evaluate HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer guess\r\nContent-Length: 90000\r\n\r\nhalf",
)


@pytest.fixture(scope="module", autouse=True)
def files() -> Iterator[None]:
    """Both ends of the crowd are files of this process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 4096
    if hard != resource.RLIM_INFINITY and hard < wanted:
        pytest.skip("this system allows too few open files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@contextmanager
def service(folder: Path, **form: object) -> Iterator[Running]:
    one = Running(folder, **{"connections": PLACES, "head_seconds": HEAD, "body_seconds": BODY, "requests": 1e6} | form)
    try:
        yield one
    finally:
        one.stop()


def _connect(running: Running, data: bytes) -> socket.socket:
    parts = urlsplit(running.url)
    sock = socket.create_connection((parts.hostname, parts.port), timeout=PROMPT)
    sock.sendall(data)
    return sock


def _closed_after(socks: list[socket.socket], seconds: float) -> list[float]:
    """When the service closed each; for ever where it did not."""
    began, found = time.monotonic(), dict.fromkeys(socks, float("inf"))
    poll, by_file = select.poll(), {sock.fileno(): sock for sock in socks}
    for sock in socks:
        sock.setblocking(False)
        poll.register(sock, select.POLLIN)
    while by_file and time.monotonic() - began < seconds:
        for file, _ in poll.poll(100):
            try:
                over = by_file[file].recv(65_536) == b""
            except BlockingIOError:
                continue
            except OSError:
                over = True
            if over:
                found[by_file.pop(file)] = time.monotonic() - began
                poll.unregister(file)
    return list(found.values())


class Good:
    """A station at work; the seconds that each of its requests took."""

    def __init__(self, running: Running, station: StationFolder, authority: Path | None = None) -> None:
        self.seconds: list[float] = []
        self.errors: list[str] = []
        self._over = threading.Event()
        with RemoteServer(running.url, station.bearer(), authority=authority) as remote:
            frame = next(Station(station, card_from(remote.card())).encrypt(_features(1)))

        def work() -> None:
            while not self._over.is_set():
                began = time.monotonic()
                try:
                    with RemoteServer(running.url, station.bearer(), authority=authority, seconds=20, sleep=self._no_sleep) as it:
                        it.card()
                        it.evaluate(frame)
                except EncryptedPathError as exc:
                    self.errors.append(str(exc))
                self.seconds.append(time.monotonic() - began)
                time.sleep(0.02)

        self._thread = threading.Thread(target=work, daemon=True)

    def _no_sleep(self, _: float) -> None:
        self.errors.append("was told to come again")

    def __enter__(self) -> Good:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(30)


def test_a_station_behind_the_address_of_a_crowd_is_answered_and_the_crowd_is_sent_away(tmp_path: Path) -> None:
    with service(tmp_path / "server") as running, ExitStack() as stack:
        station = running.station(tmp_path / "s")
        files = len(os.listdir("/proc/self/fd"))
        with Good(running, station) as good:
            crowd = [stack.enter_context(_connect(running, HALF[i % len(HALF)])) for i in range(CROWD)]
            guesses = [running.ask("GET", "/v1/card", headers=_bearer(f"guess-{i}"))[0] for i in range(45)]
            newcomer = running.station(tmp_path / "late")
            gone = _closed_after(crowd, BODY + PROMPT)
        assert good.errors == []
        assert len(good.seconds) >= 10
        assert max(good.seconds) < PROMPT
        assert max(gone) < BODY + PROMPT
        assert set(guesses) <= {401, 429}
        assert guesses[-1] == 429
        assert running.ask("GET", "/v1/card", headers=_bearer(newcomer.bearer()))[0] == 200
        stack.close()
        deadline = time.monotonic() + PROMPT
        while len(os.listdir("/proc/self/fd")) > files + 4 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(os.listdir("/proc/self/fd")) <= files + 4


def test_over_tls_handshakes_that_never_end_are_sent_away_too(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path)
    with service(tmp_path / "server", certificate=cert, key=key) as running, ExitStack() as stack:
        station = running.station(tmp_path / "s", authority=cert)
        with Good(running, station, cert) as good:
            crowd = [stack.enter_context(_connect(running, (b"", b"\x16\x03\x01\x02")[i % 2])) for i in range(300)]
            gone = _closed_after(crowd, HEAD + PROMPT)
        assert good.errors == []
        assert len(good.seconds) >= 3
        assert max(gone) < HEAD + PROMPT


def test_one_station_with_half_sent_frames_takes_no_room_from_the_others(tmp_path: Path) -> None:
    with service(tmp_path / "server", connections=80) as running, ExitStack() as stack:
        bad, station = running.station(tmp_path / "bad"), running.station(tmp_path / "s")
        head = (
            f"POST /v1/evaluate HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {bad.bearer()}\r\nContent-Length: {60 << 20}\r\n\r\n"
        )
        crowd = [stack.enter_context(_connect(running, head.encode() + b"half")) for _ in range(120)]
        with Good(running, station) as good:
            gone = _closed_after(crowd, BODY + HEAD + PROMPT)
        assert good.errors == []
        assert len(good.seconds) >= 10
        assert max(gone) < BODY + HEAD + PROMPT
        mine = [line["status"] for line in running.lines() if line["caller"] == bad.id.hex()]
        assert 429 in mine
        assert set(mine) <= {400, 408, 429}


@pytest.mark.parametrize("start", HALF[:4], ids=["silent", "path", "head", "body"])
def test_who_goes_on_drop_by_drop_is_sent_away_in_time(tmp_path: Path, start: bytes) -> None:
    with service(tmp_path / "server", head_seconds=0.5, body_seconds=0.5) as running, _connect(running, start) as sock:
        began = time.monotonic()
        while time.monotonic() - began < 2 * PROMPT:
            try:
                sock.sendall(b"x")
                if select.select([sock], [], [], 0.05)[0] and not sock.recv(4096):
                    break
            except OSError:
                break
        assert 0.3 < time.monotonic() - began < PROMPT


def test_a_client_that_takes_no_answer_is_sent_away(tmp_path: Path) -> None:
    with service(tmp_path / "server", head_seconds=0.5, body_seconds=0.5) as running:
        monitor = running.book.grant("monitor", [Scope.METRICS])
        sock = socket.socket()
        with sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            sock.connect((urlsplit(running.url).hostname, urlsplit(running.url).port))
            head = f"GET /metrics HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {monitor}\r\n\r\n".encode()
            deadline = time.monotonic() + 2 * PROMPT
            sock.setblocking(False)
            while running.server.server_state.connections or time.monotonic() < deadline - 2 * PROMPT + 0.2:
                assert time.monotonic() < deadline
                try:
                    sock.send(100 * head)
                except BlockingIOError:
                    time.sleep(0.02)
                except OSError:
                    break


STATUSES: list[tuple[bytes, int, str]] = [
    (b"nonsense\r\n\r\n", 400, "malformed"),
    (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 40_000, 400, "malformed"),
    (b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n", 404, "path"),
    (b"GET /healthz/ HTTP/1.1\r\nHost: x\r\n\r\n", 404, "path"),
    (b"GET /v1/evaluate HTTP/1.1\r\nHost: x\r\n\r\n", 405, "method"),
    (b"BREW /healthz HTTP/1.1\r\nHost: x\r\n\r\n", 405, "method"),
    (b"POST /v1/enroll HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", 411, "length"),
    (b"POST /v1/enroll HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n", 413, "size"),
    (b"POST /v1/enroll HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n", 408, "slow"),
]


@pytest.mark.parametrize(("request_", "status", "outcome"), STATUSES, ids=[f"{s}-{o}-{len(r)}" for r, s, o in STATUSES])
def test_every_request_has_its_line_and_a_refusal_in_json(tmp_path: Path, request_: bytes, status: int, outcome: str) -> None:
    with service(tmp_path / "server", body_seconds=0.5) as running:
        with _connect(running, request_) as sock:
            answer = b""
            while b"remedy" not in answer and (part := sock.recv(65_536)):
                answer += part
        head, _, body = answer.partition(b"\r\n\r\n")
        assert int(head.split()[1]) == status
        assert json.loads(body)["code"] == outcome
        assert (b"allow:" in head.lower()) == (status == 405)
        (line,) = running.lines()
        assert (line["status"], line["outcome"], line["peer"], line["caller"]) == (status, outcome, "127.0.0.1", "")
        assert "nowhere" not in json.dumps(line)


def test_half_a_head_has_its_line_when_it_is_given_up_and_silence_has_none(tmp_path: Path) -> None:
    with service(tmp_path / "server", head_seconds=0.3) as running:
        with _connect(running, b"") as silent, _connect(running, b"GET /v1/ca") as half:
            assert max(_closed_after([silent, half], PROMPT)) < PROMPT
        assert [(line["status"], line["outcome"]) for line in running.lines()] == [(408, "slow")]


def test_a_body_that_its_client_gives_up_has_a_line_and_is_no_fault_of_the_service(tmp_path: Path) -> None:
    with service(tmp_path / "server") as running:
        _connect(running, HALF[3]).close()
        deadline = time.monotonic() + PROMPT
        while not running.lines() and time.monotonic() < deadline:
            time.sleep(0.02)
        assert [(line["status"], line["outcome"], line["route"]) for line in running.lines()] == [(400, "gone", "enroll")]


class _Guest:
    def __init__(self, group: str, known: bool, closed: Callable[[_Guest], None]) -> None:
        self.group, self.known, self._closed = group, known, closed

    def close(self, status: int, outcome: str) -> None:
        self._closed(self)


def test_the_oldest_of_the_largest_group_without_a_token_makes_room_first() -> None:
    gone: list[_Guest] = []
    places = ConnectionLimit(7)
    crowd = [_Guest("10.0.0.1", False, gone.append) for _ in range(3)]
    other = _Guest("10.0.0.2", False, gone.append)
    stations = [_Guest(name, True, gone.append) for name in ("a", "a", "b")]
    for connection in (other, *crowd, *stations):
        assert places.enter(connection)
    fresh = [_Guest("10.0.0.3", False, gone.append) for _ in range(8)]
    places.works(crowd[0])  # it is being answered
    assert places.enter(fresh[0])
    assert gone == [crowd[1]]
    for connection in (other, crowd[2], fresh[0]):
        places.works(connection)
    assert places.enter(fresh[1])  # nobody is left but stations, and the one that holds most
    assert gone == [crowd[1], stations[0]]
    for connection in (*stations, fresh[1]):
        places.works(connection)
    assert not places.enter(fresh[2])
    places.leave(other)
    assert places.enter(fresh[3])
    assert len(places) == 7


@pytest.mark.parametrize(
    ("soft", "hard", "raised", "places"), [(20_000, 20_000, None, 1024), (1024, 4096, 2304, 1024), (1024, 1024, 1024, 384)]
)
def test_no_more_connections_than_files_may_be_open(
    monkeypatch: pytest.MonkeyPatch, soft: int, hard: int, raised: int | None, places: int
) -> None:
    limits: list[int] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, hard))
    monkeypatch.setattr(resource, "setrlimit", lambda _, pair: limits.append(pair[0]))
    assert _connections(1024) == places
    assert limits == ([] if raised is None else [raised])


def test_too_few_open_files_are_an_error_that_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (256, 256))
    monkeypatch.setattr(resource, "setrlimit", lambda *_: None)
    with pytest.raises(OutputError) as caught:
        _connections(1024)
    assert "ulimit -n" in caught.value.advice
