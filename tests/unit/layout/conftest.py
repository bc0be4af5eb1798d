"""Pages of text placed by hand, for layout tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from docpriv.geometry import Affine, Quad
from docpriv.model import Char, PageRef, PageText, TextLine

Placed = tuple[str, float, float]
HEIGHT = 20.0
PITCH = 10.0


def _line(text: str, x: float, y: float, to_page: Affine, skew: Affine) -> TextLine:
    def quad(x0: float, x1: float) -> Quad:
        flat = Quad((x0, y), (x1, y), (x1, y + HEIGHT), (x0, y + HEIGHT))
        return to_page.quad(skew.quad(flat))

    chars = tuple(Char(text=c, quad=quad(x + i * PITCH, x + (i + 1) * PITCH), score=0.99) for i, c in enumerate(text))
    return TextLine(chars=chars, quad=quad(x, x + max(1, len(text)) * PITCH), score=0.99)


@pytest.fixture
def place() -> Callable[..., PageText]:
    """place([(text, x, y), ...], turn=0, slope=0.0): a 1000 x 1400 page, stored turned and skewed."""

    def make(lines: Sequence[Placed], turn: int = 0, slope: float = 0.0) -> PageText:
        width, height = (1000, 1400) if turn % 2 == 0 else (1400, 1000)
        to_page = Affine.unturn(turn, width, height)
        skew = Affine(1.0, -slope, 0.0, slope, 1.0, 0.0)
        return PageText(
            ref=PageRef(document="d", index=0),
            width=width,
            height=height,
            turn=turn,
            lines=tuple(_line(t, x, y, to_page, skew) for t, x, y in lines),
        )

    return make


@pytest.fixture
def words() -> Callable[..., str]:
    """The text of a segment of a page."""
    return lambda page, s: "".join(c.text for c in page.lines[s.line].chars[s.start : s.end])
