"""What is counted of a record is counted once: every list, ledger and report says the same of it, a new figure among them."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, get_origin

from docpriv.batch.job import Job, Outcome, Task
from docpriv.batch.ledger import Ended
from docpriv.batch.summary import JobSummary
from docpriv.compliance.job_report import Tally
from docpriv.compliance.job_rows import LedgerRow, join
from docpriv.errors import ExitCode
from docpriv.measures import Sums, measured
from docpriv.model import Kind
from docpriv.records import CheckRecord, DocumentRecord, ErrorRecord
from docpriv.results import document_line
from tests.unit.compliance.made_jobs import ended
from tests.unit.compliance.test_report import page, record, region, whole


def held() -> DocumentRecord:
    """Withheld: on its first page one check failed at two places, and one reason is named twice."""
    twice = (*(CheckRecord(name="values-gone", ok=False, detail=f"place {n}") for n in range(2)), CheckRecord(name="x", ok=True))
    first = page(0, region(Kind.PERSON), region(Kind.PHONE), ok=False).model_copy(
        update={"checks": twice, "withheld_because": ("unread-ink", "check:values-gone", "unread-ink")}
    )
    return record("a", "withheld", first, page(1, ok=False), error=ErrorRecord(code="withheld", exit_code=5))


def row_of(one: DocumentRecord) -> LedgerRow:
    said = Ended.of(one, "out")
    kept = {name.name: getattr(said, name.name) for name in fields(said) if name.name in LedgerRow.__slots__}
    return replace(ended(1, "withheld"), **kept)


def job_summary(**figures: Any) -> JobSummary:
    """A summary of a job that is nothing but these figures."""
    needed = {name: form.annotation for name, form in JobSummary.model_fields.items() if form.is_required()}
    return JobSummary(**({name: (get_origin(kind) or kind)() for name, kind in needed.items()} | {"job": "job-0"} | figures))


def test_what_is_named_twice_on_a_page_counts_once_for_the_page_in_every_family() -> None:
    one = held()
    job = Job(document="a", task=Task.REDACT, source=Path("a.png"), shown="a.png")
    line = document_line(Outcome(job=job, exit_code=ExitCode.WITHHELD, record=one), 0)
    (joined,) = join([row_of(one)], lambda _: Path("/nowhere"))
    tally = Tally("job-0")
    tally.add(joined)
    for said in (line, joined.row, tally.sums()):
        assert said.failed_checks == {"values-gone": 2}
        assert said.withheld_because == {"check:values-gone": 2, "unread-ink": 1}
    assert whole([one]).withheld_because == {"check:values-gone": 2, "unread-ink": 1}
    assert [(c.name, c.passed, c.failed) for c in whole([one]).checks][1:] == [("values-gone", 0, 3), ("x", 1, 0)]


def test_a_ledger_and_a_record_come_to_the_same_figures() -> None:
    one = record("a", "released", page(0, region(Kind.PERSON), region(Kind.PHONE)), page(1, region(Kind.PERSON)))
    figures, said = measured(one), Ended.of(one, "out")
    (joined,) = join([replace(ended(1), detail=said.detail)], lambda _: Path("/nowhere"))
    for name in ("kinds", "kinds_withheld", "detectors", "not_covered", "failed_checks", "withheld_because"):
        assert getattr(joined.row, name) == figures[name], name
    assert (said.pages, said.regions, said.seconds) == (2, 3, 2.0)
    assert joined.row.kinds == {"PERSON": 2, "PHONE": 1}


def test_sums_do_not_depend_on_the_order_and_leave_what_was_added_as_it_was() -> None:
    records = [held(), record("bb", "released", page(0, region(Kind.PERSON))), record("ccc", "failed")]
    there, back = Sums(), Sums()
    first = measured(records[0])
    for one in records:
        there.add(measured(one))
    for one in reversed(records):
        back.add(measured(one))
    assert there.figures == back.figures
    assert first == measured(records[0])
    assert (there.number("pages"), there.counts("kinds"), there.counts("kinds_withheld")) == (
        3,
        {"PERSON": 1},
        {"PERSON": 1, "PHONE": 1},
    )


_NEW = """
import sys
from pathlib import Path
from docpriv import measures
from docpriv.measures import Measure, tally

