"""Pages of text placed by hand and one finder for all tests of the text detectors."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from docpriv import options
from docpriv.geometry import Box
from docpriv.layout import analyse
from docpriv.model import Char, Finding, Kind, Mark, PageRef, PageText, TextLine
from docpriv.protocols import PiiDetector, ReadPage

HEIGHT, PITCH = 20, 10


def line(text: str, x: int, y: int, score: float = 0.99) -> TextLine:
    """One line of text in a fixed pitch."""
    chars = tuple(
        Char(text=c, quad=Box(x + i * PITCH, y, x + (i + 1) * PITCH, y + HEIGHT).quad(), score=score) for i, c in enumerate(text)
    )
    return TextLine(chars=chars, quad=Box(x, y, x + max(1, len(text)) * PITCH, y + HEIGHT).quad(), score=score)


def page_of(lines: Sequence[str] | Sequence[TextLine], index: int = 0, marks: tuple[Mark, ...] = ()) -> ReadPage:
    """A read page: strings stand one below the other, with a blank line for an empty string."""
    placed = [item if isinstance(item, TextLine) else line(item, 50, 60 + 26 * i) for i, item in enumerate(lines) if item != ""]
    text = PageText(ref=PageRef(document="d", index=index), width=2000, height=2600, lines=tuple(placed))
    return ReadPage(text=text, layout=analyse(text), marks=marks)


def texts(pages: Sequence[ReadPage], findings: Sequence[Finding], kind: Kind | None = None) -> list[str]:
    """What each finding owns, joined in character order; lines are joined by `/`."""
    by_index = {p.text.ref.index: p.text for p in pages}
    out = []
    for f in findings:
        if kind is not None and f.kind is not kind:
            continue
        parts, last = [], None
        for c in f.chars:
            if last is not None and c.line != last:
                parts.append("/")
            parts.append(by_index[f.page].lines[c.line].chars[c.char].text)
            last = c.line
        out.append("".join(parts))
    return out


@pytest.fixture(scope="session")
def finder() -> PiiDetector:
    from docpriv.pii import open_finder

    return open_finder(options.Finding())


@pytest.fixture(scope="session")
def found(finder: PiiDetector) -> Callable[..., list[str]]:
    """found(lines, kind) -> the texts of that kind on a page, as the default recipe believes it."""

    def run(lines: Sequence[str] | Sequence[TextLine], kind: Kind) -> list[str]:
        page = page_of(lines)
        return texts([page], [f for f in finder.find([page]) if f.score >= 0.4], kind)

    return run
