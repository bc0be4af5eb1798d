"""Labelled pages: the form of a label file, and the folders that hold labels, pages and what a tool made of them.

A set is one LABELS, PAGES and REDACTED, or a folder that holds `labels/` and `pages/` and, where the benchmark was
made, a `manifest.json` that says of which kind and level each page is.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any

from docpriv.errors import InputError, UsageError

PII_LABELS = ("PERSON", "ADDRESS", "PHONE", "EMAIL", "DOB", "ID", "SIGNATURE", "FACE")
"""Classes that the default policy hides."""
MAYBE = "MAYBE"
"""Counted neither way: organisations, bare places, other dates, titles, document numbers."""
GROUPS = ("level", "kind", "language", "origin")
"""What a manifest says of a page beside its name."""
ONE_PAGE = (
    "One page a file: split a document of several pages first, and name its pages and label files alike "
    "(NAME-p1.png and NAME-p1.json, NAME-p2.png ...)."
)
_SETS = "Give --set NAME=LABELS,PAGES,REDACTED or --set NAME=FOLDER,REDACTED; FOLDER holds labels/ and pages/."
_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff", ".pdf", ".bmp", ".webp"})
_MARKS = (".redacted", "_redacted", "-redacted")

Label = str | None
"""One of `PII_LABELS`, `MAYBE`, or None for an ordinary word."""
Corners = tuple[int, int, int, int]
"""x0, y0, x1, y1 in whole pixels, half open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledWord:
    """One entry of a label file, of index `number` there.

    `parts` are the boxes of its letters where other ink stands between them (a comb's frames, a seal's ring); `contrast`
    the grey levels between its ink and its ground where they are few.
    """

    number: int
    text: str = field(repr=False)
    box: Corners
    label: Label
    parts: tuple[Corners, ...] = ()
    contrast: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPage:
    """One label file as read. `page` stands for it wherever a file's name may not: see `page_id`."""

    page: str
    stem: str = field(repr=False)
    words: tuple[LabelledWord, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSet:
    """Folders of one set; `redacted` is None where nothing was redacted yet. `name` stands in every output."""

    name: str
    labels: Path = field(repr=False)
    pages: Path = field(repr=False)
    redacted: Path | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPage:
    """One labelled page of a set: where its files are (`redacted` None: withheld) and its groups by `GROUPS`."""

    set: str
    where: str
    labelled: LabelledPage
    original: Path = field(repr=False)
    redacted: Path | None = field(repr=False)
    groups: dict[str, str]


def read_label_file(file: Path, where: str = "a label file") -> LabelledPage:
    """Read NAME.json. Raises InputError, which calls the file `where`, if it is none or an entry lacks a label or a box."""
    try:
        data = file.read_bytes()
        entries = json.loads(data)["words"]
        if not isinstance(entries, list):
            raise TypeError
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(f"{where} is no JSON object with a list `words`") from None
    words = tuple(_labelled(entry, number, where) for number, entry in enumerate(entries))
    return LabelledPage(page=page_id(file.stem, data), stem=file.stem, words=words)


def page_id(stem: str, labels: bytes) -> str:
    """The name of a page in files of figures: a digest of its file's name, keyed with the bytes of its labels.

    The same labels under the same name give the same id in every run, and without the labels nobody can try names.
    """
    key = hashlib.sha256(labels).digest()
    return "page-" + hmac.new(key, b"docpriv page\0" + stem.encode("utf-8", "surrogateescape"), hashlib.sha256).hexdigest()[:20]


def page_set(name: str, folders: Sequence[Path], *, redacted: bool = True) -> PageSet:
    """A set of LABELS, PAGES, REDACTED, or FOLDER, REDACTED; without `redacted`, of LABELS, PAGES or FOLDER.

    Raises UsageError for another number of folders, InputError for one that does not exist.
    """
    last = folders[-1] if redacted and folders else None
    given = folders[:-1] if redacted else folders
    if len(given) == 1:
        given = (given[0] / "labels", given[0] / "pages")
        if not given[0].is_dir() and not given[1].is_dir():
            raise InputError("the folder does not hold labels/ and pages/", remedy=_SETS)
    if len(given) != 2:
        raise UsageError(
            "a set is of labels, pages and redacted pages" if redacted else "a set is of labels and pages",
            remedy=_SETS if redacted else _SETS.replace(",REDACTED", ""),
        )
    for what, folder in (("labels", given[0]), ("pages", given[1]), ("redacted pages", last)):
        if folder is not None and not folder.is_dir():
            raise InputError(f"the folder of {what} does not exist", remedy=_SETS)
    return PageSet(name=name, labels=given[0], pages=given[1], redacted=last)


def named_set(text: str, *, redacted: bool = True) -> PageSet:
    """A set from `NAME=LABELS,PAGES,REDACTED` or `NAME=FOLDER,REDACTED`; UsageError where it is neither."""
    name, _, folders = text.partition("=")
    if not name.strip() or not folders:
        raise UsageError("a set lacks its name or its folders", remedy=_SETS)
    return page_set(name.strip(), [Path(part) for part in folders.split(",")], redacted=redacted)


def iter_pages(chosen: PageSet) -> Iterator[SetPage]:
    """The labelled pages of a set in order of name, each read as it is asked for.

    Raises InputError if there is no label file, one cannot be read, or an original is missing.
    """
    files = sorted(chosen.labels.glob("*.json"))
    if not files:
        raise InputError("the labels folder holds no label file (STEM.json)")
    originals = _by_stem(chosen.pages)
    redacted = _by_stem(chosen.redacted) if chosen.redacted is not None else {}
    groups = read_manifest(chosen.labels.parent / "manifest.json")
    for number, file in enumerate(files, 1):
        where = f"label file {number} of {len(files)} (sorted by name)"
        labelled = read_label_file(file, where)
        if file.stem not in originals:
            raise InputError(f"no original for {where}", remedy=ONE_PAGE)
        yield SetPage(
            set=chosen.name,
            where=where,
            labelled=labelled,
            original=originals[file.stem],
            redacted=redacted.get(file.stem),
            groups=groups.get(file.stem, {}),
        )


def read_manifest(path: Path) -> dict[str, dict[str, str]]:
    """Level and kind of each page by its file's stem; nothing where there is no manifest or it is of another form."""
    try:
        entries = json.loads(path.read_bytes())["pages"]
        return {PurePath(entry["page"]).stem: {key: str(entry[key]) for key in GROUPS if key in entry} for entry in entries}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _labelled(entry: Any, number: int, where: str) -> LabelledWord:
    try:
        label, text, contrast = entry["label"], entry.get("text"), entry.get("contrast")
        box, parts = _box(entry["box"]), tuple(_box(part) for part in entry.get("parts", ()))
        if not isinstance(label, str | None) or not isinstance(contrast, int | None):
            raise TypeError
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
        raise InputError(f"{where}: label entry {number + 1} lacks a label or a box of four numbers") from None
    text = text if isinstance(text, str) else ""
    return LabelledWord(number=number, text=text, box=box, label=label or None, parts=parts, contrast=contrast)


def _box(numbers: Any) -> Corners:
    x0, y0, x1, y1 = (round(float(v)) for v in numbers)
    return max(x0, 0), max(y0, 0), x1, y1


def _by_stem(folder: Path) -> dict[str, Path]:
    """Files of pages at any depth by the stem that they answer to; the first in order of path counts."""
    found: dict[str, Path] = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in _SUFFIXES and path.is_file():
            for stem in (path.stem, *(path.stem.removesuffix(mark) for mark in _MARKS)):
                found.setdefault(stem, path)
    return found
