"""What was read of a page comes back from its packed form as it was, and is small while packed."""

from __future__ import annotations

import sys

import pytest

from docpriv.geometry import Quad
from docpriv.model import Char, Layout, PageRef, PageText, Segment, TextLine
from docpriv.pipeline.packing import Column, PackedReadings
from docpriv.protocols import ReadPage


def page(index: int, lines: int = 60, chars: int = 60) -> ReadPage:
    """A dense page with irregular places, as reading gives them."""
    out = []
    for row in range(lines):
        y = 40.3 + row * 31.7
        made = tuple(
            Char(
                text="abcdefg hij"[(row * 7 + i * 3) % 11],
                score=1 - ((row + i) % 50) / 100,
                quad=Quad(
                    (50.13 + i * 11.9, y), (63.77 + i * 11.9, y + 0.1), (63.7 + i * 11.9, y + 28), (50 + i * 11.9, y + 27.9)
                ),
            )
            for i in range(chars)
        )
        out.append(
            TextLine(
                chars=made,
                quad=Quad((50, y), (900, y + 3), (900, y + 30), (50, y + 27)),
                score=0.97,
                detection_score=0.8,
                mirrored=row % 3 == 1,
            )
        )
    ref = PageRef(document="doc-x", index=index)
    text = PageText(ref=ref, width=1700, height=2200, lines=tuple(out), turn=3, mirrored=lines == 1)
    segment = Segment(line=0, start=0, end=min(5, chars), quad=out[0].quad) if out else None
    return ReadPage(text=text, layout=Layout(segments=(segment,) if segment else ()))


@pytest.mark.parametrize("shape", [(60, 60), (1, 1), (0, 0), (3, 0)])
def test_comes_back_as_it_was(shape):
    before = page(4, *shape)
    (after,) = PackedReadings((before,)).open()
    assert after.layout == before.layout
    assert (after.text.ref, after.text.turn, after.text.width) == (before.text.ref, 3, 1700)
    assert [line.text for line in after.text.lines] == [line.text for line in before.text.lines]
    for a, b in zip(after.text.lines, before.text.lines, strict=True):
        assert (a.score, a.detection_score) == (b.score, b.detection_score)
        for c, d in zip(a.chars, b.chars, strict=True):
            assert c.score == pytest.approx(d.score, abs=1 / 500)
            assert all(p == pytest.approx(q, abs=1 / 120) for p, q in zip(c.quad.points, d.quad.points, strict=True))


def test_is_small_while_packed():
    assert sys.getsizeof(PackedReadings((page(0),))) < 45_000  # 3,600 characters


def test_a_column_gives_each_page_its_reading():
    shelf = Column([PackedReadings((page(0, 2, 2), page(0, 5, 2))), (page(1, 3, 3),)], 1)
    assert [len(p.text.lines) for p in shelf] == [5, 3]  # a page that was read once gives its only reading
    assert [p.text.ref.index for p in shelf[1:]] == [1]
