"""Pages of writing by hand that cannot be searched are withheld, single lines covered, as the recipe says."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from docpriv.model import EngineId, Kind, Mark
from docpriv.ocr.fake import FakeEngine, page
from docpriv.options import Recipe
from docpriv.pii import Coverage
from docpriv.pii.fake import FakeFinder
from docpriv.pipeline import Engines, Request, redact_document
from docpriv.protocols import Scene
from docpriv.recipes import override
from docpriv.run_options import RunOptions

pytestmark = pytest.mark.usefixtures("fakes")

LINES = [f"Ordinary words of line {i}" for i in range(8)]


class Graphologist:
    """Takes the first lines of a page for writing by hand."""

    detector = "graphologist"

    def __init__(self, count: int) -> None:
        self._count = count

    def identity(self) -> EngineId:
        return EngineId(name="graphologist", version="1")

    def see(self, scene: Scene) -> tuple[Mark, ...]:
        return tuple(
            Mark(page=0, kind=Kind.UNREAD_INK, quad=line.quad, score=0.6, detector=self.detector, rule="hand-line")
            for line in scene.lines[: self._count]
        )


def outcome(folder: Path, count: int, how: str) -> tuple[tuple[str, ...], int, bool]:
    """Why the page was withheld, how many regions tell of writing by hand, whether there is an output."""
    pixels = page(LINES, rows=20)
    cv2.imwrite(str(folder / "in.png"), np.ascontiguousarray(pixels[:, :, ::-1]))
    engines = Engines(
        ocr=FakeEngine(),
        finder=FakeFinder(),
        detectors=(Graphologist(count),),
        covers=lambda page, form: Coverage(scripts={}, language=None, covered=True),
    )
    request = Request(
        document="doc-" + "3" * 20,
        source=folder / "in.png",
        target=folder / "out.png",
        options=RunOptions(recipe=override(Recipe(), {"policy.handwriting": how})),
    )
    record, _ = redact_document(request, engines, lambda *_: None)
    told = sum(any(r.reason == "hand-line" for r in region.reasons) for region in record.pages[0].regions)
    return record.pages[0].withheld_because, told, (folder / "out.png").exists()


@pytest.mark.parametrize(
    ("count", "how", "why", "covered", "released"),
    [
        (2, "cover", (), 2, True),
        (7, "cover", ("handwriting-not-read",), 7, False),
        (1, "withhold", ("handwriting-not-read",), 1, False),
        (0, "withhold", (), 0, True),
        (7, "count", (), 0, True),
    ],
)
def test_lines_are_covered_and_pages_of_them_withheld(
    tmp_path: Path, count: int, how: str, why: tuple[str, ...], covered: int, released: bool
) -> None:
    assert outcome(tmp_path, count, how) == (why, covered, released)
