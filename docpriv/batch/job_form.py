"""What the summary of an archive job holds; refuses ids of documents, paths and text."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from docpriv.measures import with_figures
from docpriv.records import Sha256

_SHAPE = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


@with_figures
class JobSummary(BaseModel):
    """`summary.json` of a job. JSON Schema in schemas/job-summary.schema.json."""

    model_config = _SHAPE
    format: Literal["docpriv/job-summary/1"] = "docpriv/job-summary/1"
    job: str
    exit_code: int = Field(description="Of the job as it stands; 130 where it was stopped before its end.")
    complete: bool = Field(description="No document waits, and no runner holds one.")
    documents: int
    states: dict[str, int] = Field(description="Documents by state.")
    pages: int = Field(description="Of documents that ended.")
    regions: int = Field(description="Areas covered in released documents.")
    regions_withheld: int = Field(default=0, description="Areas planned on pages that were not released.")
    kinds: dict[str, int] = Field(description="Covered areas by kind of their first reason.")
    kinds_withheld: dict[str, int] = Field(default={}, description="Likewise of areas on pages that were not released.")
    detectors: dict[str, int] = Field(description="Covered areas by the detector that found them first.")
    left: dict[str, int] = Field(description="Findings by kind that the policy leaves readable.")
    withheld_because: dict[str, int] = Field(description="Pages by the reason for which they were withheld.")
    failed_checks: dict[str, int] = Field(description="Failed checks by name, with their pages.")
    errors: dict[str, int] = Field(description="Documents that were not released, by error code.")
    released_with_slips: int = Field(default=0, description="Released documents in which a slip page stands for a withheld page.")
    withdrawn: int = Field(
        default=0,
        description="Outputs of an earlier recipe, version or content that were moved to the job's "
        "folder withdrawn/, since their documents are withheld now.",
    )
    standing: int = Field(default=0, description="Documents that are not released now, of which an earlier release still stands.")
    released_by_hand: int = Field(
        default=0,
        description="Of the documents that the job did not release, those that a person released by a plan, as `docpriv jobs "
        "released` noted; they do not count for the exit code.",
    )
    attempts: int = Field(description="Attempts, summed over documents.")
    deaths: int = Field(default=0, description="Worker processes that documents cost.")
    seconds: dict[str, float] = Field(description="CPU seconds by stage, of the last attempt of each document.")
    recipes: dict[Sha256, int] = Field(description="Documents by the recipe that they were done by, or are to be.")
    versions: dict[str, int] = Field(description="Documents by the version of docpriv, likewise.")
    passed_over: int = Field(default=0, description="Files of the source that are no documents, at the last walk.")
    linked: int = Field(default=0, description="Linked folders of the source; they are not entered.")
    put_back: int = Field(
        default=0, description="Times that the last run put a document back, to be tried again; by that it has not ended."
    )
    hidden: int = Field(
        default=0,
        description="Hidden files and folders of the source, also in archives: their names begin with a dot. Not entered.",
    )
    written: str = Field(description="When this was summed up, UTC.")
