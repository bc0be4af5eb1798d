"""The text that a PDF holds itself adds what it finds where the page shows something, and never takes a finding back."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from docpriv.formats.document import open_document
from docpriv.geometry import Box
from docpriv.model import Char, Kind, PageFormat, PageImage, PagePlan, PageRef, Pixels, Reason, Region, TextLayer, TextLine
from docpriv.ocr import fake
from docpriv.ocr.fake import CELL_H, CELL_W, FakeEngine
from docpriv.options import Recipe
from docpriv.pii import Coverage
from docpriv.pii.fake import FakeFinder
from docpriv.pipeline import Engines, Request, redact_document
from docpriv.pipeline.context import DocumentRun, SeenPage, Stopwatch
from docpriv.pipeline.covering import first_plan
from docpriv.pipeline.reading import find_all, see_page, with_values
from docpriv.pipeline.text_layer import DISAGREES, NOTHING_NEW, USED, joined
from docpriv.recipes import override
from docpriv.records import DocumentRecord
from docpriv.redaction.cover_map import CoverMap
from docpriv.run_options import RunOptions
from docpriv.text.search import ValueSearch
from docpriv.text.values import values_of
from tests.text_pdfs import Print, text_pdf

pytestmark = pytest.mark.usefixtures("fakes")

FORM = PageFormat(colour="grey")
PROSE = ["the quick brown foxes jumped over lazy dogs", "while seven wizards boxed with mighty jokers"]


def engines() -> Engines:
    return Engines(
        ocr=FakeEngine(), finder=FakeFinder(), covers=lambda page, form: Coverage(scripts={}, language=None, covered=True)
    )


def word(text: str, column: float, row: float) -> TextLine:
    """A word of a layer at a cell of the fake engine's pages."""
    boxes = [(round((column + i) * CELL_W), round(row * CELL_H)) for i in range(len(text))]
    chars = tuple(
        Char(text=c, quad=Box(x, y, x + CELL_W, y + CELL_H).quad(), score=1.0) for c, (x, y) in zip(text, boxes, strict=True)
    )
    x, y = boxes[0]
    return TextLine(chars=chars, quad=Box(x, y, boxes[-1][0] + CELL_W, y + CELL_H).quad(), score=1.0)


def words(line: str, row: float, column: float = 1) -> tuple[TextLine, ...]:
    """The words of a line, as `fake.page` draws it in that row."""
    out, at = [], 0
    for part in line.split(" "):
        if part:
            out.append(word(part, column + at, row))
        at += len(part) + 1
    return tuple(out)


def layer(*lines: str) -> TextLayer:
    return TextLayer(lines=tuple(words(line, row + 1) for row, line in enumerate(lines)))


def image(pixels: Pixels, text: TextLayer | None, form: PageFormat = FORM) -> PageImage:
    return PageImage(ref=PageRef(document="doc", index=0), pixels=pixels, format=form, layer=text)


def a_run() -> DocumentRun:
    request = Request(document="doc", source=Path("in.png"))
    return DocumentRun(request=request, engines=engines(), observer=lambda *_: None, target="image/png")


def planned(page: PageImage) -> tuple[SeenPage, PagePlan]:
    seen = see_page(page, engines(), Recipe(), Stopwatch(), packed=True)
    return seen, first_plan(a_run(), seen, find_all([seen], engines())[0], Recipe())


def reasons(plan: PagePlan) -> list[list[tuple[Kind, str]]]:
    return [[(r.kind, r.detector) for r in region.reasons] for region in plan.regions]


def cells(plan: PagePlan, text: str, column: int, row: int) -> bool:
    """Whether all cells of a text are covered, and not the next one."""
    mask = CoverMap(plan).mask[row * CELL_H : (row + 1) * CELL_H]
    return (
        bool(mask[:, column * CELL_W : (column + len(text)) * CELL_W].all())
        and not mask[:, (column + len(text) + 1) * CELL_W : (column + len(text) + 2) * CELL_W].any()
    )


