"""The story of one document: opened, read page by page, searched as a whole, then covered, checked, written and released.

1. `reading.see_page`: a page becomes text, layout and marks, and its pixels are let go.
2. `reading.find_all`: findings across all pages.
3. `second_pass`: each page decoded again, covered (`covering`), encoded, checked as encoded (`checks`), covered further where
   something is left, and written; then the container as a whole.
4. `release`: the output gets its name. Nothing that is not verified ever does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from docpriv.errors import DocprivError, OutputExists, RecipeError
from docpriv.formats.document import OpenDocument, open_document
from docpriv.formats.extra import EXTRA_NOTES
from docpriv.formats.form import written_as
from docpriv.locales import speaking
from docpriv.model import Finding, PagePlan
from docpriv.options import Recipe
from docpriv.pipeline.context import DocumentRun, Found, Observer, Request, SeenPage, Stopwatch
from docpriv.pipeline.covering import first_plan, zone_regions
from docpriv.pipeline.engines import Engines
from docpriv.pipeline.packing import KEEP_OPEN
from docpriv.pipeline.pseudonyms import opened
from docpriv.pipeline.reading import find_all, page_record, see_page
from docpriv.pipeline.redacted import without_covers
from docpriv.pipeline.release import keep_attempt, release
from docpriv.pipeline.second_pass import drawn_plan, second_pass
from docpriv.recipes import recipe_sha256
from docpriv.records import CheckRecord, DocumentRecord, FileRecord, PlanFile, as_made, plan_page_record, shortfall
from docpriv.redaction.captions import without_captions
from docpriv.redaction.zones import NO_TEMPLATE, still_showing
from docpriv.staging import Staged, stage


def redact_document(request: Request, engines: Engines, observer: Observer) -> tuple[DocumentRecord, DocprivError | None]:
    """Redact, verify and release one document, or withhold it; the record tells either way.

    Raises DocprivError only where the input, an engine or the output failed before there was anything to withhold.
    """
    run = DocumentRun(request=request, engines=engines, observer=observer)
    if request.plan is None and request.options.pseudonym_secret is None and request.recipe.policy.writes_pseudonyms:
        raise RecipeError(
            "the recipe writes pseudonyms, and this command gave no key for them",
            remedy="Redact with `docpriv redact`, or choose a recipe without the style pseudonym.",
        )
    with _opened(run) as source:
        if request.target is not None and request.target.exists() and not request.options.force:
            raise OutputExists("the output exists already")
        seen, found = _first_pass(run, source)
        with _staged(request) as staged:
            with speaking(_languages(seen)):
                error = second_pass(run, source, seen, found, staged)
            if error is None and staged is not None:
                record = release(run, staged)
                return record, shortfall(record)
    if error is None:
        record = run.record("dry-run")
        error = shortfall(record)
    else:
        record = run.record("withheld", error)
    keep_attempt(request, record)
    return record, error


def scan_document(
    request: Request,
    engines: Engines,
    observer: Observer,
    on_page: Callable[[int, Any, PagePlan], None] | None = None,
    *,
    on_found: Callable[[SeenPage, tuple[tuple[Finding, ...], ...], PagePlan], None] | None = None,
    complete: bool = False,
    redacted: bool = False,
) -> tuple[DocumentRecord, PlanFile]:
    """Read and find; write nothing. `on_page` gets each page's index, its pixels and its plan.

    `on_found` gets each page as it was read, the findings of each reading of it, and its plan.
    `complete` makes the plans those that redacting would end with: verified in memory, repairs included.
    `redacted`: of the zones of known forms those alone count that still show something, and no page has to be one.
    """
    run = DocumentRun(request=request, engines=engines, observer=observer)
    with _opened(run) as source:
        seen, found = _first_pass(run, source, once=redacted)
        if redacted:
            seen = [_as_redacted(page, source) for page in seen]
        if complete:
            with speaking(_languages(seen)):
                second_pass(run, source, seen, found, None)
        else:
            for page, findings in zip(seen, found, strict=True):
                drawn = plan_page_record(first_plan(run, page, findings, run.recipe, zone_regions(page)))
                run.plans.append(drawn)
                run.pages.append(page_record(page, findings, run.recipe).model_copy(update={"regions": drawn.regions}))
        if on_page is not None:
            for drawn in run.plans:
                on_page(drawn.index, source.page(drawn.index).pixels, drawn_plan(drawn))
        if on_found is not None:
            for page, findings, drawn in zip(seen, found, run.plans, strict=True):
                on_found(page, findings, drawn_plan(drawn))
        sha256 = source.info.sha256
    plan_file = PlanFile(
        input_sha256=sha256,
        recipe_sha256=recipe_sha256(run.recipe),
        colour=run.recipe.policy.colour,
        pages=tuple(as_made(drawn, page.withheld_because) for drawn, page in zip(run.plans, run.pages, strict=True)),
    )
    return run.record("scanned"), plan_file


def inspect_document(request: Request, engines: Engines, observer: Observer) -> DocumentRecord:
    """Look at a redacted file of any tool's: what of the covered kinds can still be found, and what else it holds."""
    record, _ = scan_document(request, engines, observer, redacted=True)
    notes = record.input.notes if record.input else ()
    foreign = tuple(CheckRecord(name=f"container:{note}", ok=False) for note in notes if note in EXTRA_NOTES)
    dirty = bool(foreign) or any(p.regions or p.withheld_because for p in record.pages)
    pages = list(record.pages)
    if pages and foreign:
        pages[0] = pages[0].model_copy(update={"checks": foreign})
    return record.model_copy(update={"status": "found" if dirty else "clean", "pages": tuple(pages)})


