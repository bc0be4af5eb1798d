"""What every reading engine must do, as one abstract suite; subclass it with an engine and a page it can read."""

from __future__ import annotations

import numpy as np
import pytest

from docpriv.errors import EngineError
from docpriv.geometry import cover
from docpriv.model import PageRef, Pixels
from docpriv.protocols import OcrEngine

REF = PageRef(document="doc-test", index=3)


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
        pixels, _ = written
        covered = pixels.copy()
        for line in engine.read(pixels, REF).lines:
            for char in line.chars:
                covered[cover(char.quad, pixels.shape[1], pixels.shape[0]).slices] = 255
        assert (covered < 128).any(axis=2).sum() <= 0.002 * (pixels < 128).any(axis=2).sum()

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