def test_what_was_misread_is_covered_where_the_layer_has_it() -> None:
    seen, plan = planned(image(fake.page(["sold to aJane on day"]), layer("sold to @Jane on day")))
    assert seen.layer.use == USED
    assert reasons(plan) == [[(Kind.PERSON, "text-layer")]]
    assert cells(plan, "@Jane", 9, 1)


def test_what_both_find_is_one_region_with_both_named() -> None:
    seen, plan = planned(image(fake.page(["x sold to @Jane", "all"]), layer("y sold to @Jane", "all")))
    assert seen.layer.counts["lines"] == 1
    assert reasons(plan) == [[(Kind.PERSON, "fake-finder"), (Kind.PERSON, "text-layer")]]
    assert cells(plan, "@Jane", 11, 1)


def test_a_layer_that_reads_as_the_page_costs_no_second_search() -> None:
    seen, plan = planned(image(fake.page(["sold to @Jane", "again"]), layer("sold to @Jane", "again")))
    assert seen.layer.use == NOTHING_NEW
    assert len(seen.readings) == 1
    assert reasons(plan) == [[(Kind.PERSON, "fake-finder")]]


def test_a_layer_that_says_nothing_of_it_takes_nothing_back() -> None:
    _, without = planned(image(fake.page(["sold to @Jane #4711"]), None))
    _, plan = planned(image(fake.page(["sold to @Jane #4711"]), layer("sold to nobody at all")))
    assert reasons(without) == reasons(plan)[: len(without.regions)]
    assert not (CoverMap(without).mask & ~CoverMap(plan).mask).any()


def test_no_layer_ever_uncovers() -> None:
    rng = random.Random(7)
    lines = ["sold to @Jane and @Joe", "account #4711 of @Mary", "nothing here at all", "", "signed @Jane"]
    page = fake.page(lines, columns=40)
    _, without = planned(image(page, None))
    for _ in range(25):
        rows = []
        for _ in range(rng.randrange(8)):
            text = "".join(rng.choice("@# ab4\u05d0\ufb01_.") for _ in range(rng.randrange(1, 30)))
            rows.append(words(text, rng.uniform(-2, 9), rng.uniform(-3, 38)))
        text = TextLayer(lines=tuple(row for row in rows if row))
        _, plan = planned(image(page, text))
        assert not (CoverMap(without).mask & ~CoverMap(plan).mask).any()
        assert all(0 <= b.x0 < b.x1 <= 400 and 0 <= b.y0 < b.y1 <= page.shape[0] for r in plan.regions for b in r.boxes)


def faint(pixels: Pixels, grey: int, row: int) -> Pixels:
    """Strokes of that grey in a row where the fake engine reads nothing."""
    out = pixels.copy()
    out[row * CELL_H + 6 : row * CELL_H + 15, CELL_W : 12 * CELL_W : 3] = grey
    return out


@pytest.mark.parametrize(
    ("grey", "rendered", "covered"),
    [(250, True, True), (254, True, True), (255, True, False), (200, False, True), (250, False, False)],
)
def test_words_that_nobody_read_are_covered_where_there_is_ink(grey: int, rendered: bool, covered: bool) -> None:
    page = faint(fake.page(["all is read", ""]), grey, 2)
    seen, plan = planned(image(page, layer("all is read", "by @Tobias"), PageFormat(colour="grey", rendered=rendered)))
    assert bool(plan.regions) == covered
    assert seen.layer.counts["seen"] == (5 if covered else 3)
    if covered:
        assert cells(plan, "@Tobias", 4, 2)


def test_words_of_the_layer_explain_no_ink() -> None:
    page = fake.page(["all is read", "", ""])
    page[2 * CELL_H + 4 : 2 * CELL_H + 16, 20:400:2] = 0
    bare, _ = planned(image(page, None))
    seen, _ = planned(image(page, layer("all is read", "by nobody in particular at all whatsoever")))
    assert seen.record.unread_ink == bare.record.unread_ink > 0


