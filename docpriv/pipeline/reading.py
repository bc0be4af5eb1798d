"""First pass: every page becomes text, layout and measures, and its pixels are let go; then findings across the document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from docpriv.decide import Why, decide
from docpriv.errors import EngineError
from docpriv.formats.document import open_document
from docpriv.layout import analyse
from docpriv.locales import speaking
from docpriv.model import Finding, Mark, MarkedText, NotUnderstood, PageImage, PageRef, PageText, Pixels
from docpriv.ocr.combs import with_combs
from docpriv.ocr.rereading import read_doubtful
from docpriv.ocr.turns import read_turned, turned_blocks
from docpriv.options import Recipe
from docpriv.pipeline.context import Found, SeenPage, Stopwatch
from docpriv.pipeline.engines import Engines
from docpriv.pipeline.hard_print import read_close, read_faint
from docpriv.pipeline.packing import Column, PackedReadings
from docpriv.pipeline.text_layer import DETECTOR as LAYER
from docpriv.pipeline.text_layer import added, read_layer, standing, unseen_values
from docpriv.pipeline.typed_text import open_payloads
from docpriv.protocols import OcrEngine, ReadPage
from docpriv.records import PageRecord
from docpriv.redaction.zones import forms_of_page
from docpriv.text.search import ValueSearch
from docpriv.visual.account import Account, take_account
from docpriv.visual.hand_lines import hand_share, is_page_of_writing
from docpriv.visual.seeing import look

LAST = 1 << 30  # of a page's readings
SMALL_PAGE = 2400  # pixels: pages with a longer side are read the second time at a smaller scale, others larger


def see_page(page: PageImage, engines: Engines, recipe: Recipe, watch: Stopwatch, *, packed: bool) -> SeenPage:
    """Read one page, once or twice as the recipe says, doubtful lines again; `packed` keeps what was read small."""
    with watch.stage("read"):
        text, unsure = _first_reading(page, engines, recipe)
        texts = [text]
        if recipe.reading.second_reading:
            texts.append(read_scaled(page.pixels, page.ref, engines.ocr))
        again = read_doubtful(page.pixels, text, engines.ocr, recipe.reading.reread_below)
        if again is not None:
            texts.append(again)
    lines = [line for t in texts for line in t.lines]  # words of the file's own text explain no ink
    with watch.stage("read"):
        layer = read_layer(page, text)
        texts += turned_blocks(text)
        texts += [layer.text] if layer.text is not None else []
    with watch.stage("layout"):
        layouts = [analyse(t, page.pixels) for t in texts]
    with watch.stage("measure"):
        covered = engines.covers(ReadPage(text=text, layout=layouts[0]), recipe.finding)
    with watch.stage("see"), speaking(covered.spoken.page):
        sight = look(page, lines, engines.detectors)
    with watch.stage("measure"):
        account = take_account(
            page.pixels,
            text,
            lines,
            (*sight.marks, *unsure),
            pictures=sight.pictures,
            foreign={NotUnderstood.SCRIPT: covered.foreign_lines_by_script, NotUnderstood.LANGUAGE: covered.foreign_lines},
            unread_score=recipe.policy.unread_score,
            scripts=engines.scripts,
        )
    alone = replace(covered.spoken, lines=())  # other readings of the page have other lines
    with watch.stage("find"):
        marks, values = open_payloads(account.marks, engines.finder, recipe, alone)
        hidden = unseen_values(layer, engines.finder, recipe, alone)
    readings = tuple(
        ReadPage(text=t, layout=at, marks=marks, spoken=alone if number else covered.spoken)
        for number, (t, at) in enumerate(zip(texts, layouts, strict=True))
    )
    with watch.stage("measure"):
        known = forms_of_page(text, recipe.policy.zones)
    because = [] if covered.covered else [f"not-understood:{covered.reason or NotUnderstood.UNREAD}"]
    because += [*_not_understood(account, recipe), *_by_hand(text, sight.marks, recipe), *known.withheld_because]
    record = PageRecord(
        index=page.ref.index,
        status="scanned",
        width=page.width,
        height=page.height,
        dpi=page.format.dpi,
        colour=page.format.colour,
        source_bits=page.format.bits,
        rendered=page.format.rendered,
        turn=text.turn,
        lines=len(text.lines),
        characters=sum(len(line.chars) for line in text.lines),
        unread_lines=sum(line.score < recipe.policy.unread_score for line in text.lines),
        unread_ink=round(account.unexplained, 4),
        not_understood={reason: round(share, 4) for reason, share in account.shares.items()},
        text_layer=layer.use,
        text_layer_counts=layer.counts,
        scripts=dict(covered.scripts),
        language=covered.language,
        languages=covered.spoken.page,
        withheld_because=tuple(dict.fromkeys(because)),
    )
    return SeenPage(
        index=page.ref.index,
        width=page.width,
        height=page.height,
        format=page.format,
        kept=PackedReadings(readings) if packed else readings,
        record=record,
        seconds=watch.rounded(),
        forms=known.forms,
        values=values | hidden,
        layer=replace(layer, text=None, unseen=()),
    )


def _first_reading(page: PageImage, engines: Engines, recipe: Recipe) -> tuple[PageText, tuple[Mark, ...]]:
    """The page as the engine reads it, then what lies another way up, stands in boxes, is small or broken, or hardly stands out;
    and marks of what was found by these and does not read."""
    text = _read(page.pixels, page.ref, engines.ocr)
    ways = read_turned(page.pixels, text, engines.ocr) if recipe.reading.check_orientation else MarkedText(text=text)
    combs = with_combs(page.pixels, ways.text, engines.ocr)
    near, close = read_close(page, combs.text, engines.ocr)
    text, faint = read_faint(page, near, engines.ocr)
    return text, (*ways.marks, *combs.marks, *close, *faint)


def _read(pixels: Pixels, ref: PageRef, ocr: OcrEngine) -> PageText:
    text = ocr.read(pixels, ref)
    if (text.height, text.width) != pixels.shape[:2]:
        raise EngineError("the reading engine answered for a page of another size")
    return text


def _not_understood(account: Account, recipe: Recipe) -> list[str]:
    """The reason for a page of which too much was not understood, or anything where the recipe lets nothing pass."""
    reason = account.reason
    if reason is None:
        return []
    any_ink = recipe.policy.not_understood == "withhold"
    return [f"not-understood:{reason}"] if any_ink or account.share > recipe.policy.unread_share else []


def _by_hand(text: PageText, marks: Sequence[Mark], recipe: Recipe) -> list[str]:
    """The code for a page whose writing by hand cannot be searched: too much to cover, or more than the recipe lets pass."""
    how = recipe.policy.handwriting
    any_line = how == "withhold" and hand_share(text.lines, marks)[0] > 0
    return ["handwriting-not-read"] if any_line or (how != "count" and is_page_of_writing(text.lines, marks)) else []


def read_scaled(pixels: Pixels, ref: PageRef, ocr: OcrEngine) -> PageText:
    """Read a u8 (H, W, 3) page at another scale, which errs elsewhere; answers in the page's own frame."""
    height, width = pixels.shape[:2]
    scale = 0.7 if max(width, height) > SMALL_PAGE else 1.5
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    resized: Pixels = np.ascontiguousarray(cv2.resize(pixels, size, interpolation=how))
    text = ocr.read(resized, ref)
    sx, sy = width / size[0], height / size[1]
    lines = tuple(
        replace(line, quad=line.quad.scale(sx, sy), chars=tuple(replace(c, quad=c.quad.scale(sx, sy)) for c in line.chars))
        for line in text.lines
    )
    return replace(text, width=width, height=height, lines=lines)


