"""The text that a PDF holds itself comes with its place in the page's pixels, however the page is turned, cut or scaled."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest

from docpriv.formats.document import open_document
from docpriv.formats.pdf import reader, text_layer
from docpriv.geometry import cover
from docpriv.model import PageImage, Pixels, TextLine
from docpriv.options import Limits
from tests.text_pdfs import Print, text_pdf

PRINTS = (
    Print(text="Top left Agjpy", x=60, y=250, size=18),
    Print(text="Right End", x=280, y=120, size=14),
    Print(text="upward", x=200, y=100, angle=90),
    Print(text="down", x=240, y=160, angle=-90),
    Print(text="flipped", x=180, y=200, angle=180),
    Print(text="low \u201cq\u201d", x=60, y=60),
)
ANGLES = {"Top": 0, "End": 0, "upward": -90, "down": 90, "flipped": 180}


def decoded(folder: Path, data: bytes, dpi: int = 200) -> PageImage:
    path = folder / "page.pdf"
    path.write_bytes(data)
    with open_document(path, document="doc", limits=Limits(), render_dpi=dpi) as document:
        return document.page(0, layer=True)


def words_of(page: PageImage) -> dict[str, TextLine]:
    assert page.layer is not None
    return {word.text: word for line in page.layer.lines for word in line}


def assert_boxes_lie_on_the_print(page: PageImage) -> None:
    dark = page.pixels.min(axis=2) < 128
    left = dark.copy()
    chars = [char for word in words_of(page).values() for char in word.chars]
    assert len(chars) == sum(len(p.text.replace(" ", "")) for p in PRINTS)
    for char in chars:
        assert dark[cover(char.quad, page.width, page.height).slices].any()
        left[cover(char.quad, page.width, page.height, 1.0).slices] = False
    assert dark.any()
    assert not left.any()  # no ink is beside the boxes


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("more", [b"", b"/CropBox [40 30 390 280]", b"/UserUnit 1.5"])
def test_boxes_lie_on_the_print_of_a_drawn_page(tmp_path: Path, turn: int, more: bytes) -> None:
    page = decoded(tmp_path, text_pdf(PRINTS, on_page=b"/Rotate %d %s" % (turn, more)), dpi=110)
    assert page.format.rendered
    assert_boxes_lie_on_the_print(page)
    for text, angle in ANGLES.items():
        assert (words_of(page)[text].quad.angle - angle - turn) % 360 == pytest.approx(0)


def picture() -> Pixels:
    """The page of the prints as a scanner would see it: 1200 x 900."""
    document = pdfium.PdfDocument(text_pdf(PRINTS))
    try:
        return np.array(document[0].render(scale=3).to_numpy()[..., :3])
    finally:
        document.close()


@pytest.mark.parametrize(
    ("quarters", "mirrored", "place"),
    [
        (0, False, "400 0 0 300 0 0"),
        (0, True, "400 0 0 -300 0 300"),
        (1, False, "0 -300 400 0 0 300"),
        (3, False, "0 300 -400 0 400 0"),
        (2, False, "-400 0 0 -300 400 300"),
    ],
)
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_invisible_text_lies_on_the_scan_that_is_taken_out(
    tmp_path: Path, quarters: int, mirrored: bool, place: str, turn: int
) -> None:
    stored = picture()[::-1] if mirrored else np.rot90(picture(), quarters)
    unseen = [Print(text=p.text, x=p.x, y=p.y, size=p.size, angle=p.angle, mode=3) for p in PRINTS]
    page = decoded(tmp_path, text_pdf(unseen, scan=stored, place=place, on_page=b"/Rotate %d" % turn))
    assert not page.format.rendered
    assert_boxes_lie_on_the_print(page)


def test_a_scan_that_is_larger_than_its_page_has_its_text_where_it_is() -> None:
    to_pixels = text_layer.page_to_pixels(text_layer.Rect(-2, -3, 402, 303), turn=90, width=306, height=404)
    assert to_pixels.point((-2, -3)) == pytest.approx((0, 0))
    assert to_pixels.point((0, 0)) == pytest.approx((3, 2))
    assert to_pixels.point((402, 303)) == pytest.approx((306, 404))


def test_text_is_given_only_where_it_is_asked_for_and_there(tmp_path: Path) -> None:
    path = tmp_path / "page.pdf"
    path.write_bytes(text_pdf(PRINTS))
    with open_document(path, document="doc", limits=Limits()) as document:
        assert document.page(0).layer is None
        assert document.page(0, layer=True).layer is not None
    assert decoded(tmp_path, text_pdf([])).layer is None


def test_text_that_shows_nothing_is_given_where_it_claims_to_be(tmp_path: Path) -> None:
    page = decoded(
        tmp_path,
        text_pdf(
            [Print(text="white", x=50, y=50, grey=1), Print(text="beside", x=900, y=50), Print(text="ghost", x=50, y=90, mode=3)]
        ),
    )
    words = words_of(page)
    assert set(words) == {"white", "beside", "ghost"}
    assert words["beside"].quad.bounds()[0] > page.width
    assert page.pixels.min() == 255


def test_a_ligature_is_its_letters(tmp_path: Path) -> None:
    font = b"/L << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Differences [1 /fi] >> >>"
    page = decoded(tmp_path, text_pdf([Print(text="\x01nance", x=50, y=50, font="L")], fonts=font))
    (word,) = words_of(page).values()
    assert word.text in {"finance", "\ufb01nance"}
    assert (page.pixels[cover(word.chars[0].quad, page.width, page.height).slices] < 128).any()


def test_signs_that_are_no_text_do_not_reach_it(tmp_path: Path) -> None:
    font = b"/N << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 7 0 R >>"
    table = b"1 begincodespacerange <00> <ff> endcodespacerange 3 beginbfchar <41> <0000> <42> <D800> <43> <D83DDE00> endbfchar"
    more = {7: b"<< /Length %d >>\nstream\n%s\nendstream" % (len(table), table)}
    page = decoded(tmp_path, text_pdf([Print(text="xAxBxCx", x=50, y=50, font="N")], fonts=font, more=more))
    text = "".join(words_of(page))
    assert text.replace("x", "")
    assert not any(ord(c) < 32 or 0xD800 <= ord(c) < 0xE000 for c in text)


def test_a_layer_without_end_is_dropped_and_its_page_is_not(tmp_path: Path) -> None:
    rows = [Print(text="abcdefghij " * 90, x=1, y=y, size=1) for y in range(1, 61)]
    page = decoded(tmp_path, text_pdf(rows), dpi=72)
    assert page.layer is not None
    assert page.layer.dropped == text_layer.TOO_LONG
    assert page.layer.lines == ()
    assert (page.width, page.height) == (400, 300)


def test_a_layer_that_cannot_be_read_is_a_code_and_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(reader, "read_text_layer", fail)
    page = decoded(tmp_path, text_pdf(PRINTS))
    assert page.layer is not None
    assert page.layer.dropped == text_layer.UNREADABLE


def test_no_word_is_in_a_repr(tmp_path: Path) -> None:
    page = decoded(tmp_path, text_pdf(PRINTS))
    for shown in (repr(page), repr(page.layer), repr(words_of(page)["Top"])):
        assert "Top" not in shown
        assert "Agjpy" not in shown
