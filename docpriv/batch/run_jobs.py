"""The documents of one run as jobs, which of them end before they begin, and what a killed run left; none costs another."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from docpriv import __version__
from docpriv.batch.identity import check_source, check_target, document_id, target_of
from docpriv.batch.job import Job, Outcome, Task
from docpriv.batch.pseudonym_keys import has_pseudonyms_of
from docpriv.batch.runner import failed
from docpriv.batch.walk import InputFile, real
from docpriv.errors import DocprivError, ExitCode, InputError, IntegrityError, OutputError, UsageError
from docpriv.files import file_sha256
from docpriv.options import Recipe
from docpriv.recipes import recipe_sha256
from docpriv.records import TEMPORARY, DocumentRecord, current_record, pending_releases, settle_release, shortfall
from docpriv.staging import sweep


def jobs_of(
    documents: Sequence[InputFile],
    make: Callable[[InputFile], Job],
    recipe: Recipe,
    *,
    out: Path | None,
    clashing: AbstractSet[int],
) -> Iterator[Job | Outcome]:
    """Each document as a job, or as its outcome where there is nothing to do: made when it is asked for, never held.

    `out`: where the output folder led when the run was prepared. `clashing`: places of documents that would become one output.
    """
    recipe_digest = recipe_sha256(recipe)
    seen: set[str] = set()
    for index, one in enumerate(documents):
        job = replace(make(one), index=index)
        try:
            _check(one, job, out, clashes=index in clashing)
        except DocprivError as exc:
            yield failed(job, exc)
            continue
        record: DocumentRecord | None = None
        try:
            if job.document in seen:
                raise UsageError("the same document, by name and content, was given before")
            seen.add(job.document)
            if job.records is not None:
                record = current_record(job.records, job.document)
            done = record is not None and not job.options.force and is_done(record, job, recipe_digest)
        except (DocprivError, OSError) as exc:
            error = _unreadable(exc)
            yield Outcome(job=job, exit_code=error.exit_code, record=None, error=error)
            continue
        if record is None or not done:
            yield job
        else:
            slips = shortfall(record)
            code = ExitCode.OK if slips is None else slips.exit_code
            yield Outcome(job=job, exit_code=code, record=record, error=slips, already=True)


def _check(one: InputFile, job: Job, out: Path | None, *, clashes: bool) -> None:
    """DocprivError where a document must not begin."""
    if one.problem is not None:
        raise InputError(one.problem, remedy="Give yourself the right to read it, or leave it out.")
    if clashes:
        raise OutputError(
            "another input would become the same output", remedy="Use --names digest, or a run with its own --out for each."
        )
    check_source(one)
    if job.target is not None and out is not None:
        check_target(job.target, out)


def _unreadable(exc: DocprivError | OSError) -> DocprivError:
    """Why a document's records cannot be judged; nothing is written over them."""
    if isinstance(exc, OSError):
        return OutputError(f"a record cannot be read ({exc.strerror})")
    if isinstance(exc, IntegrityError):
        return IntegrityError(
            exc.message, remedy="Restore the files of that id among the records from a backup, or move them elsewhere."
        )
    return exc


def id_of(key: bytes, one: InputFile, recipe: Recipe) -> str:
    try:
        return document_id(key, one, megabytes=recipe.limits.input_megabytes)
    except InputError:  # the worker says what is wrong with it, under a name from its path alone
        name = hmac.new(key, b"docpriv unreadable\0" + os.fsencode(one.source.absolute()), hashlib.sha256)
        return "doc-" + name.hexdigest()[:20]


def output_of(one: InputFile, out: Path, recipe: Recipe, document: str) -> Path:
    try:
        return target_of(one, out, recipe, document)
    except InputError:  # likewise: nothing will be written there
        return out / document


def clashing(found: Sequence[InputFile], out: Path, recipe: Recipe) -> frozenset[int]:
    """Places of the documents of which several would become one output; UsageError where an output could replace an input."""
    if any(real(one.source).is_relative_to(real(out)) for one in found):
        raise UsageError("an input lies in the output folder", remedy="Give --out a folder that holds no input.")
    if recipe.writing.names == "digest":  # ids differ where names or contents do
        return frozenset()
    targets = [output_of(one, out, recipe, f"\0{number}") for number, one in enumerate(found)]
    often = Counter(targets)
    return frozenset(number for number, target in enumerate(targets) if often[target] > 1)


def is_done(record: DocumentRecord, job: Job, recipe_sha256: str) -> bool:
    """Whether a record is of an earlier release that a job would only repeat, and its output still stands.

    The same input (it makes the id), recipe and version; of a plan, the same plan. What a person drew does not stand
    for what a recipe would have found.
    """
    if (
        record.status != "released"
        or record.output is None
        or job.target is None
        or record.recipe.sha256 != recipe_sha256
        or record.versions.get("docpriv") != __version__
    ):
        return False
    if job.task is Task.REDACT:
        if record.reviewed or record.plan_sha256 is not None:
            return False
        if not has_pseudonyms_of(record, job):
            return False
    elif job.task is not Task.APPLY or job.plan_sha256 is None or record.plan_sha256 != job.plan_sha256:
        return False
    return file_sha256(job.target) == record.output.sha256


def tidy(records: Path, folders: Sequence[Path]) -> None:
    """Set right what a killed run left: noted releases, half-written records, staged files. Under the records' lock.

    What cannot be set right stays; its document says so when its turn comes.
    """
    for document in pending_releases(records):
        with suppress(DocprivError, OSError):
            settle_release(records, document)
    for folder in (records, records / "private", records / "attempts"):
        for orphan in folder.glob(f"{TEMPORARY}*"):
            with suppress(OSError):
                orphan.unlink(missing_ok=True)
    for folder in folders:
        with suppress(OutputError, OSError):
            if folder.is_dir():
                sweep(folder)
