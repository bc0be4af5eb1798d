"""Arranges people in tables and lists as directories, attendance sheets and boards of directors do; decides where
things stand, never what they say."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Final

from docpriv_lab.names_model.layouts import LayoutStyle, drawn
from docpriv_lab.names_model.samples import Draft
from docpriv_lab.names_model.slots import Slots
from docpriv_lab.names_model.wording import Field, Wording

_SEPARATORS: Final = {"\t": 5, "   ": 4, "  ": 3, " | ": 1, " ": 1}
_NAME_FORMS: Final = {"person": 8, "sorted": 6, "surname": 5, "initialed": 4, "first": 1}
PEOPLE: Final = frozenset(_NAME_FORMS)
"""Slots that hold one person and nothing else."""

_EMPTY_CELL: Final = 0.08
_LEADS: Final = {"": 12, "{title} ": 2, "{number} ": 1, "{number}. ": 2, "( ) ": 1, "[x] ": 1, "* ": 1}
_TAILS: Final = {
    ", {job}": 4, ", {job}, {company}": 4, ", {job}, {company}, {city}, {st:-}": 2, ", {company}, {city}, {st:-}": 2,
    " ({company})": 2, ", {city}": 2, " - {job}": 3, " {phone}": 2, "\t{phone}": 2, ", {doctorate}, {school}": 1,
    ", {doctor}": 2, " x{number}": 2, " ({code})": 1, " {date}": 1, "": 8,
}  # fmt: skip
_GENERATIONS: Final = ("", "", "", "", "Jr.", "Sr.", "III", "II")
_MARKS: Final = ("", "", "X", "/", "1", "OK", "-", "copy", "info", "orig.")


class Tables:
    """Pieces of documents, each a `Draft` that ends with a line break."""

    def __init__(self, wording: Wording, slots: Slots, rng: random.Random) -> None:
        self._slots = slots
        self._rng = rng
        columns = wording.columns
        self._names = [column for column in columns if PEOPLE.issuperset(column.slots)]
        self._others = [column for column in columns if not PEOPLE.intersection(column.slots)]
        self._name_boxes = wording.name_boxes
        self._number_head = wording.number_head
        self._tails = {tail: weight for tail, weight in _TAILS.items() if slots.can_fill(tail)}
        self._heads = [label for group in (columns, wording.boxes, wording.name_boxes) for label in _labels(group)]

    def directory(self, style: LayoutStyle) -> Draft:
        """PersonNames in the first column, or in another one, and what belongs to them beside; mostly with heads."""
        form = drawn(_NAME_FORMS, self._rng)
        names = [column for column in self._names if form in column.slots] or self._names
        columns = [(self._rng.choice(names), form)]
        for column in self._rng.sample(self._others, self._rng.randint(1, 3)):
            columns.append((column, self._rng.choice(column.slots)))
        if self._rng.random() < 0.25:
            self._rng.shuffle(columns)
        separator = drawn(_SEPARATORS, self._rng)
        draft = Draft()
        if self._rng.random() < 0.75:
            heads = (self._rng.choice(column.labels) for column, _ in columns)
            draft.add(style.labels.apply(separator.join(heads)) + "\n")
        for _ in range(self._rng.randint(2, 9)):
            self._row(draft, [slot for _, slot in columns], separator, style)
        return draft

    def split_names(self, style: LayoutStyle) -> Draft:
        """Surname, first name and initial in columns of their own, now and then with a number or a suffix."""
        boxes = list(self._name_boxes)
        if self._rng.random() < 0.6:
            boxes = boxes[::-1]
        if self._rng.random() < 0.4:
            boxes = [box for box in boxes if "initial" not in box.slots]
        separator = drawn(_SEPARATORS, self._rng)
        generations, numbers = self._rng.random() < 0.3, self._rng.random() < 0.5
        generations = generations and "suffix" in self._slots.names()
        heads = [self._rng.choice(box.labels) for box in boxes]
        heads += (["Suffix"] if generations else []) + ([self._number_head] if numbers else [])
        draft = Draft()
        if self._rng.random() < 0.8:
            draft.add(style.labels.apply(separator.join(heads)) + "\n")
        for _ in range(self._rng.randint(1, 6)):
            self._row(draft, [box.slots[0] for box in boxes], separator, style, ends=False)
            generation = self._rng.choice(_GENERATIONS)
            if generations and generation:
                draft.add(separator + style.values.apply(generation))
            if numbers:
                draft.add(separator).extend(self._slots.fill("{id}"))
            draft.add("\n")
        return draft

    def listing(self, style: LayoutStyle) -> Draft:
        """One person a line with what directories add to names: a position, a firm, a town, a number."""
        form, lead, tail = (drawn(weights, self._rng) for weights in (_NAME_FORMS, _LEADS, self._tails))
        draft = Draft()
        for _ in range(self._rng.randint(2, 8)):
            end = tail if self._rng.random() < 0.85 else ""
            draft.extend(self._slots.fill(f"{lead}{{{form}}}{end}", style.values)).add("\n")
        return draft

    def distribution(self, style: LayoutStyle) -> Draft:
        """Names with marks or dates beside them, in one to three columns, as on routing slips."""
        form = self._rng.choice(("initialed", "surname", "person", "sorted"))
        count, separator = self._rng.randint(1, 3), self._rng.choice(("\t", "   ", "  "))
        marked = self._rng.random() < 0.5
        draft = Draft()
        for _ in range(self._rng.randint(2, 6)):
            for position in range(count):
                draft.add(separator if position else "")
                mark = self._rng.choice(_MARKS) if marked else ""
                draft.add(f"{mark} " if mark else "").extend(self._slots.fill(f"{{{form}}}", style.values))
            draft.add("\n")
        return draft

    def heads(self, style: LayoutStyle) -> Draft:
        """Heads of columns and captions of boxes without anything filled in: nothing to be found."""
        separator = drawn(_SEPARATORS, self._rng)
        draft = Draft()
        for _ in range(self._rng.randint(1, 3)):
            draft.add(style.labels.apply(separator.join(self._rng.sample(self._heads, self._rng.randint(1, 6)))) + "\n")
        return draft

    def _row(self, draft: Draft, slots: Sequence[str], separator: str, style: LayoutStyle, *, ends: bool = True) -> None:
        for position, slot in enumerate(slots):
            draft.add(separator if position else "")
            if self._rng.random() > _EMPTY_CELL:
                draft.extend(self._slots.fill(f"{{{slot}}}", style.values).on_one_line())
        draft.add("\n" if ends else "")


def _labels(group: Sequence[Field]) -> list[str]:
    return [label for item in group for label in item.labels]
