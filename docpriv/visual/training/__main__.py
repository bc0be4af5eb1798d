"""Draws lines, trains, exports and measures the line classifier in one command; never touches the model that is shipped."""

from __future__ import annotations

import argparse
import glob
import json
import logging
import random
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from docpriv.evaluation import script_lines
from docpriv.geometry import Quad
from docpriv.model import Pixels
from docpriv.visual.line_script import LATIN, MIRRORED, MODEL_FILE, NOTHING, ROWS, UPSIDE_DOWN, strip
from docpriv.visual.training.card import write_card
from docpriv.visual.training.lines import Use, line
from docpriv.visual.training.measure import measure
from docpriv.visual.training.network import export, trained
from docpriv.visual.training.not_lines import not_line

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
    pages = page_lines(arguments.latin_pages) if arguments.latin_pages else []
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
    write_card(out, arguments.version, classes, {"drawn": arguments.lines, "pages": len(pages), "seed": arguments.seed}, {})
    figures = measure(out)
    write_card(out, arguments.version, classes, {"drawn": arguments.lines, "pages": len(pages), "seed": arguments.seed}, figures)
    _LOG.info("model, card and figures are written")


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


def page_lines(folder: Path) -> list[Pixels]:
    """Strips of the labelled lines of Latin pages: `folder`/pages/STEM.* with `folder`/labels/STEM.json."""
    found = []
    for labelled in sorted((folder / "labels").glob("*.json")):
        (page,) = (folder / "pages").glob(f"{glob.escape(labelled.stem)}.*")
        image = cv2.imread(str(page), cv2.IMREAD_GRAYSCALE)
        if image is None:
            raise FileNotFoundError("a labelled page is not a picture that can be read")
        words = json.loads(labelled.read_text(encoding="utf-8"))["words"]
        for quad in joined([w["box"] for w in words if any(c.isalnum() for c in w.get("text") or "")]):
            band = strip(np.asarray(image, np.uint8), quad)
            if band is not None:
                found.append(band)
    return found


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


def joined(boxes: list[tuple[float, float, float, float]]) -> list[Quad]:
    """Words of one row, each near the one before it, as one line."""
    rows: list[list[float]] = []
    for x0, y0, x1, y1 in boxes:
        if rows:
            last = rows[-1]
            overlap = min(last[3], y1) - max(last[1], y0)
            if overlap > 0.6 * min(last[3] - last[1], y1 - y0) and 0 <= x0 - last[2] + 2 < 1.2 * (y1 - y0):
                rows[-1] = [last[0], min(last[1], y0), x1, max(last[3], y1)]
                continue
        rows.append([x0, y0, x1, y1])
    return [Quad.of(np.array([[a, b], [c, b], [c, d], [a, d]], np.float64)) for a, b, c, d in rows if c - a > 1.2 * (d - b)]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m docpriv.visual.training", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for model, card and figures")
    parser.add_argument("--lines", type=int, default=26_000, help="how many lines to draw (default: 26000)")
    parser.add_argument("--epochs", type=int, default=6, help="rounds over the lines (default: 6)")
    parser.add_argument("--seed", type=int, default=20, help="of lines and weights (default: 20)")
    parser.add_argument("--threads", type=int, default=1, help="of torch (default: 1)")
    parser.add_argument("--continue-from", type=Path, help="weights.pt of an earlier training, to go on with")
    parser.add_argument("--version", default="0", help="version to write into the card")
    parser.add_argument(
        "--latin-pages", type=Path, help="folder with pages/ and labels/ of scanned Latin pages that may be trained on"
    )
    return parser


if __name__ == "__main__":
    main()
