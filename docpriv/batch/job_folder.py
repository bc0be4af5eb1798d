"""The folder of an archive job: its name, key, ledger, records, reports. It lies apart from outputs and inputs.

job.json           the job's id, where it reads and writes; private
private/key        key of the ids of its documents
private/working    locked by all who work on the job, as long as they do
ledger.sqlite      the ledger, unless it is on PostgreSQL; private
records/XX/        records of the documents whose id begins with XX, as a records folder each
summary.json       how the job stands
withdrawn/         outputs that were released before their documents were withheld, each with its reason
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from docpriv.batch.identity import document_key
from docpriv.batch.locks import records_lock
from docpriv.batch.walk import real
from docpriv.errors import IntegrityError, UsageError
from docpriv.files import path_from, path_text
from docpriv.records import write_json
from docpriv.run_options import TravellingBytes, TravellingPath

LEDGER_VARIABLE = "DOCPRIV_LEDGER"
"""Environment variable with the URL of the ledger, for it may hold a password, which is nothing for an argument."""


class JobFile(BaseModel):
    """`job.json`."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
    format: Literal["docpriv/job/1"] = "docpriv/job/1"
    id: str = Field(pattern="^job-[0-9a-f]{16}$")
    source: str = Field(repr=False)
    out: str = Field(repr=False)
    ledger: Literal["sqlite", "postgresql"]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFolder:
    """A job that exists. `ledger`: a file, or a URL that may hold a password."""

    path: TravellingPath = field(repr=False)
    id: str
    source: TravellingPath = field(repr=False)
    out: TravellingPath = field(repr=False)
    ledger: str = field(repr=False)
    key: TravellingBytes = field(repr=False)

    @property
    def summary(self) -> Path:
        return self.path / "summary.json"

    def records_of(self, document: str) -> Path:
        """The records folder of a document: 256 of them, so that none grows too long to list."""
        return self.path / "records" / document.removeprefix("doc-")[:2]

    def place(self, relative: str) -> str:
        """A name for where a document lies that says nothing without the key."""
        return "at-" + hmac.new(self.key, b"docpriv place\0" + relative.encode(), hashlib.sha256).hexdigest()[:24]


def start_job(folder: Path, source: Path, out: Path, *, ledger: str | None = None) -> JobFolder:
    """The job of a folder, begun now or earlier. UsageError where the folder is another job's or lies badly."""
    names = {"the job folder": folder, "the output folder": out, "the source": source}
    for inner, outer in (
        ("the job folder", "the output folder"),
        ("the job folder", "the source"),
        ("the output folder", "the source"),
        ("the source", "the output folder"),
    ):
        if real(names[inner]).is_relative_to(real(names[outer])):
            raise UsageError(f"{inner} lies in {outer}", remedy="Keep the source, the output and --job apart.")
    url = os.environ.get(LEDGER_VARIABLE) if ledger is None else ledger
    if not (folder / "job.json").exists():
        with records_lock(folder):
            if not (folder / "job.json").exists():
                document_key(folder)
                write_json(
                    folder / "job.json",
                    JobFile(
                        id=f"job-{secrets.token_hex(8)}",
                        source=path_text(source.absolute()),
                        out=path_text(out.absolute()),
                        ledger="sqlite" if url is None else "postgresql",
                    ),
                    private=True,
                )
    job = open_job(folder, ledger=url)
    if real(job.source) != real(source) or real(job.out) != real(out):
        raise UsageError(
            "the job folder belongs to a job with another source or output",
            remedy="Give each job a --job folder of its own, or name the same source and output again.",
        )
    return job


def open_job(folder: Path, *, ledger: str | None = None) -> JobFolder:
    """A job that was begun. UsageError where the folder holds none, IntegrityError where it is damaged."""
    url = os.environ.get(LEDGER_VARIABLE) if ledger is None else ledger
    try:
        said = JobFile.model_validate_json((folder / "job.json").read_bytes())
    except OSError as exc:
        raise UsageError(
            f"the folder holds no job ({exc.strerror})", remedy="`docpriv batch SOURCE OUT --job DIR` begins one."
        ) from None
    except ValidationError:
        raise IntegrityError(
            "job.json of the job folder is damaged", remedy="Restore it from a backup, or start a new --job."
        ) from None
    if said.ledger == "postgresql" and url is None:
        raise UsageError("the job's ledger is on PostgreSQL", remedy=f"Name it by --ledger or {LEDGER_VARIABLE}.")
    if said.ledger == "sqlite" and url is not None:
        raise UsageError("the job's ledger is its own file", remedy=f"Leave out --ledger and {LEDGER_VARIABLE}.")
    with records_lock(folder):
        key = document_key(folder)
    return JobFolder(
        path=folder.absolute(),
        id=said.id,
        source=path_from(said.source),
        out=path_from(said.out),
        key=key,
        ledger=str(folder.absolute() / "ledger.sqlite") if url is None else url,
    )
