"""What is counted of a document's record, each figure once, and the one type that adds them up.

A new figure is one row of MEASURES with `where="everywhere"`: the ledger then keeps it; the reports on records and on jobs have
it as a column of their CSV, in the rows and sums of their JSON, and on their page; lines of documents, summaries of runs and
jobs and the metrics have it, and the terminal shows it. With "reports" it is in the ledger, the reports and summaries of jobs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar, get_origin

from pydantic import BaseModel, Field, create_model

from docpriv.model import Kind, NotUnderstood
from docpriv.records import BY_PERSON, DocumentRecord, PageRecord, RegionRecord

Counts = dict[Any, Any]
"""Numbers by name, or by a tuple of names where several tell a thing apart; whole ones, but for CPU seconds."""
Figures = Mapping[str, Any]
"""By name of the measure: a number, or Counts."""
Fate = Literal["covered", "withheld", "planned"]
"""What became of areas: destroyed in a released file; planned on pages that were not released; planned or found, and no more."""
_F = TypeVar("_F", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure of a document: what it is called and says, and how it is taken from a record."""

    name: str
    says: str
    take: Callable[[DocumentRecord], Any]
    type: Any = dict[str, int]  # or dict[str, float], int, float; bool, where no form of sums is to have it
    kept: str = ""  # the part of a ledger's row that it is kept as
    where: Literal["forms", "reports", "everywhere"] = "forms"  # beside the forms that name it

    @property
    def part(self) -> str:
        return self.kept or ("" if self.where == "forms" else self.name)

    @property
    def nothing(self) -> Any:
        return (get_origin(self.type) or self.type)()


def fate_of(record: DocumentRecord, page: PageRecord) -> Fate:
    """What became of the areas of a page. A slip page that stands for it shows nothing of the page: its areas are withheld."""
    if record.status in ("released", "releasing"):
        return "covered" if page.status == "verified" else "withheld"
    return "withheld" if record.status in ("withheld", "failed") else "planned"


def kind_of(region: RegionRecord) -> str:
    """The kind of an area: that of its first reason."""
    return str(region.reasons[0].kind) if region.reasons else "UNKNOWN"


def kinds_of(page: PageRecord) -> Counts:
    """Areas of a page by kind."""
    return tally(map(kind_of, page.regions))


def into(sums: Counts, more: Mapping[Any, Any]) -> None:
    """Add counts to counts."""
    for key, number in more.items():
        sums[key] = sums.get(key, 0) + number


def total(parts: Iterable[Mapping[Any, Any]]) -> Counts:
    """Sums by key, in order of key."""
    sums: Counts = {}
    for part in parts:
        into(sums, part)
    return dict(sorted(sums.items()))


def tally(names: Iterable[Any]) -> Counts:
    """How often each name occurs, in order of name."""
    return dict(sorted(Counter(names).items()))


def _by_page(counts: Callable[[PageRecord], Mapping[Any, int]]) -> Callable[[DocumentRecord], Counts]:
    return lambda record: total(map(counts, record.pages))


def _areas(fate: Fate) -> Callable[[DocumentRecord], Counts]:
    return lambda record: total(kinds_of(page) for page in record.pages if fate_of(record, page) == fate)


def _number(counts: Callable[[PageRecord], int]) -> Callable[[DocumentRecord], int]:
    return lambda record: sum(map(counts, record.pages))


def _number_of_areas(fate: Fate) -> Callable[[DocumentRecord], int]:
    return lambda record: sum(len(page.regions) for page in record.pages if fate_of(record, page) == fate)


def _detectors(record: DocumentRecord) -> Counts:
    covered = (region for page in record.pages if fate_of(record, page) == "covered" for region in page.regions)
    return tally(region.reasons[0].detector for region in covered if region.reasons)


def _reasons(record: DocumentRecord) -> Counts:
    return tally(
        (*reason, fate_of(record, page))
        for page in record.pages
        for region in page.regions
        for reason in {(str(r.kind), r.detector, r.reason) for r in region.reasons}
    )


