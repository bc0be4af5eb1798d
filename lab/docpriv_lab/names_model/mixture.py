"""Mixes corpora and generated documents into the texts of one training run; takes nothing that is held out."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from docpriv_lab.names_model.corpora import read_corpora
from docpriv_lab.names_model.documents import Documents
from docpriv_lab.names_model.noise import misread
from docpriv_lab.names_model.samples import Casing, Draft, Sample, joined

_UPPER_SHARE: Final = 0.25
_LOWER_SHARE: Final = 0.05
_NOISY_SHARE: Final = 0.15
_NOISE_RATES: Final = (0.008, 0.02, 0.04)


def training_samples(root: Path, *, documents: int, seed: int) -> list[Sample]:
    """All samples of a run in random order: every corpus as often as its worth, and `documents` generated ones."""
    rng = random.Random(seed)
    corpora = read_corpora(root)
    # How often each set is gone through, every time cut and cased anew: clean sets more than once, tweets once.
    rounds: list[tuple[Sequence[Sample], float]] = [
        (corpora.wikigold, 4.0),
        (corpora.sec, 1.5),
        (corpora.wnut17, 1.3),
        (corpora.btc, 1.0),
    ]
    samples = Documents.for_training(root, seed=seed).take(documents)
    for sentences, times in rounds:
        while times > 0:
            chunks = list(_chunks(sentences, rng))
            chosen = chunks if times >= 1 else rng.sample(chunks, int(len(chunks) * times))
            samples += [_varied(chunk, rng) for chunk in chosen]
            times -= 1
    rng.shuffle(samples)
    return samples


def _chunks(sentences: Sequence[Sample], rng: random.Random) -> Iterator[Sample]:
    """One to four neighbouring sentences at a time, on one line or on several."""
    begin = 0
    while begin < len(sentences):
        end = begin + rng.choice((1, 1, 2, 3, 4))
        yield joined(sentences[begin:end], rng.choice((" ", "\n", " ")))
        begin = end


def _varied(sample: Sample, rng: random.Random) -> Sample:
    kind = rng.random()
    if kind < _UPPER_SHARE:
        sample = sample.cased(Casing.UPPER)
    elif kind < _UPPER_SHARE + _LOWER_SHARE:
        sample = sample.cased(Casing.LOWER)
    if rng.random() < _NOISY_SHARE:
        draft = misread(Draft(sample.text, sample.annotations), rng.choice(_NOISE_RATES), rng)
        sample = draft.sample(sample.source)
    return sample