def test_a_layer_that_says_something_else_is_not_placed_but_sought() -> None:
    other = ["@Anna kept #4711555 here for no other reason", "whatever stood below would never be @Bertha"]
    seen, plan = planned(image(fake.page(PROSE), layer(*other)))
    assert seen.layer.use == DISAGREES
    assert seen.layer.counts["agreed"] < 0.3 * seen.layer.counts["judged"]
    assert not plan.regions
    assert len(seen.readings) == 1
    assert {v.words for v in seen.values} >= {("47llsss",), ("bertha",)}


def test_a_shifted_layer_is_not_placed() -> None:
    shifted = TextLayer(lines=tuple(words(line.replace("lazy", "@Jane"), row + 1, 9) for row, line in enumerate(PROSE)))
    seen, plan = planned(image(fake.page(PROSE, columns=80), shifted))
    assert seen.layer.use == DISAGREES
    assert not plan.regions


def test_one_line_that_says_something_else_is_not_placed() -> None:
    text = layer(PROSE[0], "@Anna took all of it and @Otto never wrote")
    seen, plan = planned(image(fake.page(PROSE), text))
    assert seen.layer.use == NOTHING_NEW
    assert not plan.regions
    assert ("anna",) not in {v.words for v in seen.values}  # too short a name to be sought


def test_words_between_lines_to_write_on_are_words() -> None:
    text = TextLayer(lines=((word("name:____@Jane____", 1, 1),), (word("________", 1, 2),)))
    seen, plan = planned(image(fake.page(["name:    aJane    x", "________"]), text))
    assert seen.layer.counts["words"] == 2
    assert cells(plan, "@Jane", 10, 1)


def test_a_word_from_right_to_left_is_covered_whole() -> None:
    name = "@\u05d0\u05d1\u05d2\u05d3"
    chars = word(name, 4, 1)
    backwards = TextLine(
        chars=tuple(Char(text=c.text, quad=q.quad, score=1.0) for c, q in zip(chars.chars, chars.chars[::-1], strict=True)),
        quad=chars.quad,
        score=1.0,
    )
    _, plan = planned(image(fake.page(["to aXXXX now"]), TextLayer(lines=((backwards,),))))
    assert any(r.detector == "text-layer" for region in plan.regions for r in region.reasons)
    assert cells(plan, name, 4, 1)


def test_a_value_of_another_page_is_covered_where_only_the_layer_has_it() -> None:
    pages = [
        image(fake.page(["sold to @Janeway now"]), None),
        PageImage(
            ref=PageRef(document="doc", index=1),
            pixels=fake.page(["for Joxxwoy now"]),
            format=FORM,
            layer=layer("for Janeway now"),
        ),
    ]
    seen = [see_page(page, engines(), Recipe(), Stopwatch(), packed=False) for page in pages]
    found = find_all(seen, engines())
    assert found[1] == ((), ())
    values = values_of(seen[0].readings[0].text, found[0][0])
    found = with_values(seen, found, ValueSearch(values))
    plan = first_plan(a_run(), seen[1], found[1], Recipe())
    assert [[r.reason for r in region.reasons] for region in plan.regions] == [["stands-elsewhere"]]
    assert cells(plan, "Janeway", 5, 1)


