"""Reads the open corpora of languages beside English: one file of JSON lines a set, a sentence or passage a line,
`{"text", "spans": [[start, end, label]], "lang"}`.

What may be trained on, and under which terms, is listed in `attribution_eu.py`; a test compares the two.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from docpriv_lab.names_model.samples import (
    ADDRESS,
    LOCATION,
    ORGANIZATION,
    PERSON,
    UNTOLD,
    Annotation,
    Sample,
)

_LABELS: Final = {"PERSON": PERSON, "LOCATION": LOCATION, "ADDRESS": ADDRESS, "ORG": ORGANIZATION}
_WITH_DIGIT: Final = re.compile(r"\S*\d\S*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Sets of one origin in one language: what is trained on, with the most words that are read of it, and what is only
    measured on (its terms ask for share-alike, are in doubt, or it is the test part)."""

    language: str
    train: tuple[str, ...] = ()
    words: int = 0
    test: tuple[str, ...] = ()


SOURCES: Final = (
    Source(language="de", train=("europeana_de",), words=100_000, test=("germeval14_test", "ler_test", "uner_de_pud")),
    Source(language="fr", train=("europeana_fr",), words=100_000, test=("wikiann_fr_test",)),
    Source(language="fr", train=("echr_fr_train", "echr_fr_dev"), words=100_000, test=("echr_fr_test",)),
    Source(language="es", train=("echr_es_train", "echr_es_dev"), words=100_000, test=("echr_es_test",)),
    Source(language="es", train=("meddocan_train", "meddocan_dev"), words=130_000, test=("meddocan_test",)),
    Source(language="pt", train=("lener_br_train", "lener_br_dev"), words=120_000, test=("lener_br_test", "uner_pt_pud")),
    Source(language="nl", train=("europeana_nl",), words=100_000, test=("wikiann_nl_test",)),
    Source(language="nb", train=("norne_nob_train", "norne_nob_dev"), words=110_000, test=("norne_nob_test",)),
    Source(language="nn", train=("norne_nno_train", "norne_nno_dev"), words=50_000, test=("norne_nno_test",)),
    Source(language="sv", train=("swe_web_train",), words=110_000, test=("swe_web_test", "uner_sv_pud")),
    Source(language="ro", train=("ronec_v1", "ronec_valid"), words=120_000, test=("ronec_test",)),
    Source(language="pl", test=("kpwr_n82_part",)),
    Source(language="da", test=("uner_da_ddt",)),
    Source(language="fi", test=("turku_fi_test",)),
    Source(language="hu", test=("nerkor_hu_test",)),
)


def read_training(root: Path) -> dict[str, list[Sample]]:
    """Training sentences by language, in their order. Raises FileNotFoundError when a set is absent."""
    found: dict[str, list[Sample]] = {}
    for source in SOURCES:
        left = source.words
        for name in source.train:
            for sample in read_set(root, name):
                left -= sample.text.count(" ") + 1
                if left < 0:
                    break
                found.setdefault(source.language, []).append(sample)
    return found


def read_set(root: Path, name: str) -> Iterator[Sample]:
    """The sentences of one set. What the sets do not label (dates of birth, telephones, numbers of persons) is untold:
    every word with a digit outside their spans."""
    with (root / f"{name}.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            text = record["text"]
            spans = [Annotation(start=start, end=end, label=_LABELS[label]) for start, end, label in record["spans"]]
            kept = tuple(
                _mended(item, text, name) for item in sorted(spans, key=lambda item: item.start) if _is_name(item, text, name)
            )
            yield without_numbers(Sample(text=text, annotations=kept, source=name))


def _is_name(item: Annotation, text: str, name: str) -> bool:
    """RONEC counts people without a name ("șef") as persons."""
    covered = text[item.start : item.end]
    return not (name.startswith("ronec") and item.label == PERSON and covered == covered.lower())


def _mended(item: Annotation, text: str, name: str) -> Annotation:
    """MEDDOCAN counts postcodes as places."""
    postcode = name.startswith("meddocan") and item.label == LOCATION and text[item.start : item.end].isdigit()
    return Annotation(start=item.start, end=item.end, label=ADDRESS) if postcode else item


def without_numbers(sample: Sample) -> Sample:
    """The sample with every word that has a digit untold, but in its spans."""
    spans = [match.span() for match in _WITH_DIGIT.finditer(sample.text)]
    untold = [Annotation(start=start, end=end, label=UNTOLD) for start, end in _outside(spans, sample.annotations)]
    everything = sorted((*sample.annotations, *untold), key=lambda item: item.start)
    return Sample(text=sample.text, annotations=tuple(everything), source=sample.source)


def _outside(spans: Sequence[tuple[int, int]], taken: Sequence[Annotation]) -> Iterator[tuple[int, int]]:
    for start, end in spans:
        if not any(item.start < end and item.end > start for item in taken):
            yield start, end
