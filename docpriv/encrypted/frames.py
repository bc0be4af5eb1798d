"""Frames between station and server, taken apart in plain Python before SEAL sees a byte; files of frames.

    `DPHE` | u8 version | u8 kind | u16 profile | 16 station | 16 key | 32 schema | 32 model | 16 nonce | u8 layout | u8 zero
    | u16 dimension | u16 classes | u16 group | u32 documents | u32 ciphertexts | n x (u32 length, bytes) | 32 HMAC-SHA256

Big endian; the HMAC is over all that stands before it. Lengths and counts are compared with what the shape implies before
anything is taken apart; parts are views of the bytes given, never copies. A file is `DPHF` 1, then n x (u32 length, frame).
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Final

from docpriv.encrypted.profile import LAYOUTS, LIN_1, MOST_FRAME_BYTES, Shape
from docpriv.errors import FrameError, FrameRefused, OutputError, OutputExists, UsageError
from docpriv.files import open_regular, whole_file

MAGIC: Final = b"DPHE"
VERSION: Final = 1
MAC_KEY_BYTES: Final = 32
TAG_BYTES: Final = 32
ID_BYTES: Final = 16
DIGEST_BYTES: Final = 32
HEADER: Final = struct.Struct(">4sBBH16s16s32s32s16sBBHHHII")
_FILE_MAGIC: Final = b"DPHF\1"
_LENGTH: Final = struct.Struct(">I")
_SEAL_HEADER: Final = struct.Struct("<HBBBBHQ")  # magic, size of the header, major, minor, compression, zero, whole size
_SEAL_MAGIC: Final = 0xA15E
_ZSTANDARD: Final = 2
_NO_KEY: Final = bytes(MAC_KEY_BYTES)


class Direction(IntEnum):
    """Which way a frame goes; part of what is authenticated, so that none can be sent back."""

    REQUEST = 1
    REPLY = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What a frame says. Where it was opened its HMAC was right, and `ciphertexts` are views of the bytes it came in."""

    direction: Direction
    station: bytes
    key: bytes
    schema: bytes
    model: bytes
    nonce: bytes
    shape: Shape
    ciphertexts: Sequence[bytes | memoryview] = field(repr=False)

    def sealed(self, mac_key: bytes) -> bytes:
        """The bytes of the frame; FrameError where the ciphertexts are not what the shape implies."""
        count, least, most = _implied(self.shape, self.direction)
        if len(self.ciphertexts) != count or not all(least <= len(c) <= most for c in self.ciphertexts):
            raise FrameError("the ciphertexts are not those of a frame of this shape")
        shape, ids = self.shape, (self.station, self.key, self.schema, self.model, self.nonce)
        layout = LAYOUTS.index(shape.layout)
        counts = (shape.dimension, shape.classes, shape.group, shape.documents, count)
        parts: list[bytes | memoryview] = [HEADER.pack(MAGIC, VERSION, self.direction, LIN_1.id, *ids, layout, 0, *counts)]
        for one in self.ciphertexts:
            parts += [_LENGTH.pack(len(one)), one]
        body = b"".join(parts)
        return body + hmac.digest(mac_key, body, hashlib.sha256)


def open_frame(data: bytes | memoryview, direction: Direction, mac_key_of: Callable[[bytes], bytes | None]) -> Frame:
    """Take a frame apart that goes in this direction; `mac_key_of` gives the key of a station, or None.

    FrameError for bytes that are no frame of this kind or were changed, FrameRefused for another version or profile. A
    station that is unknown and a wrong HMAC are told apart neither by the message nor by the time.
    """
    view = memoryview(data).cast("B").toreadonly()
    if len(view) > MOST_FRAME_BYTES:
        raise FrameError(f"the frame is larger than {MOST_FRAME_BYTES >> 20} MB", remedy="Send fewer documents at once.")
    if len(view) < HEADER.size + TAG_BYTES:
        raise FrameError("the frame is cut short")
    magic, version, kind, profile, *ids, layout, zero, dimension, classes, group, documents, count = HEADER.unpack_from(view)
    if magic != MAGIC:
        raise FrameError("the bytes are no frame")
    if version != VERSION:
        raise FrameRefused("the frame is of another version", remedy="Use the same version of docpriv on both sides.")
    if kind != direction:
        raise FrameError("the frame is not of the kind that belongs here")
    if profile != LIN_1.id:
        raise FrameRefused("the frame names a profile that this version does not have", remedy="Update docpriv on both sides.")
    if zero or layout >= len(LAYOUTS):
        raise FrameError("the frame names a layout that there is none of")
    try:
        shape = Shape(layout=LAYOUTS[layout], documents=documents, dimension=dimension, classes=classes, group=group)
    except UsageError:
        raise FrameError("the frame's counts do not fit its layout") from None
    implied, least, most = _implied(shape, direction)
    if count != implied:
        raise FrameError("the frame has not as many ciphertexts as its shape implies")
    ciphertexts = _parts(view[HEADER.size : -TAG_BYTES], count, least, most)
    station, key, schema, model, nonce = ids
    mac_key = mac_key_of(station)
    expected = hmac.digest(mac_key or _NO_KEY, view[:-TAG_BYTES], hashlib.sha256)
    if not hmac.compare_digest(expected, view[-TAG_BYTES:]) or mac_key is None:
        raise FrameError("the frame does not authenticate: another key, an unknown station, or changed on the way")
    for one in ciphertexts:
        _check_seal_header(one)
    return Frame(
        direction=direction,
        station=station,
        key=key,
        schema=schema,
        model=model,
        nonce=nonce,
        shape=shape,
        ciphertexts=ciphertexts,
    )


