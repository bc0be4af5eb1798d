"""The library's functions: redact, scan, verify and apply a plan; refuses to hand out text of a document.

Each takes paths of files and folders and gives a RunResult with one entry a document. What goes wrong with one
document is in its entry; what makes the run itself impossible (a recipe that does not hold, no input at all, a missing
capability) raises a DocprivError.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from docpriv.batch.jobs import Job, Outcome, Progress, Task
from docpriv.errors import DocprivError, ExitCode, InputError, UsageError
from docpriv.options import Recipe
from docpriv.recipes import load_recipe, recipe_sha256, require
from docpriv.records import DocumentRecord, PlanFile, RegionRecord, shortfall
from docpriv.results import RunSummary, Tally, document_line, status_of

if TYPE_CHECKING:
    from docpriv.batch.documents import Found

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


def redact(inputs: AnyPath | Sequence[AnyPath], out: AnyPath, *, recipe: str | Path | Recipe = "redact",
           records: AnyPath | None = None, workers: int = 1, password: str | None = None, force: bool = False,
           dry_run: bool = False, on_progress: OnProgress | None = None) -> RunResult:
    """Write redacted, verified copies of documents into `out` and a record of each into `records`.

    `inputs`: a file or folder, or several. `records`: default `<out>.records`; must lie outside `out`. `password`: for
    encrypted PDF. `force`: replace outputs that exist. `dry_run`: do everything but release. `on_progress` is called
    for each page. Inputs are never changed; a document that cannot be verified is not written.
    """
    run = prepare_redaction(_paths(inputs), Path(out), recipe=resolve(recipe), password=password, force=force,
                            records=None if records is None else Path(records), dry_run=dry_run)
    return _collect(run, workers, on_progress)


def scan(inputs: AnyPath | Sequence[AnyPath], *, recipe: str | Path | Recipe = "redact", workers: int = 1,
         password: str | None = None, show: AnyPath | None = None, plan: AnyPath | None = None,
         on_progress: OnProgress | None = None) -> RunResult:
    """Say what a recipe would cover, writing no redacted file.

    `show`: folder for copies with boxes drawn; these are not redacted. `plan`: where to write the plan of a single
    document, to edit and to give to `apply_plan`.
    """
    run = prepare_scan(_paths(inputs), recipe=resolve(recipe), password=password,
                       show=None if show is None else Path(show), plan=None if plan is None else Path(plan))
    return _collect(run, workers, on_progress)


def verify(inputs: AnyPath | Sequence[AnyPath], *, recipe: str | Path | Recipe = "redact", workers: int = 1,
           password: str | None = None, on_progress: OnProgress | None = None) -> RunResult:
    """Look for what is still readable in redacted files, of whatever tool; exit code 5 where something was found."""
    return _collect(prepare_verification(_paths(inputs), recipe=resolve(recipe), password=password), workers,
                    on_progress)


def apply_plan(plan: AnyPath | PlanFile, source: AnyPath, out: AnyPath, *, recipe: str | Path | Recipe = "redact",
               regions: Sequence[tuple[int, RegionRecord]] = (), records: AnyPath | None = None,
               password: str | None = None, force: bool = False, dry_run: bool = False,
               on_progress: OnProgress | None = None) -> RunResult:
    """Redraw an edited plan on its document, verify and release. `regions`: page index from 0 and area, added to it."""
    loaded = plan if isinstance(plan, PlanFile) else read_plan(Path(plan))
    run = prepare_redaction([Path(source)], Path(out), recipe=resolve(recipe), password=password, force=force,
                            records=None if records is None else Path(records), dry_run=dry_run, plan=loaded,
                            regions=regions)
    return _collect(run, 1, on_progress)


# --- what the commands share --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedRun:
    """Documents in the order of the inputs, and how each becomes a job, which happens when a worker is free."""

    task: Task
    recipe: Recipe
    documents: tuple[Found, ...] = field(repr=False)
    make: Callable[[Found], Job] = field(repr=False)
    skipped: int = 0

    def tally(self) -> Tally:
        return Tally(self.task, recipe=self.recipe.name, recipe_sha256=recipe_sha256(self.recipe), skipped=self.skipped)


def prepare_redaction(inputs: Sequence[Path], out: Path, *, recipe: Recipe, records: Path | None = None,
                      password: str | None = None, force: bool = False, dry_run: bool = False,
                      plan: PlanFile | None = None, regions: Sequence[tuple[int, RegionRecord]] = ()) -> PreparedRun:
    """A run that redacts, or draws `plan`; settles what an earlier killed run left. Raises before any page is read."""
    from docpriv.batch.documents import document_key, reconcile

    require(recipe)
    records = default_records(out) if records is None else records
    if _within(records, out):
        raise UsageError("the records lie inside the output folder",
                         remedy="Records name where documents lie. Give --records a folder beside --out.")
    found, skipped = _find(inputs, exclude=(out, records))
    if plan is not None and len(found) != 1:
        raise UsageError("a plan belongs to one document", remedy="Name the one file that the plan was made of.")
    _distinct(found, out, recipe)
    key = document_key(records)
    reconcile(records)
    base = Job(document="", task=Task.REDACT if plan is None else Task.APPLY, source=Path(), recipe=recipe,
               records=records, password=password, force=force, dry_run=dry_run, plan=plan,
               extra_regions=tuple(regions))

    def make(one: Found) -> Job:
        document = _id_of(key, one)
        return replace(base, document=document, source=one.source, shown=one.shown,
                       target=_target(one, out, recipe, document))

    return PreparedRun(task=base.task, recipe=recipe, documents=tuple(found), make=make, skipped=skipped)


def prepare_scan(inputs: Sequence[Path], *, recipe: Recipe, password: str | None = None, show: Path | None = None,
                 plan: Path | None = None) -> PreparedRun:
    """A run that reads and finds, and writes nothing but the pictures or the plan asked for."""
    run = _reading_run(Task.SCAN, inputs, recipe=recipe, password=password, show=show, plan=plan)
    if plan is not None and len(run.documents) != 1:
        raise UsageError("a plan is of one document", remedy="Scan one file at a time with --plan.")
    return run


def prepare_verification(inputs: Sequence[Path], *, recipe: Recipe, password: str | None = None) -> PreparedRun:
    """A run that looks for what is still readable."""
    return _reading_run(Task.VERIFY, inputs, recipe=recipe, password=password)


def carry_out(run: PreparedRun, *, workers: int = 1,
              on_progress: OnProgress | None = None) -> Generator[tuple[int, Outcome], None, None]:
    """Outcomes as documents end, each with its place among the inputs; what an earlier run released is not done again.

    Closing the iterator ends the workers.
    """
    from docpriv.batch.documents import already_released
    from docpriv.batch.runner import Runner

    recipe_digest = recipe_sha256(run.recipe)
    done: deque[tuple[int, Outcome]] = deque()
    place: dict[str, int] = {}

    def remaining() -> Iterator[Job]:
        for index, one in enumerate(run.documents):
            job = run.make(one)
            if job.document in place:  # the same name and bytes from two folders: one id, one output, one record
                twice = UsageError("the same document, by name and content, was given before")
                done.append((index, Outcome(job=job, exit_code=twice.exit_code, record=None, error=twice)))
                continue
            place[job.document] = index
            record = None
            if job.task is Task.REDACT and not job.force and job.records is not None and job.target is not None:
                record = already_released(job.records, job.document, recipe_digest, job.target)
            if record is None:
                yield job
            else:
                slips = shortfall(record)
                done.append((index, Outcome(job=job, exit_code=ExitCode.OK if slips is None else slips.exit_code,
                                            record=record, error=slips, already=True)))

    with Runner(workers=workers) as runner:
        for outcome in chain(runner.run(remaining(), on_progress), (None,)):
            while done:
                yield done.popleft()
            if outcome is not None:
                yield place[outcome.job.document], outcome


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

    try:
        with path.open("rb") as file:
            data = file.read(MAX_PLAN_BYTES + 1)
    except OSError as exc:
        raise UsageError(f"the plan cannot be read ({exc.strerror})") from None
    if len(data) > MAX_PLAN_BYTES:
        raise UsageError("the plan is larger than 100 MB")
    try:
        return PlanFile.model_validate_json(data)
    except ValidationError as exc:
        first = exc.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise UsageError(f"the plan does not hold together: {place}: {first['msg']}",
                         remedy="Its shape is in schemas/plan.schema.json; `docpriv scan IN --plan FILE` writes "
                                "one.") from None


def _reading_run(task: Task, inputs: Sequence[Path], *, recipe: Recipe, password: str | None,
                 show: Path | None = None, plan: Path | None = None) -> PreparedRun:
    require(recipe)
    found, skipped = _find(inputs, exclude=() if show is None else (show,))
    key = secrets.token_bytes(32)  # nothing is kept, so ids need to hold for this run only

    def make(one: Found) -> Job:
        by_path = replace(one, relative=one.source.absolute())  # the same bytes in two folders stay two documents
        return Job(document=_id_of(key, by_path), task=task, source=one.source, recipe=recipe, shown=one.shown,
                   password=password, show=show, plan_out=plan)

    return PreparedRun(task=task, recipe=recipe, documents=tuple(found), make=make, skipped=skipped)


def _find(inputs: Sequence[Path], *, exclude: Sequence[Path]) -> tuple[list[Found], int]:
    from docpriv.batch.documents import find_documents

    if not inputs:
        raise UsageError("no input is named")
    walk = find_documents(inputs, exclude=exclude)
    found: dict[Path, Found] = {}
    for one in walk.documents:
        found.setdefault(one.source.resolve(), one)  # a file named twice is one document
    if not found:
        raise InputError("no document was found in the inputs",
                         remedy="docpriv reads PNG, JPEG, TIFF, BMP, WebP and PDF, whatever the file names.")
    return list(found.values()), walk.skipped


def _id_of(key: bytes, one: Found) -> str:
    from docpriv.batch.documents import document_id

    try:
        return document_id(key, one)
    except InputError:  # the worker says what is wrong with it, under a name from its path alone
        name = hmac.new(key, b"docpriv unreadable\0" + os.fsencode(one.source.absolute()), hashlib.sha256)
        return "doc-" + name.hexdigest()[:20]


def _target(one: Found, out: Path, recipe: Recipe, document: str) -> Path:
    from docpriv.batch.documents import target_of

    try:
        return target_of(one, out, recipe, document)
    except InputError:  # likewise: nothing will be written there
        return out / document


def _distinct(found: Sequence[Found], out: Path, recipe: Recipe) -> None:
    """UsageError where two inputs would become one output, or an output could replace an input."""
    if any(_within(one.source, out) for one in found):
        raise UsageError("an input lies in the output folder", remedy="Give --out a folder that holds no input.")
    if recipe.writing.names == "digest":  # ids differ where names or contents do
        return
    targets = {_target(one, out, recipe, f"\0{number}") for number, one in enumerate(found)}
    if len(targets) < len(found):
        raise UsageError("two inputs would become the same output",
                         remedy="Use --names digest, or a run with its own --out for each.")


def _within(inner: Path, outer: Path) -> bool:
    return inner.resolve().is_relative_to(outer.resolve())


def _paths(inputs: AnyPath | Sequence[AnyPath]) -> list[Path]:
    if isinstance(inputs, str | PathLike):
        return [Path(inputs)]
    return [Path(one) for one in inputs]


def _collect(run: PreparedRun, workers: int, on_progress: OnProgress | None) -> RunResult:
    began = time.monotonic()
    tally = run.tally()
    entries: list[tuple[int, DocumentResult]] = []
    for index, outcome in carry_out(run, workers=workers, on_progress=on_progress):
        line = document_line(outcome, index)
        tally.add(line)
        entries.append((index, DocumentResult(
            document=line.document, source=outcome.job.source, target=outcome.job.target, status=status_of(outcome),
            exit_code=outcome.exit_code, record=outcome.record, error=outcome.error, already=outcome.already)))
    entries.sort(key=lambda entry: entry[0])
    return RunResult(documents=tuple(entry for _, entry in entries),
                     summary=tally.summary(seconds=time.monotonic() - began))
