"""Lines that were read in a mirror are judged as they stand in it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from docpriv.geometry import Box, Quad
from docpriv.model import Char, NotUnderstood, PageRef, PageText, Pixels, TextLine
from docpriv.visual.account import take_account
from docpriv.visual.line_script import LineScript

TEXT = "The room is heated and has a window"


class Judge:
    """Finds mirrored Latin print in whatever is not cut in a mirror."""

    def classify(self, pixels: Pixels, quads: Sequence[Quad]) -> tuple[LineScript, ...]:
        out = []
        for quad in quads:
            (ax, ay), (bx, by), _, (dx, dy) = quad.points
            behind = float((bx - ax) * (dy - ay) - (by - ay) * (dx - ax) > 0)
            out.append(
                LineScript(
                    name="Latin", probability=1.0, latin=1 - behind, nothing=0.0, mirrored=behind, upside_down=0.0, foreign=behind
                )
            )
        return tuple(out)


def reasons(score: float, *, mirrored: bool) -> set[NotUnderstood]:
    """Of a page of two lines: one alone that reads well is not believed to be mirrored."""
    pixels = np.full((300, 800, 3), 255, np.uint8)
    lines = []
    for top in (100, 150):
        quad = Box(100, top, 450, top + 24).quad()
        pixels[top + 4 : top + 20, 100:450:3] = 0
        chars = tuple(Char(text=c, quad=quad.part(i / len(TEXT), (i + 1) / len(TEXT)), score=score) for i, c in enumerate(TEXT))
        lines.append(TextLine(chars=chars, quad=quad, score=score, mirrored=mirrored))
    text = PageText(ref=PageRef(document="d", index=0), width=800, height=300, lines=tuple(lines))
    account = take_account(
        pixels,
        text,
        text.lines,
        (),
        pictures=(),
        foreign={},
        unread_score=0.5,
        scripts=Judge(),  # type: ignore[arg-type]
    )
    return {m.rule for m in account.marks}


@pytest.mark.parametrize("score", [0.99, 0.94])
def test_a_line_that_was_read_in_a_mirror_is_understood(score: float) -> None:
    assert reasons(score, mirrored=True) == set()
    assert reasons(score, mirrored=False) == {NotUnderstood.MIRRORED}
