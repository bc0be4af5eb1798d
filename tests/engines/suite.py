"""What every reading engine must do, as one abstract suite; subclass it with an engine and a page it can read."""

from __future__ import annotations

import os
import subprocess
import sys

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from docpriv.errors import EngineError
from docpriv.geometry import Box, cover
from docpriv.model import PageRef, PageText, Pixels
from docpriv.protocols import OcrEngine
from docpriv_lab.pages import fonts
from docpriv_lab.pages.geometry_pages import geometry_page
from tests.benchmarks.geometry import measure

REF = PageRef(document="doc-test", index=3)
LINES = [
    "Dear Ms Okafor, thank you for your letter.",
    "Your account 4411 2203 91 was closed on Friday.",
    "Please call (555) 010-0199 or write to us.",
    "Yours sincerely, P. Lindqvist",
]
WORDS = ["Okafor", "account", "sincerely", "Lindqvist", "0199"]


def required(name: str, here: bool) -> None:
    """Skip where an optional engine is not here, unless DOCPRIV_REQUIRE_ENGINES names it: then that is a failure."""
    if not here:
        if name in os.environ.get("DOCPRIV_REQUIRE_ENGINES", "").split(","):
            pytest.fail(f"{name} is required and not here", pytrace=False)
        pytest.skip(f"{name} is not installed")


def drawn(lines, *, size=28, width=900, font="DejaVuSans", left=40, step=2.2):
    face = fonts.load(font, size) if font in fonts.GEOMETRY else fonts.load(fonts.GEOMETRY[0], size)
    image = Image.new("RGB", (width, round(size * step * (len(lines) + 2))), "white")
    pen = ImageDraw.Draw(image)
    for i, line in enumerate(lines):
        pen.text((left, round(size * step * (i + 1))), line, font=face, fill="black")
    return np.asarray(image).copy()


def unread(text: PageText, words: list[str]) -> list[str]:
    read = " ".join(line.text for line in text.lines)
    return [word for word in words if word not in read]


def ink_left(pixels: Pixels, text: PageText) -> float:
    """Share of the dark pixels that stays where all characters are covered."""
    covered = pixels.copy()
    for line in text.lines:
        for char in line.chars:
            covered[cover(char.quad, pixels.shape[1], pixels.shape[0]).slices] = 255
    return float((covered < 128).any(axis=2).sum() / (pixels < 128).any(axis=2).sum())


class OcrEngineSuite:
    """Subclasses provide `engine` and `written` (pixels and the lines that stand on them)."""

    @pytest.fixture(scope="class")
    def engine(self) -> OcrEngine:
        raise NotImplementedError

    @pytest.fixture(scope="class")
    def written(self) -> tuple[Pixels, list[str]]:
        raise NotImplementedError

    def test_reads_every_line(self, engine, written):
        pixels, lines = written
        text = engine.read(pixels, REF)
        read = " ".join(line.text for line in text.lines)
        assert [w for line in lines for w in line.split() if w not in read] == []
        assert text.ref == REF
        assert (text.width, text.height) == (pixels.shape[1], pixels.shape[0])

    def test_scores_are_shares(self, engine, written):
        for line in engine.read(written[0], REF).lines:
            assert 0 <= line.score <= 1
            assert all(0 <= c.score <= 1 for c in line.chars)

    def test_characters_own_their_ink(self, engine, written):
        """Covering all characters of the page leaves next to no dark pixel."""
        assert ink_left(written[0], engine.read(written[0], REF)) <= 0.002

    def test_same_pixels_same_answer(self, engine, written):
        assert engine.read(written[0], REF) == engine.read(written[0].copy(), REF)

    def test_input_is_not_changed(self, engine, written):
        pixels = written[0].copy()
        pixels.setflags(write=False)
        engine.read(pixels, REF)
        assert np.array_equal(pixels, written[0])

    def test_reads_single_lines_again(self, engine, written):
        pixels, _ = written
        lines = [line for line in engine.read(pixels, REF).lines if line.chars]
        again = engine.read_lines(pixels, [line.quad for line in lines])
        assert [line.text for line in again] == [line.text for line in lines]

    def test_covered_text_is_not_read(self, engine, written):
        pixels, lines = written
        before = engine.read(pixels, REF)
        target = next(line for line in before.lines if line.text.strip() and lines[0].split()[0] in line.text)
        black = pixels.copy()
        black[cover(target.quad, pixels.shape[1], pixels.shape[0]).slices] = 0
        assert lines[0].split()[0] not in engine.read_lines(black, [target.quad])[0].text

    def test_blank_page_has_no_lines(self, engine):
        assert [c for line in engine.read(np.full((200, 300, 3), 255, np.uint8), REF).lines for c in line.chars] == []

    def test_refuses_other_arrays(self, engine):
        for wrong in (np.zeros((50, 50), np.uint8), np.zeros((50, 50, 3), np.uint16), np.zeros((50, 50, 4), np.uint8)):
            with pytest.raises(EngineError):
                engine.read(wrong, REF)

    def test_reprs_show_no_text(self, engine, written):
        text = engine.read(written[0], REF)
        shown = repr(text) + repr(text.lines)
        assert [w for line in written[1] for w in line.split() if len(w) > 3 and w in shown] == []

    def test_says_who_it_is(self, engine):
        who = engine.identity()
        assert who.name
        assert who.version
        assert all(len(digest) == 64 for _, digest in who.models)
        assert engine.recycle_after is None or engine.recycle_after > 0


