"""Where nothing was found, it is said by whom it was sought: a page without a finding is no page without personal data."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docpriv.batch.job import Task
from docpriv.cli.outcome import summary_text
from docpriv.compliance.job_report import Tally as JobTally
from docpriv.compliance.job_report import job_html
from docpriv.compliance.report import iter_records
from docpriv.records import write_json
from docpriv.results import RunSums
from tests.unit.compliance.made_jobs import joined
from tests.unit.compliance.test_job_report import JOB
from tests.unit.compliance.test_report import record, written

BY_WHOM = re.compile(r"nothing was detected\b[^.]*\bengines\b", re.IGNORECASE)


@pytest.mark.parametrize("task", [Task.SCAN, Task.VERIFY])
def test_the_end_of_a_run_names_the_engines(task: Task) -> None:
    said = summary_text(RunSums(task, recipe="redact", recipe_sha256="ab" * 32).summary(seconds=1.0))
    assert BY_WHOM.search(said)


def test_a_report_names_the_engines(tmp_path: Path) -> None:
    write_json(tmp_path / "doc-a.json", record("a"))
    assert BY_WHOM.search(written(iter_records(tmp_path), "html"))


def test_the_report_of_a_job_names_the_engines() -> None:
    assert BY_WHOM.search(job_html(joined(50), JobTally(JOB)))
