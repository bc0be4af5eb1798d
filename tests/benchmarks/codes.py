"""Measure whether codes on text pages are covered whole, decoded or not, and what else is covered.

    python -m tests.benchmarks.codes [--pages N] [--seed N] [--dpi 100 150 200 300]

Eight kinds of code at printed sizes of office mail (`docpriv_lab.pages.code_pages`), four a page, pages turned up to 20
degrees, blurred, noisy, faint, as JPEG or bilevel. A code is covered where at least 98 % of its dark modules that are left
lie inside marks.

Codes fall into two groups. "as printed": nothing was done to the code but printing and scanning it. "damaged": it was crossed out
with a pen, lost a stripe to a scratch or up to a quarter to a torn corner, or bears the blots of a stamp; four in seven are.
Intervals are Wilson's at 95 %.
"""

from __future__ import annotations

import argparse
import math
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np

from docpriv.geometry import Box
from docpriv.model import Mark, PageFormat, PageImage, PageRef, Pixels
from docpriv.protocols import Scene
from docpriv.redaction.plan import strips
from docpriv.visual.detectors.codes import UNDECODED, CodeDetector
from docpriv_lab.pages.code_pages import KINDS, CodePage, code_page

COVERED = 0.98


@dataclass(slots=True, kw_only=True)
class Tally:
    """Counts by kind and dpi; `words` of `text` words that a mark covers by half; CPU seconds a page by dpi."""

    codes: dict[tuple[str, int], int] = field(default_factory=lambda: defaultdict(int))
    covered: dict[tuple[str, int], int] = field(default_factory=lambda: defaultdict(int))
    decoded: dict[tuple[str, int], int] = field(default_factory=lambda: defaultdict(int))
    seconds: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    groups: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))  # covered, all
    words: int = 0
    text: int = 0
    stray: int = 0
    missed: list[tuple[int, int, str, float, str]] = field(default_factory=list)


def measure(pages: int, seed: int = 0, resolutions: Sequence[int] = (100, 150, 200, 300), clean: bool = False) -> Tally:
    """`pages` pages a resolution, with four codes each."""
    tally, detector = Tally(), CodeDetector()
    for dpi in resolutions:
        for number in range(pages):
            kinds = KINDS[:4] if number % 2 == 0 else KINDS[4:]
            page = code_page(seed * 100_003 + number, dpi=dpi, kinds=kinds, clean=clean)
            start = time.process_time()
            marks = detector.see(Scene(page=as_page(page.pixels), lines=()))
            tally.seconds[dpi].append(time.process_time() - start)
            _count(tally, page, marks, seed * 100_003 + number)
    return tally


def as_page(pixels: Pixels) -> PageImage:
    return PageImage(ref=PageRef(document="codes", index=0), pixels=pixels, format=PageFormat(colour="grey"))


def painted(shape: tuple[int, ...], marks: Sequence[Mark]) -> np.ndarray:
    """True where a mark covers the page."""
    mask = np.zeros(shape[:2], bool)
    for mark in marks:
        for box in mark.parts or strips(mark.quad):
            inside: Box = box.clip(shape[1], shape[0])
            mask[inside.slices] = True
    return mask


def _count(tally: Tally, page: CodePage, marks: Sequence[Mark], seed: int) -> None:
    mask = painted(page.pixels.shape, marks)
    near = np.zeros(mask.shape, np.uint8)
    for code in page.codes:
        key = code.kind, page.dpi
        tally.codes[key] += 1
        share = float(code.ink[mask].sum()) / float(code.ink.sum())
        tally.covered[key] += share >= COVERED
        group = tally.groups["as printed" if code.damage == "none" else "damaged"]
        group[0] += share >= COVERED
        group[1] += 1
        if share < COVERED:
            tally.missed.append((seed, page.dpi, code.kind, share, code.damage))
        cv2.fillConvexPoly(near, np.round(code.quad).astype(np.int32), 1)
        tally.decoded[key] += any(m.rule != UNDECODED and _inside(m, code.quad.mean(axis=0)) for m in marks)
    tally.stray += sum(
        not any(_inside(m, c.quad.mean(axis=0)) for c in page.codes)
        and not near[max(0, int(m.quad.centre[1])) % mask.shape[0], max(0, int(m.quad.centre[0])) % mask.shape[1]]
        for m in marks
    )
    for word in page.text_lines:
        (x0, y0), (x1, y1) = word.min(axis=0).round().astype(int), word.max(axis=0).round().astype(int)
        area = mask[max(0, y0) : max(0, y1), max(0, x0) : max(0, x1)]
        tally.text += 1
        tally.words += bool(area.size) and float(area.mean()) > 0.5


def interval(hits: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """Wilson's interval of a share; (0, 1) of none."""
    if of == 0:
        return 0.0, 1.0
    share, slack = hits / of, z * z / of
    middle, reach = share + slack / 2, z * math.sqrt(share * (1 - share) / of + slack / (4 * of))
    return max(0.0, (middle - reach) / (1 + slack)), min(1.0, (middle + reach) / (1 + slack))


def _inside(mark: Mark, point: np.ndarray) -> bool:
    return cv2.pointPolygonTest(mark.quad.array().astype(np.float32), (float(point[0]), float(point[1])), False) >= 0


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--pages", type=int, default=40, help="pages a resolution")
    ask.add_argument("--seed", type=int, default=0)
    ask.add_argument("--dpi", type=int, nargs="*", default=[100, 150, 200, 300])
    ask.add_argument("--missed", action="store_true", help="list what was not covered: seed, dpi, kind, share, damage")
    a = ask.parse_args()
    cv2.setNumThreads(1)
    t = measure(a.pages, a.seed, a.dpi)
    print("covered (decoded) of codes, by kind and dpi")
    print(f"{'':12}" + "".join(f"{d:>18}" for d in a.dpi))
    for kind in KINDS:
        cells = [(t.covered[kind, d], t.decoded[kind, d], t.codes[kind, d]) for d in a.dpi]
        print(f"{kind:12}" + "".join(f"{f'{c} ({r}) of {n}':>18}" for c, r, n in cells))
    covered, total = sum(t.covered.values()), sum(t.codes.values())
    print(f"covered {covered} of {total} ({covered / total:.2%}), decoded {sum(t.decoded.values()) / total:.1%}")
    for group, (hits, of) in sorted(t.groups.items()):
        least, most = interval(hits, of)
        print(f"{group:10} covered {hits} of {of} ({hits / max(1, of):.2%}, 95 % interval {least:.1%} to {most:.1%})")
    print(f"marks away from any code {t.stray}; words covered by half or more {t.words} of {t.text}")
    print("CPU seconds a page: " + ", ".join(f"{d} dpi {np.mean(s):.2f}" for d, s in t.seconds.items()))
    if a.missed:
        for miss in sorted(t.missed, key=lambda m: m[3]):
            print(*miss)


if __name__ == "__main__":
    main()
