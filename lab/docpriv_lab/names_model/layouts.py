"""Arranges labels and values as forms, grids, tables, lists and columns do when a page is read line by line; decides
where things stand, never what they say."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from docpriv_lab.names_model.samples import PERSON, Casing, Draft
from docpriv_lab.names_model.slots import Slots
from docpriv_lab.names_model.wording import Field, Wording

_AFTER_LABEL: Final = {
    ": ": 30, ":": 6, " ": 6, "  ": 5, "\t": 4, " - ": 2, ":\n": 5, "\n": 4, " ..... ": 1, ": ____ ": 2,
    "   ": 4, ". ": 1,
}  # fmt: skip
_AFTER_VALUE: Final = {"\n": 60, "   ": 14, "\t": 4, "\n\n": 6, " ": 12, "; ": 2, " | ": 1}
_GAPS: Final = ("   ", "   ", "  ", "\t", "      ", " | ")
_EMPTY_FIELD: Final = 0.14
_BULLETS: Final = ("- ", "• ", "* ", "{number}. ", "{number}) ", "", "", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutStyle:
    """Letter case of one document (of running text, of labels, of values), and how its labels stand: in two languages,
    below their values, with nothing between label and value."""

    text: Casing
    labels: Casing
    values: Casing
    second_language: bool = False
    labels_below: bool = False
    touching: bool = False


def drawn(weights: dict[str, int], rng: random.Random) -> str:
    """A key, as often as its weight says."""
    return rng.choices(list(weights), list(weights.values()))[0]


class Layouts:
    """Pieces of documents, each a `Draft` that ends with a line break."""

    def __init__(self, wording: Wording, slots: Slots, rng: random.Random) -> None:
        self._wording = wording
        self._slots = slots
        self._rng = rng

    def fields(self, count: int, style: LayoutStyle) -> Draft:
        """`count` fields as "label: value", on lines of their own or several on a line."""
        after_label = "" if style.touching else drawn(_AFTER_LABEL, self._rng)
        after_value = drawn(_AFTER_VALUE, self._rng)
        draft = Draft()
        for _ in range(count):
            item = self._one_of(self._wording.fields)
            draft.add(style.labels.apply(self._label(item, style))).add(after_label)
            value = self._value(item, style.values)
            draft.extend(value if "\n" in after_value else value.on_one_line()).add(after_value)
        return draft.add("\n")

    def grid(self, style: LayoutStyle) -> Draft:
        """Rows of labels above or below rows of values, as boxed forms are read; empty boxes leave no gap behind."""
        gap = self._rng.choice(_GAPS)
        number = self._rng.randint(1, 30) if self._rng.random() < 0.35 else None
        draft = Draft()
        for _ in range(self._rng.randint(1, 4)):
            labels, filled = Draft(), Draft()
            values: list[Draft] = []
            for position, box in enumerate(self._row_of_boxes()):
                labels.add(gap if position else "")
                if number is not None:
                    labels.add(f"{number}. ")
                    number += 1
                labels.add(style.labels.apply(self._label(box, style)))
                values.append(self._value(box, style.values).on_one_line())
            for position, value in enumerate(value for value in values if value.text.strip()):
                filled.add(gap if position else "").extend(value)
            for row in (filled, labels) if style.labels_below else (labels, filled):
                draft.extend(row).add("\n")
            if self._rng.random() < 0.15:
                draft.add(style.labels.apply(self._rng.choice(self._wording.instructions)) + "\n")
        return draft

    def table(self, style: LayoutStyle) -> Draft:
        """Two to five columns, with or without their heads."""
        count = self._rng.randint(2, 5)
        columns = [self._one_of(self._wording.columns) for _ in range(count)]
        chosen = [self._rng.choice(column.slots) for column in columns]
        separator = self._rng.choice(("  ", "   ", "\t", " ", " | "))
        draft = Draft()
        if self._rng.random() < 0.6:
            draft.add(style.labels.apply(separator.join(self._rng.choice(column.labels) for column in columns)) + "\n")
        for _ in range(self._rng.randint(2, 7)):
            for position, slot in enumerate(chosen):
                draft.add(separator if position else "")
                if self._rng.random() > 0.06:
                    draft.extend(self._filled(slot, style.values).on_one_line())
            draft.add("\n")
        return draft

    def roster(self, style: LayoutStyle) -> Draft:
        """A list of people in one form, one or a few a line."""
        slot = self._rng.choice(("person", "sorted", "initialed", "surname", "first", "person"))
        separator = self._rng.choice(("\n", "\n", "\n", ", ", "   ", "; ", "\t", " / "))
        bullet = self._rng.choice(_BULLETS) if separator == "\n" else ""
        draft = Draft()
        for number in range(1, self._rng.randint(3, 9)):
            draft.add(bullet.replace("{number}", str(number))).extend(self._filled(slot, style.values)).add(separator)
        return draft.add("\n")

    def address_blocks(self, style: LayoutStyle) -> Draft:
        """One to three blocks of a name and an address, side by side where there are more."""
        blocks = [self._address_block(style) for _ in range(self._rng.choices((1, 2, 3), (3, 5, 1))[0])]
        if self._rng.random() < 0.3:
            blocks.append(self.fields(self._rng.randint(2, 5), style))
        block = blocks[0]
        gap = self._rng.choice(("   ", "   ", "      ", "\t", "  "))
        for other in blocks[1:]:
            block = side_by_side(block, other, gap)
        return block

    def fragments(self, style: LayoutStyle) -> Draft:
        """Values without any label or sentence around them."""
        slots = {
            "person": 3, "sorted": 2, "initialed": 2, "surname": 1, "wrapped": 1, "address": 3, "street": 1,
            "cityzip": 1, "org": 3, "citystate": 1, "words": 3, "goods": 2, "date": 2, "reference": 2, "negative": 5,
            "clutter": 2, "legal": 2, "brand": 2, "abbr": 1,
        }  # fmt: skip
        known = {slot: weight for slot, weight in slots.items() if slot in self._slots.names()}
        draft = Draft()
        for _ in range(self._rng.randint(1, 6)):
            draft.extend(self._filled(drawn(known, self._rng), style.values)).add(self._rng.choice(("\n", "\n", "   ")))
        return draft.add("\n")

    def _address_block(self, style: LayoutStyle) -> Draft:
        draft = Draft()
        if self._rng.random() < 0.6:
            draft.add(style.labels.apply(self._rng.choice(self._wording.block_headings)) + "\n")
        kind = self._rng.random()
        if kind < 0.75:
            name = self._rng.choice(("{person}", "{person}", "{sorted}", "{first} & {first} {surname}", "{title} {person}"))
            draft.extend(self._slots.fill(name, style.values)).add("\n")
        if kind > 0.5:
            draft.extend(self._filled("org", style.values).on_one_line()).add("\n")
        address = self._rng.choice(("{address}", "{street}\n{cityzip}", "{address}"))
        draft.extend(_joined_address(self._slots.fill(address, style.values))).add("\n")
        return draft

    def _row_of_boxes(self) -> Sequence[Field]:
        kind = self._rng.random()
        if kind < 0.25:
            row = list(self._wording.name_boxes)
            if self._rng.random() < 0.4:
                row = row[::-1]
            if self._rng.random() < 0.3:
                row = [box for box in row if "initial" not in box.slots]
            return row + [self._one_of(self._wording.boxes) for _ in range(self._rng.randint(0, 1))]
        if kind < 0.4:
            return self._wording.place_boxes[self._rng.randint(0, 1) :]
        return [self._one_of(self._wording.boxes) for _ in range(self._rng.randint(1, 4))]

    def _label(self, item: Field, style: LayoutStyle) -> str:
        label = self._rng.choice(item.labels)
        others = self._wording.translations.get(item.slots[0], ()) if style.second_language else ()
        for other in self._rng.sample(others, min(len(others), self._rng.choice((1, 1, 2)))) if others else ():
            label += self._rng.choice((" / ", " / ", "/", " - ")) + other
        return label

    def _value(self, item: Field, casing: Casing) -> Draft:
        """What stands in a field: nothing, a value, or a person with a title, a job or a second person."""
        if self._rng.random() < _EMPTY_FIELD:
            return Draft()
        value = self._filled(self._rng.choice(item.slots), casing)
        if not any(annotation.label == PERSON for annotation in value.annotations):
            return value
        draft = Draft()
        if self._rng.random() < 0.12:
            draft.add(casing.apply(self._slots.plain("title")) + " ")
        draft.extend(value)
        if self._rng.random() < 0.1:
            draft.add(casing.apply(", " + self._slots.plain("job")))
        elif self._rng.random() < 0.06:
            draft.add(self._rng.choice((" / ", " & ", ", "))).extend(self._filled("person", casing))
        return draft

    def _filled(self, slot: str, casing: Casing) -> Draft:
        return self._slots.fill(f"{{{slot}}}", casing)

    def _one_of(self, fields: Sequence[Field]) -> Field:
        return self._rng.choices(fields, [item.weight for item in fields])[0]


def side_by_side(left: Draft, right: Draft, gap: str) -> Draft:
    """Two drafts as columns: their lines in turn, with `gap` between; spans are cut at the line ends."""
    left_lines, right_lines = left.lines(), right.lines()
    draft = Draft()
    for number in range(max(len(left_lines), len(right_lines))):
        here = left_lines[number] if number < len(left_lines) else Draft()
        draft.extend(here)
        if number < len(right_lines) and right_lines[number].text.strip():
            draft.add(gap if here.text.strip() else "").extend(right_lines[number])
        draft.add("\n")
    return draft


def _joined_address(draft: Draft) -> Draft:
    """A draft that is one address from end to end, under one label."""
    return Draft().add(draft.text, draft.annotations[0].label)
