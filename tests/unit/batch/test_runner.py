"""How documents end in the supervisor: 0 only for what is released, errors that stay errors, records that cannot be kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from docpriv.batch import runner as module
from docpriv.batch.job import Job, Outcome, Progress, Task, allowance_of
from docpriv.batch.run_jobs import is_done
from docpriv.batch.runner import Runner, _answer_of, _ended, _left, default_workers, failed, released_by
from docpriv.errors import CorruptInput, EngineError, ExitCode, OutputError
from docpriv.files import file_sha256
from docpriv.options import Finding, Recipe
from docpriv.pipeline import Request
from docpriv.recipes import override, recipe_sha256
from docpriv.records import DocumentRecord, FileRecord, PrivateRecord, RecipeRecord, commit_release, note_release, read_record
from docpriv.run_options import RunOptions
from docpriv.work.wire import Message

CANARY = "Zebedee Canaryman"
ID = "doc-" + "ab" * 10
RECIPE = Recipe()
DIGEST = recipe_sha256(RECIPE)


@pytest.fixture
def job(tmp_path: Path) -> Job:
    (tmp_path / "out.png").write_bytes(b"the output")
    return Job(
        document=ID,
        task=Task.REDACT,
        source=tmp_path / "in.png",
        options=RunOptions(recipe=RECIPE),
        target=tmp_path / "out.png",
        records=tmp_path / "records",
        token="11" * 16,
    )


def record(job: Job, status: str = "released", **more: Any) -> DocumentRecord:
    assert job.target is not None
    sha256 = file_sha256(job.target)
    output = FileRecord(sha256=sha256, bytes=10, media_type="image/png", pages=1) if sha256 is not None else None
    return DocumentRecord.model_validate(
        {
            "document": ID,
            "status": status,
            "run": job.token,
            "output": output,
            "recipe": RecipeRecord(name="redact", version=1, sha256=DIGEST),
            **more,
        }
    )


def release(job: Job, made: DocumentRecord) -> None:
    assert job.records is not None
    commit_release(job.records, PrivateRecord.of(ID, job.source, job.target), made)


def test_an_error_stays_one_whoever_released_the_document(job: Job) -> None:
    """Another run released the same input after this job was given: this job's worker said it failed."""
    release(job, record(job, run="22" * 16, finished="2999-01-01T00:00:00Z"))
    assert _ended(job, None, EngineError("broke")).exit_code is ExitCode.ENGINE
    release(job, record(job, finished="2999-01-01T00:00:00Z"))
    ended = _ended(job, None, EngineError("broke"))
    assert (ended.exit_code, ended.stands) == (ExitCode.ENGINE, True)
    assert job.records is not None
    assert read_record(job.records / f"{ID}.json").status == "released"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, ExitCode.OK),
        ({"run": "22" * 16}, ExitCode.ENGINE),
        ({"run": ""}, ExitCode.ENGINE),
        ({"recipe": RecipeRecord(name="redact", version=1, sha256="cd" * 32)}, ExitCode.ENGINE),
    ],
)
@pytest.mark.parametrize("when", ["noted", "recorded"])
def test_a_worker_that_died_had_released_what_it_noted_itself(
    job: Job, change: dict[str, Any], code: ExitCode, when: str
) -> None:
    assert job.records is not None
    if when == "noted":
        note_release(job.records, PrivateRecord.of(ID, job.source, job.target), record(job, "releasing", **change))
    else:
        release(job, record(job, **change))
    ended = _left(job, EngineError("died"))
    assert ended.exit_code is code
    assert read_record(job.records / f"{ID}.json").status == "released"


def test_what_was_noted_and_not_linked_is_dropped(job: Job) -> None:
    assert job.records is not None
    assert job.target is not None
    note_release(job.records, PrivateRecord.of(ID, job.source, job.target), record(job, "releasing"))
    job.target.write_bytes(b"something else")
    assert released_by(job, DIGEST) is None
    assert _left(job, EngineError("died")).exit_code is ExitCode.ENGINE
    assert list((job.records / "private").glob("*.next.json")) == []
    assert read_record(job.records / f"{ID}.json").status == "failed"


@pytest.mark.parametrize(
    ("task", "status", "code"),
    [
        (Task.REDACT, "released", 0),
        (Task.REDACT, "dry-run", 1),
        (Task.REDACT, "withheld", 1),
        (Task.REDACT, "failed", 1),
        (Task.REDACT, "releasing", 1),
        (Task.REDACT, "scanned", 1),
        (Task.REDACT, "found", 1),
        (Task.SCAN, "scanned", 0),
        (Task.SCAN, "found", 1),
        (Task.VERIFY, "clean", 0),
        (Task.VERIFY, "found", 5),
        (Task.VERIFY, "scanned", 1),
        (Task.APPLY, "released", 0),
        (Task.APPLY, "clean", 1),
    ],
)
def test_0_takes_the_status_of_success(job: Job, task: Task, status: str, code: int) -> None:
    one = Job(document=ID, task=task, source=job.source, options=RunOptions(recipe=RECIPE), target=job.target)
    assert _ended(one, record(job, status), None).exit_code == code


