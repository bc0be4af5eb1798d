"""Before a release everything looks again at the pixels that were written: what is left is covered, covers are not seen."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
import zxingcpp

from docpriv.errors import DocprivError
from docpriv.geometry import Box, Quad
from docpriv.model import EngineId, Kind, Mark, PageFormat, PageImage, PagePlan, PageRef, PageText, Pixels, TextLine
from docpriv.ocr.fake import CELL_H, CELL_W
from docpriv.options import Recipe
from docpriv.pii import Coverage
from docpriv.pii.fake import FakeFinder
from docpriv.pipeline import Engines, Request, redact_document, second_pass
from docpriv.protocols import Scene, VisualDetector
from docpriv.recipes import override
from docpriv.records import PageRecord
from docpriv.redaction.found_covers import filled_with_paper
from docpriv.run_options import RunOptions
from docpriv.visual.seeing import look, open_detectors
from docpriv_lab.pages.face_pages import drawn_portrait
from tests.unit.pipeline.test_marks import CYAN, GREEN, MAGENTA, ColourEye, run
from tests.unit.visual.test_writing import Sheet

pytestmark = pytest.mark.usefixtures("fakes")

NAME = "@Quillfeather"


class KnownLines:
    """Reads the lines of a sheet where their ink still stands, and blocks elsewhere."""

    recycle_after: int | None = None

    def __init__(self, lines: Sequence[TextLine]) -> None:
        self._lines = tuple(lines)

    def identity(self) -> EngineId:
        return EngineId(name="known", version="1")

    def read(self, pixels: Pixels, ref: PageRef) -> PageText:
        return PageText(ref=ref, width=pixels.shape[1], height=pixels.shape[0], lines=self._lines)

    def read_lines(self, pixels: Pixels, quads: Sequence[Quad]) -> tuple[TextLine, ...]:
        return tuple(TextLine(chars=(), quad=quad, score=0.99) for quad in quads)


class BlindAtFirst:
    """A detector that sees nothing the first time it looks, and counts its looks."""

    def __init__(self, eye: VisualDetector, blind: bool = True) -> None:
        self.detector, self._eye, self._blind, self.looks = eye.detector, eye, blind, 0

    def identity(self) -> EngineId:
        return self._eye.identity()

    def see(self, scene: Scene) -> tuple[Mark, ...]:
        self.looks += 1
        return () if self._blind and self.looks == 1 else self._eye.see(scene)


@cache
def real_detectors() -> tuple[VisualDetector, ...]:
    return open_detectors(Recipe().seeing)


def signature(sheet: Sheet) -> np.ndarray:
    return sheet.sign(420, 960)


def face(sheet: Sheet) -> np.ndarray:
    portrait = drawn_portrait(random.Random(1)).pixels
    small = cv2.resize(portrait, (round(portrait.shape[1] * 200 / portrait.shape[0]), 200), interpolation=cv2.INTER_AREA)
    box = Box(500, 780, 500 + small.shape[1], 980)
    sheet.pixels[box.slices] = small
    return inside(sheet, box)


def code(sheet: Sheet) -> np.ndarray:
    modules = np.asarray(zxingcpp.create_barcode("7 42", zxingcpp.BarcodeFormat.QRCode).to_image(scale=6))
    box = Box(500, 780, 500 + modules.shape[1], 780 + modules.shape[0])
    sheet.pixels[box.slices] = modules[:, :, None]
    return inside(sheet, box)


def inside(sheet: Sheet, box: Box) -> np.ndarray:
    mask = np.zeros(sheet.pixels.shape[:2], bool)
    mask[box.slices] = True
    return mask & (sheet.pixels.min(axis=2) < 128)


THINGS = {Kind.SIGNATURE: signature, Kind.FACE: face, Kind.CODE: code}


def redact(
    tmp_path: Path, sheet: Sheet, detectors: Sequence[VisualDetector], recipe: Recipe | None = None
) -> tuple[PageRecord, DocprivError | None, np.ndarray | None]:
    cv2.imwrite(str(tmp_path / "in.png"), sheet.pixels[:, :, ::-1])
    engines = Engines(
        ocr=KnownLines(sheet.lines),
        finder=FakeFinder(),
        detectors=tuple(detectors),
        covers=lambda page, form: Coverage(scripts={}, language=None, covered=True),
    )
    request = Request(
        document="doc-" + "2" * 20,
        source=tmp_path / "in.png",
        options=RunOptions(recipe=recipe or Recipe()),
        target=tmp_path / "out.png",
        records=tmp_path / "records",
    )
    record, error = redact_document(request, engines, lambda *_: None)
    out = cv2.imread(str(request.target)) if (tmp_path / "out.png").exists() else None
    return record.pages[0], error, out


def letter(kind: Kind) -> tuple[Sheet, np.ndarray]:
    """A letter with a name that is found, and one thing to be seen."""
    sheet = Sheet().letter(rows=14)
    sheet.print(f"Written for {NAME} and", 60, 620)
    return sheet, THINGS[kind](sheet)


def hidden(out: np.ndarray, ink: np.ndarray) -> float:
    """Share of the ink and the white beside it that is filled: black ink alone is no cover."""
    around = cv2.dilate(ink.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return float((out[around] == 0).all(axis=1).mean())


@pytest.mark.parametrize("kind", list(THINGS))
def test_what_the_first_look_missed_is_covered_before_release(tmp_path: Path, kind: Kind) -> None:
    sheet, ink = letter(kind)
    page, error, out = redact(tmp_path, sheet, [BlindAtFirst(eye) for eye in real_detectors()])
    assert error is None
    assert out is not None
    assert hidden(out, ink) > 0.95
    assert page.repairs == 1


@pytest.mark.parametrize("kind", list(THINGS))
def test_it_withholds_where_nothing_may_be_repaired(tmp_path: Path, kind: Kind) -> None:
    sheet, _ = letter(kind)
    recipe = override(Recipe(), {"verifying.repairs": 0})
    page, error, out = redact(tmp_path, sheet, [BlindAtFirst(eye) for eye in real_detectors()], recipe)
    assert error is not None
    assert out is None
    assert "check:nothing-seen-again" in page.withheld_because


@pytest.mark.parametrize("kind", list(THINGS))
def test_a_plan_that_misses_what_was_seen_is_repaired(tmp_path: Path, kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    first_plan = second_pass.first_plan

    def careless(*args: object, **more: object) -> PagePlan:
        plan = first_plan(*args, **more)  # type: ignore[arg-type]
        return replace(plan, regions=tuple(r for r in plan.regions if all(reason.kind != kind for reason in r.reasons)))

    monkeypatch.setattr(second_pass, "first_plan", careless)
    sheet, ink = letter(kind)
    page, error, out = redact(tmp_path, sheet, real_detectors())
    assert error is None
    assert out is not None
    assert hidden(out, ink) > 0.95
    assert page.repairs == 1


@pytest.mark.parametrize("kind", list(THINGS))
def test_what_is_covered_is_not_seen_again_and_nothing_else_is(tmp_path: Path, kind: Kind) -> None:
    sheet, ink = letter(kind)
    detectors = [BlindAtFirst(eye, blind=False) for eye in real_detectors()]
    page, error, out = redact(tmp_path, sheet, detectors)
    assert error is None
    assert out is not None
    assert hidden(out, ink) > 0.95
    assert page.repairs == 0
    assert all(eye.looks == 2 for eye in detectors)


def test_a_page_of_which_nothing_was_covered_is_looked_at_once(tmp_path: Path) -> None:
    detectors = [BlindAtFirst(eye, blind=False) for eye in real_detectors()]
    page, error, _ = redact(tmp_path, Sheet().letter(), detectors)
    assert error is None
    assert [one.looks for one in detectors] == [1] * len(detectors)
    (check,) = (c for c in page.checks if c.name == "nothing-seen-again")
    assert check.ok
    assert check.detail == "no pixel was changed"


def test_what_the_policy_left_at_first_does_not_come_back(tmp_path: Path) -> None:
    class Fickle(ColourEye):
        """Calls a stamp a signature the second time."""

        looks = 0

        def see(self, scene: Scene) -> tuple[Mark, ...]:
            self.looks += 1
            return tuple(replace(m, kind=Kind.SIGNATURE) if self.looks > 1 else m for m in super().see(scene))

    detectors = [Fickle(GREEN, Kind.STAMP), ColourEye(MAGENTA, Kind.FACE)]
    box = Box(100, 200, 160, 280)
    record, error, out = run(tmp_path, detectors, {GREEN: box, MAGENTA: Box(300, 200, 360, 280)})
    assert error is None
    assert out is not None
    assert (out[box.slices] == GREEN).all()
    assert record.pages[0].repairs == 0


def test_a_colour_that_covers_leave_is_covered_whoever_sees_it(tmp_path: Path) -> None:
    record, error, out = run(
        tmp_path,
        [ColourEye(MAGENTA, Kind.FACE), BlindAtFirst(ColourEye(CYAN, Kind.SIGNATURE))],  # type: ignore[list-item]
        {MAGENTA: Box(300, 200, 360, 280), CYAN: Box(100, 200, 160, 280)},
    )
    assert error is None
    assert out is not None
    assert (out[200:280, 100:160] == 0).all()
    assert record.pages[0].repairs == 1


@pytest.mark.parametrize(("row", "covered"), [(1, False), (6, True)], ids=["on print", "on paper"])
def test_print_that_was_read_well_is_no_signature_for_the_cover_beside_it(tmp_path: Path, row: int, covered: bool) -> None:
    """Of what is seen at the second look alone; `row` of the page on which it lies, of which the second is print."""
    box = Box(20, row * CELL_H, 20 + 12 * CELL_W, (row + 1) * CELL_H)
    late = LateEye(Mark(page=0, kind=Kind.SIGNATURE, quad=box.quad(), score=0.9, detector="late"))
    record, _, _ = run(tmp_path, [late], {MAGENTA: Box(300, 200, 360, 280)}, lines=("ordinary words in a line", "@Quillfeather"))
    assert any(r.detector == "late" for region in record.pages[0].regions for r in region.reasons) is covered


class LateEye:
    """Sees its mark at the second look alone."""

    detector = "late"

    def __init__(self, mark: Mark) -> None:
        self._mark = mark

    def identity(self) -> EngineId:
        return EngineId(name="eye-of-tests", version="1")

    def see(self, scene: Scene) -> tuple[Mark, ...]:
        return () if scene.changed is None else (self._mark,)


def bars(sheet: Sheet, ground: int) -> list[Box]:
    """Covers as a run leaves them: over names in lines, over an address of three lines, over what was a signature."""
    sheet.pixels[...] = np.minimum(sheet.pixels, ground)
    boxes = [Box(300, 60 + 34 * i, 300 + 90 + 40 * (i % 3), 88 + 34 * i) for i in range(0, 12, 2)]
    boxes += [Box(60, 640, 330, 672), Box(60, 672, 300, 704), Box(60, 704, 260, 736)]
    boxes += [Box(400, 900, 640, 935), Box(430, 880, 600, 900), Box(415, 935, 560, 960)]
    for box in boxes:
        sheet.pixels[box.slices] = 0
    return boxes


@pytest.mark.parametrize("ground", [255, 200, 120])
def test_covers_filled_with_their_paper_show_no_eye_anything(ground: int) -> None:
    sheet = Sheet().letter(rows=14)
    sheet.print("Signature:", 60, 960)
    boxes = bars(sheet, ground)
    detectors = real_detectors()

    def seen(pixels: Pixels) -> tuple[Mark, ...]:
        page = PageImage(ref=PageRef(document="d", index=0), pixels=pixels, format=PageFormat(colour="rgb"))
        return look(page, sheet.lines, detectors).marks

    assert seen(filled_with_paper(sheet.pixels, boxes)) == ()


def test_paper_is_taken_from_around_each_cover_and_nothing_else_changes() -> None:
    page = np.full((200, 300, 3), 250, np.uint8)
    page[:, 150:] = (120, 160, 200)
    left, right, within = Box(20, 20, 100, 60), Box(180, 20, 280, 100), Box(200, 40, 260, 80)
    for box in (left, right):
        page[box.slices] = 0
    out = filled_with_paper(page, [left, right, within])
    assert (out[left.slices] == 250).all()
    assert (out[right.slices] == (120, 160, 200)).all()
    rest = np.ones(page.shape[:2], bool)
    rest[left.slices] = rest[right.slices] = False
    assert np.array_equal(out[rest], page[rest])
    whole = filled_with_paper(np.zeros((40, 40, 3), np.uint8), [Box(0, 0, 40, 40)])
    assert (whole == 255).all()
