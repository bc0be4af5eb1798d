"""Takes back what an earlier attempt released of a document that is withheld now; nothing that the ledger did not write.

    withdrawn/PLACE-DIGEST.SUFFIX               the output, out of the output folder
    withdrawn/PLACE-DIGEST.SUFFIX.reason.json   why: the error by which the document is withheld
    withdrawn/PLACE-DIGEST.SUFFIX.record.json   the record of its release

A recipe that withholds a document says that what an earlier one left readable must not be passed on. The file is kept, for
somebody may have to know what was passed on until then.
"""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path

from docpriv.batch.job import Outcome, State
from docpriv.batch.job_folder import JobFolder
from docpriv.batch.ledger import Row
from docpriv.batch.moving import QuarantineNote, copy_whole, note_of
from docpriv.batch.walk import real
from docpriv.errors import OutputError
from docpriv.files import file_sha256, path_from, sync_folder
from docpriv.records import TEMPORARY, PrivateRecord, keep_record, read_record, stands, write_json


def withdraw(job: JobFolder, claim: Row, outcome: Outcome) -> bool:
    """Move the output that the ledger released of a document out of the output folder; whether it is out of there.

    To be called while the row is held, so that nobody releases at the same time. May be done again after a kill. What has
    its name but is another file stays. OutputError where it cannot be moved: then the document must not end.
    """
    if claim.output is None or claim.output_sha256 is None or outcome.error is None:
        return False
    output = job.out / path_from(claim.output)
    kept = job.path / "withdrawn" / f"{claim.place}-{claim.output_sha256[:12]}{output.suffix}"
    inside = not output.is_symlink() and real(job.out) in real(output).parents
    if inside and file_sha256(output) == claim.output_sha256:
        document = outcome.job.document
        note = QuarantineNote.of(outcome.error, document=document, place=claim.place, state=str(State.WITHHELD))
        try:
            kept.parent.mkdir(mode=0o700, exist_ok=True)
            write_json(note_of(kept), note, private=True)
            _keep_release(outcome, claim.output_sha256, kept)
            _move(output, kept)
        except OSError as exc:
            raise OutputError(f"an output that must not be passed on any more cannot be withdrawn ({exc.strerror})") from None
        _settle(outcome)
    return kept.exists()


def _keep_release(outcome: Outcome, sha256: str, kept: Path) -> None:
    records, document = outcome.job.records, outcome.job.document
    if records is None or not stands(records, document):
        return  # of other content, or gone: what lies there is not about this output
    record = read_record(records / f"{document}.json")
    if record.output is not None and record.output.sha256 == sha256:
        write_json(kept.with_name(kept.name + ".record.json"), record, private=True)


def _settle(outcome: Outcome) -> None:
    """Make the record of the attempt that withheld the document its record, now that nothing older stands."""
    job = outcome.job
    if outcome.record is None or job.records is None:
        return
    if not keep_record(job.records, PrivateRecord.of(job.document, job.source, job.target), outcome.record):
        with suppress(OSError):
            (job.records / "attempts" / f"{job.document}.json").unlink(missing_ok=True)


def _move(output: Path, kept: Path) -> None:
    """A file of that name in the job folder has the same content: its name says so."""
    try:
        os.replace(output, kept)
    except OSError as exc:
        if exc.errno != errno.EXDEV:
            raise
        half = kept.with_name(TEMPORARY + kept.name)
        copy_whole(output, half)
        os.replace(half, kept)
        sync_folder(kept.parent)
        os.unlink(output)
    sync_folder(kept.parent)
    sync_folder(output.parent)
