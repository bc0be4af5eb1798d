"""Turn findings and marks into the exact pixels to destroy, each region with its reasons.

A finding owns characters; each character brings the area that destroys its ink. Areas of one line are joined, grown
by the policy's margin, cut into level strips where the line is skewed, and rounded outward.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from docpriv.decide import decide
from docpriv.geometry import Box, Quad
from docpriv.model import CharId, Colour, Finding, Kind, Mark, PagePlan, PageText, Reason, Region, TextLine
from docpriv.options import Policy, colour_of
from docpriv.redaction.style_choice import chosen_style, settled
from docpriv.redaction.widths import widened
from docpriv.styles import Style
from docpriv.styles.pseudonym import text_line

STRIP_DRIFT = 0.06  # of the text height: how far a strip of a skewed line may rise before it is cut again,
LEAST_DRIFT, MOST_DRIFT = 0.75, 2.0  # within these limits in pixels
MAX_STRIPS = 200
TIGHTENED = 0.97  # of the line's height: characters lower than that were cut where another line stands close
WHOLE_UP_TO = 60  # characters of a line that is covered whole where it was read badly; of a longer one, more to each side
LEAST_PAD = 2.0  # pixels above and below: black ink at the very edge of a black area still shows its outline
_HANGING = frozenset(".,;'’")
JOIN_GAP = 0.6  # h: covered stretches of a line closer than this become one


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One reading of a page with what was found in it; a page may have several (another scale)."""

    text: PageText
    findings: tuple[Finding, ...]


PseudonymOf = Callable[[PageText, tuple[Finding, ...], tuple[CharId, ...]], str]
"""What to write for the style `pseudonym`: given the page's text, the findings that own a region and its characters (of one
line); empty to write nothing."""


def plan_page(
    *,
    page: int,
    width: int,
    height: int,
    colour: Colour,
    readings: Sequence[Reading],
    marks: Sequence[Mark],
    policy: Policy,
    min_score: float,
    extra: Sequence[Region] = (),
    pseudonym_of: PseudonymOf | None = None,
) -> PagePlan:
    """The regions of one page. `min_score`: findings below it are left, see `decide`."""
    regions: list[Region] = []
    for reading in readings:
        chosen = [f for f in reading.findings if decide(f, policy, min_score).covered]
        regions.extend(_text_regions(reading.text, chosen, policy, pseudonym_of))
    for mark in marks:
        if decide(mark, policy, min_score).covered:
            regions.append(region_of_mark(mark))
    regions.extend(extra)
    placed = [_placed(region, width, height, policy) for region in regions]
    return PagePlan(
        page=page,
        width=width,
        height=height,
        colour=fill_colour(policy.colour, colour),
        tones=colour,
        regions=tuple(r for r in placed if r.boxes),
    )


def region_of_mark(mark: Mark) -> Region:
    """The area of something seen; of a code whose content told, the kinds in it come first."""
    kinds = (*mark.inside, mark.kind)
    return Region(
        boxes=mark.parts or strips(mark.quad),
        reasons=tuple(
            Reason(kind=kind, score=mark.score, detector=mark.detector, reason=mark.rule) for kind in dict.fromkeys(kinds)
        ),
    )


def fill_colour(name: str, colour: Colour) -> tuple[int, int, int]:
    """The policy's colour as the page can hold it: black or white on bilevel pages, a grey on grey ones."""
    r, g, b = colour_of(name)
    if colour == "rgb":
        return r, g, b
    luma = round(0.299 * r + 0.587 * g + 0.114 * b)
    if colour == "bilevel":
        luma = 0 if luma < 128 else 255
    return luma, luma, luma


