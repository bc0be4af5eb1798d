"""Which files are documents, what they are called in records, where their outputs go; refuses to pass over unread files."""

from __future__ import annotations

import errno
import hashlib
import hmac
import os
import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from docpriv.batch.jobs import Job, Task
from docpriv.batch.packed import members
from docpriv.batch.replacing import replaced_as_asked
from docpriv.errors import DocprivError, InputError, IntegrityError, LimitExceeded, OutputError, UnsupportedInput, UsageError
from docpriv.files import file_sha256, open_regular, write_whole
from docpriv.intake import is_document, is_packed, sniff
from docpriv.model import MediaType
from docpriv.options import Recipe
from docpriv.records import TEMPORARY, DocumentRecord, pending_releases, read_record, settle_release, stands

_SUFFIX: dict[MediaType, str] = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/tiff": ".tif",
    "image/bmp": ".bmp",
    "image/webp": ".webp",
    "application/pdf": ".pdf",
}
_KEPT_SUFFIXES = {"image/jpeg": {".jpg", ".jpeg", ".jpe", ".jfif"}, "image/tiff": {".tif", ".tiff"}}
_HEAD = 4096
_NO_NAME = {errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ}

PRIVATE = ".docpriv"
"""The folder of a hot folder's inbox that is docpriv's own."""


class Walked(StrEnum):
    """What a walk met. A document that cannot be read is one all the same: its reader says so."""

    DOCUMENT = "document"
    OTHER = "other"
    ARCHIVE = "archive"
    LINKED = "linked"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A document that was found: its file, its path below the input that named it, and as the user typed it.

    `problem`: why it cannot even be a document, such as a folder that cannot be read; it fails with that. `top`: where the input
    folder leads that holds it; its own folder must still be below.
    """

    source: Path = field(repr=False)
    relative: Path = field(repr=False)
    shown: str = field(repr=False)
    problem: str | None = None
    top: Path | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """Documents in a stable order; how many of what else folders hold was passed over: other files, linked folders, hidden
    files and folders, archives.
    """

    documents: tuple[Found, ...]
    skipped: int
    linked: int = 0
    hidden: int = 0
    archives: int = 0

    @property
    def passed_over(self) -> str:
        """What was passed over, in words; empty where nothing was."""
        met = ((self.skipped, "other file"), (self.archives, "archive"), (self.linked, "linked folder"))
        parts = [f"{count} {what}{'' if count == 1 else 's'}" for count, what in met if count]
        return ", ".join([*parts, *([f"{self.hidden} hidden"] if self.hidden else [])])


def find_documents(inputs: Sequence[Path], *, exclude: Sequence[Path] = ()) -> Walk:
    """Documents named directly, and those below folders, by content or name. Hidden and linked folders are not entered.

    A file named directly is always taken: what it is, or that it is nothing docpriv reads, is said when it is opened.
    So is what cannot be read or is empty below a folder, for it may be a document.
    """
    found: list[Found] = []
    met: Counter[Walked] = Counter()
    shut = {real(p) for p in exclude}
    for number, given in enumerate(inputs, start=1):
        if os.path.isdir(given):  # False, not an error, where it cannot be reached
            top = real(given)
            for path, what, problem in _walk(given, shut):
                met[what] += 1
                if what is Walked.DOCUMENT:
                    relative = Path(given.name or "folder") if path == given else path.relative_to(given)
                    found.append(Found(source=path, relative=relative, shown=str(path), problem=problem, top=top))
        elif os.path.lexists(given):
            found.append(Found(source=given, relative=Path(given.name), shown=str(given)))
        else:
            raise InputError(
                f"an input does not exist or cannot be reached (number {number} of {len(inputs)})",
                remedy="Check the files and folders that the command names.",
            )
    return Walk(
        documents=tuple(found),
        skipped=met[Walked.OTHER],
        linked=met[Walked.LINKED],
        hidden=met[Walked.HIDDEN],
        archives=met[Walked.ARCHIVE],
    )


def find_once(inputs: Sequence[Path], *, exclude: Sequence[Path] = ()) -> tuple[list[Found], Walk]:
    """As `find_documents`, each file once however often it is named; InputError where there is no document."""
    if not inputs:
        raise UsageError("no input is named")
    walk = find_documents(inputs, exclude=exclude)
    found: dict[Path, Found] = {}
    for one in walk.documents:
        found.setdefault(real(one.source), one)
    if not found:
        raise InputError(
            "no document was found in the inputs" + (f" (passed over: {walk.passed_over})" if walk.passed_over else ""),
            remedy="`docpriv batch` reads zip and tar archives that lie in its folder."
            if walk.archives
            else UnsupportedInput.remedy,
        )
    return list(found.values()), walk


def _walk(top: Path, shut: set[Path]) -> Iterator[tuple[Path, Walked, str | None]]:
    """What lies below a folder: paths, what they are, and why a folder cannot be read, which is a document that fails."""
    problems: list[OSError] = []
    for folder, folders, files in os.walk(top, followlinks=False, onerror=problems.append):
        yield from _unreadable(problems)
        at, enter = Path(folder), []
        for name in sorted(folders):
            if name == PRIVATE or real(at / name) in shut:
                continue
            if name.startswith("."):
                yield at / name, Walked.HIDDEN, None
            elif (at / name).is_symlink():
                yield at / name, Walked.LINKED, None
            else:
                enter.append(name)
        folders[:] = enter
        for name in sorted(files):
            yield at / name, Walked.HIDDEN if name.startswith(".") else _what(at / name), None
    yield from _unreadable(problems)


WHOLE = -1
"""Number of an archive that is broken or a bomb, in place of that of a file in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """A file or folder of a walk: `relative` to its top, size in bytes, time of change in nanoseconds.

    Of a file in an archive: the archive, the file's number there (`WHOLE` for an archive that cannot be read to its end)
    and its kind, as far as its first bytes tell.
    """

    relative: Path = field(repr=False)
    what: Walked
    size: int = 0
    mtime_ns: int = 0
    archive: Path | None = field(default=None, repr=False)
    number: int | None = None
    media_type: MediaType | None = None


