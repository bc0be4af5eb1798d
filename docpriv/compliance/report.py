"""Sum up the records of a run as CSV, JSON or one self-contained HTML page; refuses text, paths and any script.

The same records give the same bytes: a report carries the times that the records name and none of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field

from docpriv import __version__
from docpriv.compliance.cells import line, listed
from docpriv.compliance.pages import render
from docpriv.compliance.sums import SHAPE, CheckRow, EngineRow, PageSums, ReasonRow, count, into, largest_first, meaning
from docpriv.errors import InputError
from docpriv.model import Kind
from docpriv.records import DocumentRecord, areas_by_fate, read_record

_KINDS = ("kinds", "kinds_withheld", "kinds_planned")
Format = Literal["csv", "html", "json"]


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


class ReportData(BaseModel):
    """A report over records; JSON Schema in schemas/report.schema.json."""

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


def document_row(record: DocumentRecord) -> DocumentRow:
    """The row of one document."""
    pages = count(page.status for page in record.pages)
    checks = count("passed" if check.ok else "failed" for page in record.pages for check in page.checks)
    page = record.error.page if record.error else None
    areas = areas_by_fate(record)
    return DocumentRow(
        document=record.document,
        status=record.status,
        reviewed=record.reviewed,
        areas_set=record.areas_set,
        areas_removed=record.areas_removed,
        withheld_before=record.withheld_before,
        pages=len(record.pages),
        media_type=record.input.media_type if record.input else "",
        pages_verified=pages.get("verified", 0),
        pages_withheld=pages.get("withheld", 0),
        pages_replaced=pages.get("placeholder", 0),
        regions=sum(areas["covered"].values()),
        regions_withheld=sum(areas["withheld"].values()),
        regions_planned=sum(areas["planned"].values()),
        kinds=areas["covered"],
        kinds_withheld=areas["withheld"],
        kinds_planned=areas["planned"],
        checks_passed=checks.get("passed", 0),
        checks_failed=checks.get("failed", 0),
        withheld_because=count(why for p in record.pages for why in set(p.withheld_because)),
        error=record.error.code if record.error else "",
        error_page=None if page is None else page + 1,
        input_sha256=record.input.sha256 if record.input else "",
        output_sha256=record.output.sha256 if record.output else "",
        recipe=record.recipe.name,
        recipe_sha256=record.recipe.sha256,
        started=record.started,
        finished=record.finished,
        cpu_seconds=round(sum(record.seconds.values()), 3),
    )


class _Sums:
    """Everything that is counted over records, one record at a time."""

    def __init__(self) -> None:
        self.rows: list[DocumentRow] = []
        self.pages = PageSums()
        self.kinds: dict[str, dict[str, int]] = {name: {} for name in _KINDS}
        self.errors: dict[tuple[str, int], int] = {}
        self.recipes: dict[tuple[str, int, str], int] = {}

    def add(self, record: DocumentRecord) -> None:
        row = document_row(record)
        self.rows.append(row)
        self.pages.add(record)
        for name in _KINDS:
            into(self.kinds[name], getattr(row, name))
        if record.error is not None:
            into(self.errors, {(record.error.code, record.error.exit_code): 1})
        into(self.recipes, {(record.recipe.name, record.recipe.version, record.recipe.sha256): 1})


def report_data(records: Iterable[DocumentRecord]) -> ReportData:
    """Sums over records and one row a document."""
    sums = _Sums()
    for record in records:
        sums.add(record)
    rows = sums.rows
    return ReportData(
        docpriv=__version__,
        first_started=min((r.started for r in rows if r.started), default=""),
        last_finished=max((r.finished for r in rows if r.finished), default=""),
        statuses=_ordered(count(row.status for row in rows)),
        documents=len(rows),
        pages=sum(row.pages for row in rows),
        pages_by_status=dict(sorted(sums.pages.pages.items())),
        regions=sum(row.regions for row in rows),
        regions_withheld=sum(row.regions_withheld for row in rows),
        regions_planned=sum(row.regions_planned for row in rows),
        kinds=largest_first(sums.kinds["kinds"]),
        kinds_withheld=largest_first(sums.kinds["kinds_withheld"]),
        kinds_planned=largest_first(sums.kinds["kinds_planned"]),
        not_covered=largest_first(sums.pages.not_covered),
        below_score=largest_first(sums.pages.below),
        withheld_because=largest_first(sums.pages.withheld),
        withheld_before=largest_first(sums.pages.before),
        reviewed=sum(row.reviewed for row in rows),
        reasons=sums.pages.reasons,
        errors=tuple(
            ErrorRow(code=code, meaning=meaning(exit_code), documents=number)
            for (code, exit_code), number in sorted(sums.errors.items())
        ),
        checks=sums.pages.checks,
        recipes=tuple(
            RecipeRow(name=name, version=version, sha256=sha, documents=number)
            for (name, version, sha), number in sorted(sums.recipes.items())
        ),
        versions=sums.pages.versions,
        engines=sums.pages.engines,
        cpu_seconds=round(sum(row.cpu_seconds for row in rows), 1),
        rows=tuple(rows),
    )


def to_json(data: ReportData) -> str:
    """The report for machines."""
    return data.model_dump_json(indent=1) + "\n"


def to_csv(records: Iterable[DocumentRecord]) -> Iterator[str]:
    """A header and one line a document, as they are read; no cell can act as a formula."""
    parts = ["withheld_because", "withheld_before", "kinds_withheld", "kinds_planned"]
    plain = [name for name in DocumentRow.model_fields if name not in {"kinds", *parts}]
    yield line([*plain, *parts, *(f"covered_{kind.lower()}" for kind in Kind)])
    for record in records:
        row = document_row(record)
        values: list[Any] = [getattr(row, name) for name in plain]
        yield line([*values, *(listed(getattr(row, name)) for name in parts), *(row.kinds.get(kind, 0) for kind in Kind)])


def to_html(data: ReportData) -> str:
    """One page that needs nothing beside itself: no script, no font, no picture from elsewhere."""
    return render("report.html.j2", data=data, status_meaning=STATUS_MEANING)


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
