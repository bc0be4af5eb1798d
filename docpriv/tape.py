"""Text of a page with the character that owns each code point."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from docpriv.model import CharId, Layout, PageText, Segment

MASK = "\u2588"
"""Full block: stands for a character that is covered. A field whose value is masked has its value."""


# Signs that readers give for plain ones, one for one, so that a rule need not know them: full-width forms, dots and
# hyphens of other kinds, blanks of other widths.
_PLAIN = (
    {0xFF01 + i: 0x21 + i for i in range(94)}
    | dict.fromkeys(map(ord, "·∙⋅․"), ".")
    | dict.fromkeys(map(ord, "‐‑‒−﹣"), "-")
    | dict.fromkeys(map(ord, "\u00a0\u2002\u2003\u2009\u202f\u3000"), " ")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTape:
    """A text made for a detector and, for each code point, its character (None for joints such as newlines).

    `owners` has one entry a code point of `text`; offsets are code points, half open.
    """

    text: str = field(repr=False)
    owners: tuple[CharId | None, ...] = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.text) != len(self.owners):
            raise ValueError("a tape needs one owner for each code point")

    def chars(self, start: int, end: int) -> tuple[CharId, ...]:
        """The characters that own text[start:end], in text order, each once."""
        seen: dict[CharId, None] = {}
        for owner in self.owners[max(0, start) : max(0, end)]:
            if owner is not None:
                seen.setdefault(owner)
        return tuple(seen)


def tape_of(page: PageText, pieces: Sequence[Segment | str]) -> TextTape:
    """Join segments of a page with literal joints (newline, tab, spaces) into one tape."""
    return _joined([(piece, [None] * len(piece)) if isinstance(piece, str) else _read(page, piece) for piece in pieces])


_Piece = tuple[str, Sequence[CharId | None]]


def _read(page: PageText, segment: Segment) -> _Piece:
    """The text of a segment and the owner of each of its code points."""
    line, first = segment.line, segment.start
    signs = [c.text for c in page.lines[line].chars[first : segment.end]]
    text = "".join(signs)
    ids = [CharId(line, i) for i in range(first, first + len(signs))]
    owners = ids if len(text) == len(signs) else [i for i, sign in zip(ids, signs, strict=True) for _ in sign]
    return text if text.isascii() else text.translate(_PLAIN), owners


def _joined(pieces: Iterable[_Piece]) -> TextTape:
    text: list[str] = []
    owners: list[CharId | None] = []
    for part, of in pieces:
        text.append(part)
        owners += of
    return TextTape(text="".join(text), owners=tuple(owners))


def line_segment(page: PageText, line: int) -> Segment:
    """A whole line as a segment."""
    return Segment(line=line, start=0, end=len(page.lines[line].chars), quad=page.lines[line].quad)


def joined(page: PageText, segments: Iterable[Segment], joint: str = "\n") -> TextTape:
    """Segments in the given order with the same joint between neighbours."""
    return tape_of(page, [piece for segment in segments for piece in (joint, segment)][1:])


def tapes_of(page: PageText, layout: Layout) -> tuple[TextTape, TextTape]:
    """A page's text by blocks (each segment a line, in block order) and by rows (segments of a row parted by tabs).

    Without a layout the lines as they came stand for both. Where the two read the same they are one object.
    """
    blocks: Sequence[Sequence[Segment]] = layout.blocks
    rows: Sequence[Sequence[Segment]] = layout.rows
    if not layout.segments:
        blocks = rows = [[line_segment(page, i)] for i in range(len(page.lines))]
    read = {segment: _read(page, segment) for block in blocks for segment in block}
    read |= {segment: _read(page, segment) for row in rows for segment in row if segment not in read}
    by_block = _grouped(read, blocks, "\n")
    same = all(len(row) == 1 for row in rows) and [s for block in blocks for s in block] == [row[0] for row in rows]
    return by_block, by_block if same else _grouped(read, rows, "\t")


def _grouped(read: Mapping[Segment, _Piece], groups: Sequence[Sequence[Segment]], inner: str) -> TextTape:
    pieces: list[_Piece] = []
    for group in groups:
        for k, segment in enumerate(group):
            if pieces:
                pieces.append((inner if k else "\n", (None,)))
            pieces.append(read[segment])
    return _joined(pieces)
