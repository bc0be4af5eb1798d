"""`docpriv jobs`: what a job's ledger says, and letting documents wait again; paths on the owner's terminal alone."""

from __future__ import annotations

import json as json_
import os
from collections.abc import Iterator
from contextlib import contextmanager
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from docpriv.batch.job import State
from docpriv.cli import options as o
from docpriv.cli.batch_cmd import LedgerUrl
from docpriv.cli.streams import number_of, printable, say, stdout_is_terminal
from docpriv.errors import UsageError

if TYPE_CHECKING:
    from docpriv.batch.job_folder import JobFolder
    from docpriv.batch.ledger import Ledger, Row

app = typer.Typer(no_args_is_help=True, help="Look at archive jobs, and retry documents.")

Job = Annotated[Path, typer.Option("--job", metavar="DIR", help="Folder of the job.")]
States = Annotated[
    list[State] | None, typer.Option("--state", help="Documents in this state alone; may be repeated.", show_default=False)
]
Ids = Annotated[list[str] | None, typer.Argument(metavar="[DOCUMENT]...", help="Documents by id.")]
_PLACES = ("path", "lies", "output")  # in the source, now, and of the output
_SHOWN = ("document", "state", "error", "pages", "regions", "attempts", "seconds")


@app.command("list")
def list_documents(
    job: Job,
    state: States = None,
    json: Annotated[bool, typer.Option("--json", help="JSON lines.")] = False,
    ledger: LedgerUrl = None,
) -> int:
    """List the documents of a job by id; on a terminal with where they lie now."""
    from docpriv.batch.summary import by_hand, row_of_report

    shown = stdout_is_terminal()
    with _opened(job, ledger) as (folder, book):
        for row in book.rows(state or ()):
            said = row_of_report(row)
            if json:
                say(json_.dumps(said, sort_keys=True))
            else:
                line = "  ".join(f"{said[name] if said[name] is not None else '-'}" for name in _SHOWN)
                line += "  released by hand" if by_hand(row) else ""
                say(f"{line}  {_lies(folder, row)}" if shown else line)
    return 0


@app.command()
def show(job: Job, documents: Ids = None, ledger: LedgerUrl = None) -> int:
    """Say how a job stands; with ids, all that the ledger and the record know of these documents."""
    from docpriv.batch.summary import summarise
    from docpriv.cli.job_display import summary_text

    with _opened(job, ledger) as (folder, book):
        if not documents:
            say(summary_text(summarise(book, folder.id), seconds=0.0).rpartition("\n")[0])
            return 0
        rows = list(book.rows(documents=documents))
    if not rows:
        raise UsageError("the job has no such document", remedy="`docpriv jobs list --job DIR` lists their ids.")
    for row in rows:
        say(_told(folder, row))
    return 0


@app.command()
def retry(job: Job, documents: Ids = None, state: States = None, ledger: LedgerUrl = None) -> int:
    """Let documents wait again, for the next `docpriv batch` or `docpriv watch` of the job: by id, or all in a state, such as
    --state quarantined.
    """
    from docpriv.batch.inbox import WATCHED

    if not documents and not state:
        raise UsageError("retry needs documents or a state", remedy="Name ids, or --state withheld, failed or quarantined.")
    with _opened(job, ledger) as (_, book):
        count = book.retry(state or (), documents=documents or ())
        watched = (book.first_path() or "").startswith(WATCHED)
    say(
        f"{number_of(count, 'document')} will be done again by the next `docpriv {'watch' if watched else 'batch'}`"
        + (", or at once by one that runs" if watched and count else "")
    )
    return 0


@app.command()
def released(
    job: Job,
    records: Annotated[
        Path, typer.Option("--records", metavar="DIR", help="Records of `docpriv apply`, by default OUT.records.")
    ],
    ledger: LedgerUrl = None,
) -> int:
    """Note which documents that a job did not release were released by a person with `docpriv apply`.

    Told by the digest of the input; the output of the plan has to stand as it was released. The job keeps how it ended with
    them; they do not count for its exit code any more.
    """
    from docpriv.compliance.report import iter_records
    from docpriv.records import stands

    count = 0
    inputs = {
        record.input.sha256
        for record in iter_records(records)
        if record.status == "released" and record.reviewed and record.input is not None and stands(records, record.document)
    }
    with _opened(job, ledger) as (_, book):
        for row in list(book.rows([State.WITHHELD, State.FAILED, State.QUARANTINED])):
            if row.input_sha256 in inputs and book.note_by_hand(row.place):
                count += 1
    say(f"{number_of(count, 'document')} of the job noted as released by hand")
    return 0


@app.command()
def export(
    job: Job,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="CSV file to write.")],
    paths: Annotated[
        bool,
        typer.Option(
            "--paths", help="With the paths of sources and outputs, which may name people: for the owner of the archive alone."
        ),
    ] = False,
    force: o.Force = False,
    ledger: LedgerUrl = None,
) -> int:
    """Write a job's documents as CSV, one row each; without paths unless they are asked for."""
    from docpriv.batch.summary import COLUMNS, row_of_report
    from docpriv.cli.report_cmd import write
    from docpriv.compliance.table import Column, Table, as_csv
    from docpriv.files import PUBLIC

    count = 0
    with _opened(job, ledger) as (folder, book):

        def said(row: Row) -> dict[str, object]:
            nonlocal count
            count += 1
            places = {"path": row.path, "lies": _lies(folder, row), "output": row.output} if paths else {}
            return row_of_report(row) | places

        columns = tuple(Column(name, itemgetter(name)) for name in (*COLUMNS, *(_PLACES if paths else ())))
        write(as_csv(Table(columns=columns, rows=map(said, book.rows()))), out, force, mode=0o600 if paths else PUBLIC)
    say(f"{count} documents written")
    return 0


@contextmanager
def _opened(job: Path, ledger: str | None) -> Iterator[tuple[JobFolder, Ledger]]:
    from docpriv.batch.job_folder import open_job
    from docpriv.batch.ledger import Ledger

    folder = open_job(job, ledger=ledger)
    with Ledger(folder.ledger, folder.id) as book:
        yield folder, book


def _lies(folder: JobFolder, row: Row) -> str:
    from docpriv.batch.inbox import WATCHED
    from docpriv.batch.summary import lies_at

    path = lies_at(folder, row)
    if path is None:
        return "(the original was deleted after its release)"
    gone = row.path.startswith(WATCHED) and not os.path.lexists(path)
    return printable(str(path)) + (" (nothing lies there any more)" if gone else "")


def _told(folder: JobFolder, row: Row) -> str:
    from docpriv.batch.summary import row_of_report

    lines = [f"{name}: {value}" for name, value in row_of_report(row).items() if value is not None]
    if stdout_is_terminal():
        lines.append(f"lies: {_lies(folder, row)}")
    for name, counts in row.detail.items():
        lines.append(f"{name}: " + ", ".join(f"{key} {value:g}" for key, value in counts.items()))
    if row.document is not None:
        lines.append(
            f"record: {printable(str(folder.records_of(row.document) / (row.document + '.json')))}"
            if stdout_is_terminal()
            else f"record: records/{row.document[4:6]}/{row.document}.json"
        )
    return "\n".join([*lines, ""])
