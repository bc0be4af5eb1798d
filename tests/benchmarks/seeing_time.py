"""Measure what looking for faces, codes, plates and ink costs beside the reading.

    python -m tests.benchmarks.seeing_time [--rounds N] [FILE ...]

CPU seconds of one thread on the first page of each file, pages with photographs or halftones apart from the others.
Default pages: the project's sample documents. Goals: under 35 % of reading on pages of text, 150 % on those with pictures.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from pathlib import Path

import cv2

from docpriv.intake import open_document
from docpriv.ocr import open_engine
from docpriv.options import Limits
from docpriv.protocols import Scene
from docpriv.recipes import load_recipe
from docpriv.visual.ink import look_at_ink
from docpriv.visual.pictures import find_pictures
from docpriv.visual.seeing import open_detectors

SAMPLES = Path(__file__).parents[2] / "sample_docs"
PICTURES, INK = "where pictures are", "unread ink"


def spent_on(files: list[Path], rounds: int) -> dict[str, tuple[int, Counter[str]]]:
    """CPU seconds by part, and the number of pages, of pages with pictures and of pages without."""
    recipe = load_recipe("redact")
    engine, detectors = open_engine("rapid", recipe.reading), open_detectors(recipe.seeing)
    out: dict[str, tuple[int, Counter[str]]] = {}
    for number in range(rounds * len(files)):
        spent: Counter[str] = Counter()
        with open_document(files[number % len(files)], document="x", limits=Limits()) as source:
            page = source.page(0)
        begin = time.process_time()
        lines = engine.read(page.pixels, page.ref).lines
        spent["reading"] = (last := time.process_time()) - begin
        scene = Scene(page=page, lines=lines, pictures=find_pictures(page.pixels, lines))
        spent[PICTURES] = (now := time.process_time()) - last
        for eye in detectors:
            last = now
            scene = Scene(page=page, lines=lines, pictures=scene.pictures, marks=scene.marks + eye.see(scene))
            spent[eye.identity().name] = (now := time.process_time()) - last
        look_at_ink(page.pixels, lines, recipe.policy.unread_score)
        spent[INK] = time.process_time() - now
        group = "pages with pictures" if scene.pictures else "pages of text"
        pages, before = out.get(group, (0, Counter()))
        out[group] = pages + 1, before + spent
    return out


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("files", nargs="*", type=Path)
    ask.add_argument("--rounds", type=int, default=2)
    a = ask.parse_args()
    cv2.setNumThreads(1)
    files = a.files or sorted(p for p in SAMPLES.iterdir() if p.suffix in {".png", ".jpg", ".tif", ".pdf"})
    for group, (pages, spent) in sorted(spent_on(files, a.rounds).items()):
        whole = spent["reading"]
        print(f"{group}: {pages // a.rounds}")
        for name, seconds in spent.most_common():
            print(f"  {name:24} {1000 * seconds / pages:8.1f} ms a page {seconds / whole:8.2%} of reading")
        rest = sum(spent.values()) - whole
        print(f"  {'all but reading':24} {1000 * rest / pages:8.1f} ms a page {rest / whole:8.2%} of reading")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
