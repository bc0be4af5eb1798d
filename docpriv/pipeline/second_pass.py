"""Second pass over a document: page after page covered, checked and written; no value that it covered is left anywhere.

What a repair covers on one page may stand on another. Then the pass is made again with what was learnt; a document
that still learns something the last time is withheld.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from docpriv.errors import DocprivError, WithheldError
from docpriv.formats.document import OpenDocument
from docpriv.formats.form import PageSpec, PlacedWord
from docpriv.formats.writing import check_container, open_writer
from docpriv.locales import speaking
from docpriv.model import Check, PagePlan
from docpriv.model_card import known_languages
from docpriv.options import Recipe
from docpriv.pii.lists import compile_terms
from docpriv.pipeline.context import DocumentRun, Found, PageContext, SeenPage
from docpriv.pipeline.covering import LEFT, CoveredPage, cover_page, first_plan, placeholder_page, zone_regions
from docpriv.pipeline.given_plan import GivenPage, given_pages, without_findings
from docpriv.pipeline.reading import page_record, with_values
from docpriv.pipeline.typed_text import covered_values
from docpriv.records import NO_DETECTOR, CheckRecord, PlanPage, plan_page_record, region_from, region_record
from docpriv.redaction.cover_map import CoverMap, runs
from docpriv.redaction.verify import masked, visible
from docpriv.redaction.zones import read_in_zones
from docpriv.staging import Staged
from docpriv.tape import MASK
from docpriv.text.fold import packed
from docpriv.text.search import Allowed, ValueSearch
from docpriv.text.values import Value, common_words, values_of

ROUNDS = 3  # passes over a document whose repairs keep finding values that stand elsewhere

Finish = Callable[[], DocprivError | None]


def second_pass(
    run: DocumentRun, source: OpenDocument, seen: list[SeenPage], found: Found, staged: Staged | None
) -> DocprivError | None:
    """Cover and check every page; None where everything held and, with `staged`, was written and checked.

    Afterwards the run has the records of the pages, and the plans that were drawn, repairs included.
    """
    given = given_pages(run.request, seen, source.info.sha256)
    values = _values(seen, found, run.recipe) if given is None else set()
    terms = run.recipe.finding.allow
    allowed = Allowed(terms=frozenset(map(packed, terms)), patterns=compile_terms(terms))
    common = common_words(page.readings[0].text for page in seen)
    if given is None:
        found = with_values(seen, found, ValueSearch(values, common, allowed))
    for _ in range(ROUNDS):
        fresh, finish = _once(run, source, seen, found, staged, ValueSearch(values, common, allowed), given)
        fresh = _standing(run, ValueSearch(fresh - values, common, allowed), seen)
        if not fresh:
            return finish()
        values |= fresh
    return WithheldError("values that repairs found keep standing on other pages")


def _once(
    run: DocumentRun,
    source: OpenDocument,
    seen: list[SeenPage],
    found: Found,
    staged: Staged | None,
    search: ValueSearch,
    given: dict[int, GivenPage] | None,
) -> tuple[set[Value], Finish]:
    """One pass: values that repairs found, and what ends the document, if nothing was learnt: finished, or the error."""
    run.pages.clear()
    run.plans.clear()
    count = len(seen)
    if staged is not None:
        staged.file.seek(0)
        staged.file.truncate()
    writer = open_writer(staged.file, run.target, pages=count) if staged is not None else None
    specs: list[PageSpec] = []
    withheld: list[int] = []
    fresh: set[Value] = set()
    for page_seen, findings in zip(seen, found, strict=True):
        index, own = page_seen.index, given[page_seen.index] if given is not None else None
        with run.watch.stage("decode"):
            image = source.page(index)
        with run.watch.stage("plan"):
            recipe, planned = run.recipe, findings
            regions = [region for at, region in run.request.extra if at == index]
            if own is None:
                regions += zone_regions(page_seen)
            else:
                recipe, planned = without_findings(recipe), tuple(() for _ in findings)
                regions += own.regions
            plan = first_plan(run, page_seen, planned, recipe, regions)
        page = PageContext(run=run, image=image, seen=page_seen, search=search, recipe=run.recipe, by_person=own is not None)
        with speaking(page_seen.record.languages):
            done = cover_page(page, plan)
        fresh |= done.values
        because = [] if own is not None else list(page_seen.withheld_because)
        because += [f"check:{c.name}" for c in done.verdict.checks if not c.ok]
        status = "withheld" if because or not done.verdict.passed else "verified"
        coded = done.coded
        if status == "withheld" and run.recipe.writing.on_withheld == "placeholder":
            coded, status = placeholder_page(image, run.target), "placeholder"
        elif status == "withheld":
            withheld.append(index)
        layered = run.recipe.writing.text_layer and run.target == "application/pdf" and status == "verified"
        words = placed_words(done) if layered else None
        if writer is not None and not withheld:
            with run.watch.stage("write"):
                writer.add(coded, words)
                specs.append(PageSpec.of(coded, len(words) if words else 0))
            run.observer("written", index, count)
        record = page_record(page_seen, findings, run.recipe).model_copy(
            update={
                "status": status,
                "regions": tuple(region_record(r) for r in done.plan.regions),
                "repairs": done.repairs,
                "colour_filled": done.plan.colour,
                "withheld_because": tuple(because),
                "checks": _records(done.verdict.checks),
                "seconds": page_seen.seconds,
                "withheld_before": () if own is None else _before(page_seen, own, done),
                "areas_removed": 0 if own is None else own.removed,
            }
        )
        run.pages.append(record)
        run.plans.append(plan_page_record(done.plan))
        run.observer("verified", index, count)
    if withheld:
        return fresh, partial(_withheld, run, withheld)
    if writer is None or staged is None:
        return fresh, lambda: None
    return fresh, partial(_finish, run, writer.finish, staged, specs)


def _before(seen: SeenPage, given: GivenPage, done: CoveredPage) -> tuple[str, ...]:
    """Why the recipe alone withholds a page, by what was read now and by what the plan says of when it was made."""
    left = (f"check:{c.name}" for c in done.verdict.checks if c.detail.startswith(LEFT))
    return tuple(dict.fromkeys((*given.withheld_because, *seen.withheld_because, *left)))


def _withheld(run: DocumentRun, withheld: list[int]) -> WithheldError:
    pages = [page for page in run.pages if page.status == "withheld"]
    codes = sorted({why for page in pages for why in page.reasons})
    shown = ", ".join(str(i + 1) for i in withheld[:5]) + (" ..." if len(withheld) > 5 else "")
    known = sorted(
        {page.language for page in pages if NO_DETECTOR in page.withheld_because and page.language in known_languages()}
    )
    advice = (
        f"`--languages {','.join((*run.recipe.finding.covered, *known))}` looks for {', '.join(known)} too. " if known else ""
    )
    return WithheldError(
        f"{len(withheld)} of {len(run.pages)} page(s) withheld (page {shown}): {', '.join(codes)}",
        remedy=advice + WithheldError.remedy,
    )


def _finish(run: DocumentRun, close: Callable[[], None], staged: Staged, specs: list[PageSpec]) -> DocprivError | None:
    """Close the file and check the container as it stands."""
    with run.watch.stage("write"):
        close()
        staged.file.flush()
    with run.watch.stage("verify"):
        staged.file.seek(0)
        checks = check_container(staged.file, run.target, specs)
    run.pages[:] = [p.model_copy(update={"checks": p.checks + _records(checks)}) for p in run.pages]
    failed = [c.name for c in checks if not c.ok]
    run.observer("checked", len(specs) - 1, len(specs))
    if failed or not checks:
        return WithheldError(f"the written file did not pass: {', '.join(failed) or 'no check ran'}")
    return None


def _records(checks: Iterable[Check]) -> tuple[CheckRecord, ...]:
    return tuple(CheckRecord(name=c.name, ok=c.ok, detail=c.detail) for c in checks)


def _standing(run: DocumentRun, search: ValueSearch, seen: list[SeenPage]) -> set[Value]:
    """The values that can be read anywhere beside the areas of this pass."""
    values: set[Value] = set()
    for page, drawn in zip(seen, run.plans, strict=True) if search else ():
        covered, reading = CoverMap(drawn_plan(drawn)), page.readings[0]
        text = masked(reading.text, covered, {})
        values |= {p.value for p in search.standing(text, reading.layout) if visible(text, p.chars, covered)}
    return values


def drawn_plan(page: PlanPage) -> PagePlan:
    """The plan that a record of it describes."""
    return PagePlan(page=page.index, width=page.width, height=page.height, regions=tuple(region_from(r) for r in page.regions))


def _values(seen: list[SeenPage], found: Found, recipe: Recipe) -> set[Value]:
    values: set[Value] = set()
    for page, findings in zip(seen, found, strict=True):
        for reading, items in zip(page.readings, findings, strict=True):
            values |= covered_values(reading.text, items, recipe)
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


def placed_words(done: CoveredPage) -> list[PlacedWord]:
    """Surviving words with their places: what stands between blanks and masks."""
    return [
        PlacedWord(text="".join(c.text for c in line.chars[start:end]), quad=line.chars[start].quad.to(line.chars[end - 1].quad))
        for line in done.text.text.lines
        for start, end in runs(c.text.strip() != "" and c.text != MASK for c in line.chars)
    ]
