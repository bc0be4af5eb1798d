"""Release of a verified output: noted, linked, recorded, in this order; the record of an attempt that released nothing."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

from docpriv.errors import DocprivError, OutputExists
from docpriv.files import file_sha256
from docpriv.pipeline.context import DocumentRun, Request
from docpriv.records import (
    DocumentRecord,
    FileRecord,
    PrivateRecord,
    commit_release,
    drop_release,
    keep_record,
    note_release,
)
from docpriv.staging import Staged


def release(run: DocumentRun, staged: Staged) -> DocumentRecord:
    """Write down what is about to be released, link it, write down that it was.

    The link is the commit point: until it, the record of an earlier release stands. What was noted is set right after a
    kill by comparing it with the file.
    """
    request = run.request
    staged.file.seek(0, 2)
    run.output = FileRecord(sha256=staged.sha256(), bytes=staged.file.tell(), media_type=run.target, pages=len(run.pages))
    with nullcontext() if request.fence is None else request.fence(run.record("releasing")):
        return _linked(run, staged, run.output.sha256)


def keep_attempt(request: Request, record: DocumentRecord) -> None:
    """Keep the record of an attempt that released nothing; a dry run keeps none."""
    if request.records is not None and request.target is not None:
        keep_record(request.records, _private(request, request.target), record)


def _private(request: Request, target: Path) -> PrivateRecord:
    return PrivateRecord.of(request.document, request.origin or request.source, target)


def _linked(run: DocumentRun, staged: Staged, sha256: str) -> DocumentRecord:
    request, last = run.request, len(run.pages) - 1
    assert request.target is not None
    private = _private(request, request.target)
    mapping = _mapping(run, sha256)
    if request.records is not None:
        note_release(request.records, private, run.record("releasing"))
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
        keep_attempt(request, run.record("failed", exc))
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


def _mapping(run: DocumentRun, output: str) -> Path | None:
    """Keep what was replaced for those who were named, encrypted from the first byte on disk; where no one was, nothing."""
    request = run.request
    if not request.options.mapping_for or run.pseudonyms is None or request.records is None:
        return None
    from docpriv.pseudonyms.mapping import keep_mapping

    return keep_mapping(request.records, request.document, output, run.pseudonyms.entries, request.options.mapping_for)