def check_seal_version(ciphertext: bytes | memoryview) -> None:
    """FrameRefused where this installation's SEAL writes another format than the profile was made for."""
    if tuple(ciphertext[3:5]) != LIN_1.seal:
        raise FrameRefused(
            "the SEAL of this tenseal writes another version of its format than the profile knows",
            remedy="Install the tenseal that docpriv names: pip install 'docpriv[he]'.",
        )


def write_frames(path: Path, frames: Iterable[bytes]) -> int:
    """Write frames as they come, one in memory at a time, and give their count.

    The file has its name only once all are in it. OutputExists where one of that name stands already.
    """
    count = 0
    try:
        with whole_file(path, prefix=".frames-") as file:
            file.write(_FILE_MAGIC)
            for frame in frames:
                file.write(_LENGTH.pack(len(frame)))
                file.write(frame)
                count += 1
    except FileExistsError:
        raise OutputExists("a file stands already where the frames would go", remedy="Choose another --out.") from None
    except OSError as exc:
        raise OutputError(f"the frames cannot be written ({exc.strerror})") from None
    return count


def read_frames(path: Path) -> Iterator[bytes]:
    """The frames of a file, one in memory at a time; UsageError where it cannot be read, FrameError where it is none of them."""
    try:
        with open_regular(path) as file:
            if file.read(len(_FILE_MAGIC)) != _FILE_MAGIC:
                raise FrameError("the file holds no frames")
            while head := file.read(_LENGTH.size):
                length = _LENGTH.unpack(head)[0] if len(head) == _LENGTH.size else 0
                if not 0 < length <= MOST_FRAME_BYTES:
                    raise FrameError("the file of frames is damaged")
                frame = file.read(length)
                if len(frame) != length:
                    raise FrameError("the file of frames is cut short")
                yield frame
    except OSError as exc:
        raise UsageError(f"the file of frames cannot be read ({exc.strerror})") from None


def _implied(shape: Shape, direction: Direction) -> tuple[int, int, int]:
    """How many ciphertexts a frame of a shape holds, and the least and most bytes of each."""
    if direction is Direction.REQUEST:
        return shape.request_ciphertexts, *LIN_1.seeded_bytes
    return shape.reply_ciphertexts, *LIN_1.full_bytes


def _parts(body: memoryview, count: int, least: int, most: int) -> tuple[memoryview, ...]:
    if not count * (least + _LENGTH.size) <= len(body) <= count * (most + _LENGTH.size):
        raise FrameError("the frame is not as long as its ciphertexts")
    parts, at = [], 0
    for _ in range(count):
        if len(body) - at < _LENGTH.size:
            raise FrameError("the frame is cut short")
        (length,) = _LENGTH.unpack_from(body, at)
        at += _LENGTH.size
        if not least <= length <= min(most, len(body) - at):
            raise FrameError("a ciphertext has a length that none can have")
        parts.append(body[at : at + length])
        at += length
    if at != len(body):
        raise FrameError("something follows the frame's ciphertexts")
    return tuple(parts)


def _check_seal_header(ciphertext: memoryview) -> None:
    magic, header, major, minor, compression, zero, size = _SEAL_HEADER.unpack_from(ciphertext)
    if (magic, header, zero) != (_SEAL_MAGIC, _SEAL_HEADER.size, 0) or compression != _ZSTANDARD or size != len(ciphertext):
        raise FrameError("a ciphertext is not in SEAL's format")
    if (major, minor) != LIN_1.seal:
        raise FrameRefused(
            "a ciphertext was written by another version of SEAL",
            remedy="Install the tenseal that docpriv names on both sides: pip install 'docpriv[he]'.",
        )
