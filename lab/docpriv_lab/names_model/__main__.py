"""Trains, exports and measures a named-entity model in one command; never touches the models that are shipped."""

from __future__ import annotations

import argparse
import json
import logging
from pathlib import Path
from typing import Final

from docpriv.pii.ner.model import MODEL_FILE
from docpriv_lab.names_model.card import write_card
from docpriv_lab.names_model.export import export_onnx
from docpriv_lab.names_model.families import FAMILIES
from docpriv_lab.names_model.loop import Schedule
from docpriv_lab.names_model.measure import measure
from docpriv_lab.names_model.run import train_model
from docpriv_lab.names_model.shipped import OUTCOME_FILE

FIGURES_FILE: Final = "figures.json"

_LOG: Final = logging.getLogger(__name__)


def main() -> None:
    """Run with the arguments of the command line; leaves model, card and figures in the folder `--out`."""
    parser = _parser()
    arguments = parser.parse_args()
    family = FAMILIES[arguments.family]
    data = tuple(arguments.data)
    if len(data) != family.folders:
        parser.error(f"--data takes {family.folders} folder(s) for this family")
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
            family,
            data,
            out,
            schedule,
            arguments.documents,
            continue_from=arguments.continue_from,
            share=arguments.share,
        )
    export_onnx(out, out / MODEL_FILE)
    training = json.loads((out / OUTCOME_FILE).read_text(encoding="utf-8"))
    # The card comes first without figures: the runtime loads no model without one, so none can be measured either.
    write_card(family, out, arguments.version, training, {})
    figures = measure(out, family.held_out_sets(*data))
    (out / FIGURES_FILE).write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    write_card(family, out, arguments.version, training, figures)
    _LOG.info("model, card and figures are written")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m docpriv_lab.names_model", description=__doc__)
    parser.add_argument("--family", choices=FAMILIES, default="en", help="en: English; eu: European languages (default: en)")
    parser.add_argument(
        "--data",
        type=Path,
        nargs="+",
        required=True,
        help="folder with the unpacked corpora (wikigold/, wnut17/, ...); for eu also that of the corpora beside English",
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for weights, model, card and figures")
    parser.add_argument("--minutes", type=float, default=40.0, help="stop after this time; 0 for no limit (default: 40)")
    parser.add_argument("--steps", type=int, default=0, help="stop after this many steps, for an exact repetition")
    parser.add_argument("--documents", type=int, default=42_000, help="generated documents (default: 42000)")
    parser.add_argument("--seed", type=int, default=1, help="seed of documents, mixture and training (default: 1)")
    parser.add_argument("--threads", type=int, default=2, help="processor threads (default: 2)")
    parser.add_argument("--learning-rate", type=float, default=2e-4, help="highest learning rate (default: 0.0002)")
    parser.add_argument(
        "--continue-from", type=Path, help="folder of an earlier run or of a shipped model to train further, with another seed"
    )
    parser.add_argument(
        "--share", type=float, default=1.0, help="share of the new weights, the rest the earlier run's (default: 1)"
    )
    parser.add_argument("--version", default="1.0.0", help="version in the card (default: 1.0.0)")
    parser.add_argument("--keep-weights", action="store_true", help="only export and measure the weights in --out")
    return parser


if __name__ == "__main__":
    main()
