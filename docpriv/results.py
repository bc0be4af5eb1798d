"""What a run says of itself: a line a document, a summary, one exit code; no paths, and text only where it was asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from docpriv.batch.job import Outcome, Task
from docpriv.errors import ExitCode, exit_code_of
from docpriv.geometry import Box
from docpriv.measures import EVERYWHERE, Sums, fields_of, further, kind_of, kinds_of, measured, with_figures
from docpriv.model import Explanation
from docpriv.records import DocumentRecord, Sha256

_SHAPE = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

_REACH = 3  # pixels between two strips of one area


class FoundArea(BaseModel):
    """Something found: page from 1, kind, score and box [x0, y0, x1, y1] in pixels of the page, half open."""

    model_config = _SHAPE
    page: int
    kind: str
    score: float
    box: tuple[int, int, int, int]


class ExplainedArea(BaseModel):
    """One finding, covered or left, or an area that no finding asked for: page from 1, a box for each line of it."""

    model_config = _SHAPE
    page: int
    boxes: tuple[tuple[int, int, int, int], ...] = Field(description="x0, y0, x1, y1 in pixels of the page, half open.")
    kind: str
    score: float
    detector: str
    rule: str = Field(description="The rule, pattern or class of labels that decided.")
    covered: bool
    why: str = Field(description="Why it is covered or left.")
    text: str | None = Field(default=None, description="What was read there; of scan --explain --reveal only.")


@with_figures(*EVERYWHERE)
class DocumentLine(BaseModel):
    """How one document ended; a line of `--json`. JSON Schema in schemas/document-line.schema.json."""

    model_config = _SHAPE
    format: Literal["docpriv/document-line/1"] = "docpriv/document-line/1"
    document: str = Field(description="Document id: a keyed digest, never a path.")
    index: int = Field(description="Place of the document among the inputs, from 0, folders unfolded.")
    status: str
    exit_code: int
    already: bool = Field(default=False, description="Released by an earlier run with the same input and recipe.")
    earlier_stands: bool = Field(
        default=False,
        description="Nothing was released now; the output of an earlier release is still in its place, and so is its record.",
    )
    pages: int = 0
    counts: dict[str, int] = Field(default={}, description="Areas by kind, whatever became of the document.")
    counts_withheld: dict[str, int] = Field(default={}, description="Of these, areas on pages that were not released.")
    counts_by_page: tuple[dict[str, int], ...] = ()
    not_covered: dict[str, int] = Field(default={}, description="Findings by kind that the policy leaves readable.")
    found: tuple[FoundArea, ...] = Field(default=(), description="Every area; of scan and verify only.")
    explained: tuple[ExplainedArea, ...] = Field(
        default=(), repr=False, description="Every finding and why it is covered or left; of scan --explain only."
    )
    failed_checks: dict[str, int] = Field(default={}, description="Failed checks by name, with their pages.")
    withheld_because: dict[str, int] = Field(default={}, description="Reasons of withheld pages, with their pages.")
    withheld_before: dict[str, int] = Field(
        default={},
        description="Of apply: why the recipe alone withholds pages that the plan covers all the same, with their number.",
    )
    areas_set: int = Field(default=0, description="Of apply: areas that a person added or changed.")
    areas_removed: int = Field(default=0, description="Of apply: areas of the plan that a person took out or changed.")
    error: str | None = Field(default=None, description="Error code, such as withheld or corrupt.")
    error_page: int | None = Field(default=None, description="Page of the error, from 1.")
    seconds: float = Field(default=0.0, description="CPU seconds.")


@with_figures(*EVERYWHERE)
class RunSummary(BaseModel):
    """The last line of `--json`. JSON Schema in schemas/run-summary.schema.json."""

    model_config = _SHAPE
    format: Literal["docpriv/run-summary/1"] = "docpriv/run-summary/1"
    task: str
    exit_code: int
    interrupted: bool = False
    documents: int
    ended_well: int = Field(description="Documents with exit code 0.")
    already: int = Field(description="Of these, released by an earlier run.")
    withheld: int
    failed: int
    missing: int = Field(default=0, description="Documents that did not end though nobody interrupted: a bug.")
    unreached: int = Field(default=0, description="Documents that had not ended when the run was interrupted.")
    unjudged: int = Field(
        default=0, description="Documents with pages of which the engines cannot say what is readable; of scan and verify only."
    )
    remains: int = Field(default=0, description="Documents whose file holds more than its pages show; of verify only.")
    skipped: int = Field(description="Files in input folders that are no documents.")
    linked: int = Field(default=0, description="Linked folders in input folders; they are not entered.")
    hidden: int = Field(default=0, description="Hidden files and folders in input folders; they are not entered.")
    archives: int = Field(default=0, description="Zip and tar archives in input folders; `docpriv batch` reads them.")
    pages: int
    counts: dict[str, int] = Field(description="Areas by kind: covered in released files; of scan and verify, found.")
    counts_withheld: dict[str, int] = Field(default={}, description="Areas by kind on pages that were not released.")
    counts_planned: dict[str, int] = Field(default={}, description="Areas by kind of a dry run.")
    exit_codes: dict[str, int] = Field(description="Documents by exit code.")
    recipe: str
    recipe_sha256: Sha256
    seconds: float = Field(description="Wall-clock seconds.")


def status_of(outcome: Outcome) -> str:
    """The record's status, or what the exit code says where there is no record."""
    well = (ExitCode.OK, ExitCode.WITHHELD)  # a document with slip pages is released, and says so
    if outcome.record is not None and (outcome.exit_code in well or outcome.record.status != "released"):
        return outcome.record.status
    if outcome.exit_code is ExitCode.OK:
        return "released" if outcome.job.task in (Task.REDACT, Task.APPLY) else "scanned"
    return "withheld" if outcome.exit_code is ExitCode.WITHHELD else "failed"


