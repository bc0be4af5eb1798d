"""One document from bytes to a verified, released file with its record; refuses to name an output that is not verified."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from docpriv.errors import DocprivError, OutputExists, RecipeError
from docpriv.files import file_sha256
from docpriv.intake import FOREIGN_NOTES, OpenDocument, open_document
from docpriv.model import Check, Finding, MediaType, PagePlan, Region
from docpriv.options import Recipe
from docpriv.output import Staged, stage
from docpriv.pipeline.covering import first_plan, zone_regions
from docpriv.pipeline.engines import Engines, engine_records
from docpriv.pipeline.packing import KEEP_OPEN
from docpriv.pipeline.pseudonyms import RegionPseudonyms, opened
from docpriv.pipeline.reading import Found, SeenPage, find_all, page_record, see_page
from docpriv.pipeline.redacted import without_covers
from docpriv.pipeline.second_pass import SecondPass, drawn_plan
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
    as_made,
    commit_release,
    drop_release,
    keep_record,
    note_release,
    plan_page_record,
    shortfall,
    style_warnings,
)
from docpriv.redaction.captions import without_captions
from docpriv.redaction.zones import NO_TEMPLATE, still_showing
from docpriv.run_options import RunOptions

# Called with a stage, a page's index and the number of pages. Stages in order: decoded, read (each page), found; then for each
# page verified and written; then checked, noted, linked, recorded.
Observer = Callable[[str, int, int], None]
# Opened with the record of what is about to be released; whoever may not release it any more gets an error from it.
Gate = Callable[[DocumentRecord], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One document to handle. `target` is None for a dry run, which keeps no record; nor does `records` None."""

    document: str
    source: Path = field(repr=False)
    options: RunOptions = field(default_factory=RunOptions)
    target: Path | None = field(default=None, repr=False)
    records: Path | None = field(default=None, repr=False)
    plan: PlanFile | None = None
    plan_sha256: str | None = None
    run: str = ""
    extra: tuple[tuple[int, Region], ...] = ()
    started: str = ""
    gate: Gate | None = None
    replaces: str | None = None
    origin: Path | None = field(default=None, repr=False)  # what records name as the source, where it is not `source`

    @property
    def recipe(self) -> Recipe:
        return self.options.recipe


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
    pseudonyms: RegionPseudonyms | None = None

    def record(self, status: str, error: ErrorRecord | None = None) -> DocumentRecord:
        recipe = self.request.recipe
        return DocumentRecord.model_validate(
            {
                "document": self.request.document,
                "status": status,
                "input": self.input,
                "output": self.output,
                "recipe": RecipeRecord(name=recipe.name, version=recipe.version, sha256=recipe_sha256(recipe)),
                "versions": versions(),
                "engines": engine_records(self.engines, self.pseudonyms),
                "pages": tuple(self.pages),
                "error": error,
                "warnings": style_warnings(self.pages),
                "reviewed": self.request.plan is not None,
                "plan_sha256": self.request.plan_sha256,
                "run": self.request.run,
                "started": self.request.started,
                "finished": now(),
                "seconds": self.watch.rounded(),
            }
        )


