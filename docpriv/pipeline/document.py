"""One document from bytes to a verified, released file with its record; refuses to name an output that is not verified."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from docpriv.errors import DocprivError, OutputExists, UsageError, WithheldError
from docpriv.geometry import Quad
from docpriv.intake import OpenDocument, open_document
from docpriv.model import Check, Finding, MediaType, PagePlan, Region
from docpriv.options import Recipe
from docpriv.output import PageSpec, PlacedWord, Staged, check_container, open_writer, stage
from docpriv.pipeline.covering import CoveredPage, cover_page, first_plan, slip_page
from docpriv.pipeline.engines import Engines, engine_records
from docpriv.pipeline.reading import Found, SeenPage, find_all, page_record, see_page
from docpriv.pipeline.shelf import KEEP_OPEN
from docpriv.pipeline.stopwatch import Stopwatch
from docpriv.provenance import now, versions
from docpriv.recipes import recipe_sha256
from docpriv.records import (
    CheckRecord,
    DocumentRecord,
    ErrorRecord,
    FileRecord,
    PageRecord,
    PlanFile,
    PlanPage,
    PrivateRecord,
    RecipeRecord,
    plan_page_record,
    region_from,
    region_record,
    shortfall,
    write_json,
)
from docpriv.redaction.survivors import MASK, Value, ValueSearch, normalise, values_of

# Called with a stage, a page's index and the number of pages. Stages in order: decoded, read (each page), found; then for each
# page verified and written; then checked, noted, linked, recorded.
Observer = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One document to handle. `target` is None for a dry run; `records` is None to keep no record."""

    document: str
    source: Path = field(repr=False)
    recipe: Recipe
    target: Path | None = field(default=None, repr=False)
    records: Path | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    force: bool = False
    plan: PlanFile | None = None
    extra: tuple[tuple[int, Region], ...] = ()
    started: str = ""


@dataclass(slots=True)
class _Run:
    """What builds up while a document is handled."""

    request: Request
    engines: Engines
    observer: Observer
    watch: Stopwatch = field(default_factory=Stopwatch)
    pages: list[PageRecord] = field(default_factory=list)
    plans: list[PlanPage] = field(default_factory=list)
    input: FileRecord | None = None
    output: FileRecord | None = None

    def record(self, status: str, error: ErrorRecord | None = None) -> DocumentRecord:
        recipe = self.request.recipe
        return DocumentRecord.model_validate({
            "document": self.request.document, "status": status, "input": self.input, "output": self.output,
            "recipe": RecipeRecord(name=recipe.name, version=recipe.version, sha256=recipe_sha256(recipe)),
            "versions": versions(), "engines": engine_records(self.engines), "pages": tuple(self.pages), "error": error,
            "reviewed": self.request.plan is not None, "started": self.request.started, "finished": now(),
            "seconds": self.watch.rounded()})


def redact_document(request: Request, engines: Engines,
                    observer: Observer) -> tuple[DocumentRecord, DocprivError | None]:
    """Redact, verify and release one document, or withhold it; the record tells either way.

    Raises DocprivError only where the input, an engine or the output failed before there was anything to withhold.
    """
    run = _Run(request=request, engines=engines, observer=observer)
    with _opened(run) as source:
        target_type = _target_type(source.info.media_type, request)
        if request.target is not None and request.target.exists() and not request.force:
            raise OutputExists("the output exists already")
        seen, found = _first_pass(run, source)
        folder = request.target.parent if request.target is not None else None
        with _staged(folder, run) as staged:
            error = _second_pass(run, source, seen, found, target_type, staged)
            if error is None and staged is not None:
                record = _released(run, staged, target_type)
                return record, shortfall(record)
    if error is None:
        record = run.record("dry-run")
    else:
        record = run.record("withheld", ErrorRecord(code=error.code, exit_code=int(error.exit_code),
                                                    message=error.message))
    _keep(run, record)
    return record, error


def scan_document(request: Request, engines: Engines, observer: Observer,
                  on_page: Callable[[int, object, PagePlan], None] | None = None) -> tuple[DocumentRecord, PlanFile]:
    """Read and find; write nothing. `on_page` gets each page's index, its pixels and its plan."""
    run = _Run(request=request, engines=engines, observer=observer)
    with _opened(run) as source:
        target_type = _target_type(source.info.media_type, request)
        seen, found = _first_pass(run, source)
        for page, findings in zip(seen, found.by_page, strict=True):
            plan = first_plan(page, findings, target_type, request.recipe)
            run.plans.append(plan_page_record(plan))
            base = page_record(page, findings, request.recipe)
            run.pages.append(base.model_copy(update={"regions": tuple(region_record(r) for r in plan.regions)}))
            if on_page is not None:
                on_page(page.index, source.page(page.index).pixels, plan)
    assert run.input is not None
    plan_file = PlanFile(input_sha256=run.input.sha256, recipe_sha256=recipe_sha256(request.recipe),
                         colour=request.recipe.policy.colour, pages=tuple(run.plans))
    return run.record("scanned"), plan_file


