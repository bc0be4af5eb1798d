"""People that a names model left out or found in part, where they stand among others: in a list, in a column of a table.

A name that is a word as well (`An`, `Law`, `Price`) is told by its company alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from docpriv.model import Kind
from docpriv.pii.names import DETECTOR
from docpriv.pii.textspan import Hit
from docpriv.text.words import PARTICLES, bare, tokens_of

_BELIEVED = 0.5
_SCORE = 0.6
_LEAST = 3
"""Items or cells that hold a person."""
_SHARE = 0.7
"""Of the items of a list, or of the filled cells of a column."""
_MOST_WORDS = 4
_HEAD = re.compile(r"[^\W\d_][^:\n\t]{0,20}:\s")
_ITEM = re.compile(r"[^;\n\t]+")
_CELL = re.compile(r"[^\t\n]+")

Span = tuple[int, int]


def in_company(text: str, hits: Sequence[Hit]) -> list[Hit]:
    """The hits, and persons for the items and cells whose neighbours are persons: each the whole of its item."""
    people = [h for h in hits if h.kind is Kind.PERSON and h.score >= _BELIEVED]
    if len(people) < _LEAST:
        return list(hits)
    held = bytearray(len(text))
    for h in people:
        held[h.start : h.end] = b"\1" * (h.end - h.start)
    found: list[Hit] = []
    for group in (*_lists(text), *_columns(text, held)):
        named = [span for span in group if any(held[slice(*span)])]
        if len(named) >= _LEAST and len(named) >= _SHARE * len(group):
            missed = (span for span in group if _bare_name(text[slice(*span)]) and not all(_letters(text, held, span)))
            found += [Hit(*span, Kind.PERSON, _SCORE, DETECTOR, "list") for span in missed]
    return [*hits, *found]


def _lists(text: str) -> Iterator[list[Span]]:
    """The items of each line that semicolons part, without what heads them (`Cc: `)."""
    start = 0
    for line in text.split("\n"):
        for part in line.split("\t"):
            if part.count(";") >= _LEAST - 1:
                head = _HEAD.match(part)
                yield [
                    _trimmed(text, start + m.start(), start + m.end()) for m in _ITEM.finditer(part, head.end() if head else 0)
                ]
            start += len(part) + 1


def _columns(text: str, held: bytearray) -> Iterator[list[Span]]:
    """The cells of each column of rows that follow each other with as many cells, several; rows of heads are none."""
    rows: list[list[Span]] = []
    start = 0
    for line in [*text.split("\n"), ""]:
        cells = [_trimmed(text, start + m.start(), start + m.end()) for m in _CELL.finditer(line)]
        if rows and len(cells) != len(rows[-1]):
            yield from (list(column) for column in zip(*(row for row in rows if _filled(text, row, held)), strict=True))
            rows = []
        if len(cells) > 1:
            rows.append(cells)
        start += len(line) + 1


def _filled(text: str, row: list[Span], held: bytearray) -> bool:
    """A row of values: it holds a digit or a person."""
    return any(any(held[slice(*cell)]) or any(c.isdigit() for c in text[slice(*cell)]) for cell in row)


def _trimmed(text: str, start: int, end: int) -> Span:
    part = text[start:end]
    start += len(part) - len(part.lstrip(" "))
    return start, max(start, start + len(part.strip(" ")))


def _bare_name(text: str) -> bool:
    """Up to `_MOST_WORDS` words, each with a capital but what joins names, and nothing else."""
    words = [m[0] for m in tokens_of(text)]
    if not 1 <= len(words) <= _MOST_WORDS or any(c.isdigit() or c in "@/&" for c in text):
        return False
    return all(word[0].isupper() or bare(word) in PARTICLES for word in words)


def _letters(text: str, held: bytearray, span: Span) -> Iterator[int]:
    return (held[at] for at in range(*span) if text[at].isalpha())
