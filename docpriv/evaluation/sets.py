"""Which folders hold labels, pages and what a tool made of them; refuses a folder that is not there.

A set is one LABELS, PAGES and REDACTED, or a folder that holds `labels/` and `pages/` and, where the benchmark was
made, a `manifest.json` that says of which kind and level each page is.
"""

from __future__ import annotations

import json
import pathlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from docpriv.errors import InputError, UsageError
from docpriv.evaluation.truth import LabelledPage, read_label_file

GROUPS = ("level", "kind")
"""What a manifest says of a page beside its name."""

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff", ".pdf", ".bmp", ".webp"})
_MARKS = (".redacted", "_redacted", "-redacted")
_SETS = "Give --set NAME=LABELS,PAGES,REDACTED or --set NAME=FOLDER,REDACTED; FOLDER holds labels/ and pages/."


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSet:
    """Folders of one set; `redacted` is None where nothing was redacted yet. `name` stands in every output."""

    name: str
    labels: pathlib.Path = field(repr=False)
    pages: pathlib.Path = field(repr=False)
    redacted: pathlib.Path | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPage:
    """One labelled page of a set: where its files are (`redacted` None: withheld) and its groups by `GROUPS`."""

    set: str
    where: str
    labelled: LabelledPage
    original: pathlib.Path = field(repr=False)
    redacted: pathlib.Path | None = field(repr=False)
    groups: tuple[tuple[str, str], ...] = ()


def page_set(name: str, folders: Sequence[pathlib.Path], *, redacted: bool = True) -> PageSet:
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
    name, equals, folders = text.partition("=")
    if not equals or not name.strip() or not folders:
        raise UsageError("a set lacks its name or its folders", remedy=_SETS)
    return page_set(name.strip(), [pathlib.Path(part) for part in folders.split(",")], redacted=redacted)


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
        original = originals.get(file.stem)
        if original is None:
            raise InputError(f"no original for {where}", remedy=ONE_PAGE)
        yield SetPage(
            set=chosen.name,
            where=where,
            labelled=labelled,
            original=original,
            redacted=redacted.get(file.stem),
            groups=groups.get(file.stem, ()),
        )


def count_pages(sets: Sequence[PageSet]) -> int:
    """How many label files the sets hold."""
    return sum(1 for chosen in sets for _ in chosen.labels.glob("*.json"))


ONE_PAGE = (
    "One page a file: split a document of several pages first, and name its pages and label files alike "
    "(NAME-p1.png and NAME-p1.json, NAME-p2.png ...)."
)


def read_manifest(path: pathlib.Path) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Level and kind of each page by its file's stem; nothing where there is no manifest or it is of another form."""
    try:
        entries = json.loads(path.read_bytes())["pages"]
        return {
            pathlib.PurePath(entry["page"]).stem: tuple((key, str(entry[key])) for key in GROUPS if key in entry)
            for entry in entries
        }
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _by_stem(folder: pathlib.Path) -> dict[str, pathlib.Path]:
    """Files of pages at any depth by the stem that they answer to; the first in order of path counts."""
    found: dict[str, pathlib.Path] = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in SUFFIXES and path.is_file():
            found.setdefault(path.stem, path)
            for mark in _MARKS:
                if path.stem.endswith(mark):
                    found.setdefault(path.stem.removesuffix(mark), path)
    return found
