"""The worker process that redacts, scans, applies plans and verifies.

Started as `python -m docpriv.batch.worker`.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

from docpriv.batch.job import Answer, Job, Task, from_message, to_message
from docpriv.errors import DocprivError
from docpriv.model import Explanation
from docpriv.records import DocumentRecord
from docpriv.work.child import Handler, Say, serve
from docpriv.work.wire import Message


class DocumentHandler(Handler):
    """Redaction and its like. Engines are kept by recipe, an archive from file to file."""

    def __init__(self) -> None:
        self._job: Job | None = None
        self._key: str | None = None
        self._engines: Any = None
        self._pages = 0
        self._archive: Any = None

    @property
    def spent(self) -> bool:
        """Whether the reading engine asks for a fresh process by now."""
        limit = None if self._engines is None else self._engines.ocr.recycle_after
        return limit is not None and self._pages >= limit

    def prepare(self, task: Message) -> None:
        """Open the engines of the job's recipe."""
        from docpriv.pipeline import open_engines

        self._job = from_message(Job, task.head)
        recipe = self._job.recipe
        key = "".join(part.model_dump_json() for part in (recipe.reading, recipe.finding, recipe.seeing))
        if key != self._key:
            self._engines, self._key = None, None
            self._engines = open_engines(recipe)
            self._key = key

    def handle(self, task: Message, say: Say) -> Message:
        """Do a job; of a file in an archive over a copy that lives in memory."""
        job = self._job
        assert job is not None
        explained: list[Explanation] = []
        with self._source_of(job) as source:
            record, error = self._handled(job, source, say, explained)
        answer = Answer(record=record, error=error, explained=tuple(explained))
        return Message(to_message(answer))

    def _source_of(self, job: Job) -> AbstractContextManager[Path]:
        if job.number is None:
            return nullcontext(job.source)
        from docpriv.batch.packed import OpenArchive

        if self._archive is None:
            self._archive = OpenArchive()
        member: AbstractContextManager[Path] = self._archive.member(
            job.source, job.number, megabytes=job.recipe.limits.input_megabytes
        )
        return member

    def _handled(
        self, job: Job, source: Path, say: Say, explained: list[Explanation]
    ) -> tuple[DocumentRecord, DocprivError | None]:
        from docpriv.pipeline import Request, inspect_document, redact_document, scan_document
        from docpriv.provenance import now
        from docpriv.records import region_from, write_json

        engines, options = self._engines, job.options
        request = Request(
            document=job.document,
            source=source,
            origin=job.source,
            options=options,
            plan=job.plan,
            target=None if options.dry_run else job.target,
            records=job.records,
            plan_sha256=job.plan_sha256,
            run=job.token,
            fence=None if job.lease is None else partial(_fence, job),
            replaces=job.replaces,
            extra=tuple((i, region_from(r)) for i, r in job.extra_regions),
            started=now(),
        )

        def observer(stage: str, page: int, pages: int) -> None:
            self._pages += stage == "read"
            say({"stage": stage, "page": page, "pages": pages})
            if os.environ.get("DOCPRIV_TESTING") == "1" and os.environ.get("DOCPRIV_KILL_AT") == stage:
                os.kill(os.getpid(), signal.SIGKILL)

        if job.task in (Task.REDACT, Task.APPLY):
            return redact_document(request, engines, observer)
        if job.task is Task.VERIFY:
            return inspect_document(request, engines, observer), None
        show = None
        if job.pictures is not None:
            from docpriv.batch.pictures import write_picture

            show = partial(write_picture, job.pictures)

        def explain(page: Any, findings: Any, plan: Any) -> None:
            from docpriv.pipeline.explain import explain_page

            texts, marks = [r.text for r in page.readings], page.readings[0].marks
            explained.extend(explain_page(texts, findings, plan, job.recipe, marks=marks, reveal=options.reveal))

        on_found = explain if options.explain else None
        plan_out = options.plan_out
        record, plan = scan_document(request, engines, observer, show, on_found=on_found, complete=plan_out is not None)
        if plan_out is not None:
            write_json(plan_out, plan, private=True)
        return record, None


@contextmanager
def _fence(job: Job, record: DocumentRecord) -> Iterator[None]:
    """Around the release of a document of an archive job: the ledger is opened by the process that releases."""
    from docpriv.batch.ledger import Ended, Ledger

    lease = job.lease
    assert lease is not None
    with Ledger(lease.ledger, lease.job) as ledger, ledger.fence(lease.place, lease.token, Ended.of(record, lease.output)):
        yield


if __name__ == "__main__":
    sys.exit(serve(lambda first: DocumentHandler()))
