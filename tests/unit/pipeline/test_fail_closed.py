"""What was not verified, or could not be searched, gets no output, whatever went well beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from docpriv.model import Check, Verdict
from docpriv.ocr.fake import FakeEngine, page
from docpriv.options import Recipe
from docpriv.pii import Coverage
from docpriv.pii.fake import FakeFinder
from docpriv.pipeline import Engines, Request, redact_document, second_pass
from docpriv.records import DocumentRecord

pytestmark = pytest.mark.usefixtures("fakes")

OK, FAILED = Check(name="a", ok=True), Check(name="b", ok=False)


def redacted(folder: Path, coverage: Coverage | None = None) -> tuple[DocumentRecord, bool]:
    """The record of a letter with a name, and whether there is an output."""
    cv2.imwrite(str(folder / "in.png"), np.ascontiguousarray(page(["Dear @Quillfeather", "some words"], rows=20)[:, :, ::-1]))
    engines = Engines(
        ocr=FakeEngine(),
        finder=FakeFinder(),
        eyes=(),
        covers=lambda page, form: coverage or Coverage(scripts={"Latin": 3}, language="en", covered=True),
    )
    request = Request(document="doc-" + "4" * 20, source=folder / "in.png", target=folder / "out.png", recipe=Recipe())
    record, error = redact_document(request, engines, lambda *_: None)
    assert (error is None) is (record.status == "released")
    return record, (folder / "out.png").exists()


def test_a_letter_is_released_when_all_went_well(tmp_path: Path) -> None:
    record, released = redacted(tmp_path)
    assert (record.status, released) == ("released", True)


@pytest.mark.parametrize(("checks", "passed"), [((), False), ((OK,), True), ((OK, FAILED), False), ((FAILED,), False)])
def test_a_verdict_passes_where_there_are_checks_and_every_one_held(checks: tuple[Check, ...], passed: bool) -> None:
    assert Verdict(page=0, checks=checks).passed is passed


@pytest.mark.parametrize("reason", ["script", ""])
def test_a_page_that_no_detector_covers_is_withheld(tmp_path: Path, reason: str) -> None:
    uncovered = Coverage(scripts={"Cyrillic": 3}, language=None, covered=False, reason=reason)
    record, released = redacted(tmp_path, uncovered)
    assert (record.status, released) == ("withheld", False)
    assert record.pages[0].withheld_because == (reason or "not-covered",)


@pytest.mark.parametrize(
    "answer", [lambda *_: (OK, FAILED), lambda *_: ()], ids=["the container holds something else", "nothing was checked"]
)
def test_a_file_whose_container_does_not_pass_is_not_released(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: Callable[..., Sequence[Check]]
) -> None:
    monkeypatch.setattr(second_pass, "check_container", answer)
    record, released = redacted(tmp_path)
    assert (record.status, released) == ("withheld", False)
