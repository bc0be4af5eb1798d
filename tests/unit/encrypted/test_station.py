"""Keys, replies that are taken once, and what a station refuses before it decrypts anything."""

from __future__ import annotations

import copy
import os
import pickle
from pathlib import Path

import numpy as np
import pytest

from docpriv.encrypted.secret_keys import make_key, read_key, write_key
from docpriv.encrypted.station import Station
from docpriv.encrypted.station_folder import StationFolder
from docpriv.errors import DocprivError, EncryptedPathError, FrameError, FrameRefused, OutputExists, UsageError
from tests.unit.encrypted.made import Pair, enrolled, signed, unit_rows

pytestmark = pytest.mark.usefixtures("he")


def test_a_key_comes_back_and_is_named_by_its_id(tmp_path: Path) -> None:
    key, other = make_key(), make_key()
    write_key(tmp_path / "key", key)
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    assert read_key(tmp_path / "key").id == key.id != other.id
    assert len(key.id) == 16


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601])
def test_a_key_that_others_can_read_is_not_used(mode: int, tmp_path: Path) -> None:
    write_key(tmp_path / "key", make_key())
    (tmp_path / "key").chmod(mode)
    with pytest.raises(UsageError, match="others"):
        read_key(tmp_path / "key")


def test_no_key_is_ever_replaced_by_a_new_one_or_followed_by_a_link(tmp_path: Path) -> None:
    write_key(tmp_path / "key", make_key())
    before = (tmp_path / "key").read_bytes()
    os.symlink(tmp_path / "elsewhere", tmp_path / "link")
    for name in ("key", "link"):
        with pytest.raises(OutputExists):
            write_key(tmp_path / name, make_key())
    assert (tmp_path / "key").read_bytes() == before
    assert not (tmp_path / "elsewhere").exists()
    os.symlink(tmp_path / "key", tmp_path / "other")
    with pytest.raises(UsageError):
        read_key(tmp_path / "other")
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(UsageError):
        read_key(tmp_path / "pipe")


def test_a_key_under_a_passphrase_needs_it(tmp_path: Path) -> None:
    pytest.importorskip("pyrage")
    key = make_key()
    write_key(tmp_path / "key", key, "correct horse")
    assert key.material[32:96] not in (tmp_path / "key").read_bytes()
    for passphrase in (None, "wrong horse"):
        with pytest.raises(UsageError, match="passphrase"):
            read_key(tmp_path / "key", passphrase)
    assert read_key(tmp_path / "key", "correct horse").id == key.id
    folder = StationFolder.make(tmp_path / "new")
    (tmp_path / "new" / "secret.key").write_bytes((tmp_path / "key").read_bytes())
    with pytest.raises(UsageError, match="would not be"):
        folder.rotate()
    assert (tmp_path / "new" / "secret.key").read_bytes() == (tmp_path / "key").read_bytes()


def test_bytes_that_are_no_key_are_refused(tmp_path: Path) -> None:
    good = make_key().material
    noise = good[:100] + os.urandom(len(good) - 100)
    for number, bad in enumerate((b"", b"key", good[:-1], good[:5000], noise, bytes(len(good)))):
        (tmp_path / str(number)).touch(mode=0o600)
        (tmp_path / str(number)).write_bytes(bad)
        with pytest.raises(DocprivError):
            read_key(tmp_path / str(number))


def test_a_key_does_not_show_and_is_not_pickled(pair: Pair) -> None:
    key = pair.folder.key()
    assert repr(key.material)[2:40] not in repr(key)
    assert repr(key) == "StationKey()"
    for attempt in (lambda: pickle.dumps(key), lambda: copy.deepcopy(key), lambda: pickle.dumps(pair.station)):
        with pytest.raises(TypeError):
            attempt()


def test_a_station_is_made_once(pair: Pair) -> None:
    with pytest.raises(OutputExists):
        StationFolder.make(pair.place / "station")


def test_a_reply_is_taken_once(pair: Pair) -> None:
    reply = pair.server.evaluate(next(pair.station.encrypt(unit_rows(3, 24))))
    pair.station.decrypt(reply)
    with pytest.raises(FrameRefused, match="waits"):
        pair.station.decrypt(reply)
    with pytest.raises(FrameRefused, match="waits"):
        Station(pair.folder, pair.model.card).decrypt(reply)  # in another process