def inspect_document(request: Request, engines: Engines, observer: Observer) -> DocumentRecord:
    """Look at a redacted file of any tool's: what of the covered kinds can still be found, and what else it holds."""
    record, _ = scan_document(request, engines, observer)
    checks = _foreign(record.input.notes if record.input else ())
    dirty = any(p.regions or p.withheld_because for p in record.pages) or any(not c.ok for c in checks)
    pages = list(record.pages)
    if pages and checks:
        pages[0] = pages[0].model_copy(update={"checks": tuple(CheckRecord(name=c.name, ok=c.ok) for c in checks)})
    return record.model_copy(update={"status": "found" if dirty else "clean", "pages": tuple(pages)})


# Notes of intake that say a file holds more than its pages.
_SUSPECT = ("had-javascript", "had-attachments", "had-hidden-text", "had-metadata", "had-annotations", "had-forms",
            "trailing-bytes", "had-outline")


def _foreign(notes: Sequence[str]) -> tuple[Check, ...]:
    return tuple(Check(name=f"container:{note}", ok=False) for note in notes if note in _SUSPECT)


def _opened(run: _Run) -> OpenDocument:
    r = run.request
    with run.watch.stage("decode"):
        source = open_document(r.source, document=r.document, limits=r.recipe.limits,
                               render_dpi=r.recipe.reading.render_dpi, password=r.password)
    info = source.info
    run.input = FileRecord(sha256=info.sha256, bytes=info.size_bytes, media_type=info.media_type, pages=info.pages,
                           notes=info.notes)
    return source


def _target_type(media_type: MediaType, request: Request) -> MediaType:
    return "application/pdf" if request.recipe.writing.format == "pdf" else media_type


def _first_pass(run: _Run, source: OpenDocument) -> tuple[list[SeenPage], Found]:
    seen: list[SeenPage] = []
    pages = source.info.pages
    for index in range(pages):
        with run.watch.stage("decode"):
            page = source.page(index)
        run.observer("decoded", index, pages)
        own = Stopwatch()
        seen.append(see_page(page, run.engines, run.request.recipe, own, packed=pages > KEEP_OPEN))
        for name, value in own.seconds.items():
            run.watch.seconds[name] = run.watch.seconds.get(name, 0.0) + value
        run.observer("read", index, pages)
    with run.watch.stage("find"):
        found = find_all(seen, run.engines)
    run.observer("found", pages - 1, pages)
    return seen, found


def _second_pass(run: _Run, source: OpenDocument, seen: list[SeenPage], found: Found, target_type: MediaType,
                 staged: Staged | None) -> DocprivError | None:
    """Cover and verify page after page, streaming what passes; None where everything was verified."""
    request, recipe = run.request, run.request.recipe
    pages = len(seen)
    writer = open_writer(staged.file, target_type, pages=pages) if staged is not None else None
    search = ValueSearch(_values(seen, found, recipe)) if request.plan is None else ValueSearch(())
    allowed = frozenset("".join(normalise(w) for w in term.split()) for term in recipe.finding.allow)
    given = _given_plans(request, seen)
    specs: list[PageSpec] = []
    withheld: list[int] = []
    for page_seen, findings in zip(seen, found.by_page, strict=True):
        with run.watch.stage("decode"):
            page = source.page(page_seen.index)
        with run.watch.stage("plan"):
            extra = [region for at, region in request.extra if at == page_seen.index]
            if given is not None:
                extra += given.get(page_seen.index, [])
            plan = first_plan(page_seen, findings if given is None else [() for _ in findings], target_type,
                              recipe if given is None else _plain(recipe), extra)
        done = cover_page(page, page_seen, plan, target_type, run.engines, recipe, search, allowed, run.watch,
                          judge=given is None)
        because = list(page_seen.withheld_because if given is None else ())
        because += [f"check:{c.name}" for c in done.verdict.checks if not c.ok]
        status = "verified" if not because and done.verdict.passed else "withheld"
        coded = done.coded
        if status == "withheld" and recipe.writing.on_withheld == "placeholder":
            coded, status = slip_page(page, target_type), "placeholder"
        elif status == "withheld":
            withheld.append(page_seen.index)
        layered = recipe.writing.text_layer and target_type == "application/pdf" and status == "verified"
        words = _words(done) if layered else None
        if writer is not None and not withheld:
            with run.watch.stage("write"):
                writer.add(coded, words)
                specs.append(PageSpec.of(coded, len(words) if words else 0))
            run.observer("written", page_seen.index, pages)
        run.pages.append(_covered_record(page_seen, findings, done, recipe, status, because))
        run.observer("verified", page_seen.index, pages)
    if withheld:
        codes = sorted({b for p in run.pages if p.status == "withheld" for b in p.withheld_because})
        shown = ", ".join(str(i + 1) for i in withheld[:5]) + (" ..." if len(withheld) > 5 else "")
        return WithheldError(f"{len(withheld)} of {pages} page(s) withheld (page {shown}): {', '.join(codes)}")
    if writer is not None and staged is not None:
        return _finish(run, writer_finish=writer.finish, staged=staged, target_type=target_type, specs=specs)
    return None


