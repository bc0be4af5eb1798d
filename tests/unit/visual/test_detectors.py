"""A detector is a file: it registers itself, a recipe names it, its marks are covered; what is not registered is refused."""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import pytest

import docpriv.visual.detectors
from docpriv.errors import RecipeError
from docpriv.ocr.fake import FakeEngine, page
from docpriv.options import Recipe, Seeing
from docpriv.pii import Coverage
from docpriv.pii.fake import FakeFinder
from docpriv.pipeline import Engines, Request, redact_document
from docpriv.recipes import override
from docpriv.run_options import RunOptions
from docpriv.visual.detectors import DETECTORS
from docpriv.visual.seeing import open_detectors

TOY = """
import cv2

from docpriv.geometry import Box
from docpriv.model import EngineId, Kind, Mark
from docpriv.visual.detectors import DETECTORS, Registration


class GreenDetector:
    detector = "green"

    def identity(self):
        return EngineId(name="green", version="1")

    def see(self, scene):
        x, y, w, h = cv2.boundingRect(cv2.inRange(scene.page.pixels, (0, 200, 0), (60, 255, 60)))
        box = Box(x, y, x + w, y + h)
        if box.empty:
            return ()
        return (Mark(page=scene.page.ref.index, kind=Kind.CUSTOM, quad=box.quad(), score=0.9, detector="green", rule="area"),)


DETECTORS.register("green", Registration(kinds=frozenset({Kind.CUSTOM}), load=lambda _: GreenDetector()), order=90)
"""


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with the file of one more detector, beside those of the package."""
    (tmp_path / "detectors").mkdir()
    (tmp_path / "detectors" / "green.py").write_text(TOY)
    list(DETECTORS)
    monkeypatch.setattr(DETECTORS, "_members", dict(DETECTORS._members))
    monkeypatch.setattr(DETECTORS, "_searched", ())
    monkeypatch.setattr(docpriv.visual.detectors, "__path__", [*docpriv.visual.detectors.__path__, str(tmp_path / "detectors")])
    monkeypatch.delitem(sys.modules, "docpriv.visual.detectors.green", raising=False)


@pytest.mark.usefixtures("fakes", "toy")
def test_a_detector_is_one_file_and_a_word_in_the_recipe(tmp_path: Path) -> None:
    pixels = page(["Some ordinary words"], rows=20)
    pixels[200:280, 100:160] = (0, 255, 0)
    cv2.imwrite(str(tmp_path / "in.png"), pixels[:, :, ::-1])
    for others, green in ((("green",), 0), ((), 80 * 60)):
        recipe = override(Recipe(), {"seeing.others": list(others)})
        detectors = open_detectors(recipe.seeing)
        assert ("green" in [d.detector for d in detectors]) == bool(others)
        out = tmp_path / f"out{len(others)}.png"
        request = Request(
            document="doc-" + "2" * 20,
            source=tmp_path / "in.png",
            options=RunOptions(recipe=recipe),
            target=out,
            records=tmp_path / f"records{len(others)}",
        )
        engines = Engines(
            ocr=FakeEngine(),
            finder=FakeFinder(),
            detectors=tuple(d for d in detectors if d.detector == "green"),
            covers=lambda page, form: Coverage(scripts={}, language=None, covered=True),
        )
        record, error = redact_document(request, engines, lambda *_: None)
        assert error is None
        assert int((cv2.imread(str(out)) == (0, 255, 0)).all(axis=2).sum()) == green  # type: ignore[union-attr]
        assert [reason.kind for p in record.pages for r in p.regions for reason in r.reasons] == ["CUSTOM"] * len(others)


def test_a_detector_that_is_not_here_is_a_mistake_of_the_recipe() -> None:
    with pytest.raises(RecipeError, match="not here"):
        open_detectors(Seeing(others=("green",)))


def test_each_switch_of_a_recipe_turns_its_detectors_off() -> None:
    every = {"faces", "codes", "plates", "writing", "rings"}
    assert {d.detector for d in open_detectors(Seeing())} == every
    for switch, gone in {"faces": {"faces"}, "codes": {"codes"}, "plates": {"plates"}, "writing": {"writing", "rings"}}.items():
        assert {d.detector for d in open_detectors(Seeing.model_validate({switch: False}))} == every - gone
