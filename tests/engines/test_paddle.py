"""PaddleOCR: the common contract for engines that read paper, folders of models; skipped where it is not installed."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

from docpriv.errors import EngineError, ModelError
from docpriv.ocr import missing_engines, open_engine, paddle
from docpriv.options import Reading
from tests.engines.suite import LINES, REF, PaperSuite, drawn, unread


@pytest.fixture(scope="session")
def opened():
    from tests.engines.suite import required

    required("paddle", find_spec("paddleocr") is not None)
    return open_engine("paddle")


class TestPaddle(PaperSuite):
    name = "paddle"

    @pytest.fixture(scope="class")
    def engine(self, opened):
        return opened


@pytest.fixture
def folder(opened, tmp_path: Path) -> Path:
    """A folder of models in PaddleOCR's layout."""
    for part in paddle._wrapped(tmp_path):
        link = part / "inference.onnx"
        real = link.resolve()
        link.unlink()
        shutil.copyfile(real, link)
    return tmp_path


def test_models_of_a_folder(opened, folder: Path):
    engine = open_engine("paddle", Reading(engine="paddle", model_dir=str(folder)))
    assert engine.identity().models == opened.identity().models
    page = drawn(LINES)
    assert engine.read(page, REF) == opened.read(page, REF)


def test_a_folder_that_lacks_a_model_is_refused(opened, folder: Path):
    (folder / "rec" / "inference.onnx").unlink()
    with pytest.raises(ModelError, match=r"no rec/inference\.onnx"):
        open_engine("paddle", Reading(engine="paddle", model_dir=str(folder)))


def test_a_model_and_characters_that_do_not_belong_together_are_refused(opened, folder: Path):
    told = folder / "rec" / "inference.yml"
    text = told.read_text(encoding="utf-8").splitlines(keepends=True)
    at = next(i for i, line in enumerate(text) if line.strip() == "- A")
    told.write_text("".join(text[:at] + text[at + 1 :]), encoding="utf-8")
    with pytest.raises(ModelError, match="do not belong together"):
        open_engine("paddle", Reading(engine="paddle", model_dir=str(folder)))


def test_a_broken_model_is_refused_without_its_message(opened, folder: Path):
    (folder / "det" / "inference.onnx").write_bytes(b"canary")
    with pytest.raises(ModelError) as caught:
        open_engine("paddle", Reading(engine="paddle", model_dir=str(folder)))
    assert "canary" not in str(caught.value)
    assert str(folder) not in str(caught.value)


def test_models_that_cannot_be_fetched_are_an_error_with_advice(opened, monkeypatch):
    from paddlex.inference.utils.official_models import official_models

    def unreachable(*names, **more):
        raise OSError("no route")

    monkeypatch.setattr(official_models, "get_model_path", unreachable)
    with pytest.raises(EngineError, match="cannot be fetched") as caught:
        open_engine("paddle", Reading(engine="paddle", download=True))
    assert "reading.download" in caught.value.advice


def test_models_that_were_fetched_are_used_and_named(opened, folder: Path, monkeypatch):
    from paddlex.inference.utils.official_models import official_models

    places = {paddle.DETECTION_FETCHED: folder / "det", paddle.RECOGNITION_FETCHED: folder / "rec"}
    for name, place in places.items():
        told = place / "inference.yml"
        text = told.read_text(encoding="utf-8")
        told.write_text(text.replace(paddle._model_name(place), name), encoding="utf-8")
    monkeypatch.setattr(official_models, "get_model_path", lambda name, **more: places[name])
    engine = open_engine("paddle", Reading(engine="paddle", download=True))
    assert unread(engine.read(drawn(LINES), REF), ["Okafor"]) == []
    assert dict(engine.identity().models)["det/inference.onnx"] == dict(opened.identity().models)["det/inference.onnx"]


def test_it_is_listed_as_here(opened):
    assert missing_engines(Reading())["paddle"] is None
