"""A job's report counts what the ledger says, believes a record only where it agrees, and grows with no number of documents."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from docpriv import errors
from docpriv.batch.job import State
from docpriv.compliance.job_report import CODE_MEANING, STATE_MEANING, JobSums, Tally, job_html, job_table
from docpriv.compliance.job_rows import Joined, LedgerRow, join
from docpriv.compliance.table import WRITERS
from docpriv.model import Kind
from docpriv.schemas import schema
from tests.unit.compliance.made_jobs import BEGUN, RECIPE, ended, joined, kept, record_of, rows, waiting

JOB = "job-0123456789abcdef"


def tallied(documents: Iterable[Joined]) -> JobSums:
    tally = Tally(JOB)
    for one in documents:
        tally.add(one)
    return tally.sums()


def written(documents: Iterable[Joined], form: str) -> str:
    return "".join(WRITERS[form](job_table(documents, Tally(JOB))))


def html(documents: Iterable[Joined], **more: Any) -> str:
    return job_html(documents, Tally(JOB), **more)


def one(row: LedgerRow, folder: Path) -> Joined:
    (found,) = join([row], lambda _: folder)
    return found


# --- ledger and records ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "row",
    [
        ended(1),
        ended(2, "withheld", error="withheld", exit_code=5, because=("unread-ink",)),
        ended(3, "failed", error="corrupt", exit_code=3),
        ended(4, "quarantined", error="engine", exit_code=4, attempts=2),
    ],
    ids=lambda row: row.state,
)
def test_a_record_of_the_same_attempt_agrees(row: LedgerRow, tmp_path: Path) -> None:
    kept(row, tmp_path)
    found = one(row, tmp_path)
    assert found.row.record == "agrees"
    assert found.record == record_of(row)
    assert (found.row.pages, found.row.attempts) == (row.pages, row.attempts)
    released = row.state == "released"
    assert (found.row.regions, found.row.regions_withheld) == ((row.regions, 0) if released else (0, row.regions))


@pytest.mark.parametrize(
    "change",
    [
        {"input_sha256": "1" * 64},
        {"output_sha256": "2" * 64},
        {"recipe": "3" * 64},
        {"version": "9.9"},
        {"state": "withheld", "output_sha256": None},
    ],
)
def test_a_record_of_another_attempt_is_not_believed(change: dict[str, Any], tmp_path: Path) -> None:
    kept(ended(1), tmp_path)
    found = one(replace(ended(1), **change), tmp_path)
    assert found.row.record == "differs"
    assert found.record is None
    assert found.row.checks_passed == 0
    assert found.lies


def test_a_record_that_is_missing_or_damaged_is_said_to_be(tmp_path: Path) -> None:
    assert one(ended(1), tmp_path).row.record == "missing"
    (tmp_path / f"{ended(1).id}.json").write_text('{"document": "Canary"}')
    found = one(ended(1), tmp_path)
    assert found.row.record == "damaged"
    assert tallied([found]).records == {"damaged": 1}


def test_an_attempt_beside_an_earlier_release_has_its_own_record(tmp_path: Path) -> None:
    now = replace(ended(1, "withheld", error="withheld", exit_code=5), recipe="3" * 64, output_sha256=ended(1).output_sha256)
    kept(ended(1), tmp_path)
    kept(now, tmp_path / "attempts")
    found = one(now, tmp_path)
    assert found.row.record == "agrees"
    assert (found.row.output_sha256, found.row.standing_sha256) == ("", ended(1).output_sha256)
    assert tallied([found]).standing == 1


def test_an_attempt_that_leaves_the_record_as_it_was_is_no_difference(tmp_path: Path) -> None:
    kept(ended(1), tmp_path)
    row = replace(ended(1, "failed", error="exists", exit_code=7), recipe="3" * 64)
    assert one(row, tmp_path).row.record == "not-kept"
    tally = Tally(JOB)
    tally.add(one(row, tmp_path))
    assert tally.unsound == 0


@pytest.mark.parametrize("name", ["../../../etc/passwd", "doc-x", "at-" + "0" * 24, "doc-" + "0" * 20 + "/../x"])
def test_only_an_id_of_a_document_is_looked_for(name: str, tmp_path: Path) -> None:
    asked: list[str] = []
    (found,) = join([replace(ended(1), id=name)], lambda name: asked.append(name) or tmp_path)  # type: ignore[func-returns-value]
    assert asked == []
    assert found.row.record == "missing"


def test_a_document_that_waits_again_counts_nothing_of_what_it_was(tmp_path: Path) -> None:
    was = ended(1, kinds=("PERSON",))
    kept(was, tmp_path)
    found = one(replace(was, state="waiting"), tmp_path)
    assert (found.row.pages, found.row.regions, found.row.kinds, found.row.cpu_seconds, found.row.ended) == (0, 0, {}, 0.0, "")
    assert found.row.standing_sha256 == was.output_sha256
    sums = tallied([found])
    assert (sums.pages, sums.cpu_by_stage, sums.records, sums.complete) == (0, {}, {}, False)


def test_what_was_taken_back_is_counted(tmp_path: Path) -> None:
    row = replace(ended(4, "withheld", error="withheld", exit_code=5), output_sha256=None, detail={"withdrawn": {"outputs": 1}})
    assert (one(row, tmp_path).row.withdrawn, one(replace(row, state="waiting"), tmp_path).row.withdrawn) == (1, 0)
    assert tallied([one(row, tmp_path), one(ended(1), tmp_path)]).withdrawn == 1


# --- sums ------------------------------------------------------------------------------------------------------------


def test_sums_are_those_of_the_rows() -> None:
    data = list(rows(400))
    sums = tallied(joined(400))
    counted: dict[str, int] = {}
    for row in data:
        counted[row.state] = counted.get(row.state, 0) + 1
    assert sums.states == counted
    assert set(counted) == {"released", "withheld", "failed", "quarantined", "waiting"}
    assert sums.documents == 400
    covered = sum(row.regions for row in data if row.state == "released")
    assert sums.regions == covered == sum(sums.kinds.values()) == sum(sums.detectors.values())
    assert sums.regions_withheld == sum(row.regions for row in data) - covered == sum(sums.kinds_withheld.values()) > 0
    assert sum(reason.regions for reason in sums.reasons) == covered
    assert sum(reason.withheld for reason in sums.reasons) == sums.regions_withheld
    assert sums.attempts == sum(row.attempts for row in data)
    assert sum(sums.attempts_needed.values()) == 400
    assert sum(number for number in sums.ended_by_hour.values()) == 400 - counted["waiting"]
    assert sum(e.documents for e in sums.errors) == counted["withheld"] + counted["failed"] + counted["quarantined"]
    assert sums.cpu_seconds == pytest.approx(sum(sums.cpu_by_stage.values()), abs=0.5)
    assert [(r.sha256, r.names, r.documents) for r in sums.recipes] == [(RECIPE, ("redact 1",), 400)]
    assert sums.begun == "2026-01-01T10:15:00Z"
    assert sums.records == {"agrees": 400 - counted["waiting"]}
    held = {check.name: check.failed for check in sums.checks}
    assert held["values-gone"] == sums.failed_checks["values-gone"]


def test_what_was_planned_in_withheld_documents_is_not_said_to_be_covered() -> None:
    documents = [
        one(ended(1, kinds=("PERSON",) * 78), Path("/nowhere")),
        one(ended(2, "withheld", error="withheld", exit_code=5, kinds=("PERSON",) * 20 + ("PHONE",) * 4), Path("/nowhere")),
    ]
    sums = tallied(documents)
    assert (sums.regions, sums.kinds) == (78, {"PERSON": 78})
    assert (sums.regions_withheld, sums.kinds_withheld) == (24, {"PERSON": 20, "PHONE": 4})
    lines = list(csv.DictReader(io.StringIO(written(documents, "csv"), newline="")))
    assert [(line["regions"], line["regions_withheld"], line["covered_person"]) for line in lines] == [
        ("78", "0", "78"),
        ("0", "24", "0"),
    ]
    assert lines[1]["kinds_withheld"] == "PERSON: 20; PHONE: 4"
    page = html(documents)
    assert "<b>78</b><span>areas covered</span>" in page
    assert "102" not in page


def test_areas_of_a_page_that_a_slip_stands_for_are_not_covered_ones() -> None:
    row = ended(1, error="withheld", exit_code=5, kinds=("PERSON",))
    (found,) = join([replace(row, detail={**row.detail, "withheld_kinds": {"PHONE": 2.0}})], lambda _: Path("/nowhere"))
    assert (found.row.kinds, found.row.kinds_withheld, found.row.regions_withheld) == ({"PERSON": 1}, {"PHONE": 2}, 2)


def test_a_release_with_a_slip_page_is_no_error() -> None:
    sums = tallied([one(ended(1, error="withheld", exit_code=5, because=("unread-ink",)), Path("/nowhere"))])
    assert (sums.released_with_slips, sums.errors, sums.withheld_because) == (1, (), {"unread-ink": 1})


def test_records_of_no_row_are_counted(tmp_path: Path) -> None:
    kept(ended(1), tmp_path)
    tally = Tally(JOB, records=5)
    tally.add(one(ended(1), tmp_path))
    tally.add(one(ended(2), tmp_path))
    assert tally.sums().records_beside == 4
    assert tally.unsound == 1


# --- forms -----------------------------------------------------------------------------------------------------------


def test_the_json_is_one_object_of_its_schema() -> None:
    said = json.loads(written(joined(60), "json"))
    jsonschema.validate(said, schema("job-report"))
    assert len(said["rows"]) == said["documents"] == 60
    assert {name: value for name, value in said.items() if name != "rows"} == tallied(joined(60)).model_dump(mode="json")


def test_the_csv_has_a_row_a_document() -> None:
    lines = list(csv.DictReader(io.StringIO(written(joined(60), "csv"), newline="")))
    assert [line["document"] for line in lines] == [row.id for row in rows(60)]
    assert sum(int(line["covered_person"]) for line in lines) == tallied(joined(60)).kinds["PERSON"]
    assert {f"covered_{kind.lower()}" for kind in Kind} < set(lines[0])


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "|cmd", "%0A"])
def test_no_cell_is_a_formula(start: str) -> None:
    row = replace(ended(1, "failed", error=start, because=(start,)), id=start, version=start)
    text = written(join([row], lambda _: Path("/nowhere")), "csv")
    line = next(csv.DictReader(io.StringIO(text, newline="")))
    assert {line[name] for name in ("document", "error", "version")} == {"'" + start}
    assert line["withheld_because"] == f"'{start}: 1"


@pytest.mark.parametrize("form", WRITERS)
def test_the_same_job_gives_the_same_bytes_and_no_message(form: str) -> None:
    first = written(joined(120), form)
    assert first == written(joined(120), form)
    assert "canary" not in first, "what a record's error says stays there"


_GROWTH = """
import resource, sys
from pathlib import Path
from docpriv.compliance.job_report import Tally, job_html, job_table
from docpriv.compliance.table import WRITERS
from docpriv.compliance.job_rows import join
from tests.unit.compliance.made_jobs import rows

