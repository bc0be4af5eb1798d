"""Frames between station and server, read in plain Python; refuses whatever is not exactly one before SEAL sees a byte.

    `DPHE` | u8 version | u8 kind | u16 profile | 16 station | 16 key | 32 schema | 32 model | 16 nonce | u8 layout | u8 zero
    | u16 dimension | u16 classes | u16 group | u32 documents | u32 ciphertexts | n x (u32 length, bytes) | 32 HMAC-SHA256

Big endian; the HMAC is over all that stands before it. Lengths and counts are compared with what the shape implies before
anything is taken apart; parts are views of the bytes given, never copies.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from docpriv.encrypted.profile import LAYOUTS, MOST_FRAME_BYTES, Profile, Shape, profile_by_id
from docpriv.errors import FrameError, FrameRefused, UsageError

MAGIC: Final = b"DPHE"
VERSION: Final = 1
MAC_KEY_BYTES: Final = 32
TAG_BYTES: Final = 32
ID_BYTES: Final = 16
DIGEST_BYTES: Final = 32
HEADER: Final = struct.Struct(">4sBBH16s16s32s32s16sBBHHHII")
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
    """A frame whose HMAC was right. `ciphertexts` are views of the bytes it came in."""

    direction: Direction
    profile: Profile
    station: bytes
    key: bytes
    schema: bytes
    model: bytes
    nonce: bytes
    shape: Shape
    ciphertexts: tuple[memoryview, ...] = field(repr=False)


def seal_frame(
    *,
    direction: Direction,
    station: bytes,
    key: bytes,
    schema: bytes,
    model: bytes,
    nonce: bytes,
    shape: Shape,
    ciphertexts: Sequence[bytes | memoryview],
    mac_key: bytes,
) -> bytes:
    """The bytes of a frame; FrameError where ciphertexts are not what the shape implies."""
    profile = shape.profile
    least, most = _window(profile, direction)
    if len(ciphertexts) != _count(shape, direction) or not all(least <= len(c) <= most for c in ciphertexts):
        raise FrameError("the ciphertexts are not those of a frame of this shape")
    head = HEADER.pack(
        MAGIC,
        VERSION,
        direction,
        profile.id,
        station,
        key,
        schema,
        model,
        nonce,
        LAYOUTS.index(shape.layout),
        0,
        shape.dimension,
        shape.classes,
        shape.group,
        shape.documents,
        len(ciphertexts),
    )
    parts: list[bytes | memoryview] = [head]
    for one in ciphertexts:
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
    (
        magic,
        version,
        kind,
        profile_id,
        station,
        key,
        schema,
        model,
        nonce,
        layout,
        zero,
        dimension,
        classes,
        group,
        documents,
        count,
    ) = HEADER.unpack_from(view)
    if magic != MAGIC:
        raise FrameError("the bytes are no frame")
    if version != VERSION:
        raise FrameRefused("the frame is of another version", remedy="Use the same version of docpriv on both sides.")
    if kind != direction:
        raise FrameError("the frame is not of the kind that belongs here")
    profile = profile_by_id(profile_id)
    if zero or layout >= len(LAYOUTS):
        raise FrameError("the frame names a layout that there is none of")
    try:
        shape = Shape(
            layout=LAYOUTS[layout], documents=documents, dimension=dimension, classes=classes, group=group, profile=profile
        )
    except UsageError:
        raise FrameError("the frame's counts do not fit its layout") from None
    if count != _count(shape, direction):
        raise FrameError("the frame has not as many ciphertexts as its shape implies")
    ciphertexts = _parts(view[HEADER.size : -TAG_BYTES], count, _window(profile, direction))
    mac_key = mac_key_of(station)
    expected = hmac.digest(mac_key or _NO_KEY, view[:-TAG_BYTES], hashlib.sha256)
    if not hmac.compare_digest(expected, view[-TAG_BYTES:]) or mac_key is None:
        raise FrameError("the frame does not authenticate: another key, an unknown station, or changed on the way")
    for one in ciphertexts:
        _check_seal_header(one, profile)
    return Frame(
        direction=direction,
        profile=profile,
        station=station,
        key=key,
        schema=schema,
        model=model,
        nonce=nonce,
        shape=shape,
        ciphertexts=ciphertexts,
    )


def check_seal_version(ciphertext: bytes | memoryview, profile: Profile) -> None:
    """FrameRefused where this installation's SEAL writes another format than the profile was made for."""
    if tuple(ciphertext[3:5]) != profile.seal:
        raise FrameRefused(
            "the SEAL of this tenseal writes another version of its format than the profile knows",
            remedy="Install the tenseal that docpriv names: pip install 'docpriv[he]'.",
        )


def _count(shape: Shape, direction: Direction) -> int:
    return shape.request_ciphertexts if direction is Direction.REQUEST else shape.reply_ciphertexts


def _window(profile: Profile, direction: Direction) -> tuple[int, int]:
    return profile.seeded_bytes if direction is Direction.REQUEST else profile.full_bytes


def _parts(body: memoryview, count: int, window: tuple[int, int]) -> tuple[memoryview, ...]:
    least, most = window
    if not count * (least + _LENGTH.size) <= len(body) <= count * (most + _LENGTH.size):
        raise FrameError("the frame is not as long as its ciphertexts")
    parts, at = [], 0
    for _ in range(count):
        if len(body) - at < _LENGTH.size:
            raise FrameError("the frame is cut short")
        (length,) = _LENGTH.unpack_from(body, at)
        at += _LENGTH.size
        if not least <= length <= most or length > len(body) - at:
            raise FrameError("a ciphertext has a length that none can have")
        parts.append(body[at : at + length])
        at += length
    if at != len(body):
        raise FrameError("something follows the frame's ciphertexts")
    return tuple(parts)


def _check_seal_header(ciphertext: memoryview, profile: Profile) -> None:
    magic, header, major, minor, compression, zero, size = _SEAL_HEADER.unpack_from(ciphertext)
    if (magic, header, zero) != (_SEAL_MAGIC, _SEAL_HEADER.size, 0) or compression != _ZSTANDARD or size != len(ciphertext):
        raise FrameError("a ciphertext is not in SEAL's format")
    if (major, minor) != profile.seal:
        raise FrameRefused(
            "a ciphertext was written by another version of SEAL",
            remedy="Install the tenseal that docpriv names on both sides: pip install 'docpriv[he]'.",
        )
