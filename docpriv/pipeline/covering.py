"""Second pass over one page: cover, encode, decode what was encoded, verify, cover further, or withhold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from docpriv.layout import analyse
from docpriv.model import Check, Finding, MediaType, PageImage, PagePlan, Pixels, Region, Verdict
from docpriv.options import Recipe
from docpriv.output import CodedPage, compare_outside, decode_page, encode_page, grid_of
from docpriv.pipeline.engines import Engines
from docpriv.pipeline.pseudonyms import RegionPseudonyms
from docpriv.pipeline.reading import SeenPage
from docpriv.pipeline.second_look import look_again
from docpriv.pipeline.stopwatch import Stopwatch
from docpriv.pipeline.text_layer import joined
from docpriv.protocols import ReadPage
from docpriv.redaction.cover_map import CoverMap, boxes_of
from docpriv.redaction.crossed import lost_ends
from docpriv.redaction.painting import apply_plan, drawn_boxes, shows_nothing
from docpriv.redaction.plan import Reading, plan_page, with_regions
from docpriv.redaction.strokes import CHECK, cut_strokes
from docpriv.redaction.survivors import masked
from docpriv.redaction.verify import Rereader, Residue, residue
from docpriv.text.search import ValueSearch
from docpriv.text.values import Value

LEFT = "left by the plan"
"""How the detail of a check begins that does not hold, where a person decided what is covered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveredPage:
    """The final bytes of a page, its plan and its verdict."""

    coded: CodedPage
    plan: PagePlan
    verdict: Verdict
    repairs: int
    text: ReadPage
    fresh: frozenset[Value] = frozenset()  # values that repairs covered here and that other pages may show


def first_plan(
    seen: SeenPage,
    findings: Sequence[tuple[Finding, ...]],
    target: MediaType,
    recipe: Recipe,
    extra: Sequence[Region] = (),
    pseudonyms: RegionPseudonyms | None = None,
) -> PagePlan:
    """What the findings of the first pass ask for. `pseudonyms`: what the style `pseudonym` writes."""
    kept = seen.readings
    if pseudonyms is not None:
        pseudonyms.new_page()
    readings = [Reading(text=r.text, findings=f) for r, f in zip(kept, findings, strict=True)]
    plan = plan_page(
        page=seen.index,
        width=seen.width,
        height=seen.height,
        colour=seen.format.colour,
        grid=grid_of(seen.format, target),
        readings=readings,
        marks=kept[0].marks,
        policy=recipe.policy,
        min_score=recipe.finding.min_score,
        extra=extra,
        pseudonym_of=pseudonyms,
    )
    return joined(plan)


def zone_regions(seen: SeenPage) -> list[Region]:
    """The zones of known forms that the page is; they are covered whatever kinds the policy covers."""
    return [region for form in seen.forms for region in form.regions()]


def cover_page(
    page: PageImage,
    seen: SeenPage,
    plan: PagePlan,
    target: MediaType,
    engines: Engines,
    recipe: Recipe,
    search: ValueSearch,
    watch: Stopwatch,
    *,
    judge: bool = True,
) -> CoveredPage:
    """Cover a page and verify the very bytes that will stand in the file; repairs are bounded by the recipe.

    `judge=False` keeps to the plan that a person made: what could still be found is noted, not covered.
    """
    rereader = Rereader(engines.ocr) if recipe.verifying.reread else None
    if judge:
        first, grid = seen.readings[0], grid_of(page.format, target)
        plan = with_regions(plan, lost_ends(first.text, first.marks, plan, recipe.policy), grid, recipe.policy)
        plan = with_regions(plan, cut_strokes(page.pixels, first.text, plan), grid, recipe.policy)
    repairs, read, fresh = 0, seen.readings[0], frozenset[Value]()
    while True:
        with watch.stage("encode"):
            painted = apply_plan(page.pixels, plan)
            boxes = boxes_of(plan)
            coded = encode_page(painted, page.format, target, keep_outside=(page.pixels, boxes))
        with watch.stage("verify"):
            final = decode_page(coded)
            exact = compare_outside(
                page.pixels,
                final,
                boxes,
                colour=plan.colour,
                lossless=coded.lossless,
                painted=painted,
                drawn=drawn_boxes(plan).drawn,
            ) + shows_nothing(page.pixels, plan, painted)
            text, left = _read_again(page, final, read, plan, engines, recipe, search, rereader)
            left = _with_cut_strokes(left, cut_strokes(page.pixels, read.text, plan))
            if not left.regions or not judge or repairs >= recipe.verifying.repairs:
                # Seen once, after the last repair of what is read: on the very page that would be released.
                again = look_again(page, replace(page, pixels=final), seen, text, plan, engines, recipe)
                left = Residue(
                    checks=(*left.checks, *again.checks),
                    regions=(*left.regions, *again.regions),
                    values=left.values | again.values,
                )
        if not judge:
            noted = tuple(Check(name=c.name, ok=True, detail=f"{LEFT} {c.detail}" if not c.ok else "") for c in left.checks)
            return CoveredPage(
                coded=coded, plan=plan, repairs=0, text=text, verdict=Verdict(page=plan.page, checks=exact + noted)
            )
        verdict = Verdict(page=plan.page, checks=exact + left.checks)
        fresh |= left.values  # also of a page that stays withheld: a slip hides it here, not on other pages
        if not left.regions or repairs >= recipe.verifying.repairs:
            return CoveredPage(coded=coded, plan=plan, verdict=verdict, repairs=repairs, text=text, fresh=fresh)
        plan = with_regions(plan, left.regions, grid_of(page.format, target), recipe.policy)
        repairs += 1


def _read_again(
    source: PageImage,
    final: Pixels,
    read: ReadPage,
    plan: PagePlan,
    engines: Engines,
    recipe: Recipe,
    search: ValueSearch,
    rereader: Rereader | None,
) -> tuple[ReadPage, Residue]:
    covered = CoverMap(plan, source.pixels)
    text = masked(read.text, covered, {}) if rereader is None else rereader.surviving_text(read.text, covered, final)
    page = ReadPage(text=text, layout=analyse(text, final))
    findings = engines.finder.find([page])
    return page, residue(page, findings, covered, search, recipe, read)


def _with_cut_strokes(left: Residue, regions: tuple[Region, ...]) -> Residue:
    """What is left with the strokes of covered characters that covers cut."""
    check = Check(name=CHECK, ok=not regions, detail=f"{len(regions)} areas" if regions else "")
    return replace(left, checks=(*left.checks, check), regions=(*left.regions, *regions))


def placeholder_page(page: PageImage, target: MediaType) -> CodedPage:
    """A white page of the same size that says that the page was withheld."""
    height, width = page.height, page.width
    paper = np.full((height, width), 255, np.uint8)
    size = max(0.3, min(width / 700, height / 300))
    for i, text in enumerate((f"Page {page.ref.index + 1} was withheld.", "It could not be released; see the record.")):
        (w, _), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, size, max(1, round(size * 1.5)))
        fitted = size * min(1.0, 0.9 * width / max(w, 1))
        cv2.putText(
            paper,
            text,
            (round(width * 0.05), round(height * 0.4 + i * 40 * size)),
            cv2.FONT_HERSHEY_SIMPLEX,
            fitted,
            0,
            max(1, round(fitted * 1.5)),
        )
    if page.format.colour == "bilevel":
        paper = np.where(paper < 128, 0, 255).astype(np.uint8)
    pixels: Pixels = np.repeat(paper[:, :, None], 3, axis=2)
    return encode_page(pixels, page.format, target, keep_outside=None)
