"""What travels between the command and a worker: a job by path, events, an outcome; never pixels, never text."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from docpriv.errors import DocprivError, ExitCode
from docpriv.options import Recipe
from docpriv.records import DocumentRecord, PlanFile, RegionRecord


class Task(StrEnum):
    """What to do with a document."""

    REDACT = "redact"     # read, find, cover, verify, release
    SCAN = "scan"         # read and find; write nothing but what is asked for
    APPLY = "apply"       # draw a given plan, verify, release
    VERIFY = "verify"     # look for what is still readable in a redacted file


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One document. `shown` is the path as the user typed it, for their own terminal only."""

    document: str
    task: Task
    source: Path = field(repr=False)
    recipe: Recipe
    shown: str = field(default="", repr=False)
    target: Path | None = field(default=None, repr=False)
    records: Path | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    force: bool = False
    dry_run: bool = False
    plan: PlanFile | None = None
    extra_regions: tuple[tuple[int, RegionRecord], ...] = ()   # page index and region, added to the plan
    show: Path | None = field(default=None, repr=False)        # folder for pictures with boxes drawn (unredacted)
    plan_out: Path | None = field(default=None, repr=False)    # where to write the plan
    pages_hint: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A page of a document reached a stage."""

    document: str
    stage: str            # "read" or "verified"
    page: int
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a document ended. `error` is None exactly where the exit code is 0."""

    job: Job
    exit_code: ExitCode
    record: DocumentRecord | None
    error: DocprivError | None = None
    already: bool = False        # released by an earlier run with the same input, recipe and version