def _text_regions(
    text: PageText, findings: Sequence[Finding], policy: Policy, pseudonym_of: PseudonymOf | None = None
) -> list[Region]:
    """Characters of all findings, line by line, so that neighbours on a line become one area."""
    owners: dict[int, dict[int, list[Finding]]] = {}
    for finding in findings:
        for char in finding.chars:
            owners.setdefault(char.line, {}).setdefault(char.char, []).append(finding)
    hidden = frozenset(CharId(line, i) for line, owned in owners.items() for i in owned)
    regions: list[Region] = []
    for finding in findings:
        boxes = tuple(box for quad in finding.quads for box in strips(_as_wide(quad, [finding], text, hidden, policy)))
        if boxes:
            regions.append(Region(boxes=boxes, reasons=_reasons([finding])))
    for line_index, owned in sorted(owners.items()):
        line = text.lines[line_index]
        pad = max(LEAST_PAD, policy.pad * line.quad.height)
        if covered_whole(line, policy):
            # What was read with low confidence may be placed wrongly too.
            stretches = [(list(range(len(line.chars))), line.quad.pad(0.15 * line.quad.height, 0.1 * line.quad.height + pad))]
        else:
            stretches = [(run, _around(run, line, pad, policy)) for run in _runs(sorted(owned), text, line_index)]
        for run, quad in stretches:
            own = tuple(dict.fromkeys(f for i in run for f in owned.get(i, ())))
            chars = tuple(CharId(line_index, i) for i in run)
            wide = _as_wide(quad, own, text, hidden | frozenset(chars), policy, line.quad.angle)
            region = Region(boxes=strips(wide), reasons=_reasons(own))
            if pseudonym_of is not None and _style(own, policy).text == "pseudonym":
                region = replace(region, caption=pseudonym_of(text, own, chars), settings=text_line(quad, line.quad.height))
            regions.append(region)
    return regions


def _around(run: list[int], line: TextLine, pad: float, policy: Policy) -> Quad:
    """The area of neighbouring characters; what hangs on the last of them is added to the run."""
    while run[-1] + 1 < len(line.chars) and line.chars[run[-1] + 1].text in _HANGING:  # belongs to its shape: `J.`, `Barrow,`
        run.append(run[-1] + 1)
    first, last = line.chars[run[0]].quad, line.chars[run[-1]].quad
    tightened = first.height < TIGHTENED * line.quad.height  # up to the ink of the next line
    # Ends already lie in the white beside the word; more would cut into the neighbour.
    along = line.quad.height if line.score < policy.low_line_score else 0.0
    return first.to(last).pad(along, LEAST_PAD / 2 if tightened else pad)


def _as_wide(
    quad: Quad, findings: Sequence[Finding], text: PageText, hidden: frozenset[CharId], policy: Policy, along: float | None = None
) -> Quad:
    return widened(quad, text, hidden, policy.width_step, along) if _style(findings, policy).widened else quad


def _style(findings: Sequence[Finding], policy: Policy) -> Style:
    return chosen_style((f.kind for f in findings), policy)[0]


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
            between = line.chars[last + 1 : index]
            gap = math.dist(line.chars[last].quad.b, line.chars[index].quad.a)
            blank = all(not c.text.strip() for c in between)
            specks = all(not c.text.isalnum() for c in between) and gap < JOIN_GAP * line.quad.height
            if blank or specks:
                runs[-1].extend(range(last + 1, index + 1))
                continue
        runs.append([index])
    return runs


def strips(quad: Quad) -> tuple[Box, ...]:
    """Level boxes, rounded outward and not clipped, that together hold the quad and little more where it is skewed."""
    along = abs(quad.b[0] - quad.a[0]), abs(quad.b[1] - quad.a[1])
    drift = min(along)  # across the way the text runs, level or upright
    allowed = min(MOST_DRIFT, max(LEAST_DRIFT, STRIP_DRIFT * min(quad.height, quad.width)))
    count = min(MAX_STRIPS, max(1, math.ceil(drift / allowed)))
    boxes = []
    for i in range(count):
        px0, py0, px1, py1 = quad.part(i / count, (i + 1) / count).bounds()
        boxes.append(Box(math.floor(px0), math.floor(py0), math.ceil(px1), math.ceil(py1)))
    return tuple(boxes)


def _placed(region: Region, width: int, height: int, policy: Policy | None) -> Region:
    boxes = (box.clip(width, height) for box in region.boxes)
    placed = replace(region, boxes=tuple(b for b in boxes if not b.empty))
    return placed if policy is None else settled(placed, policy)


def _reasons(findings: Iterable[Finding]) -> tuple[Reason, ...]:
    """Each kind, detector and rule once, with its best score."""
    best: dict[tuple[Kind, str, str], Reason] = {}
    for f in findings:
        key = (f.kind, f.detector, f.reason)
        if key not in best or f.score > best[key].score:
            best[key] = Reason(kind=f.kind, score=f.score, detector=f.detector, reason=f.reason)
    return tuple(best.values())


def with_regions(plan: PagePlan, regions: Sequence[Region], policy: Policy | None = None) -> PagePlan:
    """The plan and more regions, brought to the page, in the policy's style; without one they are filled."""
    placed = tuple(_placed(r, plan.width, plan.height, policy) for r in regions)
    return replace(plan, regions=plan.regions + tuple(r for r in placed if r.boxes))
