"""Measure what reading a page again, laying it out and each detector of text cost beside the reading.

    python -m tests.benchmarks.finding_time [--rounds N] [FILE ...]

CPU seconds of one thread on the first page of each file; a part's own time, without that of the parts it calls. Default
pages: the project's sample documents.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2

from docpriv.formats.document import open_document
from docpriv.layout import analyse
from docpriv.model import Kind, Mark
from docpriv.ocr import open_engine
from docpriv.ocr.rereading import read_doubtful
from docpriv.options import Limits
from docpriv.pii import finder as finding
from docpriv.pii.analyzer import PatternAnalyzer
from docpriv.pii.fields import FieldReader
from docpriv.pii.finder import Finder
from docpriv.pii.names import NamesRecognizer
from docpriv.protocols import ReadPage
from docpriv.recipes import load_recipe
from docpriv.visual.ink import look_at_ink

SAMPLES = Path(__file__).parents[2] / "sample_docs"


class Clock:
    """CPU seconds by part; while one part runs within another, the outer one stands still."""

    def __init__(self) -> None:
        self.spent: Counter[str] = Counter()
        self._running: list[str] = []
        self._since = time.process_time()

    def _switch(self) -> None:
        now = time.process_time()
        if self._running:
            self.spent[self._running[-1]] += now - self._since
        self._since = now

    def part(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any, **kwargs: Any) -> Any:
            self._switch()
            self._running.append(name)
            try:
                return call(*args, **kwargs)
            finally:
                self._switch()
                self._running.pop()

        return timed


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("files", nargs="*", type=Path)
    ask.add_argument("--rounds", type=int, default=2)
    a = ask.parse_args()
    cv2.setNumThreads(1)
    files = a.files or sorted(p for p in SAMPLES.iterdir() if p.suffix in {".png", ".jpg", ".tif", ".pdf"})
    clock, recipe = Clock(), load_recipe("redact")
    engine = open_engine("rapid", recipe.reading)
    for owner, name, part in (
        (NamesRecognizer, "analyze", "name model"),
        (PatternAnalyzer, "find", "numbers, Presidio included"),
        (FieldReader, "__init__", "fields"),
        (FieldReader, "find", "fields"),
        (finding.addresses, "find_addresses", "addresses"),
        (finding.dates, "find_dates", "dates and ages"),
        (finding, "find_machine_lines", "machine lines"),
        (finding, "propagate", "values seen elsewhere"),
        (Finder, "_wrapped", "values over line ends"),
    ):
        setattr(owner, name, clock.part(part, getattr(owner, name)))
    detector = Finder(recipe.finding)
    find = clock.part("joining what was found", detector.find)
    read, again = clock.part("reading", engine.read), clock.part("reading doubtful lines again", read_doubtful)
    lay, ink = clock.part("layout", analyse), clock.part("unread ink", look_at_ink)
    pages = 0
    for _ in range(a.rounds):
        for file in files:
            with open_document(file, document="x", limits=Limits()) as source:
                page = source.page(0)
            text = read(page.pixels, page.ref)
            second = again(page.pixels, text, engine, recipe.reading.reread_below)
            texts = [text] if second is None else [text, second]
            seen = ink(page.pixels, [line for t in texts for line in t.lines], recipe.policy.unread_score)
            marks = tuple(Mark(page=0, kind=Kind.UNREAD_INK, quad=b.quad(), score=0.5, detector="ink") for b in seen.unread)
            for one in texts:
                find([ReadPage(text=one, layout=lay(one, page.pixels), marks=marks)])
            pages += 1
    whole = clock.spent["reading"]
    for name, spent in clock.spent.most_common():
        print(f"{name:32} {1000 * spent / pages:8.1f} ms a page {spent / whole:8.2%} of reading")
    rest = sum(clock.spent.values()) - whole
    print(
        f"{'all but reading':32} {1000 * rest / pages:8.1f} ms a page {rest / whole:8.2%} of reading; {pages // a.rounds} pages"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
