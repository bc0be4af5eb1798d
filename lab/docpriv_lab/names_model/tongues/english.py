"""English documents with the labels that documents of other languages have: telephones, dates of birth, numbers of persons.

What announces such numbers is in `english.yaml`, beside the wording of the English model."""

from __future__ import annotations

import random
import re
from dataclasses import fields, replace
from functools import cache
from typing import Final

from pydantic import BaseModel, ConfigDict

from docpriv_lab.names_model.samples import DOB, ID, PHONE
from docpriv_lab.names_model.slots import SLOT, Slots
from docpriv_lab.names_model.tongues import FOLDER, Half, Texts, parsed
from docpriv_lab.names_model.tongues.makers import number_drawn
from docpriv_lab.names_model.wording import Field, Wording
from docpriv_lab.names_model.wording_test import WORDING as TEST_WORDING
from docpriv_lab.names_model.wording_train import WORDING as TRAIN_WORDING

_BIRTH: Final = re.compile(r"\b(?:DOB|birth\w*|born)\b", re.IGNORECASE)
_NOBODYS: Final = re.compile(
    r"\b(?:order|tax|co\.? ?no|invoice|check|rx|po|serial|batch|code|case|document|control|voucher|receipt|ref\w*|file|dept"
    r"|clock|gst|registration)\b|^no\.$|\($",
    re.IGNORECASE,
)
_SUMMED: Final = frozenset(
    {"fields", "boxes", "columns", "block_headings", "passages", "plain_passages", "headings", "instructions", "negatives"}
)
_OFTENER: Final = 2.5  # dates of birth and numbers of persons, than their labels' share
_REACH: Final = 14  # characters before a slot in which a word decides what it is


def _is_birth(text: str) -> bool:
    return bool(_BIRTH.search(text))


def _is_persons(text: str) -> bool:
    return not _NOBODYS.search(text)


_KINDS: Final = (("date", "dob", "date", _is_birth), ("id", "id", "reference", _is_persons))
"""A slot of English fields, what it is under a person's label and under any other, and what tells the labels apart."""


class _Papers(BaseModel):
    """What `english.yaml` holds: patterns of numbers, and wording of both halves."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    phones: Texts
    ids: Texts
    train: Half
    test: Half


@cache
def _papers() -> _Papers:
    return parsed(_Papers, (FOLDER / "english.yaml").read_text(encoding="utf-8"), "english.yaml")


def english_wording(*, held_out: bool) -> Wording:
    """All English wording of one half. Raises TongueError."""
    papers = _papers()
    common = told_apart(TEST_WORDING if held_out else TRAIN_WORDING)
    more = papers.test.wording() if held_out else papers.train.wording()
    parts = {part.name: getattr(common, part.name) + getattr(more, part.name) for part in fields(Wording) if part.name in _SUMMED}
    return replace(common, **parts)


def with_numbers(slots: Slots, rng: random.Random) -> Slots:
    """English slots of which telephones, dates of birth and numbers of persons are labelled."""
    papers = _papers()

    def phone() -> str:
        return slots.plain("phone") if rng.random() < 0.5 else number_drawn(rng.choice(papers.phones), rng)

    def number() -> str:
        return slots.plain("id") if rng.random() < 0.4 else number_drawn(rng.choice(papers.ids), rng)

    return slots.changed({"phone": (phone, PHONE), "dob": (lambda: slots.plain("dob"), DOB), "id": (number, ID)})


def told_apart(wording: Wording) -> Wording:
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
