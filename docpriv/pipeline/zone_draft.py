"""Drafts a zone template from a scan of an empty form, and compares pages with one; writes no file and covers nothing."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from docpriv.decide import decide
from docpriv.errors import UsageError
from docpriv.formats.document import open_document
from docpriv.geometry import Affine, Box, Quad, hull
from docpriv.layout import analyse
from docpriv.model import CharId, Kind, Layout, PageText, Pixels, Segment
from docpriv.ocr import open_engine
from docpriv.options import LEAST_ANCHOR, Anchor, Recipe, ZoneTemplate
from docpriv.pipeline.engines import open_engines
from docpriv.protocols import ReadPage
from docpriv.redaction.anchors import PageWords, folded
from docpriv.redaction.zones import LEAST_FOUND, TemplateMatch, match_template

MOST_ANCHORS = 40
_GRID = (4, 10)  # columns and rows of the form, of which each gives its best words
_LONGEST = 32  # letters of an anchor: longer phrases are read into several lines on another scan
_LEAST_READ = 0.8  # score of a character that is printed clearly
_LEAST_LETTERS = 0.7  # share of an anchor's signs: numbers differ from copy to copy
_WORD = re.compile(r"\S+")
_DOCUMENT = "zones"
_WHERE = {"same": "in", "right": "right of", "below": "below"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An empty area beside a label of a field, for a person to judge; `label` is what the form prints."""

    name: str
    kind: Kind
    box: Box
    where: str
    label: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a template of a form can be made of; `size` and boxes in pixels of the scan, turned upright.

    `personal`: how many findings of covered kinds the page holds, which an empty form does not. No anchor holds one.
    """

    size: tuple[int, int]
    anchors: tuple[Anchor, ...]
    proposals: tuple[Proposal, ...]
    personal: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One page, u8 (H, W, 3), and how well it matches a template."""

    index: int
    pixels: Pixels = field(repr=False)
    match: TemplateMatch


def draft_form(source: Path, page: int, recipe: Recipe) -> Draft:
    """Printed words spread over page `page` (from 0) and empty areas beside its labels. UsageError where too little is read."""
    with open_document(source, document=_DOCUMENT, limits=recipe.limits, render_dpi=recipe.reading.render_dpi) as opened:
        if not 0 <= page < opened.info.pages:
            raise UsageError(f"the document has {opened.info.pages} page(s)", remedy="Pages count from 1 in --page.")
        image = opened.page(page)
        engines = open_engines(recipe)
        text = engines.ocr.read(image.pixels, image.ref)
        layout = analyse(text, image.pixels)
    found = [
        f
        for f in engines.finder.find([ReadPage(text=text, layout=layout)])
        if decide(f, recipe.policy, recipe.finding.min_score).covered and f.chars
    ]
    size = (text.height, text.width) if text.turn % 2 else (text.width, text.height)
    upright = Affine.unturn(-text.turn, *size)
    anchors = _anchors(text, layout, upright, size, frozenset(c for f in found for c in f.chars))
    if len(anchors) < LEAST_FOUND:
        raise UsageError(
            "too few printed words were read on the page to know it by",
            remedy="Scan the empty form at 200 dpi or more, and choose the page with --page.",
        )
    return Draft(size=size, anchors=anchors, proposals=tuple(_proposals(text, layout, upright, size)), personal=len(found))


def compare_pages(source: Path, template: ZoneTemplate, recipe: Recipe) -> Iterator[Compared]:
    """Each page that the template is for, in order; pages are read as they are asked for."""
    engine = open_engine(recipe.reading.engine, recipe.reading)
    with open_document(source, document=_DOCUMENT, limits=recipe.limits, render_dpi=recipe.reading.render_dpi) as opened:
        for index in range(opened.info.pages):
            if template.pages and index + 1 not in template.pages:
                continue
            image = opened.page(index)
            yield Compared(index=index, pixels=image.pixels, match=match_template(engine.read(image.pixels, image.ref), template))


