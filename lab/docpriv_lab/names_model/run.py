"""One training run from data to a folder with weights and tokenizer; export and measurement are separate steps."""

from __future__ import annotations

import dataclasses
import json
import logging
from pathlib import Path
from typing import Final

from docpriv.pii.ner.encoding import Encoder
from docpriv.pii.ner.model import TOKENIZER_FILE
from docpriv_lab.names_model.families import Family
from docpriv_lab.names_model.loop import Outcome, Schedule, train
from docpriv_lab.names_model.network import CHECKPOINT_FILE, fitted, mixed, restored, save
from docpriv_lab.names_model.packing import rows_of
from docpriv_lab.names_model.shipped import OUTCOME_FILE, unpacked

_LOG: Final = logging.getLogger(__name__)


def train_model(
    family: Family,
    data: tuple[Path, ...],
    out: Path,
    schedule: Schedule,
    documents: int,
    *,
    continue_from: Path | None = None,
    share: float = 1.0,
) -> Outcome:
    """Train on the family's sets under `data` and `documents` generated texts; weights, tokenizer and outcome go to `out`.

    `continue_from` is the folder of an earlier run, or of a shipped model, that is trained further; its outcome is kept. The
    weights that result are `share` (0 to 1) of what was learnt and the rest of the earlier run's. Raises ValueError for
    any other share, or for one below 1 without an earlier run.
    """
    if not 0 <= share <= 1 or (share < 1 and continue_from is None):
        raise ValueError("a share of the weights is from 0 to 1 and needs an earlier run to share with")
    import torch

    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(schedule.seed)
    samples = family.training_samples(*data, documents=documents, seed=schedule.seed)
    earlier: list[object] = []
    if continue_from is None:
        vocabulary = family.cut_vocabulary(sample.text for sample in samples)
        encoder, network = vocabulary.encoder, fitted(family.pretrained(family.labels), vocabulary)
    else:
        if not (continue_from / CHECKPOINT_FILE).exists():
            continue_from = unpacked(continue_from, out / "earlier")
        encoder = Encoder.from_file(continue_from / TOKENIZER_FILE)
        network = restored(continue_from)
        earlier.append(json.loads((continue_from / OUTCOME_FILE).read_text(encoding="utf-8")))
    encoder.tokenizer.save(str(out / TOKENIZER_FILE), pretty=False)
    rows = rows_of(encoder, samples, family.labels)
    _LOG.info("%d samples, %d pieces, vocabulary %d", len(samples), sum(map(len, rows)), encoder.vocabulary_size)

    def saved(outcome: Outcome) -> None:
        save(network, out)
        record = {
            "schedule": dataclasses.asdict(schedule),
            "documents": documents,
            "share": share,
            **dataclasses.asdict(outcome),
            "earlier_rounds": earlier,
        }
        (out / OUTCOME_FILE).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")

    outcome = train(network, encoder, rows, schedule, saved)
    if continue_from is not None and share < 1:
        torch.save(mixed(out / CHECKPOINT_FILE, continue_from / CHECKPOINT_FILE, share), out / CHECKPOINT_FILE)
    _LOG.info("%d steps, %d pieces, %.1f minutes", outcome.steps, outcome.pieces, outcome.minutes)
    return outcome
