"""What was replaced in a document, for those who were named; refuses to let it touch a disk unencrypted.

The format is age (age-encryption.org/v1), so that any age program opens it too.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from docpriv.errors import EngineError, IntegrityError, OutputError, UsageError
from docpriv.files import read_private, sync_folder, write_whole
from docpriv.model import Kind
from docpriv.pseudonyms.writer import Entry
from docpriv.records import TEMPORARY

FORMAT = "docpriv/pseudonym-mapping/1"
_IDENTITY_ADVICE = "Give the file that `age-keygen -o FILE` wrote for the recipient; nobody else may read it: chmod 600 FILE."
_LARGEST = 1 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """A mapping that was opened: of which document and output, and what stands for what."""

    document: str
    output_sha256: str
    entries: tuple[Entry, ...] = field(repr=False)


def recipients_of(given: Sequence[str]) -> tuple[str, ...]:
    """Age recipients as they were given, or from files with one a line. UsageError says which is none, never what it is."""
    found: list[str] = []
    for number, one in enumerate(given, start=1):
        if one.startswith("age1"):
            found.append(one)
            continue
        try:
            with Path(one).open("rb") as file:
                lines = file.read(1 << 20).decode().splitlines()
        except (OSError, UnicodeDecodeError):
            raise UsageError(f"recipient {number} is neither an age recipient nor a file of them that can be read") from None
        found += [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]
    age = _age()
    for number, one in enumerate(found, start=1):
        try:
            age.x25519.Recipient.from_str(one)
        except age.RecipientError:
            raise UsageError(
                f"recipient {number} is no age recipient", remedy="They begin with age1; `age-keygen` makes one."
            ) from None
    if given and not found:
        raise UsageError("no recipient was given for the mapping")
    return tuple(dict.fromkeys(found))


def mapping_path(records: Path, document: str) -> Path:
    """Where the mapping of a document stands among the records."""
    return records / "private" / f"{document}.mapping.age"


def keep_mapping(records: Path, document: str, output_sha256: str, entries: Sequence[Entry], recipients: Sequence[str]) -> Path:
    """Write the encrypted mapping of a document, whole or not at all, readable by its owner only; OutputError where it cannot.

    It stands beside that of an earlier release until `commit_mapping`.
    """
    age = _age()
    data = json.dumps(
        {
            "format": FORMAT,
            "document": document,
            "output_sha256": output_sha256,
            "entries": [[str(e.kind), e.value, e.pseudonym] for e in entries],
        },
        ensure_ascii=False,
    ).encode()
    coded = age.encrypt(data, [age.x25519.Recipient.from_str(one) for one in recipients])
    path = mapping_path(records, document).with_suffix(".next")
    try:
        write_whole(path, coded, replace=True, prefix=TEMPORARY)
    except OSError as exc:
        raise OutputError(f"the mapping cannot be written ({exc.strerror})") from None
    return path


def commit_mapping(path: Path) -> None:
    """Make the mapping of a release that happened that of its document."""
    try:
        os.replace(path, path.with_suffix(".age"))
        sync_folder(path.parent)
    except OSError as exc:
        raise OutputError(f"the mapping cannot be written ({exc.strerror})") from None


def open_mapping(path: Path, identity: Path) -> Mapping:
    """Decrypt a mapping in memory. UsageError where the identity is none or the wrong one, IntegrityError where the file is
    no mapping or was changed."""
    age = _age()
    identities = []
    for line in (
        read_private(identity, "the identity", remedy=_IDENTITY_ADVICE, follow=True).decode("utf-8", "replace").splitlines()
    ):
        if line.startswith("AGE-SECRET-KEY-"):
            try:
                identities.append(age.x25519.Identity.from_str(line.strip()))
            except age.IdentityError:
                raise UsageError("the identity is damaged", remedy=_IDENTITY_ADVICE) from None
    if not identities:
        raise UsageError("the file of the identity holds no age identity", remedy=_IDENTITY_ADVICE)
    try:
        with path.open("rb") as file:
            coded = file.read(_LARGEST)
    except OSError as exc:
        raise UsageError(f"the mapping cannot be read ({exc.strerror})") from None
    try:
        data = age.decrypt(coded, identities)
    except age.DecryptError as exc:
        if "No matching keys" in str(exc):
            raise UsageError("the mapping was not encrypted for this identity") from None
        raise IntegrityError("the mapping is damaged or is none") from None
    try:
        return _mapping(json.loads(data))
    except (ValueError, KeyError, TypeError):
        raise IntegrityError("the mapping is of another version or is none") from None


def _mapping(data: dict[str, Any]) -> Mapping:
    if data["format"] != FORMAT:
        raise ValueError
    return Mapping(
        document=str(data["document"]),
        output_sha256=str(data["output_sha256"]),
        entries=tuple(Entry(Kind(kind), str(value), str(pseudonym)) for kind, value, pseudonym in data["entries"]),
    )


def _age() -> Any:
    try:
        import pyrage
    except ImportError:
        raise EngineError(
            "an encrypted mapping needs pyrage, which is not installed", remedy="Install it: pip install 'docpriv[vault]'."
        ) from None
    return pyrage
