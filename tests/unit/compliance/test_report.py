"""A report counts what the records say, shows no formula and no markup of theirs, and is complete in itself."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path

import jsonschema
import pytest

from docpriv.compliance.report import ReportData, iter_records, report_table
from docpriv.compliance.table import WRITERS
from docpriv.errors import InputError, IntegrityError
from docpriv.model import Kind
from docpriv.records import (
    CheckRecord,
    DocumentRecord,
    EngineRecord,
    ErrorRecord,
    FileRecord,
    PageRecord,
    PrivateRecord,
    ReasonRecord,
    RecipeRecord,
    RegionRecord,
    write_json,
)
from docpriv.schemas import schema

SHA = "ab" * 32


def whole(records: Iterable[DocumentRecord]) -> ReportData:
    """The report on records: its sums and rows."""
    table = report_table(records)
    assert table.whole is not None
    data = table.whole()
    assert isinstance(data, ReportData)
    return data


def written(records: Iterable[DocumentRecord], form: str) -> str:
    """The report on records, in one of the forms that it has."""
    return "".join(WRITERS[form](report_table(records)))


def region(kind: Kind, *reasons: str) -> RegionRecord:
    return RegionRecord(
        boxes=((0, 0, 9, 9),),
        reasons=tuple(ReasonRecord(kind=kind, score=0.9, detector="fields", reason=reason) for reason in reasons or ("label",)),
    )


def page(index: int, *regions: RegionRecord, ok: bool = True) -> PageRecord:
    return PageRecord(
        index=index,
        status="verified" if ok else "withheld",
        width=100,
        height=100,
        regions=regions,
        not_covered={"DATE": 2},
        below_score={"PERSON": 1},
        checks=(CheckRecord(name="inside-filled", ok=True), CheckRecord(name="values-gone", ok=ok)),
        withheld_because=() if ok else ("check:values-gone",),
    )


def record(
    name: str, status: str = "released", *pages: PageRecord, error: ErrorRecord | None = None, **more: object
) -> DocumentRecord:
    return DocumentRecord.model_validate(
        {
            "document": name,
            "status": status,
            "pages": pages,
            "error": error,
            "versions": {"docpriv": "0.1.0"},
            "recipe": RecipeRecord(name="redact", version=1, sha256=SHA),
            "engines": (EngineRecord(name="rapid", version="3.10", models={"det.onnx": SHA}),),
            "input": FileRecord(sha256=SHA, bytes=1, media_type="image/png", pages=max(1, len(pages))),
            "started": f"2026-01-0{len(name)}T10:00:00Z",
            "finished": f"2026-01-0{len(name)}T10:00:05Z",
            "seconds": {"read": 1.5, "find": 0.5},
            **more,
        }
    )


@pytest.fixture
def records(tmp_path: Path) -> Path:
    folder = tmp_path / "records"
    for one in (
        record("a", "released", page(0, region(Kind.PERSON), region(Kind.PHONE)), page(1)),
        record(
            "bb",
            "withheld",
            page(0, region(Kind.PERSON, "label", "model"), ok=False),
            error=ErrorRecord(code="withheld", exit_code=5, message="", page=0),
        ),
        record("ccc", "failed", error=ErrorRecord(code="corrupt", exit_code=3)),
    ):
        write_json(folder / f"{one.document}.json", one)
    write_json(folder / "private" / "a.json", PrivateRecord(document="a", source="/canary/John Canary.png"), private=True)
    (folder / ".docpriv-record-left").write_text("half")
    return folder


def test_sums_are_those_of_the_records(records: Path) -> None:
    data = whole(iter_records(records))
    assert (data.documents, data.pages, data.regions, data.regions_withheld) == (3, 3, 2, 1)
    assert data.statuses == {"failed": 1, "released": 1, "withheld": 1}
    assert (data.kinds, data.kinds_withheld) == ({"PERSON": 1, "PHONE": 1}, {"PERSON": 1})
    assert data.not_covered == {"DATE": 6}
    assert data.below_score == {"PERSON": 3}
    assert data.withheld_because == {"check:values-gone": 1}
    assert [(check.name, check.passed, check.failed) for check in data.checks] == [("inside-filled", 3, 0), ("values-gone", 2, 1)]
    assert [(row.kind, row.reason, row.regions, row.withheld) for row in data.reasons] == [
        ("PERSON", "label", 1, 1),
        ("PHONE", "label", 1, 0),
        ("PERSON", "model", 0, 1),
    ]
    assert [(error.code, error.documents) for error in data.errors] == [("corrupt", 1), ("withheld", 1)]
    assert (data.first_started, data.last_finished) == ("2026-01-01T10:00:00Z", "2026-01-03T10:00:05Z")
    assert data.engines[0].models == {"det.onnx": SHA}
    assert data.recipes[0].documents == 3


def test_covered_are_the_areas_of_released_documents_alone() -> None:
    """78 of 102: the other areas were planned in a document that was withheld, on a slip page, in a dry run and in a scan."""
    many = [region(Kind.PERSON)] * 9
    slip = page(1, *many[:4], ok=False).model_copy(update={"status": "placeholder"})
    made = [
        record("a", "released", page(0, *many, *many), slip),
        record("bb", "withheld", page(0, *many, ok=False), page(1, *many)),
        record("ccc", "dry-run", page(0, *many[:3])),
        record("dddd", "scanned", page(0, *many[:2])),
    ]
    data = whole(made)
    assert (data.regions, data.regions_withheld, data.regions_planned) == (18, 22, 5)
    assert (data.kinds, data.kinds_withheld, data.kinds_planned) == ({"PERSON": 18}, {"PERSON": 22}, {"PERSON": 5})
    assert [(row.regions, row.withheld, row.planned) for row in data.reasons] == [(18, 22, 5)]
    rows = list(csv.DictReader(io.StringIO(written(made, "csv"), newline="")))
    assert [(row["regions"], row["covered_person"]) for row in rows] == [("18", "18"), ("0", "0"), ("0", "0"), ("0", "0")]
    assert [(row["regions_withheld"], row["regions_planned"]) for row in rows] == [
        ("4", "0"),
        ("18", "0"),
        ("0", "3"),
        ("0", "2"),
    ]
    html = written(made, "html")
    destroyed = html[html.index("pixels were destroyed") : html.index("What was planned on pages that were not released")]
    assert '<td class="n">18</td>' in destroyed
    assert "<b>18</b><span>areas covered</span>" in html
    assert "45" not in re.sub("<style>.*?</style>", "", html, flags=re.DOTALL)


def test_a_page_is_counted_from_one(records: Path) -> None:
    assert [row.error_page for row in whole(iter_records(records)).rows] == [None, 1, None]


def test_the_json_fits_its_schema(records: Path) -> None:
    jsonschema.validate(json.loads(written(iter_records(records), "json")), schema("report"))


def test_csv_has_a_row_a_document(records: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(written(iter_records(records), "csv"), newline="")))
    assert [row["document"] for row in rows] == ["a", "bb", "ccc"]
    assert rows[0]["covered_person"] == "1"
    assert rows[1]["withheld_because"] == "check:values-gone: 1"
    assert rows[2]["error"] == "corrupt"
    assert len(rows[0]) > len(Kind)


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "|cmd", "%0A"])
def test_no_cell_is_a_formula(start: str) -> None:
    text = written([record(start, "failed", error=ErrorRecord(code=start, exit_code=3))], "csv")
    row = next(csv.DictReader(io.StringIO(text, newline="")))
    assert row["document"] == "'" + start
    assert row["error"] == "'" + start


class _Parts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.outside += [
            f"{name}={value}"
            for name, value in attrs
            if name in ("src", "href", "action", "data", "xlink:href") or name.startswith("on")
        ]


def test_the_page_needs_nothing_else_and_runs_nothing(records: Path) -> None:
    html = written(iter_records(records), "html")
    parts = _Parts()
    parts.feed(html)
    assert parts.outside == []
    assert {"script", "link", "img", "iframe", "object", "embed", "form"} & set(parts.tags) == set()
    assert "svg" in parts.tags
    assert not re.search(r"url\(|@import|https?://", html)


def test_the_page_shows_what_an_auditor_looks_for(records: Path) -> None:
    html = written(iter_records(records), "html")
    for wanted in (
        "Redaction report",
        "PERSON",
        "check:values-gone",
        "corrupt",
        SHA,
        "det.onnx",
        "inside-filled",
        "ccc",
        "2026-01-01T10:00:00Z",
    ):
        assert wanted in html, wanted


def test_markup_in_a_record_stays_text() -> None:
    html = written([record("<script>alert(1)</script>", "released", page(0))], "html")
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_the_same_records_give_the_same_bytes(records: Path) -> None:
    assert written(iter_records(records), "html") == written(iter_records(records), "html")


def test_nothing_private_gets_into_a_report(records: Path) -> None:
    assert "anary" not in "".join(written(iter_records(records), form) for form in WRITERS)


@pytest.mark.parametrize("count", [0, 1])
def test_small_reports_are_whole(count: int) -> None:
    html = written([record("a", "released", page(0))] * count, "html")
    assert html.rstrip().endswith("</html>")


def test_a_damaged_record_is_an_error(records: Path) -> None:
    (records / "bb.json").write_text('{"document": "Canary"}')
    with pytest.raises(IntegrityError) as caught:
        whole(iter_records(records))
    assert "Canary" not in str(caught.value)


def test_a_folder_without_records_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        iter_records(tmp_path)
    with pytest.raises(InputError):
        iter_records(tmp_path / "none")
