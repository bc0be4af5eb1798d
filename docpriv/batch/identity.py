"""What a document is called in records, and where its output goes; no name says anything of path or content without the key."""

from __future__ import annotations

import errno
import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path

from docpriv.batch.walk import HEAD, InputFile, real
from docpriv.errors import InputError, IntegrityError, LimitExceeded, OutputError
from docpriv.files import file_sha256, open_regular, write_whole
from docpriv.formats.form import format_of, written_as
from docpriv.formats.sniffing import sniff
from docpriv.model import MediaType
from docpriv.options import Recipe
from docpriv.records import TEMPORARY

_NO_NAME = {errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ}


def document_key(records: Path) -> bytes:
    """Key of the ids and digests of a records folder: 32 bytes, made once, readable by its owner only.

    To be called under the lock of the records. The key gets its name when it is whole; one that a crash left empty or
    short is made anew while nothing depends on it.
    """
    path = records / "private" / "key"
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = _read_key(path)
        if key is None and not _any_record(records):
            _make_key(path)
            key = _read_key(path)
    except OSError as exc:
        raise OutputError(f"the records folder cannot be used ({exc.strerror})") from None
    if key is None:
        raise IntegrityError(
            "the key of the records folder is missing or damaged",
            remedy="Restore private/key from a backup, or use a new --records folder.",
        )
    return key


def _read_key(path: Path) -> bytes | None:
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (FileNotFoundError, ValueError):
        return None
    return key if len(key) == 32 else None


def _make_key(path: Path) -> None:
    path.unlink(missing_ok=True)  # what is there is no key, and no record depends on it
    with suppress(FileExistsError):  # where two make one at once in spite of the lock, the first stands for both
        write_whole(path, secrets.token_bytes(32).hex().encode() + b"\n", prefix=TEMPORARY)


def _any_record(records: Path) -> bool:
    return any(True for folder in (records, records / "private") for _ in folder.glob("doc-*.json"))


def document_id(key: bytes, found: InputFile, *, megabytes: float) -> str:
    """A name for the document that says nothing of its path or content without the key.

    InputError where it is no regular file, cannot be read, or is over `megabytes` (10^6 bytes).
    """
    digest = hmac.new(key, b"docpriv document\0", hashlib.sha256)
    digest.update(os.fsencode(str(found.relative)) + b"\0")
    content = hashlib.sha256()
    try:
        with open_regular(found.source) as file:
            if os.fstat(file.fileno()).st_size > megabytes * 1e6:
                raise LimitExceeded.over("input_megabytes", f"the file is over the limit of {megabytes:g} MB")
            while block := file.read(1 << 20):
                content.update(block)
    except OSError as exc:
        raise InputError(f"an input cannot be read ({exc.strerror})") from None
    digest.update(content.digest())
    return "doc-" + digest.hexdigest()[:20]


def packed_id(key: bytes, found: InputFile, size: int, mtime_ns: int) -> str:
    """Likewise for a file in an archive: what the archive says of it stands for its content, which is packed."""
    digest = hmac.new(key, b"docpriv packed document\0", hashlib.sha256)
    digest.update(os.fsencode(str(found.relative)) + b"\0" + f"{size} {mtime_ns}".encode())
    return "doc-" + digest.hexdigest()[:20]


def target_of(found: InputFile, out: Path, recipe: Recipe, document: str, media_type: MediaType | None = None) -> Path:
    """Where the output goes: the tree is mirrored, the suffix follows the kind of output.

    `media_type`: of a file in an archive; else its own first bytes tell.
    """
    media_type = media_type or media_type_of(found.source)
    kind = format_of(written_as(media_type, recipe.writing.format))
    suffix = found.relative.suffix
    if suffix.lower() not in kind.suffixes:
        suffix = kind.suffixes[0]
    name = document if recipe.writing.names == "digest" else found.relative.stem
    folder = Path() if recipe.writing.names == "digest" else found.relative.parent
    return out / folder / (name + suffix)


def check_source(found: InputFile) -> None:
    """InputError where a folder on the way to a document has become a link that leads out of the input."""
    if found.top is not None and not real(found.source.parent).is_relative_to(found.top):
        raise InputError(
            "a folder of the input is a link that leads out of it", remedy="Name the folder that is meant as an input."
        )


def check_target(target: Path, top: Path) -> None:
    """OutputError where an output would come to lie outside `top`, a real path, or cannot be reached; InputError where its path
    is none that a file can have.
    """
    if not real(target.parent).is_relative_to(top):
        raise OutputError("a folder of the output is a link that leads out of it", remedy="Replace the link by a folder.")
    try:
        os.lstat(target)
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as exc:
        if exc.errno in _NO_NAME:
            raise InputError(
                f"the document's path cannot be that of an output ({exc.strerror})", remedy="Shorten it, or use --names digest."
            ) from None
        raise OutputError(f"the output's place cannot be reached ({exc.strerror})") from None


def media_type_of(path: Path) -> MediaType:
    """What a file is by its first bytes; InputError where it cannot be read or is nothing docpriv knows."""
    try:
        with open_regular(path) as file:
            return sniff(file.read(HEAD), path.name)
    except OSError as exc:
        raise InputError(f"the input cannot be read ({exc.strerror})") from None


def pictures_of(folder: Path, source: Path) -> Path:
    """Where the pictures of a document go: named by the first 16 digits of the SHA-256 of the input, as reports cut them.

    The records of all runs and jobs hold it, while the IDs of a scan are of that scan alone.
    """
    return folder / (file_sha256(source) or "unreadable")[:16]
