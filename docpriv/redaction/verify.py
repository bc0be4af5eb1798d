"""What can still be read of a covered page, and what of it must not be: the plan is not trusted.

A character counts as covered of which half, and nearly all of its ink, is hidden. Lines that touch a cover are read again on the
final pixels, give no new finding, and no covered value stands anywhere else.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from docpriv.decide import decide
from docpriv.geometry import Box, Point, Quad, cover
from docpriv.model import Char, CharId, Finding, PageText, Pixels, Reason, Region, TextLine
from docpriv.options import Recipe
from docpriv.protocols import OcrEngine, ReadPage
from docpriv.redaction.cover_map import COVERED, CoverMap, runs
from docpriv.redaction.plan import strips
from docpriv.tape import MASK
from docpriv.text.search import ValueSearch
from docpriv.text.values import Value, values_of

EDGE = 0.15  # h: how far a piece that is read again reaches into the covered area beside it
LEAST_VISIBLE = 2  # characters: a single one beside a box is what is left of the box's own edge


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a check found: whether it holds, numbers for the record (never text), regions that would cover what it found, and
    values that no page may show now."""

    ok: bool
    detail: str = ""
    regions: tuple[Region, ...] = ()
    values: frozenset[Value] = frozenset()


def new_findings(text: PageText, findings: Sequence[Finding], covered: CoverMap, recipe: Recipe) -> Outcome:
    """Whether what was found in the surviving text of a page holds nothing that the policy covers."""
    regions: list[Region] = []
    values: set[Value] = set()
    for finding in findings:
        # Findings of bare ink are of the source page; the pixels that were not covered then are the same now.
        left = visible(text, finding.chars, covered)
        if len(left) < LEAST_VISIBLE or not decide(finding, recipe.policy, recipe.finding.min_score).covered:
            continue
        reason = Reason(kind=finding.kind, score=1.0, detector=finding.detector, reason=f"repair:{finding.reason}")
        regions.append(region_over(text, left, reason, recipe.policy.pad))
        values |= values_of(text, [replace(finding, by_surname=False)])  # one page does not tell what is a surname
    return open_regions(regions, frozenset(values))


def standing_values(pages: Iterable[ReadPage], covered: CoverMap, search: ValueSearch, recipe: Recipe) -> Outcome:
    """Whether no covered value can be read in any of the readings of a page, as they survive: two of them err in two places."""
    regions: list[Region] = []
    for page in pages:
        for place in search.standing(page.text, page.layout):
            left = visible(page.text, place.chars, covered)
            if len(left) >= LEAST_VISIBLE:
                reason = Reason(kind=place.value.kind, score=1.0, detector="values", reason="repair:stands-elsewhere")
                regions.append(region_over(page.text, left, reason, recipe.policy.pad))
    return open_regions(regions)


def open_regions(regions: Sequence[Region], values: frozenset[Value] = frozenset()) -> Outcome:
    """What a check says that found these: how many of each kind."""
    kinds = Counter(region.reasons[-1].kind for region in regions)
    detail = " ".join(f"{kind}:{n}" for kind, n in sorted(kinds.items()))
    return Outcome(ok=not regions, detail=detail, regions=tuple(regions), values=values)


class Rereader:
    """Reads again what is left of touched lines. The same quad over the same bytes is read once, also across repairs."""

    def __init__(self, ocr: OcrEngine) -> None:
        self._ocr = ocr
        self._known: dict[tuple[Quad, bytes], TextLine] = {}

    def surviving_text(self, text: PageText, covered: CoverMap, final: Pixels) -> PageText:
        """The page's text as it can be read on the final pixels, u8 (H, W, 3)."""
        pieces = {index: open_pieces(text.lines[index], covered) for index in touched_lines(text, covered)}
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


