"""`docpriv report`: records to a report for the compliance team; refuses to replace a file unless told to."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from docpriv.cli import options as o
from docpriv.errors import OutputError, OutputExists


class ReportFormat(StrEnum):
    """What a report is written as."""

    CSV = "csv"
    HTML = "html"
    JSON = "json"


def report(records: Annotated[Path, typer.Argument(metavar="RECORDS", help="Folder of records that `docpriv redact` "
                                                                           "wrote.")],
           format: Annotated[ReportFormat, typer.Option("--format", help="csv: one row a document. html: one page that "
                             "needs nothing else. json: the sums and the rows.")] = ReportFormat.CSV,
           out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Where to write; default: standard "
                                                                                  "output.")] = None,
           force: o.Force = False) -> int:
    """Sum up records as CSV, HTML or JSON.

    What was covered and why, what was released or withheld, by which recipe, engines and versions.

    Reports hold no text of a document, no path and no name of a file.
    """
    from docpriv.compliance.report import iter_records, report_data, to_csv, to_html, to_json

    pieces: Iterable[str]
    if format is ReportFormat.CSV:
        pieces = to_csv(iter_records(records))
    else:
        data = report_data(iter_records(records))
        pieces = [to_html(data) if format is ReportFormat.HTML else to_json(data)]
    if out is None:
        for piece in pieces:
            sys.stdout.write(piece)
        sys.stdout.flush()
        return 0
    pieces = list(pieces)  # a damaged record must not leave half a report behind
    try:
        with out.open("w" if force else "x", encoding="utf-8", newline="") as file:
            file.writelines(pieces)
    except FileExistsError:
        raise OutputExists("the report exists already") from None
    except OSError as exc:
        raise OutputError(f"the report cannot be written ({exc.strerror})") from None
    return 0
