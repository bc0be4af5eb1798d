"""The worker process that redacts, scans, applies plans and verifies; it works on no document's neighbour.

Started as `python -m docpriv.batch.worker`.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from docpriv.batch.jobs import Job, Task
from docpriv.batch.wire import explanation_message, job_from
from docpriv.errors import DocprivError
from docpriv.work.child import Handler, Say, serve
from docpriv.work.wire import Message, error_message


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

        self._job = job_from(task.head)
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
        if job.number is None:
            return self._done(job, job.source, say)
        from docpriv.batch.packed import OpenArchive

        if self._archive is None:
            self._archive = OpenArchive()
        with self._archive.member(job.source, job.number, megabytes=job.recipe.limits.input_megabytes) as source:
            return self._done(job, source, say)

    def _done(self, job: Job, source: Path, say: Say) -> Message:
        explained: list[dict[str, Any]] = []
        record, error = self._handled(job, source, say, explained)
        return Message(
            {
                "record": record.model_dump(mode="json"),
                "error": None if error is None else error_message(error),
                "explained": explained,
            }
        )

    def _handled(self, job: Job, source: Path, say: Say, explained: list[dict[str, Any]]) -> tuple[Any, DocprivError | None]:
        from docpriv.pipeline import Request, inspect_document, redact_document, scan_document
        from docpriv.provenance import now
        from docpriv.records import region_from, write_json

        engines = self._engines
        request = Request(
            document=job.document,
            source=source,
            origin=job.source,
            options=job.options,
            plan=job.plan,
            target=None if job.options.dry_run else job.target,
            records=job.records,
            plan_sha256=job.plan_sha256,
            run=job.token,
            gate=self._gate_of(job),
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
        shown = None
        if job.pictures is not None:
            from docpriv.batch.showing import Shower

            shown = Shower(job.pictures).show

        def explain(page: Any, findings: Any, plan: Any) -> None:
            from docpriv.pipeline.explain import explain_page

            explained.extend(
                map(
                    explanation_message,
                    explain_page(
                        [r.text for r in page.readings],
                        findings,
                        plan,
                        job.recipe,
                        marks=page.readings[0].marks,
                        reveal=job.options.reveal,
                    ),
                )
            )

        plan_out = job.options.plan_out
        on_found = explain if job.options.explain else None
        record, plan = scan_document(request, engines, observer, shown, on_found=on_found, complete=plan_out is not None)
        if plan_out is not None:
            write_json(plan_out, plan, private=True)
        return record, None

    def _gate_of(self, job: Job) -> Any:
        """The way through which a document of an archive job is released; None for any other."""
        if job.lease is None:
            return None
        from docpriv.batch.gate import gate_of

        return gate_of(job.lease)


if __name__ == "__main__":
    sys.exit(serve(lambda first: DocumentHandler()))