def redact_document(request: Request, engines: Engines, observer: Observer) -> tuple[DocumentRecord, DocprivError | None]:
    """Redact, verify and release one document, or withhold it; the record tells either way.

    Raises DocprivError only where the input, an engine or the output failed before there was anything to withhold.
    """
    run = _Run(request=request, engines=engines, observer=observer)
    if request.plan is None and request.options.replacing_key is None and request.recipe.policy.writes_pseudonyms:
        raise RecipeError(
            "the recipe writes pseudonyms, and this command gave no key for them",
            remedy="Redact with `docpriv redact`, or choose a recipe without the style pseudonym.",
        )
    with _opened(run) as source:
        target_type = _target_type(source.info.media_type, request)
        if request.target is not None and request.target.exists() and not request.options.force:
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
        error = shortfall(record)
    else:
        record = run.record("withheld", ErrorRecord(code=error.code, exit_code=int(error.exit_code), message=error.message))
    _keep(run, record)
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
    run = _Run(request=request, engines=engines, observer=observer)
    with _opened(run) as source:
        target_type = _target_type(source.info.media_type, request)
        seen, found = _first_pass(run, source, once=redacted)
        if redacted:
            seen = [_as_redacted(page, source) for page in seen]
        if complete:
            _second_pass(run, source, seen, found, target_type, None)
        else:
            for page, findings in zip(seen, found.by_page, strict=True):
                drawn = plan_page_record(
                    first_plan(page, findings, target_type, request.recipe, zone_regions(page), run.pseudonyms)
                )
                run.plans.append(drawn)
                run.pages.append(page_record(page, findings, request.recipe).model_copy(update={"regions": drawn.regions}))
        if on_page is not None:
            for drawn in run.plans:
                on_page(drawn.index, source.page(drawn.index).pixels, drawn_plan(drawn))
        if on_found is not None:
            for page, findings, drawn in zip(seen, found.by_page, run.plans, strict=True):
                on_found(page, findings, drawn_plan(drawn))
        sha256 = source.info.sha256
    plan_file = PlanFile(
        input_sha256=sha256,
        recipe_sha256=recipe_sha256(request.recipe),
        colour=request.recipe.policy.colour,
        pages=tuple(as_made(drawn, page.withheld_because) for drawn, page in zip(run.plans, run.pages, strict=True)),
    )
    return run.record("scanned"), plan_file


def inspect_document(request: Request, engines: Engines, observer: Observer) -> DocumentRecord:
    """Look at a redacted file of any tool's: what of the covered kinds can still be found, and what else it holds."""
    record, _ = scan_document(request, engines, observer, redacted=True)
    checks = _foreign(record.input.notes if record.input else ())
    dirty = any(p.regions or p.withheld_because for p in record.pages) or any(not c.ok for c in checks)
    pages = list(record.pages)
    if pages and checks:
        pages[0] = pages[0].model_copy(update={"checks": tuple(CheckRecord(name=c.name, ok=c.ok) for c in checks)})
    return record.model_copy(update={"status": "found" if dirty else "clean", "pages": tuple(pages)})


def _as_redacted(page: SeenPage, source: OpenDocument) -> SeenPage:
    because = tuple(b for b in page.withheld_because if b != NO_TEMPLATE)
    pixels = source.page(page.index).pixels if page.forms else None
    forms = () if pixels is None else tuple(still_showing(form, pixels) for form in page.forms)
    return replace(page, withheld_because=because, forms=forms)


def _foreign(notes: Sequence[str]) -> tuple[Check, ...]:
    return tuple(Check(name=f"container:{note}", ok=False) for note in notes if note in FOREIGN_NOTES)


def _opened(run: _Run) -> OpenDocument:
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
    return source


def _input(source: OpenDocument) -> FileRecord:
    info = source.info
    return FileRecord(sha256=info.sha256, bytes=info.size_bytes, media_type=info.media_type, pages=info.pages, notes=info.notes)


def _target_type(media_type: MediaType, request: Request) -> MediaType:
    return request.recipe.writing.media_type(media_type)


def _first_pass(run: _Run, source: OpenDocument, *, once: bool = False) -> tuple[list[SeenPage], Found]:
    """Read and find. `once`: of a redacted file, where covers and their captions do not count and lines that read badly are
    not read again, as in the check before a release.
    """
    recipe = run.request.recipe
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
        for name, value in own.seconds.items():
            run.watch.seconds[name] = run.watch.seconds.get(name, 0.0) + value
        run.observer("read", index, pages)
    run.input = _input(source)  # notes of pages are known only now
    with run.watch.stage("find"):
        found = find_all(seen, run.engines)
        if once:
            found = _without_captions(seen, found, recipe)
        run.pseudonyms = opened(
            run.request.options.replacing_key, recipe, seen, found, remember=bool(run.request.options.mapping_for)
        )
    run.observer("found", pages - 1, pages)
    return seen, found


