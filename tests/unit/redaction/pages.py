"""Small pages of text for tests of planning and verifying: cells of 10 x 20 pixels, one line a row."""

from __future__ import annotations

from docpriv.geometry import Box
from docpriv.model import Char, CharId, Finding, Kind, PageRef, PageText, TextLine

REF = PageRef(document="doc-test", index=0)


def text_page(lines: list[str], scores: list[float] | None = None, width: int = 600) -> PageText:
    out = []
    for row, text in enumerate(lines):
        score = scores[row] if scores else 0.99
        y0 = 10 + row * 40
        chars = tuple(
            Char(text=c, score=score, quad=Box(10 + i * 10, y0, 20 + i * 10, y0 + 20).quad()) for i, c in enumerate(text)
        )
        out.append(TextLine(chars=chars, score=score, quad=Box(10, y0, 10 + 10 * len(text), y0 + 20).quad()))
    return PageText(ref=REF, width=width, height=60 + 40 * len(lines), lines=tuple(out))


def finding(page: PageText, value: str, kind: Kind = Kind.PERSON, score: float = 0.9) -> Finding:
    """A finding that owns the first place where the value stands on a line."""
    for row, line in enumerate(page.lines):
        at = line.text.find(value)
        if at >= 0:
            return Finding(
                page=0,
                kind=kind,
                score=score,
                detector="test",
                reason="test",
                chars=tuple(CharId(row, i) for i in range(at, at + len(value))),
            )
    raise AssertionError(f"{value!r} is not on the page")
