"""The default engine: the common contract for engines that read paper, and where its models come from."""

from __future__ import annotations

import numpy as np
import pytest

from docpriv.errors import EngineError, ModelError
from docpriv.ocr import missing_engines, modelfiles, open_engine
from docpriv.ocr.rapid import RapidEngine
from docpriv.options import Reading
from tests.engines.suite import REF, PaperSuite, drawn, unread


@pytest.fixture(scope="session")
def rapid():
    return open_engine("rapid")


class TestRapid(PaperSuite):
    name = "rapid"

    @pytest.fixture(scope="class")
    def engine(self, rapid):
        return rapid


@pytest.mark.parametrize("shade", [60, 225])
def test_a_lone_name_on_an_empty_page_is_read(rapid, shade):
    """Seen with the whole page about it, the network passes it over; faint print is no paper."""
    page = np.full((2339, 1654, 3), 250, np.uint8)
    line = drawn(["Jane Doe"], size=32, width=300)
    ink = 250 - (255 - line.astype(int)) * (250 - shade) // 255
    page[1000 : 1000 + line.shape[0], 200:500] = ink
    text = rapid.read(page, REF)
    assert unread(text, ["Jane", "Doe"]) == []
    assert all(1000 <= found.quad.centre[1] <= 1000 + line.shape[0] for found in text.lines)


def test_a_changed_model_file_is_refused(tmp_path):
    path = tmp_path / "m.onnx"
    path.write_bytes(b"not the model")
    with pytest.raises(ModelError):
        modelfiles.checked(path, modelfiles.DETECTION[1])


def test_models_come_from_the_wheel_and_are_named(rapid):
    assert isinstance(rapid, RapidEngine)
    assert dict(rapid.identity().models) == {
        modelfiles.DETECTION[0]: modelfiles.DETECTION[1],
        modelfiles.RECOGNITION[0]: modelfiles.RECOGNITION[1],
    }


def test_a_folder_of_models_is_not_passed_over_in_silence():
    options = Reading(model_dir="models")
    with pytest.raises(EngineError, match="takes no folder"):
        open_engine("rapid", options)
    assert "takes no folder" in (missing_engines(options)["rapid"] or "")
    assert missing_engines(options.model_copy(update={"engine": "tesseract"}))["rapid"] is None
