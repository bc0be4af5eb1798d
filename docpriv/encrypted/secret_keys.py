"""The station's secret key: made, kept and used at the station alone.

No module of the server's side imports this one (a test over the imports). The file is the key as SEAL writes it, or the same
under a passphrase in age's format (scrypt and ChaCha20-Poly1305).
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from docpriv.encrypted.frames import ID_BYTES, check_seal_version
from docpriv.encrypted.packing import Slots
from docpriv.encrypted.profile import LIN_1
from docpriv.encrypted.seal import from_bytes, load_ciphertext, make_context, sealapi, to_bytes
from docpriv.errors import DocprivError, EngineError, UsageError
from docpriv.files import read_private, write_named

_AGE: Final = b"age-encryption.org/v1"
_WHAT: Final = "the secret key"


@dataclass(frozen=True, slots=True, kw_only=True)
class StationKey:
    """A CKKS secret key. Its repr, and every message about it, shows the id alone; it cannot be pickled."""

    material: bytes = field(repr=False)

    @property
    def id(self) -> bytes:
        """16 bytes that name the key and tell nothing else of it."""
        return hmac.digest(self.material, b"docpriv encrypted key id\0" + LIN_1.name.encode(), hashlib.sha256)[:ID_BYTES]

    def __reduce__(self) -> Any:
        raise TypeError("a secret key is not pickled")


def make_key() -> StationKey:
    """A new key, uniform over {-1, 0, 1}, from the random numbers of the system."""
    return StationKey(material=to_bytes(sealapi().KeyGenerator(make_context().seal).secret_key()))


def write_key(path: Path, key: StationKey, passphrase: str | None = None, *, replace: bool = False) -> None:
    """Write a key to a file of mode 0600; OutputExists where something stands there, unless `replace`."""
    data = key.material if passphrase is None else _pyrage().passphrase.encrypt(key.material, passphrase)
    write_named(path, data, _WHAT, replace=replace)


def read_key(path: Path, passphrase: str | None = None) -> StationKey:
    """Read a key. UsageError where others can read the file, the passphrase is missing or wrong, or it is no key."""
    data = read_private(path, _WHAT)
    if data.startswith(_AGE):
        if passphrase is None:
            raise UsageError("the secret key is under a passphrase", remedy="Give it with --passphrase-file FILE (one line).")
        try:
            data = _pyrage().passphrase.decrypt(data, passphrase)
        except _pyrage().DecryptError:
            raise UsageError("the passphrase does not open the secret key") from None
    key = StationKey(material=data)
    Cipher(key)
    return key


def is_wrapped(path: Path) -> bool:
    """Whether the key of a file is under a passphrase."""
    return read_private(path, _WHAT).startswith(_AGE)


class Cipher:
    """Encrypts and decrypts slots under one key; for one thread."""

    def __init__(self, key: StationKey) -> None:
        api = sealapi()
        self.context = make_context()
        secret = api.SecretKey()
        try:
            from_bytes(secret, self.context, key.material)
            self._encryptor = api.Encryptor(self.context.seal, secret)
            self._decryptor = api.Decryptor(self.context.seal, secret)
        except (DocprivError, RuntimeError, ValueError):
            raise UsageError("the file of the secret key is damaged or none") from None
        self._plain = api.Plaintext()
        check_seal_version(self.encrypted(np.zeros(LIN_1.slots, np.complex128)))

    def encrypted(self, slots: Slots) -> bytes:
        """A fresh ciphertext of complex slots (N/2,), half of it as the seed of its random polynomial."""
        self.context.encoder.encode(slots.tolist(), LIN_1.feature_scale, self._plain)
        return to_bytes(self._encryptor.encrypt_symmetric(self._plain))

    def decrypted(self, ciphertext: bytes | memoryview) -> Slots:
        """Complex slots (N/2,) of a reply's ciphertext; FrameError where it is not of the profile and scale."""
        loaded = load_ciphertext(self.context, ciphertext, LIN_1.product_scale)
        self._decryptor.decrypt(loaded, self._plain)
        return np.array(self.context.encoder.decode_complex(self._plain), np.complex128)


def _pyrage() -> Any:
    try:
        import pyrage
    except ImportError:
        raise EngineError(
            "a key under a passphrase needs pyrage, which is not installed", remedy="Install it: pip install 'docpriv[he]'."
        ) from None
    return pyrage