def test_nothing_at_all_is_a_bug(job: Job) -> None:
    ended = _ended(job, None, None)
    assert ended.exit_code is ExitCode.BUG
    assert ended.error is not None


@pytest.mark.parametrize(
    "trouble",
    [
        OutputError("a record cannot be written (No space left on device)"),
        PermissionError(13, "Permission denied"),
        UnicodeEncodeError("utf-8", "x", 0, 1, "no"),
    ],
)
def test_a_record_that_cannot_be_kept_is_the_trouble_of_its_document(
    job: Job, trouble: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> bool:
        raise trouble

    for name in ("keep_record", "released_by"):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, broken)
            ended = _left(job, CorruptInput("the data is damaged"))
        assert ended.exit_code is ExitCode.OUTPUT
        assert ended.error is not None
        assert "the data is damaged" in ended.error.message


@pytest.mark.parametrize(
    "answer",
    [
        {"record": {"document": 1}, "error": None, "explained": []},
        {"record": None, "error": None, "explained": []},
        {"record": {}, "error": None},
        {},
    ],
)
def test_what_a_worker_must_not_say_is_refused(job: Job, answer: dict[str, Any]) -> None:
    with pytest.raises((ValueError, KeyError)):
        _answer_of(job, Message(answer))


def test_finished_documents_stream(job: Job) -> None:
    taken = 0

    def finished() -> Iterator[Outcome]:
        nonlocal taken
        for _ in range(1000):
            taken += 1
            yield Outcome(job=job, exit_code=ExitCode.OK, record=None, already=True)

    with Runner(RECIPE, folders=()) as runner:
        outcomes = runner.run(finished())
        next(outcomes)
        assert taken == 1
        assert sum(1 for _ in outcomes) == 999


def test_a_page_has_its_seconds_and_the_whole_document_its_share(job: Job) -> None:
    seen: list[Progress] = []
    with Runner(RECIPE, folders=()) as runner:
        runner._on_event = seen.append
        assert runner._news(job, {"stage": "read", "page": 3, "pages": 9000}) == 180
        assert runner._news(job, {"stage": "read", "page": 8999, "pages": 9000}) == 180 * 450
    assert seen[0] == Progress(document=ID, stage="read", page=3, pages=9000)
    allowed = allowance_of(RECIPE)
    assert (allowed.cpu_seconds, allowed.still_seconds, allowed.wall_seconds, allowed.megabytes) == (180, 300, 3600, 2000)
    assert allowance_of(override(RECIPE, {"reading.threads": 4})).cpu_seconds == 720  # that of all threads counts


def test_workers_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    for processors, documents, wanted in ((16, 100, 4), (2, 100, 2), (16, 1, 1), (16, 0, 1)):
        monkeypatch.setattr(module, "processors", lambda count=processors: count)
        assert default_workers(documents) == wanted


def test_a_release_by_a_plan_counts_for_the_same_plan_alone(job: Job) -> None:
    from docpriv import __version__

    more: dict[str, Any] = {"versions": {"docpriv": __version__}}
    drawn = {**more, "reviewed": True, "plan_sha256": "aa" * 32}
    apply = Job(
        document=ID,
        task=Task.APPLY,
        source=job.source,
        options=RunOptions(recipe=RECIPE),
        target=job.target,
        plan_sha256="aa" * 32,
    )
    other = Job(
        document=ID,
        task=Task.APPLY,
        source=job.source,
        options=RunOptions(recipe=RECIPE),
        target=job.target,
        plan_sha256="bb" * 32,
    )
    assert is_done(record(job, **more), job, DIGEST)
    assert not is_done(record(job, **drawn), job, DIGEST)
    assert not is_done(record(job, **more, reviewed=True), job, DIGEST)
    assert is_done(record(job, **drawn), apply, DIGEST)
    assert not is_done(record(job, **drawn), other, DIGEST)
    assert not is_done(record(job, **more), apply, DIGEST)


def test_no_repr_holds_a_term(job: Job) -> None:
    recipe = Recipe(finding=Finding(deny=(CANARY,), allow=(CANARY,)))
    one = Job(document=ID, task=Task.SCAN, source=Path(CANARY), options=RunOptions(recipe=recipe))
    ended = failed(one, CorruptInput("x"))
    shown = repr([recipe, one, Request(document=ID, source=Path(CANARY), options=RunOptions(recipe=recipe)), ended])
    assert CANARY not in shown + str(recipe)
