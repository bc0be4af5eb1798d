"""A row for each document of an archive job, of its ledger and its record; no path, and no record that says otherwise.

The ledger decides how a document stands. A record adds what was checked and by what, where it is of the same attempt: same
status, input, recipe and, of a release, output.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, Field

from docpriv.compliance.sums import SHAPE
from docpriv.errors import IntegrityError
from docpriv.measures import IN_REPORTS, fields_of, from_kept, measured, total, with_figures
from docpriv.records import DocumentRecord, read_record

OPEN = ("waiting", "leased")
"""States of documents that have not ended; what they say of an earlier attempt is not counted."""

Evidence = Literal["", "agrees", "differs", "missing", "damaged", "not-kept"]
_ID = re.compile(r"doc-[0-9a-f]{20}")
_STATUS = {"quarantined": "failed"}  # of a record, where it is not called as the state


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """What a ledger says of a document. `id`: of its place as long as the document has none; times: seconds since 1970."""

    id: str
    state: str
    recipe: str
    version: str
    attempts: int
    deaths: int
    error: str | None
    exit_code: int | None
    pages: int
    regions: int
    seconds: float
    input_sha256: str | None
    output_sha256: str | None
    added: float
    started: float | None
    ended: float | None
    detail: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


@with_figures(*IN_REPORTS)
class JobRow(BaseModel):
    """One document of a job's report. Where it has not ended, its figures are those of nothing."""

    model_config = SHAPE
    document: str = Field(description="Its id; that of its place in the source until it was opened.")
    state: str
    error: str
    pages: int
    pages_verified: int
    pages_withheld: int
    pages_replaced: int = Field(description="Pages that a slip page stands for.")
    regions: int = Field(description="Areas covered in what was released.")
    regions_withheld: int = Field(default=0, description="Areas planned on pages that were not released.")
    kinds: dict[str, int] = Field(description="Covered areas by kind of their first reason.")
    kinds_withheld: dict[str, int] = Field(default={}, description="Likewise of areas on pages that were not released.")
    detectors: dict[str, int] = Field(description="Covered areas by the detector that found them first.")
    not_covered: dict[str, int] = Field(description="Findings by kind that the policy left readable.")
    checks_passed: int
    checks_failed: int
    failed_checks: dict[str, int]
    withheld_because: dict[str, int]
    warnings: tuple[str, ...]
    reviewed: bool = Field(description="A person had the areas of a plan covered.")
    areas_set: int = Field(default=0, description="Areas that the person added or changed.")
    areas_removed: int = Field(default=0, description="Areas of the plan that the person took out or changed.")
    withheld_before: dict[str, int] = Field(
        default={}, description="Why the recipe alone withholds pages that the person covered all the same, with their number."
    )
    attempts: int
    deaths: int = Field(description="Worker processes that it has cost.")
    released_by_hand: int = Field(
        default=0, description="1 where a person released by a plan, apart from the job, what the job did not release."
    )
    withdrawn: int = Field(default=0, description="1 where an earlier output was taken back, since the document is withheld now.")
    record: Evidence = Field(
        description="Whether the record says the same as the ledger: agrees, differs (it is of another "
        "attempt), missing, damaged; not-kept: an attempt that found an output of another "
        "origin in its place leaves the record as it was. Empty: it has not ended."
    )
    media_type: str
    input_sha256: str
    output_sha256: str = Field(description="Of what was released.")
    standing_sha256: str = Field(description="Of an earlier release that still stands, where nothing was released since.")
    recipe_sha256: str
    version: str = Field(description="Of docpriv.")
    added: str
    started: str
    ended: str
    cpu_seconds: float


class Joined(NamedTuple):
    """A document: its row, what the ledger says, its record where that agrees, and whether any record lies in its place."""

    row: JobRow
    ledger: LedgerRow
    record: DocumentRecord | None
    lies: bool


def join(rows: Iterable[LedgerRow], folder_of: Callable[[str], Path]) -> Iterator[Joined]:
    """The documents of a job as its ledger lists them, one at a time. `folder_of`: the records folder of a document's id."""
    for row in rows:
        place = folder_of(row.id) / f"{row.id}.json" if _ID.fullmatch(row.id) else None
        lies = place is not None and place.is_file()
        evidence, record = ("", None) if row.state in OPEN else _record_of(row, place)
        yield Joined(_row(row, evidence, record), row, record, lies)


def _record_of(row: LedgerRow, place: Path | None) -> tuple[Evidence, DocumentRecord | None]:
    """The record of the attempt by which a document ended. An attempt that released nothing may lie beside an earlier release."""
    evidence: Evidence = "missing"
    for path in () if place is None else (place, place.parent / "attempts" / place.name):
        if not path.is_file():
            continue
        try:
            record = read_record(path)
        except IntegrityError:
            return "damaged", None
        if _agrees(row, record):
            return "agrees", record
        evidence = "differs"
    return ("not-kept" if row.error == "exists" else evidence), None


def _agrees(row: LedgerRow, record: DocumentRecord) -> bool:
    read = record.input.sha256 if record.input else None
    written = record.output.sha256 if record.output else None
    released = row.state == "released"
    return (
        record.document == row.id
        and record.status == _STATUS.get(row.state, row.state)
        and record.recipe.sha256 == row.recipe
        and record.versions.get("docpriv", row.version) == row.version
        and read == row.input_sha256
        and (written == row.output_sha256 if released else True)
        and (released or record.error is None or record.error.code == row.error)
    )


def _row(row: LedgerRow, evidence: Evidence, record: DocumentRecord | None) -> JobRow:
    ended, released = row.state not in OPEN, row.state == "released"
    figures = measured(record) | kept_of(row)
    if not released:  # an earlier version wrote what was planned there among what was covered
        figures["kinds_withheld"] = total((figures["kinds_withheld"], figures["kinds"]))
        figures["kinds"] = figures["detectors"] = {}
    figures |= {
        "pages": row.pages if ended else 0,
        "regions": row.regions if released else 0,
        "regions_withheld": sum(figures["kinds_withheld"].values()),
        "warnings": record.warnings if record else (),
        "cpu_seconds": row.seconds if ended else 0.0,
    }
    return JobRow(
        document=row.id,
        state=row.state,
        error=row.error or "",
        attempts=row.attempts,
        deaths=row.deaths,
        record=evidence,
        media_type=record.input.media_type if record and record.input else "",
        input_sha256=(row.input_sha256 or "") if ended else "",
        output_sha256=(row.output_sha256 or "") if released else "",
        standing_sha256="" if released else row.output_sha256 or "",
        recipe_sha256=row.recipe,
        version=row.version,
        added=moment(row.added),
        started=moment(None if row.state == "waiting" else row.started),
        ended=moment(row.ended if ended else None),
        **fields_of(JobRow, figures),
    )


def kept_of(row: LedgerRow) -> dict[str, Any]:
    """The figures that the ledger keeps of a document; those of nothing where it has not ended."""
    return from_kept({} if row.state in OPEN else row.detail)


def moment(seconds: float | None) -> str:
    """A time in UTC, to the second; empty where there is none."""
    return "" if seconds is None else datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
