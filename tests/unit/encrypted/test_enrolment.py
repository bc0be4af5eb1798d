"""One token, one station, once; neither the server's store nor what travels is enough to enrol or to authenticate."""

from __future__ import annotations

import json
import stat
import threading
from pathlib import Path

import pytest

from docpriv.encrypted.enrolment import mac_key_of, new_token, redemption_from, redemption_of, token_from
from docpriv.encrypted.mac_keys import StationBook
from docpriv.encrypted.station import Station
from docpriv.encrypted.station_folder import StationFolder
from docpriv.errors import EncryptedPathError, FrameError, UsageError
from docpriv.files import write_named
from tests.unit.encrypted.made import Pair, enrolled, unit_rows

STATION = b"0123456789abcdef"


@pytest.fixture
def book(tmp_path: Path) -> StationBook:
    return StationBook(tmp_path / "server")


def test_both_sides_have_one_key_that_never_travelled(book: StationBook, he: None, tmp_path: Path) -> None:
    folder = StationFolder.make(tmp_path / "station")
    token = book.issue()
    write_named(tmp_path / "token", token.text.encode(), "the token")
    sent = folder.redeem(tmp_path / "token")
    receipt = book.redeem(sent)
    folder.confirm(receipt)
    key = folder.mac_key()
    assert book.mac_key_of(folder.id) == key
    assert len(key) == 32
    for travelled in (sent, receipt):
        assert key.hex().encode() not in travelled
        assert token.root.hex().encode() not in travelled


def test_a_token_is_good_once(book: StationBook) -> None:
    token = book.issue()
    book.redeem(redemption_of(token, STATION).packed())
    for station in (STATION, b"another station."):
        with pytest.raises(EncryptedPathError, match="used before"):
            book.redeem(redemption_of(token, station).packed())
    assert book.stations() == [STATION.hex()]


def test_of_two_that_redeem_a_token_at_once_one_is_enrolled(book: StationBook) -> None:
    token, ended = book.issue(), []

    def redeem(number: int) -> None:
        try:
            StationBook(book._folder).redeem(redemption_of(token, bytes([number]) * 16).packed())
            ended.append(number)
        except EncryptedPathError:
            ended.append(-1)

    threads = [threading.Thread(target=redeem, args=(number,)) for number in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(ended)[:5] == [-1] * 5
    assert book.stations() == [(bytes([max(ended)]) * 16).hex()]


def test_a_token_expires(tmp_path: Path) -> None:
    now = [1_000_000.0]
    book = StationBook(tmp_path, clock=lambda: now[0])
    token, other = book.issue(hours=2), book.issue(hours=3)
    now[0] += 2 * 3600
    with pytest.raises(EncryptedPathError, match="expired"):
        book.redeem(redemption_of(token, STATION).packed())
    book.redeem(redemption_of(other, STATION).packed())
    for hours in (0, -1, 24 * 91, float("nan")):
        with pytest.raises(UsageError):
            book.issue(hours=hours)


def test_a_token_of_another_server_or_with_a_wrong_proof_is_unknown(book: StationBook) -> None:
    token, said = book.issue(), set()
    forged = [new_token(), type(token)(id=token.id, proof=bytes(32), root=token.root)]
    for one in forged:
        with pytest.raises(EncryptedPathError) as caught:
            book.redeem(redemption_of(one, STATION).packed())
        said.add(caught.value.message)
    assert len(said) == 1
    book.redeem(redemption_of(token, STATION).packed())


def test_a_redemption_that_was_changed_enrols_nobody(book: StationBook) -> None:
    token = book.issue()
    facts = json.loads(redemption_of(token, STATION).packed())
    for name, value in (("station", b"an eavesdropper!".hex()), ("nonce", bytes(16).hex()), ("tag", bytes(32).hex())):
        with pytest.raises(EncryptedPathError, match="changed"):
            book.redeem(json.dumps(facts | {name: value}).encode())
    assert book.stations() == []
    book.redeem(json.dumps(facts).encode())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff",
        b"null",
        b'{"format": "docpriv/encrypted-enrolment/1"}',
        b"[" * 4000,
        b"x" * 5000,
        b'{"format": "docpriv/encrypted-enrolment/1", "token": 5}',
    ],
)
def test_bytes_that_are_no_redemption_are_refused(data: bytes, book: StationBook) -> None:
    with pytest.raises(EncryptedPathError):
        book.redeem(data)
    with pytest.raises(UsageError):
        token_from(data.decode("latin-1"))


