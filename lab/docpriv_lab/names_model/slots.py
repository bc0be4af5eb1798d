"""Fills templates: `{city}` becomes a city under its usual label, `{city:ADDRESS}` under another, `{city:-}` under
none; text between slots never carries a label."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from docpriv_lab.names_model.samples import ADDRESS, Annotation, Casing, Draft

SLOT: Final = re.compile(r"\{(\w+)(?:/(\w+))?(?::([A-Z]+|-))?\}")
"""A slot of a template: its name, a case of the language, and a label of its own."""

Makers = Mapping[str, tuple[Callable[[], str], str | None]]
"""What fills each slot, and the label that it carries there."""

_INSIDE_ADDRESS: Final = ("\n", ", ")


class Slots:
    """What templates may name, bound to one half of the pools and one random generator."""

    def __init__(self, makers: Makers, inflect: Callable[[str, str], str] = lambda value, case: value) -> None:
        """`inflect` writes a value in a case of the language, as `{surname/gen}` asks for."""
        self._makers = makers
        self._inflect = inflect

    def changed(self, makers: Makers) -> Slots:
        """The same slots with others in the place of some, or beside them."""
        return Slots({**self._makers, **makers}, self._inflect)

    def names(self) -> frozenset[str]:
        """Every slot that a template may use."""
        return frozenset(self._makers)

    def value(self, name: str) -> tuple[str, str | None]:
        """A value for a slot, with its label; `name` may bring its own as in `city:ADDRESS`. KeyError if unknown."""
        slot, _, override = name.partition(":")
        slot, _, case = slot.partition("/")
        make, label = self._makers[slot]
        if override:
            label = None if override == "-" else override
        return self._inflect(make(), case) if case else make(), label

    def plain(self, name: str) -> str:
        """A value for a slot without its label. KeyError if unknown."""
        return self.value(name)[0]

    def can_fill(self, template: str) -> bool:
        """Whether every slot of a template exists."""
        return all(match[1] in self._makers for match in SLOT.finditer(template))

    def fill(self, template: str, casing: Casing = Casing.AS_IS) -> Draft:
        """A template with all slots filled and all letters in one case."""
        draft = Draft()
        reach = 0
        for match in SLOT.finditer(template):
            draft.add(casing.apply(template[reach : match.start()]))
            value, label = self.value(match[0][1:-1])
            draft.add(casing.apply(value), label)
            reach = match.end()
        return _whole_addresses(draft.add(casing.apply(template[reach:])))


def _whole_addresses(draft: Draft) -> Draft:
    """Street and city on neighbouring lines, or with a comma between, are one address."""
    merged: list[Annotation] = []
    for item in draft.annotations:
        last = merged[-1] if merged else None
        if last is not None and last.label == item.label == ADDRESS and draft.text[last.end : item.start] in _INSIDE_ADDRESS:
            merged[-1] = Annotation(start=last.start, end=item.end, label=ADDRESS)
        else:
            merged.append(item)
    return Draft(draft.text, merged)
