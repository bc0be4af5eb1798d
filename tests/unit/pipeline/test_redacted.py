"""`verify` sees a redacted page as the check before its release does: a cover is no signature, no code, and some value."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import zxingcpp

from docpriv.geometry import Box
from docpriv.model import Kind, PageFormat, PageImage, PageRef, Pixels
from docpriv.options import Recipe
from docpriv.pii import Coverage, open_finder
from docpriv.pii.fake import FakeFinder
from docpriv.pipeline import Engines, Request
from docpriv.pipeline.document import inspect_document
from docpriv.pipeline.redacted import without_covers
from docpriv.protocols import PiiDetector
from docpriv.records import DocumentRecord
from docpriv.redaction.found_covers import find_covers
from docpriv.run_options import RunOptions
from docpriv.visual.seeing import look
from tests.unit.pipeline.test_second_look import KnownLines, bars, code, real_detectors, signature
from tests.unit.visual.test_writing import Sheet

pytestmark = pytest.mark.usefixtures("fakes")

BLACK, BLUE, GREY = (0, 0, 0), (20, 40, 150), (128, 128, 128)


def as_jpeg(pixels: Pixels, quality: int) -> Pixels:
    data = cv2.imencode(".jpg", pixels[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.ascontiguousarray(cv2.imdecode(data, cv2.IMREAD_COLOR)[:, :, ::-1])


def union(boxes: tuple[Box, ...] | list[Box], shape: tuple[int, ...]) -> np.ndarray:
    mask = np.zeros(shape[:2], bool)
    for box in boxes:
        mask[box.slices] = True
    return mask


@pytest.mark.parametrize("colour", [BLACK, BLUE, GREY])
@pytest.mark.parametrize("quality", [0, 40, 90])
def test_covers_are_found_whole_and_alone(colour: tuple[int, int, int], quality: int) -> None:
    sheet = Sheet().letter(rows=14)
    cv2.rectangle(sheet.pixels, (50, 1000), (780, 1060), BLACK, 2)
    boxes = [b.snap(16, 16) for b in bars(sheet, 235)]
    for box in boxes:
        sheet.pixels[box.slices] = colour
    found = union(find_covers(as_jpeg(sheet.pixels, quality) if quality else sheet.pixels), sheet.pixels.shape)
    covers = union(boxes, sheet.pixels.shape)
    assert found[covers].mean() > 0.99
    beyond = cv2.dilate(covers.astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
    assert not found[~beyond].any()


def test_covers_that_are_most_of_the_page_are_no_paper() -> None:
    page = np.full((300, 480, 3), (240, 230, 250), np.uint8)
    page[20:200, 20:460] = 0
    page[220:280, 20:300] = 0
    assert union(find_covers(page), page.shape)[page.max(axis=2) == 0].mean() > 0.99


def test_print_rules_and_bars_that_are_written_on_are_no_covers() -> None:
    sheet = Sheet().letter()
    for y in (700, 740):
        cv2.line(sheet.pixels, (60, y), (780, y), BLACK, 3)
    cv2.rectangle(sheet.pixels, (60, 800), (780, 840), BLACK, -1)
    cv2.putText(sheet.pixels, "3. Contact in an emergency", (80, 828), cv2.FONT_HERSHEY_DUPLEX, 0.8, (255, 255, 255), 1)
    assert find_covers(sheet.pixels) == ()


@pytest.mark.parametrize("thick", [3, 6, 10])
def test_large_letters_are_no_covers(thick: int) -> None:
    sheet = Sheet().letter(rows=8)
    cv2.putText(sheet.pixels, "SMITH", (60, 700), cv2.FONT_HERSHEY_DUPLEX, 3, BLACK, thick, cv2.LINE_AA)
    for x, y, w, h in ((60, 800, 14, 70), (60, 856, 44, 14), (140, 800, 48, 14), (157, 800, 14, 70), (240, 800, 14, 70)):
        sheet.pixels[y : y + h, x : x + w] = 0  # an L, a T and an I of straight strokes
    assert find_covers(sheet.pixels) == ()


def inspect(tmp_path: Path, sheet: Sheet, finder: PiiDetector | None = None) -> DocumentRecord:
    cv2.imwrite(str(tmp_path / "in.png"), sheet.pixels[:, :, ::-1])
    engines = Engines(
        ocr=KnownLines(sheet.lines),
        finder=finder or FakeFinder(),
        detectors=real_detectors(),
        covers=lambda page, form: Coverage(scripts={}, language=None, covered=True),
    )
    request = Request(document="doc-" + "2" * 20, source=tmp_path / "in.png", options=RunOptions(recipe=Recipe()))
    return inspect_document(request, engines, lambda *_: None)


def kinds(record: DocumentRecord) -> set[str]:
    return {str(reason.kind) for page in record.pages for region in page.regions for reason in region.reasons}


def test_covers_where_people_sign_are_no_signatures(tmp_path: Path) -> None:
    sheet = Sheet().letter(rows=14)
    sheet.print("Signature:", 300, 980)
    for sides in ((440, 955, 455, 960), (450, 945, 500, 955), (490, 925, 520, 945), (515, 905, 590, 925), (585, 925, 620, 950)):
        sheet.pixels[Box(*sides).slices] = 0  # steps along a signature that is covered stroke by stroke
    sheet.pixels[950:962, 600:660] = 0
    page = PageImage(ref=PageRef(document="d", index=0), pixels=sheet.pixels, format=PageFormat(colour="rgb"))
    assert Kind.SIGNATURE in {m.kind for m in look(page, sheet.lines, real_detectors()).marks}, "as they are, they look like one"
    assert inspect(tmp_path, sheet).status == "clean"


@pytest.mark.parametrize(("thing", "kind"), [(signature, "SIGNATURE"), (code, "CODE")])
def test_what_is_left_beside_covers_is_found(tmp_path: Path, thing, kind: str) -> None:  # type: ignore[no-untyped-def]
    sheet = Sheet().letter(rows=14)
    sheet.pixels[600:640, 100:400] = 0
    thing(sheet)
    assert kind in kinds(inspect(tmp_path, sheet))


def test_a_code_of_large_modules_is_no_row_of_covers(tmp_path: Path) -> None:
    sheet = Sheet().letter(rows=14)
    sheet.pixels[600:640, 100:400] = 0
    modules = np.asarray(zxingcpp.create_barcode("7 42", zxingcpp.BarcodeFormat.QRCode).to_image(scale=12))
    sheet.pixels[700 : 700 + modules.shape[0], 300 : 300 + modules.shape[1]] = modules[:, :, None]
    assert "CODE" in kinds(inspect(tmp_path, sheet))


def test_a_covered_value_is_the_value_of_its_label(tmp_path: Path) -> None:
    sheet = Sheet().letter(rows=8)
    sheet.print("Account holder", 60, 700)
    sheet.print("Opening balance", 60, 740)
    sheet.pixels[680:708, 300:520] = 0
    engines = Engines(ocr=KnownLines(sheet.lines), finder=FakeFinder(), detectors=())
    page = PageImage(ref=PageRef(document="d", index=0), pixels=sheet.pixels, format=PageFormat(colour="rgb"))
    clean, reading = without_covers(page, engines)
    assert (clean.pixels[680:708, 300:520] == 255).all()
    (line,) = reading.ocr.read(clean.pixels, clean.ref).lines[len(sheet.lines) :]
    assert set(line.text) == {"█"}
    assert line.quad.bounds() == pytest.approx((300, 680, 520, 708), abs=2)
    assert "PERSON" not in kinds(inspect(tmp_path, sheet, open_finder(Recipe().finding)))
