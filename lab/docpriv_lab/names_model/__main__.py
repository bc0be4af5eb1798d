"""Trains, exports and measures the named-entity model in one command; never touches the model that is shipped."""

from __future__ import annotations

import argparse
import json
import logging
from pathlib import Path
from typing import Final

from docpriv.pii.ner.encoding import Encoder
from docpriv.pii.ner.model import MODEL_FILE
from docpriv_lab.names_model.card import write_card
from docpriv_lab.names_model.export import export_onnx
from docpriv_lab.names_model.heldout import held_out_sets
from docpriv_lab.names_model.loop import Schedule
from docpriv_lab.names_model.measure import measure
from docpriv_lab.names_model.run import CHECKPOINT_FILE, OUTCOME_FILE, TOKENIZER_FILE, train_model

FIGURES_FILE: Final = "figures.json"

_LOG: Final = logging.getLogger(__name__)


def main() -> None:
    """Run with the arguments of the command line; leaves model, card and figures in the folder `--out`."""
    arguments = _parser().parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    out: Path = arguments.out
    if not arguments.keep_weights:
        schedule = Schedule(
            minutes=arguments.minutes,
            steps=arguments.steps,
            seed=arguments.seed,
            threads=arguments.threads,
            learning_rate=arguments.learning_rate,
        )
        train_model(
            arguments.data,
            out,
            schedule,
            arguments.documents,
            continue_from=arguments.continue_from,
            share=arguments.share,
        )
    export_onnx(out / CHECKPOINT_FILE, Encoder.from_file(out / TOKENIZER_FILE), out / MODEL_FILE)
    training = json.loads((out / OUTCOME_FILE).read_text(encoding="utf-8"))
    # The card comes first without figures: the runtime loads no model without one, so none can be measured either.
    write_card(out, arguments.version, training, {})
    figures = measure(out, held_out_sets(arguments.data))
    (out / FIGURES_FILE).write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    write_card(out, arguments.version, training, figures)
    _LOG.info("model, card and figures are written")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m docpriv_lab.names_model", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with the unpacked corpora (wikigold/, wnut17/, ...)")
    parser.add_argument("--out", type=Path, required=True, help="folder for weights, model, card and figures")
    parser.add_argument("--minutes", type=float, default=40.0, help="stop after this time; 0 for no limit (default: 40)")
    parser.add_argument("--steps", type=int, default=0, help="stop after this many steps, for an exact repetition")
    parser.add_argument("--documents", type=int, default=42_000, help="generated documents (default: 42000)")
    parser.add_argument("--seed", type=int, default=1, help="seed of documents, mixture and training (default: 1)")
    parser.add_argument("--threads", type=int, default=2, help="processor threads (default: 2)")
    parser.add_argument("--learning-rate", type=float, default=2e-4, help="highest learning rate (default: 0.0002)")
    parser.add_argument("--continue-from", type=Path, help="folder of an earlier run to train further, with another seed")
    parser.add_argument(
        "--share", type=float, default=1.0, help="share of the new weights, the rest the earlier run's (default: 1)"
    )
    parser.add_argument("--version", default="1.0.0", help="version in the card (default: 1.0.0)")
    parser.add_argument("--keep-weights", action="store_true", help="only export and measure the weights in --out")
    return parser


if __name__ == "__main__":
    main()
