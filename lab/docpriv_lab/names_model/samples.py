"""Texts with labelled spans, and the builder that writes them piece by piece; knows no model and no corpus."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

PERSON: Final = "PERSON"
ADDRESS: Final = "ADDRESS"
LOCATION: Final = "LOCATION"
ORGANIZATION: Final = "ORGANIZATION"
PHONE: Final = "PHONE"
DOB: Final = "DOB"
ID: Final = "ID"
UNTOLD: Final = "UNTOLD"
"""Whether these words are anything, the set does not say: nothing is learnt from them and nothing is measured."""


class Casing(Enum):
    """How the letters of a text are written."""

    AS_IS = "as is"
    UPPER = "upper"
    UPPER_DOTTED = "upper with dotted i"
    LOWER = "lower"
    TITLE = "title"

    def apply(self, text: str) -> str:
        """The text in this case; its length may change (German sharp s), so apply it before spans are taken."""
        if self is Casing.UPPER:
            return text.upper()
        if self is Casing.UPPER_DOTTED:
            return text.replace("i", "İ").upper()
        if self is Casing.LOWER:
            return text.replace("İ", "i").lower()
        return text.title() if self is Casing.TITLE else text


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """Code points [start, end) of a text carry `label`."""

    start: int
    end: int
    label: str

    def moved(self, by: int) -> Annotation:
        """The same span `by` code points further on."""
        return Annotation(start=self.start + by, end=self.end + by, label=self.label)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A text, its spans in order and without overlap, and the set it comes from."""

    text: str
    annotations: tuple[Annotation, ...]
    source: str

    def cased(self, casing: Casing) -> Sample:
        """The sample in another case; itself when the change of case would change the length."""
        text = casing.apply(self.text)
        if len(text) != len(self.text):
            return self
        return Sample(text=text, annotations=self.annotations, source=self.source)


class Draft:
    """A text in the making: what is added is appended, with or without a label."""

    def __init__(self, text: str = "", annotations: Iterable[Annotation] = ()) -> None:
        """Start from a text and its spans."""
        self._text = text
        self._annotations = list(annotations)

    @property
    def text(self) -> str:
        """The text so far."""
        return self._text

    @property
    def annotations(self) -> list[Annotation]:
        """The spans so far, in order."""
        return list(self._annotations)

    def add(self, text: str, label: str | None = None) -> Draft:
        """Append a text, all of it under `label` unless that is None or the text is blank; returns itself."""
        if label is not None and text.strip():
            lead = len(text) - len(text.lstrip())
            start = len(self._text) + lead
            self._annotations.append(Annotation(start=start, end=start + len(text.strip()), label=label))
        self._text += text
        return self

    def extend(self, other: Draft) -> Draft:
        """Append another draft; returns itself."""
        self._annotations += [item.moved(len(self._text)) for item in other._annotations]
        self._text += other._text
        return self

    def lines(self) -> list[Draft]:
        """One draft a line; a span over several lines becomes one span in each."""
        parts: list[Draft] = []
        begin = 0
        for line in self._text.split("\n"):
            end = begin + len(line)
            inside = [
                Annotation(start=max(item.start, begin) - begin, end=min(item.end, end) - begin, label=item.label)
                for item in self._annotations
                if item.start < end and item.end > begin
            ]
            parts.append(Draft(line, (item for item in inside if line[item.start : item.end].strip())))
            begin = end + 1
        return parts

    def on_one_line(self) -> Draft:
        """The same draft with blanks for line breaks."""
        return Draft(self._text.replace("\n", " "), self._annotations)

    def sample(self, source: str) -> Sample:
        """The finished sample, without white space at the end."""
        text = self._text.rstrip()
        kept = tuple(item for item in sorted(self._annotations, key=lambda item: item.start) if item.end <= len(text))
        return Sample(text=text, annotations=kept, source=source)


def joined(samples: Iterable[Sample], separator: str) -> Sample:
    """Several samples as one text; the source is that of the first. Raises StopIteration for none."""
    parts = iter(samples)
    first = next(parts)
    draft = Draft(first.text, first.annotations)
    for part in parts:
        draft.add(separator).extend(Draft(part.text, part.annotations))
    return draft.sample(first.source)
