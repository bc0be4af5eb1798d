"""Check the final pixels of a page against its plan and against what can still be found; refuses to trust the plan.

(i) inside the regions nothing but the fill, outside the source's pixels; (ii) lines that touch a region, read again,
give no new finding; (iii) no redacted value stands anywhere else. (iv), the container, is checked by `output`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from docpriv.decide import decide
from docpriv.geometry import Quad, cover
from docpriv.model import Check, Finding, Kind, PageText, Pixels, Region, TextLine
from docpriv.options import Recipe
from docpriv.protocols import OcrEngine, ReadPage
from docpriv.redaction.cover_map import CoverMap
from docpriv.redaction.survivors import along, masked, region_over, visible
from docpriv.text.search import ValueSearch
from docpriv.text.values import Value, values_of

EDGE = 0.15  # h: how far a piece that is read again reaches into the covered area beside it
LEAST_VISIBLE = 2  # characters: a single one beside a box is what is left of the box's own edge


@dataclass(frozen=True, slots=True, kw_only=True)
class Residue:
    """What is still readable: checks for the record, regions that would cover it, values that no page may show now."""

    checks: tuple[Check, ...]
    regions: tuple[Region, ...]
    values: frozenset[Value] = frozenset()


def touched_lines(text: PageText, covered: CoverMap) -> dict[int, TextLine]:
    """Lines that a covered area touches and does not hide whole, by index."""
    return {
        index: line for index, line in enumerate(text.lines) if covered.touches(line.quad) and covered.share(line.quad) < 0.99
    }


class Rereader:
    """Reads again what is left of touched lines. The same quad over the same bytes is read once, also across repairs."""

    def __init__(self, ocr: OcrEngine) -> None:
        self._ocr = ocr
        self._known: dict[tuple[Quad, bytes], TextLine] = {}

    def surviving_text(self, text: PageText, covered: CoverMap, final: Pixels) -> PageText:
        """The page's text as it can be read on the final pixels, u8 (H, W, 3)."""
        pieces = {index: open_pieces(line, covered) for index, line in touched_lines(text, covered).items()}
        wanted = {quad: _digest(final, quad) for quads in pieces.values() for quad in quads}
        unread = [quad for quad, seen in wanted.items() if (quad, seen) not in self._known]
        for quad, line in zip(unread, self._ocr.read_lines(final, unread), strict=True):
            self._known[quad, wanted[quad]] = line
        again = {}
        for index, quads in pieces.items():
            read = [self._known[quad, wanted[quad]] for quad in quads]
            line = text.lines[index]
            read = [r.flipped() for r in read] if line.mirrored else read
            again[index] = replace(line, chars=tuple(c for r in read for c in r.chars))
        return masked(text, covered, again)


def open_pieces(line: TextLine, covered: CoverMap) -> list[Quad]:
    """The stretches of a line between covered characters, each reaching into the areas beside it."""
    if not line.chars:
        return [line.facing]
    hidden = [covered.hides(c) for c in line.chars]
    pieces, last = [], len(hidden) - 1
    start: int | None = None
    for i in range(last + 2):
        if i <= last and not hidden[i]:
            start = i if start is None else start
        elif start is not None:
            if any(c.text.strip() for c in line.chars[start:i]):
                left = 0.0 if start == 0 else along(line.quad, line.chars[start].quad.a) - EDGE * line.quad.height
                right = line.quad.width if i > last else along(line.quad, line.chars[i - 1].quad.b) + EDGE * line.quad.height
                width = max(line.quad.width, 1e-6)
                pieces.append(line.facing.part(max(0.0, left / width), min(1.0, right / width)))
            start = None
    return pieces


def _digest(final: Pixels, quad: Quad) -> bytes:
    box = cover(quad, final.shape[1], final.shape[0], 2.0)
    return hashlib.blake2b(np.ascontiguousarray(final[box.slices]).tobytes(), digest_size=16).digest()


def residue(
    page: ReadPage,
    findings: Sequence[Finding],
    covered: CoverMap,
    search: ValueSearch,
    recipe: Recipe,
    before: ReadPage | None = None,
) -> Residue:
    """New findings of covered kinds in the surviving text of a page, and redacted values that stand in it.

    `before`: the page as first read; values are sought in what it leaves too, since two readings err in two places.
    """
    survivors = page.text
    regions: list[Region] = []
    fresh: dict[Kind, int] = {}
    values: set[Value] = set()
    for finding in findings:
        if not decide(finding, recipe.policy, recipe.finding.min_score).covered:
            continue
        # Findings of bare ink are of the source page; the pixels that were not covered then are the same now.
        left = visible(survivors, finding.chars, covered)
        if len(left) < LEAST_VISIBLE:
            continue
        regions.append(
            region_over(survivors, left, finding.kind, finding.detector, f"repair:{finding.reason}", recipe.policy.pad)
        )
        fresh[finding.kind] = fresh.get(finding.kind, 0) + 1
        values |= values_of(survivors, [replace(finding, by_surname=False)])  # one page does not tell what is a surname
    standing: dict[Kind, int] = {}
    layouts = [(survivors, page.layout)]
    if before is not None:
        layouts.append((masked(before.text, covered, {}), before.layout))
    for text, layout in layouts:
        for place in search.standing(text, layout):
            kind = place.value.kind
            left = visible(text, place.chars, covered)
            if len(left) < LEAST_VISIBLE:
                continue
            regions.append(region_over(text, left, kind, "values", "repair:stands-elsewhere", recipe.policy.pad))
            standing[kind] = standing.get(kind, 0) + 1
    checks = (
        Check(name="nothing-new-found", ok=not fresh, detail=_counts(fresh)),
        Check(name="no-value-elsewhere", ok=not standing, detail=_counts(standing)),
    )
    return Residue(checks=checks, regions=tuple(regions), values=frozenset(values))


def _counts(by_kind: dict[Kind, int]) -> str:
    return " ".join(f"{kind}:{n}" for kind, n in sorted(by_kind.items()))