def document_line(outcome: Outcome, index: int) -> DocumentLine:
    """The line of a document, from its outcome."""
    record, job = outcome.record, outcome.job
    areas = job.task in (Task.SCAN, Task.VERIFY)
    page = record.error.page if record is not None and record.error is not None else None
    figures = measured(record)
    return DocumentLine(
        document=job.document,
        index=index,
        status=status_of(outcome),
        exit_code=int(outcome.exit_code),
        already=outcome.already,
        earlier_stands=outcome.stands,
        counts=figures["areas"],
        counts_withheld=figures["kinds_withheld"],
        counts_by_page=tuple(map(kinds_of, record.pages)) if record and areas else (),
        found=tuple(found_areas(record)) if record and areas else (),
        explained=tuple(map(explained_area, outcome.explained)),
        error=outcome.error.code if outcome.error else None,
        error_page=None if page is None else page + 1,
        seconds=figures["cpu_seconds"],
        **fields_of(DocumentLine, figures),
    )


def found_areas(record: DocumentRecord) -> Iterable[FoundArea]:
    """Where a record's regions are; the strips that a slanting line is covered with count as one area."""
    for page in record.pages:
        for region in page.regions:
            kind = kind_of(region)
            score = max((r.score for r in region.reasons), default=0.0)
            for box in _joined(Box(*sides) for sides in region.boxes):
                yield FoundArea(page=page.index + 1, kind=kind, score=score, box=(box.x0, box.y0, box.x1, box.y1))


def explained_area(one: Explanation) -> ExplainedArea:
    """An explanation as it is printed: what no terminal should get is replaced, in revealed text above all."""
    return ExplainedArea(
        page=one.page + 1,
        boxes=tuple((b.x0, b.y0, b.x1, b.y1) for b in one.boxes),
        kind=str(one.kind),
        score=round(one.score, 4),
        detector=one.detector,
        rule=one.rule,
        covered=one.covered,
        why=one.why,
        text=None if one.text is None else "".join(c if c.isprintable() else "?" for c in one.text),
    )


def _joined(boxes: Iterable[Box]) -> list[Box]:
    """Boxes in which those that touch are one, from the left."""
    out: list[Box] = []
    for box in sorted(boxes):
        touching = next((n for n, other in enumerate(out) if box.overlaps(other.grow(_REACH, 0))), None)
        if touching is None:
            out.append(box)
        else:
            out[touching] = out[touching].union(box)
    return out


class RunSums:
    """Sums of a run, fed one outcome at a time, so that memory does not grow with documents.

    `expected`: documents that the run is to end. `known`: fields of the summary that are known beforehand.
    """

    def __init__(self, task: Task, *, expected: int | None = None, **known: Any) -> None:
        self.task, self._expected, self._known = task, expected, known
        self._sums = Sums()

    def add(self, line: DocumentLine) -> None:
        released = {kind: number - line.counts_withheld.get(kind, 0) for kind, number in line.counts.items()}
        looked = self.task in (Task.SCAN, Task.VERIFY)
        self._sums.add(
            {
                "codes": {ExitCode(line.exit_code): 1},
                "counts_planned" if line.status == "dry-run" else "counts": {kind: n for kind, n in released.items() if n},
                "counts_withheld": line.counts_withheld,
                "pages": line.pages,
                "already": int(line.already),
                "unjudged": int(looked and bool(line.withheld_because)),
                "remains": int(looked and bool(line.failed_checks)),
            }
            | {one.name: figure for one, figure in further(line, EVERYWHERE)}
        )

    def summary(self, *, seconds: float, interrupted: bool = False) -> RunSummary:
        by_code = self._sums.counts("codes")
        well, withheld = by_code.get(ExitCode.OK, 0), by_code.get(ExitCode.WITHHELD, 0)
        documents = sum(by_code.values())
        releasing = self.task in (Task.REDACT, Task.APPLY)
        left = 0 if self._expected is None else self._expected - documents
        missing = 0 if interrupted else abs(left)
        code = ExitCode.BUG if missing else exit_code_of(list(by_code), releasing=releasing, interrupted=interrupted)
        own = {
            "task": str(self.task),
            "exit_code": int(code),
            "interrupted": interrupted,
            "documents": documents,
            "ended_well": well,
            "withheld": withheld,
            "failed": documents - well - withheld,
            "missing": missing,
            "unreached": max(0, left) if interrupted else 0,
            "exit_codes": {str(int(code)): number for code, number in by_code.items()},
            "seconds": round(seconds, 3),
        }
        return RunSummary(**(self._sums.of(RunSummary) | own | self._known))