def test_who_reads_the_servers_store_cannot_enrol(book: StationBook) -> None:
    """The store has a hash of the proof, which is what a redemption must show."""
    token = book.issue()
    stored = json.loads((book._folder / "stations.json").read_bytes())["tokens"][token.id.hex()]
    assert token.proof.hex() not in json.dumps(stored)
    guess = type(token)(id=token.id, proof=bytes.fromhex(stored["digest"]), root=bytes.fromhex(stored["root"]))
    with pytest.raises(EncryptedPathError):
        book.redeem(redemption_of(guess, STATION).packed())


def test_who_reads_a_redemption_on_its_way_has_no_key(book: StationBook) -> None:
    token = book.issue()
    sent = redemption_of(token, STATION)
    book.redeem(sent.packed())
    seen = redemption_from(sent.packed())
    real = book.mac_key_of(STATION)
    guesses = [mac_key_of(secret, seen.station, seen.nonce) for secret in (seen.proof, seen.tag, seen.token, seen.nonce)]
    assert real is not None
    assert real not in guesses


def test_a_used_token_leaves_nothing_to_compute_a_key_from(book: StationBook) -> None:
    token = book.issue()
    book.redeem(redemption_of(token, STATION).packed())
    assert token.root.hex() not in (book._folder / "stations.json").read_text()


def test_an_enrolled_station_is_not_replaced_by_another_token(book: StationBook) -> None:
    book.redeem(redemption_of(book.issue(), STATION).packed())
    before, thief = book.mac_key_of(STATION), book.issue()
    with pytest.raises(EncryptedPathError, match="already"):
        book.redeem(redemption_of(thief, STATION).packed())
    assert book.mac_key_of(STATION) == before
    book.revoke(STATION.hex())
    assert book.mac_key_of(STATION) is None
    book.redeem(redemption_of(thief, STATION).packed())  # the token is still good: it enrolled nobody
    with pytest.raises(UsageError):
        book.revoke("00")


def test_a_revoked_station_is_refused_at_once(pair: Pair) -> None:
    request = next(pair.station.encrypt(unit_rows(1, 24)))
    pair.server.evaluate(request)
    StationBook(pair.place / "server").revoke(pair.folder.id.hex())  # by another process
    with pytest.raises(FrameError, match="authenticate"):
        pair.server.evaluate(request)


def test_a_station_takes_no_receipt_but_its_own(book: StationBook, he: None, tmp_path: Path) -> None:
    folder = StationFolder.make(tmp_path / "station")
    with pytest.raises(UsageError):
        folder.confirm(b"00")
    write_named(tmp_path / "token", book.issue().text.encode(), "the token")
    sent = folder.redeem(tmp_path / "token")
    other = enrolled(tmp_path, book, "other")
    for receipt in (b"", b"00", b"\xff" * 64, bytes(64), sent, other.mac_key().hex().encode()):
        with pytest.raises(EncryptedPathError):
            folder.confirm(receipt)
    with pytest.raises(UsageError, match="not enrolled"):
        folder.mac_key()
    folder.confirm(book.redeem(sent))
    assert book.mac_key_of(folder.id) == folder.mac_key() != other.mac_key()


def test_a_station_cannot_speak_for_another(pair: Pair) -> None:
    other = enrolled(pair.place, pair.book, "other")
    reply = pair.server.evaluate(next(pair.station.encrypt(unit_rows(1, 24))))
    with pytest.raises(FrameError):
        Station(other, pair.model.card).decrypt(reply)
    request = next(Station(other, pair.model.card).encrypt(unit_rows(1, 24)))
    with pytest.raises(FrameError):
        pair.server.evaluate(request[:8] + pair.folder.id + request[24:])


def test_keys_and_tokens_are_files_of_their_owner(pair: Pair) -> None:
    pair.book.issue()
    files = [
        pair.place / "server" / "stations.json",
        pair.place / "station" / "secret.key",
        pair.place / "station.token",
        pair.place / "station" / "enrolment.json",
        pair.place / "station" / "station.json",
    ]
    assert [stat.S_IMODE(one.stat().st_mode) for one in files] == [0o600] * len(files)
    assert stat.S_IMODE((pair.place / "station").stat().st_mode) == 0o700
    for one in (files[0], files[3]):
        one.chmod(0o640)
    with pytest.raises(UsageError, match="others"):
        StationBook(pair.place / "server").mac_key_of(pair.folder.id)
    with pytest.raises(UsageError, match="others"):
        pair.folder.mac_key()


def test_reprs_show_no_secret() -> None:
    token = new_token()
    sent = redemption_of(token, STATION)
    shown = repr(token) + repr(sent)
    assert token.proof.hex() not in shown
    assert repr(token.proof) not in shown
    assert repr(token.root) not in shown
    assert repr(sent.tag) not in shown
