"""A document with a user's own recognizers, through the whole pipeline with the reading engine for tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from docpriv.errors import RecipeError
from docpriv.formats.document import open_document
from docpriv.model import Explanation, Kind, PageRef
from docpriv.ocr.fake import FakeEngine
from docpriv.options import Recipe
from docpriv.pii import Coverage, open_finder
from docpriv.pipeline import Engines, Request, redact_document, scan_document
from docpriv.pipeline.explain import explain_page
from docpriv.recipes import override
from docpriv.run_options import RunOptions
from tests.e2e.runs import write_page

pytestmark = pytest.mark.usefixtures("fakes")

LINES = ["Ward list of the week", "Badge: B-4471 is on leave", "Badge: C-1180 is back"]
OWN = (
    {
        "name": "badge",
        "supported_entity": "BADGE",
        "patterns": [{"name": "long form", "regex": r"\b[A-Z]-\d{4}\b", "score": 0.5}],
    },
    {"name": "projects", "supported_entity": "ORGANIZATION", "deny_list": ["list of the week"]},
)
SLOW = {"name": "slow", "supported_entity": "SLOW", "patterns": [{"name": "p", "regex": "([^{}]+[^{}]*)+[{}]", "score": 0.5}]}


def engines(recipe: Recipe) -> Engines:
    return Engines(
        ocr=FakeEngine(),
        finder=open_finder(recipe.finding),
        covers=lambda page, form: Coverage(scripts={}, language=None, covered=True),
    )


def request(tmp_path: Path, recipe: Recipe) -> Request:
    source = write_page(tmp_path / "in.png", LINES)
    return Request(
        document="doc-" + "1" * 20,
        source=source,
        options=RunOptions(recipe=recipe),
        target=tmp_path / "out" / "in.png",
        records=tmp_path / "records",
    )


def test_what_they_find_is_covered_by_kind_and_the_record_names_the_recognizer(tmp_path: Path) -> None:
    recipe = override(Recipe(), {"finding.recognizers": OWN})
    record, error = redact_document(request(tmp_path, recipe), engines(recipe), lambda *_: None)
    assert error is None
    assert record.status == "released"
    reasons = {(r.kind, r.detector, r.reason) for page in record.pages for region in page.regions for r in region.reasons}
    assert (Kind.CUSTOM, "custom", "badge/long form") in reasons
    assert record.pages[0].not_covered.get("ORGANIZATION") == 1, "a kind that the policy leaves is counted"
    written = b"".join(path.read_bytes() for path in (tmp_path / "records").rglob("*.json"))
    assert b"of the week" not in written
    assert rb"\d{4}" not in written
    assert b"4471" not in written
    with open_document(tmp_path / "out" / "in.png", document="d", limits=recipe.limits, render_dpi=200) as out:
        text = " ".join(line.text for line in FakeEngine().read(out.page(0).pixels, PageRef(document="d", index=0)).lines)
    assert "4471" not in text
    assert "1180" not in text
    assert "list of the week" in text


def test_one_that_never_ends_fails_the_document_and_writes_nothing(tmp_path: Path) -> None:
    recipe = override(Recipe(), {"finding.recognizers": (SLOW,)})
    source = write_page(tmp_path / "in.png", ["Many words in a row and no curly bracket " * 2] * 60)
    held = Request(
        document="doc-" + "1" * 20,
        source=source,
        options=RunOptions(recipe=recipe),
        target=tmp_path / "out" / "in.png",
        records=tmp_path / "records",
    )
    with pytest.raises(RecipeError, match="recognizer slow/p"):
        redact_document(held, engines(recipe), lambda *_: None)
    assert not (tmp_path / "out" / "in.png").exists()


def test_a_scan_explains_them(tmp_path: Path) -> None:
    recipe = override(Recipe(), {"finding.recognizers": OWN})
    found: list[Explanation] = []
    scan_document(
        request(tmp_path, recipe),
        engines(recipe),
        lambda *_: None,
        on_found=lambda page, findings, plan: found.extend(explain_page([r.text for r in page.readings], findings, plan, recipe)),
    )
    by_rule = {one.rule: one for one in found}
    assert by_rule["badge/long form"].covered
    assert not by_rule["projects/deny list"].covered
    assert by_rule["projects/deny list"].why == "the policy leaves the kind"