def test_a_reply_to_no_request_is_refused(pair: Pair) -> None:
    reply = pair.server.evaluate(next(pair.station.encrypt(unit_rows(3, 24))))
    with pytest.raises(FrameRefused, match="waits"):
        pair.station.decrypt(signed(reply[:104] + os.urandom(16) + reply[120:], pair.mac_key))
    assert len(pair.station.decrypt(reply).answers) == 3


def test_a_reply_for_another_request_of_the_station_is_refused(pair: Pair) -> None:
    """Nonces changed between two frames: the shapes differ, so an answer would go to the wrong documents."""
    three = next(pair.station.encrypt(unit_rows(3, 24)))
    five = next(pair.station.encrypt(unit_rows(5, 24)))
    reply = pair.server.evaluate(three)
    with pytest.raises(FrameRefused, match="shape"):
        pair.station.decrypt(signed(reply[:104] + five[104:120] + reply[120:], pair.mac_key))


def test_what_does_not_authenticate_closes_no_request(pair: Pair) -> None:
    reply = pair.server.evaluate(next(pair.station.encrypt(unit_rows(3, 24))))
    with pytest.raises(FrameError):
        pair.station.decrypt(reply[:-1] + bytes([reply[-1] ^ 1]))
    assert len(pair.station.decrypt(reply).answers) == 3


def test_a_hostile_reply_is_used_up_and_says_nothing_of_its_content(pair: Pair) -> None:
    """A server that probes has one try a request, and hears the same whatever its ciphertexts decrypt to."""
    said = set()
    for seed in range(6):
        reply = bytearray(pair.server.evaluate(next(pair.station.encrypt(unit_rows(3, 24, seed)))))
        reply[180:190] = os.urandom(10)
        forged = signed(bytes(reply), pair.mac_key)
        try:
            answers = pair.station.decrypt(forged).answers
            assert all(one.label is None or one.label in pair.model.card.labels for one in answers)
        except FrameError as exc:
            said.add(exc.message)
        with pytest.raises(FrameRefused, match="waits"):
            pair.station.decrypt(forged)
    assert len(said) <= 1


def test_whatever_scores_a_server_invents_the_answer_is_a_label(pair: Pair) -> None:
    from docpriv.encrypted.station import _answers

    invented = np.array([[1e300, -1e300, 0, 0, 0], [0, 0, 0, 0, 0], [1e13, 1e13, -1e13, 0, 1]])
    found = _answers(invented, pair.model.card, True)
    assert [one.label for one in found] == ["kind 0", None, None]
    assert all(one.score is not None and 0 <= one.score <= 1 for one in found)


def test_rotation_changes_the_key_forgets_requests_and_keeps_the_enrolment(pair: Pair) -> None:
    before = pair.folder.key().id
    reply = pair.server.evaluate(next(pair.station.encrypt(unit_rows(1, 24))))
    next(pair.station.encrypt(unit_rows(1, 24)))
    key, forgotten = pair.folder.rotate()
    assert forgotten == 2
    assert key.id == pair.folder.key().id != before
    station = Station(pair.folder, pair.model.card)
    with pytest.raises(FrameRefused, match="waits"):
        station.decrypt(reply)
    rows = unit_rows(2, 24)
    answers = station.decrypt(pair.server.evaluate(next(station.encrypt(rows)))).answers
    assert [one.label for one in answers] == pair.labels(rows)


def test_what_is_noted_of_a_request_is_nothing_of_a_document(pair: Pair) -> None:
    rows = unit_rows(2, 24)
    next(pair.station.encrypt(rows))
    (note,) = (pair.place / "station" / "outstanding").iterdir()
    text = note.read_bytes()
    assert len(text) < 300
    for value in rows.ravel():
        assert f"{value:.4f}"[:6].encode() not in text


def test_requests_that_nobody_answered_are_forgotten_in_time(pair: Pair) -> None:
    list(pair.station.encrypt(unit_rows(1, 24)))
    assert pair.folder.sweep() == 1
    (note,) = (pair.place / "station" / "outstanding").iterdir()
    os.utime(note, (1_000_000, 1_000_000))
    assert pair.folder.sweep() == 0


def test_a_station_that_is_not_enrolled_sends_nothing(pair: Pair, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not enrolled"):
        Station(StationFolder.make(tmp_path / "new"), pair.model.card)


def test_messages_of_the_encrypted_path_exit_with_9(pair: Pair) -> None:
    enrolled(pair.place, pair.book, "third")
    with pytest.raises(EncryptedPathError) as caught:
        pair.server.evaluate(b"nothing")
    assert int(caught.value.exit_code) == 9
