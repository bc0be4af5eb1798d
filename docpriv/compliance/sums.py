"""What the reports on records and on jobs say alike, formed from the sums of the measures."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from docpriv.errors import ExitCode
from docpriv.measures import Sums, largest_first

SHAPE = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
_BY_NAME = ("pages_by_status", "records", "programs", "cpu_by_stage")


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


def figures_of(sums: Sums, form: type[BaseModel]) -> dict[str, Any]:
    """The sums that a report's form has a field for: counts with the largest first; rules, checks and engines as rows."""
    checks, areas = sums.counts("checks"), sums.counts("reasons")
    reasons = {
        reason: ReasonRow(
            kind=reason[0],
            detector=reason[1],
            reason=reason[2],
            regions=areas.get((*reason, "covered"), 0),
            withheld=areas.get((*reason, "withheld"), 0),
            planned=areas.get((*reason, "planned"), 0),
        )
        for reason in {key[:3] for key in areas}
    }
    versions: dict[str, tuple[str, ...]] = {}
    for name, version in sums.counts("versions"):
        versions[name] = (*versions.get(name, ()), version)
    figures = {n: largest_first(v) if isinstance(v, dict) and n not in _BY_NAME else v for n, v in sums.of(form).items()}
    return figures | {
        "reasons": tuple(sorted(reasons.values(), key=_most_covered)),
        "checks": tuple(
            CheckRow(name=name, passed=checks.get((name, True), 0), failed=checks.get((name, False), 0))
            for name in sorted({name for name, _ in checks})
        ),
        "versions": versions,
        "engines": tuple(
            EngineRow(name=name, version=version, models=dict(models), documents=number)
            for (name, version, models), number in sums.counts("engines").items()
        ),
    }


def _most_covered(row: ReasonRow) -> tuple[int, int, str, str, str]:
    return -row.regions, -(row.regions + row.withheld + row.planned), row.kind, row.detector, row.reason


def meaning(exit_code: int) -> str:
    """What an exit code says; empty for one that this version does not know."""
    try:
        return ExitCode(exit_code).meaning
    except ValueError:
        return ""