def _without_captions(seen: Sequence[SeenPage], found: Found, recipe: Recipe) -> Found:
    """Of a redacted file: what was found, but for what the style `label` wrote on it."""
    return Found(
        by_page=tuple(
            tuple(
                without_captions(findings, reading.text, recipe.policy)
                for reading, findings in zip(page.readings, of_page, strict=True)
            )
            for page, of_page in zip(seen, found.by_page, strict=True)
        )
    )


def _second_pass(
    run: _Run, source: OpenDocument, seen: list[SeenPage], found: Found, target_type: MediaType, staged: Staged | None
) -> DocprivError | None:
    """Cover, verify and write every page; the run has the records and plans whatever comes out."""
    request = run.request
    second = SecondPass(
        recipe=request.recipe,
        engines=run.engines,
        observer=run.observer,
        watch=run.watch,
        target=target_type,
        plan=request.plan,
        extra=request.extra,
        input_sha256=source.info.sha256,
        pseudonyms=run.pseudonyms,
    )
    try:
        return second.run(source, seen, found, staged)
    finally:
        run.pages, run.plans = second.pages, second.plans


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

    The link is the commit point: until it, the record of an earlier release stands. What was noted is set right after a
    kill by comparing it with the file.
    """
    request = run.request
    assert request.target is not None
    private = PrivateRecord.of(request.document, request.origin or request.source, request.target)
    staged.file.seek(0, 2)
    run.output = FileRecord(sha256=staged.sha256(), bytes=staged.file.tell(), media_type=target_type, pages=len(run.pages))
    with nullcontext() if request.gate is None else request.gate(run.record("releasing")):
        return _linked(run, staged, private)


def _linked(run: _Run, staged: Staged, private: PrivateRecord) -> DocumentRecord:
    request = run.request
    assert request.target is not None
    assert run.output is not None
    mapping = _mapping(run, run.output.sha256)
    if request.records is not None:
        note_release(request.records, private, run.record("releasing"))
    last = len(run.pages) - 1
    run.observer("noted", last, len(run.pages))
    try:
        if request.replaces is not None and file_sha256(request.target) not in {None, request.replaces}:
            raise OutputExists("another file took the output's place meanwhile")
        staged.release(request.target, replace=request.options.force)
    except DocprivError as exc:
        run.output = None
        if mapping is not None:
            mapping.unlink(missing_ok=True)
        if request.records is not None:
            drop_release(request.records, request.document)
        _keep(run, run.record("failed", ErrorRecord(code=exc.code, exit_code=int(exc.exit_code), message=exc.message)))
        raise
    if mapping is not None:
        from docpriv.pseudonyms.mapping import commit_mapping

        commit_mapping(mapping)
    run.observer("linked", last, len(run.pages))
    record = run.record("released")
    if request.records is not None:
        commit_release(request.records, private, record)
    run.observer("recorded", last, len(run.pages))
    return record


def _mapping(run: _Run, output: str) -> Path | None:
    """Keep what was replaced for those who were named, encrypted from the first byte on disk; where no one was, nothing."""
    request = run.request
    if not request.options.mapping_for or run.pseudonyms is None or request.records is None:
        return None
    from docpriv.pseudonyms.mapping import keep_mapping

    return keep_mapping(request.records, request.document, output, run.pseudonyms.entries, request.options.mapping_for)


def _keep(run: _Run, record: DocumentRecord) -> None:
    """Keep the record of an attempt that released nothing; a dry run keeps none."""
    request = run.request
    if request.records is not None and request.target is not None:
        keep_record(request.records, PrivateRecord.of(request.document, request.origin or request.source, request.target), record)
