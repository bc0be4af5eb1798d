"""A worker process: takes jobs one by one, answers with progress and records; refuses to print, to dump core, to outlive.

Started as `python -m docpriv.batch.worker`. Jobs arrive on standard input, answers leave on what was standard output;
afterwards both standard streams lead nowhere, so that no library can write about a document.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import Any, BinaryIO

from docpriv.batch.jobs import Job, Task, allowed_seconds
from docpriv.batch.wire import error_message, job_from, receive, send
from docpriv.errors import DocprivError, LimitExceeded, OutputError


def main() -> int:
    """Serve jobs until the supervisor hangs up."""
    answers, jobs = private_streams()
    tie_to_parent()
    shop = _Workshop(answers)
    while (message := receive(jobs)) is not None:
        job = job_from(message)
        send(answers, {"type": "started", "document": job.document})
        send(answers, shop.handle(job) | {"spent": shop.spent})
    return 0


def private_streams() -> tuple[BinaryIO, BinaryIO]:
    """What goes out and what comes in; afterwards the standard streams lead nowhere, so that no library writes into them."""
    jobs = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    return answers, jobs


def tie_to_parent() -> None:
    """Die with the supervisor, ignore the terminal's interrupt (the supervisor decides), leave no core file."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        import ctypes
        import resource

        parent_death = 1
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None, use_errno=True).prctl(parent_death, signal.SIGKILL, 0, 0, 0)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class _Workshop:
    """Engines by recipe, kept from document to document."""

    def __init__(self, answers: BinaryIO) -> None:
        self._answers = answers
        self._key: str | None = None
        self._engines: Any = None
        self._pages = 0
        self._archive: Any = None

    @property
    def spent(self) -> bool:
        """Whether the reading engine asks for a fresh process by now."""
        limit = None if self._engines is None else self._engines.ocr.recycle_after
        return limit is not None and self._pages >= limit

    def handle(self, job: Job) -> dict[str, Any]:
        """Do a job; the answer never holds text of the document, whatever went wrong."""
        explained: list[dict[str, Any]] = []
        try:
            record, error = self._do(job, explained)
        except DocprivError as exc:
            return {"type": "ended", "document": job.document, "record": None, "error": error_message(exc)}
        except MemoryError:
            problem = LimitExceeded(
                f"the document needs more than {job.recipe.limits.memory_megabytes} MB of memory",
                remedy="Raise --memory-mb if the file is trusted.",
            )
            return {"type": "ended", "document": job.document, "record": None, "error": error_message(problem)}
        except OSError as exc:
            problem_out = OutputError(f"a file operation failed ({type(exc).__name__}: {os.strerror(exc.errno or 0)})")
            return {"type": "ended", "document": job.document, "record": None, "error": error_message(problem_out)}
        except Exception as exc:
            return {
                "type": "ended",
                "document": job.document,
                "record": None,
                "error": error_message(DocprivError(f"internal error: {scrubbed(exc)}")),
            }
        return {
            "type": "ended",
            "document": job.document,
            "record": record.model_dump(mode="json"),
            "explained": explained,
            "error": error_message(error) if error is not None else None,
        }

    def _do(self, job: Job, explained: list[dict[str, Any]]) -> tuple[Any, DocprivError | None]:
        """Do a job; of a file in an archive over a copy that lives in memory."""
        if job.number is None:
            return self._handled(job, job.source, explained)
        from docpriv.batch.packed import OpenArchive

        if self._archive is None:
            self._archive = OpenArchive()
        self._limit(job, 1)
        with self._archive.member(job.source, job.number, megabytes=job.recipe.limits.input_megabytes) as source:
            return self._handled(job, source, explained)

    def _handled(self, job: Job, source: Path, explained: list[dict[str, Any]]) -> tuple[Any, DocprivError | None]:
        from docpriv.pipeline import Request, inspect_document, redact_document, scan_document
        from docpriv.provenance import now
        from docpriv.records import region_from, write_json

        self._limit(job, 1)
        engines = self._engines_for(job)
        send(self._answers, {"type": "ready", "document": job.document})
        request = Request(
            document=job.document,
            source=source,
            origin=job.source,
            recipe=job.recipe,
            force=job.force,
            plan=job.plan,
            target=None if job.dry_run else job.target,
            records=job.records,
            password=job.password,
            plan_sha256=job.plan_sha256,
            run=job.token,
            pseudonym_key=job.pseudonym_key,
            mapping_for=job.mapping_for,
            gate=self._gate_of(job),
            replaces=job.replaces,
            extra=tuple((i, region_from(r)) for i, r in job.extra_regions),
            started=now(),
        )

        def observer(stage: str, page: int, pages: int) -> None:
            self._limit(job, pages if page == pages - 1 else 1)
            self._pages += stage == "read"
            send(self._answers, {"type": "progress", "document": job.document, "stage": stage, "page": page, "pages": pages})
            if os.environ.get("DOCPRIV_TESTING") == "1" and os.environ.get("DOCPRIV_KILL_AT") == stage:
                os.kill(os.getpid(), signal.SIGKILL)

        if job.task in (Task.REDACT, Task.APPLY):
            return redact_document(request, engines, observer)
        if job.task is Task.VERIFY:
            return inspect_document(request, engines, observer), None
        shown = None
        if job.show is not None:
            from docpriv.batch.showing import Shower

            shown = Shower(job.show, job.document).show

        def explain(page: Any, findings: Any, plan: Any) -> None:
            from docpriv.batch.wire import explanation_message
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
                        reveal=job.reveal,
                    ),
                )
            )

        record, plan = scan_document(
            request, engines, observer, shown, on_found=explain if job.explain else None, complete=job.plan_out is not None
        )
        if job.plan_out is not None:
            write_json(job.plan_out, plan, private=True)
        return record, None

    def _gate_of(self, job: Job) -> Any:
        """The way through which a document of an archive job is released; None for any other."""
        if job.lease is None:
            return None
        from docpriv.batch.gate import gate_of

        return gate_of(job.lease)

    def _engines_for(self, job: Job) -> Any:
        from docpriv.pipeline import open_engines

        key = "".join(part.model_dump_json() for part in (job.recipe.reading, job.recipe.finding, job.recipe.seeing))
        if key != self._key:
            self._engines, self._key = None, None
            self._engines = open_engines(job.recipe)
            self._key = key
        return self._engines

    def _limit(self, job: Job, pages: int) -> None:
        """Allow the next page its CPU seconds; the supervisor watches wall time and memory.

        After the last page of a stage the whole document may be next: `pages` are how many.
        """
        if sys.platform == "linux":
            import resource

            used = resource.getrusage(resource.RUSAGE_SELF)
            _, hard = resource.getrlimit(resource.RLIMIT_CPU)
            soft = int(used.ru_utime + used.ru_stime + 2 * allowed_seconds(job.recipe.limits.page_seconds, pages)) + 1
            if hard != resource.RLIM_INFINITY:
                soft = min(soft, hard)  # `ulimit -t` may have set a lower one for all processes
            resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def scrubbed(exc: BaseException) -> str:
    """Where an exception arose, without its message, which may hold text of a document."""
    frames = traceback.extract_tb(exc.__traceback__)
    own = [f for f in frames if "docpriv" in f.filename] or list(frames)
    where = f" at {os.path.basename(own[-1].filename)}:{own[-1].lineno}" if own else ""
    return f"{type(exc).__name__}{where}"


if __name__ == "__main__":
    sys.exit(main())
