"""Documents through worker processes: what their answers and deaths mean; 0 is only what was released and verified.

A worker that dies costs exactly the document it held. The supervisor alone speaks to the user; workers send ids,
counts and records.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from docpriv.batch.job import Answer, Job, Outcome, Progress, Task, allowance_of, cpu_seconds, from_message, to_message
from docpriv.errors import DocprivError, ExitCode, OutputError, OutputExists
from docpriv.options import Recipe
from docpriv.provenance import now, versions
from docpriv.recipes import recipe_sha256
from docpriv.records import (
    DocumentRecord,
    ErrorRecord,
    PrivateRecord,
    RecipeRecord,
    keep_record,
    read_record,
    settle_release,
    shortfall,
    stands,
)
from docpriv.staging import sweep
from docpriv.work.pool import Ended, Pool, Work
from docpriv.work.sandbox import Confinement
from docpriv.work.wire import Message

_POSTGRES_PORT = 5432
_MOST_WORKERS = 4  # by default: each may take the memory that the recipe's limit allows


class Runner:
    """Runs jobs in worker processes. A context manager: leaving it ends the workers, and what they had not released stays so.

    `held`: descriptors that workers inherit, so that what they lock stays locked until the last worker ends. `folders`: those
    that workers write in, made where they are missing; `ledger`: a URL that they release by. Workers are confined to these where
    the system can (`work.sandbox`).
    """

    def __init__(
        self, recipe: Recipe, *, folders: Sequence[Path], ledger: str = "", workers: int = 1, held: tuple[int, ...] = ()
    ) -> None:
        self._on_event: Callable[[Progress], None] | None = None
        for folder in folders:
            with suppress(OSError):  # whoever writes there says what is wrong
                folder.mkdir(parents=True, exist_ok=True)
        self._pool: Pool[Job, Answer] = Pool(
            "docpriv.batch.worker",
            _answer_of,
            workers=workers,
            held=held,
            confinement=confinement_of(recipe, folders, ledger),
            on_news=self._news,
            settled=_settled,
        )

    def __enter__(self) -> Runner:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.close()

    def run(self, jobs: Iterable[Job | Outcome | None], on_event: Callable[[Progress], None] | None = None) -> Iterator[Outcome]:
        """Outcomes as documents end, in no particular order. Takes the next job only when a worker is free.

        A document that has ended already is given as its outcome and comes back at once. None: there is no job right now,
        ask again.
        """
        self._on_event = on_event
        for ended in self._pool.run(map(_work, jobs)):
            yield ended if isinstance(ended, Outcome) else _outcome(ended)

    def _news(self, job: Job, news: Any) -> float:
        page, pages = int(news["page"]), int(news["pages"])
        if self._on_event is not None:
            self._on_event(Progress(document=job.document, stage=str(news["stage"]), page=page, pages=pages))
        return cpu_seconds(job.recipe, pages if page == pages - 1 else 1)  # after the last page the whole document may be next


def confinement_of(recipe: Recipe, folders: Iterable[Path] = (), ledger: str = "") -> Confinement:
    """What a worker may do: other engines than the own one are programs of others, which write temporary files."""
    others = recipe.reading.engine != "rapid"
    writable = [*folders, *([Path(tempfile.gettempdir())] if others else [])]
    ports: tuple[int, ...] = ()
    if "://" in ledger:
        from sqlalchemy.engine import make_url

        ports = (make_url(ledger).port or _POSTGRES_PORT,)
    return Confinement(writable=tuple(str(one) for one in writable if one.is_dir()), ports=ports, programs=others)


def _work(job: Job | Outcome | None) -> Work[Job] | Outcome | None:
    if not isinstance(job, Job):
        return job
    job = replace(job, token=secrets.token_hex(16))
    return Work(key=job, message=Message(to_message(job)), allowance=allowance_of(job.recipe))


def _answer_of(job: Job, message: Message) -> Answer:
    answer = from_message(Answer, message.head)
    answer.check(job)
    return answer


def _outcome(ended: Ended[Job, Answer]) -> Outcome:
    if ended.died:
        assert ended.error is not None
        return replace(_left(ended.key, ended.error), died=True)
    if ended.answer is None:
        return _ended(ended.key, None, ended.error)
    return replace(_ended(ended.key, ended.answer.record, ended.answer.error), explained=ended.answer.explained)


def released_by(job: Job, recipe_sha256: str) -> DocumentRecord | None:
    """The record where a worker that died had released the document in this very job, else None.

    The worker died after it gave the output its name: the document is released. Other attempts' releases do not count.
    """
    if job.records is None or not job.token:
        return None
    record = settle_release(job.records, job.document)
    path = job.records / f"{job.document}.json"
    if record is None and path.exists() and stands(job.records, job.document):
        record = read_record(path)
    if record is None or record.status != "released" or record.run != job.token or record.recipe.sha256 != recipe_sha256:
        return None
    return record


def _settled(job: Job) -> bool:
    """Whether a worker that died had released its document, or the records cannot tell."""
    _remove_staged(job)
    try:
        return released_by(job, recipe_sha256(job.recipe)) is not None
    except (DocprivError, OSError, ValueError):
        return True


def default_workers(documents: int) -> int:
    """One a processor, at most four, never more than documents."""
    return max(1, min(processors(), _MOST_WORKERS, documents))


def processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def failed(job: Job, error: DocprivError) -> Outcome:
    """The outcome of a document that ended before it could keep its own record; the record is kept here.

    Where that cannot be, the document fails with that; the run goes on.
    """
    recipe = RecipeRecord(name=job.recipe.name, version=job.recipe.version, sha256=recipe_sha256(job.recipe))

    def record_of(error: DocprivError) -> DocumentRecord:
        return DocumentRecord(
            document=job.document,
            status="failed",
            recipe=recipe,
            finished=now(),
            versions=versions(),
            run=job.token,
            plan_sha256=job.plan_sha256,
            reviewed=job.plan is not None,
            error=ErrorRecord(code=error.code, exit_code=int(error.exit_code), message=error.message),
        )

    record, stood = record_of(error), False
    if job.records is not None and not job.options.dry_run:
        try:
            if isinstance(error, OutputExists):
                stood = stands(job.records, job.document)
            else:
                stood = keep_record(job.records, PrivateRecord.of(job.document, job.source, job.target), record)
        except (DocprivError, OSError, ValueError) as exc:
            error = _unkept(exc, error)
            record = record_of(error)
    return Outcome(job=job, exit_code=error.exit_code, record=record, error=error, stands=stood)


def _unkept(exc: Exception, error: DocprivError) -> DocprivError:
    if isinstance(exc, DocprivError):
        return type(exc)(f"{exc.message}; before that: {error.message}", remedy=exc.advice)
    return OutputError(f"a record cannot be written ({type(exc).__name__}); before that: {error.message}")


def _remove_staged(job: Job) -> None:
    """Remove what a worker that died had staged."""
    if job.target is not None:
        with suppress(DocprivError, OSError):
            sweep(job.target.parent)


def _left(job: Job, error: DocprivError) -> Outcome:
    """The outcome of a document whose worker died: what it had released in this very job is released."""
    _remove_staged(job)
    try:
        record = released_by(job, recipe_sha256(job.recipe))
    except (DocprivError, OSError, ValueError) as exc:
        error = _unkept(exc, error)
        return Outcome(job=job, exit_code=error.exit_code, record=None, error=error)
    return failed(job, error) if record is None else _ended(job, record, shortfall(record))


def _ended(job: Job, record: DocumentRecord | None, error: DocprivError | None) -> Outcome:
    """The outcome that a worker reports. An error of it stays one, whatever the records say; 0 takes the right status."""
    if record is None:
        return failed(job, error or DocprivError("internal error: the document ended without a record"))
    if error is None and record.status == "found" and job.task is Task.VERIFY:
        return Outcome(job=job, exit_code=ExitCode.WITHHELD, record=record)
    if error is None:
        error = shortfall(record)
    if error is None and (record.status != _good_status(job) or record.document != job.document):
        error = DocprivError(f"internal error: the document ended as {record.status}")
    if error is None:
        return Outcome(job=job, exit_code=ExitCode.OK, record=record)
    stood = False
    if job.records is not None and not job.options.dry_run and record.status != "released":
        try:
            stood = stands(job.records, job.document)
        except (DocprivError, OSError, ValueError) as exc:
            error = _unkept(exc, error)
    return Outcome(job=job, exit_code=error.exit_code, record=record, error=error, stands=stood)


def _good_status(job: Job) -> str:
    if job.task in (Task.REDACT, Task.APPLY):
        return "dry-run" if job.options.dry_run else "released"
    return "scanned" if job.task is Task.SCAN else "clean"
