"""One exit code for a run, and sums that do not depend on the order in which documents end."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest

from docpriv.batch.job import Job, Outcome, Task
from docpriv.cli.outcome import summary_text
from docpriv.errors import SEVERITY, ExitCode, WithheldError, exit_code_of
from docpriv.results import RunSums, document_line, found_areas
from tests.unit.cli.runs import record

OK, BUG, INPUT, ENGINE = ExitCode.OK, ExitCode.BUG, ExitCode.INPUT, ExitCode.ENGINE
WITHHELD, OUTPUT, INTEGRITY = ExitCode.WITHHELD, ExitCode.OUTPUT, ExitCode.INTEGRITY


@pytest.mark.parametrize(
    ("codes", "wanted"),
    [
        ((), OK),
        ((OK, OK), OK),
        ((WITHHELD,), WITHHELD),
        ((OK, WITHHELD), ExitCode.PARTIAL),
        ((OK, BUG, WITHHELD), ExitCode.PARTIAL),
        ((INPUT, INPUT), INPUT),
        ((INPUT, WITHHELD), INPUT),
        ((OUTPUT, INPUT), OUTPUT),
        ((ENGINE, OUTPUT, WITHHELD), ENGINE),
        ((INTEGRITY, ENGINE), INTEGRITY),
        ((BUG, INTEGRITY), BUG),
    ],
)
def test_precedence_whatever_the_order(codes: tuple[ExitCode, ...], wanted: ExitCode) -> None:
    for order in permutations(codes):
        assert exit_code_of(order, releasing=True) is wanted
        assert exit_code_of(order, releasing=True, interrupted=True) is ExitCode.INTERRUPTED


def test_commands_that_release_nothing_are_never_partial() -> None:
    assert exit_code_of((OK, WITHHELD), releasing=False) is WITHHELD
    assert exit_code_of((OK, WITHHELD, INPUT), releasing=False) is INPUT


def test_every_code_of_a_document_has_a_place_in_the_order() -> None:
    assert set(SEVERITY) == set(ExitCode) - {ExitCode.OK, ExitCode.INTERRUPTED}


def outcome(name: str, code: ExitCode) -> Outcome:
    job = Job(document=name, task=Task.REDACT, source=Path("canary.png"), shown="canary.png")
    status = "released" if code is OK else "withheld"
    return Outcome(job=job, exit_code=code, record=record(name, status), error=None if code is OK else WithheldError("held"))


def test_a_tally_of_many_documents_says_what_the_rule_says() -> None:
    tally = RunSums(Task.REDACT, recipe="redact", recipe_sha256="ab" * 32, skipped=4)
    for index in range(100):
        tally.add(document_line(outcome(f"d{index}", WITHHELD if index % 10 == 0 else OK), index))
    summary = tally.summary(seconds=1.0)
    assert (summary.documents, summary.ended_well, summary.withheld, summary.failed) == (100, 90, 10, 0)
    assert (summary.exit_code, summary.skipped, summary.pages) == (6, 4, 100)
    assert (summary.counts, summary.counts_withheld) == ({"PERSON": 180}, {"PERSON": 20})


def test_the_summary_counts_as_covered_what_was_released_alone() -> None:
    tally = RunSums(Task.REDACT, recipe="redact", recipe_sha256="ab" * 32)
    for index, code in enumerate((OK, OK, WITHHELD)):
        tally.add(document_line(outcome(f"d{index}", code), index))
    text = summary_text(tally.summary(seconds=0.0)).splitlines()
    assert text[1:3] == ["4 areas covered: PERSON 4", "2 areas planned on pages that were not released: PERSON 2"]
    dry = RunSums(Task.REDACT, recipe="redact", recipe_sha256="ab" * 32)
    planned = replace(outcome("d", OK), record=record("d", "dry-run"))
    dry.add(document_line(planned, 0))
    assert summary_text(dry.summary(seconds=0.0)).splitlines()[1] == "2 areas would be covered: PERSON 2"


def test_one_document_among_none_gives_its_own_code() -> None:
    tally = RunSums(Task.REDACT, recipe="redact", recipe_sha256="ab" * 32)
    tally.add(document_line(outcome("d", WITHHELD), 0))
    assert tally.summary(seconds=0.0).exit_code == WITHHELD


def test_strips_of_a_slanting_line_are_one_area_and_two_lines_are_two() -> None:
    strips = tuple((x, 100 + x // 4, x + 4, 130 + x // 4) for x in range(0, 80, 4))
    first = record("d", "found")
    region = first.pages[0].regions[0].model_copy(update={"boxes": (*strips, (0, 300, 50, 330))})
    page = first.pages[0].model_copy(update={"regions": (region,)})
    areas = list(found_areas(first.model_copy(update={"pages": (page,)})))
    assert [area.box for area in areas] == [(0, 100, 80, 149), (0, 300, 50, 330)]


def test_a_line_holds_no_path() -> None:
    assert "canary" not in document_line(outcome("d", OK), 0).model_dump_json()