def _set_by_person(page: PageRecord) -> int:
    return sum(any(r.detector == BY_PERSON for r in region.reasons) for region in page.regions)


def _not_understood(page: PageRecord) -> Counts:
    reasons = (reason.reason for region in page.regions for reason in region.reasons if reason.kind is Kind.UNREAD_INK)
    return tally(reason for reason in reasons if reason in set(NotUnderstood))


def _failed(page: PageRecord) -> Counts:
    return {check.name: 1 for check in page.checks if not check.ok}


def _engines(record: DocumentRecord) -> Counts:
    return tally({(one.name, one.version, tuple(sorted(one.models.items()))) for one in record.engines})


def _stages(record: DocumentRecord) -> Counts:
    return {stage: round(seconds, 3) for stage, seconds in sorted(record.seconds.items())}


MEASURES: tuple[Measure, ...] = (
    Measure("pages", "Pages.", lambda r: len(r.pages), int),
    Measure("pages_verified", "Pages that were verified.", _number(lambda p: p.status == "verified"), int),
    Measure("pages_withheld", "Pages that were withheld.", _number(lambda p: p.status == "withheld"), int),
    Measure("pages_replaced", "Pages that a slip page stands for.", _number(lambda p: p.status == "placeholder"), int),
    Measure("pages_by_status", "Pages by status.", _by_page(lambda p: {p.status: 1})),
    Measure("regions", "Areas covered in what was released.", _number_of_areas("covered"), int),
    Measure("regions_withheld", "Areas planned on pages that were not released.", _number_of_areas("withheld"), int),
    Measure("regions_planned", "Areas of a dry run or a scan.", _number_of_areas("planned"), int),
    Measure("areas", "Areas by kind, whatever became of them.", _by_page(kinds_of)),
    Measure("kinds", "Covered areas by kind of their first reason.", _areas("covered"), kept="kinds"),
    Measure("kinds_withheld", "Likewise of areas on pages that were not released.", _areas("withheld"), kept="withheld_kinds"),
    Measure("kinds_planned", "Likewise of areas of a dry run or a scan.", _areas("planned")),
    Measure("detectors", "Covered areas by the detector that found them first.", _detectors, kept="detectors"),
    Measure("reasons", "Areas by each of their reasons, as kind, detector and rule, and by fate.", _reasons),
    Measure(
        "withheld_because",
        "Pages by reason of withholding.",
        _by_page(lambda p: dict.fromkeys(p.withheld_because, 1)),
        kept="because",
    ),
    Measure(
        "withheld_before",
        "Pages covered by a plan, by why the recipe withholds them.",
        _by_page(lambda p: dict.fromkeys(p.withheld_before, 1)),
    ),
    Measure("failed_checks", "Failed checks by name, with their pages.", _by_page(_failed), kept="checks"),
    Measure("checks", "Checks by name and whether they held.", _by_page(lambda p: tally((c.name, c.ok) for c in p.checks))),
    Measure("checks_passed", "Checks that held.", _number(lambda p: sum(check.ok for check in p.checks)), int),
    Measure("checks_failed", "Checks that did not hold.", _number(lambda p: sum(not check.ok for check in p.checks)), int),
    Measure("not_covered", "Findings by kind that the policy leaves readable.", _by_page(lambda p: p.not_covered), kept="left"),
    Measure("below_score", "Findings by kind dropped for a low score.", _by_page(lambda p: p.below_score)),
    Measure("not_understood", "Areas of writing that was not understood, by reason.", _by_page(_not_understood), where="reports"),
    Measure("warnings", "Documents by what a reader must know before handing them on.", lambda r: tally(set(r.warnings))),
    Measure("reviewed", "A person had the areas of a plan covered.", lambda r: r.reviewed, bool),
    Measure("areas_set", "Areas that the person added or changed.", _number(_set_by_person), int),
    Measure("areas_removed", "Areas of the plan that the person took out or changed.", _number(lambda p: p.areas_removed), int),
    Measure("released_by_hand", "Documents that a person released; noted in a ledger.", lambda r: 0, int, kept="by_hand"),
    Measure("withdrawn", "Outputs that were taken back; noted in a ledger.", lambda r: 0, int, kept="withdrawn"),
    Measure("errors", "Errors by code and exit code.", lambda r: {(r.error.code, r.error.exit_code): 1} if r.error else {}),
    Measure(
        "recipes",
        "Documents by name, version and digest of their recipe.",
        lambda r: {(r.recipe.name, r.recipe.version, r.recipe.sha256): 1},
    ),
    Measure("versions", "Documents by name and version of programs and libraries.", lambda r: tally(r.versions.items())),
    Measure("engines", "Documents by engine: name, version, digests of its models.", _engines),
    Measure("cpu_by_stage", "CPU seconds by stage.", _stages, dict[str, float], kept="stages"),
    Measure("cpu_seconds", "CPU seconds.", lambda r: round(sum(r.seconds.values()), 3), float),
)


