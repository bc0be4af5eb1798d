"""The library's functions: redact, scan, verify and apply a plan. None hands out text of a document.

Each takes paths of files and folders and gives a RunResult with one entry a document. What goes wrong with one
document is in its entry; what makes the run itself impossible (a recipe that does not hold, no input at all, a missing
capability) raises a DocprivError.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field, replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docpriv.batch.job import Job, Outcome, Progress, Task
from docpriv.errors import DocprivError, ExitCode, OutputExists, UsageError
from docpriv.files import read_at_most
from docpriv.options import Recipe
from docpriv.recipes import load_recipe, recipe_sha256, require
from docpriv.records import DocumentRecord, PlanFile, RegionRecord, digest
from docpriv.results import DocumentLine, ExplainedArea, RunSummary, RunSums, document_line
from docpriv.run_options import RunOptions, run_options

if TYPE_CHECKING:
    from docpriv.batch.walk import InputFile, Inputs

AnyPath = str | PathLike[str]
OnProgress = Callable[[Progress], None]

MAX_PLAN_BYTES = 100_000_000
"""Largest plan file, in bytes: about a million regions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentResult:
    """How one document ended. `record`: kinds, boxes, checks and digests, never text; None where it never began."""

    document: str
    source: Path = field(repr=False)
    target: Path | None = field(repr=False)
    status: str
    exit_code: ExitCode
    record: DocumentRecord | None = field(repr=False)
    error: DocprivError | None
    already: bool
    earlier_stands: bool = False
    explained: tuple[ExplainedArea, ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, outcome: Outcome, line: DocumentLine) -> DocumentResult:
        return cls(
            document=line.document,
            source=outcome.job.source,
            target=outcome.job.target,
            status=line.status,
            exit_code=outcome.exit_code,
            record=outcome.record,
            error=outcome.error,
            already=outcome.already,
            earlier_stands=outcome.stands,
            explained=line.explained,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """All documents of a call and their sums; `ok` exactly where every one of them has exit code 0."""

    documents: tuple[DocumentResult, ...]
    summary: RunSummary

    @property
    def exit_code(self) -> ExitCode:
        return ExitCode(self.summary.exit_code)

    @property
    def ok(self) -> bool:
        return self.exit_code is ExitCode.OK


def redact(
    inputs: AnyPath | Sequence[AnyPath],
    out: AnyPath,
    *,
    recipe: str | Path | Recipe = "redact",
    records: AnyPath | None = None,
    workers: int | None = None,
    on_progress: OnProgress | None = None,
    **options: Any,
) -> RunResult:
    """Write redacted, verified copies of documents into `out` and a record of each into `records`.

    `inputs`: a file or folder, or several. `records`: default `<out>.records`; must lie outside `out`. `workers`: documents
    at the same time; default: one a processor, at most four. `on_progress` is called for each page. `options`: fields of
    `docpriv.run_options.RunOptions`, such as `password`, `force`, `dry_run`, `pseudonym_key`, `keep_mapping`. Inputs are
    never changed; a document that cannot be verified is not written.
    """
    given = run_options(resolve(recipe), **options)
    return _collect(prepare_redaction(_paths(inputs), Path(out), given, records=_path(records)), workers, on_progress)


def scan(
    inputs: AnyPath | Sequence[AnyPath],
    *,
    recipe: str | Path | Recipe = "redact",
    workers: int | None = None,
    plan: AnyPath | None = None,
    on_progress: OnProgress | None = None,
    **options: Any,
) -> RunResult:
    """Say what a recipe would cover, writing no redacted file.

    `plan`: where to write the plan of a single document, to edit and to give to `apply_plan`; a file that exists is replaced
    with `force` alone. `options`: fields of `docpriv.run_options.RunOptions`. Of these `show` is a folder for copies with
    boxes drawn, named by the first 16 digits of the input's SHA-256, which records hold, and by page; they are not redacted.
    `explain` says of every finding, in `explained` of its document, by which rule it was found and why it is covered or left.
    """
    given = run_options(resolve(recipe), plan_out=_path(plan), **options)
    if given.reveal:
        raise UsageError("the library does not hand out text of a document", remedy="`docpriv scan --explain --reveal` shows it.")
    return _collect(prepare_scan(_paths(inputs), given), workers, on_progress)


def verify(
    inputs: AnyPath | Sequence[AnyPath],
    *,
    recipe: str | Path | Recipe = "redact",
    workers: int | None = None,
    on_progress: OnProgress | None = None,
    **options: Any,
) -> RunResult:
    """Look for what is still readable in redacted files, of whatever tool; exit code 5 where something was found."""
    return _collect(prepare_verification(_paths(inputs), run_options(resolve(recipe), **options)), workers, on_progress)


def apply_plan(
    plan: AnyPath | PlanFile,
    source: AnyPath,
    out: AnyPath,
    *,
    recipe: str | Path | Recipe = "redact",
    regions: Sequence[tuple[int, RegionRecord]] = (),
    records: AnyPath | None = None,
    on_progress: OnProgress | None = None,
    **options: Any,
) -> RunResult:
    """Redraw an edited plan on its document, verify and release. `regions`: page index from 0 and area, added to it."""
    loaded = plan if isinstance(plan, PlanFile) else read_plan(Path(plan))
    given = run_options(resolve(recipe), **options)
    run = prepare_redaction([Path(source)], Path(out), given, records=_path(records), plan=loaded, regions=regions)
    return _collect(run, 1, on_progress)


# --- what the commands share --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedRun:
    """Documents in the order of the inputs, and how each becomes a job, which happens when a worker is free.

    `records`: of a run that releases; it is locked while the run is carried out. `folders`: where such a run writes. `out`:
    where its output folder led when it was prepared. `clashing`: places of documents that would become one output.
    """

    task: Task
    options: RunOptions
    inputs: Inputs = field(repr=False)
    make: Callable[[InputFile], Job] = field(repr=False)
    records: Path | None = field(default=None, repr=False)
    folders: tuple[Path, ...] = field(default=(), repr=False)
    out: Path | None = field(default=None, repr=False)
    clashing: frozenset[int] = frozenset()

    @property
    def recipe(self) -> Recipe:
        return self.options.recipe

    @property
    def documents(self) -> tuple[InputFile, ...]:
        return self.inputs.documents

    def sums(self) -> RunSums:
        """What the outcomes are to be added to."""
        recipe, inputs = self.recipe, self.inputs
        return RunSums(
            self.task,
            expected=len(inputs.documents),
            recipe=recipe.name,
            recipe_sha256=recipe_sha256(recipe),
            skipped=inputs.skipped,
            linked=inputs.linked,
            hidden=inputs.hidden,
            archives=inputs.archives,
        )


def prepare_redaction(
    inputs: Sequence[Path],
    out: Path,
    options: RunOptions,
    *,
    records: Path | None = None,
    plan: PlanFile | None = None,
    regions: Sequence[tuple[int, RegionRecord]] = (),
) -> PreparedRun:
    """A run that redacts, or draws `plan`. Raises before any page is read."""
    from docpriv.batch.identity import document_key
    from docpriv.batch.locks import records_lock
    from docpriv.batch.pseudonym_keys import with_key_file, with_key_of
    from docpriv.batch.run_jobs import clashing, id_of, output_of
    from docpriv.batch.walk import real, some_documents

    recipe = options.recipe
    require(recipe)
    options = with_key_file(options)
    records = default_records(out) if records is None else records
    if real(records).is_relative_to(real(out)):
        raise UsageError(
            "the records lie inside the output folder",
            remedy="Records name where documents lie. Give --records a folder beside --out.",
        )
    found = some_documents(inputs, exclude=(out, records))
    if plan is not None and len(found.documents) != 1:
        raise UsageError("a plan belongs to one document", remedy="Name the one file that the plan was made of.")
    clash = clashing(found.documents, out, recipe)
    with records_lock(records):
        key = document_key(records)
    base = Job(document="", task=Task.REDACT, source=Path(), options=options, records=records)
    if plan is None:
        base = replace(base, options=with_key_of(options, key))
    else:
        drawn = [[index, region.model_dump(mode="json")] for index, region in regions]
        sha256 = digest({"plan": plan.model_dump(mode="json"), "regions": drawn})
        base = replace(base, task=Task.APPLY, plan=plan, plan_sha256=sha256, extra_regions=tuple(regions))

    def make(one: InputFile) -> Job:
        document = id_of(key, one, recipe)
        return replace(base, document=document, source=one.source, shown=one.shown, target=output_of(one, out, recipe, document))

    return PreparedRun(
        task=base.task,
        options=base.options,
        inputs=found,
        make=make,
        records=records,
        folders=tuple(sorted({out, *(out / one.relative.parent for one in found.documents)})),
        out=real(out),
        clashing=clash,
    )


def prepare_scan(inputs: Sequence[Path], options: RunOptions) -> PreparedRun:
    """A run that reads and finds, and writes nothing but the pictures or the plan asked for.

    A plan's pseudonyms are of the key, or of one that is made up for this run. `options.reveal` adds the text to what is
    explained: for the terminal of a person who holds the document, and nowhere else.
    """
    from docpriv.batch.walk import real

    if options.reveal and not options.explain:
        raise UsageError("--reveal shows the text of what --explain lists", remedy="Give --explain too.")
    run, plan = _reading_run(Task.SCAN, inputs, options), options.plan_out
    if plan is not None and len(run.documents) != 1:
        raise UsageError("a plan is of one document", remedy="Scan one file at a time with --plan.")
    if plan is not None and os.path.lexists(plan):
        if any(real(plan) == real(one.source) or _same(plan, one.source) for one in run.documents):
            raise UsageError("the plan would replace the input", remedy="Give --plan a name of its own.")
        if not options.force:
            raise OutputExists("the plan exists already", remedy="Choose another --plan, or replace it with --force.")
    return run


def prepare_verification(inputs: Sequence[Path], options: RunOptions) -> PreparedRun:
    """A run that looks for what is still readable."""
    return _reading_run(Task.VERIFY, inputs, options)


def _reading_run(task: Task, inputs: Sequence[Path], options: RunOptions) -> PreparedRun:
    from docpriv.batch.identity import pictures_of
    from docpriv.batch.pseudonym_keys import with_key_file, with_key_of
    from docpriv.batch.run_jobs import id_of
    from docpriv.batch.walk import some_documents

    require(options.recipe)
    show = options.show
    found = some_documents(inputs, exclude=() if show is None else (show,))
    key = secrets.token_bytes(32)  # nothing is kept, so ids need to hold for this run only
    if options.plan_out is not None:
        options = with_key_of(with_key_file(options), key)

    def make(one: InputFile) -> Job:
        by_path = replace(one, relative=one.source.absolute())  # the same bytes in two folders stay two documents
        return Job(
            document=id_of(key, by_path, options.recipe),
            task=task,
            source=one.source,
            options=options,
            shown=one.shown,
            pictures=None if show is None else pictures_of(show, one.source),
        )

    return PreparedRun(task=task, options=options, inputs=found, make=make)


def carry_out(
    run: PreparedRun, *, workers: int | None = None, on_progress: OnProgress | None = None
) -> Generator[tuple[int, Outcome], None, None]:
    """Outcomes as documents end, each with its place among the inputs; what an earlier run released is not done again.

    A run that releases holds the lock of its records and sets right what an earlier killed run left. OutputError where
    another run holds it. Closing the iterator ends the workers.
    """
    from docpriv.batch.locks import records_lock
    from docpriv.batch.run_jobs import jobs_of, tidy
    from docpriv.batch.runner import Runner, default_workers

    with ExitStack() as stack:
        held: tuple[int, ...] = ()
        if run.records is not None:
            held = stack.enter_context(records_lock(run.records))
            tidy(run.records, run.folders)
        if run.options.show is not None:  # pictures of pages are for their owner alone
            with suppress(OSError):
                run.options.show.mkdir(parents=True, exist_ok=True, mode=0o700)
        count = workers or default_workers(len(run.documents))
        runner = stack.enter_context(Runner(run.recipe, folders=_written(run), workers=count, held=held))
        jobs = jobs_of(run.documents, run.make, run.recipe, out=run.out, clashing=run.clashing)
        for outcome in runner.run(jobs, on_progress):
            yield outcome.job.index, outcome


def _written(run: PreparedRun) -> list[Path]:
    """The folders that workers of a run write in."""
    dry, plan = run.options.dry_run, run.options.plan_out
    wanted = (None if dry else run.out, None if dry else run.records, run.options.show, None if plan is None else plan.parent)
    return [folder.absolute() for folder in wanted if folder is not None]


def resolve(recipe: str | Path | Recipe) -> Recipe:
    """A recipe as given, by shipped name, or from a file."""
    if isinstance(recipe, Recipe):
        return recipe
    if isinstance(recipe, Path):
        return load_recipe(recipe.as_posix() if "/" in recipe.as_posix() else f"./{recipe.as_posix()}")
    return load_recipe(recipe)


def default_records(out: Path) -> Path:
    """`<out>.records`, beside the output folder."""
    whole = out.absolute()
    return whole.with_name(f"{whole.name}.records") if whole.name else Path("docpriv.records").absolute()


def read_plan(path: Path) -> PlanFile:
    """A plan file; UsageError says which key of it does not hold, never its value."""
    from pydantic import ValidationError

    data = read_at_most(path, MAX_PLAN_BYTES, "the plan", UsageError)
    try:
        return PlanFile.model_validate_json(data)
    except ValidationError as exc:
        first = exc.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise UsageError(
            f"the plan does not hold together: {place}: {first['msg']}",
            remedy="Its shape is in schemas/plan.schema.json; `docpriv scan IN --plan FILE` writes one.",
        ) from None


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def _path(path: AnyPath | None) -> Path | None:
    return None if path is None else Path(path)


def _paths(inputs: AnyPath | Sequence[AnyPath]) -> list[Path]:
    return [Path(inputs)] if isinstance(inputs, str | PathLike) else [Path(one) for one in inputs]


def _collect(run: PreparedRun, workers: int | None, on_progress: OnProgress | None) -> RunResult:
    began, sums = time.monotonic(), run.sums()
    entries: dict[int, DocumentResult] = {}
    with closing(carry_out(run, workers=workers, on_progress=on_progress)) as outcomes:
        for index, outcome in outcomes:
            line = document_line(outcome, index)
            sums.add(line)
            entries[index] = DocumentResult.of(outcome, line)
    documents = tuple(entries[index] for index in sorted(entries))
    return RunResult(documents=documents, summary=sums.summary(seconds=time.monotonic() - began))
