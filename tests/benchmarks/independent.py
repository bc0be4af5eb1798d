"""Read released pages with another reader than the one that redacted them, and list what the finders find on what it reads.

    python -m tests.benchmarks.independent FOLDER ... [--engine tesseract|scale] [--work DIR] [--reveal]

What the default engine misread when it redacted it misreads again when it verifies. Here every page (images, TIFF, PDF) is
read by Tesseract, or by the default engine at another scale (0.7 or 1.5); covers are painted over with their paper as in
`docpriv verify`, and the finders of the default recipe run on what was read. What is of a covered kind with a sufficient
score is listed by page: kind, rule, score, how surely it was read, box. Both readers get lines that the project's own
network found: what it finds no line of stays unread here too, as does all that is not print. What is listed may be false:
each needs a look.

With --work a picture of each finding with what stands around it and figures.json lie in that folder, which must be new:
the pictures may show personal data. --reveal prints what was read.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from docpriv.batch.walk import InputFile, some_documents
from docpriv.decide import decide
from docpriv.errors import DocprivError, OutputExists
from docpriv.evaluation.gallery import crop_png
from docpriv.files import write_whole
from docpriv.formats.document import open_document
from docpriv.geometry import Box, Quad, hull
from docpriv.layout import analyse
from docpriv.model import EngineId, Finding, PageRef, PageText, Pixels, TextLine
from docpriv.ocr import missing_engines, open_engine
from docpriv.options import Reading, Recipe
from docpriv.pii import open_finder
from docpriv.pipeline.engines import Engines
from docpriv.pipeline.reading import read_scaled
from docpriv.pipeline.redacted import without_covers
from docpriv.protocols import OcrEngine, ReadPage
from docpriv.recipes import load_recipe
from docpriv.redaction.captions import without_captions

TESSERACT, SCALE = "tesseract", "scale"
SURE = 0.8  # reading score of what was read without doubt: below, Tesseract makes names of small and worn print
_DOCUMENT = "independent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """One finding of a covered kind on a released page; `page` from 1, `box` in pixels of the page.

    `score`, 0..1: of the finding. `read`, 0..1: how sure the reader was of its characters, on average; 0 where it has none.
    """

    page: int
    kind: str
    rule: str
    score: float
    read: float
    box: Box
    text: str = field(repr=False)

    def line(self, *, reveal: bool) -> str:
        sides = ", ".join(str(v) for v in (self.box.x0, self.box.y0, self.box.x1, self.box.y1))
        return f"  page {self.page}: {self.kind} {self.rule} {self.score:.2f}, read {self.read:.2f}, at {sides}" + (
            f": {self.text}" if reveal else ""
        )


@dataclass(slots=True)
class Sums:
    """Of all documents."""

    documents: int = 0
    failed: int = 0
    pages: int = 0
    with_something: int = 0
    with_sure: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    pages_by_kind: Counter[str] = field(default_factory=Counter)

    def add(self, pages: int, found: Sequence[Open]) -> None:
        self.documents += 1
        self.pages += pages
        self.with_something += len({one.page for one in found})
        self.with_sure += len({one.page for one in found if one.read >= SURE})
        self.kinds.update(one.kind for one in found)
        self.pages_by_kind.update(kind for _, kind in {(one.page, one.kind) for one in found})

    def table(self) -> str:
        rows = [f"{kind:<18}{count:>6}{self.pages_by_kind[kind]:>8}" for kind, count in sorted(self.kinds.items())]
        return "\n".join(
            [
                f"{self.documents} documents, {self.pages} pages, {self.failed} documents not read",
                f"{self.with_something} pages with anything of a covered kind, {self.with_sure} with such that was surely read",
                f"{'kind':<18}{'found':>6}{'pages':>8}",
                *rows,
            ]
        )


class Scaled:
    """An engine that reads every page at another scale."""

    recycle_after: int | None = None

    def __init__(self, inner: OcrEngine) -> None:
        self._inner = inner

    def identity(self) -> EngineId:
        return self._inner.identity()

    def read(self, pixels: Pixels, ref: PageRef) -> PageText:
        return read_scaled(pixels, ref, self._inner)

    def read_lines(self, pixels: Pixels, quads: Sequence[Quad]) -> tuple[TextLine, ...]:
        return self._inner.read_lines(pixels, quads)


def open_reader(engine: str) -> tuple[Engines, Recipe]:
    """The reader and the finders of the default recipe; EngineError where Tesseract or its language data is not here."""
    name = TESSERACT if engine == TESSERACT else Reading().engine
    recipe = load_recipe("redact", [f"reading.engine={name}"])
    ocr = open_engine(name, recipe.reading)
    return Engines(ocr=Scaled(ocr) if engine == SCALE else ocr, finder=open_finder(recipe.finding)), recipe


def still_open(source: Path, engines: Engines, recipe: Recipe, work: Path | None, stem: str) -> tuple[int, list[Open]]:
    """The number of pages of a document, and what is found on them; the crops are written where there is a folder for them."""
    with open_document(source, document=_DOCUMENT, limits=recipe.limits, render_dpi=recipe.reading.render_dpi) as document:
        count = document.info.pages
        read: list[ReadPage] = []
        for index in range(count):
            page, reader = without_covers(document.page(index), engines)
            text = reader.ocr.read(page.pixels, page.ref)
            read.append(ReadPage(text=text, layout=analyse(text, page.pixels)))
        texts = {page.text.ref.index: page.text for page in read}
        found = [_open(one, texts[one.page]) for one in _covered(engines.finder.find(read), texts, recipe)]
        if work is not None:
            for number, one in enumerate(found, start=1):
                grey = np.asarray(cv2.cvtColor(document.page(one.page - 1).pixels, cv2.COLOR_RGB2GRAY), np.uint8)
                box = (one.box.x0, one.box.y0, one.box.x1, one.box.y1)
                write_whole(work / f"{stem}-p{one.page}-{number:02}-{one.kind}.png", crop_png(grey, box))
    return count, found


def _covered(findings: Iterable[Finding], texts: dict[int, PageText], recipe: Recipe) -> Iterator[Finding]:
    """What the policy covers, but for captions that a style wrote."""
    for one in findings:
        if decide(one, recipe.policy, recipe.finding.min_score).covered:
            yield from without_captions([one], texts[one.page], recipe.policy)


def _open(finding: Finding, text: PageText) -> Open:
    lines: dict[int, list[int]] = {}
    for at in finding.chars:
        lines.setdefault(at.line, []).append(at.char)
    chars = [text.lines[line].chars[at] for line, places in lines.items() for at in places]
    return Open(
        page=finding.page + 1,
        kind=str(finding.kind),
        rule=finding.reason,
        score=finding.score,
        read=sum(c.score for c in chars) / max(1, len(chars)),
        box=hull([*(c.quad for c in chars), *finding.quads]).clip(text.width, text.height),
        text=" / ".join("".join(text.lines[line].chars[at].text for at in sorted(places)) for line, places in lines.items()),
    )


def run(found: Sequence[InputFile], engine: str, work: Path | None, *, reveal: bool) -> Sums:
    """Read every document, print what is open on it and note it in `work`."""
    engines, recipe = open_reader(engine)
    sums, noted = Sums(), []
    for number, one in enumerate(found, start=1):
        start = time.process_time()
        try:
            pages, left = still_open(one.source, engines, recipe, work, f"{number:03}-{one.source.stem}")
        except DocprivError as failure:
            sums.failed += 1
            print(f"{one.shown}: not read: {failure.message}", flush=True)
            continue
        sums.add(pages, left)
        print(f"{one.shown}: {len(left)} on {pages} pages, {time.process_time() - start:.1f} s", flush=True)
        for area in left:
            print(area.line(reveal=reveal), flush=True)
        noted.append(
            {
                "file": one.shown,
                "pages": pages,
                "found": [
                    {"page": a.page, "kind": a.kind, "rule": a.rule, "score": a.score, "read": a.read, "box": _sides(a.box)}
                    for a in left
                ],
            }
        )
    if work is not None:
        write_whole(work / "figures.json", json.dumps({"engine": engine, "documents": noted}, indent=1).encode())
    return sums


def _sides(box: Box) -> list[int]:
    return [box.x0, box.y0, box.x1, box.y1]


def main(argv: Sequence[str] | None = None) -> int:
    """1 where a document could not be read, else 0: that something was found says nothing before somebody looked at it."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    ask.add_argument("--engine", choices=(TESSERACT, SCALE), help="default: tesseract where it is installed, else scale")
    ask.add_argument("--work", type=Path, metavar="DIR", help="a new folder for crops and figures")
    ask.add_argument("--reveal", action="store_true", help="print what was read")
    a = ask.parse_args(argv)
    engine = a.engine or (SCALE if missing_engines(Reading()).get(TESSERACT) else TESSERACT)
    try:
        found = some_documents(a.folders).documents
        if a.work is not None:
            a.work.mkdir(parents=True, mode=0o700, exist_ok=True)
            if any(a.work.iterdir()):
                raise OutputExists("the folder for crops is not empty", remedy="Give --work a new folder.")
        sums = run(found, engine, a.work, reveal=a.reveal)
    except DocprivError as failure:
        print(f"{failure.message}. {failure.remedy or ''}", file=sys.stderr)
        return int(failure.exit_code)
    print(f"read by {engine}\n{sums.table()}")
    return 1 if sums.failed else 0


if __name__ == "__main__":
    sys.exit(main())
