"""The documents of one run as jobs: ids, outputs, and which of them end before they begin; refuses to let one cost another."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from pathlib import Path

from docpriv.batch.documents import Found, check_source, check_target, document_id, is_done, real, target_of
from docpriv.batch.jobs import Job, Outcome
from docpriv.batch.runner import failed
from docpriv.errors import DocprivError, ExitCode, InputError, IntegrityError, OutputError, UsageError
from docpriv.options import Recipe
from docpriv.recipes import recipe_sha256
from docpriv.records import current_record, shortfall


def jobs_of(
    documents: Sequence[Found], make: Callable[[Found], Job], recipe: Recipe, *, out: Path | None, clashing: AbstractSet[int]
) -> Iterator[Job | Outcome]:
    """Each document as a job, or as its outcome where there is nothing to do: made when it is asked for, never held.

    `out`: where the output folder led when the run was prepared. `clashing`: places of documents that would become one output.
    """
    recipe_digest = recipe_sha256(recipe)
    seen: set[str] = set()
    for index, one in enumerate(documents):
        job = replace(make(one), index=index)
        try:
            if one.problem is not None:
                raise InputError(one.problem, remedy="Give yourself the right to read it, or leave it out.")
            if index in clashing:
                raise OutputError(
                    "another input would become the same output",
                    remedy="Use --names digest, or a run with its own --out for each.",
                )
            check_source(one)
            if job.target is not None and out is not None:
                check_target(job.target, out)
        except DocprivError as exc:
            yield failed(job, exc)
            continue
        if job.document in seen:  # the same name and bytes from two folders: one id, one output, one record
            twice = UsageError("the same document, by name and content, was given before")
            yield Outcome(job=job, exit_code=twice.exit_code, record=None, error=twice)
            continue
        seen.add(job.document)
        done = None
        if job.records is not None:
            try:
                record = current_record(job.records, job.document)
                if record is not None and not job.options.force and is_done(record, job, recipe_digest):
                    done = record
            except (DocprivError, OSError) as exc:
                error = _unreadable(exc)
                yield Outcome(job=job, exit_code=error.exit_code, record=None, error=error)
                continue
        if done is None:
            yield job
        else:
            slips = shortfall(done)
            yield Outcome(
                job=job, exit_code=ExitCode.OK if slips is None else slips.exit_code, record=done, error=slips, already=True
            )


def _unreadable(exc: DocprivError | OSError) -> DocprivError:
    """Why a document's records cannot be judged; nothing is written over them."""
    if isinstance(exc, OSError):
        return OutputError(f"a record cannot be read ({exc.strerror})")
    if isinstance(exc, IntegrityError):
        return IntegrityError(
            exc.message, remedy="Restore the files of that id among the records from a backup, or move them elsewhere."
        )
    return exc


def id_of(key: bytes, one: Found, recipe: Recipe) -> str:
    try:
        return document_id(key, one, megabytes=recipe.limits.input_megabytes)
    except InputError:  # the worker says what is wrong with it, under a name from its path alone
        name = hmac.new(key, b"docpriv unreadable\0" + os.fsencode(one.source.absolute()), hashlib.sha256)
        return "doc-" + name.hexdigest()[:20]


def output_of(one: Found, out: Path, recipe: Recipe, document: str) -> Path:
    try:
        return target_of(one, out, recipe, document)
    except InputError:  # likewise: nothing will be written there
        return out / document


def clashing(found: Sequence[Found], out: Path, recipe: Recipe) -> frozenset[int]:
    """Places of the documents of which several would become one output; UsageError where an output could replace an input."""
    if any(real(one.source).is_relative_to(real(out)) for one in found):
        raise UsageError("an input lies in the output folder", remedy="Give --out a folder that holds no input.")
    if recipe.writing.names == "digest":  # ids differ where names or contents do
        return frozenset()
    targets = [output_of(one, out, recipe, f"\0{number}") for number, one in enumerate(found)]
    often = Counter(targets)
    return frozenset(number for number, target in enumerate(targets) if often[target] > 1)
