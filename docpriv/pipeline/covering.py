"""Second pass over one page: cover, encode, decode what was encoded, check, cover further, or withhold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from docpriv.formats.form import CodedPage
from docpriv.formats.writing import decode_page, encode_page
from docpriv.model import Check, Finding, MediaType, PageImage, PagePlan, Pixels, Region, Verdict
from docpriv.options import Recipe
from docpriv.pipeline.checks import WrittenPage, checked
from docpriv.pipeline.context import DocumentRun, PageContext, SeenPage
from docpriv.pipeline.text_layer import joined
from docpriv.protocols import ReadPage
from docpriv.redaction.coding_blocks import clear_blocks, touched
from docpriv.redaction.cover_map import boxes_of
from docpriv.redaction.ink_left import cut_strokes, lost_ends
from docpriv.redaction.painting import apply_plan
from docpriv.redaction.plan import Reading, plan_page, with_regions
from docpriv.redaction.verify import Rereader
from docpriv.text.values import Value

LEFT = "left by the plan"
"""How the detail of a check begins that does not hold, where a person decided what is covered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveredPage:
    """The final bytes of a page, its plan and its verdict. `values`: what repairs covered here and other pages may show."""

    coded: CodedPage
    plan: PagePlan
    verdict: Verdict
    repairs: int
    text: ReadPage
    values: frozenset[Value] = frozenset()


def first_plan(
    run: DocumentRun, seen: SeenPage, findings: Sequence[tuple[Finding, ...]], recipe: Recipe, extra: Sequence[Region] = ()
) -> PagePlan:
    """What the findings of the first pass ask for, and the areas of `extra`."""
    readings = seen.readings
    if run.pseudonyms is not None:
        run.pseudonyms.new_page()
    plan = plan_page(
        page=seen.index,
        width=seen.width,
        height=seen.height,
        colour=seen.format.colour,
        readings=[Reading(text=r.text, findings=f) for r, f in zip(readings, findings, strict=True)],
        marks=readings[0].marks,
        policy=recipe.policy,
        min_score=recipe.finding.min_score,
        extra=extra,
        pseudonym_of=run.pseudonyms,
    )
    return joined(plan)


def zone_regions(seen: SeenPage) -> list[Region]:
    """The zones of known forms that the page is; they are covered whatever kinds the policy covers."""
    return [region for form in seen.forms for region in form.regions()]


def cover_page(page: PageContext, plan: PagePlan) -> CoveredPage:
    """Cover a page and check the very bytes that will stand in the file; repairs are bounded by the recipe.

    Where a person made the plan it is kept to: what could still be found is noted, not covered.
    """
    recipe, watch, repairs, values = page.recipe, page.run.watch, 0, frozenset[Value]()
    rereader = Rereader(page.run.engines.ocr) if recipe.verifying.reread else None
    if not page.by_person:
        first = page.readings[0]
        plan = _repaired(page, plan, lost_ends(first.text, first.marks, plan, recipe.policy))
        plan = _repaired(page, plan, cut_strokes(page.image.pixels, first.text, plan))
    while True:
        last = page.by_person or repairs >= recipe.verifying.repairs
        with watch.stage("encode"):
            boxes, form = boxes_of(plan), page.image.format
            painted = clear_blocks(page.image.pixels, apply_plan(page.image.pixels, plan), boxes, form)
            kept = page.image.pixels, touched(boxes, form, plan.width, plan.height, lossless=False)
            coded = encode_page(painted, form, page.run.target, keep_outside=kept)
        with watch.stage("verify"):
            final = decode_page(coded)
            written = WrittenPage(page=page, plan=plan, painted=painted, coded=coded, final=final, rereader=rereader)
            outcomes = checked(written, last=last)
            text = written.text
        regions = [region for _, outcome in outcomes for region in outcome.regions]
        if not page.by_person:  # also of a page that stays withheld: a placeholder hides it here, not on other pages
            values |= frozenset(value for _, outcome in outcomes for value in outcome.values)
        if last or not regions:
            checks = []
            for check, outcome in outcomes:
                noted = check.about_content and page.by_person
                detail = (f"{LEFT} {outcome.detail}" if not outcome.ok else "") if noted else outcome.detail
                checks.append(Check(name=check.name, ok=outcome.ok or noted, detail=detail))
            verdict = Verdict(page=plan.page, checks=tuple(checks))
            return CoveredPage(coded=coded, plan=plan, verdict=verdict, repairs=repairs, text=text, values=values)
        plan = _repaired(page, plan, regions)
        repairs += 1


def _repaired(page: PageContext, plan: PagePlan, regions: Sequence[Region]) -> PagePlan:
    return with_regions(plan, regions, page.recipe.policy)


def placeholder_page(page: PageImage, target: MediaType) -> CodedPage:
    """A white page of the same size that says that the page was withheld."""
    height, width = page.height, page.width
    paper = np.full((height, width), 255, np.uint8)
    size = max(0.3, min(width / 700, height / 300))
    for i, text in enumerate((f"Page {page.ref.index + 1} was withheld.", "It could not be released; see the record.")):
        (w, _), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, size, max(1, round(size * 1.5)))
        fitted = size * min(1.0, 0.9 * width / max(w, 1))
        place = round(width * 0.05), round(height * 0.4 + i * 40 * size)
        cv2.putText(paper, text, place, cv2.FONT_HERSHEY_SIMPLEX, fitted, 0, max(1, round(fitted * 1.5)))
    if page.format.colour == "bilevel":
        paper = np.where(paper < 128, 0, 255).astype(np.uint8)
    pixels: Pixels = np.repeat(paper[:, :, None], 3, axis=2)
    return encode_page(pixels, page.format, target, keep_outside=None)