def touched_lines(text: PageText, covered: CoverMap) -> list[int]:
    """Lines that a covered area touches and does not hide whole."""
    return [i for i, line in enumerate(text.lines) if covered.touches(line.quad) and covered.share(line.quad) < 0.99]


def open_pieces(line: TextLine, covered: CoverMap) -> list[Quad]:
    """The stretches of a line between covered characters, each reaching into the areas beside it."""
    if not line.chars:
        return [line.facing]
    pieces, whole, edge = [], line.quad, EDGE * line.quad.height
    for start, end in runs(not covered.hides(c) for c in line.chars):
        if any(c.text.strip() for c in line.chars[start:end]):
            left = 0.0 if start == 0 else along(whole, line.chars[start].quad.a) - edge
            right = whole.width if end == len(line.chars) else along(whole, line.chars[end - 1].quad.b) + edge
            width = max(whole.width, 1e-6)
            pieces.append(line.facing.part(max(0.0, left / width), min(1.0, right / width)))
    return pieces


def _digest(final: Pixels, quad: Quad) -> bytes:
    box = cover(quad, final.shape[1], final.shape[0], 2.0)
    return hashlib.blake2b(np.ascontiguousarray(final[box.slices]).tobytes(), digest_size=16).digest()


def masked(text: PageText, covered: CoverMap, reread: dict[int, TextLine]) -> PageText:
    """The page's text as a reader of the final page has it: covered characters are blocks, touched lines as read again."""
    lines = []
    for index, line in enumerate(text.lines):
        if index not in reread and not covered.touches(line.quad, 0.3 * line.quad.height):
            lines.append(line)
            continue
        hidden = [covered.hides(c) for c in line.chars]
        if index not in reread and not any(hidden):
            lines.append(line)
            continue
        blocks = [
            Char(text=MASK, quad=c.quad, score=c.score) if h and c.text.strip() else c
            for c, h in zip(line.chars, hidden, strict=True)
        ]  # a space stays one: `Account ███` has a word of its own, `Account███` does not
        if index in reread:
            again = [c for c in reread[index].chars if covered.share(c.quad) < COVERED]
            first = sum(not h and c.text.isalnum() for c, h in zip(line.chars, hidden, strict=True))
            if 2 * sum(c.text.isalnum() for c in again) >= first:
                # A reading that lost half of what was there before is the worse witness.
                blocks = [c for c, h in zip(blocks, hidden, strict=True) if h] + again
                blocks.sort(key=lambda c: along(line.quad, c.quad.centre))
        lines.append(replace(line, chars=tuple(blocks)))
    return replace(text, lines=tuple(lines))


def along(line: Quad, point: Point) -> float:
    """How far a point lies along a line's top edge from its start, in pixels."""
    angle = math.radians(line.angle)
    return (point[0] - line.a[0]) * math.cos(angle) + (point[1] - line.a[1]) * math.sin(angle)


def visible(text: PageText, chars: Iterable[CharId], covered: CoverMap) -> tuple[CharId, ...]:
    """Of these characters those that are readable still; none where no letter or digit is."""
    out = []
    for char in chars:
        item = text.lines[char.line].chars[char.char]
        if item.text != MASK and item.text.strip() and not covered.hides(item):
            out.append(char)
    return tuple(out) if any(text.lines[c.line].chars[c.char].text.isalnum() for c in out) else ()


def region_over(text: PageText, chars: Sequence[CharId], reason: Reason, pad: float) -> Region:
    """A region over these characters, grown by `pad` of the text height."""
    by_line: dict[int, list[int]] = {}
    for char in chars:
        by_line.setdefault(char.line, []).append(char.char)
    boxes: list[Box] = []
    for line, indices in sorted(by_line.items()):
        quad = text.lines[line].chars[min(indices)].quad.to(text.lines[line].chars[max(indices)].quad)
        boxes.extend(strips(quad.pad(pad * quad.height, pad * quad.height)))
    return Region(boxes=tuple(boxes), reasons=(reason,))