measures.MEASURES += (
    Measure("repaired", "Pages by number of repairs.", lambda r: tally(str(p.repairs) for p in r.pages), where="everywhere"),
    Measure("turned", "Pages that lay on a side.", lambda r: sum(p.turn != 0 for p in r.pages), int, where="everywhere"),
)
from docpriv.batch.job import Job, Outcome, Task
from docpriv.batch.summary import JobSummary, write_metrics
from docpriv.cli import job_display, outcome
from docpriv.compliance.job_report import JobReport, Tally, job_table
from docpriv.compliance.job_rows import join
from docpriv.compliance.report import ReportData, report_table
from docpriv.compliance.table import WRITERS
from docpriv.errors import ExitCode
from docpriv.results import RunSums, document_line
from tests.unit.compliance.test_measures import job_summary, record, page, row_of

pages = [page(n).model_copy(update={"repairs": n, "turn": 90 * n}) for n in (0, 1)]
one = record("a", "withheld", *pages)
detail = row_of(one).detail
assert (detail["repaired"], detail["turned"]) == ({"0": 1, "1": 1}, {"": 1}), detail
assert all({"repaired", "turned"} < set(form.model_json_schema()["properties"]) for form in (ReportData, JobReport, JobSummary))
for form, write in WRITERS.items():
    for table in report_table([one] * 2), job_table(join([row_of(one)] * 2, lambda _: Path("/nowhere")), Tally("job-0")):
        (Path(sys.argv[1]) / f"{len(list(Path(sys.argv[1]).iterdir()))}.{form}").write_text("".join(write(table)))

job = Job(document="a", task=Task.REDACT, source=Path("a.png"))
run = RunSums(Task.REDACT, recipe="redact", recipe_sha256="ab" * 32)
for index in range(2):
    run.add(document_line(Outcome(job=job, exit_code=ExitCode.WITHHELD, record=one), index))
summed = run.summary(seconds=1.0)
assert (summed.repaired, summed.turned) == ({"0": 2, "1": 2}, 2)
whole = job_summary(repaired=summed.repaired, turned=summed.turned)
for shown in outcome.summary_text(summed), job_display.summary_text(whole, seconds=1.0):
    assert "Pages by number of repairs: 0 2, 1 2\\nPages that lay on a side: 2\\n" in shown, shown
metrics = Path(sys.argv[1]) / "metrics.prom"
write_metrics(metrics, whole)
assert 'docpriv_job_repaired{job="job-0",name="1"} 2.0' in metrics.read_text()
assert 'docpriv_job_turned{job="job-0"} 2.0' in metrics.read_text()
metrics.unlink()
"""


def test_a_row_of_the_table_is_a_figure_of_the_ledger_and_of_all_that_is_told_of_runs(tmp_path: Path) -> None:
    """Files to touch for a new figure: docpriv/measures.py, and `schemas` are written anew; docpriv/records.py where the record
    does not hold yet what is counted."""
    subprocess.run([sys.executable, "-c", _NEW, str(tmp_path)], check=True, timeout=120)
    written = {path: path.read_text() for path in tmp_path.iterdir()}
    assert len(written) == 6
    for path, text in written.items():
        if path.suffix == ".json":
            said = json.loads(text)
            assert (said["repaired"], said["turned"]) == ({"0": 2, "1": 2}, 2)
            assert [(row["repaired"], row["turned"]) for row in said["rows"]] == [({"0": 1, "1": 1}, 1)] * 2
        elif path.suffix == ".csv":
            assert {"repaired", "turned"} < set(text.splitlines()[0].split(","))
            assert text.count("0: 1; 1: 1") == 2
        else:
            assert "<dt>Pages by number of repairs.</dt><dd>0: 2; 1: 2</dd>" in text
            assert "<dt>Pages that lay on a side.</dt><dd>2</dd>" in text
