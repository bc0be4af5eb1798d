"""Compare the reading engines that are here: words read, ink left at words, time and memory.

    python -m tests.benchmarks.engines [--spans N] [--again N] [ENGINE ...]

Pages: four sample documents with their truth and two drawn pages. A word counts as read where it stands in the text read
at its place. Leak: `tests.benchmarks.geometry` over whole words and over parts of words. CPU seconds of one thread,
children included. Memory after the first pass over the pages and after the others, in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from docpriv.errors import EngineError
from docpriv.geometry import Box
from docpriv.model import PageRef, PageText, Pixels
from docpriv.ocr import open_engine
from docpriv.options import Reading
from docpriv_lab.pages.geometry_pages import geometry_page
from tests.benchmarks.geometry import measure

SAMPLES = Path(__file__).parents[2] / "sample_docs"
FILES = ("letter-english.png", "receipt.png", "form-typed.png", "medical-intake.jpg")
DRAWN = (21, 22)
Word = tuple[str, Box]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Of one engine. `recall` by page, 0..1; seconds of CPU a page; resident megabytes."""

    version: str
    recall: dict[str, float]
    seconds: float
    first_mb: int
    last_mb: int
    spans: int
    leaks: int
    inner_spans: int
    inner_leaks: int
    exact: float
    neighbours: int


def pages() -> list[tuple[str, Pixels, list[Word]]]:
    found: list[tuple[str, Pixels, list[Word]]] = []
    for name in FILES:
        truth = json.loads((SAMPLES / "truth" / f"{Path(name).stem}.json").read_text(encoding="utf-8"))
        found.append(
            (
                name,
                np.asarray(Image.open(SAMPLES / name).convert("RGB")),
                [(word["text"], Box(*word["box"])) for word in truth["words"]],
            )
        )
    for seed in DRAWN:
        page = geometry_page(seed)
        words = []
        for line in page.lines:
            for start, end in line.words():
                boxes = [Box(*g.box) for g in line.glyphs if start <= g.index < end]
                if boxes:
                    words.append(
                        (
                            line.text[start:end],
                            Box(
                                min(b.x0 for b in boxes),
                                min(b.y0 for b in boxes),
                                max(b.x1 for b in boxes),
                                max(b.y1 for b in boxes),
                            ),
                        )
                    )
        found.append((f"drawn {seed}", page.pixels, words))
    return found


def recall(text: PageText, words: list[Word]) -> float:
    """Share of the words that stand, blanks left out, in what was read where they are."""
    read = 0
    for word, box in words:
        middle = ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2)
        near = "".join("".join(line.text.split()) for line in text.lines if _holds(line.quad.bounds(), middle))
        read += word in near
    return read / len(words)


def _holds(bounds: tuple[float, float, float, float], point: tuple[float, float]) -> bool:
    return bounds[0] <= point[0] <= bounds[2] and bounds[1] <= point[1] <= bounds[3]


def figures(name: str, spans: int, again: int) -> Figures:
    """Measure in this process."""
    cv2.setNumThreads(1)
    engine = open_engine(name, Reading(engine=name))
    shares, first = {}, 0
    seconds = 0.0
    for number in range(again + 1):
        for title, pixels, words in pages():
            began = _cpu()
            text = engine.read(pixels, PageRef(document="benchmark", index=0))
            seconds += _cpu() - began
            shares[title] = round(recall(text, words), 4)
        first = first or _megabytes()
        if number == 0:
            once = seconds
    tally = measure(engine, spans)
    return Figures(
        version=engine.identity().version,
        recall=shares,
        seconds=round(once / len(shares), 2),
        first_mb=first,
        last_mb=_megabytes(),
        spans=tally.spans,
        leaks=tally.leaks,
        inner_spans=tally.inner_spans,
        inner_leaks=tally.inner_leaks,
        exact=round(tally.exact / tally.lines, 3),
        neighbours=tally.neighbours,
    )


def _cpu() -> float:
    return sum(u.ru_utime + u.ru_stime for u in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


def _megabytes() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1_000_000


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("engines", nargs="*", default=["rapid", "paddle", "tesseract"])
    ask.add_argument("--spans", type=int, default=2000)
    ask.add_argument("--again", type=int, default=2, help="passes over the pages after the first, for memory")
    ask.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    a = ask.parse_args()
    if a.alone:
        print(json.dumps(asdict(figures(a.engines[0], a.spans, a.again))))
        return
    for name in a.engines:
        try:
            open_engine(name, Reading(engine=name)).identity()
        except EngineError as exc:
            print(f"{name}: {exc.message}")
            continue
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.engines", name, "--alone", "--spans", str(a.spans), "--again", str(a.again)],
            stdout=subprocess.PIPE,
            check=True,
        )
        one = Figures(**json.loads(done.stdout))
        print(
            f"{name} {one.version}\n  words read: "
            + ", ".join(f"{title} {share:.1%}" for title, share in one.recall.items())
            + f"\n  CPU {one.seconds} s a page; memory {one.first_mb} MB after {len(one.recall)} pages, {one.last_mb} MB at "
            f"the end\n  lines read exactly {one.exact:.1%}; words {one.spans}: leak {one.leaks}, neighbour touched "
            f"{one.neighbours}; parts of words {one.inner_spans}: leak {one.inner_leaks}",
            flush=True,
        )


if __name__ == "__main__":
    main()
