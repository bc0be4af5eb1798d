"""The independent reading of released pages: what it finds is named by page and box, and its text only where it is asked for."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from docpriv.geometry import Quad
from docpriv.model import Char, EngineId, PageRef, PageText, Pixels, TextLine
from docpriv.ocr.fake import CELL_H, CELL_W, FakeEngine, page
from docpriv.options import Recipe
from docpriv.pii.fake import FakeFinder
from docpriv.pipeline.engines import Engines
from docpriv.recipes import load_recipe
from tests.benchmarks import independent


@pytest.fixture
def faked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCPRIV_TESTING", "1")

    def opened(engine: str) -> tuple[Engines, Recipe]:
        return Engines(ocr=FakeEngine(), finder=FakeFinder()), load_recipe("redact", [])

    monkeypatch.setattr(independent, "open_reader", opened)


def _released(folder: Path) -> Path:
    """A page with nothing on it, and two pages in one file, of which the second still shows a name."""
    folder.mkdir()
    Image.fromarray(page(["an ordinary page"])).save(folder / "plain.png")
    first, second = Image.fromarray(page(["nothing here"])), Image.fromarray(page(["seen by", "", "   @Quillan"]))
    first.save(folder / "two.tif", save_all=True, append_images=[second])
    return folder


@pytest.mark.usefixtures("faked")
@pytest.mark.parametrize("reveal", [False, True])
def test_what_is_left_is_named_by_page_and_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str], reveal: bool) -> None:
    work = tmp_path / "work"
    asked = [str(_released(tmp_path / "out")), "--work", str(work), *(["--reveal"] if reveal else [])]
    assert independent.main(asked) == 0
    said = capsys.readouterr().out
    box = (4 * CELL_W, 3 * CELL_H, 12 * CELL_W, 4 * CELL_H)  # a name of eight signs from the fifth column of the fourth row
    assert f"page 2: PERSON marked 0.99, read 1.00, at {', '.join(map(str, box))}" in said
    assert ("@Quillan" in said) is reveal
    assert "2 documents, 3 pages, 0 documents not read" in said
    assert "1 pages with anything of a covered kind" in said
    noted = json.loads((work / "figures.json").read_text())
    assert [len(document["found"]) for document in noted["documents"]] == [0, 1]
    assert "Quillan" not in (work / "figures.json").read_text()
    (picture,) = work.glob("*.png")
    assert picture.name.startswith("002-two-p2")
    assert picture.stat().st_mode & 0o077 == 0
    assert np.asarray(Image.open(picture)).min() == 0  # the name's own ink


@pytest.mark.usefixtures("faked")
def test_a_file_that_cannot_be_read_is_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = _released(tmp_path / "out")
    (folder / "torn.png").write_bytes((folder / "plain.png").read_bytes()[:60])
    assert independent.main([str(folder)]) == 1
    said = capsys.readouterr().out
    assert "torn.png: not read" in said
    assert "2 documents, 3 pages, 1 documents not read" in said


class _Whole:
    """Reads one sign, as large as whatever it is given."""

    recycle_after: int | None = None

    def identity(self) -> EngineId:
        return EngineId(name="whole", version="1")

    def read(self, pixels: Pixels, ref: PageRef) -> PageText:
        height, width = pixels.shape[:2]
        self.size = (width, height)
        quad = Quad((0, 0), (width, 0), (width, height), (0, height))
        line = TextLine(chars=(Char(text="x", quad=quad, score=1.0),), quad=quad, score=1.0)
        return PageText(ref=ref, width=width, height=height, lines=(line,))

    def read_lines(self, pixels: Pixels, quads: Sequence[Quad]) -> tuple[TextLine, ...]:
        return ()


@pytest.mark.parametrize(("width", "height", "read"), [(300, 201, (450, 302)), (2500, 1000, (1750, 700))])
def test_another_scale_answers_in_the_pages_own_frame(width: int, height: int, read: tuple[int, int]) -> None:
    inner = _Whole()
    text = independent.Scaled(inner).read(np.zeros((height, width, 3), np.uint8), PageRef(document="d", index=0))
    assert inner.size == read
    assert (text.width, text.height) == (width, height)
    assert text.lines[0].chars[0].quad.bounds() == pytest.approx((0, 0, width, height))
