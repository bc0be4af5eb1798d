"""SEAL through tenseal's `sealapi`: context of a profile, ciphertexts from and to bytes.

Nothing here makes, holds or uses a key. `sealapi` reads and writes paths alone; the path is a file in memory (memfd) that
belongs to one process and one thread: shared across a fork, two writers mix and SEAL ends the process.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field
from typing import Any

from docpriv.encrypted.profile import LIN_1, Profile
from docpriv.errors import EncryptedPathError, EngineError, FrameError


def sealapi() -> Any:
    """tenseal's bindings of SEAL; EngineError where tenseal is not installed."""
    try:
        import tenseal.sealapi
    except ImportError:
        raise EngineError(
            "encrypted classification needs tenseal, which is not installed", remedy="Install it: pip install 'docpriv[he]'."
        ) from None
    return tenseal.sealapi


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """A SEAL context with its encoder. Read only; one a process is enough."""

    seal: Any = field(repr=False)
    encoder: Any = field(repr=False)


def make_context(profile: Profile = LIN_1) -> Context:
    """The context of the profile; EncryptedPathError where SEAL finds it under 128 bits of security."""
    api = sealapi()
    parameters = api.EncryptionParameters(api.SCHEME_TYPE.CKKS)
    parameters.set_poly_modulus_degree(profile.degree)
    parameters.set_coeff_modulus(api.CoeffModulus.Create(profile.degree, [profile.modulus_bits]))
    context = api.SEALContext(parameters, True, api.SEC_LEVEL_TYPE.TC128)
    if not context.parameters_set():
        raise EncryptedPathError("SEAL refuses the parameters of the profile")
    return Context(seal=context, encoder=api.CKKSEncoder(context))


class _MemoryFile:
    """A file in memory that ends with the thread that made it."""

    def __init__(self) -> None:
        self.process = os.getpid()
        self.handle = os.memfd_create("ciphertext", os.MFD_CLOEXEC)

    def __del__(self) -> None:
        os.close(self.handle)


_own = threading.local()


def _handle() -> int:
    """The memory file of this process and thread; made anew after a fork, for the parent's is shared with it."""
    file: _MemoryFile | None = getattr(_own, "file", None)
    if file is None or file.process != os.getpid():
        file = _own.file = _MemoryFile()
    return file.handle


def to_bytes(thing: Any) -> bytes:
    """The bytes of anything that SEAL saves."""
    handle = _handle()
    thing.save(f"/proc/self/fd/{handle}")  # SEAL empties the file first
    return os.pread(handle, os.fstat(handle).st_size, 0)


def from_bytes(thing: Any, context: Context, data: bytes | memoryview) -> None:
    """Let SEAL load bytes that were checked before; FrameError where it refuses them, without its words."""
    handle = _handle()
    os.pwrite(handle, data, 0)
    os.ftruncate(handle, len(data))  # in this order: emptying it first would give its pages back, and costs more
    try:
        thing.load(context.seal, f"/proc/self/fd/{handle}")
    except (RuntimeError, ValueError, IndexError, MemoryError, OverflowError):
        raise FrameError("a ciphertext is damaged: SEAL refuses it") from None


def load_ciphertext(context: Context, data: bytes | memoryview, scale: float) -> Any:
    """A ciphertext of two polynomials of the profile at this scale; FrameError for any other."""
    out = sealapi().Ciphertext()
    from_bytes(out, context, data)
    if (
        out.size() != 2
        or not out.is_ntt_form()
        or out.coeff_modulus_size() != 1
        or out.poly_modulus_degree() != LIN_1.degree
        or out.parms_id() != context.seal.first_parms_id()
        or out.scale != scale
        or out.is_transparent()
    ):
        raise FrameError("a ciphertext is not of the profile")
    return out
