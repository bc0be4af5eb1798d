"""One training run from data to a folder with weights and tokenizer; export and measurement are separate steps."""

from __future__ import annotations

import dataclasses
import json
import logging
from pathlib import Path
from typing import Final

from docpriv.pii.training.base import cut_vocabulary
from docpriv.pii.training.loop import Outcome, Schedule, train
from docpriv.pii.training.mixture import training_samples
from docpriv.pii.training.network import build
from docpriv.pii.training.packing import rows_of

_LOG: Final = logging.getLogger(__name__)

CHECKPOINT_FILE: Final = "weights.pt"
TOKENIZER_FILE: Final = "tokenizer.json"
OUTCOME_FILE: Final = "outcome.json"


def train_model(data: Path, out: Path, schedule: Schedule, documents: int) -> Outcome:
    """Train on the sets under `data` and `documents` generated texts; weights, tokenizer and outcome go to `out`."""
    import torch

    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(schedule.seed)
    samples = training_samples(data, documents=documents, seed=schedule.seed)
    vocabulary = cut_vocabulary(sample.text for sample in samples)
    vocabulary.encoder.tokenizer.save(str(out / TOKENIZER_FILE))
    rows = rows_of(vocabulary.encoder, samples)
    _LOG.info(
        "%d samples, %d word pieces, %d of %d vocabulary entries",
        len(samples), sum(map(len, rows)), len(vocabulary.base_ids), max(vocabulary.base_ids) + 1,
    )  # fmt: skip
    network = build(vocabulary)
    outcome = train(network, vocabulary.encoder, rows, schedule, out / CHECKPOINT_FILE)
    record = {"schedule": dataclasses.asdict(schedule), "documents": documents, **dataclasses.asdict(outcome)}
    (out / OUTCOME_FILE).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    _LOG.info("%d steps, %d pieces, %.1f minutes", outcome.steps, outcome.pieces, outcome.minutes)
    return outcome
