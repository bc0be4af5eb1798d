"""The fake engine keeps the same contract as real ones."""

from __future__ import annotations

import pytest

from docpriv.errors import EngineError
from docpriv.ocr import fake, open_engine
from tests.engines.suite import OcrEngineSuite


class TestFake(OcrEngineSuite):
    @pytest.fixture(scope="class")
    def engine(self):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(fake.SWITCH, "1")
            yield fake.FakeEngine()

    @pytest.fixture(scope="class")
    def written(self):
        lines = ["Dear Ms Okafor,", "the account 4411 is closed.", "Grüße, Jørgen Łuczak"]
        return fake.page(lines), lines


def test_refuses_to_run_outside_tests(monkeypatch):
    monkeypatch.delenv(fake.SWITCH, raising=False)
    with pytest.raises(EngineError):
        open_engine("fake")


def test_unknown_engine_names_the_known_ones():
    with pytest.raises(EngineError, match="rapid"):
        open_engine("abbyy")