def write(documents, tally):
    return [job_html(documents, tally, most=100)] if sys.argv[1] == "html" else WRITERS[sys.argv[1]](job_table(documents, tally))

for count in 500, int(sys.argv[2]):
    written = sum(len(piece) for piece in write(join(rows(count), lambda _: Path("/nowhere")), Tally("job")))
    print(written, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.parametrize(("form", "count"), [("csv", 20_000), ("json", 20_000), ("html", 20_000)])
def test_a_long_job_is_never_held_as_a_whole(form: str, count: int) -> None:
    """In memory a row is more than 2 KB, so that a list of them would be 40 MB and more."""
    done = subprocess.run(
        [sys.executable, "-c", _GROWTH, form, str(count)], capture_output=True, text=True, check=True, timeout=300
    )
    (_, short), (written, long) = (map(int, line.split()) for line in done.stdout.splitlines())
    assert written > 400 * count or form == "html"
    assert long - short < 16_000, "kilobytes"


# --- the page --------------------------------------------------------------------------------------------------------


class _Parts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.outside: list[str] = []
        self.names: list[str] = []
        self.labelled: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name in ("src", "href", "action", "data", "xlink:href") or name.startswith("on"):
                self.outside.append(f"{name}={value}")
            if name == "id":
                self.names.append(str(value))
            if name == "aria-labelledby":
                self.labelled += str(value).split()


def parts(page: str) -> _Parts:
    found = _Parts()
    found.feed(page)
    return found


def test_the_page_needs_nothing_else_and_runs_nothing() -> None:
    page = html(joined(300))
    found = parts(page)
    assert found.outside == []
    assert {"script", "link", "img", "iframe", "object", "embed", "form"} & set(found.tags) == set()
    assert not re.search(r"url\(|@import|https?://", page)


def test_every_chart_has_its_figures_as_text() -> None:
    found = parts(html(joined(300)))
    assert found.tags.count("svg") == found.tags.count("desc") == 5
    assert len(set(found.names)) == len(found.names)
    assert set(found.labelled) == set(found.names)
    assert "Documents: released " in html(joined(300))


def test_the_page_lists_what_was_not_released_first_and_says_how_many_it_lists() -> None:
    data = list(rows(300))
    page = html(joined(300), most=40)
    listed = re.findall(r"<code>((?:doc|at)-[0-9a-f]+)</code>", page)
    assert len(listed) == 40
    states = {row.id: row.state for row in data}
    assert [states[name] for name in listed] == sorted(
        (states[name] for name in listed), key=["quarantined", "failed", "withheld", "leased", "waiting", "released"].index
    )
    assert {row.id for row in data if row.state in ("failed", "quarantined", "withheld", "waiting")} <= set(listed)
    assert "40 of 300 documents" in page
    assert "The CSV form of this report lists all." in page
    assert "The CSV form of this report lists all." not in html(joined(300))


def test_a_record_that_does_not_agree_is_shown_first() -> None:
    page = html([*joined(50), one(ended(999), Path("/nowhere"))], most=3)
    assert re.findall(r"<code>(doc-[0-9a-f]+)</code>", page)[0] == ended(999).id
    assert "1 document ended without a record" in page


def test_a_job_with_nothing_in_it_is_a_whole_page() -> None:
    page = html([])
    assert page.startswith("<!DOCTYPE html>")
    assert page.rstrip().endswith("</html>")
    assert "The job holds no document." in page
    assert json.loads(written([], "json"))["rows"] == []
    assert len(written([], "csv").splitlines()) == 1


def test_a_job_of_failures_alone_is_a_whole_page(tmp_path: Path) -> None:
    failures = [ended(number, "failed", error="corrupt", exit_code=3, at=600 * number) for number in range(1, 4)]
    for row in failures:
        kept(row, tmp_path)
    page = html(join(failures, lambda _: tmp_path))
    assert "0 (0.0 %) were released" in page
    assert "the file is damaged" in page
    assert "Nothing was covered." in page
    assert "complete" in page


def test_a_job_that_has_not_begun_is_a_whole_page() -> None:
    page = html(join([waiting(1), waiting(2)], lambda _: Path("/nowhere")))
    assert "2 documents have not ended" in page
    assert "No document has ended." in page


def test_markup_in_a_ledger_stays_text() -> None:
    row = replace(ended(1, "failed", error="<script>alert(1)</script>"), version="<b>", detail={"kinds": {"<i>x</i>": 1}})
    page = html(join([row], lambda _: Path("/nowhere")))
    assert not re.search("<script|<b>0?</b>.*<b><|<i>x", page)
    assert "&lt;script&gt;" in page
    assert "&lt;i&gt;x" in page


@pytest.mark.parametrize("days", [0.2, 1, 9, 60, 400, 4_000])
def test_the_chart_over_time_fits_any_length_of_job(days: float) -> None:
    found = [ended(number, at=days * 86_400 * number / 50) for number in range(1, 51)]
    page = html(join(found, lambda _: Path("/nowhere")))
    said = re.search(r'id="time-d">(\d+) documents ended from (\S+) to', page)
    assert said is not None
    assert said[1] == "50"
    chart = page[page.index('id="time-d"') :].partition("</svg>")[0]
    assert 1 < chart.count("<rect") - 2 <= 2 * 74
    assert BEGUN < 1e10


def test_every_state_and_error_is_explained() -> None:
    assert set(STATE_MEANING) == set(map(str, State))
    codes = {name.code for name in vars(errors).values() if isinstance(name, type) and issubclass(name, errors.DocprivError)}
    assert set(CODE_MEANING) <= codes
