"""`docpriv report`: records or a whole job to a report for the compliance team."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import fields
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from docpriv.cli import options as o
from docpriv.cli.batch_cmd import LedgerUrl
from docpriv.errors import IntegrityError, OutputError, OutputExists, UsageError
from docpriv.files import PUBLIC, whole_file

if TYPE_CHECKING:
    from docpriv.batch.ledger import Row
    from docpriv.compliance.job_rows import LedgerRow


class ReportFormat(StrEnum):
    """What a report is written as."""

    CSV = "csv"
    HTML = "html"
    JSON = "json"


Records = Annotated[
    Path | None, typer.Argument(metavar="[RECORDS]", show_default=False, help="Folder of records that `docpriv redact` wrote.")
]
JobDir = Annotated[
    Path | None,
    typer.Option("--job", metavar="DIR", show_default=False, help="Instead: folder of a job of `docpriv batch`, of any size."),
]

_WHICH = "Give the folder of records of `docpriv redact`, or --job with the folder of a job."


def report(
    records: Records = None,
    job: JobDir = None,
    format: Annotated[
        ReportFormat,
        typer.Option(
            "--format", help="csv: one row a document. html: one page that needs nothing else. json: the sums and the rows."
        ),
    ] = ReportFormat.CSV,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Where to write; default: standard output.")] = None,
    force: o.Force = False,
    ledger: LedgerUrl = None,
) -> int:
    """Sum up records, or an archive job, as CSV, HTML or JSON.

    What was covered and why, what was released or withheld, by which recipe, engines and versions; of a job also what
    failed, waits or was put aside, and whether its ledger and its records say the same.

    Reports hold no text of a document, no path and no name of a file.
    """
    if job is not None and records is not None:
        raise UsageError("RECORDS and --job exclude each other", remedy=_WHICH)
    if out is not None and not force and out.exists():
        raise OutputExists("the report exists already")
    if job is not None:
        return _of_job(job, format, out, force, ledger)
    if records is None:
        raise UsageError("there is nothing to report on", remedy=_WHICH)
    if (records / "job.json").is_file():
        raise UsageError("the folder is a job's", remedy="Name it by --job.")
    from docpriv.compliance.report import iter_records, report_table
    from docpriv.compliance.table import WRITERS

    write(WRITERS[format](report_table(iter_records(records))), out, force)
    return 0


def _of_job(job: Path, format: ReportFormat, out: Path | None, force: bool, ledger: str | None) -> int:
    from docpriv.batch.job_folder import open_job
    from docpriv.batch.ledger import Ledger
    from docpriv.compliance.job_report import Tally, job_table
    from docpriv.compliance.job_rows import join
    from docpriv.compliance.table import WRITERS

    folder = open_job(job, ledger=ledger)
    tally = Tally(folder.id, records=_files(folder.path / "records"))
    with Ledger(folder.ledger, folder.id) as book:
        documents = join(map(_told, book.rows()), folder.records_of)
        write(WRITERS[format](job_table(documents, tally)), out, force)
    if tally.unsound:
        raise IntegrityError(
            f"{tally.unsound} document(s) of the job ended without a record that says the same as the ledger; the report is "
            "written and says which",
            remedy="Look at the column `record`. If a runner still works on the job, write the "
            "report again when it has ended; else restore the records from a backup, or let the documents be done again "
            "with `docpriv jobs retry`.",
        )
    return 0


def _told(row: Row) -> LedgerRow:
    """A row without its paths."""
    from docpriv.compliance.job_rows import LedgerRow

    names = [one.name for one in fields(LedgerRow) if one.name not in ("id", "state")]
    return LedgerRow(id=row.document or row.place, state=str(row.state), **{name: getattr(row, name) for name in names})


def _files(records: Path) -> int:
    """Records of a job, all shards; those that cannot be looked at count for nothing."""
    return sum(1 for _ in records.glob("*/doc-*.json"))


def write(pieces: Iterable[str], out: Path | None, force: bool, *, mode: int = PUBLIC) -> None:
    """Write a report as it is made. A file gets its name when it is whole: a damaged record leaves no half report behind."""
    if out is None:
        for piece in pieces:
            sys.stdout.write(piece)
        sys.stdout.flush()
        return
    target = out.resolve() if force else out
    try:
        if not target.exists() or target.is_file():
            with whole_file(target, replace=force, mode=mode, prefix=".docpriv-report-") as file:
                file.writelines(piece.encode() for piece in pieces)
        else:  # a device or a pipe, which has its name already
            with target.open("w", encoding="utf-8", newline="") as stream:
                stream.writelines(pieces)
    except FileExistsError:
        raise OutputExists("the report exists already") from None
    except OSError as exc:
        raise OutputError(f"the report cannot be written ({exc.strerror})") from None