def test_areas_of_the_same_thing_are_joined_and_none_is_lost() -> None:
    def region(box: Box, detector: str, kind: Kind = Kind.PERSON) -> Region:
        return Region(boxes=(box,), reasons=(Reason(kind=kind, score=1.0, detector=detector, reason="rule"),))

    regions = (
        region(Box(10, 10, 60, 30), "names"),
        region(Box(10, 11, 61, 30), "text-layer"),
        region(Box(100, 10, 160, 30), "names"),
        region(Box(100, 10, 175, 30), "text-layer"),
        region(Box(200, 10, 260, 30), "names"),
        region(Box(200, 10, 260, 30), "text-layer", Kind.PHONE),
        region(Box(300, 10, 360, 30), "text-layer"),
    )
    plan = PagePlan(page=0, width=400, height=40, regions=regions)
    out = joined(plan)
    assert len(out.regions) == 5
    assert out.regions[0].boxes == (Box(10, 10, 60, 30),)  # a pixel more is margin
    assert out.regions[1].boxes == (Box(100, 10, 160, 30), Box(100, 10, 175, 30))
    assert len(out.regions[0].reasons) == len(out.regions[1].reasons) == 2
    assert joined(PagePlan(page=0, width=400, height=40, regions=regions[:1])).regions == regions[:1]


# --- whole documents ------------------------------------------------------------------------------------------------


def document(
    folder: Path, read: Sequence[str], own: Sequence[tuple[str, int, int]], recipe: Recipe | None = None
) -> tuple[DocumentRecord, Pixels]:
    """Redact a scan of `read` with invisible text of its own, given with column and row; the record and the page released."""
    page = fake.page(list(read))
    height, width = page.shape[:2]
    courier = b"/C << /Type /Font /Subtype /Type1 /BaseFont /Courier >>"
    prints = [
        Print(text=text, x=column * CELL_W, y=height - row * CELL_H - 16, size=CELL_W / 0.6, mode=3, font="C")
        for text, column, row in own
    ]
    (folder / "in.pdf").write_bytes(text_pdf(prints, size=(width, height), scan=page, fonts=courier))
    out = folder / "out.pdf"
    record, error = redact_document(
        Request(document="doc", source=folder / "in.pdf", options=RunOptions(recipe=recipe or Recipe()), target=out),
        engines(),
        lambda *_: None,
    )
    assert error is None
    with open_document(out, document="doc", limits=Recipe().limits) as opened:
        return record, opened.page(0).pixels


def test_a_misread_name_is_gone_from_the_released_page(tmp_path: Path) -> None:
    read, own = ["sold to aJane on day", "all fine"], [("sold to @Jane on day", 1, 1), ("all fine", 1, 2)]
    record, released = document(tmp_path, read, own)
    assert record.pages[0].text_layer == USED
    assert record.pages[0].text_layer_counts == {"words": 7, "seen": 7, "judged": 5, "agreed": 5, "lines": 1, "found": 1}
    assert FakeEngine().read(released, PageRef(document="doc", index=0)).lines[0].text.strip() == "sold to"
    assert not (released[CELL_H : 2 * CELL_H, 9 * CELL_W : 14 * CELL_W] > 0).any()
    assert "Jane" not in record.model_dump_json()
    ignoring = override(Recipe(), {"reading.text_layer": "ignore"})
    (tmp_path / "out.pdf").unlink()
    record, released = document(tmp_path, read, own, ignoring)
    assert record.pages[0].text_layer == ""
    assert np.array_equal(released, fake.page(read))


@pytest.mark.parametrize("place", [(40, 2), (-30, 1), (5, 30)])
def test_a_value_that_only_stands_unseen_is_sought_in_what_was_read(tmp_path: Path, place: tuple[int, int]) -> None:
    """Text on blank paper, beside the page and below it: nothing is covered there, but what it says is not left elsewhere."""
    read = ["sold under 4711999 to us", "all fine", "one more line"]
    record, released = document(tmp_path, read, [("all fine", 1, 2), ("#4711999", *place)])
    assert record.pages[0].text_layer_counts["seen"] == 2
    assert {r.reason for region in record.pages[0].regions for r in region.reasons} <= {
        "repair:stands-elsewhere",
        "repair:covers-its-ink",
    }
    left = [line.text for line in FakeEngine().read(released, PageRef(document="doc", index=0)).lines]
    assert [text.strip() for text in left] == ["sold under", "to us", "all fine", "one more line"]
    assert (released[2 * CELL_H + 3 :] == fake.page(read)[2 * CELL_H + 3 :]).all()
