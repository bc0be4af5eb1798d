"""What a word of a page is and where it stands, in the label file's format; it never looks at pixels."""

from __future__ import annotations

import hashlib
import hmac
import json
import math
import pathlib
from dataclasses import dataclass, field
from typing import Any, NotRequired, TypedDict

import numpy as np
from numpy.typing import NDArray

from docpriv.errors import InputError

PII_LABELS = ("PERSON", "ADDRESS", "PHONE", "EMAIL", "DOB", "ID", "SIGNATURE", "FACE")
"""Classes that the default policy hides."""

MAYBE = "MAYBE"
"""Counted neither way: organisations, bare places, other dates, titles, document numbers."""

Label = str | None
"""One of `PII_LABELS`, `MAYBE`, or None for an ordinary word."""

Span = tuple[str, Label]
"""Text of one or more words and the label that all of them carry."""

Points = NDArray[np.float64]
"""float64[N, 2], x then y, in pixels; pixel (i, j) covers [i, i + 1) x [j, j + 1)."""


class WordDict(TypedDict):
    """One word as a label file holds it."""

    text: str
    box: list[int]
    label: str | None
    parts: NotRequired[list[list[int]]]
    contrast: NotRequired[int]


class PageDict(TypedDict):
    """One label file."""

    words: list[WordDict]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledWord:
    """One entry of a label file: its `number` there from 0, its text, its box (x0, y0, x1, y1) in whole
    pixels, half open, and its label.

    `parts` are the boxes of its letters where other ink stands between them (a comb's frames, a seal's ring); `contrast`
    the grey levels between its ink and its ground where they are few.
    """

    number: int
    text: str = field(repr=False)
    box: tuple[int, int, int, int]
    label: Label
    parts: tuple[tuple[int, int, int, int], ...] = ()
    contrast: int | None = None

    @property
    def pii(self) -> bool:
        """Whether the word has to be covered."""
        return self.label is not None and self.label != MAYBE


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPage:
    """One label file as read. `page` stands for it wherever a file's name may not: see `page_id`."""

    page: str
    stem: str = field(repr=False)
    words: tuple[LabelledWord, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class InkWord:
    """One drawn word, signature or face: its convex hull in pixels (at least one point) and its label; the hulls of
    its letters and its contrast where `LabelledWord` has them.

    Raises ValueError for a label outside `PII_LABELS`, `MAYBE` and None, and for an empty hull.
    """

    text: str = field(repr=False)
    label: Label
    hull: Points = field(repr=False)
    parts: tuple[Points, ...] = field(default=(), repr=False)
    contrast: int | None = None

    def __post_init__(self) -> None:
        if self.label is not None and self.label != MAYBE and self.label not in PII_LABELS:
            raise ValueError("unknown label")
        if self.hull.ndim != 2 or self.hull.shape[0] < 1 or self.hull.shape[1] != 2:
            raise ValueError("a hull is float64[N, 2] with N >= 1")


def outer_box(hull: Points, width: int, height: int) -> tuple[int, int, int, int]:
    """The smallest integer box (x0, y0, x1, y1), half open, that holds `hull`, cut to a page of that size."""
    x0, y0 = hull.min(axis=0)
    x1, y1 = hull.max(axis=0)
    # 1e-6: a hull that was mapped there and back must not grow by a pixel through rounding
    left, top = math.floor(x0 + 1e-6), math.floor(y0 + 1e-6)
    right, bottom = math.ceil(x1 - 1e-6), math.ceil(y1 - 1e-6)
    return max(left, 0), max(top, 0), min(right, width), min(bottom, height)


def page_dict(words: list[InkWord], width: int, height: int) -> PageDict:
    """The label file of a page of `width` x `height` pixels; words wholly outside the page are left out."""
    entries: list[WordDict] = []
    for word in words:
        x0, y0, x1, y1 = outer_box(word.hull, width, height)
        if x1 > x0 and y1 > y0:
            entry: WordDict = {"text": word.text, "box": [x0, y0, x1, y1], "label": word.label}
            if word.parts:
                boxes = (outer_box(part, width, height) for part in word.parts)
                entry["parts"] = [list(box) for box in boxes if box[2] > box[0] and box[3] > box[1]]
            if word.contrast is not None:
                entry["contrast"] = word.contrast
            entries.append(entry)
    return {"words": entries}


def read_label_file(file: pathlib.Path, where: str = "a label file") -> LabelledPage:
    """Read NAME.json. Raises InputError, which calls the file `where`, if it is none or an entry lacks a
    label or a box of four numbers."""
    try:
        data = file.read_bytes()
        entries = json.loads(data)["words"]
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(f"{where} is no JSON object with a list `words`") from None
    if not isinstance(entries, list):
        raise InputError(f"{where} is no JSON object with a list `words`")
    words = tuple(_labelled(entry, number, where) for number, entry in enumerate(entries))
    return LabelledPage(page=page_id(file.stem, data), stem=file.stem, words=words)


def page_id(stem: str, labels: bytes) -> str:
    """The name of a page in files of figures: a digest of its file's name, keyed with the bytes of its labels.

    The same labels under the same name give the same id in every run, and without the labels nobody can try names.
    """
    key = hashlib.sha256(labels).digest()
    return "page-" + hmac.new(key, b"docpriv page\0" + stem.encode("utf-8", "surrogateescape"), hashlib.sha256).hexdigest()[:20]


def _labelled(entry: Any, number: int, where: str) -> LabelledWord:
    try:
        label, text = entry["label"], entry.get("text")
        box = _box(entry["box"])
        parts = tuple(_box(part) for part in entry.get("parts", ()))
        contrast = entry.get("contrast")
        if (label is not None and not isinstance(label, str)) or not isinstance(contrast, int | None):
            raise TypeError
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
        raise InputError(f"{where}: label entry {number + 1} lacks a label or a box of four numbers") from None
    return LabelledWord(
        number=number,
        text=text if isinstance(text, str) else "",
        label=label or None,
        box=box,
        parts=parts,
        contrast=contrast,
    )


def _box(numbers: Any) -> tuple[int, int, int, int]:
    x0, y0, x1, y1 = (round(float(v)) for v in numbers)
    return max(x0, 0), max(y0, 0), x1, y1
