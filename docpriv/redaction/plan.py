"""Turn findings and marks into the exact pixels to destroy, each region with its reasons; refuses to cover label text.

A finding owns characters; each character brings the area that destroys its ink. Areas of one line are joined, grown
by the policy's margin, cut into level strips where the line is skewed, and rounded outward.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from docpriv.geometry import Box, Quad
from docpriv.model import Colour, Finding, Kind, Mark, PagePlan, PageText, Reason, Region, TextLine
from docpriv.options import Policy, colour_of

STRIP_DRIFT = 0.06     # of the text height: how far a strip of a skewed line may rise before it is cut again,
LEAST_DRIFT, MOST_DRIFT = 0.75, 2.0      # within these limits in pixels
MAX_STRIPS = 200
TIGHTENED = 0.97       # of the line's height: characters lower than that were cut where another line stands close
WHOLE_UP_TO = 60       # characters of a line that is covered whole where it was read badly; of a longer one, more to each side
LEAST_PAD = 2.0        # pixels above and below: black ink at the very edge of a black area still shows its outline
_HANGING = frozenset(".,;'’")
JOIN_GAP = 0.6         # h: covered stretches of a line closer than this become one


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One reading of a page with what was found in it; a page may have several (another scale)."""

    text: PageText
    findings: tuple[Finding, ...]


def plan_page(*, page: int, width: int, height: int, colour: Colour, grid: tuple[int, int], readings: Sequence[Reading],
              marks: Sequence[Mark], policy: Policy, min_score: float, extra: Sequence[Region] = ()) -> PagePlan:
    """The regions of one page. `grid`: block size in pixels to which boxes grow, (1, 1) for lossless files."""
    covered = frozenset(policy.cover)
    regions: list[Region] = []
    for reading in readings:
        chosen = [f for f in reading.findings if f.kind in covered and f.score >= min_score]
        regions.extend(_text_regions(reading.text, chosen, policy))
        if policy.cover_unread:
            regions.extend(_unread_regions(reading.text, policy))
    for mark in marks:
        if mark.kind in covered:
            reason = Reason(kind=mark.kind, score=mark.score, detector=mark.detector, reason="seen")
            regions.append(Region(boxes=strips(mark.quad), reasons=(reason,)))
    regions.extend(extra)
    placed = [_placed(region, width, height, grid) for region in regions]
    return PagePlan(page=page, width=width, height=height, colour=fill_colour(policy.colour, colour),
                    regions=tuple(r for r in placed if r.boxes))


def fill_colour(name: str, colour: Colour) -> tuple[int, int, int]:
    """The policy's colour as the page can hold it: black or white on bilevel pages, a grey on grey ones."""
    r, g, b = colour_of(name)
    if colour == "rgb":
        return r, g, b
    luma = round(0.299 * r + 0.587 * g + 0.114 * b)
    if colour == "bilevel":
        luma = 0 if luma < 128 else 255
    return luma, luma, luma


def _text_regions(text: PageText, findings: Sequence[Finding], policy: Policy) -> list[Region]:
    """Characters of all findings, line by line, so that neighbours on a line become one area."""
    reasons: dict[int, dict[int, list[Reason]]] = {}
    regions: list[Region] = []
    for finding in findings:
        reason = Reason(kind=finding.kind, score=finding.score, detector=finding.detector, reason=finding.reason)
        for char in finding.chars:
            reasons.setdefault(char.line, {}).setdefault(char.char, []).append(reason)
        if finding.quads:
            boxes = tuple(box for quad in finding.quads for box in strips(quad))
            regions.append(Region(boxes=boxes, reasons=(reason,)))
    for line_index, owned in sorted(reasons.items()):
        line = text.lines[line_index]
        pad = max(LEAST_PAD, policy.pad * line.quad.height)
        if covered_whole(line, policy):
            # What was read with low confidence may be placed wrongly too.
            whole = line.quad.pad(0.15 * line.quad.height, 0.1 * line.quad.height + pad)
            regions.append(Region(boxes=strips(whole), reasons=_unique(r for rs in owned.values() for r in rs)))
            continue
        for run in _runs(sorted(owned), text, line_index):
            _with_own_marks(run, line)
            first, last = line.chars[run[0]].quad, line.chars[run[-1]].quad
            tightened = first.height < TIGHTENED * line.quad.height      # up to the ink of the next line
            # Ends already lie in the white beside the word; more would cut into the neighbour.
            along = line.quad.height if line.score < policy.low_line_score else 0.0
            quad = Quad(first.a, last.b, last.c, first.d).pad(along, LEAST_PAD / 2 if tightened else pad)
            regions.append(Region(boxes=strips(quad), reasons=_unique(r for i in run for r in owned.get(i, ()))))
    return regions


