"""One token, one station: what passes between server and station until both hold one MAC key.

A token is an id, a proof and a root. Of the proof the server keeps a hash alone, so whoever reads its store enrols nobody;
the root never travels again, so who reads the redemption on its way has no key:

    redemption = token id, proof, station id, nonce, HMAC(root, all of these)
    MAC key    = HMAC(root, "mac", station id, nonce)
    receipt    = HMAC(MAC key, "receipt", station id, nonce)
    bearer     = HMAC(root, "bearer", station id, nonce): what a service lets the station in by; the server keeps its hash
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import field
from typing import Annotated, Final, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from docpriv.encrypted.frames import ID_BYTES
from docpriv.encrypted.records import FORM, Digest, Id, packed, parsed
from docpriv.errors import EncryptedPathError, UsageError

_PREFIX: Final = "docpriv-enrolment-1:"
_TOKEN_ID, _SECRET = 8, 32
_MOST_BYTES: Final = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What lets one station enrol once. Its text is a secret."""

    id: bytes
    proof: bytes = field(repr=False)
    root: bytes = field(repr=False)

    @property
    def text(self) -> str:
        return _PREFIX + base64.urlsafe_b64encode(self.id + self.proof + self.root).decode()


@dataclass(frozen=True, slots=True, kw_only=True, config=FORM)
class Redemption:
    """What a station sends for a token."""

    format: Literal["docpriv/encrypted-enrolment/1"]
    token: Annotated[bytes, Field(min_length=_TOKEN_ID, max_length=_TOKEN_ID)]
    proof: Digest = field(repr=False)
    station: Id
    nonce: Id
    tag: Digest = field(repr=False)

    def packed(self) -> bytes:
        return packed(self, indent=None, sort_keys=False)

    def fits(self, root: bytes) -> bool:
        return hmac.compare_digest(self.tag, _tag(root, b"redemption", self.token, self.proof, self.station, self.nonce))


def new_token() -> Token:
    return Token(id=secrets.token_bytes(_TOKEN_ID), proof=secrets.token_bytes(_SECRET), root=secrets.token_bytes(_SECRET))


def token_from(text: str) -> Token:
    """UsageError for a text that is no token."""
    try:
        data = base64.urlsafe_b64decode(text.strip().removeprefix(_PREFIX).encode("ascii"))
    except ValueError:
        data = b""
    if not text.strip().startswith(_PREFIX) or len(data) != _TOKEN_ID + 2 * _SECRET:
        raise UsageError(
            "the file holds no enrolment token",
            remedy="The server makes one: `docpriv encrypted enroll --server DIR --token FILE`.",
        )
    return Token(id=data[:_TOKEN_ID], proof=data[_TOKEN_ID:-_SECRET], root=data[-_SECRET:])


def redemption_of(token: Token, station: bytes) -> Redemption:
    """A redemption of a token for a station (16 bytes)."""
    nonce = secrets.token_bytes(ID_BYTES)
    return Redemption(
        format="docpriv/encrypted-enrolment/1",
        token=token.id,
        proof=token.proof,
        station=station,
        nonce=nonce,
        tag=_tag(token.root, b"redemption", token.id, token.proof, station, nonce),
    )


def redemption_from(data: bytes) -> Redemption:
    """EncryptedPathError for bytes that are no redemption."""
    try:
        if len(data) > _MOST_BYTES:
            raise ValueError
        return parsed(Redemption, data)
    except ValueError:
        raise EncryptedPathError(
            "the bytes are no redemption of an enrolment token",
            remedy="Make one at the station: `docpriv encrypted enroll --station DIR --token FILE --out FILE`.",
        ) from None


def mac_key_of(root: bytes, station: bytes, nonce: bytes) -> bytes:
    """The 32 bytes that authenticate the frames of a station."""
    return _tag(root, b"mac", station, nonce)


def bearer_of(root: bytes, station: bytes, nonce: bytes) -> str:
    """The bearer token of a station for a service over HTTP. A secret."""
    return base64.urlsafe_b64encode(_tag(root, b"bearer", station, nonce)).rstrip(b"=").decode()


def bearer_digest(bearer: str) -> str:
    """What the server keeps of a bearer token: 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(b"docpriv bearer token\0" + bearer.encode("utf-8", "replace")).hexdigest()


def receipt_of(mac_key: bytes, station: bytes, nonce: bytes) -> bytes:
    """What proves to the station that the server has the key."""
    return _tag(mac_key, b"receipt", station, nonce).hex().encode() + b"\n"


def is_receipt(data: bytes, mac_key: bytes, station: bytes, nonce: bytes) -> bool:
    return hmac.compare_digest(data.strip(), receipt_of(mac_key, station, nonce).strip())


def token_digest(proof: bytes) -> str:
    """What the server keeps of a token's proof: 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(b"docpriv enrolment token\0" + proof).hexdigest()


def _tag(key: bytes, label: bytes, *parts: bytes) -> bytes:
    framed = b"".join(len(part).to_bytes(4, "big") + part for part in (label, *parts))
    return hmac.digest(key, b"docpriv enrolment\0" + framed, hashlib.sha256)
