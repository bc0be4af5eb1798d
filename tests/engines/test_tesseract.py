"""Tesseract as program and as library: the common contract for engines that read paper; skipped where it is not here."""

from __future__ import annotations

import shutil
from importlib.util import find_spec

import pytest

from docpriv.errors import EngineError
from docpriv.ocr import missing_engines, open_engine, tesseract
from docpriv.options import Reading
from tests.engines.suite import REF, PaperSuite, drawn, required

OPTIONS = Reading(engine="tesseract")


def data() -> bool:
    return missing_engines(OPTIONS)["tesseract"] is None


class TesseractSuite(PaperSuite):
    name = "tesseract"
    spans = 150
    exact = 0.5  # it misreads more
    neighbours = 0.10


class TestProgram(TesseractSuite):
    @pytest.fixture(scope="class")
    def engine(self):
        required("tesseract", shutil.which("tesseract") is not None and data())
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(tesseract, "find_spec", lambda name: None)
            yield open_engine("tesseract", OPTIONS)

    def test_it_is_the_program(self, engine):
        assert engine.identity().version.endswith("(program)")

    def test_words_share_their_area(self, engine):
        for line in engine.read(drawn(["Dear Ms Okafor, hello"]), REF).lines:
            for before, char in zip(line.chars, line.chars[1:], strict=False):
                assert (before.quad == char.quad) == (before.text != " " and char.text != " ")

    def test_language_data_that_is_none_is_refused(self, engine, tmp_path, monkeypatch):
        (tmp_path / "bad.traineddata").write_bytes(b"nothing of that kind")
        monkeypatch.setattr(tesseract, "find_spec", lambda name: None)
        with pytest.raises(EngineError):
            open_engine("tesseract", Reading(engine="tesseract", model_dir=str(tmp_path), languages=("bad",)))


class TestLibrary(TesseractSuite):
    @pytest.fixture(scope="class")
    def engine(self):
        required("tesserocr", find_spec("tesserocr") is not None and data())
        return open_engine("tesseract", OPTIONS)

    def test_it_is_the_library(self, engine):
        assert "tesserocr" in engine.identity().version

    def test_language_data_that_is_none_is_refused(self, engine, tmp_path):
        (tmp_path / "bad.traineddata").write_bytes(b"nothing of that kind")
        with pytest.raises(EngineError):
            open_engine("tesseract", Reading(engine="tesseract", model_dir=str(tmp_path), languages=("bad",)))


def test_it_is_listed_as_here():
    required("tesseract", data())
    assert missing_engines(OPTIONS)["tesseract"] is None