def find_all(seen: list[SeenPage], engines: Engines) -> Found:
    """Findings across all pages; each reading of the document is searched on its own, over the pages that have it."""
    counts = [len(p.kept) - p.layered for p in seen]
    columns = [
        _in_column([p for p, count in zip(seen, counts, strict=True) if count > number], number, engines)
        for number in range(max(counts, default=1))
    ]
    layered = [p for p in seen if p.layered]
    own = {
        index: (added(p.readings[0].text, columns[0][index], p.readings[-1].text, found),)  # what only the page's own text shows
        for p, (index, found) in zip(layered, _in_column(layered, LAST, engines).items(), strict=True)
    }
    return tuple(
        (*(column[p.index] for column in columns[:count]), *own.get(p.index, ())) for p, count in zip(seen, counts, strict=True)
    )


def _in_column(pages: Sequence[SeenPage], number: int, engines: Engines) -> dict[int, tuple[Finding, ...]]:
    """What is found in one reading of the pages, by page."""
    out: dict[int, list[Finding]] = {p.index: [] for p in pages}
    for finding in engines.finder.find(Column([p.kept for p in pages], number)) if pages else ():
        out[finding.page].append(finding)
    return {index: tuple(findings) for index, findings in out.items()}


def with_values(seen: Sequence[SeenPage], found: Found, search: ValueSearch) -> Found:
    """The findings, and the document's values where only a page's own text shows them."""
    return tuple(
        (*findings[:-1], (*findings[-1], *standing(p.readings[-1], search, (f for r in findings for f in r))))
        if p.layered
        else findings
        for p, findings in zip(seen, found, strict=True)
    )


def page_record(seen: SeenPage, findings: tuple[tuple[Finding, ...], ...], recipe: Recipe) -> PageRecord:
    """The record of a page after the first pass: what was read and what the policy leaves."""
    items: list[Finding | Mark] = [*(findings[0] if findings else ()), *seen.readings[0].marks]
    why = [decide(item, recipe.policy, recipe.finding.min_score) for item in items]
    alone = {"found": sum(f.detector == LAYER for f in findings[-1])} if seen.layered and findings else {}
    return seen.record.model_copy(
        update={
            "text_layer_counts": {**seen.layer.counts, **alone},
            "not_covered": _count(item for item, one in zip(items, why, strict=True) if one is Why.KIND_LEFT),
            "below_score": _count(item for item, one in zip(items, why, strict=True) if one is Why.LOW_SCORE),
        }
    )


def _count(findings: Iterable[Finding | Mark]) -> dict[str, int]:
    return dict(sorted(Counter(str(finding.kind) for finding in findings).items()))


def read_content(
    source: Path,
    engines: Engines,
    recipe: Recipe,
    *,
    alike: Callable[[Pixels], Pixels],
    most_pages: int,
    password: str | None = None,
    on_page: Callable[[], None] = lambda: None,
) -> tuple[tuple[ReadPage, ...], tuple[Finding, ...]]:
    """Text and layout of the first `most_pages` pages, read once each, and the findings across them.

    For whoever judges content. `alike` makes of a page, u8 (H, W, 3), the picture that is read; positions are in its pixels.
    `on_page` is called when a page was read. Raises what opening, decoding and reading a document raise.
    """
    pages: list[ReadPage] = []
    with open_document(source, document="content", limits=recipe.limits, password=password) as document:
        for index in range(min(document.info.pages, most_pages)):
            page = document.page(index)
            pixels = alike(page.pixels)
            text = _read(pixels, page.ref, engines.ocr)
            pages.append(ReadPage(text=text, layout=analyse(text, pixels)))
            on_page()
    return tuple(pages), engines.finder.find(pages)
