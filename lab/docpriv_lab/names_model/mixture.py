"""Mixes corpora and generated documents into the texts of one training run; takes nothing that is held out."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from docpriv_lab.names_model.corpora import Corpora, read_corpora
from docpriv_lab.names_model.corpora_multi import read_training, without_numbers
from docpriv_lab.names_model.documents import Documents
from docpriv_lab.names_model.noise import misread, unaccented
from docpriv_lab.names_model.samples import Casing, Draft, Sample, joined
from docpriv_lab.names_model.tongues import codes

_UPPER_SHARE: Final = 0.25
_LOWER_SHARE: Final = 0.05
_NOISY_SHARE: Final = 0.15
_NOISE_RATES: Final = (0.008, 0.02, 0.04)
_PLAIN_SHARE: Final = 0.06  # of sentences in other languages come without accents, as capitals and telexes often do

# How many documents of each language beside the others: more where most papers come from and where no corpus is.
_WEIGHTS: Final = {
    "de": 1.3,
    "fr": 1.3,
    "es": 1.3,
    "it": 1.6,
    "nl": 1.2,
    "pt": 1.2,
    "pl": 1.3,
    "cs": 1.2,
    "tr": 1.6,
    "hu": 1.3,
    "fi": 1.4,
    "nb": 0.7,
    "sv": 0.9,
    "ro": 0.9,
}
_ENGLISH_SHARE: Final = 0.2  # of the generated documents
_ENGLISH_ROUNDS: Final = {"wikigold": 3.0, "sec": 1.5, "wnut17": 0.6, "btc": 0.4}


def training_samples(root: Path, *, documents: int, seed: int) -> list[Sample]:
    """All samples of a run in random order: every corpus as often as its worth, and `documents` generated ones."""
    rng = random.Random(seed)
    samples = Documents.for_training(root, seed=seed).take(documents)
    # How often each set is gone through, every time cut and cased anew: clean sets more than once, tweets once.
    samples += _english(read_corpora(root), {"wikigold": 4.0, "sec": 1.5, "wnut17": 1.3, "btc": 1.0}, rng)
    rng.shuffle(samples)
    return samples


def european_samples(root: Path, multi: Path, *, documents: int, seed: int) -> list[Sample]:
    """All samples of a run for many languages in random order: `documents` generated ones, a fifth of them English, and
    every corpus once. `multi`: the folder of the corpora beside English."""
    rng = random.Random(seed)
    languages = [code for code in codes() if code != "en"]
    weights = [_WEIGHTS.get(code, 1.0) for code in languages]
    samples: list[Sample] = []
    for code, weight in zip(languages, weights, strict=True):
        count = round(documents * (1 - _ENGLISH_SHARE) * weight / sum(weights))
        samples += Documents.for_language(root, code, held_out=False, seed=seed).take(count)
    for sentences in read_training(multi).values():
        samples += [_varied(_plain(chunk, rng), rng) for chunk in _chunks(sentences, rng)]
    samples += Documents.for_language(root, "en", held_out=False, seed=seed).take(round(documents * _ENGLISH_SHARE))
    # The English sets do not label telephones, dates of birth and numbers of persons either.
    samples += map(without_numbers, _english(read_corpora(root), _ENGLISH_ROUNDS, rng))
    rng.shuffle(samples)
    return samples


def _english(corpora: Corpora, rounds: Mapping[str, float], rng: random.Random) -> list[Sample]:
    """The English sets, each as many times as `rounds` says, every time cut and cased anew."""
    samples: list[Sample] = []
    for name, times in rounds.items():
        sentences: Sequence[Sample] = getattr(corpora, name)
        while times > 0:
            chunks = list(_chunks(sentences, rng))
            chosen = chunks if times >= 1 else rng.sample(chunks, int(len(chunks) * times))
            samples += [_varied(chunk, rng) for chunk in chosen]
            times -= 1
    return samples


def _chunks(sentences: Sequence[Sample], rng: random.Random) -> Iterator[Sample]:
    """One to four neighbouring sentences at a time, on one line or on several."""
    begin = 0
    while begin < len(sentences):
        end = begin + rng.choice((1, 1, 2, 3, 4))
        yield joined(sentences[begin:end], rng.choice((" ", "\n", " ")))
        begin = end


def _plain(sample: Sample, rng: random.Random) -> Sample:
    if rng.random() >= _PLAIN_SHARE:
        return sample
    return unaccented(Draft(sample.text, sample.annotations), rng).sample(sample.source)


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
