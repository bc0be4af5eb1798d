"""Why each thing that was found on a page is covered or left; gives text only where it is asked for, and keeps none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from docpriv.decide import Why, decide
from docpriv.geometry import Box, cover, union_of
from docpriv.model import CharId, Explanation, Finding, Kind, Mark, PagePlan, PageText, Reason
from docpriv.options import Recipe
from docpriv.redaction.cover_map import CoverMap
from docpriv.redaction.plan import covered_whole
from docpriv.text.values import value_text

WHOLE_LINE = "; the line was read badly and is covered whole"
ADDED = "an area that no text detector asked for"
UNDER_ANOTHER = "; it lies under another area"
_UNDER = 0.95  # share of a finding's area that others cover, from which nothing of it can be read


def explain_page(
    texts: Sequence[PageText],
    findings: Sequence[Sequence[Finding]],
    plan: PagePlan,
    recipe: Recipe,
    *,
    marks: Sequence[Mark] = (),
    reveal: bool = False,
) -> tuple[Explanation, ...]:
    """Every finding of a page in its order, whatever its score, then the areas of the plan that stem from none.

    `findings` has one entry a reading, as `texts`; what a further reading found again in the same place is left out.
    """
    covers = CoverMap(plan)
    out: list[Explanation] = []
    for text, found in zip(texts, findings, strict=True):
        seen = {(e.kind, e.rule, e.boxes) for e in out}
        out += [e for f in found if ((e := _of_finding(text, f, covers, recipe, reveal)).kind, e.rule, e.boxes) not in seen]
    out += [_of_mark(mark, covers, recipe) for mark in marks]
    return (*out, *_of_areas(plan, out))


def why_covered(found: Finding | Mark, recipe: Recipe) -> tuple[bool, str]:
    """Whether a recipe covers a finding or mark for what it is, and why, in words."""
    decision = decide(found, recipe.policy, recipe.finding.min_score)
    least = f" ({recipe.finding.min_score:g})" if decision.why is Why.LOW_SCORE else ""
    return decision.covered, decision.why + least


def _of_mark(mark: Mark, covers: CoverMap, recipe: Recipe) -> Explanation:
    box = cover(mark.quad, covers.width, covers.height)
    return _explanation(mark.page, mark.parts or (box,), mark, *_decided(mark, [box], covers, recipe))


def _decided(
    found: Finding | Mark, boxes: Sequence[Box], covers: CoverMap, recipe: Recipe, *, whole_line: bool = False
) -> tuple[bool, str]:
    covered, why = why_covered(found, recipe)
    if covered and whole_line:
        return True, why + WHOLE_LINE
    if not covered and boxes and min(covers.share(box) for box in boxes) >= _UNDER:
        return True, why + UNDER_ANOTHER
    return covered, why


def _of_finding(text: PageText, finding: Finding, covers: CoverMap, recipe: Recipe, reveal: bool) -> Explanation:
    by_line: dict[int, list[CharId]] = {}
    for char in finding.chars:
        by_line.setdefault(char.line, []).append(char)
    boxes = [
        union_of([cover(text.lines[char.line].chars[char.char].quad, text.width, text.height) for char in chars])
        for chars in by_line.values()
    ]
    boxes += [cover(quad, text.width, text.height) for quad in finding.quads]
    whole = any(covered_whole(text.lines[line], recipe.policy) for line in by_line)
    covered, why = _decided(finding, boxes, covers, recipe, whole_line=whole)
    shown = " / ".join(value_text(text, chars) for chars in by_line.values()) if reveal else None
    return _explanation(finding.page, tuple(boxes), finding, covered, why, shown)


def _explanation(
    page: int, boxes: tuple[Box, ...], of: Finding | Mark | Reason, covered: bool, why: str, text: str | None = None
) -> Explanation:
    return Explanation(
        page=page,
        boxes=boxes,
        kind=of.kind,
        score=of.score,
        detector=of.detector,
        rule=of.rule if isinstance(of, Mark) else of.reason,
        covered=covered,
        why=why,
        text=text,
    )


def _of_areas(plan: PagePlan, explained: Sequence[Explanation]) -> Iterator[Explanation]:
    """Lines that were not read, seen marks, zones, repairs: regions with a reason that no finding there gave."""
    known: dict[tuple[Kind, str, str], list[Box]] = {}
    for one in explained:
        known.setdefault((one.kind, one.detector, one.rule), []).extend(one.boxes)
    for region in plan.regions:
        for reason in region.reasons:
            places = known.get((reason.kind, reason.detector, reason.reason), ())
            if not any(box.overlaps(place) for box in region.boxes for place in places):
                yield _explanation(plan.page, region.boxes, reason, True, ADDED)
