"""English documents with the labels that documents of other languages have: telephones, dates of birth, numbers of persons."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from docpriv_lab.names_model.samples import DOB, ID, PHONE
from docpriv_lab.names_model.slots import SLOT
from docpriv_lab.names_model.wording import Field, Wording

NUMBER_LABELS: Final = {"phone": PHONE, "dob": DOB, "id": ID}
"""The slots of English documents that carry a label here and none otherwise."""

_BIRTH: Final = re.compile(r"\b(?:DOB|birth\w*|born)\b", re.IGNORECASE)
_NOBODYS: Final = re.compile(
    r"\b(?:order|tax|co\.? ?no|invoice|check|rx|po|serial|batch|code|case|document|control|voucher|receipt|ref\w*|file|dept"
    r"|clock|gst|registration)\b|^no\.$|\($",
    re.IGNORECASE,
)
_OFTENER: Final = 2.5  # dates of birth and numbers of persons, than their labels' share
_REACH: Final = 14  # characters before a slot in which a word decides what it is


def _is_birth(text: str) -> bool:
    return bool(_BIRTH.search(text))


def _is_persons(text: str) -> bool:
    return not _NOBODYS.search(text)


_KINDS: Final = (("date", "dob", "date", _is_birth), ("id", "id", "reference", _is_persons))
"""A slot of English fields, what it is under a person's label and under any other, and what tells the labels apart."""


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
    """The field, or one for the labels of a person's dates or numbers and one for the rest."""
    for slot, persons, others, is_persons in _KINDS:
        if slot in item.slots:
            mine = [label for label in item.labels if is_persons(label)]
            rest = [label for label in item.labels if not is_persons(label)]
            parts = ((mine, persons, _OFTENER), (rest, others, 1.0))
            return [_part(item, labels, slot, name, times) for labels, name, times in parts if labels]
    return [item]


def _part(item: Field, labels: list[str], slot: str, name: str, times: float) -> Field:
    slots = tuple(name if other == slot else other for other in item.slots)
    return Field(labels=tuple(labels), slots=slots, weight=item.weight * times * len(labels) / len(item.labels))


def _told(match: re.Match[str]) -> str:
    before = match.string[max(0, match.start() - _REACH) : match.start()]
    if match[0] == "{date}" and _is_birth(before):
        return "{dob}"
    return "{reference}" if match[0] == "{id}" and not _is_persons(before.strip()) else match[0]


def _plain(match: re.Match[str]) -> str:
    return "{reference}" if match[0] == "{id}" else match[0]
