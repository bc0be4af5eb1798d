"""What was not verified, or could not be searched, gets no output, whatever went well beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from docpriv.errors import EngineError
from docpriv.model import Check, EngineId, Kind, Mark, PageRef, PageText, Pixels, Verdict
from docpriv.ocr.fake import FakeEngine, page
from docpriv.options import Recipe
from docpriv.pii import Coverage
from docpriv.pii.fake import FakeFinder
from docpriv.pipeline import Engines, Request, redact_document, second_pass
from docpriv.protocols import Scene, VisualDetector
from docpriv.recipes import override
from docpriv.records import DocumentRecord
from docpriv.run_options import RunOptions

pytestmark = pytest.mark.usefixtures("fakes")

OK, FAILED = Check(name="a", ok=True), Check(name="b", ok=False)


LINES = ("Dear @Quillfeather", "some words", "and more of them")


class Squinting(FakeEngine):
    """Reads the last lines of a page badly."""

    def __init__(self, badly: int) -> None:
        super().__init__()
        self._badly = badly

    def read(self, pixels: Pixels, ref: PageRef) -> PageText:
        text = super().read(pixels, ref)
        first = len(text.lines) - self._badly
        return replace(text, lines=tuple(replace(ln, score=0.2) if i >= first else ln for i, ln in enumerate(text.lines)))


def redacted(
    folder: Path,
    coverage: Coverage | None = None,
    badly: int = 0,
    *,
    print_too: str = "",
    detectors: tuple[VisualDetector, ...] = (),
    recipe: Recipe | None = None,
) -> tuple[DocumentRecord, bool]:
    """The record of a letter with a name, and whether there is an output. `print_too`: ordinary print below it, of which the
    engine for tests reads nothing."""
    pixels = np.ascontiguousarray(page(LINES, rows=20)[:, :, ::-1])
    for row in range(2):
        cv2.putText(pixels, print_too, (40, 260 + 40 * row), cv2.FONT_HERSHEY_DUPLEX, 0.7, (0, 0, 0), 1, cv2.LINE_AA)
    cv2.imwrite(str(folder / "in.png"), pixels)
    engines = Engines(
        ocr=Squinting(badly),
        finder=FakeFinder(),
        detectors=detectors,
        covers=lambda page, form: coverage or Coverage(scripts={"Latin": 3}, language="en", covered=True),
    )
    options = RunOptions(recipe=recipe or Recipe())
    request = Request(document="doc-" + "4" * 20, source=folder / "in.png", target=folder / "out.png", options=options)
    record, error = redact_document(request, engines, lambda *_: None)
    assert (error is None) is (record.status == "released")
    return record, (folder / "out.png").exists()


def test_a_letter_is_released_when_all_went_well(tmp_path: Path) -> None:
    record, released = redacted(tmp_path)
    assert (record.status, released) == ("released", True)


@pytest.mark.parametrize(("checks", "passed"), [((), False), ((OK,), True), ((OK, FAILED), False), ((FAILED,), False)])
def test_a_verdict_passes_where_there_are_checks_and_every_one_held(checks: tuple[Check, ...], passed: bool) -> None:
    assert Verdict(page=0, checks=checks).passed is passed


@pytest.mark.parametrize("reason", ["script", "language", ""])
def test_a_page_that_no_detector_covers_is_withheld(tmp_path: Path, reason: str) -> None:
    uncovered = Coverage(scripts={"Cyrillic": 3}, language=None, covered=False, reason=reason)
    record, released = redacted(tmp_path, uncovered)
    assert (record.status, released) == ("withheld", False)
    assert record.pages[0].withheld_because == (f"not-understood:{reason or 'unread'}",)


@pytest.mark.parametrize(
    "answer", [lambda *_: (OK, FAILED), lambda *_: ()], ids=["the container holds something else", "nothing was checked"]
)
def test_a_file_whose_container_does_not_pass_is_not_released(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: Callable[..., Sequence[Check]]
) -> None:
    monkeypatch.setattr(second_pass, "check_container", answer)
    record, released = redacted(tmp_path)
    assert (record.status, released) == ("withheld", False)


def test_a_line_that_was_not_read_is_counted(tmp_path: Path) -> None:
    record, released = redacted(tmp_path, badly=1)
    assert (record.pages[0].unread_lines, released) == (1, True)


def test_a_page_that_is_mostly_not_read_is_withheld(tmp_path: Path) -> None:
    record, released = redacted(tmp_path, badly=len(LINES))
    assert not released
    assert record.pages[0].withheld_because == ("not-understood:unread",)


def test_print_that_no_line_holds_is_counted_or_covered_as_asked(tmp_path: Path) -> None:
    words, passing = "Unread words of some length", {"policy.unread_share": 1.0}
    record, released = redacted(tmp_path, print_too=words)
    assert not released
    assert record.pages[0].withheld_because == ("not-understood:unread",)
    counting = override(Recipe(), {**passing, "policy.not_understood": "count"})
    record, released = redacted(tmp_path, print_too=words, recipe=counting)
    assert (released, record.pages[0].not_covered["UNREAD_INK"]) == (True, 2)
    (tmp_path / "all").mkdir()
    record, _ = redacted(tmp_path / "all", print_too=words, recipe=override(Recipe(), passing))
    assert sum(any(r.kind is Kind.UNREAD_INK for r in region.reasons) for region in record.pages[0].regions) == 2
    assert "UNREAD_INK" not in record.pages[0].not_covered


def test_a_detector_that_fails_on_a_page_is_not_passed_over(tmp_path: Path) -> None:
    class Broken:
        detector = "broken"

        def identity(self) -> EngineId:
            return EngineId(name="broken", version="1")

        def see(self, scene: Scene) -> tuple[Mark, ...]:
            raise cv2.error("out of bounds")

    with pytest.raises(EngineError):
        redacted(tmp_path, detectors=(Broken(),))
    assert not (tmp_path / "out.png").exists()


def test_the_words_below_a_page_of_a_pdf_are_those_that_can_be_seen(tmp_path: Path) -> None:
    """What a reader copies or searches is what was left, read from the file by a library that did not write it."""
    import pypdfium2

    recipe = override(Recipe(), {"writing.format": "pdf", "writing.text_layer": True})
    _, released = redacted(tmp_path, recipe=recipe)
    assert released
    document = pypdfium2.PdfDocument(tmp_path / "out.png")  # the name is the caller's
    text = document[0].get_textpage().get_text_bounded()
    document.close()
    assert "Quillfeather" not in text
    assert "feather" not in text
    assert text.split() == ["Dear", "some", "words", "and", "more", "of", "them"]
