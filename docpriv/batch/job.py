"""A job, which is one document of a run, its progress and its outcome; as messages between the supervisor and a worker.

Never pixels; nor text, but where the user asked to see on their own terminal what was found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, TypeVar

from pydantic import Field, PlainSerializer, PlainValidator, TypeAdapter

from docpriv.errors import DocprivError, ExitCode
from docpriv.model import Explanation
from docpriv.options import Recipe
from docpriv.records import DocumentRecord, PlanFile, RegionRecord
from docpriv.run_options import RunOptions, TravellingPath
from docpriv.work.pool import Allowance
from docpriv.work.wire import error_from, error_message

T = TypeVar("T")

_SHARED = 0.05  # of a page's seconds: what steps over the whole document get for each page


class State(StrEnum):
    """Of a document in an archive job. The last four have ended; what has ended is touched again only when somebody asks."""

    WAITING = "waiting"
    LEASED = "leased"
    RELEASED = "released"
    WITHHELD = "withheld"
    FAILED = "failed"
    QUARANTINED = "quarantined"


class Task(StrEnum):
    """What to do with a document."""

    REDACT = "redact"  # read, find, cover, verify, release
    SCAN = "scan"  # read and find; write nothing but what is asked for
    APPLY = "apply"  # draw a given plan, verify, release
    VERIFY = "verify"  # look for what is still readable in a redacted file


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """By which row of which ledger a document may be released: the one with the newest token."""

    ledger: str = field(repr=False)  # a file or a URL, which may hold a password
    job: str
    place: str
    token: int
    output: str = field(repr=False)  # below the job's output folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One document of a run. `shown` is the path as the user typed it, for their own terminal only; it does not travel."""

    document: str
    task: Task
    source: TravellingPath = field(repr=False)
    options: RunOptions = field(default_factory=RunOptions)
    index: int = 0  # place among the documents of the run
    token: str = ""  # random, of this attempt; what a worker leaves on disk is known by it
    shown: Annotated[str, Field(exclude=True)] = field(default="", repr=False)
    target: TravellingPath | None = field(default=None, repr=False)
    records: TravellingPath | None = field(default=None, repr=False)
    replaces: str | None = None  # SHA-256 of the output that may be replaced; None: whatever `force` finds
    plan: PlanFile | None = None
    plan_sha256: str | None = None
    extra_regions: tuple[tuple[int, RegionRecord], ...] = ()  # page index and region, added to the plan
    pictures: TravellingPath | None = field(default=None, repr=False)  # with boxes drawn (unredacted), without -pN.png
    lease: Lease | None = None
    number: int | None = None  # of the file in the archive that `source` is

    @property
    def recipe(self) -> Recipe:
        return self.options.recipe


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A page of a document reached a stage."""

    document: str
    stage: str  # "read" or "verified"
    page: int
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a worker says of a document at its end. `explained`: what `explain` asked for, in page order."""

    record: DocumentRecord
    error: Annotated[DocprivError, PlainValidator(error_from), PlainSerializer(error_message)] | None
    explained: tuple[Explanation, ...] = field(repr=False)

    def check(self, job: Job) -> None:
        """ValueError where the job asked for no explanations, or for none with text."""
        if self.explained and not job.options.explain:
            raise ValueError("a worker explains what nobody asked for")
        if any(one.text is not None for one in self.explained) and not job.options.reveal:
            raise ValueError("a worker sends text that nobody asked for")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a document ended. `error` is None exactly where the exit code is 0."""

    job: Job
    exit_code: ExitCode
    record: DocumentRecord | None
    error: DocprivError | None = None
    already: bool = False  # released by an earlier run with the same input, recipe and version
    stands: bool = False  # nothing was released now, but the output of an earlier release is still in its place
    died: bool = False  # it cost the worker that held it
    explained: tuple[Explanation, ...] = field(default=(), repr=False)  # what `explain` asked for, in page order


def allowance_of(recipe: Recipe) -> Allowance:
    """What a step of a document may take: one page."""
    limits = recipe.limits
    return Allowance(
        cpu_seconds=limits.page_seconds * recipe.reading.threads,
        still_seconds=limits.still_seconds,
        wall_seconds=limits.wall_seconds,
        megabytes=limits.memory_megabytes,
    )


def cpu_seconds(recipe: Recipe, pages: int) -> float:
    """CPU seconds of a step over `pages` pages at once."""
    return allowance_of(recipe).cpu_seconds * max(1.0, _SHARED * pages)


def to_message(value: Any) -> Any:
    """A value of a dataclass as JSON; paths survive whatever bytes they are made of."""
    kind: Callable[..., Any] = type(value)
    return _adapter(kind).dump_python(value, mode="json")


def from_message(kind: Callable[..., T], message: Any) -> T:
    """The value of a message; ValueError where it is none."""
    value: T = _adapter(kind).validate_python(message)
    return value


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
