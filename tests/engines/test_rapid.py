"""The default engine: the common contract, orientations, tiles, geometry; on pages drawn by the project."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from docpriv.errors import ModelError
from docpriv.evaluation import fonts
from docpriv.evaluation.geometry_pages import geometry_page
from docpriv.geometry import cover
from docpriv.ocr import modelfiles, open_engine
from docpriv.ocr.rapid import RapidEngine
from tests.benchmarks.geometry import measure
from tests.engines.suite import REF, OcrEngineSuite

LINES = ["Dear Ms Okafor, thank you for your letter.", "Your account 4411 2203 91 was closed on Friday.",
         "Please call (555) 010-0199 or write to us.", "Yours sincerely, P. Lindqvist"]


def drawn(lines, *, size=28, width=900, font="DejaVuSans", left=40, step=2.2):
    face = fonts.load(font, size) if font in fonts.GEOMETRY else fonts.load(fonts.GEOMETRY[0], size)
    image = Image.new("RGB", (width, round(size * step * (len(lines) + 2))), "white")
    pen = ImageDraw.Draw(image)
    for i, line in enumerate(lines):
        pen.text((left, round(size * step * (i + 1))), line, font=face, fill="black")
    return np.asarray(image).copy()


@pytest.fixture(scope="session")
def rapid():
    return open_engine("rapid")


class TestRapid(OcrEngineSuite):
    @pytest.fixture(scope="class")
    def engine(self, rapid):
        return rapid

    @pytest.fixture(scope="class")
    def written(self):
        return drawn(LINES), LINES


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_pages_in_all_orientations(rapid, quarters):
    """The words are read, the turn is told, and characters lie on their ink in the page as it was given."""
    upright = drawn(LINES)
    pixels = np.ascontiguousarray(np.rot90(upright, quarters))
    text = rapid.read(pixels, REF)
    assert text.turn == -quarters % 4
    read = " ".join(line.text for line in text.lines)
    assert [w for w in ["Okafor", "account", "sincerely", "Lindqvist", "0199"] if w not in read] == []
    covered = pixels.copy()
    for line in text.lines:
        for char in line.chars:
            covered[cover(char.quad, pixels.shape[1], pixels.shape[0]).slices] = 255
    assert (covered < 128).any(axis=2).sum() <= 0.002 * (pixels < 128).any(axis=2).sum()


def test_one_vertical_line_on_an_upright_page(rapid):
    pixels = np.full((900, 1000, 3), 255, np.uint8)
    page = drawn(LINES, width=860)
    pixels[:page.shape[0], :page.shape[1]] = page
    stamp = np.ascontiguousarray(np.rot90(drawn(["RECEIVED 415689407"], width=420)))
    pixels[400:400 + stamp.shape[0], 860:860 + stamp.shape[1]] = stamp[:, :140]
    text = rapid.read(pixels, REF)
    assert text.turn == 0
    assert any("415689407" in line.text for line in text.lines)


def test_long_pages_are_tiled_and_lines_are_read_once(rapid):
    lines = [f"line {i:03d} of a very long till receipt" for i in range(90)]
    pixels = drawn(lines, size=26, width=700)
    assert pixels.shape[0] > 4000
    read = [line.text for line in rapid.read(pixels, REF).lines]
    found = [sum(f"{i:03d}" in text for text in read) for i in range(90)]
    assert found == [1] * 90


def test_wide_pages_are_tiled_across_lines(rapid):
    words = " ".join(f"word{i:02d}" for i in range(60))
    pixels = drawn([words, words[::-1], words], size=34, width=9000)
    assert pixels.shape[1] > 8000
    read = " ".join(line.text for line in rapid.read(pixels, REF).lines)
    assert [i for i in range(60) if f"word{i:02d}" not in read] == []


def test_large_print_on_a_large_page(rapid):
    pixels = cv2.resize(drawn(LINES), None, fx=5, fy=5, interpolation=cv2.INTER_CUBIC)
    assert pixels.shape[1] == 4500
    read = " ".join(line.text for line in rapid.read(pixels, REF).lines)
    assert [w for w in ["Okafor", "account", "sincerely", "Lindqvist"] if w not in read] == []


def test_light_text_on_dark_paper(rapid):
    text = rapid.read(255 - drawn(LINES), REF)
    assert "Okafor" in " ".join(line.text for line in text.lines)


@pytest.mark.slow
def test_covered_words_leave_no_ink(rapid):
    """A small run of the geometry benchmark; the full one has 10,000 spans."""
    tally = measure(rapid, 600, seed=7)
    assert tally.leaks <= 1
    assert tally.neighbours < 0.05 * tally.spans
    assert tally.exact > 0.8 * tally.lines


def test_scraps_beside_a_box_are_not_read_as_the_value(rapid):
    page = geometry_page(11, lines=6, dpi=200, points=11, rotation=0.0)
    text = rapid.read(page.pixels, REF)
    line = max(text.lines, key=lambda x: len(x.chars))
    start = line.text.index(" ") + 1
    end = line.text.index(" ", start)
    black = page.pixels.copy()
    for char in line.chars[start:end]:
        black[cover(char.quad, page.pixels.shape[1], page.pixels.shape[0]).slices] = 0
    assert line.text[start:end] not in rapid.read_lines(black, [line.quad])[0].text


def test_a_changed_model_file_is_refused(tmp_path):
    path = tmp_path / "m.onnx"
    path.write_bytes(b"not the model")
    with pytest.raises(ModelError):
        modelfiles.checked(path, modelfiles.DETECTION[1])


def test_models_come_from_the_wheel_and_are_named(rapid):
    assert isinstance(rapid, RapidEngine)
    assert dict(rapid.identity().models) == {modelfiles.DETECTION[0]: modelfiles.DETECTION[1],
                                             modelfiles.RECOGNITION[0]: modelfiles.RECOGNITION[1]}
