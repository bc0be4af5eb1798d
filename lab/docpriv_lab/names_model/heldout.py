"""The sets that the model is measured on; none of them is trained on.

Sets under share-alike terms may be measured on: nothing of them goes into the model.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from docpriv_lab.names_model.corpora import from_tokens, read_corpora
from docpriv_lab.names_model.corpora_multi import SOURCES, read_set, without_numbers
from docpriv_lab.names_model.documents import Documents
from docpriv_lab.names_model.samples import ADDRESS, LOCATION, ORGANIZATION, PERSON, Annotation, Casing, Sample
from docpriv_lab.names_model.tongues import codes

_HELD_OUT_DOCUMENTS: Final = 800
_HELD_OUT_SEED: Final = 200
_DOCUMENTS_A_LANGUAGE: Final = 300
_SENTENCES_A_SET: Final = 600  # evenly spaced
_PII_ANON_LIMIT: Final = 300  # records a domain, evenly spaced: they come from few templates
_PII_ANON_DOMAINS: Final = ("clinical", "legal", "technology", "adversarial")

_PRESIDIO_LABELS: Final = {"PERSON": PERSON, "STREET_ADDRESS": ADDRESS, "GPE": LOCATION, "ORGANIZATION": ORGANIZATION}
_PII_ANON_LABELS: Final = {
    "PERSON_NAME": PERSON,
    "STREET_ADDRESS": ADDRESS,
    "LOCATION": LOCATION,
    "ORGANIZATION_NAME": ORGANIZATION,
}


def held_out_sets(root: Path) -> dict[str, list[Sample]]:
    """All held-out sets by name. Raises FileNotFoundError when one is absent."""
    corpora = read_corpora(root)
    documents = Documents.held_out(root, seed=_HELD_OUT_SEED).take(_HELD_OUT_DOCUMENTS)
    sets = {
        "documents": documents,
        "wikigold": list(corpora.wikigold_test),
        "wikigold_upper": [sample.cased(Casing.UPPER) for sample in corpora.wikigold_test],
        "wnut17": list(corpora.wnut17_test),
        "sec": list(corpora.sec_test),
        "uner_pud": _read_pud(root / "uner_en_pud/en_pud-ud-test.iob2"),
        "presidio_research": _read_presidio(root / "presidio_research/data/synth_dataset_v2.json"),
    }
    for domain in _PII_ANON_DOMAINS:
        path = root / f"pii_anon_eval/src/pii_anon_datasets/splits/test_{domain}.jsonl.gz"
        sets[f"pii_anon_{domain}"] = _read_pii_anon(path)
    return sets


def european_sets(root: Path, multi: Path) -> dict[str, list[Sample]]:
    """All held-out sets of the languages beside English, and a few English ones. `multi`: the folder of the corpora beside
    English. Raises FileNotFoundError when one is absent."""
    sets: dict[str, list[Sample]] = {}
    for code in codes():
        documents = Documents.for_language(root, code, held_out=True, seed=_HELD_OUT_SEED)
        sets[f"documents_{code}"] = documents.take(_DOCUMENTS_A_LANGUAGE)
    for source in SOURCES:
        for name in source.test:
            sets[name] = _spaced(list(read_set(multi, name)), _SENTENCES_A_SET)
    english = {
        "documents_en": Documents.held_out(root, seed=_HELD_OUT_SEED).take(_DOCUMENTS_A_LANGUAGE),
        "wikigold": list(read_corpora(root).wikigold_test),
        "uner_en_pud": _spaced(_read_pud(root / "uner_en_pud/en_pud-ud-test.iob2"), _SENTENCES_A_SET),
    }
    return sets | {name: list(map(without_numbers, samples)) for name, samples in english.items()}


def _spaced(samples: list[Sample], limit: int) -> list[Sample]:
    return samples[:: max(1, len(samples) // limit)][:limit]


def _read_presidio(path: Path) -> list[Sample]:
    return [
        _sample(record["full_text"], record["spans"], _PRESIDIO_LABELS, ("start_position", "end_position"), "presidio")
        for record in json.loads(path.read_text(encoding="utf-8"))
    ]


def _read_pii_anon(path: Path) -> list[Sample]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        records = [record for record in map(json.loads, lines) if record["language"] == "en"]
    step = max(1, len(records) // _PII_ANON_LIMIT)
    return [
        _sample(record["text"], record["annotations"], _PII_ANON_LABELS, ("start", "end"), "pii_anon")
        for record in records[::step][:_PII_ANON_LIMIT]
    ]


def _sample(text: str, spans: list[dict[str, Any]], labels: Mapping[str, str], ends: tuple[str, str], source: str) -> Sample:
    annotations = (
        Annotation(start=int(span[ends[0]]), end=int(span[ends[1]]), label=labels[span["entity_type"]])
        for span in spans
        if span["entity_type"] in labels
    )
    return Sample(text=text, annotations=tuple(sorted(annotations, key=lambda item: item.start)), source=source)


def _read_pud(path: Path) -> list[Sample]:
    """Sentences of the UNER format: number, token, tag, two more columns; comments begin with "#"."""
    samples: list[Sample] = []
    rows: list[list[str]] = []
    for line in [*path.read_text(encoding="utf-8").splitlines(), ""]:
        if not line.strip():
            if rows:
                samples.append(from_tokens([row[1] for row in rows], [row[2] for row in rows], "uner_pud"))
            rows = []
        elif not line.startswith("#"):
            rows.append(line.split("\t"))
    return samples
