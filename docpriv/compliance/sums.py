"""What is counted over the records of documents, one at a time; refuses to keep a record once it is counted."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field

from docpriv.errors import EXIT_MEANING, ExitCode
from docpriv.records import DocumentRecord, Fate, PageRecord, fate_of

SHAPE = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
_K = TypeVar("_K", bound=Hashable)


class ReasonRow(BaseModel):
    """How often a rule of a detector led to a covered area."""

    model_config = SHAPE
    kind: str
    detector: str
    reason: str
    regions: int = Field(description="Covered areas of released documents.")
    withheld: int = Field(default=0, description="Areas on pages that were not released.")
    planned: int = Field(default=0, description="Areas of dry runs and scans.")


class CheckRow(BaseModel):
    """How often a check of the written file held, over pages."""

    model_config = SHAPE
    name: str
    passed: int
    failed: int


class EngineRow(BaseModel):
    """An engine in use, with the SHA-256 of its model files."""

    model_config = SHAPE
    name: str
    version: str
    models: dict[str, str]
    documents: int


class PageSums:
    """Pages, reasons, checks, engines and versions over records."""

    def __init__(self) -> None:
        self.pages: dict[str, int] = {}
        self.not_covered: dict[str, int] = {}
        self.below: dict[str, int] = {}
        self.withheld: dict[str, int] = {}
        self.before: dict[str, int] = {}
        self._reasons: dict[tuple[str, str, str], dict[Fate, int]] = {}
        self._checks: dict[tuple[str, bool], int] = {}
        self._versions: dict[str, set[str]] = {}
        self._engines: dict[tuple[str, str, tuple[tuple[str, str], ...]], int] = {}

    def add(self, record: DocumentRecord) -> None:
        for page in record.pages:
            self._add_page(page, fate_of(record, page))
        for name, version in record.versions.items():
            self._versions.setdefault(name, set()).add(version)
        into(self._engines, {(engine.name, engine.version, tuple(sorted(engine.models.items()))): 1 for engine in record.engines})

    def _add_page(self, page: PageRecord, fate: Fate) -> None:
        into(self.pages, {str(page.status): 1})
        into(self.not_covered, page.not_covered)
        into(self.below, page.below_score)
        into(self.withheld, dict.fromkeys(page.withheld_because, 1))
        into(self.before, dict.fromkeys(page.withheld_before, 1))
        for region in page.regions:
            for reason in {(str(r.kind), r.detector, r.reason) for r in region.reasons}:
                into(self._reasons.setdefault(reason, {}), {fate: 1})
        for check in page.checks:
            into(self._checks, {(check.name, check.ok): 1})

    @property
    def reasons(self) -> tuple[ReasonRow, ...]:
        """The most frequent first."""
        return tuple(
            ReasonRow(
                kind=kind,
                detector=detector,
                reason=reason,
                regions=areas.get("covered", 0),
                withheld=areas.get("withheld", 0),
                planned=areas.get("planned", 0),
            )
            for (kind, detector, reason), areas in sorted(self._reasons.items(), key=_most_covered)
        )

    @property
    def checks(self) -> tuple[CheckRow, ...]:
        return tuple(
            CheckRow(name=name, passed=self._checks.get((name, True), 0), failed=self._checks.get((name, False), 0))
            for name in sorted({name for name, _ in self._checks})
        )

    @property
    def versions(self) -> dict[str, tuple[str, ...]]:
        return {name: tuple(sorted(found)) for name, found in sorted(self._versions.items())}

    @property
    def engines(self) -> tuple[EngineRow, ...]:
        return tuple(
            EngineRow(name=name, version=version, models=dict(models), documents=number)
            for (name, version, models), number in sorted(self._engines.items())
        )


def _most_covered(item: tuple[tuple[str, str, str], Mapping[Fate, int]]) -> tuple[int, int, tuple[str, str, str]]:
    reason, areas = item
    return -areas.get("covered", 0), -sum(areas.values()), reason


def meaning(exit_code: int) -> str:
    """What an exit code says; empty for one that this version does not know."""
    try:
        return EXIT_MEANING[ExitCode(exit_code)]
    except ValueError:
        return ""


def count(names: Iterable[str]) -> dict[str, int]:
    """How often each name occurs, by name."""
    out: dict[str, int] = {}
    for name in names:
        out[name] = out.get(name, 0) + 1
    return dict(sorted(out.items()))


def into(sums: dict[_K, int], more: Mapping[_K, int]) -> None:
    """Add counts to counts."""
    for key, number in more.items():
        sums[key] = sums.get(key, 0) + number


def largest_first(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
