"""Frames come apart as they were put together; whatever differs in one byte is refused before SEAL sees any of it."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from docpriv.encrypted.frames import HEADER, Direction, Frame, open_frame, read_frames, write_frames
from docpriv.encrypted.profile import LIN_1, MOST_FRAME_BYTES, Shape
from docpriv.errors import FrameError, FrameRefused, OutputExists, UsageError
from tests.unit.encrypted.made import signed

KEY, STATION = bytes(range(32)), b"s" * 16
SHAPE = Shape(layout="rcp", documents=9, dimension=256, classes=5, group=1)


def ciphertext(length: int, seal: tuple[int, int] = LIN_1.seal) -> bytes:
    """Bytes with the head of SEAL's format; what follows is nothing."""
    return struct.pack("<HBBBBHQ", 0xA15E, 16, *seal, 2, 0, length) + os.urandom(length - 16)


def request(**other: object) -> bytes:
    facts = {
        "direction": Direction.REQUEST,
        "station": STATION,
        "key": b"k" * 16,
        "schema": b"f" * 32,
        "model": b"m" * 32,
        "nonce": b"n" * 16,
        "shape": SHAPE,
        "ciphertexts": [ciphertext(15_600), ciphertext(15_581)],
        "mac_key": KEY,
    }
    facts |= other
    key = facts.pop("mac_key")
    return Frame(**facts).sealed(key)


def opened(data: bytes, direction: Direction = Direction.REQUEST) -> Frame:
    return open_frame(data, direction, lambda station: KEY if station == STATION else None)


def test_a_frame_comes_back() -> None:
    data = request()
    frame = opened(data)
    assert (frame.station, frame.key, frame.nonce) == (STATION, b"k" * 16, b"n" * 16)
    assert (frame.schema, frame.model) == (b"f" * 32, b"m" * 32)
    assert frame.shape == SHAPE
    assert [len(c) for c in frame.ciphertexts] == [15_600, 15_581]
    assert bytes(frame.ciphertexts[1]) in data


def test_every_byte_of_a_head_is_authenticated() -> None:
    data = request()
    for at in range(HEADER.size):
        for bit in (1, 128):
            with pytest.raises((FrameError, FrameRefused)):
                opened(data[:at] + bytes([data[at] ^ bit]) + data[at + 1 :])


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d[:-1],
        lambda d: d + b"\0",
        lambda d: d[:40],
        lambda d: b"",
        lambda d: d[:-32],
        lambda d: d * 2,
        lambda d: d[:-1] + bytes([d[-1] ^ 1]),
        lambda d: d[:20_000] + bytes([d[20_000] ^ 1]) + d[20_001:],
    ],
    ids=["short", "long", "head", "empty", "no tag", "twice", "tag", "body"],
)
def test_what_was_changed_on_the_way_is_refused(change: Callable[[bytes], bytes]) -> None:
    with pytest.raises(FrameError):
        opened(change(request()))


def header(data: bytes, **fields: int) -> bytes:
    """A frame with other numbers in its head, and the right HMAC: from a station that lies."""
    names = (
        "magic",
        "version",
        "kind",
        "profile",
        "station",
        "key",
        "schema",
        "model",
        "nonce",
        "layout",
        "zero",
        "dimension",
        "classes",
        "group",
        "documents",
        "ciphertexts",
    )
    values = dict(zip(names, HEADER.unpack_from(data), strict=True)) | fields
    return signed(HEADER.pack(*values.values()) + data[HEADER.size :], KEY)


@pytest.mark.parametrize(
    "lie",
    [
        {"documents": 17},
        {"documents": 1},
        {"documents": 0},
        {"documents": 2**32 - 1},
        {"dimension": 100},
        {"dimension": 0},
        {"dimension": 65_535},
        {"classes": 0},
        {"classes": 65_535},
        {"group": 0},
        {"group": 9},
        {"layout": 1},
        {"layout": 2},
        {"zero": 1},
        {"ciphertexts": 0},
        {"ciphertexts": 3},
        {"ciphertexts": 2**32 - 1},
        {"kind": 2},
        {"kind": 0},
        {"magic": b"DPHX"},
        {"version": 2},
        {"profile": 2},
        {"profile": 0},
    ],
    ids=str,
)
def test_a_head_that_lies_is_refused_though_its_mac_is_right(lie: dict[str, int]) -> None:
    assert opened(header(request())).shape == SHAPE
    with pytest.raises((FrameError, FrameRefused)):
        opened(header(request(), **lie))


