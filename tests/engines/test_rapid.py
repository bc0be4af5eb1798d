"""The default engine: the common contract for engines that read paper, and where its models come from."""

from __future__ import annotations

import numpy as np
import pytest

from docpriv.errors import EngineError, ModelError
from docpriv.ocr import missing_engines, networks, open_engine
from docpriv.ocr.rapid import RapidEngine
from docpriv.ocr.turns import read_turned
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
        networks.checked(path, networks.DETECTION[1])


def test_models_come_from_the_wheel_and_are_named(rapid):
    assert isinstance(rapid, RapidEngine)
    assert dict(rapid.identity().models) == {
        networks.DETECTION[0]: networks.DETECTION[1],
        networks.RECOGNITION[0]: networks.RECOGNITION[1],
    }


def test_a_folder_of_models_is_not_passed_over_in_silence():
    options = Reading(model_dir="models")
    with pytest.raises(EngineError, match="takes no folder"):
        open_engine("rapid", options)
    assert "takes no folder" in (missing_engines(options)["rapid"] or "")
    assert missing_engines(options.model_copy(update={"engine": "tesseract"}))["rapid"] is None


@pytest.mark.parametrize("way", ["over", "mirrored", "flipped"])
def test_a_slip_that_lies_another_way_on_its_page_is_read_its_own_way(rapid, way):
    page = np.full((700, 900, 3), 255, np.uint8)
    above = drawn(["All items were accepted without", "change and the budget was kept."], size=28, width=700)
    slip = drawn(["Name: Helena Okonkwo", "12 Larkspur Lane", "Phone: (415) 555-2100"], size=28, width=500)
    slip = {"over": slip[::-1, ::-1], "mirrored": slip[:, ::-1], "flipped": slip[::-1]}[way]
    page[20 : 20 + above.shape[0], 20:720] = above
    page[380 : 380 + slip.shape[0], 300:800] = slip
    first = rapid.read(page, REF)
    assert unread(first, ["Okonkwo", "Larkspur", "555-2100"]) != []
    text = read_turned(page, first, rapid).text
    assert unread(text, ["accepted", "budget", "Okonkwo", "Larkspur", "555-2100"]) == []
    for line, before in zip(text.lines, first.lines, strict=True):
        assert line is before or line.quad.centre[1] > 380
