"""What the wording of generated documents consists of; the words themselves are in `wording_train` and
`wording_test`, which share no template, heading or field label."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as field_of

from docpriv_lab.names_model.samples import Casing


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of a form: its possible labels, the slots that may fill it, and how often it is drawn (above 0)."""

    labels: tuple[str, ...]
    slots: tuple[str, ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The language of one half of the documents.

    `fields` stand as "label: value"; `boxes` as rows of labels above rows of values, and those in `name_boxes` and
    `place_boxes` follow each other in that order (first name, initial, surname; street, city, state, zip).
    `columns` head tables. `passages` are templates of one or more lines; `plain_passages` too, but they name nobody.
    `headings`, `instructions` and `negatives` hold nothing to be found. `number_head` heads a column of numbers;
    `translations` are labels of other languages by slot, for labels in two languages,
    `upper` is how the language writes capitals.
    """

    fields: tuple[Field, ...]
    name_boxes: tuple[Field, ...]
    place_boxes: tuple[Field, ...]
    boxes: tuple[Field, ...]
    columns: tuple[Field, ...]
    block_headings: tuple[str, ...]
    passages: tuple[str, ...]
    plain_passages: tuple[str, ...]
    headings: tuple[str, ...]
    instructions: tuple[str, ...]
    negatives: tuple[str, ...]
    number_head: str = "No."
    upper: Casing = Casing.UPPER
    translations: Mapping[str, tuple[str, ...]] = field_of(default_factory=dict)

    def labels(self) -> frozenset[str]:
        """All field, box and column labels, lower-case."""
        groups = (self.fields, self.name_boxes, self.place_boxes, self.boxes, self.columns)
        return frozenset(label.lower() for group in groups for field in group for label in field.labels)


def words(text: str) -> tuple[str, ...]:
    """The words of a text."""
    return tuple(text.split())


def phrases(text: str) -> tuple[str, ...]:
    """The parts of a text between "|"; its line breaks count for nothing."""
    return tuple(text.replace("\n", "").split("|"))


def lines(text: str) -> tuple[str, ...]:
    r"""The non-empty lines of a text; "\n" in a line is a line break, "\t" a tab; a backslash at its end joins the next."""
    joined = re.sub(r"\\\n\s*", "", text)
    return tuple(line.strip().replace(r"\n", "\n").replace(r"\t", "\t") for line in joined.splitlines() if line.strip())


def field(labels: str, slots: str, weight: float = 1.0) -> Field:
    """A field from labels and slots that are separated by "|"."""
    return Field(labels=tuple(labels.split("|")), slots=tuple(slots.split("|")), weight=weight)
