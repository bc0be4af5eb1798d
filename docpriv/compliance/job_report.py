"""The report of an archive job: its sums, fed one document at a time, and its page with rows of those that need a look."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, Field

from docpriv import __version__
from docpriv.compliance import charts
from docpriv.compliance.job_rows import OPEN, JobRow, Joined, kept_of, moment
from docpriv.compliance.sums import SHAPE, CheckRow, EngineRow, ReasonRow, figures_of, meaning
from docpriv.compliance.table import Table, columns_of, render
from docpriv.measures import IN_REPORTS, MEASURES, Sums, further, largest_first, measured, total, with_figures

STATE_MEANING = {
    "released": "every page was verified on the written file, which then got its name",
    "withheld": "no file was released: verification failed, or a person has to look",
    "failed": "no file was released: input, engine or output failed",
    "quarantined": "put aside: the process that worked on it ended more than once",
    "leased": "a runner works on it, or held it when it stopped",
    "waiting": "not begun, or to be done again",
}
CODE_MEANING = {
    "unsupported": "the file is of a kind that is not read",
    "encrypted": "the file is encrypted, and no password opened it",
    "corrupt": "the file is damaged",
    "incomplete": "the file never became whole, or was changed while it was worked on",
    "limit": "the file, a page or the work on it went over a limit of the recipe",
    "input": "the file could not be read",
    "engine": "an engine failed, or the process that it ran in ended",
    "withheld": "verification failed, or a person has to look",
    "exists": "a file of another origin has the name of the output",
    "output": "the output could not be written",
    "integrity": "a record of the document is damaged",
}
_OF_ROWS = {one.name for one in MEASURES} & set(JobRow.model_fields) - {"warnings"}
RECORDS_MEANING = {
    "agrees": "the record is of the same attempt: same status, input, recipe and output",
    "not-kept": "the attempt found an output of another origin in its place, and left the record as it was",
    "differs": "the record that lies there is of another attempt; nothing of it is counted here",
    "missing": "no record lies there",
    "damaged": "what lies there cannot be read as a record",
}
_FIRST = ("quarantined", "failed", "withheld", "leased", "waiting", "released")
UNSOUND = ("differs", "missing", "damaged")
MOST_ROWS = 5_000
"""Documents that a page lists; the CSV form lists all."""
MOST_REASONS = 60


class StateError(BaseModel):
    """Why documents ended as they did."""

    model_config = SHAPE
    state: str
    code: str
    meaning: str
    documents: int


class JobRecipe(BaseModel):
    """A recipe that documents were done by, or are to be, by the digest of its canonical form with all overrides."""

    model_config = SHAPE
    sha256: str
    names: tuple[str, ...] = Field(description="Name and version, as records say it.")
    documents: int


@with_figures(*IN_REPORTS)
class JobSums(BaseModel):
    """What a job did, over all of its documents."""

    model_config = SHAPE
    format: Literal["docpriv/job-report/1"] = "docpriv/job-report/1"
    docpriv: str = Field(description="Version that wrote the report; those that did the work are in programs.")
    job: str
    begun: str = Field(description="When its first document was entered, UTC.")
    last_written: str = Field(description="When a document was last entered, begun or ended.")
    complete: bool = Field(description="No document waits, and no runner holds one.")
    documents: int
    states: dict[str, int] = Field(description="Documents by state.")
    released_with_slips: int = Field(description="Released documents in which a slip page stands for a withheld page.")
    standing: int = Field(description="Documents that are not released now, of which an earlier release still stands.")
    withdrawn: int = Field(
        default=0, description="Outputs of earlier attempts that were taken back, since their documents are withheld now."
    )
    released_by_hand: int = Field(
        default=0, description="Documents that the job did not release and a person released by a plan, apart from it."
    )
    reviewed: int = Field(description="Documents of which a person had the areas of a plan covered.")
    errors: tuple[StateError, ...]
    pages: int = Field(description="Of documents that ended.")
    pages_by_status: dict[str, int] = Field(description="As records say.")
    regions: int = Field(description="Areas covered in released documents.")
    regions_withheld: int = Field(description="Areas planned on pages that were not released.")
    kinds: dict[str, int] = Field(description="Covered areas by kind of their first reason.")
    kinds_withheld: dict[str, int] = Field(description="Likewise of areas on pages that were not released.")
    detectors: dict[str, int] = Field(description="Covered areas by the detector that found them first.")
    reasons: tuple[ReasonRow, ...] = Field(description="Areas by all of their reasons, as records say.")
    not_covered: dict[str, int] = Field(description="Findings by kind that the policy left readable.")
    below_score: dict[str, int] = Field(description="Findings by kind dropped for a low score, as records say.")
    withheld_because: dict[str, int] = Field(description="Pages by reason of withholding.")
    withheld_before: dict[str, int] = Field(
        description="Pages that a person covered by a plan, by the reason for which the recipe alone withholds them."
    )
    failed_checks: dict[str, int] = Field(description="Failed checks by name, as the ledger says.")
    checks: tuple[CheckRow, ...] = Field(description="All checks, as records say.")
    warnings: dict[str, int] = Field(description="Documents by what a reader must know before handing them on.")
    records: dict[str, int] = Field(description="Documents that ended, by whether their record says the same as the ledger.")
    records_beside: int = Field(description="Records that belong to no row: of earlier contents of documents, for example.")
    recipes: tuple[JobRecipe, ...]
    programs: dict[str, int] = Field(description="Documents by the version of docpriv.")
    versions: dict[str, tuple[str, ...]] = Field(description="Versions of programs and libraries, as records say.")
    engines: tuple[EngineRow, ...]
    attempts: int
    attempts_needed: dict[str, int] = Field(description="Documents by number of attempts.")
    deaths: int = Field(description="Worker processes that documents cost.")
    cpu_seconds: float = Field(description="Of the last attempt of each document.")
    cpu_by_stage: dict[str, float]
    ended_by_hour: dict[str, int] = Field(description="Documents by the hour in which they ended, UTC.")


class JobReport(JobSums):
    """The report of a job; JSON Schema in schemas/job-report.schema.json."""

    rows: tuple[JobRow, ...]


class Tally:
    """Everything that is counted over a job's documents, one at a time. Its size grows with what is told apart, not with them."""

    def __init__(self, job: str, *, records: int = 0) -> None:
        """`records`: files among the job's records, to know how many belong to no row."""
        self._job, self._records, self._met = job, records, 0
        self._sums = Sums()
        self._names: dict[str, set[str]] = {}
        self._first: float | None = None
        self._last: float | None = None

    def add(self, one: Joined) -> JobRow:
        """Count a document; its row."""
        row, said = one.row, one.ledger
        released, ended = row.state == "released", row.state not in OPEN
        self._met += one.lies
        self._sums.add(
            (measured(one.record) if one.record else {})
            | {name: value for name, value in row if name in _OF_ROWS}
            | {
                "cpu_by_stage": kept_of(said)["cpu_by_stage"],
                "documents": 1,
                "attempts": row.attempts,
                "deaths": row.deaths,
                "released_with_slips": int(released and row.error != ""),
                "standing": int(row.standing_sha256 != ""),
                "states": {row.state: 1},
                "programs": {row.version: 1},
                "recipes": {row.recipe_sha256: 1},
                "attempts_needed": {row.attempts: 1},
                "records": {row.record: 1} if row.record else {},
                "errors": {(row.state, row.error, said.exit_code or 0): 1} if row.error and ended and not released else {},
                "ended": {(int(said.ended // 300), released): 1} if ended and said.ended is not None else {},
            }
        )
        if one.record is not None:
            self._names.setdefault(row.recipe_sha256, set()).add(f"{one.record.recipe.name} {one.record.recipe.version}")
        times = [time for time in (said.added, said.started, said.ended) if time is not None]
        self._first = said.added if self._first is None else min(self._first, said.added)
        self._last = max(times) if self._last is None else max(self._last, *times)
        return row

    @property
    def ended(self) -> dict[tuple[int, bool], int]:
        """Documents by the five minutes (since 1970) in which they ended and whether they were released."""
        return self._sums.counts("ended")

    @property
    def unsound(self) -> int:
        """Documents that ended and have no record that says the same as the ledger."""
        return sum(self._sums.counts("records").get(name, 0) for name in UNSOUND)

    def sums(self) -> JobSums:
        """What was counted so far."""
        sums, states = self._sums, self._sums.counts("states")
        own = {
            "docpriv": __version__,
            "job": self._job,
            "begun": moment(self._first),
            "last_written": moment(self._last),
            "complete": not any(states.get(state) for state in OPEN),
            "states": {state: states[state] for state in (*STATE_MEANING, *states) if state in states},
            "errors": tuple(
                StateError(state=state, code=code, meaning=CODE_MEANING.get(code) or meaning(exit_code), documents=number)
                for (state, code, exit_code), number in sums.counts("errors").items()
            ),
            "records_beside": max(0, self._records - self._met),
            "recipes": tuple(
                JobRecipe(sha256=sha, names=tuple(sorted(self._names.get(sha, ()))), documents=number)
                for sha, number in largest_first(sums.counts("recipes")).items()
            ),
            "attempts_needed": {str(needed): number for needed, number in sums.counts("attempts_needed").items()},
            "cpu_seconds": round(sums.number("cpu_seconds"), 1),
            "cpu_by_stage": {stage: round(seconds, 1) for stage, seconds in sums.counts("cpu_by_stage").items()},
            "ended_by_hour": total({moment(slot * 300 // 3600 * 3600): n} for (slot, _), n in self.ended.items()),
        }
        return JobSums(**(figures_of(sums, JobSums) | own))


def job_table(documents: Iterable[Joined], tally: Tally) -> Table:
    """The report of a job, one row a document."""
    last = ("warnings", "kinds_withheld", "detectors", "not_covered", "failed_checks", "withheld_because", "withheld_before")
    return Table(
        columns=columns_of(JobRow, *last),
        rows=map(tally.add, documents),
        sums=tally.sums,
        page=lambda: job_html(documents, tally),
    )


def job_html(documents: Iterable[Joined], tally: Tally, *, most: int = MOST_ROWS) -> str:
    """One page that needs nothing beside itself. It lists `most` documents: those that were not released first."""
    kept: dict[tuple[bool, str], list[JobRow]] = {}
    for one in documents:
        row = tally.add(one)
        rows = kept.setdefault((row.record not in UNSOUND, row.state), [])
        if len(rows) < most:
            rows.append(row)
    order = {state: place for place, state in enumerate(_FIRST)}
    listed = [row for key in sorted(kept, key=lambda key: (key[0], order.get(key[1], -1), key[1])) for row in kept[key]][:most]
    sums = tally.sums()
    stretch = charts.stretch(tally.ended)
    drawn = {
        "states": charts.bars("states", "Documents by state", sums.states, unit="Documents", colours=charts.STATE_COLOUR),
        "kinds": charts.bars("kinds", "Covered areas by kind", sums.kinds, unit="Areas"),
        "because": charts.bars("because", "Withheld pages by reason", sums.withheld_because, unit="Pages", colour=charts.AMBER),
        "stages": charts.bars(
            "stages",
            "CPU time by stage",
            largest_first(sums.cpu_by_stage),
            unit="CPU seconds",
        ),
        "time": charts.over_time("time", "Documents ended an hour", tally.ended) if stretch else "",
    }
    return render(
        "job.html.j2",
        data=sums,
        rows=listed,
        charts=drawn,
        most_reasons=MOST_REASONS,
        state_meaning=STATE_MEANING,
        records_meaning=RECORDS_MEANING,
        unsound=tally.unsound,
        unsound_kinds=UNSOUND,
        stretch=stretch,
        further=further(sums, IN_REPORTS),
    )
