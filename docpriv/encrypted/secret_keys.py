"""The station's secret key: made, kept and used at the station alone; refuses a key file that others can read.

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
from docpriv.encrypted.private_files import replace_private, write_private
from docpriv.encrypted.profile import LIN_1, Profile
from docpriv.encrypted.seal import Context, from_bytes, load_ciphertext, make_context, sealapi, to_bytes
from docpriv.errors import DocprivError, EngineError, UsageError
from docpriv.files import read_private

_AGE: Final = b"age-encryption.org/v1"
_WHAT: Final = "the secret key"


@dataclass(frozen=True, slots=True, kw_only=True)
class StationKey:
    """A CKKS secret key. Its repr, and every message about it, shows the id alone; it cannot be pickled."""

    material: bytes = field(repr=False)
    profile: Profile = LIN_1

    @property
    def id(self) -> bytes:
        """16 bytes that name the key and tell nothing else of it."""
        return hmac.digest(self.material, b"docpriv encrypted key id\0" + self.profile.name.encode(), hashlib.sha256)[:ID_BYTES]

    def __reduce__(self) -> Any:
        raise TypeError("a secret key is not pickled")


def make_key(profile: Profile = LIN_1) -> StationKey:
    """A new key, uniform over {-1, 0, 1}, from the random numbers of the system."""
    context = make_context(profile)
    return StationKey(material=to_bytes(sealapi().KeyGenerator(context.seal).secret_key()), profile=profile)


def write_key(path: Path, key: StationKey, passphrase: str | None = None) -> None:
    """Write a key to a new file of mode 0600; OutputExists where something stands there."""
    write_private(path, _wrapped(key, passphrase), _WHAT)


def replace_key(path: Path, key: StationKey, passphrase: str | None = None) -> None:
    """Put a new key in the place of the one that stands in a file."""
    replace_private(path, _wrapped(key, passphrase), _WHAT)


def read_key(path: Path, passphrase: str | None = None, profile: Profile = LIN_1) -> StationKey:
    """Read a key. UsageError where others can read the file, the passphrase is missing or wrong, or it is no key."""
    data = read_private(path, _WHAT)
    if data.startswith(_AGE):
        if passphrase is None:
            raise UsageError("the secret key is under a passphrase", remedy="Give it with --passphrase-file FILE (one line).")
        try:
            data = _pyrage().passphrase.decrypt(data, passphrase)
        except _pyrage().DecryptError:
            raise UsageError("the passphrase does not open the secret key") from None
    key = StationKey(material=data, profile=profile)
    Cipher(key)
    return key


def is_wrapped(path: Path) -> bool:
    """Whether the key of a file is under a passphrase."""
    return read_private(path, _WHAT).startswith(_AGE)


class Cipher:
    """Encrypts and decrypts slots under one key; for one thread."""

    def __init__(self, key: StationKey) -> None:
        api = sealapi()
        self._context = make_context(key.profile)
        secret = api.SecretKey()
        try:
            from_bytes(secret, self._context, key.material)
            self._encryptor = api.Encryptor(self._context.seal, secret)
            self._decryptor = api.Decryptor(self._context.seal, secret)
        except (DocprivError, RuntimeError, ValueError):
            raise UsageError("the file of the secret key is damaged or none") from None
        self._plain = api.Plaintext()
        check_seal_version(self.encrypted(np.zeros(key.profile.slots, np.complex128)), key.profile)

    @property
    def context(self) -> Context:
        return self._context

    def encrypted(self, slots: Slots) -> bytes:
        """A fresh ciphertext of complex slots (N/2,), half of it as the seed of its random polynomial."""
        self._context.encoder.encode(slots.tolist(), self._context.profile.feature_scale, self._plain)
        return to_bytes(self._encryptor.encrypt_symmetric(self._plain))

    def decrypted(self, ciphertext: bytes | memoryview) -> Slots:
        """Complex slots (N/2,) of a reply's ciphertext; FrameError where it is not of the profile and scale."""
        loaded = load_ciphertext(self._context, ciphertext, self._context.profile.product_scale)
        self._decryptor.decrypt(loaded, self._plain)
        return np.array(self._context.encoder.decode_complex(self._plain), np.complex128)


def _wrapped(key: StationKey, passphrase: str | None) -> bytes:
    if passphrase is None:
        return key.material
    wrapped: bytes = _pyrage().passphrase.encrypt(key.material, passphrase)
    return wrapped


def _pyrage() -> Any:
    try:
        import pyrage
    except ImportError:
        raise EngineError(
            "a key under a passphrase needs pyrage, which is not installed", remedy="Install it: pip install 'docpriv[he]'."
        ) from None
    return pyrage