@pytest.mark.parametrize("length", [0, 1, 14_999, 15_599, 15_601, 17_001, 2**31, 2**32 - 1])
def test_a_length_that_lies_is_refused_though_its_mac_is_right(length: int) -> None:
    data = request()
    with pytest.raises(FrameError):
        opened(signed(data[: HEADER.size] + struct.pack(">I", length) + data[HEADER.size + 4 :], KEY))


@pytest.mark.parametrize(
    "bad",
    [
        b"\0" * 15_600,
        struct.pack("<HBBBBHQ", 0xA15E, 16, *LIN_1.seal, 0, 0, 15_600),
        struct.pack("<HBBBBHQ", 0xA15E, 16, *LIN_1.seal, 1, 0, 15_600),
        struct.pack("<HBBBBHQ", 0xA15E, 16, *LIN_1.seal, 2, 0, 15_599),
        struct.pack("<HBBBBHQ", 0xA15E, 16, *LIN_1.seal, 2, 0, 2**63),
        struct.pack("<HBBBBHQ", 0xA15E, 16, *LIN_1.seal, 2, 1, 15_600),
    ],
    ids=["zeros", "uncompressed", "zlib", "shorter", "enormous", "reserved"],
)
def test_a_ciphertext_without_the_head_of_seal_is_refused(bad: bytes) -> None:
    with pytest.raises(FrameError, match="SEAL"):
        opened(request(ciphertexts=[ciphertext(15_600), bad.ljust(15_600, b"\0")]))


@pytest.mark.parametrize("seal", [(4, 2), (5, 0), (3, 7)])
def test_another_version_of_seal_is_refused(seal: tuple[int, int]) -> None:
    with pytest.raises(FrameRefused, match="version of SEAL"):
        opened(request(ciphertexts=[ciphertext(15_600), ciphertext(15_600, seal)]))


def test_an_unknown_station_and_a_wrong_key_hear_the_same() -> None:
    said = set()
    for data in (request(station=b"x" * 16), request(mac_key=bytes(32)), request(station=b"x" * 16, mac_key=bytes(32))):
        with pytest.raises(FrameError) as caught:
            opened(data)
        said.add((type(caught.value), caught.value.message, caught.value.advice))
    assert len(said) == 1


def test_a_frame_of_another_profile_is_refused() -> None:
    with pytest.raises(FrameRefused, match="profile"):
        opened(header(request(), profile=2))


def test_a_request_cannot_be_sent_back_as_a_reply() -> None:
    with pytest.raises(FrameError, match="kind"):
        opened(request(), Direction.REPLY)


def test_a_frame_over_the_limit_is_not_looked_at() -> None:
    with pytest.raises(FrameError, match="64 MB"):
        opened(bytes(MOST_FRAME_BYTES + 1))


def test_a_frame_of_other_ciphertexts_is_not_made() -> None:
    for wrong in ([], [ciphertext(15_600)] * 3, [ciphertext(15_600), ciphertext(30_900)]):
        with pytest.raises(FrameError):
            request(ciphertexts=wrong)


def test_frames_in_a_file_come_back_and_no_file_is_replaced(tmp_path: Path) -> None:
    frames = [request(), os.urandom(1000), b"x"]
    assert write_frames(tmp_path / "f", iter(frames)) == 3
    assert list(read_frames(tmp_path / "f")) == frames
    with pytest.raises(OutputExists):
        write_frames(tmp_path / "f", [b"other"])
    assert [p.name for p in tmp_path.iterdir()] == ["f"]


def test_a_file_of_frames_that_failed_has_no_name(tmp_path: Path) -> None:
    def failing():
        yield b"one"
        raise FrameError("no more")

    with pytest.raises(FrameError):
        write_frames(tmp_path / "f", failing())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "change",
    [lambda d: d[:-1], lambda d: d[:7], lambda d: b"X" + d[1:], lambda d: d + b"\xff" * 4, lambda d: d + b"\0" * 4],
    ids=["cut", "cut head", "magic", "long", "empty frame"],
)
def test_a_damaged_file_of_frames_is_refused(change: Callable[[bytes], bytes], tmp_path: Path) -> None:
    write_frames(tmp_path / "f", [b"one", b"two"])
    (tmp_path / "g").write_bytes(change((tmp_path / "f").read_bytes()))
    with pytest.raises(FrameError):
        list(read_frames(tmp_path / "g"))
    with pytest.raises(UsageError):
        list(read_frames(tmp_path / "none"))
