"""What a worker explains on its way up: what was asked for, and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from docpriv import scan
from docpriv.batch.job import Answer, Job, Task, from_message, to_message
from docpriv.batch.runner import _answer_of
from docpriv.errors import DocprivError, WithheldError
from docpriv.geometry import Box
from docpriv.model import Explanation, Kind
from docpriv.options import Recipe
from docpriv.provenance import now
from docpriv.recipes import override
from docpriv.records import DocumentRecord, RecipeRecord
from docpriv.run_options import RunOptions
from docpriv.work.wire import Message
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


def heard(job: Job, *explained: Explanation, error: DocprivError | None = None) -> Answer:
    record = DocumentRecord(
        document="doc-1",
        status="scanned",
        recipe=RecipeRecord(name="redact", version=1, sha256="0" * 64),
        finished=now(),
        versions={},
    )
    answer = to_message(Answer(record=record, error=error, explained=explained))
    return _answer_of(job, Message(json.loads(json.dumps(answer))))


def test_an_explanation_arrives_as_it_was() -> None:
    assert heard(JOB, ONE).explained == (ONE,)
    shown = replace(ONE, text="Jane")
    assert heard(replace(JOB, options=RunOptions(explain=True, reveal=True)), shown).explained == (shown,)
    assert heard(JOB).explained == ()


def test_an_error_arrives_as_it_was() -> None:
    error = heard(JOB, error=WithheldError("a page", remedy="look")).error
    assert (type(error), error and error.message, error and error.advice) == (WithheldError, "a page", "look")
    assert heard(JOB).error is None


def test_what_was_not_asked_for_is_refused() -> None:
    with pytest.raises(ValueError, match="nobody asked for"):
        heard(replace(JOB, options=RunOptions()), ONE)
    with pytest.raises(ValueError, match="nobody asked for"):
        heard(JOB, replace(ONE, text="Jane"))


def test_a_job_says_what_is_wanted() -> None:
    for job in (JOB, replace(JOB, options=RunOptions(explain=True, reveal=True)), replace(JOB, options=RunOptions())):
        again = from_message(Job, json.loads(json.dumps(to_message(job))))
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
