"""What a worker explains on its way up: what was asked for, and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from docpriv import scan
from docpriv.batch.job import Job, Task, explanations_from, explanations_message, job_from, job_message
from docpriv.geometry import Box
from docpriv.model import Explanation, Kind
from docpriv.options import Recipe
from docpriv.recipes import override
from docpriv.run_options import RunOptions
from tests.e2e.runs import write_page

JOB = Job(document="doc-1", task=Task.SCAN, source=Path("a.png"), options=RunOptions(explain=True))
ONE = Explanation(
    page=2,
    boxes=(Box(1, 2, 3, 4),),
    kind=Kind.DATE,
    score=0.5,
    detector="dates",
    rule="date",
    covered=False,
    why="the policy leaves the kind",
)


def sent(one: Explanation) -> object:
    return json.loads(json.dumps(explanations_message((one,))))


def test_an_explanation_arrives_as_it_was() -> None:
    assert explanations_from(sent(ONE), JOB) == (ONE,)
    shown = replace(ONE, text="Jane")
    assert explanations_from(sent(shown), replace(JOB, options=RunOptions(explain=True, reveal=True))) == (shown,)
    assert explanations_from([], JOB) == ()


def test_what_was_not_asked_for_is_refused() -> None:
    with pytest.raises(ValueError, match="nobody asked for"):
        explanations_from(sent(ONE), replace(JOB, options=RunOptions()))
    with pytest.raises(ValueError, match="nobody asked for"):
        explanations_from(sent(replace(ONE, text="Jane")), JOB)


def test_a_job_says_what_is_wanted() -> None:
    for job in (JOB, replace(JOB, options=RunOptions(explain=True, reveal=True)), replace(JOB, options=RunOptions())):
        again = job_from(json.loads(json.dumps(job_message(job))))
        assert again == job


@pytest.mark.slow
@pytest.mark.usefixtures("fakes")
def test_the_library_explains_without_text(tmp_path: Path) -> None:
    source = write_page(tmp_path / "a.png", ["Dear @Quintessa, your account #4711"])
    recipe = override(Recipe(), {"reading.engine": "fake", "policy.cover": ("PERSON",)})
    explained = scan(source, recipe=recipe, explain=True).documents[0].explained
    assert [(one.page, one.kind, one.rule, one.covered, one.text) for one in explained] == [
        (1, "PERSON", "marked", True, None),
        (1, "ACCOUNT_NUMBER", "marked", False, None),
    ]
    assert scan(source, recipe=recipe).documents[0].explained == ()
