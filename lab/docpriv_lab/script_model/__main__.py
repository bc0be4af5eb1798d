"""Draws lines, trains, exports and measures the line classifier in one command; never touches the model that is shipped."""

from __future__ import annotations

import argparse
import json
import logging
import random
from pathlib import Path
from typing import Final

import numpy as np

from docpriv.model import Pixels
from docpriv.model_card import CARD_FILE
from docpriv.visual.line_script import LATIN, MIRRORED, MODEL_FILE, NOTHING, ROWS, UPSIDE_DOWN, strip
from docpriv_lab.pages import script_lines
from docpriv_lab.script_model.card import write_card
from docpriv_lab.script_model.lines import Use, line
from docpriv_lab.script_model.measure import measure, measure_pages
from docpriv_lab.script_model.network import export, trained
from docpriv_lab.script_model.not_lines import not_line
from docpriv_lab.script_model.pages import labelled

SHARES: Final = {LATIN: 0.26, NOTHING: 0.1, MIRRORED: 0.09, UPSIDE_DOWN: 0.09, "cyrillic": 0.07, "greek": 0.05}
"""Of all lines drawn, more where letters look like Latin ones; the rest is shared by the other scripts."""
TURNED_SHARE: Final = 0.2
"""Of the long lines of pages, those that are also shown mirrored, and as many upside down."""

_LOG: Final = logging.getLogger(__name__)


def main() -> None:
    """Run with the arguments of the command line; leaves model, card and figures in the folder `--out`."""
    arguments = _parser().parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    out: Path = arguments.out
    out.mkdir(parents=True, exist_ok=True)
    classes = (*script_lines.scripts(), MIRRORED, UPSIDE_DOWN, NOTHING)
    strips, labels = draw(arguments.lines, arguments.seed, classes, "train")
    _LOG.info("%d lines are drawn", len(strips))
    cut = (
        [strip(image, quad) for image, quads in labelled(arguments.latin_pages) for quad in quads]
        if arguments.latin_pages
        else []
    )
    pages = [band for band in cut if band is not None]
    strips += pages
    labels += [classes.index(LATIN)] * len(pages)
    for name, band in flipped(pages, arguments.seed):
        strips.append(band)
        labels.append(classes.index(name))
    _LOG.info("%d Latin lines of pages", len(pages))
    net = trained(
        strips,
        labels,
        len(classes),
        epochs=arguments.epochs,
        seed=arguments.seed,
        threads=arguments.threads,
        keep=out / "weights.pt",
        start=arguments.continue_from,
    )
    export(net, out / MODEL_FILE)
    rounds = _rounds(arguments.continue_from.parent) if arguments.continue_from else []
    this = {"lines": arguments.lines, "epochs": arguments.epochs, "seed": arguments.seed, "lines of pages": len(pages)}
    training = {"rounds": [*rounds, this]}
    write_card(out, arguments.version, classes, training, {})
    figures = measure(out)
    for folder in arguments.check_pages:
        figures |= measure_pages(out, folder)
    write_card(out, arguments.version, classes, training, figures)
    _LOG.info("model, card and figures are written")


def _rounds(folder: Path) -> list[dict[str, int]]:
    """What the weights in `folder` were trained with, by its card."""
    return list(json.loads((folder / CARD_FILE).read_text(encoding="utf-8"))["training"]["rounds"])


def draw(count: int, seed: int, classes: tuple[str, ...], use: Use) -> tuple[list[Pixels], list[int]]:
    """About `count` strips and the index of their class; lines worn away altogether are left out."""
    rng = random.Random(seed)
    others = [name for name in classes if name not in SHARES]
    rest = (1 - sum(SHARES.values())) / len(others)
    weights = [SHARES.get(name, rest) for name in classes]
    strips, labels = [], []
    for label in rng.choices(range(len(classes)), weights, k=count):
        pixels, quad = not_line(rng) if classes[label] == NOTHING else line(classes[label], rng, use)
        band = strip(pixels, quad)
        if band is not None:
            strips.append(band)
            labels.append(label)
    return strips, labels


def flipped(bands: list[Pixels], seed: int) -> list[tuple[str, Pixels]]:
    """Some of the strips of at least five heights mirrored, some upside down, with the name of the class."""
    rng = random.Random(seed)
    found = []
    for band in bands:
        columns = np.flatnonzero(band.max(axis=0) > 0)
        if len(columns) and columns[-1] >= 5 * ROWS:
            end = columns[-1] + 1
            for name, step in ((MIRRORED, 1), (UPSIDE_DOWN, -1)):
                if rng.random() < TURNED_SHARE:
                    turned = band.copy()
                    turned[:, :end] = band[::step, :end][:, ::-1]
                    found.append((name, turned))
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m docpriv_lab.script_model", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for model, card and figures")
    parser.add_argument("--lines", type=int, default=26_000, help="how many lines to draw (default: 26000)")
    parser.add_argument("--epochs", type=int, default=6, help="rounds over the lines (default: 6)")
    parser.add_argument("--seed", type=int, default=20, help="of lines and weights (default: 20)")
    parser.add_argument("--threads", type=int, default=1, help="of torch (default: 1)")
    parser.add_argument("--continue-from", type=Path, help="weights.pt of an earlier training, beside its card, to go on with")
    parser.add_argument("--version", default="0", help="version to write into the card")
    parser.add_argument(
        "--latin-pages", type=Path, help="folder with pages/ and labels/ of scanned Latin pages that may be trained on"
    )
    parser.add_argument(
        "--check-pages", type=Path, action="append", default=[], help="such a folder of English pages, to measure on alone"
    )
    return parser


if __name__ == "__main__":
    main()
