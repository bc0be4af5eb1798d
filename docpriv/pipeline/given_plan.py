"""A plan that a person made or changed: whether it is of this document, and the regions that it gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from docpriv.errors import UsageError
from docpriv.model import Kind, Reason, Region
from docpriv.options import Policy, Recipe
from docpriv.pipeline.context import Request, SeenPage
from docpriv.records import BY_PERSON, PlanPage, edited, region_from
from docpriv.redaction.style_choice import unfit

_AGAIN = "Make a new plan with `docpriv scan IN --plan PLAN.json`."


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenPage:
    """One page of a plan: its regions, how many a person took away, and why the recipe withheld it when it was made."""

    regions: tuple[Region, ...]
    removed: int
    withheld_because: tuple[str, ...]


def given_pages(request: Request, seen: Sequence[SeenPage], input_sha256: str) -> dict[int, GivenPage] | None:
    """The pages of the request's plan by index; None where it has none. UsageError where the plan, or an area that was added on
    the command line, does not belong to this document."""
    sizes = {p.index: (p.width, p.height) for p in seen}
    for index, region in request.extra:
        _on_page(index, [region], sizes)
    plan = request.plan
    if plan is None:
        return None
    if plan.input_sha256 != input_sha256:
        raise UsageError("the plan is of another document", remedy=_AGAIN)
    if sorted(p.index for p in plan.pages) != sorted(sizes):
        raise UsageError("the plan must name every page of the document once", remedy=_AGAIN)
    return {page.index: _given(page, sizes, request.recipe.policy) for page in plan.pages}


def without_findings(recipe: Recipe) -> Recipe:
    """The recipe without what it would cover by itself."""
    policy = recipe.policy.model_copy(update={"cover": (), "not_understood": "count", "handwriting": "count"})
    return recipe.model_copy(update={"policy": policy})


def _given(page: PlanPage, sizes: dict[int, tuple[int, int]], policy: Policy) -> GivenPage:
    if sizes[page.index] != (page.width, page.height):
        raise UsageError(f"page {page.index + 1} of the plan is of another size", remedy=_AGAIN)
    regions = [region_from(r) for r in page.regions]
    _on_page(page.index, regions, sizes)
    for problem in filter(None, (unfit(region, policy) for region in regions)):
        raise UsageError(f"page {page.index + 1} of the plan: {problem[0]}", remedy=problem[1])
    by_person, removed = edited(page)
    own = tuple(_by_person(r) if set_ else r for r, set_ in zip(regions, by_person, strict=True))
    return GivenPage(regions=own, removed=removed, withheld_because=page.withheld_because)


def _by_person(region: Region) -> Region:
    """A region that a person added or changed, with that as its first reason."""
    if any(reason.detector == BY_PERSON for reason in region.reasons):
        return region
    kind = region.reasons[0].kind if region.reasons else Kind.MANUAL
    return replace(region, reasons=(Reason(kind=kind, score=1.0, detector=BY_PERSON, reason="set by hand"), *region.reasons))


def _on_page(index: int, regions: Sequence[Region], sizes: dict[int, tuple[int, int]]) -> None:
    """UsageError for an area that would cover nothing: a person who drew it believes that it does."""
    if index not in sizes:
        raise UsageError(
            f"an area is on page {index + 1}, which the document does not have",
            remedy="Pages count from 1 in --region, from 0 in a plan file.",
        )
    for box in (box for region in regions for box in region.boxes):
        if box.clip(*sizes[index]).empty:
            raise UsageError(
                f"an area of page {index + 1} lies beside the page or is empty",
                remedy=f"The page is {sizes[index][0]} x {sizes[index][1]} pixels.",
            )
