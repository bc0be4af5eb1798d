"""Values written one sign to a box: what is found of one is all of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from docpriv.model import CharId, Finding, Kind
from docpriv.protocols import ReadPage
from docpriv.tape import MASK, tape_of

_LEAST = 4
"""Signs of a row of boxes; fewer are ticks and numberings."""
_GAP = 3.0  # heights of a line between two boxes of one value
_BELIEVED = 0.4
_NO_VALUE = frozenset({Kind.DATE, Kind.LOCATION, Kind.ORGANIZATION})


def whole_combs(findings: Sequence[Finding], page: ReadPage) -> list[Finding]:
    """The findings, and for each row of boxes that holds part of one all of the row. No sign is owned twice in one of them."""
    surest: dict[CharId, Finding] = {}
    for f in sorted(findings, key=lambda f: f.score):
        if f.score >= _BELIEVED and f.kind not in _NO_VALUE:
            surest |= dict.fromkeys(f.chars, f)
    more = []
    for chars in _rows_of_boxes(page):
        known = [surest[c] for c in chars if c in surest]
        if known and any(c not in surest for c in chars):
            more.append(replace(max(known, key=lambda f: f.score), chars=chars, quads=(), reason="boxes"))
    return [*findings, *more]


def _rows_of_boxes(page: ReadPage) -> Iterator[tuple[CharId, ...]]:
    """The signs of each row of boxes: single signs one after the other, and what separates their groups."""
    for row in page.layout.rows:
        run: list[CharId] = []
        signs, last = 0, None
        for segment in row:
            tape = tape_of(page.text, [segment])
            words = tape.text.split()
            boxes = bool(words) and MASK not in tape.text and all(len(word) == 1 for word in words)
            if not boxes or (last is not None and segment.quad.a[0] - last.quad.b[0] > _GAP * segment.quad.height):
                if signs >= _LEAST:
                    yield tuple(run)
                run, signs = [], 0
            if boxes:
                run += tape.chars(0, len(tape.text))
                signs += sum(word.isalnum() for word in words)
            last = segment
        if signs >= _LEAST:
            yield tuple(run)
