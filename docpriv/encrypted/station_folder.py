"""What a station keeps: identity, secret key, MAC key, requests under way.

DIR/station.json      id of the station, profile
DIR/secret.key        0600, see `secret_keys`
DIR/enrolment.json    0600, the MAC key; enrolment.pending.json until the server's receipt is here
DIR/outstanding/      one file a request under way, named by its nonce; nothing of a document
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, field
from pathlib import Path
from typing import Final, Literal

from pydantic.dataclasses import dataclass

from docpriv.encrypted.enrolment import bearer_of, is_receipt, mac_key_of, redemption_of, token_from
from docpriv.encrypted.frames import ID_BYTES
from docpriv.encrypted.profile import Shape
from docpriv.encrypted.records import (
    FORM,
    Digest,
    Id,
    damaged,
    packed,
    parsed,
    read_form,
)
from docpriv.encrypted.secret_keys import StationKey, is_wrapped, make_key, read_key, write_key
from docpriv.errors import EncryptedPathError, FrameRefused, OutputError, UsageError
from docpriv.files import make_private_folder, read_private, write_named

_WAITED: Final = 30 * 86_400  # seconds for which a reply is waited for
_MOST_OUTSTANDING: Final = 100_000


@dataclass(frozen=True, slots=True, kw_only=True, config=FORM)
class _Identity:
    """station.json."""

    format: Literal["docpriv/encrypted-station/1"]
    profile: Literal["lin-1"]
    station: Id


@dataclass(frozen=True, slots=True, kw_only=True, config=FORM)
class _Enrolment:
    """enrolment.json, and enrolment.pending.json."""

    format: Literal["docpriv/encrypted-station-enrolment/1"]
    mac: Digest = field(repr=False)
    nonce: Id
    bearer: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True, config=FORM)
class Outstanding:
    """A request under way. `first`: row of its first document in the batch; then its shape, the key and the head it is for."""

    first: int
    layout: str
    documents: int
    dimension: int
    classes: int
    group: int
    key: Id
    model: Digest


class StationFolder:
    """The folder of a station. `clock` gives Unix time."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._clock = clock
        self.id = read_form(folder / "station.json", "the station", _Identity).station
        try:
            (folder / "outstanding").mkdir(mode=0o700, exist_ok=True)
        except OSError as exc:
            raise OutputError(f"the station's folder cannot be written ({exc.strerror})") from None
        self._outstanding = os.path.join(folder, "outstanding", "")

    @classmethod
    def make(cls, folder: Path, *, passphrase: str | None = None) -> StationFolder:
        """A new station with a new key; OutputExists where the folder holds something."""
        key = make_key()
        make_private_folder(folder, "the station")
        write_key(folder / "secret.key", key, passphrase)
        identity = _Identity(format="docpriv/encrypted-station/1", profile="lin-1", station=secrets.token_bytes(ID_BYTES))
        write_named(folder / "station.json", packed(identity), "the station")
        return cls(folder)

    def key(self, passphrase: str | None = None) -> StationKey:
        """The secret key; UsageError where others can read it or the passphrase does not open it."""
        return read_key(self._folder / "secret.key", passphrase)

    def rotate(self, passphrase: str | None = None) -> tuple[StationKey, int]:
        """Replace the secret key. Gives the new one and how many requests under way are forgotten, for it cannot read them.

        UsageError where the old key is under a passphrase and none is given for the new one.
        """
        if passphrase is None and is_wrapped(self._folder / "secret.key"):
            raise UsageError(
                "the key is under a passphrase, and the new one would not be",
                remedy="Give the passphrase of the new key with --passphrase-file FILE.",
            )
        key = make_key()
        write_key(self._folder / "secret.key", key, passphrase, replace=True)
        waiting = list(self._waiting())
        for path in waiting:
            path.unlink(missing_ok=True)
        return key, len(waiting)

    def redeem(self, token_file: Path) -> bytes:
        """A redemption of a token for the server; until `confirm` nothing is enrolled."""
        token = token_from(read_private(token_file, "the enrolment token").decode("ascii", "replace"))
        redemption = redemption_of(token, self.id)
        enrolment = _Enrolment(
            format="docpriv/encrypted-station-enrolment/1",
            mac=mac_key_of(token.root, self.id, redemption.nonce),
            nonce=redemption.nonce,
            bearer=bearer_of(token.root, self.id, redemption.nonce),
        )
        write_named(self._pending, packed(enrolment), "the enrolment", replace=True)
        return redemption.packed()

    def confirm(self, receipt: bytes) -> None:
        """Take the server's receipt: from now on its key authenticates. EncryptedPathError where it is not for this enrolment."""
        if not self._pending.exists():
            raise UsageError(
                "this station waits for no receipt",
                remedy="Redeem a token first: `docpriv encrypted enroll --station DIR --token FILE --out FILE`.",
            )
        enrolment = read_form(self._pending, "the enrolment", _Enrolment)
        if not is_receipt(receipt, enrolment.mac, self.id, enrolment.nonce):
            raise EncryptedPathError(
                "the receipt is not for the token that this station redeemed last",
                remedy="Give the receipt that the server wrote for the last redemption.",
            )
        write_named(self._folder / "enrolment.json", packed(enrolment), "the enrolment", replace=True)
        self._pending.unlink(missing_ok=True)

    def mac_key(self) -> bytes:
        """The key that authenticates frames; UsageError for a station that is not enrolled."""
        return self._enrolled().mac

    def _enrolled(self) -> _Enrolment:
        path = self._folder / "enrolment.json"
        if not path.exists():
            raise UsageError("this station is not enrolled at a server", remedy="See `docpriv encrypted enroll --help`.")
        return read_form(path, "the enrolment", _Enrolment)

    def bearer(self) -> str:
        """What lets the station in at the server's service; UsageError for a station that is not enrolled."""
        bearer = self._enrolled().bearer
        if bearer is None:
            raise damaged("the enrolment")
        return bearer

    def note(self, nonce: bytes, shape: Shape, *, first: int, key: bytes, model: bytes) -> None:
        """Write down that a reply is waited for."""
        noted = Outstanding(first=first, key=key, model=model, **asdict(shape))
        try:
            with open(self._outstanding + nonce.hex(), "xb") as file:
                file.write(packed(noted, indent=None, sort_keys=False))
        except OSError as exc:
            raise OutputError(f"the station's folder cannot be written ({exc.strerror})") from None

    def waiting(self, nonce: bytes) -> Outstanding:
        """The request of a nonce; FrameRefused where none is under way, or its reply came before."""
        try:
            with open(self._outstanding + nonce.hex(), "rb") as file:
                return parsed(Outstanding, file.read())
        except (OSError, ValueError):
            raise _unasked() from None

    def take(self, nonce: bytes) -> None:
        """Close a request, so that no second reply is accepted; FrameRefused where another did so before."""
        try:
            os.unlink(self._outstanding + nonce.hex())
        except OSError:
            raise _unasked() from None

    def sweep(self) -> int:
        """Forget requests whose reply nobody waits for any more; how many are still under way."""
        kept = 0
        for path in self._waiting():
            with suppress(OSError):
                if path.stat().st_mtime < self._clock() - _WAITED:
                    path.unlink()
                else:
                    kept += 1
        if kept >= _MOST_OUTSTANDING:
            raise EncryptedPathError(
                "very many requests are under way",
                remedy="Fetch their replies, or forget them with `docpriv encrypted keygen DIR --rotate`.",
            )
        return kept

    def _waiting(self) -> list[Path]:
        return list(Path(self._outstanding).iterdir())

    @property
    def _pending(self) -> Path:
        return self._folder / "enrolment.pending.json"


def _unasked() -> FrameRefused:
    return FrameRefused(
        "no request of this station waits for this reply",
        remedy="A reply is accepted once, for a request that is under way; encrypt the documents again.",
    )
