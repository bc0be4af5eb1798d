"""Second pass over a document: page after page covered, verified and written; refuses to leave a value that it covered.

What a repair covers on one page may stand on another. Then the pass is made again with what was learnt; a document
that still learns something the last time is withheld.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from docpriv.decide import decide
from docpriv.errors import DocprivError, UsageError, WithheldError
from docpriv.geometry import Quad
from docpriv.intake import OpenDocument
from docpriv.model import Finding, Kind, MediaType, PagePlan, Reason, Region
from docpriv.options import Recipe
from docpriv.output import PageSpec, PlacedWord, Staged, check_container, open_writer
from docpriv.pii.lists import compile_terms
from docpriv.pipeline.covering import LEFT, CoveredPage, cover_page, first_plan, placeholder_page, zone_regions
from docpriv.pipeline.engines import Engines
from docpriv.pipeline.pseudonyms import RegionPseudonyms
from docpriv.pipeline.reading import Found, SeenPage, page_record, with_values
from docpriv.pipeline.stopwatch import Stopwatch
from docpriv.records import (
    BY_PERSON,
    CheckRecord,
    PageRecord,
    PlanFile,
    PlanPage,
    edited,
    plan_page_record,
    region_from,
    region_record,
)
from docpriv.redaction.cover_map import CoverMap
from docpriv.redaction.style_choice import unfit
from docpriv.redaction.survivors import masked, visible
from docpriv.redaction.zones import read_in_zones
from docpriv.tape import MASK
from docpriv.text.fold import packed
from docpriv.text.search import Allowed, ValueSearch
from docpriv.text.values import Value, common_words, values_of

ROUNDS = 3  # passes over a document whose repairs keep finding values that stand elsewhere


@dataclass(slots=True, kw_only=True)
class SecondPass:
    """One document's second pass. `plan` and `extra` are what a person decided, by page index; `pseudonyms` what is written.

    After `run`, `pages` holds the records and `plans` the plans that were drawn, repairs included.
    """

    recipe: Recipe
    engines: Engines
    observer: Callable[[str, int, int], None]
    watch: Stopwatch
    target: MediaType
    plan: PlanFile | None = None
    extra: tuple[tuple[int, Region], ...] = ()
    input_sha256: str = ""
    pseudonyms: RegionPseudonyms | None = None
    pages: list[PageRecord] = field(default_factory=list)
    plans: list[PlanPage] = field(default_factory=list)
    _removed: dict[int, int] = field(default_factory=dict)

    def run(self, source: OpenDocument, seen: list[SeenPage], found: Found, staged: Staged | None) -> DocprivError | None:
        """Cover and verify every page; None where everything was verified and, with `staged`, written and checked."""
        given = self._given(seen)
        values = _values(seen, found, self.recipe) if given is None else set()
        terms = self.recipe.finding.allow
        allowed = Allowed(terms=frozenset(map(packed, terms)), patterns=compile_terms(terms))
        common = common_words(page.readings[0].text for page in seen)
        if given is None:
            found = with_values(seen, found, ValueSearch(values, common, allowed))
        for _ in range(ROUNDS):
            fresh, error, finish = self._once(source, seen, found, staged, ValueSearch(values, common, allowed), given)
            fresh = self._standing(ValueSearch(fresh - values, common, allowed), seen)
            if not fresh:
                return error if error is not None or finish is None else finish()
            values |= fresh
        return WithheldError("values that repairs found keep standing on other pages")

    def _once(
        self,
        source: OpenDocument,
        seen: list[SeenPage],
        found: Found,
        staged: Staged | None,
        search: ValueSearch,
        given: dict[int, list[Region]] | None,
    ) -> tuple[set[Value], DocprivError | None, Callable[[], DocprivError | None] | None]:
        """One pass: values that repairs found, the error, and how to finish the file."""
        self.pages.clear()
        self.plans.clear()
        recipe, count = self.recipe, len(seen)
        if staged is not None:
            staged.file.seek(0)
            staged.file.truncate()
        writer = open_writer(staged.file, self.target, pages=count) if staged is not None else None
        specs: list[PageSpec] = []
        withheld: list[int] = []
        fresh: set[Value] = set()
        for page_seen, findings in zip(seen, found.by_page, strict=True):
            with self.watch.stage("decode"):
                page = source.page(page_seen.index)
            with self.watch.stage("plan"):
                extra = [region for at, region in self.extra if at == page_seen.index]
                extra += zone_regions(page_seen) if given is None else given.get(page_seen.index, [])
                plan = first_plan(
                    page_seen,
                    findings if given is None else [() for _ in findings],
                    self.target,
                    recipe if given is None else _plain(recipe),
                    extra,
                    self.pseudonyms,
                )
            done = cover_page(page, page_seen, plan, self.target, self.engines, recipe, search, self.watch, judge=given is None)
            fresh |= done.fresh
            because = list(page_seen.withheld_because if given is None else ())
            because += [f"check:{c.name}" for c in done.verdict.checks if not c.ok]
            before = () if given is None else self._before(page_seen, done)
            status = "verified" if not because and done.verdict.passed else "withheld"
            coded = done.coded
            if status == "withheld" and recipe.writing.on_withheld == "placeholder":
                coded, status = placeholder_page(page, self.target), "placeholder"
            elif status == "withheld":
                withheld.append(page_seen.index)
            layered = recipe.writing.text_layer and self.target == "application/pdf" and status == "verified"
            words = placed_words(done) if layered else None
            if writer is not None and not withheld:
                with self.watch.stage("write"):
                    writer.add(coded, words)
                    specs.append(PageSpec.of(coded, len(words) if words else 0))
                self.observer("written", page_seen.index, count)
            record = _record(page_seen, findings, done, recipe, status, because)
            self.pages.append(
                record.model_copy(update={"withheld_before": before, "areas_removed": self._removed.get(page_seen.index, 0)})
            )
            self.plans.append(plan_page_record(done.plan))
            self.observer("verified", page_seen.index, count)
        if withheld:
            return fresh, self._withheld(withheld), None
        if writer is None or staged is None:
            return fresh, None, None
        return fresh, None, lambda: self._finish(writer.finish, staged, specs)

    def _withheld(self, withheld: list[int]) -> WithheldError:
        codes = sorted({b for p in self.pages if p.status == "withheld" for b in p.withheld_because})
        shown = ", ".join(str(i + 1) for i in withheld[:5]) + (" ..." if len(withheld) > 5 else "")
        return WithheldError(f"{len(withheld)} of {len(self.pages)} page(s) withheld (page {shown}): {', '.join(codes)}")

    def _finish(self, close: Callable[[], None], staged: Staged, specs: list[PageSpec]) -> DocprivError | None:
        """Close the file and check the container as it stands."""
        with self.watch.stage("write"):
            close()
            staged.file.flush()
        with self.watch.stage("verify"):
            staged.file.seek(0)
            checks = check_container(staged.file, self.target, specs)
        record = tuple(CheckRecord(name=c.name, ok=c.ok, detail=c.detail) for c in checks)
        self.pages[:] = [p.model_copy(update={"checks": p.checks + record}) for p in self.pages]
        failed = [c.name for c in checks if not c.ok]
        self.observer("checked", len(specs) - 1, len(specs))
        if failed or not checks:
            return WithheldError(f"the written file did not pass: {', '.join(failed) or 'no check ran'}")
        return None

    def _standing(self, search: ValueSearch, seen: list[SeenPage]) -> set[Value]:
        """The values that can be read anywhere beside the areas of this pass."""
        values: set[Value] = set()
        for page, drawn in zip(seen, self.plans, strict=True) if search else ():
            covered, reading = CoverMap(drawn_plan(drawn)), page.readings[0]
            text = masked(reading.text, covered, {})
            values |= {p.value for p in search.standing(text, reading.layout) if visible(text, p.chars, covered)}
        return values

    def _given(self, seen: list[SeenPage]) -> dict[int, list[Region]] | None:
        """The regions of the plan by page, after checking that plan and extra areas belong to this document."""
        sizes = {p.index: (p.width, p.height) for p in seen}
        again = "Make a new plan with `docpriv scan IN --plan PLAN.json`."
        for index, region in self.extra:
            _on_page(index, [region], sizes)
        if self.plan is None:
            return None
        if self.plan.input_sha256 != self.input_sha256:
            raise UsageError("the plan is of another document", remedy=again)
        if sorted(p.index for p in self.plan.pages) != sorted(sizes):
            raise UsageError("the plan must name every page of the document once", remedy=again)
        for page in self.plan.pages:
            if sizes[page.index] != (page.width, page.height):
                raise UsageError(f"page {page.index + 1} of the plan is of another size", remedy=again)
            regions = [region_from(r) for r in page.regions]
            _on_page(page.index, regions, sizes)
            for problem in filter(None, (unfit(region, self.recipe.policy) for region in regions)):
                raise UsageError(f"page {page.index + 1} of the plan: {problem[0]}", remedy=problem[1])
        given: dict[int, list[Region]] = {}
        for page in self.plan.pages:
            by_person, self._removed[page.index] = edited(page)
            regions = [region_from(r) for r in page.regions]
            given[page.index] = [_by_person(r) if set_ else r for r, set_ in zip(regions, by_person, strict=True)]
        return given

    def _before(self, seen: SeenPage, done: CoveredPage) -> tuple[str, ...]:
        """Why the recipe alone withholds a page, by what was read now and by what the plan says of when it was made."""
        made = () if self.plan is None else next(p.withheld_because for p in self.plan.pages if p.index == seen.index)
        left = (f"check:{c.name}" for c in done.verdict.checks if c.detail.startswith(LEFT))
        return tuple(dict.fromkeys((*made, *seen.withheld_because, *left)))


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
    for region in regions:
        for box in region.boxes:
            if box.clip(*sizes[index]).empty:
                raise UsageError(
                    f"an area of page {index + 1} lies beside the page or is empty",
                    remedy=f"The page is {sizes[index][0]} x {sizes[index][1]} pixels.",
                )


def drawn_plan(page: PlanPage) -> PagePlan:
    """The plan that a record of it describes."""
    return PagePlan(page=page.index, width=page.width, height=page.height, regions=tuple(region_from(r) for r in page.regions))


def _values(seen: list[SeenPage], found: Found, recipe: Recipe) -> set[Value]:
    policy, least = recipe.policy, recipe.finding.min_score
    values: set[Value] = set()
    for page, findings in zip(seen, found.by_page, strict=True):
        for reading, items in zip(page.readings, findings, strict=True):
            values |= values_of(reading.text, (f for f in items if decide(f, policy, least).covered))
        values |= page.values
        if page.forms:
            values |= _values_in_zones(page)
    return values


def _values_in_zones(page: SeenPage) -> set[Value]:
    """What stands in zones, without the form's own words: its anchors, and lone words, which may be printed there too."""
    text = page.readings[0].text
    printed = {packed(anchor.text) for form in page.forms for anchor in form.template.anchors}
    return {
        value
        for value in values_of(text, read_in_zones(text, page.forms))
        if packed(" ".join(value.words)) not in printed and (len(value.words) > 1 or value.digits)
    }


