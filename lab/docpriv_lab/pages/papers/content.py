"""What papers of a language say: the held-out wording of `tongues` (English: `wording_test`), filled with held-out names
and labelled as pages are; it draws nothing."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from docpriv.evaluation.truth import MAYBE, PII_LABELS, Label
from docpriv_lab.names_model.english import english_slots
from docpriv_lab.names_model.samples import Casing, Draft
from docpriv_lab.names_model.slots import SLOT, Slots
from docpriv_lab.names_model.tongues import load_tongue, wording_of
from docpriv_lab.names_model.tongues.makers import TongueMakers
from docpriv_lab.names_model.tongues.names import TongueNames
from docpriv_lab.names_model.wording import Field, Wording
from docpriv_lab.names_model.wording_test import WORDING as ENGLISH
from docpriv_lab.pages.papers.names import english_pools, tongue_names
from docpriv_lab.pages.truth import Span

_MARKED: Final = {"phone": "PHONE", "email": "EMAIL", "dob": "DOB", "id": "ID"} | dict.fromkeys(
    ("date", "number", "reference", "title", "ms", "initial", "code", "brand", "suffix", "months", "st", "doctor", "doctorate"),
    MAYBE,
)
"""Labels that slots carry on a page beside those that they carry in a text."""
_GAP: Final = re.compile(r"\s{3,}|\t")
_CELL_WORDS: Final = 3
_INITIAL: Final = re.compile(r"[^\W\d_]\.?(?:[^\W\d_]\.)*,?")
_LATIN_1: Final = 0x100

_IBAN: Final = re.compile(r"\b([A-Z]{2})(\d\d)((?: ?[A-Z\d]{1,4}){3,8})\b")

Line = list[Span]


class Content:
    """The papers of one language, from one random generator."""

    def __init__(self, language: str, wording: Wording, slots: Slots, rng: random.Random, countries: Sequence[str]) -> None:
        self.language = language
        self.wording = wording
        self.rng = rng
        self._slots = slots
        self._countries = frozenset(word for country in countries for word in country.split())

    @classmethod
    def of_language(cls, code: str, rng: random.Random) -> Content:
        """Papers in a language of `tongues`. Raises TongueError for one that is not there."""
        tongue, wording = load_tongue(code), wording_of(code, held_out=True)
        makers = TongueMakers(tongue, _names(code), wording, rng)
        return cls(code, wording, makers.slots(), rng, tongue.values.countries)

    @classmethod
    def of_region(cls, region: str, rng: random.Random) -> Content:
        """English papers whose people are named as in a region. Raises KeyError."""
        pools = english_pools(region)
        return cls("en", ENGLISH, english_slots(pools, ENGLISH.negatives, rng), rng, pools.countries)

    @property
    def extended(self) -> bool:
        """Whether the language is written with letters beyond Latin-1."""
        return any(c.isalpha() and ord(c) >= _LATIN_1 and c not in "œŒŸ" for text in self.wording.passages for c in text)

    @property
    def slot_names(self) -> frozenset[str]:
        """Every slot that a template may use."""
        return self._slots.names()

    def lines(self, template: str, casing: Casing = Casing.AS_IS) -> list[Line]:
        """A template filled: spans line by line. Wide gaps part a line in pieces, which end in an empty span."""
        draft = self._slots.fill(SLOT.sub(self._marked, template), casing)
        draft = Draft(_IBAN.sub(_checked, draft.text), draft.annotations)
        return [self._spans(line) for line in draft.lines()]

    def line(self, template: str, casing: Casing = Casing.AS_IS) -> Line:
        """A template filled, on one line."""
        return [span for line in self.lines(template, casing) for span in line]

    def text(self, slot: str) -> str:
        """A value as plain text, on one line."""
        return self._slots.value(slot)[0].replace("\n", " ")

    def named(self, slot: str, fields: Sequence[Field] | None = None) -> tuple[str, Line]:
        """A label and a value of a field that may hold the slot, or the slot under a heading of no field."""
        fitting = [one for one in fields or self._all_fields() if any(s.partition(":")[0] == slot for s in one.slots)]
        label = self.rng.choice(self.rng.choice(fitting).labels) if fitting else ""
        return label, self.value(slot)

    def field(self, one: Field) -> tuple[str, Line]:
        """A label and a value of a field."""
        return self.rng.choice(one.labels), self.value(self.rng.choice(one.slots))

    def value(self, slot: str) -> Line:
        """A value on one line, no more of ordinary text than fits into a cell."""
        line = self.line(f"{{{slot}}}")
        return line[:_CELL_WORDS] if all(label is None for _, label in line) else line

    def some_fields(self, count: int) -> list[Field]:
        """Fields by their weights, none twice while there are enough."""
        fields = list(self.wording.fields)
        keys = {id(one): self.rng.random() ** (1 / one.weight) for one in fields}
        return sorted(fields, key=lambda one: -keys[id(one)])[:count]

    def other_label(self, slot: str) -> str:
        """A label for the slot in another language, "" where none is known."""
        labels = self.wording.translations.get(slot.partition(":")[0], ())
        return self.rng.choice(labels) if labels else ""

    def passages(self, count: int, *slots: str) -> list[str]:
        """Passages that hold one of the slots first, then any."""
        fitting = [text for text in self.wording.passages if not slots or any(f"{{{slot}" in text for slot in slots)]
        others = [text for text in self.wording.passages if text not in set(fitting)]
        chosen = self.rng.sample(fitting, min(count, len(fitting)))
        return chosen + self.rng.sample(others, min(count - len(chosen), len(others)))

    def has_field(self, slot: str) -> bool:
        """Whether a field may hold the slot."""
        return any(slot in one.slots for one in self._all_fields())

    def _marked(self, slot: re.Match[str]) -> str:
        """A slot of a template with the label that it carries on a page."""
        label = MAYBE if slot[3] == "-" else slot[3] or _MARKED.get(slot[1], "")
        if slot[1] == "id" and not self.has_field("dob"):
            label = MAYBE  # English wording has numbers of any kind in that slot
        case = f"/{slot[2]}" if slot[2] else ""
        return f"{{{slot[1]}{case}{':' if label else ''}{label}}}"

    def _all_fields(self) -> list[Field]:
        w = self.wording
        return [*w.fields, *w.boxes, *w.name_boxes, *w.place_boxes, *w.columns]

    def _spans(self, line: Draft) -> Line:
        spans: Line = []
        text, annotations = line.text, line.annotations
        for word in re.finditer(r"\S+", text):
            labels = [a.label for a in annotations if a.start < word.end() and a.end > word.start()]
            spans.append((word[0], self._label(word[0], labels)))
            gap = re.match(r"\s+", text[word.end() :])
            if gap is not None and _GAP.fullmatch(gap[0]):
                spans.append(("", None))
        return spans

    def _label(self, word: str, labels: Sequence[str]) -> Label:
        label = next((one for one in labels if one in PII_LABELS), MAYBE if labels else None)
        small = not any(c.isalnum() for c in word)
        if label == "PERSON" and (small or _INITIAL.fullmatch(word)):
            return MAYBE
        if label == "ADDRESS" and (small or word.strip(",.") in self._countries):
            return MAYBE
        return label


@cache
def _names(code: str) -> TongueNames:
    return tongue_names(code)


def _checked(account: re.Match[str]) -> str:
    """An account number with the check digits of ISO 13616, which those that are drawn lack."""
    country, rest = account[1], account[3]
    digits = "".join(str(int(char, 36)) for char in rest.replace(" ", "") + country + "00")
    return f"{country}{98 - int(digits) % 97:02}{rest}"
