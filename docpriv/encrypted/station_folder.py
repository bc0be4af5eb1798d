"""What a station keeps: identity, secret key, MAC key, requests under way; refuses a reply that no request waits for.

DIR/station.json      id of the station, profile
DIR/secret.key        0600, see `secret_keys`
DIR/enrolment.json    0600, the MAC key; enrolment.pending.json until the server's receipt is here
DIR/outstanding/      one file a request under way, named by its nonce; nothing of a document
"""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from docpriv.encrypted.enrolment import bearer_of, is_receipt, mac_key_of, redemption_of, token_from
from docpriv.encrypted.frames import ID_BYTES
from docpriv.encrypted.private_files import (
    facts_bytes,
    make_private_folder,
    read_facts,
    replace_private,
    write_private,
)
from docpriv.encrypted.profile import LIN_1, Profile, Shape, profile_by_name
from docpriv.encrypted.secret_keys import StationKey, is_wrapped, make_key, read_key, replace_key, write_key
from docpriv.errors import EncryptedPathError, FrameRefused, OutputError, UsageError
from docpriv.files import read_private

_STATION: Final = "docpriv/encrypted-station/1"
_ENROLMENT: Final = "docpriv/encrypted-station-enrolment/1"
_WAITED: Final = 30 * 86_400  # seconds for which a reply is waited for
_MOST_OUTSTANDING: Final = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Outstanding:
    """A request under way. `first`: row of its first document in the batch; `key`, `model`: hex."""

    first: int
    layout: str
    documents: int
    dimension: int
    classes: int
    group: int
    key: str
    model: str


class StationFolder:
    """The folder of a station. `clock` gives Unix time."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._clock = clock
        facts = read_facts(folder / "station.json", "the station", _STATION)
        try:
            self.id = bytes.fromhex(facts["station"])
            self.profile: Profile = profile_by_name(facts["profile"])
            (folder / "outstanding").mkdir(mode=0o700, exist_ok=True)
        except (KeyError, TypeError, ValueError):
            raise UsageError("the file of the station is damaged or of another version") from None
        except OSError as exc:
            raise OutputError(f"the station's folder cannot be written ({exc.strerror})") from None
        self._outstanding = os.path.join(folder, "outstanding", "")

    @classmethod
    def make(cls, folder: Path, *, passphrase: str | None = None, profile: Profile = LIN_1) -> StationFolder:
        """A new station with a new key; OutputExists where the folder holds something."""
        key = make_key(profile)
        make_private_folder(folder)
        write_key(folder / "secret.key", key, passphrase)
        write_private(
            folder / "station.json",
            facts_bytes({"format": _STATION, "profile": profile.name, "station": secrets.token_bytes(ID_BYTES).hex()}),
            "the station",
        )
        return cls(folder)

    def key(self, passphrase: str | None = None) -> StationKey:
        """The secret key; UsageError where others can read it or the passphrase does not open it."""
        return read_key(self._folder / "secret.key", passphrase, self.profile)

    def rotate(self, passphrase: str | None = None) -> tuple[StationKey, int]:
        """Replace the secret key. Gives the new one and how many requests under way are forgotten, for it cannot read them.

        UsageError where the old key is under a passphrase and none is given for the new one.
        """
        if passphrase is None and is_wrapped(self._folder / "secret.key"):
            raise UsageError(
                "the key is under a passphrase, and the new one would not be",
                remedy="Give the passphrase of the new key with --passphrase-file FILE.",
            )
        key = make_key(self.profile)
        replace_key(self._folder / "secret.key", key, passphrase)
        waiting = list(self._waiting())
        for path in waiting:
            path.unlink(missing_ok=True)
        return key, len(waiting)

    def redeem(self, token_file: Path) -> bytes:
        """A redemption of a token for the server; until `confirm` nothing is enrolled."""
        token = token_from(read_private(token_file, "the enrolment token").decode("ascii", "replace"))
        redemption = redemption_of(token, self.id)
        facts = {
            "format": _ENROLMENT,
            "mac": mac_key_of(token.root, self.id, redemption.nonce).hex(),
            "nonce": redemption.nonce.hex(),
            "bearer": bearer_of(token.root, self.id, redemption.nonce),
        }
        replace_private(self._pending, facts_bytes(facts), "the enrolment")
        return redemption.packed()

    def confirm(self, receipt: bytes) -> None:
        """Take the server's receipt: from now on its key authenticates. EncryptedPathError where it is not for this enrolment."""
        if not self._pending.exists():
            raise UsageError(
                "this station waits for no receipt",
                remedy="Redeem a token first: `docpriv encrypted enroll --station DIR --token FILE --out FILE`.",
            )
        facts = read_facts(self._pending, "the enrolment", _ENROLMENT)
        mac_key, nonce = _bytes(facts, "mac"), _bytes(facts, "nonce")
        if not is_receipt(receipt, mac_key, self.id, nonce):
            raise EncryptedPathError(
                "the receipt is not for the token that this station redeemed last",
                remedy="Give the receipt that the server wrote for the last redemption.",
            )
        replace_private(self._folder / "enrolment.json", facts_bytes(facts), "the enrolment")
        self._pending.unlink(missing_ok=True)

    def mac_key(self) -> bytes:
        """The key that authenticates frames; UsageError for a station that is not enrolled."""
        return _bytes(self._enrolled(), "mac")

    def _enrolled(self) -> dict[str, Any]:
        path = self._folder / "enrolment.json"
        if not path.exists():
            raise UsageError("this station is not enrolled at a server", remedy="See `docpriv encrypted enroll --help`.")
        return read_facts(path, "the enrolment", _ENROLMENT)

    def bearer(self) -> str:
        """What lets the station in at the server's service; UsageError for a station that is not enrolled."""
        bearer = self._enrolled().get("bearer")
        if not isinstance(bearer, str):
            raise UsageError("the file of the enrolment is damaged or of another version")
        return bearer

    def note(self, nonce: bytes, shape: Shape, *, first: int, key: bytes, model: bytes) -> None:
        """Write down that a reply is waited for."""
        record = {
            "first": first,
            "layout": shape.layout,
            "documents": shape.documents,
            "dimension": shape.dimension,
            "classes": shape.classes,
            "group": shape.group,
            "key": key.hex(),
            "model": model.hex(),
        }
        try:
            with open(self._outstanding + nonce.hex(), "xb") as file:
                file.write(json.dumps(record).encode())
        except OSError as exc:
            raise OutputError(f"the station's folder cannot be written ({exc.strerror})") from None

    def waiting(self, nonce: bytes) -> Outstanding:
        """The request of a nonce; FrameRefused where none is under way, or its reply came before."""
        try:
            with open(self._outstanding + nonce.hex(), "rb") as file:
                return Outstanding(**json.loads(file.read()))
        except (OSError, ValueError, TypeError):
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


def _bytes(facts: dict[str, Any], name: str) -> bytes:
    try:
        return bytes.fromhex(facts[name])
    except (KeyError, TypeError, ValueError):
        raise UsageError("the file of the enrolment is damaged or of another version") from None


def _unasked() -> FrameRefused:
    return FrameRefused(
        "no request of this station waits for this reply",
        remedy="A reply is accepted once, for a request that is under way; encrypt the documents again.",
    )
