"""English documents with the labels that documents of other languages have: telephones, dates of birth, numbers of persons."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from docpriv_lab.names_model.samples import DOB, ID, PHONE
from docpriv_lab.names_model.slots import SLOT
from docpriv_lab.names_model.wording import Field, Wording

NUMBER_LABELS: Final = {"phone": PHONE, "dob": DOB, "id": ID}
"""The slots of English documents that carry a label here and none otherwise."""

_BIRTH: Final = re.compile(r"\b(?:DOB|birth\w*|born)\b", re.IGNORECASE)
_NOBODYS: Final = re.compile(
    r"\b(?:order|gst|co\.? ?no|invoice|check|rx|po|serial|batch|code|case|document|control|voucher|receipt|ref\w*|file|dept"
    r"|clock|tax|feca|registration|no)\b\.?|\($",
    re.IGNORECASE,
)
_REACH: Final = 14  # characters before a slot in which a word decides what it is


def with_numbers(wording: Wording) -> Wording:
    """The wording with dates of birth and numbers of persons told from other dates and numbers by their labels."""

    def split(items: tuple[Field, ...]) -> tuple[Field, ...]:
        return tuple(part for item in items for part in _told_apart(item))

    return replace(
        wording,
        fields=split(wording.fields),
        boxes=split(wording.boxes),
        columns=split(wording.columns),
        passages=tuple(SLOT.sub(_told, passage) for passage in wording.passages),
        plain_passages=tuple(SLOT.sub(_plain, passage) for passage in wording.plain_passages),
    )


def _told_apart(item: Field) -> list[Field]:
    """The field, or one for the labels that a rule holds for and one for the rest."""
    if "date" in item.slots:
        return _parted(item, _BIRTH.search, "date", "dob")
    return _parted(item, _NOBODYS.search, "id", "reference") if "id" in item.slots else [item]


def _parted(item: Field, holds: Callable[[str], object], slot: str, other: str) -> list[Field]:
    changed = tuple(other if name == slot else name for name in item.slots)
    parts = []
    for slots, labels in (
        (item.slots, [label for label in item.labels if not holds(label)]),
        (changed, [label for label in item.labels if holds(label)]),
    ):
        if labels:
            parts.append(Field(labels=tuple(labels), slots=slots, weight=item.weight * len(labels) / len(item.labels)))
    return parts


def _told(match: re.Match[str]) -> str:
    before = (
        match.string[max(0, match.start() - _REACH) : match.start()].rpartition("\n")[2] or match.string[: match.start()][-6:]
    )
    if match[0] == "{date}" and _BIRTH.search(before):
        return "{dob}"
    return "{reference}" if match[0] == "{id}" and _NOBODYS.search(before.strip()) else match[0]


def _plain(match: re.Match[str]) -> str:
    return "{reference}" if match[0] == "{id}" else match[0]