def _finish(run: _Run, *, writer_finish: Callable[[], None], staged: Staged, target_type: MediaType,
            specs: list[PageSpec]) -> DocprivError | None:
    """Close the file and check the container as it stands."""
    with run.watch.stage("write"):
        writer_finish()
        staged.file.flush()
    with run.watch.stage("verify"):
        staged.file.seek(0)
        checks = check_container(staged.file, target_type, specs)
    record = tuple(CheckRecord(name=c.name, ok=c.ok, detail=c.detail) for c in checks)
    run.pages[:] = [p.model_copy(update={"checks": p.checks + record}) for p in run.pages]
    failed = [c.name for c in checks if not c.ok]
    run.observer("checked", len(specs) - 1, len(specs))
    if failed or not checks:
        return WithheldError(f"the written file did not pass: {', '.join(failed) or 'no check ran'}")
    return None


def _values(seen: list[SeenPage], found: Found, recipe: Recipe) -> set[Value]:
    covered = frozenset(recipe.policy.cover)
    values: set[Value] = set()
    for page, findings in zip(seen, found.by_page, strict=True):
        for reading, items in zip(page.readings, findings, strict=True):
            values |= values_of(reading.text, (f for f in items
                                               if f.kind in covered and f.score >= recipe.finding.min_score))
    return values


def _plain(recipe: Recipe) -> Recipe:
    """The recipe without what it would cover by itself, for a plan that a person made."""
    return recipe.model_copy(update={"policy": recipe.policy.model_copy(update={"cover_unread": False})})


def _given_plans(request: Request, seen: list[SeenPage]) -> dict[int, list[Region]] | None:
    if request.plan is None:
        return None
    sizes = {p.index: (p.width, p.height) for p in seen}
    for page in request.plan.pages:
        if sizes.get(page.index) != (page.width, page.height):
            raise UsageError(f"page {page.index + 1} of the plan is not of this document's size",
                             remedy="Make a new plan with `docpriv scan IN --plan PLAN.json`.")
    return {p.index: [region_from(r) for r in p.regions] for p in request.plan.pages}


def _covered_record(seen: SeenPage, findings: tuple[tuple[Finding, ...], ...], done: CoveredPage, recipe: Recipe,
                    status: str, because: list[str]) -> PageRecord:
    base = page_record(seen, findings, recipe)
    return base.model_copy(update={
        "status": status, "regions": tuple(region_record(r) for r in done.plan.regions), "repairs": done.repairs,
        "colour_filled": done.plan.colour, "withheld_because": tuple(because),
        "checks": tuple(CheckRecord(name=c.name, ok=c.ok, detail=c.detail) for c in done.verdict.checks),
        "seconds": {k: round(v, 3) for k, v in sorted(seen.seconds.items())}})


def _words(done: CoveredPage) -> list[PlacedWord]:
    """Surviving words with their places: what stands between blanks and masks."""
    words = []
    for line in done.text.text.lines:
        start: int | None = None
        chars = [*line.chars]
        for i in range(len(chars) + 1):
            gone = i == len(chars) or not chars[i].text.strip() or chars[i].text == MASK
            if gone and start is not None:
                first, last = chars[start].quad, chars[i - 1].quad
                words.append(PlacedWord(text="".join(c.text for c in chars[start:i]),
                                        quad=Quad(first.a, last.b, last.c, first.d)))
                start = None
            elif not gone and start is None:
                start = i
    return words


class _staged:
    """An unnamed file in the folder of the output, or none for a dry run; gone on leaving unless released."""

    def __init__(self, folder: Path | None, run: _Run) -> None:
        self._staged: Staged | None = None
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            self._staged = stage(folder)

    def __enter__(self) -> Staged | None:
        return self._staged

    def __exit__(self, *_: object) -> None:
        if self._staged is not None:
            self._staged.discard()


def _released(run: _Run, staged: Staged, target_type: MediaType) -> DocumentRecord:
    """Write down what is about to be released, link it, write down that it was.

    The link is the commit point: a record that still says "releasing" is set right by comparing it with the file.
    """
    request = run.request
    assert request.target is not None
    staged.file.seek(0, 2)
    run.output = FileRecord(sha256=staged.sha256(), bytes=staged.file.tell(), media_type=target_type,
                            pages=len(run.pages))
    _keep(run, run.record("releasing"))
    last = len(run.pages) - 1
    run.observer("noted", last, len(run.pages))
    try:
        staged.release(request.target, replace=request.force)
    except DocprivError as exc:
        run.output = None
        _keep(run, run.record("failed", ErrorRecord(code=exc.code, exit_code=int(exc.exit_code), message=exc.message)))
        raise
    run.observer("linked", last, len(run.pages))
    record = run.record("released")
    _keep(run, record)
    run.observer("recorded", last, len(run.pages))
    return record


def _keep(run: _Run, record: DocumentRecord) -> None:
    request = run.request
    if request.records is None:
        return
    private = PrivateRecord(document=request.document, source=str(request.source.absolute()),
                            target=str(request.target.absolute()) if request.target is not None else None)
    write_json(request.records / "private" / f"{request.document}.json", private, private=True)
    write_json(request.records / f"{request.document}.json", record)