def walk_tree(top: Path, *, exclude: Sequence[Path] = ()) -> Iterator[Met]:
    """Everything below a folder, as it is found and in a stable order; nothing is held. See `find_documents`."""
    if not top.is_dir():
        raise InputError("the source is no folder, or cannot be reached", remedy="Name a folder that can be read.")
    shut = {real(path) for path in exclude}
    for path, what, _ in _walk(top, shut):
        relative = path.relative_to(top)
        if what is Walked.ARCHIVE:
            yield from _packed(path, relative)
        elif what is not Walked.DOCUMENT:
            yield Met(relative=relative, what=what)
        else:
            size, changed = _stat(path)
            yield Met(relative=relative, what=Walked.DOCUMENT, size=size, mtime_ns=changed)


def _packed(path: Path, relative: Path) -> Iterator[Met]:
    """Files of an archive; the archive itself, as a document that will fail, where it is broken or a bomb."""
    size, changed = _stat(path)
    taken: set[Path] = set()
    try:
        for member in members(path):
            where = member.path if member.path not in taken else Path(f"member-{member.number:07d}{member.path.suffix}")
            taken.add(where)  # of two files with one name both are kept
            if member.document:
                yield Met(
                    relative=relative / where,
                    what=Walked.DOCUMENT,
                    size=member.size,
                    archive=relative,
                    mtime_ns=member.mtime_ns,
                    number=member.number,
                    media_type=member.media_type,
                )
            else:
                yield Met(relative=relative / where, what=Walked.HIDDEN if member.hidden else Walked.OTHER)
    except InputError:
        yield Met(relative=relative, what=Walked.DOCUMENT, size=size, mtime_ns=changed, archive=relative, number=WHOLE)


def _stat(path: Path) -> tuple[int, int]:
    """Size in bytes and time of change in nanoseconds; zeros where it cannot be reached."""
    try:
        stat = path.stat()
    except OSError:
        return 0, 0
    return stat.st_size, stat.st_mtime_ns


def _unreadable(problems: list[OSError]) -> Iterator[tuple[Path, Walked, str | None]]:
    while problems:
        problem = problems.pop(0)
        yield Path(os.fsdecode(problem.filename)), Walked.DOCUMENT, f"a folder cannot be read ({problem.strerror})"


