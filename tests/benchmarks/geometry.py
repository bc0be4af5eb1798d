"""Measure whether covering a word of exactly read text leaves any of its ink, and whether it hides a neighbour.

    python -m tests.benchmarks.geometry [--engine NAME] [--spans N] [--seed N]

Synthetic pages of ten fonts, 8-16 pt, 100-300 dpi, turned up to 3 degrees, with blur, noise and JPEG; every glyph's
ink is known. Each word of every line that was read exactly is covered alone, by the same planner as in a real run.
It leaks where some glyph of it keeps more than 10 % of its ink; it touches a neighbour where more than half of a
glyph outside it is covered.
"""

from __future__ import annotations

import argparse
import random
from dataclasses import dataclass

import numpy as np

from docpriv.model import CharId, Finding, Kind, PageRef, PageText, TextLine
from docpriv.ocr import open_engine
from docpriv.options import Policy
from docpriv.options import Reading as ReadingOptions
from docpriv.protocols import OcrEngine
from docpriv.redaction.cover_map import CoverMap
from docpriv.redaction.plan import Reading, plan_page
from docpriv_lab.pages.geometry_pages import GeometryLine, GeometryPage, geometry_page

LEAK, NEIGHBOUR = 0.10, 0.50


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Counts over spans."""

    spans: int = 0
    leaks: int = 0
    neighbours: int = 0
    inner_spans: int = 0
    inner_leaks: int = 0
    lines: int = 0
    exact: int = 0

    def plus(self, **more: int) -> Tally:
        return Tally(**{name: getattr(self, name) + more.get(name, 0) for name in self.__slots__})


def measure(engine: OcrEngine, spans: int, seed: int = 0, inner: bool = True) -> Tally:
    """Cover at least `spans` whole words, one page after another from the seed."""
    tally, number = Tally(), 0
    while tally.spans < spans:
        page = geometry_page(seed * 100_003 + number, lines=14)
        tally = _page(engine, page, tally, random.Random(f"spans/{seed}/{number}"), inner)
        number += 1
    return tally


def _page(engine: OcrEngine, page: GeometryPage, tally: Tally, rng: random.Random, inner: bool) -> Tally:
    text = engine.read(page.pixels, PageRef(document="geometry", index=0))
    counts = np.bincount(page.owner.ravel())
    tally = tally.plus(lines=len(page.lines))
    for truth in page.lines:
        index = _read_as(text, truth, page)
        if index is None:
            continue
        tally = tally.plus(exact=1)
        for start, end in truth.words():
            leak, neighbour = _covered(page, text, index, truth, start, end, counts)
            tally = tally.plus(spans=1, leaks=leak, neighbours=neighbour)
        if inner:
            start = rng.randrange(len(truth.text) - 6)
            end = min(len(truth.text), start + rng.randint(3, 12))
            leak, _ = _covered(page, text, index, truth, start, end, counts)
            tally = tally.plus(inner_spans=1, inner_leaks=leak)
    return tally


def _read_as(text: PageText, truth: GeometryLine, page: GeometryPage) -> int | None:
    """The line that reads exactly so where it stands; None where it was misread."""
    cy = float(np.mean([g.hull[:, 1].mean() for g in truth.glyphs]))
    near = [
        i for i, line in enumerate(text.lines) if line.text == truth.text and abs(line.quad.centre[1] - cy) < 2 * line.quad.height
    ]
    return near[0] if near else None


def _covered(
    page: GeometryPage, text: PageText, index: int, truth: GeometryLine, start: int, end: int, counts: np.ndarray
) -> tuple[bool, bool]:
    height, width = page.owner.shape
    finding = Finding(
        page=0,
        kind=Kind.PERSON,
        score=1.0,
        detector="geometry",
        reason="span",
        chars=tuple(CharId(index, i) for i in range(start, end)),
    )
    line: TextLine = text.lines[index]
    assert len(line.chars) == len(truth.text)
    plan = plan_page(
        page=0,
        width=width,
        height=height,
        colour="grey",
        marks=(),
        min_score=0.0,
        readings=[Reading(text=text, findings=(finding,))],
        policy=Policy(low_line_score=0.0),
    )
    hidden = np.bincount(page.owner[CoverMap(plan).mask], minlength=len(counts))
    inside = [g.owner for g in truth.glyphs if start <= g.index < end]
    outside = [g.owner for g in truth.glyphs if not start <= g.index < end]
    leak = any(counts[o] and 1 - hidden[o] / counts[o] > LEAK for o in inside)
    neighbour = any(counts[o] and hidden[o] / counts[o] > NEIGHBOUR for o in outside)
    return leak, neighbour


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--engine", default="rapid")
    ask.add_argument("--model-dir")
    ask.add_argument("--spans", type=int, default=10_000)
    ask.add_argument("--seed", type=int, default=0)
    a = ask.parse_args()
    t = measure(open_engine(a.engine, ReadingOptions(engine=a.engine, model_dir=a.model_dir)), a.spans, a.seed)
    print(f"lines {t.lines}, read exactly {t.exact} ({t.exact / t.lines:.1%})")
    print(
        f"word spans {t.spans}: leak {t.leaks} ({t.leaks / t.spans:.3%}), neighbour touched {t.neighbours} "
        f"({t.neighbours / t.spans:.2%})"
    )
    print(f"spans inside words {t.inner_spans}: leak {t.inner_leaks} ({t.inner_leaks / t.inner_spans:.3%})")


if __name__ == "__main__":
    main()
