"""Measures predicted spans against labelled ones; knows neither the model nor the sets.

ADDRESS counts as LOCATION in the per-label figures, because the public sets do not tell the two apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from docpriv_lab.names_model.samples import (
    ADDRESS,
    DOB,
    ID,
    LOCATION,
    ORGANIZATION,
    PERSON,
    PHONE,
    UNTOLD,
    Annotation,
    Sample,
)

MEASURED: Final = (PERSON, LOCATION, ORGANIZATION, PHONE, DOB, ID)
_WORD: Final = re.compile(r"\w+")


@dataclass(slots=True, kw_only=True)
class Counts:
    """True positives, false positives and false negatives."""

    hits: int = 0
    extra: int = 0
    missed: int = 0

    def precision(self) -> float:
        """Share of what was predicted that is right, 0 to 1."""
        return self.hits / max(1, self.hits + self.extra)

    def recall(self) -> float:
        """Share of what is there that was predicted, 0 to 1."""
        return self.hits / max(1, self.hits + self.missed)

    def f1(self) -> float:
        """Harmonic mean of the two, 0 to 1."""
        return 2 * self.hits / max(1, 2 * self.hits + self.extra + self.missed)


@dataclass(slots=True, kw_only=True)
class Scores:
    """What a set shows: spans exactly as labelled, words by label, words under any label, whole names covered."""

    spans: dict[str, Counts] = field(default_factory=lambda: {label: Counts() for label in MEASURED})
    words: dict[str, Counts] = field(default_factory=lambda: {label: Counts() for label in MEASURED})
    any_words: Counts = field(default_factory=Counts)
    whole_people: Counts = field(default_factory=Counts)

    def figures(self) -> dict[str, float]:
        """Percentages, one decimal. Labels that the set does not have are left out."""
        total = Counts()
        for counts in self.spans.values():
            total.hits += counts.hits
            total.extra += counts.extra
            total.missed += counts.missed
        figures = {"span_f1": total.f1()}
        for label in MEASURED:
            if self.spans[label].hits + self.spans[label].missed:
                name = label.lower()
                figures[f"{name}_span_f1"] = self.spans[label].f1()
                figures[f"{name}_word_precision"] = self.words[label].precision()
                figures[f"{name}_word_recall"] = self.words[label].recall()
        if self.whole_people.hits + self.whole_people.missed:
            figures["person_whole_under_any_label"] = self.whole_people.recall()
        figures["any_word_precision"] = self.any_words.precision()
        figures["any_word_recall"] = self.any_words.recall()
        return {name: round(100 * value, 1) for name, value in figures.items()}


def score(samples: Sequence[Sample], predictions: Iterable[Sequence[Annotation]]) -> Scores:
    """Compare one sequence of spans a sample with the sample's own."""
    scores = Scores()
    for sample, predicted in zip(samples, predictions, strict=True):
        _count_spans(sample, predicted, scores)
        _count_words(sample, predicted, scores)
    return scores


def _count_spans(sample: Sample, predicted: Sequence[Annotation], scores: Scores) -> None:
    there = {_trimmed(sample.text, item) for item in sample.annotations}
    found = {_trimmed(sample.text, item) for item in predicted}
    for label, counts in scores.spans.items():
        labelled = {item for item in there if item.label == label}
        claimed = {item for item in found if item.label == label}
        counts.hits += len(labelled & claimed)
        counts.extra += len(claimed - labelled)
        counts.missed += len(labelled - claimed)


def _count_words(sample: Sample, predicted: Sequence[Annotation], scores: Scores) -> None:
    words = [match.span() for match in _WORD.finditer(sample.text)]
    claimed_at = {word: _label_at(word, predicted) for word in words}
    for word in words:
        labelled, claimed = _label_at(word, sample.annotations), claimed_at[word]
        if labelled == UNTOLD:
            continue
        for label, counts in scores.words.items():
            counts.hits += labelled == claimed == label
            counts.extra += claimed == label != labelled
            counts.missed += labelled == label != claimed
        scores.any_words.hits += labelled is not None and claimed is not None
        scores.any_words.extra += labelled is None and claimed is not None
        scores.any_words.missed += labelled is not None and claimed is None
    for item in sample.annotations:
        if item.label == PERSON:
            inside = [claimed_at[word] for word in words if word[0] < item.end and word[1] > item.start]
            scores.whole_people.hits += None not in inside
            scores.whole_people.missed += None in inside


def _label_at(word: tuple[int, int], items: Sequence[Annotation]) -> str | None:
    for item in items:
        if item.start < word[1] and item.end > word[0]:
            return _measured_label(item.label)
    return None


def _measured_label(label: str) -> str:
    return LOCATION if label == ADDRESS else label


def _trimmed(text: str, item: Annotation) -> Annotation:
    """Without punctuation at the ends: sets differ on whether "Jr." ends with its dot."""
    start, end = item.start, item.end
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    return Annotation(start=start, end=end, label=_measured_label(item.label))