def covered_whole(line: TextLine, policy: Policy) -> bool:
    """Whether a finding on this line covers all of it: it was read badly, and is not so long that a name on it is little."""
    return line.score < policy.low_line_score and len(line.chars) <= WHOLE_UP_TO


def _runs(indices: Sequence[int], text: PageText, line_index: int) -> list[list[int]]:
    """Neighbouring characters, bridging the spaces and short gaps between covered ones."""
    line = text.lines[line_index]
    runs: list[list[int]] = []
    for index in indices:
        if runs:
            last = runs[-1][-1]
            between = line.chars[last + 1:index]
            gap = math.dist(line.chars[last].quad.b, line.chars[index].quad.a)
            overlapping = not between
            blank = all(not c.text.strip() for c in between)
            specks = (all(not c.text.isalnum() for c in between) and gap < JOIN_GAP * line.quad.height)
            if overlapping or blank or specks:
                runs[-1].extend(range(last + 1, index + 1))
                continue
        runs.append([index])
    return runs


def _with_own_marks(run: list[int], line: TextLine) -> None:
    """A point or comma that hangs on the last character belongs to its shape: `J.`, `Barrow,`."""
    while run[-1] + 1 < len(line.chars) and line.chars[run[-1] + 1].text in _HANGING:
        run.append(run[-1] + 1)


def _unread_regions(text: PageText, policy: Policy) -> list[Region]:
    regions = []
    for line in text.lines:
        if line.score < policy.unread_score:
            reason = Reason(kind=Kind.UNREAD_INK, score=1.0, detector="reading", reason="line-not-read")
            quad = line.quad.pad(0.15 * line.quad.height, 0.1 * line.quad.height)
            regions.append(Region(boxes=strips(quad), reasons=(reason,)))
    return regions


def strips(quad: Quad) -> tuple[Box, ...]:
    """Level boxes, rounded outward and not clipped, that together hold the quad and little more where it is skewed."""
    x0, y0, x1, y1 = quad.bounds()
    drift = abs(quad.b[1] - quad.a[1]) if x1 - x0 >= y1 - y0 else abs(quad.b[0] - quad.a[0])
    allowed = min(MOST_DRIFT, max(LEAST_DRIFT, STRIP_DRIFT * min(quad.height, quad.width)))
    count = min(MAX_STRIPS, max(1, math.ceil(drift / allowed)))
    boxes = []
    for i in range(count):
        px0, py0, px1, py1 = quad.part(i / count, (i + 1) / count).bounds()
        boxes.append(Box(math.floor(px0), math.floor(py0), math.ceil(px1), math.ceil(py1)))
    return tuple(boxes)


def _placed(region: Region, width: int, height: int, grid: tuple[int, int]) -> Region:
    boxes = (box.snap(*grid).clip(width, height) for box in region.boxes)
    return Region(boxes=tuple(b for b in boxes if not b.empty), reasons=region.reasons, style=region.style)


def _unique(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    best: dict[tuple[Kind, str, str], Reason] = {}
    for reason in reasons:
        key = (reason.kind, reason.detector, reason.reason)
        if key not in best or reason.score > best[key].score:
            best[key] = reason
    return tuple(best.values())


def region_of(kind: Kind, area: Box, *, detector: str, reason: str, score: float = 1.0) -> Region:
    """A region of one box, for areas that a person or a template adds."""
    return Region(boxes=(area,), reasons=(Reason(kind=kind, score=score, detector=detector, reason=reason),))


def with_regions(plan: PagePlan, regions: Sequence[Region], grid: tuple[int, int]) -> PagePlan:
    """The plan and more regions, brought to the page and the grid."""
    placed = tuple(_placed(r, plan.width, plan.height, grid) for r in regions)
    return PagePlan(page=plan.page, width=plan.width, height=plan.height, colour=plan.colour,
                    regions=plan.regions + tuple(r for r in placed if r.boxes))