def _plain(recipe: Recipe) -> Recipe:
    """The recipe without what it would cover by itself, for a plan that a person made."""
    policy = recipe.policy.model_copy(update={"cover": (), "not_understood": "count", "handwriting": "count"})
    return recipe.model_copy(update={"policy": policy})


def _record(
    seen: SeenPage, findings: tuple[tuple[Finding, ...], ...], done: CoveredPage, recipe: Recipe, status: str, because: list[str]
) -> PageRecord:
    return page_record(seen, findings, recipe).model_copy(
        update={
            "status": status,
            "regions": tuple(region_record(r) for r in done.plan.regions),
            "repairs": done.repairs,
            "colour_filled": done.plan.colour,
            "withheld_because": tuple(because),
            "checks": tuple(CheckRecord(name=c.name, ok=c.ok, detail=c.detail) for c in done.verdict.checks),
            "seconds": {k: round(v, 3) for k, v in sorted(seen.seconds.items())},
        }
    )


def placed_words(done: CoveredPage) -> list[PlacedWord]:
    """Surviving words with their places: what stands between blanks and masks."""
    words = []
    for line in done.text.text.lines:
        start: int | None = None
        chars = [*line.chars]
        for i in range(len(chars) + 1):
            gone = i == len(chars) or not chars[i].text.strip() or chars[i].text == MASK
            if gone and start is not None:
                first, last = chars[start].quad, chars[i - 1].quad
                words.append(
                    PlacedWord(text="".join(c.text for c in chars[start:i]), quad=Quad(first.a, last.b, last.c, first.d))
                )
                start = None
            elif not gone and start is None:
                start = i
    return words