_ALONE = """
import sys
def watch(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        sys.exit("network")
    if event == "subprocess.Popen" and "Okafor" in repr(args):
        sys.exit("argument")
sys.addaudithook(watch)
import numpy as np
from docpriv.model import PageRef
from docpriv.ocr import open_engine
engine = open_engine(sys.argv[1])
text = engine.read(np.load(sys.argv[2]), PageRef(document="d", index=0))
assert "Okafor" in text.lines[0].text
"""


class PaperSuite(OcrEngineSuite):
    """What every engine for real paper must do besides: orientations, tiles, skew, hopeless lines, geometry, no network."""

    name: str

    @pytest.fixture(scope="class")
    def written(self):
        return drawn(LINES), LINES

    @pytest.mark.parametrize("quarters", [0, 1, 2, 3])
    def test_pages_in_all_orientations(self, engine, quarters):
        """The words are read, the turn is told, and characters lie on their ink in the page as it was given."""
        pixels = np.ascontiguousarray(np.rot90(drawn(LINES), quarters))
        text = engine.read(pixels, REF)
        assert text.turn == -quarters % 4
        assert unread(text, WORDS) == []
        assert ink_left(pixels, text) <= 0.002

    def test_one_vertical_line_on_an_upright_page(self, engine):
        pixels = np.full((900, 1000, 3), 255, np.uint8)
        page = drawn(LINES, width=860)
        pixels[: page.shape[0], : page.shape[1]] = page
        stamp = np.ascontiguousarray(np.rot90(drawn(["RECEIVED 415689407"], width=420)))
        pixels[400 : 400 + stamp.shape[0], 860 : 860 + stamp.shape[1]] = stamp[:, :140]
        text = engine.read(pixels, REF)
        assert text.turn == 0
        assert unread(text, ["415689407"]) == []

    def test_long_pages_are_tiled_and_lines_are_read_once(self, engine):
        lines = [f"line {i:03d} of a very long till receipt" for i in range(45)]
        pixels = drawn(lines, size=26, width=620, step=3.6)
        assert pixels.shape[0] > 4000
        read = [line.text for line in engine.read(pixels, REF).lines]
        found = [sum(f"{i:03d}" in text for text in read) for i in range(45)]
        assert found == [1] * 45

    def test_wide_pages_are_tiled_across_lines(self, engine):
        words = " ".join(f"word{i:02d}" for i in range(60))
        pixels = drawn([words, words[::-1], words], size=34, width=9000)
        assert pixels.shape[1] > 8000
        assert unread(engine.read(pixels, REF), [f"word{i:02d}" for i in range(60)]) == []

    def test_large_print_on_a_large_page(self, engine):
        pixels = cv2.resize(drawn(LINES), None, fx=5, fy=5, interpolation=cv2.INTER_CUBIC)
        assert pixels.shape[1] == 4500
        assert unread(engine.read(pixels, REF), WORDS) == []

    @pytest.mark.parametrize("size", [(1, 1), (16, 16), (3, 300), (300, 3), (24, 80)])
    def test_tiny_pages_are_no_error(self, engine, size):
        for shade in (255, 0):
            pixels = np.full((*size, 3), shade, np.uint8)
            text = engine.read(pixels, REF)
            assert (text.height, text.width) == size
            assert len(engine.read_lines(pixels, [Box(0, 0, size[1], size[0]).quad()])) == 1

    @pytest.mark.parametrize("degrees", [-3, 7])
    def test_skewed_pages(self, engine, degrees):
        page = cv2.copyMakeBorder(drawn(LINES), 120, 120, 80, 80, cv2.BORDER_CONSTANT, value=(255, 255, 255))
        middle = (page.shape[1] / 2, page.shape[0] / 2)
        pixels = cv2.warpAffine(
            page, cv2.getRotationMatrix2D(middle, degrees, 1), (page.shape[1], page.shape[0]), borderValue=(255, 255, 255)
        )
        text = engine.read(pixels, REF)
        assert unread(text, WORDS) == []
        assert ink_left(pixels, text) <= 0.002

    def test_light_text_on_dark_paper(self, engine):
        assert unread(engine.read(255 - drawn(LINES), REF), ["Okafor"]) == []

    def test_a_line_that_cannot_be_read_is_kept(self, engine):
        """Mirrored writing looks like text and says nothing."""
        page = drawn(LINES)
        top = round(28 * 2.2 * 2) - 15
        page[top : top + 60] = page[top : top + 60, ::-1]
        there = [line for line in engine.read(page, REF).lines if top < line.quad.centre[1] < top + 60]
        assert there
        assert all(line.score < 0.9 for line in there)
        x0, _, x1, _ = there[0].quad.bounds()
        assert x1 - x0 > 500

    def test_empty_quads_have_empty_lines(self, engine, written):
        blank = np.full((100, 400, 3), 255, np.uint8)
        first, second = engine.read_lines(blank, [Box(10, 10, 200, 40).quad(), Box(10, 50, 300, 80).quad()])
        assert (first.quad, second.quad) == (Box(10, 10, 200, 40).quad(), Box(10, 50, 300, 80).quad())
        assert not first.text.strip()
        assert not second.text.strip()
        assert engine.read_lines(written[0], []) == ()

    @pytest.mark.slow
    def test_covered_words_leave_no_ink(self, engine):
        """A small run of the geometry benchmark; the full one has 10,000 spans."""
        tally = measure(engine, self.spans, seed=7)
        assert tally.leaks <= 1
        assert tally.neighbours < self.neighbours * tally.spans
        assert tally.exact > self.exact * tally.lines

    spans, neighbours, exact = 300, 0.05, 0.8

    def test_scraps_beside_a_box_are_not_read_as_the_value(self, engine):
        page = geometry_page(11, lines=6, dpi=200, points=11, rotation=0.0)
        text = engine.read(page.pixels, REF)
        line = max(text.lines, key=lambda x: len(x.chars))
        start = line.text.index(" ") + 1
        end = line.text.index(" ", start)
        black = page.pixels.copy()
        for char in line.chars[start:end]:
            black[cover(char.quad, page.pixels.shape[1], page.pixels.shape[0]).slices] = 0
        assert line.text[start:end] not in engine.read_lines(black, [line.quad])[0].text

    def test_it_needs_no_network_and_leaves_no_file(self, engine, tmp_path):
        """In a process of its own, because a library may look for the network when it is loaded."""
        page, home = tmp_path / "page.npy", tmp_path / "home"
        np.save(page, drawn(LINES))
        home.mkdir()
        done = subprocess.run(
            [sys.executable, "-c", _ALONE, self.name, str(page)],
            check=False,
            capture_output=True,
            env={**os.environ, "HOME": str(home), "TMPDIR": str(home)},
            cwd=home,
            timeout=300,
        )
        assert (done.returncode, done.stdout) == (0, b""), done.stderr[-2000:]
        assert list(home.rglob("*")) == []
