"""Sum up the records of a run as CSV, JSON or one self-contained HTML page: no text, no path, no script.

The same records give the same bytes: a report carries the times that the records name and none of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field

from docpriv import __version__
from docpriv.compliance.sums import SHAPE, CheckRow, EngineRow, ReasonRow, figures_of, meaning
from docpriv.compliance.table import Table, columns_of, render
from docpriv.errors import InputError
from docpriv.measures import IN_REPORTS, Sums, fields_of, further, measured, with_figures
from docpriv.records import DocumentRecord, read_record


@with_figures(*IN_REPORTS)
class DocumentRow(BaseModel):
    """One document of a report."""

    model_config = SHAPE
    document: str
    status: str
    reviewed: bool = Field(description="A person had the areas of a plan covered.")
    areas_set: int = Field(default=0, description="Areas that the person added or changed.")
    areas_removed: int = Field(default=0, description="Areas of the plan that the person took out or changed.")
    withheld_before: dict[str, int] = Field(
        default={}, description="Why the recipe alone withholds pages that the person covered all the same, with their number."
    )
    media_type: str
    pages: int
    pages_verified: int
    pages_withheld: int
    pages_replaced: int = Field(description="Pages that a slip page stands for.")
    regions: int = Field(description="Areas covered in what was released.")
    regions_withheld: int = Field(default=0, description="Areas planned on pages that were not released.")
    regions_planned: int = Field(default=0, description="Areas of a dry run or a scan.")
    kinds: dict[str, int] = Field(description="Covered areas by kind of their first reason.")
    kinds_withheld: dict[str, int] = Field(default={}, description="Likewise of areas on pages that were not released.")
    kinds_planned: dict[str, int] = Field(default={}, description="Likewise of areas of a dry run or a scan.")
    checks_passed: int
    checks_failed: int
    withheld_because: dict[str, int]
    error: str
    error_page: int | None = Field(description="From 1.")
    input_sha256: str
    output_sha256: str
    recipe: str
    recipe_sha256: str
    started: str
    finished: str
    cpu_seconds: float


class RecipeRow(BaseModel):
    """A recipe in use, by the digest of its canonical form with all overrides."""

    model_config = SHAPE
    name: str
    version: int
    sha256: str
    documents: int


class ErrorRow(BaseModel):
    """Why documents were not released."""

    model_config = SHAPE
    code: str
    meaning: str
    documents: int


@with_figures(*IN_REPORTS)
class ReportSums(BaseModel):
    """What is counted over records."""

    model_config = SHAPE
    format: Literal["docpriv/report/1"] = "docpriv/report/1"
    docpriv: str = Field(description="Version that wrote the report; those that wrote the records are in versions.")
    first_started: str
    last_finished: str
    statuses: dict[str, int] = Field(description="Documents by status.")
    documents: int
    pages: int
    pages_by_status: dict[str, int]
    regions: int = Field(description="Areas covered in released documents.")
    regions_withheld: int = Field(description="Areas planned on pages that were not released.")
    regions_planned: int = Field(description="Areas of dry runs and scans.")
    kinds: dict[str, int] = Field(description="Covered areas by kind of their first reason.")
    kinds_withheld: dict[str, int] = Field(description="Likewise of areas on pages that were not released.")
    kinds_planned: dict[str, int] = Field(description="Likewise of areas of dry runs and scans.")
    not_covered: dict[str, int] = Field(description="Findings by kind that the policy left readable.")
    below_score: dict[str, int] = Field(description="Findings by kind dropped for a low score.")
    reasons: tuple[ReasonRow, ...]
    withheld_because: dict[str, int] = Field(description="Pages by reason of withholding.")
    withheld_before: dict[str, int] = Field(
        default={}, description="Pages that a person covered by a plan, by the reason for which the recipe alone withholds them."
    )
    reviewed: int = Field(default=0, description="Documents of which a person had the areas of a plan covered.")
    errors: tuple[ErrorRow, ...]
    checks: tuple[CheckRow, ...]
    recipes: tuple[RecipeRow, ...]
    versions: dict[str, tuple[str, ...]]
    engines: tuple[EngineRow, ...]
    cpu_seconds: float


class ReportData(ReportSums):
    """A report over records; JSON Schema in schemas/report.schema.json."""

    rows: tuple[DocumentRow, ...]


def iter_records(folder: Path) -> Iterator[DocumentRecord]:
    """The document records of a folder in order of file name, read as they are asked for.

    InputError at once where there is none, IntegrityError when a damaged one is reached.
    """
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix == ".json" and not path.name.startswith("."))
    except OSError as exc:
        raise InputError(
            f"the records cannot be read ({exc.strerror})", remedy="Give the folder that `docpriv redact` wrote records into."
        ) from None
    if not paths:
        raise InputError(
            "the folder holds no record",
            remedy="Give the folder that `docpriv redact` wrote records into, by default `<out>.records`.",
        )
    return (read_record(path) for path in paths)


class _Read:
    """The rows of records, and the sums of those read so far."""

    def __init__(self, records: Iterable[DocumentRecord]) -> None:
        self._records, self._sums = records, Sums()
        self._first = self._last = ""

    def rows(self) -> Iterator[DocumentRow]:
        for record in self._records:
            figures = measured(record)
            self._sums.add(figures | {"documents": 1, "statuses": {record.status: 1}})
            self._first = min(filter(None, (self._first, record.started)), default="")
            self._last = max(self._last, record.finished)
            yield DocumentRow(
                document=record.document,
                status=record.status,
                media_type=record.input.media_type if record.input else "",
                error=record.error.code if record.error else "",
                error_page=None if record.error is None or record.error.page is None else record.error.page + 1,
                input_sha256=record.input.sha256 if record.input else "",
                output_sha256=record.output.sha256 if record.output else "",
                recipe=record.recipe.name,
                recipe_sha256=record.recipe.sha256,
                started=record.started,
                finished=record.finished,
                **fields_of(DocumentRow, figures),
            )

    def sums(self) -> ReportSums:
        sums = self._sums
        own = {
            "docpriv": __version__,
            "first_started": self._first,
            "last_finished": self._last,
            "statuses": _ordered(sums.counts("statuses")),
            "cpu_seconds": round(sums.number("cpu_seconds"), 1),
            "errors": tuple(
                ErrorRow(code=code, meaning=meaning(exit_code), documents=number)
                for (code, exit_code), number in sums.counts("errors").items()
            ),
            "recipes": tuple(
                RecipeRow(name=name, version=version, sha256=sha, documents=number)
                for (name, version, sha), number in sums.counts("recipes").items()
            ),
        }
        return ReportSums(**(figures_of(sums, ReportSums) | own))

    def whole(self) -> ReportData:
        rows = tuple(self.rows())  # before their sums are asked for
        return ReportData(rows=rows, **dict(self.sums()))


def report_table(records: Iterable[DocumentRecord]) -> Table:
    """The report over records, one row a document."""
    read = _Read(records)
    return Table(
        columns=columns_of(DocumentRow, "withheld_because", "withheld_before", "kinds_withheld", "kinds_planned"),
        rows=read.rows(),
        sums=read.sums,
        page=lambda: to_html(read.whole()),
        whole=read.whole,
    )


def to_html(data: ReportData) -> str:
    """One page that needs nothing beside itself: no script, no font, no picture from elsewhere."""
    return render("report.html.j2", data=data, status_meaning=STATUS_MEANING, further=further(data, IN_REPORTS))


STATUS_MEANING = {
    "released": "every page was verified on the written file",
    "withheld": "no file was released: verification failed, or a person has to look",
    "failed": "no file was released: input, engine or output failed",
    "releasing": "the run was stopped at the release; the next run settles it",
    "dry-run": "nothing was to be written",
    "scanned": "read only",
    "clean": "read only; nothing was detected",
    "found": "read only; something is readable",
}


def _ordered(statuses: dict[str, int]) -> dict[str, int]:
    return {status: statuses[status] for status in (*STATUS_MEANING, *statuses) if status in statuses}