def measured(record: DocumentRecord | None) -> dict[str, Any]:
    """All figures of a document; those of nothing where it has no record."""
    return {one.name: one.nothing if record is None else one.take(record) for one in MEASURES}


def to_keep(figures: Figures) -> dict[str, Counts]:
    """Those of a document's figures that a ledger keeps, as the parts of its row; none that is nothing."""
    parts = ((one.part, figures[one.name]) for one in MEASURES if one.part)
    return {part: value if isinstance(value, dict) else {"": value} for part, value in parts if value}


def from_kept(parts: Mapping[str, Mapping[str, float]]) -> dict[str, Any]:
    """The figures that parts of a ledger's row, or their sums, hold; those of nothing where a part is not there."""
    figures = {}
    for one in MEASURES:
        if one.part:
            whole = one.type in (int, dict[str, int])
            counts = {key: int(value) if whole else value for key, value in sorted(parts.get(one.part, {}).items())}
            figures[one.name] = counts if get_origin(one.type) else one.nothing + sum(counts.values())
    return figures


def fields_of(form: type[BaseModel], figures: Figures) -> dict[str, Any]:
    """Those of the figures that a form has a field for."""
    return {name: figures[name] for name in form.model_fields if name in figures}


def with_figures(*where: str) -> Callable[[type[_F]], type[_F]]:
    """A form with the measures that belong there and that it does not name itself, at its end."""

    def give(form: type[_F]) -> type[_F]:
        new: dict[str, Any] = {
            one.name: (one.type, Field(default=one.nothing, description=one.says))
            for one in MEASURES
            if one.where in where and one.name not in form.model_fields
        }
        return create_model(form.__name__, __base__=form, __module__=form.__module__, __doc__=form.__doc__, **new)

    return give


IN_REPORTS, EVERYWHERE = ("reports", "everywhere"), ("everywhere",)


def further(form: BaseModel, where: tuple[str, ...]) -> list[tuple[Measure, Any]]:
    """What a form says of the measures that belong there by their row alone."""
    return [(one, getattr(form, one.name)) for one in MEASURES if one.where in where]


@dataclass(slots=True)
class Sums:
    """Figures of any number of documents, added up one at a time: numbers by name, and counts by name and key."""

    figures: dict[str, Any] = field(default_factory=dict)

    def add(self, figures: Figures) -> None:
        for name, value in figures.items():
            if isinstance(value, dict):
                into(self.figures.setdefault(name, {}), value)
            else:
                self.figures[name] = self.figures.get(name, 0) + value

    def number(self, name: str) -> Any:
        return self.figures.get(name, 0)

    def counts(self, name: str) -> Counts:
        """In order of key."""
        return dict(sorted(self.figures.get(name, {}).items()))

    def of(self, form: type[BaseModel]) -> dict[str, Any]:
        """The sums by the names of a form's numbers and counts; 0 and no counts of what was not added."""
        kinds = {name: get_origin(info.annotation) or info.annotation for name, info in form.model_fields.items()}
        return {
            name: self.counts(name) if kind is dict else self.number(name)
            for name, kind in kinds.items()
            if kind in (dict, int, float)
        }


def largest_first(counts: Counts) -> Counts:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
