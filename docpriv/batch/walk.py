"""Which files are documents: those that a command names, and those below folders and in archives, in a stable order.

Nothing is passed over unseen: what cannot be read or is empty may be a document, and its reader says what is wrong with it.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from docpriv.batch.packed import Entry, EntryKind, members
from docpriv.errors import InputError, UnsupportedInput, UsageError
from docpriv.files import open_regular
from docpriv.formats.sniffing import is_document, is_packed, sniff

HEAD = 4096
"""Bytes by which a file is known."""
PRIVATE = ".docpriv"
"""The folder of a hot folder's inbox that is docpriv's own."""
WHOLE = -1
"""Number of an archive that is broken or a bomb, in place of that of a file in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InputFile:
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
class Inputs:
    """Documents in a stable order, each file once; how many of what else folders hold was passed over, by the names of a
    run's summary.
    """

    documents: tuple[InputFile, ...]
    skipped: int = 0
    linked: int = 0
    hidden: int = 0
    archives: int = 0

    @property
    def passed_over(self) -> str:
        """What was passed over, in words; empty where nothing was."""
        met = ((self.skipped, "other file"), (self.archives, "archive"), (self.linked, "linked folder"))
        parts = [f"{count} {what}{'' if count == 1 else 's'}" for count, what in met if count]
        return ", ".join([*parts, *([f"{self.hidden} hidden"] if self.hidden else [])])


def find_documents(inputs: Sequence[Path], *, exclude: Sequence[Path] = ()) -> Inputs:
    """Documents named directly, and those below folders, by content or name. Hidden and linked folders are not entered.

    A file named directly is always taken: what it is, or that it is nothing docpriv reads, is said when it is opened.
    """
    found: dict[Path, InputFile] = {}
    met: Counter[EntryKind] = Counter()
    shut = {real(p) for p in exclude}
    for number, given in enumerate(inputs, start=1):
        if os.path.isdir(given):  # False, not an error, where it cannot be reached
            top = real(given)
            for path, kind, problem in _walk(given, shut):
                met[kind] += 1
                if kind is EntryKind.DOCUMENT:
                    relative = Path(given.name or "folder") if path == given else path.relative_to(given)
                    one = InputFile(source=path, relative=relative, shown=str(path), problem=problem, top=top)
                    found.setdefault(real(path), one)
        elif os.path.lexists(given):
            found.setdefault(real(given), InputFile(source=given, relative=Path(given.name), shown=str(given)))
        else:
            raise InputError(
                f"an input does not exist or cannot be reached (number {number} of {len(inputs)})",
                remedy="Check the files and folders that the command names.",
            )
    return Inputs(
        documents=tuple(found.values()),
        skipped=met[EntryKind.OTHER],
        linked=met[EntryKind.LINKED],
        hidden=met[EntryKind.HIDDEN],
        archives=met[EntryKind.ARCHIVE],
    )


def some_documents(inputs: Sequence[Path], *, exclude: Sequence[Path] = ()) -> Inputs:
    """As `find_documents`; InputError where there is no document."""
    if not inputs:
        raise UsageError("no input is named")
    found = find_documents(inputs, exclude=exclude)
    if not found.documents:
        raise InputError(
            "no document was found in the inputs" + (f" (passed over: {found.passed_over})" if found.passed_over else ""),
            remedy="`docpriv batch` reads zip and tar archives that lie in its folder."
            if found.archives
            else UnsupportedInput.remedy,
        )
    return found


def walk_tree(top: Path, *, exclude: Sequence[Path] = ()) -> Iterator[Entry]:
    """Everything below a folder, as it is found and in a stable order; nothing is held. See `find_documents`."""
    if not top.is_dir():
        raise InputError("the source is no folder, or cannot be reached", remedy="Name a folder that can be read.")
    shut = {real(path) for path in exclude}
    for path, kind, _ in _walk(top, shut):
        entry = Entry(relative=path.relative_to(top), kind=kind)
        if kind in (EntryKind.DOCUMENT, EntryKind.ARCHIVE):
            try:
                about = path.stat()
                entry = replace(entry, size=about.st_size, mtime_ns=about.st_mtime_ns)
            except OSError:  # it cannot be reached: its reader will say so
                pass
        if kind is EntryKind.ARCHIVE:
            yield from _packed(path, entry)
        else:
            yield entry


def _packed(path: Path, archive: Entry) -> Iterator[Entry]:
    """Files of an archive; the archive itself, as a document that will fail, where it is broken or a bomb."""
    taken: set[Path] = set()
    try:
        for member in members(path):
            where = member.relative
            if where in taken:  # of two files with one name both are kept
                where = Path(f"member-{member.number:07d}{where.suffix}")
            taken.add(where)
            yield replace(member, relative=archive.relative / where, archive=archive.relative)
    except InputError:
        yield replace(archive, kind=EntryKind.DOCUMENT, archive=archive.relative, number=WHOLE)


def _walk(top: Path, shut: set[Path]) -> Iterator[tuple[Path, EntryKind, str | None]]:
    """What lies below a folder: paths, what they are, and why a folder cannot be read, which is a document that fails."""
    problems: list[OSError] = []
    for folder, folders, files in os.walk(top, followlinks=False, onerror=problems.append):
        yield from _unreadable(problems)
        at, enter = Path(folder), []
        for name in sorted(folders):
            if name == PRIVATE or real(at / name) in shut:
                continue
            if name.startswith("."):
                yield at / name, EntryKind.HIDDEN, None
            elif (at / name).is_symlink():
                yield at / name, EntryKind.LINKED, None
            else:
                enter.append(name)
        folders[:] = enter
        for name in sorted(files):
            yield at / name, EntryKind.HIDDEN if name.startswith(".") else _kind_of(at / name), None
    yield from _unreadable(problems)


def _unreadable(problems: list[OSError]) -> Iterator[tuple[Path, EntryKind, str | None]]:
    while problems:
        problem = problems.pop(0)
        yield Path(os.fsdecode(problem.filename)), EntryKind.DOCUMENT, f"a folder cannot be read ({problem.strerror})"


def _kind_of(path: Path) -> EntryKind:
    """What a file is by its first bytes and its name."""
    try:
        if not path.is_file() and path.exists():  # pipes, sockets, devices
            return EntryKind.OTHER
        with open_regular(path) as file:
            head = file.read(HEAD)
        sniff(head)
    except OSError:
        return EntryKind.DOCUMENT
    except InputError:
        if is_packed(path.name):
            return EntryKind.ARCHIVE
        return EntryKind.DOCUMENT if is_document(head, path.name) else EntryKind.OTHER
    return EntryKind.DOCUMENT


def real(path: Path) -> Path:
    """Where a path leads; links in a circle lead nowhere and are no error."""
    return Path(os.path.realpath(path))