def _what(path: Path) -> Walked:
    """What a file is by its first bytes and its name; a document where it cannot be read, which its reader will say."""
    try:
        if not path.is_file() and path.exists():  # pipes, sockets, devices
            return Walked.OTHER
        with open_regular(path) as file:
            head = file.read(_HEAD)
        sniff(head)
    except OSError:
        return Walked.DOCUMENT
    except InputError:
        if is_packed(path.name):
            return Walked.ARCHIVE
        return Walked.DOCUMENT if is_document(head, path.name) else Walked.OTHER
    return Walked.DOCUMENT


def real(path: Path) -> Path:
    """Where a path leads; links in a circle lead nowhere and are no error."""
    return Path(os.path.realpath(path))


def check_source(found: Found) -> None:
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
            return sniff(file.read(_HEAD), path.name)
    except OSError as exc:
        raise InputError(f"the input cannot be read ({exc.strerror})") from None


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


def document_id(key: bytes, found: Found, *, megabytes: float) -> str:
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


def packed_id(key: bytes, found: Found, size: int, mtime_ns: int) -> str:
    """Likewise for a file in an archive: what the archive says of it stands for its content, which is packed."""
    digest = hmac.new(key, b"docpriv packed document\0", hashlib.sha256)
    digest.update(os.fsencode(str(found.relative)) + b"\0" + f"{size} {mtime_ns}".encode())
    return "doc-" + digest.hexdigest()[:20]


def target_of(found: Found, out: Path, recipe: Recipe, document: str, media_type: MediaType | None = None) -> Path:
    """Where the output goes: the tree is mirrored, the suffix follows the kind of output.

    `media_type`: of a file in an archive; else its own first bytes tell.
    """
    media_type = media_type or media_type_of(found.source)
    kind = recipe.writing.media_type(media_type)
    suffix = found.relative.suffix
    if suffix.lower() not in _KEPT_SUFFIXES.get(kind, {_SUFFIX[kind]}):
        suffix = _SUFFIX[kind]
    name = document if recipe.writing.names == "digest" else found.relative.stem
    folder = Path() if recipe.writing.names == "digest" else found.relative.parent
    return out / folder / (name + suffix)


def pictures_of(folder: Path, source: Path) -> Path:
    """Where the pictures of a document go: named by the first 16 digits of the SHA-256 of the input, as reports cut them.

    The records of all runs and jobs hold it, while the IDs of a scan are of that scan alone.
    """
    return folder / (file_sha256(source) or "unreadable")[:16]


def tidy(records: Path, folders: Sequence[Path]) -> None:
    """Set right what a killed run left: noted releases, half-written records, staged files. Under the records' lock.

    What cannot be set right stays; its document says so when its turn comes.
    """
    from docpriv.output import sweep

    for document in pending_releases(records):
        with suppress(DocprivError, OSError):
            settle_release(records, document)
    for folder in (records, records / "private", records / "attempts"):
        for orphan in folder.glob(f"{TEMPORARY}*"):
            with suppress(OSError):
                orphan.unlink(missing_ok=True)
    for folder in folders:
        with suppress(OutputError, OSError):
            if folder.is_dir():
                sweep(folder)


def released_by(job: Job, recipe_sha256: str) -> DocumentRecord | None:
    """The record where a worker that died had released the document in this very job, else None.

    The worker died after it gave the output its name: the document is released. Other attempts' releases do not count.
    """
    if job.records is None or not job.token:
        return None
    record = settle_release(job.records, job.document)
    path = job.records / f"{job.document}.json"
    if record is None and path.exists() and stands(job.records, job.document):
        record = read_record(path)
    if record is None or record.status != "released" or record.run != job.token or record.recipe.sha256 != recipe_sha256:
        return None
    return record


def is_done(record: DocumentRecord, job: Job, recipe_sha256: str) -> bool:
    """Whether a record is of an earlier release that a job would only repeat, and its output still stands.

    The same input (it makes the id), recipe and version; of a plan, the same plan. What a person drew does not stand
    for what a recipe would have found.
    """
    from docpriv import __version__

    if (
        record.status != "released"
        or record.output is None
        or job.target is None
        or record.recipe.sha256 != recipe_sha256
        or record.versions.get("docpriv") != __version__
    ):
        return False
    if job.task is Task.REDACT:
        if record.reviewed or record.plan_sha256 is not None:
            return False
        if not replaced_as_asked(record, job):
            return False
    elif job.task is not Task.APPLY or job.plan_sha256 is None or record.plan_sha256 != job.plan_sha256:
        return False
    return file_sha256(job.target) == record.output.sha256
