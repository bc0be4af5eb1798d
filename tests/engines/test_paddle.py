"""Models in PaddleOCR's layout: the contract for engines that read paper, folders of models, and models that it fetches."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from docpriv.errors import EngineError, ModelError
from docpriv.ocr import networks, open_engine
from docpriv.ocr.paddle import FETCHED
from docpriv.options import Reading
from tests.engines.suite import LINES, REF, PaperSuite, drawn, unread


@pytest.fixture(scope="session")
def opened():
    return open_engine("paddle")


class TestPaddle(PaperSuite):
    name = "paddle"

    @pytest.fixture(scope="class")
    def engine(self, opened):
        return opened


def models(det: Path, rec: Path) -> None:
    """The models of the wheel, in two folders, as PaddleOCR describes its own."""
    detection, recognition, _ = networks.wheel_models()
    characters = networks.Session(recognition, Reading()).alphabet()[1:-1]
    colours = {"mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225], "scale": "1./255.", "order": "hwc"}
    for folder, model, step, after in (
        (det, detection, {"NormalizeImage": colours}, {"name": "DBPostProcess"}),
        (rec, recognition, {"RecResizeImg": {"image_shape": [3, 48, 320]}}, {"character_dict": characters}),
    ):
        folder.mkdir(parents=True)
        shutil.copyfile(model, folder / "inference.onnx")
        before = [{"DecodeImage": {"channel_first": False, "img_mode": "BGR"}}, step, {"ToCHWImage": None}]
        told = {"Global": {"model_name": "x"}, "PreProcess": {"transform_ops": before}, "PostProcess": after}
        (folder / "inference.yml").write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    models(tmp_path / "det", tmp_path / "rec")
    return tmp_path


def test_models_of_a_folder(opened, folder: Path):
    engine = open_engine("paddle", Reading(engine="paddle", model_dir=str(folder)))
    assert {digest for _, digest in engine.identity().models} == {digest for _, digest in opened.identity().models}
    page = drawn(LINES)
    assert engine.read(page, REF) == opened.read(page, REF)


def test_a_folder_that_lacks_a_model_is_refused(folder: Path):
    (folder / "rec" / "inference.onnx").unlink()
    with pytest.raises(ModelError, match=r"no rec/inference\.onnx"):
        open_engine("paddle", Reading(engine="paddle", model_dir=str(folder)))


def test_a_model_and_characters_that_do_not_belong_together_are_refused(folder: Path):
    told = folder / "rec" / "inference.yml"
    text = told.read_text(encoding="utf-8").splitlines(keepends=True)
    at = next(i for i, line in enumerate(text) if line.strip() == "- A")
    told.write_text("".join(text[:at] + text[at + 1 :]), encoding="utf-8")
    with pytest.raises(ModelError, match="do not belong together"):
        open_engine("paddle", Reading(engine="paddle", model_dir=str(folder)))


def test_a_detector_that_is_none_is_refused(folder: Path):
    shutil.copyfile(folder / "rec" / "inference.onnx", folder / "det" / "inference.onnx")
    engine = open_engine("paddle", Reading(engine="paddle", model_dir=str(folder)))
    with pytest.raises(EngineError):
        engine.read(drawn(LINES), REF)


def test_a_broken_model_is_refused_without_its_message(folder: Path):
    (folder / "det" / "inference.onnx").write_bytes(b"canary")
    with pytest.raises(ModelError) as caught:
        open_engine("paddle", Reading(engine="paddle", model_dir=str(folder)))
    assert "canary" not in str(caught.value)
    assert str(folder) not in str(caught.value)


class FakePaddleOcr:
    """As much of the package as is used: classes that fetch a model into the folder of models."""

    def __init__(self, home: Path, *, reaches: bool) -> None:
        self._home, self._reaches, self.asked = home, reaches, []

    def __getattr__(self, kind):
        def predictor(*, model_name, **more):
            self.asked.append((kind, model_name))
            if not self._reaches:
                raise OSError("no route")
            part = "det" if kind == "TextDetection" else "rec"
            shutil.copytree(self._home / part, self._home / "official_models" / f"{model_name}_onnx")
            return SimpleNamespace(close=lambda: None)

        return predictor


@pytest.mark.parametrize("reaches", [True, False])
def test_models_are_fetched_once_when_that_is_wanted(opened, folder: Path, monkeypatch, reaches):
    package = FakePaddleOcr(folder, reaches=reaches)
    monkeypatch.setitem(sys.modules, "paddleocr", package)
    monkeypatch.setattr("docpriv.ocr.paddle.find_spec", lambda name: package)
    monkeypatch.setenv("PADDLE_PDX_CACHE_HOME", str(folder))
    if not reaches:
        with pytest.raises(EngineError, match="cannot be fetched") as caught:
            open_engine("paddle", Reading(engine="paddle", download=True))
        assert "reading.download" in caught.value.advice
        return
    for _ in range(2):
        engine = open_engine("paddle", Reading(engine="paddle", download=True))
    assert package.asked == list(FETCHED.values())
    assert unread(engine.read(drawn(LINES), REF), ["Okafor"]) == []
    assert dict(engine.identity().models)["det/inference.onnx"] == networks.DETECTION[1]
