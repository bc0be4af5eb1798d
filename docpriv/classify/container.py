"""Arrays and facts in one npz file: every array named with shape, type and SHA-256, and no pickle.

The file is a zip as numpy writes it, with one more member, `model.json`. It is read under limits: nothing is unpacked that
the directory of the zip does not bound, and no array is made whose size the bytes at hand do not have.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, Field

from docpriv.errors import ModelError
from docpriv.files import open_regular

MANIFEST: Final = "model.json"
MOST_BYTES: Final = 32 << 20
"""Of a file, and of all its members unpacked: four times what a shipped model may hold."""

_MOST_MEMBERS: Final = 32
_MOST_MANIFEST: Final = 1 << 20
_DATE: Final = (1980, 1, 1, 0, 0, 0)
_REMEDY: Final = "Take the file again from where it was written, or train a new one with `docpriv classify train`."

AnyArray = npt.NDArray[Any]
_Length = Annotated[int, Field(strict=True, ge=0, le=MOST_BYTES)]


class _Listed(BaseModel):
    """What the manifest says of an array."""

    dtype: Literal["<f2", "<f4", "<f8", "<u4", "|i1"]
    shape: tuple[_Length] | tuple[_Length, _Length]
    sha256: str


class _Manifest(BaseModel):
    """`model.json`."""

    format: Literal["docpriv-classifier"]
    version: Literal[1]
    facts: dict[str, Any]
    arrays: dict[str, _Listed]


def broken(what: str) -> ModelError:
    """The error of a file that is not a classifier or not whole."""
    return ModelError(f"the classifier file does not hold together: {what}", remedy=_REMEDY)


def array_sha256(array: AnyArray) -> str:
    """SHA-256 over type, shape and the bytes in C order, in hex."""
    head = f"{array.dtype.str} {','.join(map(str, array.shape))}\n".encode()
    return hashlib.sha256(head + np.ascontiguousarray(array).tobytes()).hexdigest()


def canonical(facts: Mapping[str, Any]) -> bytes:
    """Facts as JSON with one spelling: the same facts are the same bytes."""
    return json.dumps(facts, sort_keys=True, ensure_ascii=True, separators=(",", ":"), allow_nan=False).encode()


def packed(facts: Mapping[str, Any], arrays: Mapping[str, AnyArray]) -> bytes:
    """The file's bytes; the same facts and arrays give the same bytes."""
    listed = {name: {"dtype": a.dtype.str, "shape": list(a.shape), "sha256": array_sha256(a)} for name, a in arrays.items()}
    manifest = {"format": "docpriv-classifier", "version": 1, "facts": dict(facts), "arrays": listed}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        _add(file, MANIFEST, json.dumps(manifest, sort_keys=True, indent=1, allow_nan=False).encode() + b"\n")
        for name in sorted(arrays):
            member = io.BytesIO()
            np.lib.format.write_array(member, np.ascontiguousarray(arrays[name]), version=(1, 0), allow_pickle=False)
            _add(file, f"{name}.npy", member.getvalue())
    return out.getvalue()


def read(path: Path) -> tuple[dict[str, Any], dict[str, AnyArray]]:
    """Facts and read-only arrays of a file; ModelError for anything that is not exactly what `packed` writes."""
    try:
        with open_regular(path) as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as exc:
        raise ModelError(f"the classifier file cannot be read ({exc.strerror})", remedy=_REMEDY) from None
    return unpacked(data)


def unpacked(data: bytes) -> tuple[dict[str, Any], dict[str, AnyArray]]:
    """Facts and arrays of the bytes of a file; see `read`."""
    if len(data) > MOST_BYTES:
        raise broken(f"it is larger than {MOST_BYTES >> 20} MB")
    try:
        members = _members(data)
        manifest = _Manifest.model_validate_json(members.pop(MANIFEST))
    except (zipfile.BadZipFile, zlib.error, ValueError, EOFError, RuntimeError, OSError, LookupError, TypeError):
        raise broken("it is no zip of the kind that this version of docpriv writes") from None
    if {f"{name}.npy" for name in manifest.arrays} != set(members):
        raise broken("its arrays are not those listed")
    return manifest.facts, {name: _array(members[f"{name}.npy"], entry) for name, entry in manifest.arrays.items()}


def _add(file: zipfile.ZipFile, name: str, data: bytes) -> None:
    info = zipfile.ZipInfo(name, date_time=_DATE)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 3
    info.external_attr = 0o644 << 16
    file.writestr(info, data, compresslevel=9)


def _members(data: bytes) -> dict[str, bytes]:
    out: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        entries = file.infolist()
        if len(entries) > _MOST_MEMBERS or sum(e.file_size for e in entries) > MOST_BYTES:
            raise ValueError
        for entry in entries:
            limit = _MOST_MANIFEST if entry.filename == MANIFEST else entry.file_size
            with file.open(entry) as member:
                content = member.read(limit + 1)  # never more than announced, whatever is packed
            if len(content) != entry.file_size or entry.filename in out:
                raise ValueError
            out[entry.filename] = content
    return out


def _array(member: bytes, entry: _Listed) -> AnyArray:
    """The array of a member, if it is the one that the manifest lists."""
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(head, {"descr": entry.dtype, "fortran_order": False, "shape": entry.shape})
    content, kind = member[len(head.getvalue()) :], np.dtype(entry.dtype)
    if not member.startswith(head.getvalue()) or len(content) != kind.itemsize * prod(entry.shape):
        raise broken("an array is not of the shape listed")
    array: AnyArray = np.frombuffer(content, dtype=kind).reshape(entry.shape)
    if array_sha256(array) != entry.sha256:
        raise broken("the SHA-256 of an array differs")
    return array