def template_text(draft: Draft, name: str) -> str:
    """The draft as YAML: a template but for its zones, which are proposed in comments for a person to judge."""

    def box(values: Sequence[float]) -> str:
        return "[" + ", ".join(f"{v:.10g}" for v in values) + "]"

    lines = [
        "# Drafted from a scan. It holds words that are printed there: check that none of them is personal.",
        f"name: {name}",
        f"size: [{draft.size[0]}, {draft.size[1]}]   # of the scan, upright, in pixels",
        "required: false   # true: withhold pages that match no required template",
        "pages: []         # pages of a document that this is for, from 1; none: all",
        "",
        "# Printed words by which a page is known. Take out what changes from copy to copy.",
        "anchors:",
    ]
    lines += [f"  - {{text: {json.dumps(a.text, ensure_ascii=False)}, box: {box(a.box)}}}" for a in draft.anchors]
    lines += [
        "",
        "# What is always covered on a page that matches. Proposals, beside the labels named: judge each, correct its",
        "# box, take the # away, and look at `docpriv zones check THIS.yaml SCAN --show FOLDER`.",
        "zones:",
    ]
    lines += [
        f"#  - {{name: {p.name}, kind: {p.kind}, box: {box((p.box.x0, p.box.y0, p.box.x1, p.box.y1))}}}"
        f"   # {_WHERE[p.where]}: {''.join(c if c.isprintable() else '?' for c in p.label)}"
        for p in draft.proposals
    ]
    lines += ["#  - {name: signature, kind: SIGNATURE, box: [x0, y0, x1, y1]}", ""]
    return "\n".join(lines)


def _anchors(
    text: PageText, layout: Layout, upright: Affine, size: tuple[int, int], personal: frozenset[CharId]
) -> tuple[Anchor, ...]:
    """The longest phrases that stand once, one from each part of the form, then more until there are enough."""
    words = PageWords(text)
    ranked: list[tuple[tuple[bool, int], tuple[int, int], Anchor]] = []
    for segment in layout.segments:
        phrase = _phrase(text, segment, personal)
        if phrase is None:
            continue
        shown, quads = phrase
        x0, y0, x1, y1 = hull([upright.quad(q) for q in quads]).clip(*size).quad().bounds()
        if x1 <= x0 or y1 <= y0:
            continue
        cell = (int((x0 + x1) / 2 / size[0] * _GRID[0]), int((y0 + y1) / 2 / size[1] * _GRID[1]))
        once = len(words.places(shown)) == 1
        ranked.append(((not once, -len(folded(shown))), cell, Anchor(text=shown, box=(x0, y0, x1, y1))))
    ranked.sort(key=lambda one: (one[0], one[2].box))
    first: dict[tuple[int, int], Anchor] = {}
    for _, cell, anchor in ranked:
        first.setdefault(cell, anchor)
    chosen = list(first.values())
    chosen += [anchor for (doubtful, _), _, anchor in ranked if not doubtful and anchor not in chosen]
    return tuple(sorted(chosen[:MOST_ANCHORS], key=lambda a: (a.box[1], a.box[0])))


def _phrase(text: PageText, segment: Segment, personal: frozenset[CharId]) -> tuple[str, list[Quad]] | None:
    """The first words of a segment and their places, where they are printed words, read well, and not personal."""
    chars = text.lines[segment.line].chars[segment.start : segment.end]
    line = "".join(c.text[:1] or " " for c in chars)
    end = 0
    for word in _WORD.finditer(line):
        here = {CharId(segment.line, segment.start + i) for i in range(word.start(), word.end())}
        if (end and len(folded(line[: word.end()])) > _LONGEST) or not personal.isdisjoint(here):
            break
        end = word.end()
    shown, used = " ".join(line[:end].split())[:100], chars[:end]
    inked = [c for c in used if c.text.strip()]
    letters = sum(c.isalpha() for c in shown)
    if (
        letters < LEAST_ANCHOR
        or letters < _LEAST_LETTERS * len(inked)
        or min(c.score for c in inked) < _LEAST_READ / 2
        or sum(c.score for c in inked) < _LEAST_READ * len(inked)
        or not shown.isprintable()
    ):
        return None
    return shown, [c.quad for c in inked]


def _proposals(text: PageText, layout: Layout, upright: Affine, size: tuple[int, int]) -> Iterator[Proposal]:
    """Empty areas right of and below the labels of fields."""
    from docpriv.pii.labels import lexicon

    drafted: Counter[str] = Counter()
    for pair in layout.pairs:
        if pair.values or pair.area is None:
            continue
        label = "".join(c.text for c in text.lines[pair.label.line].chars[pair.label.start : pair.label.end])
        known = next((one.field for one in lexicon().labels(label) if one.field is not None), None)
        if known is None:
            continue
        slug = re.sub(r"[^a-z0-9]+", "-", known.name.lower()).strip("-")[:50] or "field"
        drafted[slug] += 1
        yield Proposal(
            name=f"{slug}-{drafted[slug]}",
            kind=known.kind,
            box=hull([upright.quad(pair.area.quad())]).clip(*size),
            where=pair.where,
            label=" ".join(label.split()),
        )