def _languages(seen: Sequence[SeenPage]) -> tuple[str, ...]:
    """Those of the pages, in which the values of the document are sought; none where one of them shows none."""
    found = [page.record.languages for page in seen]
    return tuple(sorted({code for own in found for code in own})) if all(found) else ()


def _opened(run: DocumentRun) -> OpenDocument:
    r = run.request
    with run.watch.stage("decode"):
        source = open_document(
            r.source,
            document=r.document,
            limits=r.recipe.limits,
            render_dpi=r.recipe.reading.render_dpi,
            password=r.options.password,
        )
    run.input = _input(source)
    run.target = written_as(source.info.media_type, run.recipe.writing.format)
    return source


def _input(source: OpenDocument) -> FileRecord:
    info = source.info
    return FileRecord(sha256=info.sha256, bytes=info.size_bytes, media_type=info.media_type, pages=info.pages, notes=info.notes)


@contextmanager
def _staged(request: Request) -> Iterator[Staged | None]:
    """An unnamed file in the folder of the output, or none for a dry run; gone on leaving unless released."""
    if request.target is None:
        yield None
        return
    request.target.parent.mkdir(parents=True, exist_ok=True)
    staged = stage(request.target.parent)
    try:
        yield staged
    finally:
        staged.discard()


def _first_pass(run: DocumentRun, source: OpenDocument, *, once: bool = False) -> tuple[list[SeenPage], Found]:
    """Read and find. `once`: of a redacted file, where covers and their captions do not count and lines that read badly are
    not read again, as in the check before a release.
    """
    recipe = run.recipe
    if once:
        recipe = recipe.model_copy(update={"reading": recipe.reading.model_copy(update={"reread_below": 0.0})})
    seen: list[SeenPage] = []
    pages = source.info.pages
    for index in range(pages):
        with run.watch.stage("decode"):
            page = source.page(index, layer=recipe.reading.text_layer == "use")
        run.observer("decoded", index, pages)
        own, engines = Stopwatch(), run.engines
        if once:
            with own.stage("read"):
                page, engines = without_covers(page, engines)
        seen.append(see_page(page, engines, recipe, own, packed=pages > KEEP_OPEN))
        run.watch.add(own.seconds)
        run.observer("read", index, pages)
    run.input = _input(source)  # notes of pages are known only now
    with run.watch.stage("find"):
        found = find_all(seen, run.engines)
        if once:
            found = _without_captions(seen, found, recipe)
        options = run.request.options
        run.pseudonyms = opened(options.pseudonym_secret, recipe, seen, found, remember=bool(options.mapping_for))
    run.observer("found", pages - 1, pages)
    return seen, found


def _without_captions(seen: Sequence[SeenPage], found: Found, recipe: Recipe) -> Found:
    """Of a redacted file: what was found, but for what the style `label` wrote on it."""
    return tuple(
        tuple(without_captions(items, one.text, recipe.policy) for one, items in zip(page.readings, of_page, strict=True))
        for page, of_page in zip(seen, found, strict=True)
    )


def _as_redacted(page: SeenPage, source: OpenDocument) -> SeenPage:
    because = tuple(b for b in page.withheld_because if b != NO_TEMPLATE)
    pixels = source.page(page.index).pixels if page.forms else None
    forms = () if pixels is None else tuple(still_showing(form, pixels) for form in page.forms)
    return replace(page, record=page.record.model_copy(update={"withheld_because": because}), forms=forms)
