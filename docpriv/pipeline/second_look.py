"""A second look at a page before its release, on the pixels that were encoded; refuses to take a cover for what it hides.

Everything that looked at the page looks again, with the same lines, at a copy on which the covers are paper. What it marks and
the policy covers is open. So is whatever the first look marked and the plan does not hide.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from docpriv.decide import decide
from docpriv.geometry import Box, hull
from docpriv.model import Check, Kind, Mark, PageImage, PagePlan, Region, TextLine
from docpriv.options import Recipe
from docpriv.pipeline.engines import Engines
from docpriv.pipeline.payloads import open_payloads
from docpriv.pipeline.reading import SeenPage
from docpriv.protocols import ReadPage
from docpriv.redaction.cover_map import CoverMap
from docpriv.redaction.found_covers import filled_with_paper
from docpriv.redaction.plan import region_of_mark
from docpriv.redaction.survivors import masked
from docpriv.text.values import Value
from docpriv.visual.account import loose_ink
from docpriv.visual.seeing import look

SEEN = "nothing-seen-again"
INK = "no-ink-unread"
HIDDEN = 0.9  # share of a mark's boxes from which its cover hides it
READ_WELL, ON_PRINT = 0.9, 0.5  # score of a line of print; share of a mark's boxes that lies on such
SAME = 0.6  # share of both of two marks that is common, from which they are one thing


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondLook:
    """What is still to be seen on a page: checks for the record, regions that would cover it, values that its codes hold."""

    checks: tuple[Check, ...]
    regions: tuple[Region, ...] = ()
    values: frozenset[Value] = frozenset()


def look_again(
    page: PageImage, final: PageImage, seen: SeenPage, text: ReadPage, plan: PagePlan, engines: Engines, recipe: Recipe
) -> SecondLook:
    """Look at the final pixels. `page`: as it was first seen; `text`: what can be read of it now.

    Detectors promise the same marks for the same scene, and the lines are the same: where no pixel has changed there is nothing
    to ask them.
    """
    first, covers = seen.readings[0].marks, CoverMap(plan)
    open_marks = [m for m in first if _covered(m, recipe) and not _is_hidden(m, covers)]
    if not plan.regions and np.array_equal(page.pixels, final.pixels):
        return SecondLook(checks=_checks(open_marks, [], "no pixel was changed"), regions=_regions(open_marks))
    clean = replace(final, pixels=filled_with_paper(final.pixels, covers.boxes))
    readings = [r.text for r in (seen.readings[:-1] if seen.layered else seen.readings)]  # a file's own text explains no ink
    before = [line for reading in readings for line in reading.lines]
    sight = look(clean, before, engines.detectors, changed=covers.boxes, earlier=first)
    left = [m for m in first if not _covered(m, recipe)]
    fresh = [m for m in sight.marks if not _is_hidden(m, covers) and not _is_print(m, before)]
    opened = open_payloads(fresh, engines.finder, recipe)
    codes = [_bounds(m) for m in first if m.kind is Kind.CODE and _covered(m, recipe)]
    open_marks += [
        m
        for m in opened.marks
        if (_covered(m, recipe) and not any(_same(m, other) for other in left))
        # What is left of a code that was covered for its content may not tell its content any more.
        or (m.kind is Kind.CODE and any(_bounds(m).overlaps(code) for code in codes))
    ]
    lines = [*text.text.lines, *(line for reading in readings[1:] for line in masked(reading, covers, {}).lines)]
    ink = [
        m
        for m in loose_ink(
            clean,
            lines,
            sight.marks,
            pictures=sight.pictures,
            unread_score=recipe.policy.unread_score,
            scripts=engines.scripts,
        )
        if _covered(m, recipe) and not _is_hidden(m, covers) and not any(_same(m, other) for other in left)
    ]
    return SecondLook(checks=_checks(open_marks, ink), regions=_regions([*open_marks, *ink]), values=opened.values)


def _covered(mark: Mark, recipe: Recipe) -> bool:
    return decide(mark, recipe.policy, recipe.finding.min_score).covered


def _is_hidden(mark: Mark, covers: CoverMap) -> bool:
    """Whether the plan covers the boxes that destroy a mark: its level box says nothing of one that leans."""
    boxes = [b for b in (box.clip(covers.width, covers.height) for box in region_of_mark(mark).boxes) if not b.empty]
    area = sum(box.area for box in boxes)
    return sum(covers.share(box) * box.area for box in boxes) >= HIDDEN * area


def _is_print(mark: Mark, lines: Sequence[TextLine]) -> bool:
    """Whether a signature or stamp that only the second look sees lies mostly on print that was read well: then the covers beside
    it, filled with their paper, have given the print another look; whatever crosses print the first look saw."""
    if mark.kind not in {Kind.SIGNATURE, Kind.STAMP}:
        return False
    printed = [hull([line.quad]) for line in lines if line.score >= READ_WELL]
    boxes = region_of_mark(mark).boxes
    on_print = sum(box.intersect(line).area for box in boxes for line in printed)
    return on_print >= ON_PRINT * sum(box.area for box in boxes)


def _same(mark: Mark, other: Mark) -> bool:
    """Whether two marks are one thing: what the first look called it stands, whatever it is called now."""
    mine, its = _bounds(mark), _bounds(other)
    common = mine.intersect(its)
    return not common.empty and common.area >= SAME * max(mine.area, its.area)


def _bounds(mark: Mark) -> Box:
    return hull([mark.quad])


def _regions(marks: Iterable[Mark]) -> tuple[Region, ...]:
    return tuple(region_of_mark(mark) for mark in marks)


def _checks(seen: Sequence[Mark], ink: Sequence[Mark], otherwise: str = "") -> tuple[Check, ...]:
    return (
        Check(name=SEEN, ok=not seen, detail=_counts(seen) or otherwise),
        Check(name=INK, ok=not ink, detail=_counts(ink) or otherwise),
    )


def _counts(marks: Sequence[Mark]) -> str:
    return " ".join(sorted(f"{kind}:{sum(m.kind is kind for m in marks)}" for kind in {m.kind for m in marks}))
