"""Which files are documents, what they are called in records, where their outputs go; refuses two outputs of one name."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from docpriv.errors import InputError, IntegrityError, OutputError, UnsupportedInput
from docpriv.intake import sniff
from docpriv.model import MediaType
from docpriv.options import Recipe
from docpriv.records import DocumentRecord, read_private, read_record, write_json

_SUFFIX: dict[MediaType, str] = {"image/png": ".png", "image/jpeg": ".jpg", "image/tiff": ".tif", "image/bmp": ".bmp",
                                 "image/webp": ".webp", "application/pdf": ".pdf"}
_KEPT_SUFFIXES = {"image/jpeg": {".jpg", ".jpeg", ".jpe", ".jfif"}, "image/tiff": {".tif", ".tiff"}}
_HEAD = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A document that was found: its file, its path below the input that named it, and as the user typed it."""

    source: Path = field(repr=False)
    relative: Path = field(repr=False)
    shown: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """Documents in a stable order, and how many other files of folders were passed over."""

    documents: tuple[Found, ...]
    skipped: int


def find_documents(inputs: Sequence[Path], *, exclude: Sequence[Path] = ()) -> Walk:
    """Documents named directly, and those below folders, by content. Hidden files and linked folders are not entered.

    A file named directly is always taken: what it is, or that it is nothing docpriv reads, is said when it is opened.
    """
    found: list[Found] = []
    skipped = 0
    shut = {p.resolve() for p in exclude}
    for given in inputs:
        if given.is_dir():
            for folder, folders, files in os.walk(given, followlinks=False):
                at = Path(folder)
                folders[:] = sorted(f for f in folders if not f.startswith(".") and (at / f).resolve() not in shut)
                for name in sorted(files):
                    path = at / name
                    if name.startswith(".") or not _is_document(path):
                        skipped += 1
                        continue
                    found.append(Found(source=path, relative=path.relative_to(given), shown=str(path)))
        elif given.exists():
            found.append(Found(source=given, relative=Path(given.name), shown=str(given)))
        else:
            raise InputError("an input does not exist", remedy="Check the path: " + str(given))
    return Walk(documents=tuple(found), skipped=skipped)


def _is_document(path: Path) -> bool:
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            sniff(file.read(_HEAD))
    except (OSError, UnsupportedInput):
        return False
    return True


def media_type_of(path: Path) -> MediaType:
    """What a file is by its first bytes; InputError where it cannot be read or is nothing docpriv knows."""
    try:
        with path.open("rb") as file:
            return sniff(file.read(_HEAD))
    except OSError as exc:
        raise InputError(f"the input cannot be read ({exc.strerror})") from None


def document_key(records: Path) -> bytes:
    """Key of the ids and digests of a records folder: 32 bytes, made once, readable by its owner only."""
    path = records / "private" / "key"
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            key = bytes.fromhex(path.read_text().strip())
        else:
            key = secrets.token_bytes(32)
            with os.fdopen(handle, "w") as file:
                file.write(key.hex() + "\n")
                file.flush()
                os.fsync(file.fileno())
    except OSError as exc:
        raise OutputError(f"the records folder cannot be used ({exc.strerror})") from None
    except ValueError:
        key = b""
    if len(key) != 32:
        raise IntegrityError("the key of the records folder is damaged",
                             remedy="Restore private/key from a backup, or use a new --records folder.")
    return key


def document_id(key: bytes, found: Found) -> str:
    """A name for the document that says nothing of its path or content without the key."""
    digest = hmac.new(key, b"docpriv document\0", hashlib.sha256)
    digest.update(os.fsencode(str(found.relative)) + b"\0")
    content = hashlib.sha256()
    try:
        with found.source.open("rb") as file:
            while block := file.read(1 << 20):
                content.update(block)
    except OSError as exc:
        raise InputError(f"an input cannot be read ({exc.strerror})") from None
    digest.update(content.digest())
    return "doc-" + digest.hexdigest()[:20]


def target_of(found: Found, out: Path, recipe: Recipe, document: str) -> Path:
    """Where the output goes: the tree is mirrored, the suffix follows the kind of output."""
    media_type = media_type_of(found.source)
    kind: MediaType = "application/pdf" if recipe.writing.format == "pdf" else media_type
    suffix = found.relative.suffix
    if suffix.lower() not in _KEPT_SUFFIXES.get(kind, {_SUFFIX[kind]}):
        suffix = _SUFFIX[kind]
    name = document if recipe.writing.names == "digest" else found.relative.stem
    folder = Path() if recipe.writing.names == "digest" else found.relative.parent
    return out / folder / (name + suffix)


def reconcile(records: Path) -> int:
    """Set right what a killed run left between writing down a release and writing down that it happened.

    Returns how many records were in between. The output file itself decides: if it stands and is the one recorded,
    the document is released, otherwise it counts as not done.
    """
    count = 0
    for path in sorted(records.glob("doc-*.json")):
        if read_record(path).status == "releasing":
            count += 1
            reconciled(records, path.stem)
    for folder in (records, records / "private"):
        for orphan in folder.glob(".docpriv-record-*"):
            orphan.unlink(missing_ok=True)
    return count


def reconciled(records: Path, document: str, since: str | None = None) -> DocumentRecord | None:
    """Settle one record that says "releasing": the record as released if its output stands, else None and no record.

    With `since` (UTC, ISO 8601) a record that was written as released from then on counts too: its worker died after
    its work was done.
    """
    path = records / f"{document}.json"
    if not path.exists():
        return None
    record = read_record(path)
    if since is not None and record.status == "released" and record.finished >= since:
        return record
    if record.status != "releasing":
        return None
    private = read_private(records / "private" / path.name)
    if private.target is None or record.output is None or _sha256(Path(private.target)) != record.output.sha256:
        path.unlink()
        return None
    released = record.model_copy(update={"status": "released"})
    write_json(path, released)
    return released


def already_released(records: Path, document: str, recipe_sha256: str, target: Path) -> DocumentRecord | None:
    """The record of an earlier release of the same input by the same recipe and version whose output still stands."""
    from docpriv import __version__
    path = records / f"{document}.json"
    if not path.exists():
        return None
    record = read_record(path)
    if record.status != "released" or record.output is None or record.recipe.sha256 != recipe_sha256 or \
            record.versions.get("docpriv") != __version__:
        return None
    return record if _sha256(target) == record.output.sha256 else None


def _sha256(path: Path) -> str | None:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    except OSError:
        return None
    return digest.hexdigest()
