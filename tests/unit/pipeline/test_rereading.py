"""What only one of two readings of a doubtful line shows is covered; pages that read well are not read again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from docpriv.formats.document import open_document
from docpriv.geometry import Quad
from docpriv.model import Finding, Kind, PageFormat, PageImage, PageRef, PageText, Pixels, TextLine
from docpriv.ocr.fake import FakeEngine, page
from docpriv.options import Recipe
from docpriv.pii import Coverage
from docpriv.pii.fake import FakeFinder
from docpriv.pipeline import Engines, Request, redact_document
from docpriv.pipeline.context import SeenPage, Stopwatch
from docpriv.pipeline.reading import find_all, see_page
from docpriv.protocols import ReadPage
from docpriv.recipes import override
from docpriv.run_options import RunOptions
from tests.e2e.runs import write_page

pytestmark = pytest.mark.usefixtures("fakes")

POOR = "from @Jane for #4711"  # the first reading misses the mark of the name, the second that of the account


class PoorReader(FakeEngine):
    """Doubts every line with a name: the first time it reads `a` for `@`, the second time `b` for `#`."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def read(self, pixels: Pixels, ref: PageRef) -> PageText:
        text = super().read(pixels, ref)
        return replace(text, lines=tuple(_misread(line, "@", "a") if "@" in line.text else line for line in text.lines))

    def read_lines(self, pixels: Pixels, quads: Sequence[Quad]) -> tuple[TextLine, ...]:
        self.asked += sum(quad.b[0] > quad.a[0] and quad.d[1] > quad.a[1] for quad in quads)  # the way that the page lies
        return tuple(_misread(line, "#", "b") for line in super().read_lines(pixels, quads))


def _misread(line: TextLine, true: str, read: str) -> TextLine:
    chars = tuple(replace(c, text=read, score=0.3) if c.text == true else c for c in line.chars)
    return replace(line, chars=chars, score=0.8)


class Watched(FakeFinder):
    """Remembers which pages it was given, call by call."""

    def __init__(self) -> None:
        self.given: list[list[int]] = []

    def find(self, pages: Sequence[ReadPage]) -> tuple[Finding, ...]:
        self.given.append([p.text.ref.index for p in pages])
        return super().find(pages)


def engines(ocr: FakeEngine, finder: FakeFinder | None = None) -> Engines:
    return Engines(
        ocr=ocr, finder=finder or FakeFinder(), covers=lambda page, form: Coverage(scripts={}, language=None, covered=True)
    )


def seen(index: int, lines: Sequence[str], with_: Engines, recipe: Recipe, *, packed: bool = False) -> SeenPage:
    image = PageImage(ref=PageRef(document="d", index=index), pixels=page(lines), format=PageFormat(colour="rgb"))
    return see_page(image, with_, recipe, Stopwatch(), packed=packed)


def read_text(path: Path, recipe: Recipe) -> str:
    with open_document(path, document="d", limits=recipe.limits, render_dpi=200) as out:
        return " ".join(line.text for line in FakeEngine().read(out.page(0).pixels, PageRef(document="d", index=0)).lines)


@pytest.mark.parametrize(
    ("below", "kinds", "left"), [(0.9, {Kind.PERSON, Kind.ACCOUNT_NUMBER}, ()), (0.0, {Kind.ACCOUNT_NUMBER}, ("Jane",))]
)
def test_what_either_reading_shows_is_covered(tmp_path: Path, below: float, kinds: set[Kind], left: tuple[str, ...]) -> None:
    recipe = override(Recipe(), {"reading.reread_below": below, "verifying.reread": False})
    request = Request(
        document="doc-" + "1" * 20,
        source=write_page(tmp_path / "in.png", ["A letter", POOR]),
        options=RunOptions(recipe=recipe),
        target=tmp_path / "out.png",
        records=tmp_path / "records",
    )
    record, error = redact_document(request, engines(PoorReader()), lambda *_: None)
    assert error is None
    assert {reason.kind for region in record.pages[0].regions for reason in region.reasons} == kinds
    text = read_text(tmp_path / "out.png", recipe)
    assert "A letter" in text
    assert "from" in text
    assert "4711" not in text
    assert [word for word in ("Jane",) if word in text] == list(left)


def test_a_page_that_reads_well_is_not_read_again() -> None:
    ocr = PoorReader()
    well = seen(0, ["A letter", "about #4711"], engines(ocr), Recipe())
    assert ocr.asked == 0
    assert len(well.readings) == 1
    poor = seen(1, ["A letter", POOR], engines(ocr), Recipe())
    assert ocr.asked == 1
    assert [r.text.lines[1].text for r in poor.readings] == ["from aJane for #4711", "from @Jane for b4711"]


@pytest.mark.parametrize("packed", [False, True])
def test_only_the_pages_with_a_second_reading_are_searched_a_second_time(packed: bool) -> None:
    finder = Watched()
    with_ = engines(PoorReader(), finder)
    pages = [
        seen(0, ["about #12"], with_, Recipe(), packed=packed),
        seen(1, [POOR], with_, Recipe(), packed=packed),
        seen(2, ["and @Bob", "of #13"], with_, Recipe(), packed=packed),
        seen(3, ["end"], with_, Recipe(), packed=packed),
    ]
    found = find_all(pages, with_)
    assert finder.given == [[0, 1, 2, 3], [1, 2]]
    assert [[[f.kind for f in reading] for reading in page] for page in found] == [
        [[Kind.ACCOUNT_NUMBER]],
        [[Kind.ACCOUNT_NUMBER], [Kind.PERSON]],
        [[Kind.ACCOUNT_NUMBER], [Kind.PERSON, Kind.ACCOUNT_NUMBER]],
        [[]],
    ]
    assert [len(page) for page in found] == [len(p.readings) for p in pages]


def test_a_reading_at_another_scale_stays_beside_the_one_of_doubtful_lines() -> None:
    recipe = override(Recipe(), {"reading.second_reading": True, "needs": ("text", "second-reading")})
    assert len(seen(0, [POOR], engines(PoorReader()), recipe).readings) == 3
