"""Sum up the records of a run as CSV, JSON or one self-contained HTML page; refuses text, paths and any script.

The same records give the same bytes: a report carries the times that the records name and none of its own.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Hashable, Iterable, Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from docpriv import __version__
from docpriv.errors import EXIT_MEANING, ExitCode, InputError
from docpriv.model import Kind
from docpriv.records import DocumentRecord, PageRecord, read_record

_SHAPE = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
Format = Literal["csv", "html", "json"]
_K = TypeVar("_K", bound=Hashable)

# A cell that starts with one of these is a formula to a spreadsheet (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


class DocumentRow(BaseModel):
    """One document of a report."""

    model_config = _SHAPE
    document: str
    status: str
    reviewed: bool
    media_type: str
    pages: int
    pages_verified: int
    pages_withheld: int
    pages_replaced: int = Field(description="Pages that a slip page stands for.")
    regions: int
    kinds: dict[str, int]
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


class ReasonRow(BaseModel):
    """How often a rule of a detector led to a covered area."""

    model_config = _SHAPE
    kind: str
    detector: str
    reason: str
    regions: int


class CheckRow(BaseModel):
    """How often a check of the written file held, over pages."""

    model_config = _SHAPE
    name: str
    passed: int
    failed: int


class RecipeRow(BaseModel):
    """A recipe in use, by the digest of its canonical form with all overrides."""

    model_config = _SHAPE
    name: str
    version: int
    sha256: str
    documents: int


class EngineRow(BaseModel):
    """An engine in use, with the SHA-256 of its model files."""

    model_config = _SHAPE
    name: str
    version: str
    models: dict[str, str]
    documents: int


class ErrorRow(BaseModel):
    """Why documents were not released."""

    model_config = _SHAPE
    code: str
    meaning: str
    documents: int


class ReportData(BaseModel):
    """A report over records; JSON Schema in schemas/report.schema.json."""

    model_config = _SHAPE
    format: Literal["docpriv/report/1"] = "docpriv/report/1"
    docpriv: str = Field(description="Version that wrote the report; those that wrote the records are in versions.")
    first_started: str
    last_finished: str
    statuses: dict[str, int] = Field(description="Documents by status.")
    documents: int
    pages: int
    pages_by_status: dict[str, int]
    regions: int
    kinds: dict[str, int] = Field(description="Covered areas by kind of their first reason.")
    not_covered: dict[str, int] = Field(description="Findings by kind that the policy left readable.")
    below_score: dict[str, int] = Field(description="Findings by kind dropped for a low score.")
    reasons: tuple[ReasonRow, ...]
    withheld_because: dict[str, int] = Field(description="Pages by reason of withholding.")
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
        raise InputError(f"the records cannot be read ({exc.strerror})",
                         remedy="Give the folder that `docpriv redact` wrote records into.") from None
    if not paths:
        raise InputError("the folder holds no record", remedy="Give the folder that `docpriv redact` wrote records "
                                                              "into, by default `<out>.records`.")
    return (read_record(path) for path in paths)


def document_row(record: DocumentRecord) -> DocumentRow:
    """The row of one document."""
    pages = _count(page.status for page in record.pages)
    checks = _count("passed" if check.ok else "failed" for page in record.pages for check in page.checks)
    page = record.error.page if record.error else None
    return DocumentRow(
        document=record.document, status=record.status, reviewed=record.reviewed, pages=len(record.pages),
        media_type=record.input.media_type if record.input else "", pages_verified=pages.get("verified", 0),
        pages_withheld=pages.get("withheld", 0), pages_replaced=pages.get("placeholder", 0),
        regions=sum(len(p.regions) for p in record.pages), kinds=record.counts,
        checks_passed=checks.get("passed", 0), checks_failed=checks.get("failed", 0),
        withheld_because=_count(why for p in record.pages for why in set(p.withheld_because)),
        error=record.error.code if record.error else "", error_page=None if page is None else page + 1,
        input_sha256=record.input.sha256 if record.input else "",
        output_sha256=record.output.sha256 if record.output else "", recipe=record.recipe.name,
        recipe_sha256=record.recipe.sha256, started=record.started, finished=record.finished,
        cpu_seconds=round(sum(record.seconds.values()), 3))


class _Sums:
    """Everything that is counted over records, one record at a time."""

    def __init__(self) -> None:
        self.rows: list[DocumentRow] = []
        self.pages: dict[str, int] = {}
        self.kinds: dict[str, int] = {}
        self.not_covered: dict[str, int] = {}
        self.below: dict[str, int] = {}
        self.reasons: dict[tuple[str, str, str], int] = {}
        self.withheld: dict[str, int] = {}
        self.errors: dict[tuple[str, int], int] = {}
        self.checks: dict[tuple[str, bool], int] = {}
        self.recipes: dict[tuple[str, int, str], int] = {}
        self.versions: dict[str, set[str]] = {}
        self.engines: dict[tuple[str, str, tuple[tuple[str, str], ...]], int] = {}

    def add(self, record: DocumentRecord) -> None:
        self.rows.append(document_row(record))
        _into(self.kinds, record.counts)
        for page in record.pages:
            self._add_page(page)
        if record.error is not None:
            _into(self.errors, {(record.error.code, record.error.exit_code): 1})
        _into(self.recipes, {(record.recipe.name, record.recipe.version, record.recipe.sha256): 1})
        for name, version in record.versions.items():
            self.versions.setdefault(name, set()).add(version)
        for engine in record.engines:
            key = (engine.name, engine.version, tuple(sorted(engine.models.items())))
            self.engines[key] = self.engines.get(key, 0) + 1

    def _add_page(self, page: PageRecord) -> None:
        _into(self.pages, {str(page.status): 1})
        _into(self.not_covered, page.not_covered)
        _into(self.below, page.below_score)
        _into(self.withheld, dict.fromkeys(page.withheld_because, 1))
        for region in page.regions:
            why = {(str(r.kind), r.detector, r.reason) for r in region.reasons}
            _into(self.reasons, dict.fromkeys(why, 1))
        for check in page.checks:
            _into(self.checks, {(check.name, check.ok): 1})


def report_data(records: Iterable[DocumentRecord]) -> ReportData:
    """Sums over records and one row a document."""
    sums = _Sums()
    for record in records:
        sums.add(record)
    rows = sums.rows
    return ReportData(
        docpriv=__version__, first_started=min((r.started for r in rows if r.started), default=""),
        last_finished=max((r.finished for r in rows if r.finished), default=""),
        statuses=_ordered(_count(row.status for row in rows)), documents=len(rows),
        pages=sum(row.pages for row in rows),
        pages_by_status=dict(sorted(sums.pages.items())), regions=sum(row.regions for row in rows),
        kinds=_largest_first(sums.kinds), not_covered=_largest_first(sums.not_covered),
        below_score=_largest_first(sums.below), withheld_because=_largest_first(sums.withheld),
        reasons=tuple(ReasonRow(kind=kind, detector=detector, reason=reason, regions=number)
                      for (kind, detector, reason), number in sorted(sums.reasons.items(),
                                                                     key=lambda item: (-item[1], item[0]))),
        errors=tuple(ErrorRow(code=code, meaning=_meaning(exit_code), documents=number)
                     for (code, exit_code), number in sorted(sums.errors.items())),
        checks=tuple(CheckRow(name=name, passed=sums.checks.get((name, True), 0),
                              failed=sums.checks.get((name, False), 0))
                     for name in sorted({name for name, _ in sums.checks})),
        recipes=tuple(RecipeRow(name=name, version=version, sha256=sha, documents=number)
                      for (name, version, sha), number in sorted(sums.recipes.items())),
        versions={name: tuple(sorted(found)) for name, found in sorted(sums.versions.items())},
        engines=tuple(EngineRow(name=name, version=version, models=dict(models), documents=number)
                      for (name, version, models), number in sorted(sums.engines.items())),
        cpu_seconds=round(sum(row.cpu_seconds for row in rows), 1), rows=tuple(rows))


def to_json(data: ReportData) -> str:
    """The report for machines."""
    return data.model_dump_json(indent=1) + "\n"


def to_csv(records: Iterable[DocumentRecord]) -> Iterator[str]:
    """A header and one line a document, as they are read; no cell can act as a formula."""
    plain = [name for name in DocumentRow.model_fields if name not in {"kinds", "withheld_because"}]
    yield _line([*plain, "withheld_because", *(f"covered_{kind.lower()}" for kind in Kind)])
    for record in records:
        row = document_row(record)
        values: list[Any] = [getattr(row, name) for name in plain]
        values.append("; ".join(f"{why}: {number}" for why, number in row.withheld_because.items()))
        yield _line([*values, *(row.kinds.get(kind, 0) for kind in Kind)])


def to_html(data: ReportData) -> str:
    """One page that needs nothing beside itself: no script, no font, no picture from elsewhere."""
    from jinja2 import Environment, StrictUndefined, select_autoescape

    environment = Environment(autoescape=select_autoescape(default_for_string=True), undefined=StrictUndefined,
                              trim_blocks=True, lstrip_blocks=True)
    template = files("docpriv.compliance").joinpath("templates", "report.html.j2").read_text(encoding="utf-8")
    return environment.from_string(template).render(data=data, status_meaning=STATUS_MEANING)


STATUS_MEANING = {
    "released": "every page was verified on the written file",
    "withheld": "no file was released: verification failed, or a person has to look",
    "failed": "no file was released: input, engine or output failed",
    "releasing": "the run was stopped at the release; the next run settles it",
    "dry-run": "nothing was to be written",
    "scanned": "read only", "clean": "read only; nothing was detected", "found": "read only; something is readable",
}


def _ordered(statuses: dict[str, int]) -> dict[str, int]:
    return {status: statuses[status] for status in (*STATUS_MEANING, *statuses) if status in statuses}


def _meaning(exit_code: int) -> str:
    try:
        return EXIT_MEANING[ExitCode(exit_code)]
    except ValueError:
        return ""


def _line(values: Iterable[Any]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([_cell(value) for value in values])
    return out.getvalue()


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "'" + value if isinstance(value, str) and value.startswith(_FORMULA) else value


def _count(names: Iterable[str]) -> dict[str, int]:
    out: dict[str, int] = {}
    for name in names:
        out[name] = out.get(name, 0) + 1
    return dict(sorted(out.items()))


def _into(sums: dict[_K, int], more: Mapping[_K, int]) -> None:
    for key, number in more.items():
        sums[key] = sums.get(key, 0) + number


def _largest_first(counts: dict[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
